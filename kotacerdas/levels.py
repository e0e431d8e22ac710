"""Maturity levels: five named steps on a 1-5 scale, and the two readings of a 1-4 score against them.

The levels come from the draft 2025 regulation, whose scale is 1-5. Evaluation scores run 1-4, so a *reading* maps
them first: `linear` (default) stretches 1..4 onto 1..5, `literal` takes the score as it is. Both are data
(`data/levels.yaml`) and an application of a draft, never an official classification of an evaluation result.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

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


class Levels(BaseModel):
    """The maturity levels with their readings, as read from `data/levels.yaml`."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    status: str
    source: SourceRef
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
        return self

    @property
    def default_reading(self) -> str:
        """The name of the reading used when none is chosen."""
        return next(name for name, reading in self.readings.items() if reading.default)

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
