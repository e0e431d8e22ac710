"""A scenario as a file and in an address: it comes back as it went, and rubbish gets one sentence per fault."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kotacerdas.i18n import LANGUAGES, Text
from kotacerdas.problem import Problem
from kotacerdas.published import Published
from kotacerdas.scenario import (
    LIMIT,
    LONGEST_LIST,
    Scenario,
    changes_text,
    from_json,
    read_changes,
    read_number,
    to_json,
    written,
)

F = Fraction
MADIUN = "35.77"

quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

numbers = st.one_of(
    st.integers(0, 400).map(lambda k: F(k, 100)),
    st.fractions(min_value=0, max_value=4, max_denominator=10**6),
    st.decimals(min_value=0, max_value=4, places=12).map(F),
)
steps = st.integers(0, 15).map(lambda k: 1 + F(k, 5))
QUESTIONS = [f"q{i}" for i in range(1, 50)]
names = st.text(st.characters(exclude_categories=["C", "Z"]), max_size=60)


def keys(raw: bytes, published: Published) -> list[str]:
    """The faults of a file; every one of them has a sentence in both languages."""
    scenario, found = from_json(raw, published)
    assert (scenario is None) == bool(found)
    for lang in LANGUAGES:
        for problem in found:
            sentence = Text(lang).problem(problem)
            assert sentence.endswith(".") and "\n" not in sentence and len(sentence) < 500
    return [problem.key for problem in found]


def file(**content: object) -> bytes:
    return json.dumps({"city": MADIUN, "year": 2024, **content}).encode()


# ---- there and back ------------------------------------------------------------------------------------------


@quick
@given(values=st.dictionaries(st.sampled_from(["outcome", "q1", "q115", "quick_win"]), numbers))
def test_changes_come_back_from_an_address(values: dict[str, Fraction]) -> None:
    text = changes_text(values)
    assert read_changes(text) == values and list(read_changes(text)) == list(values)
    assert set(text) <= set("abcdefghijklmnopqrstuvwxyz_0123456789:,./")


def test_the_form_in_an_address_is_short() -> None:
    assert changes_text({"outcome": F(39, 10), "q12": F(3)}) == "outcome:3.9,q12:3"
    assert changes_text({"impact": F(1, 3)}) == "impact:1/3"
    assert read_changes("") == {}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("outcome", "changes_text"), ("outcome=3", "changes_text"), (":3", "changes_text"),
        ("Outcome:3", "changes_text"), ("out come:3", "changes_text"),
        ("=cmd:3", "changes_text"), ("outcome:", "answer_number"),
        ("outcome:x", "answer_number"), ("outcome:nan", "answer_number"), ("outcome:inf", "answer_number"),
        ("outcome:1e999999999", "answer_number"), ("outcome:1/0", "answer_number"), ("q1:\u0663", "answer_number"),
        ("outcome:3.1234567890123", "number_fine"), ("q1:3,q1:4", "change_repeated"),
        ("q1:1," * 2000, "changes_text"),
    ],
)  # fmt: skip
def test_rubbish_in_an_address_is_a_problem(text: str, key: str) -> None:
    with pytest.raises(Problem) as raised:
        read_changes(text)
    assert raised.value.key == key


@quick
@given(text=st.text(max_size=60))
def test_any_address_is_read_or_refused(text: str) -> None:
    try:
        assert all(isinstance(value, Fraction) for value in read_changes(text).values())
    except Problem as problem:
        assert Text("id").problem(problem)


@quick
@given(number=numbers)
def test_written_numbers_are_exact(number: Fraction) -> None:
    assert read_number("q1", written(number)) == number


def test_a_decimal_comma_is_accepted() -> None:
    assert read_number("q1", " 3,8 ") == F(38, 10)


@quick
@given(
    name=names,
    changes=st.dictionaries(st.sampled_from(QUESTIONS), steps),
    impact=st.fractions(min_value=0, max_value=F(1, 2), max_denominator=1000),
    method=st.sampled_from([None, "evaluation-2024-priority", "evaluation-2024-regular"]),
    reading=st.sampled_from([None, "linear", "literal"]),
)  # fmt: skip
def test_a_file_comes_back(
    published: Published,
    name: str,
    changes: dict[str, Fraction],
    impact: Fraction,
    method: str | None,
    reading: str | None,
) -> None:
    scenario = Scenario(MADIUN, 2024, name, changes, {"impact": impact}, method, reading)
    raw = to_json(scenario)
    assert from_json(raw, published) == (scenario, ()) and len(raw) < LIMIT / 8


def test_a_file_is_small_and_readable() -> None:
    raw = to_json(Scenario(MADIUN, 2024, "A", {"outcome": F(39, 10)}, {"impact": F(1, 3)}))
    assert json.loads(raw) == {
        "city": "35.77", "year": 2024, "name": "A", "changes": {"outcome": 3.9}, "weights": {"impact": "1/3"},
    }  # fmt: skip
    assert json.loads(to_json(Scenario(MADIUN, 2024))) == {"city": "35.77", "year": 2024}


def test_numbers_may_be_written_as_text_and_a_byte_order_mark_is_ignored(published: Published) -> None:
    scenario, found = from_json(b"\xef\xbb\xbf" + file(changes={"outcome": "3,9"}), published)
    assert not found and scenario is not None and scenario.changes == {"outcome": F(39, 10)}


# ---- faults --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"", ["scenario_json"]),
        (b"\x00\xff junk", ["scenario_json"]),
        (b'{"city": "35.77", "year": 2024', ["scenario_json"]),
        (b"x" * 10_000_000, ["scenario_size"]),
        (file() + b" " * LIMIT, ["scenario_size"]),
        (b"[" * 60_000, ["scenario_shape"]),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, ["scenario_shape"]),
        (b"[]", ["scenario_shape"]),
        (b"3", ["scenario_shape"]),
        (b"{}", ["scenario_field", "scenario_field"]),
        (b'{"city": 35.77, "year": "2024"}', ["scenario_field", "scenario_field"]),
        (b'{"city": "35.77", "year": 20241}', ["scenario_field"]),
        (b'{"city": "35.77", "year": 2024.0}', ["scenario_field"]),
        (b'{"city": "35.77", "city": "32.73", "year": 2024}', ["change_repeated"]),
        (b'{"city": "35.77", "year": 2024, "changes": {"q1": 3, "q1": 4}}', ["change_repeated"]),
        (b'{"city": "35.77", "year": 2024, "changes": {"q1": NaN, "q2": -Infinity}}', ["answer_number"] * 2),
        (b'{"city": "35.77", "year": 2024, "changes": {"q1": ' + b"9" * 5000 + b"}}", ["answer_number"]),
        (b'{"city": "35.77", "year": 2024, "changes": {"q1": 1e999}}', ["answer_scale"]),
        (file(changes=[3]), ["scenario_field"]),
        (file(changes={"q1": True}), ["answer_number"]),
        (file(changes={"q1": None}), ["answer_number"]),
        (file(changes={"q1": [3]}), ["answer_number"]),
        (file(changes={"q1": {"q2": 3}}), ["answer_number"]),
        (file(changes={"q1": "tiga"}), ["answer_number"]),
        (file(changes={"q1": 0.9}), ["answer_scale"]),
        (file(changes={"q1": 3.5}), ["change_step"]),
        (file(changes={"": 3}), ["change_unknown"]),
        (file(changes={"q\ud800": 3}), ["change_unknown"]),
        (file(changes={"<b>": 3}), ["change_unknown"]),
        (file(changes={"collaboration": 3}), ["change_other_instrument"]),
        (file(changes={"output": 3, "q12": 3}), ["answer_twice"]),
        (file(weights={"impact": 3}), ["weight_range"]),
        (file(weights={"impact": "0.x"}), ["answer_number"]),
        (file(name=3), ["scenario_name"]),
        (file(name="x" * 61), ["scenario_name"]),
        (file(name="a\u202eb"), ["scenario_name"]),
        (file(name="\ud800"), ["scenario_name"]),
        (file(method=["x"]), ["scenario_field"]),
        (file(method="standard-2025"), ["method_unknown"]),
        (file(reading="x"), ["reading_unknown"]),
        (file(code="x"), ["scenario_key"]),
        (file(city="99.99"), ["city_unknown"]),
        (file(city="35.78"), ["card_none"]),
        (file(year=2022), ["year_unknown"]),
        (file(year=2023), ["card_none"]),
        (file(city="32.73", changes={"q12": 3}), ["change_components_only"]),
        (
            file(extra=1, name=3, changes={"q1": "x", "q2": 7, "zz": 1}, weights={"impact": 2}, reading="x"),
            ["scenario_key", "scenario_name", "answer_number", "reading_unknown", "answer_scale", "change_unknown",
             "weight_range"],
        ),
    ],
    ids=lambda case: "-".join(case)[:60] if isinstance(case, list) else "",
)  # fmt: skip
def test_every_fault_of_a_file_is_one_sentence(published: Published, raw: bytes, expected: list[str]) -> None:
    assert keys(raw, published) == expected


def test_a_file_full_of_faults_gets_a_bounded_list(published: Published) -> None:
    raw = file(changes={f"x{i}": 3 for i in range(3000)})
    scenario, found = from_json(raw, published)
    assert scenario is None and len(found) == LONGEST_LIST
    assert (found[-1].key, found[-1].params["count"]) == ("problems_more", 3000 - LONGEST_LIST + 1)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=st.binary(max_size=300))
def test_any_bytes_are_refused_with_a_sentence(published: Published, raw: bytes) -> None:
    assert keys(raw, published)


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.dictionaries(
        st.sampled_from(["city", "year", "name", "changes", "weights", "method", "reading", "?"]), json_values
    ),
    sound=st.booleans(),
)
def test_any_json_is_read_or_refused(published: Published, content: dict[str, object], sound: bool) -> None:
    whole = {**content, "city": MADIUN, "year": 2024} if sound else content
    keys(json.dumps(whole).encode(), published)
