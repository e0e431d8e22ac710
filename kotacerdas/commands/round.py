"""`round`: evaluation rounds without a screen, from invitation to publication."""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path
from typing import Any

from kotacerdas.commands import invite_list, round_city, round_data
from kotacerdas.commands.plain import print_json, refuse
from kotacerdas.commands.round_place import actor_of, add_common, new_store, say, stage_of
from kotacerdas.commands.store_place import existing_store
from kotacerdas.i18n import Text
from kotacerdas.problem import Problem
from kotacerdas.published import load


def add(commands: Any) -> None:
    """Register the command with its actions."""
    parser = commands.add_parser("round", help="evaluation rounds: create, invite, status, lock, export, import ...")
    actions = parser.add_subparsers(required=True, metavar="ACTION")

    create = actions.add_parser("create", help="make a round")
    create.add_argument("year", type=int)
    create.add_argument("name")
    create.add_argument(
        "--instrument",
        action="append",
        default=[],
        metavar="[GROUP=]ID",
        help="once per weight group, or once for all (default: the instruments of the newest published round)",
    )
    create.add_argument("--panel-size", type=int, default=5, help="assessors per city (default 5)")
    _done(create, _create)

    _done(actions.add_parser("list", help="the rounds of the store"), _list)

    invite = actions.add_parser("invite", help="invite cities")
    invite.add_argument("year", type=int)
    invite.add_argument("city", nargs="*", metavar="CODE[=GROUP]")
    invite.add_argument("--file", type=Path, metavar="CSV", help="columns code and, if needed, group")
    invite.add_argument(
        "--previous", type=int, metavar="YEAR", help="all cities of a published round, with their group"
    )
    invite.add_argument("--group", help="weight group of the cities whose group is not given")
    _done(invite, _invite)

    status = actions.add_parser("status", help="the board of a round")
    status.add_argument("year", type=int)
    status.add_argument("--stage", action="append", default=[], help="only cities at this stage; may be repeated")
    status.add_argument("--late", action="store_true", help="only cities past their deadline")
    status.add_argument("--flagged", action="store_true", help="only cities with flagged answers")
    _done(status, _status)

    round_city.add(actions)
    round_data.add_export(actions)
    round_data.add_import(actions)


def _done(parser: argparse.ArgumentParser, run: Any) -> None:
    add_common(parser)
    parser.set_defaults(run=run)


def _create(options: argparse.Namespace, text: Text) -> int:
    from kotacerdas.interview import rounds  # SQLAlchemy: not for every command

    instruments = dict(_pair(given) for given in options.instrument) or _newest(options.data)
    actor = actor_of(options)
    with new_store(options) as store:
        made = rounds.create(
            store, actor, options.year, options.name, instruments, options.panel_size, data=options.data
        )
    facts = {"round": made, "year": options.year, "instruments": instruments, "panel_size": options.panel_size}
    named = ", ".join(f"{group}={name}" for group, name in instruments.items())
    return say(options, facts, text("round_command.created", year=options.year, instruments=named))


def _newest(data: Path) -> dict[str, str]:
    rounds = load(data).rounds
    return dict(next(rounds[year].instruments for year in sorted(rounds, reverse=True) if rounds[year].instruments))


def _pair(given: str) -> tuple[str, str]:
    group, equals, name = (part.strip() for part in given.partition("="))
    if (equals and not name) or not group:
        raise Problem("group_form", value=given)
    return (group, name) if equals else ("all", group)


def _list(options: argparse.Namespace, text: Text) -> int:
    from kotacerdas.interview import rounds

    with existing_store(options) as store:
        found = rounds.listed(store, actor_of(options))
    if options.json:
        print_json([dataclasses.asdict(one) for one in found])
    for one in () if options.json else found:
        named = ", ".join(f"{group}={name}" for group, name in one.instruments.items())
        print(f"{one.year}  {one.name}  {named}  {one.published_at or '–'}")
    return 0


def _invite(options: argparse.Namespace, text: Text) -> int:
    from kotacerdas.interview import rounds

    wanted = invite_list.from_options(options.city)
    wanted += [] if options.file is None else invite_list.from_file(options.file)
    wanted += [] if options.previous is None else invite_list.from_round(options.data, options.previous)
    if not wanted:
        raise Problem("invite_none")
    register = rounds.read_register(options.data)
    with existing_store(options) as store:
        with store.read() as tx:
            around = rounds.find_round(tx, options.year)
        cities = invite_list.settled(wanted, around.instruments, options.group)
        found = rounds.invitation_problems(around, cities, register)
        if found:
            return refuse(found, text)
        done = rounds.invite(store, actor_of(options), around.id, cities, register=register)
    counts = {name: text.integer(len(getattr(done, name))) for name in ("new", "known", "regrouped")}
    return say(options, dataclasses.asdict(done), text("round_command.invited", year=options.year, **counts))


def _status(options: argparse.Namespace, text: Text) -> int:
    from kotacerdas.interview import rounds

    stages = [stage_of(given) for given in options.stage]
    names = rounds.read_register(options.data).names
    with existing_store(options) as store, store.read() as tx:
        around = rounds.find_round(tx, options.year)
        lines = rounds.board(tx, actor_of(options), around.id)
    lines = rounds.chosen(lines, stages=stages, late=options.late, flagged=options.flagged)
    if options.json:
        print_json([{"name": names.get(line.city), **dataclasses.asdict(line)} for line in lines])
        return 0
    for line in lines:
        print(_line(line, names.get(line.city, line.city), text))
    print(text("round_command.count", year=options.year, count=text.integer(len(lines))))
    return 0


def _line(line: Any, name: str, text: Text) -> str:
    notes = [
        text("round_command.due", due=text.date(line.due)) if line.due else "",
        text("round_command.late") if line.late else "",
        text("round_command.flagged", count=text.integer(line.flagged)) if line.flagged else "",
        text("round_command.provisional") if line.provisional else "",
    ]
    progress = f"{text.percent(line.share)}  {line.submitted}/{line.seats}"
    return "  ".join([line.city, name, text(f"stage.{line.stage}"), progress, *filter(None, notes)])
