"""The ends of a scale: where an axis runs from and to, and what a level reading or an assessor's scatter is held to.

An instrument says its own (`Instrument.bounds`), a round those of its instruments (`Published.bounds`). Screens hand
them on to the charts, so that no chart presumes a scale.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

_STEPS = (1, 2, 5)
"""Times powers of ten: the steps that people count in."""


@dataclass(frozen=True)
class Bounds:
    """The lowest and the highest score that can be given."""

    low: Fraction
    high: Fraction

    @property
    def width(self) -> Fraction:
        """From end to end, in points."""
        return self.high - self.low

    def share(self, of: float) -> float:
        """A part of the width in points: distances that look alike on every scale."""
        return float(self.width) * of

    def step(self, most: int) -> Fraction:
        """The smallest of 1, 2 and 5 (times a power of ten) that makes at most `most` marks from end to end.

        >>> one_to_four, ten = Bounds(Fraction(1), Fraction(4)), Bounds(Fraction(0), Fraction(10))
        >>> [str(one_to_four.step(most)) for most in (7, 6)], [str(ten.step(most)) for most in (11, 6, 4)]
        (['1/2', '1'], ['1', '2', '5'])
        """
        power = math.floor(math.log10(self.width / most))
        steps = (Fraction(10) ** (power + more) * step for more in range(3) for step in _STEPS)
        return next(step for step in steps if len(multiples(self.low, self.high, step)) <= most)

    def marks(self, most: int) -> list[float]:
        """At most `most` round figures from end to end, for the ticks of an axis.

        >>> Bounds(Fraction(1), Fraction(4)).marks(6), Bounds(Fraction(0), Fraction(10)).marks(6)
        ([1.0, 2.0, 3.0, 4.0], [0.0, 2.0, 4.0, 6.0, 8.0, 10.0])
        """
        return multiples(self.low, self.high, self.step(most))


def multiples(low: Fraction | float, high: Fraction | float, step: Fraction) -> list[float]:
    """The multiples of a step from `low` to `high`, both ends included."""
    return [float(n * step) for n in range(math.ceil(low / step), math.floor(high / step) + 1)]


def widest(bounds: Iterable[Bounds]) -> Bounds:
    """From the lowest of all ends to the highest. Raises ValueError where there are none."""
    known = list(bounds)
    return Bounds(min(each.low for each in known), max(each.high for each in known))
