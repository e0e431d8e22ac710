"""Evidence: what is taken, where it is kept, who sees it, and that nothing is half there."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import struct
import subprocess
import time
import warnings
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from kotacerdas.i18n import LANGUAGES, Text
from kotacerdas.interview import audit, evidence, evidence_files, file_kinds, part_file
from kotacerdas.interview import store as stores
from kotacerdas.interview.evidence_links import clean_link, host_of
from kotacerdas.interview.file_kinds import LARGEST, clean_name, recognise
from kotacerdas.interview.roles import Actor
from kotacerdas.interview.stages import Layer, Stage
from kotacerdas.interview.standing import asked, read_instrument
from kotacerdas.interview.store import Store, open_store
from kotacerdas.interview.tables import entries, seats
from kotacerdas.interview.tables import evidence as table
from kotacerdas.problem import Problem
from tests.interview.builders import INSTRUMENT, Round, panel_round
from tests.interview.files import DOCX_TYPE, JPEG, PDF, PNG, PPTX_TYPE, XLSX_TYPE, content_types, office, zip_of
from tests.interview.killing import killed_after

QUESTION = asked(read_instrument(INSTRUMENT))[0].id
ROOT = Path(__file__).resolve().parents[2]


def told(problem: Problem) -> str:
    """The sentence in both languages, which must be there and fill all placeholders."""
    said = {lang: Text(lang).problem(problem) for lang in LANGUAGES}
    assert all(said.values()) and said["id"] != said["en"]
    return said["en"]


def refusal(name: str, content: bytes) -> str:
    with pytest.raises(Problem) as caught:
        recognise(name, content)
    told(caught.value)
    what = caught.value.params.get("what")
    return f"{caught.value.key}:{what.key}" if what is not None else caught.value.key  # type: ignore[attr-defined]


def files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def rows_of(store: Store) -> list[object]:
    with store.read() as tx:
        return list(tx.execute(table.select()))


def move_to(store: Store, entry: int, stage: Stage, *, opened: bool = False) -> None:
    with store.write() as tx:
        tx.execute(entries.update().where(entries.c.id == entry).values(stage=stage.value, opened=opened))


def relation(kind: str, mode: str, target: str = "http://outside.invalid/a") -> bytes:
    """The relations of a part: one, as office programs write it."""
    place = "http://schemas.openxmlformats.org"
    return (
        f'<?xml version="1.0"?><Relationships xmlns="{place}/package/2006/relationships"><Relationship Id="rId1" '
        f'Type="{place}/officeDocument/2006/relationships/{kind}" Target="{target}" TargetMode="{mode}"/>'
        "</Relationships>"
    ).encode()


def packed(objects: bytes) -> bytes:
    """An object stream of a PDF."""
    stream = zlib.compress(objects)
    return b"5 0 obj << /Type /ObjStm /Filter /FlateDecode /N 1 >> stream\r\n" + stream + b"\nendstream endobj\n"


BROKEN = "evidence_kind:zip_damaged"
RELS = "xl/worksheets/_rels/sheet1.xml.rels"
REACHING = [
    ({"xl/externalLinks/externalLink1.xml": b'<ddeLink ddeService="cmd"/>'}, "evidence_kind:file_outside"),
    ({"xl/ExternalLinks/a.xml": b"<x/>"}, "evidence_kind:file_outside"),
    ({RELS: relation("image", "External")}, "evidence_kind:file_outside"),
    ({RELS: relation("image", "&#69;xternal")}, "evidence_kind:file_outside"),
    ({RELS.upper(): relation("video", "external")}, "evidence_kind:file_outside"),
    ({RELS: relation("image", "External").replace(b'"', b"'")}, "evidence_kind:file_outside"),
    ({RELS: relation("externalLink", "Internal", "../a.xml")}, "evidence_kind:file_fetches"),
    ({RELS: relation("attachedTemplate", "External")}, "evidence_kind:file_fetches"),
    ({RELS: b"<!DOCTYPE x [<!ENTITY a 'External'>]>" + relation("image", "&a;")[21:]}, BROKEN),
    ({RELS: b"not xml"}, BROKEN),
]
"""Extra parts of a workbook that reach outside, and why it is refused."""
ACTING = [
    PDF + b"<< /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>",
    PDF + b"<</AA<</O<</S/J#61vaScript/JS 7 0 R>>>>>>",
    PDF + b"<< /S /Launch /F (cmd.exe) >>",
    PDF + b"<< /S/L#61u#6Ech>>",
    PDF + packed(b"<< /S /JavaScript /JS (app.alert(1)) >>"),
    PDF + packed(b"<< >>") + packed(b"<< /S /Launch >>"),
    PDF + b"% /ObjStm stream\n" + packed(b"<< /S /Launch >>"),
]
"""PDFs that run or start something."""


# ---- kinds -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("a.pdf", PDF, "application/pdf"),
        ("a.png", PNG, "image/png"),
        ("a.jpg", JPEG, "image/jpeg"),
        ("a.jpeg", JPEG, "image/jpeg"),
        ("a.docx", office(DOCX_TYPE), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.xlsx", office(XLSX_TYPE), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("a.pptx", office(PPTX_TYPE), "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
        ("a.csv", b"kode,nilai\n35.77,3\n", "text/csv"),
        ("a.txt", "catatan – כמו\n".encode(), "text/plain"),
        ("a.txt", "catatan\r\n".encode("utf-16"), "text/plain"),
        ("a.txt", "caf\xe9".encode("cp1252"), "text/plain"),
        ("a.txt", b"=1+1", "text/plain"),
        ("a.csv", b"=HYPERLINK(1),@x\n", "text/csv"),
        (
            "a.docx",
            office(extra={"word/_rels/document.xml.rels": relation("hyperlink", "External", "http://x.invalid/")}),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        ("a.pdf", PDF + b"<< /OpenAction [3 0 R /Fit] /Names 4 0 R /JavaScripting 1 /Launcher 2 >>", "application/pdf"),
        ("a.pdf", PDF + packed(b"<< /Type /Catalog >>") + packed(b"")[:40], "application/pdf"),
    ],
)
def test_accepted_kinds_are_recognised_by_content(name: str, content: bytes, media_type: str) -> None:
    assert recognise(name, content).media_type == media_type


def test_a_pdf_made_to_be_looked_at_for_ever_is_not() -> None:
    for content in (b"/ObjStm stream\n" * 600_000 + b"endstream", packed(bytes(1 << 20)) * 60, b"/ObjStm" * 1_000_000):
        begun = time.process_time()
        with suppress(Problem):
            recognise("a.pdf", PDF + content)
        assert time.process_time() - begun < 3
    assert refusal("a.pdf", PDF + packed(bytes(1 << 20)) * 60) == "evidence_kind:zip_bomb"


def test_real_workbooks_are_taken() -> None:
    import openpyxl

    buffer = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(["SYNTHETIC", 1])
    book.save(buffer)
    assert recognise("a.xlsx", buffer.getvalue()) is file_kinds.XLSX


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.pdf", b"", "evidence_empty"),
        ("a.pdf", PDF + bytes(LARGEST), "evidence_large"),
        ("a.pdf", b"MZ\x90\x00" + bytes(60), "evidence_kind:file_program"),
        ("a.txt", b"#!/bin/sh\nrm -rf /\n", "evidence_kind:file_program"),
        ("a.png", b"\x7fELF" + bytes(60), "evidence_kind:file_program"),
        ("a.pdf", PNG, "evidence_kind:file_ending"),
        ("a.exe", PDF, "evidence_kind:file_ending"),
        ("a", PDF, "evidence_kind:file_ending"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "evidence_kind:file_markup"),
        ("a.txt", b"\xef\xbb\xbf  \n<!DOCTYPE html><script>alert(1)</script>", "evidence_kind:file_markup"),
        ("a.csv", b"a,b\n<ScRiPt >alert(1)</script>,2", "evidence_kind:file_markup"),
        ("a.txt", "<html>".encode("utf-16"), "evidence_kind:file_markup"),
        ("a.txt", b"a\x00b", "evidence_kind:file_unknown"),
        ("a.txt", b"\x1b[31mred", "evidence_kind:file_unknown"),
        ("a.html", b"just text", "evidence_kind:file_ending"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "evidence_kind:file_old_office"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "evidence_kind:file_old_office"),
        ("a.docx", b"Rar!\x1a\x07" + bytes(50), "evidence_kind:file_archive"),
        ("a.docx", zip_of(("a.txt", b"x")), "evidence_kind:file_archive"),
        ("a.docx", b"PK\x03\x04garbage", "evidence_kind:zip_damaged"),
        ("a.docx", office()[:-30], "evidence_kind:zip_damaged"),
        ("a.xlsx", office(DOCX_TYPE), "evidence_kind:file_ending"),
        ("a.docx", office(extra={"word/vbaProject.bin": b"x"}), "evidence_kind:file_macro"),
        ("a.xlsx", office(XLSX_TYPE, {"xl/macrosheets/sheet1.xml": b"x"}), "evidence_kind:file_macro"),
        ("a.docx", office(extra={"word/embeddings/oleObject1.bin": b"x"}), "evidence_kind:file_macro"),
        ("a.docx", office(extra={"word/media/setup.exe": b"x"}), "evidence_kind:file_inside"),
        ("a.docx", office(extra={"word/inner.zip": b"x"}), "evidence_kind:file_inside"),
        (
            "a.docx",
            office(types=content_types("application/vnd.ms-word.document.macroEnabled.main+xml")),
            "evidence_kind:file_macro",
        ),
        (
            "a.docx",
            office(extra={"word/_rels/settings.xml.rels": b'<R Type="x/relationships/attachedTemplate"/>'}),
            "evidence_kind:file_fetches",
        ),
        (
            "a.docx",
            office(types=content_types("application/vnd.ms-word.document.macro&#69;nabled.main+xml")),
            "evidence_kind:file_macro",
        ),
        ("a.docx", office(types=b"<!DOCTYPE x [<!ENTITY a 'a'>]>" + content_types(DOCX_TYPE)[21:]), BROKEN),
        (
            "a.xlsx",
            office(types=content_types(f'{XLSX_TYPE}"/><O ContentType="x.spreadsheetml.externalLink+xml')),
            "evidence_kind:file_outside",
        ),
        *[("a.xlsx", office(XLSX_TYPE, extra), why) for extra, why in REACHING],
        *[("a.pdf", content, "evidence_kind:file_script") for content in ACTING],
        ("a.docx", office(extra={"../../../etc/cron.d/x": b"x"}), "evidence_kind:zip_name"),
        ("a.docx", office(extra={"/etc/passwd": b"x"}), "evidence_kind:zip_name"),
        ("a.docx", office(extra={"a\\..\\b": b"x"}), "evidence_kind:zip_name"),
        ("a.docx", office(extra={"bomb.xml": bytes(20 << 20)}), "evidence_kind:zip_bomb"),
        ("a.docx", office(types=content_types(DOCX_TYPE) + bytes(2 << 20)), "evidence_kind:zip_bomb"),
        ("a.docx", PDF + office(), "evidence_kind:file_ending"),
        ("a.docx", office() + b"<script>alert(1)</script>", "evidence_kind:zip_extra"),
    ],
)
def test_everything_else_is_refused_with_the_reason(name: str, content: bytes, why: str) -> None:
    assert refusal(name, content) == why  # F9


def test_zips_that_lie_about_themselves_are_refused() -> None:
    assert refusal("a.docx", b"PK\x03\x04" + bytes(26) + office()) == "evidence_kind:zip_extra"
    link = zipfile.ZipInfo("word/link")
    link.external_attr = 0o120777 << 16
    assert (
        refusal("a.docx", zip_of(("[Content_Types].xml", b"x"), (link, b"/etc/passwd"))) == "evidence_kind:zip_symlink"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        twice = zip_of(("[Content_Types].xml", b"x"), ("a.xml", b"1"), ("a.xml", b"2"))
    assert refusal("a.docx", twice) == "evidence_kind:zip_twice"
    many = zip_of(*[(f"word/{number}.xml", b"") for number in range(2_500)])
    assert refusal("a.docx", many) == "evidence_kind:zip_members"


def test_encrypted_and_overlapping_members_are_refused() -> None:
    whole = bytearray(office())
    entry = whole.index(b"PK\x01\x02")
    locked = whole.copy()
    locked[entry + 8] |= 1
    assert refusal("a.docx", bytes(locked)) == "evidence_kind:zip_encrypted"
    strange = whole.copy()
    strange[entry + 10 : entry + 12] = struct.pack("<H", 93)
    assert refusal("a.docx", bytes(strange)) == "evidence_kind:zip_compression"
    second = whole.index(b"PK\x01\x02", entry + 4)
    overlap = whole.copy()
    overlap[second + 42 : second + 46] = struct.pack("<L", 5)
    assert refusal("a.docx", bytes(overlap)) == "evidence_kind:zip_overlap"


def test_no_damaged_zip_is_more_than_a_refusal() -> None:
    whole = office(extra={"word/_rels/document.xml.rels": b"<Relationships/>"})
    for place in range(0, len(whole), 3):
        for change in (0x00, 0xFF, whole[place] ^ 0x55):
            damaged = whole[:place] + bytes([change]) + whole[place + 1 :]
            try:
                recognise("a.docx", damaged)
            except Problem as problem:
                told(problem)


# ---- names and links ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Laporan Akhir.PDF", "Laporan Akhir.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\a.docx", "a.docx"),
        ("a\x00b\x1b[31m.pdf", "ab[31m.pdf"),
        ("gambar\u202efdp.exe", "gambarfdp.exe"),
        ("a\u200b\u2066b.pdf", "ab.pdf"),
        ("a\ud800b.pdf", "ab.pdf"),
        ("  .pdf ", "pdf"),
        ("...", "file"),
        ("", "file"),
        ("CON.pdf", "_CON.pdf"),
        ('<img src=x onerror="alert(1)">.png', "_img src=x onerror=_alert(1)__.png"),
        ("a\n\tb.pdf", "a b.pdf"),
        ("Ｌａｐｏｒａｎ.pdf", "Ｌａｐｏｒａｎ.pdf"),
        ("x" * 500 + ".pdf", "x" * 116 + ".pdf"),
        ("=cmd|calc.csv", "=cmd_calc.csv"),
    ],
)
def test_names_are_only_names(given: str, kept: str) -> None:
    assert clean_name(given) == kept
    assert clean_name(kept) == kept
    assert len(clean_name(given)) <= file_kinds.LONGEST_NAME


@pytest.mark.parametrize(
    "link",
    [
        "https://example.go.id/a?b=c#d",
        "http://example.go.id",
        "HTTPS://EXAMPLE.go.id:8443/x",
        "https://example.go.id/" + "a" * 1_970,
        "https://contoh.example/laporan-ä",
    ],
)
def test_links_of_the_web_are_taken_as_they_are(link: str) -> None:
    assert clean_link(f" {link} ") == link
    assert host_of(link)


@pytest.mark.parametrize(
    "link",
    [
        "",
        "javascript:alert(1)",
        "data:text/html,<script>",
        "file:///etc/passwd",
        "ftp://example.org/",
        "//example.org/",
        "example.org",
        "https://",
        "https:///path",
        "https:example.org",
        "https://user:secret@example.org/",
        "https://user@example.org/",
        "https://@example.org/",
        "https://exa mple.org/",
        "https://example.org/\u202egpj",
        "https://example.org/\x00",
        "https://example.org\\@evil.example/",
        "https://example.org/<script>",
        "https://example.org:99999/",
        "https://example.org:port/",
        "https://[::1/",
        "https://%65xample.org/",
        "https://./",
        "https://example.org/" + "a" * 2_000,
        "https://example.org/\nhttps://evil.example",
        "https://example.org/\ud800",
    ],
)
def test_all_other_links_are_refused(link: str) -> None:
    with pytest.raises(Problem) as caught:
        clean_link(link)
    assert caught.value.key == "evidence_link"
    told(caught.value)


# ---- attaching ---------------------------------------------------------------------------------------------------


def test_a_file_is_kept_under_its_hash_and_comes_back(store: Store, panel: Round) -> None:
    who = panel.assessors[0]
    kept = evidence.attach_file(store, who, panel.entry, Layer.MARK, QUESTION, "../Foto kota.JPG", JPEG)
    digest = hashlib.sha256(JPEG).hexdigest()
    assert (kept.name, kept.media_type, kept.size, kept.sha256) == ("Foto kota.jpg", "image/jpeg", len(JPEG), digest)
    assert files_in(store.evidence) == [store.evidence / digest[:2] / digest]
    assert files_in(store.evidence)[0].stat().st_mode & 0o077 == 0
    assert evidence.open_file(store, who, kept.id) == ("Foto kota.jpg", "image/jpeg", JPEG)
    assert audit.verify(store).problems == ()
    assert [*evidence.trail_problems(store), *evidence.file_problems(store)] == []


def test_the_same_file_twice_is_one_piece_of_evidence_and_one_file(store: Store, panel: Round) -> None:
    who, other = panel.assessors[:2]
    first = evidence.attach_file(store, who, panel.entry, Layer.MARK, QUESTION, "a.pdf", PDF)
    again = evidence.attach_file(store, who, panel.entry, Layer.MARK, QUESTION, "b.pdf", PDF)
    assert again == first
    theirs = evidence.attach_file(store, other, panel.entry, Layer.MARK, QUESTION, "c.pdf", PDF)
    assert theirs.id != first.id
    assert len(files_in(store.evidence)) == 1
    link = evidence.attach_link(store, who, panel.entry, Layer.MARK, QUESTION, "https://example.go.id/x")
    assert evidence.attach_link(store, who, panel.entry, Layer.MARK, QUESTION, "https://example.go.id/x") == link
    assert (link.kind, link.name, link.sha256) == ("link", "example.go.id", None)


def test_forty_are_enough(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "MOST", 4)
    monkeypatch.setattr(evidence, "MOST_EVER", 6)
    panel = panel_round(sqlite_store)
    who = panel.assessors[0]

    def attach(number: int, actor: Actor = who) -> evidence.Evidence:
        link = f"https://example.go.id/{number}"
        return evidence.attach_link(sqlite_store, actor, panel.entry, Layer.MARK, QUESTION, link)

    kept = [attach(number) for number in range(4)]
    with pytest.raises(Problem) as caught:
        attach(5)
    assert caught.value.key == "evidence_many" and "4" in told(caught.value)
    attach(5, panel.assessors[1])  # a limit for each: the number of others' evidence is theirs
    for one in kept[:3]:
        evidence.withdraw(sqlite_store, who, one.id)
    attach(6), attach(7)
    with pytest.raises(Problem, match="evidence_many"):
        attach(8)  # what was withdrawn stays on disk, so it counts too


def test_a_link_and_a_name_with_attacks_come_back_as_text(store: Store, panel: Round) -> None:
    who = panel.assessors[0]
    name = "'; DROP TABLE evidence; -- <img src=x onerror=alert(1)> {{7*7}} %s.pdf"
    kept = evidence.attach_file(store, who, panel.entry, Layer.MARK, QUESTION, name, PDF)
    assert kept.name == "'; DROP TABLE evidence; -- _img src=x onerror=alert(1)_ {{7_7}} %s.pdf"
    assert len(rows_of(store)) == 1


# ---- who may -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("layer", list(Layer))
@pytest.mark.parametrize("who", ["stranger", "viewer", "other_city_user", "admin"])
def test_those_without_the_right_attach_nothing_and_leave_no_file(sqlite_store: Store, layer: Layer, who: str) -> None:
    panel = panel_round(sqlite_store)
    actor = getattr(panel, who)
    for stage in (Stage.INVITED, Stage.SCORING, Stage.REPLY, Stage.FINAL):
        move_to(sqlite_store, panel.entry, stage)
        with pytest.raises(Problem) as caught:
            evidence.attach_file(sqlite_store, actor, panel.entry, layer, QUESTION, "a.pdf", PDF)
        assert caught.value.key.startswith("refused_")
        with pytest.raises(Problem, match="refused_"):
            evidence.attach_link(sqlite_store, actor, panel.entry, layer, QUESTION, "https://example.go.id/")
    assert rows_of(sqlite_store) == [] and files_in(sqlite_store.evidence) == []
    with sqlite_store.read() as tx:
        assert len(audit.trail(tx, audit.stream_of(panel.entry))) == 8  # each refusal is recorded


def test_layers_open_and_close_with_the_stage(store: Store, panel: Round) -> None:
    who = {
        Layer.SELF: panel.city_user,
        Layer.MARK: panel.assessors[0],
        Layer.REPLY: panel.city_user,
        Layer.ANSWER: panel.chair,
    }
    open_at = {
        Layer.SELF: {Stage.INVITED, Stage.SELF_ASSESSMENT},
        Layer.MARK: {Stage.SCHEDULED, Stage.SCORING},
        Layer.REPLY: {Stage.REPLY},
        Layer.ANSWER: {Stage.REPLY},
    }
    for stage in Stage:
        move_to(store, panel.entry, stage)
        for layer, actor in who.items():
            link = f"https://example.go.id/{stage}"
            if stage in open_at[layer]:
                evidence.attach_link(store, actor, panel.entry, layer, QUESTION, link)
            else:
                with pytest.raises(Problem, match="refused_"):
                    evidence.attach_link(store, actor, panel.entry, layer, QUESTION, link)
    assert list(evidence.trail_problems(store)) == []


def test_a_submitted_seat_is_closed(sqlite_store: Store) -> None:
    panel = panel_round(sqlite_store)
    with sqlite_store.write() as tx:
        tx.execute(seats.update().where(seats.c.id == panel.seats[0]).values(submitted_at=stores.now()))
    with pytest.raises(Problem, match="refused_submitted"):
        evidence.attach_file(sqlite_store, panel.assessors[0], panel.entry, Layer.MARK, QUESTION, "a.pdf", PDF)


def test_unknown_questions_and_entries_are_refused(sqlite_store: Store) -> None:
    panel = panel_round(sqlite_store)
    who = panel.assessors[0]
    for question in ("nowhere", "", "../../etc/passwd", "x" * 5_000, "'; DROP TABLE evidence; --", "a\x00b"):
        with pytest.raises(Problem, match="interview_question"):
            evidence.attach_file(sqlite_store, who, panel.entry, Layer.MARK, question, "a.pdf", PDF)
    for entry in (0, -1, 10**6, 2**70):
        with pytest.raises(Problem):
            evidence.attach_link(sqlite_store, who, entry, Layer.MARK, QUESTION, "https://example.go.id/")
    for number in (0, -1, 10**6, 2**70):
        with pytest.raises(Problem):
            evidence.open_file(sqlite_store, who, number)
        with pytest.raises(Problem):
            evidence.withdraw(sqlite_store, who, number)
    assert files_in(sqlite_store.evidence) == []


# ---- who sees ----------------------------------------------------------------------------------------------------


def test_evidence_of_marks_is_blind_like_the_marks(store: Store, panel: Round) -> None:
    first, second = panel.assessors[:2]
    mine = evidence.attach_file(store, first, panel.entry, Layer.MARK, QUESTION, "a.pdf", PDF)
    everybody = (second, panel.chair, panel.city_user, panel.admin, panel.viewer, panel.stranger, panel.other_city_user)

    def sees(actor: Actor) -> bool:
        with store.read() as tx:
            listed = mine.id in {one.id for one in evidence.listing(tx, actor, panel.entry)}
        try:
            evidence.open_file(store, actor, mine.id)
        except Problem as problem:
            assert problem.key == "refused_evidence" and told(problem)
            assert not listed
            return False
        assert listed
        return True

    assert sees(first)
    assert not any(map(sees, everybody))
    with store.write() as tx:
        tx.execute(entries.update().where(entries.c.id == panel.entry).values(opened=True))
    assert sees(second) and sees(panel.chair)
    assert not any(map(sees, (panel.city_user, panel.viewer, panel.stranger, panel.other_city_user)))
    for stage in (Stage.RECONCILIATION, Stage.REPLY, Stage.FINAL, Stage.PUBLISHED):
        move_to(store, panel.entry, stage)
        assert sees(first) and sees(second) and sees(panel.chair) and sees(panel.admin)
        assert not any(map(sees, (panel.city_user, panel.viewer, panel.stranger, panel.other_city_user)))
    with store.read() as tx:
        refused = [row for row in audit.trail(tx, audit.stream_of(panel.entry)) if row.action == audit.REFUSED]
    assert refused


def test_the_self_assessment_is_seen_by_its_city_and_once_submitted_by_the_panel(store: Store) -> None:
    panel = panel_round(store, stage=Stage.SELF_ASSESSMENT)
    kept = evidence.attach_file(store, panel.city_user, panel.entry, Layer.SELF, QUESTION, "a.pdf", PDF)
    assert evidence.open_file(store, panel.city_user, kept.id)[2] == PDF
    with pytest.raises(Problem, match="refused_evidence"):
        evidence.open_file(store, panel.assessors[0], kept.id)
    move_to(store, panel.entry, Stage.SCORING)
    assert evidence.open_file(store, panel.assessors[0], kept.id)[2] == PDF
    with pytest.raises(Problem, match="refused_evidence"):
        evidence.open_file(store, panel.other_city_user, kept.id)


def test_a_file_nobody_attached_is_refused_like_one_that_is_hidden(sqlite_store: Store) -> None:
    panel = panel_round(sqlite_store)
    hidden = evidence.attach_file(sqlite_store, panel.assessors[0], panel.entry, Layer.MARK, QUESTION, "a.pdf", PDF)
    said = []
    for number in (hidden.id, hidden.id + 1):
        with pytest.raises(Problem) as caught:
            evidence.open_file(sqlite_store, panel.assessors[1], number)
        said.append(told(caught.value).replace(str(number), "N"))
        with pytest.raises(Problem) as caught:
            evidence.withdraw(sqlite_store, panel.assessors[1], number)
        said.append(told(caught.value).replace(str(number), "N"))
    assert len(set(said)) == 1


def test_withdrawn_is_neither_deleted_nor_served(store: Store, panel: Round) -> None:
    who = panel.assessors[0]
    kept = evidence.attach_file(store, who, panel.entry, Layer.MARK, QUESTION, "a.pdf", PDF)
    with pytest.raises(Problem, match="refused_"):
        evidence.withdraw(store, panel.assessors[1], kept.id)
    gone = evidence.withdraw(store, who, kept.id, "SYNTHETIC: wrong file")
    assert gone.ended_at and gone.ended_by == who.who
    assert evidence.withdraw(store, who, kept.id) == gone
    with store.read() as tx:
        assert evidence.listing(tx, who, panel.entry) == ()
        assert evidence.listing(tx, who, panel.entry, withdrawn=True) == (gone,)
    with pytest.raises(Problem, match="evidence_withdrawn"):
        evidence.open_file(store, who, kept.id)
    assert len(rows_of(store)) == 1 and len(files_in(store.evidence)) == 1
    assert list(evidence.trail_problems(store)) == []
    new = evidence.attach_file(store, who, panel.entry, Layer.MARK, QUESTION, "a.pdf", PDF)
    assert new.id != kept.id


# ---- the disk ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "key"),
    [
        (errno.ENOSPC, "disk_full"),
        (errno.EDQUOT, "disk_full"),
        (errno.EROFS, "disk_read_only"),
        (errno.EIO, "disk_fault"),
    ],
)
@pytest.mark.parametrize("call", ["fsync", "open", "replace"])
def test_a_failing_disk_is_told_and_leaves_nothing_half(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch, number: int, key: str, call: str
) -> None:
    panel = panel_round(sqlite_store)

    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    target = (Path, "replace") if call == "replace" else (part_file.os, call)
    with monkeypatch.context() as patch:
        patch.setattr(*target, fail)
        with pytest.raises(Problem) as caught:
            evidence.attach_file(sqlite_store, panel.assessors[0], panel.entry, Layer.MARK, QUESTION, "a.pdf", PDF)
    assert caught.value.key == key and told(caught.value)
    assert rows_of(sqlite_store) == [] and files_in(sqlite_store.evidence) == []
    kept = evidence.attach_file(sqlite_store, panel.assessors[0], panel.entry, Layer.MARK, QUESTION, "a.pdf", PDF)
    assert evidence.open_file(sqlite_store, panel.assessors[0], kept.id)[2] == PDF  # works again once mended


def test_a_really_full_disk(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if (
        os.geteuid() != 0
        or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(disk)], capture_output=True, check=False
        ).returncode
    ):
        pytest.skip("no right to mount a small disk")
    try:
        store = open_store(disk)
        panel = panel_round(store)
        big = PDF + os.urandom(1 << 20)
        with pytest.raises(Problem) as caught:
            for number in range(8):
                content = big + bytes([number])
                evidence.attach_file(store, panel.assessors[0], panel.entry, Layer.MARK, QUESTION, "a.pdf", content)
        assert caught.value.key in ("disk_full", "store_full")
        assert list(evidence.file_problems(store)) == []
        assert len(files_in(store.evidence)) - len(rows_of(store)) in (0, 1)
        assert not [path for path in files_in(store.evidence) if ".part-" in path.name]
        store.close()
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_read_only_store_takes_no_file(sqlite_store: Store) -> None:
    panel = panel_round(sqlite_store)
    import dataclasses

    closed = dataclasses.replace(sqlite_store, reason=Problem("store_read_only", file="interview.db"))
    with pytest.raises(Problem, match="store_read_only"):
        evidence.attach_file(closed, panel.assessors[0], panel.entry, Layer.MARK, QUESTION, "a.pdf", PDF)
    assert files_in(sqlite_store.evidence) == [] and evidence.sweep(closed) == 0


def test_a_damaged_missing_or_swapped_file_is_never_served(sqlite_store: Store, tmp_path: Path) -> None:
    panel = panel_round(sqlite_store)
    who = panel.assessors[0]
    kept = evidence.attach_file(sqlite_store, who, panel.entry, Layer.MARK, QUESTION, "a.pdf", PDF)
    place = files_in(sqlite_store.evidence)[0]
    place.write_bytes(PDF + b"changed")
    with pytest.raises(Problem, match="evidence_damaged"):
        evidence.open_file(sqlite_store, who, kept.id)
    assert [one.key for one in evidence.file_problems(sqlite_store)] == ["evidence_damaged"]
    evidence.attach_file(sqlite_store, panel.assessors[1], panel.entry, Layer.MARK, QUESTION, "a.pdf", PDF)
    assert evidence.open_file(sqlite_store, who, kept.id)[2] == PDF  # the same content given again mends it
    place.unlink()
    with pytest.raises(Problem, match="evidence_missing"):
        evidence.open_file(sqlite_store, who, kept.id)
    (tmp_path / "secret").write_bytes(PDF)
    place.symlink_to(tmp_path / "secret")
    with pytest.raises(Problem, match="disk_fault"):
        evidence.open_file(sqlite_store, who, kept.id)
    place.unlink()
    for digest in ("../../../etc/passwd", "..", "", "A" * 64):
        with sqlite_store.write() as tx:
            tx.execute(table.update().values(sha256=digest, media_type="text/html"))
        with pytest.raises(Problem, match="evidence_damaged"):
            evidence.open_file(sqlite_store, who, kept.id)
    assert list(evidence.trail_problems(sqlite_store))


def test_a_forged_media_type_is_not_served(sqlite_store: Store) -> None:
    panel = panel_round(sqlite_store)
    who = panel.assessors[0]
    kept = evidence.attach_file(sqlite_store, who, panel.entry, Layer.MARK, QUESTION, "a.pdf", PDF)
    with sqlite_store.write() as tx:
        tx.execute(table.update().values(media_type="text/html", name="../x\u202e.html"))
    assert evidence.open_file(sqlite_store, who, kept.id)[:2] == ("x.html", "application/octet-stream")


def test_only_old_files_without_a_row_are_swept(store: Store, panel: Round) -> None:
    evidence.attach_file(store, panel.assessors[0], panel.entry, Layer.MARK, QUESTION, "a.pdf", PDF)
    gone = evidence.attach_file(store, panel.assessors[0], panel.entry, Layer.MARK, QUESTION, "b.png", PNG)
    evidence.withdraw(store, panel.assessors[0], gone.id)
    young = evidence_files.put(store.evidence, JPEG)
    old = evidence_files.put(store.evidence, b"SYNTHETIC orphan")
    kept = {path.name for path in files_in(store.evidence)}
    long_ago = time.time() - 2 * 86_400
    for path in files_in(store.evidence):
        if path.name != young:
            os.utime(path, (long_ago, long_ago))
    dead = store.evidence / old[:2] / f".{old}.part-abcdef"
    dead.write_bytes(b"half")
    os.utime(dead, (long_ago, long_ago))
    assert evidence.sweep(store) == 2
    assert {path.name for path in files_in(store.evidence)} == kept - {old}
    assert list(evidence.file_problems(store)) == []


def test_a_file_attached_during_a_sweep_is_kept(sqlite_store: Store) -> None:
    digest = evidence_files.put(sqlite_store.evidence, PDF)
    long_ago = time.time() - 2 * 86_400
    os.utime(evidence_files.path_of(sqlite_store.evidence, digest), (long_ago, long_ago))
    asked_for = iter([frozenset[str](), frozenset({digest})])  # the row comes between the two questions
    assert evidence_files.sweep(sqlite_store.evidence, lambda: next(asked_for)) == 0
    assert evidence_files.get(sqlite_store.evidence, digest, "a.pdf") == PDF
    aside = sqlite_store.evidence / ".swept"
    aside.mkdir(exist_ok=True)
    evidence_files.path_of(sqlite_store.evidence, digest).replace(aside / digest)  # a sweep that was killed
    assert evidence_files.sweep(sqlite_store.evidence, lambda: frozenset({digest})) == 0
    assert evidence_files.get(sqlite_store.evidence, digest, "a.pdf") == PDF


def test_a_failing_row_leaves_only_an_orphan(store: Store, panel: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(evidence.audit, "record", lambda *_, **__: (_ for _ in ()).throw(RuntimeError("killed here")))
        with pytest.raises(RuntimeError):
            evidence.attach_file(store, panel.assessors[0], panel.entry, Layer.MARK, QUESTION, "a.pdf", PDF)
    assert rows_of(store) == [] and len(files_in(store.evidence)) == 1
    assert list(evidence.file_problems(store)) == []


@pytest.mark.parametrize("after", [1, 7, 20])
def test_kill_while_attaching_keeps_every_acknowledged_file(
    sqlite_store: Store, home: Path, after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = panel_round(sqlite_store)
    sqlite_store.close()
    monkeypatch.setattr(evidence, "MOST", 10**6)
    monkeypatch.setattr(evidence, "MOST_EVER", 10**6)

    def attach(say: Callable[[str], None]) -> None:
        store = open_store(home)
        for number in range(10**6):
            content = PDF + b"SYNTHETIC %d" % number + bytes(200_000)
            who = panel.assessors[number % 5]
            say(evidence.attach_file(store, who, panel.entry, Layer.MARK, QUESTION, "a.pdf", content).sha256)

    acknowledged = set(killed_after(after, attach))
    again = open_store(home)
    kept = {row.sha256 for row in rows_of(again)}  # type: ignore[attr-defined]
    assert len(acknowledged) >= after and acknowledged <= kept
    assert list(evidence.file_problems(again)) == [] == list(evidence.trail_problems(again))
    assert audit.verify(again).problems == ()
    part_file.sweep_parts(again.evidence, 0)
    again.close()
