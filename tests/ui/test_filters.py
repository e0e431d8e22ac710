"""The shared filters: what they select, what they say, and that they change no figure."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from kotacerdas.i18n import LANGUAGES, Text
from kotacerdas.published import OUTSIDE, Published
from kotacerdas.ui import filters
from kotacerdas.ui.filters import UNKNOWN, Selection

from .conftest import OpenPage


def test_nothing_chosen_is_everything(published: Published) -> None:
    frame = published.results(2024)
    assert filters.apply(frame, Selection(2024)) is frame
    assert not Selection(2024).narrowed


def test_each_filter_selects_what_it_says(published: Published) -> None:
    frame = published.results(2024)
    assert len(filters.apply(frame, Selection(2024, group="regular"))) == 93
    assert len(filters.apply(frame, Selection(2024, group="priority"))) == 47
    assert len(filters.apply(frame, Selection(2024, group=UNKNOWN))) == 51
    assert set(filters.apply(frame, Selection(2024, kind="kota"))["kind"]) == {"kota"}
    islands = filters.apply(frame, Selection(2024, islands=("jawa", "papua")))
    assert set(islands["island"]) == {"jawa", "papua"}
    assert len(islands) == int(frame["island"].isin(["jawa", "papua"]).sum())


def test_filters_work_together_and_may_leave_nothing(published: Published) -> None:
    frame = published.results(2024)
    both = filters.apply(frame, Selection(2024, group="priority", kind="kota", islands=("jawa",)))
    expected = (frame["group"] == "priority") & (frame["kind"] == "kota") & (frame["island"] == "jawa")
    assert list(both.index) == list(frame.index[expected])
    assert filters.apply(frame, Selection(2024, group=UNKNOWN, kind="kota", islands=("papua",))).empty


def test_a_filter_changes_no_rank_and_not_the_shared_frame(published: Published) -> None:
    frame = published.results(2024)
    before = frame.copy()
    part = filters.apply(frame, Selection(2024, kind="kota"))
    assert part["rank"].equals(before.loc[part.index, "rank"])
    assert frame.equals(before)


def test_cities_outside_the_programme_are_in_no_group(published: Published) -> None:
    frame = published.national(2024)
    for group in filters.groups(published, 2024):
        assert OUTSIDE not in set(filters.apply(frame, Selection(2024, group=group))["status"])
    assert OUTSIDE in set(filters.apply(frame, Selection(2024, kind="kota"))["status"])


def test_a_selection_is_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        Selection(2024).year = 2021  # type: ignore[misc]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_sentence_names_what_is_chosen_and_that_ranks_stay(lang: str) -> None:
    t = Text(lang)  # type: ignore[arg-type]
    words = filters.sentence(Selection(2024, "priority", "kota", ("jawa", "papua")), t, shown=9, of=191)
    for part in (t("group.priority"), t("kind.kota"), t("island.jawa"), t("island.papua"), "9", "191"):
        assert part in words
    assert {"id": "Peringkat tetap", "en": "Ranks stay"}[lang] in words
    assert t("filters.group_known") in words
    assert t("filters.group_known") not in filters.sentence(Selection(2024, kind="kota"), t, shown=9, of=191)
    assert "191" in filters.sentence(Selection(2024), t, shown=191, of=191)


def test_derived_years_are_labelled(published: Published) -> None:
    t = Text("id")
    assert [filters.year_name(year, t, published) for year in published.years] == [
        "2024", "2023 turunan", "2021", "2020 turunan",
    ]  # fmt: skip
    assert filters.derivation(2024, t, published) is None
    assert "2024" in (filters.derivation(2023, t, published) or "")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_row_reads_the_url_and_clears(open_page: OpenPage, lang: str) -> None:
    at = open_page(lang=lang, group="priority", kind="kota", island="jawa,sulawesi")
    assert not at.exception
    assert at.session_state[f"group@{lang}"] == "priority"
    assert at.session_state[f"island@{lang}"] == ["jawa", "sulawesi"]
    button = next(b for b in at.button if b.label == Text(lang)("filters.clear"))  # type: ignore[arg-type]
    button.click().run()
    assert not {"group", "kind", "island"} & set(at.query_params)
    assert not any(b.label == Text(lang)("filters.clear") for b in at.button)  # type: ignore[arg-type]


def test_the_group_is_not_offered_where_there_was_none(open_page: OpenPage) -> None:
    at = open_page(year="2021", group="regular")
    assert not at.exception
    assert not any(box.label == Text()("filters.group") for box in at.selectbox)
    assert any("2021" in note.value for note in at.info)
