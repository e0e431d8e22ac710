"""A damaged data folder gives one sentence with file and row, never a stack trace and never a wrong number."""

from __future__ import annotations

from pathlib import Path

import pytest
from frictionless import Package

from kotacerdas.cli import check_all
from kotacerdas.dataset import file_problems, read_dataset, table_problems, write_package
from kotacerdas.i18n import LANGUAGES, Text
from kotacerdas.instrument import DATA
from kotacerdas.problem import Problem


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_committed_data_is_valid_and_unchanged() -> None:
    assert [str(problem) for problem in check_all(DATA)] == []


def test_the_data_package_satisfies_an_independent_validator() -> None:
    report = Package(str(DATA / "datapackage.json")).validate()
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "note"])[:5]


def test_a_copy_of_the_data_reads_the_same(data_copy: Path) -> None:
    assert read_dataset(data_copy).digest == read_dataset().digest


def damaged(data: Path, case: str) -> str:
    """Damage the copy; return what the sentence must name."""
    cities, results = data / "cities.csv", data / "results.csv"
    if case == "missing":
        results.unlink()
        return "results.csv"
    if case == "truncated":
        results.write_bytes(results.read_bytes()[:5000])
        return "results.csv"
    if case == "empty":
        results.write_bytes(b"")
        return "results.csv"
    if case == "binary":
        results.write_bytes(b"\xff\xfe\x00" + results.read_bytes())
        return "results.csv"
    if case == "duplicate code":
        lines = cities.read_text(encoding="utf-8").splitlines()
        cities.write_text("\n".join([*lines, lines[9]]) + "\n", encoding="utf-8")
        return "516"
    if case == "word for a number":
        edit(results, ",final,3.80,", ",final,three,")
        return "three"
    if case == "out of range":
        edit(results, ",final,3.80,", ",final,38.0,")
        return "38"
    if case == "infinite":
        edit(results, ",final,3.80,", ",final,1e400,")
        return "1e400"
    if case == "unknown status":
        edit(results, "did_not_take_part", "was_ill")
        return "was_ill"
    if case == "renamed column":
        edit(results, "measure", "meassure")
        return "meassure"
    if case == "extra cell":
        lines = results.read_text(encoding="utf-8").splitlines()
        results.write_text("\n".join([lines[0], *(f"{line},9" for line in lines[1:])]) + "\n", encoding="utf-8")
        return "results.csv"
    if case == "weights":
        edit(data / "instruments" / "evaluation-2021.yaml", 'weight: "0.3"', 'weight: "0.4"')
        return "evaluation-2021.yaml"
    if case == "package":
        (data / "datapackage.json").write_text("{", encoding="utf-8")
        return "datapackage.json"
    raise AssertionError(case)


CASES = ["missing", "truncated", "empty", "binary", "duplicate code", "word for a number", "out of range", "infinite",
         "unknown status", "renamed column", "extra cell", "weights", "package"]  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_damage_is_one_clear_sentence(data_copy: Path, case: str) -> None:
    named = damaged(data_copy, case)
    with pytest.raises(Problem) as caught:
        read_dataset(data_copy)
    for lang in LANGUAGES:
        sentence = Text(lang).problem(caught.value)
        assert named in sentence and "\n" not in sentence and len(sentence) < 300
    assert check_all(data_copy), "the check command sees it too"


def test_weights_that_do_not_sum_to_one_are_named_when_repackaged(data_copy: Path) -> None:
    damaged(data_copy, "weights")
    write_package(data_copy, "test", "2026-01-01")
    with pytest.raises(Problem, match="weights_sum"):
        read_dataset(data_copy)


def test_an_unlisted_file_is_reported(data_copy: Path) -> None:
    (data_copy / "extra.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    assert [problem.key for problem in file_problems(data_copy)] == ["file_unlisted"]


def test_an_unknown_city_code_is_reported_with_its_row(data_copy: Path) -> None:
    edit(data_copy / "question_scores.csv", "35.77", "99.99")
    found = [problem for problem in table_problems(data_copy) if problem.key == "city_unknown_row"]
    assert len(found) == 1 and found[0].params["value"] == "99.99" and found[0].params["row"] > 1


def test_a_changed_final_that_does_not_follow_is_found(data_copy: Path) -> None:
    edit(data_copy / "results.csv", "35.77,2024,final,3.80,", "35.77,2024,final,3.70,")
    write_package(data_copy, "test", "2026-01-01")
    assert [problem.key for problem in check_all(data_copy)] == ["final_differs"]


def test_repackaging_unchanged_data_changes_nothing(data_copy: Path) -> None:
    before = (data_copy / "datapackage.json").read_bytes()
    data = read_dataset(data_copy)
    write_package(data_copy, data.version, data.created)
    assert (data_copy / "datapackage.json").read_bytes() == before


def test_codes_and_names_stay_text(published) -> None:
    assert published.cities.index.str.fullmatch(r"\d\d\.\d\d").all()
    assert "16.10" in published.cities.index or "11.10" in published.cities.index
