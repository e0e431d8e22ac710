"""The way back from signing in: to the page, view and language one came from, where Streamlit returns to `/`.

The browser says which page of ours sends it to `/auth/login` (its `Referer`). A cookie keeps that for ten minutes, goes
only to the address the identity provider returns to, and is read by this server alone; no page and no script has it.
What comes out of it is an address of a room of this house, whatever it says. Signing out keeps the language.
"""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kotacerdas.i18n import LANGUAGES

SIGNED_IN = "/oauth2callback"
"""Where the identity provider sends the browser back to; Streamlit's own address."""
LOGIN, LOGOUT = "/auth/login", "/auth/logout"
COOKIE = "kotacerdas_back"
_HOME = "/"
_LASTS = 600
_LONGEST = 1500
"""Characters of an address that a cookie keeps; a longer one loses its query but for the language."""


class WayBack:
    """Remembers where a sign-in begins, and sends the browser there when it is done. `rooms`: where it may lead."""

    def __init__(self, app: ASGIApp, rooms: Collection[str]) -> None:
        self.app = app
        self.rooms = frozenset(rooms)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        path = scope["path"] if scope["type"] == "http" else None
        if path not in (LOGIN, LOGOUT, SIGNED_IN):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if path == SIGNED_IN:
            target, keep = self.kept(headers), ""
        else:
            target = self.origin(headers, language_only=path == LOGOUT)
            keep = target

        async def led(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                if path != LOGIN and answer.get("location") == _HOME:
                    answer["location"] = target
                answer.append("set-cookie", _cookie(keep, secure=scope.get("scheme") == "https"))
            await send(message)

        await self.app(scope, receive, led)

    def origin(self, headers: Headers, *, language_only: bool = False) -> str:
        """The page of ours that sent the browser here; the first page where it was none."""
        try:
            page = urlsplit(headers.get("referer", ""))
        except ValueError:
            return _HOME
        if page.netloc.lower() != headers.get("host", "").lower():
            return _HOME
        return self._room(_HOME, _language(page.query)) if language_only else self._room(page.path, page.query)

    def kept(self, headers: Headers) -> str:
        """What the cookie says, as an address of this house."""
        try:
            found = urlsplit(unquote(cookie_parser(headers.get("cookie", "")).get(COOKIE, "")))
        except ValueError:
            return _HOME
        return _HOME if found.netloc or found.scheme else self._room(found.path, found.query)

    def _room(self, path: str, query: str) -> str:
        """An address of a room with its query written anew, so that nothing else is in it."""
        if path not in self.rooms:
            path, query = _HOME, _language(query)
        asked = urlencode(parse_qs(query), doseq=True) if len(query) <= _LONGEST else _language(query)
        return f"{path}?{asked}" if asked else path


def _language(query: str) -> str:
    """The language in a query, as a query."""
    lang = parse_qs(query).get("lang", [""])[-1]
    return urlencode({"lang": lang}) if lang in LANGUAGES else ""


def _cookie(target: str, *, secure: bool) -> str:
    """The cookie as a header; without a target it ends."""
    lasts = _LASTS if target else 0
    parts = [f"{COOKIE}={quote(target, safe='')}", f"Path={SIGNED_IN}", f"Max-Age={lasts}", "HttpOnly", "SameSite=Lax"]
    return "; ".join([*parts, *(["Secure"] if secure else [])])
