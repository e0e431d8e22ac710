"""Signing in comes back to the page it began on, in its language, and nowhere else."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import unquote

import pytest

from kotacerdas.ui.way_back import COOKIE, LOGIN, LOGOUT, SIGNED_IN, WayBack

ROOMS = ("/", "/wawancara", "/kota")
HOST = "panel.example.go.id"
HERE = f"https://{HOST}"


def asked(path: str, location: str = "/", **headers: str) -> dict[str, str]:
    """The headers of the answer to a request that Streamlit answers with a redirect."""

    async def streamlit(scope, receive, send) -> None:
        await send({"type": "http.response.start", "status": 302, "headers": [(b"location", location.encode())]})

    sent: list[dict] = []

    async def send(message) -> None:
        sent.append(message)

    given = [(b"host", HOST.encode()), *((name.encode(), value.encode()) for name, value in headers.items())]
    scope = {"type": "http", "path": path, "headers": given, "scheme": "https"}
    with ThreadPoolExecutor(1) as alone:  # browser tests of this process keep a loop running in its main thread
        alone.submit(asyncio.run, WayBack(streamlit, ROOMS)(scope, None, send)).result()  # type: ignore[arg-type]
    return {name.decode(): value.decode() for name, value in sent[0]["headers"]}


def cookie(answer: dict[str, str]) -> str:
    assert answer["set-cookie"].startswith(f"{COOKIE}=")
    return answer["set-cookie"].partition(";")[0].partition("=")[2]


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        (f"{HERE}/wawancara?lang=en", "/wawancara?lang=en"),
        (f"{HERE}/wawancara?view=entry&entry=5&q=q7", "/wawancara?view=entry&entry=5&q=q7"),
        (f"{HERE}/", "/"),
        (f"{HERE}/healthz?lang=en", "/?lang=en"),
        ("https://evil.example/wawancara?lang=en", "/"),
        (f"{HERE}/wawancara?lang=en&x={'y' * 5000}", "/wawancara?lang=en"),
        (f"{HERE}/wawancara?lang=%0d%0aSet-Cookie:a", "/wawancara?lang=%0D%0ASet-Cookie%3Aa"),
        ("", "/"),
        ("https://[", "/"),
    ],
)
def test_a_sign_in_comes_back_to_where_it_began(referer: str, back: str) -> None:
    begun = asked(LOGIN, "https://provider.example/authorize", referer=referer)
    assert begun["location"] == "https://provider.example/authorize", "the way to the provider is left alone"
    assert unquote(cookie(begun)) == back
    assert all(word in begun["set-cookie"] for word in (f"Path={SIGNED_IN}", "HttpOnly", "SameSite=Lax", "Secure"))
    done = asked(SIGNED_IN, cookie=f"{COOKIE}={cookie(begun)}")
    assert done["location"] == back
    assert "Max-Age=0" in done["set-cookie"], "it has served"


@pytest.mark.parametrize(
    "forged",
    [
        "https://evil.example/",
        "//evil.example/wawancara",
        "/\\evil.example",
        "javascript:alert(1)",
        "/nowhere",
        "",
        "%",
    ],
)
def test_a_forged_cookie_leads_to_no_other_place(forged: str) -> None:
    assert asked(SIGNED_IN, cookie=f"{COOKIE}={forged}")["location"] == "/"


def test_signing_out_keeps_the_language() -> None:
    out = asked(LOGOUT, referer=f"{HERE}/wawancara?view=board&lang=en")
    assert out["location"] == "/?lang=en" and unquote(cookie(out)) == "/?lang=en"
    with_provider = asked(LOGOUT, "https://provider.example/end", referer=f"{HERE}/wawancara?lang=en")
    assert with_provider["location"] == "https://provider.example/end"


def test_other_answers_are_left_alone() -> None:
    assert asked("/wawancara", "/elsewhere", referer=f"{HERE}/?lang=en") == {"location": "/elsewhere"}
