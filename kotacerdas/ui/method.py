"""The page `metode`: how every figure comes about, what it was checked against, and what it cannot say.

One part at a time, chosen by `part=` in the URL, so that each part can be linked, searched and printed by itself;
`part=all` lays all of them out below one another, without the long tables.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from kotacerdas.i18n import Text
from kotacerdas.published import Published
from kotacerdas.ui import (
    cache,
    method_checks,
    method_coverage,
    method_instruments,
    method_levels,
    method_limits,
    method_score,
    method_sources,
    method_words,
    shell,
    state,
)

WHOLE = "all"

PARTS: dict[str, Callable[[Text, Published, bool], None]] = {
    "score": method_score.draw,
    "instruments": method_instruments.draw,
    "levels": method_levels.draw,
    "checks": method_checks.draw,
    "coverage": method_coverage.draw,
    "traps": method_words.draw_traps,
    "glossary": method_words.draw_glossary,
    "sources": method_sources.draw,
    "limits": method_limits.draw,
}
"""Id of a part -> what draws it: `draw(text, data, whole)`; `whole` leaves the long tables out."""


def render() -> None:
    """Draw the title, the list of contents and the chosen part."""
    t = state.text()
    data = cache.published()
    checks = method_checks.checks(data)
    newest = next(check for check in checks.values() if data.round(check.year).status == "published")
    st.title(
        t("method.title", equal=t.integer(newest.equal), of=t.integer(newest.count), year=newest.year), anchor=False
    )
    st.markdown(t("method.lead"))
    part = state.choose(
        "part",
        (*PARTS, WHOLE),
        label=t("method.contents"),
        shown=lambda value: t(f"method.part.{value}"),
        default="score",
        look="pills",
    )
    shell.title(t("method.tab", part=t(f"method.part.{part}")))
    for name, draw in PARTS.items():
        if part in (name, WHOLE):
            with st.container(key=f"part-{name}", gap="small"):
                draw(t, data, part == WHOLE)
