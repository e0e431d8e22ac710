"""A round in a try-out store with something to see in every view: one city at each of three stages. SYNTHETIC."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from kotacerdas.interview import answers, grants, rounds
from kotacerdas.interview.answers import Change
from kotacerdas.interview.roles import Actor, Role
from kotacerdas.interview.stages import CHAIR_OWNER, CITY_OWNER, Layer, Stage
from kotacerdas.interview.store import open_store
from kotacerdas.ui.auth import tryout_identity
from tests.interview.steps import QUESTIONS, entry_of, fill, put, submitted

ME = "Uji"
REPLYING, SCORING, FILLING = "35.77", "71.09", "35.78"
"""The one in the middle has the longest of all names."""
ASSESSORS = tuple(Actor(tryout_identity(ME, f"assessor-{number}")) for number in range(1, 6))
CHAIR, CITY = Actor(tryout_identity(ME, "chair")), Actor(tryout_identity(ME, "city"))
REASON = "Bukti kedua dibuka bersama: laporan triwulan memuat target dan capaian, jadi nilainya dinaikkan."


@dataclass(frozen=True)
class Look:
    """The entries of the three cities."""

    replying: int
    scoring: int
    filling: int

    def views(self) -> Iterator[tuple[str, str]]:
        """Name and address of every view and part of the room."""
        for part in ("invite", "panel", "times", "publish", "new"):
            yield f"round-{part}", _address("admin", view="round", part=part)
        yield "round-list", _address("admin", view="round", part="invite", by="list")
        for view in ("board", "people"):
            yield view, _address("admin", view=view)
        yield "trail", _address("admin", view="trail", entry=self.replying)
        yield "trail-office", _address("admin", view="trail", entry=0)
        yield "board-own", _address("assessor-1", view="board")
        yield "entry", _address("assessor-2", view="entry", entry=self.scoring)
        yield "panel-blind", _address("chair", view="panel", entry=self.scoring)
        for part in ("questions", "agreement", "result", "step"):
            yield f"panel-{part}", _address("chair", view="panel", entry=self.replying, part=part)
        yield "reply-chair", _address("chair", view="reply", entry=self.replying)
        yield "reply-city", _address("city", view="reply", entry=self.replying)
        yield "self", _address("city", view="self", entry=self.filling)


def _address(who: str, /, **query: object) -> str:
    return "/wawancara?" + urlencode({"me": ME, "as": who, **query})


def look_round(home: Path) -> Look:
    """Fill the try-out store of `home`."""
    store = open_store(home, name="tryout.db")
    for actor in ASSESSORS:
        grants.grant(store, None, actor.who, Role.ASSESSOR)
    grants.grant(store, None, CHAIR.who, Role.CHAIR)
    groups = {"regular": "evaluation-2024-regular", "priority": "evaluation-2024-priority"}
    around = rounds.create(store, None, 2026, "Evaluasi Kota Cerdas 2026", groups)
    rounds.invite(store, None, around, [(city, "regular") for city in (REPLYING, SCORING, FILLING)])
    with store.read() as tx:
        found = Look(*(rounds.find_entry(tx, around, city).id for city in (REPLYING, SCORING, FILLING)))
    for city in (REPLYING, SCORING, FILLING):
        grants.grant(store, None, CITY.who, Role.CITY, city)
    for entry in (found.replying, found.scoring):
        fill(store, entry, value="3", note="Sudah berjalan sejak 2023 dan dilaporkan tiap triwulan.")
        put(store, entry, Stage.SUBMITTED)
        rounds.seat(store, None, entry, [actor.who for actor in ASSESSORS], chair=CHAIR.who)
        rounds.schedule(store, None, entry, "2026-12-01 09:00", "https://rapat.contoh.go.id/uji-panel")

    fill(store, found.filling, questions=QUESTIONS[:40], flagged=QUESTIONS[2:4])
    put(store, found.filling, Stage.SELF_ASSESSMENT)
    rounds.deadline(store, None, around, Stage.SELF_ASSESSMENT, "2026-01-31", FILLING)

    fill(store, found.scoring, Layer.MARK, ASSESSORS[1].who, questions=QUESTIONS[:60], flagged=QUESTIONS[4:5])
    put(store, found.scoring, Stage.SCORING)
    submitted(store, found.scoring, ASSESSORS[:1])

    for place, actor in enumerate(ASSESSORS):
        far = QUESTIONS[::7]
        fill(store, found.replying, Layer.MARK, actor.who, questions=[q for q in QUESTIONS if q not in far])
        fill(store, found.replying, Layer.MARK, actor.who, value="14213"[place], questions=far, note="Belum merata.")
    _all_submitted(store, found.replying)
    put(store, found.replying, Stage.RECONCILIATION)
    _save(store, CHAIR, found.replying, Layer.MARK, Change(value="2"), ASSESSORS[0].who, QUESTIONS[0], REASON)
    rounds.move(store, CHAIR, found.replying, Stage.REPLY, base=entry_of(store, found.replying).version)
    rounds.deadline(store, None, around, Stage.REPLY, "2099-12-31")
    for question in (QUESTIONS[0], QUESTIONS[72]):
        reply = Change(note="Mohon ditinjau: pelatihan literasi digital untuk usaha kecil sudah berjalan.")
        _save(store, CITY, found.replying, Layer.REPLY, reply, CITY_OWNER, question)
    answer = Change(note="Diterima sebagian; nilai tetap.")
    _save(store, CHAIR, found.replying, Layer.ANSWER, answer, CHAIR_OWNER, QUESTIONS[0])
    store.close()
    return found


def _all_submitted(store, entry: int) -> None:  # type: ignore[no-untyped-def]
    from kotacerdas.interview import tables
    from kotacerdas.interview.store import now

    here = (tables.seats.c.entry_id == entry) & tables.seats.c.who.in_([actor.who for actor in ASSESSORS])
    with store.write() as tx:
        tx.execute(tables.seats.update().where(here).values(submitted_at=now()))


def _save(store, who, entry, layer, change, owner, question, reason=None) -> None:  # type: ignore[no-untyped-def]
    base = 1 if layer is Layer.MARK else 0
    answers.save(
        store, who, entry, layer, question, change, owner=owner, base=base, key=f"look-{layer}-{question}",
        reason=reason,
    )  # fmt: skip
