"""A city fills in its self-assessment and submits it; the round is SYNTHETIC."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kotacerdas.i18n import LANGUAGES, Text
from kotacerdas.interview import answers, audit, grants, rounds
from kotacerdas.interview.answers import Change
from kotacerdas.interview.roles import Actor, Role
from kotacerdas.interview.stages import CITY_OWNER, Layer, Stage
from kotacerdas.interview.store import Store, open_store
from kotacerdas.ui.interview_entry_state import control
from kotacerdas.ui.interview_words import moment
from tests.interview.builders import CHAIR, CITY, OTHER_CITY_USER, Round, panel_round
from tests.interview.steps import QUESTIONS, entry_of, fill, put
from tests.ui.interview_pages import open_view, press, shown


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("KOTACERDAS_HOME", str(tmp_path))
    monkeypatch.delenv("KOTACERDAS_DATABASE_URL", raising=False)
    monkeypatch.delenv("KOTACERDAS_MODE", raising=False)
    opened = open_store(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def around(store: Store) -> Round:
    return panel_round(store, stage=Stage.SELF_ASSESSMENT)


def own(store: Store, entry: int) -> dict[str, str | None]:
    with store.read() as tx:
        return {row.question: row.value for row in answers.read(tx, entry, Layer.SELF, CITY_OWNER)}


def mark(question: str, entry: int) -> str:
    return control(CITY.who, entry, question, "value", Layer.SELF)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_score_is_saved_at_once_and_counted(store: Store, around: Round, lang: str) -> None:
    t = Text(lang)
    at = open_view(CITY, "self", lang)
    assert t("self.title", city="Kota Madiun", year=2026, done="0", all="115") in shown(at)
    assert t("self.unofficial") in shown(at) and t("self.live") in shown(at)
    assert t("entry.self") not in shown(at), "its own assessment is not told to the city as something else"
    group = next(g for g in at.get("button_group") if g.key == mark("q1", around.entry))
    group.set_value("3").run()
    assert own(store, around.entry) == {"q1": "3"}
    assert t("self.title", city="Kota Madiun", year=2026, done="1", all="115") in shown(at)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_submitting_is_blocked_with_a_list_that_jumps(store: Store, around: Round, lang: str) -> None:
    t = Text(lang)
    fill(store, around.entry, questions=QUESTIONS[:-1], flagged=["q3"])
    at = open_view(CITY, "self", lang, q="q1")
    assert t("self.left", open="1", flagged="1") in shown(at)
    press(at, "self-submit-button")
    assert t("entry.blocked") in shown(at)
    press(at, f"entry-left-{QUESTIONS[-1]}")
    assert at.query_params["q"] == QUESTIONS[-1]
    assert entry_of(store, around.entry).stage is Stage.SELF_ASSESSMENT


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_submitted_one_is_read_only_and_says_who_and_when(store: Store, around: Round, lang: str) -> None:
    t = Text(lang)
    fill(store, around.entry)
    at = open_view(CITY, "self", lang, q="q1")
    assert t("self.confirm") in shown(at)
    press(at, "self-submit-button")
    assert entry_of(store, around.entry).stage is Stage.SUBMITTED
    words = shown(at)
    assert CITY.who in words and "WIB" in words and t("self.reopen") in words
    assert not any(button.key == "self-submit-button" for button in at.button)
    group = next(g for g in at.get("button_group") if g.key == mark("q1", around.entry))
    assert group.proto.disabled


def test_before_the_first_answer_there_is_nothing_to_submit(store: Store, around: Round) -> None:
    put(store, around.entry, Stage.INVITED)
    at = open_view(CITY, "self")
    assert at.button(key="self-submit-button").disabled


def test_another_window_was_faster_and_both_are_shown(store: Store, around: Round) -> None:
    t = Text("id")
    at = open_view(CITY, "self", q="q1")
    answers.save(store, CITY, around.entry, Layer.SELF, "q1", Change(value="2"), base=0, key="another-window")
    next(g for g in at.get("button_group") if g.key == mark("q1", around.entry)).set_value("4").run()
    assert own(store, around.entry) == {"q1": "2"}, "nothing is overwritten unseen"
    assert t("entry.conflict_mine") in shown(at)
    press(at, "entry-mine")
    assert own(store, around.entry) == {"q1": "4"}


def test_somebody_submitted_meanwhile(store: Store, around: Round) -> None:
    fill(store, around.entry)
    at = open_view(CITY, "self")
    rounds.submit_self(store, CITY, around.entry, base=entry_of(store, around.entry).version)
    press(at, "self-submit-button")
    assert entry_of(store, around.entry).stage is Stage.SUBMITTED
    assert Text("id")("self.reopen") in shown(at)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_another_citys_user_sees_nothing_and_is_logged(store: Store, around: Round, lang: str) -> None:
    fill(store, around.entry, note="Rahasia kota")
    at = open_view(OTHER_CITY_USER, "self", lang, entry=str(around.entry))
    assert at.warning and "Rahasia" not in shown(at)
    with store.read() as tx:
        assert audit.trail(tx, audit.stream_of(around.entry))[-1].action == audit.REFUSED


def test_the_chair_is_not_offered_it(store: Store, around: Round) -> None:
    at = open_view(CHAIR, "self", entry=str(around.entry))
    assert Text("id")("interview.refused", view=Text("id")("interview.view.self")) in shown(at)


@pytest.mark.parametrize("raw", ["x", "999999", "-1", "0", "1" * 30, "'; --"])
def test_an_address_that_cannot_be_is_a_sentence(store: Store, around: Round, raw: str) -> None:
    at = open_view(CITY, "self", entry=raw)
    assert not at.error and len(at.title) == 1


def test_a_colleague_was_faster_and_is_named_by_person_and_question(store: Store, around: Round) -> None:
    colleague = Actor("colleague@synthetic.test", "Synthetic colleague")
    grants.grant(store, None, colleague.who, Role.CITY, around.city)
    at = open_view(CITY, "self", q="q1")
    answers.save(store, colleague, around.entry, Layer.SELF, "q1", Change(value="2"), base=0, key="colleague")
    next(g for g in at.get("button_group") if g.key == mark("q1", around.entry)).set_value("4").run()
    words = shown(at)
    assert "1. Dasar hukum rencana induk kota cerdas" in words and colleague.who in words
    assert "q1 " not in words


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_late_city_is_told_so(store: Store, around: Round, lang: str) -> None:
    t = Text(lang)
    due = rounds.deadline(store, None, around.id, Stage.SELF_ASSESSMENT, "2020-01-01")
    at = open_view(CITY, "self", lang)
    late = next(one.value for one in at.markdown if "▲" in one.value)
    assert moment(t, due).split(",")[0] in late
    put(store, around.entry, Stage.SUBMITTED)
    assert "▲" not in shown(open_view(CITY, "self", lang))


def test_in_english_a_city_answers(store: Store, around: Round) -> None:
    words = shown(open_view(CITY, "self", "en"))
    assert not re.search(r"unscored|filled in|not scored|questions are scored", words, flags=re.IGNORECASE)
    assert Text("en")("self.next_open") in words
