"""Colours and marks, once, for every picture, badge and table cell, in the light and the dark theme.

The five level colours run from sand to deep sea, are told apart by colour-blind readers, and are the same in both
themes; a thin stroke keeps the lightest visible on white and the darkest on night. A level is never shown by colour
alone. No score is red: rise and fall are blue and ochre, and the one warm colour belongs to the chosen city.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Theme = Literal["light", "dark"]

LEVELS: dict[int, str] = {1: "#E9C46A", 2: "#8CC79A", 3: "#3FA7A3", 4: "#2A77A8", 5: "#27407F"}
"""Level number -> fill."""

LEVEL_INK: dict[int, str] = {1: "#0B1720", 2: "#0B1720", 3: "#0B1720", 4: "#FFFFFF", 5: "#FFFFFF"}
"""Level number -> colour of the number written on the fill (contrast at least 4.5)."""


@dataclass(frozen=True)
class Neutrals:
    """The colours of one theme that are not levels. Text colours keep a contrast of 4.5 on background and surface."""

    background: str
    surface: str
    text: str
    muted: str
    """Secondary text, axis labels, the nation as a line."""
    primary: str
    """The app's own colour: links, controls, the main series."""
    border: str
    grid: str
    stroke: str
    """Thin line round level marks."""
    land: str
    sea: str
    coast: str
    """Province hairlines and coasts."""
    chosen: str
    """The chosen city, everywhere."""
    peer: str
    """Its comparators."""
    nation: str
    """National median and band."""
    faint: str
    """Cities outside the programme, ticks of all others."""
    rise: str
    fall: str


LIGHT = Neutrals(
    background="#FFFFFF",
    surface="#F2F6F8",
    text="#0B1720",
    muted="#51636F",
    primary="#1B5E85",
    border="#D3DDE3",
    grid="#E3EAEE",
    stroke="#0B1720",
    land="#E4EAEA",
    sea="#F4F8FA",
    coast="#B9C6CC",
    chosen="#C8374A",
    peer="#7A8B96",
    nation="#51636F",
    faint="#B4C0C7",
    rise="#1F6FA8",
    fall="#8A5A00",
)

DARK = Neutrals(
    background="#0F1A21",
    surface="#18262F",
    text="#E7EEF2",
    muted="#9FB1BC",
    primary="#6DB6DE",
    border="#2E404B",
    grid="#263742",
    stroke="#FFFFFF",
    land="#22323B",
    sea="#111D25",
    coast="#41545F",
    chosen="#F0707F",
    peer="#8496A1",
    nation="#9FB1BC",
    faint="#506370",
    rise="#79BDE8",
    fall="#E3B35A",
)

NEUTRALS: dict[Theme, Neutrals] = {"light": LIGHT, "dark": DARK}


@dataclass(frozen=True)
class Mark:
    """How a point of a status is drawn; `symbol` is Plotly's name, `glyph` the same in text and legends."""

    filled: bool
    symbol: str
    glyph: str
    dashed: bool = False


MARKS: dict[str, Mark] = {
    "published": Mark(filled=True, symbol="circle", glyph="●"),
    "panel": Mark(filled=True, symbol="diamond", glyph="◆"),
    "panel_provisional": Mark(filled=False, symbol="diamond-open", glyph="◇"),
    "derived": Mark(filled=False, symbol="circle-open", glyph="○"),
    "simulated": Mark(filled=False, symbol="circle-open-dot", glyph="◌", dashed=True),
    "did_not_take_part": Mark(filled=False, symbol="circle-x-open", glyph="⊗"),
    "not_in_copy": Mark(filled=False, symbol="circle-open", glyph="◌", dashed=True),
    "not_final": Mark(filled=False, symbol="hourglass-open", glyph="◔"),
    "outside_programme": Mark(filled=True, symbol="circle", glyph="·"),
}
"""Status of a value -> mark. Derived values are hollow; nothing but a published value (in a letter,
or here by a full panel: a diamond) is ever a filled level mark."""


def rgba(colour: str, alpha: float = 1.0) -> list[int]:
    """`#RRGGBB` as deck.gl wants it: four numbers 0-255."""
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)] + [round(alpha * 255)]


def css(colour: str, alpha: float) -> str:
    """`#RRGGBB` with transparency, as Plotly wants it."""
    red, green, blue, _ = rgba(colour)
    return f"rgba({red},{green},{blue},{alpha:g})"
