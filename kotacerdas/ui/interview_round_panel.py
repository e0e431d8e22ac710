"""The panels: who sits for which cities, and when the city is interviewed. Several cities can be served at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pandas as pd
import streamlit as st

from kotacerdas.i18n import MISSING
from kotacerdas.interview import grants, rounds
from kotacerdas.interview.roles import Role
from kotacerdas.interview.rounds import Line, Round, Seat
from kotacerdas.interview.stages import LOCKED, Stage, before
from kotacerdas.ui import notice, tables
from kotacerdas.ui.interview_act import act, each, main, turn
from kotacerdas.ui.interview_desk import Desk
from kotacerdas.ui.interview_seen import seen
from kotacerdas.ui.interview_words import CLOCK, DAY, local, stage_name

Versions = Mapping[int, int]
"""Entry -> the version of it that the person has seen."""


def render(desk: Desk, around: Round, lines: list[Line]) -> None:
    """Draw the seats, the meetings, and the panels as they are."""
    t = desk.t
    if not lines:
        notice.missing(t("panels.none"), detail=t("panels.none_help"))
        return
    with desk.store.read() as tx:
        people = grants.people(tx)
        panels = {line.entry_id: rounds.active(rounds.seats_of(tx, line.entry_id)) for line in lines}
    scoring = [p.who for p in people if any(g.role in (Role.ASSESSOR, Role.CHAIR) for g in p.grants)]
    leading = [p.who for p in people if any(g.role is Role.CHAIR for g in p.grants)]
    free = [line for line in lines if line.stage not in LOCKED]
    versions = seen(f"panel-{around.id}", {line.entry_id: line.version for line in lines})
    if not scoring:
        notice.missing(t("panels.no_assessors"), detail=t("panels.no_assessors_help"))
    else:
        _seats(desk, around, free, scoring, leading, versions)
    _meetings(desk, free, versions)
    _table(desk, lines, panels)
    _end(desk, free, panels, versions)


def _seats(
    desk: Desk, around: Round, free: list[Line], scoring: list[str], leading: list[str], versions: Versions
) -> None:
    t = desk.t
    st.header(t("panels.seats"), anchor=False)
    with st.form(f"panel-seats-{turn()}"):
        cities = _pick(desk, free, key="panel-cities")
        who = st.multiselect(
            t("panels.assessors"),
            scoring,
            format_func=desk.person,
            placeholder=t("panels.assessors_hint", size=t.integer(around.panel_size)),
            key=f"panel-who-{turn()}",
        )
        chair = st.selectbox(
            t("panels.chair"),
            leading,
            index=None,
            format_func=desk.person,
            placeholder=t("panels.chair_hint"),
            key=f"panel-chair-{turn()}",
        )
        lacking = any(not line.seats for line in free)  # then this is what comes next, else the meetings
        label = t("panels.seat")
        sent = st.form_submit_button(main(label) if lacking else label, type="primary" if lacking else "secondary")
    if sent and cities and (who or chair):
        deeds = [
            (
                desk.city_name(line.city),
                lambda line=line: rounds.seat(
                    desk.store, desk.actor, line.entry_id, who, chair=chair, base=versions.get(line.entry_id)
                ),
            )
            for line in cities
        ]
        act(t, lambda: each(t, deeds, done=lambda count: t("panels.seated", count=t.integer(count))))
    elif sent:
        st.caption(t("panels.choose"))


def _meetings(desk: Desk, free: list[Line], versions: Versions) -> None:
    """The first city at the given time, each further one later by the gap."""
    t = desk.t
    open_ = [line for line in free if not before(Stage.SCORING, line.stage)]
    if not open_:
        return
    st.header(t("panels.meetings"), anchor=False)
    with st.form(f"panel-meeting-{turn()}"):
        cities = _pick(desk, open_, key="meeting-cities")
        with st.container(horizontal=True):
            day = st.date_input(t("panels.day"), value="today", format="DD/MM/YYYY", width=160)
            time = st.time_input(t("panels.time"), value=dt.time(9, 0), step=900, width=140)
            gap = st.number_input(t("panels.gap"), min_value=0, max_value=480, value=0, step=15, width=200)
        link = st.text_input(t("panels.link"), placeholder=t("panels.link_hint"), max_chars=500)
        due = all(line.seats for line in free) and any(line.meeting_at is None for line in open_)
        label = t("panels.schedule")
        sent = st.form_submit_button(main(label) if due else label, type="primary" if due else "secondary")
    if sent and cities:
        start = dt.datetime.combine(day, time)

        def at(place: int) -> str:
            return (start + dt.timedelta(minutes=int(gap) * place)).isoformat(sep=" ", timespec="minutes")

        deeds = [
            (
                desk.city_name(line.city),
                lambda line=line, place=place: rounds.schedule(
                    desk.store, desk.actor, line.entry_id, at(place), link, base=versions.get(line.entry_id)
                ),
            )
            for place, line in enumerate(cities)
        ]
        act(t, lambda: each(t, deeds, done=lambda count: t("panels.scheduled", count=t.integer(count))))
    elif sent:
        st.caption(t("panels.choose"))


def _pick(desk: Desk, lines: list[Line], *, key: str) -> list[Line]:
    t = desk.t
    by_id = {line.entry_id: line for line in lines}
    chosen = st.multiselect(
        t("panels.cities"),
        list(by_id),
        format_func=lambda entry: t(
            "panels.city_stage", city=desk.city_name(by_id[entry].city), stage=stage_name(t, by_id[entry].stage)
        ),
        placeholder=t("panels.cities_hint"),
        key=f"{key}-{turn()}@{t.lang}",
    )
    return [by_id[entry] for entry in chosen]


def _table(desk: Desk, lines: list[Line], panels: dict[int, tuple[Seat, ...]]) -> None:
    t = desk.t
    st.header(t("panels.now"), anchor=False)
    frame = pd.DataFrame(
        {
            "city": [desk.city_name(line.city) for line in lines],
            "chair": [desk.person(line.chair) if line.chair else None for line in lines],
            "seats": [
                ", ".join(desk.person(seat.who) for seat in panels[line.entry_id] if not seat.chair) or None
                for line in lines
            ],
            "meeting": [local(line.meeting_at).replace(tzinfo=None) if line.meeting_at else None for line in lines],
            "link": [line.meeting_link for line in lines],
        }
    )
    of = st.column_config
    st.dataframe(
        frame,
        key="panel-table",
        hide_index=True,
        height=tables.height(len(frame), 460),
        placeholder=MISSING,
        column_config={
            "city": of.TextColumn(t("panels.head.city")),
            "chair": of.TextColumn(t("panels.head.chair")),
            "seats": of.TextColumn(t("panels.head.seats"), width="large"),
            "meeting": of.DatetimeColumn(t("panels.head.meeting"), format=f"{DAY} {CLOCK[t.lang]}"),
            "link": of.LinkColumn(t("panels.head.link")),
        },
        alt=t("panels.alt", count=t.integer(len(frame))),
    )


def _end(desk: Desk, free: list[Line], panels: dict[int, tuple[Seat, ...]], versions: Versions) -> None:
    t = desk.t
    seated = [(line, seat) for line in free for seat in panels[line.entry_id]]
    if not seated:
        return
    with st.expander(t("panels.end")), st.form(f"panel-end-{turn()}", border=False):
        place = st.selectbox(
            t("panels.end_seat"),
            range(len(seated)),
            format_func=lambda place: t(
                "panels.end_one", city=desk.city_name(seated[place][0].city), who=desk.person(seated[place][1].who)
            ),
            index=None,
            placeholder=t("panels.end_hint"),
            key=f"panel-end-seat-{turn()}@{t.lang}",
        )
        reason = st.text_input(t("panels.reason"), max_chars=2000)
        st.caption(t("panels.end_help"))
        sent = st.form_submit_button(t("panels.end_do"))
    if sent and place is not None:
        line, seat = seated[place]

        def deed() -> str:
            done = rounds.unseat(
                desk.store, desk.actor, line.entry_id, seat.who, reason or None, base=versions.get(line.entry_id)
            )
            return t("panels.ended", who=desk.person(done.who), marks=t.integer(done.marks))

        act(t, deed)
