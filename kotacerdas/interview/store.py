"""Where the interview is kept: one SQLite file by default, PostgreSQL by URL.

`open_store` makes a store on first start, brings an older one up to date and refuses a damaged one; `Store.write` and
`Store.read` are the only two ways in. A write is one transaction that is durable when it returns. What a person can
mend (a full disk, a lock, a folder without write permission) comes as a `Problem`, everything else as it is.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from sqlalchemy import URL, Connection, Engine

from kotacerdas.interview.postgres_server import WRITERS, address_of, postgres_engine, prepare_database
from kotacerdas.interview.schema_version import SCHEMA, migrate
from kotacerdas.interview.sqlite_file import identity_of, prepare_file, read_only_query, sqlite_engine
from kotacerdas.interview.store_problems import label_of, make_folder, newest_backup, telling
from kotacerdas.interview.turns import Turns
from kotacerdas.problem import Problem

__all__ = ["PATIENCE", "SCHEMA", "Store", "clock", "migrate", "newest_backup", "now", "open_store"]

PATIENCE = 10.0
"""Seconds a write waits for its turn before it gives up."""


def clock() -> dt.datetime:
    """The time; tests put their own in its place."""
    return dt.datetime.now(dt.UTC)


def now() -> str:
    """The moment as it is stored: UTC, ISO, with microseconds."""
    return clock().isoformat(timespec="microseconds")


@dataclass(frozen=True)
class Store:
    """An open store, shared by all threads of the process.

    `file` is the SQLite file (None for PostgreSQL), `reason` why nothing can be written (None: it can).
    """

    url: URL
    engine: Engine
    home: Path
    evidence: Path
    packages: Path
    reason: Problem | None = None
    file: Path | None = None
    patience: float = PATIENCE
    _identity: tuple[int, int] | None = field(default=None, repr=False)
    _turns: Turns = field(default_factory=lambda: Turns(1), repr=False, compare=False)
    _inside: threading.local = field(default_factory=threading.local, repr=False, compare=False)

    @property
    def writable(self) -> bool:
        """Whether anything can be written."""
        return self.reason is None

    @property
    def label(self) -> str:
        """What the store is called in a sentence: its file, or the address without the password."""
        return label_of(self.url, self.file)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: what is written inside is there, all of it and durable, once this returns; else nothing is.

        Raises `Problem` for what a person can mend, after rolling back. Not to be nested (RuntimeError): a transaction
        that waits for another of its own thread would wait for ever.
        """
        if self.reason is not None:
            raise Problem(self.reason.key, **self.reason.params)
        if getattr(self._inside, "writes", False):
            raise RuntimeError("a write inside a write of the same thread")
        with self._my_turn():
            self._inside.writes = True
            try:
                with self._telling(), self._writer.begin() as tx:
                    self._still_in_place()
                    yield tx
                    self._still_in_place()
            finally:
                self._inside.writes = False

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view of the store. Raises `Problem` where it cannot be had."""
        with self._telling(), self._reader.begin() as tx:
            yield tx

    def close(self) -> None:
        """Let go of all connections that are not in use."""
        self.engine.dispose()

    @contextmanager
    def _my_turn(self) -> Iterator[None]:
        """Threads queue here, in the order they came: neither a file lock nor a pool of connections is fair."""
        if not self._turns.take(self.patience):
            raise Problem("store_locked", file=self.label)
        try:
            yield
        finally:
            self._turns.give()

    def _still_in_place(self) -> None:
        """SQLite goes on writing to a file that was deleted or replaced under it; those saves would be lost."""
        if self.file is not None and identity_of(self.file) != self._identity:
            raise Problem("store_gone", file=self.label)

    def _telling(self) -> AbstractContextManager[None]:
        return telling(self.url, self.file, self.home)

    @cached_property
    def _writer(self) -> Engine:
        return self.engine.execution_options(store_writes=True)

    @cached_property
    def _reader(self) -> Engine:
        if self.file is not None:
            return self.engine
        return self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def open_store(
    home: Path, url: str | None = None, *, name: str = "interview.db", create: bool = True, patience: float = PATIENCE
) -> Store:
    """The store in the folder `home`: its SQLite file `name`, or the PostgreSQL database `url` (files stay in `home`).

    Makes what is missing (with all migrations or not at all) unless `create` is false, migrates what is older, after a
    copy of it. Without write permission the store opens for reading, with a `reason`. Raises `Problem` where the
    store is damaged, newer than this program, or out of reach; never replaces an existing file.
    """
    prefix = "" if name == "interview.db" else f"{Path(name).stem}-"
    reason: Problem | None = None
    file: Path | None = None
    if url is None:
        file = home / name
        address = URL.create("sqlite", database=str(file))
        reason = prepare_file(file, create=create, patience=patience)
        engine = sqlite_engine(file, patience, read_only_query(file) if reason else "")
    else:
        address = address_of(url)
        engine = postgres_engine(address, patience)
        try:
            reason = prepare_database(engine, address, home, create=create)
        except BaseException:
            engine.dispose()
            raise
    evidence, packages = home / f"{prefix}evidence", home / f"{prefix}packages"
    if reason is None:
        for folder in (evidence, packages):
            make_folder(folder)
    return Store(
        address,
        engine,
        home,
        evidence,
        packages,
        reason,
        file,
        patience,
        _identity=identity_of(file) if file else None,
        _turns=Turns(1 if file else WRITERS),
    )
