"""`card`: the explained score of one city, as a tree."""

from __future__ import annotations

import argparse
from typing import Any

from kotacerdas.commands.plain import print_json
from kotacerdas.i18n import Text
from kotacerdas.published import load


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("card", help="the explained score of one city, as a tree")
    parser.add_argument("--city", required=True, help="official code, e.g. 35.77")
    parser.add_argument("--year", type=int, required=True)
    parser.add_argument("--json", action="store_true", help="JSON (the only form)")
    parser.set_defaults(run=_card)


def _card(options: argparse.Namespace, text: Text) -> int:
    print_json(load(options.data).card(options.city, options.year).as_dict(options.lang))
    return 0
