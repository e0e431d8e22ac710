"""Hostile values for every parameter of every service: a sentence (`Problem`), never a driver's error, never a row."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from kotacerdas.i18n import LANGUAGES, Text
from kotacerdas.interview import answers, audit, evidence, grants, publication, reading, rounds, verification
from kotacerdas.interview import store as stores
from kotacerdas.interview.answers import Change
from kotacerdas.interview.roles import Actor, Role
from kotacerdas.interview.stages import Layer, Stage
from kotacerdas.interview.store import Store
from kotacerdas.problem import Problem
from tests.interview.builders import ADMIN, ASSESSORS, CHAIR, CITY, CITY_CODE, GROUP, INSTRUMENT, Round
from tests.interview.recorded import record_rows
from tests.interview.steps import is_refused, put

LONG = "x" * (1 << 20)
HOSTILE_TEXT: tuple[Any, ...] = (
    "",
    "\0",
    "a\0b",
    "\ud800",
    "x\udfff@y.test",
    LONG,
    "../../etc/passwd",
    "'; DROP TABLE answers; --",
    "%_\\",
    "\u202egnp.exe",
    "\x1b[31m",
    "=1+1",
    " ",
    "\n",
)
HOSTILE_NUMBER: tuple[Any, ...] = (
    -1,
    0,
    2**31,
    2**63,
    2**63 - 1,
    -(2**63) - 1,
    10**400,
)
HOSTILE_CHANGES: tuple[Any, ...] = (
    *(Change(text) for text in HOSTILE_TEXT if text is not None),
    *(Change(mark) for mark in ("0", "5", "2.5", "1.000", "٣", "3 ", "NaN", "inf", "1e400")),
    *(Change(note=text) for text in ("\0", "\ud800", LONG)),
)


def calls(store: Store, panel: Round) -> dict[str, tuple[Callable[..., object], dict[str, Any]]]:
    """Every service with arguments that are right, or as right as the moment allows."""
    here, who = panel.entry, ASSESSORS[0]
    place = {"entry_id": here, "layer": Layer.MARK, "question": "q1"}
    return {
        "save": (
            answers.save,
            {"actor": who, **place, "change": Change("3"), "owner": None, "base": 0, "key": "k", "reason": None},
        ),
        "grant": (grants.grant, {"actor": ADMIN, "who": "n@x.test", "role": Role.CITY, "city": "35.78"}),
        "revoke": (grants.revoke, {"actor": ADMIN, "who": "n@x.test", "role": Role.CITY, "city": "35.78"}),
        "create": (
            rounds.create,
            {"actor": ADMIN, "year": 2030, "name": "n", "instruments": {GROUP: INSTRUMENT}, "panel_size": 5},
        ),
        "invite": (rounds.invite, {"actor": ADMIN, "round_id": panel.id, "cities": [("11.71", GROUP)]}),
        "schedule": (
            rounds.schedule,
            {"actor": ADMIN, "entry_id": panel.other_entry, "at": "2026-12-01 09:00", "link": None},
        ),
        "deadline": (
            rounds.deadline,
            {"actor": ADMIN, "round_id": panel.id, "stage": Stage.REPLY, "due": "2026-12-01", "city": CITY_CODE},
        ),
        "lock": (rounds.lock, {"actor": CHAIR, "round_id": panel.id, "cities": [CITY_CODE], "reason": "r"}),
        "move": (
            rounds.move,
            {"actor": CHAIR, "entry_id": here, "to": Stage.RECONCILIATION, "base": 1, "reason": "r"},
        ),
        "submit_self": (rounds.submit_self, {"actor": CITY, "entry_id": here, "base": 1}),
        "seat": (rounds.seat, {"actor": ADMIN, "entry_id": here, "who": [who.who], "chair": CHAIR.who}),
        "unseat": (rounds.unseat, {"actor": ADMIN, "entry_id": here, "who": "nobody@x.test", "reason": None}),
        "submit_marks": (rounds.submit_marks, {"actor": who, "entry_id": here}),
        "withdraw_marks": (rounds.withdraw_marks, {"actor": who, "entry_id": here, "reason": None}),
        "open_marks": (rounds.open_marks, {"actor": CHAIR, "entry_id": here, "reason": None}),
        "publish": (publication.publish, {"actor": ADMIN, "round_id": panel.id, "provisional": True, "reason": "r"}),
        "attach_link": (evidence.attach_link, {"actor": who, **place, "link": "https://x.test/"}),
        "attach_file": (evidence.attach_file, {"actor": who, **place, "name": "a.txt", "content": b"text"}),
        "withdraw": (evidence.withdraw, {"actor": who, "evidence_id": 1, "reason": None}),
        "open_file": (evidence.open_file, {"actor": who, "evidence_id": 1}),
        "entry_view": (reading.entry_view, {"actor": who, "entry_id": here}),
        "trail": (reading.trail, {"actor": CHAIR, "entry_id": here}),
    }


NUMBERS = frozenset({"entry_id", "round_id", "evidence_id", "base", "year", "panel_size"})
TEXTS = frozenset({"question", "owner", "key", "reason", "who", "city", "name", "at", "link", "due", "chair"})
WRONG_TYPES = (None, 1.5, b"x", [], {})
"""A page never passes these: they may end in any error, but never in a row."""


def hostile(parameter: str, value: Any) -> tuple[Any, ...]:
    if parameter in NUMBERS:
        return HOSTILE_NUMBER
    if parameter == "actor":
        return tuple(Actor(text) for text in HOSTILE_TEXT if isinstance(text, str))
    if parameter == "change":
        return HOSTILE_CHANGES
    if parameter == "cities":
        return tuple(
            cities
            for text in HOSTILE_TEXT
            if isinstance(text, str)
            for cities in ([(text, GROUP)], [(CITY_CODE, text)])
        )
    if parameter == "instruments":
        return tuple(
            named for text in HOSTILE_TEXT if isinstance(text, str) for named in ({text: INSTRUMENT}, {GROUP: text})
        )
    if isinstance(value, list):
        return tuple([text] for text in HOSTILE_TEXT if isinstance(text, str))
    return HOSTILE_TEXT if parameter in TEXTS else ()


SERVICES = [
    "save",
    "grant",
    "revoke",
    "create",
    "invite",
    "schedule",
    "deadline",
    "lock",
    "move",
    "submit_self",
    "seat",
    "unseat",
    "submit_marks",
    "withdraw_marks",
    "open_marks",
    "publish",
    "attach_link",
    "attach_file",
    "withdraw",
    "open_file",
    "entry_view",
    "trail",
]


@pytest.mark.parametrize("service", SERVICES)
def test_hostile_values_are_a_sentence(store: Store, panel: Round, service: str) -> None:
    record_rows(store)
    deed, right = calls(store, panel)[service]
    broken = []
    for parameter, value in right.items():
        for wrong in hostile(parameter, value):
            try:
                deed(store, **{**right, parameter: wrong})
            except Problem as problem:
                said = [Text(lang).problem(problem) for lang in LANGUAGES]
                if not all(said):
                    broken.append(f"{parameter}={wrong!r:.40}: says nothing")
                if max(map(len, said)) > 6000:
                    broken.append(f"{parameter}={wrong!r:.40}: {len(said[0])} characters")
            except Exception as error:
                broken.append(f"{parameter}={wrong!r:.40}: {type(error).__name__} {error!s:.80}")
        for wrong in WRONG_TYPES:
            with suppress(Exception):
                deed(store, **{**right, parameter: wrong})
    assert broken == []
    assert [problem.params for problem in verification.verify(store).problems] == []


def test_a_clock_set_back_orders_nothing(store: Store, panel: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    """R8: roles, rounds, deadlines and stages follow the running number, whatever the clock says."""
    hours = itertools.count()
    start = dt.datetime(2026, 12, 1, 12, tzinfo=dt.timezone(dt.timedelta(hours=7)))
    monkeypatch.setattr(stores, "clock", lambda: start.astimezone(dt.UTC) - dt.timedelta(hours=next(hours)))
    record_rows(store)
    for _ in range(2):
        grants.grant(store, ADMIN, "n@x.test", Role.VIEWER)
        grants.revoke(store, ADMIN, "n@x.test", Role.VIEWER)
    made = rounds.create(store, ADMIN, 2030, "n", {GROUP: INSTRUMENT})
    rounds.invite(store, ADMIN, made, [(CITY_CODE, GROUP)])
    for day in ("2026-12-20", "2026-12-10"):
        rounds.deadline(store, ADMIN, made, Stage.REPLY, day)
    rounds.open_marks(store, CHAIR, panel.entry)
    for base, mark in enumerate("34"):
        change, reason = Change(mark), "SYNTHETIC: the marks are open."
        answers.save(store, ASSESSORS[0], panel.entry, Layer.MARK, "q1", change, base=base, key=mark, reason=reason)
    assert verification.verify(store).problems == ()
    with store.read() as tx:
        assert grants.grants_of(tx, "n@x.test") == ()


# ---- the right of reply ends with its deadline ---------------------------------------------------------------------


def test_replies_end_with_the_deadline_and_a_chair_may_put_it_off(
    store: Store, panel: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, panel.entry, Stage.REPLY)

    def reply(question: str) -> None:
        change = Change(note="SYNTHETIC: another document.")
        answers.save(store, CITY, panel.entry, Layer.REPLY, question, change, base=0, key=f"k{question}")

    reply("q1")
    rounds.deadline(store, ADMIN, panel.id, Stage.REPLY, "2026-12-01 12:00")
    monkeypatch.setattr(stores, "clock", lambda: dt.datetime(2026, 12, 1, 5, 0, 1, tzinfo=dt.UTC))
    with pytest.raises(Problem) as caught:
        reply("q2")
    is_refused(store, caught, "refused_reply_over", audit.stream_of(panel.entry))
    with pytest.raises(Problem, match="refused_reply_over"):
        evidence.attach_link(store, CITY, panel.entry, Layer.REPLY, "q2", "https://x.test/")
    reply("q1")  # what was acknowledged before is acknowledged again
    change = Change(note="SYNTHETIC answer")
    answers.save(store, CHAIR, panel.entry, Layer.ANSWER, "q1", change, base=0, key="chair")
    for who in (CITY, ASSESSORS[0]):
        with pytest.raises(Problem, match="refused_role"):
            rounds.deadline(store, who, panel.id, Stage.REPLY, "2026-12-05", CITY_CODE)
    for due, city, key in [
        ("2026-12-05", None, "refused_role"),
        ("2026-12-05", panel.other_city, "refused_role"),
        ("2026-11-30", CITY_CODE, "deadline_later"),
    ]:
        with pytest.raises(Problem, match=key):
            rounds.deadline(store, CHAIR, panel.id, Stage.REPLY, due, city)
    with pytest.raises(Problem, match="refused_role"):
        rounds.deadline(store, CHAIR, panel.id, Stage.SCORING, "2026-12-05", CITY_CODE)
    rounds.deadline(store, CHAIR, panel.id, Stage.REPLY, "2026-12-05", CITY_CODE)
    reply("q2")


def test_a_late_self_assessment_and_late_marks_are_taken(store: Store, panel: Round) -> None:
    for stage in (Stage.SELF_ASSESSMENT, Stage.SCORING):
        rounds.deadline(store, ADMIN, panel.id, stage, "2020-01-01")
    answers.save(store, ASSESSORS[0], panel.entry, Layer.MARK, "q1", Change("3"), base=0, key="a")
    put(store, panel.entry, Stage.SELF_ASSESSMENT)
    answers.save(store, CITY, panel.entry, Layer.SELF, "q1", Change("3"), base=0, key="b")
