"""Saving from a screen: one part of an answer at a time, so that a mark and a note never get into each other's way.

An answer has one version for mark, note and flag. What a writer must not overwrite unseen is the part they change:
where that part still is what they saw, a newer version of the rest is no conflict. `put` says so to `answers.save`,
which decides under the lock.
"""

from __future__ import annotations

import hashlib
from typing import Any, Literal

from kotacerdas.interview import answers
from kotacerdas.interview.answers import Change, Conflict, Saved
from kotacerdas.interview.roles import Actor
from kotacerdas.interview.stages import CHAIR_OWNER, CITY_OWNER, Layer
from kotacerdas.interview.store import Store
from kotacerdas.ui.note_component import NoteEvent

Part = Literal["value", "note", "flag"]
_OWNERS = {Layer.SELF: CITY_OWNER, Layer.REPLY: CITY_OWNER, Layer.ANSWER: CHAIR_OWNER}
_TRIES = 3


def put(
    store: Store,
    actor: Actor,
    entry: int,
    layer: Layer,
    question: str,
    part: Part,
    *,
    seen: object,
    new: object,
    base: int,
    key: str,
    owner: str | None = None,
    reason: str | None = None,
) -> Saved:
    """Save one part of an answer; `seen` is what the writer saw there, in version `base`.

    Raises `Conflict` where that part has become something else, and `Problem` like `answers.save`.
    """
    change = Change(**{part: new})  # type: ignore[arg-type]
    whose = _OWNERS.get(layer) or owner or actor.who
    for tried in range(_TRIES):
        stands = _standing(store, entry, layer, whose, question)
        if stands is not None and getattr(stands, part) == seen:
            base = int(stands.version)
        try:
            return answers.save(
                store, actor, entry, layer, question, change, owner=owner, base=base, key=key, reason=reason
            )
        except Conflict as conflict:
            if getattr(conflict.theirs, part) != seen or tried == _TRIES - 1:
                raise
    raise AssertionError("the last try returns or raises")


def put_note(
    store: Store,
    actor: Actor,
    entry: int,
    layer: Layer,
    event: NoteEvent,
    *,
    owner: str | None = None,
    reason: str | None = None,
) -> Saved:
    """Save what the note field sent; to be given to it as `save` with the first four arguments filled in."""
    return put(
        store,
        actor,
        entry,
        layer,
        event.question,
        "note",
        seen=event.seen,
        new=event.text,
        base=event.base,
        key=event.key,
        owner=owner,
        reason=reason,
    )


def key_of(*facts: object) -> str:
    """The idempotency key of a choice: the same choice on the same version is one save, however often it is sent."""
    return hashlib.sha256("|".join(map(repr, facts)).encode()).hexdigest()[:40]


def _standing(store: Store, entry: int, layer: Layer, owner: str, question: str) -> Any:
    with store.read() as tx:
        rows = answers.read(tx, entry, layer, owner)
    return next((row for row in rows if row.question == question), None)
