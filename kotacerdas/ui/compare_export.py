"""The comparison to take away: one row per city and figure, with comparator, difference, status and source."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from kotacerdas import export
from kotacerdas.compare import Table
from kotacerdas.ui import city_questions, downloads, notice, provenance
from kotacerdas.ui.compare_view import View

COLUMNS = (
    "code", "city", "year", "kind", "figure", "value", "comparator", "against", "difference", "status", "source",
)  # fmt: skip


def buttons(view: View) -> None:
    """CSV and XLSX, made on the click."""
    t = view.t
    stem = ["kotacerdas", "bandingkan", view.year, *view.codes]

    def workbook() -> bytes:
        return export.to_xlsx(
            table(view), t("compare.sheet", year=view.year), about(view), about=t("city.sheet_sources")
        )

    with st.container(key="compare-files", horizontal=True, vertical_alignment="center", gap="small"):
        downloads.button(
            t("city.download_csv"), export.file_name(stem, "csv"), lambda: export.to_csv(table(view)), key="compare-csv"
        )
        downloads.button(t("city.download_xlsx"), export.file_name(stem, "xlsx"), workbook, key="compare-xlsx")
        st.caption(notice.literal(t("compare.files")), width="content")


def table(view: View) -> pd.DataFrame:
    """The finals of all rounds, the components and the questions of the round, in long form."""
    t = view.t
    rows = [row for city in view.cities for row in _finals(view, city.code)]
    rows += _rows(view, view.components, "component")
    asked = view.questions.values.notna().any(axis=1)
    rows += _rows(view, view.questions, "question", set(view.questions.values.index[asked]))
    return pd.DataFrame(rows, columns=list(COLUMNS)).rename(
        columns={name: t(f"compare.column.{name}") for name in COLUMNS}
    )


def _finals(view: View, code: str) -> list[dict[str, Any]]:
    """The final of every round; the comparator belongs to the round shown only."""
    t = view.t
    found = []
    for year in sorted(view.data.rounds):
        results = view.data.results(year)
        row = results.loc[code].to_dict() if code in results.index else {}
        shown = year == view.year
        if not row and not shown:
            continue
        value = row.get("final", float("nan"))
        found.append(
            {
                "code": code, "city": view.name(code), "year": year, "kind": t("measure.final"),
                "figure": t("measure.final"), "value": value,
                "comparator": view.against if shown else None,
                "against": view.finals.comparator["final"] if shown else None,
                "difference": view.finals.differences.at["final", code] if shown else None,
                "status": _status(view, code, row, shown=shown),
                "source": provenance.words(t, view.data, row["source_document"], row["source_table"], row["source_row"])
                if row else None,
            }
        )  # fmt: skip
    return found


def _status(view: View, code: str, row: dict[str, Any], *, shown: bool) -> str:
    if row and not pd.isna(row["final"]):
        return view.t(f"status.{row['status']}")
    return view.why_absent(code) if shown else view.t(f"status.{row['status']}")


def _rows(view: View, figures: Table, kind: str, only: set[str] | None = None) -> list[dict[str, Any]]:
    t, gaps = view.t, figures.differences
    asked = kind == "question" and not view.derived
    instrument = view.data.asked_in(view.year) if asked else None
    sources, statuses = _sources(view, kind), view.data.results(view.year)["status"]
    found = []
    for figure in figures.values.index:
        if only is not None and figure not in only:
            continue
        for city in view.known:
            value = figures.values.at[figure, city.code]
            name = t.label(instrument[figure].label) if instrument else view.word(figure)
            found.append(
                {
                    "code": city.code, "city": city.name, "year": view.year,
                    "kind": t("city.component" if kind == "component" else "city.question"),
                    "figure": name, "value": value, "comparator": view.against,
                    "against": figures.comparator[figure], "difference": gaps.at[figure, city.code],
                    "status": t(f"status.{statuses[city.code]}") if value == value else None,
                    "source": sources.get((city.code, figure if asked else "")) if value == value else None,
                }
            )  # fmt: skip
    return found


def _sources(view: View, kind: str) -> dict[tuple[str, str], str]:
    """Document, table and row in words: by city for components, by city and question for questions."""
    t, data = view.t, view.data
    if kind == "component":
        results = data.results(view.year)
        return {
            (city.code, ""): provenance.words(
                t, data, *(results.at[city.code, f"source_{part}"] for part in ("document", "table", "row"))
            )
            for city in view.known
        }
    rows = data.data.tables["question_scores"]
    rows = rows[(rows["year"] == view.year) & rows["code"].isin(view.codes)]
    return {
        (row["code"], row["question"]): provenance.words(
            t, data, row["source_document"], row["source_table"], row["source_row"]
        )
        for row in rows.to_dict("records")
    }


def about(view: View) -> list[tuple[str, str]]:
    """What the file holds and where its figures come from."""
    lines = city_questions.about_lines(view.t, view.data, ", ".join(city.name for city in view.cities), view.year)
    return [*lines, (view.t("compare.comparator"), view.against)]
