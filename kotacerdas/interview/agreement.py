"""How far a panel agrees: Krippendorff's alpha, how severe each assessor is, and which questions are most disputed.

Marks are an array of assessors x questions, NaN where there is none (`array`). Nothing here corrects a mark: the
figures tell the chair where to ask.

Alpha is 1 minus observed over expected disagreement (K. Krippendorff, *Computing Krippendorff's Alpha-Reliability*,
2011): 1 is full agreement, 0 what chance alone would give. Intervals are percentiles of a bootstrap that draws the
questions anew: how much the figure hangs on which questions were asked. Seed and number of draws are part of the
result, so the same marks always give the same interval.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kotacerdas.instrument import exact
from kotacerdas.problem import Problem

Floats = NDArray[np.float64]
Level = Literal["nominal", "ordinal", "interval", "ratio"]
"""What the distance of two marks means: differ or not, places apart, points apart, points apart for their size."""

DRAWS = 2000
SEED = 2024
COVERS = 0.95
"""Draws of a bootstrap, their seed, and the share of them that an interval holds."""

FEWEST = 10
"""Questions below which no interval is given: too few to draw from, it would look surer than it is."""

DECIMALS = 9
"""Spreads are compared at this many decimals, so that float noise decides no order."""


@dataclass(frozen=True)
class Alpha:
    """Krippendorff's alpha with its interval.

    `value` is None where there is none, `why` then says so in a sentence. `low` and `high` hold 95% of the `draws` in
    which alpha was defined; both are None with fewer than `FEWEST` pairable questions. `pairable` is the number of
    marks that stand beside another one on their question, `questions` the number of these questions.
    """

    value: float | None
    low: float | None
    high: float | None
    pairable: int
    questions: int
    level: Level
    draws: int
    seed: int
    why: Problem | None = None


@dataclass(frozen=True)
class Severity:
    """How an assessor marks beside the rest of the panel.

    `deviation` is the mean over the questions of the own mark minus the mean of the others' marks: above 0 more
    generous, below 0 more severe; None where no question has a mark of another as well. `low` and `high` are its
    95% interval, None with fewer than `FEWEST` such questions (`questions`). `marks` counts all own marks.
    """

    assessor: int
    deviation: float | None
    low: float | None
    high: float | None
    questions: int
    marks: int


@dataclass(frozen=True)
class Dispute:
    """A question and how far its marks lie apart.

    `marks` are those of the assessors in their order (None: not given), `count` how many there are. `spread` is their
    standard deviation (n - 1), None with fewer than two marks; `low` and `high` the outermost ones.
    """

    question: str
    marks: tuple[float | None, ...]
    count: int
    mean: float | None
    spread: float | None
    low: float | None
    high: float | None


def array(marks: Mapping[str, Mapping[str, object]], assessors: Sequence[str], questions: Sequence[str]) -> Floats:
    """Marks by assessor and question as an array of assessors x questions, NaN where there is none.

    Raises `Problem` for a mark that is no number.
    """
    found = np.full((len(assessors), len(questions)), np.nan)
    for row, assessor in enumerate(assessors):
        own = marks.get(assessor, {})
        for column, question in enumerate(questions):
            mark = own.get(question)
            if mark is None:
                continue
            try:
                found[row, column] = float(exact(mark))
            except ValueError as error:
                raise Problem("answer_number", node=question, value=str(mark)[:40]) from error
    return found


def alpha(marks: ArrayLike, level: Level = "ordinal", *, draws: int = DRAWS, seed: int = SEED) -> Alpha:
    """Krippendorff's alpha of marks (assessors x questions, NaN: missing) with a bootstrap interval.

    Questions with fewer than two marks say nothing about agreement and are left out. Meant for marks on a scale: time
    and memory grow with the square of the number of different values. Raises ValueError for an array that is not
    assessors x questions, and for `ratio` with negative marks.
    """
    values, counts = _counts(_checked(marks))
    if level == "ratio" and len(values) and values[0] < 0:
        raise ValueError("ratio needs marks from 0 up")
    pairable, questions = int(counts.sum()), len(counts)
    missing = _missing(np.asarray(marks, dtype=float), counts)
    if missing is not None:
        return Alpha(None, None, None, pairable, questions, level, 0, seed, missing)
    together = _coincidences(counts)
    value = float(_alphas(together.sum(axis=0)[None], values, level)[0])
    if questions < FEWEST:
        return Alpha(value, None, None, pairable, questions, level, 0, seed)
    drawn = _drawn(questions, draws, seed) @ together.reshape(questions, -1)
    found = _alphas(drawn.reshape(draws, len(values), len(values)), values, level)
    found = found[~np.isnan(found)]  # a draw without variation has no alpha
    low, high = _middle(found[:, None])
    return Alpha(value, float(low[0]), float(high[0]), pairable, questions, level, len(found), seed)


def severity(marks: ArrayLike, *, draws: int = DRAWS, seed: int = SEED) -> tuple[Severity, ...]:
    """The severity of each assessor (rows of assessors x questions, NaN: missing), with a bootstrap interval.

    Only questions count where another assessor gave a mark as well, so that a panel with gaps is not compared across
    different questions. Raises ValueError for an array that is not assessors x questions.
    """
    given = _checked(marks)
    there = ~np.isnan(given)
    filled = np.where(there, given, 0.0)
    others = there.sum(axis=0) - there
    compared = there & (others > 0)
    rest = np.divide(filled.sum(axis=0) - filled, others, out=np.zeros_like(filled), where=others > 0)
    apart = np.where(compared, filled - rest, 0.0)
    counts = compared.sum(axis=1)
    means = np.divide(apart.sum(axis=1), counts, out=np.full(len(given), np.nan), where=counts > 0)
    enough = counts >= FEWEST
    low, high = np.full(len(given), np.nan), np.full(len(given), np.nan)
    if enough.any():
        times = _drawn(given.shape[1], draws, seed)
        held = times @ compared[enough].T
        drawn = np.divide(times @ apart[enough].T, held, out=np.full(held.shape, np.nan), where=held > 0)
        low[enough], high[enough] = _middle(drawn)
    return tuple(
        Severity(n, _known(means[n]), _known(low[n]), _known(high[n]), int(counts[n]), int(there[n].sum()))
        for n in range(len(given))
    )


def disputes(marks: ArrayLike, questions: Sequence[str]) -> tuple[Dispute, ...]:
    """The questions (columns of assessors x questions), the most disputed first: by spread, then by range, then in
    their own order; questions with fewer than two marks come last. Raises ValueError where the shapes do not fit."""
    given = _checked(marks)
    if given.shape[1] != len(questions):
        raise ValueError(f"{given.shape[1]} columns for {len(questions)} questions")
    there = ~np.isnan(given)
    counts = there.sum(axis=0)
    filled = np.where(there, given, 0.0)
    means = np.divide(filled.sum(axis=0), counts, out=np.full(len(counts), np.nan), where=counts > 0)
    squares = np.where(there, (filled - np.where(counts > 0, means, 0.0)) ** 2, 0.0).sum(axis=0)
    spreads = np.sqrt(np.divide(squares, counts - 1, out=np.full(len(counts), np.nan), where=counts > 1))
    lows = np.where(there, given, np.inf).min(axis=0, initial=np.inf)
    highs = np.where(there, given, -np.inf).max(axis=0, initial=-np.inf)
    ranges = np.where(counts > 1, highs - lows, 0.0)
    order = np.lexsort((-np.round(ranges, DECIMALS), -np.round(np.nan_to_num(spreads, nan=-1.0), DECIMALS)))
    return tuple(
        Dispute(
            question=questions[n],
            marks=tuple(_known(mark) for mark in given[:, n]),
            count=int(counts[n]),
            mean=_known(means[n]),
            spread=_known(spreads[n]),
            low=_known(lows[n]),
            high=_known(highs[n]),
        )
        for n in order
    )


def _checked(marks: ArrayLike) -> Floats:
    given = np.asarray(marks, dtype=float)
    if given.ndim != 2 or np.isinf(given).any():
        raise ValueError("marks are finite numbers, assessors x questions")
    return given


def _known(number: float) -> float | None:
    return float(number) if np.isfinite(number) else None


def _missing(marks: Floats, counts: Floats) -> Problem | None:
    """Why there is no alpha, if there is none."""
    assessors = int((~np.isnan(marks)).any(axis=1).sum())
    if assessors < 2:
        return Problem("agreement_assessors", count=assessors)
    if not len(counts):
        return Problem("agreement_pairs")
    if (counts.sum(axis=0) > 0).sum() < 2:
        return Problem("agreement_variation")
    return None


def _counts(marks: Floats) -> tuple[Floats, Floats]:
    """The different values of the pairable marks in order, and how often each question (with two marks or more) got
    each: questions x values."""
    pairable = marks[:, (~np.isnan(marks)).sum(axis=0) >= 2]
    values = np.unique(pairable[~np.isnan(pairable)])
    return values, (pairable[:, :, None] == values).sum(axis=0).astype(float)


def _coincidences(counts: Floats) -> Floats:
    """Per question the pairs of values that stand beside each other: questions x values x values.

    Every mark is paired with every other one of its question; the pairs of a question weigh as many as its marks.
    """
    pairs = counts[:, :, None] * counts[:, None, :] - counts[:, :, None] * np.eye(counts.shape[1])
    return np.asarray(pairs / (counts.sum(axis=1) - 1)[:, None, None])


def _alphas(together: Floats, values: Floats, level: Level) -> Floats:
    """Alpha for each of many coincidence matrices (draws x values x values); NaN where there is no variation."""
    totals = together.sum(axis=2)
    distance = _distances(totals, values, level)
    observed = (together * distance).sum(axis=(1, 2))
    expected = (totals[:, :, None] * totals[:, None, :] * distance).sum(axis=(1, 2))
    varied = (totals > 0).sum(axis=1) > 1
    share = np.divide((totals.sum(axis=1) - 1) * observed, expected, out=np.full(len(totals), np.nan), where=varied)
    return np.asarray(1.0 - share)


def _distances(totals: Floats, values: Floats, level: Level) -> Floats:
    """The squared distance of every two values: (1 or draws) x values x values.

    Two ordinal values are as far apart as there are marks between them, each of the two counting half.
    """
    places = np.cumsum(totals, axis=1) - totals / 2 if level == "ordinal" else values[None]
    apart = places[:, :, None] - places[:, None, :]
    if level == "nominal":
        return np.asarray(apart != 0, dtype=float)
    if level == "ratio":
        sums = places[:, :, None] + places[:, None, :]
        apart = np.divide(apart, sums, out=np.zeros_like(apart), where=sums > 0)
    return np.asarray(apart**2)


def _drawn(questions: int, draws: int, seed: int) -> Floats:
    """How often each question is in each draw of as many questions with replacement: draws x questions."""
    chance = np.random.default_rng(seed)
    picked = chance.integers(questions, size=(draws, questions)) + questions * np.arange(draws)[:, None]
    return np.bincount(picked.ravel(), minlength=draws * questions).reshape(draws, questions).astype(float)


def _middle(drawn: Floats) -> tuple[Floats, Floats]:
    """The ends of the middle 95% of each column."""
    low, high = np.nanquantile(drawn, [(1 - COVERS) / 2, (1 + COVERS) / 2], axis=0)
    return low, high
