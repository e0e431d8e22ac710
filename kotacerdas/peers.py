"""Named peer groups: which cities a city is compared with, and why each is in the set.

A strategy is a rule over the register and the results of a round. It never looks at who did well: members without
a result in the round stay in the group and are listed as such.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from kotacerdas.problem import Problem
from kotacerdas.published import Published

Rule = Callable[[pd.Series, pd.DataFrame], "pd.Series[bool]"]


@dataclass(frozen=True)
class PeerGroup:
    """The peers of a city in a round, itself not among them; `trait` is the value they share with it."""

    strategy: str
    trait: str
    codes: tuple[str, ...]


def _same(column: str) -> Rule:
    def rule(city: pd.Series[Any], field: pd.DataFrame) -> pd.Series[bool]:
        shared = city[column]
        return field[column].eq(shared) if pd.notna(shared) else pd.Series(False, index=field.index)

    return rule


STRATEGIES: dict[str, tuple[str, Rule]] = {
    "kind": ("kind", _same("kind")),
    "province": ("province", _same("province")),
    "island": ("island", _same("island")),
    "group": ("group", _same("group")),
    "cohort": ("cohort", _same("cohort")),
}
"""Name of each strategy -> the column that names the shared trait, and the rule."""

DEFAULT = "kind"


def peers(published: Published, code: str, year: int, strategy: str = DEFAULT) -> PeerGroup:
    """The peers of a city among the cities of a round. Raises `Problem` for an unknown city or strategy."""
    if strategy not in STRATEGIES:
        raise Problem("peers_unknown", value=strategy[:40], accepted=", ".join(STRATEGIES))
    published.city(code)
    field = published.results(year)
    column, rule = STRATEGIES[strategy]
    city = published.national(year).loc[code]
    members = rule(city, field)
    codes = tuple(str(member) for member in field.index[members] if member != code)
    trait = city[column]
    return PeerGroup(strategy=strategy, trait="" if pd.isna(trait) else str(trait), codes=codes)
