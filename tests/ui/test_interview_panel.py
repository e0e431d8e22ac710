"""The chair's page: blind until opened, agreement in words, a mark changed with a reason, steps; all SYNTHETIC."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from kotacerdas.i18n import LANGUAGES, Text
from kotacerdas.interview import answers, evidence, rounds, tables
from kotacerdas.interview.answers import Change
from kotacerdas.interview.roles import Actor
from kotacerdas.interview.stages import Layer, Stage
from kotacerdas.interview.store import Store, now, open_store
from kotacerdas.ui.interview_panel_agreement import band
from tests.interview.builders import ASSESSORS, CHAIR, CITY, Round, panel_round
from tests.interview.steps import QUESTIONS, entry_of, fill, put
from tests.ui.interview_pages import open_view, plain, press, shown

ONE, TWO = ASSESSORS[:2]
TOP = "q7"
"""The question on which the synthetic panel lies furthest apart."""
NOTE = "<script>alert(1)</script> **tebal** :smile: =1+1"


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
    return panel_round(store)


def given(store: Store, entry: int, whom: tuple[Actor, ...] = ASSESSORS) -> None:
    """Submitted marks: all 3, but for TOP (1 and 4 in turn) and q9 (the first one gives 2); notes on TOP."""
    for place, actor in enumerate(whom):
        rest = [question for question in QUESTIONS if question not in (TOP, "q9")]
        fill(store, entry, Layer.MARK, actor.who, questions=rest)
        fill(store, entry, Layer.MARK, actor.who, value="14"[place % 2], note=NOTE, questions=[TOP])
        fill(store, entry, Layer.MARK, actor.who, value="2" if place == 0 else "3", questions=["q9"])
        with store.write() as tx:
            here = (tables.seats.c.entry_id == entry) & (tables.seats.c.who == actor.who)
            tx.execute(tables.seats.update().where(here).values(submitted_at=now()))


@pytest.fixture
def disputed(store: Store, around: Round) -> Round:
    """In reconciliation with five submitted seats and a self-assessment."""
    fill(store, around.entry, value="4", note=f"Kota: {NOTE}")
    given(store, around.entry)
    put(store, around.entry, Stage.RECONCILIATION)
    return around


def mark(store: Store, entry: int, who: Actor, question: str = TOP) -> Any:
    with store.read() as tx:
        return next(r for r in answers.read(tx, entry, Layer.MARK, who.who) if r.question == question)


def change(at: AppTest, who: Actor, value: str, reason: str) -> AppTest:
    """Fill in the form and send it."""
    groups = {g.key: g for g in at.get("button_group") if g.key}
    next(g for key, g in groups.items() if key.startswith("panel-change-who")).set_value(who.who)
    next(g for key, g in groups.items() if key.startswith("panel-change-mark")).set_value(value)
    next(area for area in at.text_area if area.key.startswith("panel-change-reason")).set_value(reason)
    key = next(button.key for button in at.button if (button.key or "").startswith("panel-change-save"))
    return press(at, key)


# ---- blind -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_chair_is_blind_too_and_sees_who_has_submitted(store: Store, around: Round, lang: str) -> None:
    t = Text(lang)
    given(store, around.entry, ASSESSORS[:2])
    at = open_view(CHAIR, "panel", lang)
    words = shown(at)
    assert t("panel.title_blind", city="Kota Madiun", year=2026, count="2", of="5") in words
    assert words.count(f"| {t('panel.not_submitted')} |") == 3 and ONE.who in words
    assert "script" not in words and not at.metric and not at.get("plotly_chart") and not at.dataframe


@pytest.mark.parametrize("lang", LANGUAGES)
def test_opening_takes_a_second_press_and_shows_the_marks(store: Store, around: Round, lang: str) -> None:
    t = Text(lang)
    given(store, around.entry, ASSESSORS[:2])
    at = open_view(CHAIR, "panel", lang)
    assert t("panel.open_confirm") in shown(at)
    press(at, "panel-open-now")
    assert entry_of(store, around.entry).opened
    assert t("panel.opened") in shown(at) and at.metric
    assert t("panel.provisional", count="2", of="5") in shown(at)


def test_going_on_without_the_rest_takes_a_reason(store: Store, around: Round) -> None:
    given(store, around.entry, ASSESSORS[:2])
    at = open_view(CHAIR, "panel")
    press(at, "panel-go-reconciliation")
    assert at.warning and entry_of(store, around.entry).stage is Stage.SCORING
    next(a for a in at.text_area if a.key.startswith("panel-reason-reconciliation")).set_value("Tiga berhalangan.")
    press(at, "panel-go-reconciliation")
    assert entry_of(store, around.entry).stage is Stage.RECONCILIATION


# ---- agreement ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_agreement_is_told_in_words_with_what_it_does_not_say(store: Store, disputed: Round, lang: str) -> None:
    t = Text(lang)
    at = open_view(CHAIR, "panel", lang, part="agreement")
    words = shown(at)
    assert t("panel.band.low") in words and t("panel.says_not_help") in words
    assert t("panel.close", count="114", all="115", share="99%") in words
    assert t("panel.alpha_from", marks="575", questions="115", draws="", seed="").split(";")[0] in words
    table = next(plain(e.value) for e in at.markdown if ONE.who in plain(e.value))
    assert t("panel.seat", number=1) in table, "who sits where is told in a table of its own"
    assert words.count(ONE.who) == 1


def test_bands_are_the_customary_ones() -> None:
    assert [band(value) for value in (1, 0.8, 0.79, 0.667, 0.66, -0.2)] == [
        "reliable", "reliable", "tentative", "tentative", "low", "low",
    ]  # fmt: skip


def test_all_marks_alike_give_a_sentence_instead_of_a_figure(store: Store, around: Round) -> None:
    for actor in ASSESSORS:
        fill(store, around.entry, Layer.MARK, actor.who)
    put(store, around.entry, Stage.RECONCILIATION)
    at = open_view(CHAIR, "panel", part="agreement")
    assert Text("id")("problem.agreement_variation") in shown(at)
    at = open_view(CHAIR, "panel")
    assert Text("id")("panel.no_dispute") in shown(at)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_most_disputed_question_is_in_hand_and_seats_have_numbers(store: Store, disputed: Round, lang: str) -> None:
    t = Text(lang)
    at = open_view(CHAIR, "panel", lang)
    assert at.header[0].value.replace("\\", "") in shown(at)
    assert t("panel.place", place="1", all="115") in shown(at)
    assert "| 1 | 4 | 1 | 4 | 1 |" in next(e.value for e in at.markdown if t("panel.head.assessor") in e.value)
    frame = at.dataframe[0].value
    assert next(iter(frame["question"])).startswith("7. ") and len(frame) == 115
    assert not any(actor.who in shown(at) for actor in ASSESSORS), "nobody is named here"


def test_a_component_narrows_the_questions(store: Store, disputed: Round) -> None:
    at = open_view(CHAIR, "panel", component="quick_win")
    assert len(at.dataframe[0].value) == 12
    assert Text("id")("panel.place", place="1", all="12") in shown(at)


def test_what_people_wrote_is_text(store: Store, disputed: Round) -> None:
    at = open_view(CHAIR, "panel", q=TOP)
    texts = [e.value for e in at.text]
    assert texts.count(NOTE) == 5 and f"Kota: {NOTE}" in texts
    assert not any("script" in e.value for e in (*at.markdown, *at.caption))


def test_evidence_of_both_sides_stands_beside_the_question(store: Store, around: Round) -> None:
    evidence.attach_link(store, ONE, around.entry, Layer.MARK, TOP, "https://panel.example/notulen")
    put(store, around.entry, Stage.SELF_ASSESSMENT)
    evidence.attach_link(store, CITY, around.entry, Layer.SELF, TOP, "https://kota.example/perwal")
    given(store, around.entry)
    put(store, around.entry, Stage.RECONCILIATION)
    links = [link.proto.url for link in open_view(CHAIR, "panel", q=TOP).get("link_button")]
    assert links == ["https://panel.example/notulen", "https://kota.example/perwal"]
    put(store, around.entry, Stage.REPLY)
    links = [link.proto.url for link in open_view(CITY, "reply", q=TOP).get("link_button")]
    assert links == ["https://kota.example/perwal"], "the city does not see what an assessor attached"


def test_a_chair_who_scores_too_has_a_seat_of_its_own(store: Store) -> None:
    made = panel_round(store, chair_scores=True)
    given(store, made.entry, (*ASSESSORS, CHAIR))
    put(store, made.entry, Stage.RECONCILIATION)
    at = open_view(CHAIR, "panel", part="step")
    assert Text("id")("panel.seat_chair", number=6) in shown(at)


# ---- changing a mark ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_mark_is_changed_with_a_reason_and_the_old_one_stays_in_sight(
    store: Store, disputed: Round, lang: str
) -> None:
    t = Text(lang)
    at = open_view(CHAIR, "panel", lang, q=TOP)
    change(at, ONE, "3", NOTE)
    assert mark(store, disputed.entry, ONE).value == "3"
    assert t("panel.change_done", before="1", after="3") in shown(at)
    assert NOTE in [e.value for e in at.text][-1:], "the reason is shown as text"
    table = next(e.value for e in at.markdown if t("panel.head.before") in e.value)
    assert "| 3 | 4 | 1 | 4 | 1 |" in table and "| 1 |  |  |  |  |" in table
    assert mark(store, disputed.entry, ONE).note == NOTE, "the assessor's note stays"


def test_without_a_reason_nothing_changes_and_the_form_stays(store: Store, disputed: Round) -> None:
    at = open_view(CHAIR, "panel", q=TOP)
    change(at, ONE, "3", "  ")
    assert mark(store, disputed.entry, ONE).value == "1"
    assert Text("id")("problem.reason_needed") in shown(at)
    assert any(g.value == "3" for g in at.get("button_group") if (g.key or "").startswith("panel-change-mark"))


def test_the_same_or_no_mark_is_a_sentence(store: Store, disputed: Round) -> None:
    at = open_view(CHAIR, "panel", q=TOP)
    change(at, ONE, "1", "Alasan")
    assert Text("id")("problem.panel_change_same") in shown(at)
    at = open_view(CHAIR, "panel", q=TOP)
    press(at, next(b.key for b in at.button if (b.key or "").startswith("panel-change-save")))
    assert Text("id")("problem.panel_change_incomplete") in shown(at)


@pytest.mark.parametrize(("button", "value"), [("panel-mine", "4"), ("panel-theirs", "2")])
def test_somebody_was_faster_and_the_chair_chooses(store: Store, disputed: Round, button: str, value: str) -> None:
    t = Text("id")
    at = open_view(CHAIR, "panel", q=TOP)
    answers.save(
        store, CHAIR, disputed.entry, Layer.MARK, TOP, Change(value="2"),
        owner=ONE.who, base=1, key="elsewhere", reason="Jendela lain",
    )  # fmt: skip
    change(at, ONE, "4", "Alasan saya")
    assert mark(store, disputed.entry, ONE).value == "2", "nothing is overwritten unseen"
    words = shown(at)
    assert t("entry.value_told", value="2") in words and t("entry.value_told", value="4") in words
    assert "Alasan saya" in [e.value for e in at.text]
    press(at, button)
    assert mark(store, disputed.entry, ONE).value == value


def test_a_locked_result_offers_no_change(store: Store, disputed: Round) -> None:
    put(store, disputed.entry, Stage.FINAL)
    at = open_view(CHAIR, "panel", q=TOP)
    assert not any((b.key or "").startswith("panel-change") for b in at.button)


# ---- result and steps --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_result_is_the_mean_by_the_official_rules(store: Store, disputed: Round, lang: str) -> None:
    t = Text(lang)
    at = open_view(CHAIR, "panel", lang, part="result")
    level = at.metric[1].value
    final = at.metric[0].value
    assert t("panel.complete", final=final, level=level) in shown(at)
    table = next(e.value for e in at.markdown if t("panel.head.weight") in e.value)
    assert t.number(2.98) == final and f"**{final}**" in table.replace("\\", "")
    assert f"**{t.number(4)}**" in table.replace("\\", ""), "beside the city's own assessment"


def test_fewer_than_the_round_asks_for_is_provisional(store: Store, around: Round) -> None:
    given(store, around.entry, ASSESSORS[:4])
    put(store, around.entry, Stage.RECONCILIATION)
    at = open_view(CHAIR, "panel", part="result")
    t = Text("id")
    assert t("panel.result_provisional", count="4", of="5") in shown(at)
    assert at.title[0].value.replace("\\", "").startswith("Kota Madiun 2026: nilai panel sementara")


def test_on_to_the_reply_and_back_with_a_reason(store: Store, disputed: Round) -> None:
    t = Text("id")
    at = open_view(CHAIR, "panel", part="step")
    press(at, "panel-go-reply")
    assert entry_of(store, disputed.entry).stage is Stage.REPLY
    press(at, "panel-go-final")
    assert entry_of(store, disputed.entry).stage is Stage.FINAL, "a full panel, no replies, no deadline"
    words = shown(at)
    assert CHAIR.who in words and t("panel.locked_next.final") in words
    press(at, "panel-back-do")
    assert at.warning and entry_of(store, disputed.entry).stage is Stage.FINAL
    next(a for a in at.text_area if a.key.startswith("panel-back-reason")).set_value("Salah hitung.")
    press(at, "panel-back-do")
    assert entry_of(store, disputed.entry).stage is Stage.REPLY


def test_a_step_taken_elsewhere_is_not_taken_twice(store: Store, disputed: Round) -> None:
    at = open_view(CHAIR, "panel", part="step")
    rounds.move(store, CHAIR, disputed.entry, Stage.REPLY, base=1)
    rounds.move(store, CHAIR, disputed.entry, Stage.RECONCILIATION, base=2, reason="Keliru.")
    press(at, "panel-go-reply")
    assert entry_of(store, disputed.entry).stage is Stage.RECONCILIATION
    assert at.warning


# ---- who ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [ONE, CITY])
def test_others_are_refused(store: Store, disputed: Round, who: Actor) -> None:
    at = open_view(who, "panel", entry=str(disputed.entry))
    assert "script" not in shown(at) and not at.get("plotly_chart")
    t = Text("id")
    assert t("interview.refused", view=t("interview.view.panel")) in shown(at)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_chair_of_another_panel_sees_no_marks(store: Store, disputed: Round, lang: str) -> None:
    given_there = disputed.other_entry
    fill(store, given_there, Layer.MARK, ONE.who, note=NOTE)
    put(store, given_there, Stage.RECONCILIATION)
    at = open_view(CHAIR, "panel", lang, entry=str(given_there))
    assert at.warning and "Kota Surabaya" in at.warning[0].value.replace("\\", "") and "script" not in shown(at)


def test_without_a_panel_to_lead_there_is_a_sentence(store: Store, around: Round) -> None:
    with store.write() as tx:
        tx.execute(tables.seats.update().where(tables.seats.c.who == CHAIR.who).values(ended_at=now()))
    assert Text("id")("panel.none") in shown(open_view(CHAIR, "panel"))
