"""What the entry screen works with in one run: the entry as it may be seen, its questions, and choices not yet saved.

Nothing here outlives the store: the session only knows what it last showed (to tell a conflict from a first mark) and
what the store has not taken yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import streamlit as st

from kotacerdas.i18n import Text
from kotacerdas.instrument import Instrument, Node
from kotacerdas.interview.answers import Change, Conflict, Saved
from kotacerdas.interview.lateness import is_over
from kotacerdas.interview.live import Live, Sheet
from kotacerdas.interview.reading import Answer, View
from kotacerdas.interview.stages import CHAIR_OWNER, CITY_OWNER, OPEN, Layer, Stage
from kotacerdas.interview.standing import Seat, asked, optional, required
from kotacerdas.levels import Levels
from kotacerdas.problem import Problem
from kotacerdas.ui import interview_entry_reason, state
from kotacerdas.ui.interview_desk import Desk
from kotacerdas.ui.interview_entry_save import Part, key_of, put
from kotacerdas.ui.interview_words import named

QUESTION, LIST = "q", "list"
CHOSEN: tuple[Part, ...] = ("value", "flag")
_SHOWN = "kotacerdas.entry-shown"
_UNSAVED = "kotacerdas.entry-unsaved"
_NOTHING: Mapping[str, Any] = {"version": 0, "value": None, "note": "", "flag": False}

Place = tuple[str, int, str, Layer]
"""Person, entry, question and layer: where a choice belongs."""


@dataclass(frozen=True)
class Unsaved:
    """A choice the store has not taken: why not, and what stands there instead where somebody was faster."""

    part: Part
    new: Any
    problem: Problem


@dataclass(frozen=True)
class Sheetful:
    """One author's answers in one layer for one city, in the order of the instrument: an assessor's marks, or the
    city's self-assessment, its replies, the chair's answers to them."""

    desk: Desk
    view: View
    instrument: Instrument
    questions: tuple[Node, ...]
    current: Node
    layer: Layer = Layer.MARK

    @property
    def t(self) -> Text:
        """The words of the page."""
        return self.desk.t

    @property
    def entry(self) -> int:
        """The entry's number."""
        return self.view.entry.id

    @property
    def owner(self) -> str:
        """Whose answers these are, as the store names it."""
        owners = {Layer.MARK: self.desk.actor.who, Layer.ANSWER: CHAIR_OWNER}
        return owners.get(self.layer, CITY_OWNER)

    @property
    def seat(self) -> Seat:
        """The own seat; the view is drawn for who has one."""
        return next(seat for seat in self.view.panel if seat.who == self.desk.actor.who and seat.active)

    @property
    def open(self) -> bool:
        """Whether answers may be given now; the services decide again."""
        if self.layer is Layer.REPLY and is_over(self.view.due):
            return False
        if self.layer is not Layer.MARK:
            return (self.layer, self.view.entry.stage) in OPEN and self.desk.store.writable
        scoring = self.view.entry.stage in (Stage.SCHEDULED, Stage.SCORING)
        return scoring and self.seat.submitted_at is None and self.desk.store.writable

    @property
    def reasoned(self) -> bool:
        """Whether a mark given now needs a reason: the chair has opened those of the others."""
        return self.layer is Layer.MARK and self.open and self.view.entry.opened

    @property
    def own(self) -> Mapping[str, Answer]:
        """The own answers by question."""
        view = self.view
        others = {Layer.SELF: view.self_answers, Layer.REPLY: view.replies, Layer.ANSWER: view.answers}
        return others.get(self.layer, view.own)

    @property
    def answer(self) -> Answer | None:
        """The own answer to the question on the screen."""
        return self.own.get(self.current.id)

    @property
    def submitted(self) -> bool:
        """Whether the person has sent these answers off."""
        if self.layer is Layer.MARK:
            return self.seat.submitted_at is not None
        return self.layer is Layer.SELF and self.view.entry.stage not in (Stage.INVITED, Stage.SELF_ASSESSMENT)

    def says(self, name: str, **params: object) -> str:
        """A sentence of the entry screen; a city answers where an assessor scores, so some differ for it."""
        own = f"self.{name}"
        return self.t(own if self.layer is Layer.SELF and own in self.t else f"entry.{name}", **params)

    def told(self, problem: Problem) -> str:
        """A problem as a sentence that names city, question and person as this page does."""
        return self.t.problem(named(self.desk, problem, {node.id: self.name(node.id) for node in self.questions}))

    def number(self, question: str) -> int:
        """The place of a question among all."""
        return next(place for place, node in enumerate(self.questions, 1) if node.id == question)

    def component(self, question: str) -> Node:
        """The part of the index a question belongs to."""
        parts = {part.id: part for part in self.instrument.parts}
        above = (node.id for node in self.instrument.ancestors(question))
        return next(parts[name] for name in (question, *above) if name in parts)

    def name(self, question: str) -> str:
        """Number and short text."""
        label = self.t.label(self.instrument[question].label)
        return self.t("entry.numbered", number=self.number(question), question=label)

    @property
    def unmarked(self) -> tuple[str, ...]:
        """Questions that need a mark of one's own and have none."""
        return tuple(n.id for n in self.needed if n.id not in self.own or self.own[n.id].value is None)

    @property
    def needed(self) -> tuple[Node, ...]:
        """The questions that have to be answered."""
        return required(self.instrument)

    @property
    def flagged(self) -> tuple[str, ...]:
        """Questions one has marked for follow-up."""
        return tuple(n.id for n in self.questions if n.id in self.own and self.own[n.id].flag)

    @property
    def next_open(self) -> str | None:
        """The next question without a mark, from here on and round again."""
        here = self.number(self.current.id)
        later = [q for q in self.unmarked if self.number(q) > here]
        return next(iter([*later, *(q for q in self.unmarked if q != self.current.id)]), None)

    def beside(self, step: int) -> str | None:
        """The question before (-1) or after (1), None at the ends."""
        place = self.number(self.current.id) - 1 + step
        return self.questions[place].id if 0 <= place < len(self.questions) else None

    @property
    def live(self) -> Live:
        """The result with the own marks so far."""
        marks = {question: answer.value for question, answer in self.own.items() if answer.value is not None}
        known = {node.id for node in self.instrument.leaves}
        return sheet_of(self.instrument, self.desk.data.levels).live({q: m for q, m in marks.items() if q in known})


_HERE = "interview.question"
"""Session key of the question on the screen, by entry and layer."""

_SHEETS: WeakKeyDictionary[Instrument, Sheet] = WeakKeyDictionary()


def sheet_of(instrument: Instrument, levels: Levels) -> Sheet:
    """The laid-out instrument, made once: it takes longer than a result."""
    made = _SHEETS.get(instrument)
    if made is None or made.levels is not levels:
        made = _SHEETS[instrument] = Sheet(instrument, levels)
    return made


def sheetful(desk: Desk, view: View, layer: Layer = Layer.MARK) -> Sheetful:
    """The answers of the actor in an entry, with the question of the address, else the first open one."""
    instrument = view.round.instrument(view.entry.group)
    questions = asked(instrument)
    by_id = {node.id: node for node in questions}
    own = Sheetful(desk, view, instrument, questions, questions[0], layer).own
    open_ones = (n.id for n in questions if not optional(n) and (n.id not in own or own[n.id].value is None))
    # The question of the address; else the one shown before, which must stay on the screen once it has its mark. It is
    # not written into the address, where it would stand in the way of the browser's Back.
    wanted = state.param(QUESTION) or ""
    if wanted not in by_id:
        wanted = st.session_state.get(_HERE, {}).get((view.entry.id, layer), "")
    current = by_id.get(wanted) or by_id[next(open_ones, questions[0].id)]
    st.session_state[_HERE] = {(view.entry.id, layer): current.id}
    return Sheetful(desk, view, instrument, questions, current, layer)


def go(question: str | None) -> None:
    """Show a question (a callback)."""
    if question is not None:
        state.put(QUESTION, question)


# ---- choices -----------------------------------------------------------------------------------------------------
#
# Streamlit stops a callback at its next look into the session when something else is clicked meanwhile, and does not
# call it again. So a choice counts as taken only once `shown` says so: `catch_up` saves at the start of every run what
# a control holds and no callback has brought through. Whatever is written here must therefore be written in the order
# control, then `shown`: a control that holds the newer value is saved once more, which changes nothing.


def control(who: str, entry: int, question: str, part: Part, layer: Layer = Layer.MARK) -> str:
    """The key of the control of a part of an answer; no two people, cities, layers or questions share one."""
    return f"entry-{part}-{key_of(who, layer.value)[:8]}-{entry}-{question}"


def show(sheet: Sheetful, part: Part) -> str:
    """Let the control of a part of the current answer hold what the store holds, or what it has not taken yet.

    Returns its key. A new control is left to its default: what the session sets comes later than a fast click.
    """
    key = control(sheet.desk.actor.who, sheet.entry, sheet.current.id, part, sheet.layer)
    value = standing(sheet, part)
    if key in st.session_state and st.session_state[key] != value:
        st.session_state[key] = value
    return key


def standing(sheet: Sheetful, part: Part) -> Any:
    """What the control of a part shows."""
    choice = unsaved(sheet)
    if choice is not None and choice.part == part:
        return choice.new
    return getattr(sheet.answer, part) if sheet.answer else _NOTHING[part]


def remember(sheet: Sheetful) -> None:
    """Note what this run shows of the current answer: a later choice builds on it."""
    answer = sheet.answer
    _shown()[_here(sheet)] = _noted(answer) if answer else dict(_NOTHING)


def choose(desk: Desk, entry: int, question: str, part: Part, key: str, layer: Layer = Layer.MARK) -> None:
    """Save what a control holds (in a callback, before the page is drawn). What is not taken stays as unsaved."""
    new = st.session_state[key]
    if new is not None:
        _save(desk, (desk.actor.who, entry, question, layer), part, new)


def take_back(desk: Desk, entry: int, question: str, key: str, layer: Layer = Layer.MARK) -> None:
    """Leave a question that may stay without a mark without one again (a callback)."""
    st.session_state[key] = None
    _save(desk, (desk.actor.who, entry, question, layer), "value", None)


def give_reason(desk: Desk, entry: int) -> None:
    """Keep the reason that was written, and save the marks that waited for one (a callback)."""
    who = desk.actor.who
    if not interview_entry_reason.take(who, entry):
        return
    for place, choice in list(_unsaved().items()):
        if place[:2] == (who, entry) and choice.problem.key == "mark_reason":
            _save(desk, place, choice.part, choice.new)


def catch_up(desk: Desk) -> None:
    """Save what controls hold and no callback has brought through; before anything of a run is drawn."""
    for place, shown in list(_shown().items()):
        who, entry, question, layer = place
        if who != desk.actor.who:
            continue
        for part in CHOSEN:
            key = control(who, entry, question, part, layer)
            held = st.session_state.get(key)
            waits = _unsaved().get(place)
            if held is None or held == shown[part] or (waits is not None and waits.part == part):
                continue
            _save(desk, place, part, held)


def _save(desk: Desk, place: Place, part: Part, new: Any) -> None:
    _, entry, question, layer = place
    shown = _shown().get(place, _NOTHING)
    seen, base = shown[part], shown["version"]
    key = key_of(*place[:3], layer.value, part, base, seen, new)
    reason = interview_entry_reason.given(place[0], entry) if (layer, part) == (Layer.MARK, "value") else None
    try:
        row = put(
            desk.store, desk.actor, entry, layer, question, part, seen=seen, new=new, base=base, key=key, reason=reason
        )
    except Problem as problem:
        _unsaved()[place] = Unsaved(part, new, problem)
        return
    _unsaved().pop(place, None)
    _shown()[place] = _noted(row)


def settled_with(sheet: Sheetful, part: Part, held: Any) -> None:
    """Make sure that a control shows what is in the store.

    A browser whose server was started anew brings its old choices along, and nobody knows whether they were saved:
    one that takes nothing away is saved now, any other is put to the person.
    """
    stands = standing(sheet, part)
    if held is None or held == stands:
        return
    place = _here(sheet)
    if sheet.open and (stands is None or sheet.answer is None):
        remember(sheet)
        _save(sheet.desk, place, part, held)
    elif sheet.open and sheet.answer is not None:
        answer = sheet.answer
        theirs = Saved(answer.version, answer.at, answer.value, answer.note, answer.flag, True, answer.by)
        told = Problem("answer_conflict", node=sheet.current.id, by=answer.by)
        _unsaved()[place] = Unsaved(part, held, Conflict(told, theirs, Change(**{part: held})))
    st.rerun()


def unsaved(sheet: Sheetful) -> Unsaved | None:
    """The choice for the current question that the store has not taken."""
    return _unsaved().get(_here(sheet))


def waiting(sheet: Sheetful) -> tuple[str, ...]:
    """Questions of the entry whose choice the store has not taken."""
    here = (sheet.desk.actor.who, sheet.entry, sheet.layer)
    return tuple(question for who, entry, question, layer in _unsaved() if (who, entry, layer) == here)


def settle(desk: Desk, entry: int, question: str, *, mine: bool, layer: Layer = Layer.MARK) -> None:
    """Choose between one's own choice and what stands in the store (a callback).

    After a conflict the own choice is saved over what was shown of the other's, and no further.
    """
    place = (desk.actor.who, entry, question, layer)
    choice = _unsaved().get(place)
    if choice is None:
        return
    theirs = choice.problem.theirs if isinstance(choice.problem, Conflict) else None
    key = control(desk.actor.who, entry, question, choice.part, layer)
    if not mine:
        st.session_state[key] = (_noted(theirs) if theirs else _shown().get(place, _NOTHING))[choice.part]
    if theirs:
        _shown()[place] = _noted(theirs)
    if mine:
        _save(desk, place, choice.part, choice.new)
    else:
        _unsaved().pop(place, None)


def _here(sheet: Sheetful) -> Place:
    return sheet.desk.actor.who, sheet.entry, sheet.current.id, sheet.layer


def _shown() -> dict[Place, dict[str, Any]]:
    """What the page last showed of the answer at a place."""
    found: dict[Place, dict[str, Any]] = st.session_state.setdefault(_SHOWN, {})
    return found


def _unsaved() -> dict[Place, Unsaved]:
    found: dict[Place, Unsaved] = st.session_state.setdefault(_UNSAVED, {})
    return found


def _noted(row: Answer | Saved) -> dict[str, Any]:
    return {"version": row.version, "value": row.value, "note": row.note, "flag": row.flag}
