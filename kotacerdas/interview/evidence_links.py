"""Links given as evidence: addresses of the web and nothing else. They are shown as text and never fetched."""

from __future__ import annotations

import unicodedata
from urllib.parse import urlsplit

from kotacerdas.problem import Problem, Unfit

LONGEST = 2_000
_REFUSED_SIGNS = frozenset('\\<>"`{}|^')


def clean_link(link: str) -> str:
    """The link without the space around it. Raises `Problem` for what is no plain http or https address.

    >>> clean_link(" https://smartcity.example.go.id/laporan?tahun=2026 ")
    'https://smartcity.example.go.id/laporan?tahun=2026'
    """
    text = link.strip()
    try:
        _check(text)
    except Unfit as error:
        raise Problem("evidence_link", value=text, what=error.reason) from error
    return text


def host_of(link: str) -> str:
    """The host a cleaned link leads to: what it is called in a list."""
    return (urlsplit(link).hostname or "")[:200]


def _check(text: str) -> None:
    if not text:
        raise Unfit("link_empty")
    if len(text) > LONGEST:
        raise Unfit("link_long", accepted=LONGEST)
    if any(sign in _REFUSED_SIGNS or unicodedata.category(sign)[0] in "CZ" for sign in text):
        raise Unfit("link_signs")
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise Unfit("link_form") from error
    if parts.scheme.lower() not in ("http", "https"):
        raise Unfit("link_scheme")
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        raise Unfit("link_credentials")
    if not host or port == 0 or "%" in parts.netloc or not (host.strip(".") and text[len(parts.scheme) :][:3] == "://"):
        raise Unfit("link_form")
