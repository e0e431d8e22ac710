"""The room of the interview under Streamlit's harness: signed in, or as a try-out. Everybody here is SYNTHETIC."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

from streamlit.testing.v1 import AppTest

from kotacerdas.interview.roles import Actor
from kotacerdas.interview.store import Store, open_store
from kotacerdas.ui.registry import INTERVIEW, ROOMS

ROOT = Path(__file__).resolve().parents[2]
SECRETS = {
    "redirect_uri": "http://localhost:8501/oauth2callback",
    "cookie_secret": "x" * 40,
    "client_id": "kotacerdas",
    "client_secret": "y",
    "server_metadata_url": "http://localhost:9/.well-known/openid-configuration",
}


def signed_in(who: str, **more: object) -> dict[str, object]:
    """The claims of somebody whose e-mail the provider has verified."""
    return {
        "is_logged_in": True, "email": who, "email_verified": True, "name": "Synthetic Person",
        "iss": "https://id.example", "sub": "7", "exp": time.time() + 3600,
    } | more  # fmt: skip


def page(
    user: Mapping[str, object] | Actor | None = None,
    slug: str = INTERVIEW.slug,
    *,
    section: Mapping[str, object] | None = None,
    **params: str,
) -> AppTest:
    """A page in a fresh session; with a `user` there is an identity provider, and that is who has signed in.

    `section` takes the place of the secrets for sign-in.
    """
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    if user is not None or section is not None:
        at.secrets["auth"] = SECRETS if section is None else section
    if user is not None:
        at.user = signed_in(user.who) if isinstance(user, Actor) else dict(user)
    if slug != ROOMS[0].slug:
        at.switch_page(f"pages/{slug}.py")
    for name, value in params.items():
        at.query_params[name] = value
    return at.run()


def store_of(home: Path) -> Store:
    """The store that the pages of this home use."""
    return open_store(home)


def menu(at: AppTest) -> list[str]:
    """The labels of the page links, those of the menu first."""
    return [element.proto.label for element in at.get("page_link")]


def shown(at: AppTest) -> str:
    """All that is written on the page, without the marks that keep it literal."""
    parts = [*at.title, *at.header, *at.subheader, *at.markdown, *at.caption, *at.info, *at.warning, *at.error]
    parts += [*at.text, *at.toast]
    return "\n".join(part.value for part in parts).replace("\\", "").replace("\N{WORD JOINER}", "")


def wording(label: str) -> str:
    """The words of a button, without the ink of primary ones (`interview_act.main`)."""
    return label.removeprefix(":violet[").removesuffix("]").replace("\\", "")


def sound(at: AppTest) -> AppTest:
    """The page, with nothing wrong on it and exactly one title."""
    assert not at.exception and not at.error, [e.value for e in at.error]
    assert len(at.title) == 1
    return at


def views(at: AppTest, lang: str = "id") -> list[str]:
    """The views of the room that are offered, in their order."""
    pills = next(group for group in at.get("button_group") if group.key == f"view@{lang}")
    return list(pills.options)  # type: ignore[union-attr]
