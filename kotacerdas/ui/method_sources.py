"""Part 8 of the method page: the documents, the licences, how to cite, and every data file to take away."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from kotacerdas import export
from kotacerdas.dataset import LICENCE, PACKAGE
from kotacerdas.geo import load_credits
from kotacerdas.i18n import Text
from kotacerdas.published import Published
from kotacerdas.ui import downloads, filters, notice, provenance
from kotacerdas.ui.method_table import short

CODE_LICENCE = "Apache-2.0"


def draw(t: Text, data: Published, whole: bool) -> None:
    """Documents, credits and licences, citation, files."""
    st.header(t("method.sources.title", count=t.integer(len(data.sources))), anchor="sources")
    _documents(t, data)
    _licences(t, data)
    _citation(t, data)
    _files(t, data)


def _documents(t: Text, data: Published) -> None:
    st.markdown(t("method.sources.lead"))
    for source in data.sources.values():
        with st.container(border=True, key=f"source-{source.id}", gap="small"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(f"**{notice.literal(t.label(source.title))}**", width="content")
                if source.status == "draft":
                    st.badge(t("status.draft"), color="orange", icon=":material/edit_note:")
            date = t.date(source.date) if len(source.date) == 10 else source.date
            st.caption(t("method.sources.by", publisher=notice.literal(t.label(source.publisher)), date=date))
            st.markdown(t("method.sources.used", text=notice.literal(t.label(source.used))))
            st.caption(notice.literal(t.label(source.terms)))


def _licences(t: Text, data: Published) -> None:
    st.subheader(t("method.sources.licences"), anchor="licences")
    entries = [
        (t("method.sources.own_data"), t("method.sources.own_data_text"), _licence(t, LICENCE["name"])),
        (t("method.sources.code"), t("method.sources.code_text"), CODE_LICENCE),
        *((credit.name, credit.text[t.lang], _licence(t, credit.licence)) for credit in load_credits()),
    ]
    for name, text, licence in entries:
        st.markdown(
            t("method.sources.credit", name=notice.literal(name), licence=notice.literal(licence))
            + f"  \n{notice.literal(text)}"
        )


def _licence(t: Text, name: str) -> str:
    """A licence as it is usually written: Creative Commons with spaces, the public domain in the page's language."""
    if name == "public domain":
        return t("method.sources.public_domain")
    return name.replace("-", " ") if name.startswith("CC-") else name


def _citation(t: Text, data: Published) -> None:
    st.subheader(t("method.sources.cite"), anchor="cite")
    st.markdown(t("method.sources.cite_text"))
    st.code(citation(t, data), language=None, wrap_lines=True)


def citation(t: Text, data: Published) -> str:
    """The line to quote: product, version, date and digest of the data, and what it was compiled from."""
    letters = "; ".join(f"{t.label(s.title)} ({s.date})" for s in data.sources.values() if _contributes(data, s.id))
    return t(
        "method.sources.citation",
        version=data.version,
        date=t.date(data.created),
        digest=data.data.digest[:12],
        documents=letters,
        licence=_licence(t, LICENCE["name"]),
    )


def _contributes(data: Published, document: str) -> bool:
    """Whether figures or instruments of the data come from a document."""
    rounds = {entry.source.document for entry in data.rounds.values()}
    return document in rounds | {instrument.source.document for instrument in data.data.instruments.values()}


# ---- files -------------------------------------------------------------------------------------------------------


def _files(t: Text, data: Published) -> None:
    st.subheader(t("method.sources.files", version=data.version, date=t.date(data.created)), anchor="files")
    st.markdown(t("method.sources.files_text"))
    short(
        files(t, data),
        alt=t("method.sources.files_alt"),
        formats={t("method.sources.size"): lambda kb: t.number(kb, 1)},
        links=["#download"] * len(data.data.files),
    )
    st.subheader(t("method.sources.download"), anchor="download")
    with st.container(horizontal=True, gap="small", key="downloads"):
        for name in (PACKAGE, *(file.path for file in data.data.files)):
            write = partial((data.data.folder / name).read_bytes)
            flat = name.replace("/", "-")
            downloads.button(name, flat, write, key=f"file-{flat}")
    st.markdown(t("method.sources.workbooks"))
    with st.container(horizontal=True, gap="small", key="workbooks"):
        for year in data.years:
            if data.round(year).evaluated:
                downloads.button(
                    t("method.sources.workbook", year=year),
                    export.file_name(["kotacerdas", year], "xlsx"),
                    partial(workbook, t, data, year),
                    key=f"xlsx-{year}",
                )


def files(t: Text, data: Published) -> pd.DataFrame:
    """Every file of the data package: what it holds, its size in kB, the beginning of its checksum."""
    rows = [
        {
            t("method.sources.file"): file.path,
            t("method.sources.what"): _about(t, data, file.path),
            t("method.sources.size"): file.size / 1000,
            t("method.sources.checksum"): f"{file.sha256[:16]}…",
        }
        for file in data.data.files
    ]
    return pd.DataFrame(rows)


def _about(t: Text, data: Published, path: str) -> str:
    stem = path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    if stem in data.data.instruments:
        return t("method.sources.instrument", title=t.label(data.data.instruments[stem].title))
    key = f"method.file.{stem}"
    return t(f"method.file.{stem}") if key in t else ""


def workbook(t: Text, data: Published, year: int) -> bytes:
    """The results of a round as a workbook, with a sheet that says where they come from."""
    entry = data.round(year)
    provenance = [
        (t("method.source"), t.label(data.sources[entry.source.document].title)),
        (t("shell.name"), citation(t, data)),
        (t("measure.level"), t("method.levels.draft")),
    ]
    return export.to_xlsx(round_table(t, data, year), f"{t('room.peringkat')} {year}", provenance, t("method.source"))


def round_table(t: Text, data: Published, year: int) -> pd.DataFrame:
    """The results of a round in words: place, group, status, components, final, change, rank, levels, source."""
    frame = data.results(year).sort_values(["rank", "name"])
    columns = {
        t("method.code"): frame["code"],
        t("method.city"): frame["name"],
        t("method.sources.province"): frame["province"],
        t("method.sources.group"): [
            None if pd.isna(group) else filters.group_name(group, t) for group in frame["group"]
        ],
        t("method.sources.status"): [t(f"status.{status}") for status in frame["status"]],
        **{t(f"component.{name}"): frame[name] for name in data.components if frame[name].notna().any()},
        t("measure.final"): frame["final"],
        t("measure.recomputed"): frame["recomputed"],
        t("measure.improvement"): frame["improvement"],
        t("measure.rank"): frame["rank"],
        t("method.sources.rank_change"): frame["rank_change"],
        _level(t, data, "linear"): frame["level"],
        _level(t, data, "literal"): frame["level_literal"],
        t("method.source"): [_document(t, data, document) for document in frame["source_document"]],
        t("method.sources.table"): frame["source_table"],
        t("method.sources.row"): frame["source_row"],
    }
    return pd.DataFrame({name: list(values) for name, values in columns.items()})


def _document(t: Text, data: Published, document: str) -> str:
    """The short name of an official document; the title of one that came with a published or imported round."""
    key = f"method.document.{document}"
    return t(f"method.document.{document}") if key in t else provenance.words(t, data, document)


def _level(t: Text, data: Published, reading: str) -> str:
    return t("method.sources.level", reading=t.label(data.levels.readings[reading].label).lower())
