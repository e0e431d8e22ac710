"""The radar of a city: six smart dimensions within Outcome and within Impact, or the components where that is all."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from kotacerdas import profile
from kotacerdas.charts.palette import Theme
from kotacerdas.charts.radar import Shape
from kotacerdas.i18n import Text
from kotacerdas.instrument import DIMENSIONS
from kotacerdas.published import RADAR_COMPONENTS, Published
from kotacerdas.ui import notice, scale_words, state, tables

LEAST_AXES = 3
"""A trace with fewer points than this is left to the table."""


def _drawable(dims: pd.DataFrame) -> list[str]:
    return [c for c in RADAR_COMPONENTS if dims.loc[c]["value"].notna().sum() >= LEAST_AXES]


def views(dims: pd.DataFrame) -> list[str]:
    """The radars a city has: Outcome and Impact as two traces or each with medians, and always the components.

    Where the nation has no median (one city only), both traces come first, else Outcome with the medians.
    """
    drawable = _drawable(dims)
    if len(drawable) < 2:
        return [*drawable, "components"]
    compared = dims.loc["outcome"]["national"].notna().any()
    return [*drawable, "both", "components"] if compared else ["both", *drawable, "components"]


def draw(t: Text, data: Published, code: str, year: int, parts: pd.DataFrame, dims: pd.DataFrame, mode: Theme) -> None:
    """The radar with its view control, its figures as a table, and what a reader must know about them."""
    from kotacerdas.charts import radar
    from kotacerdas.charts.frame import CONFIG

    offered = views(dims)
    heading = st.container()
    view = offered[0]
    if len(offered) > 1:
        view = state.choose(
            "radar",
            offered,
            label=t("city.radar"),
            shown=lambda name: t(f"city.radar_view.{name}"),
            default=offered[0],
            look="segmented",
            quiet=True,
        )
    axes, shapes = _shapes(t, str(data.city(code)["name"]), view, parts, dims)
    finding = _radar_finding(t, view, parts, dims)
    heading.header(finding, anchor="comparison")
    heading.caption(notice.literal(t(f"city.radar_about.{view}", **scale_words.ends(t, data.bounds(year)))))
    st.plotly_chart(
        radar.radar(axes, shapes, t, mode, bounds=data.bounds(year)),
        theme=None,
        config=CONFIG,
        key="radar",
        alt=radar.alt(finding, axes, shapes, t),
    )
    if view == "components":
        if len(offered) == 1 and data.asked_in(year).dimensioned:
            partial = code in data.question_matrix(year).index
            key = "city.radar_components_partial" if partial else "city.radar_components_only"
            st.caption(notice.literal(t(key, year=year)))
        return
    with st.expander(t("city.as_table"), icon=":material/table:"):
        _dimension_table(t, view, dims)
    st.caption(notice.literal(" ".join(_dimension_notes(t, data, year, view, dims))))


def _shapes(
    t: Text, city: str, view: str, parts: pd.DataFrame, dims: pd.DataFrame
) -> tuple[Mapping[str, str], list[Shape]]:
    """Axes and shapes of a view; a median that does not exist is no shape."""
    if view == "both":
        axes = {name: t(f"dimension.{name}") for name in DIMENSIONS}
        roles = {"outcome": "chosen", "impact": "second"}
        return axes, [Shape(t(f"component.{c}"), dims.loc[c]["value"].to_dict(), role) for c, role in roles.items()]  # type: ignore[arg-type]
    if view == "components":
        axes, frame, own = {name: t(f"component.{name}") for name in parts.index}, parts, city
    else:
        axes, frame = {name: t(f"dimension.{name}") for name in DIMENSIONS}, dims.loc[view]
        own = t("city.radar_own", city=city, component=t(f"component.{view}"))
    shapes = [Shape(own, frame["value"].to_dict(), "chosen")]
    if frame["national"].notna().any():
        shapes.append(Shape(t("city.national_median"), frame["national"].to_dict(), "nation"))
    if frame["peers"].notna().any():
        shapes.append(Shape(t("city.peer_median"), frame["peers"].to_dict(), "peers"))
    return axes, shapes


def _radar_finding(t: Text, view: str, parts: pd.DataFrame, dims: pd.DataFrame) -> str:
    if view == "both":
        lows = [_ends(t, dims.loc[component]["value"], "dimension")[1] for component in RADAR_COMPONENTS]
        return t("city.radar_finding_both", outcome=lows[0], impact=lows[1])
    values = parts["value"] if view == "components" else dims.loc[view]["value"]
    high, low = _ends(t, values, "component" if view == "components" else "dimension")
    if high == low:
        return t("city.radar_finding_even", value=high)
    return t("city.radar_finding", what=t(f"city.radar_view.{view}"), high=high, low=low)


def _ends(t: Text, values: pd.Series[float], words: str) -> tuple[str, str]:
    """The highest and the lowest with their names; all names where several share the score."""

    def named(value: float) -> str:
        names = [t(f"{words}.{name}") for name in values.index[values.round(9) == round(value, 9)]]
        listed = t("city.list_and", first=", ".join(names[:-1]), last=names[-1]) if len(names) > 1 else names[0]
        return t("city.named_value", name=listed, value=t.number(value))

    return named(values.max()), named(values.min())


def _dimension_table(t: Text, view: str, dims: pd.DataFrame) -> None:
    """The figures of the radar in the fixed order, and those of a component too thinly covered to be drawn."""
    columns: list[tuple[str, pd.Series[float]]] = []
    for component in RADAR_COMPONENTS if view == "both" else (view,):
        columns.append((t(f"component.{component}"), dims.loc[component]["value"]))
    if view != "both":
        for name, head in (("national", "city.national_median"), ("peers", "city.peer_median")):
            if dims.loc[view][name].notna().any():
                columns.append((t(head), dims.loc[view][name]))
        columns += [(t(f"component.{other}"), dims.loc[other]["value"]) for other in _thin(dims)]
    rows = [[t(f"dimension.{name}"), *(t.number(values[name]) for _, values in columns)] for name in DIMENSIONS]
    tables.short([t("city.dimension"), *(head for head, _ in columns)], rows, figures=range(1, len(columns) + 1))


def _thin(dims: pd.DataFrame) -> list[str]:
    """Components with a score in some dimension, but in too few for a shape."""
    known = [c for c in RADAR_COMPONENTS if dims.loc[c]["value"].notna().any()]
    return [c for c in known if c not in _drawable(dims)]


def _dimension_notes(t: Text, data: Published, year: int, view: str, dims: pd.DataFrame) -> list[str]:
    """What a reader must know about the figures: how many cities a median is over, what is incomplete or rounded."""
    notes = [t("city.dimensions_thin", component=t(f"component.{component}")) for component in _thin(dims)]
    for component in RADAR_COMPONENTS:
        block = dims.loc[component]
        partial = block[block["value"].isna() & (block["known"] > 0)]
        if len(partial):
            names = ", ".join(
                t(
                    "city.dimension_partial",
                    name=t(f"dimension.{name}"),
                    known=row["known"],
                    questions=row["questions"],
                )
                for name, row in partial.iterrows()
            )
            notes.append(t("city.dimensions_partial", component=t(f"component.{component}"), names=names))
    if view != "both" and dims.loc[view]["national"].notna().any():
        notes.append(_median_note(t, view, dims))
    if dims["national"].isna().all():
        notes.append(no_median(t, data, year))
    if whole_numbers(data, year):
        notes.append(t("city.whole_numbers", year=year))
    return notes


def _median_note(t: Text, view: str, dims: pd.DataFrame) -> str:
    cities = dims.loc[view]["national_cities"]
    low, high = int(cities[cities >= profile.LEAST_NATION].min()), int(cities.max())
    span = t.integer(low) if low == high else t("city.span", low=t.integer(low), high=t.integer(high))
    peer = t.integer(int(dims.loc[view]["peer_cities"].max()))
    return t("city.dimension_medians", cities=span, peers=peer, component=t(f"component.{view}"))


def no_median(t: Text, data: Published, year: int) -> str:
    """Why there is no national median by question: too few cities have their questions published."""
    codes = data.question_matrix(year).index
    names = ", ".join(data.cities.loc[codes, "name"].head(profile.LEAST_NATION))
    return t("city.no_question_median", year=year, cities=names)


def whole_numbers(data: Published, year: int) -> bool:
    """Whether the round printed question scores as whole numbers, so that their means only approximate."""
    instrument = data.asked_in(year)
    question = instrument.of_kind("question")[0]
    return instrument.scale(question.id).step == 1
