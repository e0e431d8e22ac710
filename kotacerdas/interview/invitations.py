"""Inviting cities to a round: each with the weight group that decides its instrument; all of a list, or none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from kotacerdas.interview import audit
from kotacerdas.interview import store as stores
from kotacerdas.interview.grants import guarded, name_of, require
from kotacerdas.interview.register import Register, read_register
from kotacerdas.interview.roles import Action, Actor
from kotacerdas.interview.stages import Stage
from kotacerdas.interview.standing import Entry, Round, entry_from, round_of, take
from kotacerdas.interview.store import Store
from kotacerdas.interview.tables import answers, entries
from kotacerdas.problem import Problem


@dataclass(frozen=True)
class Invited:
    """What an invitation did: cities new in the round, those that were in it already, and those whose group changed."""

    new: tuple[str, ...]
    known: tuple[str, ...]
    regrouped: tuple[str, ...]


def invitation_problems(around: Round, cities: Iterable[tuple[str, str]], register: Register) -> tuple[Problem, ...]:
    """What is wrong with a list of invitations: unknown codes (near ones named), groups, contradictions."""
    found: list[Problem] = []
    groups: dict[str, str] = {}
    for code, group in cities:
        try:
            register.require(code)
            if group not in around.instruments and "all" not in around.instruments:
                raise Problem("invite_group", city=code, value=group, accepted=", ".join(around.instruments))
            if groups.setdefault(code, group) != group:
                raise Problem("invite_twice", city=code, value=f"{groups[code]}, {group}")
        except Problem as problem:
            found.append(problem)
    return tuple(found)


def invite(
    store: Store,
    actor: Actor | None,
    round_id: int,
    cities: Sequence[tuple[str, str]],
    *,
    register: Register | None = None,
) -> Invited:
    """Invite cities, each with the weight group that decides its instrument. All of them, or none.

    A city that is invited already stays as it is; its group may still change while nothing is answered. Raises the
    first of `invitation_problems`, or `invite_regroup`.
    """
    known_cities = register or read_register()
    with guarded(store, actor, "invite", f"round {round_id}") as tx:
        require(tx, actor, Action.MANAGE)
        around = round_of(tx, round_id, lock=True)
        for problem in invitation_problems(around, cities, known_cities):
            raise problem
        rows = tx.execute(select(entries).where(entries.c.round_id == round_id))
        there = {entry.city: entry for entry in map(entry_from, rows)}
        wanted = dict(cities)
        new = {code: group for code, group in wanted.items() if code not in there}
        changed = {code: group for code, group in wanted.items() if code in there and there[code].group != group}
        for code, group in new.items():
            _invite(tx, actor, around, code, group)
        for code, group in changed.items():
            _regroup(tx, actor, there[code], group)
        if new or changed:
            audit.record(tx, audit.OFFICE, name_of(actor), "invite", str(around.year), after={**new, **changed})
        same = tuple(code for code in wanted if code in there and code not in changed)
        return Invited(tuple(new), same, tuple(changed))


def _invite(tx: Connection, actor: Actor | None, around: Round, code: str, group: str) -> None:
    at = stores.now()
    made = tx.execute(
        entries.insert().values(
            round_id=around.id,
            city=code,
            group=group,
            stage=Stage.INVITED.value,
            since=at,
            opened=False,
            version=1,
        )
    )
    (entry_id,) = made.inserted_primary_key or (0,)
    after = {"year": around.year, "stage": Stage.INVITED.value, "group": group, "version": 1}
    audit.record(tx, audit.stream_of(int(entry_id)), name_of(actor), "invite", code, after=after, at=at)


def _regroup(tx: Connection, actor: Actor | None, seen: Entry, group: str) -> None:
    entry = take(tx, seen.id)
    given = tx.execute(select(func.count()).select_from(answers).where(answers.c.entry_id == entry.id)).scalar_one()
    if entry.stage is not Stage.INVITED or given:
        raise Problem("invite_regroup", city=entry.city, value=entry.group)
    tx.execute(entries.update().where(entries.c.id == entry.id).values(group=group, version=entry.version + 1))
    then, now = {"group": entry.group}, {"group": group}
    audit.record(tx, audit.stream_of(entry.id), name_of(actor), "invite", entry.city, before=then, after=now)
