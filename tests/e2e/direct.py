"""The server's websocket without a browser: what somebody can send who does not keep to the page."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from types import TracebackType
from urllib.parse import urlencode, urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from tests.e2e.oidc import DOOR
from tests.e2e.visit import PATIENCE

STREAM = "/_stcore/stream"
XSRF = "_streamlit_xsrf"


class Direct:
    """A connection with the cookies of somebody, or of nobody.

    `origin` is the page it claims to come from (default: the server's own; None: none at all), `session` the number of
    a session it claims to continue. Raises what `websockets` raises where the server refuses.
    """

    def __init__(
        self, address: str, cookies: Mapping[str, str] | None = None, *,
        origin: str | None = "", host: str | None = None, session: str = "",
    ) -> None:  # fmt: skip
        jar = dict(cookies or {})
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in jar.items())} if jar else {}
        names = ["streamlit", jar.get(XSRF) or "none", *([session] if session else [])]
        self.frames: list[bytes] = []
        self.session = ""
        place = urlsplit(address)
        self.stream = connect(
            f"ws://{host or place.netloc}{STREAM}",
            sock=socket.create_connection((place.hostname, place.port), timeout=PATIENCE),
            origin=None if origin is None else origin or address,  # type: ignore[arg-type]
            subprotocols=[Subprotocol(name) for name in names],
            additional_headers=headers,
            max_size=None,
            open_timeout=PATIENCE,
            compression=None,
        )

    def __enter__(self) -> Direct:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stream.close()

    def ask(self, page: str = DOOR.strip("/"), **query: object) -> Direct:
        """Run a page with these parameters in its address."""
        return self.send(BackMsg(rerun_script=ClientState(page_name=page, query_string=urlencode(query))))

    def send(self, message: BackMsg) -> Direct:
        """Send a message that runs the script, and read until it has finished."""
        self.stream.send(message.SerializeToString())
        while True:
            frame = self.stream.recv(timeout=PATIENCE)
            assert isinstance(frame, bytes)
            self.frames.append(frame)
            told = ForwardMsg.FromString(frame)
            if told.WhichOneof("type") == "new_session":
                self.session = told.new_session.initialize.session_id
            if told.WhichOneof("type") == "script_finished" and told.script_finished in (
                ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY,
            ):  # fmt: skip
                return self

    def told(self, *words: str) -> bool:
        """Whether the server has sent all of these words."""
        sent = b"".join(self.frames).replace("\N{WORD JOINER}".encode(), b"").replace(b"\\", b"")
        return all(each.encode() in sent for each in words)

    def press(self, key: str, option: int, page: str = DOOR.strip("/"), **query: object) -> BackMsg:
        """The message a browser sends when the `option`-th choice of the button group with this key is pressed on a
        page that was asked for before with these parameters."""
        told = [ForwardMsg.FromString(frame) for frame in self.frames]
        drawn = [one.delta.new_element.button_group for one in told if one.delta.new_element.HasField("button_group")]
        group = [one for one in drawn if key in one.id][-1]
        pressed = WidgetState(id=group.id)
        pressed.string_array_value.data.append(group.options[option].content)
        states = WidgetStates(widgets=[pressed])
        return BackMsg(rerun_script=ClientState(page_name=page, query_string=urlencode(query), widget_states=states))
