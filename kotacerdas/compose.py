"""A data folder from the official one and added rounds: published panel rounds, imported results.

Official files are copied, official rows stay byte for byte, and added rows come after them. What was added can be
taken out again (`additions`), so that a new edition of the official data carries the same additions (`compose` once
more). A round that the official data hold is never added: official figures are not overwritten.
"""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from kotacerdas.dataset import PACKAGE, Dataset, content_digest, write_package
from kotacerdas.entries import Round, SourceDocument
from kotacerdas.problem import Problem
from kotacerdas.schema import QUESTION_SCORES, RESULTS, WEIGHT_GROUPS, Table
from kotacerdas.yaml_file import read_mapping

Row = tuple[str, ...]
"""The cells of a row as they stand in the file, in the order of the table's columns."""


@dataclass(frozen=True)
class Addition:
    """One added round: its entries in `rounds.yaml` and `sources.yaml`, and its rows of the three tables."""

    round: dict[str, Any]
    source: dict[str, Any]
    results: tuple[Row, ...]
    scores: tuple[Row, ...] = ()
    groups: tuple[Row, ...] = ()

    @property
    def year(self) -> int:
        """The year of the round."""
        return int(self.round["year"])


_TABLES: tuple[tuple[str, Table], ...] = (("results", RESULTS), ("scores", QUESTION_SCORES), ("groups", WEIGHT_GROUPS))


def additions(folder: Path, base: Path) -> tuple[Addition, ...]:
    """The rounds of a composed folder that the base does not hold, oldest first. Both folders are trusted."""
    official = {entry["year"] for entry in read_mapping(base / "rounds.yaml")["rounds"]}
    documents = {entry["id"]: entry for entry in read_mapping(folder / "sources.yaml")["sources"]}
    added = []
    for entry in read_mapping(folder / "rounds.yaml")["rounds"]:
        if entry["year"] in official:
            continue
        year = str(entry["year"])
        rows = {name: tuple(row for row in _rows(folder, table) if row[1] == year) for name, table in _TABLES}
        added.append(Addition(entry, documents[entry["source"]["document"]], **rows))
    return tuple(sorted(added, key=lambda addition: addition.year))


def compose(official: Dataset, added: Sequence[Addition], target: Path, created: str) -> str:
    """Write the folder `target` (which must not exist) from the official data and the additions; returns its digest.

    Everything is validated as by `python -m kotacerdas check`; `created` is the day (YYYY-MM-DD). Raises `Problem`
    for a year that the official data hold or that is added twice, and the first one a check finds.
    """
    base = official.folder
    taken = {entry.year for entry in official.rounds}
    for addition in added:
        if addition.year in taken:
            raise Problem("publish_year_taken", year=addition.year)
        taken.add(addition.year)
    shutil.copytree(base, target, ignore=shutil.ignore_patterns(PACKAGE, "*.tmp", ".*"))
    for name, table in _TABLES:
        _append(target / table.path, [row for addition in added for row in getattr(addition, name)])
    newest_first = sorted(added, key=lambda addition: -addition.year)
    rounds = [addition.round for addition in newest_first] + read_mapping(base / "rounds.yaml")["rounds"]
    rounds.sort(key=lambda entry: -entry["year"])
    _write_entries(target / "rounds.yaml", "rounds", rounds)
    sources = read_mapping(base / "sources.yaml")["sources"]
    known = {entry["id"] for entry in sources}
    own = [addition.source for addition in newest_first if addition.source["id"] not in known]
    _write_entries(target / "sources.yaml", "sources", [*own, *sources])
    digest = content_digest(target)
    version = f"{official.version}+{digest[:8]}" if added else official.version
    write_package(target, version, max(created, official.created[:10]))
    return digest


def check_entries(addition: Addition) -> None:
    """Raise where the entries of an addition are not what the files may hold (a defect of the writer)."""
    Round.model_validate(addition.round)
    SourceDocument.model_validate(addition.source)


def _rows(folder: Path, table: Table) -> list[Row]:
    with (folder / table.path).open(encoding="utf-8", newline="") as file:
        return [tuple(row) for row in csv.reader(file)][1:]


def _append(path: Path, rows: Iterable[Row]) -> None:
    """The rows behind those of a file, whose own bytes stay as they are."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    with path.open("ab") as file:
        file.write(buffer.getvalue().encode("utf-8"))


class _Dumper(yaml.SafeDumper):
    """Lists indented under their key, as the official files have them; no aliases."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _write_entries(path: Path, key: str, entries: list[dict[str, Any]]) -> None:
    head = "# Official entries and those of rounds published or imported with KotaCerdas; written by `compose`.\n"
    text = yaml.dump({key: entries}, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=118)
    path.write_text(head + text, encoding="utf-8", newline="\n")
