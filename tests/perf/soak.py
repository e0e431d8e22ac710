"""Longer load and fault runs on loopback: `python -m tests.perf.soak [--viewers N] [--seconds S] [--write]`.

Readers are raw websocket clients that speak Streamlit's own messages (internal to it, hence pinned and not in CI):
each opens a page, then changes the year or the filter again and again with a short pause. Afterwards the data folder
of a second server is damaged while it runs. `--write` keeps the figures in tests/perf/benchmark.md.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from kotacerdas.instrument import DATA

REPORT = Path(__file__).with_name("benchmark.md")
HEADING = "## Soak"
QUERIES = ("year=2021", "kind=kota", "island=jawa", "year=2023", "group=priority", "lang=en", "view=tiles", "")
BOUND = {"viewers": 300, "seconds": 600}


async def _answer(channel: websockets.ClientConnection, query: str) -> tuple[float, int]:
    """Ask for a rerun with this query string; seconds and bytes until the script has finished."""
    message = BackMsg()
    message.rerun_script.query_string = query
    start, size = time.perf_counter(), 0
    await channel.send(message.SerializeToString())
    async for frame in channel:
        size += len(frame)
        forward = ForwardMsg()
        forward.ParseFromString(frame)
        if forward.WhichOneof("type") == "script_finished":
            return time.perf_counter() - start, size
    raise ConnectionError("the server closed the connection")


async def _reader(address: str, offset: int, until: float, seen: list[tuple[float, int]], lost: list[str]) -> None:
    url = address.replace("http://", "ws://") + "/_stcore/stream"
    try:
        async with websockets.connect(url, subprotocols=["streamlit"], origin=address, max_size=None) as channel:
            for query in itertools.islice(itertools.cycle(QUERIES), offset, None):
                if time.perf_counter() > until:
                    return
                seen.append(await asyncio.wait_for(_answer(channel, query), 60))
                await asyncio.sleep(2)
    except Exception as error:
        lost.append(type(error).__name__)


async def load(address: str, viewers: int, seconds: int) -> list[str]:
    """All readers at once; one report row."""
    seen: list[tuple[float, int]] = []
    lost: list[str] = []
    until = time.perf_counter() + seconds
    await asyncio.gather(*(_reader(address, i, until, seen, lost) for i in range(viewers)))
    times = sorted(took for took, _ in seen)
    ninety_five = times[int(0.95 * (len(times) - 1))]
    bytes_ = statistics.median(size for _, size in seen)
    return [
        "| readers | answers | median | 95th percentile | median bytes of an answer | lost |",
        "|---|---|---|---|---|---|",
        f"| {viewers} | {len(times)} | {statistics.median(times) * 1000:.0f} ms | {ninety_five * 1000:.0f} ms |"
        f" {bytes_ / 1000:.0f} KB | {len(lost)} |",
    ]


def faults() -> list[str]:
    """Damage each data file in turn under a running server: it keeps serving and recovers when the file is back."""
    lines = ["| damaged while running | page answered | healthy after restoring |", "|---|---|---|"]
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copytree(DATA.parent, Path(folder) / "checkout", ignore=shutil.ignore_patterns(".*")))
        shutil.copytree(DATA.parent / ".streamlit", copy / ".streamlit")
        with server(copy) as address:
            for name in ("results.csv", "cities.csv", "datapackage.json", "levels.yaml"):
                path = copy / "data" / name
                content = path.read_bytes()
                path.write_bytes(content[: len(content) // 2])
                answered = asyncio.run(_once(address))
                path.write_bytes(content)
                lines.append(f"| {name} | {answered} | {asyncio.run(_once(address))} |")
    return lines


async def _once(address: str) -> str:
    url = address.replace("http://", "ws://") + "/_stcore/stream"
    async with websockets.connect(url, subprotocols=["streamlit"], origin=address, max_size=None) as channel:
        await asyncio.wait_for(_answer(channel, ""), 60)
    return "yes"


@contextmanager
def server(checkout: Path) -> Iterator[str]:
    """A server of a checkout on a free loopback port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [sys.executable, "-m", "kotacerdas.ui.server", "--port", str(port)],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": str(checkout)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{address}/healthz", timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(10)


def main() -> None:
    """Run both and print (or keep) the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--viewers", type=int, default=100)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    viewers, seconds = min(options.viewers, BOUND["viewers"]), min(options.seconds, BOUND["seconds"])
    with server(DATA.parent) as address:
        asyncio.run(_once(address))
        figures = asyncio.run(load(address, viewers, seconds))
    report = "\n".join([HEADING, "", f"Readers act every two seconds for {seconds} s; two cores.", "", *figures, "", *faults()])
    print(report)
    if options.write:
        kept = REPORT.read_text(encoding="utf-8").split(HEADING)[0].rstrip() if REPORT.exists() else "# Benchmark"
        REPORT.write_text(f"{kept}\n\n{report}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
