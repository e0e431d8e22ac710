"""What all `round` commands share: the store and who acts, the city and stage they mean."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from kotacerdas.commands.plain import print_json
from kotacerdas.commands.store_place import add_place, existing_store, place
from kotacerdas.interview.roles import Actor
from kotacerdas.interview.stages import ORDER, Stage
from kotacerdas.problem import Problem

if TYPE_CHECKING:
    from kotacerdas.interview.standing import Entry
    from kotacerdas.interview.store import Store


def add_common(parser: argparse.ArgumentParser) -> None:
    """The store, JSON, and on whose behalf."""
    add_place(parser)
    parser.add_argument("--as", dest="person", metavar="EMAIL", help="act as this person, with this person's rights")


def actor_of(options: argparse.Namespace) -> Actor | None:
    """The person a command acts as; None for the command line itself."""
    if options.person is None:
        return None
    from kotacerdas.interview.grants import identity

    return Actor(identity(options.person))


@contextmanager
def new_store(options: argparse.Namespace) -> Iterator[Store]:
    """The store, made where there is none yet."""
    from kotacerdas.interview.store import open_store  # SQLAlchemy: not for every command

    where = place(options)
    store = open_store(where.home, where.url, name=where.name)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def entry_at(options: argparse.Namespace) -> Iterator[tuple[Store, Entry]]:
    """The store, and the entry of `options.city` in the round of `options.year`."""
    from kotacerdas.interview.rounds import find_entry, find_round

    with existing_store(options) as store:
        with store.read() as tx:
            entry = find_entry(tx, find_round(tx, options.year).id, options.city)
        yield store, entry


def stage_of(text: str) -> Stage:
    """A stage by its name (`self_assessment`, `self-assessment`). Raises `Problem` listing the stages."""
    try:
        return Stage(text.strip().lower().replace("-", "_"))
    except ValueError as error:
        raise Problem("stage_unknown", value=text, accepted=", ".join(ORDER)) from error


def say(options: argparse.Namespace, facts: dict[str, Any], line: str) -> int:
    """What was done: as JSON, or as one line."""
    if options.json:
        print_json(facts)
    else:
        print(line)
    return 0
