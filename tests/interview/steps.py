"""Shortcuts through a SYNTHETIC round: answers written straight into the table, refusals read back from the trail."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from sqlalchemy import insert

from kotacerdas.interview import audit, tables
from kotacerdas.interview.roles import Actor
from kotacerdas.interview.stages import CITY_OWNER, Layer, Stage
from kotacerdas.interview.standing import Entry, asked, look, read_instrument
from kotacerdas.interview.store import Store, now
from kotacerdas.problem import Problem
from tests.interview.builders import INSTRUMENT

QUESTIONS = tuple(node.id for node in asked(read_instrument(INSTRUMENT)))


def fill(
    store: Store,
    entry_id: int,
    layer: Layer = Layer.SELF,
    owner: str = CITY_OWNER,
    *,
    value: str | None = "3",
    note: str = "",
    questions: Iterable[str] = QUESTIONS,
    flagged: Iterable[str] = (),
) -> None:
    """Answers of one author, without a trail: what follows from answers is tested, not the saving of them."""
    marked = set(flagged)
    rows = [
        {
            "entry_id": entry_id,
            "layer": layer.value,
            "owner": owner,
            "question": question,
            "value": value,
            "note": note,
            "flag": question in marked,
            "version": 1,
            "at": now(),
            "by": owner,
        }
        for question in questions
    ]
    with store.write() as tx:
        tx.execute(insert(tables.answers), rows)


def entry_of(store: Store, entry_id: int) -> Entry:
    """The entry as it stands."""
    with store.read() as tx:
        return look(tx, entry_id)


def stage_of(store: Store, entry_id: int) -> Stage:
    """Where the entry stands."""
    return entry_of(store, entry_id).stage


def put(store: Store, entry_id: int, stage: Stage) -> None:
    """Set an entry at a stage, as if it had come there; its version is 1."""
    with store.write() as tx:
        tx.execute(tables.entries.update().where(tables.entries.c.id == entry_id).values(stage=stage.value, version=1))


def submitted(store: Store, entry_id: int, whom: Iterable[Actor]) -> None:
    """Mark seats as submitted, with a full set of marks each."""
    for actor in whom:
        fill(store, entry_id, Layer.MARK, actor.who)
        with store.write() as tx:
            tx.execute(
                tables.seats.update()
                .where(tables.seats.c.entry_id == entry_id, tables.seats.c.who == actor.who)
                .values(submitted_at=now())
            )


def actions(store: Store, stream: str) -> list[str]:
    """The actions of a stream of the trail, oldest first."""
    with store.read() as tx:
        return [row.action for row in audit.trail(tx, stream)]


def is_refused(store: Store, error: pytest.ExceptionInfo[Problem], key: str, stream: str = audit.OFFICE) -> None:
    """The refusal has this key, and the trail has it as its last row."""
    assert error.value.key == key
    with store.read() as tx:
        last = audit.trail(tx, stream)[-1]
    assert (last.action, last.reason) == (audit.REFUSED, key)
