"""What a city can raise to reach a goal: its levers, what a step of each costs and brings.

A lever is a score that can be raised: a question, or a component where only these are published. A step raises it by
the step size; the last one is cut at the top of the scale and still costs a whole one. A component without a
programme counts as 0: its first jump leads to the bottom of its scale, an indivisible bundle of the steps that takes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from kotacerdas.instrument import exact
from kotacerdas.problem import Problem
from kotacerdas.published import Published
from kotacerdas.scoring import round_half_up

Unit = Literal["questions", "components"]
ZERO = Fraction(0)


@dataclass(frozen=True)
class Lever:
    """A score that can be raised from `value` to `top`; `bottom` is the lowest value of its scale.

    `gain` are the points of the final per 1 of score, `effort` what one step costs, `component` the part of the
    final it belongs to (itself, if it is one).
    """

    id: str
    value: Fraction
    top: Fraction
    bottom: Fraction
    gain: Fraction
    effort: Fraction = Fraction(1)
    locked: bool = False
    component: str = ""

    def jump(self, step: Fraction) -> int:
        """Steps of the first, indivisible jump to the bottom of the scale; 0 for a score that stands on it."""
        return max(0, math.ceil((self.bottom - self.value) / step))

    def steps(self, step: Fraction) -> int:
        """Steps from here to the top."""
        return self.jump(step) + math.ceil((self.top - max(self.value, self.bottom)) / step)

    def after(self, steps: int, step: Fraction) -> Fraction:
        """The score after a number of steps (none, or at least the first jump)."""
        if not steps:
            return self.value
        return min(self.top, max(self.value, self.bottom) + (steps - self.jump(step)) * step)


def levers(
    published: Published, code: str, year: int, *, unit: Unit | None = None, step: Fraction = Fraction(1)
) -> tuple[Lever, ...]:
    """What can be raised for a city, in printed order, each at an effort of 1 per step and unlocked.

    `unit` defaults to the finest published: the questions (beside them components that have none), or the components.
    A component of a city whose questions are published starts at their exact mean. Raises `Problem` where there is no
    result, for questions where only components are published, and for a step outside 0 to the width of the scale.
    """
    parts = published.card(code, year).children
    detailed = any(part.children for part in parts)
    if unit == "questions" and not detailed:
        raise Problem("goal_components_only", city=published.city(code)["name"], year=year)
    instrument = published.instrument_of(year, published.results(year).at[code, "group"])
    found = []
    for part in parts:
        for node in (part,) if unit == "components" else (node for node in part.walk() if not node.children):
            scale = instrument.scale(node.id)
            found.append(
                Lever(
                    id=node.id,
                    value=node.value or ZERO,  # no value: counts as 0 by the instrument's rule
                    top=scale.max,
                    bottom=scale.min,
                    gain=instrument.effective_weight(node.id),
                    component=part.id,
                )
            )
    width = max(lever.top - lever.bottom for lever in found)
    if not 0 < step <= width:
        raise Problem("goal_step", value=step, most=width)
    return tuple(found)


def start(published: Published, code: str, year: int) -> Fraction:
    """The exact final a city starts from: its weighted value, moved by what its printed final differs from it rounded.

    Raises `Problem` where the city has no result.
    """
    value = published.card(code, year).value
    assert value is not None
    return value + exact(published.results(year).at[code, "final"]) - Fraction(round_half_up(value))


def settled(
    found: Sequence[Lever], locks: Iterable[str] = (), efforts: Mapping[str, Fraction] | None = None
) -> tuple[Lever, ...]:
    """The levers with some locked and some efforts set; a component stands for all its questions.

    Raises the first of `setting_problems`.
    """
    locks, efforts = list(locks), efforts or {}
    for problem in setting_problems(found, locks, efforts):
        raise problem
    return tuple(
        replace(
            lever,
            locked=lever.locked or lever.id in locks or lever.component in locks,
            effort=efforts.get(lever.id, efforts.get(lever.component, lever.effort)),
        )
        for lever in found
    )


def setting_problems(
    found: Sequence[Lever], locks: Iterable[str] = (), efforts: Mapping[str, Fraction] | None = None
) -> Iterator[Problem]:
    """Every id that is no lever here, and every `effort_problem`."""
    known = {lever.id for lever in found} | {lever.component for lever in found}
    efforts = efforts or {}
    for name in dict.fromkeys((*locks, *efforts)):
        if name not in known:
            yield Problem("goal_lever_unknown", value=name[:40], accepted=_accepted(found))
    for name, effort in efforts.items():
        if name in known and (problem := effort_problem(name, effort)) is not None:
            yield problem


def effort_problem(node: str, effort: Fraction) -> Problem | None:
    """What keeps a number from being the effort of a step of `node`: steps that cost nothing would have no cheapest
    plan."""
    return None if effort > 0 else Problem("goal_effort", node=node, value=effort)


def _accepted(found: Sequence[Lever]) -> str:
    parts = list(dict.fromkeys(lever.component for lever in found))
    single = [lever.id for lever in found if lever.id not in parts]
    return ", ".join([*parts, f"{single[0]} … {single[-1]}"] if single else parts)


# ---- what they are worth -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Marginal:
    """What a lever is worth: points of the final per whole step, for the next step, per effort, and up to the top."""

    id: str
    per_step: Fraction
    next_step: Fraction
    per_effort: Fraction
    room: Fraction


def marginal(found: Sequence[Lever], step: Fraction = Fraction(1)) -> tuple[Marginal, ...]:
    """What each lever is worth (a question: weight of its component / number of questions), locked or not.

    `next_step` is cut at the top of the scale (0 there); in a first jump it is the mean over the bundle.
    """
    rows = []
    for lever in found:
        least = lever.jump(step) or min(1, lever.steps(step))
        gained = lever.gain * (lever.after(least, step) - lever.value) / max(1, least)
        room = lever.gain * (lever.top - lever.value)
        rows.append(Marginal(lever.id, lever.gain * step, gained, gained / lever.effort, room))
    return tuple(rows)


@dataclass(frozen=True)
class Climb:
    """The steps of a lever: a first jump (or 0 steps), so many whole ones, and a rest that is cut at the top."""

    effort: Fraction
    jump: int
    jump_gain: Fraction
    whole: int
    whole_gain: Fraction
    rest_gain: Fraction


def climb(lever: Lever, step: Fraction) -> Climb:
    """The steps from a lever's value to its top; levers with equal climbs can stand for each other."""
    floor = max(lever.value, lever.bottom)
    whole, rest = divmod(lever.top - floor, step)
    return Climb(
        effort=lever.effort,
        jump=lever.jump(step),
        jump_gain=lever.gain * (floor - lever.value),
        whole=whole,
        whole_gain=lever.gain * step if whole else ZERO,
        rest_gain=lever.gain * rest,
    )
