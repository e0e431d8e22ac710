"""The views of the interview under the test harness, signed in as somebody of a SYNTHETIC round."""

from __future__ import annotations

import time
from pathlib import Path

from streamlit.testing.v1 import AppTest

from kotacerdas.interview.roles import Actor
from kotacerdas.ui.registry import INTERVIEW

ROOT = Path(__file__).resolve().parents[2]
SECRETS = {
    "redirect_uri": "http://localhost:8501/oauth2callback",
    "cookie_secret": "x" * 40,
    "client_id": "kotacerdas",
    "client_secret": "y",
    "server_metadata_url": "http://localhost:9/.well-known/openid-configuration",
}


def signed_in(who: Actor) -> dict[str, object]:
    """The claims of a provider for one of the people of `builders`."""
    return {
        "is_logged_in": True, "email": who.who, "email_verified": True, "name": who.name,
        "iss": "https://id.example", "sub": who.who, "exp": time.time() + 3600,
    }  # fmt: skip


def open_view(who: Actor, view: str, lang: str = "id", **params: str) -> AppTest:
    """A view as this person gets it by its address, in a fresh session."""
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    at.secrets["auth"] = SECRETS
    at.user = signed_in(who)
    at.switch_page(f"pages/{INTERVIEW.slug}.py")
    for name, value in {"view": view, "lang": lang, **params}.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception, at.exception[0].stack_trace
    assert not at.error, at.error[0].value
    assert len(at.title) == 1
    return at


def shown(at: AppTest) -> str:
    """Every word on the page, without the signs that keep it from being markup."""
    parts = [e.value for e in (*at.title, *at.header, *at.subheader, *at.markdown, *at.caption, *at.text)]
    parts += [e.value for e in (*at.warning, *at.info, *at.error, *at.toast)]
    parts += [e.label for e in at.button] + [f"{e.label} {e.value}" for e in at.metric]
    return plain("\n".join(map(str, parts)))


def plain(text: str) -> str:
    return text.replace("\\", "").replace("\N{WORD JOINER}", "")


def press(at: AppTest, key: str) -> AppTest:
    """Press a button and draw the page."""
    at.button(key=key).click().run()
    assert not at.exception, at.exception[0].stack_trace
    return at
