"""Files from outside: every case has its verdict, read or refused; nothing is guessed and nothing explodes."""

from __future__ import annotations

import io
import resource
import zipfile
from collections.abc import Callable

import openpyxl
import pytest
import xlsxwriter

from kotacerdas import intake
from kotacerdas.i18n import LANGUAGES, Text
from kotacerdas.intake import LARGEST, Sent, date_as_range, read_table
from kotacerdas.problem import Problem

NEEDED = ("code", "question", "value")
KNOWN = ("group", "name")


def read(content: bytes | str, name: str = "hasil.csv") -> Sent:
    raw = content.encode("utf-8") if isinstance(content, str) else content
    return read_table(raw, name, NEEDED, KNOWN)


def refused(content: bytes | str, key: str, name: str = "hasil.csv") -> Problem:
    with pytest.raises(Problem) as caught:
        read(content, name)
    assert caught.value.key == key, caught.value
    for lang in LANGUAGES:
        sentence = Text(lang).problem(caught.value)
        assert "\n" not in sentence and len(sentence) < 400 and "{" not in sentence
    return caught.value


def workbook(fill: Callable[[openpyxl.Workbook], None] | None = None, rows: list[list[object]] | None = None) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in rows or [["code", "question", "value"], ["35.77", "q1", 3.2]]:
        sheet.append(row)
    if fill is not None:
        fill(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


HEAD = "code,question,value\n"


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "35.77,q1,3.2\n",
        "\ufeff" + HEAD + "35.77,q1,3.2",
        "code;question;value\r\n35.77;q1;3.2\r\n",
        "sep=;\ncode;question;value\n35.77;q1;3.2\n",
        "code\tquestion\tvalue\r35.77\tq1\t3.2\r",
        "Value, Question ,CODE\n3.2,q1,\u00a035.77 \n",
        HEAD + "35.77,q1,3.2\n,,\n\n",
        'code,question,value\n"35.77","q1","3.2"\n',
    ],
    ids=["plain", "mark", "semicolon", "sep", "tab", "reordered", "empty lines", "quoted"],
)
def test_csv_as_spreadsheets_write_it_is_read(text: str) -> None:
    (line,) = read(text).lines
    assert dict(line.cells) == {"code": "35.77", "question": "q1", "value": "3.2"}


def test_utf_16_with_its_mark_is_read() -> None:
    assert read((HEAD + "35.77,q1,3.2\n").encode("utf-16")).lines[0].cells["code"] == "35.77"


def test_a_name_na_stays_a_name_and_codes_keep_their_zeros() -> None:
    (line,) = read("code,question,value,name\n11.10,q1,3,NA\n").lines
    assert (line.cells["code"], line.cells["name"]) == ("11.10", "NA")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "intake_empty"),
        (HEAD, "intake_empty"),
        ("kode,question,value\n1,2,3\n", "intake_columns"),
        ("code,question,value,nilai\n35.77,q1,3,4\n", "intake_column"),
        ("code,question,value,value\n35.77,q1,3,4\n", "intake_column_twice"),
        ("Hasil 2025\n\n" + HEAD + "35.77,q1,3\n", "intake_header"),
        (HEAD + "35.77,q1,3,25\n", "intake_width"),
        (HEAD + '35.77,"q1,3\n', "intake_quote"),
        (HEAD + "35.77,q1," + "3" * 1_000_000, "intake_quote"),
        (HEAD.encode() + b"35.77,q1,\xe9\n", "intake_encoding"),
        (HEAD + "35.77,q1,3\x00\n", "intake_encoding"),
        (HEAD + "35.77,q1,3\n" * 20_001, "intake_rows_many"),
        ("code,question,value" + ",x" * 300 + "\n", "intake_columns_many"),
    ],
)
def test_csv_that_cannot_stand_is_one_sentence(text: bytes | str, key: str) -> None:
    refused(text, key)


def test_a_decimal_comma_that_shifts_a_column_names_its_row() -> None:
    assert refused(HEAD + "35.77,q1,3.0\n35.77,q2,3,25\n", "intake_width").params["row"] == 3


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"\xd0\xcf\x11\xe0" + b"0" * 500, "hasil.xlsx"),
        (b"\xd0\xcf\x11\xe0" + b"0" * 500, "hasil.xls"),
        (workbook(), "hasil.xlsm"),
        (workbook(), "hasil.csv"),
        (b"MZ" + b"0" * 500, "hasil.csv"),
        (b"MZ" + b"0" * 500, "hasil.xlsx"),
        (b"code,question,value\n", "hasil.exe"),
        (b"code,question,value\n", "hasil"),
    ],
    ids=["encrypted", "xls", "macro name", "xlsx as csv", "exe as csv", "exe as xlsx", "exe", "no ending"],
)
def test_other_kinds_of_file_are_refused_by_name(content: bytes, name: str) -> None:
    refused(content, "intake_kind", name)


def test_a_workbook_is_read_with_its_kinds_of_cells() -> None:
    sent = read(workbook(rows=[["code", "question", "value"], ["35.77", "q1", 3], ["35.78", "q2", "3,4 "]]), "a.xlsx")
    assert sent.sheet == "Sheet" and [line.number for line in sent.lines] == [2, 3]
    assert sent.lines[0].kinds["value"] == "number" and sent.lines[1].cells["value"] == "3,4"


def test_another_sheet_without_the_columns_does_not_matter_but_two_with_them_do() -> None:
    def notes(book: openpyxl.Workbook) -> None:
        book.create_sheet("Catatan").append(["Sumber", "Surat"])

    assert read(workbook(notes), "a.xlsx").sheet == "Sheet"

    def twice(book: openpyxl.Workbook) -> None:
        other = book.create_sheet("Lain")
        other.append(["code", "question", "value"])
        other.append(["35.78", "q1", 4])

    refused(workbook(twice), "intake_sheets", "a.xlsx")


def test_formulae_and_hidden_rows_are_refused_with_their_place() -> None:
    formula = workbook(rows=[["code", "question", "value"], ["35.77", "q1", "=1+2"]])
    assert refused(formula, "intake_formula", "a.xlsx").params["row"] == 2

    def hide(book: openpyxl.Workbook) -> None:
        book.active.append(["35.77", "q2", 4])
        book.active.row_dimensions[3].hidden = True

    assert refused(workbook(hide), "intake_hidden", "a.xlsx").params["row"] == 3


def bomb(kind: str) -> bytes:
    """Files that ask for far more than they are."""
    if kind == "two cells":
        buffer = io.BytesIO()
        with xlsxwriter.Workbook(buffer) as book:
            sheet = book.add_worksheet()
            for at, name in enumerate(NEEDED):
                sheet.write(0, at, name)
            sheet.write(1_048_575, 16_383, "x")
        return buffer.getvalue()
    if kind == "rows":
        return workbook(rows=[list(NEEDED), *([["35.77", "q1", 3]] * 20_500)])
    if kind == "text":  # one long shared string, thousands of times
        buffer = io.BytesIO()
        with xlsxwriter.Workbook(buffer) as book:
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, NEEDED)
            for at in range(1, 6_000):
                sheet.write_row(at, 0, ["35.77", "x" * 9_900, 3])
        return buffer.getvalue()
    source = zipfile.ZipFile(io.BytesIO(workbook()))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.namelist():
            content = source.read(member)
            if kind == "entities" and member.endswith("sheet1.xml"):
                head = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + b"".join(
                    b'<!ENTITY %c "%s">' % (98 + at, b"&%c;" % (97 + at) * 10) for at in range(9)
                )
                content = content.replace(b"<worksheet", head + b"]><worksheet", 1).replace(b"q1", b"&j;")
            if kind == "zeros" and member.endswith("sheet1.xml"):
                content = content + b" " * 60_000_000
            target.writestr(member, content)
        if kind == "path":
            target.writestr("../../evil.xml", b"x")
        if kind == "macro":
            target.writestr("xl/vbaProject.bin", b"x")
        if kind == "symlink":
            link = zipfile.ZipInfo("xl/link")
            link.external_attr = 0o120777 << 16
            target.writestr(link, "/etc/passwd")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("two cells", "intake_rows_many"),
        ("rows", "intake_rows_many"),
        ("text", "intake_text"),
        ("entities", "intake_damaged"),
        ("zeros", "intake_zip"),
        ("path", "intake_zip"),
        ("symlink", "intake_zip"),
        ("macro", "intake_kind"),
    ],
)
def test_bombs_are_refused_and_this_process_does_not_grow(kind: str, key: str) -> None:
    content = bomb(kind)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    refused(content, key, "a.xlsx")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150_000, "kilobytes"


def test_a_large_file_is_refused_before_anything_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake.subprocess, "run", lambda *_, **__: pytest.fail("a process was started"))
    refused(b"x" * (LARGEST + 1), "intake_large")


def test_a_damaged_workbook_is_one_sentence() -> None:
    whole = workbook()
    refused(whole[: len(whole) // 2], "intake_zip", "a.xlsx")


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("01-Apr", "1-4"), ("1-Apr", "1-4"), ("01-Mei", "1-5"), ("01-Agu", "1-8"), ("01-Okt", "1-10"),
        ("01-Des", "1-12"), ("Apr-01", "1-4"), ("2025-04-01 00:00:00", "1-4"), ("45748", "1-4"),
        ("3", None), ("3,25", None), ("q1", None), ("", None), ("12-Xyz", None),
    ],
)  # fmt: skip
def test_dates_that_were_ranges_are_offered_back(text: str, offered: str | None) -> None:
    assert date_as_range(text) == offered
