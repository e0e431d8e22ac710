"""`bands`: how sure each rank of a round is, from thousands of simulated rounds."""

from __future__ import annotations

import argparse
import sys
from typing import Any

import pandas as pd

from kotacerdas.commands.plain import plain, print_json
from kotacerdas.export import safe_text
from kotacerdas.i18n import Text
from kotacerdas.instrument import exact
from kotacerdas.problem import Problem, Reason, span
from kotacerdas.published import Published, load
from kotacerdas.robustness import MOST_DRAWS, PRESETS, WIDEST, Settings, bands, ensemble

_WHOLE = ("rank", "p5", "median", "p95")


def add(commands: Any) -> None:
    """Register the command."""
    usual = Settings()
    parser = commands.add_parser("bands", help="the band of simulated ranks of every ranked city (5 to 95 %%)")
    parser.add_argument("--year", type=int, required=True)
    parser.add_argument("--preset", default=usual.preset, help=f"one of {', '.join(PRESETS)} (default {usual.preset})")
    parser.add_argument("--draws", default=str(usual.draws), help=f"1 to 100000 (default {usual.draws})")
    parser.add_argument("--seed", default=str(usual.seed), help=f"whole number (default {usual.seed})")
    parser.add_argument("--spread", default=str(usual.spread), help=f"change of a weight (default {usual.spread})")
    parser.add_argument(
        "--deviation",
        help="panel, combined: scatter of one assessor's mark, in points (default: a sixth of the scale, rounded)",
    )
    parser.add_argument("--panel-size", help="panel, combined: assessors (default: as the instrument says, if it does)")
    parser.add_argument("--reading", help="how a final becomes a level: linear (default) or literal")
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="JSON array (default)")
    shape.add_argument("--csv", action="store_true")
    parser.set_defaults(run=_bands)


def bands_rows(published: Published, year: int, settings: Settings, reading: str | None = None) -> list[dict[str, Any]]:
    """One plain object per ranked city, by rank and then name: the columns of `robustness.bands`."""
    frame = bands(published, ensemble(published, year, settings), reading)
    return [_row(row) for row in frame.reset_index().to_dict("records")]


def _bands(options: argparse.Namespace, text: Text) -> int:
    settings = Settings(
        preset=options.preset,
        draws=_number("draws_range", options.draws, accepted=span(1, MOST_DRAWS)),
        seed=_number("seed_range", options.seed),
        spread=_fraction("spread_range", options.spread, span(0, WIDEST)),
        deviation=None if options.deviation is None else _fraction("deviation_range", options.deviation, span(0, None)),
        panel_size=None if options.panel_size is None else _number("panel_size_range", options.panel_size),
    )
    rows = bands_rows(load(options.data), options.year, settings, options.reading)
    if options.csv:
        frame = pd.DataFrame(rows).map(lambda cell: safe_text(cell) if isinstance(cell, str) else cell)
        frame.to_csv(sys.stdout, index=False, lineterminator="\n")
    else:
        print_json(rows)
    return 0


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return {name: int(value) if name in _WHOLE else plain(value) for name, value in row.items()}


def _number(key: str, given: str, **facts: Reason) -> int:
    text = given.strip()
    if not (text.isascii() and text.isdigit() and len(text) < 40):
        raise Problem(key, value=given[:40], **facts)
    return int(text)


def _fraction(key: str, given: str, accepted: Reason) -> float:
    try:
        return float(exact(given.strip().replace(",", ".")))
    except (ValueError, OverflowError) as error:
        raise Problem(key, value=given[:40], accepted=accepted) from error
