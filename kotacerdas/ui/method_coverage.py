"""Part 5 of the method page: what exists per round, component and page, what was left out, and what cannot be known."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from kotacerdas.charts.palette import NEUTRALS, Theme, css
from kotacerdas.i18n import MISSING, Text
from kotacerdas.instrument import Node
from kotacerdas.published import RADAR_COMPONENTS, Published
from kotacerdas.ui import notice, shell, state
from kotacerdas.ui.method_table import short


def draw(t: Text, data: Published, whole: bool) -> None:
    """Rounds, question scores per component, the pages of the annex, what was left out, what cannot be known."""
    year = next(year for year in data.years if data.round(year).status == "published")
    st.header(
        t(
            "method.coverage.title",
            count=t.integer(int(data.results(year)["final"].notna().sum())),
            of=t.integer(data.round(year).counts.get("took_part")),
            year=year,
        ),
        anchor="coverage",
    )
    st.markdown(t("method.coverage.lead"))
    table = rounds(t, data)
    short(
        table,
        alt=t("method.coverage.rounds_alt"),
        formats=dict.fromkeys(table.columns[2:], t.integer),
        links=[state.href("peringkat", year=round_) for round_ in data.years],
    )
    _questions(t, data)
    for ragged in data.years:
        if data.round(ragged).status == "published" and len(data.question_matrix(ragged)) > 1:
            _blocks(t, data, ragged)
    _excluded(t, data)
    _unknown(t, data, year)


def rounds(t: Text, data: Published) -> pd.DataFrame:
    """One row per round: cities by status, and how many have question scores. Derived rounds invited nobody."""
    rows = []
    for year in data.years:
        entry, frame = data.round(year), data.results(year)
        status = frame["status"].value_counts()
        derived = entry.status == "derived"

        def known(name: str, derived: bool = derived, status: pd.Series[int] = status) -> int | None:
            return None if derived else int(status.get(name, 0))

        rows.append(
            {
                t("state.year"): str(year),
                t("method.coverage.kind"): t(f"status.{entry.status}"),
                t("method.coverage.invited"): None if derived else len(frame),
                t("method.coverage.took_part"): entry.counts.get("took_part"),
                t("method.coverage.finals"): int(frame["final"].notna().sum()),
                t("method.coverage.cities"): len(data.question_matrix(year)),
                t("status.did_not_take_part").capitalize(): known("did_not_take_part"),
                t("status.not_in_copy").capitalize(): known("not_in_copy"),
                t("status.not_final").capitalize(): known("not_final"),
            }
        )
    table, waiting = pd.DataFrame(rows), t("status.not_final").capitalize()
    return table if table[waiting].any() else table.drop(columns=waiting)


def _questions(t: Text, data: Published) -> None:
    table = questions(t, data)
    st.subheader(t("method.coverage.questions"), anchor="questions")
    st.markdown(t("method.coverage.questions_text"))
    formats = dict.fromkeys(table.columns[2:], t.integer) | {table.columns[-1]: lambda share: t.percent(share, 1)}
    links = [state.href("peringkat", year=year) for year in table[t("state.year")]]
    short(table, alt=t("method.coverage.questions"), formats=formats, links=links)


def questions(t: Text, data: Published) -> pd.DataFrame:
    """Published question scores per round and component: questions, cities with any and all of them, share of cells."""
    rows = []
    for year in data.years:
        cities = int(data.results(year)["final"].notna().sum())
        for part in data.coverage(year).itertuples():
            if part.questions:
                rows.append(
                    {
                        t("state.year"): str(year),
                        t("method.component"): t(f"component.{part.component}"),
                        t("method.coverage.asked"): part.questions,
                        t("method.coverage.some"): part.cities,
                        t("method.coverage.all"): part.complete,
                        t("method.coverage.share"): part.cells / (part.questions * cities),
                    }
                )
    return pd.DataFrame(rows)


# ---- the pages of an annex ---------------------------------------------------------------------------------------


def _blocks(t: Text, data: Published, year: int) -> None:
    frame = _blocks_of(data.data.digest, t, data, year, t.lang)
    if frame.empty:
        return
    st.subheader(t("method.coverage.blocks", year=year), anchor=f"blocks-{year}")
    st.markdown(t("method.coverage.blocks_text"))
    named = frame.rename(columns=notice.literal)
    shares = list(named.columns[1:])
    theme = shell.theme_mode()
    styled = named.style.format(t.percent, subset=shares, na_rep=MISSING).map(
        lambda share: f"background-color: {shade(share, theme)}", subset=shares
    )
    st.table(styled, hide_index=True, border="horizontal", alt=t("method.coverage.blocks_alt", year=year))


@st.cache_resource(max_entries=4, show_spinner=False)
def _blocks_of(digest: str, _t: Text, _data: Published, year: int, lang: str) -> pd.DataFrame:
    return blocks(_t, _data, year)


def shade(share: float, theme: Theme) -> str:
    """The background of a coverage cell: nothing at 0, the app's own colour at 1, light enough to read on."""
    return css(NEUTRALS[theme].primary, round(0.4 * share, 2))


def blocks(t: Text, data: Published, year: int) -> pd.DataFrame:
    """Share of the cells that are published, per part of the questionnaire (rows) and block of table rows (columns)."""
    instrument = next(iter(data.data.instruments[name] for name in data.round(year).instruments.values()))
    matrix = data.question_matrix(year)
    rows = data.results(year)["source_row"].reindex(matrix.index)
    excluded = data.data.tables["excluded_rows"]
    ours = excluded[excluded["source_document"] == data.round(year).source.document]
    spans = sorted({tuple(int(end) for end in block.split("-")) for block in ours["block"]})
    parts: dict[str, list[str]] = {}
    for node in instrument.of_kind("question"):
        parts.setdefault(part_name(t, node), []).append(node.id)
    table = []
    for name, ids in parts.items():
        row: dict[str, object] = {t("method.coverage.part"): t("method.coverage.part_count", name=name, count=len(ids))}
        for low, high in spans:
            cells = matrix.loc[rows.between(low, high).fillna(False).to_numpy(dtype=bool), ids]
            row[t("method.coverage.rows", low=low, high=high)] = (
                float(cells.notna().to_numpy().mean()) if cells.size else 0.0
            )
        table.append(row)
    return pd.DataFrame(table)


def part_name(t: Text, node: Node) -> str:
    """The part of the questionnaire a question stands in: its component, with its smart dimension where it has one."""
    component = t(f"component.{node.parent}")
    if node.dimension:
        return t("method.coverage.block", component=component, part=t(f"dimension.{node.dimension}"))
    if node.parent in RADAR_COMPONENTS and node.subdimension:
        return t("method.coverage.block", component=component, part=t.label(node.subdimension).lower())
    return component


# ---- what is not there -------------------------------------------------------------------------------------------


def _excluded(t: Text, data: Published) -> None:
    table = excluded(t, data)
    st.subheader(
        t("method.coverage.excluded", count=t.integer(len(data.data.tables["excluded_rows"]))), anchor="excluded"
    )
    links = [state.href("metode", part="sources")] * len(table)
    short(table, alt=t("method.coverage.excluded_alt"), links=links)


def excluded(t: Text, data: Published) -> pd.DataFrame:
    """The pages left out, one row per page and reason with the blocks of table rows it concerns."""
    frame = data.data.tables["excluded_rows"]
    reason = "reason_in" if t.lang == "id" else "reason_en"
    rows = []
    for (document, page, why), group in frame.groupby(["source_document", "page", reason]):
        source = data.sources[str(document)]
        titles = {table.id: t.label(table.title) for table in source.tables}
        rows.append(
            {
                t("method.source"): t(f"method.document.{document}"),
                t("method.coverage.page"): titles.get(str(page), str(page)),
                t("method.coverage.blocks_short"): ", ".join(block.replace("-", "–") for block in group["block"]),
                t("method.coverage.reason"): str(why),
            }
        )
    return pd.DataFrame(rows)


def _unknown(t: Text, data: Published, year: int) -> None:
    st.subheader(t("method.coverage.unknown"), anchor="unknown")
    st.markdown("\n".join(f"- {sentence}" for sentence in unknown(t, data, year)))


def unknown(t: Text, data: Published, year: int) -> list[str]:
    """What the available copies cannot tell, each with its figures."""
    frame = data.results(year)
    hidden = int((frame["status"] == "not_in_copy").sum())
    took_part = data.round(year).counts.get("took_part", 0) - int(frame["final"].notna().sum())
    inferred = int((frame["status"] == "did_not_take_part").sum())
    gaps = [gap for gap in range(min(data.years), max(data.years)) if gap not in data.years]
    sentences = [
        t("method.unknown.hidden", year=year, count=hidden, took_part=took_part, rest=hidden - took_part),
        t("method.unknown.inferred", year=year, count=inferred),
        t("method.unknown.groups", year=year, count=int(frame["group"].isna().sum())),
        *(t("method.unknown.gap", year=gap) for gap in gaps),
    ]
    for instrument in data.data.instruments.values():
        absent = absent_numbers([node.id for node in instrument.of_kind("indicator")])
        if instrument.status == "draft" and absent:
            sentences.append(t("method.unknown.indicators", numbers=", ".join(map(str, absent)), count=len(absent)))
    return sentences


def absent_numbers(ids: list[str]) -> list[int]:
    """The numbers missing from `i1` up to the highest.

    >>> absent_numbers(["i2", "i4"])
    [1, 3]
    """
    numbers = {int(node_id[1:]) for node_id in ids if node_id[1:].isdigit()}
    return [number for number in range(1, max(numbers, default=0)) if number not in numbers]
