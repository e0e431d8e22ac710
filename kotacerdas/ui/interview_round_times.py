"""Deadlines per stage, and moving a city on or back; back always with a reason."""

from __future__ import annotations

import streamlit as st

from kotacerdas.interview import rounds
from kotacerdas.interview.lateness import read_due, read_versions
from kotacerdas.interview.rounds import Line, Round
from kotacerdas.interview.stages import ORDER, Stage
from kotacerdas.ui import notice, tables
from kotacerdas.ui.interview_act import act, main, turn
from kotacerdas.ui.interview_desk import Desk
from kotacerdas.ui.interview_seen import seen
from kotacerdas.ui.interview_words import moment, stage_name

_DATED = tuple(stage for stage in ORDER if stage is not Stage.PUBLISHED)


def render(desk: Desk, around: Round, lines: list[Line]) -> None:
    """Draw the deadlines and the moves."""
    _deadlines(desk, around, lines)
    if lines:
        _moves(desk, lines)


def _deadlines(desk: Desk, around: Round, lines: list[Line]) -> None:
    t = desk.t
    st.header(t("times.deadlines"), anchor=False)
    st.caption(t("times.deadlines_help"))
    with desk.store.read() as tx:
        due, versions = read_due(tx, around.id), seen(f"due-{around.id}", read_versions(tx, around.id))
    rows = [
        [stage_name(t, stage), t("times.all") if city is None else desk.city_name(city), moment(t, at)]
        for (stage, city), at in sorted(due.items(), key=lambda item: (ORDER.index(item[0][0]), item[0][1] or ""))
    ]
    if rows:
        tables.short([t(f"times.head.{name}") for name in ("stage", "city", "due")], rows)
    with st.form(f"times-deadline-{turn()}"):
        with st.container(horizontal=True):
            stage = st.selectbox(
                t("times.stage"), _DATED, format_func=lambda stage: stage_name(t, stage), width=260,
                index=_DATED.index(Stage.SELF_ASSESSMENT),
                key=f"times-stage-{turn()}@{t.lang}",
            )  # fmt: skip
            day = st.date_input(t("times.day"), value="today", format="DD/MM/YYYY", width=160)
            city = st.selectbox(
                t("times.city"), [line.city for line in lines], index=None, format_func=desk.city_name,
                placeholder=t("times.all"), key=f"times-city-{turn()}@{t.lang}", width=300,
            )  # fmt: skip
        sent = st.form_submit_button(main(t("times.set")), type="primary")
    if sent:

        def deed() -> str:
            base = versions.get((stage, city), 0)
            at = rounds.deadline(desk.store, desk.actor, around.id, stage, day.isoformat(), city, base=base)
            return t("times.was_set", stage=stage_name(t, stage), due=moment(t, at))

        act(t, deed)


def _moves(desk: Desk, lines: list[Line]) -> None:
    t = desk.t
    st.header(t("times.moves"), anchor=False)
    st.caption(t("times.moves_help"))
    by_id = {line.entry_id: line for line in lines}
    chosen = st.selectbox(
        t("times.city"),
        list(by_id),
        index=None,
        format_func=lambda entry: t(
            "panels.city_stage", city=desk.city_name(by_id[entry].city), stage=stage_name(t, by_id[entry].stage)
        ),
        placeholder=t("times.choose"),
        key=f"times-move-{turn()}@{t.lang}",
    )
    if chosen is None:
        return
    with desk.store.read() as tx:
        entry = rounds.look(tx, chosen)
        base = seen(f"move-{chosen}", {chosen: entry.version})[chosen]
        possible = {
            to: rule for to, rule in rounds.possible(tx, desk.actor, entry).items() if to is not Stage.PUBLISHED
        }
    if not possible:
        notice.missing(t("times.no_move", city=desk.city_name(entry.city), stage=stage_name(t, entry.stage)))
        return
    with st.form(f"times-move-form-{turn()}"):
        to = st.selectbox(
            t("times.to"),
            list(possible),
            format_func=lambda to: t(
                "times.back" if ORDER.index(to) < ORDER.index(entry.stage) else "times.on", stage=stage_name(t, to)
            ),
            key=f"times-to-{chosen}-{turn()}@{t.lang}",
        )
        reason = st.text_area(t("times.reason"), max_chars=2000, height=80)
        sent = st.form_submit_button(t("times.move"))
    if sent:

        def deed() -> str:
            rounds.move(desk.store, desk.actor, entry.id, to, base=base, reason=reason or None)
            return t("times.moved", city=desk.city_name(entry.city), stage=stage_name(t, to))

        act(t, deed)
