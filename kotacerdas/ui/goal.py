"""The goal part of the page `simulasi`: what is the cheapest way to a score, a level, a rank or the peers' median?"""

from __future__ import annotations

from kotacerdas.scenario import Scenario
from kotacerdas.ui import goal_inputs, goal_plan, goal_settings, goal_worth
from kotacerdas.ui.simulation_state import Bench


def draw(bench: Bench, scenario: Scenario) -> None:
    """Controls, the answer with its plan, what a step is worth, locks and efforts.

    The search starts from the official figures, whatever the scenario changes; its level reading is kept.
    """
    ask = goal_inputs.draw(bench, scenario)
    goal_settings.draw(bench, ask)
    plan = goal_plan.draw(bench, scenario, ask)
    goal_worth.draw(bench, ask, plan)
