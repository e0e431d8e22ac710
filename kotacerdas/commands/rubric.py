"""`rubric`: the score of one raw indicator value."""

from __future__ import annotations

import argparse
from typing import Any

from kotacerdas.commands.plain import plain, print_json
from kotacerdas.i18n import Text
from kotacerdas.instrument import exact, load_instrument
from kotacerdas.problem import Problem


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("rubric", help="the score of one raw indicator value")
    parser.add_argument("instrument", help="e.g. standard-2025")
    parser.add_argument("--indicator", required=True, help="number of the indicator, e.g. 21")
    parser.add_argument("--value", required=True, help="raw value")
    parser.add_argument("--json", action="store_true", help="JSON (the only form)")
    parser.set_defaults(run=_rubric)


def _rubric(options: argparse.Namespace, text: Text) -> int:
    instrument = load_instrument(options.instrument, options.data / "instruments")
    node_id = options.indicator if options.indicator in instrument else f"i{options.indicator}"
    if node_id not in instrument or instrument[node_id].rubric is None:
        raise Problem("indicator_unknown", value=options.indicator[:40], instrument=instrument.id)
    rubric = instrument[node_id].rubric
    assert rubric is not None
    try:
        value = exact(options.value.strip().replace(",", "."))
    except ValueError as error:
        raise Problem("answer_number", node=node_id, value=options.value[:40]) from error
    try:
        points = rubric.score(value)
    except ValueError as error:
        raise Problem("answer_scale", node=node_id, value=options.value[:40], accepted=rubric.accepted) from error
    number = node_id.removeprefix("i")
    print_json({"indicator": int(number) if number.isdigit() else number, "value": plain(value), "score": points})
    return 0
