"""A panel round on the public pages: provisional results, means of other than five marks, and words fit for a panel.

The round is SYNTHETIC: invented marks for real codes, made for the test in a folder of its own.
"""

from __future__ import annotations

import html
from pathlib import Path

import pytest

from kotacerdas import packages, receipt
from kotacerdas.charts import trend
from kotacerdas.charts.palette import MARKS
from kotacerdas.compose import compose
from kotacerdas.i18n import LANGUAGES, Text
from kotacerdas.interview.result_rows import addition
from kotacerdas.published import Published, load
from kotacerdas.ui.tables import places
from tests.interview.panel_marks import cities, synthetic_round
from tests.ui.conftest import OpenPage

FULL, FEW, WAITING = "35.77", "33.71", "34.71"


@pytest.fixture(scope="module")
def home(published: Published, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a current package: nine results of full panels, one of three of five assessors, one not final."""
    home = tmp_path_factory.mktemp("home")
    others = [code for code in published.results(2024).index if code not in (FULL, FEW, WAITING)][:8]
    panel = [
        *cities(published, [FULL, *others]),
        *cities(published, [FEW], seats=3),
        *cities(published, [WAITING], final=False),
    ]
    place = home / packages.FOLDER
    with packages.building(place) as partial:
        round_ = synthetic_round(published, panel, provisional=True)
        name = compose(published.data, [addition(published, round_)], partial, "2026-11-22")
        packages.keep(partial, place, name)
    packages.point(place, name)
    return home


@pytest.fixture(autouse=True)
def in_this_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOTACERDAS_HOME", str(home))


@pytest.fixture(scope="module")
def panel_data(home: Path) -> Published:
    found = packages.current(home / packages.FOLDER)
    assert found is not None
    return load(found)


def words(at: object) -> str:
    """All text of a page."""
    parts = [*at.title, *at.header, *at.markdown, *at.caption, *at.info]  # type: ignore[attr-defined]
    return html.unescape("\n".join(str(part.value) for part in parts)).replace("\\", "")


def test_a_result_of_too_few_assessors_has_a_status_of_its_own(panel_data: Published) -> None:
    results = panel_data.results(2026)
    assert results["status"].value_counts().to_dict() == {"panel": 9, "panel_provisional": 1, "not_final": 1}
    scores = panel_data.data.tables["question_scores"]
    assert set(scores[(scores["code"] == FEW) & (scores["year"] == 2026)]["status"]) == {"panel_provisional"}
    assert not MARKS["panel_provisional"].filled


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_says_so_on_its_page_in_the_ranking_and_in_the_overview(open_page: OpenPage, lang: str) -> None:
    t = Text(lang)
    at = open_page("kota", lang=lang, year="2026", city=FEW)
    assert t("city.provisional", given="3", of="5") in words(at)
    final = next(m for m in at.metric if m.label == t("city.figure_final", low=1, high=4))
    assert final.delta == t("status.panel_provisional")
    assert t("city.provisional", given="3", of="5") not in words(open_page("kota", lang=lang, year="2026", city=FULL))
    table = open_page("peringkat", lang=lang, year="2026").dataframe[0].value
    assert t("status.panel_provisional") in set(table["status"])
    assert sum(name.startswith(MARKS["panel_provisional"].glyph) for name in table["level_name"]) == 1
    assert t("overview_context.provisional", n="1") in words(open_page("ringkasan", lang=lang, year="2026"))
    beside = words(open_page("bandingkan", lang=lang, year="2026", cities=f"{FULL},{FEW}"))
    assert beside.count(t("compare.result_provisional", result="").strip()) == 1


def test_thirds_are_shown_with_two_decimals_and_a_maximum_is_never_rounded_up(
    open_page: OpenPage, panel_data: Published
) -> None:
    assert places([1.2, 3.0, float("nan")]) == 1 and places([1.2, 2.67]) == 2
    matrix = panel_data.question_matrix(2026)
    for code in (FULL, FEW):
        best = float(matrix.loc[code].max())
        at = open_page("kota", lang="en", year="2026", city=code)
        shown = Text("en").number(best, 0 if best == round(best) else places([best]))
        assert f"of them score {shown}" in words(at)
        assert open_page("simulasi", lang="en", year="2026", city=code, mode="questions").title


def test_no_letter_copy_or_print_is_claimed_for_a_panel_round(open_page: OpenPage) -> None:
    for lang in LANGUAGES:
        t = Text(lang)
        at = words(open_page("kota", lang=lang, year="2026", city=FULL))
        assert t("city.notes_panel") in at and t("city.notes_none") not in at
        assert t("city.trend_panel", year=2026, status=t("status.panel")) in at
        overview = words(open_page("ringkasan", lang=lang, year="2026"))
        assert t("overview.movers_source_panel", base=2024, year=2026) in overview
        ranking = words(open_page("peringkat", lang=lang, year="2026"))
        assert t("ranking.scope_invited", ranked="10", invited="11") in ranking
        method = words(open_page("metode", lang=lang, part="all"))
        assert t("method.check_text.final_panel") in method
        assert t("method.coverage.blocks", year=2026) not in method


def test_the_nation_of_a_year_between_two_gaps_is_drawn(panel_data: Published) -> None:
    band, t = panel_data.national_band, Text("en")
    drawn = trend.trend(panel_data.trend(FULL), band, "Kota Madiun", t, "light", scales=panel_data.scales)
    median = float(band.set_index("year").at[2026, "median"])
    alone = [trace for trace in drawn.data if trace.mode == "lines" and min(trace.x) > 2025]
    assert any(list(trace.y) == [median, median] for trace in alone)
    assert {trace.customdata[0][2] for trace in alone if trace.customdata is not None} == {2026}
    marks = {trace.name: trace.marker.symbol for trace in drawn.data if trace.mode == "markers+text"}
    assert marks[t("status.panel")] == "diamond" and marks[t("status.derived")] == "circle"


def test_the_receipt_of_a_panel_round_names_the_round_as_the_source_of_every_score(panel_data: Published) -> None:
    for code in (FULL, FEW):
        sheet = receipt.table(panel_data.card(code, 2026), "en")
        assert set(sheet["source_document"]) == {"panel-2026"}
        assert sheet.loc[sheet["id"] == "q1", "source_section"].item().startswith("questions, ")
