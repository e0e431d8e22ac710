"""The line beside the score: when it was saved, and the truth while what the page shows is not what the server drew.

    score_line(t, controls=(Watched(key, "3", marks=("1", "2", "3", "4")),), sentence="...", state="saved", open_=True)

A choice shows as chosen in the browser the moment it is clicked, and the server may be gone by then. So the browser
compares: while a control shows something else than `stands` the line says that it is being saved, or that it is not.
After a lost connection it asks for a run, in which the page shows what the store holds. The browser's part is
`note/score.js`; its style sheet also gives the controls of the entry screen the size of a thumb on a phone.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import streamlit as st

from kotacerdas.i18n import Text
from kotacerdas.ui.note_component import class_of, register

NAME = "kotacerdas.score"
LineState = Literal["saved", "empty", "unsaved"]


@dataclass(frozen=True)
class Watched:
    """A control that is compared: its key, what the server drew in it, and its marks (None: it is a switch)."""

    widget: str
    stands: str | bool | None
    marks: Sequence[str] | None = None


def score_line(
    t: Text,
    *,
    controls: Sequence[Watched],
    sentence: str,
    state: LineState,
    open_: bool,
) -> None:
    """Draw the line; `sentence` stands while nothing is on its way, `open_` says whether choices may be made."""
    register()
    _component()(
        key="score-line",
        data={
            "controls": [_watched(t, one) for one in controls],
            "sentence": sentence,
            "state": state,
            "open": open_,
            "run": secrets.token_hex(4),  # tells the browser that a run has come, even one that changed nothing
        },
        on_again_change=_nothing,
        width="content",
        height="content",
    )


def _watched(t: Text, one: Watched) -> dict[str, Any]:
    part = "input" if one.marks is None else '[role="radio"]'
    mark = "{n}"
    words = (
        {"saving": t("line.flag_saving"), "cut": t("line.flag_cut"), "slow": t("line.flag_slow")}
        if one.marks is None
        else {"saving": t("line.saving", n=mark), "cut": t("line.cut", n=mark), "slow": t("line.slow", n=mark)}
    )
    return {
        "target": f".{class_of(one.widget)} {part}",
        "stands": one.stands,
        "marks": None if one.marks is None else list(one.marks),
        "words": words,
    }


def _nothing() -> None:
    """The run itself is what the browser asked for."""


@cache
def _component() -> Callable[..., Any]:
    return st.components.v2.component(NAME, js="score.js", css="score.css", isolate_styles=False)
