"""The page `ringkasan`: where the nation stands in one look, who rose and who fell, and how sure that is.

Title, context, filters, four figures, the picture beside the movers; then the tables behind the picture and what the
levels mean. Everything follows the filters except ranks, which stay national.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import streamlit as st

from kotacerdas import geo
from kotacerdas.charts import caption, marks
from kotacerdas.i18n import Lang, Text
from kotacerdas.published import OUTSIDE, Published
from kotacerdas.ui import cache, coming, filters, overview_picture, scale_words, shell, state
from kotacerdas.ui.overview_look import FEW, Look, middle_half, shares_in_words


def render() -> None:
    """Draw the page."""
    t = state.text()
    data = cache.published()
    head = st.container(key="finding", gap="xsmall")
    look = _look(t, data)
    with head:
        sentence = finding(look)
        st.title(sentence, anchor=False)
        shell.title(sentence)
        st.caption(context(look))
        coming.nation(t, data, look.year)
    _figures(look)
    overview_picture.draw(look)
    _levels(look)


# ---- what is shown ---------------------------------------------------------------------------------------------


def _look(t: Text, data: Published) -> Look:
    """Draw the filters and gather what they select."""
    with st.container(key="filter-row", gap="xsmall"):
        selection = filters.row(t, data)
        year = selection.year
        reading = data.levels.default_reading
        if state.param("reading") in data.levels.readings:
            reading = str(state.param("reading"))
        nation = _captioned(data.data.digest, year, t.lang, reading, data)
        frame = filters.apply(nation, selection)
        programme = frame[frame["status"] != OUTSIDE]
        if selection.narrowed:
            st.caption(filters.sentence(selection, t, shown=len(programme), of=len(data.results(year))))
    return Look(
        t=t,
        data=data,
        selection=selection,
        reading=reading,
        theme=shell.theme_mode(),
        frame=frame,
        around=filters.apply(nation, replace(selection, group=None)),
        summary=data.summary(year, programme),
    )


@st.cache_resource(max_entries=24, show_spinner=False)
def _captioned(digest: str, year: int, lang: Lang, reading: str, _data: Published) -> pd.DataFrame:
    """All 514 with their results, the caption of each, and its tile; shared by all sessions, never changed."""
    data, t = _data, Text(lang)
    frame = data.national(year).join(geo.load_tiles()[["col", "row"]])
    frame["level_shown"] = data.levels_of(year).of_many(frame["final"], reading)
    return caption.captioned(frame, t, data.levels, data.finals, year, "level_shown", data.derived)


# ---- words -----------------------------------------------------------------------------------------------------


def finding(look: Look) -> str:
    """The title: what the figures of the selection say, as one sentence."""
    t, summary, narrowed = look.t, look.summary, look.selection.narrowed
    if look.programme.empty:
        return t("overview.title_nobody")
    if not summary.published:
        return t("overview.title_none", year=look.year)
    words = {
        "year": look.year,
        "published": t.integer(summary.published),
        "median": t.number(summary.median),
    }
    if summary.published == 1:
        only = look.frame.dropna(subset=["final"]).iloc[0]
        key = "title_one_derived" if look.derived else "title_one" if narrowed else "title_first"
        return t(f"overview.{key}", city=only["name"], final=t.number(only["final"]), year=look.year)
    if summary.published < FEW:
        key = "title_few_derived" if look.derived else "title_few" if narrowed else "title_first_few"
        return t(f"overview.{key}", **words)
    where = "selection" if narrowed else "nation"
    if look.derived:
        return t(f"overview_title.{where}_derived", **words)
    risen = _risen(look)
    if risen is None:
        return t(f"overview_title.{where}_plain", **words)
    return t(f"overview_title.{where}", risen=t.integer(risen[0]), base=look.data.round(look.year).base_year, **words)


def context(look: Look) -> str:
    """Round, coverage and status: who was invited, who took part, whose result can be shown."""
    t, data, year = look.t, look.data, look.year
    derivation = filters.derivation(year, t, data)
    if derivation:
        return derivation
    entry, results = data.round(year), data.results(year)
    missing = results[results["final"].isna()]
    inferred = missing["status"].eq("did_not_take_part") & missing["note"].notna()
    parts = {
        "provisional": int(results["status"].eq("panel_provisional").sum()),
        "absent": int((missing["status"].eq("did_not_take_part") & ~inferred).sum()),
        "inferred": int(inferred.sum()),
        "not_in_copy": int(missing["status"].eq("not_in_copy").sum()),
        "not_final": int(missing["status"].eq("not_final").sum()),
    }
    counted = {name: t.integer(n) for name, n in entry.counts.items()}
    first = t(
        "overview.context" if "took_part" in counted and entry.status == "published" else "overview.context_panel",
        **{"invited": t.integer(len(results)), **counted},
        year=year,
        status=t(f"status.{entry.status}"),
        published=t.integer(results["final"].notna().sum()),
    )
    kinds = missing.loc[missing["status"].eq("not_in_copy"), "kind"].unique()
    if parts["not_in_copy"] > 1 and len(kinds) == 1:
        parts[f"not_in_copy_{kinds[0]}"] = parts.pop("not_in_copy")
    return ", ".join([first, *(t(f"overview_context.{name}", n=t.integer(n)) for name, n in parts.items() if n)]) + "."


def _risen(look: Look) -> tuple[int, int, int] | None:
    """How many rose, fell and stayed by the printed improvement; None for a round without one."""
    change = look.programme["improvement"].dropna()
    return (int((change > 0).sum()), int((change < 0).sum()), int((change == 0).sum())) if len(change) else None


# ---- figures ---------------------------------------------------------------------------------------------------


def _figures(look: Look) -> None:
    t, summary, scale = look.t, look.summary, scale_words.ends(look.t, look.data.bounds(look.year))
    risen = _risen(look)
    grid = st.grid(5, min_column_width=150, gap=("small", "medium"), key="figures")
    base = look.data.round(look.year).base_year
    with grid.cell():
        _metric(t("overview.available"), t.integer(summary.published), _of_how_many(look))
    with grid.cell():
        mean = t("overview.mean", mean=t.number(summary.mean), **scale) if summary.published else None
        _metric(t("overview.median"), t.number(summary.median), mean)
    with grid.cell():
        if risen is None:
            quartiles = t("overview.spread_help") if summary.published else None
            _metric(t("overview.spread"), middle_half(look), quartiles)
        else:
            fallen = t("overview.fallen", fallen=t.integer(risen[1]), same=t.integer(risen[2]))
            _metric(t("overview.risen", base=base), t.integer(risen[0]), fallen)
    with grid.cell(column_span=2), st.container(gap="xsmall"):
        st.markdown(f":small[{t('overview.shares')}]")
        if summary.published:
            bar = marks.share_bar(look.counts, look.theme, derived=look.derived)
            st.image(bar, width="stretch", alt=shares_in_words(look))
        else:
            st.caption(t("overview.shares_none"))


def _metric(label: str, value: str, beside: str | None) -> None:
    st.metric(label, value, beside, delta_color="off", delta_arrow="off")


def _of_how_many(look: Look) -> str | None:
    t = look.t
    if look.programme.empty:
        return None
    if look.derived:
        return t("overview.available_derived")
    words = {"invited": t.integer(len(look.programme))}
    if look.summary.took_part is None:
        return t("overview.available_of", **words)
    return t("overview.available_took", took_part=t.integer(look.summary.took_part), **words)


# ---- below the first screen ------------------------------------------------------------------------------------


def _levels(look: Look) -> None:
    """The reading of the levels, said in words and changed here."""
    t, levels = look.t, look.data.levels_of(look.year)
    scale = scale_words.ends(t, levels.bounds)
    control, words = st.columns([1, 4.5], gap="medium", vertical_alignment="center")
    with control:
        state.choose(
            "reading",
            tuple(levels.readings),
            label=t("overview.reading"),
            shown=lambda name: t.label(levels.readings[name].label),
            default=levels.default_reading,
            look="segmented",
            help=t("overview.reading_help", **scale),
        )
    placed = scale_words.placed(t, look.data, look.year)
    sentences = [t("overview.levels_draft", **scale), *placed, t.label(levels.readings[look.reading].meaning)]
    if look.reading == levels.default_reading and not look.counts[levels.levels[-1].id]:
        sentences.append(t("overview.level_5", final=t.number(levels.bounds.high)))
    words.caption(" ".join(sentences))
