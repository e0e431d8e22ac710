"""What a profile shows, against the data: situations, standings, medians with their least counts, questions."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
import pytest

from kotacerdas import profile
from kotacerdas.instrument import DIMENSIONS
from kotacerdas.peers import peers
from kotacerdas.published import OUTSIDE, Published

MADIUN, WAKATOBI, LAMONGAN = "35.77", "74.07", "35.24"


def of(published: Published, code: str, year: int, strategy: str = "kind") -> tuple[str, ...]:
    return peers(published, code, year, strategy).codes


# ---- situation and standing ----------------------------------------------------------------------------------


def test_every_city_and_round_has_one_situation(published: Published) -> None:
    found = Counter(
        (year, profile.situation(published, code, year))
        for year in (2024, 2023, 2021)
        for code in published.cities.index
    )
    assert found[2024, "questions"] == 1 and found[2024, "components"] == 139
    assert found[2024, "did_not_take_part"] == 24 and found[2024, "not_in_copy"] == 27
    assert found[2024, OUTSIDE] == 514 - 191
    assert found[2023, "derived"] == 140
    assert found[2021, "partial"] == 98 and found[2021, "did_not_take_part"] == 2


def test_years_and_the_newest_result_are_those_with_rows(published: Published) -> None:
    assert profile.years(published, MADIUN) == (2024, 2023, 2021, 2020)
    assert profile.newest(published, MADIUN) == 2024
    assert profile.years(published, "11.01") == ()
    assert profile.newest(published, "11.01") is None
    absent = published.results(2024).index[published.results(2024)["status"] == "not_in_copy"]
    assert {profile.newest(published, code) for code in absent} == {2021, None}


def test_the_standing_counts_ties_and_the_own_group(published: Published) -> None:
    place = profile.standing(published, MADIUN, 2024)
    frame = published.results(2024)
    higher = frame["final"] > frame.at[MADIUN, "final"]
    assert (place.rank, place.ranked, place.tied, place.change) == (1 + int(higher.sum()), 140, 1, -1)
    assert place.among == "group"
    assert place.among_rank == 1 + int((higher & (frame["group"] == "regular")).sum())
    assert place.among_ranked == 93


def test_a_round_without_groups_ranks_in_the_province(published: Published) -> None:
    place = profile.standing(published, MADIUN, 2021)
    field = published.results(2021)
    field = field[(field["province"] == "Jawa Timur") & field["final"].notna()]
    assert (place.among, place.among_ranked) == ("province", len(field))
    assert place.among_rank == 1 + int((field["final"] > field.at[MADIUN, "final"]).sum())


# ---- medians -------------------------------------------------------------------------------------------------


def test_components_stand_beside_both_medians(published: Published) -> None:
    codes = of(published, MADIUN, 2024)
    frame = profile.components(published, MADIUN, 2024, codes)
    results = published.results(2024)
    assert list(frame.index) == ["baseline", "output", "outcome", "impact", "quick_win"]
    assert frame["weight"].sum() == pytest.approx(1)
    assert frame["points"].sum() == pytest.approx(3.8012121212)
    for name, row in frame.iterrows():
        assert row["value"] == results.at[MADIUN, name]
        assert row["national"] == results[name].median()
        assert row["peers"] == results.loc[list(codes), name].median()
        assert MADIUN not in codes


def test_an_empty_collaboration_cell_stays_missing_and_adds_nothing_by_rule(published: Published) -> None:
    row = profile.components(published, WAKATOBI, 2024, of(published, WAKATOBI, 2024)).loc["collaboration"]
    assert np.isnan(row["value"]) and row["rule"] == "zero" and row["points"] == 0
    assert row["national_cities"] == 47 - 6


def test_too_few_peers_give_no_median_but_their_count(published: Published) -> None:
    two = list(of(published, MADIUN, 2024))
    known = published.results(2024)["final"].reindex(two).dropna().index[: profile.LEAST_PEERS - 1]
    frame = profile.components(published, MADIUN, 2024, list(known))
    assert frame["peers"].isna().all() and (frame["peer_cities"] == profile.LEAST_PEERS - 1).all()
    one_more = published.results(2024)["final"].reindex(two).dropna().index[: profile.LEAST_PEERS]
    assert profile.components(published, MADIUN, 2024, list(one_more))["peers"].notna().all()


def test_outcome_and_impact_stay_two_traces_without_a_nation_of_one(published: Published) -> None:
    frame = profile.dimensions(published, MADIUN, 2024, of(published, MADIUN, 2024))
    assert list(frame.loc["outcome"].index) == list(frame.loc["impact"].index) == list(DIMENSIONS)
    assert frame["value"].notna().all() and frame["national"].isna().all() and (frame["national_cities"] == 1).all()
    matrix = published.question_matrix(2024).loc[MADIUN]
    assert frame.at[("outcome", "governance"), "value"] == pytest.approx(
        matrix[[f"q{n}" for n in range(17, 23)]].mean()
    )


def test_a_partial_block_has_no_dimension_score(published: Published) -> None:
    frame = profile.dimensions(published, LAMONGAN, 2021, of(published, LAMONGAN, 2021))
    row = frame.loc[("impact", "environment")]
    assert 0 < row["known"] < row["questions"] and np.isnan(row["value"])
    assert frame.loc["outcome"]["value"].notna().all()
    assert (frame.loc["outcome"]["national_cities"] == 81).all()


# ---- questions -----------------------------------------------------------------------------------------------


def test_a_step_is_the_scale_of_the_round_and_ends_at_the_top(published: Published) -> None:
    new, old = profile.questions(published, MADIUN, 2024), profile.questions(published, MADIUN, 2021)
    assert set(new["step"]) == {0.2} and set(old["step"]) == {1.0}
    assert new["gain"].isna().equals(new["value"] >= 4)
    row = new.loc["q12"]
    assert row["gain"] == pytest.approx(0.2 / 11 * 0.2) and row["room"] == pytest.approx(0.2 / 11 * 3)
    assert set(new["status"]) == {"published"} and set(new["source_table"]) == {"madiun-questions"}


def test_questions_say_why_they_are_empty(published: Published) -> None:
    frame = profile.questions(published, LAMONGAN, 2021)
    counts = frame["status"].value_counts()
    assert counts["no_answers"] == 3
    assert frame.loc[frame["status"] != "published", "value"].isna().all()
    cover = profile.coverage(frame)
    assert cover.loc["outcome"].to_dict() == {"known": 27, "questions": 31}
    assert cover["known"].sum() == counts["published"]


def test_the_published_frame_is_not_changed(published: Published) -> None:
    before = published.results(2024).copy()
    profile.components(published, MADIUN, 2024, of(published, MADIUN, 2024))
    profile.questions(published, MADIUN, 2024)
    pd.testing.assert_frame_equal(published.results(2024), before)


def test_extremes_order_ties_by_what_they_can_add_and_count_them(published: Published) -> None:
    frame = profile.questions(published, MADIUN, 2024)
    weak, strong = profile.weakest(frame), profile.strongest(frame)
    assert list(weak.frame.index) == ["q12", "q19", "q7", "q108", "q21"]
    assert (weak.score, weak.sharing, weak.cut) == (3.0, 5, True)
    assert set(strong.frame["value"]) == {4.0} and strong.sharing == 92
    assert strong.frame["points"].is_monotonic_decreasing


def test_extremes_of_nothing_are_empty() -> None:
    frame = pd.DataFrame({"value": [np.nan], "room": [np.nan], "points": [0.1], "number": [1]})
    end = profile.weakest(frame)
    assert end.frame.empty and not end.cut and np.isnan(end.score)
