"""Colours do what they promise: readable text, levels that everyone can tell apart, one truth with the theme."""

from __future__ import annotations

import itertools
import math
import tomllib
from pathlib import Path

import pytest

from kotacerdas.charts.palette import LEVEL_INK, LEVELS, NEUTRALS, Theme, css, rgba

INK = "violetTextColor"
"""The ink of primary buttons in the theme file: `interview_act.main` writes their labels with it."""
CONFIG = tomllib.loads((Path(__file__).resolve().parents[1] / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
THEMES: tuple[Theme, ...] = ("light", "dark")


def linear(colour: str) -> list[float]:
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in rgba(colour)[:3])]


def contrast(a: str, b: str) -> float:
    """WCAG 2 contrast ratio."""
    light, dark = sorted((0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in map(linear, (a, b))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


# Machado, Oliveira and Fernandes 2009, severity 1.0, applied to linear RGB.
BLINDNESS = {
    "none": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "red": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "green": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "blue": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


def lab(colour: str, blindness: str) -> tuple[float, float, float]:
    """CIE Lab (D65) of a colour as seen with a kind of colour blindness."""
    seen = [
        min(1.0, max(0.0, sum(m * v for m, v in zip(row, linear(colour), strict=True)))) for row in BLINDNESS[blindness]
    ]
    r, g, b = seen
    x = (0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047
    y = 0.2126729 * r + 0.7151522 * g + 0.0721750 * b
    z = (0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / 1.08883
    fx, fy, fz = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def difference(a: tuple[float, float, float], b: tuple[float, float, float]) -> float:
    """CIEDE2000."""
    (l1, a1, b1), (l2, a2, b2) = a, b
    mean = (math.hypot(a1, b1) + math.hypot(a2, b2)) / 2
    g = 0.5 * (1 - math.sqrt(mean**7 / (mean**7 + 25**7)))
    a1, a2 = a1 * (1 + g), a2 * (1 + g)
    c1, c2 = math.hypot(a1, b1), math.hypot(a2, b2)
    h1, h2 = math.degrees(math.atan2(b1, a1)) % 360, math.degrees(math.atan2(b2, a2)) % 360
    dh = (h2 - h1 + 180) % 360 - 180 if c1 * c2 else 0.0
    dl, dc, dbig = l2 - l1, c2 - c1, 2 * math.sqrt(c1 * c2) * math.sin(math.radians(dh) / 2)
    lm, cm = (l1 + l2) / 2, (c1 + c2) / 2
    hm = (h1 + h2) / 2 if abs(h1 - h2) <= 180 else ((h1 + h2 + 360) / 2) % 360
    t = (
        1
        - 0.17 * math.cos(math.radians(hm - 30))
        + 0.24 * math.cos(math.radians(2 * hm))
        + 0.32 * math.cos(math.radians(3 * hm + 6))
        - 0.20 * math.cos(math.radians(4 * hm - 63))
    )
    sl = 1 + 0.015 * (lm - 50) ** 2 / math.sqrt(20 + (lm - 50) ** 2)
    sc, sh = 1 + 0.045 * cm, 1 + 0.015 * cm * t
    turn = -math.sin(math.radians(60 * math.exp(-(((hm - 275) / 25) ** 2)))) * 2 * math.sqrt(cm**7 / (cm**7 + 25**7))
    return math.sqrt((dl / sl) ** 2 + (dc / sc) ** 2 + (dbig / sh) ** 2 + turn * (dc / sc) * (dbig / sh))


@pytest.mark.parametrize("blindness", BLINDNESS)
def test_any_two_levels_can_be_told_apart(blindness: str) -> None:
    for a, b in itertools.combinations(LEVELS, 2):
        assert difference(lab(LEVELS[a], blindness), lab(LEVELS[b], blindness)) >= 11, f"{a}/{b}"


def test_levels_run_from_light_to_dark() -> None:
    lightness = [lab(LEVELS[level], "none")[0] for level in sorted(LEVELS)]
    assert lightness == sorted(lightness, reverse=True)
    assert min(a - b for a, b in itertools.pairwise(lightness)) >= 5


@pytest.mark.parametrize("level", LEVELS)
def test_the_number_on_a_level_is_readable(level: int) -> None:
    assert contrast(LEVEL_INK[level], LEVELS[level]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_text_is_readable_on_background_and_surface(theme: Theme) -> None:
    colours = NEUTRALS[theme]
    for name in ("text", "muted", "primary", "chosen", "rise", "fall"):
        for ground in (colours.background, colours.surface):
            assert contrast(getattr(colours, name), ground) >= 4.5, name


@pytest.mark.parametrize("theme", THEMES)
def test_marks_stand_out(theme: Theme) -> None:
    colours = NEUTRALS[theme]
    for name in ("chosen", "peer", "nation", "stroke"):
        assert contrast(getattr(colours, name), colours.background) >= 3, name
    assert contrast(colours.chosen, colours.land) >= 3
    assert all(
        max(contrast(fill, colours.land), contrast(colours.stroke, colours.land)) >= 3 for fill in LEVELS.values()
    )


@pytest.mark.parametrize("theme", THEMES)
def test_the_theme_file_and_the_palette_agree(theme: Theme) -> None:
    section, colours = CONFIG["theme"][theme], NEUTRALS[theme]
    assert section["backgroundColor"] == colours.background
    assert section["secondaryBackgroundColor"] == colours.surface
    assert section["textColor"] == colours.text
    assert section["primaryColor"] == section["linkColor"] == colours.primary
    assert section["borderColor"] == colours.border
    assert (section["blueTextColor"], section["orangeTextColor"]) == (colours.rise, colours.fall)
    assert section["grayTextColor"] == section["dataframeHeaderTextColor"] == colours.muted
    for name, value in section.items():
        if name.endswith("TextColor") and name != INK:
            assert contrast(value, colours.background) >= 4.5, name
    assert contrast(section[INK], colours.primary) >= 4.5


def test_colours_in_the_forms_of_the_chart_libraries() -> None:
    assert rgba("#27407F", 0.5) == [39, 64, 127, 128]
    assert css("#27407F", 0.25) == "rgba(39,64,127,0.25)"
