"""The entries of the data folder's small YAML files: rounds, sources, assessors' notes, glossary, known traps."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from kotacerdas.instrument import Label, SourceRef
from kotacerdas.problem import field_problem
from kotacerdas.yaml_file import read_mapping


class Entry(BaseModel):
    """What all entries have in common: no field that is not known, and no change after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Round(Entry):
    """One evaluation round: how its figures came about and which instrument scores which group of cities.

    `status`: `published` (figures of official documents), `panel` (published here by an interview round), `derived`
    (finals only, inferred from a later round's improvement). `tolerance` is how far a printed final may lie from the
    one its printed components give (0: exactly equal).
    """

    year: int
    status: str
    source: SourceRef
    instruments: dict[str, str] = {}
    base_year: int | None = None
    derived_from: int | None = None
    counts: dict[str, int] = {}
    tolerance: float = 0.0

    @property
    def evaluated(self) -> bool:
        """Whether cities were invited and scored in this round; a derived one holds inferred finals only."""
        return self.status != "derived"


class SourceTable(Entry):
    """A table or page of a source document that figures were taken from."""

    id: str
    title: Label


class SourceDocument(Entry):
    """A source document in our own words, and what was used of it."""

    id: str
    title: Label
    publisher: Label
    date: str
    status: str
    terms: Label
    used: Label
    tables: tuple[SourceTable, ...] = ()


class Note(Entry):
    """A theme of the assessors' notes on a city, summarised in our own words; institutions only."""

    code: str
    year: int
    theme: str
    topic: Label
    text: Label
    institutions: tuple[str, ...]
    source: SourceRef


class Term(Entry):
    """A technical term of the app with its one-sentence meaning; `topic` groups the glossary."""

    id: str
    topic: str
    term: Label
    text: Label


class Trap(Entry):
    """A known fault of a source document that can mislead, and what was done about it, in our own words."""

    id: str
    document: str
    title: Label
    text: Label
    remedy: Label


Kind = TypeVar("Kind", bound=Entry)


def read_entries(path: Path, key: str, model: type[Kind]) -> tuple[Kind, ...]:
    """The list under `key` of a YAML file. Raises `Problem` naming the file and the entry that does not hold."""
    try:
        return tuple(TypeAdapter(list[model]).validate_python(read_mapping(path).get(key)))  # type: ignore[valid-type]
    except ValidationError as error:
        first = error.errors()[0]
        raise field_problem(path.name, first, " > ".join(map(str, first["loc"])) or key) from error
