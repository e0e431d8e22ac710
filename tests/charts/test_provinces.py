"""Province means stand where they belong and never without their coverage."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest

from kotacerdas.charts.palette import LEVELS
from kotacerdas.charts.provinces import province_dots
from kotacerdas.i18n import Text
from kotacerdas.published import Published
from tests.builders import ONE_TO_FOUR


def drawn(published: Published, year: int = 2024, **more: Any) -> tuple[pd.DataFrame, go.Figure]:
    table = published.provinces(year)
    table["level"] = table["level"].mask((table["published"] < 3) | (table["published"] * 2 < table["invited"]))
    finals = published.national(year)[["province_code", "name", "final"]]
    derived = published.round(year).status == "derived"
    return table, province_dots(table, finals, "light", Text(), bounds=ONE_TO_FOUR, derived=derived, **more)


def test_a_dot_for_every_mean_and_none_for_the_rest(published: Published) -> None:
    table, fig = drawn(published)
    cities, means, few = fig.data
    valued = table.dropna(subset=["mean"])
    assert sorted([*means.x, *few.x]) == pytest.approx(sorted(valued["mean"]))
    assert set(means.customdata) == set(valued.loc[valued["level"].notna(), "province"])
    assert len(valued) < len(table) == len(fig.layout.yaxis.ticktext) == 38
    assert len(cities.x) == 140
    by_name = valued.set_index("province")["level"]
    assert list(means.marker.color) == [LEVELS[int(by_name[name])] for name in means.customdata]


def test_rows_and_dots_agree(published: Published) -> None:
    table, fig = drawn(published)
    row = dict(zip(fig.layout.yaxis.tickvals, fig.layout.yaxis.ticktext, strict=True))
    for trace in fig.data[1:]:
        assert [row[y] for y in trace.y] == list(trace.customdata)
    names = published.cities.set_index("name")["province"]
    assert all(row[y] == names[name] for y, name in zip(fig.data[0].y, fig.data[0].text, strict=True))
    assert next(iter(row.values())) == table.dropna(subset=["level"]).sort_values("mean")["province"].iloc[-1]
    assert len(set(row)) == 38


def test_too_few_values_stand_below_without_a_level(published: Published) -> None:
    """Sulawesi Selatan, one city of five, has the highest mean of all and is first of nothing."""
    _, fig = drawn(published)
    _, means, few = fig.data
    assert "Sulawesi Selatan" in few.customdata
    assert max(few.x) > max(means.x)
    assert max(few.y) < min(means.y), "below all that have a level"
    assert few.marker.color not in LEVELS.values() and few.marker.line.color not in LEVELS.values()
    assert list(few.y) == sorted(few.y, reverse=True) and list(few.x) != sorted(few.x, reverse=True), "not ranked"
    (heading,) = [note for note in fig.layout.annotations if Text()("provinces.few_head") in note.text]
    assert max(few.y) < heading.y < min(means.y)


def test_no_heading_where_nothing_stands_under_it(published: Published) -> None:
    table = published.provinces(2024)
    table = table[table["published"] >= 10]
    finals = published.national(2024)
    finals = finals[finals["province_code"].isin(table.index)]
    fig = province_dots(table, finals, "light", Text(), bounds=ONE_TO_FOUR, derived=False)
    assert not any(Text()("provinces.few_head") in note.text for note in fig.layout.annotations)
    assert list(fig.layout.yaxis.tickvals) == [-n for n in range(len(table))]


@pytest.mark.parametrize("narrow", [False, True])
def test_every_row_carries_its_coverage(published: Published, narrow: bool) -> None:
    table, fig = drawn(published, narrow=narrow)
    words = " ".join(fig.layout.yaxis.ticktext if narrow else [note.text for note in fig.layout.annotations])
    assert "1 dari 5" in words, "Sulawesi Selatan: one of five"
    assert "0 dari 2" in words, "Kalimantan Barat: invited, no score"
    assert words.count("tanpa peserta program") == int((table["invited"] == 0).sum())


def test_derived_means_are_hollow_and_say_so(published: Published) -> None:
    _, fig = drawn(published, 2023)
    assert fig.data[1].marker.color not in LEVELS.values()
    assert set(fig.data[1].marker.line.color) <= set(LEVELS.values())
    assert "turunan" in fig.data[1].text[0]
    assert not any("program" in note.text for note in fig.layout.annotations), "nobody knows who was invited"
