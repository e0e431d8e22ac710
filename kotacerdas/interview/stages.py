"""The way of a city through a round: nine stages, who moves it on, and what may be written at each.

Invited -> self-assessment -> submitted -> scheduled -> scoring (blind) -> reconciliation -> reply -> final ->
published. Forward is one step at a time; back is a re-opening, by right and with a reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kotacerdas.interview.roles import Action


class Stage(StrEnum):
    """Where a city stands in a round."""

    INVITED = "invited"
    SELF_ASSESSMENT = "self_assessment"
    SUBMITTED = "submitted"
    SCHEDULED = "scheduled"
    SCORING = "scoring"
    RECONCILIATION = "reconciliation"
    REPLY = "reply"
    FINAL = "final"
    PUBLISHED = "published"


ORDER = tuple(Stage)
LOCKED = frozenset({Stage.FINAL, Stage.PUBLISHED})
"""Nothing is written here any more; only a re-opening leads out."""


class Layer(StrEnum):
    """What an answer is. One author (`owner`) has one answer per layer and question."""

    SELF = "self"
    """The city's self-assessment; its owner is the city (`CITY_OWNER`), whoever of its people writes."""
    MARK = "mark"
    """An assessor's mark; its owner is the assessor."""
    REPLY = "reply"
    """The city's reply to a question's result; a note without a value."""
    ANSWER = "answer"
    """The chair's answer to a reply; a note without a value."""


CITY_OWNER = "city"
"""Owner of what belongs to the city and not to a person of it."""
CHAIR_OWNER = "chair"
"""Owner of the chair's answers."""

OPEN: dict[tuple[Layer, Stage], Action] = {
    (Layer.SELF, Stage.INVITED): Action.SELF_ASSESS,
    (Layer.SELF, Stage.SELF_ASSESSMENT): Action.SELF_ASSESS,
    (Layer.MARK, Stage.SCHEDULED): Action.SCORE,
    (Layer.MARK, Stage.SCORING): Action.SCORE,
    (Layer.MARK, Stage.RECONCILIATION): Action.RECONCILE,
    (Layer.MARK, Stage.REPLY): Action.RECONCILE,
    (Layer.REPLY, Stage.REPLY): Action.REPLY,
    (Layer.ANSWER, Stage.REPLY): Action.RECONCILE,
}
"""What may be written at which stage, and the action it needs; what is missing here is closed."""

BEGINS: dict[Layer, tuple[Stage, Stage]] = {
    Layer.SELF: (Stage.INVITED, Stage.SELF_ASSESSMENT),
    Layer.MARK: (Stage.SCHEDULED, Stage.SCORING),
}
"""The step the first answer of a layer takes by itself (`moves.begin`)."""

REASONED = frozenset({(Layer.MARK, Stage.RECONCILIATION), (Layer.MARK, Stage.REPLY)})
"""Where every change of a mark needs a reason: others have seen it, and all marks are known."""


@dataclass(frozen=True)
class Move:
    """A step between two stages: the action it needs, and whether a reason has to be given."""

    action: Action
    reason: bool = False


def _forward() -> Mapping[tuple[Stage, Stage], Move]:
    steps = dict.fromkeys(zip(ORDER, ORDER[1:], strict=False), Action.MANAGE)
    steps |= {
        (Stage.INVITED, Stage.SELF_ASSESSMENT): Action.SELF_ASSESS,
        (Stage.SELF_ASSESSMENT, Stage.SUBMITTED): Action.SELF_ASSESS,
        (Stage.SCHEDULED, Stage.SCORING): Action.RECONCILE,
        (Stage.SCORING, Stage.RECONCILIATION): Action.RECONCILE,
        (Stage.RECONCILIATION, Stage.REPLY): Action.RECONCILE,
        (Stage.REPLY, Stage.FINAL): Action.RECONCILE,
        (Stage.FINAL, Stage.PUBLISHED): Action.PUBLISH,
    }
    return {step: Move(action) for step, action in steps.items()}


def _back() -> Mapping[tuple[Stage, Stage], Move]:
    return {
        (late, early): Move(Action.REOPEN, reason=True)
        for place, late in enumerate(ORDER)
        for early in ORDER[1:place]
        if early not in (Stage.SUBMITTED, Stage.SCHEDULED, Stage.FINAL)
    }


MOVES: Mapping[tuple[Stage, Stage], Move] = {**_forward(), **_back()}
"""Every step there is. The first mark moves `scheduled` on to `scoring` by itself (see `moves`); the last submitted
seat moves `scoring` on to `reconciliation`."""

INSTEAD: Mapping[tuple[Stage, Stage], Move] = {
    step: Move(Action.MANAGE, reason=True)
    for step in ((Stage.INVITED, Stage.SELF_ASSESSMENT), (Stage.SELF_ASSESSMENT, Stage.SUBMITTED))
}
"""Steps of the city that the office may take in its place, with a reason: a self-assessment that never came, or came
incomplete, must not hold up the interview."""


def before(stage: Stage, other: Stage) -> bool:
    """Whether a stage comes before another one in a round."""
    return ORDER.index(stage) < ORDER.index(other)
