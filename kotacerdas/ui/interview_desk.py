"""What every view of the interview works with: the words, the store, the person and what is granted to them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import streamlit as st

from kotacerdas.charts.palette import Theme
from kotacerdas.i18n import Text
from kotacerdas.interview import audit, evidence, publication
from kotacerdas.interview.grants import grants_of
from kotacerdas.interview.mode import place_of
from kotacerdas.interview.roles import COMMAND_LINE_NAME, Actor, Grant, Role
from kotacerdas.interview.store import Store, open_store
from kotacerdas.problem import Problem
from kotacerdas.published import Published
from kotacerdas.ui import auth, cache, shell
from kotacerdas.ui.interview_words import RoomText

if TYPE_CHECKING:
    from sqlalchemy import Connection


NOBODY = Actor("")


@dataclass(frozen=True)
class Desk:
    """Made anew for every run; views take everything from here and write through the services only."""

    t: Text
    store: Store
    """Writes only for as long as the sign-in of `actor` lasts."""
    actor: Actor
    grants: tuple[Grant, ...]
    data: Published
    mode: Theme
    local: bool
    """A try-out: own store, watermark."""

    def has(self, *roles: Role) -> bool:
        """Whether the person holds one of these roles, anywhere."""
        return any(grant.role in roles for grant in self.grants)

    @property
    def cities(self) -> tuple[str, ...]:
        """The codes of the cities this person acts for."""
        return tuple(sorted({grant.city for grant in self.grants if grant.role is Role.CITY and grant.city}))

    @property
    def names(self) -> dict[str, str]:
        """Code -> full name of all kabupaten and kota, in the order of their short names; shared, never change it."""
        return cache.city_names()

    def person(self, who: str) -> str:
        """A person as shown to others: the identity, or in a try-out the part they take; the command line in words."""
        if who == COMMAND_LINE_NAME:
            return self.t("interview.command_line")
        part = who.rpartition("/")[2] if who.startswith(auth.LOCAL) else ""
        if part not in auth.PARTS:
            return who
        role, _, number = part.partition("-")
        return self.t(f"role.{role}") + (f" {number}" if number else "")

    def city_name(self, code: str) -> str:
        """The full name of a city; its code where the register does not know it."""
        return self.names.get(code, code)


@dataclass(frozen=True)
class SessionStore(Store):
    """A store open only while the sign-in of `actor` lasts: a page, and what is fetched from it, may stay for longer.

    `until` is the end of the sign-in. It is kept here because a file is fetched without a run of the page, where
    nobody could be asked who is there.
    """

    actor: Actor = NOBODY
    shared: Store | None = None
    until: float = 0.0

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """As `Store.read`. Raises `Problem` when the sign-in is over; the attempt is logged."""
        if not self.until > auth.clock():
            self._over("read")
        with super().read() as tx:
            yield tx

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """As `Store.write`. Raises `Problem` when the sign-in is over or is another's; the attempt is logged."""
        if not self.until > auth.clock() or not auth.still(self.actor):
            self._over("write")
        with super().write() as tx:
            yield tx

    def _over(self, what: str) -> NoReturn:
        problem = Problem("session_over")
        if self.shared is not None:
            audit.refused(self.shared, self.actor.who, what, "session", problem.key)
        raise problem


@st.cache_resource(max_entries=4, show_spinner=False)
def _opened(home: str, url: str | None, name: str) -> Store:
    store = open_store(Path(home), url, name=name)
    publication.settle(store)
    evidence.sweep(store)
    return store


def open_here() -> Store:
    """The store of this server, opened once and shared by all sessions. Raises `Problem` if it cannot be used."""
    place = place_of(os.environ, tryout=auth.local())
    store = _opened(str(place.home), place.url, place.name)
    if not store.writable:  # asked again at the next run: a folder may be freed meanwhile
        _opened.clear(str(place.home), place.url, place.name)
    return store


def desk(t: Text) -> Desk:
    """The desk of the person at the screen. Raises `Problem` without one, or if the store cannot be used."""
    actor = auth.who()
    if actor is None:
        raise Problem("session_over")
    store = open_here()
    with store.read() as tx:
        grants = grants_of(tx, actor.who)
    words, data = RoomText(t.lang, cache.city_names(), named=t.named), cache.published()
    return Desk(words, of_session(store, actor), actor, tuple(grants), data, shell.theme_mode(), auth.local())


def of_session(store: Store, actor: Actor) -> SessionStore:
    """The shared store as the session of one person may use it."""
    values: dict[str, Any] = {field.name: getattr(store, field.name) for field in fields(Store)}
    return SessionStore(**values, actor=actor, shared=store, until=auth.until())
