"""A fresh store per test, on SQLite and on a real PostgreSQL, and a SYNTHETIC round to put into it.

`store` runs a test on both; `sqlite_store` and `postgres_store` on one. `home` is the store's folder. Without an
installed PostgreSQL its half is skipped, or fails where `KOTACERDAS_NEED_POSTGRES=1` says it must be there.

Files lie in memory where there is room, and PostgreSQL does not wait for the disk: most tests are about what is
written, not when it is on the disk. Those about durability take `disk` and `durable_postgres`.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from kotacerdas.interview.store import Store, open_store
from kotacerdas.interview.tables import metadata
from tests.interview.builders import Round, panel_round
from tests.interview.postgres import ABSENT, NEED, Cluster, cluster, keep, programs

__all__ = ["MODEL", "Round", "panel_round"]

_COUNTED = [name for name, table in metadata.tables.items() if "id" in table.c]


MEMORY = Path("/dev/shm")
ROOM = 1 << 30
"""Free bytes from which on the tests keep their files in memory; a container may have as little as 64 MB there."""
MODEL = "model"
"""The database of the PostgreSQL under test that has the tables and nothing in them; nobody connects to it."""


@pytest.fixture
def tmp_path(request: pytest.FixtureRequest) -> Iterator[Path]:
    """A folder of the test, in memory where there is room (a save waits for the disk several milliseconds)."""
    if not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < ROOM:
        yield request.getfixturevalue("disk")
        return
    folder = Path(tempfile.mkdtemp(prefix="kotacerdas-test-", dir=MEMORY))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def disk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of the test on the disk."""
    return tmp_path_factory.mktemp("disk")


def _kept(place: Path) -> Path:
    """A cluster with the database `MODEL`, made by the first of the test processes: initdb and migrations take
    seconds, a copy does not."""
    with place.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.exists():
            with cluster(durable=False) as server, tempfile.TemporaryDirectory() as home:
                open_store(Path(home), server.create(MODEL)).close()
                half = place.with_suffix(".half")
                shutil.rmtree(half, ignore_errors=True)
                keep(server, half)
            half.rename(place)
    return place


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A private PostgreSQL of this process: some tests stop it."""
    if programs() is None:
        if os.environ.get(NEED) == "1":
            pytest.fail(ABSENT)
        pytest.skip(ABSENT)
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with cluster(_kept(shared / "postgres"), durable=False) as server:
        yield server


@pytest.fixture
def durable_postgres(postgres: Cluster) -> Iterator[Cluster]:
    """The same server, waiting for the disk as a real one does."""
    for postgres.durable in (True, False):
        postgres.stop()
        postgres.start()
        if postgres.durable:
            yield postgres


@pytest.fixture(scope="session")
def _sqlite_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty store to copy: making one takes a migration."""
    home = tmp_path_factory.mktemp("model")
    open_store(home).close()
    return home / "interview.db"


@pytest.fixture(scope="session")
def _postgres_database(postgres: Cluster) -> str:
    """The address of a database with the tables, emptied for every test."""
    return postgres.create("interview", MODEL)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The folder of the store under test."""
    return tmp_path / "home"


@pytest.fixture
def sqlite_store(home: Path, _sqlite_model: Path) -> Iterator[Store]:
    """A fresh, empty SQLite store."""
    home.mkdir(exist_ok=True)
    shutil.copy(_sqlite_model, home / "interview.db")
    opened = open_store(home)
    yield opened
    opened.close()


@pytest.fixture
def postgres_store(home: Path, _postgres_database: str) -> Iterator[Store]:
    """A fresh, empty PostgreSQL store."""
    opened = open_store(home, _postgres_database)
    counted = [f"setval(pg_get_serial_sequence('{name}', 'id'), 1, false)" for name in _COUNTED]
    with opened.write() as tx:
        tx.exec_driver_sql("SET LOCAL session_replication_role = replica")  # the trail itself lets nobody delete
        for name in metadata.tables:  # TRUNCATE makes new files for every table and index, which takes a hundred times
            tx.exec_driver_sql(f'DELETE FROM "{name}"')
        tx.exec_driver_sql(f"SELECT {', '.join(counted)}")
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Store:
    """A fresh, empty store; the test runs once on SQLite and once on PostgreSQL."""
    found: Store = request.getfixturevalue("sqlite_store" if request.param == "sqlite" else "postgres_store")
    return found


@pytest.fixture
def panel(store: Store) -> Round:
    """A SYNTHETIC round in `store`: scoring, five assessors and a chair seated, nothing answered."""
    return panel_round(store)
