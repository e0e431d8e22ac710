"""The questions of a city: what is strongest and weakest, and the whole table with its downloads."""

from __future__ import annotations

import functools

import pandas as pd
import streamlit as st

from kotacerdas import export, profile
from kotacerdas.i18n import MISSING, Text
from kotacerdas.instrument import DIMENSIONS, Instrument
from kotacerdas.published import Published
from kotacerdas.ui import city_radar, downloads, notice, provenance, shell, state, tables

HEIGHT = 458
"""Twelve rows and the head."""


def _instrument(data: Published, code: str, year: int) -> Instrument:
    return data.instrument_of(year, data.results(year).at[code, "group"])


# ---- the two ends --------------------------------------------------------------------------------------------


def extremes(t: Text, data: Published, code: str, year: int) -> None:
    """Five weakest with what a step would add, five strongest; ties are counted, not hidden."""
    frame = profile.questions(data, code, year)
    weak, strong = profile.weakest(frame), profile.strongest(frame)
    gain = weak.frame["room"].sum()
    st.header(t("city.extremes_title", count=len(weak.frame), points=t.number(gain)), anchor="extremes")
    st.caption(notice.literal(t("city.extremes_about", step=_step(t, frame))))
    left, right = st.columns([7, 5], gap="large")
    instrument, places = _instrument(data, code, year), tables.places(frame["value"])
    with left:
        st.markdown(f"**{t('city.weakest')}**")
        _end(t, instrument, weak, ["gain", "room"], places)
        _shared(t, weak, places)
    with right:
        st.markdown(f"**{t('city.strongest')}**")
        _end(t, instrument, strong, [], places)
        _shared(t, strong, places)


def _end(t: Text, instrument: Instrument, end: profile.Extreme, figures: list[str], places: int) -> None:
    heads = [t("city.question"), t("city.score_head"), *(t(f"city.{name}_head") for name in figures)]
    rows = [
        [
            t(
                "city.question_in",
                number=row["number"],
                question=t.label(instrument[question].label),
                component=t(f"component.{row['component']}"),
            ),
            t.number(row["value"], places),
            *(t.number(row[name], 4) for name in figures),
        ]
        for question, row in end.frame.iterrows()
    ]
    tables.short(heads, rows, figures=range(1, len(heads)))


def _shared(t: Text, end: profile.Extreme, places: int) -> None:
    if end.cut:
        shown = int((end.frame["value"] == end.score).sum())
        score = t.number(end.score, places)
        st.caption(notice.literal(t("city.extremes_shared", count=end.sharing, score=score, shown=shown)))


def _step(t: Text, frame: pd.DataFrame) -> str:
    step = frame["step"].iloc[0]
    return t.number(step, 0 if step == int(step) else 1)


# ---- the whole table -----------------------------------------------------------------------------------------


def none(t: Text, data: Published, year: int) -> None:
    """The empty state of a round in which this city's questions are not published."""
    st.header(t("city.questions_none_title", year=year), anchor="questions")
    matrix = data.question_matrix(year)
    names = ", ".join(data.cities.loc[matrix.index, "name"].head(3))
    detail = t("city.questions_only", cities=names) if 0 < len(matrix) <= 3 else t("city.questions_see_components")
    notice.missing(t("city.questions_none", year=year), detail=detail)


def table(t: Text, data: Published, code: str, year: int) -> None:
    """The table of the questions with its filters; in a fragment, so that a filter does not redraw the page."""
    _table(code, year)


@st.fragment
def _table(code: str, year: int) -> None:
    from kotacerdas.ui import cache

    t = state.text()
    with notice.caught(t):
        _draw_table(t, cache.published(), code, year)


def _draw_table(t: Text, data: Published, code: str, year: int) -> None:
    frame = profile.questions(data, code, year)
    coverage = profile.coverage(frame)
    known, asked = int(coverage["known"].sum()), int(coverage["questions"].sum())
    best = float(frame["value"].max())
    top = int((frame["value"] == best).sum())
    score = t.number(best, 0 if best == round(best) else tables.places([best]))
    st.header(t("city.questions_title", known=known, asked=asked, top=top, score=score), anchor="questions")
    st.caption(notice.literal(" ".join([_coverage_line(t, coverage), *_notes(t, data, frame, year)])))
    with st.container(key="city-questions-filters", horizontal=True, vertical_alignment="bottom", gap="small"):
        component = state.choose(
            "component",
            list(coverage.index),
            label=t("city.component"),
            shown=lambda name: t(f"component.{name}"),
            width=200,
        )
        dimension = state.choose(
            "dimension", DIMENSIONS, label=t("city.dimension"), shown=lambda name: t(f"dimension.{name}"), width=220
        )
        state.reset(("component", "dimension"))
    shown = frame
    if component:
        shown = shown[shown["component"] == component]
    if dimension:
        shown = shown[shown["dimension"] == dimension]
    if shown.empty:
        notice.missing(t("city.questions_no_match"))
        return
    instrument = _instrument(data, code, year)
    _grid(t, instrument, shown, year)
    _files(t, data, instrument, shown, code, year)


def _coverage_line(t: Text, coverage: pd.DataFrame) -> str:
    parts = [
        t("city.coverage_part", component=t(f"component.{name}"), known=row["known"], questions=row["questions"])
        for name, row in coverage.iterrows()
    ]
    return t("city.coverage", parts="; ".join(parts))


def _notes(t: Text, data: Published, frame: pd.DataFrame, year: int) -> list[str]:
    notes = []
    silent = frame[frame["status"] == "no_answers"]
    if len(silent):
        notes.append(t("city.questions_silent", count=len(silent)))
    if (frame["status"] == "not_legible").any():
        notes.append(t("city.questions_not_legible", count=int((frame["status"] == "not_legible").sum())))
    if frame["step"].eq(1).all():
        notes.append(t("city.whole_numbers", year=year))
    if frame["national_median"].notna().any():
        notes.append(t("city.questions_median", least=profile.LEAST_NATION))
    else:
        notes.append(city_radar.no_median(t, data, year))
    if frame["change"].notna().any():
        earlier = int(frame["previous_year"].dropna().iloc[0])
        count = int(frame["change"].notna().sum())
        notes.append(t("city.questions_change", count=count, earlier=earlier, year=year, step=_step(t, frame)))
    return notes


def _grid(t: Text, instrument: Instrument, frame: pd.DataFrame, year: int) -> None:
    """The table on screen: figures sort as figures and read in the language of the page."""
    places = tables.places(pd.concat([frame[name] for name in ("value", "national_median", "change")]))
    one, signed, four = (lambda v: t.number(v, places)), (lambda v: t.signed(v, places)), (lambda v: t.number(v, 4))
    columns: dict[str, pd.Series[float] | list[str]] = {
        t("city.number_head"): frame["number"],
        t("city.question"): [t.label(instrument[question].label) for question in frame.index],
        t("city.component"): [t(f"component.{name}") for name in frame["component"]],
        t("city.dimension"): [
            t(f"dimension.{name}") if isinstance(name, str) else MISSING for name in frame["dimension"]
        ],
        t("city.score_head"): frame["value"],
    }
    formats = {t("city.score_head"): one}
    if frame["national_median"].notna().any():
        columns[t("city.national_median")] = frame["national_median"]
        formats[t("city.national_median")] = one
    if frame["previous"].notna().any():
        earlier = t("city.change_head", year=int(frame["previous_year"].dropna().iloc[0]))
        columns[earlier] = frame["change"]
        formats[earlier] = signed
    gain = t("city.gain_head")
    columns[gain] = frame["gain"]
    formats[gain] = four
    wide = pd.DataFrame(columns, index=frame.index)
    phone = shell.on_phone()
    if phone:  # The score must be seen without scrolling sideways.
        wide.insert(1, t("city.score_head"), wide.pop(t("city.score_head")))
    st.dataframe(
        wide.style.format(formats, na_rep=MISSING),
        hide_index=True,
        height=tables.height(len(wide), HEIGHT),
        placeholder=MISSING,
        key="questions",
        column_config={
            t("city.number_head"): st.column_config.NumberColumn(width=48 if phone else 56, pinned=phone),
            t("city.question"): st.column_config.TextColumn(width=232 if phone else "large"),
            t("city.score_head"): st.column_config.NumberColumn(width=62 if phone else "small"),
            gain: st.column_config.NumberColumn(help=t("city.gain_help", step=_step(t, frame))),
        },
        alt=t("city.questions_alt", count=len(wide), year=year),
    )


# ---- files ---------------------------------------------------------------------------------------------------


def _files(t: Text, data: Published, instrument: Instrument, frame: pd.DataFrame, code: str, year: int) -> None:
    name = functools.partial(export.file_name, ("kotacerdas", data.city(code)["name"], year, t("city.file_questions")))
    city = str(data.city(code)["name"])
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        downloads.button(
            t("city.download_csv"),
            name("csv"),
            lambda: export.to_csv(_sheet(t, data, instrument, frame)),
            key="questions-csv",
        )
        downloads.button(
            t("city.download_xlsx"),
            name("xlsx"),
            lambda: export.to_xlsx(
                _sheet(t, data, instrument, frame),
                t("city.sheet_questions"),
                about_lines(t, data, city, year),
                about=t("city.sheet_sources"),
            ),
            key="questions-xlsx",
        )
        st.caption(t("city.download_shown", count=len(frame)), width="content")


def about_lines(t: Text, data: Published, city: str, year: int) -> list[tuple[str, str]]:
    """The sheet that says what a file holds and where its figures come from."""
    lines = [
        (t("city.about_city"), city),
        (t("state.year"), str(year)),
        (t("city.about_data"), t("shell.data", version=data.version, date=t.date(data.created))),
        (t("city.about_note"), t("city.about_official")),
    ]
    return lines + [
        (source.id, "; ".join([t.label(source.title), t.label(source.publisher), source.date, t.label(source.terms)]))
        for source in data.data.sources
        if source.id in _documents(data, year)
    ]


def _documents(data: Published, year: int) -> set[str]:
    rows = data.data.tables["results"]
    return {str(name) for name in rows.loc[rows["year"] == year, "source_document"].unique()}


def _sheet(t: Text, data: Published, instrument: Instrument, frame: pd.DataFrame) -> pd.DataFrame:
    """What the file holds: the rows shown, in full precision, each with status and source."""
    groups = [instrument[question].subdimension for question in frame.index]
    return pd.DataFrame(
        {
            t("city.number_head"): frame["number"],
            t("city.question"): [t.label(instrument[question].label) for question in frame.index],
            t("city.component"): [t(f"component.{name}") for name in frame["component"]],
            t("city.subdimension"): [t.label(group) if group else None for group in groups],
            t("city.dimension"): [
                t(f"dimension.{name}") if isinstance(name, str) else None for name in frame["dimension"]
            ],
            t("city.score_head"): frame["value"],
            t("city.national_median"): frame["national_median"],
            t("city.median_cities"): frame["cities"],
            t("city.previous_year"): frame["previous_year"],
            t("city.previous"): frame["previous"],
            t("city.change"): frame["change"],
            t("city.points_one"): frame["points"],
            t("city.gain_head"): frame["gain"],
            t("city.room_head"): frame["room"],
            t("city.status_head"): [t(f"city.question_status.{status}") for status in frame["status"]],
            t("city.source"): [
                provenance.words(t, data, row["source_document"], row["source_table"], row["source_row"])
                if isinstance(row["source_document"], str)
                else None
                for row in frame.to_dict("records")
            ],
        }
    )
