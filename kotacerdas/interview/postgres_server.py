"""A store in a PostgreSQL database, or one that speaks like it: for several app processes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from kotacerdas.interview.schema_version import SCHEMA, migrate, require_writable, version_of
from kotacerdas.interview.store_problems import label_of, make_folder, telling
from kotacerdas.problem import Problem

WRITERS = 10
"""Writes of one process at a time; the pool has as many connections again for reading."""


def address_of(url: str) -> URL:
    """The address with the driver that is used here. Raises `Problem` for anything but a PostgreSQL URL."""
    try:
        address = make_url(url)
    except ArgumentError as error:
        raise Problem("store_url", accepted="postgresql://user:password@host:5432/database") from error
    if address.drivername not in ("postgres", "postgresql", "postgresql+psycopg"):
        raise Problem("store_url", accepted="postgresql://user:password@host:5432/database")
    return address.set(drivername="postgresql+psycopg")


def postgres_engine(address: URL, patience: float) -> Engine:
    """Connections that wait `patience` seconds for a lock, and commit to the disk."""
    engine = create_engine(
        address,
        pool_size=WRITERS,
        max_overflow=10,
        pool_timeout=patience,
        # Not what the database has by default: every write locks what it decides by, and where `SERIALIZABLE` is the
        # default half of the saves would be refused. Readers ask for their own level (`Store.read`).
        isolation_level="READ COMMITTED",
        pool_pre_ping=True,  # after a restart of the database the next save works
        hide_parameters=True,
        connect_args={"connect_timeout": 5, "application_name": "kotacerdas"},
    )

    @event.listens_for(engine, "connect")
    def _settings(connection: Any, _record: object) -> None:
        # Statements, not the start-up option, which connection poolers refuse. A transaction whose client has gone
        # without a word gives its locks back after a minute.
        autocommit, connection.autocommit = connection.autocommit, True
        connection.execute(f"SET lock_timeout = {round(patience * 1000)}")
        connection.execute("SET synchronous_commit = on")
        connection.execute("SET idle_in_transaction_session_timeout = 60000")
        connection.autocommit = autocommit

    return engine


def prepare_database(engine: Engine, address: URL, home: Path, *, create: bool) -> Problem | None:
    """Make, check and migrate the tables; why the database is for reading only, or None."""
    label = label_of(address, None)
    with telling(address, None, home), engine.begin() as connection:
        version = version_of(connection, label, home)
        read_only = connection.exec_driver_sql("SHOW transaction_read_only").scalar() == "on"
    reason = Problem("store_read_only", file=label) if read_only else None
    if version is None:
        if not create or reason:
            raise Problem("store_missing", file=label)
        make_folder(home)
        _bring_up(engine, address, home)
    elif version != SCHEMA:
        require_writable(version, label, reason)
        _bring_up(engine, address, home)
    return reason


def _bring_up(engine: Engine, address: URL, home: Path) -> None:
    """All migrations in one transaction. Of several processes that start at once one wins; the others find its work."""
    try:
        with telling(address, None, home), engine.begin() as connection:
            migrate(connection)
    except (DBAPIError, Problem):
        with telling(address, None, home), engine.begin() as connection:
            if version_of(connection, label_of(address, None), home) != SCHEMA:
                raise
