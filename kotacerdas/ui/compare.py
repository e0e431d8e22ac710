"""The page `bandingkan`: up to eight cities side by side, the peers of the first one, and how sure their order is.

The set, the round, the comparator and the peer strategy stand in the URL. Cities without a result can be chosen and
say so; a round with derived finals shows finals only.
"""

from __future__ import annotations

import streamlit as st

from kotacerdas import peers
from kotacerdas.i18n import Text
from kotacerdas.published import Published
from kotacerdas.ui import (
    cache,
    compare_export,
    compare_head,
    compare_pairs,
    compare_peers,
    compare_picker,
    compare_pictures,
    compare_questions,
    compare_tables,
    compare_view,
    compare_words,
    filters,
    notice,
    shell,
    state,
)
from kotacerdas.ui.compare_view import MEDIANS, PEERS, VS, View


def render() -> None:
    """Draw the page for the cities of the URL."""
    t, data = state.text(), cache.published()
    codes = compare_view.chosen(t, data)
    if not codes:
        compare_picker.draw(t, data)
        return
    head = st.container(key="compare-head", gap="small")
    with st.container(key="compare-bar", horizontal=True, vertical_alignment="bottom", gap="small"):
        year = state.choose_year(shown=lambda value: filters.year_name(value, t, data))
        compare_head.add(t, codes)
        view = View(
            t, data, year, codes,
            vs=_comparator(t, data, codes),
            strategy=_strategy(t, data, codes[0], year),
            overlay=_overlay(t, data, codes, year),
            mode=shell.theme_mode(),
            phone=shell.on_phone(),
        )  # fmt: skip
    with head:
        st.title(compare_words.title(view), anchor=False)
        leaders = compare_words.leaders(view)
        if leaders:
            st.markdown(notice.literal(leaders))
        st.caption(notice.literal(compare_words.context(view)))
    shell.title(t("compare.tab", cities=view.named(codes[:3]) if len(codes) < 4 else view.base.name))
    compare_head.cities(view)
    compare_peers.choose(view)
    if view.known:
        compare_pictures.figures(view)
        compare_tables.differences(view)
        compare_tables.widest(view)
        compare_pairs.draw(view)
    compare_pictures.trend(view)
    if view.known:
        compare_questions.draw(view)
    compare_peers.standing(view)
    compare_export.buttons(view)


def _comparator(t: Text, data: Published, codes: tuple[str, ...]) -> str:
    """The comparator: a median or one of the cities. The median of a set takes two cities."""
    options = [kind for kind in MEDIANS if kind != "set" or len(codes) > 1]
    names = dict.fromkeys(options, "")
    names |= {kind: t(f"compare.vs.{kind}") for kind in options}
    names |= {code: str(data.cities.at[code, "name"]) for code in codes if len(codes) > 1}
    return state.choose(VS, list(names), label=t("compare.comparator"), shown=names.__getitem__, default="nation")


def _strategy(t: Text, data: Published, code: str, year: int) -> str | None:
    """The peer strategy of the URL; one the city does not have in the round is said and left out."""
    raw = state.param(PEERS)
    if raw is None:
        return None
    if raw not in peers.STRATEGIES:
        options = ", ".join(t(f"city.peers_by.{name}") for name in peers.STRATEGIES)
        notice.say(t("state.unavailable", label=t("compare.peers"), value=raw[:40], options=options))
        return None
    if not peers.peers(data, code, year, raw).codes:
        notice.say(t("compare.no_basis", peers=t(f"city.peers_by.{raw}"), city=data.cities.at[code, "name"], year=year))
        return None
    return raw


def _overlay(t: Text, data: Published, codes: tuple[str, ...], year: int) -> tuple[str, ...]:
    results = data.results(year)
    drawable = [
        code for code in codes if code in results.index and results.at[code, "final"] == results.at[code, "final"]
    ]
    return compare_view.overlaid(t, codes, drawable)
