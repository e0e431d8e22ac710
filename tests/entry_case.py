"""A made-up round for the tests of the entry screen: one city being scored, three assessors, a chair. Not real data."""

from __future__ import annotations

from pathlib import Path

from kotacerdas.interview import answers, grants, rounds
from kotacerdas.interview.answers import Change
from kotacerdas.interview.roles import Actor, Role
from kotacerdas.interview.stages import CITY_OWNER, Layer, Stage
from kotacerdas.interview.standing import asked, look, read_instrument
from kotacerdas.interview.store import Store, open_store

CITY = "35.77"
YEAR = 2026
INSTRUMENT = "evaluation-2024-regular"
NAME = "Uji"
ASSESSORS = tuple(f"local:uji/assessor-{number}" for number in (1, 2, 3))
CHAIR = "local:uji/chair"
QUESTIONS = tuple(node.id for node in asked(read_instrument(INSTRUMENT)))


def scored_city(home: Path) -> tuple[Store, int]:
    """The try-out store in `home` with a city of which the interview is scheduled; the store and the entry's id.

    The city has assessed itself: everything 3, with a note on the first two questions.
    """
    store = open_store(home, name="tryout.db")
    for who in ASSESSORS:
        grants.grant(store, None, who, Role.ASSESSOR)
    grants.grant(store, None, CHAIR, Role.CHAIR)
    round_id = rounds.create(store, None, YEAR, "Putaran uji", {"regular": INSTRUMENT}, panel_size=3)
    rounds.invite(store, None, round_id, [(CITY, "regular")])
    with store.read() as tx:
        entry = rounds.find_entry(tx, round_id, CITY)
    person = Actor("local:uji/city")
    grants.grant(store, None, person.who, Role.CITY, CITY)
    for place, question in enumerate(QUESTIONS):
        note = f"Keterangan uji {place + 1}" if place < 2 else ""
        answers.save(
            store, person, entry.id, Layer.SELF, question, Change(value="3", note=note), owner=CITY_OWNER, base=0,
            key=f"self-{question}",
        )  # fmt: skip
    with store.read() as tx:
        version = look(tx, entry.id).version
    rounds.submit_self(store, person, entry.id, base=version)
    rounds.seat(store, None, entry.id, ASSESSORS, chair=CHAIR)
    rounds.schedule(store, None, entry.id, "2026-12-01 09:00")
    with store.read() as tx:
        assert look(tx, entry.id).stage is Stage.SCHEDULED
    return store, entry.id


def address(entry: int, assessor: int = 1, **more: str) -> str:
    """The entry screen as one of the assessors of the try-out."""
    parameters = {"me": NAME, "as": f"assessor-{assessor}", "view": "entry", "entry": str(entry), **more}
    return "/wawancara?" + "&".join(f"{name}={value}" for name, value in parameters.items())


def mark(store: Store, entry: int, question: str, value: str, *, assessor: int = 1, base: int = 0) -> None:
    """A mark of an assessor, as from another window."""
    answers.save(
        store, Actor(ASSESSORS[assessor - 1]), entry, Layer.MARK, question, Change(value=value), base=base,
        key=f"case-{assessor}-{question}-{base}-{value}",
    )  # fmt: skip
