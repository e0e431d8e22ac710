"""Roles given and taken on the screen, and the audit trail. All people and marks are SYNTHETIC."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from streamlit.typing import DataframeState

from kotacerdas.i18n import LANGUAGES, Text
from kotacerdas.interview import answers, audit, grants, rounds
from kotacerdas.interview.roles import Grant, Role
from kotacerdas.interview.stages import CHAIR_OWNER, CITY_OWNER, Layer, Stage
from kotacerdas.problem import Problem
from kotacerdas.ui import interview_trail
from tests.interview.builders import ADMIN, ASSESSORS, CHAIR, VIEWER, panel_round
from tests.interview.recorded import record_rows
from tests.interview.steps import QUESTIONS, fill, put
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


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_chosen_record_is_shown_whole_under_the_table(interview_home: Path, lang: str) -> None:
    store, t = store_of(interview_home), Text(lang)
    made = panel_round(store)
    record_rows(store)
    fill(store, made.entry, Layer.MARK, ASSESSORS[0].who)
    rounds.submit_marks(store, ASSESSORS[0], made.entry)
    reason = "Baris pertama, panjang sekali. " * 20 + "\nBaris kedua."
    rounds.unseat(store, ADMIN, made.entry, ASSESSORS[1].who, reason)
    at = sound(page(ADMIN, view="trail", entry=str(made.entry), lang=lang))
    assert t("trail.whole_hint") in shown(at) and "Baris kedua" not in shown(at)
    place = list(at.dataframe[0].value["reason"]).index(
        next(r for r in at.dataframe[0].value["reason"] if "Baris" in r)
    )
    at.session_state[interview_trail.TABLE] = DataframeState(
        {"selection": {"rows": [], "columns": [], "cells": [(place, "reason")]}}
    )
    at.run()
    said = shown(sound(at))
    assert reason in [text.value for text in at.text] and t("trail.whole_hint") not in said
    assert t("trail.record", seq=str(at.dataframe[0].value["seq"][place])) in said
    blind = sound(page(CHAIR, view="trail", entry=str(made.entry), lang=lang))
    blind.session_state[interview_trail.TABLE] = DataframeState(
        {"selection": {"rows": [], "columns": [], "cells": [(999, "reason")]}}
    )
    assert t("trail.whole_hint") in shown(sound(blind.run())), "a row that is not there any more"


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


# ---- the trail, taken along ----------------------------------------------------------------------------------------


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> dict[str, Callable[[], bytes]]:
    """The files the page offers: name -> what writes it."""
    files: dict[str, Callable[[], bytes]] = {}

    def button(label: str, name: str, write: Callable[[], bytes], **more: object) -> None:
        files[name] = write

    monkeypatch.setattr(interview_trail.downloads, "button", button)
    return files


def taken(offered: dict[str, Callable[[], bytes]], ending: str) -> Callable[[], bytes]:
    return next(write for name, write in offered.items() if name.endswith(ending))


FORMULA = '=HYPERLINK("http://outside.invalid")'


def marked(store, entry: int) -> None:
    answers.save(
        store, ASSESSORS[0], entry, Layer.MARK, QUESTIONS[0], answers.Change(value="1", note=FORMULA), base=0, key="a"
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_trail_is_taken_along_with_formulae_as_text(interview_home: Path, offered, lang: str) -> None:
    store = store_of(interview_home)
    made = panel_round(store)
    marked(store, made.entry)
    put(store, made.entry, Stage.RECONCILIATION)
    sound(page(CHAIR, view="trail", entry=str(made.entry), lang=lang))
    assert len(offered) == 2 and all("kota-madiun" in name and name.isascii() for name in offered)
    rows = list(csv.DictReader(io.StringIO(taken(offered, "csv")().decode("utf-8-sig"))))
    t = Text(lang)
    assert [row[t("trail_export.note_after")] for row in rows] == [f"'{FORMULA}"]
    sheets = openpyxl.load_workbook(io.BytesIO(taken(offered, "xlsx")()))
    cells = [cell for line in sheets[sheets.sheetnames[0]].iter_rows() for cell in line if cell.value == FORMULA]
    assert [cell.data_type for cell in cells] == ["s"], "a string, not a formula"
    about = {line[0].value: line[1].value for line in sheets[sheets.sheetnames[1]].iter_rows()}
    assert about[t("trail_export.city")] == "Kota Madiun" and about[t("trail_export.rows")] == "1"


@pytest.mark.parametrize("actor", [ADMIN, CHAIR], ids=["office", "chair"])
def test_what_is_blind_is_not_taken_along(interview_home: Path, offered, actor) -> None:
    store = store_of(interview_home)
    made = panel_round(store)
    marked(store, made.entry)
    sound(page(actor, view="trail", entry=str(made.entry)))
    for ending in ("csv", "xlsx"):
        assert b"HYPERLINK" not in taken(offered, ending)()
    assert "HYPERLINK" not in str(taken(offered, "csv")()), "nor in another form"
    row = next(csv.DictReader(io.StringIO(taken(offered, "csv")().decode("utf-8-sig"))))
    t = Text("id")
    assert row[t("trail_export.hidden")] == "TRUE" and row[t("trail_export.value_after")] == ""


def test_a_file_is_written_with_the_rights_of_the_moment_it_is_fetched(interview_home: Path, offered) -> None:
    store = store_of(interview_home)
    made = panel_round(store)
    marked(store, made.entry)
    sound(page(CHAIR, view="trail", entry=str(made.entry)))
    grants.revoke(store, None, CHAIR.who, Role.CHAIR)
    with pytest.raises(Problem, match="refused_view"):
        taken(offered, "csv")()


def test_the_chairs_answer_and_the_reason_are_told_in_words(interview_home: Path) -> None:
    store = store_of(interview_home)
    made = panel_round(store, stage=Stage.REPLY)
    fill(store, made.entry, Layer.REPLY, CITY_OWNER, value=None, note="Mohon ditinjau.", questions=QUESTIONS[:1])
    answers.save(
        store, CHAIR, made.entry, Layer.ANSWER, QUESTIONS[0], answers.Change(note="Diterima."), owner=CHAIR_OWNER,
        base=0, key="a",
    )  # fmt: skip
    frame = sound(page(CHAIR, view="trail", entry=str(made.entry))).dataframe[0].value
    t = Text("id")
    assert frame["subject"][0].startswith(f"{t('trail.layer.answer')}: 1. ") and "(chair)" not in frame["subject"][0]
    columns = list(frame.columns)
    assert columns.index("reason") == columns.index("change") + 1
    english = page(CHAIR, view="trail", entry=str(made.entry), lang="en")
    config = json.loads(english.dataframe[0].proto.columns)
    assert config["at"]["label"] == Text("en")("trail.head.at") and config["at"]["type_config"]["format"].endswith(
        "HH:mm"
    )
