"""Evidence behind an answer: files and links, attached to a question of a city by those who may answer it there.

Who sees what follows the answers: evidence of a mark is as blind as the mark. Nothing is deleted: what is withdrawn
gets a date of end, its file stays. A file is on disk before its row is written (`evidence_files`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select

from kotacerdas.interview import audit, evidence_files, tables
from kotacerdas.interview import store as stores
from kotacerdas.interview.evidence_links import clean_link, host_of
from kotacerdas.interview.file_kinds import MEDIA_TYPES, clean_name, recognise
from kotacerdas.interview.grants import guarded
from kotacerdas.interview.lateness import require_reply_time
from kotacerdas.interview.reasons import read_reason
from kotacerdas.interview.roles import Action, Actor
from kotacerdas.interview.sight import sight
from kotacerdas.interview.stages import CHAIR_OWNER, CITY_OWNER, OPEN, Layer
from kotacerdas.interview.standing import (
    Entry,
    asked,
    look,
    require_entry,
    require_open,
    round_of,
    seat_of,
    stage_word,
    take,
)
from kotacerdas.interview.store import Store
from kotacerdas.interview.tables import evidence
from kotacerdas.problem import Problem

ATTACH = "attach"
WITHDRAW = "withdraw"
"""Actions of the audit trail."""
MOST = 40
"""Files and links one author (the city, an assessor) may have attached to an entry at a time."""
MOST_EVER = 120
"""The same with what was withdrawn, whose files stay on disk."""
LARGEST_ID = 2**31 - 1
"""The largest number both databases have for a row."""
OWNERS = {Layer.SELF: CITY_OWNER, Layer.REPLY: CITY_OWNER, Layer.ANSWER: CHAIR_OWNER}
"""Whose evidence a layer holds; that of a mark belongs to the assessor."""


@dataclass(frozen=True)
class Evidence:
    """A file (`sha256`, `size`, `media_type`) or a link, by whom and since when; `ended_at` once withdrawn."""

    id: int
    entry_id: int
    layer: Layer
    owner: str
    question: str
    kind: str
    name: str
    link: str | None
    sha256: str | None
    size: int | None
    media_type: str | None
    at: str
    by: str
    ended_at: str | None
    ended_by: str | None


def attach_file(
    store: Store, actor: Actor, entry_id: int, layer: Layer, question: str, name: str, content: bytes
) -> Evidence:
    """Attach a file. The same file on the same question again is the one that is there already.

    Raises `Problem`: refused by role, seat or stage, not a kind of file that is taken, too large, too many, disk full.
    """
    place = f"{layer.value}/{question}"[:200]
    with guarded(store, actor, ATTACH, place, audit.stream_of(entry_id)) as tx:  # nobody refused fills the disk
        _open(tx, actor, entry_id, layer, question)
    shown = clean_name(name)
    kind = recognise(shown, content)
    digest = evidence_files.put(store.evidence, content)
    facts = {"kind": "file", "name": shown, "sha256": digest, "size": len(content), "media_type": kind.media_type}
    with guarded(store, actor, ATTACH, place, audit.stream_of(entry_id)) as tx:
        attached = _attach(tx, actor, _open(tx, actor, entry_id, layer, question), layer, question, facts)
    evidence_files.put(store.evidence, content)  # a sweep may have come between file and row
    return attached


def attach_link(store: Store, actor: Actor, entry_id: int, layer: Layer, question: str, link: str) -> Evidence:
    """Attach a link to a page of the web. Raises `Problem` like `attach_file`, and for what is no plain web address."""
    place = f"{layer.value}/{question}"[:200]
    with guarded(store, actor, ATTACH, place, audit.stream_of(entry_id)) as tx:
        entry = _open(tx, actor, entry_id, layer, question)
        address = clean_link(link)
        facts = {"kind": "link", "name": host_of(address), "link": address}
        return _attach(tx, actor, entry, layer, question, facts)


def withdraw(store: Store, actor: Actor, evidence_id: int, reason: str | None = None) -> Evidence:
    """Withdraw own evidence while its layer is open; a second time changes nothing. The file stays on disk.

    Raises `Problem("refused_...")`, logged, for that of others, and alike for what there is not.
    """
    found = _seen(store, actor, evidence_id, WITHDRAW)
    if found.owner != _owner(actor, found.layer):
        raise _refused(store, actor, evidence_id, WITHDRAW, found)
    stream = audit.stream_of(found.entry_id)
    with guarded(store, actor, WITHDRAW, f"evidence {found.id}", stream) as tx:
        _open(tx, actor, found.entry_id, found.layer, found.question)
        found = _find(tx, found.id)
        if found.ended_at is not None:
            return found
        at = stores.now()
        subject = audit.answer_subject(found.layer.value, found.owner, found.question)
        why = read_reason(reason)
        audit.record(tx, stream, actor.who, WITHDRAW, subject, before={"evidence": found.id}, reason=why, at=at)
        tx.execute(evidence.update().where(evidence.c.id == found.id).values(ended_at=at, ended_by=actor.who))
        return _find(tx, found.id)


def listing(
    tx: Connection, actor: Actor, entry_id: int, question: str | None = None, *, withdrawn: bool = False
) -> tuple[Evidence, ...]:
    """The evidence of an entry that the actor may see, oldest first; with `withdrawn` also what has ended."""
    seen = sight(tx, actor, look(tx, entry_id))
    query = select(evidence).where(evidence.c.entry_id == entry_id).order_by(evidence.c.id)
    if question is not None:
        query = query.where(evidence.c.question == question)
    if not withdrawn:
        query = query.where(evidence.c.ended_at.is_(None))
    return tuple(one for one in map(_evidence, tx.execute(query)) if seen.of(one.layer, one.owner))


def open_file(store: Store, actor: Actor, evidence_id: int) -> tuple[str, str, bytes]:
    """Name, media type and content of an attached file the actor may see.

    Raises `Problem`: refused (and logged; an unknown file is refused alike, so that nobody counts those of others),
    withdrawn, missing or damaged on disk.
    """
    found = _seen(store, actor, evidence_id, "open_file")
    if found.sha256 is None:
        raise _refused(store, actor, evidence_id, "open_file", found)
    if found.ended_at is not None:
        raise Problem("evidence_withdrawn", file=found.name)
    # only kinds that are taken are named: a row from elsewhere cannot make a browser run its file
    media_type = found.media_type if found.media_type in MEDIA_TYPES else "application/octet-stream"
    return clean_name(found.name), str(media_type), evidence_files.get(store.evidence, found.sha256, found.name)


def referenced(store: Store) -> frozenset[str]:
    """The hashes of all files a row refers to, withdrawn ones included."""
    with store.read() as tx:
        query = select(evidence.c.sha256).where(evidence.c.sha256.is_not(None)).distinct()
        return frozenset(tx.execute(query).scalars())


def sweep(store: Store) -> int:
    """Remove files no row refers to that are older than a day; returns how many. For the start of the app."""
    return evidence_files.sweep(store.evidence, lambda: referenced(store)) if store.writable else 0


def trail_problems(store: Store) -> Iterator[Problem]:
    """Rows of evidence that differ from what the audit trail says of them, are not in it, or are gone."""
    with store.read() as tx:
        rows = [_evidence(row) for row in tx.execute(select(evidence).order_by(evidence.c.id))]
        attached, ended = _audited(tx)
    for one in rows:
        subject = audit.answer_subject(one.layer.value, one.owner, one.question)
        said = _facts(one) | {"place": (audit.stream_of(one.entry_id), subject), "at": (one.at, one.by)}
        end = (one.ended_at, one.ended_by) if one.ended_at else None
        if attached.pop(one.id, None) != said or ended.pop(one.id, None) != end:
            yield Problem("evidence_trail", value=one.id, file=one.name)
    for gone in attached:
        yield Problem("evidence_trail", value=gone, file="–")


def file_problems(store: Store) -> Iterator[Problem]:
    """Evidence files that are missing or damaged on disk, one problem for each content."""
    with store.read() as tx:
        found = {row.sha256: row.name for row in tx.execute(select(evidence)) if row.sha256 is not None}
    for digest, name in found.items():
        try:
            evidence_files.get(store.evidence, digest, name)
        except Problem as problem:
            yield problem


def _open(tx: Connection, actor: Actor, entry_id: int, layer: Layer, question: str) -> Entry:
    """The entry, locked, where the actor may write evidence of that layer now. Raises `Problem` where not."""
    if not 0 < entry_id <= LARGEST_ID:
        raise Problem("interview_unknown", value=str(entry_id)[:20])
    entry = take(tx, entry_id)
    action = OPEN.get((layer, entry.stage))
    require_entry(tx, actor, action or _ASKED[layer], entry)
    require_open(tx, entry)
    if action is None:
        raise Problem("refused_stage", city=entry.city, stage=stage_word(entry.stage))
    if layer is Layer.REPLY:
        require_reply_time(tx, entry)
    if action is Action.SCORE:
        seat = seat_of(tx, entry.id, actor.who)
        if seat is not None and seat.submitted_at is not None:
            raise Problem("refused_submitted", city=entry.city)
    instrument = round_of(tx, entry.round_id).instrument(entry.group)
    if question not in {node.id for node in asked(instrument)}:
        raise Problem("interview_question", value=question, instrument=instrument.id)
    return entry


_ASKED = {
    Layer.SELF: Action.SELF_ASSESS,
    Layer.MARK: Action.SCORE,
    Layer.REPLY: Action.REPLY,
    Layer.ANSWER: Action.RECONCILE,
}
"""The right asked for where a layer is closed, so that a stranger learns nothing of the stage."""


def _attach(tx: Connection, actor: Actor, entry: Entry, layer: Layer, question: str, facts: dict[str, Any]) -> Evidence:
    owner = _owner(actor, layer)
    own = select(evidence).where(
        evidence.c.entry_id == entry.id, evidence.c.layer == layer.value, evidence.c.owner == owner
    )
    live = [_evidence(row) for row in tx.execute(own.where(evidence.c.ended_at.is_(None)))]
    same = "sha256" if "sha256" in facts else "link"
    for one in live:
        if one.question == question and getattr(one, same) == facts[same]:
            return one
    ever = tx.execute(select(func.count()).select_from(own.subquery())).scalar_one()
    if len(live) >= MOST or ever >= MOST_EVER:
        raise Problem("evidence_many", city=entry.city, accepted=MOST, ever=MOST_EVER)
    at = stores.now()
    place = {"entry_id": entry.id, "layer": layer.value, "owner": owner, "question": question}
    added = tx.execute(evidence.insert().values(**place, **facts, at=at, by=actor.who)).inserted_primary_key
    assert added is not None
    attached = _find(tx, int(added[0]))
    audit.record(
        tx,
        audit.stream_of(entry.id),
        actor.who,
        ATTACH,
        audit.answer_subject(layer.value, owner, question),
        after=_facts(attached),
        at=at,
    )
    return attached


def _owner(actor: Actor, layer: Layer) -> str:
    return OWNERS.get(layer, actor.who)


def _seen(store: Store, actor: Actor, evidence_id: int, action: str) -> Evidence:
    """Evidence that the actor may see. Raises the same refusal for what is hidden and for what there is not."""
    found, seen = None, False
    if 0 < evidence_id <= LARGEST_ID:
        with store.read() as tx:
            row = tx.execute(select(evidence).where(evidence.c.id == evidence_id)).first()
            if row is not None:
                found = _evidence(row)
                seen = sight(tx, actor, look(tx, found.entry_id)).of(found.layer, found.owner)
    if found is None or not seen:
        raise _refused(store, actor, evidence_id, action, found)
    return found


def _refused(store: Store, actor: Actor, evidence_id: int, action: str, found: Evidence | None) -> Problem:
    """The refusal, logged in the stream of the city it is about."""
    stream = audit.OFFICE if found is None else audit.stream_of(found.entry_id)
    audit.refused(store, actor.who, action, f"evidence {evidence_id}"[:80], "refused_evidence", stream)
    return Problem("refused_evidence", value=str(evidence_id)[:20])


def _find(tx: Connection, evidence_id: int) -> Evidence:
    return _evidence(tx.execute(select(evidence).where(evidence.c.id == evidence_id)).one())


def _evidence(row: Row[Any]) -> Evidence:
    values = dict(row._mapping)
    return Evidence(**values | {"layer": Layer(values["layer"])})


def _facts(one: Evidence) -> dict[str, Any]:
    """What the audit trail keeps of an attachment."""
    facts = {"evidence": one.id, "kind": one.kind, "name": one.name}
    if one.link is not None:
        return facts | {"link": one.link}
    return facts | {"sha256": one.sha256, "size": one.size, "media_type": one.media_type}


def _audited(tx: Connection) -> tuple[dict[int, dict[str, Any]], dict[int, tuple[str, str]]]:
    """What the audit trail says was attached, by id, and when and by whom it was withdrawn."""
    attached: dict[int, dict[str, Any]] = {}
    ended: dict[int, tuple[str, str]] = {}
    trail = tables.audit
    query = select(trail).where(trail.c.action.in_((ATTACH, WITHDRAW))).order_by(trail.c.id)
    for row in tx.execute(query):
        state = json.loads((row.after if row.action == ATTACH else row.before) or "{}")
        if row.action == ATTACH:
            attached[state["evidence"]] = state | {"place": (row.stream, row.subject), "at": (row.at, row.who)}
        else:
            ended[state["evidence"]] = (row.at, row.who)
    return attached, ended
