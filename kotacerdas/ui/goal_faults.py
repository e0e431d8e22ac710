"""What is wrong with locks and efforts, told by the names a reader knows: an address holds ids, a page holds names."""

from __future__ import annotations

from collections.abc import Sequence

from kotacerdas.goal import Lever
from kotacerdas.problem import Problem
from kotacerdas.ui.simulation_state import Bench


def named(bench: Bench, levers: Sequence[Lever], problem: Problem) -> Problem:
    """The problem with names in place of the ids of questions and components, those of the choice among them."""
    told = dict(problem.params)
    if isinstance(node := told.get("node"), str):
        told["node"] = name(bench, node)
    if problem.key == "goal_lever_unknown":
        told["accepted"] = _choice(bench, levers)
    return Problem(problem.key, **told)


def name(bench: Bench, node: str) -> str:
    """A question in a sentence, `pertanyaan 12 (Laporan tahunan)`, or a component; what is neither stays as it is."""
    t, tree = bench.t, bench.stage.ground.instrument
    if node not in tree:
        return node
    if tree[node].kind == "component":
        return t(f"component.{node}")
    return t("goal.fault_question", number=node.removeprefix("q"), label=t.label(tree[node].label))


def _choice(bench: Bench, levers: Sequence[Lever]) -> str:
    """All that can be locked here: the components by name, the questions by their first and last number."""
    t = bench.t
    parts = [t(f"component.{part}") for part in dict.fromkeys(lever.component for lever in levers)]
    single = [lever.id.removeprefix("q") for lever in levers if lever.id != lever.component]
    if not single:
        return ", ".join(parts)
    return ", ".join([*parts, t("goal.fault_questions", first=single[0], last=single[-1])])
