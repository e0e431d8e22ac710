"""The words that the views of the interview share: stages, moments, cities by their names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kotacerdas.i18n import MISSING, Text
from kotacerdas.interview.stages import Stage
from kotacerdas.interview.times import WIB
from kotacerdas.problem import Problem

CLOCK = {"id": "HH.mm", "en": "HH:mm"}
"""How a column of a table writes the time of day; `clock` does the same in a sentence."""
DAY = "DD/MM/YYYY"


@dataclass(frozen=True)
class RoomText(Text):
    """The words of the room: services name a city in a problem by its code, readers know it by its name.

    >>> RoomText("en", {"35.77": "Kota Madiun"}).problem(Problem("panel_none", city="35.77")).split(";")[0]
    'The panel of Kota Madiun has no assessor yet'
    """

    names: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    """Code -> name of the cities the register knows."""

    def problem(self, problem: Any) -> str:
        """The sentence of a `Problem`; a code that the register does not know stays as it is."""
        city = problem.params.get("city")
        if city in self.names:
            problem = Problem(problem.key, **{**problem.params, "city": self.names[city]})
        return super().problem(problem)


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
