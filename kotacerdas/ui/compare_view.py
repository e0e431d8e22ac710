"""What a reader of the comparison looks at: cities, round, comparator and peer strategy, all from the URL."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import pandas as pd

from kotacerdas import compare, peers
from kotacerdas.bounds import Bounds
from kotacerdas.charts.lettered import LETTERS, OVERLAID, Lettered
from kotacerdas.charts.palette import Theme
from kotacerdas.compare import MOST, Comparator, Table
from kotacerdas.i18n import Text
from kotacerdas.problem import Problem
from kotacerdas.published import OUTSIDE, Published
from kotacerdas.ui import notice, state

CITIES, OVERLAY, VS, PEERS = "cities", "overlay", "vs", "peers"
"""URL parameters: the set in its order, the cities on the radar, the comparator, the peer strategy."""

ACROSS = 3
"""Cities side by side in a table on a phone."""

NAMED = 3
"""Names in a headline."""

MEDIANS = ("nation", "set", "peers")


@dataclass(frozen=True)
class View:
    """Everything the parts of the page need; figures are computed when they are first asked for."""

    t: Text
    data: Published
    year: int
    codes: tuple[str, ...]
    vs: str
    strategy: str | None
    overlay: tuple[str, ...]
    mode: Theme
    phone: bool

    # -- the cities ---------------------------------------------------------------------------------------------

    @cached_property
    def cities(self) -> tuple[Lettered, ...]:
        """The chosen cities with their letters; the overlaid ones have a place of their own."""
        places = dict(zip(self.overlay, OVERLAID, strict=False))
        return tuple(
            Lettered(
                code, letter, self.name(code), str(self.data.cities.at[code, "short_name"]), places.get(code, "other")
            )
            for code, letter in zip(self.codes, LETTERS, strict=False)
        )

    @property
    def known(self) -> tuple[Lettered, ...]:
        """The chosen cities that have a final in the round."""
        return tuple(city for city in self.cities if pd.notna(self.finals.values.at["final", city.code]))

    @property
    def base(self) -> Lettered:
        """The first of the cities: the one the peers are those of."""
        return self.cities[0]

    def name(self, code: str) -> str:
        """The full name of a city."""
        return str(self.data.cities.at[code, "name"])

    def named(self, codes: Sequence[str]) -> str:
        """The names of cities as a phrase: `A, B and C`."""
        return listed(self.t, [self.name(code) for code in codes])

    def briefly(self, codes: Sequence[str]) -> str:
        """The same where a headline has room for `NAMED` names; more cities are a number."""
        return self.named(codes) if len(codes) <= NAMED else self.t("compare.many", count=self.t.integer(len(codes)))

    def tag(self, city: Lettered) -> str:
        """What a city is called in the first column of a table: `A Kota Madiun`, on a phone `A Madiun`."""
        return city.label if self.phone else city.tag

    def side_by_side(self, cities: Sequence[Lettered]) -> list[list[Lettered]]:
        """The cities that have columns of one table: all, on a phone so many that none of it scrolls sideways."""
        tables = math.ceil(len(cities) / ACROSS) if self.phone else 1
        ends = [math.ceil(len(cities) * table / tables) for table in range(tables + 1)]
        return [list(cities[start:end]) for start, end in pairwise(ends)]

    def labels(self, codes: Sequence[str]) -> str:
        """The same in short, with letters: `A Madiun, B Bandung`."""
        return ", ".join(city.label for city in self.cities if city.code in codes)

    def lettered(self, code: str) -> Lettered:
        """A city of the set with its letter."""
        return next(city for city in self.cities if city.code == code)

    def why_absent(self, code: str) -> str:
        """Why a city has no figure in the round, in words."""
        from kotacerdas.charts.caption import INFERRED, NO_VALUE, unscored

        row = self.data.national(self.year).loc[code]
        status = str(row["status"])
        if status == OUTSIDE and self.derived:
            status = NO_VALUE
        if status == "did_not_take_part" and pd.notna(row["note"]):
            status = INFERRED
        return unscored(self.t, status, self.year)

    # -- the round ----------------------------------------------------------------------------------------------

    @property
    def derived(self) -> bool:
        """Whether the round holds derived finals only."""
        return not self.data.round(self.year).evaluated

    @property
    def bounds(self) -> Bounds:
        """The ends of the scale of the round."""
        return self.data.bounds(self.year)

    @cached_property
    def groups(self) -> dict[str, peers.PeerGroup]:
        """The peer groups the first city has in the round, by strategy; the default one also where nobody is in it."""
        found = {name: peers.peers(self.data, self.base.code, self.year, name) for name in peers.STRATEGIES}
        return {name: group for name, group in found.items() if group.codes or name == peers.DEFAULT}

    @property
    def group(self) -> peers.PeerGroup | None:
        """The peer group the reader chose; None where the set was put together by hand."""
        return self.groups.get(self.strategy or "")

    # -- figures ------------------------------------------------------------------------------------------------

    @cached_property
    def comparator(self) -> Comparator:
        """What differences are taken from."""
        if self.vs == "set":
            return Comparator("set", self.codes)
        if self.vs == "peers":
            group = self.group or self.groups[peers.DEFAULT]
            return Comparator("peers", group.codes)
        return Comparator("nation") if self.vs == "nation" else Comparator("city", (self.vs,))

    @property
    def against(self) -> str:
        """The comparator's name."""
        if self.vs in ("nation", "set"):
            return self.t(f"compare.vs.{self.vs}")
        if self.vs == "peers":
            kind = self.t(f"city.peers_by.{self.group.strategy if self.group else peers.DEFAULT}").lower()
            return self.t("compare.peer_median", city=self.base.name, peers=kind)
        return self.name(self.vs)

    @property
    def against_mid(self) -> str:
        """The comparator's name inside a sentence."""
        if self.vs not in MEDIANS:
            return self.against
        return self.t("compare.the_median", median=self.against[:1].lower() + self.against[1:])

    @cached_property
    def finals(self) -> Table:
        """The final of each city."""
        return compare.finals(self.data, self.codes, self.year, self.comparator)

    @cached_property
    def components(self) -> Table:
        """The components of each city; no rows where none is published."""
        return compare.components(self.data, self.codes, self.year, self.comparator)

    @cached_property
    def figures(self) -> Table:
        """The final and below it the components."""
        return compare.joined(self.finals, self.components)

    @cached_property
    def questions(self) -> Table:
        """The question scores of each city."""
        return compare.questions(self.data, self.codes, self.year, self.comparator)

    def word(self, figure: str) -> str:
        """The name of a final or a component."""
        return self.t("measure.final") if figure == "final" else self.t(f"component.{figure}")


def listed(t: Text, words: Sequence[str]) -> str:
    """Words as a phrase: `A`, `A and B`, `A, B and C`."""
    if len(words) < 2:
        return "".join(words)
    key = "compare.pair" if len(words) == 2 else "compare.several"
    return t(key, first=", ".join(words[:-1]), last=words[-1])


# ---- reading and writing the set ---------------------------------------------------------------------------------


def _codes(name: str) -> list[str]:
    """The parts of a list in the URL, each once, in their order."""
    parts = (part.strip() for part in (state.param(name) or "").split(","))
    return list(dict.fromkeys(part for part in parts if part))


def chosen(t: Text, data: Published) -> tuple[str, ...]:
    """The cities of the URL in their order; what is no city, and what goes beyond eight, is said in a sentence."""
    raw = _codes(CITIES)
    known = [code for code in raw if code in data.cities.index]
    unknown = [code for code in raw if code not in data.cities.index]
    if unknown:
        notice.say(t.problem(Problem("city_unknown", value=", ".join(unknown[:3]))))
    if len(known) > MOST:
        notice.say(t("compare.too_many", most=MOST, given=t.integer(len(known))))
    return tuple(known[:MOST])


def overlaid(t: Text, view_codes: Sequence[str], drawable: Sequence[str]) -> tuple[str, ...]:
    """The cities on the radar: those of the URL, the first three that can be drawn unless some are named."""
    raw = _codes(OVERLAY)
    wanted = [code for code in raw if code in drawable]
    if any(code not in view_codes for code in raw):
        notice.say(t("compare.overlay_unknown"))
    elif len(wanted) > len(OVERLAID):
        notice.say(t("compare.overlay_many", most=len(OVERLAID)))
    return tuple((wanted or list(drawable))[: len(OVERLAID)])


def put(codes: Sequence[str], strategy: str | None) -> None:
    """Write another set into the URL; what referred to a city that is no longer in it goes with it."""
    state.put(CITIES, codes)
    state.put(PEERS, strategy)
    if (state.param(VS) or "nation") not in (*MEDIANS, *codes):
        state.clear((VS,))
    state.put(OVERLAY, [code for code in _codes(OVERLAY) if code in codes])


def add(codes: Sequence[str], code: str) -> None:
    """Add a city to the set."""
    put([*codes, code][:MOST], state.param(PEERS))


def remove(codes: Sequence[str], code: str) -> None:
    """Take a city out; without the first one the peers are no longer those of the first."""
    put([other for other in codes if other != code], None if code == codes[0] else state.param(PEERS))
