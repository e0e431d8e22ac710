"""Saving an answer: what is kept, who may, what happens when two write at once (C1, C2, C5, C7, F3).

SYNTHETIC people and marks only.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, Row, insert, select, update

from kotacerdas.i18n import LANGUAGES, Text
from kotacerdas.interview import audit
from kotacerdas.interview import store as stores
from kotacerdas.interview.answers import NOTE_LIMIT, TRIES, UNSET, Change, Conflict, Saved, marks_of, read, save
from kotacerdas.interview.roles import Actor
from kotacerdas.interview.stages import CHAIR_OWNER, CITY_OWNER, OPEN, Layer, Stage
from kotacerdas.interview.standing import read_instrument
from kotacerdas.interview.store import Store, open_store
from kotacerdas.interview.tables import answers, entries, grants, seats
from kotacerdas.problem import Problem
from tests.interview.builders import Round, panel_round
from tests.interview.conftest import MODEL
from tests.interview.postgres import Cluster


def give(
    store: Store, panel: Round, mark: str | None = "3", *, base: int = 0, key: str = "k", actor: Actor | None = None
) -> Saved:
    return save(store, actor or panel.assessors[0], panel.entry, Layer.MARK, "q1", Change(mark), base=base, key=key)


def kept(store: Store, panel: Round) -> list[Row]:
    with store.read() as tx:
        return list(tx.execute(select(answers).where(answers.c.entry_id == panel.entry).order_by(answers.c.id)))


def actions(store: Store, panel: Round) -> list[str]:
    with store.read() as tx:
        return [row.action for row in audit.trail(tx, audit.stream_of(panel.entry))]


def send(store: Store, seat: int) -> None:
    """A seat as submitted."""
    with store.write() as tx:
        tx.execute(update(seats).where(seats.c.id == seat).values(submitted_at=stores.now()))


def to_stage(store: Store, panel: Round, stage: Stage) -> None:
    with store.write() as tx:
        tx.execute(update(entries).where(entries.c.id == panel.entry).values(stage=stage.value))


def sound(store: Store) -> None:
    assert audit.verify(store).problems == ()


def test_a_first_save_is_version_one_and_stands_in_the_trail(store: Store, panel: Round) -> None:
    saved = save(
        store,
        panel.assessors[0],
        panel.entry,
        Layer.MARK,
        "q1",
        Change("3", "catatan", True),
        base=0,
        key="k",
        reason="  a reason  ",
    )
    assert (saved.version, saved.value, saved.note, saved.flag, saved.repeated) == (1, "3", "catatan", True, False)
    (row,) = kept(store, panel)
    assert (row.value, row.note, row.flag, row.version, row.at) == ("3", "catatan", True, 1, saved.at)
    assert row.by == row.owner == panel.assessors[0].who
    with store.read() as tx:
        (record,) = audit.trail(tx, audit.stream_of(panel.entry))
    assert json.loads(record.after) == {"value": "3", "note": "catatan", "flag": True, "version": 1}
    assert (record.before, record.reason, record.key) == (None, "a reason", "k")
    sound(store)


def test_a_change_touches_only_what_it_names(store: Store, panel: Round) -> None:
    actor = panel.assessors[0]
    give(store, panel)
    save(store, actor, panel.entry, Layer.MARK, "q1", Change(note="n"), base=1, key="n")
    saved = save(store, actor, panel.entry, Layer.MARK, "q1", Change(flag=True), base=2, key="f")
    assert (saved.version, saved.value, saved.note, saved.flag) == (3, "3", "n", True)
    cleared = save(store, actor, panel.entry, Layer.MARK, "q1", Change(None), base=3, key="c")
    assert (cleared.version, cleared.value, cleared.note) == (4, None, "n")
    sound(store)


def test_the_same_key_is_one_save(store: Store, panel: Round) -> None:
    """C2: a double click, a repeated request after a lost answer."""
    first = give(store, panel)
    again = give(store, panel)
    assert again == replace(first, repeated=True)
    give(store, panel, "4", base=1, key="k2")
    assert give(store, panel) == replace(first, repeated=True)  # what that save did, not what stands now
    assert len(actions(store, panel)) == 2


def test_the_same_key_at_once_is_one_save(store: Store, panel: Round) -> None:
    """C2, Enter held down: ten requests with one key in ten threads."""
    results: list[object] = []

    def press() -> None:
        try:
            results.append(give(store, panel))
        except Exception as error:
            results.append(error)

    threads = [threading.Thread(target=press) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [type(result) for result in results] == [Saved] * 10
    assert sorted(result.repeated for result in results) == [False] + [True] * 9
    assert actions(store, panel) == ["answer"]


@pytest.mark.parametrize("case", ["other content", "other question", "other writer"])
def test_a_key_of_something_else_is_refused(store: Store, panel: Round, case: str) -> None:
    """A second content under an old key would be lost if it were answered with the old save."""
    give(store, panel)
    actor = panel.assessors[1] if case == "other writer" else panel.assessors[0]
    question = "q2" if case == "other question" else "q1"
    with pytest.raises(Problem, match="answer_key_used"):
        save(
            store,
            actor,
            panel.entry,
            Layer.MARK,
            question,
            Change("4" if case == "other content" else "3"),
            base=1,
            key="k",
        )
    assert len(kept(store, panel)) == 1


@pytest.mark.parametrize("key", ["", "x" * 65, "é", "a\0"])
def test_a_key_that_cannot_be_kept_is_refused(store: Store, panel: Round, key: str) -> None:
    with pytest.raises(Problem, match="answer_key:"):
        give(store, panel, key=key)


def test_two_writers_from_one_version_first_wins_second_sees_both(store: Store, panel: Round) -> None:
    """C1, C2 (two tabs)."""
    give(store, panel, "3", key="tab1")
    with pytest.raises(Conflict) as caught:
        give(store, panel, "1", key="tab2")
    told = caught.value
    assert (told.key, told.theirs.value, told.theirs.version, told.mine.value) == ("answer_conflict", "3", 1, "1")
    assert told.theirs.by == panel.assessors[0].who and told.theirs.at
    assert kept(store, panel)[0].value == "3"
    assert actions(store, panel) == ["answer", "conflict"]  # both are in the trail
    with store.read() as tx:
        tried = audit.trail(tx, audit.stream_of(panel.entry))[-1]
    assert json.loads(tried.after)["value"] == "1" and json.loads(tried.before)["value"] == "3"
    chosen = give(store, panel, "1", base=told.theirs.version, key="choice")
    assert (chosen.version, chosen.value) == (2, "1")
    sound(store)


def test_the_same_refused_attempt_is_in_the_trail_once(store: Store, panel: Round) -> None:
    """A browser that tries again every second writes no row each time; another attempt is told as one."""
    give(store, panel, "3", key="tab1")
    for _ in range(3):
        with pytest.raises(Conflict) as caught:
            give(store, panel, "1", key="tab2")
        assert caught.value.theirs.value == "3" and caught.value.mine.value == "1"
    assert actions(store, panel) == ["answer", "conflict"]
    with pytest.raises(Conflict):
        give(store, panel, "2", key="tab2")
    assert actions(store, panel) == ["answer", "conflict", "conflict"]
    assert give(store, panel, "1", base=1, key="tab2").version == 2, "the key is free for the choice that follows"
    sound(store)


def test_a_version_that_does_not_exist_yet_is_a_conflict_too(store: Store, panel: Round) -> None:
    with pytest.raises(Conflict) as caught:
        give(store, panel, base=7)
    assert caught.value.theirs.version == 0
    assert kept(store, panel) == []


def test_the_same_content_from_an_old_version_is_no_conflict(store: Store, panel: Round) -> None:
    first = give(store, panel, key="a")
    assert give(store, panel, key="b") == replace(first, repeated=True)
    assert len(actions(store, panel)) == 1


def test_a_change_that_changes_nothing_writes_nothing(store: Store, panel: Round) -> None:
    nothing = save(store, panel.assessors[0], panel.entry, Layer.MARK, "q1", Change(), base=0, key="a")
    assert (nothing.version, nothing.repeated) == (0, True)
    first = give(store, panel)
    assert give(store, panel, base=1, key="other") == replace(first, repeated=True)
    assert len(kept(store, panel)) == len(actions(store, panel)) == 1


def test_every_assessor_has_an_answer_of_their_own(store: Store, panel: Round) -> None:
    for number, actor in enumerate(panel.assessors):
        give(store, panel, "1234"[number % 4], key=f"k{number}", actor=actor)
    assert [row.owner for row in kept(store, panel)] == [actor.who for actor in panel.assessors]
    with store.read() as tx:
        assert [row.value for row in read(tx, panel.entry, Layer.MARK)] == ["1", "2", "3", "4", "1"]
        assert [row.value for row in read(tx, panel.entry, Layer.MARK, panel.assessors[1].who)] == ["2"]
        assert read(tx, panel.entry, Layer.SELF) == []


VERDICTS: dict[object, bool] = {
    **dict.fromkeys(["1", "2", "3", "4", None], True),
    **dict.fromkeys(
        ["0", "5", "-1", "2.5", "1.000", "3.0", "٣", "3 ", " 3", "three", "", "NaN", "inf", "1e400", "TRUE", "3\0"],
        False,
    ),
    **dict.fromkeys([3.0, 2.5, True, b"3"], False),
}


@pytest.mark.parametrize("value", VERDICTS, ids=repr)
def test_a_mark_is_one_of_the_whole_numbers_of_the_scale(store: Store, panel: Round, value: object) -> None:
    """F3: a stated verdict for each; only the plain digit is a mark, nothing is guessed."""
    if VERDICTS[value]:
        assert save(
            store, panel.assessors[0], panel.entry, Layer.MARK, "q1", Change(value), base=0, key="k"
        ).value == value  # fmt: skip
        return
    with pytest.raises(Problem, match="mark_scale") as caught:
        save(store, panel.assessors[0], panel.entry, Layer.MARK, "q1", Change(value), base=0, key="k")
    assert caught.value.params["accepted"] == "1, 2, 3, 4"
    assert kept(store, panel) == []


def test_marks_follow_the_scale_of_the_instrument() -> None:
    assert marks_of(read_instrument("evaluation-2024-priority"), "q1") == ("1", "2", "3", "4")
    assert marks_of(read_instrument("standard-2025"), "i4") == ("1", "2", "3", "4", "5")


@pytest.mark.parametrize("question", ["q9999", "", "index", "'; DROP TABLE answers; --", "q1\0", "\ud800"])
def test_what_is_no_question_of_the_instrument_is_refused(store: Store, panel: Round, question: str) -> None:
    with pytest.raises(Problem, match="interview_question"):
        save(store, panel.assessors[0], panel.entry, Layer.MARK, question, Change("3"), base=0, key="k")
    assert kept(store, panel) == []


@pytest.mark.parametrize("entry", [0, -1, 999, 2**31, 10**30])
def test_an_unknown_city_of_a_round_is_refused(store: Store, panel: Round, entry: int) -> None:
    with pytest.raises(Problem, match="interview_unknown"):
        save(store, panel.assessors[0], entry, Layer.MARK, "q1", Change("3"), base=0, key="k")


NOTES = [
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "=1+1\t+cmd|' /C calc'!A0",
    "'; DROP TABLE answers; -- % _ \\",
    "‮evil‬ مرحبا שלום",
    "{{7*7}} %s ${x}",
    "😀" * 1000,
    "x" * NOTE_LIMIT,
    "  spaces kept  \n\n",
    "",
]


@pytest.mark.parametrize("note", NOTES, ids=lambda note: note[:12])
def test_a_note_is_kept_as_it_was_typed(store: Store, panel: Round, note: str) -> None:
    """X1, X4."""
    actor = panel.assessors[0]
    saved = save(store, actor, panel.entry, Layer.MARK, "q1", Change("2", note), base=0, key="k")
    assert saved.note == note == kept(store, panel)[0].note
    sound(store)


def test_line_ends_are_of_one_kind(store: Store, panel: Round) -> None:
    actor = panel.assessors[0]
    assert save(
        store, actor, panel.entry, Layer.MARK, "q1", Change(note="a\r\nb\rc\nd"), base=0, key="k"
    ).note == "a\nb\nc\nd"  # fmt: skip


@pytest.mark.parametrize("note", ["a\0b", "\x1b[31m", "\x7f", "\x85", "\ud800", "\x08"], ids=repr)
def test_a_note_with_control_characters_is_refused(store: Store, panel: Round, note: str) -> None:
    with pytest.raises(Problem, match="note_characters"):
        save(store, panel.assessors[0], panel.entry, Layer.MARK, "q1", Change(note=note), base=0, key="k")
    assert kept(store, panel) == []


@pytest.mark.parametrize("length", [NOTE_LIMIT + 1, 100_000])
def test_a_long_note_is_refused_with_its_length(store: Store, panel: Round, length: int) -> None:
    with pytest.raises(Problem, match="note_long") as caught:
        save(store, panel.assessors[0], panel.entry, Layer.MARK, "q1", Change(note="x" * length), base=0, key="k")
    assert caught.value.params == {"length": length, "accepted": NOTE_LIMIT}


# who may


def by_stranger(panel: Round) -> Actor:
    return panel.stranger


REFUSED: dict[str, tuple[Callable[[Round], Actor], Layer]] = {
    "nobody": (by_stranger, Layer.MARK),
    "administrator": (lambda panel: panel.admin, Layer.MARK),
    "viewer": (lambda panel: panel.viewer, Layer.MARK),
    "the city itself": (lambda panel: panel.city_user, Layer.MARK),
    "assessor on the self-assessment": (lambda panel: panel.assessors[0], Layer.SELF),
    "another city": (lambda panel: panel.other_city_user, Layer.SELF),
    "another city's reply": (lambda panel: panel.other_city_user, Layer.REPLY),
    "assessor on the reply": (lambda panel: panel.assessors[0], Layer.REPLY),
    "assessor on the chair's answer": (lambda panel: panel.assessors[0], Layer.ANSWER),
}
PLACE = {Layer.SELF: Stage.INVITED, Layer.MARK: Stage.SCORING, Layer.REPLY: Stage.REPLY, Layer.ANSWER: Stage.REPLY}


@pytest.mark.parametrize("case", REFUSED)
def test_who_has_no_right_is_refused_and_logged(store: Store, panel: Round, case: str) -> None:
    who, layer = REFUSED[case]
    to_stage(store, panel, PLACE[layer])
    with pytest.raises(Problem, match=r"^refused_(role|city)"):
        save(store, who(panel), panel.entry, layer, "q1", Change(note="x"), base=0, key="k")
    assert kept(store, panel) == []
    with store.read() as tx:
        (record,) = audit.trail(tx, audit.stream_of(panel.entry))
    assert (record.who, record.action) == (who(panel).who, audit.REFUSED)
    assert record.reason.startswith("refused_")


def test_an_assessor_without_a_seat_there_is_refused(store: Store, panel: Round) -> None:
    with pytest.raises(Problem, match="refused_seat"):
        save(store, panel.assessors[0], panel.other_entry, Layer.MARK, "q1", Change("3"), base=0, key="k")


def test_a_seat_that_has_ended_is_none(store: Store, panel: Round) -> None:
    with store.write() as tx:
        tx.execute(update(seats).where(seats.c.id == panel.seats[0]).values(ended_at=stores.now()))
    with pytest.raises(Problem, match="refused_seat"):
        give(store, panel)


def test_a_role_that_was_taken_ends_with_the_next_save(store: Store, panel: Round) -> None:
    """C7."""
    give(store, panel)
    with store.write() as tx:
        tx.execute(
            update(grants).where(grants.c.who == panel.assessors[0].who).values(ended_at=stores.now(), ended_by="x")
        )
    with pytest.raises(Problem, match="refused_role"):
        give(store, panel, "4", base=1, key="k2")
    assert kept(store, panel)[0].value == "3"
    assert give(store, panel).repeated  # what was saved before is still told to who saved it


def test_a_person_with_several_roles_acts_by_the_one_that_fits(store: Store, panel: Round) -> None:
    with store.write() as tx:
        for role in ("viewer", "admin", "chair"):
            tx.execute(insert(grants).values(who=panel.assessors[0].who, role=role, at=stores.now(), by="synthetic"))
    assert give(store, panel).version == 1
    assert len(kept(store, panel)) == 1


def test_the_chair_marks_on_a_seat_of_its_own_as_an_assessor(store: Store) -> None:
    panel = panel_round(store, chair_scores=True)
    assert give(store, panel, actor=panel.chair).version == 1
    assert kept(store, panel)[0].owner == panel.chair.who


def test_while_scoring_nobody_changes_the_marks_of_another(store: Store) -> None:
    panel = panel_round(store, chair_scores=True)
    give(store, panel)
    for actor in (panel.assessors[1], panel.chair):
        with pytest.raises(Problem, match="refused_mark_of_other"):
            save(
                store,
                actor,
                panel.entry,
                Layer.MARK,
                "q1",
                Change("1"),
                owner=panel.assessors[0].who,
                base=1,
                key="x",
                reason="r",
            )


def test_submitted_marks_are_closed_to_their_author(store: Store, panel: Round) -> None:
    give(store, panel)
    with store.write() as tx:
        tx.execute(update(seats).where(seats.c.id == panel.seats[0]).values(submitted_at=stores.now()))
    with pytest.raises(Problem, match="refused_submitted"):
        give(store, panel, "4", base=1, key="k2")
    assert give(store, panel, actor=panel.assessors[1], key="k3").version == 1


@pytest.mark.parametrize("stage", [Stage.RECONCILIATION, Stage.REPLY])
def test_in_the_reconciliation_the_chair_changes_a_mark_with_a_reason(store: Store, panel: Round, stage: Stage) -> None:
    owner = panel.assessors[0].who
    give(store, panel)
    send(store, panel.seats[0])
    to_stage(store, panel, stage)

    def change(actor: Actor, wanted: Change, **given: object) -> Saved:
        return save(
            store, actor, panel.entry, Layer.MARK, "q1", wanted, **{"owner": owner, "base": 1, "key": "c", **given}
        )

    with pytest.raises(Problem, match="reason_needed"):
        change(panel.chair, Change("2"))
    with pytest.raises(Problem, match="reason_needed"):
        change(panel.chair, Change("2"), reason=" \n ")
    with pytest.raises(Problem, match="refused_note"):
        change(panel.chair, Change("2", "other words"), reason="r")
    with pytest.raises(Problem, match="refused_owner"):
        change(panel.chair, Change("2"), owner=panel.stranger.who, base=0, reason="r")
    for actor in (panel.assessors[0], panel.assessors[1], panel.admin):
        with pytest.raises(Problem, match="refused_"):
            change(actor, Change("2"), reason="r")
    saved = change(panel.chair, Change("2"), reason="agreed in the discussion")
    assert (saved.version, saved.value) == (2, "2")
    (row,) = kept(store, panel)
    assert (row.owner, row.by) == (owner, panel.chair.who)
    with store.read() as tx:
        assert audit.find(tx, audit.stream_of(panel.entry), "c").reason == "agreed in the discussion"
    sound(store)


@pytest.mark.parametrize("case", ["chair_without_marks", "not_submitted", "chair_not_submitted"])
def test_a_mark_that_would_count_nowhere_is_refused_and_logged(store: Store, case: str) -> None:
    panel = panel_round(store, stage=Stage.RECONCILIATION, chair_scores=case == "chair_not_submitted")
    owner = panel.assessors[0].who if case == "not_submitted" else panel.chair.who
    place = (store, panel.chair, panel.entry, Layer.MARK, "q1", Change("2"))
    with pytest.raises(Problem, match="refused_owner"):
        save(*place, owner=owner, base=0, key="k", reason="r")
    assert kept(store, panel) == [] and actions(store, panel) == [audit.REFUSED]


def test_the_answers_of_a_city_belong_to_the_city(store: Store, panel: Round) -> None:
    to_stage(store, panel, Stage.INVITED)
    saved = save(store, panel.city_user, panel.entry, Layer.SELF, "q1", Change("4"), owner="x", base=0, key="k")
    assert saved.version == 1
    assert kept(store, panel)[0].owner == CITY_OWNER
    with store.read() as tx:
        assert tx.execute(select(entries.c.stage).where(entries.c.id == panel.entry)).scalar() == "self_assessment"
    assert actions(store, panel) == ["move", "answer"]
    save(store, panel.city_user, panel.entry, Layer.SELF, "q2", Change("4"), base=0, key="k2")
    assert actions(store, panel) == ["move", "answer", "answer"]
    sound(store)


def test_the_first_mark_begins_the_scoring(store: Store, panel: Round) -> None:
    to_stage(store, panel, Stage.SCHEDULED)
    give(store, panel)
    give(store, panel, actor=panel.assessors[1], key="k2")
    with store.read() as tx:
        assert tx.execute(select(entries.c.stage).where(entries.c.id == panel.entry)).scalar() == "scoring"
    assert actions(store, panel) == ["move", "answer", "answer"]


def test_replies_and_answers_to_them_are_notes(store: Store, panel: Round) -> None:
    to_stage(store, panel, Stage.REPLY)
    save(store, panel.city_user, panel.entry, Layer.REPLY, "q1", Change(note="why 2?"), base=0, key="r")
    save(store, panel.chair, panel.entry, Layer.ANSWER, "q1", Change(note="because"), base=0, key="a")
    assert [(row.layer, row.owner) for row in kept(store, panel)] == [("reply", CITY_OWNER), ("answer", CHAIR_OWNER)]
    for wanted in (Change("3"), Change(flag=True)):
        with pytest.raises(Problem, match="answer_note_only"):
            save(store, panel.city_user, panel.entry, Layer.REPLY, "q2", wanted, base=0, key="x")


CLOSED = [(layer, stage) for layer in Layer for stage in Stage if (layer, stage) not in OPEN]


@pytest.mark.parametrize(("layer", "stage"), CLOSED, ids=lambda part: part.value)
def test_what_is_closed_at_a_stage_is_refused(sqlite_store: Store, layer: Layer, stage: Stage) -> None:
    """C5, also where the page was open: the stage is asked in the same transaction."""
    panel = panel_round(sqlite_store, stage=stage)
    actor = {Layer.MARK: panel.assessors[0], Layer.ANSWER: panel.chair}.get(layer, panel.city_user)
    with pytest.raises(Problem) as caught:
        save(sqlite_store, actor, panel.entry, layer, "q1", Change(note="x"), base=0, key="k")
    locked = stage in (Stage.FINAL, Stage.PUBLISHED)
    assert caught.value.key == ("refused_locked" if locked else "refused_stage")
    assert kept(sqlite_store, panel) == []
    assert actions(sqlite_store, panel) == [audit.REFUSED]


def test_a_locked_city_says_who_locked_it_and_when(store: Store, panel: Round) -> None:
    """C5."""
    from kotacerdas.interview import moves, standing

    give(store, panel)
    with store.write() as tx:
        moves.step(tx, standing.take(tx, panel.entry), Stage.FINAL, panel.chair.who)
    with pytest.raises(Problem, match="refused_locked") as caught:
        give(store, panel, "4", base=1, key="late")
    assert caught.value.params["who"] == panel.chair.who
    assert "WIB" in str(caught.value.params["at"])
    assert kept(store, panel)[0].value == "3"


def test_every_problem_has_a_sentence_in_both_languages(store: Store, panel: Round) -> None:
    give(store, panel)
    found = []
    for attempt in (
        lambda: give(store, panel, "9", base=1, key="1"),
        lambda: give(store, panel, "1", key="2"),
        lambda: give(store, panel, "1", base=1, key="3", actor=panel.stranger),
        lambda: give(store, panel, "1", base=1, key=""),
    ):
        with pytest.raises(Problem) as caught:
            attempt()
        found.append(caught.value)
    for lang in LANGUAGES:
        assert all(len(Text(lang).problem(problem)) > 20 for problem in found)


def test_unset_is_no_value() -> None:
    assert Change() == Change(UNSET, UNSET, UNSET) != Change(None)


# ---- what the database takes back --------------------------------------------------------------------------------


def test_a_database_that_is_serializable_by_default_refuses_no_save(postgres: Cluster, home: Path) -> None:
    """As distributed databases that speak like PostgreSQL are. Ten assessors of one city at once."""
    url = postgres.create("serializable", MODEL)
    postgres.admin("ALTER DATABASE serializable SET default_transaction_isolation = 'serializable'")
    store = open_store(home, url)
    panel = panel_round(store)
    with store.write() as tx:
        assert tx.exec_driver_sql("SHOW transaction_isolation").scalar() == "read committed"
    with store.read() as tx:
        assert tx.exec_driver_sql("SHOW transaction_isolation").scalar() == "repeatable read"
    problems: list[Exception] = []

    def write(number: int) -> None:
        who = panel.assessors[number % 5]
        for turn in range(8):
            question = f"q{turn + 1 + 8 * (number // 5)}"
            try:
                save(store, who, panel.entry, Layer.MARK, question, Change("3"), base=0, key=f"{number}-{turn}")
            except Exception as error:
                problems.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == [] and len(kept(store, panel)) == 80
    sound(store)
    store.close()


@pytest.mark.parametrize("state", ["40001", "40P01"])
@pytest.mark.parametrize("times", [TRIES - 1, TRIES])
def test_a_save_the_database_takes_back_is_tried_again_so_often(
    postgres_store: Store, monkeypatch: pytest.MonkeyPatch, state: str, times: int
) -> None:
    panel = panel_round(postgres_store)
    taken: list[int] = []
    record = audit.record

    def collide(tx: Connection, *given: object, **named: object) -> int:
        if len(taken) < times:
            taken.append(1)
            tx.exec_driver_sql(f"DO $$ BEGIN RAISE EXCEPTION 'synthetic' USING ERRCODE = '{state}'; END $$")
        return record(tx, *given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(audit, "record", collide)
    if times < TRIES:
        assert give(postgres_store, panel).version == 1
        assert [row.version for row in kept(postgres_store, panel)] == [1]
        assert actions(postgres_store, panel) == [audit.ANSWER]
    else:
        with pytest.raises(Problem, match="store_locked"):
            give(postgres_store, panel)
        assert kept(postgres_store, panel) == [] and actions(postgres_store, panel) == []
    assert len(taken) == times
    sound(postgres_store)
