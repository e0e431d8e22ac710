"""The words that the views of the interview share: stages, people, moments."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from kotacerdas.i18n import MISSING, Text
from kotacerdas.interview.stages import Stage
from kotacerdas.interview.times import WIB
from kotacerdas.problem import Problem

if TYPE_CHECKING:
    from kotacerdas.ui.interview_desk import Desk

_WRITTEN = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d) WIB")
"""A moment as the services put it into a sentence (`times.moment`)."""


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
    """A problem of a service as the screen tells it: names for the codes of cities, questions and people, moments as
    the language writes them. Services know ids only."""
    return Problem(
        problem.key, **{name: _named(desk, name, value, questions or {}) for name, value in problem.params.items()}
    )


def _named(desk: Desk, name: str, value: object, questions: Mapping[str, str]) -> object:
    if not isinstance(value, str):
        return value
    if name == "city":
        return desk.city_name(value)
    if name == "node":
        return questions.get(value, value)
    if name in ("by", "who"):
        return desk.person(value)
    written = _WRITTEN.fullmatch(value)
    return moment(desk.t, f"{written[1]}T{written[2]}:00+07:00") if written else value
