"""The words that the views of the interview share: stages, moments, cities by their names."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kotacerdas.i18n import MISSING, Text
from kotacerdas.interview.stages import Stage
from kotacerdas.interview.times import WIB
from kotacerdas.problem import Problem

if TYPE_CHECKING:
    from kotacerdas.ui.interview_desk import Desk

CLOCK = {"id": "HH.mm", "en": "HH:mm"}
"""How a column of a table writes the time of day; `clock` does the same in a sentence."""
DAY = "DD/MM/YYYY"
_WRITTEN = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d) WIB")
"""A moment as the services put it into a sentence (`times.moment`)."""


@dataclass(frozen=True)
class RoomText(Text):
    """The words of the room: services name a city in a problem by its code, readers know it by its name; and moments
    are written as the language does. Every view has its words from the desk, so that no place has to think of it.

    >>> RoomText("en", {"35.77": "Kota Madiun"}).problem(Problem("panel_none", city="35.77")).split(";")[0]
    'The panel of Kota Madiun has no assessor yet'
    """

    names: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    """Code -> name of the cities the register knows."""

    def problem(self, problem: Any) -> str:
        """The sentence of a `Problem`; a code that the register does not know stays as it is."""
        told = {name: self._told(name, value) for name, value in problem.params.items()}
        return super().problem(Problem(problem.key, **told))

    def _told(self, name: str, value: object) -> object:
        if not isinstance(value, str):
            return value
        if name == "city":
            return self.names.get(value, value)
        written = _WRITTEN.fullmatch(value)
        return moment(self, f"{written[1]}T{written[2]}:00+07:00") if written else value


def stage_name(t: Text, stage: Stage) -> str:
    """The name of a stage."""
    return t(f"stage.{stage}")


def day(t: Text, at: str | None) -> str:
    """The day of a moment of the store, in Western Indonesian Time: `22 November 2026`."""
    return t.date(local(at).date()) if at else MISSING


def moment(t: Text, at: str | None) -> str:
    """A moment of the store, in Western Indonesian Time: `22 November 2026, 14.00 WIB`."""
    return t("interview.moment", day=day(t, at), time=clock(t, at)) if at else MISSING


def clock(t: Text, at: str) -> str:
    """The time of day, in Western Indonesian Time; hours and minutes are parted as the language does."""
    return f"{local(at):%H{'.' if t.lang == 'id' else ':'}%M}"


def local(at: str) -> dt.datetime:
    """A moment of the store in Western Indonesian Time."""
    return dt.datetime.fromisoformat(at).astimezone(WIB)


def named(desk: Desk, problem: Problem, questions: Mapping[str, str] | None = None) -> Problem:
    """A problem of a service with names for the ids of questions and people, where a view knows them."""
    known = questions or {}
    return Problem(problem.key, **{name: _named(desk, name, value, known) for name, value in problem.params.items()})


def _named(desk: Desk, name: str, value: object, questions: Mapping[str, str]) -> object:
    if not isinstance(value, str):
        return value
    if name == "node":
        return questions.get(value, value)
    return desk.person(value) if name in ("by", "who") else value
