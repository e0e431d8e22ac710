"""The main picture of the page `ringkasan` in three views (map, tiles, provinces), with its legend and the movers.

A fragment: changing the view or the part of the map sends the picture again, not the page.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from kotacerdas import geo
from kotacerdas.boundaries import BOUNDARIES
from kotacerdas.charts import caption, marks
from kotacerdas.i18n import Text
from kotacerdas.published import OUTSIDE
from kotacerdas.ui import assets, notice, overview_lists, shell, state
from kotacerdas.ui.overview_look import Look, province_finding, province_levels, province_table, shares_in_words

VIEWS = ("map", "tiles", "provinces")
NATION = "indonesia"

MIDDLE = 3
"""The level that a finding counts from."""

_CHOSEN = "overview.chosen"
_TRIP = "overview.trip"
FULL, WIDE, NARROW = 1120, 731, 358
"""Pixels a picture is wide on a laptop, there beside the lists, and on a phone."""

LIST_WIDTH = 340
"""Fewest pixels of a list, the longest name with its figures: what a column of the page is wide at least."""

WIDE_HEIGHT, NARROW_HEIGHT = 296, 190
"""Height of the map: with legend and movers it stands in the first screen of a laptop (1280 x 800)."""


# ---- the picture -----------------------------------------------------------------------------------------------


@st.fragment
def draw(look: Look) -> None:
    """The views and their controls; a click on a city opens its profile."""
    with notice.caught(look.t):
        chosen = st.session_state.pop(_CHOSEN, None)
        if chosen:
            st.session_state[_TRIP] = _trip() + 1
            state.switch("kota", city=chosen)
        view = _controls(look)
        lists = overview_lists.movers(look, many=shell.on_phone())
        # As many columns as fit: three on a laptop, where the map takes two beside the lists, four on a wide screen.
        grid = st.grid(4 if view == "map" else 3, min_column_width=LIST_WIDTH, gap=("small", "medium"), key="picture")
        if view == "map":
            with grid.cell(column_span=2, row_span=len(lists)), st.container(gap="xsmall"):
                _map(look)
                _legend(look, view)
        else:
            with grid.cell(column_span="all"), st.container(gap="xsmall"):
                _VIEWS[view](look)
                _legend(look, view)
        for draw_list in lists:
            with grid.cell():
                draw_list()
        overview_lists.movers_source(look)
        overview_lists.city_table(look)
        overview_lists.province_averages(look, at_once=view == "provinces")


def _controls(look: Look) -> str:
    t = look.t
    with st.container(key="views", horizontal=True, vertical_alignment="center", gap="medium"):
        view = state.choose(
            "view",
            VIEWS,
            label=t("overview.view"),
            shown=lambda value: t(f"overview_view.{value}"),
            default="tiles" if shell.on_phone() else "map",
            look="segmented",
            quiet=True,
        )
        if view != "provinces":
            state.choose(
                "at",
                tuple(geo.VIEWS),
                label=t("overview.at"),
                shown=lambda value: t("overview.nation") if value == NATION else t(f"island.{value}"),
                default=_first_window(look, view),
                look="pills",
                quiet=True,
            )
    return view


def _window(look: Look, view: str) -> str:
    """The part of the country that map and tiles show."""
    at = state.param("at")
    return at if at is not None and at in geo.VIEWS else _first_window(look, view)


def _first_window(look: Look, view: str) -> str:
    """Where a picture looks unless told: at the island that is filtered for, else at the nation.

    On a phone the nation's tiles are too small for a finger: there the tiles begin with the island group that has
    most programme cities.
    """
    if len(look.selection.islands) == 1:
        return look.selection.islands[0]
    if view == "tiles" and shell.on_phone() and len(look.programme):
        return str(look.programme["island"].value_counts().index[0])
    return NATION


def _map(look: Look) -> None:
    from kotacerdas.charts import maps

    t = look.t
    st.caption(_where_the_top_is(look))
    width, height = (NARROW, NARROW_HEIGHT) if shell.on_phone() else (WIDE, WIDE_HEIGHT)
    deck = maps.city_map(
        look.frame,
        look.theme,
        maps.Addresses(
            land=assets.url(geo.LAND),
            provinces=assets.url(geo.PROVINCE_BORDERS),
            cities=assets.url("geo/cities.json"),
            signs=assets.url(f"marks/{marks.SHEET}"),
            boundaries=assets.url(BOUNDARIES) if geo.has_boundaries() else None,
        ),
        geo.VIEWS[_window(look, "map")],
        level="level_shown",
        derived=look.derived,
        width=width,
        height=height,
    )
    st.pydeck_chart(
        deck,
        height=height,
        key=f"map-{_trip()}",
        on_select=_pick(f"map-{_trip()}", _code_on_map),
        alt=t("overview.map_alt", shares=shares_in_words(look)),
    )


def _tiles(look: Look) -> None:
    """The tiles; a click opens the profile, a tap on a phone says name and figures.

    Plotly takes the place of a tap from the tap before it: a second tap would open the profile of the first tile.
    """
    from kotacerdas.charts import frame, tiles

    t, window, small = look.t, _window(look, "tiles"), shell.on_phone()
    part = look.frame if window == NATION else look.frame[look.frame["island"] == window]
    width, height = (NARROW, 260) if small else (FULL, 520)
    glance = small and window == NATION
    counts = {
        "place": t("overview.nation") if window == NATION else t(f"island.{window}"),
        "shown": len(part),
        "n": int((part["status"] != OUTSIDE).sum()),
        "published": int(part["final"].notna().sum()),
    }
    what = t("overview.tiles_derived" if look.derived else "overview.tiles_say", **counts)
    how = "overview.tiles_glance" if glance else "overview.tiles_blocks" if small else "overview.tiles_click"
    st.caption(f"{what} {t(how)}")
    fig = tiles.city_tiles(
        part,
        look.theme,
        t,
        look.data.levels,
        year=look.year,
        level="level_shown",
        derived=look.derived,
        width=width,
        height=height,
        blocks=small and not glance,
    )
    key = f"tiles-{window}-{_trip()}"
    st.plotly_chart(
        fig,
        key=key,
        theme=None,
        config=frame.CONFIG,
        on_select="ignore" if small else _pick(key, _code_on_tile),
        selection_mode="points",
        alt=t("overview.map_alt", shares=shares_in_words(look)),
    )


def _provinces(look: Look) -> None:
    from kotacerdas.charts import frame, provinces

    table = province_table(look)
    finding = province_finding(look, table)
    st.caption(f"{finding} {look.t('provinces.ticks')}")
    fig = provinces.province_dots(
        table,
        look.frame[["province_code", "name", "final"]],
        look.theme,
        look.t,
        bounds=look.data.bounds(look.year),
        derived=look.derived,
        narrow=shell.on_phone(),
    )
    st.plotly_chart(fig, key="provinces", theme=None, config=frame.CONFIG, alt=finding)


_VIEWS: dict[str, Callable[[Look], None]] = {"map": _map, "tiles": _tiles, "provinces": _provinces}


# ---- clicks ----------------------------------------------------------------------------------------------------


def _pick(key: str, code_of: Callable[[Any], str | None]) -> Callable[[], None]:
    """A callback that notes the city clicked on; the coming run goes to it (a callback may not)."""

    def noted() -> None:
        st.session_state[_CHOSEN] = code_of(st.session_state[key])

    return noted


def _trip() -> int:
    """How often a click has led away from here: the picture's key, since the browser keeps what is selected under
    the old one, and a second click on the same city would only take the selection back.
    """
    return int(st.session_state.get(_TRIP, 0))


def _code_on_map(event: Any) -> str | None:
    objects = event["selection"]["objects"]
    return next((str(found[0]["c"]) for found in objects.values() if found), None)


def _code_on_tile(event: Any) -> str | None:
    points = event["selection"]["points"]
    found = points[0].get("customdata") if points else None
    return str(found[0] if isinstance(found, list | tuple) else found) if found else None


# ---- legend ----------------------------------------------------------------------------------------------------


def _legend(look: Look, view: str) -> None:
    """Every mark of the view in words with its number, outside the picture, so that no zoom loses it."""
    t = look.t
    kind = "derived" if look.derived else "level"
    tile = "tile-" if view == "tiles" else ""
    few, counts = 0, look.counts
    if view == "provinces":
        table = province_table(look)
        few, counts = int((table["level"].isna() & table["mean"].notna()).sum()), province_levels(table)
    entries = [
        _entry(f"{tile}{kind}-{level.id}.svg", _counted(t, t.label(level.label), counts.get(level.id, 0)))
        for level in look.data.levels.levels
    ]
    if few:
        entries.append(_entry(marks.FEW, _counted(t, t("overview_legend.few"), few)))
    if view != "provinces":
        why = look.programme[look.programme["final"].isna()]["why"].value_counts()
        entries += [
            _entry(f"{tile}{picture}.svg", _counted(t, t(f"overview_legend.{name}"), int(why[name])))
            for name, picture in _WHY.items()
            if why.get(name)
        ]
        rest = caption.NO_VALUE if look.derived else OUTSIDE
        faint = "filtered" if look.selection.narrowed and view == "map" else rest
        entries.append(_entry(f"{tile}{OUTSIDE}.svg", t(f"overview_faint.{faint}", year=look.year)))
    with st.container(key="legend", horizontal=True, vertical_alignment="center", gap="xsmall"):
        for entry in entries:
            st.markdown(entry, width="content")


_WHY = {
    "did_not_take_part": "did_not_take_part",
    caption.INFERRED: "did_not_take_part",
    "not_in_copy": "not_in_copy",
    "not_final": "not_final",
}
"""Why a programme city has no value -> its mark."""


def _counted(t: Text, name: str, n: int) -> str:
    return t("overview.legend", name=name, n=t.integer(n))


def _entry(picture: str, words: str) -> str:
    return f"![]({assets.url(f'marks/{picture}')}) :small[{notice.literal(words)}]"


def _where_the_top_is(look: Look) -> str:
    """The finding of the map: on which island the cities of the highest level stand.

    Where that says nothing (one island, one such city, two islands with as many), how many reach level 3.
    """
    t, levels = look.t, look.data.levels
    scored = look.frame.dropna(subset=["level_shown"])
    if scored.empty:
        return t("overview.map_none" if look.programme.empty else "overview.map_empty")
    if len(scored) == 1:
        return t("overview.map_one")
    top = scored[scored["level_shown"] == scored["level_shown"].max()]
    islands = top["island"].value_counts()
    tied = len(islands) > 1 and islands.iloc[0] == islands.iloc[1]
    if scored["island"].nunique() == 1 or len(top) == 1 or tied:
        reach = int((scored["level_shown"] >= MIDDLE).sum())
        words = {"level": t.label(levels[MIDDLE].label).lower(), "n": t.integer(reach), "of": t.integer(len(scored))}
        return t("overview.map_reach", **words)
    return t(
        "overview.map_all" if len(islands) == 1 else "overview.map_say",
        level=t.label(levels[int(top["level_shown"].iloc[0])].label).lower(),
        n=t.integer(len(top)),
        most=t.integer(islands.iloc[0]),
        island=t(f"island.{islands.index[0]}"),
    )
