"""A component scored as a whole (area collaboration of the priority group): asked, but nobody has to answer it."""

from __future__ import annotations

from fractions import Fraction

from kotacerdas.interview import answers, rounds
from kotacerdas.interview.answers import Change
from kotacerdas.interview.missing import missing
from kotacerdas.interview.result_rows import PanelCity, PanelRound, addition
from kotacerdas.interview.stages import Layer
from kotacerdas.interview.standing import asked, look, optional, read_instrument, required
from kotacerdas.interview.store import Store
from kotacerdas.published import Published
from tests.interview.builders import panel_round

PRIORITY = read_instrument("evaluation-2024-priority")
REGULAR = read_instrument("evaluation-2024-regular")
ALL, NEEDED = [node.id for node in asked(PRIORITY)], [node.id for node in required(PRIORITY)]


def test_only_what_counts_as_zero_without_a_mark_is_optional() -> None:
    assert [node.id for node in asked(PRIORITY) if optional(node)] == ["collaboration"]
    assert [*NEEDED, "collaboration"] == ALL and len(NEEDED) == 115
    assert asked(REGULAR) == required(REGULAR)
    assert "final_2020" not in {node.id for node in asked(read_instrument("evaluation-2021"))}


def test_marks_are_complete_without_it_and_it_can_be_marked(store: Store) -> None:
    panel = panel_round(store, instrument=PRIORITY.id, group="priority")
    who = panel.assessors[0]
    for question in NEEDED:
        change = Change(value="3")
        answers.save(store, who, panel.entry, Layer.MARK, question, change, base=0, key=f"k-{question}")
    with store.read() as tx:
        assert not missing(tx, look(tx, panel.entry), Layer.MARK, who.who, PRIORITY)
        assert rounds.board(tx, panel.admin, panel.id)[0].share == 1 / 5
    flagged = Change(value="4", flag=True)
    saved = answers.save(store, who, panel.entry, Layer.MARK, "collaboration", flagged, base=0, key="k-whole")
    assert saved.value == "4"
    with store.read() as tx:
        assert missing(tx, look(tx, panel.entry), Layer.MARK, who.who, PRIORITY).flagged == ("collaboration",)
        assert rounds.board(tx, panel.admin, panel.id)[0].share == 1 / 5, "an optional mark is no progress"


def test_the_result_counts_it_where_it_is_marked_and_zero_where_not(published: Published) -> None:
    threes = {question: [Fraction(3)] * 5 for question in NEEDED}
    cities = [
        PanelCity("35.77", "priority", threes | {"collaboration": [Fraction(4)] * 5}, 5, final=True),
        PanelCity("35.78", "priority", threes, 5, final=True),
        PanelCity("35.79", "priority", threes | {"collaboration": [Fraction(4)] * 3}, 5, final=True),
    ]
    names = {"regular": REGULAR.id, "priority": PRIORITY.id}
    rows = addition(published, PanelRound(2026, "SYNTHETIC", "2026-11-22", names, 5, cities)).results
    figures = {(row[0], row[2]): (row[3], row[4]) for row in rows}
    assert figures["35.77", "collaboration"] == ("4.00", "panel") and figures["35.77", "final"] == ("3.10", "panel")
    assert figures["35.78", "collaboration"] == ("", "no_programme") and figures["35.78", "final"] == ("2.70", "panel")
    assert figures["35.79", "final"] == ("", "not_final"), "three of five marks are no panel mean"
