"""Is one rank really better than another? How far apart is enough, two cities of choice, and groups nobody can part."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from kotacerdas.charts.band import band
from kotacerdas.pairs import CONFIDENCE
from kotacerdas.ui import notice, state, tables
from kotacerdas.ui.robustness_view import View, chance

SHOWN = 6
"""Groups that are listed at once; the others wait behind a click."""

FIRST, SECOND = 12, 15
"""The places compared when nothing is chosen: is rank 12 really better than rank 15?"""

MOST = 30
"""The largest distance in the picture."""


# ---- how far apart -----------------------------------------------------------------------------------------------


def distance(view: View) -> None:
    """The share of pairs whose order is clear, by the places between them."""
    from kotacerdas.charts import telling
    from kotacerdas.charts.frame import CONFIG

    t, places = view.t, view.simulated.telling_distance()
    shares = clear_by_distance(view.simulated.pairs(), view.bands["rank"])
    near = shares.loc[: min(MOST, max(SECOND, 2 * (places or MOST)))]
    if near.empty:  # one city, or all of them at the same rank
        return
    sentence = _distance_finding(view, near)
    st.header(sentence, anchor=False)
    st.caption(t("robustness.distance_about", sure=view.sure))
    st.plotly_chart(
        telling.telling(near, places, CONFIDENCE, t, view.mode, narrow=view.phone),
        theme=None,
        config=CONFIG,
        key="telling",
        alt=telling.alt(sentence, near, t),
    )
    with st.expander(t("city.as_table"), icon=":material/table:"):
        heads = [t("robustness.distance_places"), t("robustness.distance_pairs"), t("robustness.distance_clear")]
        rows = [
            [t.integer(d), t.integer(pairs), chance(t, clear)]
            for d, (pairs, clear) in zip(near.index, near.itertuples(index=False), strict=True)
        ]
        tables.short(heads, rows, figures=(0, 1, 2))


def clear_by_distance(above: pd.DataFrame, ranks: pd.Series[int]) -> pd.DataFrame:
    """How many pairs lie how many published places apart, and in which share of them the better one is clearly ahead.

    `above` is `Ensemble.pairs()`. Index: places apart, 1 and more, only those that occur; columns `pairs`, `clear`.
    """
    rank = ranks.reindex(above.index).to_numpy()
    apart = rank[None, :] - rank[:, None]
    ahead = apart > 0
    frame = pd.DataFrame({"apart": apart[ahead], "clear": above.to_numpy()[ahead] >= CONFIDENCE})
    return frame.groupby("apart")["clear"].agg(pairs="size", clear="mean")


def _distance_finding(view: View, shares: pd.DataFrame) -> str:
    t, places = view.t, view.simulated.telling_distance()
    first = int(shares.index[0])
    facts = {"first": t.integer(first), "clear": chance(t, float(shares.at[first, "clear"]))}
    if places is None or places <= first:
        return t("robustness.distance_finding_one", **facts)
    return t("robustness.distance_finding", places=t.integer(places), share=t.percent(CONFIDENCE), **facts)


# ---- two cities --------------------------------------------------------------------------------------------------


@st.fragment
def pair(view: View) -> None:
    """The chances that one chosen city scores above another."""
    t = view.t
    with notice.caught(t):
        head = st.container()
        first, second = _choose_pair(view)
        if first == second:
            head.header(t("robustness.pair_same"), anchor=False)
            return
        chances = view.simulated.above(first, second)
        head.header(_pair_finding(view, first, second, chances), anchor=False)
        one, other = view.name(first), view.name(second)
        words = (
            t("robustness.pair_above", first=one, second=other),
            t("robustness.pair_equal"),
            t("robustness.pair_above", first=other, second=one),
        )
        tables.short(
            [t("robustness.pair_outcome"), t("robustness.pair_chance")],
            [[word, view.often(share)] for word, share in zip(words, chances, strict=True)],
            figures=(1,),
        )
        verdict = "clear" if max(chances[0], chances[2]) >= CONFIDENCE else "open"
        st.caption(t(f"robustness_verdict.{verdict}", sure=view.sure))


def _choose_pair(view: View) -> tuple[str, str]:
    t, codes = view.t, [str(code) for code in view.bands.index]
    first, second = default_pair(codes, view.city)

    def shown(code: str) -> str:
        return t("robustness.pair_option", rank=view.rank(code), city=view.name(code))

    with st.container(key="robustness-pair", horizontal=True, vertical_alignment="bottom", gap="medium"):
        one = state.choose("first", codes, label=t("robustness.pair_first"), shown=shown, default=first, width=330)
        other = state.choose("second", codes, label=t("robustness.pair_second"), shown=shown, default=second, width=330)
    return one, other


def default_pair(codes: list[str], city: str | None) -> tuple[str, str]:
    """The pair shown unless another is chosen: the city in focus and the one above it, or two places of the field."""
    if city is None:
        return codes[min(FIRST, len(codes)) - 1], codes[min(SECOND, len(codes)) - 1]
    place = codes.index(city)
    return city, codes[place - 1] if place else codes[1]


def _pair_finding(view: View, first: str, second: str, chances: tuple[float, float, float]) -> str:
    """Who is ahead, and how often."""
    t, (above, _, below) = view.t, chances
    if above == below:
        return t("robustness.pair_even", first=view.literal(first), second=view.literal(second))
    better, worse, share = (first, second, above) if above > below else (second, first, below)
    return t(
        "robustness.pair_finding",
        better=view.literal(better),
        rank=view.rank(better),
        worse=view.literal(worse),
        other=view.rank(worse),
        often=view.often(share),
    )


# ---- groups ------------------------------------------------------------------------------------------------------


def groups(view: View) -> None:
    """The tiers: cities that are not clearly behind the first of their group."""
    t, tiers = view.t, view.simulated.groups()
    st.header(t("robustness.groups_finding", count=t.integer(len(tiers)), ranked=t.integer(view.ranked)), anchor=False)
    st.caption(t("robustness.groups_about", sure=view.sure))
    own = next((place for place, tier in enumerate(tiers) if view.city in tier), None)
    if own is not None and view.city is not None:
        st.markdown(_own_group(view, own, tiers[own]))
    _list(view, tiers[:SHOWN], 0)
    if len(tiers) > SHOWN:
        with st.expander(t("robustness.groups_more", count=t.integer(len(tiers) - SHOWN)), icon=":material/list:"):
            _list(view, tiers[SHOWN:], SHOWN)


def _own_group(view: View, place: int, tier: tuple[str, ...]) -> str:
    t, city = view.t, view.literal(str(view.city))
    if len(tier) == 1:
        return t("robustness.groups_own_alone", city=city, group=t.integer(place + 1))
    return t("robustness.groups_own", city=city, group=t.integer(place + 1), others=t.integer(len(tier) - 1))


def _list(view: View, tiers: tuple[tuple[str, ...], ...], before: int) -> None:
    t = view.t
    heads = [t("robustness.groups_group"), t("robustness_column.rank"), t("robustness.groups_cities")]
    rows = [
        [t.integer(before + number), _span(view, tier), ", ".join(view.short_name(code) for code in tier)]
        for number, tier in enumerate(tiers, start=1)
    ]
    tables.short(heads, rows, figures=(0, 1))


def _span(view: View, tier: tuple[str, ...]) -> str:
    """The published ranks of a group, from first to last, kept on one line."""
    ranks = [int(view.bands.at[code, "rank"]) for code in tier]
    return "\N{WORD JOINER}".join(band(min(ranks), max(ranks), view.t))
