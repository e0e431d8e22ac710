"""The audit trail: append-only, in order without a clock, equal to the store; tampering is found (C8, R8)."""

from __future__ import annotations

import ast
import datetime as dt
import itertools
import threading
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from kotacerdas.interview import audit
from kotacerdas.interview import store as stores
from kotacerdas.interview.answers import Change, save
from kotacerdas.interview.stages import Layer
from kotacerdas.interview.store import Store
from kotacerdas.problem import Problem
from tests.interview.builders import Round

PACKAGE = Path(stores.__file__).parent


def three(store: Store, panel: Round) -> None:
    actor = panel.assessors[0]
    for version, mark in enumerate("123"):
        save(store, actor, panel.entry, Layer.MARK, "q1", Change(mark), base=version, key=f"k{version}")


def unguard(store: Store) -> None:
    """What somebody with the file or the database password can do, and the app cannot."""
    with store.write() as tx:
        for verb in ("update", "delete"):
            place = "" if store.file else " ON audit"
            tx.exec_driver_sql(f"DROP TRIGGER audit_no_{verb}{place}")


@pytest.fixture
def guarded_again(store: Store) -> object:
    """The tables outlive the test on PostgreSQL: put the guard back."""
    yield
    if store.file is None:
        with store.write() as tx:
            for verb in ("update", "delete"):
                tx.exec_driver_sql(
                    f"CREATE OR REPLACE TRIGGER audit_no_{verb} BEFORE {verb} ON audit "
                    "FOR EACH ROW EXECUTE FUNCTION audit_append_only()"
                )


def test_a_record_carries_who_when_what_and_why(store: Store, panel: Round) -> None:
    with store.write() as tx:
        assert (
            audit.record(tx, audit.OFFICE, "a", "b", "c", before={"x": 1}, after={"x": 2}, reason="why", key="k") == 1
        )
        assert audit.record(tx, audit.OFFICE, "a", "b", "d") == 2
    with store.read() as tx:
        first, second = audit.trail(tx, audit.OFFICE)
        assert (first.who, first.action, first.subject, first.reason) == ("a", "b", "c", "why")
        assert (first.before, first.after) == ('{"x":1}', '{"x":2}')
        assert second.previous == first.hash and first.previous == audit.BEGINNING
        assert audit.find(tx, audit.OFFICE, "k") == first
        assert audit.find(tx, "other", "k") is None
        assert audit.trail(tx, audit.OFFICE, subject="d") == [second]
    assert audit.verify(store) == audit.Report(1, 2, ())


def test_the_trail_of_answers_equals_the_store(store: Store, panel: Round) -> None:
    three(store, panel)
    report = audit.verify(store)
    assert (report.streams, report.rows, report.problems) == (1, 3, ())


def test_order_is_the_running_number_though_the_clock_goes_back(
    store: Store, panel: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R8."""
    hours = itertools.count()
    start = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
    monkeypatch.setattr(stores, "clock", lambda: start - dt.timedelta(hours=next(hours)))
    three(store, panel)
    with store.read() as tx:
        trail = audit.trail(tx, audit.stream_of(panel.entry))
    assert [row.seq for row in trail] == [1, 2, 3]
    assert [row.at for row in trail] == sorted((row.at for row in trail), reverse=True)
    assert audit.verify(store).problems == ()


@pytest.mark.parametrize("statement", ["UPDATE audit SET who = 'x'", "DELETE FROM audit"])
def test_the_database_itself_refuses_to_change_the_trail(store: Store, panel: Round, statement: str) -> None:
    three(store, panel)
    with pytest.raises(DBAPIError, match="append-only"), store.write() as tx:
        tx.execute(text(statement))
    assert audit.verify(store).problems == ()


def test_no_code_of_the_app_changes_or_deletes_a_record() -> None:
    """C8: `update` and `delete` are never called on the audit table."""
    found = []
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func)
            given = [ast.unparse(argument) for argument in node.args]
            on_table = called in ("audit.update", "audit.delete", "audit_table.update", "audit_table.delete")
            if on_table or (called in ("update", "delete") and given and given[0] in ("audit", "audit_table")):
                found.append(f"{path.name}:{node.lineno}")
    assert found == []


TAMPERING = {
    "changed": ('UPDATE audit SET after = \'{"value":"4"}\' WHERE seq = 2', {"audit_changed"}),
    "signed by another": ("UPDATE audit SET who = 'somebody' WHERE seq = 1", {"audit_changed"}),
    "reason added": ("UPDATE audit SET reason = 'because' WHERE seq = 3", {"audit_changed"}),
    "middle taken out": ("DELETE FROM audit WHERE seq = 2", {"audit_gap"}),
    "end cut off": ("DELETE FROM audit WHERE seq = 3", {"audit_head", "audit_answer"}),
    "all gone": ("DELETE FROM audit", {"audit_head", "audit_unrecorded"}),
    "answer changed": ("UPDATE answers SET value = '4'", {"audit_answer"}),
    "note changed": ("UPDATE answers SET note = 'x'", {"audit_answer"}),
    "answer given to another": ("UPDATE answers SET owner = 'x'", {"audit_unrecorded", "audit_answer"}),
    "answer gone": ("DELETE FROM answers", {"audit_answer"}),
    "head moved": ("UPDATE streams SET length = 2", {"audit_head"}),
}


@pytest.mark.usefixtures("guarded_again")
@pytest.mark.parametrize("case", TAMPERING)
def test_tampering_is_found(store: Store, panel: Round, case: str) -> None:
    """C8."""
    statement, expected = TAMPERING[case]
    three(store, panel)
    unguard(store)
    with store.write() as tx:
        tx.exec_driver_sql(statement)
    assert {problem.key for problem in audit.verify(store).problems} == expected


@pytest.mark.usefixtures("guarded_again")
def test_a_row_that_is_forged_with_its_hash_breaks_the_row_after_it(store: Store, panel: Round) -> None:
    """Each hash covers the one before: whoever changes a row has to write anew all that follow, and the head."""
    three(store, panel)
    unguard(store)
    with store.write() as tx:
        _, second, _ = audit.trail(tx, audit.stream_of(panel.entry))
        forged = audit._hash({**second._mapping, "who": "somebody"})
        tx.execute(text("UPDATE audit SET who = 'somebody', hash = :hash WHERE seq = 2"), {"hash": forged})
        tx.execute(text("UPDATE audit SET previous = :hash WHERE seq = 3"), {"hash": forged})
    (found,) = audit.verify(store).problems
    assert (found.key, found.params["row"]) == ("audit_changed", 3)


@pytest.mark.usefixtures("guarded_again")
def test_a_broken_stream_does_not_hide_the_others(store: Store, panel: Round) -> None:
    three(store, panel)
    with store.write() as tx:
        audit.record(tx, audit.OFFICE, "a", "b", "c")
    unguard(store)
    with store.write() as tx:
        tx.exec_driver_sql("UPDATE audit SET who = 'x' WHERE seq = 1")
    assert [problem.params["stream"] for problem in audit.verify(store).problems] == ["entry-1", "office"]


def test_refused_attempts_are_logged_and_logging_never_raises(store: Store, panel: Round) -> None:
    audit.refused(store, "who\0\ud800" + "x" * 400, "answer", "s" * 600, "refused_role")
    with pytest.raises(Problem, match="refused_role"), audit.attempt(store, "a", "move", "b") as tx:
        audit.record(tx, audit.OFFICE, "a", "move", "never there")
        raise Problem("refused_role", what="x", action="y")
    with store.read() as tx:
        first, second = audit.trail(tx, audit.OFFICE)
    assert (first.action, first.after, first.reason) == ("refused", '{"action":"answer"}', "refused_role")
    assert (second.who, second.subject) == ("a", "b")
    store.close()
    closed = Store(
        store.url, store.engine, store.home, store.evidence, store.packages, Problem("store_read_only", file="x")
    )
    audit.refused(closed, "a", "b", "c", "refused_role")


def test_streams_written_at_once_are_complete(store: Store, panel: Round) -> None:
    """Eight threads open the same two new streams and write to them: no number twice, none left out."""
    errors: list[Exception] = []

    def write(number: int) -> None:
        try:
            for turn in range(10):
                with store.write() as tx:
                    audit.record(tx, f"s{(number + turn) % 2}", f"w{number}", "b", "c")
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert audit.verify(store) == audit.Report(2, 80, ())
