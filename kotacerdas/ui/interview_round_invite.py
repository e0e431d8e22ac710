"""Inviting cities: those of an earlier round, or a list of names and codes; first what it would do, then the deed."""

from __future__ import annotations

import re

import streamlit as st

from kotacerdas.i18n import Text
from kotacerdas.interview import rounds
from kotacerdas.interview.rounds import Line, Round
from kotacerdas.problem import Problem
from kotacerdas.ui import notice, state, tables
from kotacerdas.ui.interview_act import act, main, turn
from kotacerdas.ui.interview_desk import Desk

_SHOWN = 12


def render(desk: Desk, around: Round, lines: list[Line]) -> None:
    """Draw both ways to invite, and what the chosen one would do."""
    t = desk.t
    way = state.choose(
        "by",
        ("earlier", "list"),
        label=t("invite.way"),
        shown=lambda way: t(f"invite.by.{way}"),
        default="earlier",
        look="pills",
        quiet=True,
    )
    wanted = _earlier(desk, around, lines) if way == "earlier" else _listed(desk, around)
    _preview(desk, around, lines, wanted)


def _earlier(desk: Desk, around: Round, lines: list[Line]) -> list[tuple[str, str]]:
    """The cities of an earlier round in their weight groups of then; who is invited already keeps the group of now."""
    t, data = desk.t, desk.data
    years = [year for year in data.years if data.round(year).instruments]
    year = st.selectbox(
        t("invite.year"),
        years,
        format_func=lambda year: t("invite.year_count", year=year, count=t.integer(len(data.results(year)))),
        key=f"invite-year@{t.lang}",
        width=320,
    )
    rows = data.results(year)
    there = {line.city: line.group for line in lines}
    fallback = _groups(around)[0]
    groups = rows["group"].astype(str)
    then = {code: groups[code] if groups[code] in around.instruments else fallback for code in rows.index}
    return [(code, there.get(code, group)) for code, group in then.items()]


def _listed(desk: Desk, around: Round) -> list[tuple[str, str]]:
    t, names = desk.t, desk.names
    group = st.pills(
        t("invite.group"),
        _groups(around),
        format_func=lambda group: t(f"invite.weights.{group}"),
        default=_groups(around)[0],
        required=True,
        key=f"invite-group@{t.lang}",
    )
    chosen = st.multiselect(
        t("invite.cities"),
        list(names),
        format_func=names.__getitem__,
        placeholder=t("invite.cities_hint"),
        key=f"invite-cities-{turn()}@{t.lang}",
    )
    typed = st.text_area(
        t("invite.codes"), placeholder=t("invite.codes_hint"), key=f"invite-codes-{turn()}", height=80, max_chars=8000
    )
    codes = [part for part in re.split(r"[\s,;]+", typed) if part]
    return [(code, str(group)) for code in dict.fromkeys([*chosen, *codes])]


def _groups(around: Round) -> list[str]:
    """The weight groups of a round, the one that most cities belong to first."""
    return sorted(around.instruments, key=lambda group: (group != "regular", group))


def _preview(desk: Desk, around: Round, lines: list[Line], wanted: list[tuple[str, str]]) -> None:
    """What the invitation would do: new, there already, and each that cannot be."""
    t = desk.t
    if not wanted:
        st.caption(t("invite.nothing"))
        return
    there = {line.city: line.group for line in lines}
    faults = rounds.invitation_problems(around, wanted, rounds.read_register())
    new = [code for code, _ in wanted if code not in there]
    regrouped = [code for code, group in wanted if code in there and there[code] != group]
    same = len(wanted) - len(new) - len(regrouped)
    said = [t("invite.preview", new=t.integer(len(new)), same=t.integer(same))]
    if regrouped:
        said.append(t("invite.regroup", count=t.integer(len(regrouped))))
    st.markdown(" ".join(said))
    if faults:
        _faults(t, faults)
    elif new:
        st.caption(notice.literal(_some(desk, new)))
    label = t("invite.send", count=t.integer(len(new) + len(regrouped)))
    disabled = bool(faults) or not (new or regrouped)
    first = not lines and not disabled
    if st.button(
        main(label) if first else label,
        key="invite-send",
        type="primary" if first else "secondary",
        disabled=disabled,
    ):

        def deed() -> str:
            done = rounds.invite(desk.store, desk.actor, around.id, wanted)
            said = [t("invite.done", new=t.integer(len(done.new)))] if done.new else []
            if done.regrouped:
                said.append(t("invite.regrouped", count=t.integer(len(done.regrouped))))
            return " ".join(said)

        act(t, deed)


def _faults(t: Text, faults: tuple[Problem, ...]) -> None:
    st.markdown(t("invite.faults", count=t.integer(len(faults))))
    tables.short([t("invite.fault")], [[t.problem(fault)] for fault in faults[:_SHOWN]])
    if len(faults) > _SHOWN:
        st.caption(t("invite.more", count=t.integer(len(faults) - _SHOWN)))


def _some(desk: Desk, codes: list[str]) -> str:
    named = ", ".join(desk.city_name(code) for code in codes[:_SHOWN])
    return named + (
        " " + desk.t("invite.more", count=desk.t.integer(len(codes) - _SHOWN)) if len(codes) > _SHOWN else ""
    )
