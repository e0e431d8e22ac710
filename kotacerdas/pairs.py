"""Are two cities different? Groups that cannot be told apart, and how far apart two cities must be to differ.

All functions take an n x n matrix `above` (share of the draws in which the row's city stands strictly above the
column's; see `rank_counts.shares_above`) and the published order. Two cities are told apart when the higher one is
ahead in at least `confidence` of the draws.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kotacerdas.scoring import Floats

CONFIDENCE = 0.95


def groups(above: Floats, order: NDArray[np.intp], confidence: float = CONFIDENCE) -> tuple[tuple[int, ...], ...]:
    """Cities that cannot be told apart from the leader of their group, walking down the published ranking.

    `order` lists the cities from the first rank to the last. The first city leads a group; the cities directly after
    it belong to it as long as the leader is ahead of them in fewer than `confidence` of the draws. The first one that
    is told apart from the leader leads the next group. (Two members of a group may well differ from each other, and
    the last of one group may be very close to the leader of the next: a group says "not clearly behind its leader".)
    """
    found: list[list[int]] = []
    for city in order.tolist():
        if found and above[found[-1][0], city] < confidence:
            found[-1].append(city)
        else:
            found.append([city])
    return tuple(tuple(group) for group in found)


def telling_distance(above: Floats, ranks: NDArray[np.integer], confidence: float = CONFIDENCE) -> int | None:
    """The smallest distance from which on two cities are different.

    `ranks` are the published ranks. The answer is the smallest d of 1 and more such that for every distance of d
    and more that occurs, at least `confidence` of the pairs that far apart are told apart; None where there is none.
    """
    distance = np.asarray(ranks, dtype=np.int64)[None, :] - np.asarray(ranks, dtype=np.int64)[:, None]
    ahead = distance > 0  # the row's city is published above the column's
    pairs = np.bincount(distance[ahead])
    told = np.bincount(distance[ahead], weights=above[ahead] >= confidence, minlength=len(pairs))
    failing = np.flatnonzero((pairs > 0) & (told < confidence * pairs - 1e-9))
    nearest = int(failing[-1]) + 1 if len(failing) else 1
    return nearest if nearest < len(pairs) else None
