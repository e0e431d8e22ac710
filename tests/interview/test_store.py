"""The store: migrations, transactions, what is checked at the start. Everything here runs on both databases."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import shutil
import signal
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from kotacerdas.interview import audit, postgres_server, sqlite_file
from kotacerdas.interview import store as stores
from kotacerdas.interview.schema_version import SCHEMA, VERSION_TABLE, known_versions
from kotacerdas.interview.store import Store, open_store
from kotacerdas.interview.tables import grants, metadata
from kotacerdas.problem import Problem
from tests.interview.conftest import MODEL
from tests.interview.killing import counting, first_of_each
from tests.interview.postgres import Cluster

MIGRATIONS = Path(stores.__file__).parent / "migrations"


def add(store: Store, who: str) -> None:
    with store.write() as tx:
        tx.execute(grants.insert().values(who=who, role="viewer", at=stores.now(), by="synthetic"))


def names(store: Store) -> list[str]:
    with store.read() as tx:
        return list(tx.execute(select(grants.c.who).order_by(grants.c.id)).scalars())


def test_the_migrations_make_the_tables_as_declared(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_name": lambda name, kind, _: name != VERSION_TABLE}
        )
        assert compare_metadata(context, metadata) == []


def test_the_newest_migration_is_the_one_the_program_names() -> None:
    folder = ScriptDirectory(str(MIGRATIONS))
    assert folder.get_heads() == [SCHEMA]
    assert SCHEMA in known_versions()


def test_what_is_written_is_there_when_the_block_ends(store: Store) -> None:
    add(store, "one@synthetic.test")
    assert names(store) == ["one@synthetic.test"]


@pytest.mark.parametrize("error", [Problem("store_missing", file="x"), RuntimeError(), KeyboardInterrupt()])
def test_what_fails_leaves_nothing(store: Store, error: BaseException) -> None:
    with pytest.raises(type(error)), store.write() as tx:
        tx.execute(grants.insert().values(who="half", role="viewer", at=stores.now(), by="synthetic"))
        audit.record(tx, audit.OFFICE, "synthetic", "grant", "half")
        raise error
    assert names(store) == []
    assert audit.verify(store).rows == 0
    add(store, "next")
    assert names(store) == ["next"]


def test_a_write_inside_a_write_is_a_defect_and_says_so(store: Store) -> None:
    with store.write(), pytest.raises(RuntimeError, match="inside a write"), store.write():
        pass
    add(store, "next")


def test_reading_cannot_write_on_postgresql(postgres_store: Store) -> None:
    with pytest.raises(Problem, match="store_read_only"), postgres_store.read() as tx:
        tx.execute(grants.insert().values(who="x", role="viewer", at=stores.now(), by="synthetic"))


def test_a_read_sees_one_state_from_beginning_to_end(store: Store) -> None:
    with store.read() as tx:
        assert list(tx.execute(select(grants.c.who))) == []
        add(store, "meanwhile")
        assert list(tx.execute(select(grants.c.who))) == []
    assert names(store) == ["meanwhile"]


def test_a_broken_rule_of_a_table_is_a_defect_and_no_problem(store: Store) -> None:
    with pytest.raises(IntegrityError), store.write() as tx:
        tx.execute(text("INSERT INTO seats (entry_id, who, chair, version) VALUES (999, 'x', false, 1)"))


def test_opening_twice_changes_nothing(store: Store) -> None:
    add(store, "one")
    again = open_store(store.home, None if store.file else store.url.render_as_string(hide_password=False))
    assert names(again) == ["one"]
    assert again.writable and again.evidence.is_dir() and again.packages.is_dir()
    again.close()


def test_times_are_utc_with_microseconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "clock", lambda: dt.datetime(2026, 11, 22, 7, tzinfo=dt.UTC))
    assert stores.now() == "2026-11-22T07:00:00.000000+00:00"


def test_sqlite_is_durable_and_keeps_its_references(sqlite_store: Store) -> None:
    with sqlite_store.read() as tx:
        assert [tx.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")] == ["wal", 2]
        assert tx.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_postgresql_commits_to_the_disk_and_waits_for_locks_no_longer_than_it_says(postgres_store: Store) -> None:
    with postgres_store.read() as tx:
        assert tx.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
        assert tx.exec_driver_sql("SHOW lock_timeout").scalar() == "10s"


def test_a_tryout_lies_beside_the_real_store(home: Path) -> None:
    tryout = open_store(home, name="tryout.db")
    assert tryout.file == home / "tryout.db"
    assert (tryout.evidence.name, tryout.packages.name) == ("tryout-evidence", "tryout-packages")
    assert not (home / "interview.db").exists()
    tryout.close()


def test_nothing_is_made_where_that_was_not_asked_for(home: Path) -> None:
    with pytest.raises(Problem, match="store_missing"):
        open_store(home, create=False)
    assert not home.exists()


@pytest.mark.parametrize("url", ["", "nothing", "mysql://a:b@localhost/c", "sqlite:///x.db", "http://localhost"])
def test_an_address_of_something_else_is_told_without_repeating_it(home: Path, url: str) -> None:
    with pytest.raises(Problem, match="store_url") as caught:
        open_store(home, url)
    assert "a:b" not in str(caught.value)


def test_a_wrong_password_is_told_without_repeating_it(home: Path, postgres: Cluster) -> None:
    url = postgres.create("refusing").replace(postgres.password, "wrong-secret")
    with pytest.raises(Problem, match="store_refused") as caught:
        open_store(home, url)
    assert "wrong-secret" not in str(caught.value)


def test_a_database_that_does_not_answer_is_told(home: Path) -> None:
    with pytest.raises(Problem, match="store_gone"):
        open_store(home, "postgresql://tester:x@127.0.0.1:1/interview")


def open_and_count(home: Path, url: str | None, gate: object, results: object) -> None:
    gate.wait(30)  # type: ignore[attr-defined]
    try:
        opened = open_store(home, url)
        with opened.read() as tx:
            results.put(len(inspect(tx).get_table_names()))  # type: ignore[attr-defined]
        opened.close()
    except Exception as error:
        results.put(repr(error))  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_processes_that_start_at_once_make_one_store(home: Path, kind: str, request: pytest.FixtureRequest) -> None:
    url = None if kind == "sqlite" else request.getfixturevalue("postgres").create("first_start")
    context = multiprocessing.get_context("fork")  # each opens the store for itself; importing takes them longest
    gate, results = context.Barrier(4), context.Queue()
    started = [context.Process(target=open_and_count, args=(home, url, gate, results)) for _ in range(4)]
    for process in started:
        process.start()
    found = [results.get(timeout=60) for _ in started]
    for process in started:
        process.join(30)
    assert found == [len(metadata.tables) + 1] * 4
    assert not list(home.glob("*.new*"))


def as_older(store: Store, version: str = "0000") -> None:
    """Pretend the store was left by an earlier program, with one table fewer."""
    with store.write() as tx:
        tx.exec_driver_sql("DROP TABLE evidence")
        tx.exec_driver_sql(f"UPDATE {VERSION_TABLE} SET version_num = '{version}'")


@pytest.fixture
def two_versions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """SYNTHETIC history: version 0000 lacks the evidence, 0001 adds it. Put in the place of the real migrations."""
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__", "v0001*"))
    (folder / "versions/a0000.py").write_text('revision = "0000"\ndown_revision = None\ndef upgrade(): pass\n')
    (folder / "versions/a0001.py").write_text(
        'from alembic import op\nimport sqlalchemy as sa\nrevision = "0001"\ndown_revision = "0000"\n'
        "def upgrade():\n"
        '    op.create_table("evidence", sa.Column("id", sa.Integer, primary_key=True))\n'
        "    op.execute(\"UPDATE grants SET role = 'chair'\")\n"
    )
    monkeypatch.setattr("kotacerdas.interview.schema_version.MIGRATIONS", folder)
    return folder


def reopen(store: Store) -> Store:
    store.close()
    return open_store(store.home, None if store.file else store.url.render_as_string(hide_password=False))


@pytest.fixture
def own_store(store: Store, postgres: Cluster, tmp_path: Path) -> Store:
    """A store of this test alone: what is done to it cannot be undone by emptying the tables."""
    if store.file:
        return store
    return open_store(tmp_path / "own", postgres.create("own", MODEL))


def test_an_older_store_is_brought_up_to_date_after_a_copy(own_store: Store, two_versions: Path) -> None:
    add(own_store, "kept")
    as_older(own_store)
    opened = reopen(own_store)
    with opened.read() as tx:
        assert tx.execute(select(grants.c.who, grants.c.role)).all() == [("kept", "chair")]
        assert inspect(tx).has_table("evidence")
    if opened.file:
        (copy,) = (opened.home / "backups").glob("*.db")
        assert sqlite3.connect(copy).execute("SELECT role FROM grants").fetchall() == [("viewer",)]
    opened.close()


def test_a_migration_that_fails_leaves_the_store_as_it_was(own_store: Store, two_versions: Path) -> None:
    add(own_store, "kept")
    as_older(own_store)
    (two_versions / "versions/a0001.py").write_text(
        'from alembic import op\nrevision = "0001"\ndown_revision = "0000"\n'
        "def upgrade():\n    op.execute(\"UPDATE grants SET role = 'lost'\")\n    raise RuntimeError('synthetic')\n"
    )
    with pytest.raises(RuntimeError, match="synthetic"):
        reopen(own_store)
    with own_store.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT role FROM grants").scalars().all() == ["viewer"]
        assert connection.exec_driver_sql(f"SELECT version_num FROM {VERSION_TABLE}").scalar() == "0000"
    own_store.close()


def test_kill_at_every_step_of_a_migration_leaves_the_older_store_or_the_new_one(
    own_store: Store, two_versions: Path, postgres: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R2; what was begun is gone after the next start."""
    import alembic.op

    add(own_store, "kept")
    as_older(own_store)
    own_store.close()
    home = own_store.home
    calls = (
        *[(sqlite_file, name) for name in ("_copy_aside", "_bring_up", "_fsync_folder", "_write_ahead")],
        *[(postgres_server, name) for name in ("_bring_up", "migrate")],
        *[(Path, "replace"), (os, "fsync"), (alembic.op, "create_table"), (alembic.op, "execute")],
    )

    def begun(step: int) -> tuple[Path, str | None, int | list[str]]:
        url = None if own_store.file else postgres.create("killed", "own")
        own = Path(shutil.copytree(home, home.with_name(f"killed-{step}")))
        return own, url, counting(step, lambda: open_store(own, url), *calls)

    _, _, made = begun(0)
    assert isinstance(made, list)
    steps = first_of_each(made)
    assert {"create_table", "execute"} <= {made[step - 1].split()[0] for step in steps}
    for step in steps:
        own, url, ended = begun(step)
        assert ended == -signal.SIGKILL
        file, address = own / "interview.db", url and postgres_server.address_of(url)
        engine = postgres_server.postgres_engine(address, 10) if address else sqlite_file.sqlite_engine(file, 10)
        with engine.connect() as connection:
            version = connection.exec_driver_sql(f"SELECT version_num FROM {VERSION_TABLE}").scalar()
            role = connection.exec_driver_sql("SELECT role FROM grants").scalar()
            assert (version, role, inspect(connection).has_table("evidence")) in (
                ("0000", "viewer", False), ("0001", "chair", True),
            )  # fmt: skip
        engine.dispose()
        with monkeypatch.context() as later:  # the copy of the next start has another name
            later.setattr(sqlite_file.time, "strftime", lambda *_: "20300101T000000Z")
            opened = open_store(own, url)
        with opened.read() as tx:
            assert tx.execute(select(grants.c.who, grants.c.role)).all() == [("kept", "chair")]
        opened.close()
        assert [path.name for path in own.rglob("*") if ".part" in path.name or ".new" in path.name] == []


def test_a_newer_store_is_left_alone(own_store: Store) -> None:
    with own_store.write() as tx:
        tx.exec_driver_sql(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    with pytest.raises(Problem, match="store_newer") as caught:
        reopen(own_store)
    assert caught.value.params["value"] == "9999"


@pytest.mark.parametrize("table", ["answers", "audit", VERSION_TABLE])
def test_a_store_without_one_of_its_tables_is_damaged_and_stays_so(own_store: Store, table: str) -> None:
    with own_store.write() as tx:
        tx.exec_driver_sql(f"DROP TABLE {table}")
    for _ in range(2):
        with pytest.raises(Problem, match="store_damaged"):
            reopen(own_store)


def test_a_hostile_identity_is_data(store: Store) -> None:
    for who in ("'; DROP TABLE answers; --", "%s %(x)s :y", "{7*7}\\", "_%"):
        add(store, who)
    assert names(store) == ["'; DROP TABLE answers; --", "%s %(x)s :y", "{7*7}\\", "_%"]


def test_an_error_never_carries_the_values(store: Store) -> None:
    with pytest.raises(DBAPIError) as caught, store.write() as tx:
        tx.execute(text("INSERT INTO nowhere VALUES (:x)"), {"x": "a private note"})
    assert "a private note" not in str(caught.value)
