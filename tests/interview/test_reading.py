"""The blind rule: nobody sees another's mark before the rules allow it, on no page, in no trail, in no mean."""

from __future__ import annotations

import contextlib
import itertools
import tempfile
from fractions import Fraction
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import select

from kotacerdas.interview import answers, audit, grants, reading, rounds, tables
from kotacerdas.interview.roles import Actor, Role
from kotacerdas.interview.sight import Part, Sight, sight
from kotacerdas.interview.stages import CHAIR_OWNER, CITY_OWNER, ORDER, Layer, Stage
from kotacerdas.interview.store import Store, open_store
from kotacerdas.problem import Problem
from tests.interview.builders import ASSESSORS, Round, panel_round
from tests.interview.steps import QUESTIONS, fill, is_refused, put, submitted

LATE = ORDER[ORDER.index(Stage.RECONCILIATION) :]
PARTS = [frozenset(some) for size in range(4) for some in itertools.combinations(Part, size)]


def open_to_the_panel(stage: Stage, opened: bool, complete: bool) -> bool:
    """The rule once more, in other words than the code's."""
    return stage in LATE or (stage is Stage.SCORING and (opened or complete))


@pytest.mark.parametrize("parts", PARTS, ids=lambda parts: "+".join(sorted(parts)) or "nobody")
def test_the_rule_for_everybody_at_every_stage(parts: frozenset[Part]) -> None:
    seated = bool(parts & {Part.PANEL, Part.CHAIR})
    for stage, opened, complete in itertools.product(Stage, (False, True), (False, True)):
        seen = Sight("me", parts, stage, opened, complete)
        panel = seated and open_to_the_panel(stage, opened, complete)
        office = Part.OFFICE in parts and not seated and stage in LATE
        if Part.CITY in parts:
            assert not seen.of(Layer.MARK, "me") and not seen.of(Layer.MARK, "other"), "the city never sees a mark"
            assert seen.of(Layer.SELF, CITY_OWNER) and seen.of(Layer.REPLY, CITY_OWNER)
            assert seen.means == (stage in ORDER[ORDER.index(Stage.REPLY) :]) == seen.of(Layer.ANSWER, CHAIR_OWNER)
            continue
        assert seen.of(Layer.MARK, "other") == (panel or office) == seen.means
        own = bool(parts & {Part.PANEL, Part.CHAIR, Part.FORMER})
        assert seen.of(Layer.MARK, "me") == (own or panel or office)
        if stage in (Stage.INVITED, Stage.SELF_ASSESSMENT):
            assert not seen.of(Layer.SELF, CITY_OWNER), "a draft is the city's own"
        if not parts or parts == {Part.FORMER}:
            assert not any(seen.of(layer, CITY_OWNER) for layer in Layer)


class Blind(RuleBasedStateMachine):
    """A SYNTHETIC panel at work in any order: every person's whole view is searched for words only others wrote."""

    sound: ClassVar[set[object]] = set()
    """States that were found sound: all eight views are read once of each, which takes most of the time."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.store = open_store(Path(self.folder.name))
        self.panel = panel_round(self.store)
        for number, one in enumerate(ASSESSORS):
            fill(self.store, self.panel.entry, Layer.MARK, one.who, note=f"word-{number}-", questions=QUESTIONS[1:])
            change = answers.Change(value="3", note=f"word-{number}-")
            answers.save(self.store, one, self.panel.entry, Layer.MARK, "q1", change, base=0, key=f"k{number}")

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()

    def attempt(self, service: object, *given: object, **named: object) -> None:
        with contextlib.suppress(Problem):  # what is refused changes nothing; what is seen is checked either way
            service(self.store, *given, **named)  # type: ignore[operator]

    def base(self) -> int:
        with self.store.read() as tx:
            return rounds.look(tx, self.panel.entry).version

    @rule(number=st.integers(0, 4))
    def submit(self, number: int) -> None:
        self.attempt(rounds.submit_marks, ASSESSORS[number], self.panel.entry)

    @rule()
    def all_but_one_submit(self) -> None:
        for one in ASSESSORS[1:]:
            self.attempt(rounds.submit_marks, one, self.panel.entry)

    @rule(number=st.integers(0, 4))
    def withdraw(self, number: int) -> None:
        self.attempt(rounds.withdraw_marks, ASSESSORS[number], self.panel.entry, "synthetic")

    @rule(number=st.integers(0, 4))
    def unseat(self, number: int) -> None:
        self.attempt(rounds.unseat, self.panel.admin, self.panel.entry, ASSESSORS[number].who, "synthetic")

    @rule(number=st.integers(0, 4))
    def seat(self, number: int) -> None:
        self.attempt(rounds.seat, self.panel.admin, self.panel.entry, [ASSESSORS[number].who])

    @rule(number=st.integers(0, 4), give=st.booleans())
    def role(self, number: int, give: bool) -> None:
        self.attempt(grants.grant if give else grants.revoke, None, ASSESSORS[number].who, Role.ASSESSOR)

    @rule()
    def open(self) -> None:
        self.attempt(rounds.open_marks, self.panel.chair, self.panel.entry)

    @rule(to=st.sampled_from(Stage))
    def move(self, to: Stage) -> None:
        self.attempt(rounds.move, None, self.panel.entry, to, base=self.base(), reason="synthetic")

    @invariant()
    def nobody_sees_too_much(self) -> None:
        panel = self.panel
        with self.store.read() as tx:
            entry = rounds.look(tx, panel.entry)
            seats = {row.who: row for row in tx.execute(select(tables.seats)) if row.ended_at is None}
            awaited = [row for who, row in seats.items() if who != panel.chair.who and row.submitted_at is None]
            sent = [row for row in seats.values() if row.submitted_at is not None]
            former = frozenset(row.who for row in tx.execute(select(tables.seats)))
            roles = frozenset((row.who, row.role) for row in tx.execute(select(tables.grants)) if row.ended_at is None)
        standing = frozenset((row.who, row.submitted_at is None) for row in seats.values())
        state = (entry.stage, entry.opened, standing, former, roles)
        if state in self.sound:
            return
        is_open = open_to_the_panel(entry.stage, entry.opened, not awaited and bool(sent))
        for person in (*ASSESSORS, panel.chair, panel.admin, panel.city_user):
            told = self.everything(person)
            for number, author in enumerate(ASSESSORS):
                if author == person or f"word-{number}-" not in told:
                    continue
                if person == panel.admin:
                    assert entry.stage in LATE
                else:
                    assert is_open and person.who in seats, f"{person.who} sees {author.who} at {entry.stage}"
        self.sound.add(state)

    def everything(self, person: Actor) -> str:
        """All that reading gives a person, as one text."""
        told = []
        with contextlib.suppress(Problem):
            told.append(repr(reading.entry_view(self.store, person, self.panel.entry)))
        if person in (self.panel.chair, self.panel.admin):
            with contextlib.suppress(Problem):
                told.append(repr(reading.trail(self.store, person, self.panel.entry)))
        with self.store.read() as tx, contextlib.suppress(Problem):
            told += [repr(reading.my_entries(tx, person)), repr(rounds.board(tx, person, self.panel.id))]
        return "".join(told)


Blind.TestCase.settings = settings(max_examples=8, stateful_step_count=12, deadline=None)
TestBlind = Blind.TestCase


def test_an_assessor_sees_own_marks_only_until_all_have_submitted(store: Store, panel: Round) -> None:
    mine, other = panel.assessors[:2]
    fill(store, panel.entry, Layer.MARK, mine.who, value="4", questions=QUESTIONS[:3])
    fill(store, panel.entry, Layer.MARK, other.who, value="1", note="secret")
    view = reading.entry_view(store, mine, panel.entry)
    assert view.blind and view.marks == {} and view.means == {}
    assert {q: a.value for q, a in view.own.items()} == dict.fromkeys(QUESTIONS[:3], "4")
    assert "secret" not in repr(view)
    rounds.open_marks(store, panel.chair, panel.entry)
    view = reading.entry_view(store, mine, panel.entry)
    assert not view.blind and view.marks[other.who]["q1"].note == "secret"
    assert view.means == {}, "nothing is submitted, so nothing counts yet"


def test_the_chair_is_blind_too(store: Store, panel: Round) -> None:
    submitted(store, panel.entry, panel.assessors[:4])
    view = reading.entry_view(store, panel.chair, panel.entry)
    assert view.blind and view.marks == {} and view.means == {}
    rounds.open_marks(store, panel.chair, panel.entry)
    view = reading.entry_view(store, panel.chair, panel.entry)
    assert set(view.marks) == {one.who for one in panel.assessors[:4]}
    assert view.means["q1"] == reading.Mean(Fraction(3), 4)


def test_the_city_sees_means_from_its_right_of_reply_and_never_who_gave_what(store: Store) -> None:
    panel = panel_round(store, stage=Stage.RECONCILIATION)
    submitted(store, panel.entry, panel.assessors[:4])
    with store.write() as tx:
        tx.execute(tables.answers.update().where(tables.answers.c.owner == ASSESSORS[0].who).values(value="4"))
    fill(store, panel.entry)
    view = reading.entry_view(store, panel.city_user, panel.entry)
    assert view.means == {} and view.marks == {} and view.own == {} and view.panel == ()
    assert len(view.self_answers) == len(QUESTIONS)
    put(store, panel.entry, Stage.REPLY)
    view = reading.entry_view(store, panel.city_user, panel.entry)
    assert view.means["q1"] == reading.Mean(Fraction(13, 4), 4)
    assert view.marks == {} and view.own == {} and "assessor" not in repr(view)


def test_marks_of_an_ended_seat_and_unsubmitted_ones_are_in_no_mean(store: Store, panel: Round) -> None:
    submitted(store, panel.entry, panel.assessors[:3])
    fill(store, panel.entry, Layer.MARK, panel.assessors[3].who, value="1")
    rounds.unseat(store, panel.admin, panel.entry, panel.assessors[0].who, "synthetic")
    put(store, panel.entry, Stage.RECONCILIATION)
    view = reading.entry_view(store, panel.chair, panel.entry)
    assert view.means["q1"] == reading.Mean(Fraction(3), 2)
    assert panel.assessors[0].who not in view.marks and panel.assessors[3].who in view.marks
    assert view.strength.provisional


def test_a_self_assessment_in_work_is_the_citys_own(store: Store) -> None:
    panel = panel_round(store, stage=Stage.SELF_ASSESSMENT)
    fill(store, panel.entry, note="draft")
    for person in (panel.assessors[0], panel.chair, panel.admin):
        assert reading.entry_view(store, person, panel.entry).self_answers == {}
    put(store, panel.entry, Stage.SUBMITTED)
    for person in (panel.assessors[0], panel.chair, panel.admin):
        answer = reading.entry_view(store, person, panel.entry).self_answers["q1"]
        assert answer.note == "draft"


def test_a_person_of_the_city_is_no_judge_even_with_a_seat(store: Store, panel: Round) -> None:
    """Written past the services: two roles that exclude each other."""
    submitted(store, panel.entry, panel.assessors)
    put(store, panel.entry, Stage.RECONCILIATION)
    with store.write() as tx:
        tx.execute(
            tables.grants.insert().values(
                who=panel.assessors[0].who, role="city", city=panel.city, at="2026", by="synthetic"
            )
        )
    with store.read() as tx:
        assert sight(tx, panel.assessors[0], rounds.look(tx, panel.entry)).parts == {Part.CITY}
    assert reading.entry_view(store, panel.assessors[0], panel.entry).marks == {}


@pytest.mark.parametrize("who", ["viewer", "stranger", "other_city_user"])
def test_who_has_no_part_is_refused_and_logged(store: Store, panel: Round, who: str) -> None:
    for give in (reading.entry_view, reading.trail):
        with pytest.raises(Problem) as error:
            give(store, getattr(panel, who), panel.entry)
        is_refused(store, error, "refused_view", audit.stream_of(panel.entry))


def test_an_assessor_reads_nothing_of_another_panel(store: Store, panel: Round) -> None:
    with pytest.raises(Problem, match="refused_view"):
        reading.entry_view(store, panel.assessors[0], panel.other_entry)
    grants.revoke(store, None, panel.assessors[0].who, Role.ASSESSOR)
    with pytest.raises(Problem, match="refused_view"):
        reading.entry_view(store, panel.assessors[0], panel.entry)


@pytest.mark.parametrize("who", ["city_user", "assessors"])
def test_the_trail_is_for_office_and_chair(store: Store, panel: Round, who: str) -> None:
    actor = panel.assessors[0] if who == "assessors" else panel.city_user
    with pytest.raises(Problem, match="refused_view"):
        reading.trail(store, actor, panel.entry)


def test_the_trail_hides_what_is_blind_and_shows_it_later(store: Store, panel: Round) -> None:
    mine = panel.assessors[0]
    change = answers.Change(value="4", note="secret")
    answers.save(store, mine, panel.entry, Layer.MARK, "q1", change, base=0, key="synthetic-1")
    for person in (panel.chair, panel.admin):
        (row,) = reading.trail(store, person, panel.entry)
        assert row.hidden and row.after is None and "secret" not in repr(row)
        assert (row.who, row.action) == (mine.who, audit.ANSWER)
    put(store, panel.entry, Stage.RECONCILIATION)
    for person in (panel.chair, panel.admin):
        (row,) = reading.trail(store, person, panel.entry)
        assert not row.hidden and row.after["note"] == "secret"


def test_my_entries_are_those_i_have_a_part_in(store: Store, panel: Round) -> None:
    def mine(actor: Actor) -> list[tuple[str, frozenset[Part]]]:
        with store.read() as tx:
            return [(one.entry.city, one.parts) for one in reading.my_entries(tx, actor)]

    assert mine(panel.assessors[0]) == [(panel.city, {Part.PANEL})]
    assert mine(panel.chair) == [(panel.city, {Part.PANEL, Part.CHAIR})]
    assert mine(panel.city_user) == [(panel.city, {Part.CITY})]
    assert mine(panel.other_city_user) == [(panel.other_city, {Part.CITY})]
    assert mine(panel.admin) == mine(panel.viewer) == mine(panel.stranger) == []
    rounds.unseat(store, panel.admin, panel.entry, panel.assessors[0].who)
    assert mine(panel.assessors[0]) == []
    grants.revoke(store, None, panel.assessors[1].who, Role.ASSESSOR)
    assert mine(panel.assessors[1]) == []
