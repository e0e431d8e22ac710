"""SYNTHETIC rounds for tests: made-up people, invented marks, real city codes only so that the register knows them."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import insert

from kotacerdas.interview import tables
from kotacerdas.interview.roles import Actor, Role
from kotacerdas.interview.stages import Stage
from kotacerdas.interview.store import Store, now

ADMIN = Actor("admin@synthetic.test", "Synthetic admin")
CHAIR = Actor("chair@synthetic.test", "Synthetic chair")
CITY = Actor("city@synthetic.test", "Synthetic city user")
VIEWER = Actor("viewer@synthetic.test", "Synthetic viewer")
ASSESSORS = tuple(Actor(f"assessor{n}@synthetic.test", f"Synthetic assessor {n}") for n in range(1, 6))
STRANGER = Actor("stranger@synthetic.test", "Synthetic stranger")
OTHER_CITY_USER = Actor("othercity@synthetic.test", "Synthetic user of another city")

CITY_CODE = "35.77"
OTHER_CITY = "35.78"
GROUP = "regular"
INSTRUMENT = "evaluation-2024-regular"
YEAR = 2026


@dataclass(frozen=True)
class Round:
    """A synthetic round in a store: the ids, and who is who."""

    id: int
    entry: int
    other_entry: int
    city: str = CITY_CODE
    other_city: str = OTHER_CITY
    instrument: str = INSTRUMENT
    year: int = YEAR
    admin: Actor = ADMIN
    chair: Actor = CHAIR
    city_user: Actor = CITY
    other_city_user: Actor = OTHER_CITY_USER
    viewer: Actor = VIEWER
    stranger: Actor = STRANGER
    assessors: tuple[Actor, ...] = ASSESSORS
    seats: tuple[int, ...] = ()
    """Seats of `assessors`, in their order."""
    chair_seat: int = 0


def panel_round(
    store: Store,
    *,
    stage: Stage = Stage.SCORING,
    year: int = YEAR,
    chair_scores: bool = False,
    seated: int = 5,
    instrument: str = INSTRUMENT,
    group: str = GROUP,
    city: str = CITY_CODE,
    other_city: str = OTHER_CITY,
) -> Round:
    """A SYNTHETIC round, written straight into the tables, with nothing in the audit trail.

    One entry at `stage` with `seated` assessors and the chair in the panel (the chair's seat is always there; with
    `chair_scores` it replaces nobody, it simply gives marks as well), and a second city at the same stage without
    seats. An admin, a viewer and a user of each city have their roles.
    """
    at = now()
    with store.write() as tx:
        people = [
            (ADMIN, Role.ADMIN, None),
            (CHAIR, Role.CHAIR, None),
            (CITY, Role.CITY, city),
            (OTHER_CITY_USER, Role.CITY, other_city),
            (VIEWER, Role.VIEWER, None),
            *[(assessor, Role.ASSESSOR, None) for assessor in ASSESSORS],
        ]
        if chair_scores:
            people.append((CHAIR, Role.ASSESSOR, None))
        have = {(row.who, row.role, row.city) for row in tx.execute(tables.grants.select())}
        new = [
            {"who": actor.who, "role": role.value, "city": place, "at": at, "by": "synthetic"}
            for actor, role, place in people
            if (actor.who, role.value, place) not in have
        ]
        if new:
            tx.execute(insert(tables.grants), new)
        round_id = tx.execute(
            insert(tables.rounds).values(
                year=year,
                name=f"Synthetic round {year}",
                instruments=json.dumps({group: instrument}),
                panel_size=5,
                at=at,
                by=ADMIN.who,
            )
        ).inserted_primary_key[0]
        entry, other = (
            tx.execute(
                insert(tables.entries).values(
                    round_id=round_id, city=place, group=group, stage=stage.value, since=at, opened=False, version=1
                )
            ).inserted_primary_key[0]
            for place in (city, other_city)
        )
        seats = [
            tx.execute(
                insert(tables.seats).values(entry_id=entry, who=actor.who, chair=actor is CHAIR, version=1)
            ).inserted_primary_key[0]
            for actor in (*ASSESSORS[:seated], CHAIR)
        ]
    return Round(
        round_id,
        entry,
        other,
        city=city,
        other_city=other_city,
        instrument=instrument,
        year=year,
        seats=tuple(seats[:seated]),
        chair_seat=seats[-1],
    )
