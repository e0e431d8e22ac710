"""Roles given and taken on the screen, and the audit trail. All people and marks are SYNTHETIC."""

from __future__ import annotations

from pathlib import Path

import pytest

from kotacerdas.i18n import LANGUAGES, Text
from kotacerdas.interview import audit, grants, rounds
from kotacerdas.interview.roles import Grant, Role
from kotacerdas.interview.stages import Stage
from kotacerdas.ui import interview_trail
from tests.interview.builders import ADMIN, ASSESSORS, CHAIR, VIEWER, panel_round
from tests.interview.recorded import record_rows
from tests.interview.steps import QUESTIONS
from tests.ui.interview_house import page, shown, sound, store_of, wording

NEW = "new@synthetic.test"


def held(home: Path, who: str) -> set[Grant]:
    with store_of(home).read() as tx:
        return set(grants.grants_of(tx, who))


def press(at, label: str):
    return next(button for button in at.button if wording(button.label) == label).click().run()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_everybody_with_a_role_is_listed(interview_home: Path, lang) -> None:
    panel_round(store_of(interview_home))
    at = sound(page(ADMIN, view="people", lang=lang))
    t = Text(lang)
    assert at.title[0].value == t("people.title", count="10")
    assert all(actor.who in shown(at) for actor in (ADMIN, CHAIR, *ASSESSORS))
    only = shown(sound(page(ADMIN, view="people", lang=lang, who="chair@")))
    assert f"| {CHAIR.who}" in only and f"| {VIEWER.who}" not in only


def test_roles_are_given_to_several_at_once_and_problems_are_named(interview_home: Path) -> None:
    panel_round(store_of(interview_home))
    at = page(ADMIN, view="people")
    at.text_area[0].set_value(f"{NEW.upper()}\nnobody\n\n second@synthetic.test ")
    at = press(at, Text("id")("people.give_do"))
    assert not at.exception
    assert held(interview_home, NEW) == held(interview_home, "second@synthetic.test") == {Grant(Role.ASSESSOR)}
    assert "“nobody”" in shown(at)
    assert at.text_area[0].value in ("", None), "a form that was sent is empty again"


def test_a_city_role_needs_its_city(interview_home: Path) -> None:
    panel_round(store_of(interview_home))
    at = page(ADMIN, view="people")
    next(group for group in at.get("button_group") if group.key == "people-role@id").set_value(Role.CITY).run()
    at.text_area[0].set_value(NEW)
    at = press(at, Text("id")("people.give_do"))
    assert Text("id")("people.incomplete_city") in shown(at) and not held(interview_home, NEW)
    next(box for box in at.selectbox if (box.key or "").startswith("people-city")).set_value("35.77")
    at = press(at, Text("id")("people.give_do"))
    assert held(interview_home, NEW) == {Grant(Role.CITY, "35.77")}


def test_nobody_judges_their_own_city(interview_home: Path) -> None:
    panel_round(store_of(interview_home))
    at = page(ADMIN, view="people")
    next(group for group in at.get("button_group") if group.key == "people-role@id").set_value(Role.CITY).run()
    at.text_area[0].set_value(ASSESSORS[0].who)
    next(box for box in at.selectbox if (box.key or "").startswith("people-city")).set_value("35.77")
    at = press(at, Text("id")("people.give_do"))
    assert len(at.warning) == 1 and held(interview_home, ASSESSORS[0].who) == {Grant(Role.ASSESSOR)}


def test_a_role_is_taken_away_and_the_last_admin_stays(interview_home: Path) -> None:
    panel_round(store_of(interview_home))
    at = page(ADMIN, view="people")
    with store_of(interview_home).read() as tx:
        listed = [(person.who, grant) for person in grants.people(tx) for grant in person.grants]
    at.selectbox(key="people-take-0@id").set_value(listed.index((VIEWER.who, Grant(Role.VIEWER))))
    at = press(at, Text("id")("people.take_do"))
    assert not held(interview_home, VIEWER.who) and not at.exception
    listed.remove((VIEWER.who, Grant(Role.VIEWER)))
    at.selectbox(key="people-take-1@id").set_value(listed.index((ADMIN.who, Grant(Role.ADMIN))))
    at = press(at, Text("id")("people.take_do"))
    assert len(at.warning) == 1 and held(interview_home, ADMIN.who) == {Grant(Role.ADMIN)}


def test_a_role_lost_while_the_page_was_open_refuses_the_deed(interview_home: Path) -> None:
    store = store_of(interview_home)
    panel_round(store)
    grants.grant(store, None, "other-admin@synthetic.test", Role.ADMIN)
    at = page(ADMIN, view="people")
    at.text_area[0].set_value(NEW)
    grants.revoke(store, None, ADMIN.who, Role.ADMIN)
    at = press(at, Text("id")("people.give_do"))
    assert not held(interview_home, NEW) and not at.exception
    assert Text("id")("interview.no_role") in shown(at)


# ---- the trail -----------------------------------------------------------------------------------------------------


def test_the_trail_shows_steps_in_words_and_is_verified(interview_home: Path) -> None:
    store = store_of(interview_home)
    made = panel_round(store, stage=Stage.SUBMITTED)
    record_rows(store)
    rounds.schedule(store, ADMIN, made.entry, "2026-12-01 09:30", "https://meet.example/x")
    at = sound(page(ADMIN, view="trail", entry=str(made.entry)))
    t = Text("id")
    assert "Kota Madiun" in at.title[0].value
    frame = at.dataframe[0].value
    assert list(frame["seq"]) == [4, 3, 2, 1]
    assert frame["change"][0] == f"{t('trail.field.stage')}: {t('stage.submitted')} → {t('stage.scheduled')}"
    assert "09.30 WIB" in frame["change"][1] and "https://meet.example/x" in frame["change"][1]
    at = at.button(key="trail-verify").click().run()
    assert t("trail.whole") in shown(at)
    assert sound(page(ADMIN, view="trail", entry=str(made.entry), kind="answers")).dataframe == []


def test_what_is_blind_stays_so_in_the_trail(interview_home: Path) -> None:
    from kotacerdas.interview import answers
    from kotacerdas.interview.stages import Layer

    store = store_of(interview_home)
    made = panel_round(store)
    answers.save(
        store, ASSESSORS[0], made.entry, Layer.MARK, QUESTIONS[0],
        answers.Change(value="1", note="=HYPERLINK()"), base=0, key="a",
    )  # fmt: skip
    for actor in (ADMIN, CHAIR):
        frame = sound(page(actor, view="trail", entry=str(made.entry))).dataframe[0].value
        assert frame["change"][0] == Text("id")("trail.hidden") and "HYPERLINK" not in frame.to_csv()


def test_the_trail_of_another_panel_is_refused_and_logged(interview_home: Path) -> None:
    store = store_of(interview_home)
    made = panel_round(store)
    at = page(CHAIR, view="trail", entry=str(made.other_entry))
    assert len(at.warning) == 1 and not at.dataframe and not at.exception
    with store.read() as tx:
        logged = audit.trail(tx, audit.stream_of(made.other_entry))
    assert [(row.who, row.action, row.reason) for row in logged] == [(CHAIR.who, audit.REFUSED, "refused_view")]


def test_the_office_has_a_trail_of_its_own(interview_home: Path) -> None:
    store = store_of(interview_home)
    panel_round(store)
    grants.grant(store, ADMIN, NEW, Role.VIEWER)
    frame = sound(page(ADMIN, view="trail", entry=str(interview_trail.OFFICE))).dataframe[0].value
    t = Text("id")
    assert frame["subject"][0] == NEW and t("role.viewer") in frame["change"][0]
    assert not page(CHAIR, view="trail", entry=str(interview_trail.OFFICE)).dataframe


def test_a_tampered_store_is_shown_as_broken(interview_home: Path) -> None:
    from sqlalchemy import text

    store = store_of(interview_home)
    made = panel_round(store, stage=Stage.SUBMITTED)
    rounds.schedule(store, ADMIN, made.entry, "2026-12-01 09:30")
    with store.write() as tx:
        for name in tx.execute(text("SELECT name FROM sqlite_master WHERE type='trigger'")).scalars().all():
            tx.execute(text(f"DROP TRIGGER {name}"))
        tx.execute(text("UPDATE audit SET who='somebody@else.test' WHERE seq=1"))
    at = page(ADMIN, view="trail", entry=str(made.entry)).button(key="trail-verify").click().run()
    assert Text("id")("trail.whole") not in shown(at) and len(at.warning) >= 1
