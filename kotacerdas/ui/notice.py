"""Sentences to the reader that are not results: what is missing, what was not understood, what went wrong.

A `Problem` is one calm sentence in the language of the page. Anything else that fails is a defect: the reader sees a
sentence with a number to report, the log gets the traceback under the same number, and nothing else leaves the server.
"""

from __future__ import annotations

import logging
import re
import secrets
import string
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from kotacerdas.i18n import Text
from kotacerdas.problem import Problem

log = logging.getLogger("kotacerdas")
SLOT = "kotacerdas.notices"
"""Session key under which the frame leaves the place for notices of this run."""

_MARKED = re.compile("([" + re.escape(string.punctuation) + "])")
_SPACES = re.compile("[^\\S\N{NO-BREAK SPACE}]+")
"""All white space but the one that keeps a figure on its line."""

_ALIVE = re.compile(r"\\[:@](?=\S)|\bwww(?=\\\.)", flags=re.IGNORECASE)
"""What Streamlit still brings to life after escaping: `:shortcode:`, `http://...`, `name@host`, `www.host`."""


def literal(text: str) -> str:
    """Text from anywhere (a URL, a name, a note) so that Markdown shows it as it is: no image, link, code or icon."""
    escaped = _MARKED.sub(r"\\\1", _SPACES.sub(" ", text).strip())
    return _ALIVE.sub(lambda found: found.group() + "\N{WORD JOINER}", escaped)


def say(sentence: str, *, icon: str = ":material/info:") -> None:
    """One sentence at the top of the page, as plain text."""
    slot = st.session_state.get(SLOT)
    (slot if slot is not None else st).info(literal(sentence), icon=icon)


def missing(sentence: str, *, detail: str | None = None) -> None:
    """An empty state where a result would stand: what is missing, and what can still be seen."""
    with st.container(border=True):
        st.markdown(f"**{literal(sentence)}**")
        if detail:
            st.caption(literal(detail))


def problem(error: Problem, t: Text) -> None:
    """A problem as a sentence; logged without traceback."""
    log.warning("problem: %s", error)
    st.warning(literal(t.problem(error)), icon=":material/report:")


def failure(error: Exception, t: Text) -> None:
    """A defect: a number for the reader, the traceback for the log."""
    number = secrets.token_hex(4)
    log.error("defect %s", number, exc_info=error)
    st.error(t("notice.failure", number=number), icon=":material/error:")


@contextmanager
def caught(t: Text) -> Iterator[None]:
    """Turn what goes wrong inside into a sentence. The frame uses it round each page; use it inside fragments too."""
    try:
        yield
    except Problem as error:
        problem(error, t)
    except Exception as error:
        failure(error, t)
