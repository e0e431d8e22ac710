"""Running a round on the screen: make, invite, seat, set times, move, publish. All people and marks are SYNTHETIC."""

from __future__ import annotations

from pathlib import Path

import pytest

from kotacerdas.i18n import LANGUAGES, Text
from kotacerdas.interview import grants, publication, rounds
from kotacerdas.interview.roles import Role
from kotacerdas.interview.stages import Layer, Stage
from kotacerdas.interview.store import open_store
from kotacerdas.interview.tables import entries
from tests.interview.builders import ADMIN, ASSESSORS, CHAIR, CITY_CODE, panel_round
from tests.interview.steps import QUESTIONS, entry_of, fill, put, stage_of, submitted
from tests.ui.interview_house import page, shown, sound, store_of, wording
from tests.ui.interview_pages import plain

PARTS = ("invite", "panel", "times", "publish", "new")


def press(at, label: str):
    return next(button for button in at.button if wording(button.label) == label).click().run()


def box(at, start: str):
    """The control whose key begins so."""
    every = [*at.selectbox, *at.multiselect, *at.text_area]
    return next(found for found in every if (found.key or "").startswith(start))


def lines(home: Path):
    with store_of(home).read() as tx:
        return {line.city: line for line in rounds.board(tx, None, rounds.all_rounds(tx)[0].id)}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("part", PARTS)
def test_every_part_stands_in_both_languages(interview_home: Path, lang, part: str) -> None:
    panel_round(store_of(interview_home))
    at = sound(page(ADMIN, view="round", part=part, lang=lang))
    assert at.title[0].value == Text(lang)("round.title", year=2026, cities="2")


def test_the_first_round_is_made_and_leads_to_the_invitations(interview_home: Path) -> None:
    grants.grant(store_of(interview_home), None, ADMIN.who, Role.ADMIN)
    at = sound(page(ADMIN, view="round"))
    t = Text("id")
    at.number_input[0].set_value(2026)
    at.text_input[0].set_value("Synthetic round")
    at = sound(press(at, t("round.create")))
    assert t("round.created", year=2026) in shown(at)
    with store_of(interview_home).read() as tx:
        (made,) = rounds.all_rounds(tx)
    assert (made.year, made.name, made.panel_size) == (2026, "Synthetic round", 5)
    assert dict(made.instruments) == {"regular": "evaluation-2024-regular", "priority": "evaluation-2024-priority"}
    assert at.title[0].value == t("round.title", year=2026, cities="0")
    assert t("invite.by.earlier") in next(g for g in at.get("button_group") if g.key == "by@id").options


def test_a_year_that_is_published_is_refused_and_the_form_kept(interview_home: Path) -> None:
    grants.grant(store_of(interview_home), None, ADMIN.who, Role.ADMIN)
    at = page(ADMIN, view="round")
    at.number_input[0].set_value(2024)
    at.text_input[0].set_value("Kept")
    at = press(at, Text("id")("round.create"))
    assert len(at.warning) == 1 and at.text_input[0].value == "Kept"


def test_all_cities_of_an_earlier_round_are_invited_at_once(interview_home: Path) -> None:
    store = store_of(interview_home)
    grants.grant(store, None, ADMIN.who, Role.ADMIN)
    groups = {"regular": "evaluation-2024-regular", "priority": "evaluation-2024-priority"}
    rounds.create(store, ADMIN, 2026, "Synthetic", groups)
    at = sound(page(ADMIN, view="round"))
    t = Text("id")
    assert t("invite.preview", new="191", same="0", regrouped="0") in shown(at).replace("**", "**")
    at = sound(press(at, t("invite.send", count="191")))
    there = lines(interview_home)
    assert len(there) == 191 and {line.group for line in there.values()} == {"regular", "priority"}
    again = sound(page(ADMIN, view="round", part="invite"))
    button = next(button for button in again.button if button.key == "invite-send")
    assert button.disabled, "everybody is there already"


def test_codes_that_are_not_known_stop_the_invitation(interview_home: Path) -> None:
    panel_round(store_of(interview_home))
    at = page(ADMIN, view="round", part="invite", by="list")
    box(at, "invite-codes").set_value("33.74, 99.99 <b>x</b>").run()
    assert "99.99" in shown(at) and "<b>" in shown(at)
    assert next(button for button in at.button if button.key == "invite-send").disabled
    box(at, "invite-codes").set_value("33.74").run()
    at = press(at, Text("id")("invite.send", count="1"))
    assert set(lines(interview_home)) == {"33.74", CITY_CODE, "35.78"}


def test_several_cities_get_the_same_panel_and_their_meetings(interview_home: Path) -> None:
    store = store_of(interview_home)
    made = panel_round(store, stage=Stage.SUBMITTED, seated=0)
    at = sound(page(ADMIN, view="round", part="panel"))
    t = Text("id")
    box(at, "panel-cities").set_value([made.entry, made.other_entry])
    box(at, "panel-who").set_value([actor.who for actor in ASSESSORS])
    box(at, "panel-chair").set_value(CHAIR.who)
    at = sound(press(at, t("panels.seat")))
    assert t("panels.seated", count="2") in shown(at)
    assert [(line.seats, line.chair) for line in lines(interview_home).values()] == [(5, CHAIR.who)] * 2
    box(at, "meeting-cities").set_value([made.other_entry, made.entry])
    next(field for field in at.number_input).set_value(90)
    at = sound(press(at, t("panels.schedule")))
    held = lines(interview_home)
    assert {line.stage for line in held.values()} == {Stage.SCHEDULED}
    assert held["35.78"].meeting_at < held[CITY_CODE].meeting_at


def test_a_panel_that_cannot_be_is_named_city_by_city(interview_home: Path) -> None:
    store = store_of(interview_home)
    made = panel_round(store, seated=0)
    put(store, made.other_entry, Stage.REPLY)
    at = page(ADMIN, view="round", part="panel")
    box(at, "panel-cities").set_value([made.entry, made.other_entry])
    box(at, "panel-who").set_value([ASSESSORS[0].who])
    at = press(at, Text("id")("panels.seat"))
    assert "Kota Surabaya" in at.info[0].value and lines(interview_home)[CITY_CODE].seats == 1


def test_a_seat_ends_with_a_reason(interview_home: Path) -> None:
    panel_round(store_of(interview_home))
    at = page(ADMIN, view="round", part="panel")
    box(at, "panel-end-seat").set_value(0)
    at = press(at, Text("id")("panels.end_do"))
    assert not at.exception and lines(interview_home)[CITY_CODE].seats == 4


def test_a_deadline_is_set_for_all_or_for_one(interview_home: Path) -> None:
    import datetime as dt

    panel_round(store_of(interview_home))
    at = page(ADMIN, view="round", part="times")
    t = Text("id")
    box(at, "times-stage").set_value(Stage.SCORING)
    at.date_input[0].set_value(dt.date(2026, 12, 10))
    at = sound(press(at, t("times.set")))
    assert {line.due[:10] for line in lines(interview_home).values()} == {"2026-12-10"}
    assert "10 Desember 2026, 23.59 WIB" in shown(at)
    box(at, "times-stage").set_value(Stage.SCORING)
    box(at, "times-city").set_value(CITY_CODE)
    at.date_input[0].set_value(dt.date(2026, 12, 24))
    at = sound(press(at, t("times.set")))
    assert {city: line.due[:10] for city, line in lines(interview_home).items()} == {
        CITY_CODE: "2026-12-24",
        "35.78": "2026-12-10",
    }


def test_reopening_needs_a_reason(interview_home: Path) -> None:
    store = store_of(interview_home)
    made = panel_round(store)
    put(store, made.entry, Stage.RECONCILIATION)
    at = page(ADMIN, view="round", part="times")
    t = Text("id")
    box(at, "times-move").set_value(made.entry).run()
    box(at, "times-to").set_value(Stage.SCORING)
    at = press(at, t("times.move"))
    assert len(at.warning) == 1 and stage_of(store, made.entry) is Stage.RECONCILIATION
    at.text_area[0].set_value("synthetic reason")
    at = sound(press(at, t("times.move")))
    assert stage_of(store, made.entry) is Stage.SCORING
    assert t("times.moved", city="Kota Madiun", stage=t("stage.scoring")) in shown(at)


def test_publication_shows_first_what_will_not_be_there_and_why(interview_home: Path) -> None:
    store = store_of(interview_home)
    made = panel_round(store)
    at = sound(page(ADMIN, view="round", part="publish"))
    t = Text("id")
    assert t("publish.none") in shown(at)
    assert t("publish.not_final", stage=t("stage.scoring")) in shown(at)
    put(store, made.entry, Stage.FINAL)
    at = sound(page(ADMIN, view="round", part="publish"))
    assert t("problem.publish_open", count=len(QUESTIONS)) in shown(at), "no submitted seat: no result at all"
    submitted(store, made.entry, ASSESSORS[:3])
    at = sound(page(ADMIN, view="round", part="publish"))
    assert t("publish.few", count="3") in shown(at)
    at = sound(page(ADMIN, view="round", part="publish", provisional="1"))
    at = press(at, t("publish.do"))
    assert t("publish.tick") in shown(at) and stage_of(store, made.entry) is Stage.FINAL


def test_a_complete_round_is_published_from_the_screen(interview_home: Path) -> None:
    store = store_of(interview_home)
    made = panel_round(store)
    for actor in ASSESSORS:
        fill(store, made.entry, Layer.MARK, actor.who)
        rounds.submit_marks(store, actor, made.entry)
    put(store, made.entry, Stage.FINAL)
    t = Text("id")
    at = sound(page(ADMIN, view="round", part="publish"))
    at.checkbox[0].set_value(True)
    at = press(at, t("publish.do"))
    assert t("publish.done", year=2026, count="1") in shown(sound(at))
    assert stage_of(store, made.entry) is Stage.PUBLISHED
    assert (store.packages / "current").exists()
    board = sound(page(ADMIN, stage="published"))
    assert list(board.dataframe[0].value["city"]) == ["Kota Madiun"]


def reason_fields(at) -> list[str]:
    return [field.label for field in at.text_input]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_reason_is_asked_for_only_where_the_rule_demands_one(interview_home: Path, lang) -> None:
    store = store_of(interview_home)
    made = panel_round(store)
    submitted(store, made.entry, ASSESSORS)
    put(store, made.entry, Stage.FINAL)
    t = Text(lang)
    assert reason_fields(sound(page(ADMIN, view="round", part="publish", lang=lang))) == []
    rounds.move(store, ADMIN, made.entry, Stage.RECONCILIATION, base=1, reason="synthetic")
    rounds.unseat(store, ADMIN, made.entry, ASSESSORS[0].who, "synthetic")
    put(store, made.entry, Stage.FINAL)
    at = sound(page(ADMIN, view="round", part="publish", lang=lang, provisional="1"))
    assert reason_fields(at) == [t("publish.reason")]
    at.checkbox[0].set_value(True)
    at = press(at, t("publish.do"))
    assert [plain(one.value) for one in at.warning] == [t("problem.publish_provisional_reason")]
    at.text_input[0].set_value("Synthetic: one was ill.")
    at = sound(press(at, t("publish.do")))
    assert stage_of(store, made.entry) is Stage.PUBLISHED


def test_the_screen_says_what_was_really_published_and_what_stays(interview_home: Path) -> None:
    """One city re-opened after its publication, one incomplete, one published: the number is one."""
    store = store_of(interview_home)
    made = panel_round(store)
    submitted(store, made.entry, ASSESSORS)
    put(store, made.entry, Stage.FINAL)
    publication.publish(store, ADMIN, made.id)
    version = entry_of(store, made.entry).version
    rounds.move(store, ADMIN, made.entry, Stage.RECONCILIATION, base=version, reason="synthetic")
    rounds.seat(store, ADMIN, made.other_entry, [one.who for one in ASSESSORS])
    submitted(store, made.other_entry, ASSESSORS)
    put(store, made.other_entry, Stage.FINAL)
    t = Text("id")
    at = sound(page(ADMIN, view="round", part="publish"))
    assert t("publish.kept", count="1", cities="Kota Madiun") in shown(at)
    assert t("publish.not_final", stage=t("stage.reconciliation")) in shown(at)
    at.checkbox[0].set_value(True)
    at = sound(press(at, t("publish.do")))
    assert t("publish.done", year=2026, count="1") in shown(at) and t("publish.done_kept", count="1") in shown(at)
    assert stage_of(store, made.other_entry) is Stage.PUBLISHED


def test_a_component_marked_by_some_is_held_back_with_its_reason(interview_home: Path) -> None:
    store = store_of(interview_home)
    made = panel_round(store, instrument="evaluation-2024-priority", group="priority")
    submitted(store, made.entry, ASSESSORS)
    fill(store, made.entry, Layer.MARK, ASSESSORS[0].who, questions=["collaboration"])
    put(store, made.entry, Stage.FINAL)
    at = sound(page(ADMIN, view="round", part="publish"))
    assert Text("id")("publish.none") in shown(at)
    assert "Kolaborasi dinilai oleh 1 dari 5 asesor" in shown(at)


# ---- two administrators ------------------------------------------------------------------------------------------


def test_what_another_set_since_the_page_was_drawn_is_not_overwritten(interview_home: Path) -> None:
    import datetime as dt

    store = store_of(interview_home)
    made = panel_round(store, stage=Stage.SUBMITTED)
    t = Text("id")
    changed = "sudah berubah sejak Anda membukanya"
    at = page(ADMIN, view="round", part="panel")
    rounds.schedule(store, None, made.entry, "2026-12-01 09:30", "https://meet.example/one")
    stands = entry_of(store, made.entry)
    box(at, "meeting-cities").set_value([made.entry])
    at = press(at, t("panels.schedule"))
    assert len(at.warning) == 1 and changed in plain(at.warning[0].value)
    assert entry_of(store, made.entry) == stands
    assert next(iter(at.dataframe[0].value["link"])) == "https://meet.example/one"
    at = sound(press(at, t("panels.schedule")))
    assert entry_of(store, made.entry).meeting_at != stands.meeting_at, "told, and decided again"
    rounds.schedule(store, None, made.entry, "2026-12-03 09:30")
    box(at, "panel-end-seat").set_value(0)
    at = press(at, t("panels.end_do"))
    assert len(at.warning) == 1 and lines(interview_home)[CITY_CODE].seats == 5
    at = page(ADMIN, view="round", part="times")
    rounds.deadline(store, None, made.id, Stage.SCORING, "2026-12-24")
    box(at, "times-stage").set_value(Stage.SCORING)
    at.date_input[0].set_value(dt.date(2026, 12, 10))
    at = press(at, t("times.set"))
    assert len(at.warning) == 1 and "2026" in plain(at.warning[0].value)
    assert lines(interview_home)[CITY_CODE].due[:10] == "2026-12-24"
    at = sound(press(at, t("times.set")))
    assert lines(interview_home)[CITY_CODE].due[:10] == "2026-12-10"


def test_a_city_that_another_moved_meanwhile_is_not_moved(interview_home: Path) -> None:
    store = store_of(interview_home)
    made = panel_round(store, stage=Stage.RECONCILIATION)
    t = Text("id")
    at = page(ADMIN, view="round", part="times")
    box(at, "times-move").set_value(made.entry).run()
    with store.write() as tx:
        tx.execute(entries.update().where(entries.c.id == made.entry).values(version=5))
    at.text_area[0].set_value("synthetic reason")
    at = press(at, t("times.move"))
    assert len(at.warning) == 1 and stage_of(store, made.entry) is Stage.RECONCILIATION


@pytest.mark.parametrize("part", ["panel", "times"])
def test_the_headings_follow_the_title_without_a_gap(interview_home: Path, part: str) -> None:
    panel_round(store_of(interview_home))
    at = sound(page(ADMIN, view="round", part=part))
    assert len(at.header) >= 2 and not at.subheader


def test_what_a_try_out_published_is_marked_on_the_public_pages(tryout_home: Path) -> None:
    store = open_store(tryout_home, name="tryout.db")
    made = panel_round(store)
    t = Text("id")
    assert t("shell.tryout") not in shown(page(None, "peringkat"))
    for actor in ASSESSORS:
        fill(store, made.entry, Layer.MARK, actor.who)
        rounds.submit_marks(store, actor, made.entry)
    put(store, made.entry, Stage.FINAL)
    publication.publish(store, None, made.id)
    at = sound(page(None, "peringkat"))
    assert t("shell.tryout") in shown(at) and "2026" in shown(at)
    assert not (tryout_home / "packages").exists(), "nothing of it among the national packages"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_invitation_says_that_people_have_to_be_told(interview_home: Path, lang: str) -> None:
    panel_round(store_of(interview_home), stage=Stage.INVITED)
    t = Text(lang)
    at = page(ADMIN, view="round", part="invite", by="list", lang=lang)
    box(at, "invite-codes").set_value("33.74").run()
    assert t("invite.regroup", count="0")[:12] not in shown(at), "nobody changes groups, nothing is said of it"
    at = press(at, t("invite.send", count="1"))
    (said,) = (toast.value.replace("\\", "") for toast in at.toast)
    assert said == t("invite.done", new="1") and t("invite.regrouped", count="0") not in said
    if lang == "en":
        assert said.startswith("1 city invited.")
