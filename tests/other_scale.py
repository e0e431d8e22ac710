"""SYNTHETIC rounds on other scales with other components: what a next questionnaire may look like, shown to nobody.

2026 is scored with an instrument of three components whose ids no evaluation has had, over twelve numbered questions,
on a scale of the test's choosing. Marks are drawn once with a fixed seed; the official rounds stand beside it, as they
are.
"""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from kotacerdas.entries import Round
from kotacerdas.instrument import DIMENSIONS, Instrument, SourceRef
from kotacerdas.published import Published
from kotacerdas.scoring import round_half_up, score
from tests.builders import instrument_dict, node

YEAR, NAME = 2026, "synthetic"
SCALES: dict[str, dict[str, Any]] = {
    "ten": {"min": 0, "max": 10, "step": "1/5"},
    "half": {"min": "1/2", "max": 3, "step": "1/2"},
    "hundred": {"min": 0, "max": 100, "step": 1},
}
"""From 0 to 10; from a half to 3 in half steps; from 0 to 100."""

PARTS = {"policy": ("0.2", 3), "service": ("0.5", 5), "culture": ("0.3", 4)}
TAGGED = "service"
"""The component whose questions carry smart dimensions."""

CITY, SECOND, THIRD = "35.77", "32.73", "34.71"
_SOURCE = "letter-2024"


def synthetic_instrument(scale: str) -> Instrument:
    """The instrument on one of the scales."""
    return Instrument.from_dict(_content(scale), "synthetic.yaml")


def _content(scale: str) -> dict[str, Any]:
    nodes, number = [node("final", None, scale="index", source={"document": _SOURCE})], 0
    for part, (weight, questions) in PARTS.items():
        label = {"id": f"Bagian {part}", "en": f"Part {part}"}
        nodes.append(node(part, "final", kind="component", weight=weight, scale="marks") | {"label": label})
        for _ in range(questions):
            number += 1
            tag = {"dimension": DIMENSIONS[number % len(DIMENSIONS)]} if part == TAGGED else {}
            nodes.append(node(f"q{number}", part, **tag))
    index = SCALES[scale] | {"step": "1/100"}
    content = instrument_dict(nodes, id=NAME, scales={"marks": SCALES[scale], "index": index}, rules={"panel_size": 5})
    return content | {"year": YEAR, "source": {"document": _SOURCE}}


def with_round(published: Published, scale: str, cities: int = 24) -> Published:
    """The published rounds and 2026 on one of the scales: every question of `cities` cities."""
    instrument = synthetic_instrument(scale)
    codes = list(dict.fromkeys([CITY, SECOND, THIRD, *published.results(2024).index]))[:cities]
    marks = instrument.scale("policy")
    steps = int((marks.max - marks.min) / marks.step)
    rng = np.random.default_rng(2026)
    results, scores = [], []
    tail = {"source_document": _SOURCE, "source_table": "none", "source_row": 1}
    for code in codes:
        level = rng.uniform(0.3, 0.9)
        given = {
            question.id: marks.min + marks.step * round(steps * float(np.clip(rng.normal(level, 0.12), 0, 1)))
            for question in instrument.of_kind("question")
        }
        card = score(given, instrument)
        figures = {part.id: part.value for part in card.children} | {"final": card.value}
        for measure, value in figures.items():
            row = {"code": code, "year": YEAR, "measure": measure, "value": float(round_half_up(value or Fraction(0)))}
            results.append(row | {"status": "published"} | tail | {"note": None})
        for question, mark in given.items():
            row = {"code": code, "year": YEAR, "question": question, "value": float(mark), "status": "published"}
            scores.append(row | tail)
    data = published.data
    entry = Round(
        year=YEAR, status="published", source=SourceRef(document=_SOURCE), instruments={"all": NAME}, base_year=2024,
        tolerance=0.02, counts={"invited": len(codes)},
    )  # fmt: skip
    tables = data.tables | {"results": _longer(data.tables["results"], results)}
    tables |= {"question_scores": _longer(data.tables["question_scores"], scores)}
    return Published(
        dataclasses.replace(
            data,
            instruments={**data.instruments, NAME: instrument},
            rounds=(entry, *data.rounds),
            tables=tables,
            digest=f"synthetic-{scale}",
        )
    )


def write_round(published: Published, scale: str, folder: Path) -> None:
    """The same round as files of a data folder, as CONTRIBUTING says: an instrument, an entry and rows."""
    (folder / "instruments" / f"{NAME}.yaml").write_text(yaml.safe_dump(_content(scale)), "utf-8")
    entry = next(entry for entry in published.data.rounds if entry.year == YEAR)
    rounds = yaml.safe_load((folder / "rounds.yaml").read_text("utf-8"))
    rounds["rounds"].insert(0, entry.model_dump(exclude_defaults=True))
    (folder / "rounds.yaml").write_text(yaml.safe_dump(rounds), "utf-8")
    for name in ("results", "question_scores"):
        table = published.data.tables[name]
        table.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")


def _longer(table: pd.DataFrame, rows: list[dict[str, Any]]) -> pd.DataFrame:
    more = pd.DataFrame(rows, columns=table.columns).astype(table.dtypes.to_dict())
    return pd.concat([table, more], ignore_index=True)
