"""The Shapley value of a small game, exactly: what each player brings, averaged over every order of arrival."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

Game = NDArray[np.int64]
"""One axis of length 2 per player (0: not in the coalition, 1: in it), holding the value of each coalition."""


def shapley(game: Game) -> tuple[Fraction, ...]:
    """The Shapley value of every player; together they are worth what everybody is worth more than nobody.

    Shapley (1953), "A value for n-person games". The value of player i is the sum over the coalitions S without i of
    |S|! (n - |S| - 1)! / n! x (value of S with i - value of S).

    Two players who are worth 6 together, the first of them 2 alone and the second nothing:

    >>> shapley(np.array([[0, 0], [2, 6]]))
    (Fraction(4, 1), Fraction(2, 1))
    """
    n = game.ndim
    sizes = np.array([coalition.bit_count() for coalition in range(2 ** (n - 1))])
    shares = [Fraction(math.factorial(size) * math.factorial(n - 1 - size), math.factorial(n)) for size in range(n)]

    def value(player: int) -> Fraction:
        gains = (game.take(1, axis=player) - game.take(0, axis=player)).ravel()
        by_size = (int(gains[sizes == size].sum()) for size in range(n))
        return sum((share * gain for share, gain in zip(shares, by_size, strict=True)), start=Fraction(0))

    return tuple(value(player) for player in range(n))
