"""The table of the ranking to take away: the same rows in the same order, with status, source and provenance."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from kotacerdas import export
from kotacerdas.dataset import LICENCE
from kotacerdas.ui import downloads, filters, provenance, scale_words
from kotacerdas.ui.ranking_table import BAND, RANKS, help_of, scores, title_of
from kotacerdas.ui.ranking_view import View, context


def buttons(view: View, frame: pd.DataFrame, *, query: str, sort: str, direction: str) -> None:
    """Two download buttons; the files are made on the click."""
    t = view.t
    stem = ["kotacerdas", "peringkat", view.year, view.selection.group, view.selection.kind, *view.selection.islands]

    def workbook() -> bytes:
        table = columns(view, frame)
        return export.to_xlsx(
            table,
            t("ranking.about.sheet", year=view.year),
            provenance_lines(
                view, query=query, sort=sort, direction=direction, shown=len(frame), bands=BAND[0] in frame
            ),
            about=t("ranking.about.sources"),
            formats={name: "0.00" for name in table.columns if name in score_titles(view)},
        )

    with st.container(key="ranking-downloads", horizontal=True, gap="small", width="content"):
        downloads.button(
            t("ranking.xlsx"), export.file_name(stem, "xlsx"), workbook, key="ranking-xlsx", help=t("ranking.xlsx_help")
        )
        downloads.button(
            t("ranking.csv"), export.file_name(stem, "csv"), lambda: export.to_csv(columns(view, frame)),
            key="ranking-csv", help=t("ranking.csv_help"),
        )  # fmt: skip


def columns(view: View, frame: pd.DataFrame) -> pd.DataFrame:
    """The table with headings in words: scores as numbers, level as number and name, the trend year by year."""
    t, data = view.t, view.data
    levels = frame["level"].astype("Int64")
    named: dict[str, object] = {title_of(view, "code"): list(frame.index)}
    for name in (*RANKS, "name", "final"):
        if name in frame:
            named[title_of(view, name)] = frame[name].astype("Int64") if name in RANKS else frame[name]
    for name in BAND:
        if name in frame:
            named[title_of(view, name)] = frame[name].astype("Int64")
    named[title_of(view, "level")] = levels
    named[title_of(view, "level_name")] = [
        None if pd.isna(level) else t.label(data.levels[int(level)].label) for level in levels
    ]
    if "change" in frame:
        named[title_of(view, "change")] = frame["change"].astype("Int64")
    for year in sorted(data.years):
        named[_year_title(view, year)] = data.finals.loc[frame.index, year]
    for name in (*view.data.components, "province"):
        if name in frame:
            named[title_of(view, name)] = frame[name]
    if "group" in frame:
        named[title_of(view, "group")] = [
            None if pd.isna(group) else filters.group_name(group, t) for group in frame["group"]
        ]
    named[title_of(view, "status")] = view.statuses(frame.index)
    named[title_of(view, "source_document")] = [
        provenance.words(t, data, document) for document in frame["source_document"]
    ]
    for name in ("source_table", "source_row"):
        named[title_of(view, name)] = frame[name]
    return pd.DataFrame(named, index=frame.index)


def score_titles(view: View) -> set[str]:
    """The headings of the columns that hold scores."""
    return {title_of(view, name) for name in scores(view)} | {_year_title(view, year) for year in view.data.years}


def _year_title(view: View, year: int) -> str:
    derived = view.data.round(year).status == "derived"
    return view.t(
        "ranking.year_derived" if derived else "ranking.year_published", measure=view.t("measure.final"), year=year
    )


def _origin(view: View, year: int) -> str:
    """Document and status of another year's finals."""
    entry = view.data.round(year)
    return f"{provenance.words(view.t, view.data, entry.source.document)} ({view.t(f'status.{entry.status}')})"


def provenance_lines(
    view: View, *, query: str, sort: str, direction: str, shown: int, bands: bool = False
) -> list[tuple[str, str]]:
    """What the figures are, how the table was chosen and where it comes from: pairs of a label and a sentence.

    `bands` says whether the table holds simulated rank bands.
    """
    t, data = view.t, view.data
    source = data.sources[data.round(view.year).source.document]
    reading = data.levels.readings[view.reading]
    scale = scale_words.ends(t, data.bounds(view.year))
    whole = len(data.results(view.year))
    lines = [
        ("table", t("ranking.about.title", year=view.year)),
        ("version", t("ranking.about.version_value", version=data.version, date=t.date(data.created))),
        ("selection", filters.sentence(view.selection, t, shown=len(view.rows), of=whole)),
        ("search", f"{query} ({t.integer(shown)})" if query else ""),
        (
            "order",
            t("ranking.about.order_value", sort=title_of(view, sort), direction=t(f"ranking.{direction}").lower()),
        ),
        ("rank", context(view)),
        ("band", help_of(view, "band") or "" if bands else ""),
        (
            "level",
            t("ranking.about.level_value", reading=t.label(reading.label).lower(), meaning=t.label(reading.meaning)),
        ),
        (
            "values",
            t(f"ranking.about.values_{data.round(view.year).status}", **scale),
        ),
        (
            "collaboration",
            t("ranking.help.collaboration") if view.data.results(view.year)["collaboration"].any() else "",
        ),
        ("source", f"{view.source}; {t.label(source.publisher)}; {source.date}"),
        ("trend", "; ".join(f"{year}: {_origin(view, year)}" for year in sorted(data.years) if year != view.year)),
        ("licence", t("ranking.about.licence_value", licence=LICENCE["title"], terms=t.label(source.terms))),
    ]
    return [(t(f"ranking.about.{name}", year=view.year), text) for name, text in lines if text]
