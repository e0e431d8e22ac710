"""Maturity levels: five named steps on a 1-5 scale, and the two readings of a 1-4 score against them.

The levels come from the draft 2025 regulation, whose scale is 1-5. Evaluation scores run 1-4, so a *reading* maps
them first: `linear` (default) stretches 1..4 onto 1..5, `literal` takes the score as it is. Both are data
(`data/levels.yaml`) and an application of a draft, never an official classification of an evaluation result.

A score of an instrument with another scale is set on 1-4 before it is read (`Levels.over`): the lowest that can be
given becomes 1, the highest 4. So both readings mean the same for every instrument, and a screen says what was done.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from kotacerdas.bounds import Bounds
from kotacerdas.instrument import DATA, Exact, Label, SourceRef, exact
from kotacerdas.problem import Problem, Unfit, field_problem
from kotacerdas.yaml_file import read_mapping


class Level(BaseModel):
    """One maturity level: scores from `start` up to the next level's start."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    id: int
    key: str
    label: Label
    meaning: Label
    start: Exact


class Reading(BaseModel):
    """How a score is placed on the level scale: `slope * score + offset`, clipped to the first and last level."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    label: Label
    meaning: Label
    slope: Exact
    offset: Exact
    default: bool = False

    def place(self, score: object) -> Fraction:
        """The exact position of a score on the level scale, before clipping."""
        return self.slope * exact(score) + self.offset


class Scores(BaseModel):
    """The ends of the score scale that the readings are written for."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    min: Exact
    max: Exact


class Levels(BaseModel):
    """The maturity levels with their readings, as read from `data/levels.yaml`.

    Every score given to it is one of the scale `scores`; `over` gives the same levels for another scale.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    status: str
    source: SourceRef
    scores: Scores = Scores(min=Fraction(1), max=Fraction(4))  # as in data published before the file said it
    levels: tuple[Level, ...] = Field(min_length=1)
    readings: dict[str, Reading]

    @model_validator(mode="after")
    def _ordered(self) -> Levels:
        starts = [level.start for level in self.levels]
        if starts != sorted(set(starts)) or [level.id for level in self.levels] != [*range(1, len(starts) + 1)]:
            raise Unfit("levels_order")
        if sum(reading.default for reading in self.readings.values()) != 1:
            raise Unfit("one_default")
        if any(reading.slope <= 0 for reading in self.readings.values()):
            raise Unfit("slope")
        if not self.scores.min < self.scores.max:
            raise Unfit("scale")
        return self

    @property
    def default_reading(self) -> str:
        """The name of the reading used when none is chosen."""
        return next(name for name, reading in self.readings.items() if reading.default)

    @property
    def bounds(self) -> Bounds:
        """The ends of the scale its scores are on."""
        return Bounds(self.scores.min, self.scores.max)

    def over(self, bounds: Bounds) -> Levels:
        """The same levels for scores on another scale, which is stretched or pressed onto this one first.

        Both ends meet: position = slope * (min + (score - low) * (max - min) / (high - low)) + offset.
        """
        here = self.bounds
        if bounds == here:
            return self
        factor = here.width / bounds.width
        moved = here.low - factor * bounds.low
        readings = {
            name: reading.model_copy(
                update={"slope": reading.slope * factor, "offset": reading.slope * moved + reading.offset}
            )
            for name, reading in self.readings.items()
        }
        return self.model_copy(update={"scores": Scores(min=bounds.low, max=bounds.high), "readings": readings})

    def of(self, score: object, reading: str | None = None) -> int | None:
        """The level of one score, exactly; None for a missing score. A score on a cut belongs to the higher level."""
        if score is None or score != score:
            return None
        position = self.reading(reading).place(score)
        return max(1, sum(position >= level.start for level in self.levels))

    def of_many(self, scores: ArrayLike, reading: str | None = None) -> NDArray[np.float64]:
        """Levels of many scores at once; NaN where the score is missing.

        Positions are rounded to nine decimals before the cut, so that 2.5 on the linear reading is exactly 3.
        """
        chosen = self.reading(reading)
        values = np.asarray(scores, dtype=float)
        position = np.round(float(chosen.slope) * values + float(chosen.offset), 9)
        starts = np.array([float(level.start) for level in self.levels])
        level = np.maximum(1, np.searchsorted(starts, position, side="right")).astype(float)
        return np.where(np.isnan(values), np.nan, level)

    def score_range(self, level_id: int, reading: str | None = None) -> tuple[Fraction, Fraction | None]:
        """The scores of a level under a reading: from (included) and up to (excluded; None for the last level)."""
        chosen = self.reading(reading)
        starts = [(level.start - chosen.offset) / chosen.slope for level in self.levels]
        return starts[level_id - 1], starts[level_id] if level_id < len(starts) else None

    def __getitem__(self, level_id: int) -> Level:
        return self.levels[level_id - 1]

    def reading(self, name: str | None) -> Reading:
        """The reading of this name, the default one for None. Raises `Problem` for an unknown name."""
        name = self.default_reading if name is None else name
        if name not in self.readings:
            raise Problem("reading_unknown", value=name, accepted=", ".join(self.readings))
        return self.readings[name]


def load_levels(path: Path = DATA / "levels.yaml") -> Levels:
    """Read the level table. Raises `Problem` that names the file and what does not hold."""
    try:
        return Levels.model_validate(read_mapping(path))
    except ValidationError as error:
        first = error.errors()[0]
        raise field_problem(path.name, first, " > ".join(map(str, first["loc"])) or path.stem) from error
