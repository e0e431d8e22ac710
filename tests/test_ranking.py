"""The table of the ranking: official ranks stay, others stand beside them, missing values come last."""

from __future__ import annotations

import pandas as pd
import pytest

from kotacerdas import ranking
from kotacerdas.published import Published


@pytest.fixture(scope="module")
def whole(published: Published) -> pd.DataFrame:
    return ranking.table(published, 2024, published.results(2024))


def test_the_table_holds_every_row_with_its_official_figures(published: Published, whole: pd.DataFrame) -> None:
    results = published.results(2024)
    assert set(whole.index) == set(results.index) and len(whole) == 191
    for column in ("rank", "final", "baseline", "collaboration", "name", "province", "status", "source_row"):
        pd.testing.assert_series_equal(whole[column].sort_index(), results[column].sort_index(), check_names=False)


def test_cities_without_a_result_have_no_rank_and_stand_last(whole: pd.DataFrame) -> None:
    tail = whole.tail(51)
    assert tail[["rank", "final", "level", "change", "rank_selection", "rank_group"]].isna().all(axis=None)
    assert whole.head(140)["rank"].is_monotonic_increasing and whole.head(140)["rank"].notna().all()


@pytest.mark.parametrize("direction", ["asc", "desc"])
@pytest.mark.parametrize("sort", ["rank", "final", "change", "level", "baseline", "collaboration", "group"])
def test_missing_values_come_last_in_every_order(whole: pd.DataFrame, sort: str, direction: ranking.Direction) -> None:
    column = ranking.ordered(whole, sort, direction)[sort]
    valued = column.dropna()
    assert column.head(len(valued)).notna().all()
    assert valued.is_monotonic_increasing if direction == "asc" else valued.is_monotonic_decreasing


def test_the_natural_order_puts_the_best_first(whole: pd.DataFrame) -> None:
    assert ranking.ordered(whole, "final").index[0] == ranking.ordered(whole, "rank").index[0] == "32.73"
    assert ranking.ordered(whole, "change")["change"].iloc[0] == whole["change"].max()


def test_ties_share_a_rank_and_follow_by_name(whole: pd.DataFrame) -> None:
    assert list(whole["name"].iloc[2:4]) == ["Kabupaten Demak", "Kota Madiun"]
    assert list(whole["rank"].iloc[2:5]) == [3, 3, 5]


def test_names_are_ordered_without_regard_to_case_or_accents() -> None:
    frame = pd.DataFrame(
        {"name": ["Kota b", "kota A", "Kota Ç"], "rank": [1.0, 2, 3], "status": "published"}, index=list("xyz")
    )
    assert list(ranking.ordered(frame, "name").index) == ["y", "x", "z"]


def test_a_selection_has_its_own_ranks_and_leaves_the_national_ones(published: Published) -> None:
    results = published.results(2024)
    part = ranking.table(published, 2024, results[results["island"] == "kalimantan"])
    pd.testing.assert_series_equal(part["rank"].sort_index(), results["rank"].reindex(part.index).sort_index())
    assert part["rank_selection"].dropna().iloc[0] == 1
    assert part["rank_selection"].max() <= part["final"].notna().sum() < part["rank"].max()


def test_the_group_rank_counts_the_whole_weight_set(published: Published) -> None:
    results = published.results(2024)
    part = ranking.table(published, 2024, results[results["island"] == "kalimantan"])
    for code, row in part.dropna(subset=["rank_group"]).iterrows():
        mates = results[results["group"] == row["group"]]
        assert row["rank_group"] == 1 + (mates["final"] > row["final"]).sum(), code


def test_rounds_without_groups_have_no_columns_of_groups(published: Published, whole: pd.DataFrame) -> None:
    assert {"rank_group", "group"} <= set(whole.columns)
    assert not {"rank_group", "group"} & set(ranking.table(published, 2021, published.results(2021)).columns)


def test_a_selection_without_groups_keeps_the_columns_of_its_round(published: Published) -> None:
    results = published.results(2024)
    part = ranking.table(published, 2024, results[results["group"].isna()])
    assert part["rank_group"].isna().all() and part["group"].isna().all()


def test_the_trend_holds_the_finals_there_are_and_no_zero(published: Published, whole: pd.DataFrame) -> None:
    finals = published.finals
    for code, trend in whole["trend"].items():
        assert trend == finals.loc[code].dropna().tolist()
    assert min(len(trend) for trend in whole["trend"]) == 0
    assert all(value > 0 for trend in whole["trend"] for value in trend)


def test_only_components_and_changes_of_the_round_are_columns(published: Published) -> None:
    derived = ranking.table(published, 2023, published.results(2023))
    assert not {"baseline", "collaboration", "change"} & set(derived.columns)
    assert "collaboration" not in ranking.table(published, 2021, published.results(2021)).columns


def test_the_shared_frame_is_not_changed(published: Published) -> None:
    before = published.results(2024).copy()
    ranking.ordered(ranking.matching(ranking.table(published, 2024, published.results(2024)), "kota"), "name", "desc")
    pd.testing.assert_frame_equal(published.results(2024), before)


def test_a_reading_changes_the_level_and_nothing_else(published: Published, whole: pd.DataFrame) -> None:
    literal = ranking.table(published, 2024, published.results(2024), "literal")
    assert literal["level"].to_dict() != whole["level"].to_dict()
    pd.testing.assert_frame_equal(literal.drop(columns="level"), whole.drop(columns="level"))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("madiun", {"Kota Madiun"}),
        ("MADIUN kota", {"Kota Madiun"}),
        ("Mádiún", {"Kota Madiun"}),
        ("jawa-timur madiun", {"Kota Madiun"}),
        ("lima  puluh", {"Kabupaten Lima Puluh Kota"}),
        ("%", None),
        ("", None),
        ("tidak ada kota seperti ini", set()),
        ("'; DROP TABLE", set()),
    ],
)
def test_search_finds_names_and_provinces(whole: pd.DataFrame, query: str, expected: set[str] | None) -> None:
    found = ranking.matching(whole, query)
    assert set(found["name"]) == (set(whole["name"]) if expected is None else expected)


def test_search_by_province_keeps_all_its_rows(whole: pd.DataFrame) -> None:
    found = ranking.matching(whole, "papua")
    assert set(found.index) == set(whole.index[whole["province"].str.contains("Papua")])


def test_orders_on_offer_are_columns_with_values(published: Published, whole: pd.DataFrame) -> None:
    offered = ranking.sorts(published, whole)
    assert offered[0] == "rank" and {"collaboration", "change"} <= set(offered)
    derived = ranking.table(published, 2020, published.results(2020))
    assert not {"baseline", "change", "rank_group", "group"} & set(ranking.sorts(published, derived))
