"""Published rounds: national figures as the letters print them, ranks, trends, summaries, reconciliation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kotacerdas.instrument import DIMENSIONS
from kotacerdas.levels import load_levels
from kotacerdas.problem import Problem
from kotacerdas.published import OUTSIDE, Published


def test_2024_has_191_cities_of_three_kinds(published: Published) -> None:
    status = published.results(2024)["status"].value_counts()
    assert status.to_dict() == {"published": 140, "not_in_copy": 27, "did_not_take_part": 24}
    assert published.results(2024)["group"].value_counts().to_dict() == {"regular": 93, "priority": 47}


@pytest.mark.parametrize(("kept", "current"), [(140, 2024), (49, 2024), (48, 2021), (0, 2021)])
def test_a_round_stands_for_the_nation_once_it_has_half_as_many_finals_as_the_one_before(
    published: Published, kept: int, current: int
) -> None:
    rows = published.data.tables["results"]
    finals = rows.index[(rows["year"] == 2024) & (rows["measure"] == "final") & rows["value"].notna()]
    fewer = rows.assign(value=rows["value"].mask(rows.index.isin(finals[kept:])))
    coming_out = Published(replace(published.data, tables=published.data.tables | {"results": fewer}))
    assert coming_out.current == current


def test_a_city_without_result_has_no_figure_at_all(published: Published) -> None:
    frame = published.results(2024)
    silent = frame[frame["status"] != "published"]
    figures = ["baseline", "output", "outcome", "impact", "quick_win", "collaboration", "final", "rank", "level",
               "improvement", "recomputed", "rank_change"]  # fmt: skip
    assert silent[figures].isna().to_numpy().all()


def test_every_2024_final_follows_exactly_and_every_2021_within_two_hundredths(published: Published) -> None:
    now = published.reconciliation(2024)
    assert len(now) == 140 and (now["difference"] == 0).all()
    then = published.reconciliation(2021)["difference"].abs()
    assert len(then) == 98
    assert [(then <= limit + 1e-9).sum() for limit in (0, 0.01, 0.02)] == [49, 95, 98]


def test_binary_rounding_would_miss_some_finals(published: Published) -> None:
    frame = published.results(2024).dropna(subset=["final"])
    weights = {"regular": (0.1, 0.2, 0.3, 0.2, 0.2, 0.0), "priority": (0.1, 0.2, 0.2, 0.2, 0.2, 0.1)}
    columns = ["baseline", "output", "outcome", "impact", "quick_win", "collaboration"]
    naive = [
        round(sum(w * v for w, v in zip(weights[row["group"]], row[columns].fillna(0), strict=True)), 2)
        for _, row in frame.iterrows()
    ]
    assert int((np.array(naive) != frame["final"]).sum()) >= 5, "how many depends on the order of the sum"


def test_kota_madiun(published: Published) -> None:
    row = published.results(2024).loc["35.77"]
    assert row["final"] == 3.80 and row["rank"] == 3 and row["ranked"] == 140 and row["level"] == 4
    card = published.card("35.77", 2024)
    assert {c.id: (round(float(c.value), 2), float(c.published)) for c in card.children} == {
        "baseline": (4.0, 4.0), "output": (3.51, 3.51), "outcome": (3.78, 3.78), "impact": (3.97, 3.97),
        "quick_win": (3.87, 3.87),
    }  # fmt: skip
    assert sum(1 for node in card.walk() if node.kind == "question") == 115
    assert card["q12"].value == 1 and card["q12"].published == 1


def test_scores_of_the_smart_dimensions_need_the_whole_block(published: Published) -> None:
    madiun = published.dimension_scores(2024)
    assert list(madiun.index) == ["35.77"]
    assert [round(madiun.at["35.77", ("outcome", d)], 4) for d in DIMENSIONS] == [3.2667, 3.9, 4, 4, 3.8333, 3.7333]
    counts = published.dimension_scores(2021).notna().sum()
    assert [counts["outcome"][d] for d in DIMENSIONS] == [81] * 6
    assert [counts["impact"][d] for d in DIMENSIONS] == [0, 0, 27, 27, 54, 27]


def test_levels_of_2024_under_both_readings(published: Published) -> None:
    assert list(published.summary(2024).levels.values()) == [5, 29, 58, 48, 0]
    literal = published.results(2024)["level_literal"].value_counts()
    assert [int(literal.get(level, 0)) for level in range(1, 6)] == [12, 60, 68, 0, 0]


def test_level_cuts_belong_to_the_higher_level_on_both_paths() -> None:
    levels = load_levels()
    scores = [1, 1.74, 1.75, 2.5, 3.24, 3.25, 3.99, 4, 0.94]
    assert [levels.of(x) for x in scores] == [1, 1, 2, 3, 3, 4, 4, 5, 1]
    assert levels.of_many(scores).tolist() == [1, 1, 2, 3, 3, 4, 4, 5, 1]
    assert [levels.of(x, "literal") for x in scores] == [1, 1, 1, 2, 3, 3, 3, 4, 1]
    assert np.isnan(levels.of_many([np.nan])).all() and levels.of(None) is None


def test_ties_share_a_rank_and_the_next_one_is_skipped(published: Published) -> None:
    frame = published.results(2024).dropna(subset=["final"])
    for _, row in frame.iterrows():
        assert row["rank"] == 1 + (frame["final"] > row["final"]).sum()
    assert frame["rank"].duplicated().any()


def test_rank_change_counts_only_cities_with_both_finals(published: Published) -> None:
    frame = published.results(2021)
    both = frame.dropna(subset=["final", "base_final"])
    then, now = (both[name].rank(ascending=False, method="min") for name in ("base_final", "final"))
    assert both["rank_change"].tolist() == (then - now).tolist()
    assert frame.loc[frame["final"].isna(), "rank_change"].isna().all()


def test_improvement_is_the_difference_to_the_base_round(published: Published) -> None:
    for year in (2024, 2021):
        frame = published.results(year).dropna(subset=["final"])
        assert np.allclose(frame["final"] - frame["base_final"], frame["improvement"], atol=1e-9)


def test_printed_2020_finals_agree_with_the_implied_ones(published: Published) -> None:
    frame = published.base_reconciliation()
    assert len(frame) == 98 and (frame["difference"] == 0).all()


def test_trend_has_no_2022_and_marks_derived_years(published: Published) -> None:
    trend = published.trend("35.77").set_index("year")
    assert trend["final"].to_dict() == {2020: 3.51, 2021: 3.46, 2023: 3.71, 2024: 3.80}
    assert trend["status"].to_dict() == {2020: "derived", 2021: "published", 2023: "derived", 2024: "published"}
    assert len(published.finals[[2021, 2024]].dropna()) == 78


def test_national_lists_all_514_and_names_the_outsiders(published: Published) -> None:
    frame = published.national(2024)
    assert len(frame) == 514
    assert (frame["status"] == OUTSIDE).sum() == 323
    assert frame.loc[frame["status"] == OUTSIDE, "final"].isna().all()


def test_summary_of_a_selection_counts_only_it(published: Published) -> None:
    frame = published.results(2024)
    kota = published.summary(2024, frame[frame["kind"] == "kota"])
    assert kota.published == 35 and kota.took_part is None
    assert kota.mean == pytest.approx(frame[frame["kind"] == "kota"]["final"].mean())
    empty = published.summary(2024, frame.head(0))
    assert empty.mean is None and empty.median is None and empty.published == 0


def test_movers_are_the_largest_printed_changes(published: Published) -> None:
    risers, fallers = published.movers(2024)
    assert risers["name"].iloc[0] == "Kabupaten Lima Puluh Kota" and risers["improvement"].iloc[0] == 1.05
    assert fallers["name"].iloc[0] == "Kabupaten Ponorogo" and fallers["improvement"].iloc[0] == -0.95
    assert risers["improvement"].is_monotonic_decreasing and fallers["improvement"].is_monotonic_increasing


def test_province_means_come_with_their_coverage(published: Published) -> None:
    table = published.provinces(2024)
    assert len(table) == 38 and table["cities"].sum() == 514
    assert table["published"].sum() == 140 and table["invited"].sum() == 191
    assert table.loc[table["published"] == 0, "mean"].isna().all()


def test_questions_carry_the_change_only_where_comparable(published: Published) -> None:
    frame = published.questions("35.77", 2024)
    assert len(frame) == 115
    assert frame["previous"].notna().sum() <= 51
    assert frame.loc["q50", "previous_year"] is None or pd.isna(frame.loc["q50", "previous_year"])
    assert frame.loc["q10", "change"] == pytest.approx(0.6)
    assert frame["national_median"].isna().all(), "one city has no national median"
    assert published.questions("35.77", 2021)["national_median"].notna().any()


def test_points_per_step_add_up_to_one_step_of_the_final(published: Published) -> None:
    assert published.questions("35.77", 2024)["points"].sum() == pytest.approx(1)


def test_component_means_of_question_scores(published: Published) -> None:
    madiun = published.component_reconciliation(2024)
    assert len(madiun) == 5 and (madiun["difference"] == 0).all()
    assert published.component_reconciliation(2021)["difference"].abs().max() <= 0.6


def test_cards_of_all_published_cities_add_up(published: Published) -> None:
    for year in (2024, 2021):
        frame = published.results(year).dropna(subset=["final"])
        for code in frame.index:
            card = published.card(code, year)
            assert card.contribution == card.value
            assert sum(child.contribution for child in card.children) == card.value
            assert float(card.published) == frame.at[code, "final"]


@pytest.mark.parametrize(
    ("call", "key"),
    [
        (lambda p: p.results(10**9), "year_unknown"),
        (lambda p: p.trend("99.99"), "city_unknown"),
        (lambda p: p.card("../../etc/passwd", 2024), "city_unknown"),
        (lambda p: p.card("35.77", 2023), "card_none"),
        (lambda p: p.card("35.78", 2024), "card_none"),
        (lambda p: p.instrument_of(2023), "instrument_none"),
    ],
)
def test_questions_without_an_answer_are_problems(published: Published, call: object, key: str) -> None:
    with pytest.raises(Problem) as caught:
        call(published)
    assert caught.value.key == key
