"""The method page: every part in both languages, its figures against the data, bad addresses, the rubric trial."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import get_args

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from kotacerdas.dataset import PACKAGE
from kotacerdas.i18n import LANGUAGES, Text
from kotacerdas.instrument import Interval, Node
from kotacerdas.problem import Problem
from kotacerdas.published import Published
from kotacerdas.ui import (
    method,
    method_checks,
    method_coverage,
    method_instruments,
    method_levels,
    method_limits,
    method_rubric,
    method_score,
    method_sources,
    method_words,
)
from kotacerdas.ui.method_table import figure, share
from kotacerdas.ui.state import widget_key
from kotacerdas.ui.tables import matching

OpenPage = Callable[..., AppTest]


def words(at: AppTest) -> str:
    """Everything the page says outside tables."""
    found = [*at.title, *at.header, *at.subheader, *at.markdown, *at.caption, *at.info, *at.warning, *at.error]
    return "\n".join(str(element.value) for element in found)


def healthy(at: AppTest) -> None:
    assert not at.exception
    assert not at.error
    assert [title.value for title in at.title] != []


# ---- the parts ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("part", [*method.PARTS, method.WHOLE])
def test_every_part_draws_in_both_languages(open_page: OpenPage, part: str, lang: str) -> None:
    at = open_page("metode", lang=lang, part=part)
    healthy(at)
    assert not at.warning and not at.info
    assert len(at.title) == 1
    assert len(at.header) == (len(method.PARTS) if part == method.WHOLE else 1)
    assert at.session_state[widget_key("part", lang)] == part


def test_the_title_says_how_many_finals_are_reproduced(open_page: OpenPage, published: Published) -> None:
    frame = published.reconciliation(2024)
    equal = int((frame["difference"] == 0).sum())
    assert (
        open_page("metode").title[0].value
        == f"{equal} dari {len(frame)} nilai akhir 2024 sama persis ketika dihitung ulang"
    )


def test_the_first_part_is_the_calculation_with_one_formula_per_step(open_page: OpenPage) -> None:
    at = open_page("metode", lang="en")
    steps = len(method_score.steps(Text("en"), _published(at)))
    assert len(at.latex) == steps == 9
    assert len(at.metric) == 4
    assert [metric.value for metric in at.metric] == ["140 of 140", "98 of 98", "98 of 98", "140 of 165"]


def _published(at: AppTest) -> Published:
    from kotacerdas.ui import cache

    return cache.published()


def test_the_whole_page_leaves_the_long_tables_out(open_page: OpenPage) -> None:
    assert len(open_page("metode", part="checks").dataframe) == 1
    assert len(open_page("metode", part=method.WHOLE).dataframe) == 0


def test_choosing_a_part_writes_its_id_into_the_url(open_page: OpenPage) -> None:
    at = open_page("metode")
    at.button_group(key=widget_key("part", "id")).set_value("levels").run()
    assert at.query_params["part"] in ("levels", ["levels"])
    assert "Tingkat terbanyak" in at.header[0].value


@pytest.mark.parametrize(
    ("params", "rest"),
    [
        ({"part": "../../etc/passwd"}, 1),
        ({"part": "instruments", "instrument": "<script>alert(1)</script>"}, 1),
        ({"part": "instruments", "instrument": "evaluation-2021", "view": "rubric"}, 1),
        ({"part": "instruments", "instrument": "standard-2025", "indicator": "i1"}, 1),
        ({"part": "checks", "check": "final-1999"}, 1),
        ({"part": "checks", "year": "1e9"}, 0),
    ],
)
def test_an_unknown_choice_falls_back_with_one_sentence(open_page: OpenPage, params: dict[str, str], rest: int) -> None:
    at = open_page("metode", **params)
    healthy(at)
    assert len(at.info) == rest


@pytest.mark.parametrize("payload", ["![x](http://e.example/x.png)", "<img src=x onerror=alert(1)>", "$x$ :smile:"])
@pytest.mark.parametrize("part", ["checks", "glossary"])
def test_a_search_without_a_hit_says_so_as_plain_text(open_page: OpenPage, part: str, payload: str) -> None:
    at = open_page("metode", part=part, q=payload)
    healthy(at)
    said = [m.value for m in at.markdown if "Tidak ada baris" in m.value]
    assert len(said) == 1
    assert "](" not in said[0] and "<img" not in said[0].replace("\\<", "") and "$x$" not in said[0]


# ---- checks -------------------------------------------------------------------------------------------------------


def test_the_checks_are_those_of_the_data(published: Published) -> None:
    found = method_checks.checks(published)
    assert list(found) == ["final-2024", "final-2021", "base-2020", "components-2024", "components-2021"]
    assert (found["final-2024"].equal, found["final-2024"].count) == (140, 140)
    newer = found["final-2021"]
    assert (newer.equal, newer.within(0.01), newer.within(0.02), newer.count) == (49, 95, 98, 98)
    assert (found["base-2020"].equal, found["base-2020"].count) == (98, 98)
    assert set(found["components-2024"].frame["component"]) == {"baseline", "output", "outcome", "impact", "quick_win"}
    assert found["components-2024"].equal == 5
    assert 0.5 < found["components-2021"].largest <= 0.6
    assert found["components-2021"].variant == "components_near"


def test_a_differing_figure_is_counted_as_differing() -> None:
    frame = pd.DataFrame({"difference": [0.0, 0.01, -0.02, -0.05]})
    check = method_checks.Check("x", "final", 2000, frame)
    assert (check.count, check.equal, check.within(0.01), check.within(0.02), check.headline) == (4, 1, 2, 3, 3)
    assert (check.variant, check.largest) == ("final_near", 0.05)


def test_binary_rounding_misses_only_ties(published: Published) -> None:
    frame = published.binary_rounding(2024)
    assert len(frame) == 140
    missed = frame[(frame[["forward", "backward", "nearest"]].ne(frame["final"], axis=0)).any(axis=1)]
    assert missed["tie"].all()
    binary = method_checks.checks(published)["final-2024"].binary
    assert binary is not None
    assert 0 < binary.fewest <= 10 <= binary.most < binary.ties == int(frame["tie"].sum())


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("check", ["final-2024", "final-2021", "base-2020", "components-2024", "components-2021"])
def test_a_check_shows_its_rows(open_page: OpenPage, published: Published, check: str, lang: str) -> None:
    at = open_page("metode", lang=lang, part="checks", check=check)
    healthy(at)
    found = method_checks.checks(published)[check]
    assert len(at.dataframe[0].value) == found.count
    assert not at.dataframe[0].value.columns.has_duplicates


def test_the_rows_of_a_check_are_found_by_name(open_page: OpenPage) -> None:
    at = open_page("metode", part="checks", q="kota madiun")
    assert list(at.dataframe[0].value["Kabupaten/kota"]) == ["Kota Madiun"]
    assert "1 dari 140 baris." in words(at)


def test_the_page_says_what_binary_rounding_would_miss(open_page: OpenPage, published: Published) -> None:
    binary = method_checks.checks(published)["final-2024"].binary
    assert binary is not None
    sentence = f"would miss between {binary.fewest} and {binary.most} finals"
    assert sentence in words(open_page("metode", lang="en", part="checks"))


# ---- instruments --------------------------------------------------------------------------------------------------


def test_the_weight_sets_are_those_of_the_instruments(published: Published) -> None:
    sets = method_instruments.weight_sets(Text("en"), published)
    assert list(sets) == ["Evaluation 2024, regular group", "Evaluation 2024, priority areas", "Evaluation 2021"]
    assert all(sum(one.values()) == 1 for one in sets.values())
    assert "collaboration" not in sets["Evaluation 2021"]
    assert sets["Evaluation 2024, priority areas"]["outcome"] == Fraction(1, 5)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_instrument_lists_every_node_once(published: Published, lang: str) -> None:
    t = Text(lang)  # type: ignore[arg-type]
    for instrument in published.data.instruments.values():
        table = method_instruments.nodes(t, instrument)
        assert list(table[t("method.id")]) == [node.id for node in instrument.nodes]
        assert not table.columns.has_duplicates
        leaves = table[table[t("method.id")].isin([node.id for node in instrument.leaves])]
        assert math.isclose(leaves[t("method.effective")].sum(), 1)
        tree = method_instruments.tree(t, instrument)
        assert math.isclose(tree[t("method.weight")].sum(), 1)


def test_every_missing_rule_and_document_has_words(published: Published) -> None:
    for lang in LANGUAGES:
        for rule in get_args(Node.model_fields["missing"].annotation):
            assert f"method.missing_rule.{rule}" in Text(lang)
        for document in published.sources:
            assert f"method.document.{document}" in Text(lang)


def test_a_weight_has_a_decimal_only_where_it_needs_one() -> None:
    for lang, odd in (("id", "14,3%"), ("en", "14.3%")):
        written = [share(Text(lang), value) for value in (0.1, 0.29, 1, 0, 1 / 7)]
        assert written == ["10%", "29%", "100%", "0%", odd]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("view", ["tree", "nodes", "rubric"])
def test_the_draft_standard_is_labelled_a_draft(open_page: OpenPage, view: str, lang: str) -> None:
    at = open_page("metode", lang=lang, part="instruments", instrument="standard-2025", view=view)
    assert not at.exception and not at.error
    assert len(at.warning) == 1
    assert ("draft" if lang == "en" else "rancangan") in at.warning[0].value


def test_all_items_of_an_instrument_can_be_searched(open_page: OpenPage) -> None:
    at = open_page(
        "metode", lang="en", part="instruments", instrument="evaluation-2021", view="nodes", q="action plan staff"
    )
    assert list(at.dataframe[0].value["Id"]) == ["q40"]


# ---- rubrics ------------------------------------------------------------------------------------------------------


def rubric_node(published: Published, number: int) -> Node:
    return published.data.instruments["standard-2025"][f"i{number}"]


def test_ranges_are_told_as_the_bounds_have_them(published: Published) -> None:
    t = Text("en")
    assert method_rubric.ranges(t, rubric_node(published, 21)) == {
        1: "60 to 100",
        2: "40 to less than 60",
        3: "20 to less than 40",
        4: "5 to less than 20",
        5: "0 to less than 5",
    }
    assert method_rubric.ranges(t, rubric_node(published, 9))[1] == "more than 4"
    assert method_rubric.ranges(t, rubric_node(published, 9))[2] == "more than 3, up to 4"
    assert method_rubric.ranges(Text("id"), rubric_node(published, 18))[3] == "0,25 sampai kurang dari 0,4"


def test_an_interval_that_is_a_single_value_reads_exactly() -> None:
    one = Fraction(1)
    assert method_rubric.interval_words(Text("en"), Interval(one, one, True, True)) == "exactly 1"
    assert (
        method_rubric.interval_words(Text("en"), Interval(one, Fraction(2), False, False))
        == "more than 1 and less than 2"
    )


@pytest.mark.parametrize(
    ("number", "typed", "score"),
    [(21, "10", 4), (9, "2,5", 3), (9, "2.5", 3), (92, "5", 4), (92, " 6 ", 5), (31, "0", 1)],
)
def test_a_raw_value_gets_its_score(published: Published, number: int, typed: str, score: int) -> None:
    assert f"**{score}**" in method_rubric.verdict(Text("id"), rubric_node(published, number), typed)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("banyak", "answer_number"),
        ("1.000", "answer_number"),
        ("1,000", "answer_number"),
        ("1/2", "answer_number"),
        ("NaN", "answer_number"),
        ("1e400", "answer_scale"),
        ("101", "answer_scale"),
        ("-1", "answer_scale"),
        ("٣%", "answer_number"),
    ],
)
def test_what_is_no_value_of_the_indicator_is_one_sentence(published: Published, typed: str, key: str) -> None:
    with pytest.raises(Problem) as raised:
        method_rubric.verdict(Text("id"), rubric_node(published, 21), typed)
    assert raised.value.key == key
    for lang in LANGUAGES:
        assert typed[:3] in Text(lang).problem(raised.value)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_trial_on_the_page(open_page: OpenPage, lang: str) -> None:
    at = open_page("metode", lang=lang, part="instruments", instrument="standard-2025", indicator="i9", value="2,5")
    said = "mendapat nilai **3**" if lang == "id" else "scores **3**"
    assert said in words(at)
    bad = open_page("metode", lang=lang, part="instruments", instrument="standard-2025", indicator="i9", value="x")
    assert len(bad.warning) == 2 and not bad.exception and not bad.error
    assert "“x”" in bad.warning[1].value.replace("\\", "")


def test_all_rubrics_come_on_demand(open_page: OpenPage, published: Published) -> None:
    at = open_page("metode", part="instruments", instrument="standard-2025", rubrics="1")
    expected = [n for n in published.data.instruments["standard-2025"].nodes if n.rubric]
    assert len(at.dataframe[0].value) == len(expected) == 86
    assert len(open_page("metode", part="instruments", instrument="standard-2025").dataframe) == 0


# ---- levels -------------------------------------------------------------------------------------------------------


def test_the_levels_are_counted_under_both_readings(published: Published) -> None:
    counted = method_levels.counts(published.levels, published.results(2024)["final"].dropna())
    assert list(counted["linear"].values()) == [5, 29, 58, 48, 0]
    assert list(counted["literal"].values()) == [12, 60, 68, 0, 0]


def test_the_score_ranges_meet_without_gap(published: Published) -> None:
    t = Text("en")
    linear = [method_levels.score_words(t, published.levels, level, "linear") for level in range(1, 6)]
    assert linear == [
        "less than 1.75",
        "1.75 to less than 2.50",
        "2.50 to less than 3.25",
        "3.25 to less than 4.00",
        "exactly 4.00",
    ]
    literal = [method_levels.score_words(t, published.levels, level, "literal") for level in range(1, 6)]
    assert literal[3:] == ["exactly 4.00", "out of reach"]


# ---- coverage -----------------------------------------------------------------------------------------------------


def test_the_rounds_table_never_turns_unknown_into_zero(published: Published) -> None:
    t = Text("en")
    table = method_coverage.rounds(t, published).set_index("Year")
    assert table.loc["2024", ["Invited", "With a final score", "Not in the copy", "Did not take part"]].tolist() == [
        191,
        140,
        27,
        24,
    ]
    assert table.loc["2023", ["Invited", "Took part (as stated)", "Not in the copy"]].isna().all()
    assert table.loc["2021", "Did not take part"] == 2


def test_the_blocks_table_counts_cells(published: Published) -> None:
    table = method_coverage.blocks(Text("en"), published, 2021).set_index("Part of the questionnaire")
    assert list(table.columns) == ["Rows 1–27", "Rows 28–54", "Rows 55–81", "Rows 82–98"]
    assert (table.loc["Baseline (5)"] == 1).all()
    assert table.loc["Output (7)", "Rows 82–98"] == pytest.approx(4 / 7)
    assert table.loc["Impact, Society (9)"].tolist() == [1, 0, 1, 0]
    assert (table.loc["Outcome, action plan (4)"] == 0).all()


def test_every_excluded_page_is_listed(published: Published) -> None:
    table = method_coverage.excluded(Text("en"), published)
    blocks = sum(len(cell.split(", ")) for cell in table["Rows"])
    assert blocks == len(published.data.tables["excluded_rows"])


def test_what_cannot_be_known_has_its_figures(published: Published) -> None:
    told = " ".join(method_coverage.unknown(Text("en"), published, 2024))
    for fact in ("27 places", "25 took part and 2 did not", "51 places", "no source for 2022", "1, 2, 3, 10, 11, 62"):
        assert fact in told


def test_the_partial_copy_says_which_kind_it_lacks(published: Published) -> None:
    facts = dict(method_limits.cautions(Text("en"), published))["copy"]
    assert (facts["unseen"], facts["kota"]) == ("27", "27")
    assert (facts["median_kota"], facts["median_kabupaten"]) == ("3.27", "2.91")


def test_coverage_cells_are_shaded_by_share() -> None:
    assert method_coverage.shade(0, "light").endswith(",0)")
    assert method_coverage.shade(1, "light") != method_coverage.shade(1, "dark")


# ---- words --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_glossary_shows_every_term_and_finds_by_both_languages(
    open_page: OpenPage, published: Published, lang: str
) -> None:
    t = Text(lang)  # type: ignore[arg-type]
    text = words(open_page("metode", lang=lang, part="glossary")).replace("\\", "")
    assert [term.id for term in published.data.glossary if t.label(term.term) not in text] == []
    found = words(open_page("metode", lang=lang, part="glossary", q="setengah ke atas")).replace("\\", "")
    assert t.label(next(term.term for term in published.data.glossary if term.id == "half_up")) in found


def test_a_search_in_the_glossary_needs_every_word(published: Published) -> None:
    hits = [term.id for term in published.data.glossary if method_words.fits(term, "Rank change")]
    assert "rank_change" in hits and "rank" not in hits


def test_every_trap_is_shown(open_page: OpenPage, published: Published) -> None:
    text = words(open_page("metode", lang="en", part="traps")).replace("\\", "")
    assert [trap.id for trap in published.data.traps if trap.text.en not in text or trap.remedy.en not in text] == []


# ---- sources, limits ----------------------------------------------------------------------------------------------


def test_every_file_can_be_downloaded(open_page: OpenPage, published: Published) -> None:
    at = open_page("metode", part="sources")
    labels = {button.proto.label for button in at.get("download_button")}
    assert {PACKAGE, *(file.path for file in published.data.files)} <= labels
    assert {"Hasil 2024 (XLSX)", "Hasil 2021 (XLSX)"} <= labels


def test_every_source_and_licence_is_named(open_page: OpenPage, published: Published) -> None:
    text = words(open_page("metode", lang="en", part="sources")).replace("\\", "")
    assert [s.id for s in published.sources.values() if s.title.en not in text or s.terms.en not in text] == []
    for needed in ("GeoNames", "CC BY 4.0", "Natural Earth", "public domain", "Apache-2.0"):
        assert needed in text


def test_the_citation_names_version_and_digest(open_page: OpenPage, published: Published) -> None:
    at = open_page("metode", lang="en", part="sources")
    assert at.code[0].value == method_sources.citation(Text("en"), published)
    assert published.version in at.code[0].value and published.data.digest[:12] in at.code[0].value


@pytest.mark.parametrize("year", [2024, 2021])
def test_the_workbook_holds_the_round_with_its_sources(published: Published, year: int) -> None:
    import io

    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(method_sources.workbook(Text("en"), published, year)))
    table, about = book.worksheets
    rows = list(table.iter_rows(values_only=True))
    assert len(rows) == len(published.results(year)) + 1
    head = list(rows[0])
    finals = {row[head.index("Code")]: row[head.index("Final score")] for row in rows[1:]}
    expected = published.results(year)["final"]
    assert {code for code, value in finals.items() if value is None} == set(expected.index[expected.isna()])
    assert all(finals[code] == value for code, value in expected.dropna().items())
    assert published.version in " ".join(str(row[1]) for row in about.iter_rows(values_only=True))


def test_every_data_file_is_described(published: Published) -> None:
    for lang in LANGUAGES:
        t = Text(lang)
        table = method_sources.files(t, published)
        assert [row for row in table[t("method.sources.what")] if not row] == []


def test_neighbours_counts_the_others_near_by() -> None:
    assert method_limits.neighbours(pd.Series([1.0, 1.05, 1.1, 3.0]), 0.05) == 1
    assert method_limits.neighbours(pd.Series([1.0, 2.0]), 0.05) == 0
    assert method_limits.neighbours(pd.Series([], dtype=float), 0.05) == 0


# ---- tables -------------------------------------------------------------------------------------------------------


def test_matching_needs_every_word_somewhere_in_the_row() -> None:
    frame = pd.DataFrame({"a": ["Kota Madiun", "Kabupaten Madiun"], "b": ["35.77", "35.19"]})
    assert list(matching(frame, "MADIUN 35.77")["b"]) == ["35.77"]
    assert len(matching(frame, "  ")) == 2
    assert matching(frame, "zzz").empty


@pytest.mark.parametrize(
    ("value", "shown"), [("1/2", "0,5"), ("10", "10"), ("500000", "500.000"), ("1/3", "0,3333"), ("-1/4", "−0,25")]
)
def test_figures_keep_the_decimals_they_need(value: str, shown: str) -> None:
    assert figure(Text("id"), Fraction(value)) == shown
