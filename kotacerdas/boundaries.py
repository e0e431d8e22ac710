"""Official kabupaten/kota boundaries, for those who have them: checked, simplified, put where the map finds them.

    python -m kotacerdas.boundaries FILE

No boundaries come with the project: those that are freely found may not be passed on. `geo/README.md` says more.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import tempfile
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kotacerdas.problem import Problem

STATIC = Path(__file__).resolve().parent.parent / "static"
BOUNDARIES = "geo/boundaries.json"
"""Under `static/`: the imported polygons, one feature per area with its official code in the property `code`."""

SURVEY_FORMATS = (".gpkg", ".shp", ".zip")
"""Formats of surveying offices, besides GeoJSON: a GeoPackage, a Shapefile, a zipped Shapefile."""

MOST_BYTES = 100_000_000
"""Largest file that is read at all."""
TOLERANCE = 0.004
"""Simplification in degrees, about 440 m."""
GRID = 0.0001
"""Coordinates are rounded to this many degrees, 11 m."""
INDONESIA = (90.0, -15.0, 145.0, 10.0)
"""West, south, east, north of everything that can be a place in Indonesia, degrees."""


def import_boundaries(source: Path, codes: Collection[str], static: Path = STATIC) -> int:
    """Check a GeoJSON file of kabupaten/kota polygons, simplify it and put it where the map finds it.

    Each feature carries its official code in the property `code`; a file may cover only part of the country.
    Neighbours keep their common border. Returns the number of areas. Raises `Problem`; then nothing has changed.
    """
    import shapely
    from shapely.geometry import mapping, shape

    features = features_of(source)
    found = boundary_codes(features, codes, source.name)
    shapes = []
    for number, feature in enumerate(features, start=1):
        try:
            polygon = shapely.make_valid(shape(feature["geometry"]))
        except (KeyError, TypeError, ValueError, AttributeError, shapely.errors.ShapelyError) as error:
            raise Problem("boundary_shape", file=source.name, row=number) from error
        areas = [part for part in shapely.get_parts(polygon) if part.geom_type.endswith("Polygon")]
        polygon = shapely.unary_union(areas)
        west, south, east, north = polygon.bounds if not polygon.is_empty else (math.nan,) * 4
        if not (INDONESIA[0] <= west and INDONESIA[1] <= south and east <= INDONESIA[2] and north <= INDONESIA[3]):
            raise Problem("boundary_shape", file=source.name, row=number)
        shapes.append(polygon)
    simple = shapely.set_precision(shapely.coverage_simplify(np.array(shapes), TOLERANCE), GRID)
    collection = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"code": code},
                "geometry": {"type": polygon.geom_type, "coordinates": _rounded(mapping(polygon)["coordinates"])},
            }
            for code, polygon in sorted(zip(found, simple, strict=True), key=lambda pair: pair[0])
        ],
    }
    _write(static / BOUNDARIES, json.dumps(collection, separators=(",", ":")) + "\n")
    return len(found)


def features_of(path: Path) -> list[dict[str, Any]]:
    """The features of a GeoJSON file, or of a GeoPackage or Shapefile in any coordinate system (read by geopandas)."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Problem("boundary_large", file=path.name, accepted=MOST_BYTES // 1_000_000)
        if path.suffix.lower() in SURVEY_FORMATS:
            return _survey_features(path)
        collection = json.loads(path.read_bytes())
    except OSError as error:
        raise Problem("boundary_missing", file=path.name) from error
    except json.JSONDecodeError as error:
        raise Problem("boundary_json", file=path.name, row=error.lineno) from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise Problem("boundary_json", file=path.name, row=1) from error
    features = collection.get("features") if isinstance(collection, dict) else None
    if not isinstance(features, list) or not features or not all(isinstance(f, dict) for f in features):
        raise Problem("boundary_kind", file=path.name)
    return features


def _survey_features(path: Path) -> list[dict[str, Any]]:
    import geopandas

    try:
        frame = geopandas.read_file(path)
        if frame.crs is None or "code" not in frame.columns or frame.empty:
            raise Problem("boundary_kind", file=path.name)
        features: list[dict[str, Any]] = frame[["code", "geometry"]].to_crs(4326).to_geo_dict()["features"]
    except Problem:
        raise
    except Exception as error:  # every driver raises kinds of its own
        raise Problem("boundary_survey", file=path.name) from error
    return features


def boundary_codes(features: Sequence[Mapping[str, Any]], codes: Collection[str], name: str) -> list[str]:
    """The official code of each feature, in order."""
    found: list[str] = []
    for number, feature in enumerate(features, start=1):
        properties = feature.get("properties")
        code = properties.get("code") if isinstance(properties, dict) else None
        if not isinstance(code, str) or not code.strip():
            raise Problem("boundary_code", file=name, row=number)
        found.append(code.strip())
    if unknown := [code for code in found if code not in codes]:
        shown = ", ".join(code[:12] for code in unknown[:5])
        raise Problem("boundary_unknown", file=name, value=shown, count=len(unknown))
    if twice := sorted({code for code in found if found.count(code) > 1}):
        raise Problem("boundary_twice", file=name, value=", ".join(twice[:5]))
    return found


def _rounded(coordinates: Any) -> Any:
    """Nested coordinates with four decimals (11 m)."""
    if isinstance(coordinates, int | float):
        return round(float(coordinates), 4)
    return [_rounded(item) for item in coordinates]


def _write(path: Path, text: str) -> None:
    """Replace a file in one step, so that a reader never meets half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, suffix=".tmp", delete=False) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial = Path(file.name)
    partial.chmod(0o644)
    partial.replace(path)


def main(arguments: Sequence[str] | None = None) -> int:
    """`python -m kotacerdas.boundaries FILE`: 0 when done, 2 with one sentence when refused."""
    from kotacerdas.dataset import read_dataset
    from kotacerdas.i18n import DEFAULT, LANGUAGES, Text

    parser = argparse.ArgumentParser(prog="python -m kotacerdas.boundaries", description="Import official boundaries.")
    parser.add_argument(
        "file",
        type=Path,
        help="GeoJSON, GeoPackage or Shapefile with the official code of each area in the field `code`",
    )
    parser.add_argument("--lang", choices=LANGUAGES, default=DEFAULT, help="language of messages")
    options = parser.parse_args(arguments)
    text = Text(options.lang)
    try:
        codes = set(read_dataset().tables["cities"]["code"])
        count = import_boundaries(options.file, codes, STATIC)
    except Problem as problem:
        print(text.problem(problem), file=sys.stderr)
        return 2
    print(text("geo.boundaries_imported", count=count, total=len(codes)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
