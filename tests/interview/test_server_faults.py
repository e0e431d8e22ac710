"""The real server in the middle of a save: its connection cut (C3), itself killed with -9 (R1). Nothing is half there.

A try-out server, whose store is SQLite; the same on PostgreSQL is asked of the store (`test_kill`,
`test_store_faults.test_connections_cut_at_random_never_lose_an_acknowledged_save`).
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.interview.server_faults import FINISHED_FIRST, dropped_connections, rounds_of_server_kills

pytestmark = pytest.mark.server

ROUNDS = int(os.environ.get("KOTACERDAS_KILL_ROUNDS", "3"))


def test_twenty_connections_cut_in_the_middle_of_a_save(disk: Path) -> None:
    drops = dropped_connections(disk, 20)
    print(drops)
    assert drops.complete + drops.absent == 20 and drops.half == drops.faults == 0
    assert drops.complete, "no save came so far that there was anything to tear"
    assert drops.waited < 2, "a store of which the lock is not given back waits ten seconds"


def test_a_server_killed_in_the_middle_of_a_save_keeps_what_it_has_shown_as_saved(disk: Path) -> None:
    kills = rounds_of_server_kills(disk, ROUNDS)
    print(kills)
    assert kills.acknowledged >= ROUNDS * FINISHED_FIRST
    assert (kills.lost, kills.half) == (0, 0)
