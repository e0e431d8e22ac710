"""The score receipt: every sum from question to final, recomputed beside the printed figure.

A view of a `Scorecard` (exact fractions) as lines to read and as a table to keep. Rounding is half-up to two
decimals, as officially done; a printed figure is never replaced, only compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import pandas as pd

from kotacerdas.instrument import Label
from kotacerdas.scoring import Scorecard, round_half_up


@dataclass(frozen=True)
class Line:
    """One component: its questions (none where only the component is published), its mean and what it adds."""

    id: str
    label: Label
    weight: Fraction
    questions: tuple[Scorecard, ...]
    value: Fraction | None
    printed: Fraction | None
    points: Fraction | None
    rule: str | None

    @property
    def total(self) -> Fraction:
        """The sum of the question scores."""
        return sum((question.value or Fraction(0) for question in self.questions), start=Fraction(0))

    @property
    def difference(self) -> Fraction | None:
        """Printed minus recomputed rounded half-up; None where nothing was recomputed or printed."""
        if not self.questions or self.value is None or self.printed is None:
            return None
        return self.printed - Fraction(round_half_up(self.value))


@dataclass(frozen=True)
class Receipt:
    """All lines and the sum. `total` is unrounded, `rounded` half-up to two decimals, `printed` the official final."""

    lines: tuple[Line, ...]
    total: Fraction
    rounded: Fraction
    printed: Fraction | None
    from_printed: Fraction | None
    """The weighted sum of the printed components, as a second way to the final; None where lines start from them."""

    @property
    def from_questions(self) -> bool:
        """Whether the sums start at the questions."""
        return any(line.questions for line in self.lines)

    @property
    def difference(self) -> Fraction | None:
        """Printed final minus the recomputed one; None where no final is printed."""
        return None if self.printed is None else self.printed - self.rounded


def receipt(card: Scorecard) -> Receipt:
    """The receipt of a scored city. The card must have a value."""
    if card.value is None:
        raise ValueError(f"{card.id} has no value to explain")
    lines = tuple(
        Line(
            id=part.id,
            label=part.label,
            weight=part.weight,
            questions=tuple(question for question in part.children if question.value is not None),
            value=part.value,
            printed=part.published,
            points=part.contribution,
            rule=part.rule,
        )
        for part in card.children
    )
    detailed = any(line.questions for line in lines)
    printed = [line.weight * line.printed for line in lines if line.printed is not None]
    complete = detailed and all(line.printed is not None or line.rule == "zero" for line in lines)
    return Receipt(
        lines=lines,
        total=card.value,
        rounded=Fraction(round_half_up(card.value)),
        printed=card.published,
        from_printed=sum(printed, start=Fraction(0)) if complete else None,
    )


def table(card: Scorecard, lang: str) -> pd.DataFrame:
    """The whole receipt as rows, questions before the component they add up to, the final last.

    Columns: `id`, `kind`, `label` (in one language), `value` (full precision), `count` (of how many it is the mean or
    sum), `weight` (share of the parent), `points` (added to the final), `recomputed` (half-up to two decimals),
    `published`, `difference`, `rule`, `source_document`, `source_section`.
    """
    rows = [_row(node, lang) for node in _bottom_up(card)]
    return pd.DataFrame(rows)


def _bottom_up(node: Scorecard) -> list[Scorecard]:
    return [below for child in node.children for below in _bottom_up(child)] + [node]


def _row(node: Scorecard, lang: str) -> dict[str, object]:
    summed = bool(node.children) and node.value is not None
    rounded = Fraction(round_half_up(node.value)) if summed and node.value is not None else None
    difference = None if rounded is None or node.published is None else node.published - rounded
    return {
        "id": node.id,
        "kind": node.kind,
        "label": getattr(node.label, lang),
        "value": _number(node.value),
        "count": len(node.children) if summed else None,
        "weight": _number(node.weight),
        "points": _number(node.contribution),
        "recomputed": _number(rounded),
        "published": _number(node.published),
        "difference": _number(difference),
        "rule": node.rule,
        "source_document": node.source.document if node.source else None,
        "source_section": node.source.section if node.source else None,
    }


def _number(value: Fraction | None) -> float | None:
    return None if value is None else float(value)
