"""C4 for fifteen seconds on each store: thirty assessors at full speed. The five minutes are in `make soak`.

Speed is a figure here, not a verdict: other tests run on the same cores. Loss, errors and a trail that differs are.
"""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.interview.load import WRITERS, thirty_writers

SECONDS = float(os.environ.get("KOTACERDAS_LOAD_SECONDS", "15"))


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
    assert figures.audit_equal
    assert figures.saves > WRITERS
