"""The result as it would be with the marks so far, what is still possible, and what one question can still change.

Same rules and figures as `scoring.score`, in exact fractions, arranged so that one changed mark costs a fraction of a
millisecond: what follows from the instrument alone is laid out once in a `Sheet`, and a question that is tried out
recomputes only the figures above it.

A mark is what a leaf question gets: an assessor's whole mark, or the mean of a panel (`panel`). A question without a
mark is open: it may still become anything on its scale, so the lowest possible final has all open questions at their
lowest and the highest all at their highest. Where the instrument counts a missing node as 0, leaving it empty is
possible too. In the evaluations the final as it stands always lies in that range.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from kotacerdas.instrument import Instrument, Label, Node, exact
from kotacerdas.interview.span import NOTHING, Parent, Question, Span, combined, counted
from kotacerdas.levels import Levels
from kotacerdas.problem import Problem
from kotacerdas.scoring import round_half_up


@dataclass(frozen=True)
class Component:
    """A part of the final (a child of the root) with the marks so far.

    `value` is the mean of what is answered (None: nothing yet), `low` and `high` what is still possible, all exact;
    `weight` the official share of the final; `points` what it adds to the final as it stands, None without one or
    without a value. `rule` is `zero` where the instrument counts the empty component as 0.
    """

    id: str
    label: Label
    weight: Fraction
    value: Fraction | None
    low: Fraction
    high: Fraction
    points: Fraction | None
    answered: int
    questions: int
    coverage: Fraction
    rule: str | None = None


@dataclass(frozen=True)
class Outlook:
    """A final as it stands and the range still possible: exact, rounded half-up as officially done, and as levels.

    `value`, `final` and `level` are None while a component that the final needs has no mark at all.
    """

    value: Fraction | None
    least: Fraction
    most: Fraction
    final: Decimal | None
    low: Decimal
    high: Decimal
    level: int | None
    level_low: int
    level_high: int


@dataclass(frozen=True)
class Still:
    """What one question can still change.

    `mark` is its mark now (None: open); `step` the points one whole mark is worth in the complete final; `at` the
    outlook for each mark it can get, all others as they are.
    """

    question: str
    mark: Fraction | None
    step: Fraction
    at: Mapping[Fraction, Outlook]


@dataclass(frozen=True)
class Live(Outlook):
    """The result with the marks so far; see `Outlook` for the final.

    `coverage` is the share of the official weight that is answered or set by the instrument's rule; `open` the
    questions that need a mark and have none, in the instrument's order (a question that counts as 0 without a mark is
    not among them).
    """

    components: tuple[Component, ...]
    coverage: Fraction
    answered: int
    questions: int
    open: tuple[str, ...]
    marks: Mapping[str, Fraction] = field(repr=False)
    _sheet: Sheet = field(repr=False, compare=False)
    _states: Mapping[str, Span] = field(repr=False, compare=False)

    @property
    def complete(self) -> bool:
        """Whether nothing is open any more: the final is then the one `scoring.score` gives."""
        return not self.open

    def still(self, question: str, at: Iterable[object] | None = None) -> Still:
        """What a question can still change, at every whole mark or at the marks given.

        Raises `Problem` for a node that is no question and for a mark outside its scale.
        """
        leaf = self._sheet.leaf(question)
        tried = leaf.choices if at is None else tuple(leaf.score(mark) for mark in at)
        return Still(
            question=question,
            mark=self.marks.get(question),
            step=leaf.weight,
            at={mark: self._sheet.try_out(self._states, leaf, mark) for mark in tried},
        )


class Sheet:
    """An instrument laid out for live results, with the levels and reading they are told in. Immutable: build it once
    per instrument and share it."""

    def __init__(self, instrument: Instrument, levels: Levels, reading: str | None = None) -> None:
        self.instrument = instrument
        self.levels = levels
        self._placed = levels.over(instrument.bounds)
        self.reading = reading
        self._leaves = {node.id: Question(node, instrument) for node in instrument.leaves}
        self._parents = {node.id: Parent.of(node, instrument) for node in _deepest_first(instrument)}
        self._above = {leaf: tuple(node.id for node in instrument.ancestors(leaf)) for leaf in self._leaves}
        self._below = {part.id: self._count(part) for part in instrument.parts}

    def live(self, marks: Mapping[str, object]) -> Live:
        """The result with these marks (question -> number; None or absent: open).

        Raises `Problem` for a node that is no question, a value that is no number or outside its scale.
        """
        scores = {name: self.leaf(name).score(mark) for name, mark in marks.items() if mark is not None}
        states = {
            name: leaf.state(scores[name]) if name in scores else leaf.open for name, leaf in self._leaves.items()
        }
        for parent in self._parents.values():
            states[parent.id] = combined(parent, states)
        root = self.instrument.root.id
        top = states[root]
        unanswered = tuple(
            name
            for name, leaf in self._leaves.items()
            if name not in scores and all(states[node].answered for node in leaf.may_stay_empty)
        )
        return Live(
            **self._told(top),
            components=self._components(states),
            coverage=top.coverage,
            answered=top.answered,
            questions=len(self._leaves),
            open=unanswered,
            marks=scores,
            _sheet=self,
            _states=states,
        )

    def leaf(self, question: str) -> Question:
        """A question of the instrument. Raises `Problem` for anything else."""
        if question not in self._leaves:
            raise Problem("live_question", node=str(question)[:40], instrument=self.instrument.id)
        return self._leaves[question]

    def try_out(self, states: Mapping[str, Span], leaf: Question, score: Fraction) -> Outlook:
        """The outlook with another score of one question; only the figures above it are recomputed."""
        changed = {**states, leaf.node.id: leaf.state(score)}
        for above in self._above[leaf.node.id]:
            changed[above] = combined(self._parents[above], changed)
        return Outlook(**self._told(changed[self.instrument.root.id]))

    def _count(self, part: Node) -> int:
        return sum(1 for node in (part, *self.instrument.below(part.id)) if not self.instrument.children[node.id])

    def _components(self, states: Mapping[str, Span]) -> tuple[Component, ...]:
        root = self._parents[self.instrument.root.id]
        shares = counted(root, states)
        total = sum(shares, start=NOTHING) if states[root.id].value is not None else NOTHING
        found = []
        for part, share in zip(self.instrument.parts, shares, strict=True):
            state = states[part.id]
            ruled = state.value is None and part.missing == "zero"
            adds = total and (state.value is not None or ruled)
            found.append(
                Component(
                    id=part.id,
                    label=part.label,
                    weight=self.instrument.weights[part.id],
                    value=state.value,
                    low=state.low,
                    high=state.high,
                    points=share / total * (state.value or NOTHING) if adds else None,
                    answered=state.answered,
                    questions=self._below[part.id],
                    coverage=state.coverage,
                    rule="zero" if ruled else None,
                )
            )
        return tuple(found)

    def _told(self, top: Span) -> dict[str, Any]:
        final = None if top.value is None else round_half_up(top.value)
        low, high = round_half_up(top.low), round_half_up(top.high)
        level = {x: self._placed.of(x, self.reading) for x in (final, low, high)}
        return {
            "value": top.value,
            "least": top.low,
            "most": top.high,
            "final": final,
            "low": low,
            "high": high,
            "level": level[final],
            "level_low": level[low],
            "level_high": level[high],
        }


@dataclass(frozen=True)
class Panel:
    """The mean of the given marks per question, never without how many there are (`counts`).

    `size` is how many the round asks for, `seats` how many assessors there are.
    """

    means: Mapping[str, Fraction]
    counts: Mapping[str, int]
    seats: int
    size: int

    @property
    def short(self) -> tuple[str, ...]:
        """The questions whose mean rests on fewer marks than the round asks for."""
        return tuple(question for question, count in self.counts.items() if count < self.size)

    @property
    def provisional(self) -> bool:
        """Whether a result from these means is provisional: too few seats, or too few marks somewhere."""
        return self.seats < self.size or bool(self.short)


def panel(marks: Mapping[str, Mapping[str, object]], size: int) -> Panel:
    """The means of a panel: `marks` maps each assessor to question -> mark (None or absent: not given).

    Raises `Problem` for a mark that is no number; whether it is on the scale is checked where it is used.
    """
    given: dict[str, list[Fraction]] = {}
    for own in marks.values():
        for question, mark in own.items():
            if mark is None:
                continue
            try:
                given.setdefault(question, []).append(exact(mark))
            except ValueError as error:
                raise Problem("answer_number", node=question, value=str(mark)[:40]) from error
    return Panel(
        means={question: sum(found, start=NOTHING) / len(found) for question, found in given.items()},
        counts={question: len(found) for question, found in given.items()},
        seats=len(marks),
        size=size,
    )


def live(marks: Mapping[str, object], instrument: Instrument, levels: Levels, reading: str | None = None) -> Live:
    """The result with these marks, for a single use; a screen keeps a `Sheet` and asks that. Raises as `Sheet.live`."""
    return Sheet(instrument, levels, reading).live(marks)


def _deepest_first(instrument: Instrument) -> list[Node]:
    inner = [node for node in instrument.nodes if instrument.children[node.id]]
    return sorted(inner, key=lambda node: -sum(1 for _ in instrument.ancestors(node.id)))
