"""The panel of a city: its seats, their submissions, and the chair's right to open the marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, func, select

from kotacerdas.interview import audit, moves, stages
from kotacerdas.interview import store as stores
from kotacerdas.interview.completeness import barred, completeness_of
from kotacerdas.interview.grants import grants_of, guarded, identity, name_of
from kotacerdas.interview.missing import require_complete
from kotacerdas.interview.reasons import read_reason
from kotacerdas.interview.roles import Action, Actor, Role, allowed
from kotacerdas.interview.stages import Layer, Stage
from kotacerdas.interview.standing import (
    Entry,
    Seat,
    active,
    awaited,
    look,
    require_entry,
    require_open,
    require_unchanged,
    round_of,
    seat_of,
    seats_of,
    stage_word,
    take,
)
from kotacerdas.interview.store import Store
from kotacerdas.interview.tables import answers, entries, seats
from kotacerdas.problem import Problem

MOST = 15
"""Seats of a panel: far more than any rule asks for."""


@dataclass(frozen=True)
class Ended:
    """A seat that was ended: how many marks stay with it, and whether they had counted."""

    who: str
    marks: int
    counted: bool


@dataclass(frozen=True)
class Strength:
    """How many seats of a panel have submitted, of how many that score, and how many the round asks for.

    `fewest`: the marks of the question that has fewest (`completeness`); `barred`: what keeps the city from the steps
    to its reply and to the final result, whatever the reason given.
    """

    counted: int
    seats: int
    size: int
    fewest: int
    barred: Problem | None = field(default=None, compare=False)

    @property
    def provisional(self) -> bool:
        """Whether a result rests on fewer marks than the round asks for."""
        return self.fewest < self.size


def strength(tx: Connection, entry: Entry) -> Strength:
    """How far a result of the entry is carried by its panel."""
    panel = active(seats_of(tx, entry.id))
    scoring = sum(seat.scores or seat.counts for seat in panel)
    around = round_of(tx, entry.round_id)
    counted = sum(seat.counts for seat in panel)
    done = completeness_of(tx, around, [entry], {entry.id: counted})[entry.id]
    return Strength(counted, scoring, around.panel_size, done.fewest, barred(done) if counted else None)


def seat(
    store: Store,
    actor: Actor | None,
    entry_id: int,
    who: Sequence[str],
    *,
    chair: str | None = None,
    base: int | None = None,
) -> tuple[Seat, ...]:
    """Give seats to people, and the chair's seat to `chair` (who gets one where they have none); the panel then.

    Who sits already keeps seat and marks; a seat that had ended is taken up again with its marks, to be submitted
    anew. After the scoring only a new chair is seated. `base` is the version of the entry the caller saw; a panel that
    is so already is no change. Raises `Problem`: `refused_...`, no assessor's or chair's role, a person of the city
    itself, too many, `entry_changed`.
    """
    with guarded(store, actor, "seat", f"entry {entry_id}", audit.stream_of(entry_id)) as tx:
        entry = take(tx, entry_id)
        require_entry(tx, actor, Action.MANAGE, entry)
        require_open(tx, entry)
        leader = None if chair is None else identity(chair)
        wanted = list(dict.fromkeys([*map(identity, who), *([leader] if leader else [])]))
        panel = seats_of(tx, entry.id)
        sitting = {one.who: one for one in active(panel)}
        for person in wanted:
            _require_fit(tx, person, entry, Action.RECONCILE if person == leader else Action.SCORE)
        new = [person for person in wanted if person not in sitting]
        late = [person for person in new if person != leader]
        if late and stages.before(Stage.SCORING, entry.stage):
            raise Problem("seat_late", stage=stage_word(entry.stage), who=", ".join(late))
        if len(sitting) + len(new) > MOST:
            raise Problem("seat_many", accepted=MOST)
        chairs = {one.who for one in sitting.values() if one.chair} if leader is None else {leader}
        if not new and chairs == {one.who for one in sitting.values() if one.chair}:
            return active(panel)
        require_unchanged(entry, base)
        _place(tx, entry, new, {one.who for one in panel}, chairs)
        after = active(seats_of(tx, entry.id))
        _touched(tx, entry, actor, "seat", before=_named(tuple(sitting.values())), after=_named(after))
        moves.advance(tx, look(tx, entry.id), name_of(actor))
        return after


def unseat(
    store: Store, actor: Actor | None, entry_id: int, who: str, reason: str | None = None, *, base: int | None = None
) -> Ended:
    """End a seat. Its marks are kept but do not count any more, which takes a reason where there are any.

    `base` is the version of the entry the caller saw. Raises `Problem`: `refused_...`, `seat_none`, `reason_needed`,
    `entry_changed`.
    """
    with guarded(store, actor, "unseat", f"entry {entry_id}", audit.stream_of(entry_id)) as tx:
        entry = take(tx, entry_id)
        require_entry(tx, actor, Action.MANAGE, entry)
        require_open(tx, entry)
        person = identity(who)
        seat = seat_of(tx, entry.id, person)
        if seat is None:
            raise Problem("seat_none", who=person, city=entry.city)
        require_unchanged(entry, base)
        why = read_reason(reason)
        marks = _marks(tx, entry, person)
        if marks and why is None:
            raise Problem("reason_needed")
        _set(tx, seat, ended_at=stores.now(), chair=False)
        after = {"ended": person, "marks": marks}
        _touched(tx, entry, actor, "unseat", before=_named((seat,)), after=after, reason=why)
        moves.advance(tx, look(tx, entry.id), name_of(actor))
        return Ended(person, marks, seat.counts)


def submit_marks(store: Store, actor: Actor, entry_id: int) -> int:
    """Submit the marks of one's own seat; the last seat moves the entry on. Again: nothing changes. The version then.

    Raises `Problem`: `refused_...`; `answers_open` while questions are open or flagged (`.params["questions"]`).
    """
    with guarded(store, actor, "submit_marks", f"entry {entry_id}", audit.stream_of(entry_id)) as tx:
        entry, seat = _own(tx, actor, entry_id)
        if seat.submitted_at is not None:
            return entry.version
        _require_scoring(tx, entry)
        instrument = round_of(tx, entry.round_id).instrument(entry.group)
        require_complete(tx, entry, Layer.MARK, actor.who, instrument)
        entry = moves.begin(tx, entry, Layer.MARK, actor.who)
        at = stores.now()
        _set(tx, seat, submitted_at=at)
        _note(tx, entry, actor, "submit_marks", at=at)
        return moves.advance(tx, entry, actor.who).version


def withdraw_marks(store: Store, actor: Actor, entry_id: int, reason: str | None = None) -> int:
    """Take back one's own submission to change marks, while they are blind. Not submitted: nothing changes.

    Once the chair has opened the marks, or nobody is waited for any more, the others' marks are known: who has seen
    them changes a mark in the reconciliation, with a reason, and not by marking anew (`refused_withdraw`).
    """
    with guarded(store, actor, "withdraw_marks", f"entry {entry_id}", audit.stream_of(entry_id)) as tx:
        entry, seat = _own(tx, actor, entry_id)
        _require_scoring(tx, entry)
        if seat.submitted_at is None:
            return entry.version
        if entry.opened or not awaited(seats_of(tx, entry.id)):
            raise Problem("refused_withdraw", city=entry.city)
        _set(tx, seat, submitted_at=None)
        _note(tx, entry, actor, "withdraw_marks", read_reason(reason))
        return entry.version


def open_marks(store: Store, actor: Actor | None, entry_id: int, reason: str | None = None) -> int:
    """Show the marks to the whole panel before all have submitted; the version then. Again: nothing changes."""
    with guarded(store, actor, "open_marks", f"entry {entry_id}", audit.stream_of(entry_id)) as tx:
        entry = take(tx, entry_id)
        require_entry(tx, actor, Action.RECONCILE, entry)
        _require_scoring(tx, entry)
        if entry.opened:
            return entry.version
        tx.execute(entries.update().where(entries.c.id == entry.id).values(opened=True))
        why = read_reason(reason)
        _touched(tx, entry, actor, "open_marks", before={"opened": False}, after={"opened": True}, reason=why)
        return entry.version + 1


def _own(tx: Connection, actor: Actor, entry_id: int) -> tuple[Entry, Seat]:
    entry = take(tx, entry_id)
    require_entry(tx, actor, Action.SCORE, entry)
    seat = seat_of(tx, entry.id, actor.who)
    if seat is None:  # an administrator who sits nowhere
        raise Problem("refused_seat", city=entry.city)
    return entry, seat


def _require_scoring(tx: Connection, entry: Entry) -> None:
    require_open(tx, entry)
    if entry.stage not in (Stage.SCHEDULED, Stage.SCORING):
        raise Problem("refused_stage", city=entry.city, stage=stage_word(entry.stage))


def _require_fit(tx: Connection, who: str, entry: Entry, action: Action) -> None:
    held = grants_of(tx, who)
    if not allowed(held, action, entry.city):
        if action is Action.RECONCILE:
            raise Problem("seat_chair_role", who=who)
        raise Problem("seat_role", who=who)
    if any(grant.role is Role.CITY and grant.city == entry.city for grant in held):
        raise Problem("grant_conflict", who=who, city=entry.city)


def _place(tx: Connection, entry: Entry, new: Sequence[str], known: set[str], chairs: set[str]) -> None:
    for person in new:
        if person in known:
            tx.execute(
                seats.update()
                .where(seats.c.entry_id == entry.id, seats.c.who == person)
                .values(ended_at=None, submitted_at=None, version=seats.c.version + 1)
            )
        else:
            tx.execute(seats.insert().values(entry_id=entry.id, who=person, chair=False, version=1))
    for one in active(seats_of(tx, entry.id)):
        leads = one.who in chairs
        if one.chair and not leads and not one.scores:  # who only led has nothing to do here any more
            _set(tx, one, chair=False, ended_at=stores.now())
        elif one.chair != leads:
            _set(tx, one, chair=leads)


def _set(tx: Connection, seat: Seat, **values: Any) -> None:
    tx.execute(seats.update().where(seats.c.id == seat.id).values(version=seats.c.version + 1, **values))


def _marks(tx: Connection, entry: Entry, who: str) -> int:
    query = select(func.count()).where(
        answers.c.entry_id == entry.id,
        answers.c.layer == Layer.MARK.value,
        answers.c.owner == who,
        answers.c.value.is_not(None),
    )
    return int(tx.execute(query).scalar_one())


def _named(panel: Sequence[Seat]) -> list[dict[str, Any]]:
    return [{"who": seat.who, "chair": seat.chair} for seat in panel]


def _note(
    tx: Connection, entry: Entry, actor: Actor, action: str, reason: str | None = None, at: str | None = None
) -> None:
    stream, who = audit.stream_of(entry.id), actor.who
    audit.record(tx, stream, who, action, entry.city, after={"seat": who}, reason=reason, at=at)


def _touched(
    tx: Connection,
    entry: Entry,
    actor: Actor | None,
    action: str,
    *,
    before: object,
    after: object,
    reason: str | None = None,
) -> None:
    """Count the entry's version up and write the change into its trail."""
    tx.execute(entries.update().where(entries.c.id == entry.id).values(version=entry.version + 1))
    stream, who = audit.stream_of(entry.id), name_of(actor)
    audit.record(tx, stream, who, action, entry.city, before=before, after=after, reason=reason)
