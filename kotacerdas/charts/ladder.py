"""The level ladder: five numbered steps from sand to deep sea, the reached one filled. An SVG text for `st.image`."""

from __future__ import annotations

from dataclasses import dataclass

from kotacerdas.charts.palette import LEVEL_INK, LEVELS, NEUTRALS, Theme

STEP, GAP, HEIGHT = 34, 4, 28
WIDTH = len(LEVELS) * (STEP + GAP) - GAP


def ladder(level: int, theme: Theme, *, derived: bool = False) -> str:
    """The drawing; every step carries its number, so the level is never told by colour alone.

    The reached step is filled; of a derived final it is only outlined in its colour.
    """
    if level not in LEVELS:
        raise ValueError(f"no level {level}")
    steps = "".join(_step(number, _look(number, number == level, derived, theme)) for number in LEVELS)
    size = f'width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{steps}</svg>'


@dataclass(frozen=True)
class _Look:
    fill: str
    edge: str
    width: float
    text: str
    weight: int


def _look(number: int, reached: bool, derived: bool, theme: Theme) -> _Look:
    ink = NEUTRALS[theme]
    if not reached:
        return _Look("none", ink.border, 1, ink.muted, 400)
    if derived:
        return _Look("none", LEVELS[number], 3, ink.text, 700)
    return _Look(LEVELS[number], ink.stroke, 1.5, LEVEL_INK[number], 700)


def _step(number: int, look: _Look) -> str:
    left = (number - 1) * (STEP + GAP)
    inset = look.width / 2
    return (
        f'<rect x="{left + inset}" y="{inset}" width="{STEP - look.width}" height="{HEIGHT - look.width}" rx="5" '
        f'fill="{look.fill}" stroke="{look.edge}" stroke-width="{look.width}"/>'
        f'<text x="{left + STEP / 2}" y="{HEIGHT / 2 + 5}" text-anchor="middle" font-family="Inter, sans-serif" '
        f'font-size="14" font-weight="{look.weight}" fill="{look.text}">{number}</text>'
    )
