"""Why a score or rank moved: the parts add up exactly, equal what is worked out by hand, and obey their laws."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kotacerdas.instrument import exact
from kotacerdas.movement import FIELD, OWN, Part, RankSplit, ScoreSplit, earlier, rank_split, score_split, years_of
from kotacerdas.problem import Problem
from kotacerdas.published import Published
from kotacerdas.scoring import competition_ranks, round_half_up
from tests import builders
from tests.builders import ONE_TO_FOUR

MADIUN = "35.77"
PAIRS = list(itertools.permutations((2020, 2021, 2023, 2024), 2))


def amounts(split: ScoreSplit | RankSplit) -> dict[str, Fraction]:
    return {part.id: part.amount for part in split.parts}


def with_both(published: Published, first: int, last: int) -> list[str]:
    finals = published.finals[[first, last]].dropna()
    return list(finals.index)


# ---- every city and every pair of rounds ---------------------------------------------------------------------


@pytest.mark.parametrize(("first", "last"), PAIRS)
def test_parts_add_up_exactly_for_every_city(published: Published, first: int, last: int) -> None:
    before, after = published.results(first), published.results(last)
    codes = with_both(published, first, last)
    assert len(codes) >= 78
    for code in codes:
        score = score_split(published, code, first, last)
        assert score.total() == score.change == exact(after.at[code, "final"]) - exact(before.at[code, "final"])
        rank = rank_split(published, code, first, last)
        assert rank.total() == rank.change == before.at[code, "rank"] - after.at[code, "rank"]
        assert rank.ranks == (before.at[code, "rank"], after.at[code, "rank"])
        assert rank.ranked == (before["final"].notna().sum(), after["final"].notna().sum())


@pytest.mark.parametrize(("first", "last"), [(2021, 2024), (2023, 2024)])
def test_the_way_back_is_the_way_there_with_signs_turned(published: Published, first: int, last: int) -> None:
    turned = {"newcomers": "leavers", "leavers": "newcomers"}
    for code in with_both(published, first, last)[::9]:
        for split in (score_split, rank_split):
            there = amounts(split(published, code, first, last))
            back = amounts(split(published, code, last, first))
            assert back == {turned.get(key, key): -value for key, value in there.items()}


def test_a_round_of_derived_finals_has_one_own_part(published: Published) -> None:
    for first, last in ((2020, 2021), (2023, 2024), (2020, 2023), (2021, 2023)):
        score, rank = (split(published, MADIUN, first, last) for split in (score_split, rank_split))
        assert not score.detailed and not rank.detailed
        assert [part.id for part in score.parts] == ["final"]
        assert [part.id for part in rank.parts] == ["final", *FIELD]


def test_rounds_with_components_are_told_apart_by_component(published: Published) -> None:
    split = score_split(published, MADIUN, 2021, 2024)
    assert split.detailed
    assert [part.id for part in split.parts] == [
        "baseline", "output", "outcome", "impact", "quick_win", "weights", "rounding",
    ]  # fmt: skip


# ---- worked out by hand --------------------------------------------------------------------------------------


def test_the_score_of_kota_madiun_by_hand(published: Published) -> None:
    """2021: 3.59 3.14 3.52 3.39 3.65, sum 3.451, printed 3.46. 2024: 4.00 3.51 3.78 3.97 3.87, sum 3.804, printed 3.80.

    Weights 10, 20, 30, 20, 20 % in both rounds, so each part is weight x change; the printed finals are 0.009 above
    and 0.004 below their sums.
    """
    split = score_split(published, MADIUN, 2021, 2024)
    by_hand = {
        "baseline": "0.041",  # 0.1 x 0.41
        "output": "0.074",  # 0.2 x 0.37
        "outcome": "0.078",  # 0.3 x 0.26
        "impact": "0.116",  # 0.2 x 0.58
        "quick_win": "0.044",  # 0.2 x 0.22
        "weights": "0",
        "rounding": "-0.013",
    }
    assert amounts(split) == {key: Fraction(value) for key, value in by_hand.items()}
    assert split.change == Fraction("0.34")
    assert split.parts[2] == Part("outcome", "component", Fraction("0.078"), Fraction("3.52"), Fraction("3.78"))


def test_the_rank_of_kota_madiun_by_hand(published: Published) -> None:
    """2023 to 2024: from 2 to 3 while the final rose from 3.71 to 3.80; 139 others in both rounds.

    Above 3.71 stood 1 other in 2023 and 4 in 2024; above 3.80 stood 1 in 2023 and 2 in 2024. Own first: stays 2, then
    the others: 2 to 3. Others first: 2 to 5, then own: 5 to 3. The means: own (0 + 2) / 2, others (-1 - 3) / 2.
    """
    finals = [published.results(year)["final"].drop(MADIUN) for year in (2023, 2024)]
    assert [int((others > mark).sum()) for mark in (3.71, 3.80) for others in finals] == [1, 4, 1, 2]
    split = rank_split(published, MADIUN, 2023, 2024)
    assert amounts(split) == {"final": 1, "others": -2, "newcomers": 0, "leavers": 0}
    assert (split.ranks, split.change) == ((2, 3), -1)


def naive_rank_parts(published: Published, code: str, first: int, last: int) -> dict[str, Fraction]:
    """The same split from the definition, coalition by coalition over sets, sharing nothing with the module.

    Only for cities whose two instruments have the same components.
    """
    rows = [published.results(year).loc[code] for year in (first, last)]
    instruments = [published.instrument_of(year, row["group"]) for year, row in zip((first, last), rows, strict=True)]
    names = [node.id for node in instruments[0].of_kind("component")]
    finals = [published.results(year)["final"].dropna().drop(code) for year in (first, last)]
    both = finals[0].index.intersection(finals[1].index)
    sums = [
        sum(instrument.weights[name] * exact(row[name]) for name in names)
        for instrument, row in zip(instruments, rows, strict=True)
    ]
    rests = [exact(row["final"]) - total for row, total in zip(rows, sums, strict=True)]
    players = [*names, "weights", "rounding", *FIELD]

    def rank(moved: frozenset[str]) -> int:
        weights = instruments["weights" in moved].weights
        own = sum(weights[name] * exact(rows[name in moved][name]) for name in names) + rests["rounding" in moved]
        others = list(finals["others" in moved][both])
        if "newcomers" in moved:
            others += list(finals[1].drop(both))
        if "leavers" not in moved:
            others += list(finals[0].drop(both))
        return 1 + sum(exact(value) > own for value in others)

    ranks = {
        frozenset(moved): rank(frozenset(moved))
        for size in range(len(players) + 1)
        for moved in itertools.combinations(players, size)
    }
    n = len(players)
    found = dict.fromkeys(players, Fraction(0))
    for moved, place in ranks.items():
        for player in set(players) - moved:
            found[player] += Fraction(place - ranks[moved | {player}], n * math.comb(n - 1, len(moved)))
    return found


def test_the_rank_against_the_definition(published: Published) -> None:
    """Kota Madiun 2021 to 2024, from 11 of 98 to 3 of 140: 8 places, of which its own figures brought 16.1."""
    split = rank_split(published, MADIUN, 2021, 2024)
    assert amounts(split) == naive_rank_parts(published, MADIUN, 2021, 2024)
    assert (split.ranks, split.ranked, split.change) == ((11, 3), (98, 140), 8)
    assert split.cities == {"others": 77, "newcomers": 62, "leavers": 20}
    assert {part.id: round(float(part.amount), 2) for part in split.parts} == {
        "baseline": 2.19, "output": 3.4, "outcome": 3.47, "impact": 5.27, "quick_win": 2.27, "weights": 0.0,
        "rounding": -0.5, "others": -8.01, "newcomers": -2.2, "leavers": 2.1,
    }  # fmt: skip
    assert split.total(OWN) + split.total(FIELD) == 8


def test_other_weights_and_a_new_component_are_the_weights_part(published: Published) -> None:
    """A priority city of 2024: Outcome weighs 20 instead of 30 %, Collaboration is new and takes the 10 %."""
    frame = published.results(2024)
    codes = [c for c in with_both(published, 2021, 2024) if frame.at[c, "group"] == "priority"]
    assert codes
    for code in codes:
        split = score_split(published, code, 2021, 2024)
        old, new = published.results(2021).loc[code], frame.loc[code]
        joint = 0 if pd.isna(new["collaboration"]) else exact(new["collaboration"])
        outcome = (exact(old["outcome"]) + exact(new["outcome"])) / 2
        assert amounts(split)["weights"] == (joint - outcome) / 10
        assert amounts(split)["outcome"] == Fraction(1, 4) * (exact(new["outcome"]) - exact(old["outcome"]))
        assert "collaboration" not in amounts(split), "what was not asked cannot have changed"
        assert split.weights["collaboration"] == (0, Fraction(1, 10))


# ---- synthetic rounds ----------------------------------------------------------------------------------------


def rounds(first: Mapping[str, tuple[str, str]], last: Mapping[str, tuple[str, str]], weights: tuple[str, str]) -> Any:
    """Two rounds of made-up cities (code -> components a and b), as the module reads them; `weights` are those of a."""
    years = {2000: (first, weights[0]), 2001: (last, weights[1])}
    instruments, results = {}, {}
    for year, (cities, weight) in years.items():
        other = str(1 - Fraction(weight))
        instrument = builders.instrument(
            [
                builders.node("final", None),
                builders.node("a", "final", kind="component", weight=weight, missing="require"),
                builders.node("b", "final", kind="component", weight=other, missing="require"),
            ]
        )
        frame = pd.DataFrame.from_dict(
            {code: {"a": float(a), "b": float(b)} for code, (a, b) in cities.items()}, orient="index"
        )
        share = instrument.weights["a"]
        pairs = frame[["a", "b"]].to_numpy()
        frame["recomputed"] = [float(share * exact(a) + (1 - share) * exact(b)) for a, b in pairs]
        frame["final"] = [float(round_half_up(x)) for x in frame["recomputed"]]
        frame["rank"] = competition_ranks(frame["final"])
        frame["group"] = None
        instruments[year], results[year] = instrument, frame
    return SimpleNamespace(
        bounds=lambda year: ONE_TO_FOUR,
        city=lambda code: {"name": code},
        results=results.__getitem__,
        instrument_of=lambda year, group: instruments[year],
    )


def by_every_order(made: Any, code: str) -> dict[str, Fraction]:
    """Shapley by its definition: rank the whole field afresh after every step of every order of the six players."""
    before, after = made.results(2000), made.results(2001)
    shares = [made.instrument_of(year, None).weights for year in (2000, 2001)]
    rows = [before.loc[code], after.loc[code]]
    rests = [
        exact(row["final"]) - sum(share[name] * exact(row[name]) for name in "ab")
        for row, share in zip(rows, shares, strict=True)
    ]
    players = ["a", "b", "weights", *(["rounding"] if rests[0] != rests[1] else []), *FIELD]

    def rank(moved: set[str]) -> int:
        own = sum(shares["weights" in moved][name] * exact(rows[name in moved][name]) for name in "ab")
        own += rests["rounding" in moved]
        above = 0
        for other in set(before.index) | set(after.index):
            if other == code:
                continue
            if other in before.index and other in after.index:
                final = (before, after)["others" in moved].at[other, "final"]
            elif other in after.index:
                final = after.at[other, "final"] if "newcomers" in moved else None
            else:
                final = None if "leavers" in moved else before.at[other, "final"]
            above += final is not None and exact(final) > own
        return 1 + above

    seen: dict[frozenset[str], int] = {}

    def known(moved: set[str]) -> int:
        key = frozenset(moved)
        if key not in seen:
            seen[key] = rank(moved)
        return seen[key]

    totals, orders = dict.fromkeys(players, Fraction(0)), 0
    for order in itertools.permutations(players):
        moved: set[str] = set()
        orders += 1
        for player in order:
            totals[player] += known(moved) - known(moved | {player})
            moved.add(player)
    return {player: total / orders for player, total in totals.items()}


score = st.integers(5, 20).map(lambda fifth: f"{fifth / 5:.1f}")
city = st.tuples(score, score)
field = st.dictionaries(st.sampled_from("defgh"), city, max_size=5)
weight = st.sampled_from(["0.25", "0.5", "1/3"])


@settings(max_examples=25, deadline=None)
@given(city, city, field, field, weight, weight)
def test_tiny_fields_against_every_order(
    own: tuple[str, str],
    later: tuple[str, str],
    first: dict[str, tuple[str, str]],
    last: dict[str, tuple[str, str]],
    weights: str,
    later_weights: str,
) -> None:
    made = rounds({"c": own, **first}, {"c": later, **last}, (weights, later_weights))
    split = rank_split(made, "c", 2000, 2001)
    assert amounts(split) == by_every_order(made, "c")
    assert split.change == split.total()
    points = score_split(made, "c", 2000, 2001)
    assert points.total() == points.change


def test_what_did_not_change_gets_nothing() -> None:
    made = rounds(
        {"c": ("2", "3"), "d": ("3", "3"), "e": ("2.4", "2.4")}, {"c": ("4", "3"), "d": ("3", "3")}, ("0.5", "0.5")
    )
    parts = amounts(rank_split(made, "c", 2000, 2001))
    assert parts == {"a": 1, "b": 0, "weights": 0, "others": 0, "newcomers": 0, "leavers": 0}
    assert amounts(score_split(made, "c", 2000, 2001)) == {"a": 1, "b": 0, "weights": 0}


def test_equal_contributions_get_equal_parts() -> None:
    made = rounds({"c": ("2", "2"), "d": ("2.5", "2.5")}, {"c": ("3", "3"), "d": ("2.5", "2.5")}, ("0.5", "0.5"))
    parts = amounts(rank_split(made, "c", 2000, 2001))
    assert parts["a"] == parts["b"] == Fraction(1, 2)


def test_a_tie_is_no_place_lost() -> None:
    made = rounds({"c": ("3", "3"), "d": ("2", "2")}, {"c": ("3", "3"), "d": ("3", "3")}, ("0.5", "0.5"))
    assert rank_split(made, "c", 2000, 2001).change == 0
    assert amounts(rank_split(made, "d", 2000, 2001))["a"] == Fraction(1, 2)


def test_newcomers_and_leavers_count_only_where_they_stand_above() -> None:
    made = rounds(
        {"c": ("3", "3"), "d": ("4", "4"), "e": ("2", "2")}, {"c": ("3", "3"), "f": ("3.4", "3.4")}, ("0.5", "0.5")
    )
    split = rank_split(made, "c", 2000, 2001)
    assert amounts(split)["newcomers"] == -1 and amounts(split)["leavers"] == 1
    assert split.cities == {"others": 0, "newcomers": 1, "leavers": 2}
    by_id = {part.id: part for part in split.parts}
    assert (by_id["newcomers"].before, by_id["newcomers"].after) == (None, Fraction("3.4"))
    assert (by_id["leavers"].before, by_id["leavers"].after) == (3, None)


# ---- what cannot be answered ---------------------------------------------------------------------------------


def key_of(call: Any, *args: Any) -> str:
    with pytest.raises(Problem) as caught:
        call(*args)
    return caught.value.key


@pytest.mark.parametrize("split", [score_split, rank_split])
def test_a_question_without_an_answer_is_a_sentence(published: Published, split: Any) -> None:
    assert key_of(split, published, MADIUN, 2021, 2021) == "movement_same"
    assert key_of(split, published, MADIUN, 2019, 2024) == "year_unknown"
    assert key_of(split, published, "99.99", 2021, 2024) == "city_unknown"
    absent = published.finals[2021].isna() & published.finals[2024].notna()
    assert key_of(split, published, str(published.finals.index[absent][0]), 2021, 2024) == "movement_final"


def test_the_years_that_can_be_compared(published: Published) -> None:
    assert years_of(published, MADIUN) == (2020, 2021, 2023, 2024)
    finals = published.finals
    nothing = str(finals.index[finals.isna().all(axis=1)][0])
    assert years_of(published, nothing) == ()


def test_a_round_is_compared_with_one_that_has_components_too(published: Published) -> None:
    assert [earlier(published, MADIUN, year) for year in (2020, 2021, 2023, 2024)] == [None, 2020, 2021, 2021]
    only = published.finals[2021].isna() & published.finals[2024].notna()
    code = str(published.finals.index[only][0])
    assert earlier(published, code, 2024) == 2023 and earlier(published, code, 2021) is None


def test_the_shared_frames_are_not_changed(published: Published) -> None:
    before = published.results(2024).copy()
    rank_split(published, MADIUN, 2021, 2024)
    pd.testing.assert_frame_equal(published.results(2024), before)
    assert np.isfinite(before.at[MADIUN, "final"])
