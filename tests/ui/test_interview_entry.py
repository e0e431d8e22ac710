"""The entry screen of an assessor: what it shows, saves and refuses. People and marks are SYNTHETIC."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from kotacerdas.i18n import LANGUAGES, Text
from kotacerdas.interview import answers, audit, evidence, rounds, tables
from kotacerdas.interview.answers import Change
from kotacerdas.interview.roles import Actor
from kotacerdas.interview.stages import Layer, Stage
from kotacerdas.interview.store import Store, now
from kotacerdas.ui import interview_entry_state, note_component
from kotacerdas.ui.interview_entry_state import control
from kotacerdas.ui.interview_words import moment
from kotacerdas.ui.note_component import NoteEvent
from tests.interview.builders import ASSESSORS, CHAIR, CITY, Round, panel_round
from tests.interview.steps import QUESTIONS, fill
from tests.ui.interview_house import page, shown, sound, store_of

ME = ASSESSORS[0]
ID = Text("id")


@pytest.fixture
def case(interview_home: Path) -> tuple[Store, Round]:
    store = store_of(interview_home)
    return store, panel_round(store)


def entry(case: tuple[Store, Round], user: Actor = ME, **params: str) -> AppTest:
    return page(user, view="entry", entry=str(case[1].entry), **params)


def marks(at: AppTest, case: tuple[Store, Round], question: str, user: Actor = ME) -> Any:
    key = control(user.who, case[1].entry, question, "value")
    return next(group for group in at.get("button_group") if group.key == key)


def own(case: tuple[Store, Round], question: str, user: Actor = ME) -> Any:
    with case[0].read() as tx:
        rows = answers.read(tx, case[1].entry, Layer.MARK, user.who)
    return next((row for row in rows if row.question == question), None)


def elsewhere(case: tuple[Store, Round], question: str, change: Change, base: int) -> None:
    """The same assessor in another window."""
    answers.save(case[0], ME, case[1].entry, Layer.MARK, question, change, base=base, key=f"else-{question}-{base}")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_first_open_question_with_all_that_helps_to_score_it(case, lang) -> None:
    store, made = case
    fill(store, made.entry, Layer.SELF, note="<script>alert(1)</script> =1+1")
    fill(store, made.entry, Layer.MARK, ME.who, questions=QUESTIONS[:2])
    t, at = Text(lang), sound(entry(case, lang=lang))
    said = shown(at)
    assert at.title[0].value.replace("\\", "") == t("entry.title", city="Kota Madiun", year=2026, done="2", all="115")
    assert t("entry.place", number=3, all=115) in said
    assert "<script>alert(1)</script> =1+1" in [text.value for text in at.text]
    assert f"{t('entry.self')} **3**" in said
    assert t("entry.last_value", value=t.number(4), year=2024) in said
    for mark in "1234":
        assert t(f"entry.meaning.{mark}") in said
    assert t("entry.meaning_ours") in said and t("entry.blind") in said and line(at)["sentence"] == t("entry.saved_not")
    assert list(marks(at, case, "q3").options) == ["1", "2", "3", "4"]


def test_a_mark_is_saved_at_once_and_read_back(case) -> None:
    at = entry(case, q="q17")
    marks(at, case, "q17").set_value("3").run()
    row = own(case, "q17")
    assert (row.value, row.version) == ("3", 1)
    sound(at)
    assert line(at)["sentence"] == ID("entry.saved", time=note_component.time_of(ID, row.at), revision="1")
    assert (line(at)["state"], line(at)["controls"][0]["stands"]) == ("saved", "3")
    assert "1 dari 115" in at.title[0].value
    again = sound(entry(case, q="q17"))
    assert marks(again, case, "q17").value in ("3", ["3"])


def test_the_mark_stays_on_its_question_until_one_moves_on(case) -> None:
    at = entry(case)
    marks(at, case, "q1").set_value("2").run()
    assert marks(sound(at), case, "q1").value in ("2", ["2"]), "it stays though another is the first open one now"
    assert "q" not in at.query_params, "an address nobody asked for would stand in the way of Back"
    at.button(key="entry-on").click().run()
    assert at.query_params["q"] in (["q2"], "q2")
    at.button(key="entry-back").click().run()
    assert at.query_params["q"] in (["q1"], "q1")
    at.button(key="entry-next-open").click().run()
    assert at.query_params["q"] in (["q2"], "q2")


def test_flag_and_filters(case) -> None:
    at = entry(case, q="q5")
    key = control(ME.who, case[1].entry, "q5", "flag")
    at.toggle(key=key).set_value(True).run()
    assert own(case, "q5").flag is True and own(case, "q5").value is None
    flagged = sound(entry(case, q="q1", list="flagged"))
    assert [b.key for b in flagged.button if str(b.key).startswith("entry-list-")] == ["entry-list-q5"]
    flagged.button(key="entry-list-q5").click().run()
    assert flagged.query_params["q"] in (["q5"], "q5")
    flagged.toggle(key=key).set_value(False).run()
    assert own(case, "q5").flag is False


def test_live_result_of_the_own_marks_only(case) -> None:
    store, made = case
    fill(store, made.entry, Layer.MARK, ME.who, value="3")
    fill(store, made.entry, Layer.MARK, ASSESSORS[1].who, value="1")
    at = sound(entry(case, q="q17"))
    assert [metric.value for metric in at.metric] == ["3,00"]  # all are given: no range is left
    assert ID("entry.step", points=ID.number(0.3 / 33, 4)) in shown(at)
    assert ID("entry.of", done="115", all="115") not in shown(at)  # per component, not in all
    assert "54/54" in shown(at)


def test_without_a_mark_in_a_component_there_is_a_range_but_no_final(case) -> None:
    at = entry(case, q="q1")
    assert [metric.value for metric in at.metric] == ["1,00–4,00"]
    said = shown(at)
    assert ID("entry.level_possible", low="Inisiasi", high="Berkesinambungan") in said
    assert "1,00–3,94" in said and "1,06–4,00" in said, "what each score of this question leaves possible"


def test_when_nothing_is_left_submitting_comes_first_and_is_the_main_action(case) -> None:
    store, made = case
    at = entry(case, q="q1")
    keys = [button.key for button in at.button]
    assert keys.index("entry-submit-button") > keys.index("entry-list-q1"), "below the list while questions are open"
    fill(store, made.entry, Layer.MARK, ME.who, value="3")
    at = sound(entry(case, q="q1"))
    keys = [button.key for button in at.button]
    assert keys.index("entry-submit-button") < keys.index("entry-list-q1")
    assert next(b for b in at.button if b.key == "entry-submit-button").proto.type == "primary"
    assert "entry-next-open" not in keys


# ---- several windows ---------------------------------------------------------------------------------------------


def test_the_second_window_is_told_sees_both_and_chooses(case) -> None:
    at = entry(case, q="q7")
    elsewhere(case, "q7", Change(value="1", note="dari jendela lain"), base=0)
    marks(at, case, "q7").set_value("4").run()
    assert own(case, "q7").value == "1"
    said = shown(at)
    assert ID("entry.differs.value", number=7) in said and "dari jendela lain" in said
    assert "q7" not in said and f"oleh {ME.who}" not in said
    assert (line(at)["state"], line(at)["sentence"]) == ("unsaved", ID("note.unsaved"))
    at.button(key="entry-mine").click().run()
    assert (own(case, "q7").value, own(case, "q7").note) == ("4", "dari jendela lain")
    assert not [b for b in at.button if b.key == "entry-mine"]


def test_keeping_the_saved_one(case) -> None:
    at = entry(case, q="q7")
    elsewhere(case, "q7", Change(value="1"), base=0)
    marks(at, case, "q7").set_value("4").run()
    at.button(key="entry-theirs").click().run()
    assert own(case, "q7").value == "1" and own(case, "q7").version == 1
    assert marks(at, case, "q7").value in ("1", ["1"])


def test_a_note_saved_meanwhile_is_no_conflict_for_a_mark(case) -> None:
    at = entry(case, q="q7")
    elsewhere(case, "q7", Change(note="hanya catatan"), base=0)
    marks(at, case, "q7").set_value("4").run()
    assert (own(case, "q7").value, own(case, "q7").note) == ("4", "hanya catatan")
    assert not [b for b in at.button if b.key == "entry-mine"]


def test_a_mark_whose_callback_was_stopped_is_saved_by_the_next_run(case, monkeypatch) -> None:
    at = entry(case, q="q9")
    monkeypatch.setattr(interview_entry_state, "choose", lambda *_: None)
    from kotacerdas.ui import interview_entry_question

    monkeypatch.setattr(interview_entry_question, "choose", lambda *_: None)
    at.run()
    marks(at, case, "q9").set_value("2")
    at.button(key="entry-on").click().run()
    assert own(case, "q9").value == "2" and own(case, "q9").version == 1
    at.run()
    assert own(case, "q9").version == 1


def test_a_store_that_takes_nothing_leaves_the_choice_on_the_screen(case, monkeypatch) -> None:
    from kotacerdas.problem import Problem

    at = entry(case, q="q7")

    def full(*_: object, **__: object) -> None:
        raise Problem("store_full", file="x.db")

    with monkeypatch.context() as patch:
        patch.setattr(answers, "save", full)
        marks(at, case, "q7").set_value("4").run()
        assert own(case, "q7") is None
        assert ID.problem(Problem("store_full", file="x.db")) in shown(at)
        at.button(key="entry-on").click().run()
        assert ID("entry.stuck", questions="7.")[:30] in shown(at)
        at.button(key="entry-back").click().run()
    at.button(key="entry-mine").click().run()
    assert own(case, "q7").value == "4"


# ---- submission and stages ---------------------------------------------------------------------------------------


def test_submission_is_blocked_while_open_or_flagged_and_the_list_jumps(case) -> None:
    store, made = case
    fill(store, made.entry, Layer.MARK, ME.who, questions=[q for q in QUESTIONS if q != "q40"], flagged=["q3"])
    at = entry(case, q="q1")
    at.button(key="entry-submit-button").click().run()
    assert ID("entry.blocked") in shown(at)
    jumps = [b.key for b in at.button if str(b.key).startswith("entry-left-")]
    assert jumps == ["entry-left-q3", "entry-left-q40"], "what was put aside on purpose first"
    at.button(key="entry-left-q40").click().run()
    assert at.query_params["q"] in (["q40"], "q40")
    marks(at, case, "q40").set_value("3").run()
    at.button(key="entry-left-q3").click().run()
    at.toggle(key=control(ME.who, made.entry, "q3", "flag")).set_value(False).run()
    at.button(key="entry-submit-button").click().run()
    said = shown(sound(at))
    assert ID("entry.submitted_done") in said
    assert marks(at, case, "q3").disabled
    at.button(key="entry-withdraw").click().run()
    assert not marks(at, case, "q3").disabled


def test_what_was_submitted_is_not_taken_back_once_the_marks_are_open(case) -> None:
    store, made = case
    fill(store, made.entry, Layer.MARK, ME.who)
    rounds.submit_marks(store, ME, made.entry)
    assert [b for b in entry(case).button if b.key == "entry-withdraw"]
    rounds.open_marks(store, CHAIR, made.entry)
    assert not [b for b in entry(case).button if b.key == "entry-withdraw"]


def reason_field(at: AppTest) -> Any:
    found = [area for area in at.text_area if str(area.key).startswith("entry-reason")]
    return found[0] if found else None


@pytest.mark.parametrize("lang", LANGUAGES)
def test_once_the_marks_are_open_a_mark_is_saved_with_its_reason_and_not_before(case, lang) -> None:
    store, made = case
    t = Text(lang)
    fill(store, made.entry, Layer.MARK, ASSESSORS[1].who)
    rounds.submit_marks(store, ASSESSORS[1], made.entry)
    blind = sound(entry(case, q="q7", lang=lang))
    assert reason_field(blind) is None and t("entry.reason_help") not in shown(blind)
    marks(blind, case, "q7").set_value("2").run()
    rounds.open_marks(store, CHAIR, made.entry)
    at = sound(entry(case, q="q7", lang=lang))
    assert t("entry.not_blind") in shown(at) and reason_field(at).label == t("entry.reason")
    marks(at, case, "q7").set_value("3").run()
    assert own(case, "q7").value == "2" and t("problem.mark_reason") in shown(sound(at))
    reason_field(at).set_value("Dari bukti yang sama.").run()
    assert own(case, "q7").value == "3" and t("problem.mark_reason") not in shown(sound(at)), "what waited is saved"
    at.button(key="entry-on").click().run()
    marks(at, case, "q8").set_value("4").run()
    assert own(case, "q8").value == "4" and reason_field(at).value == "Dari bukti yang sama."
    with store.read() as tx:
        rows = audit.trail(tx, audit.stream_of(made.entry))
    given = [row.reason for row in rows if row.action == audit.ANSWER and row.who == ME.who]
    assert given == [None, "Dari bukti yang sama.", "Dari bukti yang sama."]


@pytest.mark.parametrize("stage", [Stage.SUBMITTED, Stage.RECONCILIATION, Stage.FINAL])
def test_other_stages_show_the_own_marks_and_take_none(interview_home, stage) -> None:
    store = store_of(interview_home)
    made = panel_round(store, stage=stage)
    fill(store, made.entry, Layer.MARK, ME.who, questions=["q1"])
    at = sound(entry((store, made), q="q1"))
    assert marks(at, (store, made), "q1").disabled
    assert not [b for b in at.button if b.key == "entry-submit-button"]


@pytest.mark.parametrize("user", [CHAIR, CITY])
def test_who_has_no_seat_or_no_right_is_refused(case, user) -> None:
    at = page(user, view="entry", entry=str(case[1].other_entry))
    assert not at.exception and len(at.title) == 1
    assert not [b for b in at.button if str(b.key).startswith("entry-")]


@pytest.mark.parametrize("wrong", ["999", "x", "../../etc/passwd", "1e9", "-1", "٣"])
def test_an_address_of_nowhere_is_a_sentence(case, wrong) -> None:
    at = page(ME, view="entry", entry=wrong)
    assert not at.exception and not at.error and len(at.title) == 1


def test_an_unknown_question_shows_the_first_open_one(case) -> None:
    at = sound(entry(case, q="q999"))
    assert ID("entry.place", number=1, all=115) in shown(at)


def test_nobody_sees_anothers_marks(case) -> None:
    store, made = case
    fill(store, made.entry, Layer.MARK, ASSESSORS[1].who, value="1", note="rahasia panel")
    at = sound(entry(case, q="q1"))
    assert "rahasia panel" not in shown(at) and marks(at, case, "q1").value in (None, [])


# ---- the note ----------------------------------------------------------------------------------------------------


def sent(case: tuple[Store, Round], at: AppTest) -> Any:
    return next(one for one in at.get("bidi_component") if one.key == "note-note")


def line(at: AppTest) -> Any:
    """What the browser gets for the line beside the score."""
    proto = next(one for one in at.get("bidi_component") if one.key == "score-line").proto
    return json.loads(proto.json or proto.mixed.json)


def test_the_note_field_stands_with_its_words(case) -> None:
    fill(case[0], case[1].entry, Layer.MARK, ME.who, questions=["q1"], note="<b>tebal</b>")
    field = json.loads(sent(case, entry(case, q="q1")).proto.json or sent(case, entry(case, q="q1")).proto.mixed.json)
    assert field["text"] == "<b>tebal</b>" and field["question"] == "q1" and field["owner"] == ME.who
    assert set(field["keys"]) == {"1", "2", "3", "4", "ArrowLeft", "ArrowRight", "n"}
    assert field["words"]["unsaved"] == ID("note.unsaved")


def test_put_note_merges_with_a_mark_and_refuses_what_was_not_seen(case) -> None:
    from kotacerdas.interview.answers import Conflict
    from kotacerdas.ui.interview_entry_save import put_note

    store, made = case
    elsewhere(case, "q2", Change(value="3"), base=0)
    event = NoteEvent("q2", "catatan", "a" * 32, 0, "")
    first = put_note(store, ME, made.entry, Layer.MARK, event)
    assert (first.version, first.value, first.note) == (2, "3", "catatan")
    assert put_note(store, ME, made.entry, Layer.MARK, event).version == 2
    with pytest.raises(Conflict) as caught:
        put_note(store, ME, made.entry, Layer.MARK, NoteEvent("q2", "lain", "b" * 32, 0, ""))
    assert caught.value.theirs.note == "catatan"


@pytest.mark.parametrize(
    "payload",
    [None, 3, "x", [], {}, {"question": 1, "text": "", "key": "a" * 32, "base": 0, "seen": ""},
     {"question": "q1", "text": "x", "key": "../..", "base": 0, "seen": ""},
     {"question": "q1", "text": "x", "key": "a" * 32, "base": True, "seen": ""},
     {"question": "q1", "text": "x", "key": "a" * 32, "base": -1, "seen": ""},
     {"question": "q1", "text": None, "key": "a" * 32, "base": 0, "seen": ""}],
)  # fmt: skip
def test_what_is_not_of_our_making_is_no_draft(payload) -> None:
    assert note_component._event(payload) is None


# ---- evidence ----------------------------------------------------------------------------------------------------


def test_a_link_is_attached_and_withdrawn(case) -> None:
    at = entry(case, q="q1")
    field = next(one for one in at.text_input if str(one.key).startswith("evidence-link-"))
    field.set_value("https://kota.test/laporan").run()
    with case[0].read() as tx:
        found = evidence.listing(tx, ME, case[1].entry, "q1")
    assert [one.link for one in found] == ["https://kota.test/laporan"]
    sound(at).button(key=f"evidence-withdraw-{found[0].id}").click().run()
    with case[0].read() as tx:
        assert evidence.listing(tx, ME, case[1].entry, "q1") == ()


def test_a_link_that_is_none_is_a_sentence(case) -> None:
    at = entry(case, q="q1")
    next(one for one in at.text_input if str(one.key).startswith("evidence-link-")).set_value("javascript:alert(1)")
    at.run()
    assert len(at.warning) == 1 and not at.exception


def test_a_round_is_offered_where_there_are_several(case) -> None:
    store, made = case
    rounds.seat(store, None, made.other_entry, [ME.who])
    at = sound(page(ME, view="entry"))
    assert [box.label for box in at.selectbox if box.label == ID("entry.city")] == [ID("entry.city")]


def test_a_component_scored_as_a_whole_may_stay_without_a_mark(interview_home: Path) -> None:
    store = store_of(interview_home)
    made = panel_round(store, instrument="evaluation-2024-priority", group="priority")
    fill(store, made.entry, Layer.MARK, ME.who)
    case = store, made
    at = sound(entry(case, q="collaboration"))
    assert "115 dari 115" in at.title[0].value and "dihitung 0" in shown(at)
    marks(at, case, "collaboration").set_value("4").run()
    assert own(case, "collaboration").value == "4"
    sound(at).button(key="entry-take-back").click().run()
    assert own(case, "collaboration").value is None and own(case, "collaboration").version == 2
    assert not sound(at).get("button") or "entry-take-back" not in {button.key for button in at.button}


# ---- what stands round it ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_meeting_is_told_with_a_way_into_it(case, lang) -> None:
    store, made = case
    t = Text(lang)
    assert t("meeting.open") not in [link.proto.label for link in entry(case, lang=lang).get("link_button")]
    rounds.schedule(store, None, made.entry, "2026-12-01 09:00", "https://rapat.example.go.id/abc")
    at = sound(entry(case, lang=lang))
    link = next(link.proto for link in at.get("link_button") if link.proto.label == t("meeting.open"))
    assert link.url == "https://rapat.example.go.id/abc"
    assert t("meeting.at", moment=moment(t, "2026-12-01T02:00:00+00:00")) in shown(at)


def test_a_meeting_that_is_no_web_address_is_no_link(case) -> None:
    store, made = case
    rounds.schedule(store, None, made.entry, "2026-12-01 09:00")
    with store.write() as tx:
        tx.execute(tables.entries.update().values(meeting_link="javascript:alert(1)"))
    at = sound(entry(case))
    assert not at.get("link_button") and "javascript" not in shown(at)
    assert ID("meeting.at", moment="").split("{")[0][:10] in shown(at)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_late_are_told_so_and_may_go_on(case, lang) -> None:
    store, made = case
    t = Text(lang)
    rounds.deadline(store, None, made.id, Stage.SCORING, "2099-12-31")
    at = entry(case, lang=lang)
    assert "▲" not in shown(at) and "2099" in shown(at)
    yesterday = dt.datetime.fromisoformat(now()) - dt.timedelta(hours=30)
    with store.write() as tx:
        tx.execute(tables.deadlines.update().values(due=yesterday.isoformat(timespec="microseconds")))
    at = sound(entry(case, lang=lang))
    assert t("entry.late", n="2", moment=moment(t, yesterday.isoformat())) in shown(at)
    assert not marks(at, case, "q1").disabled
    assert Text("en")("entry.late", n="1", moment="x").startswith("▲ 1 day late")


def test_once_submitted_that_stands_first_and_no_more_is_tried_out(case) -> None:
    store, made = case
    fill(store, made.entry, Layer.MARK, ME.who)
    at = entry(case, q="q1")
    at.button(key="entry-submit-button").click().run()
    said = shown(sound(at))
    assert at.title[0].value.replace("\\", "") == ID(
        "entry.title_submitted", city="Kota Madiun", year=2026, done="115", all="115"
    )
    assert ID("entry.live_closed") in said and ID("entry.step", points="")[:20] not in said
    keys = [button.key for button in at.button]
    assert keys.index("entry-withdraw") < keys.index("entry-list-q1")
    field = sent(case, at).proto
    assert json.loads(field.json or field.mixed.json)["words"]["placeholder"] == ""


def test_the_list_stands_round_the_question_in_hand_and_ends_with_a_way_to_all(case) -> None:
    at = sound(entry(case, q="q31"))
    listed = [str(b.key) for b in at.button if str(b.key).startswith("entry-list-q")]
    assert listed == [f"entry-list-q{n}" for n in range(28, 36)]
    at.button(key="entry-list-all").click().run()
    listed = [str(b.key) for b in sound(at).button if str(b.key).startswith("entry-list-q")]
    assert len(listed) == 33 and listed[0] == "entry-list-q17"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_refusal_names_the_city(case, lang) -> None:
    at = page(CHAIR, view="entry", entry=str(case[1].other_entry), lang=lang)
    assert "35.78" not in shown(at) and "Kota Surabaya" in shown(at)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_another_entry_is_chosen_not_all_of_them(case, lang) -> None:
    at = page(ME, view="entry", entry="999", lang=lang)
    boxes = [box.placeholder for box in at.selectbox if box.label == Text(lang)("entry.city")]
    assert boxes == [Text(lang)("entry.choose_city")]


def test_attached_evidence_is_told_and_its_box_stays_open(case) -> None:
    at = entry(case, q="q1")
    field = next(one for one in at.text_input if str(one.key).startswith("evidence-link-"))
    field.set_value("https://kota.test/laporan").run()
    assert ID("entry.evidence_saved", name="kota.test", time="") in shown(at)
    box = next(one for one in at.expander if one.label.startswith("Bukti"))
    assert box.proto.expanded
