"""Who holds which role: give it to a verified e-mail or another identity, take it away at once."""

from __future__ import annotations

import streamlit as st

from kotacerdas.interview import grants
from kotacerdas.interview.roles import SCOPED, Grant, Role
from kotacerdas.ui import notice, state, tables
from kotacerdas.ui.interview_act import act, each, main, say_done, turn
from kotacerdas.ui.interview_desk import Desk

_LISTED = 100
_MOST = 200


def render(desk: Desk) -> None:
    """Draw the people with their roles, and the two forms."""
    t = desk.t
    say_done()
    with desk.store.read() as tx:
        people = grants.people(tx)
    st.title(t("people.title", count=t.integer(len(people))), anchor=False)
    st.caption(t("people.context"))
    _give(desk)
    _list(desk, people)
    _take(desk, people)


def _give(desk: Desk) -> None:
    t, names = desk.t, desk.names
    st.header(t("people.give"), anchor=False)
    role = st.pills(
        t("people.role"),
        list(Role),
        format_func=lambda role: t(f"role.{role}"),
        default=Role.ASSESSOR,
        required=True,
        key=f"people-role@{t.lang}",
    )
    role = Role(role)
    st.caption(t(f"people.may.{role}"))
    with st.form(f"people-give-{turn()}"):
        typed = st.text_area(
            t("people.who"), placeholder=t("people.who_hint"), help=t("people.who_help"), height=80, max_chars=20000
        )
        city = None
        if role in SCOPED:
            city = st.selectbox(
                t("people.city"),
                list(names),
                index=None,
                format_func=names.__getitem__,
                placeholder=t("people.city_hint"),
                key=f"people-city-{turn()}@{t.lang}",
            )
        sent = st.form_submit_button(main(t("people.give_do")), type="primary")
    if not sent:
        return
    wanted = list(dict.fromkeys(line.strip() for line in typed.replace(",", "\n").replace(";", "\n").splitlines()))
    wanted = [who for who in wanted if who][:_MOST]
    if not wanted or (role in SCOPED and city is None):
        st.caption(t("people.incomplete_city" if role in SCOPED else "people.incomplete"))
        return
    deeds = [(who, lambda who=who: grants.grant(desk.store, desk.actor, who, role, city)) for who in wanted]
    act(t, lambda: each(t, deeds, done=lambda count: t("people.given", count=t.integer(count), role=t(f"role.{role}"))))


def _list(desk: Desk, people: list[grants.Person]) -> None:
    t = desk.t
    st.header(t("people.now"), anchor=False)
    query = state.search("who", label=t("people.search"), placeholder=t("people.search")).casefold()
    rows = [[person.who, _held(desk, person)] for person in people]
    found = [row for row in rows if all(word in " ".join(row).casefold() for word in query.split())]
    if not found:
        notice.missing(t("people.nothing", query=query))
        return
    tables.short([t("people.who_head"), t("people.roles_head")], found[:_LISTED])
    if len(found) > _LISTED:
        st.caption(t("people.more", count=t.integer(len(found) - _LISTED)))


def _held(desk: Desk, person: grants.Person) -> str:
    """The roles of a person; one for several cities is named once."""
    words = [_words(desk, grant) for grant in person.grants if grant.city is None]
    cities = [desk.city_name(grant.city) for grant in person.grants if grant.city is not None]
    if cities:
        words.append(desk.t("interview.role_of", role=desk.t(f"role.{Role.CITY}"), city=", ".join(cities)))
    return "; ".join(words)


def _take(desk: Desk, people: list[grants.Person]) -> None:
    t = desk.t
    held = [(person.who, grant) for person in people for grant in person.grants]
    with st.expander(t("people.take")), st.form(f"people-take-{turn()}", border=False):
        place = st.selectbox(
            t("people.take_which"),
            range(len(held)),
            index=None,
            format_func=lambda place: t("people.one", who=held[place][0], role=_words(desk, held[place][1])),
            placeholder=t("people.take_hint"),
            key=f"people-take-{turn()}@{t.lang}",
        )
        st.caption(t("people.take_help"))
        sent = st.form_submit_button(t("people.take_do"))
    if sent and place is not None:
        who, grant = held[place]

        def deed() -> str:
            grants.revoke(desk.store, desk.actor, who, grant.role, grant.city)
            return t("people.taken", who=who, role=_words(desk, grant))

        act(t, deed)


def _words(desk: Desk, grant: Grant) -> str:
    role = desk.t(f"role.{grant.role}")
    return role if grant.city is None else desk.t("interview.role_of", role=role, city=desk.city_name(grant.city))
