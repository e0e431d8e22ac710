"""What another administrator changed meanwhile is not overwritten unseen: seats, meetings, deadlines. All SYNTHETIC."""

from __future__ import annotations

import pytest

from kotacerdas.i18n import LANGUAGES, Text
from kotacerdas.interview import rounds
from kotacerdas.interview.lateness import due_of, read_versions
from kotacerdas.interview.stages import Stage
from kotacerdas.interview.store import Store
from kotacerdas.problem import Problem
from tests.interview.builders import ADMIN, ASSESSORS, CHAIR, CITY_CODE, Round, panel_round
from tests.interview.steps import entry_of

FIRST, SECOND = "2026-12-01 09:30", "2026-12-02 09:30"


def test_a_meeting_that_was_set_meanwhile_stays(store: Store, panel: Round) -> None:
    rounds.schedule(store, ADMIN, panel.entry, FIRST, base=1)
    stands = entry_of(store, panel.entry)
    with pytest.raises(Problem) as error:
        rounds.schedule(store, ADMIN, panel.entry, SECOND, base=1)
    assert error.value.key == "entry_changed" and entry_of(store, panel.entry) == stands
    assert rounds.schedule(store, ADMIN, panel.entry, FIRST, base=1) == 2, "a repeated request changes nothing"
    assert rounds.schedule(store, ADMIN, panel.entry, SECOND, base=2) == 3
    assert rounds.schedule(store, ADMIN, panel.entry, FIRST) == 4, "the command line says no version"


def test_a_panel_that_was_changed_meanwhile_stays(store: Store) -> None:
    made = panel_round(store, seated=2)
    rounds.seat(store, ADMIN, made.entry, [ASSESSORS[2].who], base=1)
    with pytest.raises(Problem, match="entry_changed"):
        rounds.seat(store, ADMIN, made.entry, [ASSESSORS[3].who], base=1)
    rounds.seat(store, ADMIN, made.entry, [ASSESSORS[2].who], chair=CHAIR.who, base=1)
    with pytest.raises(Problem, match="entry_changed"):
        rounds.unseat(store, ADMIN, made.entry, ASSESSORS[0].who, base=1)
    with store.read() as tx:
        panel = rounds.active(rounds.seats_of(tx, made.entry))
    assert {seat.who for seat in panel} == {*(one.who for one in ASSESSORS[:3]), CHAIR.who}
    rounds.unseat(store, ADMIN, made.entry, ASSESSORS[0].who, base=2)
    assert entry_of(store, made.entry).version == 3


@pytest.mark.parametrize("city", [None, CITY_CODE])
def test_a_deadline_that_was_set_meanwhile_stays(store: Store, panel: Round, city: str | None) -> None:
    def put(day: str, base: int | None) -> str:
        return rounds.deadline(store, ADMIN, panel.id, Stage.REPLY, day, city, base=base)

    first = put("2026-12-01", 0)
    with pytest.raises(Problem) as error:
        put("2026-12-05", 0)
    assert error.value.key == "deadline_changed"
    for lang in LANGUAGES:
        assert "2026" in Text(lang).problem(error.value)
    with store.read() as tx:
        assert due_of(tx, entry_of(store, panel.entry), Stage.REPLY) == first
        assert read_versions(tx, panel.id) == {(Stage.REPLY, city): 1}
    assert put("2026-12-01", 0) == first, "a repeated request changes nothing"
    assert put("2026-12-05", 1) > first
    put("2026-12-06", None)
    with store.read() as tx:
        assert read_versions(tx, panel.id) == {(Stage.REPLY, city): 3}
