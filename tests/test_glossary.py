"""The glossary and the list of traps as data: complete in both languages, one sentence each, sources that exist."""

from __future__ import annotations

from pathlib import Path

import pytest

from kotacerdas.dataset import read_dataset, write_package
from kotacerdas.problem import Problem
from kotacerdas.published import Published


def test_ids_are_unique(published: Published) -> None:
    for entries in (published.data.glossary, published.data.traps):
        ids = [entry.id for entry in entries]
        assert len(ids) == len(set(ids))


@pytest.mark.parametrize("lang", ["id", "en"])
def test_a_term_has_one_meaning_in_one_sentence(published: Published, lang: str) -> None:
    names = [getattr(term.term, lang) for term in published.data.glossary]
    assert len(names) == len(set(names))
    for term in published.data.glossary:
        meaning = getattr(term.text, lang)
        assert meaning.endswith(".") and ". " not in meaning, term.id


def test_every_term_of_the_screens_is_explained(published: Published) -> None:
    """The statuses, components and the two readings that the screens name."""
    ids = {term.id for term in published.data.glossary}
    assert {"baseline", "output", "outcome", "impact", "quick_win", "collaboration"} <= ids
    assert {"published", "derived", "recomputed", "draft", "did_not_take_part", "not_in_copy"} <= ids
    assert {f"{reading}_reading" for reading in published.levels.readings} <= ids


def test_a_trap_belongs_to_a_source(published: Published) -> None:
    assert {trap.document for trap in published.data.traps} <= set(published.sources)


def test_files_and_checksums_are_those_of_the_folder(published: Published) -> None:
    import hashlib

    for file in published.data.files:
        content = (published.data.folder / file.path).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file.size, file.sha256)


def test_a_damaged_glossary_is_named(data_copy: Path) -> None:
    (data_copy / "glossary.yaml").write_text("glossary:\n  - {id: x, term: {id: a}}\n", encoding="utf-8")
    with pytest.raises(Problem, match=r"glossary\.yaml"):
        write_package(data_copy, "0", "2026-01-01")
    with pytest.raises(Problem, match=r"glossary\.yaml"):
        read_dataset(data_copy)
