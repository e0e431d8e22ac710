"""The real server, started fresh: headers on every answer, compressed files, hosts, deep links into a cold process."""

from __future__ import annotations

import gzip
import http.client
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from kotacerdas.i18n import Text
from kotacerdas.ui import assets
from kotacerdas.ui.registry import ROOMS
from kotacerdas.ui.server import BUNDLE, CompressedFiles, content_security_policy

ROOT = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.server
HEADERS = {
    "content-security-policy",
    "x-content-type-options",
    "x-frame-options",
    "referrer-policy",
    "permissions-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        plain = gzip.decompress(self.body) if self.headers.get("content-encoding") == "gzip" else self.body
        return plain.decode()


@dataclass(frozen=True)
class Server:
    port: int

    def get(self, path: str, method: str = "GET", **headers: str) -> Answer:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)) as connection:
            asked = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, headers={"Accept-Encoding": "gzip"} | asked)
            response = connection.getresponse()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())

    def visit(self, page: str, query: str = "") -> list[ForwardMsg]:
        """What a browser is sent for the first run of a page (the slug; empty for the default page)."""
        address = f"ws://127.0.0.1:{self.port}/_stcore/stream"
        origin = f"http://127.0.0.1:{self.port}"
        with connect(address, subprotocols=["streamlit"], origin=origin, max_size=None) as stream:  # type: ignore[list-item, arg-type]
            wish = BackMsg()
            wish.rerun_script.page_name = page
            wish.rerun_script.query_string = query
            stream.send(wish.SerializeToString())
            messages = []
            while True:
                message = ForwardMsg()
                message.ParseFromString(stream.recv(timeout=30))  # type: ignore[arg-type]
                messages.append(message)
                if message.WhichOneof("type") == "script_finished":
                    return messages


@contextmanager
def started(**settings: str) -> Iterator[Server]:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "kotacerdas.ui.server", "--port", str(port)],
        cwd=ROOT,
        env=os.environ | settings,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        server, deadline = Server(port), time.monotonic() + 60
        while True:
            try:
                assert server.get("/healthz").status == 200
                break
            except OSError:
                assert process.poll() is None and time.monotonic() < deadline, "the server did not start"
                time.sleep(0.1)
        yield server
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with started() as running:
        yield running


BUNDLE_FILE = "/static/js/" + max((BUNDLE / "static" / "js").glob("*.js"), key=lambda path: path.stat().st_size).name
PATHS = [
    "/", "/kota", "/healthz", "/nowhere", "/ringkasan", BUNDLE_FILE, "/static/js/none.js", "/_stcore/health",
    "/_stcore/host-config", "/app/static/mark.svg", "/app/static/none.svg", "/media/none", "/kota/_stcore/health",
    "/app/static/../config.toml", "//evil.example/",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_security_headers(server: Server, path: str) -> None:
    answer = server.get(path)
    assert set(answer.headers) >= HEADERS
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-origin" not in answer.headers
    assert "server" not in answer.headers


def test_the_policy_allows_inline_scripts_by_hash_only(server: Server) -> None:
    policy = server.get("/").headers["content-security-policy"]
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert not {"'unsafe-inline'", "'unsafe-eval'", "data:", "blob:"} & set(scripts.split())
    assert "http" not in policy and "*" not in policy
    for rule in ("default-src 'self'", "connect-src 'self'", "object-src 'none'", "frame-ancestors 'none'"):
        assert rule in policy
    inline = re.findall(r"<script>(.*?)</script>", server.get("/").text, flags=re.DOTALL)
    assert inline and all(content_security_policy([script]).split("; ")[1].split()[-1] in policy for script in inline)


def test_health(server: Server) -> None:
    answer = server.get("/healthz")
    assert (answer.status, json.loads(answer.text)) == (200, {"status": "ok"})
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.slug)
def test_every_room_answers_with_our_page(server: Server, room) -> None:  # type: ignore[no-untyped-def]
    answer = server.get(room.path)
    assert answer.status == 200
    assert answer.headers["cache-control"] == "no-cache"
    assert "<title>KotaCerdas</title>" in answer.text and '<html lang="id">' in answer.text
    assert 'rel="shortcut icon" href="/app/static/favicon.svg?v=' in answer.text
    assert '<html lang="en">' in server.get(f"{room.path}?lang=en").text
    assert '<html lang="id">' in server.get(f"{room.path}?lang=%22onload=alert(1)").text
    plain = server.get(room.path, Accept_Encoding="identity")
    assert "content-encoding" not in plain.headers and plain.text == answer.text


def test_the_default_page_by_its_own_name_leads_home(server: Server) -> None:
    answer = server.get("/ringkasan?lang=en")
    assert answer.status == 307 and answer.headers["location"] == "/?lang=en"


def test_an_unknown_address_is_answered_in_both_languages(server: Server) -> None:
    answer = server.get("/nowhere")
    assert answer.status == 404
    assert Text("id")("server.unknown") in answer.text and Text("en")("server.unknown") in answer.text
    assert "Traceback" not in answer.text and "pages/" not in answer.text


def test_the_bundle_is_compressed_and_kept_for_good(server: Server) -> None:
    answer = server.get(BUNDLE_FILE)
    original = (BUNDLE / BUNDLE_FILE.lstrip("/")).read_bytes()
    assert gzip.decompress(answer.body) == original
    assert len(answer.body) < 0.4 * len(original)
    assert int(answer.headers["content-length"]) == len(answer.body)
    assert "immutable" in answer.headers["cache-control"] and answer.headers["vary"] == "Accept-Encoding"
    assert "javascript" in answer.headers["content-type"]
    again = server.get(BUNDLE_FILE, If_None_Match=answer.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    head = server.get(BUNDLE_FILE, method="HEAD")
    assert head.body == b"" and head.headers["content-length"] == answer.headers["content-length"]


def test_a_client_without_gzip_gets_the_file_as_it_is(server: Server) -> None:
    answer = server.get("/app/static/mark.svg", Accept_Encoding="identity")
    assert answer.body == (assets.STATIC / "mark.svg").read_bytes()


def test_our_files_are_kept_for_good_only_under_their_hash(server: Server) -> None:
    assert "immutable" in server.get(assets.url("mark.svg")).headers["cache-control"]
    for path in ("/app/static/mark.svg", "/app/static/mark.svg?v=00000000", "/app/static/mark.svg?v="):
        assert server.get(path).headers["cache-control"] == "no-cache"


def test_a_file_is_compressed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from kotacerdas.ui import server as module

    counted = []
    monkeypatch.setattr(module.gzip, "compress", lambda *a, **k: counted.append(1) or b"")
    module._packed.cache_clear()
    path = assets.STATIC / "mark.svg"
    assert module._packed(path, 1) is module._packed(path, 1)
    assert len(counted) == 1
    module._packed.cache_clear()


@pytest.mark.parametrize("path", ["/static/../../app.py", "/app/static/../app.py", "/app/static/%2e%2e/app.py"])
def test_no_file_outside_the_served_folders(server: Server, path: str) -> None:
    answer = server.get(path)
    assert "shell.run" not in answer.text


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "", "127.0.0.1.evil.example:80", "[::1"])
def test_other_host_names_are_refused(server: Server, host: str) -> None:
    answer = server.get("/", Host=host)
    assert answer.status == 400 and set(answer.headers) >= HEADERS


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8501", "[::1]:8501", "LOCALHOST"])
def test_this_machine_is_served(server: Server, host: str) -> None:
    assert server.get("/", Host=host).status == 200


def test_pages_of_other_sites_cannot_open_the_stream(server: Server) -> None:
    address = f"ws://127.0.0.1:{server.port}/_stcore/stream"
    for origin in ("http://evil.example", "null", f"http://localhost:{server.port}"):
        with pytest.raises(InvalidStatus), connect(address, subprotocols=["streamlit"], origin=origin):  # type: ignore[list-item, arg-type]
            pass


def frame_of(messages: list[ForwardMsg]) -> tuple[list[str], list[str]]:
    """Menu labels and page titles among what the browser was sent."""
    elements = [m.delta.new_element for m in messages if m.delta.HasField("new_element")]
    return (
        [e.page_link.label for e in elements if e.HasField("page_link")],
        [e.heading.body for e in elements if e.HasField("heading") and e.heading.tag == "h1"],
    )


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.slug)
def test_a_deep_link_into_a_cold_server_has_the_frame_once(room) -> None:  # type: ignore[no-untyped-def]
    """A fresh process has not run `st.navigation`: without the guard it would run the page file bare.

    The first visit of all is in English to every other room, and in Indonesian to the rest.
    """
    order = ("en", "id") if ROOMS.index(room) % 2 else ("id", "en")
    with started() as fresh:
        visits = [(lang, fresh.visit(room.path.strip("/"), f"lang={lang}")) for lang in order]
    for lang, messages in visits:
        menu, titles = frame_of(messages)
        assert menu.count(Text(lang)(f"room.{ROOMS[0].slug}")) == 1  # type: ignore[arg-type]
        assert len(titles) == 1
        assert not [m for m in messages if m.WhichOneof("type") == "page_not_found"]
        assert not [m for m in messages if m.delta.new_element.HasField("exception")]


def test_hosts_come_from_the_setting() -> None:
    with started(KOTACERDAS_HOSTS="kota.example, 127.0.0.1") as named:
        assert named.get("/", Host="kota.example").status == 200
        assert named.get("/", Host="localhost").status == 400


def test_compression_covers_the_outlines() -> None:
    assert [prefix for prefix, _ in CompressedFiles.ROOTS] == ["/static/", "/app/static/"]
