"""The assessors' notes on a city by theme, in our own words; institutions, never persons."""

from __future__ import annotations

import streamlit as st

from kotacerdas.entries import Note
from kotacerdas.i18n import Text
from kotacerdas.published import Published
from kotacerdas.ui import notice, provenance

THEMES = ("strength", "weakness", "recommendation")


def draw(t: Text, data: Published, code: str, year: int) -> None:
    """Three columns of notes, or one sentence where the copy holds none."""
    notes = data.notes(code, year)
    if not notes:
        st.header(t("city.notes_none_title", year=year), anchor="notes")
        if data.round(year).status == "panel":
            notice.missing(t("city.notes_panel"))
        else:
            notice.missing(t("city.notes_none"), detail=t("city.notes_none_detail"))
        return
    counts = {theme: sum(note.theme == theme for note in notes) for theme in THEMES}
    st.header(
        t(
            "city.notes_title",
            strength=counts["strength"],
            weakness=counts["weakness"],
            recommendation=counts["recommendation"],
        ),
        anchor="notes",
    )
    source = notes[0].source
    st.caption(notice.literal(t("city.notes_about", source=provenance.words(t, data, source.document, source.section))))
    for theme, column in zip(THEMES, st.columns(3, gap="large"), strict=True):
        with column:
            st.markdown(f"**{t(f'city.notes_theme.{theme}')}**")
            for note in notes:
                if note.theme == theme:
                    _note(t, note)


def _note(t: Text, note: Note) -> None:
    st.markdown(f"**{notice.literal(t.label(note.topic))}.** {notice.literal(t.label(note.text))}")
    st.caption(notice.literal(", ".join(note.institutions)))
