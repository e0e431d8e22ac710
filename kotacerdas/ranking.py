"""The ranking as a table: the rows of a selection with their ranks, in an order, found by words.

The national rank is the published round's own and never changes here; the rank in a selection and the rank among the
cities scored by the same weight set stand beside it. A city without a result has no rank; whatever the table is
ordered by, rows without that value come last.
"""

from __future__ import annotations

import unicodedata
from typing import Literal

import pandas as pd

from kotacerdas.published import Published
from kotacerdas.scoring import competition_ranks

Direction = Literal["asc", "desc"]

NATURAL: dict[str, Direction] = {
    "rank": "asc",
    "name": "asc",
    "final": "desc",
    "level": "desc",
    "change": "desc",
    "province": "asc",
    "rank_selection": "asc",
    "rank_group": "asc",
    "group": "desc",
    "status": "desc",
}
"""What every table can be ordered by -> the direction a reader expects first; `natural` adds the components."""

TREND = "trend"
SOURCE = ("source_document", "source_table", "source_row")


def table(data: Published, year: int, rows: pd.DataFrame, reading: str | None = None) -> pd.DataFrame:
    """The table of some rows of `Published.results(year)`, indexed by code, by rank and then by name.

    Columns: `rank`, `name`, `final`, `level` (under `reading`), `change` (places gained since the base round, if there
    is one), `rank_selection` (among these rows), `rank_group` (among all cities of the same weight set), `trend` (the
    finals there are, oldest first), the components that the round has, `province`, `group`, `status`, and where the
    figure stands (`source_document`, `source_table`, `source_row`). A round without weight groups has no `rank_group`
    and no `group`.
    """
    field = data.results(year)
    present = [name for name in data.components if field[name].notna().any()]
    frame = pd.DataFrame(
        {
            "rank": rows["rank"],
            "name": rows["name"],
            "final": rows["final"],
            "level": data.levels_of(year).of_many(rows["final"], reading),
            "change": rows["rank_change"],
            "rank_selection": competition_ranks(rows["final"]),
            "rank_group": group_ranks(field).reindex(rows.index),
            TREND: trends(data, rows.index),
        },
        index=rows.index,
    )
    frame = frame.join(rows[[*present, "province", "group", "status", *SOURCE]])
    if field["rank_change"].isna().all():
        frame = frame.drop(columns="change")
    if field["group"].isna().all():
        frame = frame.drop(columns=["rank_group", "group"])
    return ordered(frame)


def group_ranks(field: pd.DataFrame) -> pd.Series[float]:
    """Competition ranks of a round within each weight set; missing for cities of no known set."""
    ranks = pd.Series(float("nan"), index=field.index)
    for _, members in field[field["group"].notna()].groupby("group"):
        ranks[members.index] = competition_ranks(members["final"])
    return ranks


def trends(data: Published, codes: pd.Index[str]) -> pd.Series[list[float]]:
    """Each city's finals in the order of their years, without the years that have none."""
    finals = data.finals.loc[codes].to_numpy().tolist()
    return pd.Series([[value for value in row if value == value] for row in finals], index=codes, dtype=object)


def span(data: Published) -> list[int]:
    """Every year from the first round to the last, also those without a round."""
    return list(range(min(data.years), max(data.years) + 1))


def natural(data: Published) -> dict[str, Direction]:
    """What a table of these rounds can be ordered by, components before the group -> the direction to begin with."""
    last = ("group", "status")
    first: dict[str, Direction] = {name: way for name, way in NATURAL.items() if name not in last}
    return first | dict.fromkeys(data.components, "desc") | {name: NATURAL[name] for name in last}


def sorts(data: Published, frame: pd.DataFrame) -> tuple[str, ...]:
    """What a table can be ordered by: its columns that have an order and hold anything at all."""
    known = [name for name in natural(data) if name in frame.columns]
    return tuple(name for name in known if name in ("rank", "name") or frame[name].notna().any())


def ordered(frame: pd.DataFrame, sort: str = "rank", direction: Direction | None = None) -> pd.DataFrame:
    """The table in an order; rows without the value come last either way, equal ones by rank, status and name."""
    ascending = (direction or NATURAL.get(sort, "desc")) == "asc"
    keys = pd.DataFrame(
        {
            "missing": frame[sort].isna(),
            "unranked": frame["rank"].isna(),
            "rank": frame["rank"],
            "status": frame["status"],
            "name": frame["name"].map(folded),
        }
    )
    keys["value"] = keys["name"] if sort == "name" else frame[sort]
    order = keys.sort_values(
        ["missing", "value", "unranked", "rank", "status", "name"],
        ascending=[True, ascending, True, True, True, True],
        kind="stable",
    )
    return frame.loc[order.index]


def matching(frame: pd.DataFrame, query: str) -> pd.DataFrame:
    """The rows whose name or province holds every word of `query`; accents, case and punctuation do not matter."""
    words = folded(query).split()
    if not words:
        return frame
    texts = (frame["name"] + " " + frame["province"]).map(folded)
    return frame[[all(word in text for word in words) for text in texts]]


def folded(text: str) -> str:
    """`text` for comparing: no accents, no case, punctuation as spaces."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in plain.casefold()).split())
