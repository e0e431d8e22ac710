"""The words that the views of the interview share: stages, people, moments."""

from __future__ import annotations

import datetime as dt

from kotacerdas.i18n import MISSING, Text
from kotacerdas.interview.stages import Stage
from kotacerdas.interview.times import WIB


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
