"""What the chair's page works with in one run: the marks side by side, how far they agree, the result as it stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import streamlit as st

from kotacerdas.i18n import Text
from kotacerdas.interview import agreement, audit, reading
from kotacerdas.interview.agreement import Alpha, Dispute, Severity
from kotacerdas.interview.live import Live
from kotacerdas.interview.reading import Record, View
from kotacerdas.interview.result_rows import carried
from kotacerdas.interview.sight import Part
from kotacerdas.interview.stages import Layer, Stage
from kotacerdas.interview.standing import Seat, asked
from kotacerdas.problem import Problem
from kotacerdas.ui import interview_act, state
from kotacerdas.ui.interview_desk import Desk
from kotacerdas.ui.interview_entry_state import QUESTION, Sheetful, sheet_of

COMPONENT = "component"
CLOSE = 1.0
"""Marks that lie at most this far apart count as close."""
_FAULTS = "kotacerdas.panel-faults"


@dataclass(frozen=True)
class Table:
    """The panel of one city round its table: who sits, what each gave, and what comes of it.

    `sheet` is the entry with the question in hand. The properties that need marks are for a panel whose marks are
    open (`View.blind` is False).
    """

    sheet: Sheetful

    @property
    def t(self) -> Text:
        """The words of the page."""
        return self.sheet.t

    @property
    def desk(self) -> Desk:
        """Who is at the screen."""
        return self.sheet.desk

    @property
    def view(self) -> View:
        """The entry as the person may see it."""
        return self.sheet.view

    @cached_property
    def seats(self) -> tuple[Seat, ...]:
        """The seats that score, in the order they were given; from the reconciliation on those that count.

        Whoever has not submitted by then gives nothing to the result, so neither to the figures about the panel.
        """
        closed = self.view.sight.reached(Stage.RECONCILIATION)
        return tuple(seat for seat in self._scoring if seat.counts or not closed)

    @cached_property
    def uncounted(self) -> tuple[Seat, ...]:
        """The seats that score and do not count although the scoring is over."""
        return tuple(seat for seat in self._scoring if seat not in self.seats)

    @cached_property
    def _scoring(self) -> tuple[Seat, ...]:
        return tuple(seat for seat in self.view.panel if seat.active and (seat.scores or seat.counts))

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """What the seats are called: by number, not by name."""
        return tuple(self._label(number, seat) for number, seat in enumerate(self.seats, 1))

    @cached_property
    def uncounted_labels(self) -> tuple[str, ...]:
        """What the seats that do not count are called; their numbers come after the others."""
        return tuple(self._label(number, seat) for number, seat in enumerate(self.uncounted, len(self.seats) + 1))

    def _label(self, number: int, seat: Seat) -> str:
        return self.t("panel.seat_chair" if seat.chair else "panel.seat", number=number)

    def label_of(self, who: str) -> str:
        """What a seat is called; the identity itself for one that no longer sits."""
        seats, labels = (*self.seats, *self.uncounted), (*self.labels, *self.uncounted_labels)
        found = (label for seat, label in zip(seats, labels, strict=True) if seat.who == who)
        return next(found, who)

    @cached_property
    def questions(self) -> tuple[str, ...]:
        """The questions by their ids, in the order of the instrument."""
        return tuple(node.id for node in self.sheet.questions)

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Number and short text of each question."""
        return {
            node.id: self.t("entry.numbered", number=number, question=self.t.label(node.label))
            for number, node in enumerate(self.sheet.questions, 1)
        }

    @cached_property
    def marks(self) -> agreement.Floats:
        """The marks: seats x questions, NaN where there is none."""
        given = {
            who: {question: answer.value for question, answer in found.items()}
            for who, found in self.view.marks.items()
        }
        return agreement.array(given, [seat.who for seat in self.seats], self.questions)

    @cached_property
    def disputes(self) -> tuple[Dispute, ...]:
        """The questions, the most disputed first."""
        return agreement.disputes(self.marks, self.questions)

    @property
    def alpha(self) -> Alpha:
        """How far the panel agrees."""
        return _agreement(self.marks.shape, self.marks.tobytes())[0]

    @property
    def severity(self) -> tuple[Severity, ...]:
        """How each seat marks beside the rest."""
        return _agreement(self.marks.shape, self.marks.tobytes())[1]

    @property
    def close(self) -> tuple[int, int]:
        """How many questions have marks at most one point apart, of how many with two marks or more."""
        compared = [row for row in self.disputes if row.low is not None and row.high is not None and row.count > 1]
        return sum((row.high or 0) - (row.low or 0) <= CLOSE for row in compared), len(compared)

    @cached_property
    def live(self) -> Live:
        """The result as it stands: the means of the seats that count, by the rules of the official result."""
        return result_of(self.sheet)

    @property
    def provisional(self) -> bool:
        """Whether the result rests on fewer marks than the round asks for, anywhere."""
        return self.view.strength.provisional

    @cached_property
    def changes(self) -> Mapping[str, tuple[tuple[str, Record], ...]]:
        """Question -> whose mark was changed with a reason, and the record of it, oldest first."""
        if not self.view.sight.reached(Stage.RECONCILIATION) or Part.CHAIR not in self.view.sight.parts:
            return {}
        found: dict[str, list[tuple[str, Record]]] = {}
        for record in reading.trail(self.desk.store, self.desk.actor, self.sheet.entry):
            layer, question, owner = [*record.subject.split(" ", 2), "", ""][:3]
            if record.action == audit.ANSWER and layer == Layer.MARK.value and record.reason and record.before:
                found.setdefault(question, []).append((owner, record))
        return {question: tuple(changes) for question, changes in found.items()}


@st.cache_resource(max_entries=64, show_spinner=False)
def _agreement(shape: tuple[int, int], marks: bytes) -> tuple[Alpha, tuple[Severity, ...]]:
    """Both figures from the marks alone: drawing the questions anew takes longer than the rest of the page."""
    given = np.frombuffer(marks).reshape(shape)
    return agreement.alpha(given), agreement.severity(given)


def result_of(sheet: Sheetful) -> Live:
    """The result from the panel's means as far as they may be seen, with what an instrument takes from earlier."""
    means = {question: mean.value for question, mean in sheet.view.means.items()}
    earlier = carried(sheet.desk.data, sheet.view.entry.city, sheet.instrument)
    known = {node.id for node in sheet.instrument.leaves}
    return sheet_of(sheet.instrument, sheet.desk.data.levels).live(
        {question: value for question, value in {**earlier, **means}.items() if question in known}
    )


def level_name(sheet: Sheetful, level: int | None) -> str | None:
    """The name of a level."""
    levels = sheet.desk.data.levels.levels
    return next((sheet.t.label(one.label) for one in levels if one.id == level), None)


def sheet_at(desk: Desk, view: View, layer: Layer, order: Callable[[Sheetful], Sequence[str]]) -> Sheetful:
    """The entry with the question of the address in hand, else the first of `order`, else the first."""
    instrument = view.round.instrument(view.entry.group)
    questions = asked(instrument)
    by_id = {node.id: node for node in questions}
    sheet = Sheetful(desk, view, instrument, questions, questions[0], layer)
    wanted = state.param(QUESTION) or ""
    if wanted not in by_id:
        wanted = next(iter(order(sheet)), questions[0].id)
        if state.param(QUESTION):
            state.put(QUESTION, wanted)
    return Sheetful(desk, view, instrument, questions, by_id[wanted], layer)


# ---- doing -------------------------------------------------------------------------------------------------------


def do(place: str, deed: Callable[[], str]) -> None:
    """In a callback: do it and note its sentence, or keep the problem for `fault(place)`."""
    faults = st.session_state.setdefault(_FAULTS, {})
    faults.pop(place, None)
    try:
        interview_act.done(deed())
    except Problem as problem:
        faults[place] = problem


def fault(place: str) -> Problem | None:
    """What stood against the last thing done at a place."""
    found: Problem | None = st.session_state.get(_FAULTS, {}).get(place)
    return found


def forget(place: str) -> None:
    """Forget a fault that has been settled."""
    st.session_state.get(_FAULTS, {}).pop(place, None)
