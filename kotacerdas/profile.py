"""One city's profile in a round: its situation, its standing, and its figures beside the nation's and its peers'.

Pure selections over `published`; peers come in as codes. A median is given only over enough cities, a smart
dimension only where every question of its block is published, and what is missing stays missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kotacerdas.instrument import DIMENSIONS, Instrument
from kotacerdas.published import OUTSIDE, RADAR_COMPONENTS, Published
from kotacerdas.scoring import competition_ranks

LEAST_NATION = 5
"""A national median needs this many cities with the figure."""

LEAST_PEERS = 3
"""A peer median needs this many peers with the figure."""

PUBLISHED = ("questions", "partial", "components")
"""The situations in which a round's components are published, from most to least detail."""


# ---- the city in a round -------------------------------------------------------------------------------------


def situation(published: Published, code: str, year: int) -> str:
    """What there is to show of a city's round.

    `questions` (every question published), `partial` (some of them), `components` (no question), `derived` (a final
    only), `did_not_take_part`, `not_in_copy`, or `outside_programme` (not invited in that round).
    """
    results = published.results(year)
    if code not in results.index:
        return OUTSIDE
    row = results.loc[code].to_dict()
    if pd.isna(row["final"]) or row["status"] == "derived":
        return str(row["status"])
    matrix = published.question_matrix(year)
    if code not in matrix.index:
        return "components"
    instrument = published.instrument_of(year, row["group"])
    asked = [node.id for node in instrument.of_kind("question")]
    return "questions" if matrix.loc[code].reindex(asked).notna().all() else "partial"


def years(published: Published, code: str) -> tuple[int, ...]:
    """The rounds that hold a row for the city, newest first: a result, or why there is none."""
    return tuple(year for year in published.years if code in published.results(year).index)


def newest(published: Published, code: str) -> int | None:
    """The newest round in which the components of the city are published; None if there is none."""
    return next((year for year in years(published, code) if situation(published, code, year) in PUBLISHED), None)


@dataclass(frozen=True)
class Standing:
    """Where a final stands. `among` names the column whose value the smaller field shares with the city."""

    rank: int
    ranked: int
    tied: int
    """How many other cities share the rank."""
    change: int | None
    """Places gained since the base round, among cities with both finals."""
    among: str
    among_rank: int
    among_ranked: int


def standing(published: Published, code: str, year: int) -> Standing:
    """The national rank and the rank in the weight group (in the province where a round knows no groups)."""
    frame = published.results(year)
    frame = frame[frame["final"].notna()]
    row = frame.loc[code].to_dict()
    among = "group" if pd.notna(row["group"]) else "province"
    field = frame[frame[among] == row[among]]
    inside = pd.Series(competition_ranks(field["final"]), index=field.index)
    return Standing(
        rank=int(row["rank"]),
        ranked=int(row["ranked"]),
        tied=int((frame["rank"] == row["rank"]).sum()) - 1,
        change=None if pd.isna(row["rank_change"]) else int(row["rank_change"]),
        among=among,
        among_rank=int(inside.loc[code]),
        among_ranked=len(field),
    )


# ---- beside the nation and the peers -------------------------------------------------------------------------


def _median(values: pd.Series[float], least: int) -> tuple[float, int]:
    """The median over those that have a value, and how many these are; NaN where they are too few."""
    known = values.dropna()
    return (float(known.median()) if len(known) >= least else float("nan")), len(known)


def components(published: Published, code: str, year: int, peers: Sequence[str]) -> pd.DataFrame:
    """The printed components of a city, in the instrument's order.

    Index `component`; columns `value`, `weight` (share of the final), `points` (what the component adds to the
    final, exact mean or printed figure as in the score receipt), `rule` (`zero` where the instrument counts an empty
    cell as 0), `top` (of its scale, exact), `national`, `national_cities`, `peers`, `peer_cities`.
    Raises `Problem` where there is no result.
    """
    frame, instrument = published.results(year), _instrument(published, code, year)
    rows = []
    for part in published.card(code, year).children:
        national, national_cities = _median(frame[part.id], LEAST_NATION)
        median, peer_cities = _median(frame[part.id].reindex(list(peers)), LEAST_PEERS)
        rows.append(
            {
                "component": part.id,
                "value": frame.at[code, part.id],
                "weight": float(part.weight),
                "points": np.nan if part.contribution is None else float(part.contribution),
                "rule": part.rule,
                "top": instrument.scale(part.id).max,
                "national": national,
                "national_cities": national_cities,
                "peers": median,
                "peer_cities": peer_cities,
            }
        )
    return pd.DataFrame(rows).set_index("component", drop=False)


def dimensions(published: Published, code: str, year: int, peers: Sequence[str]) -> pd.DataFrame:
    """The smart-dimension scores of a city within Outcome and within Impact; the two are never merged.

    Index (`component`, `dimension`) in the fixed order; columns `value` (missing unless every question of the block
    is published), `known` of `questions`, `national`, `national_cities`, `peers`, `peer_cities`.
    """
    scores = published.dimension_scores(year)
    instrument = _instrument(published, code, year)
    matrix = published.question_matrix(year)
    rows = []
    for component in RADAR_COMPONENTS:
        for dimension in DIMENSIONS:
            block = [node.id for node in instrument.block(component, dimension)]
            column = scores.get((component, dimension), pd.Series(dtype=float))
            national, national_cities = _median(column, LEAST_NATION)
            median, peer_cities = _median(column.reindex(list(peers)), LEAST_PEERS)
            rows.append(
                {
                    "component": component,
                    "dimension": dimension,
                    "value": column.get(code, np.nan),
                    "known": matrix.loc[[code], block].notna().to_numpy().sum() if code in matrix.index else 0,
                    "questions": len(block),
                    "national": national,
                    "national_cities": national_cities,
                    "peers": median,
                    "peer_cities": peer_cities,
                }
            )
    return pd.DataFrame(rows).set_index(["component", "dimension"], drop=False)


def _instrument(published: Published, code: str, year: int) -> Instrument:
    results = published.results(year)
    return published.instrument_of(year, results.at[code, "group"] if code in results.index else None)


# ---- questions -----------------------------------------------------------------------------------------------


def questions(published: Published, code: str, year: int) -> pd.DataFrame:
    """The questions of a city's round with what a reader asks of each.

    The columns of `Published.questions`, and `number` (as printed), `step` (smallest change of an answer), `gain`
    (points one step up adds to the final; missing at the top of the scale), `room` (points up to the top),
    `status` (`published`, `no_answers`, `not_legible`) and `source_document`, `source_table`, `source_row`.
    """
    frame = published.questions(code, year).copy()
    instrument = _instrument(published, code, year)
    scales = [instrument.scale(question) for question in frame.index]
    top = np.array([float(scale.max) for scale in scales])
    frame["number"] = [int(question.lstrip("q")) for question in frame.index]
    frame["step"] = [float(scale.step) for scale in scales]
    frame["room"] = (top - frame["value"]) * frame["points"]
    frame["gain"] = (frame["points"] * np.minimum(frame["step"], top - frame["value"])).where(frame["value"] < top)
    rows = published.data.tables["question_scores"]
    rows = rows[(rows["code"] == code) & (rows["year"] == year)].set_index("question")
    frame["status"] = rows["status"].reindex(frame.index).fillna("not_legible")
    for name in ("source_document", "source_table", "source_row"):
        frame[name] = rows[name].reindex(frame.index)
    return frame


def coverage(frame: pd.DataFrame) -> pd.DataFrame:
    """How many questions of each component are published, from a frame of `questions`: `known` of `questions`."""
    grouped = frame.groupby("component", sort=False)["value"]
    return pd.DataFrame({"known": grouped.count(), "questions": grouped.size()})


@dataclass(frozen=True)
class Extreme:
    """Some questions at one end of the scale, and how many share the score of the last one shown."""

    frame: pd.DataFrame
    score: float
    sharing: int

    @property
    def cut(self) -> bool:
        """Whether further questions have the same score as the last one shown."""
        return self.sharing > int((self.frame["value"] == self.score).sum())


def weakest(frame: pd.DataFrame, count: int = 5) -> Extreme:
    """The questions with the lowest scores; among equal scores those with the most points to gain come first."""
    return _extreme(frame, count, ["value", "room", "number"], [True, False, True])


def strongest(frame: pd.DataFrame, count: int = 5) -> Extreme:
    """The questions with the highest scores; among equal scores those that weigh most come first."""
    return _extreme(frame, count, ["value", "points", "number"], [False, False, True])


def _extreme(frame: pd.DataFrame, count: int, by: list[str], ascending: list[bool]) -> Extreme:
    chosen = frame.dropna(subset=["value"]).sort_values(by, ascending=ascending).head(count)
    score = float(chosen["value"].iloc[-1]) if len(chosen) else float("nan")
    return Extreme(frame=chosen, score=score, sharing=int((frame["value"] == score).sum()))
