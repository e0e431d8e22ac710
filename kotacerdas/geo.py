"""Places: island-group views, the tile map, the outlines the browser fetches, distances between cities, credits.

Plain numbers and small files. How the files in `geo/` and `static/geo/` came about, and under which licences,
stands in `geo/README.md`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from numpy.typing import ArrayLike, NDArray

from kotacerdas.boundaries import BOUNDARIES, boundary_codes, features_of
from kotacerdas.problem import Problem

ROOT = Path(__file__).resolve().parent.parent
TILES = ROOT / "geo" / "tiles.csv"
CREDITS = ROOT / "geo" / "credits.yaml"
STATIC = ROOT / "static"

LAND = "geo/land.json"
"""Under `static/`: two features whose property `role` is `home` (Indonesia) or `neighbours`."""
PROVINCE_BORDERS = "geo/provinces.json"
"""Under `static/`: the lines between the 33 provinces of before 2012. Background only."""

EARTH_RADIUS_KM = 6371.0088
ROW_HEIGHT = math.sqrt(3) / 2
"""Distance between two rows of hexagons that are one unit wide."""
HEXAGON = tuple((math.sin(math.pi / 3 * k) / math.sqrt(3), math.cos(math.pi / 3 * k) / math.sqrt(3)) for k in range(6))
"""The six corners of a pointy-topped hexagon one unit wide, around its centre."""


@dataclass(frozen=True)
class Camera:
    """Where a web-Mercator map looks: centre in degrees, zoom as deck.gl counts it (the world is 512 px at 0)."""

    lon: float
    lat: float
    zoom: float


@dataclass(frozen=True)
class View:
    """A preset of the map: its id, the catalogue key of its name, and the degrees it must show."""

    id: str
    label: str
    west: float
    south: float
    east: float
    north: float

    def camera(self, width: int = 1200, height: int = 520, padding: int = 16) -> Camera:
        """The camera that just shows the whole view on a map of `width` x `height` pixels.

        >>> VIEWS["jawa"].camera().zoom > VIEWS["jawa"].camera(390, 300).zoom
        True
        """
        left, right = self.west / 360, self.east / 360
        bottom, top = _mercator(self.south), _mercator(self.north)
        fit = min((width - 2 * padding) / (right - left), (height - 2 * padding) / (top - bottom))
        middle = math.degrees(math.atan(math.sinh(math.pi * (bottom + top))))
        return Camera((self.west + self.east) / 2, middle, math.log2(fit / 512))


def _mercator(lat: float) -> float:
    """Height on the Mercator square, 0 at the equator, in units of the world's width."""
    return math.asinh(math.tan(math.radians(lat))) / (2 * math.pi)


VIEWS: Mapping[str, View] = {
    view.id: view
    for view in (
        View("indonesia", "filters.all_islands", 94.7, -11.2, 141.3, 6.3),
        View("sumatera", "island.sumatera", 94.8, -6.2, 109.2, 6.1),
        View("jawa", "island.jawa", 104.9, -8.9, 114.8, -5.5),
        View("bali-nusa-tenggara", "island.bali-nusa-tenggara", 114.3, -11.1, 125.4, -7.9),
        View("kalimantan", "island.kalimantan", 108.7, -4.4, 119.1, 4.5),
        View("sulawesi", "island.sulawesi", 118.6, -6.6, 127.2, 4.7),
        View("maluku", "island.maluku", 124.2, -8.6, 134.9, 2.8),
        View("papua", "island.papua", 129.2, -9.3, 141.2, 0.4),
    )
}
"""The nation and its seven island groups, west to east. Ids after the first are those of the register."""


def load_tiles(path: Path = TILES) -> pd.DataFrame:
    """The tile map by official code: `col`, `row`, and the hexagon's centre `x`, `y` in tile widths (y points up).

    Odd rows stand half a tile to the right. Raises `Problem` naming the row that is wrong.
    """
    name = f"{path.parent.name}/{path.name}"
    try:
        frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    except OSError as error:
        raise Problem("file_missing", file=name) from error
    except UnicodeDecodeError as error:
        raise Problem("file_encoding", file=name, row=1) from error
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise Problem("file_unreadable", file=name, row=1) from error
    # A row with more cells than the header would silently become an index.
    if list(frame.columns) != ["code", "col", "row"] or not isinstance(frame.index, pd.RangeIndex):
        raise Problem("file_columns", file=name, columns=", ".join(map(str, frame.columns)))
    for column in ("col", "row"):
        bad = ~frame[column].str.fullmatch(r"\d{1,3}")
        if bad.any():
            first = int(bad.to_numpy().argmax())
            value = frame[column].iloc[first]
            raise Problem("cell_number", file=name, row=first + 2, column=column, value=value)
        frame[column] = frame[column].astype(int)
    for columns in (["code"], ["col", "row"]):
        twice = frame.duplicated(columns)
        if twice.any():
            first = int(twice.to_numpy().argmax())
            value = ", ".join(frame[columns].iloc[first].astype(str))
            raise Problem("row_twice", file=name, row=first + 2, value=value)
    frame["x"] = frame["col"] + frame["row"] % 2 / 2
    frame["y"] = -frame["row"] * ROW_HEIGHT
    return frame.set_index("code")


def distances_km(lat: float, lon: float, lats: ArrayLike, lons: ArrayLike) -> NDArray[np.float64]:
    """Great-circle distances in kilometres from one point to many (degrees in; haversine formula).

    >>> distances_km(0, 0, [0, 0], [0, 180]).round().tolist()
    [0.0, 20015.0]
    """
    phi, phis = np.radians(lat), np.radians(np.asarray(lats, dtype=float))
    half_lon = np.radians(np.asarray(lons, dtype=float) - lon) / 2
    chord = np.sin((phis - phi) / 2) ** 2 + np.cos(phi) * np.cos(phis) * np.sin(half_lon) ** 2
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(chord, 0, 1))))


def nearest(cities: pd.DataFrame, code: str, count: int = 10) -> pd.Series[float]:
    """The `count` cities nearest to a city, nearest first: official code -> kilometres between the seats.

    `cities` is the register, or any part of it with that city in it, by code with `lat` and `lon` in degrees.
    Equal distances stand in the order of the codes.
    """
    if code not in cities.index:
        raise Problem("city_unknown", value=code[:40])
    lat, lon = cities.loc[code, ["lat", "lon"]].astype(float)
    km = distances_km(lat, lon, cities["lat"], cities["lon"])
    found = pd.Series(km, index=cities.index, name="km").drop(code).sort_index()
    return found.sort_values(kind="stable").head(count)


def has_boundaries(static: Path = STATIC) -> bool:
    """Whether official kabupaten/kota polygons were imported."""
    return (static / BOUNDARIES).is_file()


@dataclass(frozen=True)
class Credit:
    """Whom the map thanks: what came from them, the licence, and the line to print, by language."""

    id: str
    name: str
    licence: str
    what: Mapping[str, str]
    text: Mapping[str, str]


def load_credits(path: Path = CREDITS) -> tuple[Credit, ...]:
    """The credit lines of the method page. Raises `Problem` if the file is missing or damaged."""
    name = f"{path.parent.name}/{path.name}"
    try:
        entries = yaml.safe_load(path.read_bytes())["credits"]
        return tuple(Credit(**entry) for entry in entries)
    except OSError as error:
        raise Problem("file_missing", file=name) from error
    except (yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError) as error:
        mark = getattr(error, "problem_mark", None)
        raise Problem("file_unreadable", file=name, row=mark.line + 1 if mark else 1) from error


def geo_problems(codes: Iterable[str], tiles: Path = TILES, static: Path = STATIC) -> list[Problem]:
    """Everything wrong with the map files, given the official codes of the register; empty when all is well."""
    known = set(codes)
    problems: list[Problem] = []
    try:
        placed = load_tiles(tiles)
        file = f"{tiles.parent.name}/{tiles.name}"
        for row, code in enumerate(placed.index, start=2):
            if code not in known:
                problems.append(Problem("city_unknown_row", file=file, row=row, value=code))
        problems += [Problem("tile_missing", file=file, value=code) for code in sorted(known - set(placed.index))]
    except Problem as problem:
        problems.append(problem)
    for name in (LAND, PROVINCE_BORDERS, *([BOUNDARIES] if has_boundaries(static) else [])):
        try:
            features = features_of(static / name)
            if name == BOUNDARIES:
                boundary_codes(features, known, name)
        except Problem as problem:
            problems.append(problem)
    try:
        load_credits()
    except Problem as problem:
        problems.append(problem)
    return problems
