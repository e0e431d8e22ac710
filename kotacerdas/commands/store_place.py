"""Which interview store a command works on: its options go over the environment."""

from __future__ import annotations

import argparse
import dataclasses
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from kotacerdas.interview.mode import Place, place_of

if TYPE_CHECKING:
    from kotacerdas.interview.store import Store


def add_place(parser: argparse.ArgumentParser) -> None:
    """The options that say where the store lies."""
    parser.add_argument("--home", type=Path, help="folder of the store (default: KOTACERDAS_HOME, or var/)")
    parser.add_argument("--database", metavar="URL", help="PostgreSQL store (default: KOTACERDAS_DATABASE_URL)")
    parser.add_argument("--tryout", action="store_true", help="the store of the local try-out")
    parser.add_argument("--json", action="store_true", help="JSON instead of lines")


def place(options: argparse.Namespace) -> Place:
    """The place that options and environment name."""
    found = place_of(os.environ, tryout=options.tryout)
    over = {"home": options.home, "url": options.database}
    return dataclasses.replace(found, **{name: value for name, value in over.items() if value is not None})


@contextmanager
def existing_store(options: argparse.Namespace) -> Iterator[Store]:
    """The store, which must be there. Raises `Problem` where it is not, or is damaged."""
    from kotacerdas.interview.store import open_store  # SQLAlchemy: not for every command

    where = place(options)
    store = open_store(where.home, where.url, name=where.name, create=False)
    try:
        yield store
    finally:
        store.close()
