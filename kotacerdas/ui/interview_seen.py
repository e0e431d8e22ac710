"""The versions that stood on the page when a form was filled in.

A form is sent in a run that has read the store anew, so what this run reads is not what the person saw: between the two
another administrator may have changed it. The services are therefore given the versions of the drawing before.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeVar

import streamlit as st

Key = TypeVar("Key", bound=Hashable)


def seen(place: str, now: Mapping[Key, int]) -> Mapping[Key, int]:
    """The versions drawn at a place the last time (now, where it was not drawn before); keeps those of `now`."""
    key = f"kotacerdas.seen-{place}"
    before: Mapping[Key, int] = st.session_state.get(key, now)
    st.session_state[key] = dict(now)
    return before
