"""The interview store under load and under `kill -9`.

`python -m tests.perf.interview [--seconds S] [--kills N] [--processes P] [--write]`.

Thirty assessors save at full speed on SQLite and, where its server is installed, on PostgreSQL (started here, on
loopback, with its files flushed to disk as in earnest); then the saving process is killed at random moments and the
store is compared with what had been acknowledged. `make soak` runs it for five minutes and 200 kills each.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from tests.interview import postgres
from tests.interview.killing import rounds_of_kills
from tests.interview.load import WRITERS, thirty_writers
from tests.perf.report import keep

BOUND = {"seconds": 300, "kills": 200}


def stores(folder: Path, stack: ExitStack) -> Iterator[tuple[str, Path, str | None, str | None]]:
    """Name, home and, for PostgreSQL, the addresses of a store for the load and one for the kills."""
    yield "SQLite", folder / "sqlite", None, None
    if postgres.programs() is not None:
        cluster = stack.enter_context(postgres.cluster())
        yield "PostgreSQL", folder / "postgresql", cluster.create("load"), cluster.create("kill")


def measure(seconds: float, kills: int, processes: int) -> list[str]:
    """Both sections of the benchmark file."""
    load = [
        "| store | saves a second | median | 95 % | 99 % | saves | lost | doubled | torn | errors | trail |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    killed = ["| store | kills | saves acknowledged before | lost | half there |", "|---|---|---|---|---|"]
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        for store, home, url, other in stores(Path(name), stack):
            one = thirty_writers(home / "load", url, seconds=seconds, processes=processes)
            load.append(
                f"| {store} | {one.per_second:,.0f} | {one.median_ms:.0f} ms | {one.p95_ms:.0f} ms"
                f" | {one.p99_ms:.0f} ms | {one.saves:,} | {one.lost} | {one.doubled} | {one.torn} | {len(one.errors)}"
                f" | {'equal' if one.audit_equal else 'DIFFERS'} |"
            )
            two = rounds_of_kills(home / "kill", other, kills)
            killed.append(f"| {store} | {two.rounds} | {two.acknowledged:,} | {two.lost} | {two.half} |")
    about = f"{WRITERS} writers in {processes} process(es) for {seconds:.0f} s, every save flushed to disk."
    promise = "Promise: at least 500 a second, 99th percentile at most 250 ms, nothing lost."
    return [
        "\n".join(["## Thirty assessors saving at once", "", about, "", *load, "", promise]),
        "\n".join(["## kill -9 in the middle of saving", "", *killed, "", "Promise: 0 lost, 0 half there."]),
    ]


def main() -> None:
    """Run both and print (or keep) the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=BOUND["seconds"])
    parser.add_argument("--kills", type=int, default=BOUND["kills"])
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    sections = measure(min(options.seconds, BOUND["seconds"]), min(options.kills, BOUND["kills"]), options.processes)
    print("\n\n".join(sections))
    if options.write:
        keep(sections)


if __name__ == "__main__":
    main()
