"""`results`: the results of a round, one object per programme city."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any

import pandas as pd

from kotacerdas.commands.plain import plain, print_json, whole
from kotacerdas.export import safe_text
from kotacerdas.i18n import Text
from kotacerdas.published import Published, load


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("results", help="the results of a round, one object per programme city")
    parser.add_argument("--year", type=int, required=True)
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="JSON array (default)")
    shape.add_argument("--csv", action="store_true")
    parser.set_defaults(run=_results)


def results_rows(published: Published, year: int) -> list[dict[str, Any]]:
    """One plain object per programme city of a round, as `results --json` prints them."""
    return [_result(row, published.components) for row in published.results(year).to_dict("records")]


def _results(options: argparse.Namespace, text: Text) -> int:
    rows = results_rows(load(options.data), options.year)
    if options.csv:
        flat = pd.json_normalize(rows, sep="_").astype({"rank": "Int64", "level": "Int64", "source_row": "Int64"})
        flat.map(lambda cell: safe_text(cell) if isinstance(cell, str) else cell).to_csv(
            sys.stdout, index=False, lineterminator="\n"
        )
    else:
        print_json(rows)
    return 0


def _result(row: dict[str, Any], components: Sequence[str]) -> dict[str, Any]:
    return {
        "code": row["code"],
        "name": row["name"],
        "kind": row["kind"],
        "province": row["province"],
        "group": plain(row["group"]),
        "status": row["status"],
        "components": {name: plain(row[name]) for name in components},
        "final": plain(row["final"]),
        "improvement": plain(row["improvement"]),
        "recomputed": plain(row["recomputed"]),
        "rank": whole(row["rank"]),
        "level": whole(row["level"]),
        "source": {
            "document": plain(row["source_document"]),
            "table": plain(row["source_table"]),
            "row": whole(row["source_row"]),
        },
    }
