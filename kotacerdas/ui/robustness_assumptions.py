"""Which assumption moves ranks most: each beside the others, the 2 x 2 of methods, and what they do to one city."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from kotacerdas.assumptions import questions_left_out
from kotacerdas.charts.band import band
from kotacerdas.ensemble import Ensemble
from kotacerdas.problem import Problem
from kotacerdas.robustness import RANDOM, Settings
from kotacerdas.ui import cache, tables
from kotacerdas.ui.robustness_view import View
from kotacerdas.ui.robustness_words import assumption

QUIET = "one_weight"
"""The assumptions that stand in the table only: they are parts of the weights preset."""

UNCHANGED = "arithmetic:official"
"""The published method, which moves nothing."""

MEANS, WEIGHTS = ("arithmetic", "geometric"), ("official", "equal")


def draw(view: View) -> None:
    """The bars with their table, the methods, and the questions of a city that has them."""
    _compared(view)
    _methods(view)
    _questions(view)


# ---- one beside the other ----------------------------------------------------------------------------------------


def _compared(view: View) -> None:
    from kotacerdas.charts import shifts
    from kotacerdas.charts.frame import CONFIG

    t, effects = view.t, view.effects.drop(index=UNCHANGED, errors="ignore")
    names = {str(name): assumption(view, str(name)) for name in effects.index}
    first = effects.iloc[0]
    finding = t("robustness.effects_finding", assumption=names[str(first.name)], places=t.number(first["mean"], 1))
    st.header(finding, anchor=False)
    st.caption(t("robustness.effects_about"))
    means = effects.loc[effects["preset"] != QUIET, "mean"]
    st.plotly_chart(
        shifts.shifts(means, names, t, view.mode, narrow=view.phone),
        theme=None,
        config=CONFIG,
        key="shifts",
        alt=shifts.alt(finding, means, names, t),
    )
    if "panel" not in set(effects["preset"]):
        st.caption(t("robustness.effects_without_panel", year=view.year))
    with st.expander(t("robustness.effects_table", count=t.integer(len(effects))), icon=":material/table:"):
        frame = effects_table(view, effects, names)
        tables.long(
            frame,
            alt=t("robustness.effects_alt", year=view.year),
            key="effects-table",
            formats={
                t("robustness_effect.mean"): lambda mean: t.number(mean, 2),
                t("robustness_effect.most"): t.integer,
                t("robustness_effect.moved"): t.percent,
            },
            config={} if view.city is None else {frame.columns[-1]: st.column_config.Column(alignment="right")},
            narrow=_narrow(view, list(frame.columns)),
        )


def _narrow(view: View, columns: list[str]) -> dict[str, tables.Narrow]:
    """What of the effects a phone shows at once: the assumption, its mean shift, and the rank of a city in focus."""
    t = view.t
    shown = {
        t("robustness_effect.assumption"): tables.Narrow(160),
        t("robustness_effect.mean"): tables.Narrow(81, t("robustness_effect.mean_short")),
    }
    if view.city is None:
        return shown | {t("robustness_effect.most"): tables.Narrow(81)}
    return shown | {columns[-1]: tables.Narrow(81, t("measure.rank"), figures=True)}


def effects_table(view: View, effects: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """One row per assumption with its headings in words; with a city in focus also that city's simulated rank."""
    t = view.t
    columns: dict[str, Any] = {
        t("robustness_effect.assumption"): [names[str(name)] for name in effects.index],
        t("robustness_effect.mean"): effects["mean"],
        t("robustness_effect.most"): effects["most"],
        t("robustness_effect.city"): [view.name(str(code)) for code in effects["city"]],
        t("robustness_effect.moved"): effects["moved"],
    }
    if view.city is not None:
        ranks = city_ranks(view, view.city)
        columns[t("robustness_effect.rank", city=view.short_name(view.city))] = [
            ranks.get(str(name)) for name in effects.index
        ]
    return pd.DataFrame(columns)


def city_ranks(view: View, code: str) -> dict[str, str]:
    """Where a city would stand under each assumption: a rank, or its band where the assumption is drawn at random."""
    of, t = view.settings, view.t
    found: dict[str, str] = {}
    for preset in ("weights", "panel", "leave_out", "method"):
        settings = Settings(preset=preset, deviation=of.deviation, panel_size=of.panel_size)
        if preset == "panel" and view.panel is None:
            continue
        simulated = cache.ensemble(view.year, settings)
        if preset in RANDOM:
            row = cache.bands(view.year, settings).loc[code]
            found[preset] = band(row["p5"], row["p95"], t)
        else:
            found |= _named_ranks(view, simulated, code)
    return found


def _named_ranks(view: View, simulated: Ensemble, code: str) -> dict[str, str]:
    ranks = simulated.ranks()[:, simulated.field.row(code)]
    return {name: view.t.integer(int(rank)) for name, rank in zip(simulated.names, ranks, strict=True)}


# ---- methods -----------------------------------------------------------------------------------------------------


def _methods(view: View) -> None:
    """Arithmetic or geometric mean by official or equal weights: the mean rank change, and the city's rank."""
    t = view.t
    simulated = cache.ensemble(view.year, Settings(preset="method"))
    change = np.abs(simulated.ranks() - simulated.published_ranks).mean(axis=1)
    means = dict(zip(simulated.names, change.tolist(), strict=True))
    ranks = _named_ranks(view, simulated, view.city) if view.city else {}

    def cell(name: str) -> str:
        moved = t("robustness.method_published") if name == UNCHANGED else t.number(means[name], 1)
        return t("robustness.method_rank", moved=moved, rank=ranks[name]) if name in ranks else moved

    st.header(_methods_finding(view, means), anchor=False)
    about = "robustness.method_about_city" if view.city else "robustness.method_about"
    st.caption(t(about, city=view.literal(view.city) if view.city else ""))
    tables.short(
        [t("robustness.method_mean"), *(t(f"robustness_weights.{weights}").capitalize() for weights in WEIGHTS)],
        [
            [t(f"robustness_mean.{mean}").capitalize(), *(cell(f"{mean}:{weights}") for weights in WEIGHTS)]
            for mean in MEANS
        ],
        figures=(1, 2),
    )
    for name in means:
        if name.startswith("one_set:"):
            line = t("robustness.method_one_set", assumption=assumption(view, name), places=cell(name))
            st.caption(line[:1].upper() + line[1:])


def _methods_finding(view: View, means: dict[str, float]) -> str:
    t = view.t
    mean, weights = means["geometric:official"], means["arithmetic:equal"]
    key = "robustness.method_finding_weights" if weights > mean else "robustness.method_finding_mean"
    return t(key, mean=t.number(mean, 1), weights=t.number(weights, 1))


# ---- questions ---------------------------------------------------------------------------------------------------


def _questions(view: View) -> None:
    """Each question of the city left out in turn; only where every question of it is published."""
    t = view.t
    if view.city is None:
        return
    try:
        frame = questions_left_out(view.data, view.city, view.year)
    except Problem as problem:
        if problem.key != "questions_incomplete":
            raise
        st.caption(t("robustness.questions_none", city=view.literal(view.city), year=view.year))
        return
    moved = frame[frame["change"] != 0]
    city = view.literal(view.city)
    st.header(
        t("robustness.questions_finding", city=city, moved=t.integer((frame["moved"] != 0).sum()), of=len(frame)),
        anchor=False,
    )
    st.caption(t("robustness.questions_about", changed=t.integer(len(moved))))
    instrument = view.data.instrument_of(view.year, view.data.results(view.year).at[view.city, "group"])
    ordered = frame.sort_values("change", key=lambda change: -change.abs(), kind="stable")
    with st.expander(t("robustness.questions_table", count=t.integer(len(frame))), icon=":material/table:"):
        tables.long(
            pd.DataFrame(
                {
                    t("robustness_question.question"): [t.label(instrument[str(q)].label) for q in ordered.index],
                    t("robustness_question.component"): [t(f"component.{part}") for part in ordered["component"]],
                    t("robustness_question.final"): ordered["final"],
                    t("robustness_question.change"): ordered["change"],
                    t("robustness_question.rank"): ordered["rank"],
                }
            ),
            alt=t("robustness.questions_alt", city=view.name(view.city), count=t.integer(len(frame))),
            key="questions-left-out",
            formats={
                t("robustness_question.final"): t.number,
                t("robustness_question.change"): t.signed,
                t("robustness_question.rank"): t.integer,
            },
            narrow={
                t("robustness_question.question"): tables.Narrow(150, t("city.question")),
                t("robustness_question.change"): tables.Narrow(86),
                t("robustness_question.rank"): tables.Narrow(86),
            },
        )
