"""Kill a process that saves, at a random moment, and compare what it had acknowledged with what is there (R1).

SYNTHETIC marks. `rounds_of_kills` is used by a test (three rounds) and by `make soak` (two hundred).
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from kotacerdas.interview import audit
from kotacerdas.interview.answers import Change, save
from kotacerdas.interview.stages import Layer
from kotacerdas.interview.standing import asked, read_instrument
from kotacerdas.interview.store import open_store
from kotacerdas.interview.tables import answers
from kotacerdas.interview.tables import audit as audit_table
from tests.interview.builders import ASSESSORS, INSTRUMENT, panel_round


@dataclass(frozen=True)
class Kills:
    """What the rounds came to."""

    rounds: int
    acknowledged: int
    lost: int
    half: int


def rounds_of_kills(home: Path, url: str | None, rounds: int, *, seed: int = 1) -> Kills:
    """Start, kill -9 and compare, `rounds` times in the same store."""
    chance = random.Random(seed)
    acknowledged = lost = half = 0
    for number in range(rounds):
        store = open_store(home, url)
        entry = panel_round(store, year=3000 + number).entry
        store.close()
        told = _killed(home, url, entry, chance.randint(1, 25))
        acknowledged += len(told)
        store = open_store(home, url)  # checks the file as every start does
        with store.read() as tx:
            stream = audit.stream_of(entry)
            recorded = set(tx.execute(select(audit_table.c.key).where(audit_table.c.stream == stream)).scalars())
            rows = {row.question: row.version for row in tx.execute(select(answers).where(answers.c.entry_id == entry))}
        lost += sum(key not in recorded or rows.get(question, 0) < version for key, question, version in told)
        half += len(audit.verify(store).problems) + (sum(rows.values()) != len(recorded))
        store.close()
    return Kills(rounds, acknowledged, lost, half)


def forked(work: Callable[[], object]) -> int:
    """Do something in a forked child and let it end there; its exit status, below 0 the signal that killed it.

    A fork has everything imported already. It must not use a SQLite connection that was open before.
    """
    child = os.fork()
    if child == 0:
        status = 1
        try:
            work()
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def killed_after(lines: int, work: Callable[[Callable[[str], None]], object]) -> list[str]:
    """Let a forked child work until it has said so many lines, and kill it then; all it said to the end of a line."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            work(lambda line: os.write(writing, f"{line}\n".encode()) and None)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading) as said:
        told = [said.readline() for _ in range(lines)]
        os.kill(child, signal.SIGKILL)
        told += said.readlines()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    return [line[:-1] for line in told if line.endswith("\n")]


def kill_at(wanted: int, *calls: tuple[object, str]) -> list[str]:
    """Put in place of each function one that kills this process at the `wanted`-th call of any of them (0: never).

    What is returned fills with the calls there were, each as the line of code it was made from. For a forked child:
    nothing is put back.
    """
    made: list[str] = []

    def counted(function: Callable[..., object], name: str) -> Callable[..., object]:
        def call(*given: object, **named: object) -> object:
            caller = sys._getframe(1)
            made.append(f"{name} in {caller.f_code.co_filename}:{caller.f_lineno}")
            if len(made) == wanted:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*given, **named)

        return call

    for owner, name in calls:
        setattr(owner, name, counted(getattr(owner, name), name))
    return made


def counting(step: int, work: Callable[[], object], *calls: tuple[object, str]) -> int | list[str]:
    """Work in a forked child that is killed at its `step`-th call (0: never): how it ended, or all calls it made."""
    reading, writing = os.pipe()

    def counted() -> None:
        made = kill_at(step, *calls)
        work()
        with os.fdopen(writing, "w") as told:
            told.write(json.dumps(made))

    ended = forked(counted)
    os.close(writing)
    with os.fdopen(reading) as told:
        return ended if ended else list(json.loads(told.read()))


def first_of_each(calls: list[str]) -> list[int]:
    """The steps at which a line of code makes its first call."""
    return [number for number, call in enumerate(calls, start=1) if call not in calls[: number - 1]]


def _killed(home: Path, url: str | None, entry: int, after: int) -> list[tuple[str, str, int]]:
    """Let a child save, kill it when it has acknowledged `after` saves and is at the next; all it acknowledged."""
    said = killed_after(after, lambda say: _saving(home, url, entry, say))
    return [tuple(json.loads(line)) for line in said]


def _saving(home: Path, url: str | None, entry: int, say: Callable[[str], None]) -> None:
    """Save without a pause, and say so after each."""
    store = open_store(home, url)
    questions = [node.id for node in asked(read_instrument(INSTRUMENT))]
    for turn in range(1_000_000):
        question, version = questions[turn % len(questions)], turn // len(questions)
        change = Change("1234"[version % 4], note="synthetic " * (turn % 50))
        saved = save(store, ASSESSORS[0], entry, Layer.MARK, question, change, base=version, key=f"{entry}-{turn}")
        say(json.dumps([f"{entry}-{turn}", question, saved.version]))
