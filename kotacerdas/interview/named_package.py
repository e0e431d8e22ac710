"""Which package of published data the office's audit trail names: the last one named is the current one."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, Row, select

from kotacerdas.interview import audit
from kotacerdas.interview.tables import audit as audit_table

PUBLISH, IMPORT, RECOMPOSE = "publish", "import", "recompose"
"""The audit actions that name a package in `after`, with its base and the years it holds beyond that."""


def last_named(tx: Connection, before: int | None = None) -> Row[Any, Any] | None:
    """The newest record of the office that names a package (older than the running number `before`)."""
    query = select(audit_table.c.seq, audit_table.c.after).where(
        audit_table.c.stream == audit.OFFICE, audit_table.c.action.in_((PUBLISH, IMPORT, RECOMPOSE))
    )
    if before is not None:
        query = query.where(audit_table.c.seq < before)
    return tx.execute(query.order_by(audit_table.c.seq.desc()).limit(1)).first()


def current_package(tx: Connection) -> str | None:
    """The name of the current package; None where nothing was ever published."""
    row = last_named(tx)
    return None if row is None else str(json.loads(row.after)["package"])


def added_years(tx: Connection) -> frozenset[int]:
    """The years that were published or imported beyond the official data."""
    row = last_named(tx)
    return frozenset() if row is None else frozenset(json.loads(row.after).get("added", ()))
