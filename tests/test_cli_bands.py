"""`bands` prints one object per ranked city, and one sentence where it cannot."""

from __future__ import annotations

import csv
import io
import json

import pytest

from kotacerdas.cli import main

pytestmark = pytest.mark.usefixtures("data_read_once")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(["bands", *arguments] if "--lang" not in arguments else arguments)
    out, err = capsys.readouterr()
    return status, out, err


def test_bands_json(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "--year", "2024", "--draws", "10000", "--seed", "1", "--json")
    rows = json.loads(out)
    assert status == 0 and len(rows) == 140
    assert list(rows[0])[:7] == ["code", "name", "rank", "p5", "median", "p95", "top10"]
    assert [row["rank"] for row in rows] == sorted(row["rank"] for row in rows)
    madiun = next(row for row in rows if row["code"] == "35.77")
    assert (madiun["name"], madiun["rank"], madiun["p5"], madiun["median"], madiun["p95"], madiun["top10"]) == (
        "Kota Madiun", 3, 2, 3, 4, 1.0)  # fmt: skip
    assert all(type(row[key]) is int for row in rows for key in ("rank", "p5", "median", "p95"))
    for row in rows:
        assert sum(row[f"level_{level}"] for level in range(1, 6)) == pytest.approx(1)
        assert row["p5"] <= row["median"] <= row["p95"]


def test_the_default_is_the_command_of_the_issue_and_a_seed_repeats(capsys: pytest.CaptureFixture[str]) -> None:
    usual = run(capsys, "--year", "2021")[1]
    assert usual == run(capsys, "--year", "2021", "--draws", "10000", "--seed", "1", "--spread", "0,25", "--json")[1]
    assert usual != run(capsys, "--year", "2021", "--seed", "2")[1]
    assert len(json.loads(usual)) == 98


def test_bands_csv_has_the_same_rows(capsys: pytest.CaptureFixture[str]) -> None:
    options = ("--year", "2024", "--draws", "50", "--reading", "literal")
    rows = list(csv.DictReader(io.StringIO(run(capsys, *options, "--csv")[1])))
    objects = json.loads(run(capsys, *options)[1])
    assert [{key: str(value) for key, value in row.items()} for row in objects] == rows


@pytest.mark.parametrize("preset", ["leave_out", "panel", "method", "combined"])
def test_other_presets(capsys: pytest.CaptureFixture[str], preset: str) -> None:
    status, out, _ = run(capsys, "--year", "2024", "--preset", preset, "--draws", "20")
    assert status == 0 and len(json.loads(out)) == 140


def test_a_panel_the_sources_do_not_state_can_be_stated(capsys: pytest.CaptureFixture[str]) -> None:
    options = ("--year", "2021", "--preset", "panel", "--draws", "300")
    five, hundred, surer = (
        json.loads(run(capsys, *options, *more)[1])
        for more in (("--panel-size", "5"), ("--panel-size", "100"), ("--panel-size", "5", "--deviation", "0,1"))
    )
    width = [sum(row["p95"] - row["p5"] for row in rows) for rows in (five, hundred, surer)]
    assert len(five) == 98 and width[0] > width[1] > 0 and width[0] > width[2] > 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("--year", "2023"),
        ("--year", "1999"),
        ("--year", "2021", "--preset", "panel"),
        ("--year", "2024", "--preset", "luck"),
        ("--year", "2024", "--draws", "0"),
        ("--year", "2024", "--draws", "100001"),
        ("--year", "2024", "--draws", "many"),
        ("--year", "2024", "--draws", "1e3"),
        ("--year", "2024", "--seed", "-1"),
        ("--year", "2024", "--seed", "²"),
        ("--year", "2024", "--seed", "1.5"),
        ("--year", "2024", "--spread", "1"),
        ("--year", "2024", "--spread", "wide"),
        ("--year", "2024", "--spread", "1e400"),
        ("--year", "2024", "--preset", "panel", "--deviation", "3.5"),
        ("--year", "2024", "--preset", "panel", "--deviation", "wide"),
        ("--year", "2021", "--preset", "panel", "--panel-size", "0"),
        ("--year", "2021", "--preset", "panel", "--panel-size", "five"),
        ("--year", "2024", "--reading", "loose"),
        ("--year", "2024", "--reading", ""),
    ],
)
@pytest.mark.parametrize("lang", ["id", "en"])
def test_bad_input_is_one_sentence_on_stderr(capsys: pytest.CaptureFixture[str], arguments: tuple, lang: str) -> None:
    status, out, err = run(capsys, "--lang", lang, "bands", *arguments)
    assert status == 2 and out == ""
    assert err.count("\n") == 1 and err.endswith(".\n")
