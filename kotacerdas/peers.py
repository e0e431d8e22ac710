"""Named peer groups: which cities a city is compared with, and why each is in the set.

Eight strategies, each a rule over the register and a round. Five share a trait with the city (kind, province, island
group, weight group, cohort), one goes by place, one by profile, one looks a maturity level up. The members stand with
the closest first. None picks by who did well, and members without a final in the round stay in the set wherever the
rule does not need their figures; `with_final` tells them apart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
import pandas as pd

from kotacerdas import geo
from kotacerdas.problem import Problem
from kotacerdas.published import Published
from kotacerdas.scoring import competition_ranks

Unit = Literal["km", "points"]

COUNT = 10
"""Members of a group that has no boundary of its own: the nearest by place, by profile and in the next level."""


@dataclass(frozen=True)
class Why:
    """Why a city is in a group: the trait it shares with the city, and how far it is from it.

    `trait` is empty where the distance alone is the reason; `distance` is in kilometres or in points of score.
    """

    strategy: str
    trait: str
    distance: float
    unit: Unit


@dataclass(frozen=True)
class PeerGroup:
    """The peers of a city in a round, closest first, itself not among them; no codes: the rule has no basis here.

    `trait` is the value they share with it (the level, for `next_level`), empty where they share none. `distances`
    are in `unit`: great-circle kilometres between the seats of government, or points; `over` names the scores a
    distance in points is taken over.
    """

    strategy: str
    trait: str
    codes: tuple[str, ...]
    distances: Mapping[str, float]
    unit: Unit = "km"
    over: tuple[str, ...] = ()

    def why(self, code: str) -> Why:
        """Why a member is in the group. Raises KeyError for a city that is not."""
        return Why(strategy=self.strategy, trait=self.trait, distance=self.distances[code], unit=self.unit)


Rule = Callable[[Published, str, int], PeerGroup]


def _group(
    strategy: str, trait: str, found: pd.Series[float], unit: Unit = "km", over: tuple[str, ...] = ()
) -> PeerGroup:
    """The group of these distances (by code), closest first, equal ones in the order of their codes."""
    distances = sorted(zip(found.round(9).tolist(), found.index.astype(str), strict=True))
    ordered = {code: distance for distance, code in distances}
    return PeerGroup(strategy, trait, tuple(ordered), MappingProxyType(ordered), unit, over)


def _sharing(column: str) -> Rule:
    """The programme cities with the same value in a column, nearest first; nobody where the city has none."""

    def rule(published: Published, code: str, year: int) -> PeerGroup:
        trait, results = published.national(year).at[code, column], published.results(year)
        if pd.isna(trait):
            return _group(column, "", pd.Series(dtype=float))
        members = results.index[results[column].eq(trait) & (results.index != code)]
        places = published.cities.loc[members, ["lat", "lon"]].to_numpy(float)
        here = published.cities.loc[code]
        km = geo.distances_km(float(here["lat"]), float(here["lon"]), places[:, 0], places[:, 1])
        return _group(column, str(trait), pd.Series(km, index=members))

    return rule


def _nearest(published: Published, code: str, year: int) -> PeerGroup:
    """The programme cities nearest by great-circle distance."""
    known = published.results(year).index.union([code])
    return _group("nearest", "", geo.nearest(published.cities.loc[known], code, COUNT))


def common_components(published: Published, year: int) -> tuple[str, ...]:
    """The components that every instrument of a round scores; none for a derived round."""
    instruments = [published.data.instruments[name] for name in published.round(year).instruments.values()]
    return tuple(part for part in published.components if instruments and all(part in each for each in instruments))


def _profile(published: Published, code: str, year: int) -> PeerGroup:
    """The cities with the most similar components: Euclidean distance over those both have, of the common set."""
    results = published.results(year)
    own = results.loc[[code], list(common_components(published, year))] if code in results.index else pd.DataFrame()
    parts = list(own.columns[own.notna().all()])
    if not parts:
        return _group("profile", "", pd.Series(dtype=float), "points")
    known = results[parts].dropna().drop(index=code)
    away = np.sqrt(((known.to_numpy(float) - own[parts].to_numpy(float)) ** 2).sum(axis=1))
    return _closest("profile", "", pd.Series(away, index=known.index), tuple(parts))


def _next_level(published: Published, code: str, year: int) -> PeerGroup:
    """The cities one maturity level up whose finals are nearest; of the own level where none stands higher."""
    results = published.results(year)
    own = results["level"].get(code, np.nan)
    if pd.isna(own):
        return _group("next_level", "", pd.Series(dtype=float), "points")
    levels = results["level"].drop(code)
    higher = levels[levels > own]
    level = int(higher.min() if len(higher) else own)
    gaps = (results.loc[levels.index[levels == level], "final"] - results.at[code, "final"]).abs()
    return _closest("next_level", str(level), gaps, ("final",))


def _closest(strategy: str, trait: str, away: pd.Series[float], over: tuple[str, ...]) -> PeerGroup:
    """The group of the `COUNT` cities with the smallest distances in points."""
    whole = _group(strategy, trait, away, "points", over)
    return _group(strategy, trait, away.reindex(list(whole.codes[:COUNT])), "points", over)


STRATEGIES: Mapping[str, Rule] = MappingProxyType(
    {
        "kind": _sharing("kind"),
        "province": _sharing("province"),
        "island": _sharing("island"),
        "group": _sharing("group"),
        "cohort": _sharing("cohort"),
        "nearest": _nearest,
        "profile": _profile,
        "next_level": _next_level,
    }
)
"""Name of each strategy -> its rule."""

DEFAULT = "kind"


def peers(published: Published, code: str, year: int, strategy: str = DEFAULT) -> PeerGroup:
    """The peers of a city among the programme cities of a round; empty where the strategy has no basis there.

    Raises `Problem` for an unknown city, year or strategy.
    """
    if strategy not in STRATEGIES:
        raise Problem("peers_unknown", value=strategy[:40], accepted=", ".join(STRATEGIES))
    published.city(code)
    return STRATEGIES[strategy](published, code, year)


def offered(published: Published, code: str, year: int) -> tuple[str, ...]:
    """The strategies that find somebody for the city in the round, in their order."""
    return tuple(name for name in STRATEGIES if peers(published, code, year, name).codes)


def with_final(published: Published, year: int, group: PeerGroup) -> tuple[str, ...]:
    """The members that have a final in the round, in the order of the group."""
    finals = published.results(year)["final"].reindex(list(group.codes))
    return tuple(finals.index[finals.notna()])


# ---- the city among them -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class GroupStanding:
    """Where a final stands among a city's peers: `rank` of `ranked`, both counting the city itself.

    `percentile` is the share of the peers' finals that are lower, an equal one counting half; None without any.
    """

    rank: int
    ranked: int
    percentile: float | None


def standing_in(published: Published, code: str, year: int, group: PeerGroup) -> GroupStanding | None:
    """Rank and percentile of a city inside a peer group; None where the city has no final in the round."""
    finals = published.results(year)["final"]
    own = finals.get(code, np.nan)
    if pd.isna(own):
        return None
    others = finals.reindex([member for member in group.codes if member != code]).dropna().to_numpy(float)
    lower, equal = (others < own - 1e-9).sum(), (np.abs(others - own) <= 1e-9).sum()
    return GroupStanding(
        rank=int(competition_ranks([float(own), *others])[0]),
        ranked=len(others) + 1,
        percentile=float((lower + equal / 2) / len(others)) if len(others) else None,
    )
