"""A consistent copy of the store while it is in use, and the way back (`restore`).

The copy is what one transaction sees: every save acknowledged before it began and none half. Evidence files never
change and are never removed while a row names them, so they are read after that transaction has ended.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, select

from kotacerdas.interview import evidence_files
from kotacerdas.interview.backup_archive import VERSION, Manifest, Stream, Writer, streams_of
from kotacerdas.interview.part_file import part_file, sweep_parts
from kotacerdas.interview.restore import Restored, restore
from kotacerdas.interview.store import SCHEMA, Store, now
from kotacerdas.interview.tables import evidence, metadata, streams
from kotacerdas.problem import Problem

__all__ = ["Made", "Restored", "backup", "restore"]

_AT_ONCE = 500


@dataclass(frozen=True)
class Made:
    """A finished backup. `absent`: evidence files that could not be put into it, by name, each with its problem."""

    file: Path
    made_at: str
    rows: Mapping[str, int]
    evidence: int
    absent: Mapping[str, Problem]
    streams: Mapping[str, Stream]


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
            heads, files, absent = _write(writer, store, made_at)
        except BaseException:
            writer.abandon()
            raise
    return Made(file, made_at, dict(writer.tables), len(files) - len(absent), absent, heads)


def _write(writer: Writer, store: Store, made_at: str) -> tuple[dict[str, Stream], dict[str, str], dict[str, Problem]]:
    """Everything into the archive; returns the audit heads, the evidence files by hash, and those that are absent."""
    absent: dict[str, Problem] = {}
    with store.read() as tx:
        for table in metadata.sorted_tables:
            writer.table(table.name, [column.name for column in table.columns], _rows(tx, table))
        heads = heads_of(tx)
        files = {row.sha256: row.name for row in tx.execute(_FILES)}
    for digest, name in sorted(files.items()):
        try:
            content = evidence_files.get(store.evidence, digest, name)
        except Problem as problem:
            absent[digest] = problem
        else:
            writer.evidence(digest, content)
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
            streams=heads,
        )
    )
    return heads, files, absent


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
