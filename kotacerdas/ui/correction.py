"""Reporting an error in a figure: a ready text to copy, save or mail. Nothing is sent by the app itself."""

from __future__ import annotations

import os
from urllib.parse import quote

import streamlit as st

from kotacerdas.i18n import Text
from kotacerdas.published import Published
from kotacerdas.ui import state

CONTACT = "KOTACERDAS_CONTACT"
"""Setting with the e-mail address or the https address that takes reports; without it the text is only offered."""


def button(t: Text, slug: str, data: Published | None) -> None:
    """The button at the foot of every page; the form opens over the page."""
    if st.button(t("report.button"), key="report", type="tertiary"):
        st.dialog(t("report.title"), width="medium")(_form)(t, slug, data)


def _form(t: Text, slug: str, data: Published | None) -> None:
    st.write(t("report.intro"))
    city = state.param("city") or ""
    if data is not None and city in data.cities.index:
        city = f"{data.cities['name'][city]} ({city})"
    place = st.text_input(t("report.city"), value=city[:80], max_chars=80)
    figure = st.text_input(t("report.figure"), placeholder=t("report.figure_hint"), max_chars=200)
    better = st.text_area(t("report.better"), placeholder=t("report.better_hint"), max_chars=1000, height="content")
    report = compose(t, slug=slug, city=place, year=state.param("year") or "", figure=figure, better=better, data=data)
    st.code(report, language=None, wrap_lines=True)
    with st.container(horizontal=True):
        st.download_button(
            t("report.save"),
            report,
            file_name="kotacerdas-report.txt",
            mime="text/plain",
            icon=":material/download:",
            on_click="ignore",
        )
        contact = os.environ.get(CONTACT, "").strip()
        if contact.startswith("https://"):
            st.link_button(t("report.open"), contact, icon=":material/open_in_new:")
        elif "@" in contact:
            st.link_button(
                t("report.mail"),
                f"mailto:{contact}?subject={quote(t('report.subject'))}&body={quote(report)}",
                icon=":material/mail:",
            )
    if not contact:
        st.caption(t("report.no_contact"))


def compose(t: Text, *, slug: str, city: str, year: str, figure: str, better: str, data: Published | None) -> str:
    """The report as plain text: where the figure stands, what it should be, and which data were shown."""
    version = f"{data.version} ({data.created[:10]})" if data is not None else "?"
    if not year and data is not None:
        year = str(data.current)
    lines = [
        (t("report.page"), t(f"room.{slug}")),
        (t("report.city"), city),
        (t("state.year"), year[:20]),
        (t("report.figure"), figure),
        (t("report.better"), better),
        (t("report.version"), version),
    ]
    return "\n".join(f"{name}: {value or '…'}" for name, value in lines)
