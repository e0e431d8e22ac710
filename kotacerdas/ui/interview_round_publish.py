"""Publishing a round: first what will be in the national results and what not, and why; then the deed."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from kotacerdas.interview import publication
from kotacerdas.interview.rounds import Line, Round
from kotacerdas.interview.stages import LOCKED
from kotacerdas.ui import notice, state, tables
from kotacerdas.ui.interview_act import act, main, turn
from kotacerdas.ui.interview_desk import Desk
from kotacerdas.ui.interview_words import day, stage_name

_LISTED = 60


def render(desk: Desk, around: Round, lines: list[Line]) -> None:
    """Draw the preview and the button."""
    t = desk.t
    if around.published_at:
        st.markdown(t("publish.before", day=day(t, around.published_at)))
        state.page_link("peringkat", t("publish.see", year=around.year), icon=":material/trophy:", year=around.year)
    if desk.local:
        st.caption(t("publish.local"))
    provisional = any(line.provisional for line in lines) and state.toggle(
        "provisional", label=t("publish.provisional"), help=t("publish.provisional_help")
    )
    ready = [line for line in lines if line.stage in LOCKED and (provisional or not line.provisional)]
    held = [line for line in lines if line not in ready]
    with st.container(horizontal=True):
        st.metric(t("publish.ready"), t.integer(len(ready)), width=220)
        st.metric(t("publish.held"), t.integer(len(held)), width=220)
    if held:
        _why_not(desk, held)
    if not ready:
        notice.missing(t("publish.none"), detail=t("publish.none_help"))
        return
    with st.expander(t("publish.which", count=t.integer(len(ready)))):
        named = [_named(desk, line) for line in ready]
        st.markdown(notice.literal(", ".join(named)))
    with st.form(f"publish-{turn()}"):
        label = "publish.reason" if any(line.provisional for line in ready) else "publish.reason_optional"
        reason = st.text_input(t(label), max_chars=2000, help=t("publish.reason_help"))
        sure = st.checkbox(t("publish.sure", year=around.year, count=t.integer(len(ready))))
        do = t("publish.do")
        again = around.published_at is not None
        sent = st.form_submit_button(do if again else main(do), type="secondary" if again else "primary")
    if sent and not sure:
        st.caption(t("publish.tick"))
    elif sent:

        def deed() -> str:
            with st.spinner(t("publish.working")):
                publication.publish(desk.store, desk.actor, around.id, provisional=provisional, reason=reason or None)
            return t("publish.done", year=around.year, count=t.integer(len(ready)))

        act(t, deed)


def _named(desk: Desk, line: Line) -> str:
    city = desk.city_name(line.city)
    return desk.t("publish.mark", city=city) if line.provisional else city


def _why_not(desk: Desk, held: list[Line]) -> None:
    t = desk.t
    why = Counter(_reason(desk, line) for line in held)
    tables.short(
        [t("publish.head.why"), t("publish.head.count"), t("publish.head.cities")],
        [
            [reason, t.integer(count), ", ".join(desk.city_name(x.city) for x in held if _reason(desk, x) == reason)]
            for reason, count in why.most_common(_LISTED)
        ],
        figures=[1],
    )


def _reason(desk: Desk, line: Line) -> str:
    t = desk.t
    if line.provisional:
        return t("publish.few", count=t.integer(line.submitted))
    return t("publish.not_final", stage=stage_name(t, line.stage))
