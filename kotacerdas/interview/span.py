"""What is still possible below a node of an instrument: its value as it stands, the lowest and the highest.

The arithmetic under `live`: questions at the bottom (`Question`), each parent combined from its children by the rules
of `scoring.score` (`combined`), in exact fractions added up as whole numbers. An open question may still become
anything on its scale; a node that counts as 0 while it is missing may also stay empty.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kotacerdas.instrument import ChoiceRubric, Instrument, Node, NumericRubric, exact
from kotacerdas.problem import Problem
from kotacerdas.scoring import on_scale

NOTHING, ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True, slots=True)
class Span:
    """A node with the marks so far: its value as it stands (None: none), coverage, lowest and highest possible value,
    and how many of the leaves below it are answered."""

    value: Fraction | None
    coverage: Fraction
    low: Fraction
    high: Fraction
    answered: int


class Question:
    """A question: the lowest and highest score it can get, its whole marks, and its share of the final."""

    def __init__(self, node: Node, instrument: Instrument) -> None:
        self.node, self.instrument = node, instrument
        self.weight = instrument.effective_weight(node.id)
        self.may_stay_empty = tuple(n.id for n in (node, *instrument.ancestors(node.id)) if n.missing == "zero")
        self.low, self.high = _reach(node, instrument)
        self.choices = _choices(node, self.low, self.high)
        self.open = Span(None, NOTHING, self.low, self.high, 0)
        self._known: dict[Fraction, Span] = {mark: self._answered(mark) for mark in self.choices}

    def state(self, score: Fraction) -> Span:
        """The question with this score."""
        return self._known.get(score) or self._answered(score)

    def score(self, mark: object) -> Fraction:
        """The score of a mark. Raises `Problem` for what is no number or not on the scale."""
        plain = self.node.rubric is None
        if plain and type(mark) is int and mark in self._known:  # `exact` reads every number as text: ten times slower
            return Fraction(mark)
        try:
            number = exact(mark)
        except ValueError as error:
            raise Problem("answer_number", node=self.node.id, value=str(mark)[:40]) from error
        return number if plain and number in self._known else on_scale(number, self.node, self.instrument)

    @staticmethod
    def _answered(score: Fraction) -> Span:
        return Span(score, ONE, score, score, 1)


def _reach(node: Node, instrument: Instrument) -> tuple[Fraction, Fraction]:
    """The lowest and highest score a question can get: the ends of its scale, or of what its rubric can give."""
    if node.rubric is None:
        scale = instrument.scale(node.id)
        return scale.min, scale.max
    if isinstance(node.rubric, NumericRubric):
        domain = node.rubric.domain
        top = node.rubric.bounds[-1].value + 1 if domain.max is None else domain.max
        scores = [node.rubric.score(domain.min), node.rubric.score(top)]
    else:
        scores = [option.score for option in node.rubric.options]
    return Fraction(min(scores)), Fraction(max(scores))


def _choices(node: Node, low: Fraction, high: Fraction) -> tuple[Fraction, ...]:
    """The scores a question is tried out at: whole steps up from the lowest, or the stages of its rubric."""
    if isinstance(node.rubric, ChoiceRubric):
        return tuple(sorted(Fraction(score) for score in {option.score for option in node.rubric.options}))
    return tuple(low + n for n in range(math.floor(high - low) + 1))


@dataclass(frozen=True)
class Parent:
    """An inner node with its children, their shares as whole numbers over one denominator, and their rules."""

    id: str
    children: tuple[str, ...]
    shares: tuple[int, ...]
    rules: tuple[str, ...]
    plain: bool
    """Whether all children are simply left out while they are missing."""

    @classmethod
    def of(cls, node: Node, instrument: Instrument) -> Parent:
        """An inner node of an instrument."""
        children = instrument.children[node.id]
        shares = [instrument.weights[child.id] for child in children]
        whole = math.lcm(*(share.denominator for share in shares))
        return cls(
            id=node.id,
            children=tuple(child.id for child in children),
            shares=tuple(int(share * whole) for share in shares),
            rules=tuple(child.missing for child in children),
            plain=all(child.missing == "exclude" for child in children),
        )


def combined(parent: Parent, states: Mapping[str, Span]) -> Span:
    """The state of a parent from those of its children, by the rules of `scoring.score`."""
    below = [states[child] for child in parent.children]
    shares, whole = parent.shares, sum(parent.shares)
    lows, highs = [state.low for state in below], [state.high for state in below]
    if parent.plain:
        held = [(share, state.value) for share, state in zip(shares, below, strict=True) if state.value is not None]
        total = sum(share for share, _ in held)
        value = _weighted(held) / total if total else None
        coverage = _weighted([(share, state.coverage) for share, state in zip(shares, below, strict=True)]) / whole
    else:
        empty = [state.value is None and rule == "zero" for state, rule in zip(below, parent.rules, strict=True)]
        lows = [min(low, NOTHING) if zero else low for low, zero in zip(lows, empty, strict=True)]
        highs = [max(high, NOTHING) if zero else high for high, zero in zip(highs, empty, strict=True)]
        shared = counted(parent, states)
        blocked = any(
            state.value is None and rule == "require" for state, rule in zip(below, parent.rules, strict=True)
        )
        counting = sum(shared, start=NOTHING)
        value = None
        if counting and not blocked and any(state.value is not None for state in below):
            value = sum((c * s.value for c, s in zip(shared, below, strict=True) if s.value is not None), NOTHING)
            value /= counting
        covered = [ONE if zero else state.coverage for state, zero in zip(below, empty, strict=True)]
        coverage = _weighted(list(zip(shares, covered, strict=True))) / whole
    return Span(
        value=value,
        coverage=coverage,
        low=_weighted(list(zip(shares, lows, strict=True))) / whole,
        high=_weighted(list(zip(shares, highs, strict=True))) / whole,
        answered=sum(state.answered for state in below),
    )


def counted(parent: Parent, states: Mapping[str, Span]) -> list[Fraction]:
    """The share each child counts with as it stands: none while it is left out."""
    return [
        NOTHING
        if states[child].value is None and rule != "zero"
        else share * states[child].coverage
        if rule == "pool"
        else Fraction(share)
        for child, share, rule in zip(parent.children, parent.shares, parent.rules, strict=True)
    ]


def _weighted(parts: Sequence[tuple[int, Fraction]]) -> Fraction:
    """The sum of share x number, added up as whole numbers: adding fractions one by one takes four times as long."""
    whole = math.lcm(*{number.denominator for _, number in parts})
    return Fraction(sum(share * number.numerator * (whole // number.denominator) for share, number in parts), whole)
