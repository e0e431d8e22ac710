"""The server entry: `python -m kotacerdas.ui.server [--host H] [--port N]`.

The same `app.py` as under `streamlit run`, inside an ASGI application that adds what Streamlit leaves out: security
headers on every response, a check of host and origin, the browser bundle compressed once per file and kept, our own
first page (title, icon, language), an answer for unknown addresses, and `/healthz`.

Settings: `KOTACERDAS_HOSTS`, the host names readers use, separated by commas (default: this machine only);
`KOTACERDAS_MODE=local` for a try-out of the interview, refused unless the server listens on this machine alone.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import gzip
import hashlib
import html
import logging
import mimetypes
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import file_util
from streamlit.web.bootstrap import load_config_options

from kotacerdas.i18n import DEFAULT, LANGUAGES, Text
from kotacerdas.interview.mode import Mode, loopback, place_of
from kotacerdas.problem import Problem
from kotacerdas.ui import assets, auth, notice, state
from kotacerdas.ui.registry import ROOMS, rooms
from kotacerdas.ui.shell import SCRIPTS
from kotacerdas.ui.way_back import SIGNED_IN, WayBack

APP = Path(__file__).resolve().parent.parent.parent / "app.py"
BUNDLE = Path(file_util.get_static_dir())
HEALTH = "/healthz"
HOSTS = "KOTACERDAS_HOSTS"
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")

log = logging.getLogger("kotacerdas")


# ---- security headers --------------------------------------------------------------------------------------------


def _hash(script: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() + "'"


def content_security_policy(scripts: Iterable[str]) -> str:
    """Everything from this server only; of inline scripts just the given ones, by hash.

    The map library compiles a small WebAssembly module that it carries, hence `wasm-unsafe-eval`; `eval` stays shut.
    """
    return "; ".join(
        (
            "default-src 'self'",
            "script-src 'self' 'wasm-unsafe-eval' " + " ".join(map(_hash, scripts)),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "frame-src 'self'",
            "object-src 'none'",
            "frame-ancestors 'none'",
            "base-uri 'self'",
            "form-action 'self'",
        )
    )


class SecurityHeaders:
    """Adds the security headers to every HTTP response, and takes away Streamlit's leave for other sites to read."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        inline = re.findall(r"<script>(.*?)</script>", _bundle_page(), flags=re.DOTALL)
        self.headers = {
            "Content-Security-Policy": content_security_policy([*inline, _SETTING, *SCRIPTS.values()]),
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Referrer-Policy": "strict-origin-when-cross-origin",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self.headers)
                if "access-control-allow-origin" in headers:
                    del headers["access-control-allow-origin"]
            await send(message)

        await self.app(scope, receive, guarded if scope["type"] == "http" else send)


class KnownHosts:
    """Refuses requests for other host names, and websockets opened by pages of other sites."""

    def __init__(self, app: ASGIApp, hosts: Iterable[str]) -> None:
        self.app = app
        self.hosts = frozenset(hosts)

    def _refusal(self, headers: Headers, websocket: bool) -> str | None:
        host = headers.get("host", "")
        if "*" not in self.hosts and _name(f"//{host}") not in self.hosts:
            return f"This host name is not served here. The operator can add it to {HOSTS}."
        origin = headers.get("origin")
        if websocket and origin is not None and _netloc(origin) != host.lower():
            return "Connections from pages of other sites are refused."
        return None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        websocket = scope["type"] == "websocket"
        refusal = self._refusal(Headers(scope=scope), websocket) if scope["type"] != "lifespan" else None
        if refusal is None:
            await self.app(scope, receive, send)
        elif websocket:
            await send({"type": "websocket.close", "code": 1008, "reason": ""})
        else:
            await Response(refusal, status_code=400, media_type="text/plain")(scope, receive, send)


def _name(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _netloc(url: str) -> str | None:
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return None


def allowed_hosts() -> tuple[str, ...]:
    """The host names of the setting, in lower case; this machine's own names where it is not set."""
    named = tuple(name.strip().lower() for name in os.environ.get(HOSTS, "").split(",") if name.strip())
    return named or THIS_MACHINE


# ---- files, compressed once --------------------------------------------------------------------------------------

_COMPRESSIBLE = {".js", ".css", ".json", ".geojson", ".svg", ".html", ".txt", ".map", ".ttf"}
_FOREVER = "public, max-age=31536000, immutable"
_ASK = "no-cache"


@dataclass(frozen=True)
class Packed:
    """A file as it goes over the wire: compressed body, its kind, the tag that browsers ask again with."""

    body: bytes
    kind: str
    tag: str


@cache
def _packed(path: Path, changed: int) -> Packed:
    data = path.read_bytes()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if path.suffix == ".geojson":
        kind = "application/geo+json"
    return _pack(data, kind)


def _pack(data: bytes, kind: str) -> Packed:
    return Packed(gzip.compress(data, 9, mtime=0), kind, hashlib.sha256(data).hexdigest())


class CompressedFiles:
    """Serves the bundle and `static/` from memory, compressed once per file, to clients that accept gzip.

    Streamlit's bundle names carry a content hash, and so do addresses made by `assets.url`: both may be kept for good.
    Everything else asks again with its tag. Other clients, ranges and unknown files go through to Streamlit.
    """

    ROOTS = (("/static/", BUNDLE / "static"), (assets.PREFIX, assets.STATIC))

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    def _file(self, scope: Scope) -> tuple[Path, bool] | None:
        """The file of a request and whether its address names its content; None if it is not ours to serve."""
        headers = Headers(scope=scope)
        if scope["method"] not in ("GET", "HEAD") or "range" in headers:
            return None
        if "gzip" not in headers.get("accept-encoding", ""):
            return None
        for prefix, root in self.ROOTS:
            if scope["path"].startswith(prefix):
                path = (root / scope["path"].removeprefix(prefix)).resolve()
                if path.suffix in _COMPRESSIBLE and path.is_relative_to(root.resolve()) and path.is_file():
                    return path, prefix != assets.PREFIX
        return None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        found = self._file(scope) if scope["type"] == "http" else None
        if found is None:
            await self.app(scope, receive, send)
            return
        path, lasting = found
        packed = await asyncio.to_thread(_packed, path, path.stat().st_mtime_ns)
        version = parse_qs(scope["query_string"].decode("latin-1")).get("v", [""])[0]
        lasting = lasting or (len(version) >= 8 and packed.tag.startswith(version))
        await _respond(packed, Headers(scope=scope), _FOREVER if lasting else _ASK)(scope, receive, send)


def _respond(packed: Packed, asked: Headers, keep: str) -> Response:
    tag = f'"{packed.tag[:32]}"'
    headers = {"ETag": tag, "Cache-Control": keep, "Vary": "Accept-Encoding"}
    if tag in asked.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(packed.body, headers=headers | {"Content-Encoding": "gzip"}, media_type=packed.kind)


# ---- the first page ----------------------------------------------------------------------------------------------


_WHERE = "window.__streamlit={BACKEND_BASE_URL:location.origin+'/'}"
"""Tells the bundle where the server is; on a deep link it would otherwise try `/kota/_stcore/...` and log errors."""

_READ = """{const spoken=()=>new URLSearchParams(location.search).get('lang')==='en'?'en-GB':'id-ID';
Object.defineProperty(navigator,'language',{get:spoken});
Object.defineProperty(navigator,'languages',{get:()=>[spoken()]})}"""
"""Tells the bundle which language is read: sliders and calendars write figures and months as `navigator` says, and a
browser set to English would show 3.9 on an Indonesian page. The address decides, as everywhere (`ui.state.lang`)."""

_SETTING = f"{_WHERE};{_READ}"
"""The script of ours in the first page."""


def _bundle_page() -> str:
    return (BUNDLE / "index.html").read_text(encoding="utf-8")


def first_page(lang: str) -> str:
    """Streamlit's page with our name, icon and language instead of its own."""
    page = _bundle_page()
    page = page.replace('<html lang="en">', f'<html lang="{lang}">')
    page = page.replace("<title>Streamlit</title>", f"<title>{html.escape(Text(DEFAULT)('shell.name'))}</title>")
    page = page.replace("<script>", f"<script>{_SETTING}</script><script>", 1)
    page = page.replace('href="./favicon.png"', f'href="{assets.url("favicon.svg")}"')
    return re.sub(r"<!--.*?-->\s*", "", page, flags=re.DOTALL)


@cache
def _first_page(lang: str) -> Packed:
    return _pack(first_page(lang).encode(), "text/html; charset=utf-8")


@cache
def _unknown_page() -> str:
    """A calm page for an address that is no room of the house, in both languages, with the way home."""
    parts = []
    for lang in LANGUAGES:
        t = Text(lang)
        home = "/" if lang == DEFAULT else f"/?lang={lang}"
        words = ("server.unknown", "server.unknown_detail", "server.home")
        title, detail, link = (html.escape(t(key)) for key in words)
        parts.append(f'<section lang="{lang}"><h1>{title}</h1><p>{detail} <a href="{home}">{link}</a></p></section>')
    name = html.escape(Text(DEFAULT)("shell.name"))
    return (
        f'<!DOCTYPE html><html lang="{DEFAULT}"><head><meta charset="utf-8"><title>{name}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="icon" href="{assets.url("favicon.svg")}">'
        "<style>:root{color-scheme:light dark}body{font:1rem/1.5 'Source Sans 3',sans-serif;max-width:36rem;"
        "margin:15vh auto;padding:0 1rem}h1{font-size:1.25rem}section+section{margin-top:2.5rem}</style></head>"
        f"<body><main>{''.join(parts)}</main></body></html>"
    )


class Rooms:
    """Answers for the pages themselves: a room of the house, the default page by its own name, or no such page."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.paths = {room.path for room in rooms(interview=auth.mode() is not Mode.PUBLIC)}
        self.passing = self.paths | {HEALTH} | ({SIGNED_IN} if auth.mode() is Mode.SIGNED else set())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        path = scope["path"].rstrip("/") or "/"
        request = Request(scope)
        if path in self.paths and path == scope["path"]:
            await self._room(request)(scope, receive, send)
        elif path == f"/{ROOMS[0].slug}":
            await RedirectResponse("/" + (f"?{request.url.query}" if request.url.query else ""))(scope, receive, send)
        elif path.count("/") == 1 and "." not in path and path not in self.passing:
            await Response(_unknown_page(), status_code=404, media_type="text/html")(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    @staticmethod
    def _room(request: Request) -> Response:
        lang = request.query_params.get("lang")
        page = _first_page(lang if lang in LANGUAGES else DEFAULT)
        if "gzip" in request.headers.get("accept-encoding", ""):
            return _respond(page, request.headers, _ASK)
        return Response(gzip.decompress(page.body), media_type=page.kind, headers={"Cache-Control": _ASK})


# ---- the application ---------------------------------------------------------------------------------------------


async def _health(request: Request) -> Response:
    return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})


def _script_error(error: Exception) -> bool:
    """What the frame cannot catch (callbacks, fragments): the same sentence and number, nothing else."""
    notice.failure(error, state.text())
    return True


def create() -> st.App:
    """The application with all its layers; the outermost first."""
    signed = auth.mode() is Mode.SIGNED
    signing_in = [Middleware(WayBack, rooms={room.path for room in rooms(interview=True)})] if signed else []
    return st.App(
        APP,
        routes=[Route(HEALTH, _health)],
        middleware=[
            Middleware(SecurityHeaders),
            Middleware(KnownHosts, hosts=allowed_hosts()),
            Middleware(CompressedFiles),
            Middleware(Rooms),
            *signing_in,
        ],
        on_script_error=_script_error,
    )


def _settle_publications() -> None:
    """Bring the public pages in line with the interview store, where a publication was cut off or the data are new."""
    if auth.mode() is Mode.PUBLIC:
        return
    from kotacerdas.interview import publication
    from kotacerdas.interview.store import open_store

    place = place_of(os.environ, tryout=auth.local())
    try:
        store = open_store(place.home, place.url, name=place.name)
        publication.settle(store)
        store.close()
    except Problem as problem:  # the room says so to those it concerns; the public pages go on as they are
        log.warning("problem: %s", problem)


def main(arguments: list[str] | None = None) -> None:
    """Start the server and block until it is stopped."""
    import uvicorn

    parser = argparse.ArgumentParser(prog="python -m kotacerdas.ui.server", description=__doc__.split("\n")[0])
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument("--port", type=int, default=8501)
    chosen = parser.parse_args(arguments)
    load_config_options({"server_address": chosen.host})  # the pages ask Streamlit who can reach the server
    if auth.local() and not loopback(chosen.host):
        parser.exit(2, Text(DEFAULT).problem(Problem("tryout_address", accepted=THIS_MACHINE[1])) + "\n")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    if auth.unfilled():
        log.warning("nobody can sign in: [auth] in secrets.toml lacks cookie_secret, client_id or server_metadata_url")
    _settle_publications()
    log.info("KotaCerdas on http://%s:%s for the hosts %s", chosen.host, chosen.port, ", ".join(allowed_hosts()))
    uvicorn.run(
        create(),
        host=chosen.host,
        port=chosen.port,
        ws="websockets-sansio",
        ws_per_message_deflate=False,  # 5 ms of every slider move for 9 KB less; Streamlit's own server has it off too
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=True,
        timeout_graceful_shutdown=5,
    )


if __name__ == "__main__":
    main()
