"""Deadlines: by when a stage is to be left, and which city is late by the clock.

A late self-assessment or late marks are shown as late and may still be given: the round needs them. The right of reply
is different, for the result becomes final behind it: replies end with its deadline.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import Connection, or_, select

from kotacerdas.interview import store as stores
from kotacerdas.interview.stages import ORDER, Stage
from kotacerdas.interview.standing import Entry
from kotacerdas.interview.tables import deadlines
from kotacerdas.interview.times import moment
from kotacerdas.problem import Problem

Due = Mapping[tuple[Stage, str | None], str]
"""(stage, city or None for all) -> due, of one round."""


def read_due(tx: Connection, round_id: int) -> Due:
    """All deadlines of a round."""
    found = tx.execute(select(deadlines).where(deadlines.c.round_id == round_id))
    return {(Stage(row.stage), row.city): row.due for row in found}


def read_versions(tx: Connection, round_id: int) -> Mapping[tuple[Stage, str | None], int]:
    """The version of each deadline of a round: what who changes one has seen (`rounds.deadline`)."""
    found = tx.execute(select(deadlines).where(deadlines.c.round_id == round_id))
    return {(Stage(row.stage), row.city): row.version for row in found}


def due_of(tx: Connection, entry: Entry, stage: Stage) -> str | None:
    """The deadline of a stage for one city: its own where it has one, else the round's."""
    found = tx.execute(
        select(deadlines).where(
            deadlines.c.round_id == entry.round_id,
            deadlines.c.stage == stage.value,
            or_(deadlines.c.city == entry.city, deadlines.c.city.is_(None)),
        )
    )
    by_city = {row.city: row.due for row in found}
    return by_city.get(entry.city, by_city.get(None))


def due_until(tx: Connection, entry: Entry, last: Stage) -> str | None:
    """The nearest deadline from the entry's stage up to `last`; None where there is none, or `last` is behind it."""
    ahead = ORDER[ORDER.index(entry.stage) : ORDER.index(last) + 1]
    return min((at for stage in ahead if (at := due_of(tx, entry, stage)) is not None), default=None)


def is_over(due: str | None) -> bool:
    """Whether a deadline has passed by the clock."""
    return due is not None and stores.now() > due


def days_late(due: str, at: str | None = None) -> int:
    """How many days ago a deadline passed, counting the one that has begun; 0 before it.

    >>> days_late("2026-12-01T17:00:00+00:00", "2026-12-01T17:00:01+00:00")
    1
    """
    gone = dt.datetime.fromisoformat(at or stores.now()) - dt.datetime.fromisoformat(due)
    return gone.days + 1 if gone > dt.timedelta(0) else 0


def require_reply_time(tx: Connection, entry: Entry) -> None:
    """Raises `Problem("refused_reply_over")` where the time for the city's replies is over."""
    due = due_of(tx, entry, Stage.REPLY)
    if due is not None and is_over(due):
        raise Problem("refused_reply_over", city=entry.city, due=moment(due))


def next_due(due: Due, city: str, stage: Stage) -> str | None:
    """The nearest deadline a city at this stage still has to meet; None where there is none.

    A deadline of a later stage counts too: who has not even begun is late when the submission was due.

    >>> next_due({(Stage.SUBMITTED, None): "2026-12-01"}, "35.77", Stage.INVITED)
    '2026-12-01'
    """
    ahead = ORDER[ORDER.index(stage) :]
    given = (due.get((later, city), due.get((later, None))) for later in ahead)
    return min((at for at in given if at is not None), default=None)
