"""Who may do what: five roles, each for the whole country or for one city, and the actions of the interview.

A role is granted in the store to an identity: the verified e-mail of a sign-in in lower case, or where there is none
its issuer and subject. The rules here are plain values; `grants` reads what was granted, the services ask `allowed`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person is in the evaluation."""

    ADMIN = "admin"
    """The ministry's secretariat: rounds, invitations, panels, roles, publication."""
    CHAIR = "chair"
    """Leads a panel: opens the marks, reconciles, decides on replies, finalises."""
    ASSESSOR = "assessor"
    """Scores the cities of the panels they have a seat in."""
    CITY = "city"
    """Fills in the self-assessment of its own city, and replies."""
    VIEWER = "viewer"
    """Sees the board of all cities and stages, no marks."""


SCOPED = frozenset({Role.CITY})
"""Roles that are nothing without a city."""


class Action(StrEnum):
    """What is done in the interview; every service names one."""

    GRANT = "grant"
    """Give and take roles."""
    MANAGE = "manage"
    """Create rounds, invite cities, seat panels, set deadlines, schedule."""
    SEE_BOARD = "see_board"
    """See which city stands at which stage."""
    SELF_ASSESS = "self_assess"
    """Fill in and submit the self-assessment of a city."""
    SCORE = "score"
    """Give and submit marks on a seat of a panel."""
    RECONCILE = "reconcile"
    """See all marks, open them, change one with a reason, move on to the reply and to the final result."""
    REPLY = "reply"
    """Use the city's right of reply."""
    REOPEN = "reopen"
    """Take a city back to an earlier stage, with a reason."""
    PUBLISH = "publish"
    """Publish a round."""


MAY: dict[Role, frozenset[Action]] = {
    Role.ADMIN: frozenset({Action.GRANT, Action.MANAGE, Action.SEE_BOARD, Action.REOPEN, Action.PUBLISH}),
    Role.CHAIR: frozenset({Action.SEE_BOARD, Action.RECONCILE, Action.REOPEN}),
    Role.ASSESSOR: frozenset({Action.SEE_BOARD, Action.SCORE}),
    Role.CITY: frozenset({Action.SELF_ASSESS, Action.REPLY}),
    Role.VIEWER: frozenset({Action.SEE_BOARD}),
}
"""The actions of each role. A seat in the panel is asked for on top where marks are given (`Action.SCORE`);
a chair leads only the panels in which the chair's seat is theirs, and scores there where they are an assessor too."""

COMMAND_LINE = MAY[Role.ADMIN] | {Action.RECONCILE}
"""What the command line may do without naming a person: whoever runs it holds the store in their hands anyway. It
never answers for a city or an assessor."""
COMMAND_LINE_NAME = "command-line"
"""Who the audit trail names then."""


@dataclass(frozen=True)
class Actor:
    """A signed-in person. `who` is the identity roles are granted to; `name` is only for the person's own screen."""

    who: str
    name: str = ""


@dataclass(frozen=True)
class Grant:
    """A role, for one city (`city`, official code) or, where that is None, for all."""

    role: Role
    city: str | None = None


def allowed(grants: Iterable[Grant], action: Action, city: str | None = None) -> bool:
    """Whether one of the grants allows the action in a city; without a city only nation-wide grants count.

    >>> allowed([Grant(Role.CITY, "35.77")], Action.SELF_ASSESS, "35.77")
    True
    >>> allowed([Grant(Role.CITY, "35.77")], Action.SELF_ASSESS, "35.78")
    False
    """
    return any(action in MAY[grant.role] and grant.city in (None, city) for grant in grants)
