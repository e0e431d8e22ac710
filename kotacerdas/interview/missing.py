"""What still stands open in a set of answers: questions without a value, and those flagged for follow-up."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from kotacerdas.instrument import Instrument
from kotacerdas.interview.stages import Layer
from kotacerdas.interview.standing import Entry, asked, required
from kotacerdas.interview.tables import answers
from kotacerdas.problem import Problem

_NAMED = 12
"""How many questions a sentence names; the full list is in the problem's `questions`."""


@dataclass(frozen=True)
class Missing:
    """Questions in the instrument's order: `open` need a value and have none, `flagged` are marked for follow-up."""

    open: tuple[str, ...]
    flagged: tuple[str, ...]

    @property
    def questions(self) -> tuple[str, ...]:
        """All of them once, open ones first."""
        return tuple(dict.fromkeys([*self.open, *self.flagged]))

    def __bool__(self) -> bool:
        return bool(self.open or self.flagged)


def missing(tx: Connection, entry: Entry, layer: Layer, owner: str, instrument: Instrument) -> Missing:
    """What is open or flagged in one author's answers of a layer."""
    found = {
        row.question: row
        for row in tx.execute(
            select(answers.c.question, answers.c.value, answers.c.flag).where(
                answers.c.entry_id == entry.id, answers.c.layer == layer.value, answers.c.owner == owner
            )
        )
    }
    needed = [node.id for node in required(instrument)]
    return Missing(
        open=tuple(q for q in needed if q not in found or found[q].value is None),
        flagged=tuple(node.id for node in asked(instrument) if node.id in found and found[node.id].flag),
    )


def require_complete(tx: Connection, entry: Entry, layer: Layer, owner: str, instrument: Instrument) -> None:
    """Raises `Problem("answers_open")` with the list in `.params["questions"]` while anything is open or flagged."""
    left = missing(tx, entry, layer, owner, instrument)
    if left:
        more = "" if len(left.questions) <= _NAMED else " …"
        raise Problem(
            "answers_open",
            open=len(left.open),
            flagged=len(left.flagged),
            shown=", ".join(left.questions[:_NAMED]) + more,
            questions=left.questions,
            open_questions=left.open,
            flagged_questions=left.flagged,
        )


def unanswered_replies(tx: Connection, entry: Entry) -> tuple[str, ...]:
    """Questions the city replied to and the chair has not answered, by name."""

    def noted(layer: Layer) -> set[str]:
        found = tx.execute(
            select(answers.c.question, answers.c.note).where(
                answers.c.entry_id == entry.id, answers.c.layer == layer.value
            )
        )
        return {row.question for row in found if row.note.strip()}

    return tuple(sorted(noted(Layer.REPLY) - noted(Layer.ANSWER)))
