"""The whole nation under other weights: who rises, who falls, the map, and every city before and after.

A part of its own outside the panel of the sliders: it is computed when asked for and says for which weights. When the
weights have moved on, a line of its own over it says that it has not followed, and offers to.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import ArrayLike

from kotacerdas import export, geo, simulate
from kotacerdas.boundaries import BOUNDARIES
from kotacerdas.charts import caption, marks
from kotacerdas.charts.palette import LEVELS, NEUTRALS
from kotacerdas.dataset import LICENCE
from kotacerdas.field import shared
from kotacerdas.i18n import Text
from kotacerdas.scenario import Scenario
from kotacerdas.ui import assets, downloads, filters, notice, provenance, state, tables
from kotacerdas.ui.simulation_state import Bench

SWITCH = "nation"
MOST = 5
"""How many of the biggest movers are listed."""

LATE, NATION_PART = "sim-nation-line", "sim-nation-part"
"""Keys of the fragments: a line that is drawn again with every move of a weight, and the nation, which is not."""

_FOR = "simulation.nation_for"
"""Session key of the city, round and weights the nation on screen was computed for."""

NATION = "indonesia"
WIDE, NARROW = (1120, 380), (358, 190)
"""Pixels of the map on a laptop and on a phone."""

ROW, ROWS = 35, 12
COLUMNS = ("new_rank", "name", "new_final", "moved", "new_level", "rank", "final", "level", "group")


def draw(bench: Bench) -> None:
    """The nation in its place, under the line that says when it is late."""
    with st.container(key="sim-nation"):
        late = st.container()
        _nation(bench)
        with late:
            _late(bench)  # after the nation, which notes the weights it is computed for


def on() -> bool:
    """Whether the nation is asked for."""
    return state.param(SWITCH) is not None


@st.fragment(key=LATE)
def _late(bench: Bench) -> None:
    """Nothing while the nation stands for the weights of the URL; else that it does not, and the way to have it do."""
    if not on() or st.session_state.get(_FOR) == _weights(bench):
        return
    t = bench.t
    with st.container(key="sim-nation-late", horizontal=True, vertical_alignment="center", gap="medium", border=True):
        st.markdown(f":material/history: {t('simulation.nation_late')}", width="content")
        st.button(
            t("simulation.nation_refresh"),
            key="sim-nation-refresh",
            type="primary",
            icon=":material/refresh:",
            on_click=_follow,
            args=(bench,),
        )


def _follow(bench: Bench) -> None:
    st.session_state[_FOR] = _weights(bench)
    st.rerun([NATION_PART, LATE])


def _weights(bench: Bench) -> tuple[str, int, str | None]:
    """What the nation depends on that can move while it stands."""
    return bench.city, bench.year, state.param("weight")


@st.fragment(key=NATION_PART)
def _nation(bench: Bench) -> None:
    """The switch, and what it opens for the weights of the URL."""
    with notice.caught(bench.t):
        t, scenario = bench.t, bench.read()
        st.session_state[_FOR] = _weights(bench)
        head = st.container()
        shown = state.toggle(
            SWITCH, label=t("simulation.nation"), help=t("simulation.nation_help"), also=(NATION_PART, LATE)
        )
        if not shown or not scenario.weights:
            head.header(t("simulation.nation_title"), anchor=False)
            if shown:
                notice.missing(t("simulation.nation_official"), detail=t("simulation.nation_official_detail"))
            return
        frame = simulate.nation(bench.data, scenario, bench.stage)
        head.header(finding(t, frame["moved"], "simulation.nation_heading"), anchor=False)
        _open(bench, scenario, frame)


def _open(bench: Bench, scenario: Scenario, frame: pd.DataFrame) -> None:
    t = bench.t
    st.caption(notice.literal(t("simulation.nation_for", weights=weights_said(bench, scenario))))
    left, right = st.columns(2, gap="large")
    with left:
        _movers(t, "up", frame[frame["moved"] > 0].sort_values(["moved", "name"], ascending=[False, True]))
    with right:
        _movers(t, "down", frame[frame["moved"] < 0].sort_values(["moved", "name"]))
    _map(bench, frame)
    _table(bench, frame)
    _take_away(bench, scenario, frame)


# ---- words ---------------------------------------------------------------------------------------------------


def finding(t: Text, moved: ArrayLike, key: str = "simulation.nation_moves") -> str:
    """How many cities rise, fall and stay, as a sentence; `moved` are the places each has gained.

    Over the nation itself the sentence does not say "these weights": the line below it says which.
    """
    places = np.asarray(moved)
    up, down = int((places > 0).sum()), int((places < 0).sum())
    if not up and not down:
        return t("simulation.nation_same", ranked=t.integer(len(places)))
    same = len(places) - up - down
    return t(key, up=t.integer(up), down=t.integer(down), same=t.integer(same))


def weights_said(bench: Bench, scenario: Scenario) -> str:
    """Every weight set of the round as the scenario makes it: `Reguler: Baseline 9%, Output 18% ...`."""
    t = bench.t
    said = []
    for group, name in bench.data.round(bench.year).instruments.items():
        shares = shared(bench.data.data.instruments[name], scenario.weights, strict=False)
        listed = ", ".join(f"{t(f'component.{part}')} {t.percent(share, 1)}" for part, share in shares.items())
        name = filters.group_name(group, t)
        said.append(listed if group == "all" else t("simulation.nation_set", group=name, weights=listed))
    return "; ".join(said)


# ---- parts ---------------------------------------------------------------------------------------------------


def _movers(t: Text, way: str, frame: pd.DataFrame) -> None:
    """The cities that move most in one direction."""
    st.subheader(t(f"simulation.movers.{way}"), anchor=False)
    if frame.empty:
        st.caption(t(f"simulation.movers.none_{way}"))
        return
    rows = [
        [
            city["name"],
            t("simulation.moved_by", ranks=_moved_to(t.integer, city, "rank"), places=_moved(t, city["moved"])),
            _moved_to(t.number, city, "final"),
        ]
        for city in frame.head(MOST).to_dict("records")
    ]
    tables.short([t("simulation.column.name"), t("measure.rank"), t("measure.final")], rows, figures=(1, 2))


def _moved_to(shown: Callable[[object], str], city: Mapping[Hashable, Any], name: str) -> str:
    """`74 → 52`, on one line."""
    return f"{shown(city[name])} → {shown(city[f'new_{name}'])}".replace(" ", "\N{NO-BREAK SPACE}")


def _map(bench: Bench, frame: pd.DataFrame) -> None:
    """The map of the overview with simulated levels: rings with a dot, never discs."""
    from kotacerdas.charts import maps

    t, levels = bench.t, bench.data.levels
    width, height = NARROW if bench.phone else WIDE
    cities = bench.data.results(bench.year).loc[frame.index, ["code", "name", "lat", "lon", "status"]]
    cities = cities.assign(
        level_shown=frame["new_level"], caption=[_caption(bench, row) for row in frame.to_dict("records")]
    )
    counts = {level: int((frame["new_level"] == level).sum()) for level in LEVELS}
    shares = ", ".join(f"{caption.level_name(level, t, levels)}: {t.integer(n)}" for level, n in counts.items())
    changed = int((frame["new_level"] != frame["level"]).sum())
    st.subheader(t("simulation.map_title", changed=t.integer(changed)), anchor=False)
    deck = maps.city_map(
        cities,
        bench.mode,
        maps.Addresses(
            land=assets.url(geo.LAND),
            provinces=assets.url(geo.PROVINCE_BORDERS),
            cities=assets.url("geo/cities.json"),
            signs=assets.url(f"marks/{marks.SHEET}"),
            boundaries=assets.url(BOUNDARIES) if geo.has_boundaries() else None,
        ),
        geo.VIEWS[NATION],
        level="level_shown",
        derived=False,
        simulated=True,
        width=width,
        height=height,
    )
    st.pydeck_chart(deck, height=height, key="sim-map", alt=t("simulation.map_alt", shares=shares))
    with st.container(key="sim-legend", horizontal=True, vertical_alignment="center", gap="xsmall"):
        for level, count in counts.items():
            words = t("simulation.legend", name=caption.level_name(level, t, levels), n=t.integer(count))
            st.markdown(
                f"![]({assets.url(f'marks/simulated-{level}.svg')}) :small[{notice.literal(words)}]", width="content"
            )


def _caption(bench: Bench, row: dict[Any, Any]) -> str:
    t = bench.t
    return t(
        "simulation.map_caption",
        final=t.number(row["new_final"]),
        official=t.number(row["final"]),
        rank=t.integer(row["new_rank"]),
        rank_official=t.integer(row["rank"]),
        level=caption.level_name(row["new_level"], t, bench.data.levels),
    )


def _table(bench: Bench, frame: pd.DataFrame) -> None:
    """Every city before and after, best simulated rank first; the city at work is set in bold."""
    t, ink, levels = bench.t, NEUTRALS[bench.mode], bench.data.levels
    cells = frame.reset_index()[[name for name in COLUMNS if name != "group" or frame["group"].notna().any()]]
    if "group" in cells:
        cells["group"] = [filters.group_name(group, t) for group in cells["group"]]
    if bench.phone:
        cells["name"] = [name.replace("Kabupaten ", t("ranking.kabupaten_short") + " ", 1) for name in cells["name"]]
    own = list(frame.index).index(bench.city)
    colours = {1: ink.rise, -1: ink.fall, 0: ink.muted}
    styled = (
        cells.style.format(
            {
                "new_rank": t.integer,
                "rank": t.integer,
                "new_final": t.number,
                "final": t.number,
                "moved": lambda places: _moved(t, places),
                "new_level": lambda level: caption.level_name(level, t, levels),
                "level": lambda level: caption.level_name(level, t, levels),
            }
        )
        .map(lambda places: f"color: {colours[(places > 0) - (places < 0)]}", subset=["moved"])
        .map(lambda _: f"color: {ink.chosen}; font-weight: 600", subset=pd.IndexSlice[[own], ["new_rank", "name"]])
        .map(lambda _: "font-weight: 600", subset=["new_final"])
    )
    of = st.column_config
    tables.room_for_tools()
    st.dataframe(
        styled,
        hide_index=True,
        height=ROW * (ROWS + 1) + 3,
        row_height=ROW,
        key="sim-nation-table",
        column_config={name: _column(of, t, name, phone=bench.phone) for name in cells},
        alt=t("simulation.nation_alt", count=t.integer(len(frame)), year=bench.year),
    )


def _column(of: Any, t: Text, name: str, *, phone: bool) -> Any:
    """Rank and name stay while the rest scrolls; on a phone they are narrow enough to leave room for it."""
    head = {
        "label": t("ranking.short.rank" if phone and name == "new_rank" else f"simulation.column.{name}"),
        "width": (PHONE if phone else {}).get(name, WIDTHS[name]),
        "pinned": name in ("new_rank", "name"),
    }
    return of.TextColumn(**head) if name in ("name", "group") else of.NumberColumn(**head)


WIDTHS = {
    "new_rank": 128, "name": 200, "new_final": 104, "moved": 80, "new_level": 132, "rank": 112, "final": 90,
    "level": 118, "group": 150,
}  # fmt: skip


PHONE = {"new_rank": 44, "name": 136, "new_final": 100, "moved": 76}
"""Pixels of what a phone shows without scrolling: the pinned columns and the first two figures."""


def _moved(t: Text, places: int) -> str:
    """`▲ 11`, on one line."""
    if not places:
        return "="
    return f"{'▲' if places > 0 else '▼'}\N{NO-BREAK SPACE}{t.integer(abs(places))}"


# ---- to take away --------------------------------------------------------------------------------------------


def _take_away(bench: Bench, scenario: Scenario, frame: pd.DataFrame) -> None:
    """The table as CSV and XLSX, with what it is: a simulation, for which weights, from which source."""
    t = bench.t
    stem = ["kotacerdas", "simulasi", bench.year]

    def workbook() -> bytes:
        table = _named(t, bench, frame)
        finals = {t("simulation.column.final"): "0.00", t("simulation.column.new_final"): "0.00"}
        return export.to_xlsx(
            table, t("simulation.about.sheet", year=bench.year), _about(bench, scenario),
            about=t("simulation.about.sources"), formats=finals,
        )  # fmt: skip

    with st.container(key="sim-nation-downloads", horizontal=True, gap="small", width="content"):
        downloads.button(t("simulation.xlsx"), export.file_name(stem, "xlsx"), workbook, key="sim-xlsx")
        downloads.button(
            t("simulation.csv"),
            export.file_name(stem, "csv"),
            lambda: export.to_csv(_named(t, bench, frame)),
            key="sim-csv",
        )


def _named(t: Text, bench: Bench, frame: pd.DataFrame) -> pd.DataFrame:
    """The table with headings in words and the code first; levels as numbers, the status in every row."""
    table = frame.reset_index()[["code", *COLUMNS]]
    table["group"] = [None if pd.isna(group) else filters.group_name(group, t) for group in table["group"]]
    table["status"] = t("status.simulated")
    return table.rename(columns={name: t(f"simulation.column.{name}") for name in table})


def _about(bench: Bench, scenario: Scenario) -> list[tuple[str, str]]:
    t, data = bench.t, bench.data
    source = data.round(bench.year).source.document
    lines = {
        "table": t("simulation.about.title", year=bench.year),
        "status": t("simulation.banner_weights"),
        "weights": weights_said(bench, scenario),
        "source": provenance.words(t, data, source),
        "version": t("simulation.about.version_value", version=data.version, date=t.date(data.created)),
        "licence": t("simulation.about.licence_value", licence=LICENCE["title"]),
    }
    return [(t(f"simulation.about_line.{name}"), words) for name, words in lines.items()]
