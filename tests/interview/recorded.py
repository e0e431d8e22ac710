"""The trail a SYNTHETIC round written straight into the tables would have, for what compares the two."""

from __future__ import annotations

import json

from sqlalchemy import select

from kotacerdas.interview import audit, tables
from kotacerdas.interview.store import Store


def record_rows(store: Store) -> None:
    """Write records for the roles, rounds, cities and seats that have none, as they stand."""
    with store.write() as tx:
        told = {(row.stream, row.action, row.subject) for row in tx.execute(select(tables.audit))}
        years = {}
        for row in tx.execute(select(tables.grants)).all():
            if (audit.OFFICE, "grant", row.who) not in told:
                state = {"role": row.role, "city": row.city}
                audit.record(tx, audit.OFFICE, row.by, "grant", row.who, after=state, at=row.at)
        for row in tx.execute(select(tables.rounds)).all():
            years[row.id] = row.year
            if (audit.OFFICE, "create", str(row.year)) not in told:
                made = json.loads(row.instruments)
                state = {"name": row.name, "instruments": made, "panel_size": row.panel_size}
                audit.record(tx, audit.OFFICE, row.by, "create", str(row.year), after=state, at=row.at)
        for row in tx.execute(select(tables.entries)).all():
            stream = audit.stream_of(row.id)
            if (stream, "invite", row.city) in told:
                continue
            seats = tx.execute(select(tables.seats).where(tables.seats.c.entry_id == row.id)).all()
            state = {"year": years[row.round_id], "stage": row.stage, "group": row.group}
            first = row.version - bool(seats)
            audit.record(tx, stream, "synthetic", "invite", row.city, after={**state, "version": first}, at=row.since)
            if seats:
                panel = [{"who": one.who, "chair": one.chair} for one in seats if one.ended_at is None]
                audit.record(tx, stream, "synthetic", "seat", row.city, before=[], after=panel)
