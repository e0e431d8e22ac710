"""The page `peringkat`: who stands where, as a sentence, a distribution strip and a table that can be taken away.

Year and filters are shared with the overview. Search, order and level reading stand in the URL as well, so what is
shown, shared and downloaded is always the same table.
"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from kotacerdas import ranking
from kotacerdas.charts.palette import MARKS
from kotacerdas.i18n import Lang, Text
from kotacerdas.published import Published
from kotacerdas.robustness import Settings
from kotacerdas.ui import cache, coming, filters, notice, ranking_export, ranking_table, shell, state
from kotacerdas.ui.ranking_view import View, context, distribution, lead

TOP = 10
CLEARED = (*filters.NAMES, "q")


def render() -> None:
    """Draw the page."""
    t, data = state.text(), cache.published()
    head = st.container(key="ranking-head", gap="small")
    selection = filters.row(t, data)
    rows = filters.apply(data.results(selection.year), selection)
    view = View(t, data, selection, rows, _reading(data))
    with head:
        st.title(lead(view, notice.literal), anchor=False)
        st.caption(context(view))
        coming.nation(t, data, view.year)
    shell.title(lead(view))
    ranking_table.forget()
    _strip(view)
    _board(view)


# ---- distribution ------------------------------------------------------------------------------------------------


def _strip(view: View) -> None:
    from kotacerdas.charts import strip
    from kotacerdas.charts.frame import CONFIG

    t, data, field = view.t, view.data, view.data.results(view.year)
    captions = _captions(data.data.digest, view.year, t.lang, view.reading, data)
    sentence = f"{distribution(view)}."
    with st.container(key="ranking-strip", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
            faint = f" {t('strip.faint')}" if view.selection.narrowed else ""
            st.markdown(sentence + faint, width="stretch")
            _choose_reading(view)
        event = st.plotly_chart(
            strip.strip(
                field, view.rows.index, captions, data.levels_of(view.year), t, shell.theme_mode(),
                reading=view.reading, width=340 if shell.on_phone() else 1080,
            ),
            key=f"strip@{view.year}", theme=None, config=CONFIG, on_select="rerun", selection_mode="points",
            alt=strip.alt(sentence, field, view.rows.index, t),
        )  # fmt: skip
    points = event["selection"]["points"]
    if points:
        state.switch("kota", city=str(points[0]["customdata"][0]))


@st.cache_resource(max_entries=16, show_spinner=False)
def _captions(digest: str, year: int, lang: Lang, reading: str, _data: Published) -> dict[str, str]:
    """What each dot says when it is pointed at, by code; shared by all sessions."""
    from kotacerdas.charts.caption import captioned

    frame = _data.results(year)
    frame = frame.assign(level_shown=_data.levels_of(year).of_many(frame["final"], reading))
    captions = captioned(frame, Text(lang), _data.levels, _data.finals, year, "level_shown", _data.derived)["caption"]
    return {str(code): str(caption) for code, caption in captions.items()}


def _reading(data: Published) -> str:
    """The level reading of the URL; the control itself is drawn beside the strip and says if it is unknown."""
    raw = state.param("reading")
    return raw if raw in data.levels.readings else data.levels.default_reading


def _choose_reading(view: View) -> None:
    levels = view.data.levels
    state.choose(
        "reading",
        tuple(levels.readings),
        label=view.t("ranking.reading"),
        shown=lambda name: view.t(
            "ranking.reading_of", reading=view.t.label(levels.readings[name].label).lower()
        ).capitalize(),
        default=levels.default_reading,
        look="segmented",
        quiet=True,
    )


# ---- table -------------------------------------------------------------------------------------------------------


@st.fragment
def _board(view: View) -> None:
    """Search, order, downloads and the table; they rerun without the rest of the page."""
    t = view.t
    with notice.caught(t):
        whole = ranking.table(view.data, view.year, view.rows, view.reading)
        if not view.selection.narrowed:
            whole = whole.drop(columns=["rank_selection", "rank_group"], errors="ignore")
        tools = st.container(key="ranking-tools", horizontal=True, vertical_alignment="center", gap="small")
        with tools:
            query = state.search("q", label=t("ranking.search"), placeholder=t("ranking.search"))
            sort, direction = _order(view, whole)
            whole = _with_bands(view, whole)
        query = query if ranking.folded(query) else ""
        frame = ranking.ordered(ranking.matching(whole, query), sort, direction)
        if not len(frame):
            _nothing(view, query, len(whole))
            return
        with tools:
            ranking_export.buttons(view, frame, query=query, sort=sort, direction=direction)
        st.caption(_count(view, frame, len(whole), query))
        ranking_table.draw(view, frame, sort, direction)
        said = [t("ranking.source", source=notice.literal(view.source))]
        if frame["status"].eq("panel_provisional").any():
            said.append(t("ranking.provisional", mark=MARKS["panel_provisional"].glyph))
        st.caption(" ".join(said))
        _top(view, frame)


def _with_bands(view: View, whole: pd.DataFrame) -> pd.DataFrame:
    """The table with each city's simulated rank band (`p5`, `p95`) if the reader asks for it and the round has any."""
    if not view.data.round(view.year).instruments:
        return whole
    t, of = view.t, Settings()
    asked = state.toggle(
        "bands",
        label=t("ranking.bands"),
        help=t("ranking.bands_help", draws=t.integer(of.draws), spread=t.percent(of.spread)),
    )
    return whole.join(cache.bands(view.year)[list(ranking_table.BAND)]) if asked else whole


def _order(view: View, whole: pd.DataFrame) -> tuple[str, ranking.Direction]:
    t = view.t
    sort = state.choose(
        "sort",
        ranking.sorts(view.data, whole),
        label=t("ranking.sort"),
        shown=lambda name: t("ranking.sort_by", column=ranking_table.title_of(view, name)),
        named=lambda name: ranking_table.title_of(view, name),
        default=ranking_table.FIRST,
        quiet=True,
        width=250,
    )
    direction = state.choose(
        "dir",
        ("asc", "desc"),
        label=t("ranking.direction"),
        shown=lambda way: t(f"ranking.{way}"),
        default=ranking.natural(view.data)[sort],
        look="segmented",
        quiet=True,
    )
    return sort, direction


def _count(view: View, frame: pd.DataFrame, of: int, query: str) -> str:
    """How many rows, what is at their end, and what a click does."""
    t, valued = view.t, int(frame["final"].notna().sum())
    absent = len(frame) - valued
    if query:
        return t("ranking.shown_search", shown=t.integer(len(frame)), of=t.integer(of), query=notice.literal(query))
    if absent:
        return t("ranking.shown_absent", valued=t.integer(valued), absent=t.integer(absent))
    return t("ranking.shown", valued=t.integer(valued))


def _nothing(view: View, query: str, of: int) -> None:
    """No row left: say what to loosen, and offer to clear everything."""
    t = view.t
    detail = t("ranking.empty_query", query=query, of=t.integer(of)) if query and of else t("ranking.empty_detail")
    notice.missing(t("ranking.empty"), detail=detail)
    st.button(t("ranking.clear"), key="ranking-clear", icon=":material/close:", on_click=state.clear, args=(CLEARED,))


def _top(view: View, frame: pd.DataFrame) -> None:
    """The first ten as text with links: the table is drawn on a canvas, this is not. A single one needs no list."""
    t = view.t
    best = ranking.ordered(frame[frame["rank"].notna()]).head(TOP)
    if not len(best):
        return
    several = len(best) > 1
    with st.expander(t("ranking.top", count=t.integer(len(best))), key="ranking-top") if several else st.container():
        for code, row in best.iterrows():
            line = t(
                "ranking.top_line",
                rank=t.integer(row["rank"]),
                city=row["name"],
                province=row["province"],
                final=t.number(row["final"]),
                level=view.level_name(int(row["level"])),
            )
            state.page_link("kota", notice.literal(line), city=code)
