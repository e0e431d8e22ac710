"""What a step costs: the websocket bytes the browser receives, uncompressed, and which elements they belong to."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable

from tests.e2e.visit import PATIENCE, Visit

FILTER_CHANGE = 60_000
"""Most bytes a filter change on the overview may send."""


class Wire:
    """Listens to the websocket of a page. Make it before the page is opened."""

    def __init__(self, visit: Visit) -> None:
        self.frames: list[bytes] = []
        visit.listen("websocket", lambda socket: socket.on("framereceived", self._frame))

    def _frame(self, payload: str | bytes) -> None:
        self.frames.append(payload if isinstance(payload, bytes) else payload.encode())

    @property
    def size(self) -> int:
        """All bytes received so far."""
        return sum(map(len, self.frames))

    def during(self, visit: Visit, act: Callable[[], object]) -> list[bytes]:
        """The frames that arrive from doing something that reruns the page, until the page has settled."""
        before = len(self.frames)
        act()
        deadline = time.monotonic() + PATIENCE
        while not any(map(_ends_a_run, self.frames[before:])):
            assert time.monotonic() < deadline, "no run followed"
            visit.page.wait_for_timeout(20)
        visit.settle()
        return self.frames[before:]


def _ends_a_run(frame: bytes) -> bool:
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

    return bool(ForwardMsg.FromString(frame).WhichOneof("type") == "script_finished")


def by_element(frames: list[bytes]) -> Counter[str]:
    """Bytes per kind of message, elements by their type: `deck_gl_json_chart`, `markdown`, `ref_hash` ..."""
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

    sizes: Counter[str] = Counter()
    for frame in frames:
        message = ForwardMsg.FromString(frame)
        kind = message.WhichOneof("type") or "?"
        if kind == "delta":
            inner = message.delta
            kind = inner.WhichOneof("type") or "delta"
            if kind == "new_element":
                kind = inner.new_element.WhichOneof("type") or kind
        sizes[kind] += len(frame)
    return sizes


def cost(frames: list[bytes]) -> int:
    """Bytes of these frames."""
    return sum(map(len, frames))
