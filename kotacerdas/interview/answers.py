"""Saving an answer: who may, whether it is still open, whether somebody else was faster; one short transaction.

An answer is a mark, a note and a flag of one author (`owner`) on one question in one layer. A change names only what
changes, the version its writer saw (`base`) and a key of its own, so that a repeated request is one save and nobody
overwrites what they have not seen. What is returned is durable, and stands in the audit trail.
"""

from __future__ import annotations

import json
import random
import re
import time
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, bindparam, insert, select, update

from kotacerdas.instrument import Instrument
from kotacerdas.interview import audit, moves
from kotacerdas.interview.grants import guarded
from kotacerdas.interview.lateness import require_reply_time
from kotacerdas.interview.reasons import read_reason
from kotacerdas.interview.roles import Action, Actor, Grant, Role, allowed
from kotacerdas.interview.stages import BEGINS, CHAIR_OWNER, CITY_OWNER, LOCKED, OPEN, REASONED, Layer, Stage
from kotacerdas.interview.standing import (
    PANEL_ACTIONS,
    Entry,
    asked,
    entry_from,
    optional,
    read_instrument,
    require_entry,
    require_open,
    stage_word,
)
from kotacerdas.interview.store import Store, now
from kotacerdas.interview.store_problems import collided
from kotacerdas.interview.tables import answers, entries, grants, rounds, seats
from kotacerdas.interview.tables import audit as audit_table
from kotacerdas.problem import Problem

NOTE_LIMIT = 4000
"""Characters of a note."""
KEY_LIMIT = 64
TRIES = 5
"""How often a save is begun at most that the database takes back (a deadlock, a serialization failure)."""
MARKED = frozenset({Layer.SELF, Layer.MARK})
"""Layers whose answers have a value and a flag; the others are notes."""

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_LARGEST_ID = 2**31 - 1
_LONGEST_QUESTION = 40
_LONGEST_WHO = 320
_OWNERS = {Layer.SELF: CITY_OWNER, Layer.REPLY: CITY_OWNER, Layer.ANSWER: CHAIR_OWNER}
_ASKED_FIRST = {
    Layer.SELF: Action.SELF_ASSESS,
    Layer.MARK: Action.SCORE,
    Layer.REPLY: Action.REPLY,
    Layer.ANSWER: Action.RECONCILE,
}
"""What a writer of a layer needs at all: asked before a closed stage is told, so that strangers learn nothing."""


class Unset(Enum):
    """The one value `UNSET`: a part of an answer that a change leaves as it is."""

    UNSET = "unset"


UNSET: Final = Unset.UNSET


@dataclass(frozen=True)
class Change:
    """What is to change; what is `UNSET` stays. A `value` of None takes the mark away."""

    value: str | Unset | None = UNSET
    note: str | Unset = UNSET
    flag: bool | Unset = UNSET


@dataclass(frozen=True)
class Saved:
    """An answer as it stands in the store. `repeated`: this call wrote nothing, it was so already."""

    version: int
    at: str
    value: str | None
    note: str
    flag: bool
    repeated: bool = False
    by: str = ""


class Conflict(Problem):
    """Somebody, or another window, has changed the answer since it was read. Nothing was written.

    `theirs` stands in the store (with `by` and `at`), `mine` was refused. To choose mine: save it with
    `base=theirs.version`.
    """

    def __init__(self, told: Problem, theirs: Saved, mine: Change) -> None:
        super().__init__(told.key, **told.params)
        self.theirs = theirs
        self.mine = mine


_TAKE = select(entries).where(entries.c.id == bindparam("entry_id")).with_for_update()
_AROUND = (
    select(
        rounds.c.instruments,
        grants.c.role,
        grants.c.city.label("grant_city"),
        seats.c.id.label("seat"),
        seats.c.chair,
        seats.c.submitted_at,
        answers.c.id.label("answer"),
        answers.c.value,
        answers.c.note,
        answers.c.flag,
        answers.c.version,
        answers.c.at,
        answers.c.by,
        audit_table.c.seq.label("kept"),
        audit_table.c.who.label("kept_who"),
        audit_table.c.subject.label("kept_subject"),
        audit_table.c.at.label("kept_at"),
        audit_table.c.after.label("kept_after"),
    )
    .select_from(rounds)
    .outerjoin(grants, and_(grants.c.who == bindparam("who"), grants.c.ended_at.is_(None)))
    .outerjoin(
        seats,
        and_(seats.c.entry_id == bindparam("entry_id"), seats.c.who == bindparam("who"), seats.c.ended_at.is_(None)),
    )
    .outerjoin(
        answers,
        and_(
            answers.c.entry_id == bindparam("entry_id"),
            answers.c.layer == bindparam("layer"),
            answers.c.owner == bindparam("owner"),
            answers.c.question == bindparam("question"),
        ),
    )
    .outerjoin(audit_table, and_(audit_table.c.stream == bindparam("stream"), audit_table.c.key == bindparam("key")))
    .where(rounds.c.id == bindparam("round_id"))
)
"""All a save has to know, in one round trip: one row per role of the writer. Read after the entry is locked."""
_COUNTING = select(seats.c.id).where(
    seats.c.entry_id == bindparam("entry_id"),
    seats.c.who == bindparam("who"),
    seats.c.ended_at.is_(None),
    seats.c.submitted_at.is_not(None),
)
_ADD = insert(answers).inline()
_REPLACE = (
    update(answers)
    .where(answers.c.id == bindparam("answer_id"))
    .values({name: bindparam(f"new_{name}") for name in ("value", "note", "flag", "version", "at", "by")})
)


def save(
    store: Store,
    actor: Actor,
    entry_id: int,
    layer: Layer,
    question: str,
    change: Change,
    *,
    owner: str | None = None,
    base: int,
    key: str,
    reason: str | None = None,
) -> Saved:
    """Save a change of an answer; when this returns it is durable and in the audit trail.

    `base` is the version the writer saw (0: no answer yet), `key` names this change: the same key again returns the
    same result. `owner` is whose mark it is, where a chair changes another's, with a `reason`. Raises `Conflict`
    where another version holds something else (in the trail once, however often the same change is tried again),
    `Problem("refused_...")` (logged) for role, seat and stage, and `Problem` for what cannot be kept. What the
    database takes back in favour of another save is tried again, up to `TRIES` times in all; should it have been kept
    after all, the key finds it.
    """
    change = _readable(change)
    why = read_reason(reason)
    if not (key and len(key) <= KEY_LIMIT and key.isascii() and key.isprintable()):
        raise Problem("answer_key", value=key)
    whose = _OWNERS.get(layer) or owner or actor.who
    if not (0 < entry_id <= _LARGEST_ID):
        raise Problem("interview_unknown", value=str(entry_id)[:40])
    if len(question) > _LONGEST_QUESTION or _CONTROL.search(question):
        raise Problem("interview_question", value=question, instrument="–")
    if len(whose) > _LONGEST_WHO or _CONTROL.search(whose):
        raise Problem("refused_owner", city="–")
    tries = 0
    while True:
        try:
            return _save(store, actor, entry_id, layer, question, change, whose, base, key, why)
        except Problem as problem:
            tries += 1
            if tries == TRIES or not collided(problem):
                raise
        time.sleep(random.uniform(0.002, 0.02))  # noqa: S311 - not for secrets


def _save(
    store: Store, actor: Actor, entry_id: int, layer: Layer, question: str, change: Change, whose: str, base: int,
    key: str, why: str | None,
) -> Saved:  # fmt: skip
    """One try: one transaction."""
    stream = audit.stream_of(entry_id)
    subject = audit.answer_subject(layer.value, whose, question)
    with guarded(store, actor, audit.ANSWER, subject, stream) as tx:
        row = tx.execute(_TAKE, {"entry_id": entry_id}).first()
        if row is None:
            raise Problem("interview_unknown", value=str(entry_id)[:40])
        entry = entry_from(row)
        known = tx.execute(
            _AROUND,
            {
                "entry_id": entry_id,
                "round_id": entry.round_id,
                "who": actor.who,
                "layer": layer.value,
                "owner": whose,
                "question": question,
                "stream": stream,
                "key": key,
            },
        ).all()
        around: Any = known[0]
        if around.kept is not None:
            return _repeated(around, actor, subject, change)
        held = [Grant(Role(one.role), one.grant_city) for one in known if one.role is not None]
        _require(tx, actor, entry, layer, held, around, whose)
        if layer is Layer.REPLY:
            require_reply_time(tx, entry)
        instrument = _instrument(around.instruments, entry.group)
        _require_fitting(instrument, layer, question, change)
        there = Saved(around.version, around.at, around.value, around.note, around.flag, True, around.by)
        stands = there if around.answer is not None else Saved(0, "", None, "", False, True, "")
        wanted = _changed(stands, change)
        if _content(wanted) == _content(stands):
            return stands
        if base == stands.version:
            _require_reason(entry, layer, stands, wanted, why, own=whose == actor.who)
            if change.value is None and (layer, entry.stage) in REASONED:
                _require_optional(instrument, question)
            if BEGINS.get(layer, (None,))[0] is entry.stage:
                moves.begin(tx, entry, layer, actor.who)
            return _write(tx, actor, entry_id, layer, whose, question, around, stands, wanted, key, why)
        tried = {**_content(wanted), "base": base}
        again = sha256(json.dumps([actor.who, subject, key, tried]).encode()).hexdigest()
        if audit.find(tx, stream, again) is None:  # the same attempt once more is no news
            audit.record(
                tx, stream, actor.who, "conflict", subject, before=_state(stands), after=tried, reason=why, key=again
            )
    raise Conflict(Problem("answer_conflict", node=question, by=stands.by or "–"), stands, change)


def read(tx: Connection, entry_id: int, layer: Layer, owner: str | None = None) -> list[Row[Any]]:
    """The answers of a layer, of one author or of all, by owner and question. Asks nobody's right: see `reading`."""
    query = select(answers).where(answers.c.entry_id == entry_id, answers.c.layer == layer.value)
    if owner is not None:
        query = query.where(answers.c.owner == owner)
    return list(tx.execute(query.order_by(answers.c.owner, answers.c.question)))


@lru_cache(maxsize=64)
def marks_of(instrument: Instrument, question: str) -> tuple[str, ...]:
    """The marks one person may give to a question: the whole numbers of its scale, as they are stored."""
    scale = instrument.scale(question)
    return tuple(str(mark) for mark in range(-(-scale.min // 1), scale.max // 1 + 1))


def _readable(change: Change) -> Change:
    """The change with its note as it is kept: one kind of line end, no control characters, not too long."""
    if change.note is UNSET:
        return change
    note = change.note.replace("\r\n", "\n").replace("\r", "\n")
    if len(note) > NOTE_LIMIT:
        raise Problem("note_long", length=len(note), accepted=NOTE_LIMIT)
    if _CONTROL.search(note):
        raise Problem("note_characters")
    return Change(change.value, note, change.flag)


def _repeated(around: Any, actor: Actor, subject: str, change: Change) -> Saved:
    """What was saved under this key; a `Problem` where the key stands for something else."""
    kept = json.loads(around.kept_after or "{}")
    if around.kept_who != actor.who or around.kept_subject != subject or not {"value", "version"} <= kept.keys():
        raise Problem("answer_key_used")
    saved = Saved(kept["version"], around.kept_at, kept["value"], kept["note"], kept["flag"], True, around.kept_who)
    if _content(_changed(saved, change)) != _content(saved):
        raise Problem("answer_key_used")
    return saved


def _require(
    tx: Connection, actor: Actor, entry: Entry, layer: Layer, held: list[Grant], around: Any, whose: str
) -> None:
    """Role, city, seat and stage. Raises `Problem("refused_...")`."""
    action = OPEN.get((layer, entry.stage))
    asked_for = action or _ASKED_FIRST[layer]
    seated = around.seat is not None and (asked_for is Action.SCORE or around.chair)
    if not allowed(held, asked_for, entry.city) or (asked_for in PANEL_ACTIONS and not seated):
        require_entry(tx, actor, asked_for, entry)  # the rule as all services ask it; it says what is missing
    if action is None:
        require_open(tx, entry)
        assert entry.stage not in LOCKED
        raise Problem("refused_stage", city=entry.city, stage=stage_word(entry.stage))
    if layer is not Layer.MARK:
        return
    if action is Action.SCORE:
        if whose != actor.who:
            raise Problem("refused_mark_of_other", city=entry.city)
        if around.submitted_at is not None:
            raise Problem("refused_submitted", city=entry.city)
    elif tx.execute(_COUNTING, {"entry_id": entry.id, "who": whose}).first() is None:
        raise Problem("refused_owner", city=entry.city)  # it would stand in the store and count nowhere


def _require_fitting(instrument: Instrument, layer: Layer, question: str, change: Change) -> None:
    if question not in _questions(instrument):
        raise Problem("interview_question", value=question, instrument=instrument.id)
    if layer not in MARKED:
        if change.value not in (UNSET, None) or change.flag not in (UNSET, False):
            raise Problem("answer_note_only", node=question)
        return
    if change.value is UNSET or change.value is None:
        return
    accepted = marks_of(instrument, question)
    if not isinstance(change.value, str) or change.value not in accepted:
        raise Problem("mark_scale", node=question, value=str(change.value), accepted=", ".join(accepted))


def _require_reason(entry: Entry, layer: Layer, stands: Saved, wanted: Saved, why: str | None, *, own: bool) -> None:
    """A mark needs a reason wherever its giver may know those of others: after the scoring, and in it from the moment
    the chair has opened the marks, for who had not submitted by then. Notes and flags count nothing there."""
    if entry.stage is Stage.SCORING:
        if layer is Layer.MARK and entry.opened and wanted.value != stands.value and why is None:
            raise Problem("mark_reason")
        return
    if (layer, entry.stage) not in REASONED:
        return
    if not own and wanted.note != stands.note:
        raise Problem("refused_note", city=entry.city)  # the words of an assessor stay theirs
    if why is None:
        raise Problem("reason_needed")


def _require_optional(instrument: Instrument, question: str) -> None:
    """Of marks that count, only those of a component that may stay without one can be taken away."""
    node = next(node for node in asked(instrument) if node.id == question)
    if not optional(node):
        raise Problem("mark_needed", node=node.label)


@lru_cache(maxsize=64)
def _instrument(instruments: str, group: str) -> Instrument:
    """The instrument of a weight group, from the text a round keeps."""
    named = json.loads(instruments)
    return read_instrument(named.get(group) or named["all"])


@lru_cache(maxsize=16)
def _questions(instrument: Instrument) -> frozenset[str]:
    return frozenset(node.id for node in asked(instrument))


def _changed(stands: Saved, change: Change) -> Saved:
    return Saved(
        stands.version,
        stands.at,
        stands.value if change.value is UNSET else change.value,
        stands.note if change.note is UNSET else change.note,
        stands.flag if change.flag is UNSET else bool(change.flag),
    )


def _content(one: Saved) -> dict[str, Any]:
    return {"value": one.value, "note": one.note, "flag": one.flag}


def _state(one: Saved) -> dict[str, Any] | None:
    """An answer as the audit trail keeps it and `audit.verify` compares it."""
    return {**_content(one), "version": one.version} if one.version else None


def _write(
    tx: Connection,
    actor: Actor,
    entry_id: int,
    layer: Layer,
    whose: str,
    question: str,
    around: Any,
    stands: Saved,
    wanted: Saved,
    key: str,
    why: str | None,
) -> Saved:
    at = now()
    saved = Saved(stands.version + 1, at, wanted.value, wanted.note, wanted.flag, False, actor.who)
    row = {"version": saved.version, "at": at, "by": actor.who, **_content(saved)}
    if around.answer is None:
        place = {"entry_id": entry_id, "layer": layer.value, "owner": whose, "question": question}
        tx.execute(_ADD, {**place, **row})
    else:
        tx.execute(_REPLACE, {"answer_id": around.answer, **{f"new_{name}": value for name, value in row.items()}})
    audit.record(
        tx,
        audit.stream_of(entry_id),
        actor.who,
        audit.ANSWER,
        audit.answer_subject(layer.value, whose, question),
        before=_state(stands),
        after=_state(saved),
        reason=why,
        key=key,
        at=at,
    )
    return saved
