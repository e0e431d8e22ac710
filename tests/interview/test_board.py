"""The board counts, filters and knows who is late by the clock; it holds no mark and no name for the public."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from kotacerdas.interview import audit, grants, rounds
from kotacerdas.interview import store as stores
from kotacerdas.interview.lateness import next_due
from kotacerdas.interview.roles import Actor, Role
from kotacerdas.interview.stages import ORDER, Layer, Stage
from kotacerdas.interview.store import Store
from kotacerdas.problem import Problem
from tests.interview.builders import Round, panel_round
from tests.interview.steps import QUESTIONS, actions, fill, put, submitted


def lines(store: Store, panel: Round, actor: Actor | None = None) -> dict[str, rounds.Line]:
    with store.read() as tx:
        return {line.city: line for line in rounds.board(tx, actor or panel.admin, panel.id)}


def at(monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    monkeypatch.setattr(stores, "clock", lambda: dt.datetime.fromisoformat(moment))


def test_progress_is_the_citys_until_it_submits_then_the_panels(store: Store) -> None:
    panel = panel_round(store, stage=Stage.SELF_ASSESSMENT)
    fill(store, panel.entry, questions=QUESTIONS[:23], flagged=["q1", "q2"])
    fill(store, panel.entry, questions=QUESTIONS[23:30], value=None)
    line = lines(store, panel)[panel.city]
    assert (line.share, line.flagged, line.submitted, line.seats) == (0.2, 2, 0, 5)
    put(store, panel.entry, Stage.SCORING)
    assert (lines(store, panel)[panel.city].share, lines(store, panel)[panel.city].flagged) == (0.0, 0)
    submitted(store, panel.entry, panel.assessors[:2])
    fill(store, panel.entry, Layer.MARK, panel.assessors[2].who, questions=["q5"], flagged=["q5"])
    line = lines(store, panel)[panel.city]
    assert line.share == pytest.approx((2 * len(QUESTIONS) + 1) / (5 * len(QUESTIONS)))
    assert (line.flagged, line.submitted, line.seats) == (1, 2, 5)
    assert lines(store, panel)[panel.other_city].share == 0.0


@pytest.mark.parametrize("who", ["viewer", "chair", "admin"])
def test_who_sees_the_board(store: Store, panel: Round, who: str) -> None:
    found = lines(store, panel, getattr(panel, who))
    assert set(found) == {panel.city, panel.other_city}
    rounds.schedule(store, panel.admin, panel.other_entry, "2026-12-01 09:00", "https://meet.example/secret")
    found = lines(store, panel, getattr(panel, who))
    told = who == "admin"
    assert (found[panel.city].chair is not None) == told
    assert (found[panel.other_city].meeting_link is not None) == told
    assert told or "synthetic.test" not in repr(found)


@pytest.mark.parametrize("who", ["city_user", "stranger"])
def test_who_does_not(store: Store, panel: Round, who: str) -> None:
    with pytest.raises(Problem, match="refused_role"):
        lines(store, panel, getattr(panel, who))


def test_a_viewer_of_one_city_sees_that_one(store: Store, panel: Round) -> None:
    grants.grant(store, None, panel.stranger.who, Role.VIEWER, panel.city)
    assert set(lines(store, panel, panel.stranger)) == {panel.city}


def test_late_by_the_clock_and_no_earlier(store: Store, panel: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    due = rounds.deadline(store, panel.admin, panel.id, Stage.SCORING, "2026-12-01")
    assert due == "2026-12-01T16:59:59.999999+00:00"
    at(monkeypatch, "2026-12-01T16:59:59.999999+00:00")
    assert not lines(store, panel)[panel.city].late
    at(monkeypatch, "2026-12-01T17:00:00+00:00")
    line = lines(store, panel)[panel.city]
    assert line.late and line.due == due
    put(store, panel.entry, Stage.RECONCILIATION)
    line = lines(store, panel)[panel.city]
    assert not line.late and line.due is None, "it has left that stage"
    assert lines(store, panel)[panel.other_city].late


def test_a_city_may_have_a_deadline_of_its_own(store: Store, panel: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    rounds.deadline(store, panel.admin, panel.id, Stage.SCORING, "2026-12-01")
    rounds.deadline(store, panel.admin, panel.id, Stage.SCORING, "2026-12-31", panel.city)
    at(monkeypatch, "2026-12-15T00:00:00+00:00")
    found = lines(store, panel)
    assert [found[panel.city].late, found[panel.other_city].late] == [False, True]


def test_a_city_that_has_not_begun_is_late_for_what_was_due_later(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = panel_round(store, stage=Stage.INVITED)
    rounds.deadline(store, panel.admin, panel.id, Stage.SELF_ASSESSMENT, "2026-12-01")
    at(monkeypatch, "2026-12-02T00:00:00+00:00")
    assert lines(store, panel)[panel.city].late


def test_a_deadline_is_moved_not_doubled_and_stays_in_the_trail(store: Store, panel: Round) -> None:
    for due in ("2026-12-01", "2026-12-01", "2026-12-05 12:00"):
        rounds.deadline(store, panel.admin, panel.id, Stage.SCORING, due)
    assert lines(store, panel)[panel.city].due == "2026-12-05T05:00:00.000000+00:00"
    assert actions(store, audit.OFFICE) == ["deadline", "deadline"]


@pytest.mark.parametrize(
    ("key", "stage", "due", "city"),
    [
        ("date_form", Stage.SCORING, "soon", None),
        ("date_form", Stage.SCORING, "2026-02-30", None),
        ("deadline_stage", Stage.PUBLISHED, "2026-12-01", None),
        ("entry_city", Stage.SCORING, "2026-12-01", "11.71"),
    ],
)
def test_a_deadline_that_cannot_be(
    store: Store, panel: Round, key: str, stage: Stage, due: str, city: str | None
) -> None:
    with pytest.raises(Problem, match=key):
        rounds.deadline(store, panel.admin, panel.id, stage, due, city)


def test_published_is_never_late(store: Store, panel: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    rounds.deadline(store, panel.admin, panel.id, Stage.FINAL, "2026-12-01")
    at(monkeypatch, "2027-01-01T00:00:00+00:00")
    put(store, panel.entry, Stage.PUBLISHED)
    found = lines(store, panel)
    assert [found[panel.city].late, found[panel.other_city].late] == [False, True]


def test_the_nearest_deadline_ahead_counts() -> None:
    due = {(stage, None): f"2026-0{place + 1}-01" for place, stage in enumerate(ORDER[:-1])}
    for stage in ORDER[:-1]:
        assert next_due(due, "35.77", stage) == due[stage, None]
    assert next_due(due, "35.77", Stage.PUBLISHED) is None
    assert next_due({**due, (Stage.REPLY, "35.77"): "2026-01-15"}, "35.77", Stage.SCHEDULED) == "2026-01-15"


def test_the_filters(store: Store, panel: Round) -> None:
    (line, _) = lines(store, panel).values()
    some = [
        line,
        dataclasses.replace(line, city="a", late=True),
        dataclasses.replace(line, city="b", flagged=2, stage=Stage.REPLY),
        dataclasses.replace(line, city="c", flagged=1, late=True),
    ]
    assert [one.city for one in rounds.chosen(some)] == [line.city, "a", "b", "c"]
    assert [one.city for one in rounds.chosen(some, late=True)] == ["a", "c"]
    assert [one.city for one in rounds.chosen(some, flagged=True)] == ["b", "c"]
    assert [one.city for one in rounds.chosen(some, late=True, flagged=True)] == ["c"]
    assert [one.city for one in rounds.chosen(some, stages=[Stage.REPLY])] == ["b"]
