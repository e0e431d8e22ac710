"""How far the marks that count carry the result of a city: the one rule for the panel, the steps and the publication.

A question needs the mark of every seat that counts (submitted and not ended). A component that the instrument counts
as 0 without a mark may stay without one, but as a whole: either every counting seat marks it or none does, for a mean
of some would stand beside a 0 of the others. A result rests on as many marks as the question with the fewest has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, func, select

from kotacerdas.instrument import Instrument, Node
from kotacerdas.interview.stages import Layer
from kotacerdas.interview.standing import asked, optional
from kotacerdas.interview.tables import answers, entries, seats
from kotacerdas.problem import Problem

Counts = Mapping[str, int]
"""Question -> how many marks of counting seats it has; absent: none."""

_NAMED = 5
"""How many questions a sentence names; all of them are in the problem's `questions`."""


@dataclass(frozen=True)
class Uneven:
    """A component that may stay without marks, and that only some of the counting seats have marked."""

    node: Node
    marks: int


@dataclass(frozen=True)
class Completeness:
    """What the marks of `seats` counting seats give.

    `fewest`: the marks of the question that has fewest; `open`: questions that need a mark and have none at all.
    """

    seats: int
    fewest: int
    open: tuple[Node, ...] = ()
    uneven: tuple[Uneven, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether there is a result at all, full or provisional."""
        return not self.open and not self.uneven


def completeness(instrument: Instrument, counting: int, counts: Counts) -> Completeness:
    """How far `counting` seats with these marks carry a result of the instrument."""
    needed = [node for node in asked(instrument) if not optional(node)]
    free = [node for node in asked(instrument) if optional(node)]
    return Completeness(
        seats=counting,
        fewest=min([counting, *(counts.get(node.id, 0) for node in needed)]),
        open=tuple(node for node in needed if not counts.get(node.id)),
        uneven=tuple(Uneven(node, counts[node.id]) for node in free if 0 < counts.get(node.id, 0) < counting),
    )


def counts_of(tx: Connection, *which: ColumnElement[bool]) -> dict[int, dict[str, int]]:
    """Entry -> the counts of its questions; `which` are conditions on `entries`. Entries without any are absent."""
    query = (
        select(answers.c.entry_id, answers.c.question, func.count().label("marks"))
        .join(entries, entries.c.id == answers.c.entry_id)
        .join(seats, (seats.c.entry_id == answers.c.entry_id) & (seats.c.who == answers.c.owner))
        .where(answers.c.layer == Layer.MARK.value, answers.c.value.is_not(None))
        .where(seats.c.ended_at.is_(None), seats.c.submitted_at.is_not(None), *which)
        .group_by(answers.c.entry_id, answers.c.question)
    )
    found: dict[int, dict[str, int]] = {}
    for row in tx.execute(query):
        found.setdefault(row.entry_id, {})[row.question] = int(row.marks)
    return found


def barred(done: Completeness) -> Problem | None:
    """What keeps a city from its right of reply and from being final: a question without a mark, or a component with
    those of some assessors only. None where nothing does."""
    if done.open:
        return Problem(
            "marks_open",
            count=len(done.open),
            shown=tuple(node.label for node in done.open[:_NAMED]),
            questions=tuple(node.id for node in done.open),
        )
    for one in done.uneven:
        return Problem("marks_uneven", component=one.node.label, count=one.marks, accepted=done.seats)
    return None
