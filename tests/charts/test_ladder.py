"""The level ladder: every step numbered, the reached one filled, a derived one only outlined."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from kotacerdas.charts.ladder import ladder
from kotacerdas.charts.palette import LEVELS

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_one_step_is_filled_in_its_colour(level: int, theme: str) -> None:
    root = ET.fromstring(ladder(level, theme))  # type: ignore[arg-type]
    fills = [rect.get("fill") for rect in root.iter(f"{SVG}rect")]
    assert fills == [LEVELS[level] if number == level else "none" for number in LEVELS]
    assert [text.text for text in root.iter(f"{SVG}text")] == ["1", "2", "3", "4", "5"]


def test_a_derived_level_is_hollow() -> None:
    root = ET.fromstring(ladder(3, "light", derived=True))
    assert {rect.get("fill") for rect in root.iter(f"{SVG}rect")} == {"none"}
    assert LEVELS[3] in {rect.get("stroke") for rect in root.iter(f"{SVG}rect")}


def test_there_is_no_sixth_level() -> None:
    with pytest.raises(ValueError, match="no level 6"):
        ladder(6, "light")
