"""Controls and the URL say the same: ids in, ids out, defaults absent, nonsense answered in one sentence."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from kotacerdas.ui import cache, state


def controls() -> None:
    """A page with one control of every kind, and what it was told."""
    import streamlit as st

    from kotacerdas.ui import state

    words = {"id": {"a": "Apel", "b": "Beras"}, "en": {"a": "Apple", "b": "Rice"}}[state.lang()]
    seen = {
        "year": state.choose_year(),
        "kind": state.choose("kind", ["a", "b"], label="kind", shown=words.__getitem__),
        "view": state.choose(
            "view", ["a", "b"], label="view", shown=words.__getitem__, default="b", look="segmented", quiet=True
        ),
        "many": state.choose_many("many", ["a", "b"], label="many", shown=words.__getitem__),
        "pills": state.choose_many("pills", ["a", "b"], label="pills", shown=words.__getitem__, look="pills"),
        "only": state.toggle("only", label="only"),
        "q": state.search("q", label="q"),
    }
    state.reset(["kind", "many", "q"])
    st.json(seen)


def run(**params: str) -> AppTest:
    at = AppTest.from_function(controls, default_timeout=30)
    for name, value in params.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception
    return at


def seen(at: AppTest) -> dict[str, object]:
    import json

    return dict(json.loads(at.json[0].value))


def address(at: AppTest) -> dict[str, str]:
    return {name: value if isinstance(value, str) else value[0] for name, value in at.query_params.items()}


def group(at: AppTest, name: str, lang: str = "id"):  # type: ignore[no-untyped-def]
    return next(g for g in at.get("button_group") if g.key == state.widget_key(name, lang))


def years_in_silence() -> None:
    """What a place without a control of the year goes by."""
    import streamlit as st

    from kotacerdas.ui import cache, state

    data = cache.published()
    st.json([state.year_among(data, data.years), state.year_among(data, (2023, 2021))])


@pytest.mark.parametrize(
    ("raw", "among"),
    [(None, [2024, 2023]), ("2021", [2021, 2021]), ("2024", [2024, 2023]), ("1999", [2024, 2023]), ("x", [2024, 2023])],
)
def test_the_year_where_there_is_no_control_is_taken_in_silence(raw: str | None, among: list[int]) -> None:
    at = AppTest.from_function(years_in_silence, default_timeout=30)
    if raw is not None:
        at.query_params["year"] = raw
    at.run()
    assert not at.exception and seen_list(at) == among and not at.info and not at.warning


def seen_list(at: AppTest) -> list[int]:
    import json

    return list(json.loads(at.json[0].value))


DEFAULTS = {"kind": None, "view": "b", "many": [], "pills": [], "only": False, "q": ""}


def test_an_empty_address_gives_the_defaults() -> None:
    at = run()
    assert seen(at) == DEFAULTS | {"year": cache.published().years[0]}
    assert address(at) == {}
    assert not at.button, "nothing to clear"


def test_the_address_sets_every_control() -> None:
    at = run(year="2021", kind="b", view="a", many="a,b", pills="b", only="1", q="madiun")
    assert seen(at) == {
        "year": 2021, "kind": "b", "view": "a", "many": ["a", "b"], "pills": ["b"], "only": True, "q": "madiun",
    }  # fmt: skip
    assert not at.info


def test_choices_are_written_as_ids_and_defaults_taken_out() -> None:
    at = run(lang="en")
    at.selectbox(key="kind@en").set_value("b").run()
    group(at, "view", "en").set_value("a").run()
    at.multiselect(key="many@en").set_value(["b"]).run()
    at.toggle(key="only@en").set_value(True).run()
    at.text_input(key="q@en").set_value("mad").run()
    group(at, "year", "en").set_value(2021).run()
    assert address(at) == {
        "lang": "en", "kind": "b", "view": "a", "many": "b", "only": "1", "q": "mad", "year": "2021",
    }  # fmt: skip
    at.selectbox(key="kind@en").set_value(None).run()
    group(at, "view", "en").set_value("b").run()
    at.toggle(key="only@en").set_value(False).run()
    group(at, "year", "en").set_value(cache.published().years[0]).run()
    assert address(at) == {"lang": "en", "many": "b", "q": "mad"}


def test_choices_outlive_a_change_of_language_and_the_runs_after_it() -> None:
    at = run(kind="b", many="a", view="a")
    for lang in ("en", "en", "id", "id"):
        at.query_params["lang"] = lang
        at.run()
        assert seen(at) | {"year": 0} == DEFAULTS | {"kind": "b", "many": ["a"], "view": "a", "year": 0}
    assert [box.options for box in at.selectbox] == [["Apel", "Beras"]]


def test_a_changed_address_wins_over_what_was_chosen() -> None:
    at = run()
    at.selectbox(key="kind@id").set_value("b").run()
    at.query_params["kind"] = "a"
    at.run()
    assert seen(at)["kind"] == "a"
    del at.query_params["kind"]
    at.run()
    assert seen(at)["kind"] is None


def test_clearing_returns_the_filters_and_leaves_the_rest() -> None:
    at = run(kind="a", many="b", view="a", year="2021")
    at.button[0].click().run()
    assert address(at) == {"view": "a", "year": "2021"}


@pytest.mark.parametrize(
    ("name", "value"),
    [("year", "1e9"), ("year", "2022"), ("year", "-1"), ("kind", "../../etc/passwd"), ("view", "'; DROP TABLE x"),
     ("many", "a,zzz"), ("pills", "%00"), ("only", "true"), ("kind", "\u202egnp.x")],
)  # fmt: skip
def test_nonsense_gives_the_default_and_one_sentence(name: str, value: str) -> None:
    at = run(**{name: value})
    expected = DEFAULTS | {"year": cache.published().years[0]} | ({"many": ["a"]} if name == "many" else {})
    assert seen(at) == expected
    assert len(at.info) == 1


def test_the_sentence_lists_the_years_there_are() -> None:
    years = cache.published().years
    sentence = run(year="1e9").info[0].value
    assert "1e9" in sentence
    assert [sentence.find(str(year)) for year in years] == sorted(sentence.find(str(year)) for year in years) != [-1]


def test_a_long_value_is_cut() -> None:
    at = run(kind="x" * 5000, q="y" * 5000)
    assert len(at.info[0].value) < 300
    assert len(str(seen(at)["q"])) <= 64
