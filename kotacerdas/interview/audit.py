"""The audit trail: every change, who, when, before, after and why; append-only and hash-chained.

Each stream (`OFFICE`, and one per city and round) is a chain: a row's hash covers its content and the hash of the row
before it, and `streams` keeps the length and the last hash. Order is the running number, never the clock. The
database itself refuses to change or delete a row (triggers, see `migrations/`); `verify` finds what was changed in
spite of that.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from kotacerdas.interview.store import Store, now
from kotacerdas.interview.tables import answers, audit, streams
from kotacerdas.problem import Problem

OFFICE = "office"
"""The stream of rounds, roles and deadlines."""
ANSWER = "answer"
"""Action of every change of an answer; `verify` compares the last of each subject with the table."""
MOVE = "move"
"""Action of every change of a city's stage."""
REFUSED = "refused"
"""Action of an attempt that was refused; what was attempted stands in `after`."""
BEGINNING = "0" * 64
"""What the first row of a stream has for the hash of the row before."""

_log = logging.getLogger(__name__)

_HEAD = select(streams.c.length, streams.c.head).where(streams.c.name == bindparam("stream")).with_for_update()
_NEW_STREAM = {"name": bindparam("stream"), "length": 0, "head": BEGINNING}
_OPEN = {
    "sqlite": sqlite.insert(streams).values(_NEW_STREAM).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(streams).values(_NEW_STREAM).on_conflict_do_nothing(),
}
_APPEND = insert(audit).inline()
_ADVANCE = (
    update(streams)
    .where(streams.c.name == bindparam("stream"))
    .values(length=bindparam("new_length"), head=bindparam("new_head"))
)
_FIND = select(audit).where(audit.c.stream == bindparam("stream_"), audit.c.key == bindparam("key_"))


@dataclass(frozen=True)
class Report:
    """What `verify` read, and what it found (nothing: sound)."""

    streams: int
    rows: int
    problems: tuple[Problem, ...]


def stream_of(entry_id: int) -> str:
    """The stream of a city in a round."""
    return f"entry-{entry_id}"


def answer_subject(layer: str, owner: str, question: str) -> str:
    """The subject of an answer's records. The owner comes last, for it may hold anything."""
    return f"{layer} {question} {owner}"


def text_of(state: object) -> str | None:
    """A JSON-able state as it is stored and hashed: sorted keys, no spaces."""
    if state is None:
        return None
    return json.dumps(state, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def record(
    tx: Connection,
    stream: str,
    actor: str,
    action: str,
    subject: str,
    *,
    before: object = None,
    after: object = None,
    reason: str | None = None,
    key: str | None = None,
    at: str | None = None,
) -> int:
    """Append to a stream within the transaction of the change it describes; the running number in the stream.

    Locks the head of the stream until the end of the transaction. `before` and `after` are JSON-able; `key` makes
    the record findable (`find`) and must be new in the stream; `at` is the moment of the change where the row that
    was changed bears it too.
    """
    head = lock(tx, stream)
    row = {
        "stream": stream,
        "seq": head.length + 1,
        "at": at or now(),
        "who": actor,
        "action": action,
        "subject": subject,
        "before": text_of(before),
        "after": text_of(after),
        "reason": reason,
        "key": key,
        "previous": head.head,
    }
    row["hash"] = _hash(row)
    tx.execute(_APPEND, row)
    tx.execute(_ADVANCE, {"stream": stream, "new_length": row["seq"], "new_head": row["hash"]})
    return int(row["seq"])


def lock(tx: Connection, stream: str) -> Row[Any, Any]:
    """Lock the head of a stream until the end of the transaction, and return it.

    Where a decision rests on more than the one row it changes (who is the last administrator, which years are taken),
    the service takes this lock before it looks: whoever comes second sees what the first has done.
    """
    head = tx.execute(_HEAD, {"stream": stream}).one_or_none()
    if head is None:
        tx.execute(_OPEN[tx.dialect.name], {"stream": stream})
        head = tx.execute(_HEAD, {"stream": stream}).one()
    return head


def find(tx: Connection, stream: str, key: str) -> Row[Any] | None:
    """What was recorded under an idempotency key."""
    return tx.execute(_FIND, {"stream_": stream, "key_": key}).one_or_none()


def trail(tx: Connection, stream: str, *, subject: str | None = None) -> list[Row[Any]]:
    """The records of a stream, or of one subject in it, oldest first."""
    query = select(audit).where(audit.c.stream == stream).order_by(audit.c.seq)
    if subject is not None:
        query = query.where(audit.c.subject == subject)
    return list(tx.execute(query))


def refused(store: Store, actor: str, action: str, subject: str, reason: str, stream: str = OFFICE) -> None:
    """Log a refused attempt, in a transaction of its own. Never raises: the refusal itself must reach the person."""
    try:
        with store.write() as tx:
            record(
                tx,
                stream,
                _clean(actor, 320),
                REFUSED,
                _clean(subject, 500),
                after={"action": _clean(action, 40)},
                reason=_clean(reason, 2000),
            )
    except Exception:  # a log that cannot be written is no reason to answer otherwise
        _log.exception("a refused attempt could not be recorded")


@contextmanager
def attempt(store: Store, actor: str, action: str, subject: str, stream: str = OFFICE) -> Iterator[Connection]:
    """`store.write()` for a service: a `Problem` whose key begins with `refused_` is logged before it goes on."""
    try:
        with store.write() as tx:
            yield tx
    except Problem as problem:
        if problem.key.startswith("refused_"):
            refused(store, actor, action, subject, problem.key, stream)
        raise


def verify(store: Store) -> Report:
    """Recompute every chain and compare the answers with their last record. Raises `Problem` if unreadable only."""
    problems: list[Problem] = []
    last: dict[tuple[str, str], Mapping[Any, Any]] = {}
    rows = 0
    with store.read() as tx:
        heads = {row.name: row for row in tx.execute(select(streams))}
        reached = dict.fromkeys(heads, (0, BEGINNING))
        broken: set[str] = set()
        query = select(audit).order_by(audit.c.stream, audit.c.seq)
        for row in tx.execution_options(yield_per=1000).execute(query).mappings():
            rows += 1
            stream = row["stream"]
            seq, previous = reached.get(stream, (0, BEGINNING))
            if stream not in broken:
                fault = _fault(row, seq, previous)
                if fault is not None:
                    problems.append(fault)
                    broken.add(stream)  # everything after it would be named too
            reached[stream] = row["seq"], row["hash"]
            if row["action"] == ANSWER and row["after"] is not None:
                last[stream, row["subject"]] = row
        for stream, (seq, hash_) in reached.items():
            head = heads.get(stream)
            if stream not in broken and (head is None or (head.length, head.head) != (seq, hash_)):
                problems.append(Problem("audit_head", stream=stream, row=seq))
        problems += _unequal(tx, last)
    return Report(len(reached), rows, tuple(problems))


_HASHED = ("stream", "seq", "at", "who", "action", "subject", "before", "after", "reason", "key", "previous")


def _hash(row: Any) -> str:
    content = json.dumps([row[name] for name in _HASHED], separators=(",", ":"), ensure_ascii=True)
    return sha256(content.encode("ascii")).hexdigest()


def _fault(row: Any, seq: int, previous: str) -> Problem | None:
    if row["seq"] != seq + 1:
        return Problem("audit_gap", stream=row["stream"], row=seq + 1)
    if row["previous"] != previous or row["hash"] != _hash(row):
        return Problem("audit_changed", stream=row["stream"], row=row["seq"])
    return None


def _unequal(tx: Connection, last: dict[tuple[str, str], Mapping[Any, Any]]) -> Iterator[Problem]:
    """Answers that are not as their last record says, without a record, or gone."""
    for row in tx.execution_options(yield_per=1000).execute(select(answers)):
        stream = stream_of(row.entry_id)
        subject = answer_subject(row.layer, row.owner, row.question)
        kept = last.pop((stream, subject), None)
        if kept is None:
            yield Problem("audit_unrecorded", stream=stream, value=subject)
        else:
            stands = {"value": row.value, "note": row.note, "flag": row.flag, "version": row.version}
            if text_of(stands) != kept["after"] or (row.at, row.by) != (kept["at"], kept["who"]):
                yield Problem("audit_answer", stream=stream, value=subject, row=kept["seq"])
    for (stream, subject), kept in last.items():
        yield Problem("audit_answer", stream=stream, value=subject, row=kept["seq"])


def _clean(text: str, longest: int) -> str:
    """A text of any origin that every database stores: no NUL, no lone surrogate, not too long."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode("utf-8")[:longest]
