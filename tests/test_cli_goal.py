"""`python -m kotacerdas goal`: what the issue specifies, and one sentence where it cannot be."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kotacerdas.cli import main

pytestmark = pytest.mark.usefixtures("data_read_once")


def run(capsys: pytest.CaptureFixture[str], *arguments: str, city: str = "35.77", year: str = "2024") -> dict[str, Any]:
    status = main(["goal", "--city", city, "--year", year, "--json", *arguments])
    out, err = capsys.readouterr()
    assert (status, err) == (0, "")
    found: dict[str, Any] = json.loads(out)
    return found


def sentence(capsys: pytest.CaptureFixture[str], *arguments: str, city: str = "35.77", year: str = "2024") -> str:
    status = main(["--lang", "en", "goal", "--city", city, "--year", year, "--json", *arguments])
    out, err = capsys.readouterr()
    assert (status, out, err.count("\n")) == (2, "", 1)
    return err.strip()


def test_the_cheapest_way_to_3_90(capsys: pytest.CaptureFixture[str]) -> None:
    answer = run(capsys, "--target-final", "3.9")
    assert answer == {
        "reachable": True, "cost": 6, "final": pytest.approx(3136 / 825 + 4 / 55 + 1 / 60 + 0.8 / 55, abs=1e-12),
        "rounded": 3.91, "start": pytest.approx(3136 / 825), "target": 3.9,
        "changes": [{"id": "q7", "from": 3, "to": 4}, {"id": "q12", "from": 1, "to": 4},
                    {"id": "q108", "from": 3, "to": 4}, {"id": "q11", "from": 3.2, "to": 4}],
        "proven_optimal": True,
    }  # fmt: skip
    assert list(answer)[:3] == ["reachable", "cost", "final"]


def test_a_decimal_comma_and_finer_steps(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "--target-final", "3,9", "--step", "0,2")["cost"] == 28


def test_locks_make_it_dearer_and_efforts_count(capsys: pytest.CaptureFixture[str]) -> None:
    locked = run(capsys, "--target-final", "3.9", "--lock", "q12", "q7")
    assert locked["cost"] > 6 and not {"q12", "q7"} & {change["id"] for change in locked["changes"]}
    heavy = run(capsys, "--target-final", "3.85", "--effort", "q12=1.5", "q7=2,5")
    assert heavy["cost"] == 3.5, "q108 and q11 instead of q7 and one of q12: 1 + 1 + 1.5"


def test_a_locked_component_locks_its_questions(capsys: pytest.CaptureFixture[str]) -> None:
    answer = run(capsys, "--target-final", "3.9", "--lock", "output", "--lock", "outcome")
    assert (answer["reachable"], answer["cost"], answer["changes"]) == (False, None, [])
    most = 3136 / 825 + 0.2 / 54 * (0.8 + 0.8 + 0.2) + 0.2 / 12 * (0.2 + 1 + 0.4)  # what Impact and Quick Win leave
    assert answer["final"] == pytest.approx(most, abs=1e-12) and answer["proven_optimal"]


def test_level_rank_and_peers_as_targets(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "--target-level", "5")["rounded"] == 4
    assert run(capsys, "--target-rank", "1")["rounded"] >= 3.93
    reached = run(capsys, "--target-peers", "province")
    assert (reached["cost"], reached["changes"]) == (0, [])


def test_components_alone_and_the_bundle_of_a_missing_programme(capsys: pytest.CaptureFixture[str]) -> None:
    others = ["baseline", "output", "outcome", "impact", "quick_win"]
    answer = run(capsys, "--target-final", "1", "--step", "0.2", "--lock", *others, city="74.07")
    assert answer["changes"] == [{"id": "collaboration", "from": 0, "to": 1}] and answer["cost"] == 5
    assert run(capsys, "--target-final", "3.9", "--unit", "components")["changes"][0]["id"] == "output"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--target-final", "4.5"], "outside the scale"),
        (["--target-final", "abc"], "“abc” for --target-final is not a number"),
        (["--target-final", "4.0000001"], "The target 4.0000001 is outside"),
        (["--target-final", "3.9", "--reading", "loose"], "no level reading “loose”"),
        (["--target-level", "3", "--reading", ""], "no level reading “”"),
        (["--target-level", "9"], "no level 9"),
        (["--target-level", "5", "--reading", "literal"], "above the highest score"),
        (["--target-rank", "0"], "no rank 0"),
        (["--target-rank", "2.5"], "no rank 2.5"),
        (["--target-peers", "friends"], "friends"),
        (["--target-final", "3.9", "--lock", "q999"], "q999"),
        (["--target-final", "3.9", "--effort", "q12"], "id=value"),
        (["--target-final", "3.9", "--effort", "q12=0"], "above 0"),
        (["--target-final", "3.9", "--effort", "q12=1", "q12=2"], "more than once"),
        (["--target-final", "3.9", "--step", "5"], "up to 3"),
        (["--target-final", "3.9", "--step", "0.0000001"], "too fine"),
        (["--target-final", "3.9", "--step", "1e-13"], "12 decimals"),
    ],
)
def test_bad_input_is_one_sentence(capsys: pytest.CaptureFixture[str], arguments: list[str], words: str) -> None:
    assert words in sentence(capsys, *arguments)


def test_every_effort_that_cannot_be_read_has_its_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("--city", "35.77", "--year", "2024", "--target-final", "3.9", "--effort", "q1", "q2=x", "q3=1", "q3=2")
    assert main(["goal", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == "" and [name in line for name, line in zip(("q1", "q2", "q3"), err.splitlines(), strict=True)]


def test_a_city_without_a_result_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Kota Surabaya" in sentence(capsys, "--target-final", "3", city="35.78")
    assert "2023" in sentence(capsys, "--target-final", "3", year="2023")
    assert "components only" in sentence(capsys, "--target-final", "3.9", "--unit", "questions", year="2021")


def test_one_target_is_needed_and_only_one() -> None:
    for arguments in ([], ["--target-final", "3", "--target-rank", "1"]):
        with pytest.raises(SystemExit):
            main(["goal", "--city", "35.77", "--year", "2024", *arguments])


def test_several_faults_are_named_one_by_one(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["--lang", "en", "goal", "--city", "35.77", "--year", "2024", "--target-final", "3.9",
                   "--lock", "zz", "q12", "yy", "--effort", "q1=0", "q2=x"])  # fmt: skip
    out, err = capsys.readouterr()
    assert (status, out, err.count("\n")) == (2, "", 4)
    assert all(name in err for name in ("zz", "yy", "q1", "q2")) and "q12" not in err
