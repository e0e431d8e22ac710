"""The waterfall and the radar as plain markup, for a panel that follows a slider.

A Plotly chart is thrown away and mounted again at every change of its figures (50 ms each in the browser). These two
show the same rows and shapes as `waterfall.waterfall` and `radar.radar`, in the same colours and marks, with every
figure written out; the browser swaps them in a millisecond. Shown by `st.html`, which lets through no script; names
are escaped all the same. The words for those who do not see them are those of the Plotly charts (`alt`).
"""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from kotacerdas.bounds import Bounds
from kotacerdas.charts import radar as shapes_of
from kotacerdas.charts.palette import MARKS, NEUTRALS, Neutrals, Theme, css
from kotacerdas.charts.radar import RINGS, Shape
from kotacerdas.charts.waterfall import ARROWS, Row, Step, rows
from kotacerdas.i18n import Text

_ROW = 36
"""Pixels of a row of the waterfall."""

_CENTRE, _REACH = 100.0, 96.0
"""Centre of the radar's drawing and length of its axes, in its own units."""

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

    cells, bars = [], [f"<path d='{_links(drawn, place)}' stroke='{ink.peer}' {_HAIRLINE}/>"]
    for number, row in enumerate(drawn):
        cells.append(f"<span>{html.escape(row.step.name)}</span>")
        if row.step.change is None:
            spot = (
                f"grid-area:{number + 2}/2;position:relative;justify-self:start;left:calc({place(row.after)}% - 6px);"
            )
            cells.append(f"{_mark(row.step.status, ink, ink.chosen, spot)}<i></i><b>{row.figure}</b>")
            continue
        figure = t.number(row.step.change, decimals) if parts else row.figure
        colour = ink.nation if parts else {"+": ink.rise, "": ink.muted}.get(row.sign, ink.fall)
        arrow = "" if parts else ARROWS.get(row.sign, "")
        cells.append(f'<i style="{_ARROW}color:{colour}">{arrow}</i><span style="color:{colour}">{figure}</span>')
        left, right = sorted([place(row.before), place(row.after)])
        bars.append(f"<path d='M{left} {number}.25H{right}v.5H{left}z' fill='{colour}'/>")
    picture = _svg(f"0 0 100 {len(drawn)}", " preserveAspectRatio='none'", bars)
    track = f'style="grid-area:2/2/span {len(drawn)};width:100%;height:{_ROW * len(drawn)}px"'
    head = f'<span style="grid-column:1/-1;color:{ink.muted}">{html.escape(unit)}</span>'
    return _figure(alt, f'<div style="{_ROWS}">{head}<img alt="" src="{picture}" {track}>{"".join(cells)}</div>')


_ROWS = (
    f"display:grid;grid-template-columns:8em 1fr 1em 3.4em;grid-auto-rows:{_ROW}px;column-gap:6px;"
    "align-items:center;text-align:right;font-size:13px;line-height:1.15;font-variant-numeric:tabular-nums"
)
"""Name, track, arrow, figure. The track is one picture for all rows; the marks of totals lie on it, so as not to be
stretched with it."""

_HAIRLINE = "fill='none' vector-effect='non-scaling-stroke'"
_ARROW = "grid-column:3;font-style:normal;"


def _links(drawn: Sequence[Row], place: Callable[[float], float]) -> str:
    """From the end of every row down to the next."""
    return "".join(f"M{place(row.after)} {number}.5v1" for number, row in enumerate(drawn[:-1]))


def radar(axes: Mapping[str, str], shapes: Sequence[Shape], t: Text, theme: Theme, *, bounds: Bounds, alt: str) -> str:
    """`shapes` over `axes` (ids and their words, clockwise from the top), as in `radar.radar`; with a legend."""
    ink = NEUTRALS[theme]
    around = {axis: 2 * math.pi * place / len(axes) for place, axis in enumerate(axes)}
    reach = Reach.of(bounds)
    grid = _grid(list(around.values()), bounds.marks(RINGS), reach, t, ink)
    drawing = [grid, *(_outline(shape, around, reach, theme) for shape in shapes)]
    picture = _svg("-8 -8 216 216", "", drawing)
    words = "".join(
        _axis(shapes_of.label(axis, html.escape(name), shapes, t, theme), around[axis]) for axis, name in axes.items()
    )
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
        f'<img alt="" src="{picture}" style="width:108%;margin:-4%;max-width:none">'
        f"{words}</div></div>"
        f'<div style="display:flex;gap:20px;justify-content:center;flex-wrap:wrap;font-size:13px">{legend}</div>',
    )


@dataclass(frozen=True)
class Reach:
    """The axes of the radar: what stands at the centre and at their ends."""

    centre: float
    end: float

    @classmethod
    def of(cls, bounds: Bounds) -> Reach:
        """The axes for a scale."""
        return cls(shapes_of.centre(bounds), float(bounds.high))

    def point(self, angle: float, value: float) -> tuple[float, float]:
        """Where a score lies on the axis at an angle from the top."""
        length = _REACH * (value - self.centre) / (self.end - self.centre)
        return _CENTRE + length * math.sin(angle), _CENTRE - length * math.cos(angle)

    def path(self, corners: Sequence[tuple[float, float | None]], *, closed: bool = False) -> str:
        """A line through the corners (angle and score) that have a score."""
        points = ["{:.1f} {:.1f}".format(*self.point(angle, value)) for angle, value in corners if value is not None]
        return "M" + "L".join(points) + ("Z" if closed else "") if points else ""


def _grid(angles: Sequence[float], scores: Sequence[float], reach: Reach, t: Text, ink: Neutrals) -> str:
    """A ring per score, the axes, and the scores inside the rings half-way between the last axis and the first, where
    no point of a shape can lie on them and its outline does not cross them."""
    rings = "".join(reach.path([(angle, score) for angle in angles], closed=True) for score in scores)
    spokes = "".join(reach.path([(angle, reach.centre), (angle, reach.end)]) for angle in angles)
    figures = ""
    for score in scores:
        (x, y), (across, down) = reach.point(angles[0], score), reach.point(angles[-1], score)
        figures += f"<text x='{(x + across) / 2 + 4:.0f}' y='{(y + down) / 2 + 8:.0f}'>{t.brief(score)}</text>"
    return (
        f"<path d='{rings}' fill='none' stroke='{ink.grid}'/><path d='{spokes}' stroke='{ink.border}'/>"
        f"<g font-family='sans-serif' font-size='9' text-anchor='middle' fill='{ink.muted}'>{figures}</g>"
    )


def _outline(shape: Shape, around: Mapping[str, float], reach: Reach, theme: Theme) -> str:
    """A shape: closed where every axis has a value, otherwise only known neighbours are joined. Hollow if simulated."""
    style = shapes_of.style(shape.role, theme)
    colour, dash = style["line"]["color"], _DASHES[style["line"]["dash"]]
    known = {axis: shapes_of.known(shape.values.get(axis)) for axis in around}
    corners = [(around[axis], value) for axis, value in known.items() if value is not None]
    whole, hollow = len(corners) == len(around), shape.role == "simulated"
    path = reach.path(corners, closed=True) if whole else _path_with_gaps(list(known.items()), around, reach)
    fill = css(colour, 0.10) if whole and not hollow else "none"
    dots = "".join("M{:.1f} {:.1f}h0".format(*reach.point(angle, value)) for angle, value in corners)
    dashed = f" stroke-dasharray='{dash}'" if dash else ""
    inside = f"<path d='{dots}' stroke='{NEUTRALS[theme].background}' stroke-width='5'/>" if hollow else ""
    return (
        f"<path d='{path}' fill='{fill}' stroke='{colour}' stroke-width='2'{dashed}/><g stroke-linecap='round'>"
        f"<path d='{dots}' stroke='{colour}' stroke-width='{8 if hollow else 7}'/>{inside}</g>"
    )


def _path_with_gaps(known: Sequence[tuple[str, float | None]], around: Mapping[str, float], reach: Reach) -> str:
    """Lines between neighbours that both have a value, round to the first."""
    pairs = zip(known, [*known[1:], known[0]], strict=True)
    return "".join(
        reach.path([(around[a], one), (around[b], two)]) for (a, one), (b, two) in pairs if None not in (one, two)
    )


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


def _svg(box: str, form: str, parts: Iterable[str]) -> str:
    """A drawing as an address for `<img src>`."""
    svg = f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='{box}'{form}>{''.join(parts)}</svg>"
    return "data:image/svg+xml," + quote(svg, safe=" ='/:;,().-<>")


def _figure(alt: str, inside: str) -> str:
    """One picture for a screen reader, with its words."""
    return (
        f'<figure role="img" aria-label="{html.escape(alt)}" style="margin:0"><div aria-hidden="true">{inside}</div>'
        "</figure>"
    )
