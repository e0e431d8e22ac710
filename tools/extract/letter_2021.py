"""Reads the letter of January 2022 on the evaluation of 2021: national table and question scores.

The question annex is a table of 110 columns (the final of 2020 and 109 questions) cut into eleven
pages of ten, and of 98 rows cut into four blocks. Pages are missing, so a page is known by its
headings, never by its position. Two pages carry eleven values under ten headings; which one is too
many cannot be told, so these pages stay out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from operator import contains

from tools.extract.reading import Row, Table, figure, tables
from tools.extract.records import CELLS_MISFIT, PAGE_MISSING, Excluded, QuestionScore, Result
from tools.extract.register import Register

DOCUMENT = "002_*.txt"
ID = "letter-2021"
YEAR = 2021
COLUMNS = {
    "Baseline (10%)": "baseline",
    "Output (20%)": "output",
    "Quick Win (20%)": "quick_win",
    "Impact (20%)": "impact",
    "Outcome (30%)": "outcome",
    "Nilai Final": "final",
    "Tingkat Improvement": "improvement",
}
BLOCKS = (range(1, 28), range(28, 55), range(55, 82), range(82, 99))
"""Rows of the national table that one set of annex pages covers."""

ANNEX_NAMES = {85: "Kota Pekalongan"}
"""Annex rows that name another city than the national table's row of the same number: 85 is
printed Pekanbaru, which stands again in row 86; its 2020 final is that of Pekalongan."""

PRINTED_2020 = "Printed as the first Baseline column of the annex."
MISNAMED = "The annex names another city here; row number and figure are those of this one."
IMPLIED_2020 = "Final of 2021 minus its improvement, to compare with the printed figure."

_SURVEY = (
    "kualitas layanan", "transparansi", "infrastruktur fisik dan digital", "pendapatan keluarga",
    "aspek sosial", "infrastruktur fisik atau digital", "peran serta", "sosialisasi", "merasa puas",
)  # fmt: skip
HEADINGS = (
    "2020", "payung hukum", "aktivitas dewan", "realisasi program", "realisasi program",
    "realisasi rencana aksi",
    "peraturan smart city", "fungsi dewan", "fungsi tim", "keterlibatan opd", "fungsi forum",
    "apbd", "alternatif",
    "smart governance", "fiskal", "lkppd", "spbe", "akuntabilitas", "inovasi pelayanan",
    "smart branding", "kemudahan berusaha", "smart economy", "miskin", "ipm",
    "smart living", "stunting", "imunisasi", "persalinan", "air minum", "sanitasi", "jalan",
    "smart society", "peta mutu", "partisipasi murni", "mitigasi", "saat bencana",
    "setelah bencana",
    "smart environment", "pembatasan sampah", "daur ulang",
    "sdm", "infrastruktur", "aplikasi", "literasi",
    *_SURVEY * 6,
    "perumusan inovasi", "daya tarik", "manfaat inovasi", "keunikan", "kemitraan",
    "potensi pengembangan", "keberlangsungan", "sumber daya", "identifikasi risiko",
    "mitigasi risiko", "quick win berjalan", "quick win baru",
)  # fmt: skip
"""A telling part of each of the 110 column headings: the final of 2020, then questions 1-109."""

PER_PAGE = 10
PAGES = len(HEADINGS) // PER_PAGE


@dataclass(frozen=True)
class Page:
    """One page of the annex: which of the eleven it is, and its rows."""

    sheet: int
    table: Table

    @property
    def id(self) -> str:
        """The id of the page in `sources.yaml`."""
        return page_id(self.sheet)

    @property
    def columns(self) -> range:
        """The columns it carries: 0 is the final of 2020, n is question n."""
        return range((self.sheet - 1) * PER_PAGE, self.sheet * PER_PAGE)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The rows of cities that took part (the others hold a remark instead of figures)."""
        return tuple(row for row in self.table.rows if _takes_part(row))

    @property
    def block(self) -> range:
        """The row numbers it covers."""
        return range(self.rows[0].number, self.rows[-1].number + 1)

    @property
    def misfits(self) -> int:
        """Rows whose filled cells do not match the named headings."""
        return sum(not self.table.fits(row) for row in self.rows)


def page_id(sheet: int) -> str:
    """The id of an annex page in `sources.yaml`."""
    return f"annex-2-page-{sheet:02d}"


def sheet_of(headings: tuple[str, ...]) -> int:
    """Which of the eleven pages has these headings. Raises ValueError unless exactly one does."""
    printed = [heading.casefold() for heading in headings]
    found = []
    for sheet in range(1, PAGES + 1):
        expected = HEADINGS[(sheet - 1) * PER_PAGE : sheet * PER_PAGE]
        if len(printed) == PER_PAGE and all(map(contains, printed, expected)):
            found.append(sheet)
    if len(found) != 1:
        raise ValueError(f"the headings of an annex page fit {len(found)} pages: {printed}")
    return found[0]


def national_table(text: str) -> Table:
    """The national table of 100 rows, its pages joined (each repeats the header)."""
    parts = list(tables(text, "No.\tKabupaten/Kota"))
    if len({part.headings for part in parts}) != 1 or set(parts[0].headings) != set(COLUMNS):
        raise ValueError("the columns of the national table of 2021 are not the expected ones")
    return Table(parts[0].headings, tuple(row for part in parts for row in part.rows))


def pages(text: str) -> list[Page]:
    """The annex pages the copy holds, in its order.

    Raises ValueError for a page that covers no known block of rows, or comes twice.
    """
    found = [Page(sheet_of(table.headings), table) for table in tables(text, "NO\tNAMA KAB KOTA")]
    for page in found:
        if page.block not in BLOCKS:
            raise ValueError(f"{page.id} covers rows {page.block.start}-{page.block.stop - 1}")
    if len({(page.sheet, page.block) for page in found}) != len(found):
        raise ValueError("an annex page comes twice for the same rows")
    return found


def results(text: str, register: Register) -> Iterator[Result]:
    """Every figure of the national table and the finals of 2020, as printed and as implied.

    A city that did not take part has one row without a figure.
    """
    table = national_table(text)
    measures = [COLUMNS[heading] for heading in table.headings]
    codes = city_codes(text, register)
    for row in table.rows:
        code = codes[row.number]
        if not _takes_part(row):
            yield Result(code, YEAR, "final", None, "did_not_take_part", ID, "annex-2", row.number)
            continue
        if not table.fits(row):
            raise ValueError(f"row {row.number} of the national table does not fit its header")
        figures = dict(zip(measures, map(figure, row.cells), strict=True))
        for measure, value in figures.items():
            yield Result(code, YEAR, measure, value, "published", ID, "annex-2", row.number)
        implied = figures["final"] - figures["improvement"]
        yield Result(code, YEAR - 1, "final_implied", implied, "derived", ID, "annex-2", row.number, IMPLIED_2020)
    for page in pages(text):
        for row in page.rows if page.sheet == 1 else ():
            note = f"{PRINTED_2020} {MISNAMED}" if row.number in ANNEX_NAMES else PRINTED_2020
            printed = figure(row.cells[0])
            yield Result(codes[row.number], YEAR - 1, "final", printed, "derived", ID, page.id, row.number, note)


def question_scores(text: str, register: Register) -> Iterator[QuestionScore]:
    """The question scores of every row that fits the headings of its page.

    A printed 0 (Impact, one city) means that nobody answered: no score, status `no_answers`.
    Raises ValueError when an annex row names another city than the national table.
    """
    codes = city_codes(text, register)
    for page in pages(text):
        for row in page.rows:
            if register.place(ANNEX_NAMES.get(row.number, row.name)).code != codes[row.number]:
                raise ValueError(f"{page.id}, row {row.number}: {row.name} is another city")
        for row in filter(page.table.fits, page.rows):
            for column, cell in zip(page.columns, row.cells, strict=True):
                if column == 0:  # the final of 2020 is a result, not a question
                    continue
                value = figure(cell) or None
                status = "published" if value else "no_answers"
                yield QuestionScore(codes[row.number], YEAR, f"q{column}", value, status, ID, page.id, row.number)


def excluded(text: str) -> Iterator[Excluded]:
    """Pages that the copy lacks, and pages whose rows do not fit their headings."""
    held = {(page.sheet, page.block): page for page in pages(text)}
    for block in BLOCKS:
        for sheet in range(1, PAGES + 1):
            page = held.get((sheet, block))
            rows = f"{block.start}-{block.stop - 1}"
            if page is None:
                yield Excluded(ID, page_id(sheet), rows, len(block), *PAGE_MISSING)
            elif page.misfits:
                yield Excluded(ID, page.id, rows, page.misfits, *CELLS_MISFIT)


def city_codes(text: str, register: Register) -> dict[int, str]:
    """Row number of the national table -> official code; the numbers are the same throughout the annex."""
    return {row.number: register.place(row.name).code for row in national_table(text).rows}


def _takes_part(row: Row) -> bool:
    return not row.cells[0].startswith("Tidak")
