"""What a slider move of `/simulasi` costs: time of the server and bytes of its answer. Part of `make bench`.

A raw websocket client moves a slider as the browser does: the widget's new value and the fragment it stands in. The
time runs from sending until the script has finished, so it is the server's part of a move, engine and page together.
"""

from __future__ import annotations

import asyncio
import statistics
import time

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.e2e.serving import running_server
from tests.perf.soak import reader

CITY = "city=35.77"
MOVES = 40
WARM = 5
STATUS = 16
"""Bytes below which a frame may be a status; reading every frame would count as the server's time."""
SLIDERS = {
    "a component, one city": (CITY, "outcome", 3.5, 0.01),
    "a weight, all 140 cities ranked again": (f"{CITY}&mode=weights", "weight-impact", 9.0, 0.1),
}
"""What is moved -> the address, the slider's id, the value it starts from and the step it goes down by."""


def slider_moves() -> list[str]:
    """Report lines: median and worst time, and median bytes, of moves in a warm session."""
    lines = [
        "## A slider move of `/simulasi`, server part",
        "",
        "| moved | median | worst | bytes |",
        "|---|---|---|---|",
    ]
    with running_server() as address:
        for name, (query, slider, first, step) in SLIDERS.items():
            times, sizes = asyncio.run(_moves(address, query, slider, first, step))
            median, worst = statistics.median(times) * 1000, max(times) * 1000
            lines.append(f"| {name} | {median:.0f} ms | {worst:.0f} ms | {statistics.median(sizes) / 1000:.1f} KB |")
    return [*lines, "", "Promise: at most 20 ms with the national recompute in it, at most 15 KB."]


async def _moves(address: str, query: str, slider: str, first: float, step: float) -> tuple[list[float], list[int]]:
    """Seconds and bytes of moves, each a step lower and so to a state not shown before."""
    times, sizes = [], []
    async with reader(address) as channel:
        page = BackMsg()
        page.rerun_script.query_string = query
        page.rerun_script.page_name = "simulasi"
        sent = await _answer(channel, page)
        widget, fragment = _found(sent, slider)
        for number in range(-WARM, MOVES):
            move = BackMsg()
            move.rerun_script.query_string = query
            move.rerun_script.fragment_id = fragment
            move.rerun_script.page_script_hash = _script(sent)
            state = move.rerun_script.widget_states.widgets.add()
            state.id = widget
            state.double_array_value.data.append(first - step * number)
            await asyncio.sleep(0.1)
            start = time.perf_counter()
            frames = await _answer(channel, move)
            if number >= 0:
                times.append(time.perf_counter() - start)
                sizes.append(sum(map(len, frames)))
    return times, sizes


async def _answer(channel: websockets.ClientConnection, message: BackMsg) -> list[bytes]:
    """All frames until the server is at rest again (a move may end in a second run, for the result alone)."""
    await channel.send(message.SerializeToString())
    frames: list[bytes] = []
    async for frame in channel:
        frames.append(frame)
        if len(frame) < STATUS and _at_rest(frames):
            return frames
    raise ConnectionError("the server closed the connection")


def _at_rest(frames: list[bytes]) -> bool:
    """Whether the last frame says "not running", and something was drawn before."""
    last = ForwardMsg.FromString(frames[-1])
    if last.WhichOneof("type") != "session_status_changed" or last.session_status_changed.script_is_running:
        return False
    return any(ForwardMsg.FromString(frame).WhichOneof("type") == "delta" for frame in frames)


def _found(frames: list[bytes], slider: str) -> tuple[str, str]:
    """The widget id of a slider and the fragment it stands in."""
    for frame in frames:
        delta = ForwardMsg.FromString(frame).delta
        if f"sim-{slider}@" in delta.new_element.slider.id:
            return delta.new_element.slider.id, delta.fragment_id
    raise LookupError(f"no slider {slider} on the page")


def _script(frames: list[bytes]) -> str:
    """The hash of the page's script, which a move names."""
    for frame in frames:
        message = ForwardMsg.FromString(frame)
        if message.WhichOneof("type") == "new_session":
            return str(message.new_session.page_script_hash)
    raise LookupError("no session")


if __name__ == "__main__":
    print("\n".join(slider_moves()))
