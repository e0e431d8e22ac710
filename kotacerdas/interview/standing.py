"""An entry as it stands: a city in a round with its stage, panel and instrument, and the checks every write repeats.

The row of the entry is locked by `take` before anything else, so that all writes to one city come one after another.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from kotacerdas.instrument import DATA, Instrument, Node, load_instrument
from kotacerdas.interview import audit
from kotacerdas.interview.grants import require
from kotacerdas.interview.roles import Action, Actor, Role
from kotacerdas.interview.stages import LOCKED, Stage
from kotacerdas.interview.tables import entries, grants, rounds, seats
from kotacerdas.interview.times import moment
from kotacerdas.problem import Problem, Reason

PANEL_ACTIONS = frozenset({Action.SCORE, Action.RECONCILE, Action.REOPEN})
"""What an assessor or chair does in a panel: it takes a seat there (the chair's, for all but scoring)."""

IS_ASSESSOR = (
    select(grants.c.id)
    .where(
        grants.c.who == seats.c.who,
        grants.c.role == Role.ASSESSOR.value,
        grants.c.ended_at.is_(None),
        or_(grants.c.city.is_(None), grants.c.city == entries.c.city),
    )
    .exists()
)
"""Whether who has a seat is an assessor there now; for a query over `seats` joined with `entries`."""


@dataclass(frozen=True)
class Round:
    """A round of the store. `instruments`: weight group -> instrument id."""

    id: int
    year: int
    name: str
    instruments: Mapping[str, str]
    panel_size: int
    published_at: str | None
    package: str | None

    def instrument(self, group: str) -> Instrument:
        """The instrument of a weight group: its own, or the one for all."""
        return read_instrument(self.instruments.get(group) or self.instruments["all"])


@dataclass(frozen=True)
class Entry:
    """A city in a round. `version` counts changes of the entry itself (stage, meeting, panel), not of its answers."""

    id: int
    round_id: int
    city: str
    group: str
    stage: Stage
    since: str
    meeting_at: str | None
    meeting_link: str | None
    opened: bool
    version: int


@dataclass(frozen=True)
class Seat:
    """A place in the panel of an entry; an ended one keeps its marks, but they do not count.

    `scores`: marks are expected from it; a chair's seat gives some only where the chair is an assessor too.
    """

    id: int
    who: str
    chair: bool
    submitted_at: str | None
    ended_at: str | None
    scores: bool

    @property
    def active(self) -> bool:
        """Whether the person sits in the panel now."""
        return self.ended_at is None

    @property
    def counts(self) -> bool:
        """Whether the marks of this seat go into the result: it is active and has submitted."""
        return self.active and self.submitted_at is not None


@lru_cache(maxsize=16)
def read_instrument(instrument_id: str, folder: Path = DATA / "instruments") -> Instrument:
    """An instrument, read once: every write asks for it."""
    return load_instrument(instrument_id, folder)


def asked(instrument: Instrument) -> tuple[Node, ...]:
    """What a panel is asked: the leaf questions of the instrument, in its order, and components scored as a whole.

    A component without questions (area collaboration in the priority group) gets a mark of its own.
    """
    return tuple(node for node in instrument.leaves if node.kind in ("question", "component"))


def optional(node: Node) -> bool:
    """Whether a question may stay without a mark: where the instrument counts what is absent as 0."""
    return node.missing == "zero"


def required(instrument: Instrument) -> tuple[Node, ...]:
    """What has to be answered before anything can be submitted."""
    return tuple(node for node in asked(instrument) if not optional(node))


def take(tx: Connection, entry_id: int) -> Entry:
    """The entry, its row locked for the rest of the transaction. Raises `Problem` where there is none."""
    row = tx.execute(select(entries).where(entries.c.id == entry_id).with_for_update()).first()
    return _entry(row, entry_id)


def look(tx: Connection, entry_id: int) -> Entry:
    """The entry, for reading. Raises `Problem` where there is none."""
    return _entry(tx.execute(select(entries).where(entries.c.id == entry_id)).first(), entry_id)


def entry_from(row: Row[Any]) -> Entry:
    """A row of `entries` as a value."""
    values = dict(row._mapping)
    return Entry(**{name: values[name] for name in Entry.__dataclass_fields__} | {"stage": Stage(values["stage"])})


def _entry(row: Row[Any] | None, entry_id: int) -> Entry:
    if row is None:
        raise Problem("interview_unknown", value=str(entry_id)[:40])
    return entry_from(row)


def round_of(tx: Connection, round_id: int, *, lock: bool = False) -> Round:
    """A round by its id, its row locked if asked for. Raises `Problem` where there is none."""
    query = select(rounds).where(rounds.c.id == round_id)
    row = tx.execute(query.with_for_update() if lock else query).first()
    if row is None:
        raise Problem("round_unknown", value=str(round_id)[:40])
    return round_from(row)


def round_from(row: Row[Any]) -> Round:
    """A row of `rounds` as a value."""
    values = dict(row._mapping)
    return Round(
        **{name: values[name] for name in Round.__dataclass_fields__}
        | {"instruments": dict(json.loads(values["instruments"]))}
    )


def find_round(tx: Connection, year: int) -> Round:
    """The round of a year. Raises `Problem` listing the years there are."""
    found = {row.year: row for row in tx.execute(select(rounds).order_by(rounds.c.year))}
    if year not in found:
        raise Problem("round_year_unknown", value=year, accepted=", ".join(map(str, found)) or "–")
    return round_from(found[year])


def find_entry(tx: Connection, round_id: int, city: str) -> Entry:
    """The entry of a city in a round. Raises `Problem` where the city is not invited."""
    row = tx.execute(select(entries).where(entries.c.round_id == round_id, entries.c.city == city)).first()
    if row is None:
        raise Problem("entry_city", value=city[:40])
    return entry_from(row)


def seats_of(tx: Connection, entry_id: int) -> tuple[Seat, ...]:
    """All seats of a panel, ended ones included, in the order they were given."""
    found = tx.execute(
        select(seats, IS_ASSESSOR.label("assessor"))
        .join(entries, entries.c.id == seats.c.entry_id)
        .where(seats.c.entry_id == entry_id)
        .order_by(seats.c.id)
    )
    return tuple(
        Seat(row.id, row.who, row.chair, row.submitted_at, row.ended_at, not row.chair or bool(row.assessor))
        for row in found
    )


def active(panel: tuple[Seat, ...]) -> tuple[Seat, ...]:
    """The seats that sit now."""
    return tuple(seat for seat in panel if seat.active)


def awaited(panel: tuple[Seat, ...]) -> tuple[Seat, ...]:
    """The seats that sit now and whose marks are still to be submitted."""
    return tuple(seat for seat in panel if seat.active and seat.scores and seat.submitted_at is None)


def seat_of(tx: Connection, entry_id: int, who: str) -> Seat | None:
    """The active seat of a person in a panel."""
    return next((seat for seat in active(seats_of(tx, entry_id)) if seat.who == who), None)


def require_entry(tx: Connection, actor: Actor | None, action: Action, entry: Entry) -> None:
    """Check role, city scope and, for what is done in a panel, the seat. Raises `Problem("refused_...")`.

    An assessor scores on a seat of their own; a chair leads only the panel whose chair's seat is theirs. The office
    (administrators and the command line) needs no seat.
    """
    held = require(tx, actor, action, entry.city)
    if actor is None or action not in PANEL_ACTIONS or any(grant.role is Role.ADMIN for grant in held):
        return
    seat = seat_of(tx, entry.id, actor.who)
    if seat is None:
        raise Problem("refused_seat", city=entry.city)
    if action is not Action.SCORE and not seat.chair:
        raise Problem("refused_chair", city=entry.city)


def require_unchanged(entry: Entry, base: int | None) -> None:
    """Raises `Problem("entry_changed")` where the caller saw another version (None: it does not say which)."""
    if base is not None and entry.version != base:
        raise Problem("entry_changed", city=entry.city, stage=stage_word(entry.stage), version=entry.version)


def require_open(tx: Connection, entry: Entry) -> None:
    """Raises `Problem("refused_locked")` with who locked the entry and when, where it is final or published."""
    if entry.stage in LOCKED:
        who, at = locked_by(tx, entry)
        raise Problem("refused_locked", city=entry.city, stage=stage_word(entry.stage), who=who, at=moment(at))


def locked_by(tx: Connection, entry: Entry) -> tuple[str, str]:
    """Who made the entry final, and when (UTC), as the audit trail has it; the entry's own time where it does not."""
    return entered(tx, entry, Stage.FINAL) or ("–", entry.since)


def entered(tx: Connection, entry: Entry, stage: Stage) -> tuple[str, str] | None:
    """Who took the entry to a stage the last time, and when (UTC); None where the audit trail does not say."""
    for row in reversed(audit.trail(tx, audit.stream_of(entry.id), subject=entry.city)):
        if row.action == audit.MOVE and row.after and json.loads(row.after).get("stage") == stage.value:
            return row.who, row.at
    return None


def stage_word(stage: Stage) -> Reason:
    """The name of a stage, for a sentence."""
    return Reason(f"stage_{stage.value}")
