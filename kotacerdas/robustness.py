"""How sure is a rank? Bands, medians and chances over simulated rounds (after the JRC-OECD handbook on indicators).

An `Ensemble` holds many simulated rounds of one field; `ensemble` makes one from a preset:

- `weights`: every component's weight is moved by up to 25 % (`draws.weight_draws`);
- `leave_out`: each component is left out in turn (`assumptions.leave_out`);
- `panel`: another panel of assessors might have marked differently (`draws.panel_draws`);
- `method`: arithmetic or geometric mean, official or equal weights (`assumptions.methods`);
- `combined`: weights and panel at once.

`leave_out` and `method` are a handful of named alternatives (`Ensemble.names`), the others thousands of draws.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kotacerdas.assumptions import effects, leave_out, methods, one_weight
from kotacerdas.draws import panel_draws, panel_errors, weight_draws
from kotacerdas.ensemble import Ensemble
from kotacerdas.field import Field, field_of
from kotacerdas.problem import Problem, span
from kotacerdas.published import Published

RANDOM = ("weights", "panel", "combined")
"""Presets that draw at random; a seed and a number of draws mean nothing to the others."""

PRESETS = ("weights", "leave_out", "panel", "method", "combined")

MOST_DRAWS = 100_000
WIDEST = 0.99
"""Largest perturbation of a weight: at 1 a weight could vanish."""

JRC_WITHIN_TWO = 0.75
"""Share of cities within two places of their median simulated rank that the JRC Creative Cities Monitor reports, to
stand beside ours. It varied other assumptions than ours, so the two are neighbours, not rivals."""


@dataclass(frozen=True)
class Settings:
    """What a preset runs with. `deviation` is the assumed scatter of one assessor's mark in points of the round's
    scale; None is the usual one there (`draws.usual_deviation`: half a point on a scale from 1 to 4).

    Raises `Problem` for an unknown preset, draws outside 1..100,000, a seed that is no whole number of 0 and more,
    a spread outside 0..0.99, a deviation below 0 or a panel of fewer than one.
    """

    preset: str = "weights"
    draws: int = 10_000
    seed: int = 1
    spread: float = 0.25
    deviation: float | None = None
    panel_size: int | None = None

    def __post_init__(self) -> None:
        if self.preset not in PRESETS:
            raise Problem("preset_unknown", value=str(self.preset)[:40], accepted=", ".join(PRESETS))
        if not _whole(self.draws) or not 1 <= self.draws <= MOST_DRAWS:
            raise Problem("draws_range", value=str(self.draws)[:40], accepted=span(1, MOST_DRAWS))
        if not _whole(self.seed) or self.seed < 0:
            raise Problem("seed_range", value=str(self.seed)[:40])
        if not 0 <= self.spread <= WIDEST:
            raise Problem("spread_range", value=str(self.spread)[:40], accepted=span(0, WIDEST))
        if self.deviation is not None and not self.deviation >= 0:
            raise Problem("deviation_range", value=str(self.deviation)[:40], accepted=span(0, None))
        if self.panel_size is not None and (not _whole(self.panel_size) or self.panel_size < 1):
            raise Problem("panel_size_range", value=str(self.panel_size)[:40])


def ensemble(published: Published, year: int, settings: Settings) -> Ensemble:
    """The simulated rounds of a preset.

    Raises `Problem` for a round without components (derived finals only) and, for `panel` and `combined`, for a
    deviation wider than the round's scale and where neither the instrument nor the settings state how many assessors
    mark (the 2021 sources do not).
    """
    return ensemble_of(field_of(published, year), settings, published.question_matrix(year))


def ensemble_of(field: Field, settings: Settings, questions: pd.DataFrame | None = None) -> Ensemble:
    """As `ensemble`, over a ready field; `questions` (cities x questions) only matters to `leave_out`."""
    if settings.preset == "leave_out":
        return leave_out(field, questions)
    if settings.preset == "method":
        return methods(field)
    if settings.preset == "weights":
        return Ensemble(field, weight_draws(field, settings.draws, settings.seed, settings.spread))
    width = field.bounds.width
    if settings.deviation is not None and settings.deviation > width:
        raise Problem("deviation_range", value=str(settings.deviation)[:40], accepted=span(0, width))
    errors = panel_errors(field, settings.deviation, settings.panel_size)
    spread = settings.spread if settings.preset == "combined" else None
    return Ensemble(field, panel_draws(field, errors, settings.draws, settings.seed, weight_spread=spread))


def bands(published: Published, simulated: Ensemble, reading: str | None = None) -> pd.DataFrame:
    """`Ensemble.bands` with the cities' names: index code, by published rank and then name; first column `name`."""
    frame = simulated.bands(published.levels_of(simulated.field.year), reading)
    frame.insert(0, "name", published.cities["name"].reindex(frame.index))
    return frame.sort_values(["rank", "name"])


def assumption_effects(published: Published, year: int, settings: Settings) -> pd.DataFrame:
    """What each assumption does to the ranks, largest mean change first; see `assumptions.effects`.

    Rows: the weights preset as a whole, each component's weight alone at both ends of the spread, each component
    left out, the panel (where its size is known), and every method.
    """
    field = field_of(published, year)
    questions = published.question_matrix(year)
    parts = {"weights": _with(field, settings, "weights", questions), "one_weight": one_weight(field, settings.spread)}
    parts |= {name: _with(field, settings, name, questions) for name in ("leave_out", "method")}
    try:
        parts["panel"] = _with(field, settings, "panel", questions)
    except Problem as problem:
        if problem.key != "panel_size_unknown":
            raise
    return effects(parts)


def _with(field: Field, settings: Settings, preset: str, questions: pd.DataFrame) -> Ensemble:
    given = {**settings.__dict__, "preset": preset}
    return ensemble_of(field, Settings(**given), questions)


def _whole(value: object) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)
