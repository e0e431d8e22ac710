"""A round under attack: random deeds of everybody at every stage, and deeds of two at the same moment.

Whatever happens, nobody sees what the blind rule hides, what is locked stays, the trail equals the store, versions
only grow, and what is published is what the marks give. All SYNTHETIC.
"""

from __future__ import annotations

import itertools
import random
import tempfile
import threading
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select

from kotacerdas import packages
from kotacerdas.instrument import exact
from kotacerdas.interview import answers, audit, evidence, grants, publication, reading, rounds, tables, verification
from kotacerdas.interview.answers import Change
from kotacerdas.interview.roles import Actor, Role
from kotacerdas.interview.stages import LOCKED, ORDER, Layer, Stage
from kotacerdas.interview.standing import read_instrument
from kotacerdas.interview.store import Store, open_store
from kotacerdas.problem import Problem
from kotacerdas.published import load
from kotacerdas.scoring import round_half_up, score
from tests.interview.builders import (
    ADMIN,
    ASSESSORS,
    CHAIR,
    CITY,
    CITY_CODE,
    INSTRUMENT,
    OTHER_CITY_USER,
    STRANGER,
    VIEWER,
    Round,
    panel_round,
)
from tests.interview.conftest import MEMORY
from tests.interview.recorded import record_rows
from tests.interview.steps import QUESTIONS

EVERYBODY = (ADMIN, CHAIR, CITY, OTHER_CITY_USER, VIEWER, STRANGER, *ASSESSORS)
WHY = "Synthetic reason."
people = st.sampled_from(EVERYBODY)
stages = st.sampled_from(ORDER)
questions = st.sampled_from(QUESTIONS[:3])
keys = itertools.count()


def fill_all(store: Store, entry: int, actor: Actor) -> None:
    """Every question the actor has not answered, into the table and the trail: 115 saves take too long here."""
    with store.write() as tx:
        there = {row.question for row in answers.read(tx, entry, Layer.MARK, actor.who)}
        for question in (one for one in QUESTIONS if one not in there):
            state = {"value": str(1 + hash((actor.who, question)) % 4), "note": "", "flag": False, "version": 1}
            row = {"entry_id": entry, "layer": "mark", "owner": actor.who, "question": question, "by": actor.who}
            tx.execute(tables.answers.insert().values(**row, **state, at="2026-11-22T07:00:00.000000+00:00"))
            subject = audit.answer_subject("mark", actor.who, question)
            at = "2026-11-22T07:00:00.000000+00:00"
            audit.record(tx, audit.stream_of(entry), actor.who, audit.ANSWER, subject, after=state, at=at)


class Evaluation(RuleBasedStateMachine):
    """Everybody tries everything; a `Problem` is an answer, anything else a defect."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None)
        self.store = open_store(Path(self.folder.name))
        self.panel = panel_round(self.store, stage=Stage.SCORING)
        record_rows(self.store)
        self.versions: dict[tuple[str, int], int] = {}
        self.locked: object = None

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.check_trail()
            self.store.close()
            self.folder.cleanup()

    def tried(self, deed: Callable[..., object], *given: object, **named: object) -> bool:
        try:
            deed(self.store, *given, **named)
        except Problem:
            return False
        return True

    @property
    def entry(self) -> rounds.Entry:
        with self.store.read() as tx:
            return rounds.look(tx, self.panel.entry)

    @rule(
        who=people,
        layer=st.sampled_from(tuple(Layer)),
        question=questions,
        mark=st.sampled_from("1234"),
        base=st.integers(0, 3),
        whose=st.sampled_from([None, *(one.who for one in ASSESSORS)]),
    )
    def save(self, who: Actor, layer: Layer, question: str, mark: str, base: int, whose: str | None) -> None:
        stage = self.entry.stage
        change = Change(mark) if layer in answers.MARKED else Change(note=mark)
        place = (who, self.panel.entry, layer, question, change)
        done = self.tried(answers.save, *place, base=base, key=f"s{next(keys)}", owner=whose, reason=WHY)
        if done:
            assert stage not in LOCKED and who not in (ADMIN, VIEWER, STRANGER, OTHER_CITY_USER)
            assert (who is CITY) == (layer in (Layer.SELF, Layer.REPLY))
            if layer is Layer.MARK and whose not in (None, who.who):
                assert who is CHAIR and stage in (Stage.RECONCILIATION, Stage.REPLY)

    @rule(who=st.sampled_from(ASSESSORS))
    def submit(self, who: Actor) -> None:
        if self.entry.stage is Stage.SCORING:
            with self.store.read() as tx:
                seat = next((s for s in rounds.active(rounds.seats_of(tx, self.panel.entry)) if s.who == who.who), None)
            if seat is not None and seat.submitted_at is None:
                fill_all(self.store, self.panel.entry, who)
        self.tried(rounds.submit_marks, who, self.panel.entry)

    @rule()
    def submit_everybody(self) -> None:
        for who in ASSESSORS:
            self.submit(who)

    @rule(who=people)
    def withdraw(self, who: Actor) -> None:
        self.tried(rounds.withdraw_marks, who, self.panel.entry, WHY)

    @rule(who=people)
    def open_marks(self, who: Actor) -> None:
        assert not self.tried(rounds.open_marks, who, self.panel.entry) or who is CHAIR

    @rule(who=people, to=stages)
    def move(self, who: Actor, to: Stage) -> None:
        entry = self.entry
        done = self.tried(rounds.move, who, entry.id, to, base=entry.version, reason=WHY)
        assert not done or who in (ADMIN, CHAIR, CITY) or entry.stage is to

    @rule()
    def onward(self) -> None:
        entry = self.entry
        if entry.stage in (Stage.RECONCILIATION, Stage.REPLY):
            onto = ORDER[ORDER.index(entry.stage) + 1]
            self.tried(rounds.move, CHAIR, entry.id, onto, base=entry.version, reason=WHY)

    @rule(who=people, whom=st.sampled_from(ASSESSORS))
    def unseat(self, who: Actor, whom: Actor) -> None:
        assert not self.tried(rounds.unseat, who, self.panel.entry, whom.who, WHY) or who is ADMIN

    @rule(who=people, whom=st.sampled_from(ASSESSORS))
    def seat(self, who: Actor, whom: Actor) -> None:
        assert not self.tried(rounds.seat, who, self.panel.entry, [whom.who]) or who is ADMIN

    @rule(who=people, whom=st.sampled_from(ASSESSORS), give=st.booleans())
    def role(self, who: Actor, whom: Actor, give: bool) -> None:
        done = self.tried(grants.grant if give else grants.revoke, who, whom.who, Role.ASSESSOR)
        assert not done or who is ADMIN

    @rule(who=people, question=questions)
    def attach(self, who: Actor, question: str) -> None:
        place = (who, self.panel.entry, Layer.MARK, question, f"https://x.test/{next(keys)}")
        assert not self.tried(evidence.attach_link, *place) or who in (CHAIR, *ASSESSORS)

    @rule(who=people)
    def publish(self, who: Actor) -> None:
        if not self.tried(publication.publish, who, self.panel.id, provisional=True, reason=WHY):
            return
        assert who is ADMIN
        folder = packages.current(self.store.packages)
        assert folder is not None
        assert load(folder).results(2026).at[CITY_CODE, "final"] == float(self.recomputed())

    def recomputed(self) -> object:
        """The final from the marks that count, without any of the publication's code."""
        with self.store.read() as tx:
            counting = {one.who for one in rounds.seats_of(tx, self.panel.entry) if one.counts}
            given: dict[str, list[Fraction]] = {}
            for row in answers.read(tx, self.panel.entry, Layer.MARK):
                if row.owner in counting and row.value is not None:
                    given.setdefault(row.question, []).append(exact(row.value))
        means = {question: sum(marks, start=Fraction(0)) / len(marks) for question, marks in given.items()}
        value = score(means, read_instrument(INSTRUMENT)).value
        assert value is not None
        return round_half_up(value)

    @invariant()
    def nobody_sees_what_is_blind(self) -> None:
        if not hasattr(self, "store"):
            return
        with self.store.read() as tx:
            entry = rounds.look(tx, self.panel.entry)
            panel = rounds.active(rounds.seats_of(tx, entry.id))
        waiting = any(one.scores and one.submitted_at is None for one in panel) or not any(s.counts for s in panel)
        blind = entry.stage in ORDER[:4] or (entry.stage is Stage.SCORING and waiting and not entry.opened)
        for who in EVERYBODY:
            try:
                view = reading.entry_view(self.store, who, entry.id)
            except Problem:
                assert who not in (ADMIN, CITY)
                continue
            assert who not in (VIEWER, STRANGER, OTHER_CITY_USER)
            others = {owner for owner in view.marks if owner != who.who}
            if who is CITY:
                assert not view.marks and not view.own and not view.panel
                assert not view.means or entry.stage in ORDER[6:]
            elif blind:
                assert not others and not view.means, (who, entry.stage)
            with self.store.read() as tx:
                seen = evidence.listing(tx, who, entry.id)
            assert not blind or all(one.owner == who.who for one in seen if one.layer is Layer.MARK)

    @invariant()
    def what_is_locked_stays(self) -> None:
        if not hasattr(self, "store"):
            return
        with self.store.read() as tx:
            entry = rounds.look(tx, self.panel.entry)
            rows = [tuple(row) for row in tx.execute(select(tables.answers).order_by(tables.answers.c.id))]
            seats = [tuple(row) for row in tx.execute(select(tables.seats).order_by(tables.seats.c.id))]
        now = (rows, seats) if entry.stage in LOCKED else None
        assert self.locked is None or now is None or self.locked == now
        self.locked = now

    @invariant()
    def versions_only_grow(self) -> None:
        if not hasattr(self, "store"):
            return
        with self.store.read() as tx:
            now = {
                (table.name, row.id): row.version
                for table in (tables.answers, tables.entries, tables.seats)
                for row in tx.execute(select(table.c.id, table.c.version))
            }
        assert all(now.get(place, 0) >= version for place, version in self.versions.items())
        self.versions = now

    def check_trail(self) -> None:
        assert verification.verify(self.store).problems == ()


Evaluation.TestCase.settings = settings(
    max_examples=4,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestEvaluation = Evaluation.TestCase


# ---- two at the same moment ----------------------------------------------------------------------------------------


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """What each of them returned or raised; all begin together."""
    gate = threading.Barrier(len(deeds))
    found: list[object] = [None] * len(deeds)

    def run(number: int) -> None:
        gate.wait()
        try:
            found[number] = deeds[number]()
        except Exception as error:
            found[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    defects = [one for one in found if isinstance(one, Exception) and not isinstance(one, Problem)]
    assert defects == []
    return found


@pytest.fixture
def recorded(store: Store, panel: Round) -> Round:
    record_rows(store)
    return panel


def test_a_seat_ended_while_its_assessor_saves(store: Store, recorded: Round) -> None:
    who, entry = ASSESSORS[0], recorded.entry

    def saving() -> int:
        done = 0
        for number, question in enumerate(QUESTIONS[:30]):
            try:
                answers.save(store, who, entry, Layer.MARK, question, Change("3"), base=0, key=f"k{number}")
                done += 1
            except Problem as problem:
                assert problem.key == "refused_seat"
        return done

    saved, _ = at_once(saving, lambda: rounds.unseat(store, ADMIN, entry, who.who, WHY))
    with store.read() as tx:
        assert len(answers.read(tx, entry, Layer.MARK, who.who)) == saved
        rows = audit.trail(tx, audit.stream_of(entry))
    (ended,) = [row.seq for row in rows if row.action == "unseat"]
    assert all(row.seq < ended for row in rows if row.action == audit.ANSWER), "nothing is saved behind the end"
    assert verification.verify(store).problems == ()


def test_a_role_revoked_while_its_holder_saves(store: Store, recorded: Round) -> None:
    who, entry = ASSESSORS[0], recorded.entry
    stop = threading.Event()
    after: list[object] = []

    def saving() -> None:
        for number, question in enumerate(QUESTIONS):
            over = stop.is_set()
            try:
                answers.save(store, who, entry, Layer.MARK, question, Change("3"), base=0, key=f"k{number}")
                if over:
                    after.append(question)
            except Problem as problem:
                assert problem.key == "refused_role"

    def revoking() -> None:
        grants.revoke(store, ADMIN, who.who, Role.ASSESSOR)
        stop.set()

    at_once(saving, revoking)
    assert after == [] and verification.verify(store).problems == ()


def test_two_admins_revoke_each_other_and_one_stays(store: Store, recorded: Round) -> None:
    other = Actor("second@synthetic.test")
    third = Actor("third@synthetic.test")
    for _ in range(5):
        for one in (ADMIN, other, third):
            grants.grant(store, None, one.who, Role.ADMIN)
        found = at_once(
            lambda: grants.revoke(store, ADMIN, other.who, Role.ADMIN),
            lambda: grants.revoke(store, other, ADMIN.who, Role.ADMIN),
        )
        assert sorted(map(str, found))[0] == "True" and any(isinstance(one, Problem) for one in found)
    assert verification.verify(store).problems == ()


def test_the_same_role_given_and_taken_twice_at_once(store: Store, recorded: Round) -> None:
    for number in range(5):
        who = f"new{number}@synthetic.test"
        given = at_once(*[lambda who=who: grants.grant(store, ADMIN, who, Role.VIEWER) for _ in range(4)])
        assert sorted(map(bool, given)) == [False, False, False, True]
        taken = at_once(*[lambda who=who: grants.revoke(store, ADMIN, who, Role.VIEWER) for _ in range(4)])
        assert sorted(map(bool, taken)) == [False, False, False, True]
    assert verification.verify(store).problems == ()


def test_two_chairs_move_at_once(store: Store, recorded: Round) -> None:
    """The chair in two windows, and the office: one move, the others are told."""
    entry = recorded.entry
    for who in ASSESSORS:
        fill_all(store, entry, who)
        rounds.submit_marks(store, who, entry)
    with store.read() as tx:
        base = rounds.look(tx, entry).version
    found = at_once(
        lambda: rounds.move(store, CHAIR, entry, Stage.REPLY, base=base),
        lambda: rounds.move(store, CHAIR, entry, Stage.SCORING, base=base, reason=WHY),
        lambda: rounds.move(store, ADMIN, entry, Stage.SCORING, base=base, reason=WHY),
    )
    assert sum(one == base + 1 for one in found) == 1
    assert verification.verify(store).problems == ()


def test_a_role_that_ends_the_waiting_is_taken_while_the_round_is_published(store: Store) -> None:
    """Both want the cities and the office's stream, in the same order: no deadlock, and the scoring is over."""
    made = panel_round(store, chair_scores=True)
    record_rows(store)
    rounds.seat(store, ADMIN, made.other_entry, [one.who for one in ASSESSORS], chair=CHAIR.who)
    for who in (*ASSESSORS, CHAIR):
        fill_all(store, made.other_entry, who)
        rounds.submit_marks(store, who, made.other_entry)
    for to in (Stage.REPLY, Stage.FINAL):
        with store.read() as tx:
            base = rounds.look(tx, made.other_entry).version
        rounds.move(store, CHAIR, made.other_entry, to, base=base, reason=WHY)
    for who in ASSESSORS:
        fill_all(store, made.entry, who)
        rounds.submit_marks(store, who, made.entry)
    revoked, published = at_once(
        lambda: grants.revoke(store, ADMIN, CHAIR.who, Role.ASSESSOR),
        lambda: publication.publish(store, ADMIN, made.id),
    )
    assert revoked is True and isinstance(published, publication.Publication)
    assert published.cities == (made.other_city,)
    with store.read() as tx:
        assert rounds.look(tx, made.entry).stage is Stage.RECONCILIATION
    assert verification.verify(store).problems == ()


def test_publishing_while_a_city_is_opened_again(store: Store, recorded: Round) -> None:
    entry = recorded.entry
    for who in ASSESSORS:
        fill_all(store, entry, who)
        rounds.submit_marks(store, who, entry)
    for turn in range(2):
        for to in (Stage.REPLY, Stage.FINAL):
            with store.read() as tx:
                base = rounds.look(tx, entry).version
            rounds.move(store, CHAIR, entry, to, base=base, reason=WHY)
        with store.read() as tx:
            base = rounds.look(tx, entry).version
        pause = random.Random(turn).random()

        def reopening(base: int = base, pause: float = pause) -> int:
            threading.Event().wait(pause)
            return rounds.move(store, ADMIN, entry, Stage.RECONCILIATION, base=base, reason=WHY)

        published, opened = at_once(lambda: publication.publish(store, ADMIN, recorded.id), reopening)
        with store.read() as tx:
            stage = rounds.look(tx, entry).stage
        if isinstance(opened, Problem):
            assert (
                isinstance(published, publication.Publication)
                and stage is Stage.PUBLISHED
                and opened.key == "entry_changed"
            )
            rounds.move(store, ADMIN, entry, Stage.RECONCILIATION, base=base + 1, reason=WHY)
        else:
            assert isinstance(published, Problem) and stage is Stage.RECONCILIATION
        assert verification.verify(store).problems == ()
