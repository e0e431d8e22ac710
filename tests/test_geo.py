"""Map files: the tile map, views, distances, outlines, credits and the import of official boundaries."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotacerdas import boundaries, geo
from kotacerdas.geo import VIEWS, distances_km, geo_problems, has_boundaries, load_credits, load_tiles, nearest
from kotacerdas.i18n import LANGUAGES, Text, catalogue
from kotacerdas.problem import Problem

ROOT = Path(__file__).resolve().parents[1]
Cell = tuple[int, int]


@pytest.fixture(scope="module")
def cities() -> pd.DataFrame:
    frame = pd.read_csv(ROOT / "data" / "cities.csv", dtype=str, keep_default_na=False)
    return frame.astype({"lat": float, "lon": float}).set_index("code")


@pytest.fixture(scope="module")
def tiles() -> pd.DataFrame:
    return load_tiles()


def one_sentence(problem: Problem) -> str:
    """The sentence a person sees, checked in both languages; the English one is returned."""
    for lang in LANGUAGES:
        sentence = Text(lang).problem(problem)
        assert sentence.endswith(".") and "{" not in sentence
    return Text("en").problem(problem)


# --- the tile map -------------------------------------------------------------------------------------------------


def neighbours(cell: Cell) -> set[Cell]:
    """The six hexagons around a hexagon; odd rows stand half a tile to the right."""
    col, row = cell
    left = col - 1 + row % 2
    return {(col - 1, row), (col + 1, row), *((c, r) for r in (row - 1, row + 1) for c in (left, left + 1))}


def pieces(cells: set[Cell]) -> list[set[Cell]]:
    """The connected parts of a set of hexagons."""
    rest, parts = set(cells), []
    while rest:
        part, edge = set(), {rest.pop()}
        while edge:
            part |= edge
            edge = {n for cell in edge for n in neighbours(cell)} & rest
            rest -= edge
        parts.append(part)
    return parts


def cells_of(tiles: pd.DataFrame) -> dict[Cell, str]:
    return {(int(t.col), int(t.row)): str(t.Index) for t in tiles.itertuples()}


def test_every_city_has_one_tile_of_its_own(tiles: pd.DataFrame, cities: pd.DataFrame) -> None:
    assert set(tiles.index) == set(cities.index)
    assert len(tiles) == len(cells_of(tiles)) == 514


def test_the_tile_map_is_about_twice_as_wide_as_high(tiles: pd.DataFrame) -> None:
    width = tiles["x"].max() - tiles["x"].min() + 1
    height = tiles["y"].max() - tiles["y"].min() + 2 / math.sqrt(3)
    assert 2.0 <= width / height <= 2.4
    assert width <= 68  # 5.7 px a tile on a phone


def test_sea_lies_between_island_groups(tiles: pd.DataFrame, cities: pd.DataFrame) -> None:
    cells = cells_of(tiles)
    for part in pieces(set(cells)):
        assert cities.loc[[cells[cell] for cell in part], "island"].nunique() == 1


def test_an_island_of_the_layout_is_one_piece(tiles: pd.DataFrame) -> None:
    layout: defaultdict[str, set[Cell]] = defaultdict(set)
    lines = (ROOT / "geo" / "tiles_layout.txt").read_text(encoding="utf-8").splitlines()
    for row, line in enumerate(lines):
        for place, letter in enumerate(line):
            if letter not in ". ":
                layout[letter].add(((place - row % 2) // 2, row))
    assert set().union(*layout.values()) == set(cells_of(tiles))
    assert {letter for letter, cells in layout.items() if len(pieces(cells)) > 1} == set()


def test_a_province_is_as_connected_as_its_islands(tiles: pd.DataFrame, cities: pd.DataFrame) -> None:
    cells = cells_of(tiles)
    for land in pieces(set(cells)):
        province = {cell: cities.loc[cells[cell], "province"] for cell in land}
        for name in set(province.values()):
            assert len(pieces({cell for cell in land if province[cell] == name})) == 1, name


def test_tiles_lie_as_the_cities_do(tiles: pd.DataFrame, cities: pd.DataFrame) -> None:
    both = cities.join(tiles)
    ranks = both.groupby("island")[["lon", "lat", "x", "y"]].rank()
    ranks["island"] = both["island"]
    found = ranks.groupby("island")[["lon", "lat", "x", "y"]].apply(
        lambda part: pd.Series({"east": part["lon"].corr(part["x"]), "north": part["lat"].corr(part["y"])})
    )
    assert np.median(found) >= 0.95
    assert found.to_numpy().min() >= 0.8


def test_well_known_tiles_lie_where_one_looks_for_them(tiles: pd.DataFrame) -> None:
    x, y = tiles["x"], tiles["y"]
    assert x["11.71"] < 5 and y["11.71"] > y.max() - 4  # Banda Aceh: top left
    assert x["93.01"] > x.max() - 5  # Merauke: far right
    assert x["32.73"] < x["33.74"] < x["35.78"] < x["51.71"] < x["53.71"]  # Bandung to Kupang
    assert y["71.71"] > y["73.71"]  # Manado above Makassar
    assert y["61.71"] > y["31.71"]  # Pontianak above Jakarta


def test_the_committed_tiles_are_what_the_script_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("scipy")
    from geo import build_tiles

    monkeypatch.setattr(build_tiles, "OUT", tmp_path / "tiles.csv")
    build_tiles.main()
    assert (tmp_path / "tiles.csv").read_bytes() == geo.TILES.read_bytes()


@pytest.mark.parametrize(
    ("content", "key", "row"),
    [
        (b"", "file_unreadable", 1),
        (b"code,column,row\n", "file_columns", None),
        (b"code,col,row\n35.77,4,9\n35.78,x,9\n", "cell_number", 3),
        (b"code,col,row\n35.77,4.5,9\n", "cell_number", 2),
        (b"code,col,row\n35.77,4,\n", "cell_number", 2),
        (b"code,col,row\n35.77,4,9\n35.78,-1,9\n", "cell_number", 3),
        (b"code,col,row\n35.77,4,9\n35.77,5,9\n", "row_twice", 3),
        (b"code,col,row\n35.77,4,9\n35.78,5,9\n35.79,4,9\n", "row_twice", 4),
        (b"code,col,row\n35.77,4,9,7,8\n1,2,3\n", "file_columns", None),
        (b"code,col,row\n\xff,4,9\n", "file_encoding", 1),
    ],
)
def test_a_damaged_tile_file_is_named_by_row(tmp_path: Path, content: bytes, key: str, row: int | None) -> None:
    (tmp_path / "tiles.csv").write_bytes(content)
    with pytest.raises(Problem) as caught:
        load_tiles(tmp_path / "tiles.csv")
    assert (caught.value.key, caught.value.params.get("row")) == (key, row)
    assert "tiles.csv" in one_sentence(caught.value)


def test_a_missing_tile_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        load_tiles(tmp_path / "nowhere.csv")
    assert "nowhere.csv" in one_sentence(caught.value)


# --- views --------------------------------------------------------------------------------------------------------


def pixel(lon: float, lat: float, zoom: float) -> tuple[float, float]:
    """Web-Mercator pixel from the map's north-west corner, by the textbook formula."""
    world = 512 * 2**zoom
    sine = math.sin(math.radians(lat))
    return (lon + 180) / 360 * world, (0.5 - math.log((1 + sine) / (1 - sine)) / (4 * math.pi)) * world


@pytest.mark.parametrize("view", VIEWS.values(), ids=lambda view: view.id)
@pytest.mark.parametrize(("width", "height"), [(1200, 520), (820, 460), (390, 300), (360, 560)])
def test_a_preset_just_fits_the_map(view: geo.View, width: int, height: int) -> None:
    camera = view.camera(width, height, padding=10)
    cx, cy = pixel(camera.lon, camera.lat, camera.zoom)
    corners = [pixel(lon, lat, camera.zoom) for lon in (view.west, view.east) for lat in (view.south, view.north)]
    across = max(abs(x - cx) for x, _ in corners) * 2
    down = max(abs(y - cy) for _, y in corners) * 2
    assert across <= width - 20 + 1e-6 and down <= height - 20 + 1e-6
    assert across == pytest.approx(width - 20) or down == pytest.approx(height - 20)


def test_every_city_is_inside_its_presets(cities: pd.DataFrame) -> None:
    assert list(VIEWS) == ["indonesia", *cities["island"].unique()]
    for view in VIEWS.values():
        part = cities if view.id == "indonesia" else cities[cities["island"] == view.id]
        inside = part["lon"].between(view.west, view.east) & part["lat"].between(view.south, view.north)
        assert part.loc[~inside, "name"].tolist() == []


@pytest.mark.parametrize("view", VIEWS.values(), ids=lambda view: view.id)
def test_presets_have_a_name_in_both_languages(view: geo.View) -> None:
    assert all(view.label in catalogue(lang) for lang in LANGUAGES)


# --- distances ----------------------------------------------------------------------------------------------------

LAT, LON = st.floats(-90, 90), st.floats(-180, 180)


def test_distances_agree_with_known_ones() -> None:
    # Sabang to Merauke, along the great circle, and one degree of a meridian
    assert distances_km(5.894, 95.319, [-8.499], [140.406])[0] == pytest.approx(5230, abs=30)
    assert distances_km(0, 100, [1], [100])[0] == pytest.approx(111.195, abs=0.001)


@given(LAT, LON, LAT, LON)
def test_distance_is_symmetric_and_bounded(lat: float, lon: float, other_lat: float, other_lon: float) -> None:
    there = distances_km(lat, lon, [other_lat], [other_lon])[0]
    back = distances_km(other_lat, other_lon, [lat], [lon])[0]
    assert there == pytest.approx(back, abs=1e-6)
    assert 0 <= there <= math.pi * geo.EARTH_RADIUS_KM + 1e-6


def test_nearest_is_sorted_and_leaves_the_city_out(cities: pd.DataFrame) -> None:
    found = nearest(cities, "35.77", 5)
    assert len(found) == 5 and found.is_monotonic_increasing and "35.77" not in found.index
    assert found.index[:3].tolist() == ["35.19", "35.20", "35.21"]  # Caruban (its own kabupaten), Magetan, Ngawi
    everyone = distances_km(*cities.loc["35.77", ["lat", "lon"]], cities["lat"], cities["lon"])
    assert found.iloc[-1] == pytest.approx(np.sort(everyone)[5])


def test_nearest_counts_no_further_than_there_are_cities(cities: pd.DataFrame) -> None:
    assert len(nearest(cities[cities["province_code"] == "34"], "34.71", 10)) == 4


def test_nearest_to_an_unknown_code_is_one_sentence(cities: pd.DataFrame) -> None:
    with pytest.raises(Problem) as caught:
        nearest(cities, "../../etc/passwd")
    assert "etc/passwd" in one_sentence(caught.value)


# --- outlines and credits -----------------------------------------------------------------------------------------


def read(name: str) -> Any:
    return json.loads((geo.STATIC / name).read_text(encoding="utf-8"))


def test_outlines_are_small_and_valid() -> None:
    from shapely.geometry import shape

    assert sum((geo.STATIC / name).stat().st_size for name in (geo.LAND, geo.PROVINCE_BORDERS)) <= 350_000
    home, neighbours_ = read(geo.LAND)["features"]
    assert (home["properties"], neighbours_["properties"]) == ({"role": "home"}, {"role": "neighbours"})
    land, abroad = shape(home["geometry"]), shape(neighbours_["geometry"])
    assert land.is_valid and abroad.is_valid
    assert land.intersection(abroad).area < 0.01  # square degrees: shared borders stay shared
    assert 150 < land.area < 160  # Indonesia covers about 155 square degrees
    (borders,) = read(geo.PROVINCE_BORDERS)["features"]
    assert borders["geometry"]["type"] == "MultiLineString"


def test_outlines_show_each_island_and_its_neighbours() -> None:
    from shapely.geometry import Point, shape

    home, abroad = (shape(feature["geometry"]) for feature in read(geo.LAND)["features"])
    for lon, lat in [(101.5, 0), (110, -7.3), (115.1, -8.4), (114, 0), (120.2, -2.5), (129.5, -3.1), (139, -4)]:
        assert home.contains(Point(lon, lat))
    for lon, lat in [(102, 4), (114, 3.5), (126, -8.8), (143, -5), (133, -14), (125, 7.8)]:
        assert abroad.contains(Point(lon, lat))


def test_credits_name_source_and_licence_in_both_languages() -> None:
    credits = {credit.id: credit for credit in load_credits()}
    assert set(credits) == {"geonames", "natural-earth", "register-codes"}
    assert "CC BY 4.0" in credits["geonames"].licence
    for credit in credits.values():
        for lang in LANGUAGES:
            assert credit.name in credit.text[lang] and credit.what[lang]


@pytest.mark.parametrize("content", ["credits: 3", "sources: []", "credits:\n - id: [", "credits:\n - id: x\n"])
def test_damaged_credits_are_one_sentence(tmp_path: Path, content: str) -> None:
    (tmp_path / "credits.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(Problem) as caught:
        load_credits(tmp_path / "credits.yaml")
    assert "credits.yaml" in one_sentence(caught.value)


def test_the_committed_map_files_have_no_problems(cities: pd.DataFrame) -> None:
    assert geo_problems(cities.index) == []


def test_geo_problems_lists_everything_that_is_wrong(cities: pd.DataFrame, tmp_path: Path) -> None:
    (tmp_path / "tiles.csv").write_text("code,col,row\n35.77,1,1\n99.99,2,2\n", encoding="utf-8")
    (tmp_path / "geo").mkdir()
    (tmp_path / geo.LAND).write_text('{"type": "FeatureCollection",\n "features": [', encoding="utf-8")
    (tmp_path / boundaries.BOUNDARIES).write_text('{"features": [{"properties": {}}]}', encoding="utf-8")
    found = geo_problems(["35.77", "35.78"], tmp_path / "tiles.csv", tmp_path)
    assert [problem.key for problem in found] == [
        "city_unknown_row", "tile_missing", "boundary_json", "boundary_missing", "boundary_code",
    ]  # fmt: skip
    assert all(one_sentence(problem) for problem in found)


# --- official boundaries ------------------------------------------------------------------------------------------

CODES = {"35.77", "35.19", "35.20"}


def square(west: float, south: float, size: float = 0.3) -> list[list[list[float]]]:
    east, north = west + size, south + size
    # A crooked eastern side, so that simplification has something to do on a shared border.
    side = [[east + 0.001 * (k % 2), south + size * k / 40] for k in range(1, 40)]
    return [[[west, south], [east, south], *side, [east, north], [west, north], [west, south]]]


def feature(code: object, coordinates: Any, kind: str = "Polygon") -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"code": code, "name": "x"},
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def collection(*features: object) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features})


def test_import_writes_only_codes_and_simpler_shapes(tmp_path: Path) -> None:
    from shapely.geometry import shape

    west = square(111.2, -7.8)
    border = [point for point in west[0] if point[0] >= 111.5]
    east = [[*border, [111.8, -7.5], [111.8, -7.8], border[0]]]
    source = tmp_path / "in.geojson"
    source.write_text(collection(feature("35.77", west), feature("35.19", east)), encoding="utf-8")
    assert not has_boundaries(tmp_path)
    assert boundaries.import_boundaries(source, CODES, tmp_path) == 2
    assert has_boundaries(tmp_path)
    written = json.loads((tmp_path / boundaries.BOUNDARIES).read_text(encoding="utf-8"))["features"]
    assert [item["properties"] for item in written] == [{"code": "35.19"}, {"code": "35.77"}]
    one, other = (shape(item["geometry"]) for item in written)
    assert one.area == pytest.approx(0.09, rel=0.02) and other.area == pytest.approx(0.09, rel=0.02)
    assert len(other.exterior.coords) < 20  # of 44
    assert one.intersection(other).area == pytest.approx(0, abs=1e-9)
    assert one.intersection(other).length == pytest.approx(0.3, abs=0.01)  # no gap along the common border
    assert geo_problems([], static=tmp_path)[-1].key == "boundary_unknown"
    assert list(tmp_path.glob("geo/*.tmp")) == []


@pytest.mark.parametrize(
    ("content", "key", "says"),
    [
        ('{"type": "FeatureCollection",\n "features": [', "boundary_json", "line 2"),
        ("code,col,row\n", "boundary_json", "JSON"),
        (b"\xff\xfe\x00", "boundary_json", "JSON"),
        ("[" * 100_000, "boundary_json", "JSON"),
        ("[]", "boundary_kind", "FeatureCollection"),
        ('{"type": "Topology", "objects": {}}', "boundary_kind", "FeatureCollection"),
        (collection(), "boundary_kind", "FeatureCollection"),
        (collection(1, 2), "boundary_kind", "FeatureCollection"),
        (collection(feature("35.77", square(111, -8)), {"type": "Feature"}), "boundary_code", "Feature 2"),
        (collection(feature(35.77, square(111, -8))), "boundary_code", "Feature 1"),
        (collection(feature("", square(111, -8))), "boundary_code", "Feature 1"),
        (collection(feature("3577", square(111, -8))), "boundary_unknown", "3577"),
        (
            collection(feature("99.99", square(111, -8)), feature("88.88", square(112, -8))),
            "boundary_unknown",
            "2 codes",
        ),
        (collection(feature("35.77", square(111, -8)), feature("35.77", square(112, -8))), "boundary_twice", "35.77"),
        (collection(feature("35.77", [111.5, -7.6], "Point")), "boundary_shape", "Feature 1"),
        (collection(feature("35.77", [[[111, -8], [112, -8]]])), "boundary_shape", "Feature 1"),
        (collection(feature("35.77", "nowhere")), "boundary_shape", "Feature 1"),
        (collection({"properties": {"code": "35.77"}, "geometry": None}), "boundary_shape", "Feature 1"),
        (collection(feature("35.77", square(560_000, 9_156_000, 30_000))), "boundary_shape", "WGS 84"),
        (collection(feature("35.77", square(-8, 111))), "boundary_shape", "WGS 84"),
    ],
)
def test_a_wrong_boundary_file_is_one_sentence_and_changes_nothing(
    tmp_path: Path, content: str | bytes, key: str, says: str
) -> None:
    (tmp_path / "geo").mkdir()
    before = tmp_path / boundaries.BOUNDARIES
    before.write_text("as it was", encoding="utf-8")
    source = tmp_path / "wrong.geojson"
    source.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(Problem) as caught:
        boundaries.import_boundaries(source, CODES, tmp_path)
    assert caught.value.key == key
    sentence = one_sentence(caught.value)
    assert "wrong.geojson" in sentence and says in sentence
    assert before.read_text(encoding="utf-8") == "as it was"
    assert [path.name for path in before.parent.iterdir()] == ["boundaries.json"]


def test_a_file_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boundaries, "MOST_BYTES", 1_000_000)
    source = tmp_path / "huge.geojson"
    with source.open("wb") as file:
        file.truncate(1_000_001)
    with pytest.raises(Problem) as caught:
        boundaries.import_boundaries(source, CODES, tmp_path)
    assert "larger than 1 MB" in one_sentence(caught.value)


def test_the_command_says_what_it_did(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(boundaries, "STATIC", tmp_path)
    source = tmp_path / "in.geojson"
    source.write_text(collection(feature("35.77", square(111.2, -7.8))), encoding="utf-8")
    assert boundaries.main([str(source), "--lang", "en"]) == 0
    assert capsys.readouterr().out == "1 of 514 boundaries are in place; reload the map.\n"
    assert (tmp_path / boundaries.BOUNDARIES).is_file()
    assert boundaries.main([str(tmp_path / "nowhere.geojson"), "--lang", "en"]) == 2
    printed = capsys.readouterr()
    assert printed.out == "" and printed.err.count("\n") == 1 and "nowhere.geojson" in printed.err


@pytest.mark.parametrize("suffix", [".gpkg", ".shp"])
def test_boundaries_come_from_survey_formats_in_any_coordinate_system(tmp_path: Path, suffix: str) -> None:
    geopandas = pytest.importorskip("geopandas")
    shape = pytest.importorskip("shapely").geometry.box(111.4, -7.7, 111.6, -7.5)
    frame = geopandas.GeoDataFrame({"code": ["35.77"]}, geometry=[shape], crs=4326).to_crs(32749)
    source = tmp_path / f"official{suffix}"
    frame.to_file(source)
    assert boundaries.import_boundaries(source, CODES, tmp_path) == 1
    written = json.loads((tmp_path / boundaries.BOUNDARIES).read_text(encoding="utf-8"))["features"][0]
    assert written["properties"] == {"code": "35.77"}
    lon, lat = written["geometry"]["coordinates"][0][0]
    assert 111.3 < lon < 111.7 and -7.8 < lat < -7.4


@pytest.mark.parametrize("suffix", [".gpkg", ".shp", ".zip"])
def test_a_broken_survey_file_is_one_sentence(tmp_path: Path, suffix: str) -> None:
    source = tmp_path / f"official{suffix}"
    source.write_bytes(b"not a survey file")
    with pytest.raises(Problem) as caught:
        boundaries.import_boundaries(source, CODES, tmp_path)
    assert caught.value.key == "boundary_survey"
