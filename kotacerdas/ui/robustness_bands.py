"""The main picture of the page `ketahanan`: every city's rank band as a bar, and the same as a table to take away."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from kotacerdas import export
from kotacerdas.dataset import LICENCE
from kotacerdas.i18n import Text
from kotacerdas.published import Published
from kotacerdas.ui import downloads, notice, provenance, robustness_words, scale_words, state, tables
from kotacerdas.ui.robustness_view import View, chance

ROWS = 25
"""Cities in the picture unless all are asked for."""

CHANCES = ("top10", "likely", "level_1", "level_2", "level_3", "level_4", "level_5")
"""The columns of the table that hold chances."""

FIRST = ("rank", "name", "p5", "p95")
"""The columns a phone has room for at once."""

PHONE = {"rank": 44, "name": 150, "p5": 70, "p95": 84}
"""Their pixels."""


@st.fragment
def draw(view: View) -> None:
    """Finding, picture and table; choosing rows and searching rerun nothing else."""
    with notice.caught(view.t):
        st.header(finding(view), anchor=False)
        st.caption(view.t("robustness.bands_random" if view.random else "robustness.bands_named"))
        _picture(view)
        _table(view)


def finding(view: View) -> str:
    """The band of the city in focus; without one, how wide bands are and which is widest."""
    t, frame = view.t, view.bands
    if view.city is not None:
        return t(
            "robustness.bands_city",
            city=view.literal(view.city),
            rank=view.rank(view.city),
            band=view.band(view.city),
            median=t.integer(frame.at[view.city, "median"]),
        )
    places = frame["p95"] - frame["p5"] + 1
    widest = str(places.idxmax())
    half = t.integer(int(places.median()))
    return t("robustness.bands_finding", half=half, city=view.literal(widest), band=view.band(widest))


# ---- picture -----------------------------------------------------------------------------------------------------


def _picture(view: View) -> None:
    from kotacerdas.charts import rank_bands
    from kotacerdas.charts.frame import CONFIG

    t = view.t
    ways = ("top", "around", "all") if view.city else ("top", "all")
    chosen = state.choose(
        "rows",
        ways,
        label=t("robustness.rows"),
        shown=lambda way: t(f"robustness_rows.{way}", count=t.integer(ROWS), all=t.integer(view.ranked)),
        default="around" if view.city else "top",
        look="pills",
        quiet=True,
    )
    frame = rows(view, chosen)
    names = {str(code): view.short_name(str(code)) for code in frame.index}
    st.plotly_chart(
        rank_bands.rank_bands(frame, names, t, view.mode, chosen=view.city, narrow=view.phone),
        theme=None,
        config=CONFIG,
        key=f"rank-bands@{chosen}",
        alt=rank_bands.alt(finding(view).replace("\\", ""), frame, names, t),
    )


def rows(view: View, way: str) -> pd.DataFrame:
    """The cities of the picture, by published rank: the first, those round the city in focus, or all of them."""
    frame = view.bands.assign(level=view.data.results(view.year)["level"])
    if way == "all":
        return frame
    first = 0
    if way == "around" and view.city is not None:
        place = int(frame.index.get_indexer(pd.Index([view.city]))[0])
        first = max(0, min(place - ROWS // 2, len(frame) - ROWS))
    return frame.iloc[first : first + ROWS]


# ---- table -------------------------------------------------------------------------------------------------------


def _table(view: View) -> None:
    t, frame = view.t, table(view)
    head = {name: t(f"robustness_column.{name}") for name in frame.columns}
    query = state.search("q", label=t("table.search"), placeholder=t("robustness.search"))
    found = tables.matching(frame[["name", "likely_level"]], query).index
    if found.empty:
        notice.missing(t("table.nothing", query=query), detail=t("table.nothing_help"))
        return
    shown = frame.loc[found].drop(columns=["code", "final_p5", "final_p95"])
    shown["name"] = [view.short_name(str(code)) for code in found]
    if view.phone:  # the band comes into view before the rest
        shown = shown[[*FIRST, *shown.columns.drop(list(FIRST))]]
    tables.long(
        shown.rename(columns=head),
        alt=t("robustness.table_alt", count=t.integer(len(shown)), year=view.year),
        key="robustness-table",
        formats=_formats(view, head, list(shown.columns)),
        config=_config(view, head, list(shown.columns)),
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(t("table.rows", shown=t.integer(len(found)), of=t.integer(len(frame))), width="content")
        _downloads(view, frame.rename(columns=head), head)
    document = view.data.round(view.year).source.document
    st.caption(t("robustness.source", source=notice.literal(provenance.words(t, view.data, document))))


def table(view: View) -> pd.DataFrame:
    """One row per ranked city (index code): printed final and rank, band, chances of the top ten and of each level.

    `likely_level` is the most probable level with its name, `likely` its probability.
    """
    bands, levels = view.bands, view.data.levels
    chances = bands[[name for name in CHANCES if name.startswith("level_")]]
    likely = chances.columns.get_indexer(chances.idxmax(axis=1)) + 1
    return pd.DataFrame(
        {
            "rank": bands["rank"],
            "name": bands["name"],
            "final": view.data.results(view.year)["final"].reindex(bands.index),
            "p5": bands["p5"],
            "median": bands["median"],
            "p95": bands["p95"],
            "top10": bands["top10"],
            "likely_level": [f"{level} {view.t.label(levels[int(level)].label)}" for level in likely],
            "likely": chances.max(axis=1),
            **{name: chances[name] for name in chances.columns},
            "final_p5": bands["final_p5"],
            "final_p95": bands["final_p95"],
            "code": bands.index,
        },
        index=bands.index,
    )


def _formats(view: View, head: dict[str, str], names: list[str]) -> tables.Formats:
    t = view.t
    written: dict[str, Any] = {head[name]: lambda share: chance(t, share) for name in CHANCES if name in names}
    written |= {head[name]: t.integer for name in ("rank", "p5", "median", "p95")}
    return written | {head["final"]: t.number}


def _config(view: View, head: dict[str, str], names: list[str]) -> dict[str, Any]:
    """Widths, and one sentence on what a column holds; rank and name stay while the rest scrolls. On a phone the rank
    has a short head."""
    t, widths = view.t, {"name": 200, "likely_level": 150} | (PHONE if view.phone else {})
    scale = scale_words.ends(t, view.data.bounds(view.year))
    named = {} if view.random else {"p5": "p5_named", "p95": "p95_named"}
    keys = {name: "level" if name.startswith("level_") else named.get(name, name) for name in names[2:]}
    helps = {name: t(f"robustness_help.{key}", **scale) for name, key in keys.items()}
    return {
        head[name]: st.column_config.Column(
            t("ranking.short.rank") if name == "rank" and view.phone else None,
            width=widths.get(name, 82),
            help=helps.get(name),
            pinned=name in ("rank", "name"),
        )
        for name in names
    }


# ---- files -------------------------------------------------------------------------------------------------------


def _downloads(view: View, frame: pd.DataFrame, head: dict[str, str]) -> None:
    t = view.t
    stem = ["kotacerdas", "ketahanan", view.year, view.settings.preset]

    def workbook() -> bytes:
        formats = {head[name]: "0.0%" for name in CHANCES} | {
            head[name]: "0.00" for name in ("final", "final_p5", "final_p95")
        }
        return export.to_xlsx(
            frame,
            t("robustness_about.sheet", year=view.year),
            about(view),
            about=t("ranking.about.sources"),
            formats=formats,
        )

    downloads.button(t("ranking.xlsx"), export.file_name(stem, "xlsx"), workbook, key="robustness-xlsx")
    downloads.button(
        t("ranking.csv"), export.file_name(stem, "csv"), lambda: export.to_csv(frame), key="robustness-csv"
    )


def about(view: View) -> list[tuple[str, str]]:
    """What the table holds and how it was made: pairs of a label and a sentence."""
    t, data = view.t, view.data
    document = data.round(view.year).source.document
    return [
        (t("ranking.about.table"), t("robustness_about.table", year=view.year)),
        (t("ranking.about.version"), version(t, data)),
        (t("robustness_about.simulation"), robustness_words.context(view)),
        (t("robustness_about.status"), t("robustness.banner")),
        (t("robustness_about.bands"), t("robustness.bands_random" if view.random else "robustness.bands_named")),
        (t("ranking.column.level"), t("robustness_help.level")),
        (t("ranking.about.source", year=view.year), provenance.words(t, data, document)),
        (
            t("ranking.about.licence"),
            t("ranking.about.licence_value", licence=LICENCE["title"], terms=t.label(data.sources[document].terms)),
        ),
    ]


def version(t: Text, data: Published) -> str:
    """The version and date of the data."""
    return t("ranking.about.version_value", version=data.version, date=t.date(data.created))
