"""A fresh store per test, on SQLite and on a real PostgreSQL, and a SYNTHETIC round to put into it.

`store` runs a test on both; `sqlite_store` and `postgres_store` on one. `home` is the store's folder. Without an
installed PostgreSQL its half is skipped, or fails where `KOTACERDAS_NEED_POSTGRES=1` says it must be there.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from kotacerdas.interview.store import Store, open_store
from kotacerdas.interview.tables import metadata
from tests.interview.builders import Round, panel_round
from tests.interview.postgres import ABSENT, NEED, Cluster, cluster, programs

__all__ = ["Round", "panel_round"]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A private PostgreSQL of this process."""
    if programs() is None:
        if os.environ.get(NEED) == "1":
            pytest.fail(ABSENT)
        pytest.skip(ABSENT)
    with cluster() as server:
        yield server


@pytest.fixture(scope="session")
def _sqlite_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty store to copy: making one takes a migration."""
    home = tmp_path_factory.mktemp("model")
    open_store(home).close()
    return home / "interview.db"


@pytest.fixture(scope="session")
def _postgres_model(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a database with the tables, emptied for every test."""
    url = postgres.create("interview")
    open_store(tmp_path_factory.mktemp("model"), url).close()
    return url


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
def postgres_store(home: Path, _postgres_model: str) -> Iterator[Store]:
    """A fresh, empty PostgreSQL store."""
    opened = open_store(home, _postgres_model)
    names = ", ".join(f'"{name}"' for name in metadata.tables)
    with opened.write() as tx:
        tx.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
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
