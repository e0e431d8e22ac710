"""R1: kill -9 in the middle of saving. Every acknowledged save is there, none is there half. 200 rounds in the soak."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.interview.killing import rounds_of_kills

ROUNDS = int(os.environ.get("KOTACERDAS_KILL_ROUNDS", "3"))


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_killed_process_leaves_every_acknowledged_save_and_no_half_one(
    disk: Path, kind: str, request: pytest.FixtureRequest
) -> None:
    url = None if kind == "sqlite" else request.getfixturevalue("durable_postgres").create("kill")
    kills = rounds_of_kills(disk, url, ROUNDS)
    assert kills.rounds == ROUNDS and kills.acknowledged >= ROUNDS
    assert (kills.lost, kills.half) == (0, 0)
