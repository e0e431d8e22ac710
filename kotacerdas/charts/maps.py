"""The national map: outlines by address, one dot per city above them, nothing from outside.

Land, province lines and the faint dots of all 514 are files the browser fetches once; only the programme cities of
the round travel with the picture. Each level is a layer of its own (so a dot carries no colour), the lowest drawn
last: there are fewest of them, and on crowded Java they would vanish under the others. Cities without a value are
signs, never dots. `map_provider=None` keeps every tile server away.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pydeck as pdk

from kotacerdas.charts.marks import SIGNS
from kotacerdas.charts.palette import LEVELS, NEUTRALS, Neutrals, Theme, rgba
from kotacerdas.geo import View
from kotacerdas.published import OUTSIDE

Row = dict[str, Any]
DOT = {"radius_units": "meters", "get_radius": 11_000, "radius_min_pixels": 6, "radius_max_pixels": 12}
"""A dot's size: for a finger at national scale, growing as the reader comes nearer."""


PADDING = 8
"""Pixels kept free round the degrees that must be seen: a dot's radius and a little."""


@dataclass(frozen=True)
class Addresses:
    """Where the browser fetches the standing parts of the map."""

    land: str
    provinces: str
    cities: str
    signs: str
    boundaries: str | None = None
    """Official kabupaten and kota boundaries, where somebody has supplied them."""


class LeanDeck(pdk.Deck):  # type: ignore[misc]
    """A Deck whose JSON has no indentation: a third of the bytes."""

    def to_json(self) -> str:
        """The deck as compact JSON."""
        return json.dumps(json.loads(super().to_json()), separators=(",", ":"), ensure_ascii=False)


def all_cities(cities: pd.DataFrame) -> str:
    """The faint dots as JSON rows, by code: `c` code, `n` name, `s` province (language-free), `x`, `y` degrees."""
    return json.dumps(
        [_row(city, city["province"]) for city in sorted(cities.to_dict("records"), key=lambda city: city["code"])],
        separators=(",", ":"),
        ensure_ascii=False,
    )


def rows(frame: pd.DataFrame) -> list[Row]:
    """The lean rows of a layer: code, name, caption and position rounded to three decimals (about 100 metres)."""
    return [_row(city, city["caption"]) for city in frame.reset_index(drop=True).to_dict("records")]


def _row(city: dict[Any, Any], says: str) -> Row:
    return {"c": city["code"], "n": city["name"], "s": says, "x": round(city["lon"], 3), "y": round(city["lat"], 3)}


def city_map(
    frame: pd.DataFrame,
    theme: Theme,
    at: Addresses,
    view: View,
    *,
    level: str,
    derived: bool,
    width: int,
    height: int,
    simulated: bool = False,
) -> LeanDeck:
    """The map of a selection of programme cities.

    `frame` needs `code`, `name`, `lat`, `lon`, `status`, the level column named by `level`, and `caption` (what the
    tooltip says). Derived finals are rings in the level's colour, simulated ones rings with a dot, published ones
    discs. `width` and `height` are the pixels in which `view` shall fit.
    """
    ink, camera = NEUTRALS[theme], view.camera(width, height, PADDING)
    inside = frame[frame["status"] != OUTSIDE]
    layers = [_sea(ink), _land(at.land, ink)]
    layers += [_lines(name, address, ink) for name, address in _borders(at).items()]
    layers.append(_faint(at.cities, ink))
    for status in SIGNS:
        part = inside[inside["status"] == status]
        if len(part):
            layers.append(_signs(status, rows(part), at.signs, ink))
    for number in reversed(LEVELS):
        part = inside[inside[level] == number]
        if len(part):
            layers.append(_dots(number, rows(part), theme, hollow=derived or simulated))
            if simulated:
                layers.append(_cores(number, part))
    return LeanDeck(
        layers=layers,
        map_provider=None,
        initial_view_state=pdk.ViewState(
            longitude=round(camera.lon, 3),
            latitude=round(camera.lat, 3),
            zoom=round(camera.zoom, 2),
            min_zoom=1.5,
            max_zoom=10,
        ),
        tooltip=_tooltip(theme, view),
    )


def _borders(at: Addresses) -> dict[str, str]:
    """Official boundaries take the place of the old province lines."""
    return {"boundaries": at.boundaries} if at.boundaries else {"provinces": at.provinces}


def _sea(ink: Neutrals) -> pdk.Layer:
    return pdk.Layer(
        "SolidPolygonLayer",
        id="sea",
        data=[{"polygon": [[60, -40], [180, -40], [180, 45], [60, 45]]}],
        get_polygon="polygon",
        get_fill_color=rgba(ink.sea),
        pickable=False,
    )


def _land(address: str, ink: Neutrals) -> pdk.Layer:
    """Indonesia, and its neighbours fainter."""
    return pdk.Layer(
        "GeoJsonLayer",
        id="land",
        data=address,
        filled=True,
        stroked=True,
        get_fill_color=f"properties.role == 'home' ? {rgba(ink.land)} : {rgba(ink.land, 0.45)}",
        get_line_color=f"properties.role == 'home' ? {rgba(ink.coast)} : {rgba(ink.coast, 0.35)}",
        get_line_width=1,
        line_width_units=pdk.types.String("pixels"),
        line_width_min_pixels=0.7,
        pickable=False,
    )


def _lines(name: str, address: str, ink: Neutrals) -> pdk.Layer:
    return pdk.Layer(
        "GeoJsonLayer",
        id=name,
        data=address,
        filled=False,
        stroked=True,
        get_line_color=rgba(ink.coast),
        get_line_width=1,
        line_width_units=pdk.types.String("pixels"),
        line_width_min_pixels=0.6,
        pickable=False,
    )


def _faint(address: str, ink: Neutrals) -> pdk.Layer:
    return pdk.Layer(
        "ScatterplotLayer",
        id="cities",
        data=address,
        get_position="[x, y]",
        get_fill_color=rgba(ink.faint, 0.9),
        radius_units=pdk.types.String("meters"),
        get_radius=4_000,
        radius_min_pixels=2.2,
        radius_max_pixels=5,
        pickable=True,
    )


def _dots(level: int, data: list[Row], theme: Theme, *, hollow: bool) -> pdk.Layer:
    ink = NEUTRALS[theme]
    size = {key: pdk.types.String(value) if isinstance(value, str) else value for key, value in DOT.items()}
    return pdk.Layer(
        "ScatterplotLayer",
        id=f"level-{level}",
        data=data,
        get_position="[x, y]",
        get_fill_color=rgba(ink.background) if hollow else rgba(LEVELS[level]),
        get_line_color=rgba(LEVELS[level]) if hollow else rgba(ink.stroke, 0.75),
        stroked=True,
        line_width_units=pdk.types.String("pixels"),
        get_line_width=3 if hollow else 0.8,
        pickable=True,
        **size,
    )


def _cores(level: int, part: pd.DataFrame) -> pdk.Layer:
    """The dot inside the ring of a simulated final: positions only, the ring is what is pointed at."""
    places = [{"p": [round(x, 3), round(y, 3)]} for x, y in zip(part["lon"], part["lat"], strict=True)]
    return pdk.Layer(
        "ScatterplotLayer",
        id=f"core-{level}",
        data=places,
        get_position="p",
        get_fill_color=rgba(LEVELS[level]),
        radius_units=pdk.types.String("meters"),
        get_radius=3_600,
        radius_min_pixels=2,
        radius_max_pixels=4,
        pickable=False,
    )


def _signs(status: str, data: list[Row], sheet_at: str, ink: Neutrals) -> pdk.Layer:
    return pdk.Layer(
        "IconLayer",
        id=status,
        data=data,
        get_position="[x, y]",
        icon_atlas=pdk.types.String(sheet_at),
        icon_mapping=SIGNS,
        get_icon=f"('{status}')",
        get_color=rgba(ink.muted),
        size_units=pdk.types.String("meters"),
        get_size=22_000,
        size_min_pixels=14,
        size_max_pixels=26,
        pickable=True,
    )


def _tooltip(theme: Theme, view: View) -> dict[str, object]:
    """Name and caption beside the pointer, always towards the middle of the map, whose edge would cut them off.

    The box is moved by its own width from west (not at all) to east (all of it), and above the pointer in the south.
    """
    ink = NEUTRALS[theme]
    middle = (view.north + view.south) / 2
    across = f"clamp(-100%, calc(({view.west} - {{x}}) / {view.east - view.west:.1f} * 100%), 0%)"
    above = f"clamp(-100%, calc(({{y}} - {middle:.1f}) * 1000%), 0%)"
    apart = f"clamp(-12px, calc(({{y}} - {middle:.1f}) * 1000px), 12px)"
    look = {
        "translate": f"{across} calc({above} + {apart})",
        "white-space": "pre-line",
        "width": "max-content",
        "max-width": "300px",
        "padding": "8px 10px",
        "border": f"1px solid {ink.border}",
        "border-radius": "6px",
        "background": ink.surface,
        "color": ink.text,
        "font": "13px/1.45 'Source Sans', sans-serif",
    }
    style = ";".join(f"{name}:{value}" for name, value in look.items())
    bare = {"padding": "0", "backgroundColor": "transparent"}
    return {"html": f'<div style="{style}"><b>{{n}}</b>\n{{s}}</div>', "style": bare}
