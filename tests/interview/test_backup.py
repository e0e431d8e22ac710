"""Backup and restore: nothing lost, nothing half, nothing believed that does not prove itself (R2, R3, R5, R7)."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import threading
import warnings
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from kotacerdas import cli
from kotacerdas.i18n import LANGUAGES, Text
from kotacerdas.interview import audit, backup_archive, evidence, part_file
from kotacerdas.interview import restore as restoring
from kotacerdas.interview.answers import Change, Conflict, save
from kotacerdas.interview.backup import backup, restore
from kotacerdas.interview.stages import Layer
from kotacerdas.interview.standing import asked, read_instrument
from kotacerdas.interview.store import Store, newest_backup, open_store
from kotacerdas.interview.tables import answers, metadata
from kotacerdas.problem import Problem
from tests.interview.builders import ASSESSORS, INSTRUMENT, Round, panel_round
from tests.interview.conftest import MODEL
from tests.interview.files import PDF, PNG
from tests.interview.killing import counting, first_of_each, forked, kill_at
from tests.interview.postgres import Cluster
from tests.interview.recorded import record_rows

QUESTIONS = [node.id for node in asked(read_instrument(INSTRUMENT))]
Contents = dict[str, list[tuple[Any, ...]]]


def contents(store: Store) -> Contents:
    """Every row of every table."""
    with store.read() as tx:
        return {
            table.name: [tuple(row) for row in tx.execute(table.select().order_by(*table.primary_key))]
            for table in metadata.sorted_tables
        }


def fill(store: Store, panel: Round, answered: int = 30) -> None:
    """SYNTHETIC marks, notes, a conflict, a refusal, files, links, something withdrawn."""
    record_rows(store)
    for number, question in enumerate(QUESTIONS[:answered]):
        for place, who in enumerate(panel.assessors):
            change = Change(str(1 + (number + place) % 4), f"SYNTHETIC =1+1 \u202eמבחן 🏙️ {number}", number % 7 == 0)
            save(store, who, panel.entry, Layer.MARK, question, change, base=0, key=f"{place}-{number}")
    who = panel.assessors[0]
    with pytest.raises(Conflict):
        save(store, who, panel.entry, Layer.MARK, QUESTIONS[0], Change("4", "other"), base=0, key="late")
    with pytest.raises(Problem):
        save(store, panel.stranger, panel.entry, Layer.MARK, QUESTIONS[0], Change("4"), base=0, key="no")
    evidence.attach_file(store, who, panel.entry, Layer.MARK, QUESTIONS[0], "a.pdf", PDF)
    gone = evidence.attach_file(store, who, panel.entry, Layer.MARK, QUESTIONS[1], "b.png", PNG)
    evidence.withdraw(store, who, gone.id)
    evidence.attach_link(store, who, panel.entry, Layer.MARK, QUESTIONS[2], "https://example.go.id/")


def sound(store: Store) -> None:
    assert audit.verify(store).problems == ()
    assert [*evidence.trail_problems(store), *evidence.file_problems(store)] == []


def told(problem: Problem) -> str:
    said = {lang: Text(lang).problem(problem) for lang in LANGUAGES}
    assert all(said.values()) and said["id"] != said["en"]
    return said["en"]


def leftovers(home: Path) -> list[str]:
    return sorted(
        path.name
        for path in home.rglob("*")
        if ".part" in path.name or path.name == restoring.STAGE or path.name.endswith(".new")
    )


@pytest.fixture(scope="module")
def _filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a filled SYNTHETIC SQLite store, and a backup of it, to copy."""
    folder = tmp_path_factory.mktemp("filled")
    opened = open_store(folder / "home")
    fill(opened, panel_round(opened))
    backup(opened, folder / "made.zip")
    opened.close()
    return folder


@pytest.fixture
def made(_filled: Path, tmp_path: Path) -> Path:
    """A backup of a filled SYNTHETIC SQLite store."""
    return shutil.copy(_filled / "made.zip", tmp_path / "made.zip")


@pytest.fixture
def filled(_filled: Path, home: Path) -> Iterator[Store]:
    """That store itself."""
    opened = open_store(shutil.copytree(_filled / "home", home))
    yield opened
    opened.close()


# ---- there and back ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("to", ["sqlite", "postgresql"])
def test_a_backup_of_either_database_restores_into_either(
    store: Store, panel: Round, to: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    fill(store, panel)
    file = tmp_path / "copy.zip"
    done = backup(store, file)
    assert done.evidence == 2 and not done.absent and file.stat().st_mode & 0o077 == 0
    url = None
    if to == "postgresql":
        cluster: Cluster = request.getfixturevalue("postgres")
        url = cluster.create("restored")
    new = tmp_path / "new"
    back = restore(new, file, url=url)
    assert back.aside is None and back.evidence == 2 and dict(back.rows) == dict(done.rows)
    restored = open_store(new, url)
    assert contents(restored) == contents(store)
    sound(restored)
    assert evidence.open_file(restored, panel.assessors[0], 1) == ("a.pdf", "application/pdf", PDF)
    saved = save(restored, panel.assessors[0], panel.entry, Layer.MARK, QUESTIONS[100], Change("3"), base=0, key="new")
    assert saved.version == 1  # the counters of the ids go on behind the restored rows
    evidence.attach_file(restored, panel.assessors[1], panel.entry, Layer.MARK, QUESTIONS[0], "a.pdf", PDF)
    sound(restored)
    assert leftovers(new) == []
    restored.close()


def test_an_empty_store_can_be_copied_too(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "empty.zip"
    assert sum(backup(store, file).rows.values()) == 0
    restore(tmp_path / "new", file)
    restored = open_store(tmp_path / "new")
    panel_round(restored)
    restored.close()


def test_a_backup_never_replaces_a_file(sqlite_store: Store, tmp_path: Path) -> None:
    for name in ("there.zip", "link.zip"):
        file = tmp_path / name
        if name == "link.zip":
            file.symlink_to(tmp_path / "elsewhere")
        else:
            file.write_text("something else")
        with pytest.raises(Problem, match="backup_exists") as caught:
            backup(sqlite_store, file)
        told(caught.value)
    assert (tmp_path / "there.zip").read_text() == "something else"


def test_a_missing_evidence_file_is_said_and_the_rest_is_saved(filled: Store, tmp_path: Path) -> None:
    gone = sorted(path for path in filled.evidence.rglob("*") if path.is_file())[0]
    gone.unlink()
    done = backup(filled, tmp_path / "copy.zip")
    assert list(done.absent) == [gone.name] and done.evidence == 1
    back = restore(tmp_path / "new", tmp_path / "copy.zip")
    assert back.absent == (gone.name,)


def test_a_restored_backup_is_the_newest_one_named(sqlite_store: Store, home: Path) -> None:
    (home / "backups").mkdir()
    backup(sqlite_store, home / "backups" / "monday.zip")
    assert newest_backup(home) == "monday.zip"


# ---- while others write ------------------------------------------------------------------------------------------


@contextmanager
def thirty_writing(
    store: Store, panels: list[Round], told_saved: dict[tuple[int, str, str], int]
) -> Iterator[threading.Semaphore]:
    """Thirty SYNTHETIC assessors who save until the block ends; what was acknowledged goes into `told_saved`, and
    every save releases the semaphore once."""
    stop, saves = threading.Event(), threading.Semaphore(0)

    def write(number: int) -> None:
        panel, who = panels[number // 5], ASSESSORS[number % 5]
        chance = random.Random(number)
        versions: dict[str, int] = {}
        turn = 0
        while not stop.is_set():
            turn += 1
            question = chance.choice(QUESTIONS)
            base = versions.get(question, 0)
            change = Change(str(chance.randint(1, 4)), f"SYNTHETIC {turn}")
            saved = save(store, who, panel.entry, Layer.MARK, question, change, base=base, key=f"{number}-{turn}")
            versions[question] = saved.version
            told_saved[panel.entry, who.who, question] = saved.version
            saves.release()
            if turn % 20 == 0:
                content = PDF + b"SYNTHETIC %d %d" % (number, turn)
                evidence.attach_file(store, who, panel.entry, Layer.MARK, question, "a.pdf", content)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(30)]
    for thread in threads:
        thread.start()
    try:
        yield saves
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def test_a_backup_while_thirty_assessors_write(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """R7."""
    monkeypatch.setattr(evidence, "MOST", 10**6)
    monkeypatch.setattr(evidence, "MOST_EVER", 10**6)
    panels = [panel_round(store, year=2100 + number) for number in range(6)]
    record_rows(store)
    acknowledged: dict[tuple[int, str, str], int] = {}
    before: list[dict[tuple[int, str, str], int]] = []
    with thirty_writing(store, panels, acknowledged) as saves:
        for number in range(3):
            for _ in range(100):
                assert saves.acquire(timeout=30)
            before.append(dict(acknowledged))
            done = backup(store, tmp_path / f"{number}.zip")
            assert not done.absent
    sound(store)
    for number, had in enumerate(before):
        home = tmp_path / f"new{number}"
        restore(home, tmp_path / f"{number}.zip")
        restored = open_store(home)
        sound(restored)
        with restored.read() as tx:
            kept = {(row.entry_id, row.owner, row.question): row for row in tx.execute(answers.select())}
            lines = {row.name: row for row in tx.execute(metadata.tables["streams"].select())}
        assert had and all(place in kept and kept[place].version >= version for place, version in had.items())
        with store.read() as tx:  # the copy is the live store as it was at one moment of every stream
            for row in tx.execute(metadata.tables["audit"].select()):
                assert row.seq != lines[row.stream].length or row.hash == lines[row.stream].head
        with sqlite3.connect(home / "interview.db") as check:
            assert check.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        restored.close()


def test_a_restored_copy_gives_the_same_scores(store: Store, panel: Round, tmp_path: Path) -> None:
    from kotacerdas.interview.live import live
    from kotacerdas.levels import load_levels

    fill(store, panel, answered=115)
    backup(store, tmp_path / "copy.zip")
    restore(tmp_path / "new", tmp_path / "copy.zip")
    restored = open_store(tmp_path / "new")
    instrument = read_instrument(INSTRUMENT)

    def score(one: Store) -> Any:
        with one.read() as tx:
            rows = tx.execute(answers.select().where(answers.c.owner == ASSESSORS[0].who)).all()
        return live({row.question: int(row.value) for row in rows}, instrument, load_levels())

    assert score(restored) == score(store)
    restored.close()


# ---- a store that is there ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_store_with_content_is_replaced_only_when_asked_and_kept_aside(
    database: str, made: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    home = tmp_path / "target"
    url = request.getfixturevalue("postgres").create("target", MODEL) if database == "postgresql" else None
    there = open_store(home, url)
    panel = panel_round(there, year=2031)
    evidence.attach_file(there, panel.assessors[0], panel.entry, Layer.MARK, QUESTIONS[0], "old.pdf", PDF + b"old")
    old = contents(there)
    there.close()
    with pytest.raises(Problem, match="restore_occupied") as caught:
        restore(home, made, url=url)
    assert "--replace" in told(caught.value)
    there = open_store(home, url)
    assert contents(there) == old
    there.close()
    done = restore(home, made, url=url, replace=True)
    assert done.aside is not None and done.aside.startswith(restoring.ASIDE)
    now = open_store(home, url)
    assert len(contents(now)["answers"]) == 150
    sound(now)
    aside = home / done.aside
    if url is None:
        kept = open_store(aside)
        assert contents(kept) == old
        sound(kept)
        kept.close()
    else:
        assert [path.name for path in aside.rglob("*") if path.is_file()] == [hashlib.sha256(PDF + b"old").hexdigest()]
        with now.read() as tx:
            for name, rows in old.items():
                assert tx.execute(text(f'SELECT count(*) FROM "{done.aside}"."{name}"')).scalar() == len(rows)
    again = restore_again(now, home, made, url)
    assert again != done.aside and (home / done.aside).is_dir() and (home / again).is_dir()
    assert leftovers(home) == []


def restore_again(store: Store, home: Path, file: Path, url: str | None) -> str:
    store.close()
    done = restore(home, file, url=url, replace=True)
    assert done.aside is not None
    return done.aside


def test_a_store_without_rows_is_no_content(made: Path, tmp_path: Path, postgres: Cluster) -> None:
    for url in (None, postgres.create("empty", MODEL)):
        home = tmp_path / ("pg" if url else "sqlite")
        open_store(home, url).close()
        assert restore(home, made, url=url).aside is None
        restored = open_store(home, url)
        sound(restored)
        restored.close()


@pytest.mark.parametrize("what", [b"", b"garbage" * 1000, b"SQLite format 3\x00" + bytes(5000)])
def test_a_damaged_store_is_content_and_can_be_replaced(what: bytes, made: Path, tmp_path: Path) -> None:
    home = tmp_path / "target"
    home.mkdir()
    (home / "interview.db").write_bytes(what)
    (home / "interview.db-wal").write_bytes(b"a wal of the damaged store" * 50)
    with pytest.raises(Problem, match="restore_occupied"):
        restore(home, made)
    assert (home / "interview.db").read_bytes() == what
    assert (home / "interview.db-wal").exists()
    done = restore(home, made, replace=True)
    assert done.aside is not None
    assert (home / done.aside / "interview.db").read_bytes() == what
    assert (home / done.aside / "interview.db-wal").exists()
    restored = open_store(home)
    sound(restored)
    restored.close()


def test_a_store_in_use_is_not_replaced(filled: Store, made: Path, home: Path) -> None:
    with filled.read() as tx:
        tx.execute(answers.select()).first()
        with pytest.raises(Problem, match="restore_busy") as caught:
            restore(home, made, replace=True)
        told(caught.value)
    with pytest.raises(Problem, match="restore_busy"):  # an idle connection would go on writing to the old file
        restore(home, made, replace=True)
    sound(filled)


def test_two_restores_at_once(made: Path, tmp_path: Path) -> None:
    home = tmp_path / "target"
    with restoring._alone(home, "interview.db"), pytest.raises(Problem, match="restore_running") as caught:
        restore(home, made)
    told(caught.value)
    restore(home, made)


def test_a_tryout_never_becomes_the_real_store(tmp_path: Path) -> None:
    tryout = open_store(tmp_path / "home", name="tryout.db")
    panel = panel_round(tryout)
    record_rows(tryout)
    evidence.attach_file(tryout, panel.assessors[0], panel.entry, Layer.MARK, QUESTIONS[0], "a.pdf", PDF)
    backup(tryout, tmp_path / "tryout.zip")
    tryout.close()
    with pytest.raises(Problem, match="restore_kind") as caught:
        restore(tmp_path / "real", tmp_path / "tryout.zip")
    told(caught.value)
    restore(tmp_path / "other", tmp_path / "tryout.zip", name="tryout.db")
    again = open_store(tmp_path / "other", name="tryout.db")
    sound(again)
    assert again.evidence.name == "tryout-evidence"
    again.close()


# ---- damaged and hostile backups ---------------------------------------------------------------------------------


def rebuilt(
    file: Path,
    change: Callable[[dict[str, bytes]], None],
    *,
    renew: bool = True,
    manifest: Callable[[dict[str, Any]], None] | None = None,
) -> Path:
    """A backup with its members changed; `renew` makes the manifest agree, as somebody would who forges one."""
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    if renew:
        said = json.loads(members.pop("manifest.json"))
        said["members"] = {
            name: {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
            for name, content in members.items()
        }
        said["tables"] = {
            name.split("/")[1][:-6]: content.count(b"\n") - 1
            for name, content in members.items()
            if name.startswith("tables/")
        }
        if manifest:
            manifest(said)
        members["manifest.json"] = json.dumps(said).encode()
    target = file.with_name("forged.zip")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target


def edit(table: str, change: Callable[[list[list[Any]]], None]) -> Callable[[dict[str, bytes]], None]:
    """A change of the rows of a table (the first holds the names of the columns)."""

    def apply(members: dict[str, bytes]) -> None:
        name = f"tables/{table}.jsonl"
        rows = [json.loads(line) for line in members[name].splitlines()]
        change(rows)
        members[name] = b"".join(json.dumps(row, separators=(",", ":")).encode() + b"\n" for row in rows)

    return apply


def refused(file: Path, home: Path) -> str:
    """Key and reason of the refusal; nothing may be left or changed."""
    with pytest.raises(Problem) as caught:
        restore(home, file)
    told(caught.value)
    assert not (home / "interview.db").exists() and leftovers(home) == []
    assert not [path for path in home.rglob("evidence/*/*") if path.is_file()]
    what = caught.value.params.get("what")
    return f"{caught.value.key}:{what.key}" if what is not None else caught.value.key  # type: ignore[attr-defined]


def test_a_forged_member_needs_more_than_a_forged_manifest(made: Path, tmp_path: Path) -> None:
    home = tmp_path / "target"

    def mark(rows: list[list[Any]]) -> None:
        rows[1][rows[0].index("value")] = "1" if rows[1][rows[0].index("value")] != "1" else "2"

    assert refused(rebuilt(made, edit("answers", mark), renew=False), home) == "backup_damaged:backup_hash"
    assert refused(rebuilt(made, edit("answers", mark)), home) == "restore_trail"

    def trail(rows: list[list[Any]]) -> None:
        column = rows[0].index("after")
        row = next(row for row in rows[1:] if '"value":"' in (row[column] or ""))
        row[column] = row[column].replace('"value":"', '"value":"4')

    assert refused(rebuilt(made, edit("audit", trail)), home) == "restore_trail"
    assert refused(rebuilt(made, edit("audit", lambda rows: rows.pop())), home) == "restore_trail"
    assert refused(rebuilt(made, edit("audit", lambda rows: rows.pop(3))), home) == "restore_trail"
    assert refused(rebuilt(made, edit("answers", lambda rows: rows.pop())), home) == "restore_trail"
    assert refused(rebuilt(made, edit("evidence", lambda rows: rows.pop())), home) == "restore_trail"

    def hide(rows: list[list[Any]]) -> None:
        rows[-1][rows[0].index("ended_at")] = "2026-01-01T00:00:00.000000+00:00"

    assert refused(rebuilt(made, edit("evidence", hide)), home) == "restore_trail"
    assert refused(rebuilt(made, edit("seats", lambda rows: rows.clear() or rows.append([]))), home) == (
        "backup_damaged:backup_columns"
    )

    def head(rows: list[list[Any]]) -> None:
        for row in rows[1:]:
            row[rows[0].index("head")] = "f" * 64

    assert refused(rebuilt(made, edit("streams", head)), home) == "backup_damaged:backup_streams"

    def both(said: dict[str, Any]) -> None:
        said["streams"] = {name: one | {"head": "f" * 64} for name, one in said["streams"].items()}

    assert refused(rebuilt(made, edit("streams", head), manifest=both), home) == "restore_trail"


@pytest.mark.parametrize(
    ("table", "column", "value", "why"),
    [
        ("answers", "note", "a\x00b", "backup_row"),
        ("answers", "note", 5, "backup_row"),
        ("answers", "note", None, "backup_row"),
        ("answers", "note", "\ud800", "backup_row"),
        ("answers", "flag", 1, "backup_row"),
        ("answers", "version", True, "backup_row"),
        ("answers", "version", 2**40, "backup_row"),
        ("answers", "version", 1.5, "backup_row"),
        ("answers", "question", "x" * 41, "backup_row"),
        ("answers", "value", {"a": 1}, "backup_row"),
        ("answers", "id", 2, "backup_references"),
        ("answers", "entry_id", 99, "backup_references"),
    ],
)
def test_rows_that_fit_no_database_are_refused(
    made: Path, tmp_path: Path, table: str, column: str, value: object, why: str
) -> None:
    def change(rows: list[list[Any]]) -> None:
        rows[1][rows[0].index(column)] = value

    assert refused(rebuilt(made, edit(table, change)), tmp_path / "target") == f"backup_damaged:{why}"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda members: members.pop("manifest.json"), "backup_manifest"),
        (lambda members: members.update({"manifest.json": b"[" * 100_000}), "backup_manifest"),
        (lambda members: members.update({"manifest.json": b"{}"}), "backup_manifest"),
        (lambda members: members.update({"manifest.json": b"\xff\xfe"}), "backup_manifest"),
        (lambda members: members.pop("tables/answers.jsonl"), "backup_member"),
        (lambda members: members.update({"../../etc/cron.d/x": b"x"}), "zip_name"),
        (lambda members: members.update({"/etc/passwd": b"x"}), "zip_name"),
        (lambda members: members.update({"C:\\x": b"x"}), "zip_name"),
        (lambda members: members.update({"evidence/../../x": b"x"}), "zip_name"),
        (lambda members: members.update({"evidence/ab/" + "0" * 64: b"x"}), "backup_strange"),
        (lambda members: members.update({"evidence/00/" + "0" * 64: b"x"}), "backup_member"),
        (lambda members: members.update({"tables/users.jsonl": b"[]\n"}), "backup_member"),
        (lambda members: members.update({"readme.txt": b"x"}), "backup_strange"),
        (lambda members: members.update({"evidence/": b""}), "backup_strange"),
        (lambda members: members.update({"tables/answers.jsonl": bytes(50 << 20)}), "zip_bomb"),
    ],
)
def test_hostile_members_are_refused(
    made: Path, tmp_path: Path, change: Callable[[dict[str, bytes]], None], why: str
) -> None:
    assert refused(rebuilt(made, change, renew=False), tmp_path / "target") == f"backup_damaged:{why}"


def test_hostile_members_with_a_manifest_that_agrees(made: Path, tmp_path: Path) -> None:
    home = tmp_path / "target"
    digest = hashlib.sha256(PDF).hexdigest()
    place = f"evidence/{digest[:2]}/{digest}"
    for change, why in (
        (lambda members: members.update({place: b"MZ other"}), "backup_hash"),
        (lambda members: members.update({place: PDF + bytes(11 << 20)}), "zip_bomb"),
        (lambda members: members.update({place: os.urandom(11 << 20)}), "backup_size"),
        (lambda members: members.pop(place), "backup_evidence"),
        (
            lambda members: members.update({"evidence/" + (h := hashlib.sha256(b"x").hexdigest())[:2] + "/" + h: b"x"}),
            "backup_evidence",
        ),
        (lambda members: members.update({"tables/users.jsonl": b'["id"]\n'}), "backup_manifest"),
        (lambda members: members.pop("tables/seats.jsonl"), "backup_manifest"),
        (lambda members: members.update({"tables/seats.jsonl": b""}), "backup_count"),
        (lambda members: members.update({"tables/seats.jsonl": b"[" * 900_000}), "backup_columns"),
        (
            lambda members: members.update({"tables/seats.jsonl": b'["' + os.urandom(3 << 20).hex().encode()}),
            "backup_row",
        ),
    ):
        assert refused(rebuilt(made, change), home) == f"backup_damaged:{why}"
    fewer = rebuilt(made, lambda _: None, manifest=lambda said: said["tables"].update(answers=149))
    assert refused(fewer, home) == "backup_damaged:backup_count"


def test_newer_formats_and_tables_are_told(made: Path, tmp_path: Path) -> None:
    home = tmp_path / "target"
    newer = rebuilt(made, lambda _: None, manifest=lambda said: said.update(version=2, colour="new"))
    assert refused(newer, home) == "backup_newer"
    newer = rebuilt(made, lambda _: None, manifest=lambda said: said.update(table_version="9999"))
    assert refused(newer, home) == "backup_newer"
    for key, value in (("version", "1"), ("format", "x"), ("absent", "x"), ("extra", 1), ("tables", {"answers": -1})):
        strange = rebuilt(made, lambda _: None, manifest=lambda said, k=key, v=value: said.update({k: v}))
        assert refused(strange, home) == "backup_damaged:backup_manifest"


def test_links_and_twins_in_a_backup_are_refused(made: Path, tmp_path: Path) -> None:
    home = tmp_path / "target"
    linked = shutil.copy(made, tmp_path / "linked.zip")
    info = zipfile.ZipInfo("evidence/aa/" + "a" * 64)
    info.external_attr = 0o120777 << 16
    with zipfile.ZipFile(linked, "a") as archive:
        archive.writestr(info, "/etc/passwd")
    assert refused(linked, home) == "backup_damaged:zip_symlink"
    twin = shutil.copy(made, tmp_path / "twin.zip")
    with warnings.catch_warnings(), zipfile.ZipFile(twin, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("tables/answers.jsonl", b"[]\n")
    assert refused(twin, home) == "backup_damaged:zip_twice"


def test_what_is_no_backup_at_all(tmp_path: Path, sqlite_store: Store, home: Path) -> None:
    target = tmp_path / "target"
    assert refused(tmp_path / "nowhere.zip", target) == "backup_missing"
    for content in (b"", b"x", b"PK\x05\x06" + bytes(18), b"PK" * 5_000):
        (tmp_path / "x.zip").write_bytes(content)
        assert refused(tmp_path / "x.zip", target).startswith("backup_damaged:")
    assert refused(home / "interview.db", target) == "backup_damaged:zip_damaged"
    with pytest.raises(Problem):
        restore(target, tmp_path)


def test_no_damaged_byte_goes_unnoticed(made: Path, tmp_path: Path) -> None:
    """A byte changed anywhere: refused, or (where the zip format does not care) the same content."""
    whole = made.read_bytes()
    chance = random.Random(4)
    places = [chance.randrange(len(whole)) for _ in range(60)] + list(range(len(whole) - 40, len(whole)))
    with zipfile.ZipFile(made) as archive:
        good = {name: archive.read(name) for name in archive.namelist()}
    for place in places:
        (tmp_path / "x.zip").write_bytes(whole[:place] + bytes([whole[place] ^ 0x41]) + whole[place + 1 :])
        try:
            with backup_archive.open_backup(tmp_path / "x.zip") as archive_:
                for table in metadata.sorted_tables:
                    list(archive_.rows(table))
                for digest in archive_.digests:
                    archive_.evidence(digest)
        except Problem as problem:
            assert problem.key == "backup_damaged" and told(problem)
        else:
            with zipfile.ZipFile(tmp_path / "x.zip") as archive:
                assert {name: archive.read(name) for name in archive.namelist()} == good
    for cut in (0, 1, 100, len(whole) // 2, len(whole) - 1):
        (tmp_path / "x.zip").write_bytes(whole[:cut])
        assert refused(tmp_path / "x.zip", tmp_path / "target").startswith("backup_damaged:")


def test_thousands_of_strange_files_are_refused_at_the_first(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def many(members: dict[str, bytes]) -> None:
        members.update({f"evidence/00/{number:064x}": b"x" for number in range(3_000)})

    read, opened = zipfile.ZipFile.open, []

    def counted(*given: object, **named: object) -> object:
        opened.append(given)
        return read(*given, **named)  # type: ignore[arg-type]

    file = rebuilt(made, many)
    monkeypatch.setattr(zipfile.ZipFile, "open", counted)
    assert refused(file, tmp_path / "target") == "backup_damaged:backup_hash"
    assert len(opened) < 5


# ---- the disk, and kills -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS])
def test_a_failing_disk_leaves_no_half_backup(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    panel_round(sqlite_store)

    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    folder = tmp_path / "out"
    with monkeypatch.context() as patch:
        patch.setattr(part_file.os, "fsync", fail)
        with pytest.raises(Problem) as caught:
            backup(sqlite_store, folder / "copy.zip")
    assert caught.value.key in ("disk_full", "disk_read_only") and told(caught.value)
    assert list(folder.iterdir()) == []
    backup(sqlite_store, folder / "copy.zip")


def test_too_little_space_for_a_restore_is_told_before_anything(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(restoring.shutil, "disk_usage", lambda _: usage._replace(free=1000))
    assert refused(made, tmp_path / "target") == "disk_full"


def test_a_backup_on_a_really_full_disk(made: Path, tmp_path: Path, filled: Store) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no right to mount a small disk")
    try:
        (disk / "filler").write_bytes(os.urandom(52 << 10))
        with pytest.raises(Problem, match="disk_full"):
            backup(filled, disk / "copy.zip")
        with pytest.raises(Problem):
            restore(disk / "home", made)
        assert sorted(path.name for path in disk.iterdir()) in (["filler"], ["filler", "home"])
        assert not (disk / "home" / "interview.db").exists()
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


EVERY = os.environ.get("KOTACERDAS_RESTORE_STEPS") == "all"
"""Whether a restore is killed at every step, as in the soak, or once at every line of code that makes one."""


def restoring_until(step: int, home: Path, file: Path, url: str | None) -> int | list[str]:
    """Restore in a child that is killed at its `step`-th call that touches the disk or the database (0: never).
    Returns how the child ended, or those calls."""
    return counting(
        step,
        lambda: restore(home, file, url=url, replace=True),
        *[(Path, name) for name in ("replace", "rename", "unlink", "mkdir", "hardlink_to")],
        *[(restoring, name) for name in ("sync_folder", "_load", "_verify", "_copy", "migrate")],
        (os, "fsync"),
    )


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_kill_at_every_step_of_a_restore_leaves_the_old_or_the_new(
    database: str, made: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """R2, at the steps that touch the disk or the database."""
    home = tmp_path / "target"
    cluster = request.getfixturevalue("postgres") if database == "postgresql" else None
    url = cluster.create("killed", MODEL) if cluster else None
    there = open_store(home, url)
    panel = panel_round(there, year=2031)
    evidence.attach_file(there, panel.assessors[0], panel.entry, Layer.MARK, QUESTIONS[0], "old.pdf", PDF + b"old")
    old = contents(there)
    there.close()
    saved = shutil.copytree(home, tmp_path / "saved")
    other = cluster.create("counted", "killed") if cluster else None
    calls = restoring_until(0, shutil.copytree(home, tmp_path / "counted"), made, other)
    assert isinstance(calls, list) and len(calls) > 15
    steps = list(range(1, len(calls) + 1)) if EVERY else first_of_each(calls)
    for step in [*steps, len(calls)]:
        if url is None:
            shutil.rmtree(home)
            shutil.copytree(saved, home)
        assert restoring_until(step, home, made, url) == -signal.SIGKILL
        after = open_store(home, url)
        state = contents(after)
        assert state == old or len(state["answers"]) == 150
        sound(after)
        after.close()
        assert state == old or step > len(calls) // 2
    assert isinstance(restoring_until(0, home, made, url), list)
    new = open_store(home, url)
    assert len(contents(new)["answers"]) == 150
    sound(new)
    new.close()
    assert leftovers(home) == []


def test_kill_during_a_backup_leaves_no_backup(filled: Store, home: Path, tmp_path: Path) -> None:
    filled.close()
    out = tmp_path / "out"

    def work() -> None:
        kill_at(1, (backup_archive.Writer, "finish"))
        backup(open_store(home), out / "copy.zip")

    assert forked(work) == -signal.SIGKILL
    (left,) = out.iterdir()
    assert left.name != "copy.zip"
    os.utime(left, (1, 1))  # as old as what nobody writes to any more
    again = open_store(home)
    backup(again, out / "copy.zip")
    assert [path.name for path in out.iterdir()] == ["copy.zip"]
    again.close()


# ---- the commands ------------------------------------------------------------------------------------------------


def run(*arguments: object, lang: str = "en") -> int:
    return cli.main(["--lang", lang, *map(str, arguments)])


def test_the_commands(filled: Store, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    filled.close()
    file = tmp_path / "copy.zip"
    for lang in LANGUAGES:
        assert run("backup", file.with_stem(lang), "--home", home, lang=lang) == 0
        assert run("audit", "verify", "--home", home, lang=lang) == 0
    capsys.readouterr()
    assert run("backup", file, "--home", home, "--json") == 0
    made = json.loads(capsys.readouterr().out)
    assert made["evidence"] == 2 and made["rows"]["answers"] == 150
    assert run("backup", file, "--home", home) == 2
    assert "exists already" in capsys.readouterr().err
    new = tmp_path / "new"
    assert run("restore", file, "--home", new) == 0
    assert "evidence files" in capsys.readouterr().out
    assert run("restore", file, "--home", new) == 2
    assert "--replace" in capsys.readouterr().err
    assert run("restore", file, "--home", new, "--replace", lang="id") == 0
    assert "before-restore-" in capsys.readouterr().out
    assert run("audit", "verify", "--home", new, "--json") == 0
    assert json.loads(capsys.readouterr().out)["streams"] == made["streams"]
    with sqlite3.connect(new / "interview.db") as db:
        db.execute("UPDATE answers SET value = '1', note = 'changed'")
    assert run("audit", "verify", "--home", new) == 1
    assert "faults found" in capsys.readouterr().out
    assert run("audit", "verify", "--home", tmp_path / "nowhere") == 2
    assert not (tmp_path / "nowhere").exists()


def test_the_environment_names_the_store(
    sqlite_store: Store, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sqlite_store.close()
    monkeypatch.setenv("KOTACERDAS_HOME", str(home))
    assert run("backup", tmp_path / "copy.zip") == 0
    assert run("backup", tmp_path / "none.zip", "--tryout") == 2
    assert not (tmp_path / "none.zip").exists()
