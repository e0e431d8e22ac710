"""The online interview: who is there, which views are theirs, and the view itself.

The views stand in `interview_<view>.py` and are imported when they are opened; each draws its own title, the only one
of the page. Hidden is not forbidden: every service asks again for role, city, seat and stage.
"""

from __future__ import annotations

from importlib import import_module

import streamlit as st

from kotacerdas.interview.reading import my_entries
from kotacerdas.interview.roles import Role
from kotacerdas.interview.stages import Stage, before
from kotacerdas.ui import auth, interview_door, notice, shell, state
from kotacerdas.ui.interview_desk import Desk, desk

VIEWS: dict[str, frozenset[Role]] = {
    "board": frozenset({Role.ADMIN, Role.CHAIR, Role.ASSESSOR, Role.VIEWER}),
    "entry": frozenset({Role.ASSESSOR, Role.CHAIR}),
    "panel": frozenset({Role.CHAIR}),
    "self": frozenset({Role.CITY}),
    "reply": frozenset({Role.CITY, Role.CHAIR}),
    "round": frozenset({Role.ADMIN}),
    "people": frozenset({Role.ADMIN}),
    "trail": frozenset({Role.ADMIN, Role.CHAIR}),
}
"""The views of the room in the order of its menu, and who is offered them."""

FIRST: dict[Role, str] = {
    Role.ADMIN: "board",
    Role.CHAIR: "panel",
    Role.ASSESSOR: "entry",
    Role.CITY: "self",
    Role.VIEWER: "board",
}
"""Where each role begins, without being asked: its own work. Of several roles the first one named here counts."""

_REFUSED = "kotacerdas.interview-refused"


def render() -> None:
    """Draw the room for whoever is there."""
    t = state.text()
    shell.title(t("interview.title"))
    if not auth.offered():
        interview_door.closed(t)
        return
    if auth.local():
        auth.check_address()
    if auth.local() and not auth.tryout_name():
        interview_door.tryout(t)
        interview_door.sign_in(t)
        return
    row = st.container(key="interview-head", horizontal=True, vertical_alignment="center", gap="small")
    menu, own = row.container(), row.container(width="content")
    if auth.local():
        with own:
            interview_door.tryout(t)
    if auth.who() is None:
        interview_door.sign_in(t)
        return
    if auth.local():
        interview_door.grant_parts()
    bench = desk(t)
    views = views_of(bench)
    if not views:
        if (wanted := state.param("view")) in VIEWS:
            _refuse(bench, wanted)
        interview_door.without_role(bench)
        return
    with menu:
        view = _menu(bench, views)
    if not bench.local:
        with own:
            interview_door.person(bench)
    if bench.store.reason is not None:
        notice.say(t.problem(bench.store.reason))
    with notice.caught(bench.t):  # here, and not in the frame, where problems do not know the cities by their names
        import_module(f"kotacerdas.ui.interview_{view}").render(bench)


def views_of(bench: Desk) -> tuple[str, ...]:
    """The views this person is offered, in the order of the menu."""
    return tuple(view for view, roles in VIEWS.items() if bench.has(*roles))


def first_view(bench: Desk) -> str:
    """The view a person meets who has asked for none; a city whose result has come to its reply begins there."""
    first = next((view for role, view in FIRST.items() if bench.has(role)), "board")
    if first != "self":
        return first
    with bench.store.read() as tx:
        mine = my_entries(tx, bench.actor)
    newest = [one.entry.stage for one in mine if one.year == mine[0].year]
    at_reply = newest and not any(before(stage, Stage.REPLY) for stage in newest)
    return "reply" if at_reply else "self"


def _menu(bench: Desk, views: tuple[str, ...]) -> str:
    """The views as pills; the chosen view."""
    t, wanted = bench.t, state.param("view")
    if wanted in VIEWS and wanted not in views:
        _refuse(bench, wanted)
        notice.say(t("interview.refused", view=t(f"interview.view.{wanted}")))
        state.clear(["view"])
    return state.choose(
        "view",
        views,
        label=t("interview.views"),
        shown=lambda view: t(f"interview.view.{view}"),
        default=first_view(bench),
        look="pills",
        quiet=True,
    )


def _refuse(bench: Desk, wanted: str) -> None:
    """A view of another role, asked for by its address, is noted once per session and place."""
    from kotacerdas.interview import audit

    place = f"{bench.actor.who} {wanted} {state.param('entry') or ''}"[:200]
    seen: set[str] = st.session_state.setdefault(_REFUSED, set())
    if place not in seen:
        seen.add(place)
        audit.refused(bench.store, bench.actor.who, "open", place, "refused_view")
