"""Longer load and fault runs on loopback: `python -m tests.perf.soak [--viewers N] [--seconds S] [--write]`.

Readers are raw websocket clients that speak Streamlit's own messages (internal to it, hence pinned and not in CI):
each opens a page, then changes the year or the filter again and again with a pause to look. Afterwards the data folder
of a second server is damaged while it runs. `--write` keeps the figures in tests/perf/benchmark.md.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import shutil
import statistics
import tempfile
import time
from pathlib import Path

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from kotacerdas.instrument import DATA
from tests.e2e.serving import running_server
from tests.perf.report import keep

HEADING = "## Soak"
QUERIES = ("year=2021", "kind=kota", "island=jawa", "year=2023", "group=priority", "lang=en", "view=tiles", "")
PAUSE = 15
"""Seconds a reader looks at an answer before the next step."""
BOUND = {"viewers": 300, "seconds": 600}


def reader(address: str) -> websockets.connect:
    """A reader's websocket to a server, as the browser opens it."""
    url = address.replace("http://", "ws://") + "/_stcore/stream"
    return websockets.connect(url, subprotocols=["streamlit"], origin=address, max_size=None)


async def answer(channel: websockets.ClientConnection, query: str) -> tuple[float, bytes]:
    """Ask for a rerun with this query string; seconds until the script has finished, and all that was sent."""
    message = BackMsg()
    message.rerun_script.query_string = query
    start, sent = time.perf_counter(), []
    await channel.send(message.SerializeToString())
    async for frame in channel:
        sent.append(frame)
        forward = ForwardMsg()
        forward.ParseFromString(frame)
        if forward.WhichOneof("type") == "script_finished":
            return time.perf_counter() - start, b"".join(sent)
    raise ConnectionError("the server closed the connection")


async def _visitor(address: str, offset: int, until: float, seen: list[tuple[float, int]], lost: list[str]) -> None:
    try:
        async with reader(address) as channel:
            for query in itertools.islice(itertools.cycle(QUERIES), offset, None):
                if time.perf_counter() > until:
                    return
                took, sent = await asyncio.wait_for(answer(channel, query), 60)
                seen.append((took, len(sent)))
                await asyncio.sleep(PAUSE)
    except Exception as error:
        lost.append(type(error).__name__)


async def load(address: str, viewers: int, seconds: int) -> list[str]:
    """All readers at once; one report row."""
    seen: list[tuple[float, int]] = []
    lost: list[str] = []
    until = time.perf_counter() + seconds
    await asyncio.gather(*(_visitor(address, i, until, seen, lost) for i in range(viewers)))
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
    """Damage each data file under a server before its first reader, and again while it serves; then mend it."""
    lines = [
        "| damaged file | first reader sees | readers of a running server see | after mending |",
        "|---|---|---|---|",
    ]
    for name in ("results.csv", "cities.csv", "datapackage.json", "levels.yaml"):
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(shutil.copytree(DATA.parent, Path(folder) / "checkout", ignore=_NOT_COPIED))
            path = copy / "data" / name
            content = path.read_bytes()
            path.write_bytes(content[: len(content) // 2])
            with running_server(copy) as address:
                cold = asyncio.run(_seen(address, name))
                path.write_bytes(content)
                mended = asyncio.run(_seen(address, name))
                path.write_bytes(content[: len(content) // 2])
                warm = asyncio.run(_seen(address, name))
        lines.append(f"| {name} | {cold} | {warm} | {mended} |")
    return lines


_NOT_COPIED = shutil.ignore_patterns(".git", ".venv", ".*_cache", ".hypothesis", "__pycache__", "node_modules")


async def _seen(address: str, name: str) -> str:
    """What a reader of the first page gets: the sentence that names the file, or the figures."""
    async with reader(address) as channel:
        _, sent = await asyncio.wait_for(answer(channel, ""), 60)
    if b"Traceback" in sent:
        return "a stack trace"
    named = name.replace(".", "\\.").encode()  # the frame escapes Markdown in sentences
    return "one sentence naming it" if name and named in sent else "the figures"


def main() -> None:
    """Run both and print (or keep) the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--viewers", type=int, default=60)
    parser.add_argument("--seconds", type=int, default=90)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    viewers, seconds = min(options.viewers, BOUND["viewers"]), min(options.seconds, BOUND["seconds"])
    with running_server() as address:
        asyncio.run(_seen(address, ""))
        figures = asyncio.run(load(address, viewers, seconds))
    about = (
        f"All readers act at the same moment (the worst case), then look for {PAUSE} s; {seconds} s in all,"
        " on the same two cores as the server."
    )
    report = "\n".join([HEADING, "", about, "", *figures, "", *faults()])
    print(report)
    if options.write:
        keep([report])


if __name__ == "__main__":
    main()
