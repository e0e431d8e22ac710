"""The receipt: every line adds up, the printed figure stands beside the recomputed one, gaps are not hidden."""

from __future__ import annotations

from fractions import Fraction

import pytest

from kotacerdas.published import Published
from kotacerdas.receipt import receipt, table
from kotacerdas.scoring import round_half_up, score
from tests.builders import two_components

MADIUN, WAKATOBI = "35.77", "74.07"


def test_questions_add_up_to_the_printed_final(published: Published) -> None:
    bill = receipt(published.card(MADIUN, 2024))
    assert bill.from_questions
    assert [len(line.questions) for line in bill.lines] == [5, 11, 33, 54, 12]
    for line in bill.lines:
        assert line.value == line.total / len(line.questions)
        assert line.points == line.weight * line.value
        assert line.difference == 0
    assert bill.total == sum(line.points for line in bill.lines if line.points is not None)
    assert bill.rounded == bill.printed == Fraction(19, 5) and bill.difference == 0
    assert bill.from_printed == Fraction("3.804")


def test_without_questions_the_receipt_starts_at_the_printed_components(published: Published) -> None:
    bill = receipt(published.card("32.73", 2024))
    assert not bill.from_questions and bill.from_printed is None
    assert all(line.value == line.printed and line.difference is None for line in bill.lines)


def test_an_empty_collaboration_cell_counts_as_zero_and_says_so(published: Published) -> None:
    bill = receipt(published.card(WAKATOBI, 2024))
    line = bill.lines[-1]
    assert (line.id, line.rule, line.value, line.points) == ("collaboration", "zero", None, 0)
    assert bill.rounded == Fraction("0.94") == bill.printed


@pytest.mark.parametrize("year", [2024, 2021])
def test_every_receipt_of_a_round_equals_the_reconciliation(published: Published, year: int) -> None:
    frame = published.reconciliation(year)
    for code, row in frame.iterrows():
        bill = receipt(published.card(code, year))
        assert float(bill.difference or 0) == pytest.approx(row["difference"])


def test_a_difference_is_printed_minus_recomputed() -> None:
    card = score({"q1": 3, "q2": 4, "b": 2}, two_components(), published={"a": "3.4", "final": "2.4"})
    bill = receipt(card)
    assert bill.lines[0].difference == Fraction("-0.1")
    assert bill.lines[1].difference is None
    assert bill.rounded == Fraction(round_half_up(Fraction("2.375")))
    assert bill.difference == Fraction("0.02")


def test_nothing_to_explain_is_an_error() -> None:
    with pytest.raises(ValueError, match="no value"):
        receipt(score({"q1": 3}, two_components()))


def test_the_table_holds_questions_before_their_component_and_the_final_last(published: Published) -> None:
    frame = table(published.card(MADIUN, 2024), "en")
    assert len(frame) == 115 + 5 + 1
    assert frame["id"].iloc[-1] == "final" and list(frame["id"].iloc[:6]) == ["q1", "q2", "q3", "q4", "q5", "baseline"]
    assert frame.loc[frame["kind"] == "question", "points"].sum() == pytest.approx(frame["value"].iloc[-1])
    assert frame["source_document"].notna().all()
    assert (frame.loc[frame["kind"] != "question", "difference"] == 0).all()


def test_the_table_leaves_what_is_missing_empty(published: Published) -> None:
    row = table(published.card(WAKATOBI, 2024), "id").set_index("id").loc["collaboration"]
    assert row[["value", "published", "recomputed"]].isna().all() and row["rule"] == "zero"
