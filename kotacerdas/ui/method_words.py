"""Parts 6 and 7 of the method page: the traps of the sources and the glossary, as text that can be searched."""

from __future__ import annotations

import streamlit as st

from kotacerdas.entries import Term
from kotacerdas.i18n import Text
from kotacerdas.published import Published
from kotacerdas.ui import notice, state


def draw_traps(t: Text, data: Published, whole: bool) -> None:
    """Every known fault of a source, by document, with what was done about it."""
    traps = data.data.traps
    st.header(t("method.traps.title", count=t.integer(len(traps))), anchor="traps")
    st.markdown(t("method.traps.lead"))
    for document in dict.fromkeys(trap.document for trap in traps):
        st.subheader(t.label(data.sources[document].title), anchor=f"traps-{document}")
        for trap in traps:
            if trap.document == document:
                name, words = st.columns([1, 2], gap="medium")
                name.markdown(f"**{notice.literal(t.label(trap.title))}**")
                words.markdown(notice.literal(t.label(trap.text)))
                words.caption(t("method.traps.remedy", text=notice.literal(t.label(trap.remedy))))


def draw_glossary(t: Text, data: Published, whole: bool) -> None:
    """The terms with their meanings, by topic; a search narrows them down."""
    terms = data.data.glossary
    st.header(t("method.glossary.title", count=t.integer(len(terms))), anchor="glossary")
    query = "" if whole else state.search("q", label=t("table.search"), placeholder=t("method.glossary.search"))
    found = [term for term in terms if fits(term, query)]
    if not found:
        notice.missing(t("table.nothing", query=query), detail=t("table.nothing_help"))
        return
    if query:
        st.caption(t("table.rows", shown=t.integer(len(found)), of=t.integer(len(terms))))
    for topic in dict.fromkeys(term.topic for term in found):
        st.subheader(t(f"method.topic.{topic}"), anchor=f"glossary-{topic}")
        entries = sorted((t.label(term.term), t.label(term.text)) for term in found if term.topic == topic)
        half = (len(entries) + 1) // 2
        for column, part in zip(st.columns(2, gap="large"), (entries[:half], entries[half:]), strict=True):
            column.markdown(
                "\n\n".join(f"**{notice.literal(term)}**  \n{notice.literal(meaning)}" for term, meaning in part)
            )


def fits(term: Term, query: str) -> bool:
    """Whether every word of the query occurs in the term or its meaning, in either language."""
    text = f"{term.term.id} {term.term.en} {term.text.id} {term.text.en}".casefold()
    return all(word in text for word in query.casefold().split())
