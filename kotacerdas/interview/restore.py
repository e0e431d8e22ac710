"""From a backup back to a store: built and checked beside the old one, then put in its place in one step.

The backup is loaded into a SQLite file in a folder of its own and verified there (hashes, counts, references, audit
chain, evidence). Only then anything is touched: a SQLite store is replaced by renaming, a PostgreSQL one in a single
transaction. What stood there before is kept under a dated name, never deleted. Killed at any moment, the old state or
the new one is there; the rest is cleared away by the next restore.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, MetaData, create_engine, inspect, select, text
from sqlalchemy.exc import DBAPIError

from kotacerdas import packages
from kotacerdas.dataset import file_problems, read_dataset
from kotacerdas.interview import evidence, evidence_files, verification
from kotacerdas.interview import store as stores
from kotacerdas.interview.backup_archive import Archive, open_backup, streams_of
from kotacerdas.interview.named_package import current_package
from kotacerdas.interview.part_file import disk_problem, sync_folder
from kotacerdas.interview.postgres_server import address_of, postgres_engine
from kotacerdas.interview.schema_version import VERSION_TABLE, known_versions, migrate
from kotacerdas.interview.store import SCHEMA, Store, open_store
from kotacerdas.interview.store_problems import label_of, sqlite_told, telling, told
from kotacerdas.interview.tables import metadata, streams
from kotacerdas.problem import Problem

STAGE = ".restore"
"""Folder in the home in which the new store is built."""
ASIDE = "before-restore-"
"""How the names begin under which what stood before is kept."""
_AT_ONCE = 1_000
_BESIDE = ("-wal", "-shm", "-journal")
_OURS = frozenset({*metadata.tables, VERSION_TABLE})


@dataclass(frozen=True)
class Restored:
    """What was restored, from when; `aside`: the folder (and schema) in which the former store is kept; `package`: the
    published data that came with it."""

    made_at: str
    rows: Mapping[str, int]
    evidence: int
    absent: tuple[str, ...]
    aside: str | None
    package: str | None = None


def restore(
    home: Path, file: Path, *, url: str | None = None, name: str = "interview.db", replace: bool = False
) -> Restored:
    """Put the store of a backup into the folder `home`, or with `url` into a PostgreSQL database.

    Raises `Problem`, with nothing changed: the backup is damaged, of a newer program or of a try-out; there is a store
    with content and `replace` is not set; the store is in use; the disk is full.
    """
    with _alone(home, name), open_backup(file) as archive:
        said = archive.manifest
        if said.store != Path(name).stem:
            raise Problem("restore_kind", file=file.name, value=said.store, accepted=Path(name).stem)
        if shutil.disk_usage(home).free < 2 * archive.size:
            raise Problem("disk_full", file=str(home))
        if url is None and not replace and _file_used(home / name):
            raise Problem("restore_occupied", file=str(home / name))
        stage = _staged(home / STAGE, archive, name)
        aside = (
            _into_database(home, name, stage, url, replace=replace)
            if url
            else _into_file(home, name, stage, replace=replace)
        )
        try:
            _point(home, name, said.package)
        except OSError as error:
            raise disk_problem(error, home / packages_name(name)) from error
        return Restored(said.made_at, dict(said.tables), len(archive.digests), tuple(said.absent), aside, said.package)


@contextmanager
def _alone(home: Path, name: str) -> Iterator[None]:
    """One restore at a time: SQLite's lock on a file of its own, which falls with the process that holds it. What an
    earlier one left when it was killed is cleared away first."""
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise disk_problem(error, home) from error
    with closing(sqlite3.connect(home / ".restore.lock", timeout=0, isolation_level=None)) as lock:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if "readonly" in str(error) or "unable to open" in str(error):
                raise Problem("disk_read_only", file=name, folder=str(home)) from error
            raise Problem("restore_running", folder=str(home)) from error
        _clear(home)
        try:
            yield
        finally:
            _clear(home)


def _clear(home: Path) -> None:
    for path in (home / STAGE, *home.glob(f"{ASIDE}*.part")):
        shutil.rmtree(path, ignore_errors=True)


# ---- building ----------------------------------------------------------------------------------------------------


def _staged(folder: Path, archive: Archive, name: str) -> Path:
    """The store of the backup in a folder of its own, verified; returns that folder."""
    place = folder / name
    try:
        folder.mkdir(mode=0o700)
        place.touch(0o600)
        for digest in sorted(archive.digests):
            evidence_files.put(folder / evidence_name(name), archive.evidence(digest))
        for packaged in archive.packaged:
            path = folder / packages_name(name) / str(archive.manifest.package) / packaged
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(archive.packaged_file(packaged))
    except OSError as error:
        raise disk_problem(error, place) from error
    engine = create_engine(URL.create("sqlite", database=str(place)), hide_parameters=True)
    try:
        with engine.begin() as tx:
            _load(tx, archive)
    except DBAPIError as error:
        if isinstance(error.orig, sqlite3.IntegrityError):
            raise archive.damaged("backup_references") from error
        raise told(error, engine.url, place, folder) or error from error
    finally:
        engine.dispose()
    built = open_store(folder, name=name)
    try:
        _verify(built, archive)
    finally:
        built.close()
    with closing(sqlite3.connect(place, isolation_level=None)) as last:
        last.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
    with place.open("rb") as handle:
        os.fsync(handle.fileno())
    return folder


def _load(tx: Connection, archive: Archive) -> None:
    """Tables of the version the backup was made with, and its rows."""
    tx.exec_driver_sql("PRAGMA synchronous=OFF")  # it is made durable once, at the end
    tx.exec_driver_sql("PRAGMA foreign_keys=ON")
    version = archive.manifest.table_version
    if version not in known_versions():
        raise Problem("backup_newer", file=archive.file.name, value=version, accepted=SCHEMA)
    migrate(tx, version)
    there = MetaData()
    there.reflect(tx)
    tables = [table for table in there.sorted_tables if table.name != VERSION_TABLE]
    if {table.name for table in tables} != archive.manifest.tables.keys():
        raise archive.damaged("backup_manifest")
    for table in tables:
        for rows in _batches(archive.rows(table)):
            tx.execute(table.insert(), rows)


def _verify(built: Store, archive: Archive) -> None:
    """Raises `Problem` where the loaded store is not sound: references, audit chain, evidence."""
    said = archive.manifest
    with built.read() as tx:
        if tx.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
            raise archive.damaged("backup_references")
        heads = streams_of(dict(row._mapping) for row in tx.execute(select(streams)))
        named = current_package(tx)
    if heads != said.streams:
        raise archive.damaged("backup_streams")
    found = verification.verify(built).problems
    if found:
        where = {name: value for name, value in found[0].params.items() if name in ("stream", "row")}
        place = {"stream": where.get("stream", "–"), "row": where.get("row", "–")}
        raise Problem("restore_trail", file=archive.file.name, count=len(found), **place)
    if evidence.referenced(built) != archive.digests | set(said.absent):
        raise archive.damaged("backup_evidence")
    if (said.package is None and archive.packaged) or said.package not in (None, named):
        raise archive.damaged("backup_package_content")
    if said.package is not None:
        try:
            digest = read_dataset(built.packages / said.package).digest
        except Problem as error:
            raise archive.damaged("backup_package_content") from error
        if digest != said.package:
            raise archive.damaged("backup_package_content")


def _batches(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def evidence_name(name: str) -> str:
    """The folder of the evidence beside a store of that name, as `open_store` has it."""
    return "evidence" if name == "interview.db" else f"{Path(name).stem}-evidence"


def packages_name(name: str) -> str:
    """The folder of the packages beside a store of that name, as `open_store` has it."""
    return packages.FOLDER if name == "interview.db" else f"{Path(name).stem}-{packages.FOLDER}"


def _move_package(home: Path, name: str, stage: Path) -> None:
    """The package of the new store to its place. Nothing points to it yet; one that is there already stays, unless it
    is damaged."""
    place = home / packages_name(name)
    for built in (stage / packages_name(name)).glob("*"):
        place.mkdir(parents=True, exist_ok=True)
        there = place / built.name
        if there.exists() and file_problems(there):
            there.rename(place / f"damaged-{built.name[:12]}-{secrets.token_hex(4)}")
        packages.keep(built, place, built.name)


def _point(home: Path, name: str, package: str | None) -> None:
    """Let the public pages read what belongs to the restored store: its package, or where nothing was published yet
    the official data. Killed before this, the start of the app does the same (`publication.settle`), or the pages go
    on showing what they did."""
    place = home / packages_name(name)
    if package is not None:
        packages.point(place, package)
    elif (place / packages.POINTER).exists():
        (place / packages.POINTER).rename(place / f"{ASIDE}{packages.POINTER}-{secrets.token_hex(4)}")
        sync_folder(place)


def _move_evidence(home: Path, name: str, stage: Path) -> None:
    """The files of the new store to their places; those that are there already are the same, or mended by it."""
    for path in evidence_files.stored(stage / evidence_name(name)):
        place = evidence_files.path_of(home / evidence_name(name), path.name)
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.replace(place)
        sync_folder(place.parent)


# ---- SQLite ------------------------------------------------------------------------------------------------------


def _into_file(home: Path, name: str, stage: Path, *, replace: bool) -> str | None:
    """Rename the new store to the place of the old one. Nothing else has the old one open meanwhile, or it fails."""
    file = home / name
    try:
        rescued = _rescued(file, stage / "rescued")
        with _held(file) as held:
            used = _held_used(held) if held else _there(file)
            if used and not replace:
                raise Problem("restore_occupied", file=str(file))
            aside = _kept(home, name, held, rescued) if used else None
            _move_evidence(home, name, stage)
            _move_package(home, name, stage)
            if held is None:
                for ending in _BESIDE:  # a -wal left beside another file would be played into it
                    file.with_name(file.name + ending).unlink(missing_ok=True)
            (stage / name).replace(file)
            sync_folder(home)
    except OSError as error:
        raise disk_problem(error, file) from error
    except sqlite3.Error as error:
        raise sqlite_told(error, file, str(file)) or error from error
    return aside


def _rescued(file: Path, folder: Path) -> Path:
    """Where the old store can be copied from as it is now: SQLite takes away a -wal that does not fit a damaged file
    as soon as it is opened, so such a store is copied first."""
    if not any(file.with_name(file.name + ending).exists() for ending in _BESIDE):
        return file.parent
    folder.mkdir(mode=0o700)
    for ending in ("", *_BESIDE):
        with suppress(FileNotFoundError):
            shutil.copy2(file.with_name(file.name + ending), folder / (file.name + ending))
    return folder


@contextmanager
def _held(file: Path) -> Iterator[sqlite3.Connection | None]:
    """The old store, locked against everybody and without a -wal; None where there is none or it is no sound store.

    Raises `Problem` where another process has it open: that process would go on writing to the file taken away.
    """
    if not _headed(file):
        yield None
        return
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True, timeout=1)) as held:
        held.isolation_level = None
        sound = False
        try:
            held.execute("PRAGMA journal_mode=DELETE")
            held.execute("PRAGMA locking_mode=EXCLUSIVE")  # keeps the lock, while a copy is made outside of a write
            held.execute("BEGIN EXCLUSIVE")
            held.execute("COMMIT")
            sound = held.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
        except sqlite3.DatabaseError as error:
            if str(getattr(error, "sqlite_errorname", "")).startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
                raise Problem("restore_busy", file=str(file)) from error
        yield held if sound else None


def _file_used(file: Path) -> bool:
    """Whether there is a store with content, or one that cannot be read; looks without changing anything."""
    if not _headed(file):
        return _there(file)
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as there:
            return _held_used(there)
    except sqlite3.Error:
        return True


def _held_used(held: sqlite3.Connection) -> bool:
    try:
        return any(held.execute(f'SELECT 1 FROM "{table}" LIMIT 1').fetchone() for table in metadata.tables)  # noqa: S608
    except sqlite3.Error:
        return True


def _there(file: Path) -> bool:
    return any(file.with_name(file.name + ending).exists() for ending in ("", *_BESIDE))


def _headed(file: Path) -> bool:
    """Whether a file begins like a SQLite one."""
    try:
        with file.open("rb") as handle:
            return handle.read(16) == b"SQLite format 3\x00"
    except FileNotFoundError:
        return False


def _kept(home: Path, name: str, held: sqlite3.Connection | None = None, rescued: Path | None = None) -> str:
    """What stands there now, kept in a folder of its own that is a home itself; returns the folder's name.

    The store comes from the connection `held`, or file by file from the folder `rescued`; without both only the
    evidence and the current package are kept.
    """
    aside = _fresh(home)
    part = aside.with_name(aside.name + ".part")
    part.mkdir(mode=0o700)
    if held is not None:
        with closing(sqlite3.connect(part / name)) as copy:  # not a plain copy: closing the file would free our lock
            held.backup(copy)
    elif rescued is not None:
        for ending in ("", *_BESIDE):
            with suppress(FileNotFoundError):
                shutil.copy2(rescued / (name + ending), part / (name + ending))
    for path in evidence_files.stored(home / evidence_name(name)):
        place = evidence_files.path_of(part / evidence_name(name), path.name)
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            place.hardlink_to(path)
        except OSError:  # a file system without links
            shutil.copy2(path, place)
    pointed = home / packages_name(name) / packages.POINTER
    if pointed.is_file():
        (part / packages_name(name)).mkdir()
        shutil.copy2(pointed, part / packages_name(name))
        current = pointed.with_name(pointed.read_text(encoding="ascii", errors="replace").strip() or "-")
        if current.is_dir():
            shutil.copytree(current, part / packages_name(name) / current.name)
    part.rename(aside)
    sync_folder(home)
    return aside.name


def _fresh(home: Path) -> Path:
    stamp = stores.clock().strftime("%Y%m%dt%H%M%S")
    return next(
        path
        for number in range(1, 1_000)
        if not (path := home / f"{ASIDE}{stamp}{f'-{number}' if number > 1 else ''}").exists()
    )


# ---- PostgreSQL --------------------------------------------------------------------------------------------------


def _into_database(home: Path, name: str, stage: Path, url: str, *, replace: bool) -> str | None:
    """Move the old tables into a schema of their own and fill new ones, in one transaction."""
    address = address_of(url)
    engine = postgres_engine(address, stores.PATIENCE)
    label = label_of(address, None)
    aside = None
    try:
        with telling(address, None, home), engine.begin() as tx:
            tx.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
            there = sorted(_OURS & set(inspect(tx).get_table_names()))
            if there:
                tx.exec_driver_sql(f"LOCK TABLE {', '.join(map(_quoted, there))} IN ACCESS EXCLUSIVE MODE")
            used = any(tx.exec_driver_sql(f"SELECT 1 FROM {_quoted(one)} LIMIT 1").first() for one in _rows_of(there))  # noqa: S608
            if used and not replace:
                raise Problem("restore_occupied", file=label)
            if used:
                aside = _kept(home, name)
                tx.exec_driver_sql(f"CREATE SCHEMA {_quoted(aside)}")
            _move_evidence(home, name, stage)
            _move_package(home, name, stage)
            for one in there:
                tx.exec_driver_sql(
                    f"ALTER TABLE {_quoted(one)} SET SCHEMA {_quoted(aside)}"
                    if aside
                    else f"DROP TABLE {_quoted(one)} CASCADE"
                )
            migrate(tx)
            _copy(tx, stage / name)
    except OSError as error:
        raise disk_problem(error, home) from error
    finally:
        engine.dispose()
    return aside


def _copy(tx: Connection, file: Path) -> None:
    """Every row of the built store, and the counters behind the rows."""
    engine = create_engine(URL.create("sqlite", database=str(file)))
    try:
        with engine.connect() as source:
            for table in metadata.sorted_tables:
                rows = source.execute(select(table), execution_options={"yield_per": _AT_ONCE})
                for part in rows.mappings().partitions():
                    tx.execute(table.insert(), [dict(row) for row in part])
                if "id" in table.c:
                    query = (
                        "SELECT setval(pg_get_serial_sequence(:name, 'id'), greatest(max(id), 1), max(id) IS NOT NULL)"
                    )
                    tx.execute(text(f"{query} FROM {_quoted(table.name)}"), {"name": table.name})
    finally:
        engine.dispose()


def _rows_of(there: list[str]) -> list[str]:
    return [name for name in there if name != VERSION_TABLE]


def _quoted(name: str) -> str:
    """A name of ours in SQL; names come from `tables` and the clock, never from a file."""
    return '"' + name.replace('"', '""') + '"'
