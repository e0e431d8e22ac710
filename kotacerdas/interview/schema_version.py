"""Which version of the tables a store has, and the way to the newest one."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect

from kotacerdas.interview.store_problems import damaged
from kotacerdas.interview.tables import metadata
from kotacerdas.problem import Problem

SCHEMA = "0001"
"""The newest migration, which this program reads and writes; a test compares it with `migrations/`."""
MIGRATIONS = Path(__file__).parent / "migrations"
VERSION_TABLE = "alembic_version"


def version_of(connection: Connection, label: str, home: Path) -> str | None:
    """The schema version written in the store, None where there is nothing of ours at all. Raises `Problem` where only
    a part of the tables is there, or a version this program does not know."""
    there = set(inspect(connection).get_table_names())
    ours = set(metadata.tables)
    if VERSION_TABLE not in there:
        if there & ours:
            raise damaged(label, home, "store_tables")
        return None
    found = connection.exec_driver_sql(f"SELECT version_num FROM {VERSION_TABLE}").scalars().all()  # noqa: S608
    if len(found) != 1:
        raise damaged(label, home, "store_tables")
    version = str(found[0])
    if version == SCHEMA:
        if ours - there:
            raise damaged(label, home, "store_tables")
    elif version not in known_versions():
        raise Problem("store_newer", file=label, value=version, accepted=SCHEMA)
    return version


def require_writable(version: str, label: str, reason: Problem | None) -> None:
    """Raises `Problem` where an older store would have to be migrated and cannot be written (`reason`)."""
    if reason is not None:
        raise Problem("store_older", file=label, value=version, accepted=SCHEMA)


def migrate(connection: Connection, to: str = "head") -> None:
    """Bring the tables of an open transaction to `SCHEMA` (or a version `to`), from nothing or an older version."""
    from alembic import command  # 0.2 s to import, and hardly ever needed
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def known_versions() -> set[str]:
    """The versions this program can read or migrate."""
    from alembic.script import ScriptDirectory

    folder = ScriptDirectory(str(MIGRATIONS))
    return {script.revision for script in folder.walk_revisions()}
