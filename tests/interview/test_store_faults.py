"""The catalogue of faults of the store: R2-R6, R9, C3. SYNTHETIC marks. (R1: test_kill, R7: backup, R8: test_audit.)"""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from sqlalchemy import Connection, event, select
from sqlalchemy.exc import OperationalError

from kotacerdas.i18n import LANGUAGES, Text
from kotacerdas.interview import audit, sqlite_file
from kotacerdas.interview.answers import Change, Saved, save
from kotacerdas.interview.stages import Layer
from kotacerdas.interview.store import Store, open_store
from kotacerdas.interview.store_problems import told
from kotacerdas.interview.tables import answers
from kotacerdas.problem import Problem
from tests.interview.builders import Round, panel_round
from tests.interview.killing import forked, kill_at
from tests.interview.postgres import Cluster


def give(store: Store, panel: Round, number: int = 0, *, assessor: int = 0, note: str = "") -> Saved:
    """The `number`-th save of an assessor, each on a question of its own."""
    return save(
        store,
        panel.assessors[assessor],
        panel.entry,
        Layer.MARK,
        f"q{number + 1}",
        Change("3", note),
        base=0,
        key=f"{assessor}-{number}",
    )


def rows(store: Store) -> list[tuple[str, str]]:
    with store.read() as tx:
        found = tx.execute(select(answers.c.owner, answers.c.question).order_by(answers.c.id))
        return [(row.owner, row.question) for row in found]


def sound(store: Store) -> None:
    assert audit.verify(store).problems == ()


def sentences(problem: Problem) -> list[str]:
    found = [Text(lang).problem(problem) for lang in LANGUAGES]
    assert all(len(sentence) > 30 and sentence.endswith((".", ").")) for sentence in found)
    return found


def address(store: Store) -> str | None:
    return None if store.file else store.url.render_as_string(hide_password=False)


def libpq(store: Store) -> str:
    return store.url.set(drivername="postgresql").render_as_string(hide_password=False)


# R2: killed at the first start


def test_a_first_start_that_is_killed_leaves_nothing_or_a_store(home: Path) -> None:
    calls = (
        *[(Path, name) for name in ("mkdir", "touch", "exists", "unlink", "replace", "stat")],
        *[(sqlite_file, name) for name in ("_bring_up", "_write_ahead", "_check_content", "_may_write", "make_folder")],
        *[(os, name) for name in ("fsync", "link")],
    )
    made = home.with_name("calls")

    def start(step: int) -> None:
        counted = kill_at(step, *calls)
        open_store(home)
        made.write_text(str(len(counted)))

    assert forked(lambda: start(0)) == 0
    for step in range(1, int(made.read_text()), 4):
        shutil.rmtree(home, ignore_errors=True)
        assert forked(lambda wanted=step: start(wanted)) == -signal.SIGKILL
        opened = open_store(home)
        give(opened, panel_round(opened))
        sound(opened)
        opened.close()
        assert {path.name for path in home.iterdir()} <= {"interview.db", "interview.db.lock", "evidence", "packages"}


# R3: disk full


@contextmanager
def no_room(store: Store) -> Iterator[None]:
    """The store has reached its size: SQLite may take no further page, PostgreSQL answers as on a full disk."""
    if store.file:

        def limit(connection: sqlite3.Connection, _record: object) -> None:
            connection.execute("PRAGMA max_page_count=1")  # SQLite takes the present size where it is larger

        event.listen(store.engine, "connect", limit)
        store.engine.dispose()
        yield
        event.remove(store.engine, "connect", limit)
        store.engine.dispose()
        return
    with store.write() as tx:
        tx.exec_driver_sql(
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'no space' USING ERRCODE = '53100'; END $$"
        )
        tx.exec_driver_sql("CREATE TRIGGER full_disk BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION no_room()")
    yield
    with store.write() as tx:
        tx.exec_driver_sql("DROP TRIGGER full_disk ON audit")
        tx.exec_driver_sql("DROP FUNCTION no_room")


def test_a_full_disk_is_named_nothing_is_stored_and_reading_goes_on(store: Store, panel: Round) -> None:
    give(store, panel)
    before = rows(store)
    saved = []
    with no_room(store):
        with pytest.raises(Problem, match="store_full") as caught:
            for number in range(1, 100):  # until the free part of the last page is used up
                give(store, panel, number, note="x" * 4000)
                saved.append((panel.assessors[0].who, f"q{number + 1}"))
        assert rows(store) == before + saved
        sound(store)
        with pytest.raises(Problem, match="store_full"):
            give(store, panel, len(saved) + 1, note="x" * 4000)
    give(store, panel, len(saved) + 1, note="x" * 4000)
    assert len(rows(store)) == len(before) + len(saved) + 1
    sound(store)
    assert "diska" in sentences(caught.value)[0].lower()


def _saves_within_a_limit(home: Path, panel: Round) -> list[object]:
    """In a process whose files may not grow any further: what is told, how many were saved, whether reading works."""
    opened = open_store(home)
    assert opened.file is not None
    size = opened.file.stat().st_size + 200_000
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    saved = 0
    told_: list[object] = []
    try:
        for number in range(115):
            give(opened, panel, number, note="x" * 4000)
            saved += 1
    except Problem as problem:
        told_ = [problem.key, saved, len(rows(opened))]
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    give(opened, panel, saved, note="x" * 4000)
    return told_


_ROUND = Round(1, 1, 2)


def test_a_limit_of_the_system_is_told_and_nothing_half_is_left(sqlite_store: Store) -> None:
    panel = panel_round(sqlite_store)
    sqlite_store.close()
    key, saved, read = in_a_child(lambda: _saves_within_a_limit(sqlite_store.home, panel))  # type: ignore[misc]
    assert key in ("store_disk", "store_full")
    assert 0 < saved == read < 115
    opened = open_store(sqlite_store.home)
    assert len(rows(opened)) == saved + 1
    sound(opened)
    opened.close()


# R4: locked by another process


@contextmanager
def held_by_another(store: Store, panel: Round) -> Iterator[Callable[[], None]]:
    """Somebody else holds the lock that a save needs, with SQLite a process of its own; what is given lets go."""
    if store.file is None:
        with psycopg.connect(libpq(store)) as holder:
            holder.execute("SELECT 1 FROM entries WHERE id = %s FOR UPDATE", (panel.entry,))
            yield holder.rollback
        return
    code = (
        "import sqlite3,sys; c=sqlite3.connect(sys.argv[1],isolation_level=None);"
        " c.execute('BEGIN IMMEDIATE'); print(1,flush=True); sys.stdin.readline()"
    )
    command = [sys.executable, "-S", "-c", code, str(store.file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stdout.readline()
        yield process.communicate  # its input ends
        process.kill()


def seen_waiting(store: Store, asked: threading.Event) -> None:
    """Return as soon as a save waits for a lock. `asked`: it has asked for the SQLite file and not got it."""
    if store.file is None:
        with psycopg.connect(libpq(store), autocommit=True) as other:
            query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = 'interview'"
            while other.execute(query).fetchone() != (1,):
                time.sleep(0.01)
    else:
        assert asked.wait(30)


def test_a_lock_is_waited_for(store: Store, panel: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = threading.Event()

    def uniform(*_: float) -> float:
        asked.set()
        return 0.001

    monkeypatch.setattr(sqlite_file, "random", SimpleNamespace(uniform=uniform))
    with held_by_another(store, panel) as let_go, ThreadPoolExecutor(1) as pool:
        saving = pool.submit(give, store, panel)
        seen_waiting(store, asked)
        assert rows(store) == [] and not saving.done()
        let_go()
        assert saving.result().version == 1
    sound(store)


def test_a_longer_lock_is_told_and_leaves_nothing(store: Store, panel: Round) -> None:
    hurried = open_store(store.home, address(store), patience=0.2)
    with held_by_another(store, panel):
        with pytest.raises(Problem, match="store_locked") as caught:
            give(hurried, panel)
        assert rows(hurried) == []
    assert give(hurried, panel).version == 1
    sound(hurried)
    hurried.close()
    sentences(caught.value)


# R5: read-only


def as_nobody(work: Callable[[], object]) -> object:
    """Run something in a forked child without root's rights, which no permission holds back."""
    return in_a_child(work, nobody=True)


def in_a_child(work: Callable[[], object], *, nobody: bool = False) -> object:
    """What something returns in a forked child, which nothing of it outlives."""
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if nobody and os.geteuid() == 0:
                os.setgroups([])
                os.setgid(65534)
                os.setuid(65534)
            os.write(write_end, json.dumps(work()).encode())
        except BaseException as error:
            os.write(write_end, json.dumps(repr(error)).encode())
        finally:
            os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end) as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    return json.loads(answer)


@pytest.fixture
def open_home(sqlite_store: Store) -> Iterator[Path]:
    """A store with one answer in a folder that other users may look into."""
    give(sqlite_store, panel_round(sqlite_store))
    sqlite_store.close()
    base = Path(tempfile.mkdtemp(dir="/tmp"))
    base.chmod(0o755)
    shutil.copytree(sqlite_store.home, base / "home")
    yield base / "home"
    for path in (base / "home", *(base / "home").iterdir()):
        path.chmod(0o755)
    shutil.rmtree(base)


@pytest.mark.parametrize("what", ["file", "folder"])
def test_a_store_without_write_permission_opens_for_reading_and_says_so(open_home: Path, what: str) -> None:
    (open_home / "interview.db").chmod(0o444)
    if what == "folder":
        open_home.chmod(0o555)
    else:
        open_home.chmod(0o777)

    def look() -> object:
        opened = open_store(open_home)
        try:
            give(opened, _ROUND, 5)
            refused = ""
        except Problem as problem:
            refused = problem.key
        audit.refused(opened, "a", "b", "c", "refused_role")
        return [opened.writable, opened.reason and opened.reason.key, refused, len(rows(opened))]

    assert as_nobody(look) == [False, "store_read_only", "store_read_only", 1]


def test_a_file_that_may_not_even_be_read_is_told(open_home: Path) -> None:
    (open_home / "interview.db").chmod(0)

    def look() -> object:
        try:
            open_store(open_home)
        except Problem as problem:
            return problem.key
        return None

    assert as_nobody(look) == "store_refused"


def test_a_folder_that_cannot_be_made_is_told(open_home: Path) -> None:
    open_home.chmod(0o555)

    def look() -> object:
        try:
            open_store(open_home / "below")
        except Problem as problem:
            return problem.key
        return None

    assert as_nobody(look) == "store_folder"


def test_a_database_for_reading_opens_for_reading_and_says_so(postgres_store: Store, postgres: Cluster) -> None:
    panel = panel_round(postgres_store)
    give(postgres_store, panel)
    postgres.admin("ALTER DATABASE interview SET default_transaction_read_only = on")
    try:
        opened = open_store(postgres_store.home, address(postgres_store))
        assert not opened.writable and len(rows(opened)) == 1
        with pytest.raises(Problem, match="store_read_only"):
            give(opened, panel, 1)
        opened.close()
    finally:
        postgres.admin("ALTER DATABASE interview RESET default_transaction_read_only")


# R6: damaged


def cut(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def overwrite(file: Path) -> None:
    file.write_bytes(random.Random(6).randbytes(file.stat().st_size))


def spoil_pages(file: Path) -> None:
    with file.open("r+b") as handle:
        handle.seek(4096)
        handle.write(random.Random(6).randbytes(4096 * 8))


def empty(file: Path) -> None:
    file.write_bytes(b"")


def text_in_its_place(file: Path) -> None:
    file.write_text("this is no database\n" * 100)


DAMAGE: dict[str, tuple[Callable[[Path], None], set[str]]] = {
    "truncated": (cut, {"store_pages"}),
    "garbage": (overwrite, {"store_garbage"}),
    "pages": (spoil_pages, {"store_pages"}),
    "zero bytes": (empty, {"store_empty"}),
    "a text": (text_in_its_place, {"store_garbage"}),
}


@pytest.mark.parametrize("case", DAMAGE)
@pytest.mark.parametrize("backup", [None, "2026-11-21.zip"])
def test_a_damaged_store_is_refused_left_as_it_is_and_the_backup_named(
    sqlite_store: Store, case: str, backup: str | None
) -> None:
    give(sqlite_store, panel_round(sqlite_store))
    sqlite_store.close()
    file, home = sqlite_store.file, sqlite_store.home
    assert file is not None
    spoil, what = DAMAGE[case]
    spoil(file)
    if backup:
        (home / "backups").mkdir()
        (home / "backups" / "2026-11-20.zip").touch()
        os.utime(home / "backups" / "2026-11-20.zip", (1, 1))
        (home / "backups" / backup).touch()
    before = file.read_bytes()
    for _ in range(2):
        with pytest.raises(Problem, match="store_damaged") as caught:
            open_store(home)
    assert caught.value.params["what"].key in what  # type: ignore[attr-defined]
    assert file.read_bytes() == before
    assert all(backup is None or backup in sentence for sentence in sentences(caught.value))


def as_after_a_crash(store: Store, tmp_path: Path) -> Path:
    """The files of a store whose process was killed: the last saves stand in the -wal file only."""
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    for ending in ("", "-wal", "-shm"):
        shutil.copy(f"{store.file}{ending}", crashed / f"interview.db{ending}")
    return crashed


def test_a_store_with_its_wal_file_comes_back_whole(sqlite_store: Store, tmp_path: Path) -> None:
    give(sqlite_store, panel_round(sqlite_store))
    opened = open_store(as_after_a_crash(sqlite_store, tmp_path))
    assert len(rows(opened)) == 1
    sound(opened)
    opened.close()


def test_a_store_without_its_wal_file_is_refused(sqlite_store: Store, tmp_path: Path) -> None:
    """It would open without the last saves, and nobody would know."""
    give(sqlite_store, panel_round(sqlite_store))
    crashed = as_after_a_crash(sqlite_store, tmp_path)
    (crashed / "interview.db-wal").unlink()
    with pytest.raises(Problem, match="store_damaged") as caught:
        open_store(crashed)
    assert caught.value.params["what"].key == "store_wal"  # type: ignore[attr-defined]


def test_no_empty_store_is_made_beside_a_wal_file_that_is_left(sqlite_store: Store, tmp_path: Path) -> None:
    give(sqlite_store, panel_round(sqlite_store))
    crashed = as_after_a_crash(sqlite_store, tmp_path)
    (crashed / "interview.db").unlink()
    with pytest.raises(Problem, match="store_damaged"):
        open_store(crashed)
    assert not (crashed / "interview.db").exists()


def test_damage_that_comes_while_the_app_runs_is_told(sqlite_store: Store) -> None:
    panel = panel_round(sqlite_store)
    give(sqlite_store, panel)
    sqlite_store.close()
    assert sqlite_store.file is not None
    spoil_pages(sqlite_store.file)
    with pytest.raises(Problem, match="store_damaged"):
        give(sqlite_store, panel, 1)


@pytest.mark.parametrize("what", ["deleted", "replaced"])
def test_a_file_that_is_taken_away_from_the_running_app_takes_no_more_saves(sqlite_store: Store, what: str) -> None:
    """SQLite would go on writing to the deleted file without a word."""
    panel = panel_round(sqlite_store)
    give(sqlite_store, panel)
    file = sqlite_store.file
    assert file is not None
    if what == "deleted":
        file.unlink()
    else:
        shutil.copy(file, file.with_suffix(".copy"))
        file.with_suffix(".copy").replace(file)
    with pytest.raises(Problem, match="store_gone"):
        give(sqlite_store, panel, 1)


# R9, C3: the connection goes


def test_after_a_restart_of_the_database_the_next_save_works(postgres_store: Store, postgres: Cluster) -> None:
    """R9."""
    panel = panel_round(postgres_store)
    give(postgres_store, panel)
    postgres.stop()
    try:
        with pytest.raises(Problem, match="store_gone"):
            give(postgres_store, panel, 1)
        with pytest.raises(Problem, match="store_gone"):
            rows(postgres_store)
    finally:
        postgres.start()
    assert len(rows(postgres_store)) == 1
    assert give(postgres_store, panel, 1).version == 1
    sound(postgres_store)


class Dropped(BaseException):
    """What Streamlit throws into a script whose page is gone."""


@contextmanager
def dropped_at(store: Store, moment: int) -> Iterator[None]:
    """End the connection (with SQLite, the script) at the `moment`-th point before, between and after the statements
    of a transaction that writes."""
    passed = 0
    execute = Connection.execute

    def point(connection: Connection) -> None:
        nonlocal passed
        passed += bool(connection.get_execution_options().get("store_writes"))
        if passed != moment:
            return
        passed += 1
        if store.file:
            raise Dropped
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        with psycopg.connect(libpq(store), autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 2000)", (driver.info.backend_pid,))

    def between(connection: Connection, *given: object, **named: object) -> object:
        point(connection)
        result = execute(connection, *given, **named)  # type: ignore[arg-type]
        point(connection)
        return result

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Connection, "execute", between)
        yield


def test_a_connection_that_drops_at_any_moment_of_a_save_leaves_all_or_nothing(store: Store, panel: Round) -> None:
    """C3, at every point there is, instead of at 20 random ones; the lock is free at once."""
    done = moment = 0
    hurried = open_store(store.home, address(store), patience=2)
    while not done:
        moment += 1
        with dropped_at(store, moment):
            try:
                give(store, panel, moment)
                done = 1
            except Dropped:
                assert store.file
            except Problem as problem:
                assert problem.key == "store_gone"
        give(hurried, panel, moment, assessor=1)
        mine = [question for owner, question in rows(store) if owner == panel.assessors[0].who]
        assert mine == ([f"q{moment + 1}"] if done else [])
        sound(store)
    assert moment > 12
    hurried.close()


def test_connections_cut_at_random_never_lose_an_acknowledged_save(postgres_store: Store) -> None:
    """C3: somebody ends the connections of the app while it saves."""
    panel = panel_round(postgres_store)
    told: list[str] = []
    failed = 0
    stop, saves = threading.Event(), threading.Semaphore(0)

    def cut_connections() -> None:
        chance = random.Random(3)
        try:
            with psycopg.connect(libpq(postgres_store), autocommit=True) as other:
                for _ in range(20):
                    for _ in range(chance.randint(1, 8)):
                        assert saves.acquire(timeout=30)
                    other.execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                        "WHERE datname = current_database() AND application_name = 'kotacerdas'"
                    )
        finally:
            stop.set()

    cutter = threading.Thread(target=cut_connections)
    cutter.start()
    turn = 0
    while not stop.is_set():
        key, base, mark = f"c{turn}", turn, "1234"[turn % 4]
        try:
            save(postgres_store, panel.assessors[0], panel.entry, Layer.MARK, "q1", Change(mark), base=base, key=key)
        except Problem as problem:
            assert problem.key == "store_gone"
            failed += 1
            continue  # the same key again: saved or not, it is one save
        told.append(key)
        turn += 1
        saves.release()
    cutter.join()
    with postgres_store.read() as tx:
        trail = [row.key for row in audit.trail(tx, audit.stream_of(panel.entry)) if row.action == audit.ANSWER]
    assert trail[: len(told)] == told and failed > 0
    sound(postgres_store)


# what the drivers say


@pytest.mark.parametrize(
    ("error", "key"),
    [
        (psycopg.errors.DiskFull(), "store_full"),
        (psycopg.errors.LockNotAvailable(), "store_locked"),
        (psycopg.errors.DeadlockDetected(), "store_locked"),
        (psycopg.errors.TooManyConnections(), "store_locked"),
        (psycopg.errors.ReadOnlySqlTransaction(), "store_read_only"),
        (psycopg.errors.InsufficientPrivilege(), "store_refused"),
        (psycopg.errors.InvalidPassword(), "store_refused"),
        (psycopg.errors.InvalidCatalogName(), "store_refused"),
        (psycopg.errors.AdminShutdown(), "store_gone"),
        (psycopg.errors.CannotConnectNow(), "store_gone"),
        (psycopg.OperationalError("the connection is lost"), "store_gone"),
        (psycopg.errors.SyntaxError(), None),
        (psycopg.errors.UniqueViolation(), None),
        (psycopg.errors.UndefinedTable(), None),
    ],
    ids=lambda part: type(part).__name__ if isinstance(part, Exception) else str(part),
)
def test_errors_of_the_database_are_told_or_stay_defects(
    postgres_store: Store, error: psycopg.Error, key: str | None
) -> None:
    problem = told(OperationalError("", {}, error), postgres_store.url, None, postgres_store.home)
    assert (problem and problem.key) == key
    if problem is not None:
        assert all("***" in sentence for sentence in sentences(problem))
