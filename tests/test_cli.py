"""The command line prints what the issue specifies, and one sentence where it cannot."""

from __future__ import annotations

import csv
import io
import json

import pytest

from kotacerdas.cli import main
from tests.builders import COMPONENTS


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(arguments)
    out, err = capsys.readouterr()
    return status, out, err


def test_results_json(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "results", "--year", "2024", "--json")
    rows = {row["code"]: row for row in json.loads(out)}
    assert status == 0 and len(rows) == 191
    madiun = rows["35.77"]
    assert list(madiun) == ["code", "name", "kind", "province", "group", "status", "components", "final", "improvement",
                            "recomputed", "rank", "level", "source"]  # fmt: skip
    assert madiun | {"components": 0, "source": 0} == {
        "code": "35.77", "name": "Kota Madiun", "kind": "kota", "province": "Jawa Timur", "group": "regular",
        "status": "published", "components": 0, "final": 3.8, "improvement": 0.09, "recomputed": 3.804, "rank": 3,
        "level": 4, "source": 0,
    }  # fmt: skip
    assert madiun["components"] == {"baseline": 4, "output": 3.51, "outcome": 3.78, "impact": 3.97, "quick_win": 3.87,
                                    "collaboration": None}  # fmt: skip
    assert madiun["source"] == {"document": "letter-2024", "table": "annex-2", "row": 130}
    wakatobi = next(row for row in rows.values() if row["name"] == "Kabupaten Wakatobi")
    assert wakatobi["components"]["collaboration"] is None
    assert wakatobi["final"] == 0.94 and wakatobi["recomputed"] == 0.936
    surabaya = rows["35.78"]
    assert surabaya["status"] == "not_in_copy" and surabaya["group"] is None
    assert all(surabaya[key] is None for key in ("final", "improvement", "recomputed", "rank", "level"))
    assert set(surabaya["components"].values()) == {None}


def test_results_2021_have_no_group(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "results", "--year", "2021", "--json")
    rows = json.loads(out)
    assert len(rows) == 100
    assert {row["group"] for row in rows} == {None}
    assert sum(row["status"] == "did_not_take_part" for row in rows) == 2


def test_results_csv_has_the_same_rows(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "results", "--year", "2024", "--csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert len(rows) == 191
    assert {f"components_{name}" for name in COMPONENTS} <= set(rows[0])
    assert next(row for row in rows if row["code"] == "35.78")["final"] == ""
    madiun = next(row for row in rows if row["code"] == "35.77")
    assert (madiun["rank"], madiun["level"], madiun["source_row"]) == ("3", "4", "130"), "whole numbers stay whole"


def test_card_is_a_tree_whose_points_add_up(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "card", "--city", "35.77", "--year", "2024", "--json")
    card = json.loads(out)
    assert card["id"] == "final" and card["published"] == 3.8
    assert card["contribution"] == card["value"] == pytest.approx(3.8012121212)
    ids = [child["id"] for child in card["children"]]
    assert ids == ["baseline", "output", "outcome", "impact", "quick_win"]
    questions = [q for child in card["children"] for q in child["children"]]
    assert [q["id"] for q in questions] == [f"q{i}" for i in range(1, 116)]
    for node in (card, *card["children"]):
        assert sum(child["contribution"] for child in node["children"]) == pytest.approx(
            node["contribution"], abs=1e-12
        )
        assert sum(child["weight"] for child in node["children"]) == pytest.approx(1)
    assert {"id", "label", "value", "weight", "contribution", "coverage", "published", "children"} <= set(card)


def test_card_from_components_only(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "card", "--city", "74.07", "--year", "2024", "--json")
    card = json.loads(out)
    assert card["value"] == 0.936 and card["published"] == 0.94
    collaboration = card["children"][-1]
    assert collaboration["id"] == "collaboration" and collaboration["value"] is None
    assert collaboration["contribution"] == 0 and collaboration["published"] is None and collaboration["rule"] == "zero"


@pytest.mark.parametrize(("indicator", "value", "expected"), [("21", "10", 4), ("4", "2.6", 3), ("4", "2,6", 3)])
def test_rubric(capsys: pytest.CaptureFixture[str], indicator: str, value: str, expected: int) -> None:
    status, out, _ = run(capsys, "rubric", "standard-2025", "--indicator", indicator, "--value", value, "--json")
    assert status == 0
    assert json.loads(out) == {"indicator": int(indicator), "value": float(value.replace(",", ".")), "score": expected}


@pytest.mark.parametrize(
    "arguments",
    [
        ("results", "--year", "1999"),
        ("card", "--city", "00.00", "--year", "2024"),
        ("card", "--city", "35.77", "--year", "2023"),
        ("rubric", "standard-1999", "--indicator", "4", "--value", "1"),
        ("rubric", "standard-2025", "--indicator", "1", "--value", "1"),
        ("rubric", "standard-2025", "--indicator", "4", "--value", "many"),
        ("rubric", "standard-2025", "--indicator", "4", "--value", "nan"),
        ("rubric", "standard-2025", "--indicator", "4", "--value", "6"),
        ("rubric", "standard-2025", "--indicator", "4", "--value", "1e999999999"),
        ("package", "--version", "1", "--created", "soon"),
    ],
)
@pytest.mark.parametrize("lang", ["id", "en"])
def test_bad_input_is_one_sentence_on_stderr(capsys: pytest.CaptureFixture[str], arguments: tuple, lang: str) -> None:
    status, out, err = run(capsys, "--lang", lang, *arguments)
    assert status == 2 and out == ""
    assert err.count("\n") == 1 and err.endswith(".\n")


def test_check_passes_on_the_committed_data_and_lists_damage(capsys: pytest.CaptureFixture[str], data_copy) -> None:
    assert run(capsys, "check")[0] == 0
    (data_copy / "levels.yaml").unlink()
    status, out, _ = run(capsys, "--data", str(data_copy), "check")
    assert status == 1 and "levels.yaml" in out
