"""Cities side by side: each goes by a letter, the overlaid ones by a colour and a symbol as well.

Eight colours cannot be told apart, eight letters can. The three overlaid cities carry the accent, the app's own colour
and the colour of text (told apart by colour-blind readers in both themes); all others are grey discs with a letter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kotacerdas.charts.palette import NEUTRALS, Theme

Place = Literal["chosen", "second", "third", "other"]

OVERLAID: tuple[Place, ...] = ("chosen", "second", "third")
LETTERS = "ABCDEFGH"


@dataclass(frozen=True)
class Lettered:
    """A city of the set: its letter is its place in the set, `place` how it is drawn (`other`: not overlaid).

    `short` is the name without Kota or Kabupaten.
    """

    code: str
    letter: str
    name: str
    short: str
    place: Place = "other"

    @property
    def tag(self) -> str:
        """`A Kota Madiun`."""
        return f"{self.letter} {self.name}"

    @property
    def label(self) -> str:
        """`A Madiun`, where there is little room: the letter tells a kota from a kabupaten of the same name."""
        return f"{self.letter} {self.short}"


def colour(place: Place, theme: Theme) -> str:
    """The colour of a city's disc, line and figures; every one carries letters in the background colour."""
    ink = NEUTRALS[theme]
    return {"chosen": ink.chosen, "second": ink.primary, "third": ink.text, "other": ink.muted}[place]


def disc(letter: str, place: Place, theme: Theme, *, hollow: bool = False) -> str:
    """A letter on its disc as a small vector picture; `hollow` where there is no published figure behind it."""
    fill, ground = colour(place, theme), NEUTRALS[theme].background
    look = f'fill="{ground}" stroke="{fill}" stroke-width="2"' if hollow else f'fill="{fill}"'
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="26" height="26" viewBox="0 0 26 26">'
        f'<circle cx="13" cy="13" r="{11.5 if hollow else 12.5}" {look}/><text x="13" y="18" text-anchor="middle" '
        'font-family="Arial, Helvetica, sans-serif" font-size="14" font-weight="700" '
        f'fill="{fill if hollow else ground}">{letter}</text></svg>'
    )


def spread_out(heights: list[float], gap: float, low: float, high: float) -> list[float]:
    """Places for labels that want to stand at `heights`: at least `gap` apart, between `low` and `high`, same order.

    Labels that would overlap share the room round their common middle. Where there is not room for all they stand
    evenly from end to end.

    >>> spread_out([1.0, 1.0, 5.0], 1.0, 0.0, 10.0)
    [0.5, 1.5, 5.0]
    """
    if not heights:
        return []
    gap = min(gap, (high - low) / (len(heights) - 1)) if len(heights) > 1 else gap
    order = sorted(range(len(heights)), key=lambda i: heights[i])
    clusters: list[tuple[float, int]] = []  # middle of the wishes, and how many labels
    for i in order:
        middle, size = heights[i], 1
        while clusters and _edges(clusters[-1], gap, low, high)[1] + gap > _edges((middle, size), gap, low, high)[0]:
            before, many = clusters.pop()
            middle, size = (before * many + middle * size) / (many + size), many + size
        clusters.append((middle, size))
    places = [_edges(c, gap, low, high)[0] + gap * k for c in clusters for k in range(c[1])]
    found = [0.0] * len(heights)
    for i, place in zip(order, places, strict=True):
        found[i] = place
    return found


def _edges(cluster: tuple[float, int], gap: float, low: float, high: float) -> tuple[float, float]:
    """First and last place of a cluster, moved inside the room there is."""
    middle, size = cluster
    half = gap * (size - 1) / 2
    middle = min(max(middle, low + half), high - half)
    return middle - half, middle + half
