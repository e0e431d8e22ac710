"""What went wrong in a database, told so that a person can mend it; a driver's error that is a defect stays one."""

from __future__ import annotations

import errno
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from kotacerdas.problem import Problem, Reason

_LEAST_FREE = 1 << 20
"""With less free space than this (bytes), an unclear write error is told as a full disk."""


def newest_backup(home: Path) -> str | None:
    """The name of the newest finished backup in `<home>/backups`."""
    try:
        found = [path for path in (home / "backups").iterdir() if path.suffix in (".zip", ".db") and path.is_file()]
        return max(found, key=lambda path: path.stat().st_mtime).name if found else None
    except OSError:
        return None


def label_of(url: URL, file: Path | None) -> str:
    """What a store is called in a sentence: its file, or its address without the password."""
    return str(file) if file else url.set(drivername="postgresql", query={}).render_as_string(hide_password=True)


def damaged(label: str, home: Path, what: str) -> Problem:
    """The problem of a damaged store: what is wrong (`reason.<what>`), and which backup to restore."""
    backup = newest_backup(home)
    return Problem("store_damaged", file=label, what=Reason(what), backup=backup or Reason("backup_none"))


def make_folder(folder: Path) -> None:
    """The folder, with those above it. Raises `Problem` where it cannot be made."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise Problem("store_full", file=str(folder)) from error
        raise Problem("store_folder", file=str(folder)) from error


@contextmanager
def telling(url: URL, file: Path | None, home: Path) -> Iterator[None]:
    """Turn the errors of a driver that a person can mend into a `Problem`.

    What no database can keep (NUL, half a character pair, a number beyond all numbers) is one too: services check what
    they know people write, and whatever else a request smuggles in ends here instead of in a traceback.
    """
    try:
        yield
    except (UnicodeEncodeError, OverflowError) as error:
        raise Problem("store_value") from error
    except (DBAPIError, PoolTimeout) as error:
        problem = told(error, url, file, home)
        if problem is None:
            raise
        raise problem from error


def told(error: DBAPIError | PoolTimeout, url: URL, file: Path | None, home: Path) -> Problem | None:
    """The problem behind a driver's error, None for a defect."""
    label = label_of(url, file)
    if isinstance(error, PoolTimeout):
        return Problem("store_locked", file=label)
    if isinstance(error.orig, sqlite3.Error):
        return sqlite_told(error.orig, file, label)
    return _postgres_told(error.orig, label)


def sqlite_told(error: sqlite3.Error, file: Path | None, label: str) -> Problem | None:
    """The problem behind an error of SQLite, None for a defect."""
    name = str(getattr(error, "sqlite_errorname", ""))
    kind = "_".join(name.split("_")[:2])
    if kind in ("SQLITE_BUSY", "SQLITE_LOCKED"):
        return Problem("store_locked", file=label)
    if kind == "SQLITE_FULL" or (kind == "SQLITE_IOERR" and _no_space(file)):
        return Problem("store_full", file=label)
    if kind == "SQLITE_IOERR":
        return Problem("store_disk", file=label, value=name)
    if kind == "SQLITE_CANTOPEN" or name == "SQLITE_READONLY_DBMOVED":
        return Problem("store_gone", file=label)
    if kind in ("SQLITE_READONLY", "SQLITE_PERM", "SQLITE_AUTH"):
        return Problem("store_read_only", file=label)
    if kind in ("SQLITE_CORRUPT", "SQLITE_NOTADB"):
        return damaged(label, file.parent if file else Path(), "store_pages")
    return None


def _no_space(file: Path | None) -> bool:
    try:
        return file is not None and shutil.disk_usage(file.parent).free < _LEAST_FREE
    except OSError:
        return False


_COLLIDED = frozenset({"40001", "40P01"})
"""SQLSTATE of a transaction that the database took back so that another could go on."""


def collided(problem: Problem) -> bool:
    """Whether the database took the transaction back in favour of another: done again, it may well succeed."""
    cause = problem.__cause__
    return isinstance(cause, DBAPIError) and getattr(cause.orig, "sqlstate", None) in _COLLIDED


_STATES = {
    "53100": "full",
    "25006": "read_only",
    "42501": "refused",
    "3D000": "refused",
    "55P03": "locked",
    "57014": "locked",
    "40001": "locked",
    "40P01": "locked",
    "53300": "locked",
}
"""SQLSTATE -> what a person is told. Classes 08, 28 and 57 below."""


def _postgres_told(error: BaseException | None, label: str) -> Problem | None:
    state = getattr(error, "sqlstate", None)
    kind = _STATES.get(state or "")
    if isinstance(error, psycopg.DataError):
        return Problem("store_value")
    if kind == "full":
        return Problem("store_full", file=label)
    if kind == "read_only":
        return Problem("store_read_only", file=label)
    if kind == "refused" or (state and state.startswith("28")):
        return Problem("store_refused", file=label)
    if kind == "locked":
        return Problem("store_locked", file=label)
    if state is None and "password authentication failed" in str(error):  # a failed sign-in comes without a state
        return Problem("store_refused", file=label)
    if isinstance(error, psycopg.OperationalError) or (state and state[:2] in ("08", "57", "58", "XX")):
        return Problem("store_gone", file=label)  # without a state: the server does not answer, the connection broke
    return None
