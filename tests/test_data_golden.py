"""The committed figures against what the source documents state, in exact decimals and without the engine.

Reads `data/*.csv` and the instrument files as plain text: a fault in the engine cannot hide one in the data.
"""

from __future__ import annotations

import csv
import math
from collections import Counter, defaultdict
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
import yaml

DATA = Path(__file__).resolve().parent.parent / "data"
MADIUN = "35.77"
COMPONENTS = ("baseline", "output", "outcome", "impact", "quick_win")
CENT = Fraction(1, 100)


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def load(text: str) -> dict:
    return yaml.load(text, Loader=yaml.CSafeLoader)


@cache
def nodes(instrument: str) -> dict[str, dict]:
    """The nodes of an instrument file by id, laid over the file it extends."""
    data = load((DATA / "instruments" / f"{instrument}.yaml").read_text(encoding="utf-8"))
    found = dict(nodes(data["extends"])) if "extends" in data else {}
    for node in data["nodes"]:
        found[node["id"]] = {**found.get(node["id"], {}), **node}
    return found


def weights(instrument: str) -> dict[str, Fraction]:
    return {key: Fraction(n["weight"]) for key, n in nodes(instrument).items() if n["kind"] == "component"}


def half_up(value: Fraction) -> Fraction:
    return Fraction(math.floor(value * 100 + Fraction(1, 2)), 100)


@pytest.fixture(scope="module")
def cities() -> dict[str, dict[str, str]]:
    group = {row["code"]: row["group"] for row in rows("weight_groups.csv") if row["year"] == "2024"}
    return {row["code"]: {**row, "group_2024": group.get(row["code"], "")} for row in rows("cities.csv")}


@pytest.fixture(scope="module")
def results() -> dict[tuple[str, int], dict[str, dict[str, str]]]:
    """(code, year) -> measure -> row."""
    found: dict[tuple[str, int], dict[str, dict[str, str]]] = defaultdict(dict)
    for row in rows("results.csv"):
        found[row["code"], int(row["year"])][row["measure"]] = row
    return dict(found)


@pytest.fixture(scope="module")
def scores() -> list[dict[str, str]]:
    return rows("question_scores.csv")


def published(results, year: int) -> dict[str, dict[str, Fraction]]:
    """Code -> measure -> figure, for the cities with a printed final."""
    return {
        code: {measure: Fraction(row["value"]) for measure, row in found.items() if row["value"]}
        for (code, y), found in results.items()
        if y == year and found["final"]["status"] == "published"
    }


def recomputed(figures: dict[str, Fraction], instrument: str) -> Fraction:
    return sum((w * figures.get(c, Fraction(0)) for c, w in weights(instrument).items()), start=Fraction(0))


def instrument_2024(city: dict[str, str]) -> str:
    return f"evaluation-2024-{city['group_2024']}"


# --- shape -------------------------------------------------------------------------------------------------------


def test_keys_are_unique_and_every_code_is_registered(cities, results, scores):
    result_keys = [(r["code"], r["year"], r["measure"]) for r in rows("results.csv")]
    score_keys = [(r["code"], r["year"], r["question"]) for r in scores]
    assert len(result_keys) == len(set(result_keys)) == 2102
    assert len(score_keys) == len(set(score_keys)) == 5587
    assert {key[0] for key in result_keys + score_keys} <= set(cities)


def test_files_are_in_their_order(scores):
    order = [(r["code"], r["year"], int(r["question"][1:])) for r in scores]
    assert order == sorted(order)
    order = [(r["code"], r["year"]) for r in rows("results.csv")]
    assert order == sorted(order)


def test_every_figure_has_two_decimals_a_status_and_a_known_source(scores):
    documents = {d["id"]: d for d in load((DATA / "sources.yaml").read_text(encoding="utf-8"))["sources"]}
    tables = {(name, table["id"]) for name, d in documents.items() for table in d.get("tables", ())}
    for row in rows("results.csv") + scores:
        assert not row["value"] or -Decimal(row["value"]).as_tuple().exponent == 2
        assert bool(row["value"]) == (row["status"] in ("published", "derived"))
        assert (row["source_document"], row["source_table"]) in tables
        assert row["source_row"].isdigit()
    for row in rows("excluded_rows.csv"):
        assert (row["source_document"], row["page"]) in tables


def test_components_and_questions_lie_on_their_scale(results, scores):
    for found in results.values():
        for measure, row in found.items():
            if row["value"] and measure in (*COMPONENTS, "collaboration"):
                assert 1 <= Fraction(row["value"]) <= 4
            elif row["value"] and measure != "improvement":
                assert 0 < Fraction(row["value"]) <= 4
    assert all(1 <= Fraction(row["value"]) <= 4 for row in scores if row["value"])


def test_questions_exist_in_the_instrument_of_their_round(scores):
    known = {"2021": nodes("evaluation-2021"), "2024": nodes("evaluation-2024-regular")}
    assert all(known[row["year"]][row["question"]]["kind"] == "question" for row in scores)


# --- instruments ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("instrument", "expected"),
    [
        ("evaluation-2021", "10 20 30 20 20"),
        ("evaluation-2024-regular", "10 20 30 20 20"),
        ("evaluation-2024-priority", "10 20 20 20 20 10"),
    ],
)
def test_component_weights_are_those_of_the_letters(instrument, expected):
    assert [int(w * 100) for w in weights(instrument).values()] == [int(w) for w in expected.split()]


@pytest.mark.parametrize(
    ("instrument", "sizes"),
    [("evaluation-2021", (5, 7, 31, 54, 12)), ("evaluation-2024-regular", (5, 11, 33, 54, 12))],
)
def test_questions_are_numbered_through_the_components(instrument, sizes):
    found = nodes(instrument)
    parents = [n["parent"] for n in found.values() if n["kind"] == "question"]
    assert parents == [c for c, size in zip(COMPONENTS, sizes, strict=True) for _ in range(size)]
    assert [k for k, n in found.items() if n["kind"] == "question"] == [f"q{i}" for i in range(1, sum(sizes) + 1)]


@pytest.mark.parametrize("instrument", ["evaluation-2021", "evaluation-2024-regular"])
def test_impact_has_nine_questions_for_each_smart_dimension(instrument):
    blocks = Counter(n["dimension"] for n in nodes(instrument).values() if n.get("parent") == "impact")
    assert set(blocks.values()) == {9}
    assert len(blocks) == 6


def test_outcome_dimensions():
    def sizes(instrument: str) -> dict[str | None, int]:
        return Counter(n.get("dimension") for n in nodes(instrument).values() if n.get("parent") == "outcome")

    shared = {"economy": 3, "living": 7, "society": 6, "environment": 3, "governance": 6, None: 4}
    assert sizes("evaluation-2021") == shared | {"branding": 2}
    assert sizes("evaluation-2024-regular") == shared | {"branding": 4}


def test_labels_are_short_and_bilingual():
    for instrument in ("evaluation-2021", "evaluation-2024-priority"):
        for node in nodes(instrument).values():
            for label in (node["label"], node.get("subdimension", {"id": "-", "en": "-"})):
                assert set(label) == {"id", "en"}
                assert all(0 < len(text) <= 60 for text in label.values())


def test_comparable_questions_ask_the_same():
    old, new = nodes("evaluation-2021"), nodes("evaluation-2024-regular")
    pairs = {key: n["comparable"]["evaluation-2021"] for key, n in new.items() if "comparable" in n}
    count = Counter(new[key]["parent"] for key in pairs)
    assert count == {"baseline": 5, "output": 7, "outcome": 27, "quick_win": 12}
    assert len(set(pairs.values())) == len(pairs)
    for key, before in pairs.items():
        for field in ("parent", "label", "dimension", "subdimension"):
            assert new[key].get(field) == old[before].get(field), (key, before, field)


# --- 2024 ----------------------------------------------------------------------------------------------------------


def test_191_cities_of_2024_by_status(results):
    finals = Counter(found["final"]["status"] for (_, year), found in results.items() if year == 2024)
    assert finals == {"published": 140, "did_not_take_part": 24, "not_in_copy": 27}


def test_a_city_without_a_result_has_exactly_one_row(results):
    for (_, year), found in results.items():
        if found["final"]["status"] in ("did_not_take_part", "not_in_copy"):
            assert set(found) == {"final"}
            assert year != 2024 or found["final"]["note"]


def test_groups_of_2024(cities, results):
    groups = Counter(cities[code]["group_2024"] for code in published(results, 2024))
    assert groups == {"regular": 93, "priority": 47}
    others = [code for (code, year) in results if year == 2024 and code not in published(results, 2024)]
    assert {cities[code]["group_2024"] for code in others} == {""}


def test_every_published_final_of_2024_is_the_weighted_sum_rounded_half_up(cities, results):
    wrong = [
        code
        for code, figures in published(results, 2024).items()
        if half_up(recomputed(figures, instrument_2024(cities[code]))) != figures["final"]
    ]
    assert wrong == []


def test_ties_of_2024_need_exact_arithmetic(cities, results):
    """Finals that end in exactly .005: official rounding takes all of them up, `round` of a float only some."""
    ties, missed = 0, 0
    for code, figures in published(results, 2024).items():
        exact = recomputed(figures, instrument_2024(cities[code]))
        if (exact * 100) % 1 == Fraction(1, 2):
            ties += 1
            missed += round(float(exact), 2) != float(figures["final"])
    assert (ties, missed) == (19, 11)


def test_six_priority_cities_had_no_programme(cities, results):
    without = {
        cities[code]["short_name"]
        for (code, year), found in results.items()
        if year == 2024 and found.get("collaboration", {}).get("status") == "no_programme"
    }
    assert without == {"Humbang Hasundutan", "Karo", "Lombok Utara", "Manggarai Timur", "Toba", "Wakatobi"}
    assert published(results, 2024)["74.07"]["final"] == Fraction("0.94")


def test_collaboration_stands_only_with_priority_cities(cities, results):
    for (code, year), found in results.items():
        if year == 2024 and found["final"]["status"] == "published":
            assert ("collaboration" in found) == (cities[code]["group_2024"] == "priority")


def test_finals_of_2023_are_derived_from_the_improvement(results):
    now = published(results, 2024)
    before = {code: found["final"] for (code, year), found in results.items() if year == 2023}
    assert before.keys() == now.keys()
    for code, row in before.items():
        assert row["status"] == "derived"
        assert Fraction(row["value"]) == now[code]["final"] - now[code]["improvement"]


@pytest.mark.parametrize(("reading", "expected"), [("linear", (5, 29, 58, 48, 0)), ("literal", (12, 60, 68, 0, 0))])
def test_levels_of_2024(results, reading, expected):
    table = load((DATA / "levels.yaml").read_text(encoding="utf-8"))
    slope, offset = (Fraction(table["readings"][reading][key]) for key in ("slope", "offset"))
    starts = [Fraction(level["start"]) for level in table["levels"]]
    found = Counter()
    for figures in published(results, 2024).values():
        found[max(1, sum(slope * figures["final"] + offset >= start for start in starts))] += 1
    assert tuple(found[level] for level in range(1, 6)) == expected


# --- Kota Madiun 2024 ----------------------------------------------------------------------------------------------


def test_madiun_from_115_questions_to_its_final(results, scores):
    answers = {r["question"]: Fraction(r["value"]) for r in scores if (r["code"], r["year"]) == (MADIUN, "2024")}
    assert len(answers) == 115
    assert all((value * 5).denominator == 1 for value in answers.values()), "a mean of five assessors"
    components: dict[str, list[Fraction]] = defaultdict(list)
    for key, node in nodes("evaluation-2024-regular").items():
        if node["kind"] == "question":
            components[node["parent"]].append(answers[key])
    means = {component: sum(values) / len(values) for component, values in components.items()}
    assert {c: f"{float(half_up(m)):.2f}" for c, m in means.items()} == {
        "baseline": "4.00",
        "output": "3.51",
        "outcome": "3.78",
        "impact": "3.97",
        "quick_win": "3.87",
    }
    official = published(results, 2024)[MADIUN]
    assert all(half_up(means[c]) == official[c] for c in COMPONENTS)
    assert half_up(recomputed(means, "evaluation-2024-regular")) == official["final"] == Fraction("3.80")


# --- 2021 ----------------------------------------------------------------------------------------------------------


def test_100_cities_of_2021_by_status(cities, results):
    finals = {code: found["final"]["status"] for (code, year), found in results.items() if year == 2021}
    assert Counter(finals.values()) == {"published": 98, "did_not_take_part": 2}
    absent = {cities[code]["name"] for code, status in finals.items() if status == "did_not_take_part"}
    assert absent == {"Kabupaten Jember", "Kota Surabaya"}


def test_the_first_hundred_were_invited_again_in_2024(cities, results):
    first = {code for (code, year) in results if year == 2021}
    again = {code for (code, year) in results if year == 2024}
    assert len(first) == 100
    assert len(again) == 191
    assert first <= again
    assert {code for code, city in cities.items() if city["cohort"] == "2017-2019"} == first
    assert {code for code, city in cities.items() if city["cohort"]} == again


def test_finals_of_2021_lie_within_the_rounding_of_their_components(results):
    apart = [
        (recomputed(figures, "evaluation-2021"), figures["final"]) for figures in published(results, 2021).values()
    ]
    assert sum(abs(exact - final) <= CENT for exact, final in apart) == 85
    assert max(abs(exact - final) for exact, final in apart) <= Fraction("0.017")
    rounded = Counter(abs(half_up(exact) - final) for exact, final in apart)
    assert rounded == {Fraction(0): 49, CENT: 46, 2 * CENT: 3}


def test_finals_of_2020_printed_and_implied_agree(results):
    found = {code: figures for (code, year), figures in results.items() if year == 2020}
    assert len(found) == 98
    assert all(figures["final"]["value"] == figures["final_implied"]["value"] for figures in found.values())
    assert {row["status"] for figures in found.values() for row in figures.values()} == {"derived"}


def test_baseline_of_2021_counts_the_final_of_2020(results):
    """With it, the published mean of six fits five assessors in 87 of 98 cities; without it, no better than chance."""

    def fits_five(total: Fraction, tolerance: Fraction) -> bool:
        return abs(total - Fraction(round(total * 5), 5)) <= tolerance

    half = CENT / 2
    with_2020 = without = 0
    for code, figures in published(results, 2021).items():
        final_2020 = Fraction(results[code, 2020]["final"]["value"])
        with_2020 += fits_five(6 * figures["baseline"] - final_2020, 6 * half)
        without += fits_five(5 * figures["baseline"], 5 * half)
    assert (with_2020, without) == (87, 26)


def test_78_cities_have_both_finals(results):
    assert len(published(results, 2021).keys() & published(results, 2024).keys()) == 78


ALL, UPPER = range(1, 99), range(1, 82)
FIRST, SECOND, THIRD = range(1, 28), range(28, 55), range(55, 82)
COVERAGE = [
    (range(1, 10), [ALL]),  # Baseline, Output 1-4
    (range(10, 40), [UPPER]),  # Output 5-7, Outcome 1-27
    (range(40, 60), []),  # action plan, Impact Governance, Branding 1-7
    (range(60, 70), [FIRST]),  # Branding 8-9, Economy 1-8
    (range(70, 80), [FIRST, THIRD]),  # Economy 9, Society
    (range(80, 90), [FIRST]),  # Living, Environment 1
    (range(90, 100), [UPPER]),  # Environment 2-9, Quick win 1-2
    (range(100, 110), [SECOND]),  # Quick win 3-12
]


@pytest.mark.parametrize(("questions", "blocks"), COVERAGE, ids=lambda value: str(value))
def test_coverage_of_the_2021_annex(scores, questions, blocks):
    expected = {row for block in blocks for row in block}
    for question in questions:
        found = {int(r["source_row"]) for r in scores if r["year"] == "2021" and r["question"] == f"q{question}"}
        assert found == expected, question


def test_left_out_pages_of_2021_complete_the_covered_ones(scores):
    held = {(r["source_table"], int(r["source_row"])) for r in scores if r["year"] == "2021"}
    left_out = {
        (r["page"], row)
        for r in rows("excluded_rows.csv")
        if r["source_document"] == "letter-2021"
        for row in range(int(r["block"].split("-")[0]), int(r["block"].split("-")[1]) + 1)
    }
    assert not held & left_out
    assert held | left_out == {(f"annex-2-page-{p:02d}", row) for p in range(1, 12) for row in ALL}


def test_misfitting_pages_are_the_two_known_ones():
    misfits = {
        (r["page"], r["block"], r["rows"]) for r in rows("excluded_rows.csv") if r["reason_id"] == "cells_misfit"
    }
    assert misfits == {("annex-2-page-06", "1-27", "27"), ("annex-2-page-11", "55-81", "27")}


def test_scores_of_2021_are_whole_and_a_printed_zero_is_no_answer(cities, scores):
    old = [r for r in scores if r["year"] == "2021"]
    assert {r["value"] for r in old} == {"", "1.00", "2.00", "3.00", "4.00"}
    empty = [(cities[r["code"]]["name"], r["question"], r["status"]) for r in old if not r["value"]]
    assert empty == [("Kabupaten Lamongan", q, "no_answers") for q in ("q90", "q91", "q96")]


def test_question_means_of_2021_approximate_the_components(results, scores):
    """Whole numbers instead of panel means: close to the published component, and never far off."""
    answers: dict[str, dict[str, Fraction]] = defaultdict(dict)
    for r in scores:
        if r["year"] == "2021" and r["value"]:
            answers[r["code"]][r["question"]] = Fraction(r["value"])
    complete = 0
    for code, figures in published(results, 2021).items():
        output = [answers[code].get(f"q{i}") for i in range(6, 13)]
        if None not in output:
            complete += 1
            assert abs(sum(output) / 7 - figures["output"]) <= Fraction("0.61")
    assert complete == 81


def test_row_85_of_the_annex_is_pekalongan(cities, results, scores):
    codes = {r["code"] for r in scores if r["year"] == "2021" and r["source_row"] == "85"}
    assert {cities[code]["name"] for code in codes} == {"Kota Pekalongan"}


# --- notes ---------------------------------------------------------------------------------------------------------


def test_assessors_notes_are_complete_and_name_institutions_only():
    notes = load((DATA / "assessor_notes.yaml").read_text(encoding="utf-8"))["notes"]
    assert Counter(note["theme"] for note in notes) == {"strength": 7, "weakness": 7, "recommendation": 7}
    assert {institution for note in notes for institution in note["institutions"]} == {
        "Citiasia",
        "IAP",
        "IKATI",
        "Kementerian Kominfo",
        "Kementerian PUPR",
        "Universitas Gadjah Mada",
        "Universitas Pakuan",
    }
    for note in notes:
        assert note["code"] == MADIUN
        assert "3.53" not in str(note)
        assert "3,53" not in str(note)
        assert " 47" not in str(note)
