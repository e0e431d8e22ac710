"""The interview store under load and under `kill -9`.

`python -m tests.perf.interview [--seconds S] [--kills N] [--server-kills N] [--processes P] [--write]`.

Thirty assessors save at full speed on SQLite and, where its server is installed, on PostgreSQL (started here, on
loopback, with its files flushed to disk as in earnest); then the saving process is killed at random moments and the
store is compared with what had been acknowledged; at last the real server is, with pages open (try-out, SQLite). `make
soak` runs it for five minutes and 200 kills each.

Ends with 1, after printing the figures, where the promise is broken. How fast a disk is decides much, so beside our
rate stands that of a bare loop of one-row commits by the database's own driver, on the same disk, just before.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import psycopg

from tests.interview import postgres
from tests.interview.killing import Kills, rounds_of_kills
from tests.interview.load import WRITERS, Figures, thirty_writers
from tests.interview.server_faults import rounds_of_server_kills
from tests.perf.report import keep

BOUND = {"seconds": 300, "kills": 200}
PER_SECOND, P99_MS = 500, 250
"""The promise: at least so many durable saves a second, the 99th percentile at most so many milliseconds."""
BARE_SECONDS = 3.0
SERVER = "SQLite, the whole server"


def stores(folder: Path, stack: ExitStack) -> Iterator[tuple[str, Path, str | None, str | None]]:
    """Name, home and, for PostgreSQL, the addresses of a store for the load and one for the kills."""
    yield "SQLite", folder / "sqlite", None, None
    if postgres.programs() is not None:
        cluster = stack.enter_context(postgres.cluster())
        yield "PostgreSQL", folder / "postgresql", cluster.create("load"), cluster.create("kill")
    else:
        print(postgres.ABSENT, file=sys.stderr)


def bare_commits(folder: Path, url: str | None, seconds: float = BARE_SECONDS) -> float:
    """Commits a second of one connection that adds one small row at a time, as durably as the store does."""
    if url is not None:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute("CREATE TABLE bare (id bigserial PRIMARY KEY, said text)")
            rate = _rate(lambda: server.execute("INSERT INTO bare (said) VALUES ('synthetic')"), seconds)
            server.execute("DROP TABLE bare")
        return rate
    folder.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(folder / "bare.db", isolation_level=None)) as file:
        file.execute("PRAGMA journal_mode=WAL")
        file.execute("PRAGMA synchronous=FULL")
        file.execute("CREATE TABLE bare (id INTEGER PRIMARY KEY, said TEXT)")
        return _rate(lambda: file.execute("INSERT INTO bare (said) VALUES ('synthetic')"), seconds)


def _rate(commit: Callable[[], object], seconds: float) -> float:
    begun, count = time.perf_counter(), 0
    while (took := time.perf_counter() - begun) < seconds:
        commit()
        count += 1
    return count / took


def broken_by_load(store: str, one: Figures) -> list[str]:
    """What of the promise a run under load has broken, a sentence each; nothing: all of it was kept."""
    counted = {"lost": one.lost, "doubled": one.doubled, "torn": one.torn, "finals that differ": one.finals}
    broken = [f"{store}: {count} {what}" for what, count in counted.items() if count]
    if one.errors:
        broken.append(f"{store}: {len(one.errors)} errors, the first: {one.errors[0]}")
    if not one.audit_equal:
        broken.append(f"{store}: the trail differs from the store")
    if one.per_second < PER_SECOND:
        broken.append(f"{store}: {one.per_second:.0f} saves a second, promised are {PER_SECOND}")
    if one.p99_ms > P99_MS:
        broken.append(f"{store}: 99th percentile {one.p99_ms:.0f} ms, promised are {P99_MS} ms")
    return broken


def broken_by_kills(store: str, kills: Kills) -> list[str]:
    """The same for the kills."""
    counted = {"lost": kills.lost, "half there": kills.half}
    return [f"{store}, after kills: {count} {what}" for what, count in counted.items() if count]


def measure(seconds: float, kills: int, server_kills: int, processes: int) -> tuple[list[str], list[str]]:
    """Both sections of the benchmark file, and what of the promise was broken."""
    load = [
        "| store | saves a second | bare commits a second | ratio | median | 95 % | 99 % | saves | lost | doubled"
        " | torn | errors | finals | trail |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    killed = ["| store | kills | saves acknowledged before | lost | half there |", "|---|---|---|---|---|"]
    broken: list[str] = []
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        for store, home, url, other in stores(Path(name), stack):
            bare = bare_commits(home, url)
            one = thirty_writers(home / "load", url, seconds=seconds, processes=processes)
            load.append(
                f"| {store} | {one.per_second:,.0f} | {bare:,.0f} | {one.per_second / bare:.2f} x"
                f" | {one.median_ms:.0f} ms | {one.p95_ms:.0f} ms | {one.p99_ms:.0f} ms | {one.saves:,} | {one.lost}"
                f" | {one.doubled} | {one.torn} | {len(one.errors)} | {'DIFFER' if one.finals else 'equal'}"
                f" | {'equal' if one.audit_equal else 'DIFFERS'} |"
            )
            two = rounds_of_kills(home / "kill", other, kills)
            killed.append(f"| {store} | {two.rounds} | {two.acknowledged:,} | {two.lost} | {two.half} |")
            broken += [*broken_by_load(store, one), *broken_by_kills(store, two)]
        whole = rounds_of_server_kills(Path(name) / "server", server_kills)
        killed.append(f"| {SERVER} | {whole.rounds} | {whole.acknowledged:,} | {whole.lost} | {whole.half} |")
        broken += broken_by_kills(SERVER, whole)
    about = (
        f"{WRITERS} writers in {processes} process(es) for {seconds:.0f} s, every save flushed to disk. Bare commits:"
        " one connection, one small row each, by the database's driver alone, on the same disk."
    )
    promise = f"Promise: at least {PER_SECOND} a second, 99th percentile at most {P99_MS} ms, nothing lost."
    return [
        "\n".join(["## Thirty assessors saving at once", "", about, "", *load, "", promise]),
        "\n".join(["## kill -9 in the middle of saving", "", *killed, "", "Promise: 0 lost, 0 half there."]),
    ], broken


def main() -> int:
    """Run both and print (or keep) the figures; 1 where the promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=BOUND["seconds"])
    parser.add_argument("--kills", type=int, default=BOUND["kills"])
    parser.add_argument("--server-kills", type=int, default=BOUND["kills"])
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    kills, server_kills = (min(asked, BOUND["kills"]) for asked in (options.kills, options.server_kills))
    sections, broken = measure(min(options.seconds, BOUND["seconds"]), kills, server_kills, options.processes)
    print("\n\n".join(sections))
    if options.write:
        keep(sections)
    for sentence in broken:
        print(f"PROMISE BROKEN: {sentence}", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
