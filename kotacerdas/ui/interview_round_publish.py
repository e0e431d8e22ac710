"""Publishing a round: first what will be in the national results and what not, and why; then the deed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import streamlit as st

from kotacerdas.interview import publication
from kotacerdas.interview.rounds import Line, Round
from kotacerdas.problem import Problem
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
    ahead = publication.preview(desk.store, desk.actor, around.id, provisional=provisional)
    by_code = {line.city: line for line in lines}
    ready = [by_code[code] for code in ahead.ready if code in by_code]
    with st.container(horizontal=True):
        st.metric(t("publish.ready"), t.integer(len(ready)), width=220)
        st.metric(t("publish.held"), t.integer(len(ahead.held)), width=220)
    if ahead.kept:
        named = ", ".join(map(desk.city_name, ahead.kept))
        st.markdown(notice.literal(t("publish.kept", count=t.integer(len(ahead.kept)), cities=named)))
    if ahead.held:
        _why_not(desk, {code: _reason(desk, why, by_code.get(code)) for code, why in ahead.held.items()})
    if not ready:
        notice.missing(t("publish.none"), detail=t("publish.none_help"))
        return
    with st.expander(t("publish.which", count=t.integer(len(ready)))):
        st.markdown(notice.literal(", ".join(_named(desk, line) for line in ready)))
    with st.form(f"publish-{turn()}"):
        reason = ""
        if provisional:  # only then the rule asks for one
            reason = st.text_input(t("publish.reason"), max_chars=2000, help=t("publish.reason_help"))
        sure = st.checkbox(t("publish.sure", year=around.year, count=t.integer(len(ready))))
        do = t("publish.do")
        again = around.published_at is not None
        sent = st.form_submit_button(do if again else main(do), type="secondary" if again else "primary")
    if sent and not sure:
        st.caption(t("publish.tick"))
    elif sent:

        def deed() -> str:
            with st.spinner(t("publish.working")):
                done = publication.publish(
                    desk.store, desk.actor, around.id, provisional=provisional, reason=reason or None
                )
            said = [t("publish.done", year=around.year, count=t.integer(len(done.cities)))]
            if done.kept:
                said.append(t("publish.done_kept", count=t.integer(len(done.kept))))
            return " ".join(said)

        act(t, deed)


def _named(desk: Desk, line: Line) -> str:
    city = desk.city_name(line.city)
    return desk.t("publish.mark", city=city) if line.provisional else city


def _why_not(desk: Desk, held: Mapping[str, str]) -> None:
    """Each reason once, with the cities it holds back."""
    t = desk.t
    why = Counter(held.values())
    tables.short(
        [t("publish.head.why"), t("publish.head.count"), t("publish.head.cities")],
        [
            [reason, t.integer(count), ", ".join(desk.city_name(code) for code in held if held[code] == reason)]
            for reason, count in why.most_common(_LISTED)
        ],
        figures=[1],
    )


def _reason(desk: Desk, why: Problem, line: Line | None) -> str:
    """Why a city is held back, short: the stage where it is not final, else what the rule says."""
    t = desk.t
    if why.key == "publish_few":
        return t("publish.few", count=t.integer(why.params["count"]))
    if why.key == "publish_not_final" and line is not None:
        return t("publish.not_final", stage=stage_name(t, line.stage))
    return t.problem(why)
