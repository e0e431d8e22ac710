"""The waterfall and the radar as plain markup, for a panel that follows a slider.

A Plotly chart is thrown away and mounted again at every change of its figures (50 ms each in the browser). These two
show the same rows and shapes as `waterfall.waterfall` and `radar.radar`, in the same colours and marks, with every
figure written out; the browser swaps them in a millisecond. Shown by `st.html`, which lets through no script; names
are escaped all the same. The words for those who do not see them are those of the Plotly charts (`alt`).
"""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote

from kotacerdas.charts import radar as shapes_of
from kotacerdas.charts.palette import MARKS, NEUTRALS, Neutrals, Theme, css
from kotacerdas.charts.radar import SCALE, Shape
from kotacerdas.charts.waterfall import ARROWS, Row, Step, rows
from kotacerdas.i18n import Text

_ROW = 36
"""Pixels of a row of the waterfall."""

_CENTRE, _REACH = 100.0, 96.0
"""Centre of the radar's drawing and length of its axes, in its own units."""

_FLOOR = 0.4
"""What stands at the centre of the radar, so that the lowest score still has a place of its own."""

_DASHES = {"solid": "", "dash": "6 4", "dot": "2 3"}


def waterfall(
    steps: Sequence[Step],
    start: float,
    t: Text,
    theme: Theme,
    *,
    alt: str,
    decimals: int = 2,
    total_decimals: int | None = None,
    unit: str = "",
    parts: bool = False,
) -> str:
    """`steps` from top to bottom over the total `start`, as in `waterfall.waterfall`; `alt` is said in its place.

    With `parts` the steps are what a total is made of, not changes: no signs, one colour.
    """
    ink = NEUTRALS[theme]
    drawn = rows(steps, start, t, decimals, decimals if total_decimals is None else total_decimals)
    ends = [end for row in drawn for end in (row.before, row.after)] or [0.0]
    low, span = min(ends), (max(ends) - min(ends)) or 1.0

    def place(value: float) -> float:
        """Percent of the track, with room for a mark at both ends."""
        return round(3 + 94 * (value - low) / span, 1)

    lines = []
    for row in drawn:
        linked = f'<i style="{_LINK.format(x=place(row.after), colour=ink.peer)}"></i>' if row is not drawn[-1] else ""
        if row.step.change is None:
            lines.append(_total(row, place(row.after), linked, ink))
        else:
            told = t.number if parts else t.signed
            figure, exact = told(row.step.change, decimals), told(row.step.change, decimals + 2)
            colour = ink.nation if parts else {"+": ink.rise, "": ink.muted}.get(row.sign, ink.fall)
            arrow = "" if parts else ARROWS.get(row.sign, "")
            ends = sorted([place(row.before), place(row.after)])
            lines.append(_change(row.step.name, ends, (arrow, figure, exact), linked, colour))
    head = f'<span style="grid-column:1/-1;color:{ink.muted}">{html.escape(unit)}</span>'
    return _figure(alt, f'<div style="{_ROWS}">{head}{"".join(lines)}</div>')


_ROWS = (
    f"display:grid;grid-template-columns:8em 1fr 1em 3.4em;grid-auto-rows:minmax({_ROW}px,auto);column-gap:6px;"
    "align-items:center;text-align:right;font-size:13px;line-height:1.15;font-variant-numeric:tabular-nums"
)
"""Name, track, arrow, figure."""

_TRACK = f'<div style="position:relative;height:{_ROW}px">'
_LINK = f"position:absolute;left:{{x}}%;top:{_ROW // 2}px;height:{_ROW}px;border-left:1px solid {{colour}}"
_BAR = f"position:absolute;left:{{x}}%;width:{{width}}%;top:{_ROW // 4}px;height:{_ROW // 2}px;background:{{colour}}"
_DOT = f"position:absolute;left:{{x}}%;top:{_ROW // 2}px;transform:translate(-50%,-50%);"


def _total(row: Row, x: float, link: str, ink: Neutrals) -> str:
    mark = _mark(row.step.status, ink, ink.chosen, _DOT.format(x=x))
    return f"<span>{html.escape(row.step.name)}</span>{_TRACK}{link}{mark}</div><i></i><b>{row.figure}</b>"


def _change(name: str, ends: list[float], told: tuple[str, str, str], link: str, colour: str) -> str:
    """The bar; beside it arrow and figure, and for the pointer the figure in more decimals (`told`)."""
    arrow, figure, exact = told
    bar = _BAR.format(x=ends[0], width=round(ends[1] - ends[0], 1), colour=colour)
    return (
        f'<span>{html.escape(name)}</span>{_TRACK}{link}<i title="{exact}" style="{bar}"></i></div>'
        f'<i style="color:{colour};font-style:normal">{arrow}</i><span style="color:{colour}">{figure}</span>'
    )


def radar(axes: Mapping[str, str], shapes: Sequence[Shape], t: Text, theme: Theme, *, alt: str) -> str:
    """`shapes` over `axes` (ids and their words, clockwise from the top), as in `radar.radar`; with a legend."""
    ink = NEUTRALS[theme]
    around = {axis: 2 * math.pi * place / len(axes) for place, axis in enumerate(axes)}
    drawing = [_grid(around.values(), ink), *(_outline(shape, around, theme) for shape in shapes)]
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-8 -8 216 216">{"".join(drawing)}</svg>'
    words = "".join(_axis(shapes_of.label(axis, name, shapes, t, theme), around[axis]) for axis, name in axes.items())
    legend = (
        ""
        if len(shapes) == 1
        else "".join(
            f'<span style="display:inline-flex;align-items:center;gap:6px">'
            f"{_mark('simulated' if shape.role == 'simulated' else 'published', ink, _colour(shape, theme))}"
            f"{html.escape(shape.name)}</span>"
            for shape in shapes
        )
    )
    return _figure(
        alt,
        '<div style="position:relative;height:340px;font-size:13px;line-height:1.25;text-align:center">'
        '<div style="position:absolute;left:50%;top:50%;width:min(56%,240px);aspect-ratio:1;'
        'transform:translate(-50%,-50%)">'
        f'<img alt="" src="data:image/svg+xml,{quote(svg, safe=_PLAIN)}" style="width:108%;margin:-4%;max-width:none">'
        f"{words}</div></div>"
        f'<div style="display:flex;gap:20px;justify-content:center;flex-wrap:wrap;font-size:13px">{legend}</div>',
    )


_PLAIN = " ='/:;,().-<>"
"""What may stand in a `data:` address between double quotes as it is."""


def _grid(angles: Iterable[float], ink: Neutrals) -> str:
    """A ring per score, the axes, and the scores written up the first axis."""
    turns = list(angles)
    rings = "".join(
        f"<path d='{_path([(angle, score) for angle in turns], closed=True)}' stroke='{ink.grid}'/>" for score in SCALE
    )
    spokes = "".join(f"<path d='{_path([(angle, _FLOOR), (angle, SCALE[-1])])}'/>" for angle in turns)
    figures = "".join(
        f"<text x='{_CENTRE - 4:.0f}' y='{_point(0, score)[1] + 9:.1f}'>{score}</text>" for score in SCALE
    )
    return (
        f"<g fill='none' stroke='{ink.border}'>{rings}{spokes}</g>"
        f"<g font-family='sans-serif' font-size='9' text-anchor='end' fill='{ink.muted}'>{figures}</g>"
    )


def _outline(shape: Shape, around: Mapping[str, float], theme: Theme) -> str:
    """A shape: closed where every axis has a value, otherwise only known neighbours are joined."""
    style = shapes_of.style(shape.role, theme)
    colour, dash = style["line"]["color"], _DASHES[style["line"]["dash"]]
    known = {axis: shapes_of.known(shape.values.get(axis)) for axis in around}
    corners = [(around[axis], value) for axis, value in known.items() if value is not None]
    whole = len(corners) == len(around)
    filled = whole and shape.role != "simulated"
    fill = css(colour, 0.10) if filled else "none"
    path = _path(corners, closed=True) if whole else _path_with_gaps(list(known.items()), around)
    hollow = shape.role == "simulated"
    dots = "".join(
        f"<circle cx='{x:.1f}' cy='{y:.1f}' r='{4 if hollow else 3}' fill='{'none' if hollow else colour}'/>"
        for x, y in (_point(angle, value) for angle, value in corners)
    )
    dashed = f" stroke-dasharray='{dash}'" if dash else ""
    return (
        f"<g stroke='{colour}' stroke-width='2'><path d='{path}' fill='{fill}'{dashed}/>"
        f"<g stroke-width='1.5'>{dots}</g></g>"
    )


def _path_with_gaps(known: Sequence[tuple[str, float | None]], around: Mapping[str, float]) -> str:
    """Lines between neighbours that both have a value, round to the first."""
    pairs = zip(known, [*known[1:], known[0]], strict=True)
    return "".join(
        _path([(around[a], one), (around[b], two)]) for (a, one), (b, two) in pairs if None not in (one, two)
    )


def _path(corners: Sequence[tuple[float, float | None]], *, closed: bool = False) -> str:
    points = ["{:.1f} {:.1f}".format(*_point(angle, value)) for angle, value in corners if value is not None]
    return "M" + "L".join(points) + ("Z" if closed else "") if points else ""


def _point(angle: float, value: float) -> tuple[float, float]:
    length = _REACH * (value - _FLOOR) / (SCALE[-1] - _FLOOR)
    return _CENTRE + length * math.sin(angle), _CENTRE - length * math.cos(angle)


def _axis(words: str, angle: float) -> str:
    """The words of an axis, outside its end: beside it at the sides, above and below it at top and bottom."""
    across, up = math.sin(angle), math.cos(angle)
    shift = 50 - 50 * (across > 0.2) + 50 * (across < -0.2)
    return (
        f'<span style="position:absolute;width:max-content;max-width:7.5em;left:{50 + 53 * across:.0f}%;'
        f'top:{50 - 53 * up:.0f}%;transform:translate(-{shift:.0f}%,-{50 + 50 * up:.0f}%)">{words}</span>'
    )


def _mark(status: str, ink: Neutrals, colour: str, place: str = "") -> str:
    """The mark of a status: full, hollow, or hollow with a dot."""
    inside = {
        "circle": colour,
        "circle-open": ink.background,
        "circle-open-dot": f"radial-gradient({colour} 0 2px,{ink.background} 2.6px)",
    }[MARKS[status].symbol]
    return (
        f'<i style="{place}box-sizing:border-box;display:inline-block;width:13px;height:13px;border-radius:50%;'
        f'border:2px solid {colour};background:{inside}"></i>'
    )


def _colour(shape: Shape, theme: Theme) -> str:
    return str(shapes_of.style(shape.role, theme)["line"]["color"])


def _figure(alt: str, inside: str) -> str:
    """One picture for a screen reader, with its words."""
    return (
        f'<figure role="img" aria-label="{html.escape(alt)}" style="margin:0"><div aria-hidden="true">{inside}</div>'
        "</figure>"
    )
