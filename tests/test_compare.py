"""Cities side by side: values are the published ones, differences name their comparator, missing is never a zero."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kotacerdas import compare, peers
from kotacerdas.compare import Comparator
from kotacerdas.published import Published

MADIUN, BANDUNG, BANTUL, WAKATOBI, SURABAYA, OUTSIDER = "35.77", "32.73", "34.02", "74.07", "35.78", "11.01"
NATION = Comparator("nation")


def test_components_are_the_printed_ones_in_the_order_of_choice(published: Published) -> None:
    table = compare.components(published, (BANTUL, MADIUN, SURABAYA, OUTSIDER), 2024, NATION)
    assert list(table.values.columns) == [BANTUL, MADIUN, SURABAYA, OUTSIDER]
    assert list(table.values.index) == ["baseline", "output", "outcome", "impact", "quick_win", "collaboration"]
    results = published.results(2024)
    for part in table.values.index:
        assert table.values.at[part, BANTUL] == results.at[BANTUL, part]
    assert table.values[[SURABAYA, OUTSIDER]].isna().all().all()
    assert np.isnan(table.values.at["collaboration", MADIUN])


def test_components_that_no_city_has_are_left_out(published: Published) -> None:
    assert "collaboration" not in compare.components(published, (MADIUN, BANDUNG), 2024, NATION).values.index
    wakatobi = compare.components(published, (WAKATOBI, MADIUN), 2024, NATION)
    assert "collaboration" not in wakatobi.values.index, "counted as 0 by rule, but nothing was printed"


@pytest.mark.parametrize(
    ("comparator", "expected", "counted"),
    [
        (NATION, lambda field: field.median(), 140),
        (Comparator("city", (BANDUNG,)), lambda field: field[BANDUNG], 1),
        (Comparator("set", (MADIUN, BANDUNG, WAKATOBI)), lambda field: field[[MADIUN, BANDUNG, WAKATOBI]].median(), 3),
    ],
)
def test_differences_are_signed_and_from_the_comparator(
    published: Published, comparator: Comparator, expected, counted: int
) -> None:
    table = compare.components(published, (MADIUN, WAKATOBI), 2024, comparator)
    field = published.results(2024)["quick_win"]
    assert table.comparator["quick_win"] == expected(field) and table.counted["quick_win"] == counted
    assert table.differences.at["quick_win", MADIUN] == pytest.approx(field[MADIUN] - expected(field))
    assert table.differences.at["quick_win", WAKATOBI] < 0 <= table.spread["quick_win"]


def test_a_city_differs_from_itself_by_nothing(published: Published) -> None:
    table = compare.finals(published, (MADIUN, BANDUNG), 2024, Comparator("city", (MADIUN,)))
    assert table.differences.loc["final"].to_dict() == {MADIUN: 0.0, BANDUNG: 0.13}


def test_a_comparator_without_figures_gives_no_difference(published: Published) -> None:
    table = compare.finals(published, (MADIUN,), 2024, Comparator("city", (SURABAYA,)))
    assert table.differences.isna().all().all() and table.comparator.isna().all()


def test_a_median_needs_enough_cities(published: Published) -> None:
    two = Comparator("peers", (BANDUNG, BANTUL, SURABAYA))
    assert compare.finals(published, (MADIUN,), 2024, two).comparator.isna().all()
    three = Comparator("peers", (BANDUNG, BANTUL, WAKATOBI))
    assert compare.finals(published, (MADIUN,), 2024, three).comparator["final"] == 3.72
    assert compare.finals(published, (MADIUN,), 2024, Comparator("set", (MADIUN,))).comparator.isna().all()


def test_leaders_are_the_highest_and_all_of_them(published: Published) -> None:
    table = compare.components(published, (MADIUN, BANDUNG, "34.03", "33.21"), 2024, NATION)
    leaders = table.leaders()
    assert leaders["outcome"] == (BANDUNG,) and leaders["baseline"] == (MADIUN, "33.21")
    assert leaders["impact"] == (BANDUNG, "34.03"), "both 4.00"


def test_nobody_leads_alone_or_where_all_are_equal(published: Published) -> None:
    assert compare.components(published, (MADIUN, SURABAYA), 2024, NATION).leaders() == {}
    same = compare.components(published, (MADIUN, "33.21"), 2024, NATION)
    assert same.values.loc["baseline"].nunique() == 1 and "baseline" not in same.leaders()


def test_the_widest_come_first_and_need_two_cities(published: Published) -> None:
    table = compare.components(published, (MADIUN, BANDUNG, BANTUL, WAKATOBI), 2024, NATION)
    order = table.widest(3)
    assert order == list(table.spread.sort_values(ascending=False, kind="stable").index[:3])
    assert np.isnan(table.spread["collaboration"]), "only Bantul has it printed"
    assert compare.components(published, (MADIUN,), 2024, NATION).widest(5) == []


# ---- questions and dimensions ------------------------------------------------------------------------------------


def test_questions_of_2021_are_compared_with_their_coverage(published: Published) -> None:
    table = compare.questions(published, (MADIUN, BANDUNG, SURABAYA), 2021, NATION)
    matrix = published.question_matrix(2021)
    assert table.comparable and len(table.values) == 109
    assert table.values[MADIUN].dropna().to_dict() == matrix.loc[MADIUN, table.values.index].dropna().to_dict()
    covered = compare.coverage(table)
    assert covered.loc[[MADIUN, BANDUNG, SURABAYA], "known"].tolist() == [59, 59, 0] and (covered["asked"] == 109).all()
    assert set(table.widest(200)) <= set(table.values.index[table.values.notna().sum(axis=1) >= 2])


def test_questions_of_2024_belong_to_one_city_and_are_not_comparable(published: Published) -> None:
    table = compare.questions(published, (MADIUN, BANDUNG), 2024, NATION)
    assert not table.comparable and table.values[MADIUN].notna().all() and table.values[BANDUNG].isna().all()
    assert table.comparator.isna().all(), "one city is no nation"


@pytest.mark.parametrize("year", [2023, 2020])
def test_a_derived_round_has_finals_only(published: Published, year: int) -> None:
    codes = (MADIUN, BANDUNG)
    assert compare.components(published, codes, year, NATION).values.empty
    assert compare.questions(published, codes, year, NATION).values.empty
    assert compare.dimensions(published, codes, year, NATION, "outcome").values.empty
    assert compare.finals(published, codes, year, NATION).values.notna().all().all()


def test_dimensions_are_those_of_whole_blocks(published: Published) -> None:
    table = compare.dimensions(published, (MADIUN, BANDUNG), 2021, NATION, "outcome")
    assert len(table.values) == 6 and table.comparable and (table.counted == 81).all()
    only = compare.dimensions(published, (MADIUN, BANDUNG), 2024, NATION, "impact")
    assert not only.comparable and only.values[MADIUN].notna().all()
    with pytest.raises(ValueError, match="baseline"):
        compare.dimensions(published, (MADIUN,), 2024, NATION, "baseline")


# ---- through the years, and sets to begin with -------------------------------------------------------------------


def test_trends_hold_every_final_with_its_status(published: Published) -> None:
    frame = compare.trends(published, (MADIUN, OUTSIDER, WAKATOBI))
    assert frame.groupby("code").size().to_dict() == {MADIUN: 4, WAKATOBI: 2}
    assert frame[frame["code"] == MADIUN]["final"].tolist() == [3.51, 3.46, 3.71, 3.80]
    assert set(frame.loc[frame["year"].isin([2020, 2023]), "status"]) == {"derived"}
    for code in (MADIUN, WAKATOBI):
        own = frame[frame["code"] == code].drop(columns="code").reset_index(drop=True)
        pd.testing.assert_frame_equal(own, published.trend(code), check_dtype=False)
    assert compare.trends(published, (OUTSIDER,)).empty


def test_moves_are_between_published_finals_and_largest_first(published: Published) -> None:
    moves = compare.moves(compare.trends(published, (BANDUNG, MADIUN, WAKATOBI, OUTSIDER)))
    assert [(m.code, m.first, m.last, m.change) for m in moves] == [
        (MADIUN, 2021, 2024, 0.34), (BANDUNG, 2021, 2024, 0.22),
    ]  # fmt: skip


def test_sets_to_begin_with(published: Published) -> None:
    results = published.results(2024)
    top = compare.highest(published, 2024)
    assert len(top) == 5 and results.loc[list(top), "rank"].max() <= 5
    islands = compare.highest_by_island(published, 2024)
    assert results.loc[list(islands), "island"].is_unique
    assert len(islands) == results.loc[results["final"].notna(), "island"].nunique()
    assert set(results.loc[list(compare.highest(published, 2024, kind="kabupaten")), "kind"]) == {"kabupaten"}
    most = results["improvement"].nlargest(5).tolist()
    assert results.loc[list(compare.risers(published, 2024)), "improvement"].tolist() == most
    assert compare.risers(published, 2023) == ()


def test_a_peer_set_begins_with_the_city_and_holds_the_closest_with_a_final(published: Published) -> None:
    group = peers.peers(published, SURABAYA, 2024, "nearest")
    chosen = compare.peer_set(published, SURABAYA, 2024, group)
    assert chosen[0] == SURABAYA and 1 < len(chosen) <= compare.MOST
    assert chosen[1:] == peers.with_final(published, 2024, group)[:7]
    assert published.results(2024).loc[list(chosen[1:]), "final"].notna().all()


@given(codes=st.data())
@settings(max_examples=40, deadline=None)
def test_laws_of_any_set(published: Published, codes: st.DataObject) -> None:
    chosen = codes.draw(st.lists(st.sampled_from(list(published.cities.index)), min_size=1, max_size=8, unique=True))
    year = codes.draw(st.sampled_from(published.years))
    table = compare.joined(
        compare.finals(published, chosen, year, Comparator("set", tuple(chosen))),
        compare.components(published, chosen, year, Comparator("set", tuple(chosen))),
    )
    known = table.values.notna()
    assert list(table.values.columns) == chosen
    assert (table.differences.notna() <= known).all().all(), "no difference without a value"
    assert (table.spread.dropna() >= 0).all() and (table.spread.notna() == (known.sum(axis=1) >= 2)).all()
    for row, leaders in table.leaders().items():
        best = table.values.loc[row].max()
        assert {code for code in chosen if table.values.at[row, code] == best} == set(leaders)
    both = table.values.notna().sum(axis=1) == 2
    gaps = table.differences[both]
    assert np.allclose(gaps.sum(axis=1, min_count=2).dropna(), 0), "two cities lie evenly about their median"
    assert isinstance(table.counted, pd.Series)
