"""The way of a city through a round: every step allowed and refused, by role, city, seat, stage, version and reason."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kotacerdas.interview import answers, audit, grants, rounds, tables
from kotacerdas.interview import store as stores
from kotacerdas.interview.roles import COMMAND_LINE_NAME, Actor, Role
from kotacerdas.interview.stages import CITY_OWNER, INSTEAD, MOVES, ORDER, Layer, Stage
from kotacerdas.interview.standing import find_round
from kotacerdas.interview.store import Store
from kotacerdas.problem import Problem
from tests.interview.builders import ASSESSORS, INSTRUMENT, Round, panel_round
from tests.interview.steps import QUESTIONS, actions, entry_of, fill, is_refused, put, stage_of, submitted

REGULAR = {"regular": INSTRUMENT, "priority": "evaluation-2024-priority"}


def at_stage(store: Store, stage: Stage, **settings: int) -> Round:
    return panel_round(store, stage=stage, **settings)


# -- rounds and invitations -------------------------------------------------------------------------------------------


def make(store: Store, year: int = 2026) -> int:
    return rounds.create(store, None, year, "  Synthetic   round ", REGULAR)


def test_a_round_is_made_once(store: Store) -> None:
    round_id = make(store)
    with store.read() as tx:
        around = rounds.round_of(tx, round_id)
        assert (around.year, around.name, around.panel_size) == (2026, "Synthetic round", 5)
        assert around.instruments == REGULAR
        assert [one.year for one in rounds.all_rounds(tx)] == [2026]
    with pytest.raises(Problem, match="round_exists"):
        make(store)
    assert actions(store, audit.OFFICE) == ["create"], "what was refused for its content left nothing behind"


@pytest.mark.parametrize(
    ("key", "change"),
    [
        ("round_published", {"year": 2024}),
        ("round_published", {"year": 2023}),
        ("round_year", {"year": 1999}),
        ("round_year", {"year": 10**9}),
        ("round_name", {"name": " "}),
        ("round_name", {"name": "x" * 201}),
        ("round_name", {"name": "a\0b"}),
        ("round_name", {"name": "a\u202eb"}),
        ("round_instruments", {"instruments": {}}),
        ("instrument_unknown", {"instruments": {"regular": "evaluation-1066"}}),
        ("instrument_unknown", {"instruments": {"regular": "../../etc/passwd"}}),
        ("round_instrument", {"instruments": {"all": "standard-2025"}}),
        ("round_group", {"instruments": {"a b": INSTRUMENT}}),
        ("round_panel", {"panel_size": 0}),
        ("round_panel", {"panel_size": 16}),
    ],
)
def test_a_round_that_cannot_be_is_refused(store: Store, key: str, change: dict[str, object]) -> None:
    given: dict[str, object] = {"year": 2026, "name": "Synthetic", "instruments": REGULAR, "panel_size": 5}
    with pytest.raises(Problem) as error:
        rounds.create(store, None, **(given | change))  # type: ignore[arg-type]
    assert error.value.key == key
    with store.read() as tx:
        assert rounds.all_rounds(tx) == ()


@pytest.mark.parametrize("who", ["chair", "city_user", "viewer", "stranger"])
def test_only_an_admin_manages_a_round(store: Store, panel: Round, who: str) -> None:
    actor: Actor = getattr(panel, who)
    tries: list[Callable[[], object]] = [
        lambda: rounds.create(store, actor, 2030, "Synthetic", REGULAR),
        lambda: rounds.invite(store, actor, panel.id, [("11.71", "regular")]),
        lambda: rounds.deadline(store, actor, panel.id, Stage.SCORING, "2026-12-01"),
    ]
    for attempt in tries:
        with pytest.raises(Problem) as error:
            attempt()
        is_refused(store, error, "refused_role")
    stream = audit.stream_of(panel.entry)
    for attempt in (
        lambda: rounds.seat(store, actor, panel.entry, [panel.stranger.who]),
        lambda: rounds.unseat(store, actor, panel.entry, panel.assessors[0].who),
        lambda: rounds.schedule(store, actor, panel.entry, "2026-12-01 09:00"),
    ):
        with pytest.raises(Problem) as error:
            attempt()
        is_refused(store, error, "refused_role", stream)


def test_an_invitation_keeps_the_group_that_decides_the_instrument(store: Store) -> None:
    round_id = make(store)
    done = rounds.invite(store, None, round_id, [("35.77", "regular"), ("11.71", "priority")])
    assert done == rounds.Invited(new=("35.77", "11.71"), known=(), regrouped=())
    with store.read() as tx:
        around = rounds.round_of(tx, round_id)
        for code, instrument in (("35.77", INSTRUMENT), ("11.71", "evaluation-2024-priority")):
            entry = rounds.find_entry(tx, round_id, code)
            assert (entry.stage, entry.version) == (Stage.INVITED, 1)
            assert around.instrument(entry.group).id == instrument
            assert [row.action for row in audit.trail(tx, audit.stream_of(entry.id))] == ["invite"]


def test_inviting_again_changes_nothing(store: Store) -> None:
    round_id = make(store)
    cities = [("35.77", "regular"), ("35.77", "regular")]
    assert rounds.invite(store, None, round_id, cities).new == ("35.77",)
    assert rounds.invite(store, None, round_id, cities) == rounds.Invited((), ("35.77",), ())
    assert actions(store, audit.OFFICE) == ["create", "invite"]


def test_a_wrong_group_can_be_mended_until_somebody_answers(store: Store) -> None:
    round_id = make(store)
    rounds.invite(store, None, round_id, [("35.77", "regular")])
    assert rounds.invite(store, None, round_id, [("35.77", "priority")]).regrouped == ("35.77",)
    with store.read() as tx:
        entry = rounds.find_entry(tx, round_id, "35.77")
    assert (entry.group, entry.version) == ("priority", 2)
    fill(store, entry.id, questions=["q1"])
    with pytest.raises(Problem, match="invite_regroup"):
        rounds.invite(store, None, round_id, [("35.77", "regular")])


@pytest.mark.parametrize(
    ("key", "wrong"),
    [
        ("city_near", [("3577", "regular")]),
        ("city_unknown", [("99.99x", "regular")]),
        ("invite_group", [("11.71", "gold")]),
        ("invite_twice", [("11.71", "regular"), ("11.71", "priority")]),
    ],
)
def test_one_wrong_row_invites_nobody(store: Store, key: str, wrong: list[tuple[str, str]]) -> None:
    round_id = make(store)
    with pytest.raises(Problem) as error:
        rounds.invite(store, None, round_id, [("35.78", "regular"), *wrong])
    assert error.value.key == key
    with store.read() as tx, pytest.raises(Problem, match="entry_city"):
        rounds.find_entry(tx, round_id, "35.78")


def test_one_instrument_for_all_takes_any_group(store: Store) -> None:
    round_id = rounds.create(store, None, 2027, "Synthetic", {"all": INSTRUMENT})
    rounds.invite(store, None, round_id, [("35.77", "regular"), ("11.71", "all")])
    with store.read() as tx:
        assert rounds.round_of(tx, round_id).instrument("regular").id == INSTRUMENT


def test_what_is_not_there_is_named(store: Store) -> None:
    with store.read() as tx:
        with pytest.raises(Problem, match="round_unknown"):
            rounds.round_of(tx, 99)
        with pytest.raises(Problem, match="round_year_unknown"):
            find_round(tx, 2050)
        with pytest.raises(Problem, match="interview_unknown"):
            rounds.look(tx, 99)
    with pytest.raises(Problem, match="interview_unknown"):
        rounds.move(store, None, 99, Stage.SCORING, base=1)


# -- every step -------------------------------------------------------------------------------------------------------

PAIRS = [(start, to) for start in ORDER for to in ORDER]


def mover(panel: Round, step: tuple[Stage, Stage]) -> Actor:
    """Who may take a step."""
    rule = MOVES[step]
    return {
        "self_assess": panel.city_user,
        "manage": panel.admin,
        "reconcile": panel.chair,
        "reopen": panel.chair,
        "publish": panel.admin,
    }[rule.action.value]


def ready(store: Store, panel: Round) -> None:
    """Everything a step forward may ask for."""
    fill(store, panel.entry)
    submitted(store, panel.entry, panel.assessors)
    with store.write() as tx:
        tx.execute(tables.entries.update().values(meeting_at="2026-11-01T00:00:00.000000+00:00"))


@pytest.mark.parametrize(("start", "to"), PAIRS, ids=lambda stage: stage.value)
def test_every_pair_of_stages(sqlite_store: Store, start: Stage, to: Stage) -> None:
    """A step of the rules works for its role and nobody else; everything that is no step is refused."""
    store = sqlite_store
    panel = at_stage(store, start)
    ready(store, panel)
    step = (start, to)
    stream = audit.stream_of(panel.entry)
    for outsider in (panel.stranger, panel.viewer, panel.other_city_user):
        with pytest.raises(Problem) as error:
            rounds.move(store, outsider, panel.entry, to, base=1, reason="synthetic")
        assert error.value.key in ("refused_role", "refused_city")
        is_refused(store, error, error.value.key, stream)
    if step not in MOVES or to is Stage.PUBLISHED:
        for actor in (panel.admin, panel.chair, panel.city_user, panel.assessors[0], None):
            with pytest.raises(Problem):
                rounds.move(store, actor, panel.entry, to, base=1, reason="synthetic")
        assert stage_of(store, panel.entry) is start
        return
    may = mover(panel, step)
    others = {panel.admin, panel.chair, panel.city_user, panel.assessors[0]} - {may}
    if MOVES[step].action.value == "reopen":
        others -= {panel.admin}
    if step in INSTEAD:
        others -= {panel.admin}
    for actor in others:
        with pytest.raises(Problem) as error:
            rounds.move(store, actor, panel.entry, to, base=1, reason="synthetic")
        assert error.value.key.startswith("refused_")
    if MOVES[step].reason:
        with pytest.raises(Problem, match="reason_needed"):
            rounds.move(store, may, panel.entry, to, base=1)
        with pytest.raises(Problem, match="reason_needed"):
            rounds.move(store, may, panel.entry, to, base=1, reason=" \r\n ")
    with pytest.raises(Problem, match="entry_changed"):
        rounds.move(store, may, panel.entry, to, base=7, reason="synthetic")
    assert stage_of(store, panel.entry) is start
    assert rounds.move(store, may, panel.entry, to, base=1, reason="synthetic") == 2
    assert stage_of(store, panel.entry) is to
    assert rounds.move(store, may, panel.entry, to, base=1, reason="synthetic") == 2, "the same move again"
    with store.read() as tx:
        moved = [row for row in audit.trail(tx, stream) if row.action == audit.MOVE]
    assert len(moved) == 1 and moved[0].reason == "synthetic" and moved[0].who == may.who
    assert json.loads(moved[0].before) == {"stage": start.value, "version": 1}
    assert json.loads(moved[0].after)["stage"] == to.value


def test_the_steps_a_person_is_offered(store: Store) -> None:
    panel = at_stage(store, Stage.REPLY)
    with store.read() as tx:
        entry = rounds.look(tx, panel.entry)
        offered = rounds.possible(tx, panel.chair, entry)
        assert set(offered) == {Stage.FINAL, Stage.SELF_ASSESSMENT, Stage.SCORING, Stage.RECONCILIATION}
        assert {stage for stage, rule in offered.items() if not rule.reason} == {Stage.FINAL}
        assert rounds.possible(tx, panel.city_user, entry) == {}
        assert Stage.FINAL not in rounds.possible(tx, panel.admin, entry)
        assert Stage.FINAL in rounds.possible(tx, None, entry)


@pytest.mark.parametrize("key", ["reason_long", "reason_characters"])
def test_a_reason_is_text_of_a_sane_length(store: Store, key: str) -> None:
    panel = at_stage(store, Stage.RECONCILIATION)
    reason = "x" * 2001 if key == "reason_long" else "a\0b"
    with pytest.raises(Problem, match=key):
        rounds.move(store, panel.chair, panel.entry, Stage.SCORING, base=1, reason=reason)


def test_a_chair_of_another_panel_leads_nothing_here(store: Store, panel: Round) -> None:
    other = Actor("otherchair@synthetic.test")
    grants.grant(store, panel.admin, other.who, Role.CHAIR)
    stream = audit.stream_of(panel.entry)
    with pytest.raises(Problem) as error:
        rounds.open_marks(store, other, panel.entry)
    is_refused(store, error, "refused_seat", stream)
    rounds.seat(store, panel.admin, panel.entry, [], chair=other.who)
    with store.read() as tx:
        assert [seat.who for seat in rounds.active(rounds.seats_of(tx, panel.entry)) if seat.chair] == [other.who]
    rounds.open_marks(store, other, panel.entry)
    with pytest.raises(Problem) as error:
        rounds.move(store, panel.chair, panel.entry, Stage.RECONCILIATION, base=3, reason="synthetic")
    is_refused(store, error, "refused_seat", stream)


# -- the self-assessment ----------------------------------------------------------------------------------------------


def test_the_first_answer_starts_the_self_assessment(store: Store) -> None:
    panel = at_stage(store, Stage.INVITED)
    answers.save(
        store, panel.city_user, panel.entry, Layer.SELF, "q1", answers.Change(value="2"), base=0, key="synthetic-1"
    )
    assert stage_of(store, panel.entry) is Stage.SELF_ASSESSMENT


def test_an_incomplete_self_assessment_is_not_submitted_and_the_list_says_why(store: Store) -> None:
    panel = at_stage(store, Stage.SELF_ASSESSMENT)
    fill(store, panel.entry, questions=QUESTIONS[:-2], flagged=["q3"])
    with pytest.raises(Problem) as error:
        rounds.submit_self(store, panel.city_user, panel.entry, 1)
    assert error.value.key == "answers_open"
    assert error.value.params["open_questions"] == QUESTIONS[-2:]
    assert error.value.params["flagged_questions"] == ("q3",)
    assert error.value.params["questions"] == (*QUESTIONS[-2:], "q3")
    assert stage_of(store, panel.entry) is Stage.SELF_ASSESSMENT


def test_a_value_taken_away_is_open_again(store: Store) -> None:
    panel = at_stage(store, Stage.SELF_ASSESSMENT)
    fill(store, panel.entry, questions=QUESTIONS[1:])
    fill(store, panel.entry, questions=QUESTIONS[:1], value=None)
    with pytest.raises(Problem) as error:
        rounds.submit_self(store, panel.city_user, panel.entry, 1)
    assert error.value.params["questions"] == QUESTIONS[:1]


def test_submitting_twice_is_submitting_once(store: Store) -> None:
    panel = at_stage(store, Stage.SELF_ASSESSMENT)
    fill(store, panel.entry)
    assert [rounds.submit_self(store, panel.city_user, panel.entry, 1) for _ in range(3)] == [2, 2, 2]
    assert actions(store, audit.stream_of(panel.entry)) == [audit.MOVE]


def test_a_city_user_on_another_city_is_refused_and_logged(store: Store) -> None:
    panel = at_stage(store, Stage.SELF_ASSESSMENT)
    fill(store, panel.entry)
    with pytest.raises(Problem) as error:
        rounds.submit_self(store, panel.other_city_user, panel.entry, 1)
    is_refused(store, error, "refused_city", audit.stream_of(panel.entry))
    assert stage_of(store, panel.entry) is Stage.SELF_ASSESSMENT


def test_the_office_closes_a_self_assessment_that_never_came(store: Store) -> None:
    panel = at_stage(store, Stage.SELF_ASSESSMENT)
    with pytest.raises(Problem, match="reason_needed"):
        rounds.move(store, panel.admin, panel.entry, Stage.SUBMITTED, base=1)
    rounds.move(store, panel.admin, panel.entry, Stage.SUBMITTED, base=1, reason="deadline passed, city asked twice")
    assert stage_of(store, panel.entry) is Stage.SUBMITTED


# -- the meeting ------------------------------------------------------------------------------------------------------


def test_scheduling_moves_a_submitted_city_on_and_can_be_changed(store: Store) -> None:
    panel = at_stage(store, Stage.SUBMITTED)
    with pytest.raises(Problem, match="meeting_missing"):
        rounds.move(store, panel.admin, panel.entry, Stage.SCHEDULED, base=1)
    version = rounds.schedule(store, panel.admin, panel.entry, "2026-12-01 09:30", " https://meet.example/x ")
    entry = entry_of(store, panel.entry)
    assert (entry.stage, entry.version) == (Stage.SCHEDULED, version)
    assert (entry.meeting_at, entry.meeting_link) == ("2026-12-01T02:30:00.000000+00:00", "https://meet.example/x")
    again = rounds.schedule(store, panel.admin, panel.entry, "2026-12-01T02:30+00:00", "https://meet.example/x")
    assert again == version, "the same meeting changes nothing"
    rounds.schedule(store, panel.admin, panel.entry, "2026-12-02 09:30")
    assert entry_of(store, panel.entry).meeting_link is None
    assert actions(store, audit.stream_of(panel.entry)) == ["schedule", audit.MOVE, "schedule"]


@pytest.mark.parametrize(
    "at", ["", "tomorrow", "2026-12-01", "2026-13-01 09:00", "9999-12-31 23:59-12:00", "٢٠٢٦-12-01 09:00"]
)
def test_a_time_that_is_none_is_refused(store: Store, at: str) -> None:
    panel = at_stage(store, Stage.SUBMITTED)
    with pytest.raises(Problem, match="moment_form"):
        rounds.schedule(store, panel.admin, panel.entry, at)


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "ftp://x.example", "https://", "https://user:pw@x.example", "https://x.example/a b",
     "https://x.example/" + "a" * 500, "https://[", "https://x.example/\u202e"],
)  # fmt: skip
def test_a_link_that_is_no_plain_address_is_refused(store: Store, link: str) -> None:
    panel = at_stage(store, Stage.SUBMITTED)
    with pytest.raises(Problem, match="meeting_link"):
        rounds.schedule(store, panel.admin, panel.entry, "2026-12-01 09:00", link)
    assert stage_of(store, panel.entry) is Stage.SUBMITTED


# -- the panel --------------------------------------------------------------------------------------------------------


def test_the_last_submitted_seat_ends_the_scoring_by_itself(store: Store, panel: Round) -> None:
    for number, assessor in enumerate(panel.assessors):
        assert stage_of(store, panel.entry) is Stage.SCORING
        fill(store, panel.entry, Layer.MARK, assessor.who)
        rounds.submit_marks(store, assessor, panel.entry)
        with store.read() as tx:
            assert rounds.strength(tx, rounds.look(tx, panel.entry)) == rounds.Strength(
                number + 1, 5, 5, fewest=number + 1
            )
    assert stage_of(store, panel.entry) is Stage.RECONCILIATION, "a chair who only leads is not waited for"
    assert actions(store, audit.stream_of(panel.entry)) == [*["submit_marks"] * 5, audit.MOVE]


def test_a_chair_who_is_an_assessor_too_is_waited_for(store: Store) -> None:
    panel = panel_round(store, chair_scores=True)
    for assessor in panel.assessors:
        fill(store, panel.entry, Layer.MARK, assessor.who)
        rounds.submit_marks(store, assessor, panel.entry)
    assert stage_of(store, panel.entry) is Stage.SCORING
    fill(store, panel.entry, Layer.MARK, panel.chair.who)
    rounds.submit_marks(store, panel.chair, panel.entry)
    assert stage_of(store, panel.entry) is Stage.RECONCILIATION


def test_marks_are_not_submitted_while_open_or_flagged(store: Store, panel: Round) -> None:
    mine = panel.assessors[0]
    fill(store, panel.entry, Layer.MARK, mine.who, questions=QUESTIONS[3:], flagged=["q9", "q20"])
    with pytest.raises(Problem) as error:
        rounds.submit_marks(store, mine, panel.entry)
    assert error.value.key == "answers_open"
    assert error.value.params["questions"] == (*QUESTIONS[:3], "q9", "q20")
    assert (error.value.params["open"], error.value.params["flagged"]) == (3, 2)
    with store.read() as tx:
        entry = rounds.look(tx, panel.entry)
        instrument = rounds.round_of(tx, entry.round_id).instrument(entry.group)
        left = rounds.missing(tx, entry, Layer.MARK, mine.who, instrument)
        assert (left.open, left.flagged) == (QUESTIONS[:3], ("q9", "q20"))


def test_submitting_marks_twice_is_once_also_after_it_has_moved_on(store: Store) -> None:
    panel = panel_round(store, seated=1)
    fill(store, panel.entry, Layer.MARK, panel.assessors[0].who)
    versions = {rounds.submit_marks(store, panel.assessors[0], panel.entry) for _ in range(3)}
    assert versions == {2} and stage_of(store, panel.entry) is Stage.RECONCILIATION
    assert actions(store, audit.stream_of(panel.entry)) == ["submit_marks", audit.MOVE]


@pytest.mark.parametrize("who", ["admin", "city_user", "viewer", "stranger", "chair"])
def test_only_a_seated_assessor_submits_marks(store: Store, panel: Round, who: str) -> None:
    actor: Actor = getattr(panel, who)
    with pytest.raises(Problem) as error:
        rounds.submit_marks(store, actor, panel.entry)
    is_refused(store, error, "refused_role", audit.stream_of(panel.entry))


def test_an_assessor_of_another_city_is_refused_and_logged(store: Store, panel: Round) -> None:
    for service in (rounds.submit_marks, rounds.withdraw_marks):
        with pytest.raises(Problem) as error:
            service(store, panel.assessors[0], panel.other_entry)
        is_refused(store, error, "refused_seat", audit.stream_of(panel.other_entry))


def test_a_role_removed_while_at_work_ends_the_work(store: Store, panel: Round) -> None:
    """C7: the very next write is refused, whatever page is open."""
    mine = panel.assessors[0]
    fill(store, panel.entry, Layer.MARK, mine.who)
    grants.revoke(store, panel.admin, mine.who, Role.ASSESSOR)
    with pytest.raises(Problem) as error:
        rounds.submit_marks(store, mine, panel.entry)
    is_refused(store, error, "refused_role", audit.stream_of(panel.entry))
    grants.revoke(store, panel.admin, panel.chair.who, Role.CHAIR)
    with pytest.raises(Problem, match="refused_role"):
        rounds.open_marks(store, panel.chair, panel.entry)


def test_a_submission_is_taken_back_before_the_reconciliation_only(store: Store, panel: Round) -> None:
    mine = panel.assessors[0]
    fill(store, panel.entry, Layer.MARK, mine.who)
    rounds.submit_marks(store, mine, panel.entry)
    rounds.withdraw_marks(store, mine, panel.entry)
    rounds.withdraw_marks(store, mine, panel.entry)
    assert actions(store, audit.stream_of(panel.entry)) == ["submit_marks", "withdraw_marks"]
    rounds.submit_marks(store, mine, panel.entry)
    rounds.open_marks(store, panel.chair, panel.entry)
    with pytest.raises(Problem) as error:
        rounds.withdraw_marks(store, mine, panel.entry, "mistyped question 4")
    is_refused(store, error, "refused_withdraw", audit.stream_of(panel.entry))
    put(store, panel.entry, Stage.RECONCILIATION)
    with pytest.raises(Problem) as error:
        rounds.withdraw_marks(store, mine, panel.entry, "too late")
    is_refused(store, error, "refused_stage", audit.stream_of(panel.entry))


def test_going_on_without_everybody_needs_a_submission_and_a_reason(store: Store, panel: Round) -> None:
    """C6: fewer marks are never silently averaged."""
    go = {"base": 1, "to": Stage.RECONCILIATION}
    with pytest.raises(Problem, match="panel_unsubmitted"):
        rounds.move(store, panel.chair, panel.entry, reason="synthetic", **go)  # type: ignore[arg-type]
    submitted(store, panel.entry, panel.assessors[:3])
    with pytest.raises(Problem) as error:
        rounds.move(store, panel.chair, panel.entry, **go)  # type: ignore[arg-type]
    assert error.value.key == "panel_waiting" and error.value.params["count"] == 2
    assert panel.assessors[4].who in str(error.value.params["who"])
    rounds.move(store, panel.chair, panel.entry, reason="two are ill", **go)  # type: ignore[arg-type]
    rounds.move(store, panel.chair, panel.entry, Stage.REPLY, base=2)
    with pytest.raises(Problem) as error:
        rounds.move(store, panel.chair, panel.entry, Stage.FINAL, base=3)
    assert error.value.key == "panel_short"
    assert (error.value.params["count"], error.value.params["accepted"]) == (3, 5)
    rounds.move(store, panel.chair, panel.entry, Stage.FINAL, base=3, reason="ministry accepts three")
    with store.read() as tx:
        assert rounds.strength(tx, rounds.look(tx, panel.entry)).provisional
        (line,) = [line for line in rounds.board(tx, panel.admin, panel.id) if line.city == panel.city]
    assert line.provisional and (line.submitted, line.seats) == (3, 5)


def test_an_ended_seat_keeps_its_marks_but_they_do_not_count(store: Store, panel: Round) -> None:
    submitted(store, panel.entry, panel.assessors[:2])
    first = panel.assessors[0].who
    with pytest.raises(Problem, match="reason_needed"):
        rounds.unseat(store, panel.admin, panel.entry, first)
    ended = rounds.unseat(store, panel.admin, panel.entry, first, "conflict of interest")
    assert ended == rounds.Ended(first, marks=len(QUESTIONS), counted=True)
    with store.read() as tx:
        assert rounds.strength(tx, rounds.look(tx, panel.entry)) == rounds.Strength(1, 4, 5, fewest=1)
        assert len(answers.read(tx, panel.entry, Layer.MARK, first)) == len(QUESTIONS)
        (line, _) = rounds.board(tx, panel.admin, panel.id)
    assert line.share == pytest.approx(1 / 4), "the marks of the ended seat are not progress either"
    with pytest.raises(Problem, match="seat_none"):
        rounds.unseat(store, panel.admin, panel.entry, first, "again")
    rounds.seat(store, panel.admin, panel.entry, [first])
    with store.read() as tx:
        back = rounds.seats_of(tx, panel.entry)[0]
    assert back.active and back.submitted_at is None, "taken up again, to be submitted anew"


def test_seating_is_for_assessors_and_needs_no_repetition(store: Store) -> None:
    panel = at_stage(store, Stage.SUBMITTED)
    everybody = [one.who for one in panel.assessors]
    seats = rounds.seat(store, panel.admin, panel.other_entry, everybody, chair=panel.chair.who)
    assert [(seat.who, seat.chair, seat.scores) for seat in seats] == [
        *[(who, False, True) for who in everybody],
        (panel.chair.who, True, False),
    ]
    assert entry_of(store, panel.other_entry).version == 2
    assert rounds.seat(store, panel.admin, panel.other_entry, everybody, chair=panel.chair.who) == seats
    assert entry_of(store, panel.other_entry).version == 2
    with pytest.raises(Problem, match="seat_role"):
        rounds.seat(store, panel.admin, panel.other_entry, [panel.viewer.who])
    with pytest.raises(Problem, match="seat_chair_role"):
        rounds.seat(store, panel.admin, panel.other_entry, [], chair=everybody[0])
    assert actions(store, audit.stream_of(panel.other_entry)) == ["seat"]


def test_an_assessor_can_become_the_chair_and_still_scores(store: Store, panel: Round) -> None:
    leader = panel.assessors[2].who
    grants.grant(store, panel.admin, leader, Role.CHAIR)
    seats = rounds.seat(store, panel.admin, panel.entry, [], chair=leader)
    assert [(seat.who, seat.scores) for seat in seats if seat.chair] == [(leader, True)]
    assert panel.chair.who not in [seat.who for seat in seats], "who only led has left the panel"
    assert len(seats) == 5


def test_after_the_scoring_only_a_chair_is_seated(store: Store) -> None:
    panel = panel_round(store, stage=Stage.RECONCILIATION, seated=4)
    with pytest.raises(Problem, match="seat_late"):
        rounds.seat(store, panel.admin, panel.entry, [panel.assessors[4].who])
    other = "otherchair@synthetic.test"
    grants.grant(store, panel.admin, other, Role.CHAIR)
    assert any(
        seat.chair and seat.who == other for seat in rounds.seat(store, panel.admin, panel.entry, [], chair=other)
    )


def test_a_panel_has_a_size_anybody_can_oversee(store: Store, panel: Round) -> None:
    many = [f"extra{n}@synthetic.test" for n in range(12)]
    for who in many:
        grants.grant(store, None, who, Role.ASSESSOR)
    with pytest.raises(Problem, match="seat_many"):
        rounds.seat(store, panel.admin, panel.entry, many)


def test_no_scoring_without_a_panel(store: Store) -> None:
    panel = at_stage(store, Stage.SCHEDULED)
    with pytest.raises(Problem, match="panel_none"):
        rounds.move(store, None, panel.other_entry, Stage.SCORING, base=1)


def test_the_first_mark_starts_the_scoring(store: Store) -> None:
    panel = at_stage(store, Stage.SCHEDULED)
    mine = panel.assessors[0]
    answers.save(store, mine, panel.entry, Layer.MARK, "q1", answers.Change(value="4"), base=0, key="synthetic-1")
    assert stage_of(store, panel.entry) is Stage.SCORING
    assert entry_of(store, panel.entry).version == 2


# -- reply, final, locked ---------------------------------------------------------------------------------------------


def test_a_reply_is_answered_before_the_result_is_final(store: Store) -> None:
    panel = at_stage(store, Stage.REPLY)
    submitted(store, panel.entry, panel.assessors)
    fill(store, panel.entry, Layer.REPLY, CITY_OWNER, value=None, note="we disagree", questions=["q7"])
    fill(store, panel.entry, Layer.REPLY, CITY_OWNER, value=None, note=" ", questions=["q8"])
    with pytest.raises(Problem) as error:
        rounds.move(store, panel.chair, panel.entry, Stage.FINAL, base=1, reason="in a hurry")
    assert error.value.key == "reply_open" and error.value.params["questions"] == ("q7",)
    fill(store, panel.entry, Layer.ANSWER, "chair", value=None, note="kept", questions=["q7"])
    assert rounds.move(store, panel.chair, panel.entry, Stage.FINAL, base=1) == 2


def test_the_right_of_reply_runs_its_time(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    panel = at_stage(store, Stage.REPLY)
    submitted(store, panel.entry, panel.assessors)
    rounds.deadline(store, panel.admin, panel.id, Stage.REPLY, "2026-12-01", panel.city)
    monkeypatch.setattr(stores, "clock", lambda: dt.datetime(2026, 12, 1, 16, 59, tzinfo=dt.UTC))
    with pytest.raises(Problem) as error:
        rounds.move(store, panel.chair, panel.entry, Stage.FINAL, base=1)
    assert error.value.key == "reply_running" and error.value.params["due"] == "2026-12-01 23:59 WIB"
    monkeypatch.setattr(stores, "clock", lambda: dt.datetime(2026, 12, 1, 17, 0, tzinfo=dt.UTC))
    assert rounds.move(store, panel.chair, panel.entry, Stage.FINAL, base=1) == 2


def finished(store: Store) -> Round:
    panel = at_stage(store, Stage.REPLY)
    submitted(store, panel.entry, panel.assessors)
    rounds.move(store, panel.chair, panel.entry, Stage.FINAL, base=1)
    return panel


@pytest.mark.parametrize("published", [False, True])
def test_a_locked_city_refuses_every_write_and_says_who_and_when(store: Store, published: bool) -> None:
    """C5, also for a page that was open when it was locked."""
    panel = finished(store)
    if published:
        with store.write() as tx:
            rounds.step(tx, rounds.take(tx, panel.entry), Stage.PUBLISHED, panel.admin.who)
    tries: list[Callable[[], object]] = [
        lambda: rounds.submit_self(store, panel.city_user, panel.entry, 1),
        lambda: rounds.withdraw_marks(store, panel.assessors[0], panel.entry),
        lambda: rounds.open_marks(store, panel.chair, panel.entry),
        lambda: rounds.seat(store, panel.admin, panel.entry, [panel.assessors[0].who]),
        lambda: rounds.unseat(store, panel.admin, panel.entry, panel.assessors[0].who, "synthetic"),
        lambda: rounds.schedule(store, panel.admin, panel.entry, "2026-12-01 09:00"),
        lambda: rounds.move(store, panel.chair, panel.entry, Stage.REPLY if published else Stage.FINAL, base=7),
        lambda: answers.save(
            store, panel.assessors[0], panel.entry, Layer.MARK, "q1", answers.Change(value="1"), base=1, key="late"
        ),
    ]
    for attempt in tries[:6] + tries[7:]:
        with pytest.raises(Problem) as error:
            attempt()
        is_refused(store, error, "refused_locked", audit.stream_of(panel.entry))
        assert error.value.params["who"] == panel.chair.who
        assert str(error.value.params["at"]).endswith("WIB")
    with pytest.raises(Problem):
        tries[6]()


def test_a_locked_city_is_opened_by_right_and_with_a_reason_and_both_are_in_the_trail(store: Store) -> None:
    panel = finished(store)
    with pytest.raises(Problem) as error:
        rounds.move(store, panel.assessors[0], panel.entry, Stage.SCORING, base=2, reason="please")
    is_refused(store, error, "refused_role", audit.stream_of(panel.entry))
    rounds.move(store, panel.admin, panel.entry, Stage.RECONCILIATION, base=2, reason="counted twice")
    with store.read() as tx:
        last = audit.trail(tx, audit.stream_of(panel.entry))[-1]
    assert (last.who, last.action, last.reason) == (panel.admin.who, audit.MOVE, "counted twice")


def test_back_to_the_scoring_is_blind_again_and_submitted_anew(store: Store) -> None:
    panel = finished(store)
    rounds.move(store, panel.chair, panel.entry, Stage.SCORING, base=2, reason="new evidence")
    entry = entry_of(store, panel.entry)
    assert not entry.opened
    with store.read() as tx:
        assert [seat.submitted_at for seat in rounds.seats_of(tx, panel.entry)] == [None] * 6
        last = audit.trail(tx, audit.stream_of(panel.entry))[-1]
    assert json.loads(last.after)["submit_again"] == [one.who for one in ASSESSORS]
    for assessor in panel.assessors:
        rounds.submit_marks(store, assessor, panel.entry)
    assert stage_of(store, panel.entry) is Stage.RECONCILIATION


def test_publishing_is_not_a_move_of_one_city(store: Store) -> None:
    panel = finished(store)
    with pytest.raises(Problem, match="move_publish"):
        rounds.move(store, panel.admin, panel.entry, Stage.PUBLISHED, base=2)
    with pytest.raises(Problem) as error:
        rounds.move(store, panel.chair, panel.entry, Stage.PUBLISHED, base=2)
    is_refused(store, error, "refused_role", audit.stream_of(panel.entry))


def test_locking_a_round_closes_what_is_ready_and_names_the_rest(store: Store) -> None:
    panel = at_stage(store, Stage.REPLY)
    submitted(store, panel.entry, panel.assessors)
    done = rounds.lock(store, None, panel.id)
    assert done[panel.city] is None
    assert done[panel.other_city] is not None and done[panel.other_city].key == "panel_none"
    assert rounds.lock(store, None, panel.id, [panel.city]) == {}, "final stays final"
    unknown = rounds.lock(store, None, panel.id, ["11.71"])["11.71"]
    assert unknown is not None and unknown.key == "entry_city"
    with store.read() as tx:
        moved = [row for row in audit.trail(tx, audit.stream_of(panel.entry)) if row.action == audit.MOVE]
    assert [row.who for row in moved] == [COMMAND_LINE_NAME]


def test_times_are_kept_in_utc_with_microseconds() -> None:
    from kotacerdas.interview.times import read_moment

    assert read_moment("2026-12-01T09:30+09:00") == "2026-12-01T00:30:00.000000+00:00"
    assert len(read_moment("2026-12-01", whole_day=True)) == len(stores.now())


def test_the_register_comes_from_the_data_folder(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="file_missing"):
        rounds.read_register(tmp_path)


# -- at the same moment -----------------------------------------------------------------------------------------------


def together(*work: Callable[[], object]) -> list[object]:
    """Run everything at the same moment; results, or the problems that were raised."""
    start = threading.Barrier(len(work))

    def run(one: Callable[[], object]) -> object:
        start.wait()
        try:
            return one()
        except Problem as problem:
            return problem

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(run, work))


def test_five_last_seats_at_once_end_the_scoring_once(store: Store, panel: Round) -> None:
    for assessor in panel.assessors:
        fill(store, panel.entry, Layer.MARK, assessor.who)
    results = together(*[lambda one=one: rounds.submit_marks(store, one, panel.entry) for one in panel.assessors])  # type: ignore[misc]
    assert sorted(map(str, results)) == ["1", "1", "1", "1", "2"]
    assert stage_of(store, panel.entry) is Stage.RECONCILIATION
    assert actions(store, audit.stream_of(panel.entry)).count(audit.MOVE) == 1


def test_two_moves_from_one_version_are_one_move(store: Store) -> None:
    panel = at_stage(store, Stage.RECONCILIATION)
    submitted(store, panel.entry, panel.assessors)
    results = together(
        lambda: rounds.move(store, panel.chair, panel.entry, Stage.REPLY, base=1),
        lambda: rounds.move(store, panel.admin, panel.entry, Stage.SCORING, base=1, reason="synthetic"),
        lambda: rounds.move(store, panel.chair, panel.entry, Stage.REPLY, base=1),
    )
    assert actions(store, audit.stream_of(panel.entry)).count(audit.MOVE) == 1
    assert 2 in results and entry_of(store, panel.entry).version == 2


def test_the_same_invitation_twice_at_once_is_one(store: Store) -> None:
    round_id = make(store)
    cities = [("35.77", "regular"), ("11.71", "regular")]
    results = together(*[lambda: rounds.invite(store, None, round_id, cities)] * 3)
    assert sorted(len(one.new) for one in results if isinstance(one, rounds.Invited)) == [0, 0, 2]


def test_one_round_a_year_also_when_two_make_it_at_once(store: Store) -> None:
    results = together(*[lambda: make(store)] * 3)
    assert sum(isinstance(one, int) for one in results) == 1
    assert {one.key for one in results if isinstance(one, Problem)} == {"round_exists"}


def test_two_admins_cannot_take_each_others_role_at_once(store: Store) -> None:
    first, second = Actor("first@synthetic.test"), Actor("second@synthetic.test")
    for one in (first, second):
        grants.grant(store, None, one.who, Role.ADMIN)
    together(
        lambda: grants.revoke(store, first, second.who, Role.ADMIN),
        lambda: grants.revoke(store, second, first.who, Role.ADMIN),
    )
    with store.read() as tx:
        assert len(grants.people(tx)) == 1


# -- rights that are asked before anything else -----------------------------------------------------------------------


@pytest.mark.parametrize("who", ["viewer", "admin", "city_user", "stranger"])
def test_who_makes_nothing_final_is_refused_though_there_is_nothing_to_lock(
    store: Store, panel: Round, who: str
) -> None:
    with pytest.raises(Problem) as error:
        rounds.lock(store, getattr(panel, who), panel.id)
    is_refused(store, error, "refused_role")
    assert rounds.lock(store, panel.chair, panel.id) == {} == rounds.lock(store, None, panel.id)


def test_the_rounds_are_listed_to_who_sees_a_board(store: Store, panel: Round) -> None:
    grants.grant(store, None, "one@synthetic.test", Role.VIEWER, panel.city)
    for actor in (None, panel.viewer, panel.chair, Actor("one@synthetic.test")):
        assert [one.year for one in rounds.listed(store, actor)] == [panel.year]
    for actor in (panel.city_user, panel.stranger):
        with pytest.raises(Problem) as error:
            rounds.listed(store, actor)
        is_refused(store, error, "refused_role")
