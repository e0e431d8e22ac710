"""The data folder as one verified package: files, checksums, version.

`data/datapackage.json` (Frictionless Data Package) lists every file with its sha256. Reading compares each file
with its checksum: equal means already validated, so start-up pays no validation; different means damaged or
edited, and the schema is asked which row is wrong. `write_package` renews the list after an intended change.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd
import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from kotacerdas.instrument import DATA, Instrument, Label, SourceRef, instrument_ids, load_instrument
from kotacerdas.levels import Levels, load_levels
from kotacerdas.problem import Problem
from kotacerdas.schema import TABLES

PACKAGE = "datapackage.json"
LICENCE = {"name": "CC-BY-4.0", "title": "Creative Commons Attribution 4.0"}
T = TypeVar("T")


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Round(_Entry):
    """One evaluation round: how its figures came about and which instrument scores which group of cities."""

    year: int
    status: str
    source: SourceRef
    instruments: dict[str, str] = {}
    base_year: int | None = None
    derived_from: int | None = None
    counts: dict[str, int] = {}


class SourceTable(_Entry):
    """A table or page of a source document that figures were taken from."""

    id: str
    title: Label


class SourceDocument(_Entry):
    """A source document in our own words, and what was used of it."""

    id: str
    title: Label
    publisher: Label
    date: str
    status: str
    terms: Label
    used: Label
    tables: tuple[SourceTable, ...] = ()


class Note(_Entry):
    """A theme of the assessors' notes on a city, summarised in our own words; institutions only."""

    code: str
    year: int
    theme: str
    topic: Label
    text: Label
    institutions: tuple[str, ...]
    source: SourceRef


class Term(_Entry):
    """A technical term of the app with its one-sentence meaning; `topic` groups the glossary."""

    id: str
    topic: str
    term: Label
    text: Label


class Trap(_Entry):
    """A known fault of a source document that can mislead, and what was done about it, in our own words."""

    id: str
    document: str
    title: Label
    text: Label
    remedy: Label


@dataclass(frozen=True)
class DataFile:
    """A file of the data folder as the package lists it: path in the folder, size in bytes, sha256 as hexadecimal."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Dataset:
    """The verified content of a data folder. `digest` changes whenever any file does (a cache key)."""

    folder: Path
    version: str
    created: str
    digest: str
    tables: dict[str, pd.DataFrame]
    instruments: dict[str, Instrument]
    levels: Levels
    rounds: tuple[Round, ...]
    sources: tuple[SourceDocument, ...]
    notes: tuple[Note, ...]
    glossary: tuple[Term, ...]
    traps: tuple[Trap, ...]
    files: tuple[DataFile, ...]


def read_dataset(folder: Path = DATA) -> Dataset:
    """Read and verify a data folder. Raises `Problem` naming the file (and row) that is missing or damaged."""
    package = _package(folder)
    for resource in package["resources"]:
        _verify(folder, resource)
    tables = {table.name: table.read(_bytes(folder, table.path)) for table in TABLES}
    return Dataset(
        folder=folder,
        version=package["version"],
        created=package["created"],
        digest=_digest(package),
        tables=tables,
        instruments={
            name: load_instrument(name, folder / "instruments") for name in instrument_ids(folder / "instruments")
        },
        levels=load_levels(folder / "levels.yaml"),
        rounds=_entries(folder, "rounds.yaml", "rounds", Round),
        sources=_entries(folder, "sources.yaml", "sources", SourceDocument),
        notes=_entries(folder, "assessor_notes.yaml", "notes", Note),
        glossary=_entries(folder, "glossary.yaml", "glossary", Term),
        traps=_entries(folder, "traps.yaml", "traps", Trap),
        files=tuple(
            DataFile(path=r["path"], size=r["bytes"], sha256=r["hash"].removeprefix("sha256:"))
            for r in package["resources"]
        ),
    )


def package_digest(folder: Path = DATA) -> str:
    """The digest of the data package without reading its files: cheap enough for every page run."""
    return _digest(_package(folder))


def write_package(folder: Path, version: str, created: str) -> Path:
    """Validate the folder and write its `datapackage.json`, dated `created` (YYYY-MM-DD).

    Raises the first `Problem` found; nothing is written then.
    """
    for problem in table_problems(folder):
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
        "created": f"{created[:10]}T00:00:00Z",
        "licenses": [LICENCE],
        "citation": f"KotaCerdas data, version {version} ({created[:10]}). Compiled from the ministry's evaluation"
        " letters of 2021 and 2024 and the draft 2025 standard; places from GeoNames (CC BY 4.0).",
        "resources": resources,
    }
    target = folder / PACKAGE
    target.write_text(json.dumps(package, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return target


def table_problems(folder: Path) -> list[Problem]:
    """Everything that breaks a table's schema or points at a city, round or question that does not exist."""
    problems: list[Problem] = []
    frames: dict[str, pd.DataFrame] = {}
    for table in TABLES:
        try:
            frames[table.name] = table.read(_bytes(folder, table.path))
        except Problem as problem:
            problems.append(problem)
            continue
        problems += table.validate(frames[table.name])
    if len(frames) == len(TABLES):
        problems += _reference_problems(frames)
    return problems


def file_problems(folder: Path) -> list[Problem]:
    """Files that are missing, differ from their checksum, or are not listed in the data package."""
    problems = []
    try:
        package = _package(folder)
    except Problem as problem:
        return [problem]
    for resource in package["resources"]:
        try:
            _verify(folder, resource)
        except Problem as problem:
            problems.append(problem)
    listed = {resource["path"] for resource in package["resources"]}
    for path in _data_files(folder):
        if path.relative_to(folder).as_posix() not in listed:
            problems.append(Problem("file_unlisted", file=path.relative_to(folder).as_posix()))
    return problems


def _reference_problems(frames: dict[str, pd.DataFrame]) -> Iterator[Problem]:
    known = set(frames["cities"]["code"])
    for name in ("results", "question_scores"):
        frame = frames[name]
        for row in frame.index[~frame["code"].isin(known)]:
            yield Problem("city_unknown_row", file=f"{name}.csv", row=int(row) + 2, value=frame.at[row, "code"])


def _package(folder: Path) -> dict[str, Any]:
    try:
        package = json.loads(_bytes(folder, PACKAGE))
        _ = package["version"], package["created"], [(r["path"], r["hash"], r["bytes"]) for r in package["resources"]]
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise Problem("file_unreadable", file=PACKAGE, row=getattr(error, "lineno", 1)) from error
    return dict(package)


def _digest(package: dict[str, Any]) -> str:
    return hashlib.sha256("".join(r["hash"] for r in package["resources"]).encode()).hexdigest()


def _bytes(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        raise Problem("file_missing", file=name) from error


def _verify(folder: Path, resource: dict[str, Any]) -> None:
    """Compare a file with its checksum; where they differ, say which row is wrong if the schema can tell."""
    name = resource["path"]
    content = _bytes(folder, name)
    if f"sha256:{hashlib.sha256(content).hexdigest()}" == resource["hash"]:
        return
    for table in TABLES:
        if table.path == name:
            for problem in table.validate(table.read(content)):
                raise problem
    raise Problem("file_changed", file=name)


def _entries(folder: Path, name: str, key: str, model: type[T]) -> tuple[T, ...]:
    """The list under `key` of a YAML file, each entry checked against a model."""
    try:
        data = yaml.load(_bytes(folder, name), Loader=yaml.CSafeLoader)
        return tuple(TypeAdapter(list[model]).validate_python(data[key]))  # type: ignore[valid-type]
    except ValidationError as error:
        first = error.errors()[0]
        place = " > ".join(map(str, first["loc"]))
        raise Problem("instrument_field", file=name, place=place, what=first["msg"]) from error
    except (yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError) as error:
        mark = getattr(error, "problem_mark", None)
        raise Problem("file_unreadable", file=name, row=mark.line + 1 if mark else 1) from error


def _data_files(folder: Path) -> list[Path]:
    found = [path for pattern in ("*.csv", "*.yaml", "*/*.yaml") for path in folder.glob(pattern)]
    return sorted(found)
