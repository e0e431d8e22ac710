"""What a mark says when it is pointed at: the words of one city in one round, the same on the map and the tiles."""

from __future__ import annotations

from collections.abc import Container

import pandas as pd

from kotacerdas.i18n import Text
from kotacerdas.levels import Levels
from kotacerdas.published import OUTSIDE

INFERRED = "inferred"
"""Status of a city whose absence is not stated by the source but follows from it (its row has a note)."""

NO_VALUE = "no_value"
"""Status of a city without a value in a round that only has derived finals: nobody says who was invited."""


def scored(t: Text, *, final: str, status: str, level: str, rank: str, ranked: str, trend: str) -> str:
    """The lines of a city with a final: score and status, level and rank, the way there (may be empty)."""
    lines = [
        t("map.final", final=final, status=t(f"map_status.{status}")),
        t("map.rank", level=level, rank=rank, ranked=ranked),
        trend,
    ]
    return "\n".join(line for line in lines if line)


def unscored(t: Text, status: str, year: int) -> str:
    """Why a city has no final in a round."""
    return t(f"map_status.{status}", year=year)


def level_name(level: float, t: Text, levels: Levels) -> str:
    """`4 Terintegrasi`; a dash where there is no level."""
    if pd.isna(level):
        return t.number(None)
    return t("map.level", level=int(level), name=t.label(levels[int(level)].label))


def trend(finals: pd.DataFrame, derived: Container[int], code: str, year: int, t: Text) -> str:
    """`2021 3,35 → 2024 3,80`, from the finals of all rounds; empty without an earlier final.

    The earlier final is the newest of an evaluation, or else the newest derived one.
    """
    earlier_years = sorted((past for past in finals.columns if past < year), key=lambda past: (past in derived, -past))
    before = next((past for past in earlier_years if pd.notna(finals.at[code, past])), None)
    if before is None:
        return ""
    earlier, now = t.number(finals.at[code, before]), t.number(finals.at[code, year])
    key = "map.trend_derived" if before in derived else "map.trend"
    return t(key, before=before, earlier=earlier, year=year, final=now)


def captioned(
    frame: pd.DataFrame,
    t: Text,
    levels: Levels,
    finals: pd.DataFrame,
    year: int,
    level: str,
    derived: Container[int],
) -> pd.DataFrame:
    """A `results` or `national` frame with the columns `trend`, `why` and `caption` added (a new frame).

    `why` is the status that says why there is no final, `caption` all lines; `level` names the level column to use,
    `finals` is `Published.finals`, `derived` the rounds whose finals are derived. Cities outside the round keep an
    empty caption: their dot comes from a file.
    """
    frame = frame.copy()
    inferred = frame["status"].eq("did_not_take_part") & frame["note"].notna()
    frame["why"] = frame["status"].mask(inferred, INFERRED)
    valued = frame["final"].notna()
    frame["trend"] = ""
    frame["caption"] = ""
    for code, row in frame[frame["status"] != OUTSIDE].iterrows():
        frame.at[code, "trend"] = trend(finals, derived, str(code), year, t) if valued[code] else ""
        frame.at[code, "caption"] = (
            scored(
                t,
                final=t.number(row["final"]),
                status=row["status"],
                level=level_name(row[level], t, levels),
                rank=t.integer(row["rank"]),
                ranked=t.integer(row["ranked"]),
                trend=frame.at[code, "trend"],
            )
            if valued[code]
            else f"{row['province']}\n{unscored(t, row['why'], year)}"
        )
    return frame
