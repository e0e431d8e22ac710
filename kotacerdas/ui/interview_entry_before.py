"""Last round's scores of a city, question by question, from what is published."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from kotacerdas.instrument import Instrument, Node
from kotacerdas.published import Published


def previous(data: Published, city: str, instrument: Instrument, year: int) -> Mapping[str, tuple[float, int]]:
    """Question -> its last published score before `year` and the year; questions nobody asked before are left out.

    A question is the same in an earlier round of the same instrument, and where `comparable` says so.
    """
    found: dict[str, tuple[float, int]] = {}
    for earlier in sorted((one for one in data.years if one < year), reverse=True):
        names = set(data.round(earlier).instruments.values())
        matrix = data.question_matrix(earlier)
        if not names or city not in matrix.index:
            continue
        scores = matrix.loc[city]
        for node in instrument.leaves:
            for question in _same(node, instrument, names):
                value = scores.get(question, math.nan)
                if node.id not in found and not math.isnan(value):
                    found[node.id] = (float(value), earlier)
    return found


def _same(node: Node, instrument: Instrument, names: set[str]) -> Iterator[str]:
    """What the question was called in a round that was scored with these instruments."""
    if instrument.id in names:
        yield node.id
    yield from (question for name, question in node.comparable.items() if name in names)
