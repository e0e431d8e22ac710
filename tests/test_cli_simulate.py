"""`python -m kotacerdas simulate` prints two sides, or one sentence per fault."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from kotacerdas.cli import main
from kotacerdas.i18n import Text
from kotacerdas.published import Published
from kotacerdas.scenario import Scenario, to_json
from tests.builders import COMPONENTS

pytestmark = pytest.mark.usefixtures("data_read_once")

MADIUN = ("--city", "35.77", "--year", "2024")


def run(capsys: pytest.CaptureFixture[str], *arguments: str, lang: str = "id") -> tuple[int, str, list[str]]:
    status = main(("--lang", lang, "simulate", *arguments))
    out, err = capsys.readouterr()
    return status, out, err.splitlines()


def sides(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[dict[str, Any], dict[str, Any]]:
    status, out, err = run(capsys, *arguments)
    assert (status, err) == (0, [])
    both = json.loads(out)
    assert list(both) == ["baseline", "scenario"]
    return both["baseline"], both["scenario"]


def test_a_component_change(capsys: pytest.CaptureFixture[str]) -> None:
    baseline, scenario = sides(capsys, *MADIUN, "--set", "outcome=3.9", "--json")
    assert (
        list(baseline) == list(scenario) == ["components", "final", "level", "rank", "ranked", "unrounded", "weights"]
    )
    assert list(baseline["components"]) == list(COMPONENTS)
    assert baseline["components"] == {"baseline": 4, "output": 3.51, "outcome": 3.78, "impact": 3.97, "quick_win": 3.87,
                                      "collaboration": None}  # fmt: skip
    assert scenario["components"] == baseline["components"] | {"outcome": 3.9}
    assert (baseline["final"], baseline["level"], baseline["rank"], baseline["ranked"]) == (3.8, 4, 3, 140)
    assert (scenario["final"], scenario["level"], scenario["rank"], scenario["ranked"]) == (3.84, 4, 2, 140)
    assert scenario["unrounded"] == pytest.approx(3.8384848485)
    assert scenario["weights"] == {"baseline": 0.1, "output": 0.2, "outcome": 0.3, "impact": 0.2, "quick_win": 0.2}


def test_questions_weights_method_and_reading_together(capsys: pytest.CaptureFixture[str]) -> None:
    _, scenario = sides(capsys, *MADIUN, "--set", "q12=3", "--set", "q13=2,4", "--weight", "impact=0,3",
                        "--method", "evaluation-2024-priority", "--reading", "literal")  # fmt: skip
    assert scenario["weights"]["impact"] == 0.3 and sum(scenario["weights"].values()) == pytest.approx(1)
    assert scenario["weights"]["collaboration"] == pytest.approx(0.7 / 8)
    assert scenario["components"]["collaboration"] is None and scenario["level"] == 3


def test_without_changes_both_sides_are_the_published_one(capsys: pytest.CaptureFixture[str]) -> None:
    baseline, scenario = sides(capsys, "--city", "74.07", "--year", "2024")
    assert baseline == scenario and (baseline["final"], baseline["unrounded"]) == (0.94, 0.936)


def test_a_scenario_file_and_options_over_it(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(to_json(Scenario("35.77", 2024, "A", {"outcome": Fraction(39, 10)})))
    _, scenario = sides(capsys, "--scenario", str(path))
    assert (scenario["final"], scenario["rank"]) == (3.84, 2)
    _, more = sides(capsys, "--scenario", str(path), "--set", "impact=4", "--set", "outcome=4")
    assert (more["components"]["impact"], more["components"]["outcome"]) == (4, 4)


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize(
    ("arguments", "about"),
    [
        (("--city", "35.77"), ["--year"]),
        (("--city", "99.99", "--year", "2024"), ["99.99"]),
        (("--city", "35.77", "--year", "2022"), ["2022"]),
        (("--city", "35.78", "--year", "2024"), ["Surabaya"]),
        ((*MADIUN, "--set", "outcome"), ["outcome"]),
        ((*MADIUN, "--set", "=3"), ["=3"]),
        ((*MADIUN, "--set", "outcome=NaN"), ["NaN"]),
        ((*MADIUN, "--set", "outcome=1e999999999"), ["1e999999999"]),
        ((*MADIUN, "--set", "outcome=3", "--set", "outcome=4"), ["outcome"]),
        ((*MADIUN, "--set", "q12=3.1"), [Decimal("0.2")]),
        ((*MADIUN, "--set", "output=3", "--set", "q12=3"), ["q12"]),
        (("--city", "32.73", "--year", "2024", "--set", "q12=3"), ["Kota Bandung"]),
        (
            (*MADIUN, "--set", "outcome=5", "--set", "x=1", "--set", "y", "--weight", "impact=2", "--method", "z"),
            ["y", "z", "5", "x", "2"],
        ),
        (("--scenario", "nowhere.json"), ["“nowhere.json”"]),
        (("--scenario", ""), ["“”"]),
        ((*MADIUN, "--method", ""), ["“”"]),
        ((*MADIUN, "--reading", ""), ["“”"]),
        ((*MADIUN, "--set", "outcome=4.0000001"), [Decimal("4.0000001")]),
        ((*MADIUN, "--set", "outcome=3.9000000000001"), [" 12 "]),
        (
            (*MADIUN, "--weight", "impact=0.5", "--weight", "outcome=0.5000001"),
            [Decimal("1.0000001")],
        ),
        ((*MADIUN, "--method", "evaluation-2021", "--set", "q12=3"), ["evaluation-2021"]),
    ],
    ids=lambda case: " ".join(map(str, case))[-40:],
)
def test_one_sentence_per_fault(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], about: list[str | Decimal], lang: str
) -> None:
    status, out, err = run(capsys, *arguments, lang=lang)
    assert (status, out) == (2, "")
    assert len(err) == len(about)
    for sentence, word in zip(err, about, strict=True):
        wanted = word if isinstance(word, str) else Text(lang).brief(word)
        assert wanted in sentence and sentence.endswith(".")


@pytest.mark.parametrize("options", [("--year", "0"), ("--city", ""), ("--method", ""), ("--reading", "")])
def test_an_empty_option_over_a_scenario_file_is_not_ignored(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, options: tuple[str, str]
) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(to_json(Scenario("35.77", 2024, "A", {"outcome": Fraction(39, 10)})))
    status, out, err = run(capsys, "--scenario", str(path), *options)
    assert (status, out, len(err)) == (2, "", 1)


def test_a_broken_scenario_file(capsys: pytest.CaptureFixture[str], tmp_path: Path, published: Published) -> None:
    path = tmp_path / "b.json"
    path.write_bytes(b"junk" * 3_000_000)
    assert run(capsys, "--scenario", str(path))[0] == 2
    path.write_bytes(b'{"city": "35.77", "year": 2024, "changes": {"q1": 9, "zz": 1}}')
    status, out, err = run(capsys, "--scenario", str(path))
    assert (status, out, len(err)) == (2, "", 2)
