"""Ranks and percentiles by counting: finals are whole hundredths, so thousands of draws need no sorting.

A row is one draw, a column one city. With at most a few hundred different finals, how many cities stand above each
of them is a running sum over a histogram; the share of draws in which a city holds each rank is another histogram.
Work goes in blocks of rows that stay in the processor's cache.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil

import numpy as np
from numpy.typing import NDArray

Shorts = NDArray[np.int16]
Counts = NDArray[np.int64]

BLOCK = 100
"""Rows worked on at a time."""


def competition_ranks_many(values: Shorts) -> Shorts:
    """Competition ranks (1: highest, ties share a rank) within each row of rows x n whole numbers of 0 and more."""
    rows, n = values.shape
    width = int(values.max(initial=0)) + 1
    first = (np.arange(BLOCK) * width)[:, None]
    ranks = np.empty((rows, n), dtype=np.int16)
    for start in range(0, rows, BLOCK):
        block = values[start : start + BLOCK]
        cells = block + first[: len(block)]
        counts = np.bincount(cells.ravel(), minlength=len(block) * width).reshape(len(block), width)
        rank_of = n + 1 - counts.cumsum(axis=1)  # cities above a value, plus one
        ranks[start : start + BLOCK] = rank_of.ravel()[cells]
    return ranks


def tally(values: Shorts, width: int) -> Counts:
    """How often each column of rows x n takes each value 0..width-1, as n x width."""
    rows, n = values.shape
    first = np.arange(n) * width
    counts = np.zeros(n * width, dtype=np.int64)
    step = 10 * BLOCK
    for start in range(0, rows, step):
        counts += np.bincount((values[start : start + step] + first).ravel(), minlength=n * width)
    return counts.reshape(n, width)


def nearest_rank(counts: Counts, percent: int) -> NDArray[np.int64]:
    """The percentile of each row of a `tally` by nearest rank: the value at position ceil(percent % of all), from 1."""
    position = ceil(Fraction(percent, 100) * int(counts[0].sum()))
    return np.asarray((counts.cumsum(axis=1) < max(1, position)).sum(axis=1))


def shares_above(values: Shorts) -> NDArray[np.float64]:
    """n x n: the share of the rows in which the city of the row stands strictly above the city of the column."""
    rows, n = values.shape
    columns = np.ascontiguousarray(values.T)
    above = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            above[i, j] = np.count_nonzero(columns[i] > columns[j])
    return np.asarray(above / rows)
