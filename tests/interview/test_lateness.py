"""Deadlines by the clock: how late one is, which deadline counts, and when the right of reply is over. SYNTHETIC."""

from __future__ import annotations

import pytest

from kotacerdas.interview import lateness, rounds
from kotacerdas.interview.stages import Stage
from kotacerdas.interview.standing import look
from kotacerdas.interview.store import Store, now
from tests.interview.builders import ADMIN, Round

DUE = "2026-12-01T16:59:59.999999+00:00"


@pytest.mark.parametrize(
    ("at", "days"),
    [
        ("2026-12-01T16:59:59.000000+00:00", 0),
        (DUE, 0),
        ("2026-12-01T17:00:00.000000+00:00", 1),
        ("2026-12-02T16:59:59.000000+00:00", 1),
        ("2026-12-02T17:00:01.000000+00:00", 2),
    ],
)
def test_the_day_that_has_begun_counts(at: str, days: int) -> None:
    assert lateness.days_late(DUE, at) == days


def test_a_deadline_is_over_once_its_moment_has_passed() -> None:
    assert not lateness.is_over(None) and not lateness.is_over("2999-01-01T00:00:00.000000+00:00")
    assert lateness.is_over("2000-01-01T00:00:00.000000+00:00") and now() < "2999"


def test_the_nearest_deadline_up_to_the_stage_that_takes_the_answers(store: Store, panel: Round) -> None:
    with store.read() as tx:
        entry = look(tx, panel.entry)
        assert entry.stage is Stage.SCORING and lateness.due_until(tx, entry, Stage.SCORING) is None
    rounds.deadline(store, ADMIN, panel.id, Stage.SCORING, "2026-12-01")
    rounds.deadline(store, ADMIN, panel.id, Stage.REPLY, "2026-11-01")
    with store.read() as tx:
        assert lateness.due_until(tx, entry, Stage.SCORING) == DUE
        assert lateness.due_until(tx, entry, Stage.SELF_ASSESSMENT) is None, "that stage is behind it"
