"""Tables of figures: short ones as text of the page, long ones that scroll, sort, are searched and taken away."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from kotacerdas import export
from kotacerdas.i18n import MISSING, Text
from kotacerdas.ui import downloads, notice, shell, state

Formats = Mapping[str, Callable[[Any], str]]
"""Column -> how its values are written; the values themselves stay whole, so that sorting is by number."""


ROW = 35
"""Pixels of a row of one line, and of the head."""

WRAPPED = 66
"""Pixels of a row with room for three lines; up to 64 Streamlit would cut what does not fit the first."""


def height(rows: int, most: int, row: int = ROW) -> int:
    """Pixels of a table that scrolls in itself: all its rows under the head, but at most so many."""
    return min(row * rows + ROW + 3, most)


@dataclass(frozen=True)
class Narrow:
    """A column on a phone: its pixels, a shorter head where its own has no room in them, and whether it holds figures
    that are written as words."""

    width: int
    head: str | None = None
    figures: bool = False

    def column(self, name: str, *, pinned: bool) -> Any:
        """The column as Streamlit wants it; a short head carries its own as help."""
        return st.column_config.Column(
            self.head,
            width=self.width,
            help=name if self.head else None,
            pinned=pinned,
            alignment="right" if self.figures else None,
        )


def places(scores: Iterable[float]) -> int:
    """The decimals that scores of questions need: one where all are tenths (five assessors), else two."""
    known = [score for score in scores if score == score]
    return 1 if all(abs(score * 10 - round(score * 10)) < 1e-6 for score in known) else 2


def short(
    heads: Sequence[str], rows: Iterable[Sequence[str]], *, figures: Iterable[int] = (), total: bool = False
) -> None:
    """A table of words; `figures` are the columns to align right, `total` sets the last row in bold."""
    st.markdown(written(heads, rows, figures=figures, total=total))


def written(
    heads: Sequence[str], rows: Iterable[Sequence[str]], *, figures: Iterable[int] = (), total: bool = False
) -> str:
    """The Markdown of a table. Every cell is shown literally, whatever it holds."""
    right = set(figures)
    lines = [[notice.literal(cell) for cell in row] for row in rows]
    if total and lines:
        lines[-1] = [f"**{cell}**" if cell else "" for cell in lines[-1]]
    rule = ["--:" if column in right else ":--" for column in range(len(heads))]
    return "\n".join(
        "| " + " | ".join(line) + " |" for line in [[notice.literal(head) for head in heads], rule, *lines]
    )


def room_for_tools() -> None:
    """Call before a long table: on a phone its tools always show, above its corner, and would cover what is there."""
    if shell.on_phone():
        st.space("small")


def long(
    frame: pd.DataFrame,
    *,
    alt: str,
    key: str,
    formats: Formats | None = None,
    config: Mapping[str, Any] | None = None,
    narrow: Mapping[str, Narrow] | None = None,
) -> None:
    """A long table that scrolls in itself, sorts by a click on a heading and keeps its head in view.

    `narrow` are the columns that a phone shows without scrolling sideways, in their order there; the first stays in
    view while the reader scrolls to the others, and its words go on in a next line.
    """
    row, phone = ROW, shell.on_phone()
    columns = dict(config or {})
    if narrow and phone:
        row = WRAPPED
        frame = frame[[*narrow, *frame.columns.drop(list(narrow))]]
        columns |= {name: one.column(name, pinned=name == frame.columns[0]) for name, one in narrow.items()}
    room_for_tools()
    st.dataframe(
        styled(frame, formats or {}),
        hide_index=True,
        height=height(len(frame), 460, row),
        row_height=row,
        column_config=columns,
        alt=alt,
        key=key,
    )


def styled(frame: pd.DataFrame, formats: Formats) -> Any:
    """The frame with its values written by `formats`, `–` where one is missing."""
    return frame.style.format(dict(formats), na_rep=MISSING) if formats else frame


def matching(frame: pd.DataFrame, query: str) -> pd.DataFrame:
    """The rows in which every word of `query` occurs in some cell; case does not matter."""
    words = query.casefold().split()
    if not words:
        return frame
    rows = frame.astype(str).agg(" ".join, axis=1).str.casefold()
    return frame[[all(word in row for word in words) for row in rows]]


def searchable(
    t: Text,
    frame: pd.DataFrame,
    *,
    alt: str,
    key: str,
    placeholder: str,
    download: str,
    file_parts: Sequence[str],
    formats: Formats | None = None,
    config: Mapping[str, Any] | None = None,
) -> None:
    """A long table under a search box (`q` in the URL), with its number of rows and a CSV of the whole of it.

    `placeholder` says what can be searched, `download` is the label of the button, `file_parts` name the file.
    """
    query = state.search("q", label=t("table.search"), placeholder=placeholder)
    found = matching(frame, query)
    if found.empty:
        notice.missing(t("table.nothing", query=query), detail=t("table.nothing_help"))
        return
    long(found, alt=alt, key=key, formats=formats, config=config)
    st.caption(t("table.rows", shown=t.integer(len(found)), of=t.integer(len(frame))))
    downloads.button(
        download, export.file_name(["kotacerdas", *file_parts], "csv"), lambda: export.to_csv(frame), key=f"{key}-csv"
    )
