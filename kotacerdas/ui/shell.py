"""The frame round every page: name, menu, find box, language, the page itself, and the foot with the data's date.

`app.py` calls `run()`. Every file in `pages/` calls `ensure()` first: on a cold server Streamlit runs a deep-linked
page file bare, without the frame. `ensure()` then draws the frame (which runs the page in its place) and stops.
The marker that tells the two apart lives for one run only, so it is removed in a `finally`.
"""

from __future__ import annotations

from typing import Any, Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from kotacerdas.i18n import LANGUAGES, Lang, Text
from kotacerdas.instrument import DATA
from kotacerdas.problem import Problem
from kotacerdas.published import Published
from kotacerdas.ui import assets, auth, cache, correction, notice, state
from kotacerdas.ui.registry import INTERVIEW, ROOMS, Room, room, rooms

_MARK = "kotacerdas.frame"
_GOTO = "kotacerdas.goto"
_ARRIVED = "kotacerdas.interview-arrived"


def ensure() -> None:
    """First statement of every page file: make sure the page stands in its frame."""
    if not st.session_state.get(_MARK):
        run()
        st.stop()


def run() -> None:
    """Draw the frame and run the chosen page inside it."""
    t = state.text()
    st.session_state[_MARK] = True
    try:
        st.set_page_config(page_title=t("shell.name"), page_icon=assets.url("favicon.svg"), layout="wide")
        house = rooms(interview=auth.offered())
        pages = {
            each.slug: st.Page(each.page, title=t(f"room.{each.slug}"), default=each is house[0]) for each in house
        }
        current = st.navigation(list(pages.values()), position="hidden")
        slug = next(slug for slug, page in pages.items() if page == current)
        data, fault = _data()
        state.arrive(slug)
        _leave_for_city()
        head = st.container(key="head-place")
        st.session_state[notice.SLOT] = st.container(key="notices")
        with head:
            _head(t, data, slug, house)
        _way_to_interview(t, slug)
        if fault is None:
            _tryout_mark(t, slug)
        with st.container(key=f"page-{slug}"):
            if fault:
                notice.problem(fault, t)
            else:
                with notice.caught(t):
                    current.run()
        _foot(t, data, slug)
    finally:
        st.session_state.pop(_MARK, None)
        st.session_state.pop(notice.SLOT, None)


def title(sentence: str) -> None:
    """The title of the browser tab: what is on the page, then the product."""
    st.set_page_config(page_title=f"{sentence} · {state.text()('shell.name')}")


def theme_mode() -> Literal["light", "dark"]:
    """Whether the reader sees the light or the dark theme; light until the browser has said."""
    return "dark" if st.context.theme.type == "dark" else "light"


def on_phone() -> bool:
    """Whether the browser calls itself a mobile one; the width of the screen is not known to the server."""
    return "Mobi" in (st.context.headers.get("User-Agent") or "")


# ---- head --------------------------------------------------------------------------------------------------------


def _data() -> tuple[Published | None, Problem | None]:
    try:
        return cache.published(), None
    except Problem as problem:
        return None, problem


def _row(
    key: str, gap: Literal["xsmall", "small", "medium"], width: Literal["stretch", "content"] | int = "stretch"
) -> DeltaGenerator:
    """A row of things side by side that wraps where the screen is narrow; rows with a pixel width stay on one line."""
    return st.container(
        key=key,
        horizontal=True,
        horizontal_alignment="distribute" if width == "stretch" else "left",
        vertical_alignment="center",
        gap=gap,
        width=width,
        wrap=not isinstance(width, int),
    )


def _head(t: Text, data: Published | None, slug: str, house: tuple[Room, ...]) -> None:
    """One quiet row on a wide screen; name, menu and tools below each other on a phone."""
    crowded = len(house) > len(ROOMS)  # one room more: the row still has to hold at 1280 px
    with _row("head", "small"):
        with _row("where", "small" if crowded else "medium", "content"):
            with _row("brand", "xsmall", "content"):
                st.image(assets.file("mark.svg"), width=28, alt="")
                st.markdown(f"**{t('shell.name')}**", width="content")
            with _row("menu", "xsmall", "content"):
                for target in house:
                    state.page_link(target.slug, carried=_travelling(slug, target))
        with _row("tools", "xsmall" if crowded else "small", 300 if crowded else 360):
            if data is not None:
                _find_city(t)
            _language(t)


def _travelling(slug: str, target: Room) -> dict[str, Any]:
    """What a menu link carries besides language and year: filters both rooms have.

    A link to the room one is in carries everything: Streamlit would change the view, but not the address.
    """
    if target.slug == slug:
        return {name: value for name, value in st.query_params.items() if name not in ("lang", "year")}
    shared = {name: state.param(name) for name in room(slug).filters if name in target.filters}
    return shared | (auth.travelling() if target is INTERVIEW else {})


def _find_city(t: Text) -> None:
    key = state.widget_key("find")
    names = cache.city_names()
    st.selectbox(
        t("shell.find"),
        list(names),
        index=None,
        format_func=names.__getitem__,
        key=key,
        placeholder=t("shell.find"),
        label_visibility="collapsed",
        on_change=_note_city,
        args=(key,),
    )


def _note_city(key: str) -> None:
    """The choice ends the run on another page, which a callback may not do: note it, empty the box, go in the run."""
    st.session_state[_GOTO] = st.session_state[key]
    st.session_state[key] = None


def _leave_for_city() -> None:
    code = st.session_state.pop(_GOTO, None)
    if code:
        state.switch("kota", city=code)


def _tryout_mark(t: Text, slug: str) -> None:
    """What a try-out has published shows on this machine's pages like any result; it must not be taken for one."""
    if slug != INTERVIEW.slug and auth.local() and cache.folder() != DATA:
        with st.container(key="try-out-mark", horizontal=True, vertical_alignment="center", gap="small"):
            st.badge(t("interview.watermark"), color="orange", icon=":material/experiment:")
            st.caption(t("shell.tryout"), width="content")


def _way_to_interview(t: Text, slug: str) -> None:
    """Sign-in always returns to the first page: until the person has been in the interview, it shows the way there."""
    if slug == INTERVIEW.slug:
        st.session_state[_ARRIVED] = True
    if slug != ROOMS[0].slug or st.session_state.get(_ARRIVED) or auth.local():
        return
    person = auth.who()
    if person is not None:
        with st.container(key="way-to-interview", horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(t("shell.signed_in", name=notice.literal(person.name)), width="content")
            state.page_link(INTERVIEW.slug, t("shell.to_interview"), icon=INTERVIEW.icon)


def _language(t: Text) -> None:
    state.choose(
        "lang",
        LANGUAGES,
        label=t("shell.language"),
        shown=str.upper,
        default=LANGUAGES[0],
        look="segmented",
        quiet=True,
    )


def _language_script(lang: Lang) -> str:
    """Streamlit's page says `lang="en"`; screen readers need the truth. One of two constant scripts (see the CSP)."""
    return f"<script>{SCRIPTS[lang]}</script>"


SCRIPTS: dict[Lang, str] = {lang: f"document.documentElement.lang='{lang}'" for lang in LANGUAGES}
"""The only scripts the app puts into a page; the server allows them by hash."""


# ---- foot --------------------------------------------------------------------------------------------------------


def _foot(t: Text, data: Published | None, slug: str) -> None:
    with st.container(key="foot", gap="xsmall"):
        st.divider()
        with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
            if data is not None:
                st.caption(t("shell.data", version=data.version, date=t.date(data.created)), width="content")
            state.page_link("metode", t("shell.sources"))
            correction.button(t, slug, data)
            if slug != INTERVIEW.slug and auth.claims():  # that room has a place of its own for this
                st.button(
                    t("shell.sign_out"),
                    key="foot-sign-out",
                    type="tertiary",
                    icon=":material/logout:",
                    on_click=st.logout,
                )
        st.caption(t("shell.notes"))
        st.html(_language_script(t.lang), unsafe_allow_javascript=True)
