"""C4 for five seconds on each store: thirty assessors at full speed. The five minutes are in `make soak`.

Speed is a figure here, not a verdict: other tests run on the same cores. Loss, errors and a trail that differs are.
In the soak speed is a verdict too; that it is given is asked here.
"""

from __future__ import annotations

import os
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from sqlalchemy import update

from kotacerdas.interview.answers import Change, save
from kotacerdas.interview.stages import Layer
from kotacerdas.interview.store import Store
from kotacerdas.interview.tables import answers
from tests.interview.builders import ASSESSORS, panel_round
from tests.interview.killing import Kills
from tests.interview.load import WRITERS, Figures, Writer, compare, thirty_writers
from tests.interview.steps import QUESTIONS
from tests.perf.interview import broken_by_kills, broken_by_load

SECONDS = float(os.environ.get("KOTACERDAS_LOAD_SECONDS", "5"))
KEPT = Figures("sqlite", 30, 1, 300, 150_000, 500, 20, 30, 250, 400, 0, 0, 0, 0, (), True)
"""Figures that keep the promise, and not by much."""


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_thirty_assessors_lose_nothing(
    disk: Path, kind: str, request: pytest.FixtureRequest, record_property: pytest.FixtureRequest
) -> None:
    url = None if kind == "sqlite" else request.getfixturevalue("durable_postgres").create("load")
    figures = thirty_writers(disk, url, seconds=SECONDS)
    for name, value in asdict(figures).items():
        record_property(name, value)
    print(figures)
    assert figures.errors == ()
    assert (figures.lost, figures.doubled, figures.torn) == (0, 0, 0)
    assert figures.finals == 0 and figures.audit_equal
    assert figures.saves > WRITERS


def test_the_comparison_sees_what_differs(sqlite_store: Store) -> None:
    entry, who = panel_round(sqlite_store).entry, ASSESSORS[0]
    stands = {
        question: save(sqlite_store, who, entry, Layer.MARK, question, Change("3"), base=0, key=question)
        for question in QUESTIONS
    }
    outcome = {"writer": Writer(0, entry, 0), "stands": stands, "keys": list(QUESTIONS), "times": [0.1], "errors": []}

    def seen() -> tuple[int, int, int, int, bool]:
        one = compare(sqlite_store, [[outcome]], 1, 1, 1.0)
        return one.lost, one.doubled, one.torn, one.finals, one.audit_equal

    assert seen() == (0, 0, 0, 0, True)
    change = update(answers).where(answers.c.question == "q1")
    with sqlite_store.write() as tx:
        tx.execute(change.values(value="4"))
    assert seen() == (0, 0, 1, 1, False)
    with sqlite_store.write() as tx:
        tx.execute(change.values(value="3"))
        tx.execute(answers.delete().where(answers.c.question == "q2"))
    assert seen() == (1, 0, 0, 0, False)  # the others have the same mean
    outcome["keys"] = [question for question in QUESTIONS if question != "q3"]
    assert seen()[1] == 1


@pytest.mark.parametrize(
    "worse",
    [
        {"lost": 1}, {"doubled": 1}, {"torn": 1}, {"finals": 1}, {"errors": ("locked",)}, {"audit_equal": False},
        {"per_second": 499.9}, {"p99_ms": 250.1},
    ],
    ids=lambda worse: next(iter(worse)),
)  # fmt: skip
def test_the_measured_run_says_which_promise_is_broken(worse: dict[str, object]) -> None:
    assert broken_by_load("SQLite", KEPT) == []
    (sentence,) = broken_by_load("SQLite", replace(KEPT, **worse))  # type: ignore[arg-type]
    assert sentence.startswith("SQLite: ")


def test_a_kill_that_cost_something_is_said() -> None:
    assert broken_by_kills("SQLite", Kills(200, 5_000, 0, 0)) == []
    assert len(broken_by_kills("SQLite", Kills(200, 5_000, 1, 1))) == 2
