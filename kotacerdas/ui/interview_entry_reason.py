"""The reason for marks given after the chair has opened those of the others: written once, kept until it is replaced.

It goes into the audit trail with every mark. The session alone holds it: a new session asks again.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from kotacerdas.i18n import Text
from kotacerdas.interview.reasons import LIMIT
from kotacerdas.ui.interview_entry_save import key_of

_GIVEN = "kotacerdas.entry-reason"


def field_key(who: str, entry: int) -> str:
    """The key of the field of a person in an entry."""
    return f"entry-reason-{key_of(who)[:8]}-{entry}"


def given(who: str, entry: int) -> str | None:
    """The reason that stands; None where none is needed or written yet."""
    kept: dict[tuple[str, int], str] = st.session_state.get(_GIVEN, {})
    return kept.get((who, entry))


def take(who: str, entry: int) -> str | None:
    """Keep what the field holds (in a callback); returns it."""
    st.session_state.setdefault(_GIVEN, {})[who, entry] = st.session_state[field_key(who, entry)]
    return given(who, entry)


def forget(who: str, entry: int) -> None:
    """Where marks are blind a mark has no reason, also not one from before."""
    st.session_state.get(_GIVEN, {}).pop((who, entry), None)


def field(t: Text, who: str, entry: int, on_change: Callable[[], None]) -> None:
    """Draw the field."""
    st.text_area(
        t("entry.reason"),
        value=given(who, entry) or "",
        key=field_key(who, entry),
        max_chars=LIMIT,
        height=72,
        placeholder=t("entry.reason_hint"),
        help=t("entry.reason_help"),
        on_change=on_change,
    )
