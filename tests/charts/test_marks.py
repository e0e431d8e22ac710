"""Marks are drawn from the palette, and the served files are these marks."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from kotacerdas.charts import maps, marks
from kotacerdas.charts.palette import LEVEL_INK, LEVELS
from kotacerdas.published import Published
from kotacerdas.ui.assets import STATIC

SVG = "{http://www.w3.org/2000/svg}"


def test_the_served_files_are_what_is_drawn_from_the_palette() -> None:
    served = {path.name: path.read_text(encoding="utf-8").rstrip("\n") for path in (STATIC / "marks").glob("*.svg")}
    assert served == marks.files(), "run python tools/build_static.py"


def test_the_served_dots_are_the_register(published: Published) -> None:
    served = (STATIC / "geo" / "cities.json").read_text(encoding="utf-8")
    assert served == maps.all_cities(published.cities), "run python tools/build_static.py"


@pytest.mark.parametrize("name", sorted(marks.files()))
def test_every_picture_is_well_formed_and_brings_its_size(name: str) -> None:
    root = ET.fromstring(marks.files()[name])
    assert root.tag == f"{SVG}svg"
    assert int(root.attrib["width"]) > 0, "without a size no browser can draw it as a texture"
    assert "http://" not in marks.files()[name].replace("http://www.w3.org/2000/svg", "")


@pytest.mark.parametrize("level", LEVELS)
def test_a_badge_shows_colour_and_number(level: int) -> None:
    badge = ET.fromstring(marks.level_badge(level))
    assert badge.find(f"{SVG}circle").attrib["fill"] == LEVELS[level]
    text = badge.find(f"{SVG}text")
    assert (text.text, text.attrib["fill"]) == (str(level), LEVEL_INK[level])


@pytest.mark.parametrize("level", LEVELS)
def test_a_derived_badge_is_hollow(level: int) -> None:
    ring = ET.fromstring(marks.level_badge(level, derived=True)).find(f"{SVG}circle")
    assert (ring.attrib["fill"], ring.attrib["stroke"]) == ("none", LEVELS[level])


def test_statuses_without_a_value_are_told_apart() -> None:
    signs = [marks.status_mark(status) for status in ("did_not_take_part", "not_in_copy", "outside_programme")]
    assert len(set(signs)) == 3
    assert "<path" in signs[0], "a cross"
    assert "dasharray" in signs[1]


def test_the_bar_is_as_wide_as_the_shares() -> None:
    bar = ET.fromstring(marks.share_bar({1: 5, 2: 0, 3: 15, 4: 0, 5: 0}, "light"))
    rects = bar.findall(f".//{SVG}rect")
    assert [rect.attrib["fill"] for rect in rects] == [LEVELS[1], LEVELS[3]], "no segment for a level without cities"
    assert [round(float(rect.attrib["width"].removesuffix("%")) + marks.GAP, 1) for rect in rects] == [25, 75]
    assert {text.text for text in bar.iter(f"{SVG}text")} == {"1", "5", "3", "15"}


def test_no_cities_no_bar() -> None:
    bar = ET.fromstring(marks.share_bar({1: 0, 2: 0}, "dark"))
    assert not bar.findall(f".//{SVG}rect") and not bar.findall(f".//{SVG}text")


def test_the_bar_grows_wider_but_never_taller() -> None:
    """Without a viewBox a picture keeps its height and type size at every width."""
    bar = ET.fromstring(marks.share_bar({1: 5, 3: 15}, "light"))
    assert "viewBox" not in bar.attrib
    assert (bar.attrib["width"], int(bar.attrib["height"])) == ("100%", 46)


@pytest.mark.parametrize("level", LEVELS)
def test_a_tile_of_the_legend_is_the_tile_of_the_picture(level: int) -> None:
    filled, framed = (ET.fromstring(marks.level_tile(level, derived=derived)) for derived in (False, True))
    assert filled.find(f"{SVG}rect").attrib["fill"] == LEVELS[level]
    assert framed.find(f"{SVG}rect").attrib["stroke"] == LEVELS[level]
    assert filled.find(f"{SVG}text").text == framed.find(f"{SVG}text").text == str(level)


def test_tiles_without_a_value_are_told_apart() -> None:
    hatched, dotted, faint = map(marks.status_tile, ("did_not_take_part", "not_in_copy", "outside_programme"))
    assert "<path" in hatched and "<circle" in dotted
    assert "<path" not in faint and "<circle" not in faint
    assert not any(colour in marks.few_mark() for colour in LEVELS.values()), "no level"


@pytest.mark.parametrize("level", LEVELS)
def test_a_simulated_mark_is_a_ring_with_a_dot(level: int) -> None:
    circles = ET.fromstring(marks.simulated_mark(level)).findall(f"{SVG}circle")
    assert {circle.attrib["fill"] for circle in circles} == {"none", LEVELS[level]}
    assert LEVELS[level] in {circle.attrib.get("stroke") for circle in circles}
