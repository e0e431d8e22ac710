"""The right of reply: means without names for the city, answers by the chair, then locked; all SYNTHETIC."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from kotacerdas.i18n import LANGUAGES, Text
from kotacerdas.interview import lateness, rounds
from kotacerdas.interview.roles import Actor
from kotacerdas.interview.stages import CHAIR_OWNER, CITY_OWNER, Layer, Stage
from kotacerdas.interview.store import Store, open_store
from kotacerdas.ui import notice
from kotacerdas.ui.interview_words import moment
from tests.interview.builders import ASSESSORS, CHAIR, CITY, OTHER_CITY_USER, Round, panel_round
from tests.interview.steps import entry_of, fill, put, submitted
from tests.ui.interview_pages import open_view, plain, press, shown

REPLY = "Mohon ditinjau: <b>bukti</b> sudah lengkap."
ANSWER = "Tidak diterima, **lihat** catatan."


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
    """At the right of reply: a self-assessment of 4, marks of 3, each with a name to look for."""
    made = panel_round(store)
    fill(store, made.entry, value="4")
    submitted(store, made.entry, ASSESSORS)
    put(store, made.entry, Stage.REPLY)
    return made


@pytest.mark.parametrize("lang", LANGUAGES)
def test_before_its_time_the_city_sees_no_mean(store: Store, around: Round, lang: str) -> None:
    t = Text(lang)
    put(store, around.entry, Stage.RECONCILIATION)
    at = open_view(CITY, "reply", lang)
    assert t("reply.early", stage=t("stage.reconciliation")) in shown(at)
    assert not at.metric and t.number(3) not in shown(at)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_city_sees_means_and_not_who_gave_what(store: Store, around: Round, lang: str) -> None:
    t = Text(lang)
    at = open_view(CITY, "reply", lang, q="q1")
    words = shown(at)
    assert [metric.value for metric in at.metric] == [t.number(3), "4", t.signed(-1)]
    assert t("reply.mean_of", count="5") in words and t("reply.due_none") in words
    assert not any(actor.who in words or actor.name in words for actor in (*ASSESSORS, CHAIR))
    assert t("panel.seat", number=1) not in words and not at.dataframe


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_list_shows_what_was_replied_and_answered(store: Store, around: Round, lang: str) -> None:
    t = Text(lang)
    fill(store, around.entry, Layer.REPLY, CITY_OWNER, value=None, note=REPLY, questions=["q1", "q2"])
    fill(store, around.entry, Layer.ANSWER, CHAIR_OWNER, value=None, note=ANSWER, questions=["q1"])
    at = open_view(CITY, "reply", lang, q="q1", list="answered")
    assert ANSWER in [e.value for e in at.text] and t("reply.answer_of_chair") in shown(at)
    jumps = [b.key for b in at.button if (b.key or "").startswith("reply-to-")]
    assert jumps == ["reply-to-q1"]
    at = open_view(CITY, "reply", lang, list="replied")
    press(at, "reply-to-q2")
    assert at.query_params["q"] == "q2"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_chair_has_what_waits_first_and_sees_the_reply_as_text(store: Store, around: Round, lang: str) -> None:
    t = Text(lang)
    fill(store, around.entry, Layer.REPLY, CITY_OWNER, value=None, note=REPLY, questions=["q1", "q5"])
    fill(store, around.entry, Layer.ANSWER, CHAIR_OWNER, value=None, note=ANSWER, questions=["q1"])
    at = open_view(CHAIR, "reply", lang)
    words = shown(at)
    assert t("reply.title_chair", city="Kota Madiun", year=2026, count="2", open="1") in words
    assert t("entry.place", number=5, all=115) in words
    assert REPLY in [e.value for e in at.text]
    assert not any("<b>" in e.value for e in (*at.markdown, *at.caption))


def test_final_waits_for_the_answers_and_says_which(store: Store, around: Round) -> None:
    fill(store, around.entry, Layer.REPLY, CITY_OWNER, value=None, note=REPLY, questions=["q5"])
    at = open_view(CHAIR, "reply")
    assert Text("id")("panel.reply_open", count="1") in shown(at)
    assert at.button(key="panel-barred-final").disabled and not [b for b in at.button if b.key == "panel-go-final"]
    assert plain(at.button(key="panel-answer-q5").label).startswith("Jawab dahulu: 5. ")
    at = open_view(CHAIR, "panel", part="step")
    press(at, "panel-answer-q5")
    assert (at.query_params["view"], at.query_params["q"]) == ("reply", "q5")
    fill(store, around.entry, Layer.ANSWER, CHAIR_OWNER, value=None, note=ANSWER, questions=["q5"])
    at.run()
    press(at, "panel-go-final")
    assert entry_of(store, around.entry).stage is Stage.FINAL


def test_while_replies_are_taken_final_needs_a_reason(store: Store, around: Round) -> None:
    rounds.deadline(store, around.admin, around.id, Stage.REPLY, "2099-12-31")
    at = open_view(CHAIR, "reply")
    assert Text("id")("reply.no_replies") in shown(at)
    press(at, "panel-go-final")
    assert at.warning and entry_of(store, around.entry).stage is Stage.REPLY
    next(a for a in at.text_area if a.key.startswith("panel-reason-final")).set_value("Tidak ada tanggapan.")
    press(at, "panel-go-final")
    assert entry_of(store, around.entry).stage is Stage.FINAL


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("who", [CITY, CHAIR], ids=["city", "chair"])
def test_a_locked_result_says_who_and_when(store: Store, around: Round, lang: str, who: Actor) -> None:
    t = Text(lang)
    fill(store, around.entry, Layer.REPLY, CITY_OWNER, value=None, note=REPLY, questions=["q5"])
    fill(store, around.entry, Layer.ANSWER, CHAIR_OWNER, value=None, note=ANSWER, questions=["q5"])
    rounds.move(store, CHAIR, around.entry, Stage.FINAL, base=1)
    at = open_view(who, "reply", lang, q="q5")
    words = shown(at)
    assert t("reply.locked", who=CHAIR.who, moment="").split("{")[0][:25] in words and "WIB" in words
    assert not any((b.key or "").startswith("panel-change-save") for b in at.button)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_another_citys_user_sees_nothing(store: Store, around: Round, lang: str) -> None:
    at = open_view(OTHER_CITY_USER, "reply", lang, entry=str(around.entry))
    assert at.warning and not at.metric


def test_a_chair_changes_a_mark_during_the_reply(store: Store, around: Round) -> None:
    fill(store, around.entry, Layer.REPLY, CITY_OWNER, value=None, note=REPLY, questions=["q5"])
    at = open_view(CHAIR, "reply", q="q5")
    groups = {g.key: g for g in at.get("button_group") if g.key}
    next(g for key, g in groups.items() if key.startswith("panel-change-who")).set_value(ASSESSORS[0].who)
    next(g for key, g in groups.items() if key.startswith("panel-change-mark")).set_value("4")
    next(a for a in at.text_area if a.key.startswith("panel-change-reason")).set_value("Bukti baru.")
    press(at, next(b.key for b in at.button if (b.key or "").startswith("panel-change-save")))
    assert Text("id")("panel.mean_is", mean="3,20", count="5") in shown(at)
    city = open_view(CITY, "reply", q="q5")
    assert city.metric[0].value == "3,20" and "Bukti baru." not in shown(city)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_chair_gives_the_city_more_time(store: Store, around: Round, lang: str) -> None:
    t = Text(lang)
    rounds.deadline(store, around.admin, around.id, Stage.REPLY, "2099-12-30")
    at = open_view(CHAIR, "reply", lang)
    field = next(date for date in at.date_input if (date.key or "").startswith("reply-extend"))
    assert field.min == dt.date(2099, 12, 31), "never earlier than it is"
    field.set_value(dt.date(2100, 1, 9))
    press(at, "reply-extend-do")
    until = moment(t, "2100-01-09T16:59:59+00:00")
    assert [toast.value for toast in at.toast] == [notice.literal(t("reply.extended", moment=until))]
    assert t("reply.due", moment=until) in shown(at)
    with store.read() as tx:
        due = lateness.read_due(tx, around.id)
    assert due[Stage.REPLY, around.city] > due[Stage.REPLY, None], "for this city only"


def test_without_an_end_there_is_nothing_to_put_off(store: Store, around: Round) -> None:
    assert not open_view(CHAIR, "reply").date_input
    rounds.deadline(store, around.admin, around.id, Stage.REPLY, "2099-12-30")
    assert not open_view(CITY, "reply").date_input
    put(store, around.entry, Stage.FINAL)
    assert not open_view(CHAIR, "reply").date_input


def test_a_chair_put_off_by_the_office_meanwhile_is_told_why(store: Store, around: Round) -> None:
    rounds.deadline(store, around.admin, around.id, Stage.REPLY, "2099-12-30")
    at = open_view(CHAIR, "reply")
    rounds.deadline(store, around.admin, around.id, Stage.REPLY, "2100-12-30", around.city)
    press(at, "reply-extend-do")
    said = plain(at.warning[0].value)
    assert "Kota Madiun" in said and "30 Desember 2100" in said and around.city not in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_after_its_deadline_the_field_is_closed_and_says_whom_to_ask(store: Store, around: Round, lang: str) -> None:
    t = Text(lang)
    due = rounds.deadline(store, around.admin, around.id, Stage.REPLY, "2020-01-01")
    at = open_view(CITY, "reply", lang, q="q1")
    assert t("reply.over", moment=moment(t, due)) in shown(at)
    proto = next(one for one in at.get("bidi_component") if one.key == "note-reply").proto
    assert json.loads(proto.json or proto.mixed.json)["readonly"] is True
    assert not at.get("file_uploader"), "evidence for a reply ends with it"
    rounds.deadline(store, around.admin, around.id, Stage.REPLY, "2099-12-31")
    at = open_view(CITY, "reply", lang, q="q1")
    assert t("reply.over", moment=moment(t, due)) not in shown(at)


def test_empty_groups_are_left_out(store: Store, around: Round) -> None:
    at = open_view(CITY, "reply", q="q1")
    group = next(g for g in at.get("button_group") if g.key == "list@id")
    assert list(group.options) == [Text("id")("reply.filter.difference"), Text("id")("reply.filter.all", count="115")]
    at = open_view(CITY, "reply", q="q1", list="replied")
    assert Text("id")("reply.nothing") in shown(at) and not at.info
