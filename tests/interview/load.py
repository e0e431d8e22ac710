"""Many people saving at full speed: how fast, how slow at worst, and whether anything was lost, doubled or torn.

SYNTHETIC rounds and marks only. `thirty_writers` starts processes of its own, so that the store meets what several
app processes do to it; `python -m tests.interview.load HOME [URL]` prints the figures.
"""

from __future__ import annotations

import itertools
import json
import multiprocessing
import random
import statistics
import sys
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from kotacerdas.interview import audit
from kotacerdas.interview.answers import Change, Saved, save
from kotacerdas.interview.live import live, panel
from kotacerdas.interview.stages import Layer
from kotacerdas.interview.standing import asked, read_instrument
from kotacerdas.interview.store import Store, open_store
from kotacerdas.interview.tables import answers
from kotacerdas.interview.tables import audit as audit_table
from kotacerdas.levels import load_levels
from kotacerdas.scoring import score
from tests.interview.builders import ASSESSORS, INSTRUMENT, panel_round

WRITERS = 30
NOTES = ("", "catatan sintetis", "=1+1 <script>alert(1)</script>", "baris satu\nbaris dua ‮ מבחן")


@dataclass(frozen=True)
class Figures:
    """What a run measured. `lost`, `doubled` and `torn` count acknowledged saves, compared with the store after;
    `finals` the cities whose final comes out otherwise from the store than from what was acknowledged."""

    store: str
    writers: int
    processes: int
    seconds: float
    saves: int
    per_second: float
    median_ms: float
    p95_ms: float
    p99_ms: float
    slowest_ms: float
    lost: int
    doubled: int
    torn: int
    finals: int
    errors: tuple[str, ...]
    audit_equal: bool


@dataclass(frozen=True)
class Writer:
    """One assessor at one city: nobody else writes these answers, so every expected state is known."""

    number: int
    entry: int
    who: int


def thirty_writers(
    home: Path, url: str | None = None, *, seconds: float = 15, processes: int = 2, writers: int = WRITERS
) -> Figures:
    """Let `writers` assessors save for `seconds` in `processes` processes, then compare store, trail and what they
    were told. The store must be empty."""
    store = open_store(home, url)
    entries = [
        panel_round(store, year=2100 + n).entry for n in range(-(-writers // len(ASSESSORS)))
    ]  # one city per five assessors
    plan = [Writer(n, entries[n // len(ASSESSORS)], n % len(ASSESSORS)) for n in range(writers)]
    store.close()  # no connection of this process may go into another
    context = multiprocessing.get_context("fork")  # with everything imported already
    gate = context.Barrier(processes + 1)
    results = context.Queue()
    started = [
        context.Process(target=_process, args=(home, url, plan[n::processes], seconds, gate, results))
        for n in range(processes)
    ]
    for process in started:
        process.start()
    gate.wait(120)
    begun = time.perf_counter()
    told = [results.get(timeout=seconds + 120) for _ in started]
    took = time.perf_counter() - begun
    for process in started:
        process.join(60)
    figures = compare(store, told, processes, writers, took)
    store.close()
    return figures


def _process(home: Path, url: str | None, plan: Sequence[Writer], seconds: float, gate: Any, results: Any) -> None:
    store = open_store(home, url)
    outcomes: list[dict[str, Any]] = [{} for _ in plan]
    questions = [node.id for node in asked(read_instrument(INSTRUMENT))]
    gate.wait(120)
    until = time.perf_counter() + seconds
    threads = [
        threading.Thread(target=_write, args=(store, writer, questions, until, outcome))
        for writer, outcome in zip(plan, outcomes, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store.close()
    results.put(outcomes)


def _write(store: Store, writer: Writer, questions: Sequence[str], until: float, outcome: dict[str, Any]) -> None:
    chance = random.Random(writer.number)
    actor = ASSESSORS[writer.who]
    stands: dict[str, Saved] = {}
    keys: list[str] = []
    times: list[float] = []
    errors: list[str] = []
    for turn in itertools.count():
        if time.perf_counter() >= until:
            break
        question = chance.choice(questions)
        base = stands[question].version if question in stands else 0
        old = stands[question].value if question in stands else None
        value = chance.choice([mark for mark in "1234" if mark != old])
        change = Change(value=value, note=chance.choice(NOTES), flag=chance.random() < 0.1)
        key = f"{writer.number}-{turn}"
        begun = time.perf_counter()
        try:
            saved = save(store, actor, writer.entry, Layer.MARK, question, change, base=base, key=key)
        except Exception as error:
            errors.append(repr(error)[:300])
            continue
        times.append(time.perf_counter() - begun)
        stands[question] = saved
        keys.append(key)
    outcome |= {"writer": writer, "stands": stands, "keys": keys, "times": times, "errors": errors}


def compare(store: Store, told: list[Any], processes: int, writers: int, took: float) -> Figures:
    outcomes = [outcome for process in told for outcome in process]
    times = sorted(itertools.chain.from_iterable(outcome["times"] for outcome in outcomes))
    lost = torn = doubled = 0
    with store.read() as tx:
        rows = {(row.entry_id, row.owner, row.question): row for row in tx.execute(select(answers))}
        recorded = dict(
            tx.execute(
                select(audit_table.c.key, func.count()).where(audit_table.c.key.is_not(None)).group_by("key")
            ).all()
        )
    for outcome in outcomes:
        writer = outcome["writer"]
        for key in outcome["keys"]:
            lost += key not in recorded
            doubled += recorded.get(key, 0) > 1
        for question, saved in outcome["stands"].items():
            row = rows.get((writer.entry, ASSESSORS[writer.who].who, question))
            lost += row is None or row.version < saved.version
            doubled += row is not None and row.version > saved.version
            torn += row is not None and (row.value, row.note, row.flag) != (saved.value, saved.note, saved.flag)
    finals = sum(
        _final_kept(rows.values(), entry) != _final_told([one for one in outcomes if one["writer"].entry == entry])
        for entry in {one["writer"].entry for one in outcomes}
    )
    acknowledged = sum(len(outcome["keys"]) for outcome in outcomes)
    doubled += max(0, len(recorded) - acknowledged)
    report = audit.verify(store)
    cuts = statistics.quantiles(times, n=100) if len(times) > 1 else [0.0] * 99
    return Figures(
        store=store.engine.dialect.name,
        writers=writers,
        processes=processes,
        seconds=round(took, 1),
        saves=acknowledged,
        per_second=round(acknowledged / took, 1),
        median_ms=round(cuts[49] * 1000, 1),
        p95_ms=round(cuts[94] * 1000, 1),
        p99_ms=round(cuts[98] * 1000, 1),
        slowest_ms=round(max(times, default=0) * 1000, 1),
        lost=lost,
        doubled=doubled,
        torn=torn,
        finals=finals,
        errors=tuple(itertools.chain.from_iterable(outcome["errors"] for outcome in outcomes)),
        audit_equal=not report.problems and report.rows == acknowledged,
    )


def _final_kept(rows: Iterable[Any], entry: int) -> Fraction | None:
    """The exact final of a city as the chair's page reckons it, from what stands in the store."""
    given: dict[str, dict[str, object]] = {}
    for row in rows:
        if row.entry_id == entry:
            given.setdefault(row.owner, {})[row.question] = row.value
    return live(panel(given, len(ASSESSORS)).means, read_instrument(INSTRUMENT), load_levels()).value


def _final_told(outcomes: Sequence[Mapping[str, Any]]) -> Fraction | None:
    """The same from what its assessors were told, by the engine of the published rounds."""
    given: dict[str, list[int]] = {}
    for outcome in outcomes:
        for question, saved in outcome["stands"].items():
            given.setdefault(question, []).append(int(saved.value))
    means = {question: Fraction(sum(marks), len(marks)) for question, marks in given.items()}
    return score(means, read_instrument(INSTRUMENT)).value


def main() -> None:
    """Print the figures of a run: `python -m tests.interview.load HOME [URL] [SECONDS] [PROCESSES]`."""
    home, *rest = sys.argv[1:]
    url = rest[0] if rest and rest[0] != "-" else None
    seconds = float(rest[1]) if len(rest) > 1 else 15
    processes = int(rest[2]) if len(rest) > 2 else 2
    print(json.dumps(asdict(thirty_writers(Path(home), url, seconds=seconds, processes=processes)), indent=1))


if __name__ == "__main__":
    main()
