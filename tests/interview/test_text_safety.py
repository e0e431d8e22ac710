"""X1 and X3: whatever somebody types is kept as text and leaves the house as text, or is refused with a reason."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable

import openpyxl
import pytest
from sqlalchemy import text

from kotacerdas.i18n import LANGUAGES, Text
from kotacerdas.interview import audit, evidence, reading, trail_export
from kotacerdas.interview.answers import NOTE_LIMIT, Change, Conflict, read, save
from kotacerdas.interview.backup import backup, restore
from kotacerdas.interview.stages import Layer, Stage
from kotacerdas.interview.standing import asked, read_instrument
from kotacerdas.interview.store import Store, now, open_store
from kotacerdas.interview.tables import entries, seats
from kotacerdas.problem import Problem
from tests.interview.builders import INSTRUMENT, Round

QUESTIONS = [node.id for node in asked(read_instrument(INSTRUMENT))]
ATTACKS = {
    "script": "<script>alert(1)</script>",
    "image": "<img src=x onerror=alert(1)>",
    "svg": "<svg/onload=alert(1)>",
    "iframe": '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    "link": "javascript:alert(1)",
    "markdown": "![x](https://evil.example/x.png) [y](javascript:alert(1))",
    "equals": "=1+1",
    "command": "=cmd|' /C calc'!A0",
    "plus": "+1+1",
    "minus": "-1+1",
    "at": "@SUM(A1)",
    "tab": "\t=1+1",
    "return": "\r=1+1",
    "newline": "\n=1+1",
    "wide equals": "＝1+1",
    "wide plus": "＋1",
    "wide at": "＠x",
    "pipe": "|cmd",
    "quoted": "'=1+1",
    "lines": "a\r\nb\rc\n=1+1",
    "rtl": "\u202eevil\u202c \u2066x\u2069 \u200f",
    "hebrew": "מבחן arab العربية",
    "template": "{{7*7}} {0} {x} %s %(a)s ${x}",
    "sql": "'; DROP TABLE answers; -- % _ \\",
    "emoji": "🏙️👩‍👩‍👧‍👦",
    "json": '{"a": "\\u0000"} \\x00 "',
    "xml": "_x0000_ ]]> &lt; &#x41;",
    "separator": "a\u2028b\u2029c",
    "long": "=" + "y" * (NOTE_LIMIT - 1),
}
REFUSED = {
    "nul": "a\x00b",
    "escape": "\x1b[31mred",
    "bell": "\x07",
    "high control": "a\x9bb",
    "surrogate": "\ud800",
    "long": "x" * 100_000,
    "just too long": "x" * (NOTE_LIMIT + 1),
}
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "＝", "＋", "－", "＠")


def kept(note: str) -> str:
    """A note as it is kept: one kind of line end."""
    return note.replace("\r\n", "\n").replace("\r", "\n")


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_notes_are_kept_as_text_or_refused(store: Store, panel: Round) -> None:
    who = panel.assessors[0]
    for question, note in zip(QUESTIONS, ATTACKS.values(), strict=False):
        save(store, who, panel.entry, Layer.MARK, question, Change("3", note), base=0, key=f"k-{question}")
    with store.read() as tx:
        notes = {row.question: row.note for row in read(tx, panel.entry, Layer.MARK, who.who)}
    assert notes == {q: kept(note) for q, note in zip(QUESTIONS, ATTACKS.values(), strict=False)}
    view = reading.entry_view(store, who, panel.entry)
    assert {question: answer.note for question, answer in view.own.items()} == notes
    for number, note in enumerate(REFUSED.values()):
        with pytest.raises(Problem) as caught:
            save(store, who, panel.entry, Layer.MARK, QUESTIONS[100], Change("3", note), base=0, key=f"r-{number}")
        for lang in LANGUAGES:
            said = Text(lang).problem(caught.value)
            assert said.isprintable() and len(said) < 500
    with store.read() as tx:
        assert len(read(tx, panel.entry, Layer.MARK, who.who)) == len(ATTACKS)
    assert audit.verify(store).problems == ()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_exported_trail_holds_text_and_nothing_runs(store: Store, panel: Round, lang: str) -> None:
    who, t = panel.assessors[0], Text(lang)  # type: ignore[arg-type]
    for question, note in zip(QUESTIONS, ATTACKS.values(), strict=False):
        save(store, who, panel.entry, Layer.MARK, question, Change("3", note), base=0, key=f"k-{question}")
    with store.write() as tx:
        tx.execute(entries.update().values(stage=Stage.RECONCILIATION.value))
        tx.execute(seats.update().where(seats.c.id == panel.seats[0]).values(submitted_at=now()))
    for question, note in zip(QUESTIONS, ATTACKS.values(), strict=False):
        reason = kept(note).strip()[:2000]
        change = Change("2")
        owner = {"owner": who.who, "base": 1, "key": f"c-{question}", "reason": reason}
        save(store, panel.chair, panel.entry, Layer.MARK, question, change, **owner)  # type: ignore[arg-type]
    with pytest.raises(Conflict):
        save(
            store,
            panel.chair,
            panel.entry,
            Layer.MARK,
            QUESTIONS[0],
            Change("1"),
            owner=who.who,
            base=1,
            key="late",
            reason="=1+1",
        )
    records = reading.trail(store, panel.chair, panel.entry)
    assert len(records) == 2 * len(ATTACKS) + 1
    heads = [t(f"trail_export.{name}") for name in trail_export.COLUMNS]
    found = rows_of(trail_export.csv(records, t))
    assert found[0] == heads and len(found) == len(records) + 1
    notes, reasons = heads.index(t("trail_export.note_after")), heads.index(t("trail_export.reason"))
    for row, record in zip(found[1:], records, strict=True):
        assert not any(cell.startswith(FORMULA) for cell in row)
        note, reason = record.after["note"], record.reason or ""
        assert (row[notes].removeprefix("'") if not note.startswith("'") else row[notes][1:]) == note
        assert (row[reasons].removeprefix("'") if not reason.startswith("'") else row[reasons][1:]) == reason
    content = trail_export.xlsx(records, t, "=Kota", "2026-11-22")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist() if "sheet" in name)
    book = openpyxl.load_workbook(io.BytesIO(content))
    page = book.worksheets[0]
    for row_number, record in enumerate(records, start=2):
        cell = page.cell(row_number, notes + 1)
        assert cell.data_type == "s" and cell.value == record.after["note"]
        mark = page.cell(row_number, heads.index(t("trail_export.value_after")) + 1)
        assert mark.data_type == "n" and str(mark.value) == record.after["value"]
    assert {cell.data_type for sheet in book.worksheets for row in sheet.iter_rows() for cell in row} <= {"s", "n", "b"}


def test_the_export_is_as_blind_as_the_screen(sqlite_store: Store) -> None:
    from tests.interview.builders import panel_round

    panel = panel_round(sqlite_store)
    who = panel.assessors[0]
    save(sqlite_store, who, panel.entry, Layer.MARK, QUESTIONS[0], Change("3", "SECRET"), base=0, key="k")
    link = "https://secret.example.go.id/"
    evidence.attach_link(sqlite_store, who, panel.entry, Layer.MARK, QUESTIONS[0], link)
    for actor in (panel.chair, panel.admin):
        records = reading.trail(sqlite_store, actor, panel.entry)
        for lang in LANGUAGES:
            exported = trail_export.csv(records, Text(lang)).decode()
            assert "SECRET" not in exported and "secret.example" not in exported and "TRUE" in exported


def test_attacks_survive_a_backup_into_another_store(sqlite_store: Store, postgres_store: Store) -> None:
    from tests.interview.builders import panel_round
    from tests.interview.recorded import record_rows

    for store in (sqlite_store, postgres_store):
        panel = panel_round(store)
        record_rows(store)
        who = panel.assessors[0]
        for question, note in zip(QUESTIONS, ATTACKS.values(), strict=False):
            save(store, who, panel.entry, Layer.MARK, question, Change("3", note), base=0, key=f"k-{question}")
        file = store.home / f"{store.engine.dialect.name}.zip"
        backup(store, file)
        new = store.home / f"new-{store.engine.dialect.name}"
        restore(new, file)
        restored = open_store(new)
        with restored.read() as tx:
            notes = [row.note for row in read(tx, panel.entry, Layer.MARK)]
        assert sorted(notes) == sorted(map(kept, ATTACKS.values()))
        restored.close()


@pytest.mark.parametrize("attack", [*ATTACKS.values(), *REFUSED.values()])
def test_every_other_text_is_kept_or_refused_too(sqlite_store: Store, attack: str) -> None:
    """Questions, owners, keys, reasons, file names and links: a `Problem` with a sentence, or kept; never an error."""
    from tests.interview.builders import panel_round
    from tests.interview.files import PDF

    panel = panel_round(sqlite_store)
    who, entry = panel.assessors[0], panel.entry
    calls: list[Callable[[], object]] = [
        lambda: save(sqlite_store, who, entry, Layer.MARK, attack, Change("3"), base=0, key="a"),
        lambda: save(sqlite_store, who, entry, Layer.MARK, QUESTIONS[0], Change("3"), owner=attack, base=0, key="b"),
        lambda: save(sqlite_store, who, entry, Layer.MARK, QUESTIONS[0], Change("3"), base=0, key=attack),
        lambda: save(sqlite_store, who, entry, Layer.MARK, QUESTIONS[0], Change(attack), base=0, key="c"),
        lambda: save(sqlite_store, who, entry, Layer.MARK, QUESTIONS[1], Change("3"), base=0, key="d", reason=attack),
        lambda: evidence.attach_file(sqlite_store, who, entry, Layer.MARK, attack, "a.pdf", PDF),
        lambda: evidence.attach_file(sqlite_store, who, entry, Layer.MARK, QUESTIONS[0], f"{attack}.pdf", PDF),
        lambda: evidence.attach_file(sqlite_store, who, entry, Layer.MARK, QUESTIONS[0], attack, PDF),
        lambda: evidence.attach_link(sqlite_store, who, entry, Layer.MARK, QUESTIONS[0], attack),
        lambda: evidence.withdraw(sqlite_store, who, 1, attack),
    ]
    for call in calls:
        try:
            call()
        except Problem as problem:
            for lang in LANGUAGES:
                assert Text(lang).problem(problem).isprintable()
    assert audit.verify(sqlite_store).problems == () and not list(evidence.trail_problems(sqlite_store))
    with sqlite_store.read() as tx:
        assert tx.execute(text("SELECT count(*) FROM answers")).scalar() is not None
