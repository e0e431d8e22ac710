"""Simulated rounds: the finals of every ranked city when weights or the assessors' marks come out differently.

Every function returns draws x n finals in whole hundredths of a point, rounded half-up and moved by the round's
residue as the published ones are (`Field.hundredths`). The same seed gives the same draws anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike

from kotacerdas.bounds import Bounds, multiples
from kotacerdas.field import Field
from kotacerdas.problem import Problem
from kotacerdas.rank_counts import BLOCK, Shorts
from kotacerdas.scoring import Floats

_USUAL, _WIDE = Fraction(1, 6), Fraction(1, 2)
"""How far one assessor's mark scatters unless somebody says otherwise, and at most in a list of choices: as shares of
the width of the scale (half a point and a point and a half from 1 to 4)."""

_CHOICES = 16
"""Deviations to choose among, zero included, at most."""


def deviations(bounds: Bounds) -> list[float]:
    """Round deviations of one assessor's mark to choose among on a scale, the smallest first."""
    reach = Bounds(Fraction(0), bounds.width * _WIDE)
    step = reach.step(_CHOICES)
    return multiples(step, reach.high, step)


def usual_deviation(bounds: Bounds) -> float:
    """The one of `deviations` that is assumed where none is stated: the nearest to a sixth of the scale."""
    return min(deviations(bounds), key=lambda deviation: abs(deviation - bounds.share(float(_USUAL))))


def weight_draws(field: Field, draws: int = 10_000, seed: int = 1, spread: float = 0.25) -> Shorts:
    """Finals under perturbed weights.

    Each draw multiplies every component's weight by an independent uniform factor of 1 - `spread` .. 1 + `spread`,
    the same factor in every weight set, and brings each set back to a sum of 1.
    """
    return _finals(field, _weight_sets(field, np.random.default_rng(seed), draws, spread))


def panel_draws(
    field: Field, errors: Floats, draws: int = 10_000, seed: int = 1, *, weight_spread: float | None = None
) -> Shorts:
    """Finals when each published component carries an independent normal error of the panel.

    `errors` (n x m) are its standard deviations, see `panel_errors`; a component stays on its scale. With
    `weight_spread` the weights are perturbed as well, by the very factors `weight_draws` takes for this seed.
    """
    rng = np.random.default_rng(seed)
    sets = None if weight_spread is None else _weight_sets(field, rng, draws, weight_spread)
    lowest, highest = _component_range(field)
    official = field.weights[field.group]
    finals = np.empty((draws, len(field.codes)), dtype=np.int16)
    for start in range(0, draws, BLOCK):
        stop = min(start + BLOCK, draws)
        marks = rng.standard_normal((stop - start, *field.values.shape))
        marks *= errors
        marks += field.values
        np.clip(marks, lowest, highest, out=marks)
        weights = official if sets is None else sets[start:stop, field.group]
        finals[start:stop] = field.hundredths((marks * weights).sum(axis=2))
    return finals


def panel_errors(
    field: Field,
    deviation: float | None = None,
    panel_size: int | None = None,
    marks: Mapping[tuple[str, str], ArrayLike] | None = None,
) -> Floats:
    """Standard error of every published component (n x m) that the choice of assessors leaves.

    One assessor's mark is taken to scatter by `deviation` points (by custom `usual_deviation`) round the panel's
    opinion. This is an assumption for the reader to choose: the sources publish no assessor's own mark. A component
    that is the mean of k questions, each the mean of `panel_size` marks (by custom the instrument's), then has the
    error deviation / sqrt(panel_size x k); one without questions of its own counts as one question. A component
    counted as 0 by rule has none.

    Where the marks themselves are known, `marks` maps (city code, component) to questions x assessors and their
    standard errors replace the assumption. Raises `Problem` where neither instrument nor caller states a panel size.
    """
    errors = np.zeros_like(field.values)
    scatter = usual_deviation(field.bounds) if deviation is None else deviation
    for place, instrument in enumerate(field.instruments):
        size = panel_size or instrument.rules.panel_size
        if size is None:
            raise Problem("panel_size_unknown", year=field.year)
        rows = field.group == place
        for column, part in enumerate(field.components):
            if part in instrument.by_id:
                whole = instrument.effective_weight(part)
                questions = [q.id for q in instrument.below(part) if q.kind == "question"] if whole else []
                shares = [float(instrument.effective_weight(question) / whole) for question in questions] or [1.0]
                errors[rows, column] = scatter * np.sqrt(np.square(shares).sum() / size)
    for (code, part), given in (marks or {}).items():
        each = mark_errors(given)
        errors[field.row(code), field.components.index(part)] = np.sqrt(np.square(each).sum()) / len(each)
    lowest, _ = _scale_range(field)
    return np.where(field.values < lowest, 0.0, errors)


def mark_errors(marks: ArrayLike) -> Floats:
    """Standard error of each question's mean from its assessors' marks (questions x assessors, NaN where absent).

    Sample standard deviation over the root of the number of marks; NaN for a question with fewer than two.
    """
    given = np.asarray(marks, dtype=float)
    count = (~np.isnan(given)).sum(axis=1)
    mean = np.divide(np.nansum(given, axis=1), count, out=np.full(len(given), np.nan), where=count > 0)
    squares = np.nansum(np.square(given - mean[:, None]), axis=1)
    variance = np.divide(squares, count * (count - 1), out=np.full(len(given), np.nan), where=count > 1)
    return np.asarray(np.sqrt(variance))


def _weight_sets(field: Field, rng: np.random.Generator, draws: int, spread: float) -> Floats:
    """Perturbed weight sets, draws x g x m, each adding up to 1."""
    factors = rng.uniform(1 - spread, 1 + spread, (draws, len(field.components)))
    sets = factors[:, None, :] * field.weights
    return np.asarray(sets / sets.sum(axis=2, keepdims=True))


def _finals(field: Field, sets: Floats) -> Shorts:
    """Finals under many weight sets (draws x g x m)."""
    # Each city's values stand in the rows of its own weight set, so that one matrix product serves all sets.
    own = np.zeros((*field.weights.shape, len(field.codes)))
    own[field.group, :, np.arange(len(field.codes))] = field.values
    flat, values = sets.reshape(len(sets), -1), own.reshape(-1, len(field.codes))
    finals = np.empty((len(sets), len(field.codes)), dtype=np.int16)
    for start in range(0, len(sets), BLOCK):
        finals[start : start + BLOCK] = field.hundredths(flat[start : start + BLOCK] @ values)
    return finals


def _scale_range(field: Field) -> tuple[Floats, Floats]:
    """Lowest and highest score of every city's components (n x m); 0 where its instrument has no such component."""
    bounds = np.zeros((2, *field.weights.shape))
    for place, instrument in enumerate(field.instruments):
        for column, part in enumerate(field.components):
            if part in instrument.by_id:
                scale = instrument.scale(part)
                bounds[:, place, column] = float(scale.min), float(scale.max)
    return bounds[0][field.group], bounds[1][field.group]


def _component_range(field: Field) -> tuple[Floats, Floats]:
    """As `_scale_range`, with a component counted as 0 by rule staying 0."""
    lowest, highest = _scale_range(field)
    return np.minimum(lowest, field.values), highest
