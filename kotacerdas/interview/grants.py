"""Who holds which role: giving, taking, asking. Every service asks here again at each write (roles end at once).

The first administrator comes from the command line, which acts without a person (`actor=None`).
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass

from sqlalchemy import Connection, select

from kotacerdas.interview import audit
from kotacerdas.interview import store as stores
from kotacerdas.interview.register import read_register
from kotacerdas.interview.roles import (
    COMMAND_LINE,
    COMMAND_LINE_NAME,
    MAY,
    SCOPED,
    Action,
    Actor,
    Grant,
    Role,
    allowed,
)
from kotacerdas.interview.store import Store
from kotacerdas.interview.tables import entries, grants, seats
from kotacerdas.problem import Problem, Reason

_LONGEST_WHO = 320


@dataclass(frozen=True)
class Person:
    """Somebody with at least one role now."""

    who: str
    grants: tuple[Grant, ...]


def name_of(actor: Actor | None) -> str:
    """Who the audit trail names: the person, or the command line."""
    return COMMAND_LINE_NAME if actor is None else actor.who


def identity(text: str) -> str:
    """An identity in the form roles are granted to: an e-mail in lower case, anything else as it is.

    Raises `Problem` for what is neither an e-mail nor a subject: empty, with spaces, too long, the command line's name.
    """
    who = text.strip()
    if "://" not in who:
        who = who.lower()
    fits = 3 <= len(who) <= _LONGEST_WHO and who.isprintable() and not any(c.isspace() for c in who)
    if not fits or not any(c in who for c in "@|/:") or who == COMMAND_LINE_NAME:
        raise Problem("who_form", value=text)
    return who


def grants_of(tx: Connection, who: str) -> tuple[Grant, ...]:
    """The roles a person holds now."""
    found = tx.execute(
        select(grants.c.role, grants.c.city)
        .where(grants.c.who == who, grants.c.ended_at.is_(None))
        .order_by(grants.c.id)
    )
    return tuple(dict.fromkeys(Grant(Role(row.role), row.city) for row in found))


def people(tx: Connection) -> list[Person]:
    """Everybody with a role now, by identity."""
    found = tx.execute(
        select(grants.c.who, grants.c.role, grants.c.city)
        .where(grants.c.ended_at.is_(None))
        .order_by(grants.c.who, grants.c.id)
    )
    held: dict[str, tuple[Grant, ...]] = {}
    for row in found:
        held[row.who] = (*held.get(row.who, ()), Grant(Role(row.role), row.city))
    return [Person(who, given) for who, given in held.items()]


def require(tx: Connection, actor: Actor | None, action: Action, city: str | None = None) -> tuple[Grant, ...]:
    """The grants of an actor that allow the action; without an actor, of the command line (none).

    Raises `Problem("refused_role")`, or `Problem("refused_city")` where the right is for another city.
    """
    what = Reason(f"may_{action.value}")
    if actor is None:
        if action not in COMMAND_LINE:
            raise Problem("refused_role", what=what, action=action.value)
        return ()
    held = grants_of(tx, actor.who)
    if not allowed(held, action, city):
        if city is not None and any(action in MAY[grant.role] for grant in held):
            raise Problem("refused_city", what=what, city=city, action=action.value)
        raise Problem("refused_role", what=what, action=action.value)
    return tuple(grant for grant in held if action in MAY[grant.role] and grant.city in (None, city))


def ask(
    store: Store, actor: Actor | None, action: Action, deed: str, subject: str, *, anywhere: bool = False
) -> tuple[Grant, ...]:
    """`require` for a service that reads first: asked before anything else, and what is refused is logged.

    `anywhere`: a right for one city is enough, for each city is asked again.
    """
    try:
        with store.read() as tx:
            held = grants_of(tx, actor.who) if anywhere and actor is not None else ()
            found = tuple(grant for grant in held if action in MAY[grant.role])
            return found or require(tx, actor, action)
    except Problem as problem:
        if problem.key.startswith("refused_"):
            audit.refused(store, name_of(actor), deed, subject, problem.key)
        raise


def guarded(
    store: Store, actor: Actor | None, action: str, subject: str, stream: str = audit.OFFICE
) -> AbstractContextManager[Connection]:
    """One writing transaction of a service. What is refused in it (`refused_...`) is rolled back and then logged."""
    return audit.attempt(store, name_of(actor), action, subject, stream)


def grant(store: Store, actor: Actor | None, who: str, role: Role, city: str | None = None) -> bool:
    """Give a role; False where the person has it already.

    Raises `Problem` for a form of identity that cannot be, a city role without a city, or a role that would make
    somebody judge of their own city.
    """
    given = Grant(role, city)
    with guarded(store, actor, "grant", f"{who[:200]} {role.value}") as tx:
        audit.lock(tx, audit.OFFICE)
        require(tx, actor, Action.GRANT)
        person = identity(who)
        if role in SCOPED and city is None:
            raise Problem("grant_city")
        if city is not None:
            read_register().require(city)
        if role is Role.CITY and _sits(tx, person, city):
            raise Problem("grant_conflict", who=person, city=city)
        if given in grants_of(tx, person):
            return False
        at = _record(tx, actor, "grant", person, given)
        tx.execute(grants.insert().values(who=person, role=role.value, city=city, at=at, by=name_of(actor)))
        return True


def revoke(store: Store, actor: Actor | None, who: str, role: Role, city: str | None = None) -> bool:
    """Take a role away, at once; False where the person does not have it.

    Raises `Problem` where it would leave the store without any administrator and a person (not the command line) asks.
    The office's stream is locked before the right is asked: of two administrators who take each other's role at once,
    the second has none. A panel that waited for this person alone (a chair who is no assessor any more) moves on.
    """
    from kotacerdas.interview.moves import advance_panels, take_panels  # they ask for rights here

    taken = Grant(role, city)
    with guarded(store, actor, "revoke", f"{who[:200]} {role.value}") as tx:
        panels = take_panels(tx, _read(who))
        audit.lock(tx, audit.OFFICE)
        require(tx, actor, Action.GRANT)
        person = identity(who)
        if taken not in grants_of(tx, person):
            return False
        others = [p for p in people(tx) if p.who != person and Grant(Role.ADMIN) in p.grants]
        if actor is not None and taken == Grant(Role.ADMIN) and not others:
            raise Problem("grant_last", who=person)
        at = _record(tx, actor, "revoke", person, taken)
        tx.execute(
            grants.update()
            .where(
                grants.c.who == person,
                grants.c.role == role.value,
                grants.c.city.is_(None) if city is None else grants.c.city == city,
                grants.c.ended_at.is_(None),
            )
            .values(ended_at=at, ended_by=name_of(actor))
        )
        advance_panels(tx, panels, name_of(actor))
        return True


def _read(text: str) -> str:
    """An identity where the text is one, else nobody: what is wrong with it is said after the right was asked."""
    try:
        return identity(text)
    except Problem:
        return ""


def _record(tx: Connection, actor: Actor | None, action: str, who: str, grant: Grant) -> str:
    """Write it into the trail; returns the moment, which the row of the grant bears too."""
    at = stores.now()
    content = {"role": grant.role.value, "city": grant.city}
    sides = (None, content) if action == "grant" else (content, None)
    audit.record(tx, audit.OFFICE, name_of(actor), action, who, before=sides[0], after=sides[1], at=at)
    return at


def _sits(tx: Connection, who: str, city: str | None) -> bool:
    """Whether a person has a seat in a panel of a city."""
    found = tx.execute(
        select(seats.c.id)
        .join(entries, entries.c.id == seats.c.entry_id)
        .where(seats.c.who == who, seats.c.ended_at.is_(None), entries.c.city == city)
    )
    return found.first() is not None
