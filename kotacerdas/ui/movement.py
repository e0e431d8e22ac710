"""Why did the rank move? A city between two rounds, split into its own figures and the rest of the field.

`draw` is the section of the page `ketahanan` with the choice of the two rounds; `brief` is one sentence with a link
to it, for the profile of the city.
"""

from __future__ import annotations

import streamlit as st

from kotacerdas import movement
from kotacerdas.charts.palette import Theme
from kotacerdas.i18n import Text
from kotacerdas.movement import RankSplit, ScoreSplit
from kotacerdas.problem import Problem
from kotacerdas.published import Published
from kotacerdas.ui import filters, notice, state, tables
from kotacerdas.ui.movement_words import PLACES, POINTS, rank_finding, score_finding, steps, table, weights
from kotacerdas.ui.registry import ROOMS

ROOM = "ketahanan"
"""The room of the whole section."""

VIEWS = ("places", "points")
"""What the picture shows: places of the rank, or points of the final. URL parameter `split`."""


def draw(t: Text, data: Published, code: str, mode: Theme) -> None:
    """The section: two rounds to choose, the finding, waterfall and table, and what they mean."""
    years = movement.years_of(data, code)
    if not any(movement.after(data, code, year) for year in years):
        _too_few(t, data, code, years)
    else:
        _section(t, data, code, years, mode)


def brief(t: Text, data: Published, code: str, year: int) -> None:
    """The finding for a round and an earlier one, and the way to the section; nothing where there is no such pair."""
    first = movement.earlier(data, code, year)
    if first is None:
        return
    split = movement.rank_split(data, code, first, year)
    st.header(notice.literal(rank_finding(t, split)), anchor="movement")
    st.caption(notice.literal(_field_in_brief(t, split)))
    if any(room.slug == ROOM for room in ROOMS):
        chosen = {"from": first, "to": year, "year": data.round(year).derived_from or year}
        state.page_link(ROOM, t("movement.more"), icon=":material/arrow_forward:", city=code, carried=chosen)


def _too_few(t: Text, data: Published, code: str, years: tuple[int, ...]) -> None:
    name = data.city(code)["name"]
    st.header(t("movement.title"), anchor="movement")
    if len(years) > 1:
        sentence = t.problem(Problem("movement_scales", first=years[0], last=years[-1]))
    elif years:
        sentence = t("movement.one", city=name, year=filters.year_name(years[0], t, data))
    else:
        sentence = t("movement.none", city=name)
    notice.missing(sentence, detail=t("movement.two_needed"))


@st.fragment
def _section(t: Text, data: Published, code: str, years: tuple[int, ...], mode: Theme) -> None:
    with notice.caught(t):
        head = st.container(key="movement-head", gap="xsmall")
        first, last, view = _choices(t, data, code, years)
        split: RankSplit | ScoreSplit
        if view == "places":
            split = movement.rank_split(data, code, first, last)
            finding = rank_finding(t, split)
        else:
            split = movement.score_split(data, code, first, last)
            finding = score_finding(t, split)
        with head:
            st.header(notice.literal(finding), anchor="movement")
            st.caption(notice.literal(_context(t, data, code, split.years)))
        left, right = st.columns([1, 1], gap="large")
        with left, st.container(key="movement-chart"):
            _chart(t, data, split, finding, mode)
        with right, st.container(key="movement-table"):
            heads, rows = table(t, split)
            tables.short(heads, rows, figures=range(1, len(heads)), total=True)
        with st.container(key="movement-notes", gap="xsmall"):
            for sentence in _notes(t, data, split):
                st.caption(notice.literal(sentence))


def _choices(t: Text, data: Published, code: str, years: tuple[int, ...]) -> tuple[int, int, str]:
    """The two rounds, the earlier one first, and what the picture shows.

    A later round in the URL that does not come after the chosen earlier one gives way without a word.
    """

    def named(year: int) -> str:
        return filters.year_name(year, t, data)

    firsts = tuple(year for year in years if movement.after(data, code, year))
    usual = next((year for last in reversed(years) if (year := movement.earlier(data, code, last))), firsts[0])
    with st.container(key="movement-choices", horizontal=True, vertical_alignment="bottom", gap="medium"):
        first = state.choose(
            "from",
            firsts,
            label=t("movement.from"),
            shown=named,
            default=usual,
            look="segmented",
        )
        after = movement.after(data, code, first)
        if state.param("to") in {str(year) for year in years if year not in after}:
            state.clear(["to"])
        last = state.choose("to", after, label=t("movement.to"), shown=named, default=after[-1], look="segmented")
        view = state.choose(
            "split",
            VIEWS,
            label=t("movement.view"),
            shown=lambda name: t(f"movement_view.{name}"),
            default=VIEWS[0],
            look="segmented",
        )
    return first, last, view


def _chart(t: Text, data: Published, split: RankSplit | ScoreSplit, finding: str, mode: Theme) -> None:
    from kotacerdas.charts import waterfall
    from kotacerdas.charts.frame import CONFIG

    rows = steps(t, data, split)
    if isinstance(split, RankSplit):
        start, decimals, totals, unit = float(split.ranks[0]), PLACES, 0, t("movement.unit_places")
    else:
        start, decimals, totals, unit = float(split.finals[0]), POINTS, 2, t("movement.unit_points")
    countdown = isinstance(split, RankSplit)
    st.plotly_chart(
        waterfall.waterfall(
            rows, start, t, mode, decimals=decimals, total_decimals=totals, unit=unit, countdown=countdown
        ),
        theme=None,
        config=CONFIG,
        key="movement",
        alt=waterfall.alt(
            finding, rows, start, t, decimals=decimals, total_decimals=totals, unit=unit, countdown=countdown
        ),
    )


# ---- what stands beside the figures ------------------------------------------------------------------------------


def _context(t: Text, data: Published, code: str, years: tuple[int, int]) -> str:
    """The city, and its final, rank and status in both rounds."""
    rows = data.trend(code).set_index("year").loc[list(years)].reset_index().to_dict("records")
    rounds = [
        t(
            "movement.round",
            year=row["year"],
            final=t.number(row["final"]),
            rank=t.integer(row["rank"]),
            ranked=t.integer(row["ranked"]),
            status=t(f"status.{row['status']}"),
        )
        for row in rows
    ]
    return " · ".join([str(data.city(code)["name"]), *rounds])


def _notes(t: Text, data: Published, split: RankSplit | ScoreSplit) -> list[str]:
    """How to read the figures, in plain words, from the most to the least needed."""
    derived = [year for year in split.years if not data.round(year).instruments]
    changed = weights(t, split)
    evaluations = {data.round(year).derived_from or year for year in split.years}
    notes = []
    if derived:
        both = t("city.list_and", first=derived[0], last=derived[-1]) if len(derived) > 1 else derived[0]
        notes.append(t("movement.derived", years=both))
    if isinstance(split, RankSplit):
        notes += [t("movement.about_places"), _about_field(t, split)]
    elif split.detailed:
        notes.append(t("movement.about_points"))
    if changed:
        notes.append(t("movement.weights", changes=changed))
    if len(evaluations) > 1:
        notes.append(t("movement.questionnaire", first=min(evaluations), last=max(evaluations)))
    return notes


def _about_field(t: Text, split: RankSplit) -> str:
    """Who the other cities are, and what stands in their columns."""
    return t(f"movement_field.{_moving(split)}", **_field(t, split))


def _field_in_brief(t: Text, split: RankSplit) -> str:
    """Who the other cities are, and no more."""
    return t(f"movement_brief.{_moving(split)}", **_field(t, split))


def _moving(split: RankSplit) -> str:
    """Whether newcomers and leavers are to be mentioned: only where there are any."""
    return "moving" if split.cities["newcomers"] or split.cities["leavers"] else "same"


def _field(t: Text, split: RankSplit) -> dict[str, str]:
    counts = {name: t.integer(count) for name, count in split.cities.items()}
    return {"first": str(split.years[0]), "last": str(split.years[1]), **counts}
