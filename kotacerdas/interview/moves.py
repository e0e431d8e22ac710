"""Moving a city from stage to stage: who may, from where, with what reason, and what has to be done before.

`move` asks all of it; `step`, `begin` and `advance` are the steps that follow from something else (a first answer,
the last submitted seat, a publication) inside that transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, select

from kotacerdas.interview import audit
from kotacerdas.interview import store as stores
from kotacerdas.interview.completeness import barred, completeness_of
from kotacerdas.interview.grants import guarded, name_of
from kotacerdas.interview.lateness import due_of
from kotacerdas.interview.missing import require_complete, unanswered_replies
from kotacerdas.interview.reasons import read_reason
from kotacerdas.interview.roles import Action, Actor
from kotacerdas.interview.stages import (
    BEGINS,
    CITY_OWNER,
    INSTEAD,
    MOVES,
    ORDER,
    Layer,
    Move,
    Stage,
    before,
)
from kotacerdas.interview.standing import (
    Entry,
    active,
    awaited,
    look,
    require_entry,
    require_open,
    require_unchanged,
    round_of,
    seats_of,
    stage_word,
    take,
)
from kotacerdas.interview.store import Store
from kotacerdas.interview.tables import entries, seats
from kotacerdas.interview.times import moment
from kotacerdas.problem import Problem


def move(store: Store, actor: Actor | None, entry_id: int, to: Stage, *, base: int, reason: str | None = None) -> int:
    """Move an entry on, or back with a reason; returns its new version.

    `base` is the version the caller saw; the same move again (a double click, a repeated request) changes nothing.
    Raises `Problem`: `refused_...` (right, city, seat, locked; logged), `entry_changed`, `move_none`, `reason_needed`,
    or what is missing for the step.
    """
    stream = audit.stream_of(entry_id)
    with guarded(store, actor, "move", f"entry {entry_id} to {to.value}", stream) as tx:
        entry = take(tx, entry_id)
        if entry.stage is to and entry.version == base + 1 and _last_mover(tx, entry) == name_of(actor):
            return entry.version
        rule, instead = _rule(tx, actor, entry, to)
        require_unchanged(entry, base)
        why = read_reason(reason)
        if rule.reason and why is None:
            raise Problem("reason_needed")
        if before(entry.stage, to) and not instead:
            _require_ready(tx, entry, to, why)
        return step(tx, entry, to, name_of(actor), why).version


def submit_self(store: Store, actor: Actor, entry_id: int, base: int) -> int:
    """Submit the self-assessment of a city: blocked while questions are open or flagged (`answers_open`)."""
    return move(store, actor, entry_id, Stage.SUBMITTED, base=base)


def possible(tx: Connection, actor: Actor | None, entry: Entry) -> dict[Stage, Move]:
    """The stages an actor may move an entry to now, with the rule of each; what must be done before is not asked."""
    found = {}
    for to in ORDER:
        try:
            found[to] = _rule(tx, actor, entry, to)[0]
        except Problem:
            continue
    return found


def step(tx: Connection, entry: Entry, to: Stage, who: str, reason: str | None = None) -> Entry:
    """Take a step without asking, and write it into the trail; the entry must be locked (`take`).

    Back to the scoring or before it, scoring starts anew from the marks there are: every seat submits again, and it
    is blind again.
    """
    at = stores.now()
    version = entry.version + 1
    values: dict[str, Any] = {"stage": to.value, "since": at, "version": version}
    after: dict[str, Any] = {"stage": to.value, "version": version}
    if before(to, entry.stage) and not before(Stage.SCORING, to):
        values["opened"] = False
        submitted = [seat.who for seat in seats_of(tx, entry.id) if seat.counts]
        after |= {"opened": False, "submit_again": submitted}
        tx.execute(
            seats.update()
            .where(seats.c.entry_id == entry.id, seats.c.submitted_at.is_not(None), seats.c.ended_at.is_(None))
            .values(submitted_at=None, version=seats.c.version + 1)
        )
    tx.execute(entries.update().where(entries.c.id == entry.id).values(**values))
    then = {"stage": entry.stage.value, "version": entry.version}
    stream = audit.stream_of(entry.id)
    audit.record(tx, stream, who, audit.MOVE, entry.city, before=then, after=after, reason=reason, at=at)
    return look(tx, entry.id)


def begin(tx: Connection, entry: Entry, layer: Layer, who: str) -> Entry:
    """The step that the first answer of a layer takes: the city starts, or the scoring does."""
    start, to = BEGINS.get(layer, (None, entry.stage))
    return step(tx, entry, to, who) if entry.stage is start else entry


def advance(tx: Connection, entry: Entry, who: str) -> Entry:
    """On to the reconciliation where every seat of the panel has submitted."""
    panel = seats_of(tx, entry.id)
    done = entry.stage is Stage.SCORING and any(seat.counts for seat in panel) and not awaited(panel)
    return step(tx, entry, Stage.RECONCILIATION, who) if done else entry


def take_panels(tx: Connection, who: str) -> tuple[Entry, ...]:
    """The entries at the scoring in which a person sits, locked; before the office's stream, as everywhere."""
    found = tx.execute(
        select(seats.c.entry_id)
        .join(entries, entries.c.id == seats.c.entry_id)
        .where(seats.c.who == who, seats.c.ended_at.is_(None))
        .where(entries.c.stage == Stage.SCORING.value)
        .order_by(seats.c.entry_id)
    )
    return tuple(take(tx, row.entry_id) for row in found.all())


def advance_panels(tx: Connection, panels: Iterable[Entry], who: str) -> None:
    """`advance` each of them, after a change of roles."""
    for entry in panels:
        advance(tx, entry, who)


def _rule(tx: Connection, actor: Actor | None, entry: Entry, to: Stage) -> tuple[Move, bool]:
    """The rule of a step and whether the office takes it instead of the city. Raises `Problem` where it may not be."""
    step_ = (entry.stage, to)
    rule = MOVES.get(step_)
    if rule is None:
        asked = next((rule for (_, end), rule in MOVES.items() if end is to), Move(Action.MANAGE))
        require_entry(tx, actor, asked.action, entry)  # a stranger is not told where the city stands
        require_open(tx, entry)
        accepted = [stage for stage in ORDER if (entry.stage, stage) in MOVES]
        raise Problem("move_none", now=stage_word(entry.stage), to=stage_word(to), stages=tuple(accepted))
    if to is Stage.PUBLISHED:
        require_entry(tx, actor, rule.action, entry)
        raise Problem("move_publish")
    try:
        require_entry(tx, actor, rule.action, entry)
    except Problem as refusal:
        if step_ not in INSTEAD:
            raise
        try:
            require_entry(tx, actor, INSTEAD[step_].action, entry)
        except Problem:
            raise refusal from None  # a city's user is told of the city's step, not of the office's
        return INSTEAD[step_], True
    return rule, False


def _last_mover(tx: Connection, entry: Entry) -> str | None:
    rows = audit.trail(tx, audit.stream_of(entry.id), subject=entry.city)
    return next((row.who for row in reversed(rows) if row.action == audit.MOVE), None)


def _require_ready(tx: Connection, entry: Entry, to: Stage, reason: str | None) -> None:
    """What has to be done before a step forward. Raises `Problem` naming it, and whether a reason would do instead."""
    around = round_of(tx, entry.round_id)
    if to is Stage.SUBMITTED:
        require_complete(tx, entry, Layer.SELF, CITY_OWNER, around.instrument(entry.group))
    if to is Stage.SCHEDULED and entry.meeting_at is None:
        raise Problem("meeting_missing", city=entry.city)
    if before(to, Stage.SCORING):
        return
    panel = active(seats_of(tx, entry.id))
    if not any(seat.scores for seat in panel):
        raise Problem("panel_none", city=entry.city)
    if to is Stage.SCORING:
        return
    counted = sum(seat.counts for seat in panel)
    if not counted:
        raise Problem("panel_unsubmitted", city=entry.city)
    waiting = awaited(panel)
    if to is Stage.RECONCILIATION and waiting and reason is None:
        raise Problem("panel_waiting", count=len(waiting), who=", ".join(seat.who for seat in waiting))
    if before(to, Stage.REPLY):
        return
    done = completeness_of(tx, around, [entry], {entry.id: counted})[entry.id]
    if (problem := barred(done)) is not None:
        raise problem
    if to is Stage.FINAL:
        _require_final(tx, entry, done.fewest, around.panel_size, reason)


def _require_final(tx: Connection, entry: Entry, fewest: int, size: int, reason: str | None) -> None:
    waiting = unanswered_replies(tx, entry)
    if waiting:
        raise Problem("reply_open", count=len(waiting), shown=", ".join(waiting[:12]), questions=waiting)
    if reason is not None:
        return
    if fewest < size:
        raise Problem("panel_short", count=fewest, accepted=size)
    due = due_of(tx, entry, Stage.REPLY)
    if due is not None and stores.now() < due:
        raise Problem("reply_running", due=moment(due))
