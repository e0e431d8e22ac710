"""A damaged data folder gives one sentence with file and row, never a stack trace and never a wrong number."""

from __future__ import annotations

from pathlib import Path

import pytest
from frictionless import Package

from kotacerdas.commands.check import check_all
from kotacerdas.dataset import file_problems, read_dataset, write_package
from kotacerdas.dataset_checks import content_problems, read_parts
from kotacerdas.i18n import LANGUAGES, Text
from kotacerdas.instrument import DATA
from kotacerdas.problem import Problem
from kotacerdas.published import load


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
        edit(results, "35.77,2024,final,", "35.77,1924,final,")
        return "1924"
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


def test_weights_that_do_not_sum_to_one_are_named_and_never_packaged(data_copy: Path) -> None:
    before = (data_copy / "datapackage.json").read_bytes()
    damaged(data_copy, "weights")
    with pytest.raises(Problem, match="weights_sum"):
        read_dataset(data_copy)
    with pytest.raises(Problem, match="weights_sum"):
        write_package(data_copy, "test", "2026-01-01")
    assert (data_copy / "datapackage.json").read_bytes() == before


INSTRUMENT, PRIORITY, STANDARD = (
    f"instruments/{name}.yaml" for name in ("evaluation-2021", "evaluation-2024-priority", "standard-2025")
)
WEIGHT, BOUNDS = 'weight: "0.3"', 'bounds: ["20", "40", "60", "80"]'
FINAL = "35.77,2024,final,3.80,published,letter-2024"
WRONG_CONTENT = {
    "field_invalid": [
        (INSTRUMENT, WEIGHT, "weight: [1, 2]"),
        (INSTRUMENT, WEIGHT, 'weight: "0,3"'),
        (INSTRUMENT, WEIGHT, "weight: .nan"),
        (INSTRUMENT, WEIGHT, 'weight: "1e999999999"'),
        (INSTRUMENT, "scales:\n", "scales: {}\nother:\n"),
        (INSTRUMENT, "dimension: governance", "dimension: goverance"),
        (STANDARD, BOUNDS, "bounds: 5"),
        (STANDARD, BOUNDS, 'bounds: "2468"'),
        (STANDARD, BOUNDS, 'bounds: ["20", "40", "80"]'),
        (STANDARD, BOUNDS, 'bounds: ["20", "60", "40", "80"]'),
        ("levels.yaml", "slope:", "slope: 0 #"),
    ],
    "row_twice": [
        (INSTRUMENT, WEIGHT, f"{WEIGHT}\n    {WEIGHT}"),
        ("glossary.yaml", "glossary:", "glossary: []\nglossary:"),
    ],
    "instrument_extends": [
        (PRIORITY, "extends: evaluation-2024-regular", "extends: evaluation-2024-priority"),
        (PRIORITY, "extends: evaluation-2024-regular", "extends: ../levels"),
        (PRIORITY, "extends: evaluation-2024-regular", "extends: [a]"),
    ],
    "instrument_nodes": [(PRIORITY, "nodes:", "nodes:\nothers:"), (INSTRUMENT, "nodes:", "nodes: 5\nothers:")],
    "entry_unknown": [
        ("rounds.yaml", "all: evaluation-2021", "all: evaluation-1066"),
        ("rounds.yaml", "base_year: 2020", "base_year: 1990"),
        ("rounds.yaml", "- year: 2023", "- year: 2024"),
    ],
    "cell_unknown": [
        ("question_scores.csv", ",q1,", ",q999,"),
        ("results.csv", FINAL, FINAL.replace("letter-2024", "letter-1066")),
        ("results.csv", FINAL, FINAL.replace("2024,", "2050,", 1)),
    ],
    "cell_invalid": [
        ("results.csv", FINAL, FINAL.replace("3.80", "38.0")),
        ("question_scores.csv", "35.77,2024,q1,", "35.77,2024,q1,1"),
    ],
    "cell_contradicts": [
        ("results.csv", FINAL, FINAL.replace("3.80", "")),
        ("results.csv", FINAL, FINAL.replace("published", "did_not_take_part")),
    ],
    "cell_number": [
        ("results.csv", FINAL, FINAL.replace("3.80", cell))
        for cell in (" 3.80", "٣.80", "3_8", "0x3", "True", "1e400", "nan")
    ]
    + [("results.csv", FINAL, FINAL.replace("2024", "9" * 20, 1))],
}


@pytest.mark.parametrize(
    ("key", "file", "old", "new"),
    [pytest.param(key, *edit, id=f"{key}: {edit[2][:40]}") for key, edits in WRONG_CONTENT.items() for edit in edits],
)
def test_wrong_content_is_named_and_never_packaged(data_copy: Path, key: str, file: str, old: str, new: str) -> None:
    edit(data_copy / file, old, new)
    with pytest.raises(Problem) as caught:
        write_package(data_copy, "test", "2026-01-01")
    assert caught.value.key == key
    for lang in LANGUAGES:
        assert Path(file).name in Text(lang).problem(caught.value)
    with pytest.raises(Problem):
        read_dataset(data_copy)


def test_a_question_compared_with_one_that_does_not_exist_is_named(data_copy: Path) -> None:
    edit(data_copy / "instruments" / "evaluation-2024-regular.yaml", "evaluation-2021", "evaluation-1066")
    found = {(problem.key, problem.params["value"]) for problem in content_problems(data_copy)}
    assert found == {("entry_unknown", "evaluation-1066: q1")}


YAML_FILES = [path.relative_to(DATA).as_posix() for path in sorted(DATA.rglob("*.yaml"))]
BOMB = "a: &a [x, x, x]\n" + "".join(
    f"{after}: &{after} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, after in zip("abcdefgh", "bcdefghi", strict=True)
)
NO_MAPPING = {"empty": "", "list": "- a\n", "number": "5\n", "words": "hello", "bomb": BOMB, "deep": "[" * 2_000,
              "object": "!!python/object/apply:os.getcwd []\n", "list as key": "? [a]\n: b\n"}  # fmt: skip


def assert_names(problem: Problem, name: str) -> None:
    assert Path(name).name in str(problem.params["file"])
    assert all(len(Text(lang).problem(problem)) < 320 for lang in LANGUAGES)


@pytest.mark.parametrize("name", YAML_FILES)
@pytest.mark.parametrize("content", NO_MAPPING)
def test_a_yaml_file_of_the_wrong_shape_is_one_sentence(data_copy: Path, name: str, content: str) -> None:
    (data_copy / name).write_text(NO_MAPPING[content], encoding="utf-8")
    for read in (read_dataset, read_parts):
        with pytest.raises(Problem) as caught:
            read(data_copy)
        assert_names(caught.value, name)


@pytest.mark.parametrize(
    ("name", "content"),
    sorted({(name, "list") for name in YAML_FILES} | {("rounds.yaml", content) for content in NO_MAPPING}),
)
def test_a_yaml_file_of_the_wrong_shape_is_found_by_the_check_and_never_packaged(
    data_copy: Path, name: str, content: str
) -> None:
    """Both lean on `read_parts`, which the test above asks about every shape of every file."""
    (data_copy / name).write_text(NO_MAPPING[content], encoding="utf-8")
    with pytest.raises(Problem) as caught:
        write_package(data_copy, "test", "2026-01-01")
    assert_names(caught.value, name)
    assert check_all(data_copy)


def test_twenty_thousand_brackets_are_one_sentence(data_copy: Path) -> None:
    (data_copy / "rounds.yaml").write_text("[" * 20_000, encoding="utf-8")
    with pytest.raises(Problem) as caught:
        read_dataset(data_copy)
    assert_names(caught.value, "rounds.yaml")


@pytest.mark.parametrize("name", ["rounds.yaml", "results.csv", "datapackage.json"])
def test_a_folder_in_the_place_of_a_file_counts_as_missing(data_copy: Path, name: str) -> None:
    (data_copy / name).unlink()
    (data_copy / name).mkdir()
    with pytest.raises(Problem, match="file_missing"):
        read_dataset(data_copy)


@pytest.mark.parametrize(
    "content",
    ["[]", "null", '"x"', "[" * 100_000, "", '{"version": 5, "created": "2026-01-01", "resources": []}',
     '{"version": "1", "created": "yesterday", "resources": []}', '{"version": "1", "created": 5, "resources": []}',
     '{"version": "1", "created": "2026-01-01", "resources": {}}',
     '{"version": "1", "created": "2026-01-01", "resources": [{"path": "../../x.csv", "bytes": 1, "hash": "x"}]}',
     '{"version": "1", "created": "2026-01-01", "resources": [{"path": 5, "bytes": 1, "hash": 5}]}',
     '{"version": "1", "created": "2026-01-01", "resources": []}'],
)  # fmt: skip
def test_a_wrong_data_package_is_one_sentence(data_copy: Path, content: str) -> None:
    (data_copy / "datapackage.json").write_text(content, encoding="utf-8")
    with pytest.raises(Problem) as caught:
        read_dataset(data_copy)
    assert all("datapackage.json" in Text(lang).problem(caught.value) for lang in LANGUAGES)
    assert check_all(data_copy)


def test_no_data_folder_at_all_is_one_sentence(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(Problem, match="file_missing"):
            read_dataset(folder)
        assert check_all(folder)


def test_a_date_that_is_none_is_refused(data_copy: Path) -> None:
    with pytest.raises(Problem, match="date_invalid"):
        write_package(data_copy, "test", "soon")


def test_lost_rows_are_noticed(data_copy: Path) -> None:
    path = data_copy / "results.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    for lost, key in (("35.77,2024,final", "row_missing"), ("35.77,2024,", "row_count")):
        path.write_text("\n".join(line for line in lines if not line.startswith(lost)) + "\n", encoding="utf-8")
        assert [problem.key for problem in content_problems(data_copy)] == [key]
    kept = [line for line in lines if not line.startswith("35.77,2024,outcome")]
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    write_package(data_copy, "test", "2026-01-01")
    assert [problem.params["value"] for problem in check_all(data_copy)] == ["35.77, 2024, outcome, collaboration"]


def test_an_unlisted_file_is_reported(data_copy: Path) -> None:
    (data_copy / "extra.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    assert [problem.key for problem in file_problems(data_copy)] == ["file_unlisted"]


def test_an_unknown_city_code_is_reported_with_its_row(data_copy: Path) -> None:
    edit(data_copy / "question_scores.csv", "35.77", "99.99")
    found = [problem for problem in content_problems(data_copy) if problem.key == "city_unknown_row"]
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


def test_a_component_outside_its_scale_is_named_with_city_and_row(data_copy: Path) -> None:
    results = data_copy / "results.csv"
    edit(results, "35.77,2024,output,3.51,", "35.77,2024,output,0.51,")
    row = 1 + next(
        i for i, line in enumerate(results.read_text(encoding="utf-8").splitlines()) if "output,0.51" in line
    )
    write_package(data_copy, "test", "2026-01-01")
    with pytest.raises(Problem) as caught:
        load(data_copy).results(2024)
    for lang in LANGUAGES:
        sentence = Text(lang).problem(caught.value)
        assert "Kota Madiun" in sentence and str(row) in sentence and "results.csv" in sentence
    assert [problem.key for problem in check_all(data_copy)] == ["result_scale"]
