"""A city beside the nation and its peers: the choice of peers, the distribution of finals and the component bars."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from kotacerdas import peers, profile
from kotacerdas.bounds import Bounds
from kotacerdas.charts.palette import Theme
from kotacerdas.i18n import Text
from kotacerdas.published import Published
from kotacerdas.ui import city_radar, filters, notice, scale_words, shell, state, tables

# ---- peers ---------------------------------------------------------------------------------------------------


def peers_row(t: Text, data: Published, code: str, year: int) -> peers.PeerGroup:
    """The choice of peers, and one sentence that says who they are and how many have a value.

    A round may have published one city only: then there is nobody to choose.
    """
    offered = peers.offered(data, code, year) or (peers.DEFAULT,)
    with st.container(key="city-peers", gap="xsmall"):
        chosen = state.choose(
            "peers",
            offered,
            label=t("city.peers"),
            shown=lambda name: t(f"city.peers_by.{name}"),
            default=peers.DEFAULT if peers.DEFAULT in offered else offered[0],
            look="pills",
            help=t("city.peers_help"),
        )
        group = peers.peers(data, code, year, chosen)
        st.caption(
            notice.literal(
                t(
                    "city.peers_who",
                    who=who(t, group),
                    known=t.integer(len(peers.with_final(data, year, group))),
                    year=year,
                )
            ),
        )
    return group


def who(t: Text, group: peers.PeerGroup) -> str:
    """How many the peers are and what they share with the city, or by what they are the closest."""
    words = {
        "kind": lambda: t(f"city.kind.{group.trait}"),
        "island": lambda: t(f"island.{group.trait}"),
        "group": lambda: filters.group_name(group.trait, t),
        "cohort": lambda: t(f"cohort.{group.trait}"),
    }
    trait = words.get(group.strategy, lambda: group.trait)()
    return t(f"city.peers_trait.{group.strategy}", count=t.integer(len(group.codes)), trait=trait)


def peers_of(data: Published, code: str, year: int, strategy: str) -> peers.PeerGroup:
    """The same kind of peers in another round; by kind where the strategy has no basis there."""
    group = peers.peers(data, code, year, strategy)
    return group if group.codes else peers.peers(data, code, year)


def strip(
    t: Text, data: Published, code: str, year: int, group: peers.PeerGroup, mode: Theme, *, width: int = 1080
) -> None:
    """The finals of all cities with this one marked in the accent, its peers in colour and both medians labelled."""
    from kotacerdas.charts import strip, strip_mark
    from kotacerdas.charts.frame import CONFIG

    frame = data.results(year)
    selected = pd.Index(group.codes)
    captions = _captions(t, frame, year)
    fig = strip.strip(frame, selected, captions, data.levels_of(year), t, mode, width=width)
    row = frame.loc[code].to_dict() if code in frame.index else {}
    final = row.get("final", float("nan"))
    nation, peer = float(frame["final"].median()), _peer_median(frame["final"], group.codes)
    strip_mark.mark_medians(fig, nation, peer, t, mode)
    if final == final:
        strip_mark.mark_city(fig, code, str(row["status"]), t, mode)
    finding = _strip_finding(t, final, nation, peer, year)
    with st.container(key="city-strip", gap="xsmall"):
        st.markdown(f"**{notice.literal(finding)}**")
        st.plotly_chart(fig, theme=None, config=CONFIG, key="strip", alt=strip.alt(finding, frame, frame.index, t))


def _captions(t: Text, frame: pd.DataFrame, year: int) -> dict[str, str]:
    """What each dot says when it is pointed at."""
    known = frame[frame["final"].notna()]
    ranked = t.integer(len(known))
    return {
        str(code): t("city.trend_hover", year=year, value=t.number(final), rank=t.integer(rank), ranked=ranked)
        for code, final, rank in zip(known.index, known["final"], known["rank"], strict=True)
    }


def _peer_median(finals: pd.Series[float], codes: tuple[str, ...]) -> float:
    known = finals.reindex(list(codes)).dropna()
    return float(known.median()) if len(known) >= profile.LEAST_PEERS else float("nan")


def _strip_finding(t: Text, final: float, nation: float, peer: float, year: int) -> str:
    """How far the city lies from the national median and the peer median."""
    if final != final:
        return t("city.strip_without", median=t.number(nation), peers=t.number(peer), year=year)
    gap = round(final - nation, 9)
    key = "city.strip_above" if gap > 0 else "city.strip_below" if gap < 0 else "city.strip_at"
    return t(key, gap=t.number(abs(gap)), median=t.number(nation), peers=t.number(peer))


# ---- radar and bars ------------------------------------------------------------------------------------------


def draw(t: Text, data: Published, code: str, year: int, group: peers.PeerGroup, mode: Theme) -> None:
    """The main picture: smart dimensions (or components) as a radar, the components as bars, with their figures."""
    parts = profile.components(data, code, year, group.codes)
    dims = profile.dimensions(data, code, year, group.codes)
    left, right = st.columns([6, 7], gap="large")
    with left, st.container(key="city-radar"):
        city_radar.draw(t, data, code, year, parts, dims, mode)
    with right, st.container(key="city-bars"):
        _bars(t, data.bounds(year), parts, mode)


def _bars(t: Text, bounds: Bounds, parts: pd.DataFrame, mode: Theme) -> None:
    from kotacerdas.charts import bars
    from kotacerdas.charts.frame import CONFIG

    names = {name: t(f"component.{name}") for name in parts.index}
    finding = _bars_finding(t, parts)
    st.header(finding, anchor=False)
    st.caption(notice.literal(t("city.bars_about", **scale_words.ends(t, bounds))))
    room = _room(t, parts)
    if room:
        st.markdown(notice.literal(room))
    st.plotly_chart(
        bars.component_bars(parts, names, t, mode, bounds=bounds),
        theme=None,
        config=CONFIG,
        key="bars",
        alt=bars.alt(finding, parts, names, t),
    )
    with st.expander(t("city.as_table"), icon=":material/table:"):
        # Four columns fit a phone, with a short last head; the line under the table says whose medians these are.
        medians = t("city.medians" if shell.on_phone() else "city.both_medians")
        heads = [t("city.component"), t("city.bars_score"), t("city.bars_points"), medians]
        rows = [
            [
                t("city.component_weight", name=names[row["component"]], weight=t.percent(row["weight"])),
                t.number(row["value"]),
                t.number(row["points"], 4),
                f"{t.number(row['national'])} · {t.number(row['peers'])}",
            ]
            for row in parts.to_dict("records")
        ]
        tables.short(heads, rows, figures=range(1, len(heads)))
        known = parts["national_cities"], parts["peer_cities"]
        st.caption(notice.literal(t("city.bars_medians", cities=_span(t, known[0]), peers=_span(t, known[1]))))


def _bars_finding(t: Text, parts: pd.DataFrame) -> str:
    gap = (parts["value"] - parts["national"]).dropna()
    if gap.empty:
        return t("city.bars_finding_none")
    above = int((gap > 1e-9).sum())
    widest = gap.abs().idxmax()
    key = "city.bars_finding" if above else "city.bars_finding_below"
    return t(key, above=above, of=len(gap), component=t(f"component.{widest}"), gap=t.signed(gap[widest]))


def _room(t: Text, parts: pd.DataFrame) -> str:
    """Which component can add most to the final: its weight times what is missing up to the top of the scale.

    A component that counts as 0 can add all of it.
    """
    empty = parts["rule"].eq("zero")
    room = (parts["weight"] * (parts["top"].astype(float) - parts["value"].where(~empty, 0.0))).dropna().astype(float)
    if room.empty or room.max() <= 0:
        return ""
    most = room.idxmax()
    key = "city.bars_room_zero" if empty[most] else "city.bars_room"
    return t(key, component=t(f"component.{most}"), points=t.number(room[most]), top=t.brief(parts["top"][most]))


def _span(t: Text, counts: pd.Series[int]) -> str:
    low, high = int(counts.min()), int(counts.max())
    return t.integer(low) if low == high else t("city.span", low=t.integer(low), high=t.integer(high))
