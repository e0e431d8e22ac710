"""Whether marks carry a result is decided once: for the panel, the steps, the preview and the publication alike."""

from __future__ import annotations

import pytest

from kotacerdas import packages
from kotacerdas.i18n import Text
from kotacerdas.interview import answers, publication, rounds, tables
from kotacerdas.interview.answers import Change
from kotacerdas.interview.completeness import completeness
from kotacerdas.interview.stages import Layer, Stage
from kotacerdas.interview.standing import asked, read_instrument, required
from kotacerdas.interview.store import Store
from kotacerdas.problem import Problem
from kotacerdas.published import load
from tests.interview.builders import ADMIN, ASSESSORS, CHAIR, CITY_CODE, OTHER_CITY, YEAR, Round, panel_round
from tests.interview.steps import entry_of, fill, put, stage_of, submitted

PRIORITY = read_instrument("evaluation-2024-priority")
NEEDED = [node.id for node in required(PRIORITY)]
COLLABORATION = "collaboration"
WHY = "Synthetic reason."


def marked(store: Store, few: int) -> Round:
    """A SYNTHETIC priority city whose five assessors have submitted; the first `few` marked collaboration too."""
    made = panel_round(store, instrument=PRIORITY.id, group="priority")
    for place, who in enumerate(ASSESSORS):
        fill(store, made.entry, Layer.MARK, who.who, questions=[*NEEDED, *[COLLABORATION][: place < few]])
        rounds.submit_marks(store, who, made.entry)
    assert stage_of(store, made.entry) is Stage.RECONCILIATION
    return made


def go(store: Store, made: Round, to: Stage) -> int:
    return rounds.move(store, CHAIR, made.entry, to, base=entry_of(store, made.entry).version)


def set_mark(store: Store, made: Round, whose: int, value: str | None, *, base: int, key: str) -> answers.Saved:
    change = Change(value=value)
    owner = ASSESSORS[whose].who
    return answers.save(
        store, CHAIR, made.entry, Layer.MARK, COLLABORATION, change, owner=owner, base=base, key=key, reason=WHY
    )


def test_fewest_open_and_uneven() -> None:
    all_five = dict.fromkeys(NEEDED, 5)
    full = completeness(PRIORITY, 5, all_five)
    assert (full.fewest, full.open, full.uneven, full.whole) == (5, (), (), True)
    some = completeness(PRIORITY, 5, all_five | {COLLABORATION: 4, "q1": 3})
    assert (some.fewest, [(one.node.id, one.marks) for one in some.uneven], some.whole) == (
        3,
        [(COLLABORATION, 4)],
        False,
    )
    none = completeness(PRIORITY, 5, {question: 5 for question in NEEDED if question != "q7"})
    assert (none.fewest, [node.id for node in none.open], none.whole) == (0, ["q7"], False)
    assert completeness(PRIORITY, 5, all_five | {COLLABORATION: 5}).whole
    assert len(asked(PRIORITY)) == len(NEEDED) + 1


@pytest.mark.parametrize("few", range(6))
def test_an_optional_component_is_marked_by_all_or_by_none(store: Store, few: int) -> None:
    made = marked(store, few)
    even = few in (0, 5)
    if even:
        go(store, made, Stage.REPLY)
        go(store, made, Stage.FINAL)
    else:
        for stage, to in ((Stage.RECONCILIATION, Stage.REPLY), (Stage.REPLY, Stage.FINAL)):
            put(store, made.entry, stage)
            with pytest.raises(Problem) as error:
                go(store, made, to)
            assert error.value.key == "marks_uneven"
            assert (error.value.params["count"], error.value.params["accepted"]) == (few, 5)
            told = [Text(lang).problem(error.value) for lang in ("id", "en")]
            assert told[0].startswith("Kolaborasi") and told[1].startswith("Collaboration")
        put(store, made.entry, Stage.FINAL)  # as an earlier version let it happen
    ahead = publication.preview(store, ADMIN, made.id)
    assert ahead.ready == ((CITY_CODE,) if even else ())
    if not even:
        assert ahead.held[CITY_CODE].key == "publish_uneven"
        for provisional in (False, True):
            with pytest.raises(Problem, match="publish_nothing_final"):
                publication.publish(store, ADMIN, made.id, provisional=provisional, reason=WHY)
        return
    with store.read() as tx:
        (line, _) = rounds.board(tx, ADMIN, made.id)
        assert not line.provisional and not rounds.strength(tx, rounds.look(tx, made.entry)).provisional
    assert publication.publish(store, ADMIN, made.id).cities == (CITY_CODE,)
    row = load(packages.current(store.packages)).results(YEAR).loc[CITY_CODE]
    assert row["status"] == "panel" and row["final"] == (2.7 if few == 0 else 3.0)


@pytest.mark.parametrize(("few", "whose", "value", "base"), [(4, 4, "2", 0), (1, 0, None, 1)])
def test_the_chair_brings_it_in_order(store: Store, few: int, whose: int, value: str | None, base: int) -> None:
    """A missing mark is given, or the only one taken away; each with a reason."""
    made = marked(store, few)
    with pytest.raises(Problem, match="reason_needed"):
        owner = ASSESSORS[whose].who
        change = Change(value=value)
        answers.save(
            store, CHAIR, made.entry, Layer.MARK, COLLABORATION, change, owner=owner, base=base, key="a", reason=" "
        )
    assert set_mark(store, made, whose, value, base=base, key="b").value == value
    go(store, made, Stage.REPLY)
    go(store, made, Stage.FINAL)
    assert publication.publish(store, ADMIN, made.id).cities == (CITY_CODE,)


@pytest.mark.parametrize("stage", [Stage.RECONCILIATION, Stage.REPLY])
def test_a_mark_that_is_needed_cannot_be_taken_away(store: Store, stage: Stage) -> None:
    made = panel_round(store, stage=stage)
    submitted(store, made.entry, ASSESSORS)
    for who in ASSESSORS:
        with pytest.raises(Problem) as error:
            answers.save(
                store, CHAIR, made.entry, Layer.MARK, "q1", Change(value=None),
                owner=who.who, base=1, key="k", reason=WHY,
            )  # fmt: skip
        assert error.value.key == "mark_needed"
        assert "q1" not in Text("id").problem(error.value), "the question is named, not its id"
    with store.read() as tx:
        assert {row.value for row in answers.read(tx, made.entry, Layer.MARK)} == {"3"}


def without(store: Store, entry: int, question: str, whom: int) -> None:
    """Take marks out of the table, as an earlier version allowed."""
    with store.write() as tx:
        tx.execute(
            tables.answers.update()
            .where(tables.answers.c.entry_id == entry, tables.answers.c.question == question)
            .where(tables.answers.c.owner.in_([who.who for who in ASSESSORS[:whom]]))
            .values(value=None)
        )


@pytest.mark.parametrize(("stage", "to"), [(Stage.RECONCILIATION, Stage.REPLY), (Stage.REPLY, Stage.FINAL)])
def test_a_question_without_any_mark_stops_the_step_and_is_named(store: Store, stage: Stage, to: Stage) -> None:
    made = panel_round(store, stage=stage)
    submitted(store, made.entry, ASSESSORS)
    without(store, made.entry, "q7", 5)
    with pytest.raises(Problem) as error:
        rounds.move(store, CHAIR, made.entry, to, base=1, reason=WHY)
    assert error.value.key == "marks_open" and error.value.params["questions"] == ("q7",)
    assert "q7" not in Text("en").problem(error.value)


def test_a_question_with_fewer_marks_makes_the_result_provisional_everywhere(store: Store) -> None:
    made = panel_round(store, stage=Stage.REPLY)
    submitted(store, made.entry, ASSESSORS)
    without(store, made.entry, "q7", 2)
    with pytest.raises(Problem) as error:
        go(store, made, Stage.FINAL)
    assert error.value.key == "panel_short" and error.value.params["count"] == 3
    rounds.move(store, CHAIR, made.entry, Stage.FINAL, base=1, reason=WHY)
    with store.read() as tx:
        (line, _) = rounds.board(tx, ADMIN, made.id)
        assert line.provisional and rounds.strength(tx, rounds.look(tx, made.entry)).provisional
    assert publication.preview(store, ADMIN, made.id).held[CITY_CODE].key == "publish_few"
    publication.publish(store, ADMIN, made.id, provisional=True, reason=WHY)
    row = load(packages.current(store.packages)).results(YEAR).loc[CITY_CODE]
    assert row["note"] == "Provisional: 3 of 5 assessors."


def test_an_incomplete_final_city_does_not_stop_the_others(store: Store) -> None:
    made = panel_round(store, stage=Stage.FINAL)
    with store.write() as tx:
        for who in ASSESSORS:
            tx.execute(tables.seats.insert().values(entry_id=made.other_entry, who=who.who, chair=False, version=1))
    for entry in (made.entry, made.other_entry):
        submitted(store, entry, ASSESSORS)
    without(store, made.entry, "q7", 5)
    done = publication.publish(store, ADMIN, made.id)
    assert (done.cities, done.kept) == ((OTHER_CITY,), ())
    results = load(packages.current(store.packages)).results(YEAR)
    assert results.at[CITY_CODE, "status"] == "not_final" and results.at[OTHER_CITY, "final"] == 3.0
    assert [stage_of(store, entry) for entry in (made.entry, made.other_entry)] == [Stage.FINAL, Stage.PUBLISHED]


def test_who_may_not_publish_gets_no_preview(store: Store, panel: Round) -> None:
    with pytest.raises(Problem, match="refused_role"):
        publication.preview(store, CHAIR, panel.id)
