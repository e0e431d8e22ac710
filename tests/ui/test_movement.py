"""Why the rank moved, on screen: the section by itself, on `ketahanan`, and its sentence on the profile of a city."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest
from streamlit.testing.v1 import AppTest

from kotacerdas import movement
from kotacerdas.i18n import LANGUAGES, MISSING, Text
from kotacerdas.movement import FIELD, OWN, Part, RankSplit, ScoreSplit, rank_split, score_split
from kotacerdas.published import Published
from kotacerdas.ui import movement_words
from kotacerdas.ui.state import widget_key

OpenPage = Callable[..., AppTest]
MADIUN, BANTUL = "35.77", "34.02"


def section(code: str, lang: str = "id", **params: str) -> AppTest:
    """The section alone, as any page may draw it."""

    def script(code: str) -> None:
        from kotacerdas.ui import cache, movement, state

        movement.draw(state.text(), cache.published(), code, "light")

    at = AppTest.from_function(script, kwargs={"code": code}, default_timeout=30)
    for name, value in {"lang": lang, **params}.items():
        at.query_params[name] = value
    return healthy(at.run())


def healthy(at: AppTest) -> AppTest:
    assert not at.exception and not at.error and not at.warning
    return at


def plain(text: object) -> str:
    return str(text).replace("\\", "")


def captions(at: AppTest) -> str:
    return "\n".join(plain(caption.value) for caption in at.caption)


def table_of(at: AppTest) -> list[list[str]]:
    """The rows of the table twin, without its head and rule."""
    lines = next(plain(part.value) for part in at.markdown if plain(part.value).startswith("| ")).split("\n")
    return [[cell.strip(" *") for cell in line.strip("| ").split(" | ")] for line in lines[2:]]


def single(published: Published) -> str:
    """A city with one final."""
    counts = published.finals.notna().sum(axis=1)
    return str(counts.index[counts == 1][0]) if (counts == 1).any() else ""


# ---- the section -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_finding_is_the_two_sides_that_add_up(published: Published, lang: str) -> None:
    t, at = Text(lang), section(MADIUN, lang)  # type: ignore[arg-type]
    split = rank_split(published, MADIUN, 2021, 2024)
    title = plain(at.header[0].value)
    for words in ("2021", "2024", "11", "Impact", t.number(split.total(OWN), 1), t.number(-split.total(FIELD), 1)):
        assert words in title
    assert at.header[0].anchor == "movement"
    assert "98" in captions(at) and "140" in captions(at) and "Shapley" in captions(at)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_picture_and_table_hold_the_parts(published: Published, lang: str) -> None:
    t = Text(lang)  # type: ignore[arg-type]
    for view, split, decimals in (
        ("places", rank_split(published, BANTUL, 2021, 2024), 2),
        ("points", score_split(published, BANTUL, 2021, 2024), 4),
    ):
        at = section(BANTUL, lang, split=view)
        (chart,) = at.get("plotly_chart")
        rows = table_of(at)
        assert [row[-1] for row in rows[:-1]] == [t.signed(part.amount, decimals) for part in split.parts]
        assert rows[-1][-1] == t.signed(split.change, decimals)
        for part in split.parts:
            assert movement_words.name_of(t, part, split) in chart.proto.alt
        assert t.label({"id": "Kolaborasi – → 10%", "en": "Collaboration – → 10%"}) in captions(at)


def test_rounds_and_view_live_in_the_url(published: Published) -> None:
    at = section(MADIUN, "en", **{"from": "2020", "to": "2021", "split": "points"})
    assert "from 3.51 to 3.46" in plain(at.header[0].value)
    at.button_group(key=widget_key("split", "en")).set_value("places")
    healthy(at.run())
    assert "split" not in at.query_params
    split = rank_split(published, MADIUN, 2020, 2021)
    assert f"Down {-split.change} since 2020" in at.header[0].value


def test_a_later_round_that_no_longer_comes_after_gives_way(published: Published) -> None:
    at = section(MADIUN, "en", **{"from": "2020", "to": "2021"})
    at.button_group(key=widget_key("from", "en")).set_value(2023)
    healthy(at.run())
    assert "since 2023" in at.header[0].value and "to" not in at.query_params
    assert not at.info


@pytest.mark.parametrize(("name", "value"), [("from", "2024"), ("from", "1999"), ("to", "x"), ("split", "<b>")])
def test_a_bad_choice_falls_back_with_one_sentence(name: str, value: str) -> None:
    at = section(MADIUN, **{name: value})
    assert len(at.info) == 1 and len(at.get("plotly_chart")) == 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_derived_round_says_that_its_components_are_not_known(lang: str) -> None:
    t = Text(lang)  # type: ignore[arg-type]
    at = section(MADIUN, lang, **{"from": "2020", "to": "2023"})
    assert t("movement.derived", years=t("city.list_and", first=2020, last=2023)) in captions(at)
    assert table_of(at)[0][0] == t("movement_part.final", count="0")
    assert t("movement.derived", years=2023) in captions(section(MADIUN, lang, **{"from": "2023"}))
    assert "Outcome" not in plain(at.header[0].value)


def test_a_round_with_the_same_cities_speaks_of_no_newcomers() -> None:
    at = section(MADIUN, "en", **{"from": "2023"})
    assert "newcomers" not in at.get("plotly_chart")[0].proto.alt
    assert [row[0] for row in table_of(at)] == ["Own score", "139 in both years", "Rank"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_city_without_two_finals_says_so(published: Published, lang: str) -> None:
    nothing = published.finals.isna().all(axis=1)
    codes = [code for code in (str(nothing.index[nothing][0]), single(published)) if code]
    for code in codes:
        at = section(code, lang)
        assert not at.get("plotly_chart")
        assert published.city(code)["name"] in "\n".join(plain(part.value) for part in at.markdown)


# ---- words -------------------------------------------------------------------------------------------------------


def test_every_pair_of_every_city_has_its_sentences(published: Published) -> None:
    for t in map(Text, LANGUAGES):
        for code in [*published.results(2024).index[::6], *published.results(2021).index[::6]]:
            years = movement.years_of(published, code)
            for first, last in zip(years, years[1:], strict=False):
                rank, score = (split(published, code, first, last) for split in (rank_split, score_split))
                for split, finding in (
                    (rank, movement_words.rank_finding(t, rank)),
                    (score, movement_words.score_finding(t, score)),
                ):
                    assert str(first) in finding and str(last) in finding
                    assert finding.count(":") <= 1
                    assert "−" not in finding.split(":")[0], "the way is said in words"
                    rows = movement_words.steps(t, published, split)
                    assert (rows[0].kind, rows[-1].kind) == ("total", "total")
                    assert sum(row.change or 0 for row in rows) == pytest.approx(float(split.change))
                    assert len(movement_words.table(t, split)[1]) >= len(rows) - 2


def test_totals_of_derived_rounds_are_marked_as_derived(published: Published) -> None:
    rows = movement_words.steps(Text("en"), published, rank_split(published, MADIUN, 2023, 2024))
    assert (rows[0].status, rows[-1].status) == ("derived", "published")


def test_a_part_without_a_figure_shows_none(published: Published) -> None:
    split = rank_split(published, MADIUN, 2021, 2024)
    _, rows = movement_words.table(Text("id"), split)
    by_name = {row[0]: row for row in rows}
    assert by_name["62 daerah baru"][1] == MISSING and by_name["20 daerah absen"][2] == MISSING
    assert by_name["Bobot"] == ["Bobot", MISSING, MISSING, "0,00"]
    assert by_name["Peringkat"] == ["Peringkat", "11", "3", "+8,00"]


def test_a_change_of_nothing_has_no_reasons(published: Published) -> None:
    real = score_split(published, MADIUN, 2021, 2024)
    same = ScoreSplit(real.code, real.years, (real.finals[0],) * 2, (), {})
    assert ":" not in movement_words.score_finding(Text("en"), same)
    own = (Part("final", "final", Fraction(0)),)
    rank = RankSplit(real.code, real.years, real.finals, own, {}, (3, 3), (98, 140), dict.fromkeys(FIELD, 0))
    assert ":" not in movement_words.rank_finding(Text("en"), rank)


# ---- where it stands ---------------------------------------------------------------------------------------------


def test_it_stands_on_the_page_of_robustness(open_page: OpenPage) -> None:
    at = healthy(open_page("ketahanan", lang="en", city=MADIUN))
    assert "Up 8 since 2021" in next(head for head in at.header if head.anchor == "movement").value


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_profile_says_it_in_one_sentence_with_a_link(open_page: OpenPage, published: Published, lang: str) -> None:
    t = Text(lang)  # type: ignore[arg-type]
    for year, first in ((2024, 2021), (2023, 2021), (2021, 2020)):
        at = healthy(open_page("kota", lang=lang, city=MADIUN, year=str(year)))
        (head,) = [head for head in at.header if head.anchor == "movement"]
        assert plain(head.value) == movement_words.rank_finding(t, rank_split(published, MADIUN, first, year))
        (link,) = [link for link in at.get("page_link") if link.proto.label == t("movement.more")]
        asked = dict(pair.split("=") for pair in link.proto.query_string.split("&"))
        assert (asked["city"], asked["from"], asked["to"]) == (MADIUN, str(first), str(year))
        assert asked.get("year") in {None, "2024", "2021"}


def test_the_first_round_of_a_city_has_no_earlier_one(open_page: OpenPage) -> None:
    at = healthy(open_page("kota", city=MADIUN, year="2020"))
    assert not [head for head in at.header if head.anchor == "movement"]
