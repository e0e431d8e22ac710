"""Peer groups: each of the eight rules against the data, why a member is in, and a city's standing among its peers."""

from __future__ import annotations

import math
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kotacerdas import geo, peers
from kotacerdas.peers import STRATEGIES, PeerGroup, standing_in
from kotacerdas.problem import Problem
from kotacerdas.published import Published

MADIUN, BANDUNG, WAKATOBI, OUTSIDER = "35.77", "32.73", "74.07", "11.01"
COMMON = ("baseline", "output", "outcome", "impact", "quick_win")


def test_there_are_eight_strategies() -> None:
    assert list(STRATEGIES) == [
        "kind", "province", "island", "group", "cohort", "nearest", "profile", "next_level",
    ]  # fmt: skip


@pytest.mark.parametrize("strategy", ["kind", "province", "island", "group", "cohort"])
@pytest.mark.parametrize("year", [2024, 2021])
def test_a_trait_group_is_everybody_in_the_round_who_shares_it(published: Published, strategy: str, year: int) -> None:
    field = published.results(year)
    for code in (MADIUN, BANDUNG):
        group = peers.peers(published, code, year, strategy)
        shared = field.at[code, strategy]
        expected = set(field.index[field[strategy] == shared]) - {code} if pd.notna(shared) else set()
        assert set(group.codes) == expected and code not in group.codes
        assert group.trait == ("" if pd.isna(shared) else shared)
        assert len(group.codes) == len(set(group.codes))


def test_members_without_a_result_stay_in_the_group(published: Published) -> None:
    group = peers.peers(published, MADIUN, 2024, "kind")
    known = peers.with_final(published, 2024, group)
    finals = published.results(2024)["final"].reindex(list(group.codes))
    assert (len(group.codes), len(known)) == (63, 34)
    assert finals[list(known)].notna().all() and finals.drop(list(known)).isna().all()
    assert list(known) == [code for code in group.codes if code in known], "the order of the group"


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_closest_stand_first_and_ties_go_by_code(published: Published, strategy: str) -> None:
    for code in (MADIUN, WAKATOBI):
        group = peers.peers(published, code, 2024, strategy)
        order = [(group.distances[member], member) for member in group.codes]
        assert order == sorted(order) and set(group.distances) == set(group.codes)
        assert [group.why(member).distance for member in group.codes] == [distance for distance, _ in order]


@pytest.mark.parametrize("strategy", ["kind", "nearest"])
def test_kilometres_are_great_circle_distances_between_the_seats(published: Published, strategy: str) -> None:
    group = peers.peers(published, BANDUNG, 2024, strategy)
    here = published.cities.loc[BANDUNG]
    for member in group.codes[:10]:
        there = published.cities.loc[member]
        km = geo.distances_km(here["lat"], here["lon"], [there["lat"]], [there["lon"]])[0]
        assert group.why(member) == peers.Why(strategy, group.trait, pytest.approx(km), "km")  # type: ignore[arg-type]


def test_the_nearest_are_the_ten_nearest_programme_cities(published: Published) -> None:
    for code in (BANDUNG, OUTSIDER):
        group = peers.peers(published, code, 2024, "nearest")
        field = published.results(2024).index.union([code])
        assert list(group.codes) == list(geo.nearest(published.cities.loc[field], code, 10).index)
    assert peers.peers(published, BANDUNG, 2024, "nearest").codes[0] == "32.77", "Kota Cimahi, 9 km away"


def test_the_profile_is_euclidean_over_the_components_all_cities_have(published: Published) -> None:
    group = peers.peers(published, WAKATOBI, 2024, "profile")
    assert (group.over, group.unit, len(group.codes)) == (COMMON, "points", 10)
    values = published.results(2024)[list(COMMON)].dropna()
    away = np.sqrt(((values - values.loc[WAKATOBI]) ** 2).sum(axis=1)).drop(WAKATOBI).round(9)
    assert sorted(group.distances.values()) == sorted(away.nsmallest(10).tolist())
    assert all(group.distances[code] == away[code] for code in group.codes)
    assert peers.peers(published, MADIUN, 2021, "profile").over == COMMON


def test_the_next_level_is_one_up_with_the_nearest_finals(published: Published) -> None:
    field = published.results(2024)
    for code in field.index[field["level"] < 4]:
        group = peers.peers(published, str(code), 2024, "next_level")
        members = field.loc[list(group.codes)]
        assert (members["level"] == field.at[code, "level"] + 1).all()
        assert group.trait == str(int(field.at[code, "level"] + 1)) and len(group.codes) == 10
        others = field[(field["level"] == field.at[code, "level"] + 1) & ~field.index.isin(group.codes)]
        assert others["final"].min() >= members["final"].max(), "the lowest of the level above are the nearest"


def test_at_the_top_the_next_level_is_the_own_one(published: Published) -> None:
    field = published.results(2024)
    assert field["level"].max() == field.at[MADIUN, "level"] == 4
    group = peers.peers(published, MADIUN, 2024, "next_level")
    assert group.trait == "4" and (field.loc[list(group.codes), "level"] == 4).all() and MADIUN not in group.codes
    assert group.why("33.21") == peers.Why("next_level", "4", 0.0, "points"), "Demak has the same final"


def test_a_strategy_without_a_basis_finds_nobody_and_is_not_offered(published: Published) -> None:
    assert peers.offered(published, MADIUN, 2024) == tuple(STRATEGIES)
    assert set(STRATEGIES) - set(peers.offered(published, MADIUN, 2023)) == {"profile"}, "no components"
    assert set(STRATEGIES) - set(peers.offered(published, MADIUN, 2021)) == {"group"}, "no groups yet"
    assert set(STRATEGIES) - set(peers.offered(published, OUTSIDER, 2024)) == {
        "group", "cohort", "profile", "next_level",
    }  # fmt: skip
    nobody = peers.peers(published, OUTSIDER, 2024, "profile")
    assert nobody.codes == () and nobody.over == ()


def test_no_group_ever_holds_the_city_itself(published: Published) -> None:
    for year in published.years:
        for code in (MADIUN, WAKATOBI, OUTSIDER, "35.78"):
            for strategy in STRATEGIES:
                assert code not in peers.peers(published, code, year, strategy).codes


def test_an_unknown_strategy_city_or_member_is_named(published: Published) -> None:
    with pytest.raises(Problem) as problem:
        peers.peers(published, MADIUN, 2024, "x" * 500)
    assert problem.value.key == "peers_unknown" and len(str(problem.value.params["value"])) == 40
    with pytest.raises(Problem, match="city_unknown"):
        peers.peers(published, "99.99", 2024)
    with pytest.raises(KeyError):
        peers.peers(published, MADIUN, 2024, "province").why(BANDUNG)


# ---- standing ----------------------------------------------------------------------------------------------------


def test_the_standing_counts_peers_with_a_final_and_the_city(published: Published) -> None:
    group = peers.peers(published, MADIUN, 2024, "kind")
    place = standing_in(published, MADIUN, 2024, group)
    assert place == peers.GroupStanding(rank=2, ranked=35, percentile=33 / 34)
    lowest = standing_in(published, WAKATOBI, 2024, peers.peers(published, WAKATOBI, 2024, "island"))
    assert lowest is not None and (lowest.rank, lowest.ranked, lowest.percentile) == (7, 7, 0.0)


def test_equal_finals_share_a_rank_and_count_half(published: Published) -> None:
    demak = PeerGroup("kind", "", ("33.21", "34.03"), MappingProxyType({"33.21": 0.0, "34.03": 0.0}))
    place = standing_in(published, MADIUN, 2024, demak)
    assert place == peers.GroupStanding(rank=2, ranked=3, percentile=0.25), "Demak equal at 3.80, Gunungkidul above"


def test_without_a_final_there_is_no_standing(published: Published) -> None:
    for code in (OUTSIDER, "35.78"):
        assert standing_in(published, code, 2024, peers.peers(published, code, 2024, "kind")) is None


def test_without_peers_with_a_final_there_is_a_rank_but_no_percentile(published: Published) -> None:
    absent = str(published.results(2024).index[published.results(2024)["final"].isna()][0])
    group = PeerGroup("kind", "", (absent,), MappingProxyType({absent: 0.0}))
    assert standing_in(published, MADIUN, 2024, group) == peers.GroupStanding(1, 1, None)


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_percentile_and_rank_agree(published: Published, data: st.DataObject) -> None:
    """With t equal peers and r - 1 higher ones, the share below is what is left, equal ones counting half."""
    known = list(published.results(2024)["final"].dropna().index)
    code = data.draw(st.sampled_from(known))
    members = tuple(data.draw(st.sets(st.sampled_from(known), min_size=1, max_size=30)) - {code})
    group = replace(
        peers.peers(published, code, 2024), codes=members, distances=MappingProxyType(dict.fromkeys(members, 0.0))
    )
    place = standing_in(published, code, 2024, group)
    finals = published.results(2024)["final"]
    assert place is not None and place.ranked == len(members) + 1
    equal = sum(finals[member] == finals[code] for member in members)
    if members:
        assert place.percentile is not None and 0 <= place.percentile <= 1
        below = len(members) - (place.rank - 1) - equal
        assert math.isclose(place.percentile * len(members), below + equal / 2)
