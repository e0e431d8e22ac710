"""The Shapley value against its definition: the mean of what a player adds over every order of arrival."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kotacerdas.shapley import Game, shapley


def games(players: st.SearchStrategy[int]) -> st.SearchStrategy[Game]:
    def of(n: int) -> st.SearchStrategy[Game]:
        values = st.lists(st.integers(-50, 50), min_size=2**n, max_size=2**n)
        return values.map(lambda flat: np.array(flat, dtype=np.int64).reshape((2,) * n))

    return players.flatmap(of)


def over_every_order(game: Game) -> tuple[Fraction, ...]:
    totals, orders = [Fraction(0)] * game.ndim, list(itertools.permutations(range(game.ndim)))
    for order in orders:
        coalition = [0] * game.ndim
        for player in order:
            before = int(game[tuple(coalition)])
            coalition[player] = 1
            totals[player] += int(game[tuple(coalition)]) - before
    return tuple(total / len(orders) for total in totals)


@given(games(st.integers(1, 5)))
def test_it_is_the_mean_over_every_order(game: Game) -> None:
    assert shapley(game) == over_every_order(game)


@given(games(st.integers(1, 7)))
def test_together_they_are_worth_what_everybody_is_worth(game: Game) -> None:
    assert sum(shapley(game)) == int(game.flat[-1]) - int(game.flat[0])


@given(games(st.integers(1, 4)))
def test_who_changes_nothing_gets_nothing_and_takes_nothing(game: Game) -> None:
    idle = np.stack([game, game], axis=-1)
    assert shapley(idle) == (*shapley(game), Fraction(0))


@given(games(st.integers(2, 4)))
def test_players_who_can_stand_in_for_each_other_get_the_same(game: Game) -> None:
    even = game + game.swapaxes(0, 1)
    assert shapley(even)[0] == shapley(even)[1]


def test_a_game_worked_out_by_hand() -> None:
    """The first alone is worth 2, the second alone 0, both 6: (2 + 6) / 2 and (0 + 4) / 2."""
    assert shapley(np.array([[0, 0], [2, 6]])) == (4, 2)
