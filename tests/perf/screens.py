"""What a page costs: first visit over the wire, warm reruns, memory per session. Part of `make bench`.

Bytes are counted in Chromium against the real server; reruns are timed in AppTest (script only, no browser).
"""

from __future__ import annotations

import asyncio
import statistics
import time
from contextlib import AsyncExitStack
from pathlib import Path

from tests.e2e.conftest import CHROMIUM
from tests.e2e.serving import ROOT, running_server
from tests.e2e.visit import CHROMIUM_FLAGS, Visit
from tests.perf.soak import answer, reader

PAGES = {"ringkasan": "/", "peringkat": "/peringkat", "kota": "/kota?city=35.77", "metode": "/metode"}


def screens() -> list[str]:
    """Report lines for all pages."""
    with running_server() as address:
        memory = _memory(address)
    return [*_reruns(), "", *memory, "", *(_bytes() if CHROMIUM else ["Chromium not found: no bytes."])]


def _reruns() -> list[str]:
    from streamlit.testing.v1 import AppTest

    lines = ["## Warm reruns (script only)", "", "| page | first run | warm rerun, median of 15 |", "|---|---|---|"]
    for slug in PAGES:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        app.query_params["city"] = "35.77"
        start = time.perf_counter()
        app.run()
        if slug != "ringkasan":
            app.switch_page(f"pages/{slug}.py")
            app.query_params["city"] = "35.77"
            app.run()
        first = time.perf_counter() - start
        times = []
        for _ in range(15):
            start = time.perf_counter()
            app.run()
            times.append(time.perf_counter() - start)
        lines.append(f"| {slug} | {first * 1000:.0f} ms | {statistics.median(times) * 1000:.0f} ms |")
    return lines


def _bytes() -> list[str]:
    from playwright.sync_api import sync_playwright

    lines = [
        "## Bytes",
        "",
        "| page | first visit, over the wire | websocket, uncompressed |",
        "|---|---|---|",
    ]
    with running_server() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        for slug, path in PAGES.items():
            visit = Visit(browser, address).open(path).settle(2000)
            lines.append(f"| {slug} | {visit.wire / 1e6:.2f} MB | {visit.socket / 1e3:.0f} KB |")
            visit.close()
        browser.close()
    return lines


def _memory(address: str, sessions: int = 60) -> list[str]:
    """Growth of the server's resident memory per open session of the first page (raw websocket readers)."""
    pid = _server_pid(address)

    async def hold() -> tuple[int, int]:
        async with AsyncExitStack() as open_sessions:
            grown = []
            for count in (sessions, sessions):
                for _ in range(count):
                    channel = await open_sessions.enter_async_context(reader(address))
                    await answer(channel, "")
                grown.append(_resident(pid))
            return grown[0], grown[1]

    before, after = asyncio.run(hold())
    each = (after - before) / sessions
    return [f"Memory: {before / 1e6:.0f} MB with {sessions} sessions, {each / 1e6:.2f} MB more for each further one."]


def _server_pid(address: str) -> int:
    port = address.rsplit(":", 1)[1]
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"kotacerdas.ui.server" in command and port.encode() in command:
            return int(folder.name)
    raise RuntimeError("server process not found")


def _resident(pid: int) -> int:
    for line in (Path("/proc") / str(pid) / "status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0
