"""Small vector pictures: level badges, status marks, the share bar and the sheet of signs for the map.

Everything is drawn from `palette`, so a mark in a legend, a table and on the map is the same mark. The pictures that
a browser fetches by address (`files`) are written to `static/marks/` by `tools/build_static.py`; a test keeps the two
equal. Their strokes are a grey that stands on the light and on the dark page alike.
"""

from __future__ import annotations

from collections.abc import Mapping

from kotacerdas.charts.palette import LEVEL_INK, LEVELS, NEUTRALS, Theme

STROKE = NEUTRALS["light"].peer
"""Ring and outline colour that keeps a contrast of 3 on both themes."""

SHEET = "signs.svg"
"""The sheet of map signs; shapes only, the layer gives the colour."""

FEW = "few.svg"
"""The mark of a mean that has too few values for a level."""

SIGNS: dict[str, dict[str, int | bool]] = {
    "did_not_take_part": {"x": 0, "y": 0, "width": 128, "height": 128, "mask": True},
    "not_in_copy": {"x": 128, "y": 0, "width": 128, "height": 128, "mask": True},
    "not_final": {"x": 256, "y": 0, "width": 128, "height": 128, "mask": True},
}
"""Where each status stands on the sheet, as deck.gl's IconLayer wants it."""

_FONT = 'font-family="Arial, Helvetica, sans-serif"'
"""A picture cannot use the page's font, and to bring its digits along would cost more than the rest of it."""


def level_badge(level: int, *, derived: bool = False) -> str:
    """A disc in the level's colour with the level's number; a hollow ring with a number for derived finals."""
    fill, ink = LEVELS[level], LEVEL_INK[level]
    if derived:
        disc = f'<circle cx="10" cy="10" r="7.5" fill="none" stroke="{fill}" stroke-width="3"/>'
        disc += f'<circle cx="10" cy="10" r="9.25" fill="none" stroke="{STROKE}" stroke-width=".5"/>'
        ink = STROKE
    else:
        disc = f'<circle cx="10" cy="10" r="9" fill="{fill}" stroke="{STROKE}"/>'
    size = 10 if derived else 12
    number = f'<text x="10" y="{14 if not derived else 13.5}" {_FONT} font-size="{size}" font-weight="600" '
    return _svg(20, 20, disc + number + f'text-anchor="middle" fill="{ink}">{level}</text>')


def simulated_mark(level: int) -> str:
    """A ring with a dot in the level's colour: a simulated final on the map. The words beside it name the level."""
    edge = f'<circle cx="10" cy="10" r="9.25" fill="none" stroke="{STROKE}" stroke-width=".5"/>'
    ring = f'<circle cx="10" cy="10" r="7.5" fill="none" stroke="{LEVELS[level]}" stroke-width="3"/>'
    return _svg(20, 20, f'{ring}{edge}<circle cx="10" cy="10" r="2.6" fill="{LEVELS[level]}"/>')


def status_mark(status: str) -> str:
    """The mark of a city without a value: ring with cross, dashed ring, clock, or a faint dot."""
    return _svg(20, 20, _STATUS[status].replace("currentColor", STROKE))


def level_tile(level: int, *, derived: bool = False) -> str:
    """A tile of the tile map: filled with the level's colour, or framed in it for derived finals, with the number."""
    fill, ink = LEVELS[level], STROKE if derived else LEVEL_INK[level]
    look = f'fill="{fill}" stroke="{STROKE}"'
    if derived:
        look = f'fill="{fill}" fill-opacity=".14" stroke="{fill}" stroke-width="2.5"'
    number = f'<text x="10" y="14.2" {_FONT} font-size="12" font-weight="600" text-anchor="middle" fill="{ink}">'
    return _svg(20, 20, f"{_TILE.format(look=look)}{number}{level}</text>")


def status_tile(status: str) -> str:
    """The tile of a city without a value: hatched, dotted, with a plus, or faint."""
    if status == "outside_programme":
        return _svg(20, 20, _TILE.format(look=f'fill="{STROKE}" fill-opacity=".3"'))
    return _svg(20, 20, _TILE.format(look=f'fill="none" stroke="{STROKE}" stroke-width="1.4"') + _PATTERNS[status])


_TILE = '<rect x="2" y="2" width="16" height="16" rx="3" {look}/>'
_PATTERNS = {
    "did_not_take_part": f'<path d="M4 9l5-5M4 16L16 4M11 16l5-5M11 4l5 5M4 4l12 12M4 11l5 5" stroke="{STROKE}"/>',
    "not_in_copy": f'<g fill="{STROKE}">'
    + "".join(f'<circle cx="{x}" cy="{y}" r="1"/>' for y in (6, 10, 14) for x in (6, 10, 14))
    + "</g>",
    "not_final": f'<path d="M10 4v12M4 10h12" stroke="{STROKE}" stroke-width="1.4"/>',
}


def few_mark() -> str:
    """A mean of too few values: a ring without a level."""
    return _svg(20, 20, f'<circle cx="10" cy="10" r="7" fill="none" stroke="{STROKE}" stroke-width="2.4"/>')


_RING = '<circle cx="10" cy="10" r="7.5" fill="none" stroke="currentColor" stroke-width="1.8"{more}/>'
_STATUS = {
    "did_not_take_part": _RING.format(more="")
    + '<path d="M6.6 6.6l6.8 6.8m0-6.8l-6.8 6.8" stroke="currentColor" stroke-width="1.8" stroke-linecap="round"/>',
    "not_in_copy": _RING.format(more=' stroke-dasharray="3.4 2.5"'),
    "not_final": _RING.format(more="")
    + '<path d="M10 5.4V10l3.2 2" stroke="currentColor" stroke-width="1.8" fill="none" stroke-linecap="round"/>',
    "outside_programme": '<circle cx="10" cy="10" r="3.2" fill="currentColor" fill-opacity=".55"/>',
}


def sheet() -> str:
    """The map signs side by side; 128 pixels each, so that they stay sharp on fine screens."""
    parts = [
        f'<g transform="translate({sign["x"]} {sign["y"]}) scale(6.4)">{_STATUS[status]}</g>'
        for status, sign in SIGNS.items()
    ]
    return _svg(128 * len(parts), 128, "".join(parts).replace("currentColor", "#000"))


def files() -> dict[str, str]:
    """File name under `static/marks/` -> picture."""
    pictures = {f"level-{level}.svg": level_badge(level) for level in LEVELS}
    pictures |= {f"derived-{level}.svg": level_badge(level, derived=True) for level in LEVELS}
    pictures |= {f"simulated-{level}.svg": simulated_mark(level) for level in LEVELS}
    pictures |= {f"{status}.svg": status_mark(status) for status in _STATUS}
    pictures |= {f"tile-level-{level}.svg": level_tile(level) for level in LEVELS}
    pictures |= {f"tile-derived-{level}.svg": level_tile(level, derived=True) for level in LEVELS}
    pictures |= {f"tile-{status}.svg": status_tile(status) for status in _STATUS}
    return pictures | {FEW: few_mark(), SHEET: sheet()}


def share_bar(counts: Mapping[int, int], theme: Theme, *, derived: bool = False) -> str:
    """Cities per level as one bar: a segment per level with its number, the count of cities under it.

    Segments are as wide as their share; a level without cities has none. Derived finals are drawn hollow. Only the
    widths are shares of the room there is: the height and the figures keep their pixels however wide the page is.
    """
    total, ink = sum(counts.values()), NEUTRALS[theme]
    bars, numbers, below, x = "", "", "", 0.0
    for level in sorted(counts):
        share = 100 * counts[level] / (total or 1)
        if not share:
            continue
        look = f'fill="{LEVELS[level]}"'
        if derived:
            look += f' fill-opacity=".18" stroke="{LEVELS[level]}"'
        bars += f'<rect x="{x + GAP / 2:.1f}%" y="1" width="{max(share - GAP, GAP):.1f}%" height="24" rx="3" {look}/>'
        middle = f"{min(max(x + share / 2, 1.5), 98.5):.1f}%"
        if share > NARROW_SHARE:
            colour = ink.text if derived else LEVEL_INK[level]
            numbers += f'<text x="{middle}" y="18" fill="{colour}">{level}</text>'
        below += f'<text x="{middle}" y="42">{counts[level]}</text>'
        x += share
    outline = 'stroke-width="2"' if derived else f'stroke="{ink.stroke}" stroke-width=".6"'
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="100%" height="46">'
        f'<g {outline}>{bars}</g><g {_FONT} text-anchor="middle" font-size="14">'
        f'<g font-weight="600">{numbers}</g><g fill="{ink.muted}">{below}</g></g></svg>'
    )


GAP = 0.6
"""Per cent of the bar between two segments."""

NARROW_SHARE = 4
"""A segment of fewer per cent has no room for its number on a phone."""


def _svg(width: int, height: int, content: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f"{content}</svg>"
    )
