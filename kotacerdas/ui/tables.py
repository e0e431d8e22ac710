"""Short tables as text of the page: figures stand right, the browser's search finds them, and they print."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st

from kotacerdas.ui import notice


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
