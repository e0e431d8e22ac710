"""The sentences of the comparison: who leads in what, how far apart, against what; all computed from the figures."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from kotacerdas import compare, peers
from kotacerdas.compare import Table
from kotacerdas.ui import filters
from kotacerdas.ui.compare_view import View, listed

TIED = 2
"""Cities that can share a lead in the title; where more do, the title goes by the finals."""

# ---- the page ----------------------------------------------------------------------------------------------------


def title(view: View) -> str:
    """The finding of the page."""
    t, known = view.t, view.known
    facts = {"count": t.integer(len(view.cities)), "year": view.year}
    if len(view.cities) == 1:
        return _alone(view)
    if not known:
        return t("compare.title_nobody", **facts)
    if len(known) == 1:
        final = t.number(view.finals.values.at["final", known[0].code])
        return t("compare.title_single", city=known[0].name, final=final, **facts)
    best = view.finals.at_end("final", highest=True)
    final = t.number(view.finals.values.at["final", best[0]])
    leads = _leads(view)
    most = max(leads.values(), key=lambda lead: (lead.count, lead.alone), default=Lead())
    first = [city.code for city in view.cities if leads.get(city.code) == most]
    if not most.count or len(first) > TIED:
        key = "compare.title_derived" if view.derived else "compare.title_final"
        return t(key, cities=view.briefly(best), final=final, **(facts | {"count": t.integer(len(known))}))
    return "; ".join(
        [
            t(
                f"compare.title_leads.{most.way}" if len(first) == 1 else f"compare.title_lead_each.{most.way}",
                cities=view.named(first),
                alone=t.integer(most.alone),
                shared=t.integer(most.shared),
                of=t.integer(len(_common(view))),
            ),
            t(
                "compare.title_same" if list(best) == first else "compare.title_other",
                cities=view.briefly(best),
                final=final,
            ),
        ]
    )


@dataclass(frozen=True)
class Lead:
    """In how many components a city has the highest score `alone`, and in how many it is `shared` with others."""

    alone: int = 0
    shared: int = 0

    @property
    def count(self) -> int:
        """In how many it is not beaten."""
        return self.alone + self.shared

    @property
    def way(self) -> str:
        """Which words tell it."""
        return "alone" if not self.shared else "both" if self.alone else "shared"


def _common(view: View) -> list[str]:
    """The components that every city with a result is scored on: only in these can any of them lead."""
    values = view.components.values[[city.code for city in view.known]]
    return [str(row) for row in values.index[values.notna().all(axis=1)]]


def _leads(view: View) -> dict[str, Lead]:
    """The lead of every city that has one."""
    rows = _common(view)
    leaders = [codes for row, codes in view.components.leaders().items() if row in rows]
    alone = Counter(codes[0] for codes in leaders if len(codes) == 1)
    shared = Counter(code for codes in leaders if len(codes) > 1 for code in codes)
    return {code: Lead(alone[code], shared[code]) for code in {*alone, *shared}}


def _alone(view: View) -> str:
    t, city = view.t, view.base
    final = view.finals.values.at["final", city.code]
    if final != final:
        return t("compare.alone_none", city=city.name, why=view.why_absent(city.code))
    gaps = view.components.differences[city.code].dropna()
    if gaps.empty or view.vs == city.code:
        key = "compare.alone_derived" if view.derived else "compare.alone_final"
        return t(key, city=city.name, final=t.number(final), year=view.year)
    above = t.integer(int((gaps > 0).sum()))
    return t("compare.alone", city=city.name, above=above, of=t.integer(len(gaps)), against=view.against_mid)


def context(view: View) -> str:
    """The round, its status, how many of the cities have a result, and what two sets of weights mean."""
    t = view.t
    if view.derived:
        parts = [t("compare.derived", year=view.year)]
    else:
        status = t(f"status.{view.data.round(view.year).status}")
        parts = [t("city.evaluation", year=view.year), *([status] if view.known else [])]
    if len(view.cities) > 1:
        parts.append(t("compare.coverage", known=t.integer(len(view.known)), count=t.integer(len(view.cities))))
    groups = {view.data.national(view.year).at[city.code, "group"] for city in view.known}
    mixed = len({group for group in groups if isinstance(group, str)}) > 1 and not view.derived
    sentence = " · ".join(parts)
    return f"{sentence}. {t('compare.mixed')}" if mixed else sentence


def leaders(view: View) -> str:
    """Who leads in what; empty where there is nothing to lead in."""
    t = view.t
    found: dict[tuple[str, ...], list[str]] = {}
    for row, codes in view.components.leaders().items():
        found.setdefault(codes, []).append(view.word(row))
    if not found:
        return ""
    ordered = sorted(found.items(), key=lambda item: -len(item[1]))
    parts = [t("compare.leads_in", cities=view.named(codes), rows=listed(t, rows)) for codes, rows in ordered]
    return t("compare.leads", parts="; ".join(parts))


# ---- sections ----------------------------------------------------------------------------------------------------


def apart(view: View) -> str:
    """How far the finals lie apart."""
    t, values = view.t, view.finals.values.loc["final"]
    if len(view.known) < 2:
        return t("compare.against_only", city=view.known[0].name, against=view.against_mid)
    high, low = (view.finals.at_end("final", highest=end) for end in (True, False))
    if high == low:
        return t("compare.apart_none", value=t.number(values[high[0]]))
    return t(
        "compare.apart",
        spread=t.number(view.finals.spread["final"]),
        high=view.briefly(high),
        highest=t.number(values[high[0]]),
        low=view.briefly(low),
        lowest=t.number(values[low[0]]),
    )


def difference(view: View) -> str:
    """The largest difference from the comparator."""
    t = view.t
    gaps = view.figures.differences.drop(columns=view.vs, errors="ignore").stack().dropna()
    if gaps.empty or not gaps.abs().max():
        return t("compare.difference_none", against=view.against_mid)
    row, code = gaps.abs().idxmax()
    facts = {"against": view.against_mid, "city": view.name(code), "gap": t.signed(gaps[row, code])}
    if row == "final":
        return t("compare.difference_final", **facts)
    return t("compare.difference", row=view.word(row), **facts)


def widest(view: View, table: Table, row: str, name: str) -> str:
    """Where the cities differ most."""
    t = view.t
    return t(
        "compare.widest",
        row=name,
        spread=t.number(table.spread[row]),
        high=view.briefly(table.at_end(row, highest=True)),
        low=view.briefly(table.at_end(row, highest=False)),
    )


# ---- peers -------------------------------------------------------------------------------------------------------


def reason(view: View, group: peers.PeerGroup, code: str) -> str:
    """Why a member is in a peer group, as a phrase."""
    t, why = view.t, group.why(code)
    return t(
        f"compare.why.{why.strategy}",
        city=view.base.name,
        trait=_trait(view, group),
        distance=t.integer(why.distance) if why.unit == "km" else t.number(why.distance),
        over=listed(t, [view.word(part) for part in group.over]),
    )


def set_sentence(view: View, group: peers.PeerGroup) -> str:
    """How the set came about: the rule, and out of how many with a figure; any other set is `mixed`."""
    t = view.t
    known = peers.with_final(view.data, view.year, group)
    here = [code for code in view.codes if code in group.codes]
    own = view.data.national(view.year).at[view.base.code, "level"]
    key = group.strategy
    if set(view.codes) != {*compare.peer_set(view.data, view.base.code, view.year, group)[: len(view.codes)]}:
        key = "mixed"
    elif key == "next_level" and own == int(group.trait):
        key = "own_level"
    return t(
        f"compare.set.{key}",
        city=view.base.name,
        shown=t.integer(len(here)),
        count=t.integer(len(group.codes)),
        peers=t(f"city.peers_by.{group.strategy}"),
        known=t.integer(len(known)),
        year=view.year,
        trait=_trait(view, group),
        over=listed(t, [view.word(part) for part in group.over]),
    )


def _trait(view: View, group: peers.PeerGroup) -> str:
    """What the members share, as it stands inside a sentence."""
    t, trait = view.t, group.trait
    if group.strategy == "island":
        return t(f"island.{trait}")
    if group.strategy in ("group", "cohort"):
        words = filters.group_name(trait, t) if group.strategy == "group" else t(f"cohort.{trait}")
        return words[:1].lower() + words[1:]
    if group.strategy == "kind":
        return t(f"city.kind.{trait}")
    return trait


def standing(view: View, group: peers.PeerGroup) -> str:
    """Where the first city stands inside a peer group."""
    t = view.t
    place = peers.standing_in(view.data, view.base.code, view.year, group)
    if place is None:
        return t("compare.standing_none", city=view.base.name, year=view.year)
    if place.percentile is None:
        return t("compare.standing_alone", city=view.base.name, year=view.year)
    ends = {1.0: "compare.standing_first", 0.0: "compare.standing_last"}
    return t(
        ends.get(place.percentile, "compare.standing"),
        city=view.base.name,
        rank=t.integer(place.rank),
        ranked=t.integer(place.ranked),
        share=t.percent(place.percentile),
        among=among(view, group),
    )


def among(view: View, group: peers.PeerGroup) -> str:
    """Whom a rank inside a peer group is counted among: `kota`, `daerah di Jawa Timur`."""
    return view.t(f"compare.among.{group.strategy}", trait=_trait(view, group))


def letters(view: View) -> str:
    """The key of the letters: `A Kota Madiun · B Kota Bandung`, and who has no figure; their cards say why."""
    key = view.t("compare.key", letters=" · ".join(city.tag for city in view.known))
    missing = absent(view)
    return f"{key}. {missing}" if missing else key


def absent(view: View) -> str:
    """The cities without a result of the round; empty where all have one."""
    codes = [city.code for city in view.cities if city not in view.known]
    return view.t("compare.absent", year=view.year, cities=view.named(codes)) if codes else ""
