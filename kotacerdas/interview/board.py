"""The board: every city of a round with its stage, deadline, panel and progress. Counts only, never a mark."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, and_, case, func, select

from kotacerdas.interview import store as stores
from kotacerdas.interview.completeness import completeness_of
from kotacerdas.interview.grants import grants_of, require
from kotacerdas.interview.lateness import next_due, read_due
from kotacerdas.interview.roles import MAY, Action, Actor, Grant, allowed
from kotacerdas.interview.stages import LOCKED, Layer, Stage, before
from kotacerdas.interview.standing import IS_ASSESSOR, Round, asked, entry_from, optional, required, round_of
from kotacerdas.interview.tables import answers, entries, seats


@dataclass(frozen=True)
class Line:
    """A city on the board.

    `due` is the nearest deadline ahead, `late` whether it has passed by the clock. `submitted` of `seats` have sent
    their marks; `share` of the answers now asked for is given (the city's own until it submits, then the panel's),
    `flagged` of them need follow-up. `provisional`: final, and a question rests on fewer marks than the round asks for
    (`completeness`). Who chairs and the address of the meeting are for the office only.
    """

    entry_id: int
    city: str
    group: str
    stage: Stage
    since: str
    due: str | None
    late: bool
    submitted: int
    seats: int
    chair: str | None
    share: float
    flagged: int
    provisional: bool
    opened: bool
    meeting_at: str | None
    meeting_link: str | None
    version: int


@dataclass(frozen=True)
class _Count:
    given: int = 0
    flagged: int = 0


def board(tx: Connection, actor: Actor | None, round_id: int) -> list[Line]:
    """All cities of a round by code, or those of the actor's city-wide roles.

    Raises `Problem("refused_role")` for anybody without a role that sees the board.
    """
    around = round_of(tx, round_id)
    rows = tx.execute(select(entries).where(entries.c.round_id == round_id).order_by(entries.c.city)).all()
    found = [entry_from(row) for row in rows]
    office = actor is None
    if actor is not None:
        held = _seeing(tx, actor)
        found = [entry for entry in found if allowed(held, Action.SEE_BOARD, entry.city)]
        office = allowed(held, Action.MANAGE)
    due, now = read_due(tx, round_id), stores.now()
    groups = {entry.group for entry in found}
    extra = _optional(around, groups)
    city, panel = (_counts(tx, round_id, layer, extra) for layer in (Layer.SELF, Layer.MARK))
    seated = _seats(tx, round_id)
    questions = _questions(around, groups)
    locked = [entry for entry in found if entry.stage in LOCKED]
    done = completeness_of(tx, around, locked, {entry: submitted for entry, (submitted, *_) in seated.items()})
    lines = []
    for entry in found:
        submitted, sitting, chair = seated.get(entry.id, (0, 0, None))
        own = before(entry.stage, Stage.SUBMITTED)
        count = (city if own else panel).get(entry.id, _Count())
        wanted = questions[entry.group] * (1 if own else sitting)
        at = next_due(due, entry.city, entry.stage)
        lines.append(
            Line(
                entry_id=entry.id,
                city=entry.city,
                group=entry.group,
                stage=entry.stage,
                since=entry.since,
                due=at,
                late=at is not None and at < now and entry.stage is not Stage.PUBLISHED,
                submitted=submitted,
                seats=sitting,
                chair=chair if office else None,
                share=min(1.0, count.given / wanted) if wanted else 0.0,
                flagged=count.flagged,
                provisional=entry.id in done and done[entry.id].fewest < around.panel_size,
                opened=entry.opened,
                meeting_at=entry.meeting_at,
                meeting_link=entry.meeting_link if office else None,
                version=entry.version,
            )
        )
    return lines


def chosen(
    lines: Iterable[Line], *, stages: Iterable[Stage] = (), late: bool = False, flagged: bool = False
) -> list[Line]:
    """The lines of some stages (none: all), only late ones, only those with flagged answers."""
    wanted = frozenset(stages)
    return [
        line
        for line in lines
        if (not wanted or line.stage in wanted) and (line.late or not late) and (line.flagged > 0 or not flagged)
    ]


def _seeing(tx: Connection, actor: Actor) -> tuple[Grant, ...]:
    held = tuple(grant for grant in grants_of(tx, actor.who) if Action.SEE_BOARD in MAY[grant.role])
    if not held:
        require(tx, actor, Action.SEE_BOARD)
    return held


def _questions(around: Round, groups: set[str]) -> dict[str, int]:
    """Weight group -> how many questions have to be answered."""
    return {group: len(required(around.instrument(group))) for group in groups}


def _optional(around: Round, groups: set[str]) -> frozenset[str]:
    """The questions that may stay without a mark; they do not count as progress."""
    return frozenset(node.id for group in groups for node in asked(around.instrument(group)) if optional(node))


def _seats(tx: Connection, round_id: int) -> dict[int, tuple[int, int, str | None]]:
    """Entry -> submitted seats, seats that score, and who chairs."""
    query = (
        select(seats.c.entry_id, seats.c.who, seats.c.chair, seats.c.submitted_at, IS_ASSESSOR.label("assessor"))
        .join(entries, entries.c.id == seats.c.entry_id)
        .where(entries.c.round_id == round_id, seats.c.ended_at.is_(None))
    )
    found: dict[int, tuple[int, int, str | None]] = {}
    for row in tx.execute(query):
        submitted, sitting, chair = found.get(row.entry_id, (0, 0, None))
        sent = row.submitted_at is not None
        scores = not row.chair or row.assessor or sent
        found[row.entry_id] = submitted + sent, sitting + bool(scores), row.who if row.chair else chair
    return found


def _counts(tx: Connection, round_id: int, layer: Layer, extra: frozenset[str]) -> dict[int, _Count]:
    """Answers with a value (but for the `extra` questions) and flagged ones per entry.

    Marks only of those who sit in the panel now.
    """
    source = answers.join(entries, entries.c.id == answers.c.entry_id)
    if layer is Layer.MARK:
        sits = and_(seats.c.entry_id == answers.c.entry_id, seats.c.who == answers.c.owner, seats.c.ended_at.is_(None))
        source = source.join(seats, sits)
    query = (
        select(
            answers.c.entry_id,
            func.count(case((answers.c.question.not_in(extra), answers.c.value))).label("given"),
            func.sum(case((answers.c.flag, 1), else_=0)).label("flagged"),
        )
        .select_from(source)
        .where(entries.c.round_id == round_id, answers.c.layer == layer.value)
        .group_by(answers.c.entry_id)
    )
    return {row.entry_id: _Count(int(row.given), int(row.flagged)) for row in tx.execute(query)}
