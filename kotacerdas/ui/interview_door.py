"""The way into the interview: sign-in, the run-out session, the person's own corner, and the try-out."""

from __future__ import annotations

from contextlib import suppress

import streamlit as st

from kotacerdas.i18n import Text
from kotacerdas.interview import audit, grants, rounds
from kotacerdas.interview.roles import Grant, Role
from kotacerdas.problem import Problem
from kotacerdas.ui import auth, notice, state
from kotacerdas.ui.interview_act import main
from kotacerdas.ui.interview_desk import Desk, open_here

_TYPED = "kotacerdas.tryout-typed"
_LOGGED = "kotacerdas.run-out-logged"


def closed(t: Text) -> None:
    """What a reader sees where the room is not offered: one sentence."""
    st.title(t("interview.title"), anchor=False)
    notice.missing(t("interview.closed"), detail=t("interview.closed_detail"))


# ---- signing in --------------------------------------------------------------------------------------------------


def sign_in(t: Text) -> None:
    """The screen before the room: sign in, sign in again, or type a name for the try-out."""
    st.title(t("interview.title"), anchor=False)
    if auth.local():
        _ask_name(t)
        return
    said = auth.claims()
    with st.container(width=640, key="sign-in"):
        if auth.run_out():
            _log_run_out()
            st.markdown(t("interview.run_out"))
        elif said:
            st.markdown(t("interview.nameless"))
        else:
            st.markdown(t("interview.intro"))
        with st.container(horizontal=True):
            for provider in auth.providers():
                label = t("interview.sign_in_with", provider=provider) if provider else t("interview.sign_in")
                st.button(
                    main(label),
                    key=f"sign-in-{provider or 'default'}",
                    type="primary",
                    icon=":material/login:",
                    on_click=st.login,
                    args=(provider,),
                )
            if said:
                sign_out(t, key="sign-out-door")


def _log_run_out() -> None:
    """Who still works with a sign-in that has run out is refused, which is noted once per session."""
    who = auth.identity(auth.claims())
    if who is not None and not st.session_state.get(_LOGGED):
        st.session_state[_LOGGED] = True
        place = state.param("view") or "interview"
        with suppress(Problem):  # a store that cannot be opened is no reason to hide the way back in
            audit.refused(open_here(), who, "open", place[:40], "session_over")


def sign_out(t: Text, *, key: str) -> None:
    """The button that ends the sign-in, here and at the provider where it allows that."""
    st.button(t("interview.sign_out"), key=key, type="tertiary", icon=":material/logout:", on_click=st.logout)


def person(bench: Desk) -> None:
    """Who is signed in, as what, and the way out."""
    t = bench.t
    with st.popover(notice.literal(bench.actor.name), icon=":material/person:", type="tertiary"):
        st.text(bench.actor.who)
        for grant in bench.grants:
            st.text(_role(bench, grant))
        sign_out(t, key="sign-out")


def _role(bench: Desk, grant: Grant) -> str:
    role = bench.t(f"role.{grant.role}")
    return role if grant.city is None else bench.t("interview.role_of", role=role, city=bench.city_name(grant.city))


def without_role(bench: Desk) -> None:
    """Signed in, but nothing is granted: whom to ask, and the identity to tell them."""
    t = bench.t
    st.title(t("interview.title"), anchor=False)
    notice.missing(t("interview.no_role"), detail=t("interview.no_role_detail", who=bench.actor.who))
    if not bench.local:
        sign_out(t, key="sign-out-no-role")


# ---- the try-out -------------------------------------------------------------------------------------------------


def _ask_name(t: Text) -> None:
    with st.container(width=640, key="try-out-name"):
        st.markdown(t("interview.tryout_intro"))
        st.text_input(
            t("interview.tryout_name"), key=_TYPED, max_chars=60, on_change=_take_name, placeholder=t("interview.name")
        )
        st.button(main(t("interview.tryout_begin")), key="try-out-begin", type="primary", on_click=_take_name)


def _take_name() -> None:
    auth.set_tryout_name(str(st.session_state.get(_TYPED, "")))


def tryout(t: Text) -> None:
    """The watermark of a try-out with the choice of the part; on every page of the room."""
    with st.container(key="try-out", horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(t("interview.watermark"), color="orange", icon=":material/experiment:")
        name = auth.tryout_name()
        if not name:
            st.caption(t("interview.watermark_help"), width="stretch")
            return
        auth.keep_tryout()
        st.text(name, width="content")
        key = state.widget_key("tryout-part")
        st.session_state[key] = auth.tryout_part()
        st.selectbox(
            t("interview.part"),
            auth.PARTS,
            format_func=lambda part: part_name(t, part),
            key=key,
            on_change=lambda: auth.set_tryout_part(st.session_state[key]),
            label_visibility="collapsed",
            width=200,
        )
        st.button(t("interview.leave"), key="try-out-leave", type="tertiary", on_click=auth.set_tryout_name, args=("",))


def part_name(t: Text, part: str) -> str:
    """The words for a part of a try-out: the role, and which of the assessors."""
    role, _, number = part.partition("-")
    return t(f"role.{Role(role)}") + (f" {number}" if number else "")


def grant_parts() -> None:
    """Give each part of the try-out its role; the city's part acts for every city that has been invited."""
    store, name = open_here(), auth.tryout_name()
    if not store.writable:
        return
    with store.read() as tx:
        held = {person.who: set(person.grants) for person in grants.people(tx)}
        lines = [line for each in rounds.all_rounds(tx) for line in rounds.board(tx, None, each.id)]
    wanted = [(part, Grant(Role(part.partition("-")[0]))) for part in auth.PARTS[:-1]]
    wanted += [(auth.PARTS[-1], Grant(Role.CITY, city)) for city in sorted({line.city for line in lines})]
    for part, grant in wanted:
        who = auth.tryout_identity(name, part)
        if grant not in held.get(who, ()):
            grants.grant(store, None, who, grant.role, grant.city)
