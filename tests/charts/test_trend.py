"""The trend: points are the finals, derived ones hollow, nothing crosses the year without a source."""

from __future__ import annotations

import pandas as pd
import pytest

from kotacerdas.charts import trend
from kotacerdas.charts.palette import NEUTRALS
from kotacerdas.i18n import Text
from kotacerdas.published import Published

MADIUN = "35.77"


@pytest.fixture
def finals(published: Published) -> pd.DataFrame:
    return published.trend(MADIUN)


def drawn(published: Published, finals: pd.DataFrame, lang: str = "id"):  # type: ignore[no-untyped-def]
    return trend.trend(finals, published.national_band, "Kota Madiun", Text(lang), "light", scales=published.scales)  # type: ignore[arg-type]


def test_the_points_are_the_finals(published: Published, finals: pd.DataFrame) -> None:
    points = [trace for trace in drawn(published, finals).data if trace.mode == "markers+text"]
    found = {int(x): y for trace in points for x, y in zip(trace.x, trace.y, strict=True)}
    assert found == dict(zip(finals["year"], finals["final"], strict=True))


def test_derived_points_are_hollow(published: Published, finals: pd.DataFrame) -> None:
    points = {trace.name: trace for trace in drawn(published, finals, "en").data if trace.mode == "markers+text"}
    ink = NEUTRALS["light"]
    assert points["derived"].marker.color == ink.background and list(points["derived"].x) == [2020, 2023]
    assert points["official, published"].marker.color == ink.chosen


def test_no_line_and_no_band_crosses_the_gap(published: Published, finals: pd.DataFrame) -> None:
    for trace in drawn(published, finals).data:
        if trace.mode == "lines":
            assert max(trace.x) < 2022 or min(trace.x) > 2022


def test_the_axis_is_true_time_and_names_the_gap(published: Published, finals: pd.DataFrame) -> None:
    axis = drawn(published, finals).layout.xaxis
    assert list(axis.tickvals) == [2020, 2021, 2022, 2023, 2024]
    assert axis.ticktext[2] == Text("id")("city.trend_gap", year=2022) and axis.ticktext[1] == "2021"


def test_the_band_is_the_middle_half(published: Published, finals: pd.DataFrame) -> None:
    band = published.national_band.set_index("year")
    areas = [trace for trace in drawn(published, finals).data if trace.fill == "toself"]
    assert [list(area.y) for area in areas] == [
        [band.at[a, "high"], band.at[b, "high"], band.at[b, "low"], band.at[a, "low"]]
        for a, b in ((2020, 2021), (2023, 2024))
    ]


def test_every_final_is_inside_the_axis(published: Published) -> None:
    low = published.finals.min(axis=1).idxmin()
    fig = drawn(published, published.trend(low))
    floor, top = fig.layout.yaxis.range
    assert floor < published.trend(low)["final"].min() and top > 4


def test_end_labels_do_not_touch(published: Published) -> None:
    band = published.national_band
    median = float(band["median"].iloc[-1])
    finals = pd.DataFrame({"year": [2024], "final": [median], "status": ["published"], "rank": [70.0], "ranked": [140]})
    heights = [note.y for note in drawn(published, finals).layout.annotations]
    floor, top = drawn(published, finals).layout.yaxis.range
    assert all(abs(a - b) >= 0.13 * (top - floor) for i, a in enumerate(heights) for b in heights[:i])


def test_a_city_without_a_last_final_has_no_end_label(published: Published, finals: pd.DataFrame) -> None:
    texts = [note.text for note in drawn(published, finals[finals["year"] < 2024]).layout.annotations]
    assert not any("Madiun" in text for text in texts)


def test_the_sentence_names_every_year_with_status(published: Published, finals: pd.DataFrame) -> None:
    sentence = trend.alt("Title", finals, published.national_band, Text("en"))
    assert "2024: 3.80 (official, published)" in sentence and "2023: 3.71 (derived)" in sentence
