"""A slider move here and on the same page written in Plotly Dash, side by side in Chromium.

    python -m pip install --target /some/folder dash
    python -m tests.perf.side_by_side --dash /some/folder [--moves 30] [--write]

Both pages show Kota Madiun 2024 with the same sliders and exact figures, title, final, rank and level, waterfall,
radar and table, made by the same engine, and both keep the scenario in the address. Dash keeps a Plotly chart mounted
and gets ours as Plotly figures; Streamlit mounts one anew at every change, so our page shows both as plain markup.
Page up and page down move the slider of Outcome by ten steps or more, so that the final always changes; before each
such move another slider goes one step down, so that no state comes twice and nothing is at hand already. Measured is
the time from the key to the new figure, and to the last change in waterfall and radar, in turn on both pages, on one
machine, each with its own server. Prints medians and ratios; the promise is at most 1.5 times Dash. Other work on
the machine hits ours harder (more processes take part): run it alone, or under `chrt -r 10`.

A script, not a test: Dash is not among our packages, so nothing here is part of the suite.
"""

from __future__ import annotations

import argparse
import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import plotly.graph_objects as go

from kotacerdas.bounds import Bounds
from kotacerdas.charts import radar
from kotacerdas.charts.frame import CONFIG
from kotacerdas.charts.waterfall import Step, waterfall
from kotacerdas.i18n import Text
from kotacerdas.published import load
from kotacerdas.scenario import Scenario, changes_text
from kotacerdas.simulate import Simulation, simulate, stage
from kotacerdas.ui import simulation_words
from tests.e2e.serving import ROOT, running_server
from tests.perf.report import keep

CITY, YEAR, MOVED, NUDGED = "35.77", 2024, "outcome", "impact"
T = Text("id")
WARM = 2
"""Moves down before the measurement: they warm both up, and lead away from the official figures."""

OURS = f"/simulasi?city={CITY}"
FINAL = {"ours": '.st-key-sim-figures [data-testid="stMetricValue"]', "dash": "#final"}
THUMB = {"ours": '[class*="st-key-sim-{part}"] input[type="range"]', "dash": '#slide-{part} [role="slider"]'}

CHARTS = {"ours": '[data-testid="stHtml"]', "dash": "#waterfall, #radar"}

WATCH = """([figure, charts]) => {
  window.moved = null; window.drawn = null;
  const text = () => document.querySelector(figure)?.textContent;
  const before = text();
  let start = null;
  document.addEventListener('keydown', () => { start = performance.now(); }, { capture: true, once: true });
  window.watching?.disconnect();
  window.watching = new MutationObserver(changes => {
    if (start === null) return;
    if (window.moved === null && text() !== before) window.moved = performance.now() - start;
    const node = change => change.target.nodeType === 1 ? change.target : change.target.parentElement;
    if (changes.some(change => node(change)?.closest(charts))) window.drawn = performance.now() - start;
  });
  window.watching.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
}"""
"""Notes when the key went down, when the figure said something else, and the last change in a chart so far."""


# ---- the page in Dash --------------------------------------------------------------------------------------------


def serve(port: int) -> None:
    """Serve the Dash page on a port until the process ends: one callback, as Dash recommends."""
    from dash import Dash, Input, Output, ctx, dcc, html

    published = load()
    on = stage(published, CITY, YEAR)
    bench = SimpleNamespace(
        t=T,
        data=published,
        name=published.city(CITY)["name"],
        year=YEAR,
        stage=on,
        instrument=lambda scenario: on.ground.instrument,
    )
    parts = {part: value for part, value in on.baseline.components.items() if value is not None}
    app = Dash(__name__, title="Dash", assets_folder=str(ROOT / "static"))

    def dial(part: str, value: Fraction) -> html.Div:
        """A row of the controls; Dash's slider carries its own box for the exact figure."""
        scale = on.ground.instrument.scale(part)
        low, high = float(scale.min), float(scale.max)
        slider = dcc.Slider(low, high, 0.01, value=float(value), id=f"slide-{part}", marks=None, updatemode="mouseup")
        return html.Div([html.Label(T(f"component.{part}")), slider, html.Button(id=f"back-{part}")])

    def figure(name: str, label: str) -> html.Div:
        return html.Div([html.Label(label), html.B(id=name), html.Small(id=f"{name}-beside")])

    app.layout = html.Div(
        [
            dcc.Location(id="address", refresh=False),
            html.H1(id="title"),
            dcc.Markdown(id="banner"),
            html.Div([figure(name, T(f"simulation.figure_{name}")) for name in ("final", "rank", "level", "next")]),
            html.Div([dial(part, value) for part, value in parts.items()]),
            html.H2(id="contribution"),
            dcc.Graph(id="waterfall", config=CONFIG),
            html.H2(id="balance"),
            dcc.Graph(id="radar", config=CONFIG),
            html.Table(id="table"),
        ]
    )
    shown = [(name, "children") for name in ("title", "banner", "contribution", "balance", "table")]
    shown += [
        (f"{name}{beside}", "children") for name in ("final", "rank", "level", "next") for beside in ("", "-beside")
    ]
    shown += [("waterfall", "figure"), ("radar", "figure"), ("address", "search")]
    dials = [(f"slide-{part}", "value") for part in parts]
    backs = [(f"back-{part}", kind) for part in parts for kind in ("children", "disabled")]

    @app.callback(
        *[Output(name, kind) for name, kind in (*shown, *dials, *backs)],
        *[Input(name, kind) for name, kind in dials],
        *[Input(f"back-{part}", "n_clicks") for part in parts],
    )
    def moved(*values: float) -> tuple[Any, ...]:
        cause = str(ctx.triggered_id)
        given = {part: Fraction(str(round(value, 2))) for part, value in zip(parts, values, strict=False)}
        if cause.startswith("back-"):
            given[cause.removeprefix("back-")] = parts[cause.removeprefix("back-")]
        changes = {part: value for part, value in given.items() if value != parts[part]}
        result = simulate(published, Scenario(CITY, YEAR, changes=changes), on)
        before, after = result.baseline, result.outcome
        level, above = published.levels[after.level], published.levels.score_range(min(5, after.level + 1))[0]
        badge = html.Img(src=app.get_asset_url(f"marks/simulated-{after.level}.svg"))
        return (
            simulation_words.title(bench, result),
            T("simulation.banner") + simulation_words.changes_said(bench, result),
            simulation_words.contribution(bench, result),
            simulation_words.balance(bench, result),
            [html.Tr([html.Td(cell) for cell in row]) for row in _rows(result)],
            T.number(after.final),
            T("simulation.official", figure=T.number(before.final)),
            T("simulation.of", figure=T.integer(after.rank), of=T.integer(after.ranked)),
            T("simulation.official", figure=T.integer(before.rank)),
            T("simulation.of", figure=after.level, of=5),
            [badge, T.label(level.label)],
            T.number(above - Fraction(after.final)),
            T("simulation.next", level=after.level + 1, start=T.number(above)),
            _waterfall(result),
            _radar(result, on.field.bounds),
            f"?city={CITY}&set={changes_text(changes)}",
            *(float(given[part]) for part in parts),
            *(cell for part in parts for cell in (T.number(parts[part]), part not in changes)),
        )

    app.run(port=port, debug=False)


def _waterfall(result: Simulation) -> Any:
    gains = simulation_words.gains(result)
    steps = [Step(T(f"component.{part}"), float(gain)) for part, gain in gains.items()]
    steps = [Step(T("simulation.official_final")), *steps, Step(T("simulation.simulated"), status="simulated")]
    return go.Figure(waterfall(steps, float(result.baseline.value), T, "light", unit="poin").to_dict())


def _radar(result: Simulation, bounds: Bounds) -> Any:
    axes = {part: T(f"component.{part}") for part in result.outcome.components}
    sides = {"chosen": result.baseline, "simulated": result.outcome}
    shapes = [
        radar.Shape(role, {part: value and float(value) for part, value in side.components.items()}, role)
        for role, side in sides.items()
    ]
    return go.Figure(radar.radar(axes, shapes, T, "light", bounds=bounds, height=400).to_dict())


def _rows(result: Simulation) -> list[list[str]]:
    before, after = result.baseline, result.outcome
    rows = [
        [
            T("simulation.weighted", name=T(f"component.{part}"), weight=T.percent(after.weights[part])),
            T("simulation.from_to", before=T.number(before.components[part]), after=T.number(after.components[part])),
            T("simulation.from_to", before=T.number(before.points[part], 4), after=T.number(after.points[part], 4)),
            T.signed(gain, 4),
        ]
        for part, gain in simulation_words.gains(result).items()
    ]
    total = T("simulation.from_to", before=T.number(before.value, 4), after=T.number(after.value, 4))
    return [*rows, [T("simulation.sum"), "", total, T.signed(after.value - before.value, 4)]]


# ---- the measurement ---------------------------------------------------------------------------------------------


@contextmanager
def dash_server(folder: Path) -> Iterator[str]:
    """The Dash page as a process of its own; ends the process it started."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(folder)])}
    command = [sys.executable, "-m", "tests.perf.side_by_side", "--serve", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(address, timeout=1).close()
                break
            except OSError:
                if process.poll() is not None:
                    raise RuntimeError("the Dash server ended before it answered; is the folder right?") from None
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(10)


def measure(moves: int, folder: Path) -> dict[str, tuple[list[float], list[float]]]:
    """Milliseconds to the figure and to the finished charts, per way."""
    from playwright.sync_api import sync_playwright

    from tests.e2e.conftest import CHROMIUM
    from tests.e2e.visit import CHROMIUM_FLAGS

    times: dict[str, tuple[list[float], list[float]]] = {"ours": ([], []), "dash": ([], [])}
    with running_server() as ours, dash_server(folder) as dash, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        pages = {}
        for way, address in (("ours", ours + OURS), ("dash", dash)):
            page = pages[way] = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
            page.goto(address)
            page.wait_for_selector(FINAL[way], timeout=60_000)
            page.wait_for_timeout(4000)
        for move in range(-WARM, moves):
            for way, page in pages.items():
                page.bring_to_front()
                thumb, other = (page.locator(THUMB[way].format(part=part)).first for part in (MOVED, NUDGED))
                other.press("ArrowLeft")
                page.wait_for_timeout(1000)
                thumb.focus()
                page.wait_for_timeout(300)
                page.evaluate(WATCH, [FINAL[way], CHARTS[way]])
                thumb.press("PageUp" if move >= 0 and move % 2 == 0 else "PageDown")
                page.wait_for_function("() => window.moved !== null", timeout=10_000)
                page.wait_for_timeout(1200)
                if move >= 0:
                    times[way][0].append(page.evaluate("() => window.moved"))
                    times[way][1].append(page.evaluate("() => window.drawn"))
        browser.close()
    return times


def main() -> None:
    """Measure and print, or serve the Dash page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dash", type=Path, help="folder with Dash, see above")
    parser.add_argument("--moves", type=int, default=30)
    parser.add_argument("--serve", type=int, metavar="PORT", help="only serve the Dash page")
    parser.add_argument("--write", action="store_true", help="keep the figures in the benchmark file")
    options = parser.parse_args()
    if options.serve:
        serve(options.serve)
        return
    if options.dash is None:
        parser.error("--dash is needed")
    times = measure(options.moves, options.dash)
    report = "\n".join(_section(times, options.moves))
    print(report)
    if options.write:
        keep([report])


def _section(times: Mapping[str, tuple[list[float], list[float]]], moves: int) -> list[str]:
    """A section of the benchmark file. A move is done when figure and charts are new."""
    stages = {
        "until everything is new (promise: at most 1.5 x Dash)": {way: list(map(max, *times[way])) for way in times},
        "until the first figure is new": {way: times[way][0] for way in times},
    }
    lines = ["| from the key | ours | Plotly Dash | ratio |", "|---|---|---|---|"]
    for what, taken in stages.items():
        ours, dash = (statistics.median(taken[way]) for way in ("ours", "dash"))
        lines.append(f"| {what} | {ours:.0f} ms | {dash:.0f} ms | {ours / dash:.2f} x |")
    return [
        "## A slider move in Chromium, side by side with Plotly Dash",
        "",
        f"Median of {moves} moves each.",
        "",
        *lines,
    ]


if __name__ == "__main__":
    main()
