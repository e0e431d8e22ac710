"""The questions of the right of reply: which are shown, in which order, and the way from one to the next."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from kotacerdas.i18n import MISSING
from kotacerdas.ui import notice, state
from kotacerdas.ui.interview_entry_state import Sheetful, go

LIST = "list"
LONGEST = 40
_WHOLE = "kotacerdas.reply-list-whole"
"""Session key of the list that the reader has asked to see as a whole."""


def steps(sheet: Sheetful, order: Sequence[str]) -> None:
    """Back and forth in the order of the list."""
    t, here = sheet.t, sheet.current.id
    place = order.index(here) if here in order else -1
    back = order[place - 1] if place > 0 else None
    on = order[place + 1] if place + 1 < len(order) else None
    with st.container(key="reply-steps", horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            t("entry.back"), key="reply-back", icon=":material/chevron_left:", on_click=go, args=(back,),
            disabled=back is None,
        )  # fmt: skip
        st.button(
            t("entry.on"), key="reply-on", icon=":material/chevron_right:", icon_position="right", on_click=go,
            args=(on,), disabled=on is None,
        )  # fmt: skip


def where(sheet: Sheetful) -> None:
    """Which question is in hand."""
    t, node = sheet.t, sheet.current
    parts = [t("entry.place", number=sheet.number(node.id), all=len(sheet.questions))]
    parts.append(t.label(sheet.component(node.id).label))
    if node.subdimension:
        parts.append(t.label(node.subdimension))
    st.caption(notice.literal(" · ".join(parts)))
    st.header(notice.literal(t.label(node.label)), anchor=False)


def filters(sheet: Sheetful, groups: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """The questions of the chosen group, the first one by default; an empty one is offered only while it is chosen."""
    t = sheet.t
    first, wanted = next(iter(groups)), state.param(LIST)

    def shown(name: str) -> str:
        return t(f"reply.filter.{name}", count=t.integer(len(groups[name])))

    chosen = state.choose(
        LIST,
        tuple(name for name in groups if groups[name] or name in (first, wanted)),
        label=t("entry.list"),
        shown=shown,
        default=first,
        look="pills",
        quiet=True,
        wrap=True,
    )
    return groups[chosen]


def jumps(sheet: Sheetful, order: Sequence[str], told: Callable[[str], str]) -> None:
    """A list to jump from; `told` says what stands beside a question's name."""
    t = sheet.t
    if not order:
        st.caption(t("reply.nothing"))
        return
    with st.container(height=min(400, 44 * len(order) + 32), key="reply-list", gap=None):
        whole = st.session_state.get(_WHOLE) == (sheet.entry, sheet.layer, state.param(LIST))
        for question in order if whole else order[:LONGEST]:
            words = notice.literal(f"{sheet.name(question)} · {told(question) or MISSING}")
            st.button(
                f"**{words}**" if question == sheet.current.id else words,
                key=f"reply-to-{question}",
                type="tertiary",
                on_click=go,
                args=(question,),
            )
        if len(order) > LONGEST and not whole:
            st.button(
                t("entry.show_all", n=t.integer(len(order))), key="reply-all", icon=":material/unfold_more:",
                on_click=_show_whole, args=((sheet.entry, sheet.layer, state.param(LIST)),),
            )  # fmt: skip


def _show_whole(whole: tuple[object, ...]) -> None:
    st.session_state[_WHOLE] = whole
