"""A consistent copy of the store while it is in use, and the way back (`restore`).

The copy is what one transaction sees: every save acknowledged before it began and none half. Evidence files and
packages of published data never change and are never removed while a row names them, so they are read after that
transaction has ended. Of the packages the current one is taken: it holds all rounds that were published or imported.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, select

from kotacerdas.dataset import read_dataset
from kotacerdas.interview import evidence_files
from kotacerdas.interview.backup_archive import VERSION, Manifest, Stream, Writer, packageable, streams_of
from kotacerdas.interview.named_package import current_package
from kotacerdas.interview.part_file import part_file, sweep_parts
from kotacerdas.interview.restore import Restored, restore
from kotacerdas.interview.store import SCHEMA, Store, now
from kotacerdas.interview.tables import evidence, metadata, streams
from kotacerdas.problem import Problem

__all__ = ["Made", "Restored", "backup", "restore"]

_AT_ONCE = 500


@dataclass(frozen=True)
class Made:
    """A finished backup. `absent`: evidence files and the package of published data where they could not be put into
    it, by name, each with its problem. `package` is the one that is in it."""

    file: Path
    made_at: str
    rows: Mapping[str, int]
    evidence: int
    absent: Mapping[str, Problem]
    streams: Mapping[str, Stream]
    package: str | None = None


def backup(store: Store, file: Path) -> Made:
    """Write a backup of the store to a new file, all of it or nothing.

    Raises `Problem` where the file exists already, the disk is full or not writable, or the store cannot be read.
    """
    if file.exists() or file.is_symlink():
        raise Problem("backup_exists", file=str(file))
    made_at = now()
    with part_file(file) as target:
        sweep_parts(file.parent)
        writer = Writer(target)
        try:
            made = _write(writer, store, made_at)
        except BaseException:
            writer.abandon()
            raise
    return replace(made, file=file)


def _write(writer: Writer, store: Store, made_at: str) -> Made:
    """Everything into the archive."""
    absent: dict[str, Problem] = {}
    with store.read() as tx:
        for table in metadata.sorted_tables:
            writer.table(table.name, [column.name for column in table.columns], _rows(tx, table))
        heads = heads_of(tx)
        files = {row.sha256: row.name for row in tx.execute(_FILES)}
        named = current_package(tx)
    for digest, name in sorted(files.items()):
        try:
            content = evidence_files.get(store.evidence, digest, name)
        except Problem as problem:
            absent[digest] = problem
        else:
            writer.evidence(digest, content)
    missing = None if named is None else _package(writer, store.packages / named)
    package = None if missing else named
    writer.finish(
        Manifest(
            format="kotacerdas-interview-backup",
            version=VERSION,
            store=store_kind(store),
            table_version=SCHEMA,
            made_at=made_at,
            tables=writer.tables,
            members=dict(writer.members),
            absent=sorted(absent),
            package=package,
            streams=heads,
        )
    )
    whole = len(files) - len(absent)
    if missing is not None and named is not None:
        absent[named] = missing
    return Made(Path(), made_at, dict(writer.tables), whole, absent, heads, package)


def _package(writer: Writer, folder: Path) -> Problem | None:
    """A package into the archive; where it is missing or damaged, why it is not there."""
    try:
        sound = read_dataset(folder).digest == folder.name
        files = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
        contents = {name: path.read_bytes() for name, path in files.items() if sound and packageable(name)}
    except (Problem, OSError):
        sound = False
    if not sound:
        return Problem("backup_package", name=folder.name[:12])
    for name, content in contents.items():
        writer.packaged(name, content)
    return None


def heads_of(tx: Connection) -> dict[str, Stream]:
    """Length and last hash of every audit stream, by name: noted down elsewhere, they prove that nothing was cut."""
    return streams_of(dict(row._mapping) for row in tx.execute(select(streams).order_by(streams.c.name)))


def store_kind(store: Store) -> str:
    """`interview` for the real store, on whichever database; the name of its file for a try-out."""
    return store.file.stem if store.file else "interview"


_FILES = select(evidence.c.sha256, evidence.c.name).where(evidence.c.sha256.is_not(None)).order_by(evidence.c.id)


def _rows(tx: Connection, table: Table) -> Iterator[Sequence[Any]]:
    query = select(table).order_by(*table.primary_key)
    for row in tx.execute(query, execution_options={"yield_per": _AT_ONCE}):
        yield tuple(row)
