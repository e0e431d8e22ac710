"""The pictures: up to three cities as a radar beside all of them on the score axis, and all through the rounds."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from kotacerdas import compare
from kotacerdas.charts.lettered import OVERLAID
from kotacerdas.charts.radar import MOST_SHAPES, Shape
from kotacerdas.compare import Table
from kotacerdas.i18n import MISSING, Text
from kotacerdas.instrument import DIMENSIONS
from kotacerdas.peers import common_components
from kotacerdas.ui import city_trend, compare_words, filters, notice, scale_words, state
from kotacerdas.ui.compare_view import OVERLAY, View

LEAST_AXES = 3
"""A radar needs this many points of a city."""


# ---- the round ---------------------------------------------------------------------------------------------------


def figures(view: View) -> None:
    """The main picture: radar and dots; for a derived round the dots of the finals alone."""
    t = view.t
    st.header(compare_words.apart(view), anchor=False)
    if len(view.cities) > 1:
        st.caption(notice.literal(compare_words.letters(view)))
    if view.components.values.empty:
        _dots(view, 960)
        _dots_table(view)
        notice.missing(t("city.derived_only", year=view.year), detail=filters.derivation(view.year, t, view.data))
        return
    left, right = st.columns([5, 6], gap="large")
    with left, st.container(key="compare-radar"):
        _radar(view)
    with right, st.container(key="compare-dots"):
        _dots(view, 420)
    _dots_table(view)  # under both: beside the radar there is no room for all components


def _dots(view: View, width: int) -> None:
    """Every city on the score axis, final and components."""
    from kotacerdas.charts import dumbbell
    from kotacerdas.charts.frame import CONFIG

    t, table, title = view.t, view.figures, compare_words.apart(view)
    names = {row: view.word(row) for row in table.values.index}
    st.plotly_chart(
        dumbbell.dumbbell(
            table.values, names, view.cities, table.comparator, view.against, t, view.mode,
            bounds=view.bounds, derived=view.derived, width=240 if view.phone else width,
        ),
        theme=None, config=CONFIG, key="dumbbell",
        alt=dumbbell.alt(title, table.values, names, view.cities, table.comparator, view.against, t),
    )  # fmt: skip


def _dots_table(view: View) -> None:
    """The figures of the dots, and the comparator's."""
    t, table = view.t, view.figures
    with st.expander(t("city.as_table"), icon=":material/table:"):
        frame = pd.DataFrame(
            {view.word(row): [*values, table.comparator[row]] for row, values in table.values.iterrows()}
        )
        by_city(view, frame, [view.against], of=t("compare.figure"), alt=compare_words.apart(view))


def by_city(view: View, figures: pd.DataFrame, more: Sequence[str] = (), *, of: str, alt: str) -> None:
    """A table with a row per city, its name a link to its profile; `more` names further rows, which have no profile.

    On a phone it is turned: a column per city, by its letter, is half as wide as one per figure. `of` is what the
    figures are then headed by.
    """
    t, phone = view.t, view.phone
    names = [city.letter if phone else notice.literal(view.tag(city)) for city in view.cities]
    links = [f"[{name}]({state.href('kota', city=city.code)})" for name, city in zip(names, view.cities, strict=True)]
    others = [notice.literal(name) for name in more]

    def show(head: str, first: Sequence[str], table: pd.DataFrame) -> None:
        whole = pd.concat([pd.Series(first, name=head), table.reset_index(drop=True)], axis=1)
        styled = whole.style.format(t.number, subset=list(table.columns), na_rep=MISSING)
        st.table(styled, hide_index=True, border="horizontal", alt=alt)

    if not phone:
        show(t("compare.city"), [*links, *others], figures)
        return
    turned = figures.T.set_axis([*links, *others], axis=1)
    for cities in view.side_by_side(view.cities):
        here = [links[view.cities.index(city)] for city in cities]
        show(of, list(figures.columns), turned[[*here, *others]])


# ---- radar -------------------------------------------------------------------------------------------------------


def _radar(view: View) -> None:
    from kotacerdas.charts import radar
    from kotacerdas.charts.frame import CONFIG

    t = view.t
    kind = _kind(view)
    axes, table = _axes(view, kind)
    _pills(view)
    shown = [city for city in view.cities if city.place != "other"]
    shapes = [Shape(city.name, table.values[city.code].to_dict(), city.place) for city in shown]  # type: ignore[arg-type]
    if len(shapes) < MOST_SHAPES and view.vs not in view.codes and table.comparator.notna().any():
        shapes.append(Shape(view.against, table.comparator.to_dict(), "nation"))
    names = view.named([city.code for city in shown])
    title = _about(t, kind, cities=names, **scale_words.ends(t, view.bounds))
    st.plotly_chart(
        radar.radar(axes, shapes, t, view.mode, bounds=view.bounds), theme=None, config=CONFIG, key="radar",
        alt=radar.alt(title, axes, shapes, t),
    )  # fmt: skip
    st.caption(notice.literal(title))


def _about(t: Text, kind: str, **facts: str) -> str:
    """What the radar shows. Of the evaluations' own components the catalogue can say more than their name."""
    own = f"compare.radar_about.{kind}"
    return t(own, **facts) if own in t else t("compare.radar_about.part", component=t(f"component.{kind}"), **facts)


def _kind(view: View) -> str:
    """What the axes are: components, or the smart dimensions of a component where two cities have enough of them."""
    offered = ["components"]
    for component in compare.dimensioned(view.data, view.year):
        values = compare.dimensions(view.data, view.codes, view.year, view.comparator, component).values
        if (values.notna().sum() >= LEAST_AXES).sum() >= compare.LEAST_SET:
            offered.append(component)
    if len(offered) == 1 and state.param("radar") is None:
        return "components"
    return state.choose(
        "radar",
        offered,
        label=view.t("city.radar"),
        shown=lambda name: view.t(f"city.radar_view.{name}" if name == "components" else f"component.{name}"),
        default="components",
        look="segmented",
        quiet=True,
    )


def _axes(view: View, kind: str) -> tuple[dict[str, str], Table]:
    if kind == "components":
        rows = [row for row in view.components.values.index if row in _shared(view)]
        return {row: view.word(row) for row in rows}, view.components
    table = compare.dimensions(view.data, view.codes, view.year, view.comparator, kind)
    return {name: view.t(f"dimension.{name}") for name in DIMENSIONS if name in table.values.index}, table


def _shared(view: View) -> set[str]:
    """The components all overlaid cities are scored on: the common ones, and others where all of them have a value."""
    values = view.components.values[list(view.overlay)]
    return {*common_components(view.data, view.year), *values.index[values.notna().all(axis=1)]}


def _pills(view: View) -> None:
    """Which cities are overlaid; nothing to choose where three or fewer can be."""
    t = view.t
    drawable = [city.code for city in view.known]
    if len(drawable) <= len(OVERLAID):
        return
    key = state.widget_key(OVERLAY)
    st.session_state[key] = list(view.overlay)
    st.pills(
        t("compare.overlay", most=len(OVERLAID)),
        drawable,
        selection_mode="multi",
        format_func=lambda code: view.lettered(code).tag,
        key=key,
        on_change=_overlay,
        args=(key, view.overlay),
    )


def _overlay(key: str, before: tuple[str, ...]) -> None:
    """Keep three: a fourth takes the place of the one that has been there longest."""
    wanted = st.session_state[key]
    kept = [code for code in before if code in wanted]
    kept += [code for code in wanted if code not in before]
    state.put(OVERLAY, kept[-len(OVERLAID) :])


# ---- through the rounds ------------------------------------------------------------------------------------------


def trend(view: View) -> None:
    """All finals of all cities; one sentence where there are none at all."""
    from kotacerdas.charts import slope
    from kotacerdas.charts.frame import CONFIG

    t, data = view.t, view.data
    finals = compare.trends(data, view.codes)
    finding = _trend_finding(view, finals)
    st.header(finding, anchor=False)
    if finals.empty:
        return
    with st.container(key="compare-trend"):
        st.plotly_chart(
            slope.slope(
                finals, view.cities, data.national_band, t, view.mode, scales=data.scales, height=440
            ),
            theme=None, config=CONFIG, key="slope", alt=slope.alt(finding, finals, view.cities, t),
        )  # fmt: skip
    with st.expander(t("city.as_table"), icon=":material/table:"):
        by_city(view, _by_year(view, finals), of=t("state.year"), alt=finding)
    st.caption(notice.literal(city_trend.marks(t, data, finals)))


def _trend_finding(view: View, finals: pd.DataFrame) -> str:
    t = view.t
    moves = compare.moves(finals)
    if finals.empty:
        return t("city.trend_none")
    if not moves:
        return t("compare.trend_unmoved")
    move, several = moves[0], len(moves) > 1
    first = [other.code for other in moves if other.change == move.change]
    if move.change > 0:
        key = "compare.trend_most" if several else "compare.trend_up"
    elif move.change < 0:
        key = "compare.trend_fell" if several else "compare.trend_down"
    else:
        key = "compare.trend_same"
    return t(
        key,
        cities=view.briefly(first),
        change=t.number(abs(move.change)),
        first=move.first,
        last=move.last,
        count=t.integer(len(moves)),
    )


def _by_year(view: View, finals: pd.DataFrame) -> pd.DataFrame:
    """Cities x rounds, the years in words."""
    wide = finals.pivot(index="code", columns="year", values="final")
    wide = wide.reindex(index=list(view.codes), columns=sorted(view.data.rounds)).reset_index(drop=True)
    return wide.set_axis([filters.year_name(year, view.t, view.data) for year in wide.columns], axis=1)
