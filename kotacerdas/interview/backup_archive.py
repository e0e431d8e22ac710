"""The format of a backup: one zip with every table as JSON lines, the evidence files, the package of published data
that is current, and a manifest over all of it.

It is the same for SQLite and PostgreSQL. A table's first line names its columns, each further line is a row; the
manifest, written last, has the sha256 of every member, the number of rows, and the length and last hash of every
audit stream. A backup is read with suspicion: nothing in it is believed before it agrees with the manifest.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, Literal

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import Boolean, Column, Integer, String, Table

from kotacerdas.interview.file_kinds import LARGEST
from kotacerdas.interview.part_file import disk_problem
from kotacerdas.problem import Problem, Unfit
from kotacerdas.zip_directory import Limits, opened

FORMAT = "kotacerdas-interview-backup"
VERSION = 1
MANIFEST = "manifest.json"
LIMITS = Limits(members=500_000, size=1 << 40, ratio=250)
LONGEST_LINE = 4 << 20
"""Bytes of a row; the longest audit record is far below."""
_LARGEST_MANIFEST = 256 << 20
_PACKAGED = r"(?:[A-Za-z0-9_-][A-Za-z0-9._-]{0,79}/)?[A-Za-z0-9_-][A-Za-z0-9._-]{0,79}"
_MEMBER = re.compile(
    rf"manifest\.json|tables/[a-z_]{{1,40}}\.jsonl|evidence/([0-9a-f]{{2}})/\1[0-9a-f]{{62}}|package/{_PACKAGED}"
)
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)
_WHOLE = 2**31


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Member(_Part):
    """A file of the backup."""

    sha256: str
    size: int


class Stream(_Part):
    """An audit stream as it stood: number of records and hash of the last."""

    length: int
    head: str


class Manifest(_Part):
    """What a backup says of itself. `store` tells a try-out from the real one; `absent` lists evidence files that
    were missing or damaged when it was made; `package` is the package of published data it holds."""

    format: Literal["kotacerdas-interview-backup"]
    version: int
    store: str
    table_version: str
    made_at: str
    tables: dict[str, int]
    members: dict[str, Member]
    absent: list[str]
    package: str | None = None
    streams: dict[str, Stream]


class Writer:
    """Writes the members of a backup one after another and remembers their hashes."""

    def __init__(self, file: BinaryIO) -> None:
        self.zip = zipfile.ZipFile(file, "w", allowZip64=True)
        self.members: dict[str, Member] = {}
        self.tables: dict[str, int] = {}

    def table(self, name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """A table, row by row."""
        count = -1

        def lines() -> Iterator[bytes]:
            nonlocal count
            for row in chain([columns], rows):
                count += 1
                yield json.dumps(list(row), separators=(",", ":"), ensure_ascii=True).encode("ascii") + b"\n"

        self._member(f"tables/{name}.jsonl", zipfile.ZIP_DEFLATED, lines())
        self.tables[name] = count

    def evidence(self, digest: str, content: bytes) -> None:
        """An evidence file under its hash; its kind is compressed already."""
        self._member(f"evidence/{digest[:2]}/{digest}", zipfile.ZIP_STORED, [content])

    def packaged(self, name: str, content: bytes) -> None:
        """A file of the current package of published data."""
        self._member(f"package/{name}", zipfile.ZIP_DEFLATED, [content])

    def finish(self, manifest: Manifest) -> None:
        """The manifest, and the end of the zip."""
        self._member(MANIFEST, zipfile.ZIP_DEFLATED, [manifest.model_dump_json(indent=1).encode()])
        self.zip.close()

    def abandon(self) -> None:
        """Let go of a backup that failed: its file is taken away by whoever opened it."""
        with suppress(Exception):  # the end record does not fit on a full disk
            self.zip.close()

    def _member(self, name: str, compression: int, parts: Iterable[bytes]) -> None:
        info = zipfile.ZipInfo(name)
        info.compress_type = compression
        info.external_attr = 0o600 << 16
        digest, size = hashlib.sha256(), 0
        with self.zip.open(info, "w", force_zip64=True) as member:
            for part in parts:
                digest.update(part)
                size += len(part)
                member.write(part)
        self.members[name] = Member(sha256=digest.hexdigest(), size=size)


class Archive:
    """An opened backup whose directory and manifest agree; its members are checked while they are read."""

    def __init__(self, file: Path, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        self.file, self.zip, self.manifest = file, archive, manifest

    @property
    def digests(self) -> frozenset[str]:
        """The hashes of the evidence files it holds."""
        return frozenset(name.rpartition("/")[2] for name in self.manifest.members if name.startswith("evidence/"))

    @property
    def size(self) -> int:
        """Bytes it unpacks to."""
        return sum(member.size for member in self.manifest.members.values())

    def rows(self, table: Table) -> Iterator[dict[str, Any]]:
        """The rows of a table. Raises `Problem` at the first that does not fit it, or at the end where the hash or
        the count is another than the manifest has."""
        name = f"tables/{table.name}.jsonl"
        columns = list(table.columns)
        names = [column.name for column in columns]
        count = -1
        for count, line in enumerate(self._parts(name, lines=True)):
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                row = None
            if count == 0:
                if row != names:
                    raise self.damaged("backup_columns", name=name)
                continue
            if not isinstance(row, list) or len(row) != len(columns) or not all(map(_fits, columns, row)):
                raise self.damaged("backup_row", name=name, row=count)
            yield dict(zip(names, row, strict=True))
        if count < 0 or count != self.manifest.tables.get(table.name):
            raise self.damaged("backup_count", name=name)

    def evidence(self, digest: str) -> bytes:
        """An evidence file. Raises `Problem` where it is not what its hash says."""
        content = b"".join(self._parts(f"evidence/{digest[:2]}/{digest}", lines=False))
        if hashlib.sha256(content).hexdigest() != digest:
            raise self.damaged("backup_hash", name=digest)
        return content

    @property
    def packaged(self) -> tuple[str, ...]:
        """The files of the package of published data it holds, by their path in the package."""
        names = sorted(self.manifest.members)
        return tuple(name.removeprefix("package/") for name in names if name.startswith("package/"))

    def packaged_file(self, name: str) -> bytes:
        """A file of the package."""
        return b"".join(self._parts(f"package/{name}", lines=False))

    def damaged(self, reason: str, **params: object) -> Problem:
        """The refusal of this backup, with its reason."""
        return _damaged(self.file, Unfit(reason, **params))

    def _parts(self, name: str, *, lines: bool) -> Iterator[bytes]:
        """A member line by line or piece by piece, its size bounded by what the directory promised, its hash checked
        at the end."""
        said = self.manifest.members[name]
        digest = hashlib.sha256()
        with _reading(self.file), self.zip.open(name) as member:
            while part := member.readline(LONGEST_LINE + 1) if lines else member.read(LONGEST_LINE):
                if len(part) > LONGEST_LINE:
                    raise self.damaged("backup_row", name=name, row=0)
                digest.update(part)
                yield part
        if digest.hexdigest() != said.sha256:
            raise self.damaged("backup_hash", name=name)


@contextmanager
def open_backup(file: Path) -> Iterator[Archive]:
    """The backup in a file. Raises `Problem` with the reason where it is none, damaged, or of a newer format."""
    try:
        handle = file.open("rb")
    except FileNotFoundError as error:
        raise Problem("backup_missing", file=str(file)) from error
    except OSError as error:
        raise disk_problem(error, file) from error
    with handle:
        try:
            archive = opened(handle, LIMITS)
        except Unfit as error:
            raise _damaged(file, error) from error
        with archive:
            yield Archive(file, archive, _manifest(file, archive))


def _manifest(file: Path, archive: zipfile.ZipFile) -> Manifest:
    members = {member.filename: member for member in archive.infolist()}
    strange = next((name for name in members if not _MEMBER.fullmatch(name)), None)
    if strange is not None:
        raise _damaged(file, Unfit("backup_strange", name=strange))
    if MANIFEST not in members or members[MANIFEST].file_size > _LARGEST_MANIFEST:
        raise _damaged(file, Unfit("backup_manifest"))
    with _reading(file):
        content = archive.read(MANIFEST)
    version = _version(content)
    if version is not None and version > VERSION:
        raise Problem("backup_newer", file=file.name, value=version, accepted=VERSION)
    try:
        manifest = Manifest.model_validate_json(content)
    except ValidationError as error:
        raise _damaged(file, Unfit("backup_manifest")) from error
    said = manifest.members
    for name in said.keys() ^ (members.keys() - {MANIFEST}):
        raise _damaged(file, Unfit("backup_member", name=name))
    for name, member in said.items():
        large = name.startswith(("evidence/", "package/")) and member.size > LARGEST
        if members[name].file_size != member.size or large:
            raise _damaged(file, Unfit("backup_size", name=name))
    return manifest


def _version(content: bytes) -> int | None:
    """The format version of a manifest that may otherwise be of any shape."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return None
    ours = isinstance(found, dict) and found.get("format") == FORMAT
    version = found.get("version") if ours else None
    return version if isinstance(version, int) else None


@contextmanager
def _reading(file: Path) -> Iterator[None]:
    try:
        yield
    except (Problem, Unfit):
        raise
    except OSError as error:
        raise disk_problem(error, file) from error
    except _DAMAGE as error:
        raise _damaged(file, Unfit("zip_damaged")) from error


def _damaged(file: Path, why: Unfit) -> Problem:
    return Problem("backup_damaged", file=file.name, what=why.reason)


def _fits(column: Column[Any], value: object) -> bool:
    """Whether a value may stand in a column on either database: type, length, no NUL, no half of a character pair."""
    if value is None:
        return bool(column.nullable)
    if isinstance(column.type, Boolean):
        return isinstance(value, bool)
    if isinstance(column.type, Integer):
        return isinstance(value, int) and not isinstance(value, bool) and -_WHOLE <= value < _WHOLE
    assert isinstance(column.type, String)
    if not isinstance(value, str) or len(value) > (column.type.length or LONGEST_LINE) or "\x00" in value:
        return False
    return not any("\ud800" <= sign <= "\udfff" for sign in value)


def streams_of(rows: Iterable[Mapping[str, Any]]) -> dict[str, Stream]:
    """The rows of `streams` as the manifest has them."""
    return {row["name"]: Stream(length=row["length"], head=row["head"]) for row in rows}


def packageable(name: str) -> bool:
    """Whether a file of a package is taken into a backup: a plain name, at most one folder deep."""
    return re.fullmatch(_PACKAGED, name) is not None
