"""The words at a mark are the figures of the frame, in the reader's convention."""

from __future__ import annotations

import pandas as pd
import pytest

from kotacerdas.charts import caption
from kotacerdas.i18n import Text
from kotacerdas.published import OUTSIDE, Published


def captions(published: Published, year: int, lang: str = "id") -> pd.DataFrame:
    frame = published.national(year)
    return caption.captioned(frame, Text(lang), published.levels, published.finals, year, "level", published.derived)  # type: ignore[arg-type]


@pytest.mark.parametrize("lang", ["id", "en"])
def test_a_published_city_says_final_status_level_rank_and_trend(published: Published, lang: str) -> None:
    t = Text(lang)  # type: ignore[arg-type]
    row = published.results(2024).loc["35.77"]
    words = captions(published, 2024, lang).at["35.77", "caption"].split("\n")
    assert t.number(row["final"]) in words[0] and t("map_status.published") in words[0]
    assert words[1].startswith("4 ") and f"{row['rank']:.0f}" in words[1] and "140" in words[1]
    assert words[2] == f"2021 {t.number(published.finals.at['35.77', 2021])} → 2024 {t.number(row['final'])}"


def test_a_derived_point_of_the_trend_is_called_derived(published: Published) -> None:
    finals = published.finals
    only = finals.index[finals[2021].isna() & finals[2023].notna()][0]
    assert "turunan" in captions(published, 2024).at[only, "trend"]
    assert "2020" in captions(published, 2021).at["35.77", "trend"]


def test_a_year_never_compares_with_a_later_one(published: Published) -> None:
    assert captions(published, 2020)["trend"].eq("").all()
    assert not captions(published, 2021)["trend"].str.contains("2023").any()


def test_a_city_without_a_value_says_why_and_no_number(published: Published) -> None:
    frame = captions(published, 2024)
    silent = frame[frame["final"].isna() & (frame["status"] != OUTSIDE)]
    assert len(silent) == 51
    assert set(silent["why"]) == {"inferred", "not_in_copy"}
    assert not silent["caption"].str.contains(r"\d,\d").any()
    stated = captions(published, 2021)
    assert set(stated.loc[stated["status"] == "did_not_take_part", "why"]) == {"did_not_take_part"}


def test_the_shared_frame_is_not_changed(published: Published) -> None:
    frame = published.results(2024)
    before = list(frame.columns)
    caption.captioned(frame, Text(), published.levels, published.finals, 2024, "level", published.derived)
    assert list(frame.columns) == before
