"""The data folder as one verified package: files, checksums, version.

`data/datapackage.json` (Frictionless Data Package) lists every file with its sha256. Reading compares each file
with its checksum: equal means already validated, so start-up pays no validation; different means damaged or
edited, and the schema is asked which row is wrong. `write_package` validates everything and renews the list after an
intended change.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import BaseModel, Field, ValidationError

from kotacerdas.dataset_checks import Parts, content_problems, file_bytes, read_parts, round_problems
from kotacerdas.instrument import DATA, load_instrument
from kotacerdas.problem import Problem, field_problem
from kotacerdas.schema import TABLES

PACKAGE = "datapackage.json"
LICENCE = {"name": "CC-BY-4.0", "title": "Creative Commons Attribution 4.0"}


class _Resource(BaseModel):
    """A file as the data package lists it; its path cannot lead out of the folder."""

    path: str = Field(pattern=r"^[a-z0-9_-]+(/[a-z0-9_-]+)?\.(csv|yaml)$")
    bytes: int = Field(ge=0)
    hash: str = Field(pattern=r"^sha256:[0-9a-f]{64}$")


class _Package(BaseModel):
    """What is read of `datapackage.json`."""

    version: str = Field(min_length=1)
    created: str
    resources: tuple[_Resource, ...]

    @property
    def digest(self) -> str:
        """Changes whenever any listed file does."""
        return _digest(r.hash for r in self.resources)


@dataclass(frozen=True)
class DataFile:
    """A file of the data folder as the package lists it: path in the folder, size in bytes, sha256 as hexadecimal."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Dataset(Parts):
    """The verified content of a data folder. `digest` changes whenever any file does (a cache key)."""

    folder: Path
    version: str
    created: str
    digest: str
    tables: dict[str, pd.DataFrame]
    files: tuple[DataFile, ...]


def read_dataset(folder: Path = DATA) -> Dataset:
    """Read and verify a data folder. Raises `Problem` naming the file (and row) that is missing or damaged."""
    package = _package(folder)
    for problem in _package_problems(folder, package):
        raise problem
    parts = read_parts(folder)
    for problem in round_problems(parts):
        raise problem
    return Dataset(
        folder=folder,
        version=package.version,
        created=package.created,
        digest=package.digest,
        tables={table.name: table.read(file_bytes(folder, table.path)) for table in TABLES},
        files=tuple(DataFile(r.path, r.bytes, r.hash.removeprefix("sha256:")) for r in package.resources),
        **vars(parts),
    )


def packaged_digest(folder: Path) -> str:
    """The `digest` of a data folder as its package states it, without reading the files themselves."""
    return _package(folder).digest


def content_digest(folder: Path) -> str:
    """The `digest` a data folder will have once it is packaged, from its files as they are."""
    return _digest(f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}" for path in _data_files(folder))


def _digest(hashes: Iterable[str]) -> str:
    return hashlib.sha256("".join(hashes).encode()).hexdigest()


def write_package(folder: Path, version: str, created: str) -> Path:
    """Validate the folder and write its `datapackage.json`, dated `created` (YYYY-MM-DD).

    Raises the first `Problem` found; nothing is written then.
    """
    try:
        day = dt.date.fromisoformat(created[:10]).isoformat()
    except ValueError as error:
        raise Problem("date_invalid", value=created) from error
    for problem in content_problems(folder):
        raise problem
    tables = {table.path: table for table in TABLES}
    resources = []
    for path in _data_files(folder):
        name = path.relative_to(folder).as_posix()
        content = path.read_bytes()
        entry: dict[str, Any] = {
            "name": name.replace("/", "-").replace("_", "-").lower().rsplit(".", 1)[0],
            "path": name,
            "format": path.suffix[1:],
            "bytes": len(content),
            "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        }
        if table := tables.get(name):
            entry |= {
                "profile": "tabular-data-resource",
                "title": table.title,
                "encoding": "utf-8",
                "dialect": {"delimiter": ",", "lineTerminator": "\n"},
                "schema": table.table_schema(),
            }
        resources.append(entry)
    package = {
        "profile": "data-package",
        "name": "kotacerdas",
        "title": "Smart City evaluation results of Indonesian kabupaten and kota",
        "version": version,
        "created": f"{day}T00:00:00Z",
        "licenses": [LICENCE],
        "citation": f"KotaCerdas data, version {version} ({day}). Compiled from the ministry's evaluation"
        " letters of 2021 and 2024 and the draft 2025 standard; places from GeoNames (CC BY 4.0).",
        "resources": resources,
    }
    target = folder / PACKAGE
    _replace(target, json.dumps(package, indent=1, ensure_ascii=False) + "\n")
    return target


def _replace(path: Path, text: str) -> None:
    """Replace a file in one step, so that a reader never meets half of it."""
    partial = path.with_suffix(".tmp")
    with partial.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def file_problems(folder: Path) -> list[Problem]:
    """Files that are missing, differ from their checksum, or are not listed in the data package."""
    try:
        return list(_package_problems(folder, _package(folder)))
    except Problem as problem:
        return [problem]


def _package_problems(folder: Path, package: _Package) -> Iterator[Problem]:
    for resource in package.resources:
        try:
            _verify(folder, resource)
        except Problem as problem:
            yield problem
    listed = {resource.path for resource in package.resources}
    for path in _data_files(folder):
        if path.relative_to(folder).as_posix() not in listed:
            yield Problem("file_unlisted", file=path.relative_to(folder).as_posix())


def _package(folder: Path) -> _Package:
    content = file_bytes(folder, PACKAGE)
    try:
        package = _Package.model_validate(json.loads(content))
        dt.date.fromisoformat(package.created[:10])
    except ValidationError as error:
        first = error.errors()[0]
        raise field_problem(PACKAGE, first, " > ".join(map(str, first["loc"])) or PACKAGE) from error
    except (ValueError, RecursionError) as error:
        raise Problem("file_unreadable", file=PACKAGE, row=getattr(error, "lineno", 1)) from error
    return package


def _verify(folder: Path, resource: _Resource) -> None:
    """Compare a file with its checksum; where they differ, say what is wrong in it if that can be told."""
    content = file_bytes(folder, resource.path)
    if f"sha256:{hashlib.sha256(content).hexdigest()}" == resource.hash:
        return
    path = Path(resource.path)
    for table in TABLES:
        if table.path == resource.path:
            for problem in table.validate(table.read(content)):
                raise problem
    if path.parent.name == "instruments":
        load_instrument(path.stem, folder / "instruments")
    elif path.suffix == ".yaml":
        read_parts(folder)
    raise Problem("file_changed", file=resource.path)


def _data_files(folder: Path) -> list[Path]:
    found = [path for pattern in ("*.csv", "*.yaml", "*/*.yaml") for path in folder.glob(pattern)]
    return sorted(path for path in found if path.is_file())
