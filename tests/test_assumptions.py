"""One assumption at a time, against exact arithmetic done by hand."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from kotacerdas.assumptions import effects, leave_out, methods, one_weight, questions_left_out
from kotacerdas.field import Field, field_of
from kotacerdas.instrument import exact
from kotacerdas.problem import Problem
from kotacerdas.published import Published
from kotacerdas.scoring import round_half_up, score

MADIUN = "35.77"


@pytest.fixture(scope="module")
def field(published: Published) -> Field:
    return field_of(published, 2024)


def exact_finals(field: Field, weights_of) -> list[int]:
    """Finals in hundredths from exact fractions; `weights_of(instrument)` maps components to (raw) weights."""
    finals = []
    for i in range(len(field.codes)):
        weights = weights_of(field.instruments[field.group[i]])
        total = sum(w * exact(field.values[i, field.components.index(c)]) for c, w in weights.items())
        finals.append(int(round_half_up(total / sum(weights.values())) * 100) + round(field.residue[i] * 100))
    return finals


def row(simulated, name: str) -> list[int]:
    return simulated.hundredths[simulated.names.index(name)].tolist()


def parts(instrument) -> dict[str, Fraction]:
    return {node.id: instrument.weights[node.id] for node in instrument.of_kind("component")}


@pytest.mark.parametrize("year", [2024, 2021])
def test_leaving_a_component_out_shares_its_weight(published: Published, year: int) -> None:
    field = field_of(published, year)
    simulated = leave_out(field, published.question_matrix(year))
    assert simulated.names == tuple(f"without:{part}" for part in field.components), "no question is complete"
    for part in field.components:
        expected = exact_finals(field, lambda i, p=part: {c: w for c, w in parts(i).items() if c != p})
        assert row(simulated, f"without:{part}") == expected


def test_a_component_the_city_does_not_have_changes_nothing(field: Field) -> None:
    printed = np.rint(field.printed * 100).astype(int)
    simulated = leave_out(field)
    regular = field.group == 0
    without = np.array(row(simulated, "without:collaboration"))
    assert (without[regular] == printed[regular]).all() and (without[~regular] != printed[~regular]).any()


def test_one_weight_alone(field: Field) -> None:
    simulated = one_weight(field, 0.25)
    assert len(simulated.names) == 12
    for name, factor in (("up", Fraction(5, 4)), ("down", Fraction(3, 4))):
        expected = exact_finals(field, lambda i, f=factor: {c: w * (f if c == "impact" else 1)
                                                            for c, w in parts(i).items()})  # fmt: skip
        assert row(simulated, f"{name}:impact") == expected


def test_methods(field: Field) -> None:
    simulated = methods(field)
    assert simulated.names == ("arithmetic:official", "geometric:official", "arithmetic:equal", "geometric:equal",
                               "one_set:evaluation-2024-regular")  # fmt: skip
    assert row(simulated, "arithmetic:official") == np.rint(field.printed * 100).astype(int).tolist()
    assert row(simulated, "arithmetic:equal") == exact_finals(field, lambda i: dict.fromkeys(parts(i), Fraction(1)))
    regular = field.instruments[0]
    assert row(simulated, "one_set:evaluation-2024-regular") == exact_finals(field, lambda i: parts(regular))
    madiun = field.values[field.row(MADIUN)]
    geometric = np.prod([v ** float(regular.weights[c]) for c, v in zip(field.components[:5], madiun, strict=False)])
    assert row(simulated, "geometric:official")[field.row(MADIUN)] == int(geometric * 100 + 0.5)
    absent = (field.group == 1) & (field.values[:, 5] == 0)
    assert absent.sum() > 0
    assert (np.array(row(simulated, "geometric:official"))[absent] == 0).all(), "0 by rule: the geometric mean is 0"
    assert (np.array(row(simulated, "geometric:official")) <= np.array(row(simulated, "arithmetic:official"))).all()


def test_2021_has_one_weight_set(published: Published) -> None:
    assert len(methods(field_of(published, 2021)).names) == 4


def test_questions_count_only_where_every_ranked_city_has_them(field: Field) -> None:
    instrument = field.instruments[0]
    ids = [node.id for node in instrument.of_kind("question")]
    rng = np.random.default_rng(1)
    answers = pd.DataFrame(rng.integers(5, 21, (140, 115)) / 5, index=list(field.codes), columns=ids)
    simulated = leave_out(field, answers)
    assert simulated.names[6:] == tuple(f"without_question:{q}" for q in ids)
    block = [node.id for node in instrument.children["baseline"]]
    city = field.row(MADIUN)
    rest = answers.loc[MADIUN, [q for q in block if q != "q3"]].mean() - answers.loc[MADIUN, block].mean()
    expected = int(np.floor((field.weights[0] @ field.values[city] + 0.1 * rest) * 100 + 0.5))
    assert row(simulated, "without_question:q3")[city] == expected
    answers.iloc[5, 7] = np.nan
    assert len(leave_out(field, answers).names) == 6


def test_each_question_of_madiun_left_out(published: Published) -> None:
    table = questions_left_out(published, MADIUN, 2024)
    assert list(table.index) == [f"q{i}" for i in range(1, 116)]
    answers = published.answers(MADIUN, 2024)
    finals = published.results(2024)["final"].dropna()
    for question in ("q1", "q12", "q19", "q115"):
        rest = {key: value for key, value in answers.items() if key != question}
        final = float(round_half_up(score(rest, published.instrument_of(2024, "regular")).value))
        assert table.at[question, "final"] == final
        assert table.at[question, "rank"] == 1 + (finals.drop(MADIUN) > final).sum()
        assert table.at[question, "moved"] == 3 - table.at[question, "rank"]
    assert table["change"].idxmax() == "q12" and table["change"].max() == 0.05
    assert table["rank"].min() == 2 and table["rank"].max() == 4


@pytest.mark.parametrize(
    ("code", "year", "key"),
    [("74.07", 2024, "questions_incomplete"), ("35.77", 2021, "questions_incomplete"), ("35.78", 2024, "card_none"),
     ("35.77", 2023, "card_none"), ("00.00", 2024, "city_unknown")],
)  # fmt: skip
def test_questions_left_out_needs_complete_questions(published: Published, code: str, year: int, key: str) -> None:
    with pytest.raises(Problem) as caught:
        questions_left_out(published, code, year)
    assert caught.value.key == key


def test_effects_name_the_city_that_moves_most(field: Field) -> None:
    simulated = methods(field)
    table = effects({"method": simulated})
    moved = np.abs(simulated.ranks()[1].astype(int) - simulated.published_ranks)
    line = table.loc["geometric:official"]
    assert (line["preset"], line["most"], line["city"]) == ("method", moved.max(), field.codes[moved.argmax()])
    assert line["mean"] == pytest.approx(moved.mean()) and line["moved"] == pytest.approx((moved > 0).mean())
