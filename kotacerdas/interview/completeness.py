"""How far the marks that count carry the result of a city: the one rule for the panel, the steps and the publication.

A question needs the mark of every seat that counts (submitted and not ended). A component that the instrument counts
as 0 without a mark may stay without one, but as a whole: either every counting seat marks it or none does, for a mean
of some would stand beside a 0 of the others. A result rests on as many marks as the question with the fewest has.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, case, func, select

from kotacerdas.instrument import Instrument, Node
from kotacerdas.interview.stages import Layer
from kotacerdas.interview.standing import Entry, Round, asked, optional, required
from kotacerdas.interview.tables import answers, seats
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
    needed = required(instrument)
    free = [node for node in asked(instrument) if optional(node)]
    return Completeness(
        seats=counting,
        fewest=min([counting, *(counts.get(node.id, 0) for node in needed)]),
        open=tuple(node for node in needed if not counts.get(node.id)),
        uneven=tuple(Uneven(node, counts[node.id]) for node in free if 0 < counts.get(node.id, 0) < counting),
    )


def completeness_of(
    tx: Connection, around: Round, which: Sequence[Entry], counting: Mapping[int, int]
) -> dict[int, Completeness]:
    """The same of entries of a round, from the store; `counting`: entry -> how many of its seats count.

    A seat gives a question one mark at most. So where there are as many marks as seats times questions, every question
    has all of them, and only the other entries are counted question by question (of a whole country: 22,000 rows).
    """
    instruments = {entry.id: around.instrument(entry.group) for entry in which}
    free = {node.id for instrument in instruments.values() for node in asked(instrument) if optional(node)}
    sums = _counts(tx, instruments, case((answers.c.question.in_(sorted(free)), answers.c.question), else_=""))
    full: dict[int, Counts] = {}
    for entry, instrument in instruments.items():
        needed, seated, sum_ = required(instrument), counting.get(entry, 0), sums.get(entry, {})
        if sum_.get("", 0) == seated * len(needed):
            full[entry] = {**sum_, **{node.id: seated for node in needed}}
    counts = full | _counts(tx, instruments.keys() - full.keys(), answers.c.question)
    return {
        entry: completeness(instrument, counting.get(entry, 0), counts.get(entry, {}))
        for entry, instrument in instruments.items()
    }


def _counts(tx: Connection, which: Collection[int], by: ColumnElement[str]) -> dict[int, Counts]:
    """Entry -> marks of counting seats, counted `by` question or a kind of them."""
    if not which:
        return {}
    query = (
        select(answers.c.entry_id, by.label("of"), func.count().label("marks"))
        .join(seats, (seats.c.entry_id == answers.c.entry_id) & (seats.c.who == answers.c.owner))
        .where(answers.c.entry_id.in_(sorted(which)))
        .where(answers.c.layer == Layer.MARK.value, answers.c.value.is_not(None))
        .where(seats.c.ended_at.is_(None), seats.c.submitted_at.is_not(None))
        .group_by(answers.c.entry_id, "of")
    )
    found: dict[int, dict[str, int]] = {}
    for row in tx.execute(query):
        found.setdefault(row.entry_id, {})[row.of] = int(row.marks)
    return dict(found)


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
