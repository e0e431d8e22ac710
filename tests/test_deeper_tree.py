"""Next year's questionnaire may group its questions: an instrument with one level more is read by the same code.

The questions of Output are put under two groups that weigh their numbers of questions, which changes no score.
"""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

from kotacerdas import goal
from kotacerdas.draws import panel_errors
from kotacerdas.field import field_of
from kotacerdas.instrument import DATA, load_instrument
from kotacerdas.published import Published
from kotacerdas.scenario import Scenario, problems
from kotacerdas.simulate import changeable, simulate

F = Fraction
MADIUN = "35.77"
GROUPS = {"policy": [f"q{i}" for i in range(6, 11)], "resources": [f"q{i}" for i in range(11, 17)]}
METHODS = ("evaluation-2024-regular", "evaluation-2024-priority")


@pytest.fixture(scope="module")
def deep(published: Published, tmp_path_factory: pytest.TempPathFactory) -> Published:
    """The published rounds, with 2024 read by instruments whose Output has groups."""
    folder: Path = tmp_path_factory.mktemp("instruments")
    for name in METHODS:
        content: dict[str, Any] = yaml.safe_load((DATA / "instruments" / f"{name}.yaml").read_text("utf-8"))
        if "extends" not in content:
            for group, members in GROUPS.items():
                label = {"id": group, "en": group}
                content["nodes"].append(
                    {"id": group, "parent": "output", "kind": "group", "label": label, "weight": f"{len(members)}/11"}
                )
                for node in content["nodes"]:
                    if node["id"] in members:
                        node["parent"] = group
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(content), "utf-8")
    read = {name: load_instrument(name, folder) for name in METHODS}
    return Published(dataclasses.replace(published.data, instruments={**published.data.instruments, **read}))


def test_the_questions_are_found(published: Published, deep: Published) -> None:
    assert set(deep.question_matrix(2024)) == set(published.question_matrix(2024))
    assert deep.answers(MADIUN, 2024) == published.answers(MADIUN, 2024)
    assert changeable(deep, MADIUN, 2024) == "questions" and changeable(deep, "32.73", 2024) == "components"
    counts = deep.coverage(2024).set_index("component")["questions"]
    assert counts.equals(published.coverage(2024).set_index("component")["questions"])


@pytest.mark.parametrize("method", [None, *METHODS])
@pytest.mark.parametrize(
    "changes", [{}, {"output": F(39, 10)}, {"q12": F(3), "q6": F(2), "q20": F(1)}, {"output": F(3), "q20": F(1)}]
)
def test_scenarios_are_the_same(
    published: Published, deep: Published, changes: dict[str, F], method: str | None
) -> None:
    scenario = Scenario(MADIUN, 2024, changes=changes, instrument=method)
    flat, grouped = simulate(published, scenario).outcome, simulate(deep, scenario).outcome
    assert dataclasses.replace(grouped, card=flat.card) == flat


def test_a_group_can_be_changed_as_a_whole(published: Published, deep: Published) -> None:
    as_group = simulate(deep, Scenario(MADIUN, 2024, changes={"policy": F(3)})).outcome
    each = simulate(published, Scenario(MADIUN, 2024, changes=dict.fromkeys(GROUPS["policy"], F(3)))).outcome
    assert (as_group.value, as_group.components) == (each.value, each.components)


@pytest.mark.parametrize("pair", [("policy", "q6"), ("output", "q6"), ("output", "policy")])
def test_a_node_and_one_below_it_are_a_problem(deep: Published, pair: tuple[str, str]) -> None:
    (problem,) = problems(deep, Scenario(MADIUN, 2024, changes=dict.fromkeys(pair, F(3))))
    assert problem.key == "answer_twice"


def test_goal_seek_raises_the_same_questions(published: Published, deep: Published) -> None:
    flat, grouped = (goal.levers(source, MADIUN, 2024) for source in (published, deep))
    assert {lever.id: lever for lever in grouped} == {lever.id: lever for lever in flat}
    start, target = goal.start(deep, MADIUN, 2024), F(39, 10)
    assert start == goal.start(published, MADIUN, 2024)
    assert goal.seek(grouped, start, target, F(1)).cost == goal.seek(flat, start, target, F(1)).cost == 6


def test_the_panel_error_counts_every_question(published: Published, deep: Published) -> None:
    expected = panel_errors(field_of(published, 2024))
    assert panel_errors(field_of(deep, 2024)) == pytest.approx(expected)
