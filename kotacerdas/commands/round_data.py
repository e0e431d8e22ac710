"""`round export`: a round as a data folder. `round import`: the results of an earlier round from a file."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from kotacerdas.commands.round_place import actor_of, add_common, new_store, say
from kotacerdas.commands.store_place import existing_store
from kotacerdas.i18n import Text
from kotacerdas.problem import Problem

LONGEST_LIST = 50
"""Refused rows that are named one by one."""


def add_export(commands: Any) -> None:
    """Register `round export`."""
    parser = commands.add_parser("export", help="write the final results of a round as a data folder")
    parser.add_argument("year", type=int)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="a folder that does not exist or is empty")
    parser.add_argument("--provisional", action="store_true", help="results of too few assessors too, marked as such")
    add_common(parser)
    parser.set_defaults(run=_export)


def add_import(commands: Any) -> None:
    """Register `round import`."""
    parser = commands.add_parser("import", help="bring in the results of an earlier round (CSV or XLSX)")
    parser.add_argument("file", type=Path, metavar="FILE", help="columns code, question, value; group where needed")
    parser.add_argument("--year", type=int, required=True)
    parser.add_argument("--name", required=True, help="who published the results")
    parser.add_argument(
        "--instrument",
        action="append",
        required=True,
        metavar="[GROUP=]ID",
        help="instrument of the round; once per weight group, or once for all",
    )
    add_common(parser)
    parser.set_defaults(run=_import)


def _export(options: argparse.Namespace, text: Text) -> int:
    from kotacerdas.interview import publication  # SQLAlchemy: not for every command
    from kotacerdas.interview.rounds import find_round

    with existing_store(options) as store:
        with store.read() as tx:
            round_id = find_round(tx, options.year).id
        folder = publication.export(
            store,
            actor_of(options),
            round_id,
            options.folder,
            base=options.data,
            provisional=options.provisional,
        )
    facts = {"year": options.year, "folder": str(folder)}
    return say(options, facts, text("carry.exported", year=options.year, folder=folder))


def _import(options: argparse.Namespace, text: Text) -> int:
    from kotacerdas.interview import carry

    content = _content(options.file)
    groups = dict(_pair(given) for given in options.instrument)
    with new_store(options) as store:
        try:
            done = carry.import_results(
                store,
                actor_of(options),
                content,
                options.file.name,
                year=options.year,
                title=options.name,
                instruments=groups,
                base=options.data,
            )
        except carry.Refused as refused:
            for problem in refused.problems[:LONGEST_LIST]:
                print(text.problem(problem), file=sys.stderr)
            more = len(refused.problems) - LONGEST_LIST
            if more > 0:
                print(text.problem(Problem("problems_more", count=more)), file=sys.stderr)
            raise
    if done.repeated:
        return say(options, vars(done), text("carry.repeated", year=done.year))
    counts = {"cities": text.integer(done.cities), "rows": text.integer(done.rows)}
    line = text("carry.done", year=done.year, package=done.package[:12], **counts)
    return say(options, vars(done), line)


def _content(file: Path) -> bytes:
    """One byte more than a file may have, so that a huge one is refused without being read."""
    from kotacerdas.intake import LARGEST

    try:
        with file.open("rb") as handle:
            return handle.read(LARGEST + 1)
    except OSError as error:
        raise Problem("import_file", file=file.name) from error


def _pair(given: str) -> tuple[str, str]:
    """`regular=evaluation-2024-regular`; a bare id is the instrument of all."""
    group, equals, name = (part.strip() for part in given.partition("="))
    return (group, name) if equals else ("all", group)
