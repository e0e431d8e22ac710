"""An identity provider for tests, and a real server that signs people in there. Everybody here is SYNTHETIC.

The provider runs in a thread of the test; the server reads its secrets from a home folder of its own.
"""

from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from oidc_provider_mock import User, run_server_in_thread
from sqlalchemy import make_url

from kotacerdas.i18n import Text
from kotacerdas.interview.mode import DATABASE, HOME, MODE
from kotacerdas.interview.roles import Actor
from kotacerdas.interview.store import Store, open_store
from tests.e2e.serving import free_port, running_server
from tests.interview.builders import ADMIN, ASSESSORS, CHAIR, CITY, OTHER_CITY_USER, STRANGER, VIEWER

OTHER_ASSESSOR = Actor("otherassessor@synthetic.test", "Synthetic assessor of another city")
IMPOSTOR = Actor("impostor", "Synthetic impostor")
"""Has the administrator's e-mail, which the provider has not verified."""
EVERYBODY = (ADMIN, CHAIR, *ASSESSORS, CITY, OTHER_CITY_USER, VIEWER, STRANGER, OTHER_ASSESSOR)
LASTING = timedelta(hours=1)
DOOR = "/wawancara"
WORDS = Text("id")
"""What the pages say, from their own catalogue."""
_LOOPBACK = ("127.0.0.1", "localhost")


def _users() -> list[User]:
    known = [
        User(sub=one.who, claims={"email": one.who.upper(), "email_verified": True, "name": one.name})
        for one in EVERYBODY
    ]
    forged = User(sub=IMPOSTOR.who, claims={"email": ADMIN.who, "email_verified": False, "name": IMPOSTOR.name})
    return [*known, forged]


@contextmanager
def provider(lifetime: timedelta = LASTING) -> Iterator[str]:
    """A provider whose sign-ins last for `lifetime`; yields its address."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with run_server_in_thread(user_claims=_users(), access_token_max_age=lifetime) as server:
        yield f"http://localhost:{server.server_port}"


@dataclass(frozen=True)
class House:
    """A server that signs people in, and its store, open in this process too."""

    address: str
    store: Store
    home: Path
    url: str | None = None
    """The database that takes the place of the file."""
    log: Path = Path(os.devnull)
    """What the server has printed."""
    secrets: tuple[str, ...] = ()
    """What nobody may read anywhere: of the cookie, of the provider, of the database."""

    def leaks(self, *seen: bytes) -> list[str]:
        """The secrets that stand in the server's log or in what was `seen` of its pages."""
        read = [self.log.read_bytes(), *seen]
        return [secret for secret in self.secrets if any(secret.encode() in part for part in read)]

    @property
    def place(self) -> list[str]:
        """The options by which a command finds the store."""
        return ["--home", str(self.home), *(["--database", self.url] if self.url else [])]


@contextmanager
def house(folder: Path, providers: Mapping[str, str], url: str | None = None) -> Iterator[House]:
    """A fresh server in `folder` with an empty store. `providers`: name -> address; the unnamed one is ""."""
    home, port, log = folder / "home", free_port(), folder / "log"
    home.mkdir(parents=True)
    hidden = [secrets.token_urlsafe(48), secrets.token_urlsafe(24)]
    settings = _settings(folder, port, providers, url, *hidden)
    if url is not None:
        hidden.append(str(make_url(url).password))
    with running_server(port=port, settings=settings, log=log) as address:
        store = open_store(home, url)
        try:
            yield House(address, store, home, url, log, tuple(hidden))
        finally:
            store.close()


def _settings(
    folder: Path, port: int, providers: Mapping[str, str], url: str | None, cookie_secret: str, client_secret: str
) -> dict[str, str]:
    """The server's environment: its store, and a home folder where Streamlit finds the secrets."""
    lines = [
        "[auth]",
        f'redirect_uri = "http://127.0.0.1:{port}/oauth2callback"',
        f'cookie_secret = "{cookie_secret}"',
    ]
    for name, address in sorted(providers.items()):
        lines += [f"[auth.{name}]"] if name else []
        lines += ['client_id = "kotacerdas"', f'client_secret = "{client_secret}"']
        lines += [f'server_metadata_url = "{address}/.well-known/openid-configuration"']
    file = folder / "user" / ".streamlit" / "secrets.toml"
    file.parent.mkdir(parents=True)
    file.write_text("\n".join(lines) + "\n")
    return {HOME: str(folder / "home"), DATABASE: url or "", MODE: "", "HOME": str(folder / "user")}


def sign_in(context: Any, address: str, person: Actor, named: str = "") -> None:
    """Sign a person in as they would do it: the door of the room, the provider's form, and back to that door."""
    page = context.new_page()
    page.route(lambda link: urlsplit(link).hostname not in _LOOPBACK, lambda route: route.abort())
    page.goto(address + DOOR, wait_until="domcontentloaded")
    label = WORDS("interview.sign_in_with", provider=named) if named else WORDS("interview.sign_in")
    page.get_by_role("button", name=label, exact=True).click(timeout=60_000)
    page.locator("input[name=sub]").fill(person.who, timeout=60_000)
    page.get_by_role("button", name="Authorize").click()
    page.wait_for_url(f"{address}{DOOR}", wait_until="commit", timeout=60_000)
    page.close()
