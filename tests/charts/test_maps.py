"""The map shows every programme city where it is, as what it is, and asks nobody outside."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

from kotacerdas import geo
from kotacerdas.charts import caption, maps
from kotacerdas.charts.palette import LEVELS, rgba
from kotacerdas.i18n import Lang, Text
from kotacerdas.published import OUTSIDE, Published

AT = maps.Addresses(land="/a", provinces="/b", cities="/c", signs="/d")


def prepared(published: Published, year: int = 2024, lang: Lang = "id") -> pd.DataFrame:
    frame = published.national(year)
    return caption.captioned(frame, Text(lang), published.levels, published.finals, year, "level", published.derived)


def deck(frame: pd.DataFrame, *, derived: bool = False, theme: Any = "light", **more: Any) -> dict[str, Any]:
    view = more.pop("view", geo.VIEWS["indonesia"])
    at = more.pop("at", AT)
    drawn = maps.city_map(frame, theme, at, view, level="level", derived=derived, width=731, height=284, **more)
    return json.loads(drawn.to_json())


def layers(spec: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {layer["id"]: layer for layer in spec["layers"]}


def test_every_programme_city_stands_in_the_layer_of_its_level_or_status(published: Published) -> None:
    frame = prepared(published)
    found = layers(deck(frame))
    for level in LEVELS:
        codes = set(frame.index[frame["level"] == level])
        assert {row["c"] for row in found.get(f"level-{level}", {}).get("data", [])} == codes
    for status in ("did_not_take_part", "not_in_copy"):
        assert {row["c"] for row in found[status]["data"]} == set(frame.index[frame["status"] == status])
    drawn = sum(
        len(layer["data"]) for name, layer in found.items() if isinstance(layer["data"], list) and name != "sea"
    )
    assert drawn == 191, "the other 323 come from a file"


def test_dots_stand_where_the_cities_are(published: Published) -> None:
    frame = prepared(published)
    for layer in layers(deck(frame)).values():
        for row in layer["data"] if isinstance(layer["data"], list) and layer["id"] != "sea" else []:
            assert row["x"] == pytest.approx(frame.at[row["c"], "lon"], abs=0.0006)
            assert row["y"] == pytest.approx(frame.at[row["c"], "lat"], abs=0.0006)
            assert row["n"] == frame.at[row["c"], "name"]


def test_a_city_without_a_value_is_a_sign_and_has_no_number(published: Published) -> None:
    found = layers(deck(prepared(published)))
    for status in ("did_not_take_part", "not_in_copy"):
        assert found[status]["@@type"] == "IconLayer"
        assert not any("0,00" in row["s"] or "Nilai akhir" in row["s"] for row in found[status]["data"])
    assert all("disimpulkan" in row["s"] for row in found["did_not_take_part"]["data"])


def test_low_levels_lie_on_top_and_signs_below(published: Published) -> None:
    order = [layer["id"] for layer in deck(prepared(published))["layers"]]
    assert order[0] == "sea"
    assert [name for name in order if name.startswith("level-")] == ["level-4", "level-3", "level-2", "level-1"]
    assert order.index("cities") < order.index("not_in_copy") < order.index("level-4")


def test_published_dots_are_filled_and_derived_ones_hollow(published: Published) -> None:
    filled = layers(deck(prepared(published)))["level-4"]
    assert filled["getFillColor"] == rgba(LEVELS[4])
    hollow = layers(deck(prepared(published, 2023), derived=True))["level-4"]
    assert hollow["getFillColor"] != rgba(LEVELS[4])
    assert hollow["getLineColor"] == rgba(LEVELS[4])
    assert hollow["getLineWidth"] > filled["getLineWidth"]


def test_nothing_is_fetched_from_outside(published: Published) -> None:
    spec = deck(prepared(published))
    assert spec["mapStyle"] == "__MAP_STYLE__", "anything else brings a tile server"
    assert "mapProvider" not in spec
    assert "http" not in json.dumps(spec)
    assert all("id" in layer for layer in spec["layers"]), "without an id a click says nothing"


def test_official_boundaries_take_the_place_of_the_province_lines(published: Published) -> None:
    at = maps.Addresses(land="/a", provinces="/b", cities="/c", signs="/d", boundaries="/e")
    found = layers(deck(prepared(published), at=at))
    assert found["boundaries"]["data"] == "/e"
    assert "provinces" not in found


def test_the_view_is_the_preset(published: Published) -> None:
    whole = deck(prepared(published))["initialViewState"]
    java = deck(prepared(published), view=geo.VIEWS["jawa"])["initialViewState"]
    assert java["zoom"] > whole["zoom"]
    assert 105 < java["longitude"] < 115


def test_an_empty_selection_is_a_map_without_dots(published: Published) -> None:
    frame = prepared(published)
    assert set(layers(deck(frame.iloc[0:0]))) == {"sea", "land", "provinces", "cities"}
    assert set(layers(deck(frame[frame["status"] == OUTSIDE]))) == {"sea", "land", "provinces", "cities"}


def test_the_file_of_all_cities_has_all_514(published: Published) -> None:
    rows = json.loads(maps.all_cities(published.cities))
    assert len(rows) == 514
    assert set(rows[0]) == {"c", "n", "s", "x", "y"}, "the tooltip of the map needs n and s"


def test_the_tooltip_names_only_keys_the_rows_have(published: Published) -> None:
    import re

    drawn = maps.city_map(
        prepared(published), "dark", AT, geo.VIEWS["papua"], level="level", derived=False, width=358, height=190
    )
    assert set(re.findall(r"{(.*?)}", drawn._tooltip["html"])) == {"n", "s", "x", "y"}


def test_a_simulated_final_is_a_ring_with_a_dot(published: Published) -> None:
    frame = prepared(published)
    found = layers(deck(frame[frame["level"].notna()], simulated=True))
    for level in LEVELS:
        if f"level-{level}" not in found:
            continue
        ring, core = found[f"level-{level}"], found[f"core-{level}"]
        assert ring["getLineColor"] == rgba(LEVELS[level]) and ring["getFillColor"] != rgba(LEVELS[level])
        assert core["getFillColor"] == rgba(LEVELS[level]) and core["pickable"] is False
        assert [row["p"] for row in core["data"]] == [[row["x"], row["y"]] for row in ring["data"]]
    assert not any(name.startswith("core") for name in layers(deck(frame)))
