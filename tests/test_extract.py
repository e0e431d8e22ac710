"""Reading scanned tables: made-up snippets for every trap of the layout, and the real documents where they are given.

Set `KOTACERDAS_SOURCES` to the folder of the source documents to check that extracting them again gives the
committed files byte for byte.
"""

from __future__ import annotations

import csv
import os
import shutil
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from tools.extract import letter_2021, letter_2024
from tools.extract.__main__ import extract
from tools.extract.reading import document, figure, number, split, tables
from tools.extract.records import Excluded, QuestionScore, Result, write
from tools.extract.register import ALIASES, Register

DATA = Path(__file__).resolve().parent.parent / "data"
SOURCES = os.environ.get("KOTACERDAS_SOURCES")


@pytest.fixture(scope="module")
def register() -> Register:
    return Register.read(DATA / "cities.csv")


def lines(*rows: str) -> str:
    """Rows written with `|` for the tab of the scans."""
    return "\n".join(row.replace("|", "\t") for row in rows) + "\n"


# --- cells -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "value"),
    [("3,56", "3.56"), ("3.6", "3.6"), ("4", "4"), ("-0,07", "-0.07"), (" 2,1 ", "2.1"), ("0,00", "0.00")],
)
def test_figures_with_comma_or_point(cell, value):
    assert number(cell) == figure(cell) == Decimal(value)


@pytest.mark.parametrize("cell", ["", "-", "  "])
def test_an_empty_cell_is_no_figure(cell):
    assert number(cell) is None
    with pytest.raises(ValueError, match="missing"):
        figure(cell)


@pytest.mark.parametrize("cell", ["3,5,6", "1.234,5", "tiga", "3,56*", "--", "3,"])
def test_a_damaged_cell_stops_the_extraction(cell):
    with pytest.raises(ValueError, match="not a figure"):
        number(cell)


def test_bold_marks_and_blanks_are_no_part_of_a_cell():
    assert split("<b>Mean</b>\t **4** \t") == ["Mean", "4", ""]


# --- tables ------------------------------------------------------------------------------------------------------


def test_headings_are_the_lowest_named_cells():
    text = lines("NO|CITY|GROUP||ALONE", "||X|Y|", "1|A|1,00|2,00|3,00")
    (table,) = tables(text, "NO\tCITY")
    assert table.headings == ("X", "Y", "ALONE")
    assert table.rows[0].cells == ("1,00", "2,00", "3,00")


def test_an_empty_trailing_column_does_not_count():
    text = lines("NO|CITY|X|Y|", "1|A|1,00|2,00|", "2|B|3,00|4,00|")
    (table,) = tables(text, "NO\tCITY")
    assert all(table.fits(row) for row in table.rows)


def test_a_value_without_a_heading_does_not_fit():
    text = lines("NO|CITY|X|Y|", "1|A|1,00|2,00|3,00")
    (table,) = tables(text, "NO\tCITY")
    assert not table.fits(table.rows[0])


def test_an_empty_cell_inside_a_row_keeps_its_place():
    text = lines("NO|CITY|X|Y|Z", "1|A|1,00||3,00")
    (table,) = tables(text, "NO\tCITY")
    assert table.fits(table.rows[0])
    assert table.rows[0].cells[1] == ""


def test_tables_end_where_the_next_begins_and_where_numbers_stop_running():
    text = lines("NO|CITY|X", "1|A|1", "", "2|B|2", "NO|CITY|Y", "3|C|3", "some text", "7|other|9")
    first, second = tables(text, "NO\tCITY")
    assert [row.number for row in first.rows] == [1, 2]
    assert [(row.number, row.name) for row in second.rows] == [(3, "C")]


def test_a_source_folder_needs_exactly_one_document_of_a_kind(tmp_path):
    with pytest.raises(FileNotFoundError, match="found 0"):
        document(tmp_path, "000_*.txt")
    for name in ("000_a.txt", "000_b.txt"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    with pytest.raises(FileNotFoundError, match="found 2"):
        document(tmp_path, "000_*.txt")


# --- names -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "code"),
    [
        ("KAB. MADIUN", "35.19"),
        ("Kota Madiun", "35.77"),
        ("Walikota Madiun", "35.77"),
        ("Bupati Madiun", "35.19"),
        ("KAB. KONawe SELATAN", "74.05"),
        ("Kab. Pematang", "33.27"),
        ("KAB. WAKATOB", "74.07"),
        ("KOTA BUKITINGGI", "13.75"),
        ("Kota Tanjungpinang", "21.72"),
        ("KOTA TANJUNG PINANG", "21.72"),
        ("Walikota Bau-Bau", "74.72"),
        ("Bupati  Kulonprogo", "34.01"),
    ],
)
def test_printed_names_lead_to_official_codes(register, printed, code):
    assert register.place(printed).code == code


@pytest.mark.parametrize("printed", ["KAB. MADIUM", "Kota", "Pulau Jawa", "KOTA BADUNG"])
def test_an_unknown_name_is_never_matched_by_likeness(register, printed):
    with pytest.raises(ValueError, match="not in the register"):
        register.place(printed)


def test_every_alias_is_needed_and_leads_somewhere():
    names = {(city["kind"], city["short_name"].casefold()) for city in cities()}
    for (kind, scanned), name in ALIASES.items():
        assert (kind, name) in names
        assert (kind, scanned) not in names


def cities() -> list[dict[str, str]]:
    with (DATA / "cities.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# --- the letter of 2024 ------------------------------------------------------------------------------------------

HEADER_2024 = (
    "NO|KAB/KOTA|BASELINE|OUTPUT|OUTCOME|IMPACT|QUICK WINS|PROGRAM KOLABORASI|NILAI FINAL|TINGKAT IMPROVEMENT|KET"
)
LETTER_2024 = lines(
    "1|Bupati Badung|4|Walikota Ambon",
    "2|Bupati Bandung|5|Walikota Yogyakarta",
    "3|Bupati Karo",
    HEADER_2024,
    "1|KAB. BADUNG|3,5|2,5|3|3|2,8||2,96|0,1|REGULER",
    "",
    HEADER_2024,
    "2|KAB. KARO|2,8|2,24|2,72|2,8|2,12|-|2,26|0,1|KPPN IKN",
    "3|KOTA AMBON|4|4|4|4|4|3,97|4|-0,05|KPPN IKN",
)


@pytest.fixture
def results_2024(register) -> dict[tuple[str, int, str], Result]:
    found = letter_2024.results(LETTER_2024, register)
    return {(result.code, result.year, result.measure): result for result in found}


def test_addressees_are_read_across_both_columns():
    assert [number for number, _ in letter_2024.addressees(LETTER_2024)] == [1, 2, 3, 4, 5]
    assert dict(letter_2024.addressees(LETTER_2024))[4] == "Walikota Ambon"


def test_empty_collaboration_means_something_only_for_priority_cities(results_2024):
    assert ("51.03", 2024, "collaboration") not in results_2024
    karo = results_2024["12.06", 2024, "collaboration"]
    assert (karo.value, karo.status) == (None, "no_programme")
    assert results_2024["81.71", 2024, "collaboration"].value == Decimal("3.97")


def test_finals_of_the_year_before_are_derived(results_2024):
    before = results_2024["81.71", 2023, "final"]
    assert (before.value, before.status, before.source_row) == (Decimal("4.05"), "derived", 3)


def test_who_is_absent_before_the_cut_and_who_after_it(results_2024):
    assert results_2024["32.04", 2024, "final"].status == "did_not_take_part"
    assert results_2024["32.04", 2024, "final"].note.startswith("Inferred")
    assert results_2024["34.71", 2024, "final"].status == "not_in_copy"
    assert results_2024["34.71", 2024, "final"].source_table == "annex-1"


def test_an_empty_component_stops_the_extraction(register):
    damaged = LETTER_2024.replace("\t2,5\t3\t3\t2,8", "\t\t3\t3\t2,8")
    with pytest.raises(ValueError, match="missing"):
        list(letter_2024.results(damaged, register))


def test_questions_survive_page_breaks():
    text = lines(
        "A|B|1. First?|4",
        "|B|2. Second, which runs|3.8",
        "",
        "||over the page?|",
        "|B|3. Third (no. 4 of 2021)?|3",
        "<b>Mean</b>|||<b>3.6</b>",
    )
    assert letter_2024.questions(text) == {1: Decimal(4), 2: Decimal("3.8"), 3: Decimal(3)}


@pytest.mark.parametrize("second", ["1. Again?", "3. One too far?"])
def test_question_numbers_must_run_on(second):
    with pytest.raises(ValueError, match=r"comes twice|run on"):
        letter_2024.questions(lines("A|1. First?|4", f"A|{second}|4"))


# --- the letter of 2021 ------------------------------------------------------------------------------------------


def page(sheet: int, rows: list[str], extra: str = "") -> str:
    headings = letter_2021.HEADINGS[(sheet - 1) * 10 : sheet * 10]
    return lines("NO|NAMA KAB KOTA|" + "|".join(h.upper() for h in headings) + extra, *rows)


NATIONAL_HEADER = "No.|Kabupaten/Kota|" + "|".join(letter_2021.COLUMNS)
_NAMES = """Padang; Padang Panjang; Palembang; Pekalongan; Pekanbaru; Pontianak; Probolinggo; Samarinda; Semarang;
Sibolga; Sukabumi; Surakarta; Tangerang; Tangerang Selatan; Tanjung Pinang; Tomohon; Yogyakarta"""
LAST_BLOCK = {row: f"Kota {name.strip()}" for row, name in enumerate(_NAMES.split(";"), start=82)}
"""Row number -> name in the last block of rows."""


def block(first: int, last: int, cell: str = "3,00", columns: int = 10) -> list[str]:
    """Rows of an annex page; names do not matter where only pages are looked at."""
    return [f"{n}|Kota X|" + "|".join([cell] * columns) for n in range(first, last + 1)]


def test_the_annex_has_110_columns():
    assert len(letter_2021.HEADINGS) == 110


@pytest.mark.parametrize("sheet", range(1, 12))
def test_a_page_is_known_by_its_headings(sheet):
    (found,) = letter_2021.pages(page(sheet, block(28, 54)))
    assert (found.sheet, found.block, found.misfits) == (sheet, range(28, 55), 0)
    assert found.columns == range(sheet * 10 - 10, sheet * 10)


def test_a_page_with_an_unknown_heading_is_refused():
    text = page(3, block(1, 27)).replace("SANITASI", "SOMETHING ELSE")
    with pytest.raises(ValueError, match="fit 0 pages"):
        letter_2021.pages(text)


def test_a_page_over_other_rows_is_refused():
    with pytest.raises(ValueError, match="covers rows 1-26"):
        letter_2021.pages(page(3, block(1, 26)))


def test_the_same_page_twice_is_refused():
    with pytest.raises(ValueError, match="twice"):
        letter_2021.pages(page(3, block(1, 27)) * 2)


def test_eleven_values_under_ten_headings_stay_out_and_are_listed():
    text = page(6, block(1, 27, columns=11), extra="|") + page(2, [row + "|" for row in block(1, 27)], extra="|")
    left_out = {(e.page, e.block): e for e in letter_2021.excluded(text)}
    assert left_out["annex-2-page-06", "1-27"].reason_id == "cells_misfit"
    assert left_out["annex-2-page-06", "1-27"].rows == 27
    assert ("annex-2-page-02", "1-27") not in left_out, "an empty eleventh cell is no misfit"
    assert left_out["annex-2-page-02", "28-54"].reason_id == "page_missing"
    assert len(left_out) == 43


def annex(places: dict[int, str], cells: dict[int, str]) -> str:
    """A letter with the rows 82-98: national table, and annex page one with chosen names and first question cells."""
    table = [f"{n}|{name.upper()}|" + "|".join(["3,00"] * 7) for n, name in LAST_BLOCK.items()]
    rows = [
        f"{n}|{places.get(n, name)}|2,50|{cells.get(n, '4,00')}|" + "|".join(["3,00"] * 8)
        for n, name in LAST_BLOCK.items()
    ]
    absent = "99|KAB. JEMBER|Tidak ikut||||||"
    return lines(NATIONAL_HEADER, *table, absent) + page(1, [*rows, absent])


def test_row_85_of_the_annex_may_be_misnamed_but_no_other(register):
    scores = list(letter_2021.question_scores(annex({85: "Kota Pekanbaru"}, {}), register))
    assert {s.code for s in scores if s.source_row == 85} == {register.place("Kota Pekalongan").code}
    with pytest.raises(ValueError, match="row 90"):
        list(letter_2021.question_scores(annex({90: "Kota Serang"}, {}), register))


def test_a_zero_means_nobody_answered(register):
    scores = {
        s.source_row: s for s in letter_2021.question_scores(annex({}, {90: "0,00"}), register) if s.question == "q1"
    }
    assert (scores[90].value, scores[90].status) == (None, "no_answers")
    assert (scores[91].value, scores[91].status) == (Decimal("4.00"), "published")


def test_the_2020_final_is_a_result_and_no_question(register):
    text = annex({}, {})
    assert {s.question for s in letter_2021.question_scores(text, register)} == {f"q{n}" for n in range(1, 10)}
    finals = {(r.year, r.measure): r for r in letter_2021.results(text, register) if r.source_row == 98}
    assert finals[2020, "final"].value == Decimal("2.50")
    assert finals[2020, "final_implied"].value == Decimal("0.00")


def test_a_remark_instead_of_figures_means_did_not_take_part(register):
    found = [r for r in letter_2021.results(annex({}, {}), register) if r.source_row == 99]
    assert [(r.measure, r.value, r.status) for r in found] == [("final", None, "did_not_take_part")]


# --- writing -----------------------------------------------------------------------------------------------------


def test_written_rows_are_sorted_with_two_decimals_and_empty_gaps(tmp_path):
    target = tmp_path / "question_scores.csv"
    scores = [
        QuestionScore("11.01", 2021, "q10", Decimal("3.8"), "published", "d", "t", 1),
        QuestionScore("11.01", 2021, "q9", None, "no_answers", "d", "t", 1),
    ]
    write(target, QuestionScore, scores)
    assert target.read_bytes() == (
        b"code,year,question,value,status,source_document,source_table,source_row\n"
        b"11.01,2021,q9,,no_answers,d,t,1\n"
        b"11.01,2021,q10,3.80,published,d,t,1\n"
    )


@pytest.mark.parametrize(
    ("name", "kind"), [("results.csv", Result), ("question_scores.csv", QuestionScore), ("excluded_rows.csv", Excluded)]
)
def test_committed_headers_are_those_of_the_records(name, kind):
    header = (DATA / name).read_text(encoding="utf-8").splitlines()[0]
    assert header.split(",") == list(kind.__dataclass_fields__)


# --- the real documents ------------------------------------------------------------------------------------------

needs_sources = pytest.mark.skipif(not SOURCES, reason="KOTACERDAS_SOURCES does not name the source documents")


@needs_sources
def test_extracting_again_gives_the_committed_files(tmp_path):
    shutil.copy(DATA / "cities.csv", tmp_path)
    for written in extract(Path(str(SOURCES)), tmp_path):
        assert written.read_bytes() == (DATA / written.name).read_bytes(), written.name


@needs_sources
def test_groups_of_the_register_are_those_of_the_table(register):
    table = letter_2024.national_table(document(Path(str(SOURCES)), letter_2024.DOCUMENT))
    printed = {register.place(row.name).code: letter_2024.GROUPS[row.cells[-1]] for row in table.rows}
    with (DATA / "weight_groups.csv").open(encoding="utf-8", newline="") as file:
        assert printed == {row["code"]: row["group"] for row in csv.DictReader(file) if row["year"] == "2024"}


@needs_sources
def test_no_sentence_of_the_letters_stands_in_our_labels():
    folder = Path(str(SOURCES))
    letters = " ".join(document(folder, pattern).casefold() for pattern in (letter_2024.DOCUMENT, letter_2021.DOCUMENT))
    letters = " ".join(letters.split())
    for path in [*sorted((DATA / "instruments").glob("evaluation-*.yaml")), DATA / "assessor_notes.yaml"]:
        for label in _texts(path):
            assert len(label.split()) < 7 or label.casefold().rstrip(".") not in letters, (path.name, label)


def _texts(path: Path) -> list[str]:
    def walk(node: object):
        if isinstance(node, dict):
            for key, value in node.items():
                if key in ("id", "en") and isinstance(value, str):
                    yield value
                else:
                    yield from walk(value)
        elif isinstance(node, list):
            for value in node:
                yield from walk(value)

    return list(walk(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)))
