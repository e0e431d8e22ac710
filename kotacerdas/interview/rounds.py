"""Rounds: made, filled with cities, given meetings and deadlines, and closed.

The whole of what a screen or command needs to run a round is to be had here: inviting is in `invitations`, moving a
city in `moves`, its panel in `panel`, what is missing in `missing`, the overview in `board`; their names are given on.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import Connection, select

from kotacerdas.entries import Round as PublishedRound
from kotacerdas.entries import read_entries
from kotacerdas.instrument import DATA, load_instrument
from kotacerdas.interview import audit
from kotacerdas.interview import store as stores
from kotacerdas.interview.board import Line, board, chosen
from kotacerdas.interview.grants import ask, guarded, name_of, require
from kotacerdas.interview.invitations import Invited, invitation_problems, invite
from kotacerdas.interview.lateness import due_of
from kotacerdas.interview.missing import Missing, missing
from kotacerdas.interview.moves import advance, begin, move, possible, step, submit_self
from kotacerdas.interview.named_package import added_years
from kotacerdas.interview.panel import (
    Ended,
    Strength,
    open_marks,
    seat,
    strength,
    submit_marks,
    unseat,
    withdraw_marks,
)
from kotacerdas.interview.register import Register, read_register
from kotacerdas.interview.roles import Action, Actor
from kotacerdas.interview.stages import Stage, before
from kotacerdas.interview.standing import (
    Entry,
    Round,
    Seat,
    active,
    asked,
    entry_from,
    find_entry,
    find_round,
    look,
    require_entry,
    require_open,
    require_unchanged,
    round_from,
    round_of,
    seats_of,
    stage_word,
    take,
)
from kotacerdas.interview.store import Store
from kotacerdas.interview.tables import deadlines, entries
from kotacerdas.interview.tables import rounds as rounds_table
from kotacerdas.interview.times import moment, read_moment
from kotacerdas.problem import Problem

YEARS = range(2000, 2101)
PANEL = range(1, 16)
"""Assessors a round may ask for per city."""
_LONGEST_NAME = 200
_LONGEST_LINK = 500


def create(
    store: Store,
    actor: Actor | None,
    year: int,
    name: str,
    instruments: Mapping[str, str],
    panel_size: int = 5,
    *,
    data: Path = DATA,
) -> int:
    """Make a round; returns its id. `instruments`: weight group -> instrument id (`all` where there is one only).

    Raises `Problem`: year out of range, published, imported or taken; a name that cannot be; an unknown instrument, or
    one without questions; a panel size that cannot be.
    """
    with guarded(store, actor, "create", str(year)[:40]) as tx:
        require(tx, actor, Action.MANAGE)
        title = _name(name)
        if year not in YEARS:
            raise Problem("round_year", value=year, accepted=f"{YEARS.start}–{YEARS.stop - 1}")
        if panel_size not in PANEL:
            raise Problem("round_panel", value=panel_size, accepted=f"{PANEL.start}–{PANEL.stop - 1}")
        if year in {entry.year for entry in read_entries(data / "rounds.yaml", "rounds", PublishedRound)}:
            raise Problem("round_published", year=year)
        if not instruments:
            raise Problem("round_instruments")
        for group, instrument_id in instruments.items():
            _require_group(group)
            if not asked(load_instrument(instrument_id, data / "instruments")):
                raise Problem("round_instrument", value=instrument_id)
        audit.lock(tx, audit.OFFICE)
        if tx.execute(select(rounds_table.c.id).where(rounds_table.c.year == year)).first():
            raise Problem("round_exists", year=year)
        if year in added_years(tx):
            raise Problem("round_added", year=year)
        at = stores.now()
        content = {"name": title, "instruments": dict(instruments), "panel_size": panel_size}
        audit.record(tx, audit.OFFICE, name_of(actor), "create", str(year), after=content, at=at)
        made = tx.execute(
            rounds_table.insert().values(
                year=year,
                name=title,
                instruments=json.dumps(dict(instruments), sort_keys=True),
                panel_size=panel_size,
                at=at,
                by=name_of(actor),
            )
        )
        (round_id,) = made.inserted_primary_key or (0,)
        return int(round_id)


def all_rounds(tx: Connection) -> tuple[Round, ...]:
    """Every round of the store, newest first."""
    return tuple(round_from(row) for row in tx.execute(select(rounds_table).order_by(rounds_table.c.year.desc())))


def listed(store: Store, actor: Actor | None) -> tuple[Round, ...]:
    """`all_rounds` for who may see a board; others are refused, and that is logged."""
    ask(store, actor, Action.SEE_BOARD, "list", "rounds", anywhere=True)
    with store.read() as tx:
        return all_rounds(tx)


def schedule(
    store: Store, actor: Actor | None, entry_id: int, at: str, link: str | None = None, *, base: int | None = None
) -> int:
    """Set or change the interview of a city; a submitted self-assessment is scheduled with that. The version then.

    `at` is a written time (Western Indonesian Time unless it says otherwise), `link` the address of the meeting,
    `base` the version of the entry the caller saw: where another has changed it since, `Problem("entry_changed")`.
    """
    with guarded(store, actor, "schedule", f"entry {entry_id}", audit.stream_of(entry_id)) as tx:
        entry = take(tx, entry_id)
        require_entry(tx, actor, Action.MANAGE, entry)
        require_open(tx, entry)
        if before(Stage.SCORING, entry.stage):
            raise Problem("refused_stage", city=entry.city, stage=stage_word(entry.stage))
        new = {"meeting_at": read_moment(at), "meeting_link": _link(link)}
        old = {"meeting_at": entry.meeting_at, "meeting_link": entry.meeting_link}
        if new != old:
            require_unchanged(entry, base)
            tx.execute(entries.update().where(entries.c.id == entry.id).values(version=entry.version + 1, **new))
            audit.record(tx, audit.stream_of(entry.id), name_of(actor), "schedule", entry.city, before=old, after=new)
            entry = look(tx, entry.id)
        if entry.stage is Stage.SUBMITTED:
            entry = step(tx, entry, Stage.SCHEDULED, name_of(actor))
        return entry.version


def deadline(
    store: Store,
    actor: Actor | None,
    round_id: int,
    stage: Stage,
    due: str,
    city: str | None = None,
    *,
    base: int | None = None,
) -> str:
    """Set by when a stage is to be left, for all cities or for one of them; returns it in the store's form (UTC).

    `base` is the version of the deadline the caller saw (`lateness.read_versions`; 0: there was none): where another
    has set it since, `Problem("deadline_changed")`. The office sets all of them; the chair of a city's panel may put
    off the end of its right of reply, which closes the replies (`lateness.require_reply_time`).
    """
    with guarded(store, actor, "deadline", f"round {round_id} {stage.value}") as tx:
        office = _require_deadline(tx, actor, round_id, stage, city)
        around = round_of(tx, round_id, lock=True)
        if stage is Stage.PUBLISHED:
            raise Problem("deadline_stage", stage=stage_word(stage))
        if city is not None:
            find_entry(tx, round_id, city)
        at = read_moment(due, whole_day=True)
        if not office and city is not None:
            so_far = due_of(tx, find_entry(tx, round_id, city), stage)
            if so_far is None or at <= so_far:
                raise Problem("deadline_later", city=city, due="–" if so_far is None else moment(so_far))
        place = (
            deadlines.c.round_id == round_id,
            deadlines.c.stage == stage.value,
            deadlines.c.city.is_(None) if city is None else deadlines.c.city == city,
        )
        old = tx.execute(select(deadlines).where(*place)).first()
        if old is not None and old.due == at:
            return at
        if base is not None and base != (0 if old is None else old.version):
            raise Problem("deadline_changed", stage=stage_word(stage), due="–" if old is None else moment(old.due))
        if old is None:
            tx.execute(deadlines.insert().values(round_id=round_id, city=city, stage=stage.value, due=at, version=1))
        else:
            tx.execute(deadlines.update().where(*place).values(due=at, version=old.version + 1))
        named = {"stage": stage.value, "city": city}
        then = None if old is None else {**named, "due": old.due}
        who, year = name_of(actor), str(around.year)
        audit.record(tx, audit.OFFICE, who, "deadline", year, before=then, after={**named, "due": at})
        return at


def _require_deadline(tx: Connection, actor: Actor | None, round_id: int, stage: Stage, city: str | None) -> bool:
    """Whether the office sets the deadline (else the chair of the panel). Raises `Problem("refused_...")`."""
    try:
        require(tx, actor, Action.MANAGE, city)
        return True
    except Problem as refusal:
        if stage is not Stage.REPLY or city is None or actor is None:
            raise
        try:
            require_entry(tx, actor, Action.RECONCILE, find_entry(tx, round_id, city))
        except Problem:
            raise refusal from None
        return False


def lock(
    store: Store,
    actor: Actor | None,
    round_id: int,
    cities: Iterable[str] | None = None,
    reason: str | None = None,
) -> dict[str, Problem | None]:
    """Make cities final (all of the round that stand at the reply where none are named); code -> what stood against it.

    Each city on its own: one that is not ready does not hold up the others. Cities that are final stay so. Raises
    `Problem("refused_role")`, logged, for who makes no city final anywhere.
    """
    ask(store, actor, Action.RECONCILE, "lock", f"round {round_id}", anywhere=True)
    with store.read() as tx:
        rows = tx.execute(select(entries).where(entries.c.round_id == round_id).order_by(entries.c.city))
        there = {entry.city: entry for entry in map(entry_from, rows)}
        round_of(tx, round_id)
    found: dict[str, Problem | None] = {}
    for code in there if cities is None else dict.fromkeys(cities):
        entry = there.get(code)
        if entry is None:
            found[code] = Problem("entry_city", value=code)
        elif before(Stage.REPLY, entry.stage) or (cities is None and entry.stage is not Stage.REPLY):
            continue
        else:
            try:
                move(store, actor, entry.id, Stage.FINAL, base=entry.version, reason=reason)
                found[code] = None
            except Problem as problem:
                found[code] = problem
    return found


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not 0 < len(name) <= _LONGEST_NAME or not name.isprintable():
        raise Problem("round_name", accepted=_LONGEST_NAME)
    return name


def _require_group(group: str) -> None:
    if not 0 < len(group) <= 40 or not group.replace("_", "").replace("-", "").isalnum() or not group.isascii():
        raise Problem("round_group", value=group)


def _link(text: str | None) -> str | None:
    """The address of a meeting: a plain web address without a password in it."""
    if text is None or not (link := text.strip()):
        return None
    try:
        parts = urlsplit(link)
        plain = parts.scheme in ("http", "https") and parts.hostname and not parts.username and not parts.password
    except ValueError:
        plain = False
    if not plain or len(link) > _LONGEST_LINK or not link.isprintable() or " " in link:
        raise Problem("meeting_link", accepted=_LONGEST_LINK)
    return link


__all__ = [
    "Ended",
    "Entry",
    "Invited",
    "Line",
    "Missing",
    "Register",
    "Round",
    "Seat",
    "Strength",
    "active",
    "advance",
    "all_rounds",
    "asked",
    "begin",
    "board",
    "chosen",
    "create",
    "deadline",
    "find_entry",
    "find_round",
    "invitation_problems",
    "invite",
    "listed",
    "lock",
    "look",
    "missing",
    "move",
    "open_marks",
    "possible",
    "read_register",
    "round_of",
    "schedule",
    "seat",
    "seats_of",
    "step",
    "strength",
    "submit_marks",
    "submit_self",
    "take",
    "unseat",
    "withdraw_marks",
]
