"""`round seat|unseat|schedule|deadline|move|lock|publish`: what is done to the cities of a round."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Callable
from typing import Any

from kotacerdas.commands.plain import refuse
from kotacerdas.commands.round_place import actor_of, add_common, entry_at, say, stage_of
from kotacerdas.commands.store_place import existing_store
from kotacerdas.i18n import Text

Run = Callable[[argparse.Namespace, Text], int]


def add(actions: Any) -> None:
    """Register the actions."""
    seat = _action(actions, "seat", "seat assessors in the panel of a city", _seat, city=True)
    seat.add_argument("who", nargs="*", metavar="EMAIL")
    seat.add_argument("--chair", metavar="EMAIL", help="who gets the chair's seat")

    unseat = _action(actions, "unseat", "end a seat; its marks are kept but do not count", _unseat, city=True)
    unseat.add_argument("who", metavar="EMAIL")
    unseat.add_argument("--reason")

    schedule = _action(actions, "schedule", "set the interview of a city", _schedule, city=True)
    schedule.add_argument("at", metavar="TIME", help='e.g. "2026-12-01 09:30" (UTC+7 unless it says otherwise)')
    schedule.add_argument("--link", help="address of the meeting")

    deadline = _action(actions, "deadline", "set by when a stage is to be left", _deadline)
    deadline.add_argument("stage")
    deadline.add_argument("due", metavar="DATE", help="a day counts to its end")
    deadline.add_argument("--city", metavar="CODE", help="for this city only")

    move = _action(actions, "move", "move a city to another stage", _move, city=True)
    move.add_argument("stage")
    move.add_argument("--reason")
    move.add_argument("--base", type=int, help="version that was seen (default: the present one)")

    lock = _action(actions, "lock", "make final what stands at the right of reply", _lock)
    lock.add_argument("city", nargs="*", metavar="CODE", help="only these cities")
    lock.add_argument("--reason")

    publish = _action(actions, "publish", "publish what is final in a round", _publish)
    publish.add_argument("--provisional", action="store_true", help="results of too few assessors too, marked as such")
    publish.add_argument("--reason")


def _action(actions: Any, name: str, help_: str, run: Run, *, city: bool = False) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(name, help=help_)
    parser.add_argument("year", type=int)
    if city:
        parser.add_argument("city", metavar="CODE")
    add_common(parser)
    parser.set_defaults(run=run)
    return parser


def _seat(options: argparse.Namespace, text: Text) -> int:
    from kotacerdas.interview import rounds  # SQLAlchemy: not for every command

    with entry_at(options) as (store, entry):
        panel = rounds.seat(store, actor_of(options), entry.id, options.who, chair=options.chair)
    facts = {"city": entry.city, "panel": [dataclasses.asdict(one) for one in panel]}
    named = ", ".join(one.who for one in panel)
    count = text.integer(len(panel))
    return say(options, facts, text("round_command.seated", city=entry.city, count=count, who=named))


def _unseat(options: argparse.Namespace, text: Text) -> int:
    from kotacerdas.interview import rounds

    with entry_at(options) as (store, entry):
        ended = rounds.unseat(store, actor_of(options), entry.id, options.who, options.reason)
    line = text("round_command.unseated", who=ended.who, city=entry.city, count=text.integer(ended.marks))
    return say(options, {"city": entry.city, **dataclasses.asdict(ended)}, line)


def _schedule(options: argparse.Namespace, text: Text) -> int:
    from kotacerdas.interview import rounds
    from kotacerdas.interview.times import moment, read_moment

    with entry_at(options) as (store, entry):
        version = rounds.schedule(store, actor_of(options), entry.id, options.at, options.link)
    at = read_moment(options.at)
    facts = {"city": entry.city, "meeting_at": at, "version": version}
    return say(options, facts, text("round_command.scheduled", city=entry.city, at=moment(at)))


def _deadline(options: argparse.Namespace, text: Text) -> int:
    from kotacerdas.interview import rounds
    from kotacerdas.interview.times import moment

    stage = stage_of(options.stage)
    with existing_store(options) as store:
        with store.read() as tx:
            round_id = rounds.find_round(tx, options.year).id
        due = rounds.deadline(store, actor_of(options), round_id, stage, options.due, options.city)
    facts = {"year": options.year, "stage": stage.value, "city": options.city, "due": due}
    line = text("round_command.deadline", stage=text(f"stage.{stage.value}"), due=moment(due))
    return say(options, facts, line)


def _move(options: argparse.Namespace, text: Text) -> int:
    from kotacerdas.interview import rounds

    stage = stage_of(options.stage)
    with entry_at(options) as (store, entry):
        base = entry.version if options.base is None else options.base
        version = rounds.move(store, actor_of(options), entry.id, stage, base=base, reason=options.reason)
    facts = {"city": entry.city, "stage": stage.value, "version": version}
    return say(options, facts, text("round_command.moved", city=entry.city, stage=text(f"stage.{stage.value}")))


def _lock(options: argparse.Namespace, text: Text) -> int:
    from kotacerdas.interview import rounds

    with existing_store(options) as store:
        with store.read() as tx:
            round_id = rounds.find_round(tx, options.year).id
        done = rounds.lock(store, actor_of(options), round_id, options.city or None, options.reason)
    locked = [city for city, problem in done.items() if problem is None]
    refused = {city: problem for city, problem in done.items() if problem is not None}
    facts = {"locked": locked, "refused": {city: text.problem(problem) for city, problem in refused.items()}}
    say(options, facts, text("round_command.locked", year=options.year, count=text.integer(len(locked))))
    return refuse(refused.values(), text) if refused else 0


def _publish(options: argparse.Namespace, text: Text) -> int:
    from kotacerdas.interview import publication, rounds

    with existing_store(options) as store:
        with store.read() as tx:
            round_id = rounds.find_round(tx, options.year).id
        done = publication.publish(
            store,
            actor_of(options),
            round_id,
            base=options.data,
            provisional=options.provisional,
            reason=options.reason,
        )
    facts = {"year": options.year, **dataclasses.asdict(done)}
    line = text(
        "round_command.published",
        year=options.year,
        package=done.package[:12],
        count=len(done.cities),
        kept=len(done.kept),
    )
    return say(options, facts, line)
