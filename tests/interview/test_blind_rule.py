"""Nobody who has seen the marks of others marks anew: whatever ends the waiting ends the scoring. All SYNTHETIC."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kotacerdas.interview import answers, audit, grants, reading, rounds, verification
from kotacerdas.interview.answers import Change, Saved
from kotacerdas.interview.roles import Role
from kotacerdas.interview.stages import Layer, Stage
from kotacerdas.interview.store import Store
from kotacerdas.problem import Problem
from tests.interview.builders import ADMIN, ASSESSORS, CHAIR, Round, panel_round
from tests.interview.recorded import record_rows
from tests.interview.steps import actions, is_refused, stage_of, submitted

FIRST, LAST = ASSESSORS[0], ASSESSORS[4]
WHY = "Synthetic reason."


def unseated(store: Store, made: Round) -> None:
    rounds.unseat(store, ADMIN, made.entry, LAST.who, WHY)


def made_chair(store: Store, made: Round) -> None:
    """The last one awaited leads now, and has no assessor's role any more: a chair of that kind gives no marks."""
    grants.grant(store, ADMIN, LAST.who, Role.CHAIR)
    grants.revoke(store, ADMIN, LAST.who, Role.ASSESSOR)
    assert stage_of(store, made.entry) is Stage.SCORING, "a member who may not mark now is still waited for"
    rounds.seat(store, ADMIN, made.entry, [], chair=LAST.who)


def chair_unseated(store: Store, made: Round) -> None:
    rounds.unseat(store, ADMIN, made.entry, CHAIR.who, WHY)


def chair_no_assessor(store: Store, made: Round) -> None:
    grants.revoke(store, ADMIN, CHAIR.who.upper(), Role.ASSESSOR)


@pytest.mark.parametrize(
    ("deed", "sent", "chair_scores"),
    [(unseated, 4, False), (made_chair, 4, False), (chair_unseated, 5, True), (chair_no_assessor, 5, True)],
)
def test_when_nobody_is_waited_for_any_more_the_scoring_is_over(
    store: Store, deed: Callable[[Store, Round], None], sent: int, chair_scores: bool
) -> None:
    made = panel_round(store, chair_scores=chair_scores)
    record_rows(store)
    submitted(store, made.entry, ASSESSORS[:sent])
    assert not reading.entry_view(store, FIRST, made.entry).sight.open
    deed(store, made)
    assert stage_of(store, made.entry) is Stage.RECONCILIATION
    assert reading.entry_view(store, FIRST, made.entry).sight.open
    with pytest.raises(Problem) as error:
        rounds.withdraw_marks(store, FIRST, made.entry, WHY)
    is_refused(store, error, "refused_stage", audit.stream_of(made.entry))
    with store.read() as tx:
        moved = [row for row in audit.trail(tx, audit.stream_of(made.entry)) if row.action == audit.MOVE]
    assert len(moved) == 1 and moved[0].who == ADMIN.who
    keys = {problem.key for problem in verification.verify(store).problems}
    assert keys <= {"audit_unrecorded", "trail_row"}, "marks and submissions were written straight into the tables"


def test_while_somebody_is_waited_for_the_scoring_goes_on(store: Store, panel: Round) -> None:
    submitted(store, panel.entry, ASSESSORS[:3])
    unseated(store, panel)
    assert stage_of(store, panel.entry) is Stage.SCORING
    assert not reading.entry_view(store, FIRST, panel.entry).sight.open


def test_a_panel_of_which_nobody_has_submitted_stays(store: Store) -> None:
    made = panel_round(store, seated=1)
    rounds.unseat(store, ADMIN, made.entry, FIRST.who, WHY)
    assert stage_of(store, made.entry) is Stage.SCORING


def test_a_role_taken_from_who_sits_nowhere_moves_nothing(store: Store, panel: Round) -> None:
    submitted(store, panel.entry, ASSESSORS[:4])
    grants.grant(store, ADMIN, "new@synthetic.test", Role.ASSESSOR)
    grants.revoke(store, ADMIN, "new@synthetic.test", Role.ASSESSOR)
    assert stage_of(store, panel.entry) is Stage.SCORING


def test_once_the_marks_are_open_whoever_still_marks_gives_a_reason(store: Store, panel: Round) -> None:
    def save(question: str, change: Change, base: int, reason: str | None = None) -> Saved:
        key = f"{question}-{base}-{change}"[:60]
        return answers.save(store, LAST, panel.entry, Layer.MARK, question, change, base=base, key=key, reason=reason)

    submitted(store, panel.entry, ASSESSORS[:4])
    assert save("q1", Change("3"), 0).version == 1, "blind: no reason"
    rounds.open_marks(store, CHAIR, panel.entry)
    for question, change, base in (("q1", Change("4"), 1), ("q1", Change(None), 1), ("q2", Change("4", "words"), 0)):
        for reason in (None, " \n "):
            with pytest.raises(Problem, match="mark_reason"):
                save(question, change, base, reason)
    assert save("q1", Change("3"), 1).repeated, "what stands already needs none"
    assert save("q1", Change(note="words", flag=True), 1).version == 2, "a note and a flag count nothing"
    assert save("q1", Change("4"), 2, WHY).value == "4"
    assert save("q2", Change("2"), 0, WHY).version == 1
    with store.read() as tx:
        rows = audit.trail(tx, audit.stream_of(panel.entry))
    reasons = [row.reason for row in rows if row.action == audit.ANSWER and row.who == LAST.who]
    assert reasons == [None, None, WHY, WHY]


def test_a_panel_sent_back_to_its_scoring_marks_blind_and_without_a_reason(store: Store, panel: Round) -> None:
    submitted(store, panel.entry, ASSESSORS[:4])
    rounds.open_marks(store, CHAIR, panel.entry)
    with store.read() as tx:
        base = rounds.look(tx, panel.entry).version
    base = rounds.move(store, CHAIR, panel.entry, Stage.RECONCILIATION, base=base, reason=WHY)
    rounds.move(store, CHAIR, panel.entry, Stage.SCORING, base=base, reason=WHY)
    answers.save(store, LAST, panel.entry, Layer.MARK, "q1", Change("3"), base=0, key="k")


def test_opened_marks_end_the_right_to_withdraw(store: Store, panel: Round) -> None:
    submitted(store, panel.entry, ASSESSORS[:4])
    rounds.open_marks(store, CHAIR, panel.entry)
    for reason in (None, WHY):
        with pytest.raises(Problem) as error:
            rounds.withdraw_marks(store, FIRST, panel.entry, reason)
        is_refused(store, error, "refused_withdraw", audit.stream_of(panel.entry))
    rounds.withdraw_marks(store, LAST, panel.entry)
    assert "withdraw_marks" not in actions(store, audit.stream_of(panel.entry)), (
        "nothing was submitted: nothing changes"
    )
