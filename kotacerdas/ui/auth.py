"""Who is there: the signed-in person (OpenID Connect), the typed name of a try-out, or nobody.

`st.user` lacks `is_logged_in` where no `[auth]` section exists, keeps a person signed in for thirty days whatever the
provider says, and takes an e-mail for true that nobody has checked. All of that is settled here, once. What a person
may do is not: that stands in the store and is asked for by every service.
"""

from __future__ import annotations

import logging
import math
import os
import time
from collections.abc import Mapping
from typing import Any, cast

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from kotacerdas.interview.mode import Mode, loopback, mode_of, providers_in
from kotacerdas.interview.roles import Actor
from kotacerdas.problem import Problem

log = logging.getLogger("kotacerdas")
clock = time.time
LOCAL = "local:"
"""How the identities of a try-out begin; no provider can name one."""
ME, PART = "me", "as"
"""URL parameters of a try-out: the typed name, and the part of a round that is being tried."""
_NAME = "kotacerdas.tryout-name"
_PART = "kotacerdas.tryout-part"
_LONGEST = 320
_LONGEST_NAME = 60


# ---- the mode ----------------------------------------------------------------------------------------------------


def mode() -> Mode:
    """How this server is run (see `kotacerdas.interview.mode`)."""
    return mode_of(os.environ, provider=bool(providers()))


def providers() -> tuple[str | None, ...]:
    """The identity providers of the secrets (see `kotacerdas.interview.mode`)."""
    return providers_in(_section())


def unfilled() -> bool:
    """Whether the secrets have a section for sign-in in which no provider is filled in: somebody meant to."""
    return bool(_section()) and not providers()


def _section() -> object:
    try:
        return st.secrets.get("auth")
    except StreamlitSecretNotFoundError:
        return None


def local() -> bool:
    """Whether this is a try-out: own store, own files, a watermark on every page."""
    return mode() is Mode.LOCAL


def offered() -> bool:
    """Whether the interview is a room of the house for this reader; a try-out is one only for this machine."""
    now = mode()
    return now is Mode.SIGNED or (now is Mode.LOCAL and _from_here())


def check_address() -> None:
    """A try-out trusts whoever opens it. Raises `Problem` unless nobody but this machine can reach the server."""
    if local() and not (loopback(st.get_option("server.address")) and _from_here()):
        raise Problem("tryout_address", accepted="127.0.0.1")


def _from_here() -> bool:
    """Whether the reader sits at this machine. A proxy on it passes on where its visitors come from."""
    address = st.context.ip_address
    return not isinstance(address, str) or loopback(address)  # no address stands for this machine itself


# ---- the person --------------------------------------------------------------------------------------------------


def claims() -> Mapping[str, Any]:
    """What the provider said at sign-in; empty where nobody has signed in, expired or not."""
    if mode() is not Mode.SIGNED:
        return {}
    said = cast("Mapping[str, Any]", st.user.to_dict())
    return said if said.get("is_logged_in") is True else {}


def identity(said: Mapping[str, Any]) -> str | None:
    """What roles are granted to: the e-mail in lower case if the provider has verified it, else issuer and subject.

    None where there is neither, or where it could not be kept as it is. The form is that of `grants.identity`.

    >>> identity({"email": "Ana@Example.org", "email_verified": True, "iss": "id.example", "sub": "7"})
    'ana@example.org'
    >>> identity({"email": "Ana@Example.org", "iss": "id.example", "sub": "7"})
    'sub:id.example|7'
    """
    email, issuer, subject = (said.get(name) for name in ("email", "iss", "sub"))
    found = None
    if said.get("email_verified") in (True, "true") and isinstance(email, str) and "@" in email.strip("@ "):
        found = email.strip().lower()
    elif isinstance(issuer, str) and isinstance(subject, str) and issuer and subject:
        found = f"sub:{issuer}|{subject}"
        found = found if "://" in found else found.lower()
    fits = found is not None and len(found) <= _LONGEST and found.isprintable() and " " not in found
    return found if fits else None


def ends(said: Mapping[str, Any]) -> float:
    """When the time the provider gave is over (seconds since 1970). A sign-in without `exp`, which OpenID Connect
    demands, has none."""
    try:
        given = float(said.get("exp") or 0)
    except (TypeError, ValueError):
        return 0
    return given if given == given else 0


def expired(said: Mapping[str, Any]) -> bool:
    """Whether the time the provider gave has run out."""
    return not ends(said) > clock()


def until() -> float:
    """When the sign-in of this session is over; a try-out has no end."""
    return math.inf if local() else ends(claims())


def who() -> Actor | None:
    """The person at the screen, or None: not signed in, run out, not to be identified, or no name typed yet."""
    if local():
        return tryout_actor()
    said = claims()
    found = identity(said) if said and not expired(said) else None
    return Actor(found, _name(said, found)) if found else None


def run_out() -> bool:
    """Whether somebody was signed in here and the time of the sign-in is over."""
    said = claims()
    return bool(said) and expired(said)


def still(actor: Actor) -> bool:
    """Whether `actor` still is the person at the screen."""
    now = who()
    return now is not None and now.who == actor.who


def _name(said: Mapping[str, Any], found: str) -> str:
    given = said.get("name") or said.get("preferred_username")
    return clean_name(given) if isinstance(given, str) and given.strip() else found


def clean_name(name: str) -> str:
    """A name fit for one line: what does not print is a space, and it has an end."""
    return " ".join("".join(c if c.isprintable() else " " for c in name).split())[:_LONGEST_NAME]


# ---- the try-out ---------------------------------------------------------------------------------------------------


PARTS = ("admin", "chair", *(f"assessor-{number}" for number in range(1, 6)), "city")
"""The parts of a round that the one person of a try-out can take, one after the other."""


def tryout_name() -> str:
    """The typed name: from the address (`me=`), else what this session knows; empty if none."""
    name = clean_name(st.query_params.get(ME, "")) or str(st.session_state.get(_NAME, ""))
    st.session_state[_NAME] = name
    return name


def set_tryout_name(name: str) -> None:
    """Take the name for this session; an empty one leaves the try-out."""
    st.session_state[_NAME] = clean_name(name)
    _write(ME, clean_name(name))


def set_tryout_part(part: str) -> None:
    """Take a part of the round."""
    st.session_state[_PART] = part
    _write(PART, part)


def keep_tryout() -> None:
    """Put name and part into the address, so that a reload keeps them, where a link has come without them."""
    _write(ME, tryout_name())
    _write(PART, tryout_part())


def travelling() -> dict[str, str]:
    """What a link to the interview carries: name and part of a try-out. Written afterwards they would be a step of
    their own in the browser's history, and the way back would end there."""
    if not local() or not tryout_name():
        return {}
    return {ME: tryout_name(), PART: tryout_part()}


def _write(parameter: str, value: str) -> None:
    if not value:
        st.query_params.pop(parameter, None)
    elif st.query_params.get(parameter) != value:
        st.query_params[parameter] = value


def tryout_identity(name: str, part: str) -> str:
    """The identity of a part, in a form that can be granted to (lower case, no spaces).

    >>> tryout_identity("Ana B", "assessor-2")
    'local:ana-b/assessor-2'
    """
    return f"{LOCAL}{'-'.join(name.casefold().replace('/', ' ').split())}/{part}"


def tryout_part() -> str:
    """The part being tried: from the address (`as=`), else what this session tried last, else the first."""
    part = st.query_params.get(PART, "")
    if part not in PARTS:  # links inside the room do not carry it
        part = st.session_state.get(_PART, PARTS[0])
    st.session_state[_PART] = part
    return str(part)


def tryout_actor() -> Actor | None:
    """The person of a try-out in the part being tried; None without a name, or on a server that others can reach."""
    name = tryout_name()
    if not name:
        return None
    try:
        check_address()
    except Problem:
        return None
    return Actor(tryout_identity(name, tryout_part()), name)
