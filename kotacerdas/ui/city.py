"""The page `kota`: one city or regency in one round, from a one-line finding down to every sum.

The page first asks what there is to show (`profile.situation`) and then draws the profile that fits: a published
result, a derived final, or an honest account of why there is none and what can still be seen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import streamlit as st

from kotacerdas import compare, peers, profile
from kotacerdas.charts.ladder import WIDTH, ladder
from kotacerdas.charts.palette import Theme
from kotacerdas.i18n import Text
from kotacerdas.movement import earlier
from kotacerdas.problem import Problem
from kotacerdas.published import Published
from kotacerdas.robustness import Settings
from kotacerdas.ui import (
    cache,
    city_absent,
    city_compare,
    city_notes,
    city_picker,
    city_questions,
    city_receipt,
    city_trend,
    coming,
    filters,
    movement,
    notice,
    provenance,
    scale_words,
    shell,
    state,
)
from kotacerdas.ui.robustness_view import city_band

_SEATS = re.compile(r"(\d+) of (\d+) assessors")
"""What the note of a provisional panel result says (`interview.result_rows`)."""

RECEIPT = "receipt"
"""The view that holds nothing but the score receipt, for paper."""


def render() -> None:
    """Draw the page for the city and year of the URL."""
    t = state.text()
    data = cache.published()
    code = state.param("city")
    if code is None or code not in data.cities.index:
        if code is not None:
            notice.say(t.problem(Problem("city_unknown", value=code)))
        city_picker.draw(t, data)
        return
    name = str(data.city(code)["name"])
    shell.title(name)
    years = profile.years(data, code)
    if not years:
        city_absent.draw_outside(t, data, code, state.year(), shell.theme_mode())
        return
    if _on_paper(data, code, years):
        state.step(t("city.back_to_profile", city=name), key="to-profile", icon=":material/arrow_back:", city=code)
        city_receipt.draw_whole(t, data, code, state.year(years))
        return
    year = _bar(t, data, code, years)
    coming.city(t, data, code, year)
    situation = profile.situation(data, code, year)
    if situation in profile.PUBLISHED:
        _published(t, data, code, year, situation, shell.theme_mode())
    elif situation == "derived":
        _derived(t, data, code, year, shell.theme_mode())
    else:
        city_absent.draw(t, data, code, year, situation, shell.theme_mode())


def _on_paper(data: Published, code: str, years: tuple[int, ...]) -> bool:
    """Whether the receipt alone is asked for, in a year that has one."""
    if state.param("view") != RECEIPT:
        return False
    return profile.situation(data, code, state.year(years)) in profile.PUBLISHED


def _bar(t: Text, data: Published, code: str, years: tuple[int, ...]) -> int:
    """The quiet row above the title: ways back to the ranking, and the years the city has."""
    city = data.city(code)
    with st.container(key="city-bar", horizontal=True, vertical_alignment="center", gap="small"):
        state.page_link("peringkat", t("city.to_ranking"), icon=":material/arrow_back:")
        place = t("city.to_filtered", kind=t(f"city.kind.{city['kind']}"), island=t(f"island.{city['island']}"))
        state.page_link("peringkat", place, kind=city["kind"], island=city["island"])
        state.page_link(
            "bandingkan", t("city.to_compare"), icon=":material/compare_arrows:", carried=_peer_set(data, code, years)
        )
        found = _simulable(data, code, years)
        if found is not None:
            state.page_link("simulasi", t("city.to_simulation"), icon=":material/tune:", city=code, year=found)
        if len(years) == 1 and state.param("year") in (None, str(years[0])):
            return years[0]
        st.space("stretch")
        with st.container(horizontal=True, horizontal_alignment="right", width="content"):
            return state.choose_year(years, shown=lambda year: filters.year_name(year, t, data), quiet=True)


def _simulable(data: Published, code: str, years: tuple[int, ...]) -> int | None:
    """The round on the page where it can be simulated, else the newest that can."""
    year = state.year_among(data, years)
    return year if profile.situation(data, code, year) in profile.PUBLISHED else profile.newest(data, code)


def _peer_set(data: Published, code: str, years: tuple[int, ...]) -> dict[str, object]:
    """The city with its closest peers, by the strategy of the page, for the comparison."""
    strategy = next((name for name in peers.STRATEGIES if name == state.param("peers")), peers.DEFAULT)
    year = state.year_among(data, years)
    group = peers.peers(data, code, year, strategy)
    return {"cities": compare.peer_set(data, code, year, group), "peers": strategy if group.codes else None}


# ---- a published result --------------------------------------------------------------------------------------


def _published(t: Text, data: Published, code: str, year: int, situation: str, mode: Theme) -> None:
    row = data.results(year).loc[code].to_dict()
    standing = profile.standing(data, code, year)
    _headline(t, data, row, year, standing, mode, key="city.title")
    detailed = situation != "components"
    moved = earlier(data, code, year) is not None
    _contents(
        t,
        [
            "comparison",
            *(["extremes"] if detailed else []),
            "trend",
            *(["movement"] if moved else []),
            "questions",
            "notes",
            "receipt",
        ],
    )
    group = _figures_and_strip(t, data, row, year, standing, mode)
    city_compare.draw(t, data, code, year, group, mode)
    if detailed:
        city_questions.extremes(t, data, code, year)
    city_trend.draw(t, data, code, mode)
    movement.brief(t, data, code, year)
    if detailed:
        city_questions.table(t, data, code, year)
    else:
        city_questions.none(t, data, year)
    city_notes.draw(t, data, code, year)
    city_receipt.draw(t, data, code, year)


def _headline(
    t: Text, data: Published, row: Mapping[str, Any], year: int, standing: profile.Standing, mode: Theme, *, key: str
) -> None:
    """The finding as title, the level with its meaning, and one line of context."""
    level = data.levels[int(row["level"])]
    name = t.label(level.label)
    st.title(
        t(
            key,
            city=row["name"],
            year=year,
            final=t.number(row["final"]),
            rank=t.integer(standing.rank),
            ranked=t.integer(standing.ranked),
            level=name.lower(),
        ),
        anchor=False,
    )
    reading = data.levels.readings[data.levels.default_reading]
    with st.container(key="city-level", horizontal=True, vertical_alignment="center", gap="small"):
        words = t("city.level_of", level=level.id, of=len(data.levels.levels), name=name)
        st.image(ladder(level.id, mode, derived=row["status"] == "derived"), alt=words, width=WIDTH)
        st.markdown(
            f"**{notice.literal(words)}.** {notice.literal(t.label(level.meaning))}",
            help=t("city.level_help", reading=t.label(reading.meaning)),
            width="content",
        )
    _context(t, data, row, year)


def _context(t: Text, data: Published, row: Mapping[str, Any], year: int) -> None:
    parts = [
        t("city.evaluation", year=year),
        _group_words(t, row),
        t("city.place", province=row["province"], island=t(f"island.{row['island']}")),
        t("city.code", code=row["code"]),
        t("city.status", status=t(f"status.{row['status']}")),
    ]
    with st.container(key="city-context", horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(notice.literal(" · ".join(part for part in parts if part)), width="content")
        with st.popover(t("city.source"), type="tertiary", icon=":material/description:"):
            _sources(t, data, row, year)
    seats = _SEATS.search(str(row["note"])) if row["status"] == "panel_provisional" else None
    if seats:
        st.caption(notice.literal(t("city.provisional", given=seats[1], of=seats[2])))


def _sources(t: Text, data: Published, row: Mapping[str, Any], year: int) -> None:
    """Status, document, table and row of what the page shows."""
    lines = [(t("city.source_result", year=year), provenance.of_row(t, data, row))]
    base = data.round(year).base_year
    if base and base in data.rounds and row["code"] in data.results(base).index:
        earlier = data.results(base).loc[row["code"]].to_dict()
        lines.append((t("city.source_result", year=base), provenance.of_row(t, data, earlier)))
    tables = data.data.tables["question_scores"]
    asked = tables[(tables["code"] == row["code"]) & (tables["year"] == year)]
    for (document, table), part in asked.groupby(["source_document", "source_table"]):
        lines.append((t("city.source_questions", count=len(part)), provenance.words(t, data, document, table)))
    for head, words in lines:
        st.markdown(f"**{notice.literal(head)}**  \n{notice.literal(words)}")
    state.page_link("metode", t("city.to_method"), icon=":material/menu_book:")


def _group_words(t: Text, row: Mapping[str, Any]) -> str:
    return t("city.group", group=filters.group_name(row["group"], t)) if isinstance(row["group"], str) else ""


def _figures(t: Text, data: Published, row: Mapping[str, Any], year: int, standing: profile.Standing) -> None:
    """At most four figures: final, national rank, rank in the own group or province, change since the last round."""
    base = data.round(year).base_year
    ranked = t.integer(standing.ranked)
    with st.grid(2, min_column_width=150, key="city-figures"):
        st.metric(
            t("city.figure_final", **scale_words.ends(t, data.bounds(year))),
            t.number(row["final"]),
            delta=t(f"status.{row['status']}"),
            delta_color="off",
            delta_arrow="off",
            help=notice.literal(t("city.figure_final_help", source=provenance.of_row(t, data, row))),
        )
        words, colour, arrow = _moved(t, standing)
        st.metric(
            t("city.figure_rank"),
            t.integer(standing.rank),
            delta=t("city.figure_rank_of", ranked=ranked, moved=words) if words else t("city.figure_of", ranked=ranked),
            delta_color=colour,
            delta_arrow=arrow,
            help=_rank_help(t, standing, base),
        )
        trait = filters.group_name(row["group"], t) if standing.among == "group" else row["province"]
        st.metric(
            t(f"city.figure_among_{standing.among}"),
            t.integer(standing.among_rank),
            delta=t("city.figure_of", ranked=t.integer(standing.among_ranked)),
            delta_color="off",
            delta_arrow="off",
            help=notice.literal(t(f"city.figure_among_{standing.among}_help", trait=trait)),
        )
        if base and row["improvement"] == row["improvement"]:
            rise = row["improvement"]
            st.metric(
                t("city.figure_change", year=base),
                t.signed(rise),
                delta=t(_change_key(rise), earlier=t.number(row["base_final"])),
                delta_color="blue" if rise > 0 else "orange" if rise < 0 else "off",
                delta_arrow="up" if rise > 0 else "down" if rise < 0 else "off",
                help=notice.literal(t("city.figure_change_help", base=base, status=_status_of(t, data, row, base))),
            )


def _figures_and_strip(
    t: Text, data: Published, row: Mapping[str, Any], year: int, standing: profile.Standing, mode: Theme
) -> peers.PeerGroup:
    """The figures beside the field they come from; under both the choice of peers, which also rules what follows."""
    left, right = st.columns([4, 8], gap="large", vertical_alignment="center")
    below = st.container()
    with below:
        group = city_compare.peers_row(t, data, str(row["code"]), year)
    with left:
        _figures(t, data, row, year, standing)
        _band(t, data, str(row["code"]), year)
    with right:
        city_compare.strip(t, data, str(row["code"]), year, group, mode, width=680)
    return group


def _band(t: Text, data: Published, code: str, year: int) -> None:
    """The simulated rank band beside the rank, as the way to the page that explains it."""
    words, of = city_band(t, data, code, year), Settings()
    if words is not None:
        state.page_link(
            "ketahanan",
            t("city.band", band=words),
            icon=":material/science:",
            help=t("city.band_help", band=words, spread=t.percent(of.spread), draws=t.integer(of.draws)),
            city=code,
        )


def _status_of(t: Text, data: Published, row: Mapping[str, Any], base: int) -> str:
    results = data.results(base)
    return t(f"status.{results.at[row['code'], 'status']}") if row["code"] in results.index else t("status.derived")


def _change_key(rise: float) -> str:
    return "city.change_rise" if rise > 0 else "city.change_fall" if rise < 0 else "city.change_same"


def _moved(t: Text, standing: profile.Standing) -> tuple[str, Any, Any]:
    """The way the rank went since the base round, in words, with colour and arrow; empty where that is not known."""
    if standing.change is None:
        return "", "off", "off"
    if standing.change > 0:
        return t("city.rank_up", places=standing.change), "blue", "up"
    if standing.change < 0:
        return t("city.rank_down", places=-standing.change), "orange", "down"
    return t("city.rank_same"), "off", "off"


def _rank_help(t: Text, standing: profile.Standing, base: int | None) -> str:
    sentences = [t("city.figure_rank_help", ranked=t.integer(standing.ranked))]
    if standing.tied:
        sentences.append(t("city.rank_shared", count=standing.tied))
    if standing.change is not None:
        sentences.append(t("city.rank_since", year=base))
    return notice.literal(" ".join(sentences))


def _contents(t: Text, anchors: list[str]) -> None:
    """Links to the parts of the page: it stays one page, so that it prints and the browser finds every word."""
    links = " · ".join(f"[{t(f'city.anchor.{anchor}')}](#{anchor})" for anchor in anchors)
    st.markdown(f":small[{t('city.contents')} {links}]")


# ---- a derived final -----------------------------------------------------------------------------------------


def _derived(t: Text, data: Published, code: str, year: int, mode: Theme) -> None:
    row = data.results(year).loc[code].to_dict()
    standing = profile.standing(data, code, year)
    _headline(t, data, row, year, standing, mode, key="city.title_derived")
    _figures_and_strip(t, data, row, year, standing, mode)
    notice.missing(t("city.derived_only", year=year), detail=filters.derivation(year, t, data))
    city_trend.draw(t, data, code, mode)
    movement.brief(t, data, code, year)
    full = profile.newest(data, code)
    if full:
        state.step(
            t("city.to_year", year=full),
            key="to-year",
            icon=":material/arrow_forward:",
            city=code,
            year=full,
        )
