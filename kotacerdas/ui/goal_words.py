"""How goal-seek names things: levers, scores, costs, and the finding over a plan."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from kotacerdas.action_plan import amount
from kotacerdas.goal import Change, Lever, Plan
from kotacerdas.ui.goal_inputs import Ask
from kotacerdas.ui.simulation_state import Bench


def long(bench: Bench, lever: Lever) -> str:
    """`12. Annual report (Output)`, or the name of the component."""
    t = bench.t
    if lever.id == lever.component:
        return t(f"component.{lever.id}")
    label = t.label(bench.stage.ground.instrument[lever.id].label)
    return t("goal.lever", number=number(lever), label=label, component=t(f"component.{lever.component}"))


def short(bench: Bench, lever: Lever) -> str:
    """`12. Output`, or the name of the component."""
    name = bench.t(f"component.{lever.component}")
    return name if lever.id == lever.component else bench.t("goal.lever_short", number=number(lever), component=name)


def number(lever: Lever) -> str:
    """The printed number of a question."""
    return lever.id.removeprefix("q")


def score(bench: Bench, lever: Lever, value: Fraction) -> str:
    """A score as it is printed: questions with one decimal, components with two; below the scale: no programme."""
    if value < lever.bottom:
        return bench.t("goal.no_programme")
    return bench.t.number(value, 2 if lever.id == lever.component else 1)


def change(bench: Bench, lever: Lever, made: Change) -> str:
    """`3,2 → 4,0`."""
    before, after = score(bench, lever, made.start), score(bench, lever, made.to)
    return bench.t("goal.from_to", before=before, after=after)


def cost(bench: Bench, ask: Ask, effort: Fraction) -> str:
    """`6 langkah`, or `usaha 7,5` where steps do not all cost the same."""
    return steps(bench, effort) if ask.even else bench.t("goal.cost_effort", cost=amount(effort, bench.t))


def steps(bench: Bench, count: Fraction | int) -> str:
    """`1 step`, `6 steps`."""
    return bench.t("goal.cost_step" if count == 1 else "goal.cost_steps", count=bench.t.integer(int(count)))


def finding(bench: Bench, ask: Ask, plan: Plan) -> str:
    """The answer in one sentence."""
    t, city = bench.t, bench.name
    if not plan.reachable:
        return t("goal.unreachable", city=city, target=ask.named, most=t.number(plan.final, 4))
    if not plan.changes:
        return t("goal.reached", city=city, target=ask.named)
    assert plan.cost is not None
    key = "goal.found" if plan.proven_optimal else "goal.found_unproven"
    return t(key, city=city, target=ask.named, cost=cost(bench, ask, plan.cost))


def listed(bench: Bench, levers: Sequence[Lever]) -> str:
    """Levers by name, the questions of a component together: `Output 7, 12; Outcome 19`."""
    parts: dict[str, list[str]] = {}
    for lever in levers:
        parts.setdefault(bench.t(f"component.{lever.component}"), [])
        if lever.id != lever.component:
            parts[bench.t(f"component.{lever.component}")].append(number(lever))
    named = [f"{part} {', '.join(numbers)}".strip() for part, numbers in parts.items()]
    return ("; " if any(parts.values()) else ", ").join(named)
