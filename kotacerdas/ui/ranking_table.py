"""The ranking as an interactive table: what its cells show, and what a click does.

Cells hold numbers and show text in the reader's convention (a pandas Styler does both), so that order and look agree.
A click on a column heading is written to the URL as the order of the view; a click on a row opens the profile. Arrow
keys move the same cell cursor as the mouse, so what they reach is only noted, and a link below the table opens it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from kotacerdas import ranking
from kotacerdas.bounds import widest
from kotacerdas.charts.band import band
from kotacerdas.charts.palette import LEVEL_INK, LEVELS, MARKS, NEUTRALS, Theme
from kotacerdas.i18n import MISSING, Text
from kotacerdas.robustness import Settings
from kotacerdas.ui import filters, scale_words, shell, state
from kotacerdas.ui.ranking_view import View

ROW, ROWS_SHOWN = 35, 15
RANKS = ("rank", "rank_selection", "rank_group")
BAND = ("p5", "p95")
"""The ends of a simulated rank band; the table shows them as one column, `band`."""

LEFT = (
    "rank", "name", "band", "final", "level", "level_name", "change", "province", "rank_selection", "rank_group",
    ranking.TREND,
)  # fmt: skip
RIGHT = ("group", "status", "source")
"""The columns left and right of the components: up to the province they stand in the first screen of a laptop."""

FIRST = "rank"
NAME = "ranking-name"
_OPEN, _NOTED, _ENTERED = "ranking.open", "ranking.noted", "ranking.entered"


def forget() -> None:
    """Forget what was clicked or noted in an earlier view."""
    for name in (_OPEN, _NOTED, _ENTERED):
        st.session_state.pop(name, None)


def draw(view: View, frame: pd.DataFrame, sort: str, direction: ranking.Direction) -> None:
    """Draw the table in the order given, and follow what was clicked."""
    t, phone, key = view.t, shell.on_phone(), table_key(view, sort, direction)
    codes = list(frame.index)
    cells = shown(view, frame, phone=phone)
    st.dataframe(
        styled(view, frame, cells, shell.theme_mode()),
        key=key,
        hide_index=True,
        height=ROW * (min(len(frame), ROWS_SHOWN) + 1) + 3,
        row_height=ROW,
        placeholder=MISSING,
        column_config=columns(view, cells, sort, direction, phone=phone, named=tuple(codes)),
        on_select=lambda: _picked(key, codes, ranking.natural(view.data)),
        selection_mode=("single-cell", "single-column"),
        alt=t("ranking.table_alt", year=view.year, shown=t.integer(len(frame))),
    )
    opened = st.session_state.get(_OPEN)
    if opened:
        forget()
        state.switch("kota", city=opened)
    noted = st.session_state.get(_NOTED)
    if noted in frame.index:
        label = t("ranking.open", city=frame.at[noted, "name"])
        state.page_link("kota", label, icon=":material/arrow_forward:", city=noted)


def table_key(view: View, sort: str, direction: str) -> str:
    """The key of the table, new for every order so that no selection outlives it."""
    return f"ranking@{view.t.lang}-{view.year}-{sort}-{direction}"


# ---- clicks ------------------------------------------------------------------------------------------------------


def _named(codes: Sequence[str]) -> None:
    st.session_state[_OPEN] = codes[st.session_state[NAME]["row"]]


def _picked(key: str, codes: Sequence[str], orders: Mapping[str, ranking.Direction]) -> None:
    selection = st.session_state[key]["selection"]
    if selection["columns"]:
        order_by(selection["columns"][0], orders)
        return
    entered = st.session_state.get(_ENTERED) == key
    st.session_state[_ENTERED] = key
    st.session_state.pop(_NOTED, None)
    if selection["cells"]:
        row, column = selection["cells"][0]
        if row < len(codes):
            st.session_state[_OPEN if by_pointer(column, entered=entered) else _NOTED] = codes[row]


def by_pointer(column: str, *, entered: bool) -> bool:
    """Whether a cell was reached with mouse or finger, so that its profile opens at once.

    Keys enter a table at its first column and move on from there; a click leaves the page, so it is the first event
    of its table. Clicks on a name never come here, they press its button.
    """
    return not entered and column not in ("rank", "name")


def order_by(column: str, orders: Mapping[str, ranking.Direction]) -> None:
    """Order by a column; by the same column again, the other way round."""
    natural = orders.get(column)
    if natural is None:
        return
    turned = "asc" if (state.param("dir") or natural) == "desc" else "desc"
    same = column == (state.param("sort") or FIRST)
    state.put("sort", column, FIRST)
    state.put("dir", turned if same else natural, natural)


# ---- cells -------------------------------------------------------------------------------------------------------


def shown(view: View, frame: pd.DataFrame, *, phone: bool = False) -> pd.DataFrame:
    """The columns of the table in their order; numbers as numbers, ids as words. Rows are numbered, not coded."""
    t = view.t
    cells = frame.copy()
    pairs = list(zip(frame["level"], frame["status"], strict=True))
    cells["level_name"] = [level_words(view, level, status) for level, status in pairs]
    if "group" in frame:
        cells["group"] = [MISSING if pd.isna(group) else filters.group_name(group, t) for group in frame["group"]]
    if BAND[0] in frame:
        cells["band"] = [band(low, high, t) for low, high in zip(frame["p5"], frame["p95"], strict=True)]
    cells["status"] = view.statuses(frame.index)
    cells["source"] = [
        t("ranking.place", table=table, row=row)
        for table, row in zip(frame["source_table"], frame["source_row"], strict=True)
    ]
    if phone:
        cells["name"] = [name.replace("Kabupaten ", t("ranking.kabupaten_short") + " ", 1) for name in frame["name"]]
    return cells[[name for name in (*LEFT, *view.data.components, *RIGHT) if name in cells]].reset_index(drop=True)


def level_words(view: View, level: float, status: str) -> str:
    """The name of a level; without a level, why there is none."""
    if pd.isna(level):
        return f"{MARKS[status].glyph} {view.t(f'status.{status}')}"
    name = view.t.label(view.data.levels[int(level)].label)
    return f"{MARKS[status].glyph} {name}" if status == "panel_provisional" else name


def styled(view: View, frame: pd.DataFrame, cells: pd.DataFrame, mode: Theme) -> Any:
    """The cells with the text and the colours they are shown in."""
    t, ink = view.t, NEUTRALS[mode]
    written: dict[Any, Any] = dict.fromkeys((name for name in scores(view) if name in cells), t.number)
    written |= dict.fromkeys((name for name in RANKS if name in cells), t.integer)
    if "change" in cells:
        written["change"] = lambda places: moved(places, t)
    hollow = "" if not view.derived else f"{MARKS['derived'].glyph} "
    written["level"] = lambda level: hollow + t.integer(level)
    pairs = list(zip(frame["level"], frame["status"], strict=True))
    return (
        cells.style.format(written)
        .map(lambda _: f"color: {'#000' if mode == 'light' else '#fff'}", subset=["rank"])
        .map(lambda _: f"color: {ink.primary}; font-weight: 600", subset=["name"])
        .map(lambda _: "font-weight: 600", subset=["final"])
        .map(
            lambda places: _change_colour(places, ink.rise, ink.fall, ink.muted),
            subset=[name for name in ("change",) if name in cells],
        )
        .apply(lambda _: [_level_colours(level, status) for level, status in pairs], subset=["level"])
        .apply(lambda _: [f"color: {ink.muted}" if pd.isna(level) else "" for level, _ in pairs], subset=["level_name"])
    )


def moved(places: float, t: Text) -> str:
    """`▲ 3`, `▼ 2`, `=`, or a dash where there is nothing to compare with."""
    if pd.isna(places):
        return MISSING
    return f"▲ {t.integer(places)}" if places > 0 else f"▼ {t.integer(-places)}" if places < 0 else "="


def _change_colour(places: float, rise: str, fall: str, same: str) -> str:
    return "" if pd.isna(places) else f"color: {rise if places > 0 else fall if places < 0 else same}"


def _level_colours(level: float, status: str) -> str:
    """Only a published level is a filled mark."""
    if pd.isna(level) or not MARKS[status].filled:
        return ""
    return f"background-color: {LEVELS[int(level)]}; color: {LEVEL_INK[int(level)]}; font-weight: 600"


# ---- columns -----------------------------------------------------------------------------------------------------


def scores(view: View) -> tuple[str, ...]:
    """The columns that hold scores."""
    return ("final", *view.data.components)


def title_of(view: View, name: str) -> str:
    """The heading of a column, also used by the order control and the downloads."""
    t = view.t
    if name in view.data.components:
        return t(f"component.{name}")
    if name == ranking.TREND:
        years = ranking.span(view.data)
        return t("ranking.column.trend", first=years[0], last=years[-1])
    return t(f"ranking.column.{'final_derived' if name == 'final' and view.derived else name}")


def _head(view: View, name: str, sort: str, direction: str, *, phone: bool) -> dict[str, Any]:
    """Label and help of a column; the one that orders the table carries an arrow."""
    arrow = "" if name != sort else " ↑" if direction == "asc" else " ↓"
    title = title_of(view, name)
    if name == "change":
        title = view.t("ranking.short.change")
    if phone and name in ("rank", "final", "band"):
        title = view.t(f"ranking.short.{'final_derived' if name == 'final' and view.derived else name}")
    return {"label": title + arrow, "help": help_of(view, name)}


WIDTHS = {
    "rank": 82, "name": 190, "band": 118, "final": 88, "level": 66, "level_name": 118, "change": 86,
    "rank_selection": 112, "rank_group": 124, ranking.TREND: 118, "province": 190, "group": 172,
    "status": 300, "source": 110,
}  # fmt: skip
"""Pixels; 78 for what is not named. Rank and name stay in view when the table scrolls."""

PHONE = WIDTHS | {"rank": 48, "name": 152, "band": 70, "final": 70, "level": 66, "level_name": 140}
"""Pixels on a phone: rank, name, score and level fit 350 pixels, nothing is pinned."""


def columns(
    view: View, cells: pd.DataFrame, sort: str, direction: str, *, phone: bool = False, named: tuple[str, ...] = ()
) -> dict[str, Any]:
    """The settings of every column. The name is a button; `named` are the codes of the rows it stands for."""
    scale = widest(view.data.scales.values())
    of, widths = st.column_config, PHONE if phone else WIDTHS
    settings: dict[str, Any] = {}
    for name in cells.columns:
        head = _head(view, name, sort, direction, phone=phone) | {"width": widths.get(name, 78)}
        pinned = name in ("rank", "name") and not phone
        if name == "name":
            settings[name] = of.ButtonColumn(
                **head, pinned=pinned, alignment="left", type="tertiary", key=NAME, on_click=_named, args=(named,)
            )
        elif name == ranking.TREND:
            settings[name] = of.LineChartColumn(**head, y_min=float(scale.low), y_max=float(scale.high))
        elif name == "level":
            settings[name] = of.NumberColumn(**head, alignment="center")
        elif name == "band":
            settings[name] = of.TextColumn(**head, alignment="right")
        elif name in scores(view) or name in RANKS or name == "change":
            settings[name] = of.NumberColumn(**head, pinned=pinned)
        else:
            settings[name] = of.TextColumn(**head)
    return settings


def help_of(view: View, name: str) -> str | None:
    """One sentence on what a column holds."""
    t, data = view.t, view.data
    entry = data.round(view.year)
    if name in view.data.components and name != "collaboration":
        return t("ranking.help.component", name=t(f"component.{name}"), **scale_words.ends(t, data.bounds(view.year)))
    if name in ("name", "province"):
        return None
    years, known = ranking.span(data), set(data.years)
    facts = {
        "year": view.year,
        "ranked": t.integer(view.ranked),
        "base": entry.derived_from if view.derived else entry.base_year,
        "reading": t.label(data.levels.readings[view.reading].label).lower(),
        "first": years[0],
        "last": years[-1],
        "derived": ", ".join(str(year) for year in sorted(known) if data.round(year).status == "derived"),
        "gap": ", ".join(str(year) for year in years if year not in known),
        "source": view.source,
        **scale_words.ends(t, widest(data.scales.values()) if name == ranking.TREND else data.bounds(view.year)),
        "draws": t.integer(Settings().draws),
        "spread": t.percent(Settings().spread),
        "seed": Settings().seed,
    }
    key = {"level_name": "level", "final": "final_derived" if view.derived else "final"}.get(name, name)
    return t(f"ranking.help.{key}", **facts)
