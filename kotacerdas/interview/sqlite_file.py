"""A store in one SQLite file: made under another name and renamed, checked before it is used, opened for one writer.

Write-ahead log, every commit on the disk before it returns, foreign keys on. SQLite's own habits that would cost data
are asked for here: it takes an empty file for an empty database, and writes on to a file that was deleted.
"""

from __future__ import annotations

import os
import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event

from kotacerdas.interview.schema_version import SCHEMA, migrate, require_writable, version_of
from kotacerdas.interview.store_problems import damaged, make_folder, sqlite_told, telling
from kotacerdas.problem import Problem

_MAGIC = b"SQLite format 3\x00"
_CHECKPOINT = 4000
"""Pages (16 MB) the write-ahead log grows to before they are moved into the file, which makes one save wait."""


def identity_of(file: Path) -> tuple[int, int] | None:
    """Which file it is, whatever its name; None where there is none."""
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def sqlite_engine(file: Path, patience: float, query: str = "") -> Engine:
    """Connections to an existing file. `query` is put behind its URI to open it for reading only."""

    def connect() -> sqlite3.Connection:
        place = f"{file.absolute().as_uri()}?{query or 'mode=rw'}"
        # `mode=rw` never creates a file. Transactions are ours: the driver's own would begin deferred, and a deferred
        # transaction that turns into a write fails at once where another is writing.
        return sqlite3.connect(place, uri=True, timeout=patience, isolation_level=None, check_same_thread=False)

    engine = create_engine(
        URL.create("sqlite", database=str(file)),
        creator=connect,
        pool_size=10,
        max_overflow=30,
        pool_timeout=patience,
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def _settings(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(f"PRAGMA wal_autocheckpoint={_CHECKPOINT}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if connection.get_execution_options().get("store_writes", False):
            _begin_writing(connection, patience)
        else:
            connection.exec_driver_sql("BEGIN")

    return engine


def _begin_writing(connection: Connection, patience: float) -> None:
    """Ask for the file often: SQLite's own waiting sleeps up to 100 ms between two looks, and under load the one who
    waits longest looks least."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    if driver.in_transaction:  # a commit that failed on a full disk leaves it open
        driver.rollback()
    until = time.monotonic() + patience
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while time.monotonic() < until:
            try:
                driver.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    break
            time.sleep(random.uniform(0.0002, 0.002))  # noqa: S311 - not for secrets
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # once more, for an error as SQLAlchemy reports it
    finally:
        driver.execute(f"PRAGMA busy_timeout={round(patience * 1000)}")


def beside(file: Path, ending: str) -> Path:
    """A file that goes with another (`-wal`, `-shm`)."""
    return file.with_name(file.name + ending)


def read_only_query(file: Path) -> str:
    """How to open a file for reading in a folder where SQLite may not put its -wal and -shm files."""
    with suppress(sqlite3.Error):
        connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
        try:
            connection.execute("SELECT count(*) FROM sqlite_master")
            return "mode=ro"
        finally:
            connection.close()
    return "mode=ro&immutable=1"


def prepare_file(file: Path, *, create: bool, patience: float) -> Problem | None:
    """Make, check and migrate the file; why it is for reading only, or None."""
    if not file.exists():
        if _size(beside(file, "-wal")):
            raise damaged(str(file), file.parent, "store_only_wal")
        if not create:
            raise Problem("store_missing", file=str(file))
        make_folder(file.parent)
        with _alone(file):
            if not file.exists():
                _make(file, patience)
    _check_header(file)
    reason = None if _may_write(file) else Problem("store_read_only", file=str(file))
    query = read_only_query(file) if reason else ""
    if "immutable" in query and _size(beside(file, "-wal")):
        raise Problem("store_read_only_wal", file=str(file))
    engine = sqlite_engine(file, patience, query)
    try:
        version = _check_content(engine, file)
        if version != SCHEMA:
            require_writable(version, str(file), reason)
            with _alone(file):
                version = _check_content(engine, file)
                if version != SCHEMA:  # no other process was faster
                    _copy_aside(file, version)
                    _bring_up(engine, file)
    finally:
        engine.dispose()
    if reason is None:
        _write_ahead(file, patience)
    return reason


def _write_ahead(file: Path, patience: float) -> None:
    """Set the write-ahead log, which stays set in the file; a restored or copied file may be without."""
    connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True, timeout=patience)
    try:
        connection.execute("PRAGMA journal_mode=WAL").fetchone()
    except sqlite3.Error as error:
        raise sqlite_told(error, file, str(file)) or error from error
    finally:
        connection.close()


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


def _may_write(file: Path) -> bool:
    if not (os.access(file, os.W_OK) and os.access(file.parent, os.W_OK)):
        return False
    connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True, timeout=0, isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.Error as error:  # what the permissions do not show, such as a folder mounted for reading
        return error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN)
    finally:
        connection.close()
    return True


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """One process at a time makes or migrates a store. SQLite's own lock on a file of its own: it works on every
    system and falls with the process that holds it."""
    try:
        lock = sqlite3.connect(beside(file, ".lock"), timeout=60, isolation_level=None)
    except sqlite3.Error as error:
        raise Problem("store_folder", file=str(file.parent)) from error
    try:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            raise sqlite_told(error, file, str(file)) or error from error
        yield
    finally:
        lock.close()


def _bring_up(engine: Engine, file: Path) -> None:
    """All migrations in one transaction."""
    with telling(engine.url, file, file.parent), engine.execution_options(store_writes=True).begin() as connection:
        migrate(connection)


def _make(file: Path, patience: float) -> None:
    """A new store under another name, renamed when it is complete: a half-made one is never taken for a store."""
    new = beside(file, ".new")
    for ending in ("", "-wal", "-shm", "-journal"):  # of a start that was killed
        beside(new, ending).unlink(missing_ok=True)
    new.touch()
    engine = sqlite_engine(new, patience)
    try:
        _bring_up(engine, new)
        engine.dispose()
        _write_ahead(new, patience)
    except BaseException:
        engine.dispose()
        for ending in ("", "-wal", "-shm", "-journal"):
            beside(new, ending).unlink(missing_ok=True)
        raise
    with new.open("rb") as handle:
        os.fsync(handle.fileno())
    new.rename(file)
    _fsync_folder(file.parent)


def _fsync_folder(folder: Path) -> None:
    with suppress(OSError):  # not every system lets a folder be opened
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _check_header(file: Path) -> None:
    """What SQLite would not say: it takes an empty file for an empty database, and a store without the -wal file that
    goes with it for a complete one."""
    shm, wal = beside(file, "-shm"), beside(file, "-wal")
    try:
        if not file.stat().st_size:
            raise damaged(str(file), file.parent, "store_empty")
        # Closing a file gives up all locks this process holds on it: what is in use is left to SQLite to look at.
        if not shm.exists():
            with file.open("rb") as handle:
                if handle.read(len(_MAGIC)) != _MAGIC:
                    raise damaged(str(file), file.parent, "store_garbage")
    except PermissionError as error:
        raise Problem("store_refused", file=str(file)) from error
    except OSError as error:
        raise Problem("store_unreadable", file=str(file)) from error
    for _ in range(2):  # a process that closes takes -shm away just before -wal: look twice
        if not (shm.exists() and not wal.exists() and shm.exists()):
            break
        time.sleep(0.05)
    else:
        raise damaged(str(file), file.parent, "store_wal")


def _check_content(engine: Engine, file: Path) -> str:
    """The version of the store, once its pages, tables and version are found sound."""
    with telling(engine.url, file, file.parent), engine.begin() as connection:
        if connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() != "ok":
            raise damaged(str(file), file.parent, "store_pages")
        version = version_of(connection, str(file), file.parent)
    if version is None:
        raise damaged(str(file), file.parent, "store_tables")
    return version


def _copy_aside(file: Path, version: str) -> None:
    """The store as it is, before a migration changes it."""
    folder = file.parent / "backups"
    make_folder(folder)
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    target = folder / f"{file.stem}-before-{SCHEMA}-{version}-{stamp}.db"
    part = target.with_suffix(".part")
    for left in folder.glob(f"{file.stem}-before-*.part*"):  # of a start that was killed; we are alone here
        left.unlink(missing_ok=True)
    source, copy = sqlite3.connect(file), sqlite3.connect(part)
    try:
        source.backup(copy)
    except sqlite3.Error as error:
        raise sqlite_told(error, part, str(part)) or error from error
    finally:
        source.close()
        copy.close()
    with part.open("rb") as handle:
        os.fsync(handle.fileno())
    part.replace(target)
    _fsync_folder(folder)
