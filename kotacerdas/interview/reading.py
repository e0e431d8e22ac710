"""What a person gets to read: an entry as far as they may see it, their own entries, the trail of an entry.

The rules are in `sight`; nothing they hide leaves this module.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection, select

from kotacerdas.instrument import exact
from kotacerdas.interview import audit
from kotacerdas.interview.grants import grants_of
from kotacerdas.interview.lateness import due_of
from kotacerdas.interview.panel import Strength, strength
from kotacerdas.interview.roles import Actor, Role
from kotacerdas.interview.sight import Part, Sight, sight
from kotacerdas.interview.stages import Layer
from kotacerdas.interview.standing import Entry, Round, Seat, entry_from, look, round_of, seats_of
from kotacerdas.interview.store import Store
from kotacerdas.interview.tables import answers, entries, rounds, seats
from kotacerdas.problem import Problem, Reason

_OFFICE_ACTIONS = frozenset(
    {"invite", audit.MOVE, "seat", "unseat", "schedule", "submit_marks", "withdraw_marks", "open_marks"}
)
"""What the trail tells of an entry without telling of an answer."""
_ANSWER = re.compile(r"(self|mark|reply|answer)[ /](\S+) (.+)", flags=re.DOTALL)
"""The subject of an answer in the trail: layer, question, owner (`audit.answer_subject`)."""


@dataclass(frozen=True)
class Answer:
    """An answer as it stands. `by` is told to its own side only, otherwise empty."""

    question: str
    value: str | None
    note: str
    flag: bool
    version: int
    at: str
    by: str


@dataclass(frozen=True)
class Mean:
    """The mean of the marks that count, exactly, and of how many."""

    value: Fraction
    marks: int


@dataclass(frozen=True)
class View:
    """An entry as far as one person may see it.

    `own`: the person's marks by question; `marks`: everybody's in the panel (`own` among them) once they are open,
    else empty; `blind` says that they are not. `means`, `self_answers`, `replies`, `answers` by question, empty while
    they may not be seen. `panel` is empty for the city.
    """

    entry: Entry
    round: Round
    sight: Sight
    panel: tuple[Seat, ...]
    strength: Strength
    due: str | None
    own: Mapping[str, Answer]
    marks: Mapping[str, Mapping[str, Answer]]
    means: Mapping[str, Mean]
    self_answers: Mapping[str, Answer]
    replies: Mapping[str, Answer]
    answers: Mapping[str, Answer]

    @property
    def blind(self) -> bool:
        """Whether the marks of others are hidden from this person."""
        return not (self.sight.means and Part.CITY not in self.sight.parts)


@dataclass(frozen=True)
class Mine:
    """An entry a person has something to do with, and as what."""

    entry: Entry
    year: int
    round_name: str
    parts: frozenset[Part]


@dataclass(frozen=True)
class Record:
    """A row of an entry's trail; `hidden` where its content may not be seen yet (then all of it is empty)."""

    seq: int
    at: str
    who: str
    action: str
    subject: str
    before: Any
    after: Any
    reason: str | None
    hidden: bool


def entry_view(store: Store, actor: Actor, entry_id: int) -> View:
    """An entry as the actor may see it. Raises `Problem("refused_view")`, logged, for who has no part in it."""
    with store.read() as tx:
        entry = look(tx, entry_id)
        seen = sight(tx, actor, entry)
        view = _view(tx, entry, seen) if seen else None
    if view is None:
        raise _refused(store, actor, "view", entry)
    return view


def my_entries(tx: Connection, actor: Actor) -> list[Mine]:
    """The entries of the actor's own cities and panels, newest round first."""
    held = grants_of(tx, actor.who)
    cities = [grant.city for grant in held if grant.role is Role.CITY and grant.city is not None]
    seated = select(seats.c.entry_id).where(seats.c.who == actor.who, seats.c.ended_at.is_(None))
    query = (
        select(entries, rounds.c.year, rounds.c.name.label("round_name"))
        .join(rounds, rounds.c.id == entries.c.round_id)
        .where(entries.c.city.in_(cities) | entries.c.id.in_(seated))
        .order_by(rounds.c.year.desc(), entries.c.city)
    )
    found = []
    for row in tx.execute(query).all():
        entry = entry_from(row)
        parts = sight(tx, actor, entry).parts - {Part.OFFICE}
        if parts:
            found.append(Mine(entry, row.year, row.round_name, parts))
    return found


def trail(store: Store, actor: Actor, entry_id: int) -> list[Record]:
    """The trail of an entry, oldest first, for the office and the chair; what is blind stays so here.

    Raises `Problem("refused_view")`, logged, for anybody else.
    """
    with store.read() as tx:
        entry = look(tx, entry_id)
        seen = sight(tx, actor, entry)
        allowed = bool(seen.parts & {Part.OFFICE, Part.CHAIR})
        rows = audit.trail(tx, audit.stream_of(entry.id)) if allowed else []
    if not allowed:
        raise _refused(store, actor, "trail", entry)
    return [_record(row, seen) for row in rows]


def _view(tx: Connection, entry: Entry, seen: Sight) -> View:
    layers: dict[Layer, dict[str, dict[str, Answer]]] = {layer: {} for layer in Layer}
    panel = seats_of(tx, entry.id)
    sitting = {seat.who for seat in panel if seat.active}
    counting = {seat.who for seat in panel if seat.counts}
    given: dict[str, list[Fraction]] = {}
    rows = tx.execute(select(answers).where(answers.c.entry_id == entry.id).order_by(answers.c.id))
    for row in rows:
        layer = Layer(row.layer)
        if layer is Layer.MARK and row.owner in counting and row.value is not None:
            given.setdefault(row.question, []).append(exact(row.value))
        if seen.of(layer, row.owner):
            layers[layer].setdefault(row.owner, {})[row.question] = _answer(row, layer, seen)
    marks = layers[Layer.MARK]
    city = Part.CITY in seen.parts
    around = round_of(tx, entry.round_id)
    return View(
        entry=entry,
        round=around,
        sight=seen,
        panel=() if city else panel,
        strength=strength(tx, entry),
        due=due_of(tx, entry, entry.stage),
        own=marks.get(seen.who, {}),
        marks={who: marks[who] for who in marks if who in sitting} if seen.means and not city else {},
        means={q: Mean(sum(v, start=Fraction(0)) / len(v), len(v)) for q, v in given.items()} if seen.means else {},
        self_answers=_only(layers[Layer.SELF]),
        replies=_only(layers[Layer.REPLY]),
        answers=_only(layers[Layer.ANSWER]),
    )


def _only(owners: Mapping[str, Mapping[str, Answer]]) -> Mapping[str, Answer]:
    """The answers of a layer that has one owner."""
    return {question: answer for found in owners.values() for question, answer in found.items()}


def _answer(row: Any, layer: Layer, seen: Sight) -> Answer:
    city_side = layer in (Layer.SELF, Layer.REPLY)
    told = (Part.CITY in seen.parts) == city_side or Part.OFFICE in seen.parts
    return Answer(row.question, row.value, row.note, row.flag, row.version, row.at, row.by if told else "")


def _record(row: Any, seen: Sight) -> Record:
    about = _ANSWER.fullmatch(row.subject)
    plain = row.action in _OFFICE_ACTIONS or row.action == audit.REFUSED
    hidden = not plain and not (about is not None and seen.of(Layer(about[1]), about[3]))
    return Record(
        seq=row.seq,
        at=row.at,
        who=row.who,
        action=row.action,
        subject=row.subject,
        before=None if hidden or row.before is None else json.loads(row.before),
        after=None if hidden or row.after is None else json.loads(row.after),
        reason=None if hidden else row.reason,
        hidden=hidden,
    )


def _refused(store: Store, actor: Actor, action: str, entry: Entry) -> Problem:
    subject = f"entry {entry.id}"
    audit.refused(store, actor.who, action, subject, "refused_view", audit.stream_of(entry.id))
    return Problem("refused_view", what=Reason(f"view_{action}"), city=entry.city)
