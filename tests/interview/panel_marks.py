"""SYNTHETIC panel marks for whole rounds: invented, reproducible, of nobody."""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction

from kotacerdas.instrument import Instrument
from kotacerdas.interview.result_rows import PanelCity, PanelRound
from kotacerdas.published import Published

INSTRUMENTS = {"regular": "evaluation-2024-regular", "priority": "evaluation-2024-priority"}


def marks(instrument: Instrument, seed: int, seats: int = 5) -> dict[str, list[Fraction]]:
    """Whole marks 1-4 of each seat on every leaf."""
    draw = random.Random(seed)
    level = draw.uniform(1.5, 3.9)
    return {
        leaf.id: [Fraction(min(4, max(1, round(draw.gauss(level, 0.7))))) for _ in range(seats)]
        for leaf in instrument.leaves
    }


def cities(published: Published, codes: Sequence[str], *, seats: int = 5, final: bool = True) -> list[PanelCity]:
    """Cities with their group of 2024 (regular where it is not known)."""
    groups = published.results(2024)["group"]
    found = []
    for number, code in enumerate(codes):
        group = groups.get(code)
        group = group if isinstance(group, str) else "regular"
        given = marks(published.data.instruments[INSTRUMENTS[group]], number, seats)
        found.append(PanelCity(code, group, given, seats, final))
    return found


def synthetic_round(published: Published, panel: Sequence[PanelCity], year: int = 2026, **more: object) -> PanelRound:
    return PanelRound(year, f"Synthetic round {year}", "2026-11-22", INSTRUMENTS, 5, panel, **more)  # type: ignore[arg-type]
