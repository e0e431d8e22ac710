"""A slider move here and on the same page written in Plotly Dash, side by side in Chromium.

    python -m pip install --target /some/folder dash
    python -m tests.perf.side_by_side --dash /some/folder [--moves 30]

Both pages show Kota Madiun 2024 with the same sliders and exact figures, title, final, rank and level, waterfall,
radar and table, made by the same engine and the same chart functions, and both keep the scenario in the address.
Page up and page down move the slider of Outcome by ten steps or more, so that the final always changes; before each
such move another slider goes one step down, so that no state comes twice and nothing is at hand already. Measured is
the time from the key to the new figure, and to the quiet after it (the last change anywhere on the page), in turn on
both pages, on one machine, each with its own server. Prints medians and the ratio; the promise is at most 1.5 times
Dash. A script, not a test: Dash is not among our packages, so nothing here is part of the suite.
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
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

from kotacerdas.charts import radar
from kotacerdas.charts.frame import CONFIG
from kotacerdas.charts.waterfall import Step, waterfall
from kotacerdas.i18n import Text
from kotacerdas.published import load
from kotacerdas.scenario import Scenario, changes_text
from kotacerdas.simulate import Simulation, simulate, stage

CITY, YEAR, MOVED, NUDGED = "35.77", 2024, "outcome", "impact"
T = Text("id")
WARM = 2
"""Moves down before the measurement: they warm both up, and lead away from the official figures."""

OURS = f"/simulasi?city={CITY}"
FINAL = {"ours": '.st-key-sim-figures [data-testid="stMetricValue"]', "dash": "#final"}
THUMB = {"ours": '[class*="st-key-sim-{part}"] input[type="range"]', "dash": '#slide-{part} [role="slider"]'}

WATCH = """selector => {
  window.moved = null; window.quiet = null;
  const figure = () => document.querySelector(selector)?.textContent;
  const before = figure();
  let start = null;
  document.addEventListener('keydown', () => { start = performance.now(); }, { capture: true, once: true });
  window.watching?.disconnect();
  window.watching = new MutationObserver(() => {
    if (start === null) return;
    window.quiet = performance.now() - start;
    if (window.moved === null && figure() !== before) window.moved = window.quiet;
  });
  window.watching.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
}"""
"""Notes when the key went down, when the figure said something else, and the last change of the page so far."""


# ---- the page in Dash --------------------------------------------------------------------------------------------


def serve(port: int) -> None:
    """Serve the Dash page on a port until the process ends."""
    from dash import Dash, Input, Output, ctx, dash_table, dcc, html  # type: ignore[import-not-found]

    published = load()
    on = stage(published, CITY, YEAR)
    instrument = on.ground.instrument
    parts = {part: value for part, value in on.baseline.components.items() if value is not None}
    app = Dash(__name__, title="Dash")

    def dial(part: str, value: Fraction) -> Any:
        scale = instrument.scale(part)
        low, high = float(scale.min), float(scale.max)
        slider = dcc.Slider(low, high, 0.01, value=float(value), id=f"slide-{part}", marks=None, updatemode="mouseup")
        box = dcc.Input(type="number", min=low, max=high, step=0.01, value=float(value), id=f"exact-{part}")
        return html.Div([html.Label(T(f"component.{part}")), slider, box])

    app.layout = html.Div(
        [
            dcc.Location(id="address", refresh=False),
            html.H1(id="title"),
            html.P(T("simulation.banner")),
            html.Div([html.B(id="final"), html.B(id="rank"), html.B(id="level")]),
            html.Div([dial(part, value) for part, value in parts.items()]),
            dcc.Graph(id="waterfall", config=CONFIG),
            dcc.Graph(id="radar", config=CONFIG),
            dash_table.DataTable(id="table"),
        ]
    )

    @app.callback(  # type: ignore[untyped-decorator]
        *[Output(name, kind) for name, kind in (("title", "children"), ("final", "children"), ("rank", "children"),
                                                ("level", "children"), ("waterfall", "figure"), ("radar", "figure"),
                                                ("table", "data"), ("address", "search"))],
        *[Output(f"{what}-{part}", "value") for what in ("slide", "exact") for part in parts],
        *[Input(f"{what}-{part}", "value") for what in ("slide", "exact") for part in parts],
    )  # fmt: skip
    def moved(*values: float) -> tuple[Any, ...]:
        slid, typed = values[: len(parts)], values[len(parts) :]
        taken = typed if str(ctx.triggered_id).startswith("exact-") else slid
        given = dict(zip(parts, (Fraction(str(round(value, 2))) for value in taken), strict=True))
        changes = {part: value for part, value in given.items() if value != parts[part]}
        result = simulate(published, Scenario(CITY, YEAR, changes=changes), on)
        after = result.outcome
        return (
            f"{T.number(after.final)} · {after.rank}",
            T.number(after.final),
            f"{after.rank} / {after.ranked}",
            str(after.level),
            _waterfall(result),
            _radar(result),
            _rows(result),
            f"?city={CITY}&set={changes_text(changes)}",
            *taken,
            *taken,
        )

    app.run(port=port, debug=False)


def _waterfall(result: Simulation) -> Any:
    before, after = result.baseline.points, result.outcome.points
    steps = [Step("a"), *(Step(part, float(after[part] - before[part])) for part in after), Step("b")]
    return waterfall(steps, float(result.baseline.value), T, "light")


def _radar(result: Simulation) -> Any:
    axes = {part: T(f"component.{part}") for part in result.outcome.components}
    shapes = [
        radar.Shape(name, {part: value and float(value) for part, value in side.components.items()}, role)
        for name, side, role in (("a", result.baseline, "chosen"), ("b", result.outcome, "simulated"))
    ]
    return radar.radar(axes, shapes, T, "light", height=400)  # type: ignore[arg-type]


def _rows(result: Simulation) -> list[dict[str, str]]:
    before, after = result.baseline, result.outcome
    return [
        {
            "component": T(f"component.{part}"),
            "official": T.number(before.components.get(part)),
            "simulated": T.number(after.components.get(part)),
            "points": T.number(after.points.get(part), 4),
            "gain": T.signed(after.points[part] - before.points[part], 4),
        }
        for part in after.points
    ]


# ---- the measurement ---------------------------------------------------------------------------------------------


@contextmanager
def dash_server(folder: Path) -> Iterator[str]:
    """The Dash page as a process of its own; ends the process it started."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path.cwd()), str(folder)])}
    command = [sys.executable, "-m", "tests.perf.side_by_side", "--serve", str(port)]
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
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
    """Milliseconds to the figure and to the quiet page, per way."""
    from playwright.sync_api import sync_playwright

    from tests.e2e.conftest import CHROMIUM
    from tests.e2e.serving import running_server
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
                page.evaluate(WATCH, FINAL[way])
                thumb.press("PageUp" if move >= 0 and move % 2 == 0 else "PageDown")
                page.wait_for_function("() => window.moved !== null", timeout=10_000)
                page.wait_for_timeout(1200)
                if move >= 0:
                    times[way][0].append(page.evaluate("() => window.moved"))
                    times[way][1].append(page.evaluate("() => window.quiet"))
        browser.close()
    return times


def main() -> None:
    """Measure and print, or serve the Dash page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dash", type=Path, help="folder with Dash, see above")
    parser.add_argument("--moves", type=int, default=30)
    parser.add_argument("--serve", type=int, metavar="PORT", help="only serve the Dash page")
    options = parser.parse_args()
    if options.serve:
        serve(options.serve)
        return
    if options.dash is None:
        parser.error("--dash is needed")
    times = measure(options.moves, options.dash)
    for place, what in enumerate(("key to the new figure", "key to the quiet page")):
        ours, dash = (statistics.median(times[way][place]) for way in ("ours", "dash"))
        print(f"{what}: ours {ours:.0f} ms, Dash {dash:.0f} ms, ratio {ours / dash:.2f} (n = {options.moves} each)")


if __name__ == "__main__":
    main()
