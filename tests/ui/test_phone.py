"""What a phone shows of tables and figures: what fits without scrolling sideways, and what stays in view where not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from kotacerdas.i18n import LANGUAGES, Text
from kotacerdas.ui import shell

from .conftest import OpenPage

MADIUN, BANDUNG, WAKATOBI = "35.77", "32.73", "74.07"
SCREEN, FOLDED = 356, 322
"""Pixels of a table on a screen of 390, and of one in an expander there."""
CHIP = 22
"""Characters of the line under a figure, of which two stand side by side on such a screen (163 pixels)."""


@pytest.fixture
def phone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shell, "on_phone", lambda: True)


def table(at: AppTest, head: str) -> tuple[list[str], dict[str, Any]]:
    """The columns of the long table that has this one, in their order, and how they are set up."""
    element = next(each for each in at.dataframe if head in each.value.columns)
    return [str(name) for name in element.value.columns], json.loads(element.proto.columns)


def healthy(at: AppTest) -> AppTest:
    assert not at.exception and not at.error and not at.warning
    return at


@pytest.mark.usefixtures("phone")
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("slug", "params", "head", "width", "shown"),
    [
        ("ketahanan", {}, "robustness_column.p5", SCREEN, 4),
        ("ketahanan", {}, "robustness_effect.assumption", FOLDED, 3),
        ("ketahanan", {"city": MADIUN}, "robustness_effect.assumption", FOLDED, 3),
        ("ketahanan", {"city": MADIUN}, "robustness_question.question", FOLDED, 3),
        ("simulasi", {"city": MADIUN, "mode": "weights", "weight": "impact:0.5", "nation": "1"}, "new_rank", SCREEN, 4),
        ("kota", {"city": MADIUN}, "city.number_head", SCREEN, 3),
        ("bandingkan", {"cities": f"{MADIUN},{BANDUNG},34.03", "year": "2021"}, "city.number_head", SCREEN, 5),
    ],
)
def test_a_long_table_shows_what_matters_at_once_and_keeps_its_first_column(
    open_page: OpenPage, slug: str, params: dict[str, str], head: str, width: int, shown: int, lang: str
) -> None:
    t = Text(lang)
    columns, setup = table(healthy(open_page(slug, lang=lang, **params)), t(head) if head in t else head)
    first = [setup[name] for name in columns[:shown]]
    assert first[0]["pinned"] is True
    assert sum(one["width"] for one in first) <= width
    pinned = sum(one["width"] for one in first if one.get("pinned"))
    assert pinned <= 0.6 * width, "beyond that Streamlit pins nothing"


@pytest.mark.usefixtures("phone")
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_tables_behind_a_comparison_have_a_column_per_city(open_page: OpenPage, lang: str) -> None:
    t = Text(lang)
    at = healthy(open_page("bandingkan", lang=lang, cities=f"{MADIUN},{BANDUNG},{WAKATOBI}"))
    of_figures, of_years = (
        next(
            each.value for each in at.table if each.value.columns[0] == head and str(each.value.columns[1])[:2] == "[A"
        )
        for head in (t("compare.figure"), t("state.year"))
    )
    assert of_figures.iloc[0, 0] == t("measure.final") and of_figures.iloc[0, 1] == 3.8
    assert len(of_figures.columns) == 5 and of_figures.columns[-1] == t("compare.vs.nation")
    assert [str(cell)[:4] for cell in of_years.iloc[:, 0]] == ["2020", "2021", "2023", "2024"]
    assert of_years.iloc[-1, 1] == 3.8 and len(of_years.columns) == 4


@pytest.mark.usefixtures("phone")
def test_the_question_list_of_a_receipt_stays_within_its_frame(open_page: OpenPage) -> None:
    at = healthy(open_page("kota", city=MADIUN))
    (found,) = [str(each.value) for each in at.markdown if str(each.value).count("\n") == 116]
    assert found.splitlines()[0].count("|") == 4 and "(Baseline)" in found.splitlines()[2].replace("\\", "")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("city", "changed"),
    [
        (MADIUN, "outcome:3.9"),
        (MADIUN, "outcome:1,impact:1"),
        (MADIUN, "baseline:4,output:4,outcome:4,impact:4,quick_win:4"),
        (WAKATOBI, "output:4,outcome:4,impact:4,quick_win:4"),
    ],
)
def test_the_line_under_each_simulated_figure_is_short_enough_to_be_whole(
    open_page: OpenPage, lang: str, city: str, changed: str
) -> None:
    at = healthy(open_page("simulasi", lang=lang, city=city, set=changed))
    final, rank, level, following = (each.delta for each in at.metric[:4])
    for chip in (final, rank, level.partition(") ")[2]):  # without the address of the badge
        assert 0 < len(chip) <= CHIP, chip
    assert len(following) <= CHIP + 4, "no arrow stands before it"


def test_the_strongest_assumption_is_told_with_its_unit(open_page: OpenPage) -> None:
    at = healthy(open_page("ketahanan", lang="en"))
    assert "What moves ranks most: without Quick Wins, by 4.4 ranks on average" in [head.value for head in at.header]
