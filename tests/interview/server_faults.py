"""Cut a connection to the real server, or kill the server, in the middle of a save; compare what is there (C3, R1).

SYNTHETIC marks on a try-out server, pressed as a browser presses them: over its websocket. `rounds_of_server_kills` is
used by a test (three rounds) and by `make soak` (two hundred).
"""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from websockets.exceptions import ConnectionClosed

from kotacerdas.interview import answers, verification
from kotacerdas.interview.answers import Change
from kotacerdas.interview.mode import DATABASE, HOME, MODE
from kotacerdas.interview.roles import Actor
from kotacerdas.interview.stages import Layer
from kotacerdas.interview.store import open_store
from tests.e2e.direct import Direct
from tests.e2e.oidc import WORDS
from tests.e2e.serving import ROOT, free_port, running_server, start_server
from tests.entry_case import ASSESSORS, NAME, QUESTIONS, scored_city
from tests.interview.killing import Kills

MIDDLE = 0.025
"""Seconds after a message in which its save is begun, made and committed; measured: 4 to 15 ms."""
FINISHED_FIRST = 2
"""Saves in each round that the server has acknowledged before the one it is killed in."""


@dataclass
class Presser:
    """One assessor at a city of a store, by whatever server serves it."""

    home: Path
    entry: int
    address: str = ""
    stands: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Question -> mark and version as the store had them when last read."""

    def press(self, question: str) -> tuple[Direct, str, Any]:
        """A page of this question in a new connection, and the message that presses another mark than it has: the
        connection, that mark, the message, not sent yet."""
        value = str(int(self.stands.get(question, ("0", 0))[0]) % 4 + 1)
        query = {"me": NAME, "as": "assessor-1", "view": "entry", "entry": self.entry, "q": question}
        line = Direct(self.address).ask(**query)
        message = line.press("entry-value", int(value) - 1, **query)
        line.frames.clear()
        return line, value, message

    def saved(self, line: Direct, question: str) -> bool:
        """Whether the page says that the next version of this mark is saved."""
        revision = str(self.stands.get(question, ("", 0))[1] + 1)
        return line.told(WORDS("entry.saved", time="|", revision=revision).split("|")[1])

    def look(self) -> tuple[Mapping[str, tuple[str, int]], int]:
        """Open the store anew, which checks the file; what stands in it, and how many faults it and its trail have."""
        store = open_store(self.home, name="tryout.db")
        with store.read() as tx:
            rows = answers.read(tx, self.entry, Layer.MARK, ASSESSORS[0])
        faults = len(verification.verify(store).problems)
        store.close()
        return {row.question: (row.value, row.version) for row in rows}, faults


def settings(home: Path) -> Mapping[str, str]:
    """The environment of a try-out server."""
    return {MODE: "local", HOME: str(home), DATABASE: ""}


def rounds_of_server_kills(home: Path, rounds: int, *, seed: int = 1) -> Kills:
    """Start the server, let some saves be acknowledged, kill -9 it in the next and compare; `rounds` times in the same
    store."""
    store, entry = scored_city(home)
    store.close()
    presser, chance, port = Presser(home, entry), random.Random(seed), free_port()
    presser.address = f"http://127.0.0.1:{port}"
    acknowledged = lost = half = 0
    for number in range(rounds):
        first = number * (FINISHED_FIRST + 1)
        questions = [QUESTIONS[(first + place) % len(QUESTIONS)] for place in range(FINISHED_FIRST + 1)]
        server = start_server(ROOT, port, settings(home))
        told: dict[str, bool] = {}
        wanted: dict[str, tuple[str, int]] = {}
        try:
            for question in questions:
                line, value, message = presser.press(question)
                wanted[question] = (value, presser.stands.get(question, ("", 0))[1] + 1)
                with line:
                    if question != questions[-1]:
                        line.send(message)
                    else:
                        line.stream.send(message.SerializeToString())
                        time.sleep(chance.uniform(0, MIDDLE))
                        server.kill()
                        with suppress(ConnectionClosed, TimeoutError):  # what it had said before
                            while True:
                                line.frames.append(bytes(line.stream.recv(timeout=10)))
                    told[question] = presser.saved(line, question)
        finally:
            server.kill()
            server.wait(10)
        found, faults = presser.look()
        for question in questions:
            there = found.get(question)
            lost += told[question] and there != wanted[question]
            half += there not in (wanted[question], presser.stands.get(question))
        half += faults
        acknowledged += sum(told.values())
        presser.stands = dict(found)
    return Kills(rounds, acknowledged, lost, half)


@dataclass(frozen=True)
class Drops:
    """What cutting connections came to: saves that were complete, that were absent, neither; the longest that another
    save had to wait, in seconds; faults of the store and its trail."""

    complete: int
    absent: int
    half: int
    waited: float
    faults: int


def dropped_connections(home: Path, times: int, *, seed: int = 1) -> Drops:
    """Send a save and cut the connection without a word at a random moment of it; save something else at once."""
    store, entry = scored_city(home)
    presser, chance, waited = Presser(home, entry), random.Random(seed), 0.0
    wanted: dict[str, tuple[str, int]] = {}
    with running_server(settings=settings(home)) as presser.address:
        for number in range(times):
            question = QUESTIONS[number]
            line, value, message = presser.press(question)
            wanted[question] = (value, 1)
            line.stream.send(message.SerializeToString())
            time.sleep(chance.uniform(0, MIDDLE))
            line.stream.socket.close()
            begun = time.perf_counter()
            other = Actor(ASSESSORS[1])
            answers.save(store, other, entry, Layer.MARK, question, Change("2"), base=0, key=f"other-{number}")
            waited = max(waited, time.perf_counter() - begun)
    store.close()
    found, faults = presser.look()
    complete = sum(found.get(question) == value for question, value in wanted.items())
    absent = sum(question not in found for question in wanted)
    return Drops(complete, absent, times - complete - absent, waited, faults)
