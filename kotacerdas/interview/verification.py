"""The whole store against its audit trail: the chains, the answers, the evidence, and every row that gives a right, a
seat or a stage.

A role written into the database by hand is nowhere in the trail, so it is found here. What the trail records is
replayed in its order, and must lead to the rows that stand.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, select

from kotacerdas.interview import audit, evidence
from kotacerdas.interview.audit import Report
from kotacerdas.interview.named_package import PUBLISH
from kotacerdas.interview.store import Store
from kotacerdas.interview.tables import audit as audit_table
from kotacerdas.interview.tables import deadlines, entries, grants, rounds, seats
from kotacerdas.problem import Problem, Reason

_Rows = dict[tuple[Any, ...], Any]
"""What says which row it is -> what stands in it."""


def verify(store: Store) -> Report:
    """As `audit.verify`, with every other table compared too. Raises `Problem` if the store is unreadable only."""
    report = audit.verify(store)
    return replace(report, problems=(*report.problems, *row_problems(store), *evidence.trail_problems(store)))


def row_problems(store: Store) -> tuple[Problem, ...]:
    """Roles, rounds, deadlines, cities and seats that are not as the trail tells, that it does not tell of, or that
    are gone."""
    with store.read() as tx:
        return _row_problems(tx)


def _row_problems(tx: Connection) -> tuple[Problem, ...]:
    told = _replayed(tx)
    years = {row.id: row.year for row in tx.execute(select(rounds.c.id, rounds.c.year))}
    return (
        *_differing("row_grants", told.grants, _grants(tx)),
        *_differing("row_rounds", told.rounds, _rounds(tx)),
        *_differing("row_deadlines", told.deadlines, _deadlines(tx, years)),
        *_differing("row_entries", {key: one.row for key, one in told.cities.items()}, _entries(tx, years)),
        *_differing("row_seats", _told_seats(told), _seats(tx)),
    )


def _differing(what: str, told: _Rows, found: _Rows) -> Iterator[Problem]:
    for key in sorted(told.keys() | found.keys(), key=str):
        if key not in told or key not in found or told[key] != found[key]:
            value = " ".join(str(part) for part in key if part is not None)
            yield Problem("trail_row", what=Reason(what), value=value[:400])


# ---- what the trail tells ------------------------------------------------------------------------------------------


@dataclass
class _City:
    """A city in a round. `panel`: who sits, and whether as the chair; `sat`: everybody who ever did."""

    row: dict[str, Any] = field(default_factory=dict)
    panel: dict[str, bool] = field(default_factory=dict)
    submitted: dict[str, str] = field(default_factory=dict)
    sat: set[str] = field(default_factory=set)


@dataclass
class _Told:
    """The rows as the trail tells them. `held`: the key of each grant that has not ended."""

    grants: _Rows = field(default_factory=dict)
    held: dict[tuple[Any, ...], tuple[Any, ...]] = field(default_factory=dict)
    rounds: _Rows = field(default_factory=dict)
    deadlines: _Rows = field(default_factory=dict)
    cities: dict[tuple[Any, ...], _City] = field(default_factory=dict)


def _replayed(tx: Connection) -> _Told:
    told = _Told()
    query = select(audit_table).order_by(audit_table.c.stream, audit_table.c.seq)
    for row in tx.execution_options(yield_per=1000).execute(query).mappings():
        replay = _office if row["stream"] == audit.OFFICE else _city
        if row["action"] not in _REPLAYED:
            continue
        try:
            replay(told, row, json.loads(row["before"] or "null"), json.loads(row["after"] or "null"))
        except (KeyError, TypeError, ValueError):
            continue  # no record of ours: its row, where there is one, is then not as the trail tells
    return told


_REPLAYED = frozenset(
    {"grant", "revoke", "create", "deadline", PUBLISH, "invite", audit.MOVE, "schedule", "seat", "unseat"}
    | {"open_marks", "submit_marks", "withdraw_marks"}
)


def _office(told: _Told, row: Mapping[Any, Any], before: Any, after: Any) -> None:
    action, subject, at, who = row["action"], row["subject"], row["at"], row["who"]
    if action == "grant":
        place = (subject, after["role"], after["city"])
        told.held[place] = (*place, at)
        told.grants[*place, at] = (who, None, None)
    elif action == "revoke":
        key = told.held.pop((subject, before["role"], before["city"]))
        told.grants[key] = (told.grants[key][0], at, who)
    elif action == "create":
        told.rounds[subject,] = {**after, "at": at, "by": who, "published_at": None, "package": None, "base": None}
    elif action == PUBLISH:
        told.rounds[subject,] |= {"published_at": at, "package": after["package"], "base": after["base"]}
    elif action == "deadline":
        key = (subject, after["city"], after["stage"])
        told.deadlines[key] = (after["due"], told.deadlines.get(key, ("", 0))[1] + 1)


def _city(told: _Told, row: Mapping[Any, Any], before: Any, after: Any) -> None:
    action, at = row["action"], row["at"]
    if action == "invite" and before is None:
        meeting = {"meeting_at": None, "meeting_link": None}
        told.cities[row["stream"],] = _City({**after, **meeting, "city": row["subject"], "since": at, "opened": False})
        return
    city = told.cities[row["stream"],]
    if action == "submit_marks":
        city.submitted[after["seat"]] = at
    elif action == "withdraw_marks":
        city.submitted.pop(after["seat"], None)
    elif action == audit.MOVE:
        city.row |= {name: after[name] for name in ("stage", "version")} | {"since": at}
        if "submit_again" in after:
            city.row["opened"] = False
            city.submitted.clear()
    else:
        if action == "seat":
            panel = {one["who"]: one["chair"] for one in after}
            city.submitted = {who: then for who, then in city.submitted.items() if who in panel and who in city.panel}
            city.panel, city.sat = panel, city.sat | panel.keys()
        elif action == "unseat":
            del city.panel[after["ended"]]
            city.submitted.pop(after["ended"], None)
        else:  # invited into another group, scheduled, opened
            city.row |= after
        city.row["version"] += 1


def _told_seats(told: _Told) -> _Rows:
    return {
        (*key, who): (True, city.panel[who], city.submitted.get(who)) if who in city.panel else _ENDED
        for key, city in told.cities.items()
        for who in city.sat
    }


# ---- what stands ---------------------------------------------------------------------------------------------------

_ENDED = (False, False, None)
"""A seat that has ended: nothing of it counts."""


def _grants(tx: Connection) -> _Rows:
    found: _Rows = {}
    for row in tx.execute(select(grants).order_by(grants.c.id)):
        key: tuple[Any, ...] = (row.who, row.role, row.city, row.at)
        key = key if key not in found else (*key, row.id)  # the same twice: the second is in no record
        found[key] = (row.by, row.ended_at, row.ended_by)
    return found


def _rounds(tx: Connection) -> _Rows:
    names = ("name", "panel_size", "at", "by", "published_at", "package")
    return {
        (str(row.year),): {name: getattr(row, name) for name in names}
        | {"instruments": _loaded(row.instruments), "base": row.package_base}
        for row in tx.execute(select(rounds))
    }


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _deadlines(tx: Connection, years: Mapping[int, int]) -> _Rows:
    return {
        (str(years.get(row.round_id)), row.city, row.stage): (row.due, row.version)
        for row in tx.execute(select(deadlines))
    }


def _entries(tx: Connection, years: Mapping[int, int]) -> _Rows:
    names = ("city", "group", "stage", "since", "meeting_at", "meeting_link", "opened", "version")
    return {
        (audit.stream_of(row.id),): {name: getattr(row, name) for name in names} | {"year": years.get(row.round_id)}
        for row in tx.execute(select(entries))
    }


def _seats(tx: Connection) -> _Rows:
    return {
        (audit.stream_of(row.entry_id), row.who): (True, row.chair, row.submitted_at)
        if row.ended_at is None
        else _ENDED
        for row in tx.execute(select(seats))
    }
