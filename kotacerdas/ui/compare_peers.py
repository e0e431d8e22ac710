"""The peers of the first city: a button per strategy that fills the set, why each is in it, and its standing there."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from kotacerdas import compare, peers
from kotacerdas.i18n import MISSING
from kotacerdas.ui import compare_view, compare_words, notice, tables
from kotacerdas.ui.compare_view import View
from kotacerdas.ui.method_table import short

NO_BREAK = "\N{NO-BREAK SPACE}"


def choose(view: View) -> None:
    """The buttons; under them, once one is pressed, how the set came about and the reason for every member."""
    t = view.t
    with st.container(key="compare-peers", gap="xsmall"):
        st.markdown(notice.literal(t("compare.fill", city=view.base.name)), help=t("compare.fill_help"))
        with st.container(horizontal=True, gap="xsmall", key="compare-strategies"):
            for name, group in view.groups.items():
                filled = compare.peer_set(view.data, view.base.code, view.year, group)
                empty = len(filled) == 1
                st.button(
                    t(f"city.peers_by.{name}"),
                    key=f"fill-{name}",
                    icon=":material/check:" if name == view.strategy else None,
                    disabled=empty,
                    help=t("compare.fill_none", year=view.year) if empty else None,
                    on_click=compare_view.put,
                    args=(filled, name),
                )
        if view.group:
            st.markdown(notice.literal(compare_words.set_sentence(view, view.group)))
            _members(view, view.group)


def _members(view: View, group: peers.PeerGroup) -> None:
    """Every member with its reason and its result, closest first; those without one say why."""
    t = view.t
    finals = view.data.results(view.year)["final"].reindex(list(group.codes))
    without = int(finals.isna().sum())
    label = t("compare.members", count=t.integer(len(group.codes)), without=t.integer(without), year=view.year)
    with st.expander(label, icon=":material/group:", key="compare-members", on_change="rerun") as opened:
        if not opened.open:
            return
        statuses = view.data.results(view.year)["status"]
        frame = pd.DataFrame(
            {
                t("compare.city"): [view.name(code) for code in group.codes],
                t("compare.reason"): [compare_words.reason(view, group, code) for code in group.codes],
                t("measure.final"): finals.to_numpy(),
                t("city.status_head"): [
                    view.why_absent(code) if pd.isna(final) else t(f"status.{statuses[code]}")
                    for code, final in finals.items()
                ],
            }
        )
        tables.long(frame, alt=label, key="compare-member-table", formats={t("measure.final"): t.number})


# ---- standing ----------------------------------------------------------------------------------------------------


def standing(view: View) -> None:
    """Rank and percentile of the first city inside each of its peer groups."""
    t = view.t
    shown = view.group or view.groups[peers.DEFAULT]
    st.header(compare_words.standing(view, shown), anchor=False)
    names, known, ranks, shares = [], [], [], []
    for group in view.groups.values():
        among = compare_words.among(view, group)
        place = peers.standing_in(view.data, view.base.code, view.year, group)
        valued = len(peers.with_final(view.data, view.year, group))
        names.append(among[:1].upper() + among[1:])
        known.append(t("compare.members_of", known=t.integer(valued), count=t.integer(len(group.codes))))
        ranks.append(t("city.rank_of", rank=place.rank, ranked=place.ranked) if place else MISSING)
        shares.append(place.percentile if place and place.percentile is not None else float("nan"))
    # Phrases of figures stand at the right, on one line, like figures: row numbers that are written as the phrases.
    frame = pd.DataFrame(
        {
            t("compare.peers"): names,
            t("compare.members_head"): range(len(known)),
            t("measure.rank"): range(len(ranks)),
            t("compare.percentile"): shares,
        }
    )
    written: tables.Formats = {
        t("compare.members_head"): lambda row: known[row].replace(" ", NO_BREAK),
        t("measure.rank"): lambda row: ranks[row].replace(" ", NO_BREAK),
        t("compare.percentile"): t.percent,
    }
    short(frame, alt=compare_words.standing(view, shown), formats=written)
    st.caption(notice.literal(t("compare.standing_about", city=view.base.name, year=view.year)))
