"""Small instruments for tests; synthetic, never shown to anyone."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from kotacerdas.bounds import Bounds
from kotacerdas.instrument import Instrument

COMPONENTS = ("baseline", "output", "outcome", "impact", "quick_win", "collaboration")
"""The components of the evaluations of 2021 and 2024."""

ONE_TO_FOUR = Bounds(Fraction(1), Fraction(4))
"""The ends of the scale of the evaluations of 2021 and 2024."""


def label(text: str) -> dict[str, str]:
    return {"id": text, "en": text}


def node(node_id: str, parent: str | None, **fields: Any) -> dict[str, Any]:
    kind = "index" if parent is None else "question"
    return {"id": node_id, "parent": parent, "kind": kind, "label": label(node_id), **fields}


def instrument_dict(nodes: list[dict[str, Any]], **fields: Any) -> dict[str, Any]:
    return {
        "id": "synthetic",
        "family": "test",
        "title": label("Synthetic"),
        "status": "draft",
        "year": 2020,
        "source": {"document": "none"},
        "scales": {"panel": {"min": 1, "max": 4, "step": "1/5"}},
        "nodes": nodes,
        **fields,
    }


def instrument(nodes: list[dict[str, Any]], **fields: Any) -> Instrument:
    return Instrument.from_dict(instrument_dict(nodes, **fields), "synthetic.yaml")


def two_components(missing: str = "require") -> Instrument:
    """Root with components a (0.25; questions q1, q2) and b (0.75; no questions)."""
    return instrument(
        [
            node("final", None),
            node("a", "final", kind="component", weight="0.25", missing="require"),
            node("b", "final", kind="component", weight="0.75", missing=missing),
            node("q1", "a"),
            node("q2", "a"),
        ]
    )
