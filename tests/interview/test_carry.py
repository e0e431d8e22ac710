"""Last round's results: what is compared with, and what an imported file must be. All imported figures SYNTHETIC."""

from __future__ import annotations

import io
import shutil
import signal
from pathlib import Path

import openpyxl
import pytest

from kotacerdas import packages
from kotacerdas.cli import main
from kotacerdas.commands.check import check_all
from kotacerdas.compose import additions
from kotacerdas.dataset import file_problems
from kotacerdas.i18n import LANGUAGES, Text
from kotacerdas.instrument import DATA
from kotacerdas.interview import audit, publication
from kotacerdas.interview.carry import Imported, Refused, import_results, previous
from kotacerdas.interview.publication import publish
from kotacerdas.interview.store import Store, open_store
from kotacerdas.problem import Problem
from kotacerdas.published import Published, load
from tests.interview.builders import ADMIN, ASSESSORS, CHAIR, CITY_CODE
from tests.interview.killing import counting, first_of_each
from tests.interview.panel_marks import INSTRUMENTS
from tests.interview.steps import is_refused
from tests.interview.test_publication import ready

REGULAR = {"all": "evaluation-2024-regular"}
PARTS = ["baseline 3,00", "output 3,10", "outcome 3,20", "impact 3,30", "quick_win 3,40"]


def lines(code: str = "35.77", final: str | None = "3,22") -> list[str]:
    rows = [f"{code};{part.replace(' ', ';')}" for part in PARTS]
    return [*rows, *([f"{code};final;{final}"] if final else [])]


def table(*rows: str, head: str = "code;question;value") -> bytes:
    return "\n".join([head, *rows, ""]).encode()


def take(store: Store, content: bytes, name: str = "hasil.csv", **more: object) -> Imported:
    given: dict[str, object] = {"year": 2025, "title": "Synthetic ministry", "instruments": REGULAR, **more}
    return import_results(store, None, content, name, **given)  # type: ignore[arg-type]


def rows_refused(store: Store, content: bytes, name: str = "hasil.csv", **more: object) -> list[str]:
    """The English sentences of the rows; nothing came in."""
    with pytest.raises(Refused) as caught:
        take(store, content, name, **more)
    for lang in LANGUAGES:
        for problem in (caught.value, *caught.value.problems):
            assert "{" not in Text(lang).problem(problem)
    assert packages.current(store.packages) is None
    return [Text("en").problem(problem) for problem in caught.value.problems]


# ---- what is compared with --------------------------------------------------------------------------------------


def test_the_same_question_of_the_newest_round_that_has_it(published: Published) -> None:
    instrument = published.data.instruments["evaluation-2024-regular"]
    found = previous(published, "35.77", instrument, 2026)
    assert len(found) == 115 and {year for _, year in found.values()} == {2024}
    assert found["q1"][0] == published.question_matrix(2024).at["35.77", "q1"]
    earlier = previous(published, "35.77", instrument, 2024)
    assert {year for _, year in earlier.values()} == {2021} and len(earlier) < 52
    assert previous(published, "11.01", instrument, 2026) == {}


# ---- what comes in ----------------------------------------------------------------------------------------------


def test_components_and_final_come_in_as_printed_with_file_and_row(store: Store) -> None:
    content = table(*lines())
    done = take(store, content)
    assert (done.cities, done.rows, done.repeated) == (1, 6, False)
    here = packages.current(store.packages)
    assert check_all(here) == []
    data = load(here)
    row = data.results(2025).loc["35.77"]
    assert (row["final"], row["status"], row["source_row"]) == (3.22, "published", 7)
    source = data.sources[row["source_document"]]
    import hashlib

    assert hashlib.sha256(content).hexdigest() in source.used.en and "hasil.csv" in source.used.en
    assert data.round(2025).status == "imported" and data.years[0] == 2025
    with store.read() as tx:
        assert audit.trail(tx, audit.OFFICE)[-1].action == publication.IMPORT


def test_the_same_file_again_changes_nothing_and_says_so(sqlite_store: Store) -> None:
    first = take(sqlite_store, table(*lines()))
    again = take(sqlite_store, table(*lines()))
    assert again == Imported(2025, 1, 6, first.package, repeated=True)
    with pytest.raises(Problem, match="import_other_file"):
        take(sqlite_store, table(*lines(final="3,21")))


def test_questions_alone_are_enough_where_all_are_there(sqlite_store: Store, published: Published) -> None:
    instrument = published.data.instruments["evaluation-2024-regular"]
    asked = [f"35.77;{node.id};3,4" for node in instrument.of_kind("question")]
    take(sqlite_store, table(*asked))
    data = load(packages.current(sqlite_store.packages))
    row = data.results(2025).loc["35.77"]
    assert row["final"] == row["impact"] == 3.4 and row["note"] == "Computed from the imported scores."
    assert set(previous(data, "35.77", instrument, 2026).values()) == {(3.4, 2025)}


def test_four_of_five_questions_are_no_component(sqlite_store: Store) -> None:
    """The mean of `4, 4, -, -, -` looks complete."""
    rows = [f"35.77;q{n};4" for n in range(1, 5)] + lines()[1:]
    (said,) = rows_refused(sqlite_store, table(*rows))
    assert "baseline" in said


def test_a_final_that_does_not_follow_from_its_components_is_refused(sqlite_store: Store) -> None:
    (said,) = rows_refused(sqlite_store, table(*lines(final="3,90")))
    assert "Kota Madiun" in said


def test_weight_groups_come_from_a_column(sqlite_store: Store) -> None:
    rows = [f"{line};regular" for line in lines()] + [f"{line};priority" for line in lines("12.02", None)]
    head = "code;question;value;group"
    take(sqlite_store, table(*rows, head=head), instruments=INSTRUMENTS)
    results = load(packages.current(sqlite_store.packages)).results(2025)
    assert results["group"].to_dict() == {"12.02": "priority", "35.77": "regular"}
    assert results.at["12.02", "final"] == pytest.approx(2.90), "no collaboration row: 0 by the instrument's rule"


def test_a_workbook_is_read_like_a_table(sqlite_store: Store) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Code", "Question", "Value"])
    for line in lines():
        code, question, value = line.split(";")
        book.active.append([code, question, float(value.replace(",", "."))])
    buffer = io.BytesIO()
    book.save(buffer)
    assert take(sqlite_store, buffer.getvalue(), "hasil.xlsx").rows == 6


# ---- what is refused --------------------------------------------------------------------------------------------

CELLS = {
    "0": "1 to 4", "5": "1 to 4", "-1": "1 to 4", "3,256": "two decimals", "1.000": "two decimals", "٣": "number",
    "three": "number", "": "required", "NaN": "number", "inf": "number", "1e400": "number", "TRUE": "number",
    "01-Apr": "1-4", "1-Agu": "1-8", "45748": "1-4", "=1+1": "number", "3 4": "number",
}  # fmt: skip


def test_every_odd_value_has_its_sentence_and_nothing_comes_in(sqlite_store: Store) -> None:
    rows = [f'35.77;q{n};"{value}"' for n, value in enumerate(CELLS, start=1)]
    said = rows_refused(sqlite_store, table(*rows, *lines()))
    assert len(said) == len(CELLS)
    for row, (sentence, (value, part)) in enumerate(zip(said, CELLS.items(), strict=True), start=2):
        assert f"Row {row}, column value" in sentence and part in sentence and value in sentence


def test_spaces_round_a_value_are_no_fault(sqlite_store: Store) -> None:
    assert take(sqlite_store, table(*(line.replace(";", " ;\u00a0") for line in lines()))).rows == 6


@pytest.mark.parametrize(
    ("rows", "column", "part"),
    [
        (["99.99;final;3"], "code", "no official code"),
        (["35.7;final;3"], "code", "no official code"),
        (["Kota Madiun;final;3"], "code", "35.77"),
        (["35.77;q116;3"], "question", "not part of the instrument"),
        (["35.77;collaboration;3"], "question", "not part of the instrument"),
        ([*lines(), "35.77;FINAL;3,2"], "question", "already in row 7"),
    ],
)
def test_rows_that_point_nowhere_are_named(sqlite_store: Store, rows: list[str], column: str, part: str) -> None:
    said = rows_refused(sqlite_store, table(*rows))
    assert any(f"column {column}" in sentence and part in sentence for sentence in said), said


def test_a_code_that_became_a_number_is_offered_back(sqlite_store: Store) -> None:
    book = openpyxl.Workbook()
    book.active.append(["code", "question", "value"])
    book.active.append([11.1, "final", 3])
    buffer = io.BytesIO()
    book.save(buffer)
    (said,) = rows_refused(sqlite_store, buffer.getvalue(), "hasil.xlsx")
    assert "11.10" in said


def test_a_name_that_is_another_city_is_refused(sqlite_store: Store) -> None:
    rows = ["35.77;final;3,2;Kota Madiun ", "35.77;baseline;3;Kabupaten Madiun"]
    (said,) = rows_refused(sqlite_store, table(*rows, head="code;question;value;name"))
    assert "Row 3, column name" in said and "35.77 Kota Madiun" in said


@pytest.mark.parametrize("year", [2024, 2023, 1999])
def test_a_year_that_is_official_or_none_is_refused(sqlite_store: Store, year: int) -> None:
    with pytest.raises(Problem, match=r"publish_year_taken|import_year"):
        take(sqlite_store, table(*lines()), year=year)


def test_an_interview_round_and_an_import_never_share_a_year(sqlite_store: Store) -> None:
    made = ready(sqlite_store, year=2025)
    with pytest.raises(Problem, match="publish_year_taken"):
        take(sqlite_store, table(*lines()))
    publish(sqlite_store, ADMIN, made.id)
    take(sqlite_store, table(*lines()), year=2022)
    data = load(packages.current(sqlite_store.packages))
    assert data.years == (2025, 2024, 2023, 2022, 2021, 2020)
    assert data.results(2025).at[CITY_CODE, "status"] == "panel"


def test_who_may_not_publish_is_refused_and_logged(sqlite_store: Store) -> None:
    for actor in (CHAIR, ASSESSORS[0]):
        with pytest.raises(Problem) as caught:
            import_results(sqlite_store, actor, b"no table", "x.csv", year=2025, title="x", instruments=REGULAR)
        is_refused(sqlite_store, caught, "refused_role")
    assert list(sqlite_store.packages.iterdir()) == [], "nothing is made for who may not"


# ---- killed -----------------------------------------------------------------------------------------------------


def test_kill_at_every_step_of_an_import_leaves_nothing_of_it_or_all(sqlite_store: Store) -> None:
    """R2. Until the commit everything is as it was; after it the next start completes it."""
    home = sqlite_store.home
    sqlite_store.close()
    content = table(*lines())
    calls = ((Path, "replace"), (packages, "sync"), (publication, "_follow"))

    def begun(step: int) -> tuple[Path, int | list[str]]:
        own = Path(shutil.copytree(home, home.with_name(f"killed-{step}")))
        return own, counting(step, lambda: take(open_store(own), content), *calls)

    _, made = begun(0)
    assert isinstance(made, list)
    outcomes = []
    steps = first_of_each(made)
    for step in steps:
        own, ended = begun(step)
        assert ended == -signal.SIGKILL
        store = open_store(own)
        publication.settle(store)
        current = packages.current(store.packages)
        with store.read() as tx:
            recorded = [row.action for row in audit.trail(tx, audit.OFFICE)]
        assert recorded == ([] if current is None else [publication.IMPORT])
        if current is not None:
            (there,) = additions(current, DATA)
            assert (there.year, len(there.results)) == (2025, 6) and not file_problems(current)
        if step in (steps[0], steps[-1]):
            assert take(store, content).repeated is (current is not None)
        assert [path.name for path in store.packages.iterdir() if path.name.startswith(".new")] == []
        assert audit.verify(store).problems == ()
        outcomes.append(current is not None)
        store.close()
    assert outcomes == sorted(outcomes) and len(set(outcomes)) == 2, "first nothing, from some step on all of it"


# ---- the command ------------------------------------------------------------------------------------------------


def run(*arguments: object) -> int:
    return main(["--lang", "en", "round", *map(str, arguments)])


def test_the_command_imports_reports_and_refuses(
    sqlite_store: Store, tmp_path: object, capsys: pytest.CaptureFixture[str]
) -> None:
    home = sqlite_store.home
    good, bad = home / "good.csv", home / "bad.csv"
    good.write_bytes(table(*lines()))
    bad.write_bytes(table("35.77;q1;9", "35.77;q2;x"))
    given = ("--year", 2025, "--name", "Synthetic", "--instrument", REGULAR["all"], "--home", home)
    assert run("import", bad, *given) == 2
    said = capsys.readouterr().err
    assert "Row 2" in said and "Row 3" in said and "Nothing was imported" in said
    assert run("import", good, *given) == 0 and "1 places" in capsys.readouterr().out
    assert run("import", good, *given) == 0 and "before" in capsys.readouterr().out
    made = ready(sqlite_store)
    assert run("export", made.year, home / "out", "--home", home) == 0
    assert check_all(home / "out") == []
    capsys.readouterr()
    assert run("import", home / "none.csv", *given) == 2 and "none.csv" in capsys.readouterr().err
