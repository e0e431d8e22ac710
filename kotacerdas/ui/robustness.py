"""The page `ketahanan`: how sure the ranks are, under assumptions the reader chooses one button at a time.

From a one-line finding (how far apart two cities must be) down to the bands of every city, the pairs and groups that
cannot be told apart, what each assumption does, and why the rank of one city moved between two rounds.
"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from kotacerdas.draws import deviations, usual_deviation
from kotacerdas.i18n import Text
from kotacerdas.pairs import CONFIDENCE
from kotacerdas.problem import Problem
from kotacerdas.published import Published
from kotacerdas.robustness import JRC_WITHIN_TWO, PRESETS, Settings
from kotacerdas.ui import (
    cache,
    movement,
    notice,
    robustness_assumptions,
    robustness_bands,
    robustness_pairs,
    scale_words,
    shell,
    state,
)
from kotacerdas.ui.robustness_view import View, panel_size, years
from kotacerdas.ui.robustness_words import assumption, context, title

PANEL = ("panel", "combined")
"""The presets that need to know how the assessors of a panel differ."""

SIZES = (3, 5, 7, 9)
"""How many assessors a panel may have had where no source says so."""

PLACES = 2
"""Places from the median that the JRC counts."""


def render() -> None:
    """Draw the page for the round, the preset and the city of the URL."""
    t, data = state.text(), cache.published()
    raw = state.param("year")
    derived = [year for year in data.years if str(year) == raw and year not in years(data)]
    if derived:
        _derived(t, data, derived[0])
        return
    head = st.container(key="robustness-head", gap="xsmall")
    year, settings, city = _controls(t, data)
    if settings.preset in PANEL and panel_size(data, year) is None and settings.panel_size is None:
        with head:
            _without_panel(t, year)
        _movement(t, data)
        return
    with head:
        view = _view(t, data, year, settings, city)
        sentence = title(view)
        st.title(sentence, anchor=False)
        shell.title(sentence)
        st.caption(context(view))
        st.info(t("robustness.banner"), icon=":material/science:")
    _figures(view)
    robustness_bands.draw(view)
    if len(view.bands) > 1:  # a single city is ahead of nobody
        robustness_pairs.distance(view)
        robustness_pairs.pair(view)
        robustness_pairs.groups(view)
    robustness_assumptions.draw(view)
    _movement(t, data)


def _view(t: Text, data: Published, year: int, settings: Settings, city: str | None) -> View:
    return View(
        t=t,
        data=data,
        year=year,
        settings=settings,
        simulated=cache.ensemble(year, settings),
        bands=cache.bands(year, settings),
        city=city,
        mode=shell.theme_mode(),
        phone=shell.on_phone(),
    )


# ---- what there is to choose -------------------------------------------------------------------------------------


def _controls(t: Text, data: Published) -> tuple[int, Settings, str | None]:
    """What is tested, and on whom. The buttons have a line of their own, where they wrap on a phone."""
    with st.container(key="robustness-controls", gap="small"):
        preset = state.choose(
            "preset",
            PRESETS,
            label=t("robustness.preset"),
            shown=lambda name: t(f"robustness_preset.{name}"),
            default=PRESETS[0],
            look="pills",
            help=t("robustness.preset_help"),
        )
        with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
            year = state.choose_year(years(data))
            settings = _panel(t, data, year, preset) if preset in PANEL else Settings(preset=preset)
            ranked = cache.bands(year)["name"]
            city = _choose_city(t, t("robustness.city"), ranked, "city")
            if city is None:
                _say_why(t, data, year)
    return year, settings, city


def _panel(t: Text, data: Published, year: int, preset: str) -> Settings:
    """The stated standard deviation and, where no source gives it, the number of assessors."""
    bounds = data.bounds(year)
    choices = {str(deviation): deviation for deviation in deviations(bounds)}
    chosen = state.choose(
        "sd",
        tuple(choices),
        label=t("robustness.deviation"),
        shown=lambda name: scale_words.points(t, choices[name]),
        default=str(usual_deviation(bounds)),
        help=t("robustness.deviation_help", **scale_words.ends(t, bounds)),
        width=290,
    )
    size = None
    if panel_size(data, year) is None:
        size = state.choose(
            "assessors",
            SIZES,
            label=t("robustness.assessors"),
            look="segmented",
            help=t("robustness.assessors_help", year=year),
        )
    return Settings(preset=preset, deviation=choices[chosen], panel_size=size)


def _choose_city(t: Text, label: str, names: pd.Series[str], key: str) -> str | None:
    """A choice among cities (code -> name), kept in the URL as `city`; nothing while another or none is there."""
    words = {str(code): name for code, name in names.sort_values(key=lambda all_: all_.str.split(n=1).str[-1]).items()}
    raw, key = state.param("city"), state.widget_key(key)
    st.session_state[key] = raw if raw in words else None
    chosen = st.selectbox(
        label,
        list(words),
        index=None,
        format_func=words.__getitem__,
        key=key,
        placeholder=t("robustness.city_none"),
        on_change=lambda: state.put("city", st.session_state[key]),
        width=300,
    )
    return str(chosen) if chosen is not None else None


def _say_why(t: Text, data: Published, year: int) -> None:
    """A city of the URL that is not ranked in the round is answered in one sentence; the page stands without it."""
    code = state.param("city")
    if code is not None and code in data.cities.index:
        notice.say(t("robustness.city_without", city=data.city(code)["name"], year=year))
    elif code is not None:
        notice.say(t.problem(Problem("city_unknown", value=code)))


# ---- rounds that cannot be simulated ----------------------------------------------------------------------------


def _derived(t: Text, data: Published, year: int) -> None:
    """A round of derived finals has no components to simulate with; the rounds that do are one step away."""
    sentence = t("robustness.title_derived", year=year)
    st.title(sentence, anchor=False)
    shell.title(sentence)
    base = data.round(year).derived_from
    notice.missing(t("robustness.derived", year=year, base=base), detail=t("robustness.derived_detail"))
    with st.container(horizontal=True):
        for other in years(data):
            state.step(
                t("robustness.to_year", year=other),
                key=f"to-{other}",
                icon=":material/arrow_forward:",
                year=other,
                city=state.param("city"),
            )
    _movement(t, data)


def _without_panel(t: Text, year: int) -> None:
    """The panel of a round whose sources do not say how many assessors there were."""
    sentence = t("robustness.title_panel", year=year)
    st.title(sentence, anchor=False)
    shell.title(sentence)
    notice.missing(t("robustness.panel_unknown", year=year), detail=t("robustness.panel_unknown_detail"))


# ---- four figures ------------------------------------------------------------------------------------------------


def _figures(view: View) -> None:
    """Near the median, how far apart is enough, inside the band, and which assumption matters most."""
    t, simulated = view.t, view.simulated
    apart = simulated.telling_distance()
    inside, first = simulated.coverage(), view.effects.iloc[0]
    values = {
        "within": t.percent(simulated.within(PLACES)),
        "distance": t.integer(apart),
        "inside": t.percent(inside),
        "most": t.number(first["mean"], 1),
    }
    facts = {
        "places": PLACES,
        "jrc": t.percent(JRC_WITHIN_TWO),
        "points": t.number(apart and view.points_apart(apart)),
        "share": t.percent(CONFIDENCE),
        "inside": t.integer(round(inside * view.ranked)),
        "of": t.integer(view.ranked),
        "assumption": assumption(view, str(first.name)),
    }
    with st.grid(4, min_column_width=150, key="robustness-figures"):
        for name, value in values.items():
            st.metric(
                t(f"robustness_figure.{name}"),
                value,
                delta=t(f"robustness_delta.{name}", **facts),
                delta_color="off",
                delta_arrow="off",
                help=t(f"robustness_hint.{name}", **facts),
            )


# ---- why the rank moved ------------------------------------------------------------------------------------------


def _movement(t: Text, data: Published) -> None:
    """The city of the URL between two rounds, whether or not it is ranked in this one; without one, a choice."""
    code = state.param("city")
    if code is not None and code in data.cities.index:
        movement.draw(t, data, code, shell.theme_mode())
        return
    st.header(t("robustness.movement"), anchor="movement")
    st.caption(t("robustness.movement_pick"))
    several = data.finals.notna().sum(axis=1) > 1
    _choose_city(t, t("robustness.movement_city"), data.cities["name"][several], "movement-city")
