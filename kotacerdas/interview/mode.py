"""How the app is run: for the public only, with sign-in, or as a try-out on one machine; and where its store lies.

Everything here is a rule over values: the environment is passed in, and so is what the server knows of itself.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

HOME = "KOTACERDAS_HOME"
DATABASE = "KOTACERDAS_DATABASE_URL"
MODE = "KOTACERDAS_MODE"
ROOT = Path(__file__).resolve().parents[2]


class Mode(StrEnum):
    """What a reader may find: the public pages only, or the online interview too."""

    PUBLIC = "public"
    """No identity provider: read-only, the interview is not even registered."""
    SIGNED = "signed"
    """People sign in by OpenID Connect; the store says what they may do."""
    LOCAL = "local"
    """A try-out by one person on this machine, with a typed name and a store of its own."""


def mode_of(environment: Mapping[str, str], *, provider: bool) -> Mode:
    """The mode of an environment; `provider` says whether an identity provider is configured.

    >>> mode_of({}, provider=False), mode_of({}, provider=True), mode_of({"KOTACERDAS_MODE": "local"}, provider=True)
    (<Mode.PUBLIC: 'public'>, <Mode.SIGNED: 'signed'>, <Mode.LOCAL: 'local'>)
    """
    if environment.get(MODE, "").strip().lower() == Mode.LOCAL:
        return Mode.LOCAL
    return Mode.SIGNED if provider else Mode.PUBLIC


def providers_in(section: object) -> tuple[str | None, ...]:
    """The identity providers of an `[auth]` section that are filled in: None is the unnamed one, which is enough for
    most. An empty copy of the example names none, and a house without one is public.

    >>> filled = {"client_id": "x", "server_metadata_url": "https://id.example.org/.well-known/openid-configuration"}
    >>> providers_in({"cookie_secret": "s", **filled}), providers_in({"cookie_secret": "s", "keycloak": filled})
    ((None,), ('keycloak',))
    >>> providers_in({"cookie_secret": "", **filled}), providers_in({"cookie_secret": "s", **filled, "client_id": " "})
    ((), ())
    """
    if not isinstance(section, Mapping) or not _filled(section, "cookie_secret"):
        return ()
    named = ((name, value) for name, value in section.items() if isinstance(value, Mapping))
    return tuple(
        name for name, value in ((None, section), *named) if _filled(value, "client_id", "server_metadata_url")
    )


def _filled(section: Mapping[str, object], *names: str) -> bool:
    return all(isinstance(value := section.get(name), str) and value.strip() for name in names)


@dataclass(frozen=True)
class Place:
    """Where the store lies: its folder, the name of its file, and the database that takes the place of the file."""

    home: Path
    name: str = "interview.db"
    url: str | None = None


def place_of(environment: Mapping[str, str], *, tryout: bool = False) -> Place:
    """The store of an environment. A try-out has its own file and never touches the shared database."""
    home = Path(environment.get(HOME) or ROOT / "var").expanduser()
    if tryout:
        return Place(home, "tryout.db")
    return Place(home, url=environment.get(DATABASE) or None)


def loopback(host: str | None) -> bool:
    """Whether only this machine reaches a server bound to `host`; no host means every address.

    >>> [loopback(host) for host in ("127.0.0.1", "localhost", "::1", "0.0.0.0", "10.0.0.7", "", None)]
    [True, True, True, False, False, False, False]
    """
    if not host:
        return False
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
