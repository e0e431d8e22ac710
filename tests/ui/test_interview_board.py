"""The board of the interview: stages, filters in the address, who may open what. All people and marks are SYNTHETIC."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kotacerdas.i18n import LANGUAGES, Text
from kotacerdas.interview import rounds
from kotacerdas.interview.roles import Actor, Grant, Role
from kotacerdas.interview.sight import Part
from kotacerdas.interview.stages import ORDER, Layer, Stage
from kotacerdas.ui import interview, interview_board
from kotacerdas.ui.interview_desk import Desk
from kotacerdas.ui.registry import INTERVIEW
from tests.interview.builders import ADMIN, ASSESSORS, CHAIR, CITY, CITY_CODE, OTHER_CITY, VIEWER, panel_round
from tests.interview.steps import QUESTIONS, fill, put
from tests.ui.interview_house import page, shown, sound, store_of, views


def names(at) -> list[str]:
    return list(at.dataframe[0].value["city"])


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("actor", [ADMIN, CHAIR, ASSESSORS[0], VIEWER], ids=lambda actor: actor.who.split("@")[0])
def test_who_sees_the_board_sees_every_city(interview_home: Path, actor, lang) -> None:
    panel_round(store_of(interview_home))
    at = sound(page(actor, lang=lang, view="board"))
    t = Text(lang)
    assert at.title[0].value == t("board.title", year=2026, final="0", cities="2")
    assert sorted(names(at)) == ["Kota Madiun", "Kota Surabaya"]
    assert at.dataframe[0].value["stage"][0] == f"5 {t('stage.scoring')}"


def test_a_city_user_has_no_board(interview_home: Path) -> None:
    panel_round(store_of(interview_home))
    at = page(CITY, view="board")
    assert Text("id")("interview.view.board") not in views(at)
    assert Text("id")("interview.refused", view=Text("id")("interview.view.board")) in shown(at)
    assert not at.exception and not at.dataframe


def test_without_a_round_the_board_says_what_to_do(interview_home: Path) -> None:
    from kotacerdas.interview import grants

    grants.grant(store_of(interview_home), None, ADMIN.who, Role.ADMIN)
    grants.grant(store_of(interview_home), None, VIEWER.who, Role.VIEWER)
    at = sound(page(VIEWER))
    assert Text("id")("board.none_help") in shown(at) and not [b for b in at.button if b.key == "board-next"]
    at = sound(page(ADMIN))
    assert Text("id")("board.none_admin") in shown(at)
    at = next(b for b in at.button if b.key == "board-next").click().run()
    assert sound(at).title[0].value == Text("id")("round.first")


def test_the_strip_counts_and_filters_and_stays_in_the_address(interview_home: Path) -> None:
    store = store_of(interview_home)
    made = panel_round(store)
    put(store, made.other_entry, Stage.REPLY)
    at = sound(page(ADMIN, stage="reply"))
    assert names(at) == ["Kota Surabaya"]
    strip = next(group for group in at.get("button_group") if group.key == "stage@id")
    t = Text("id")
    assert strip.options == [
        t("board.stage_count", stage=t(f"stage.{stage}"), count="1" if stage in (Stage.SCORING, Stage.REPLY) else "0")
        for stage in ORDER
    ]
    assert names(sound(page(ADMIN, stage="reply,scoring"))) == ["Kota Madiun", "Kota Surabaya"]
    nothing = sound(page(ADMIN, stage="final"))
    assert t("board.nothing") in shown(nothing) and not nothing.dataframe


def test_late_and_flagged_filters(interview_home: Path) -> None:
    store = store_of(interview_home)
    made = panel_round(store)
    rounds.deadline(store, ADMIN, made.id, Stage.SCORING, "2020-01-01", CITY_CODE)
    fill(store, made.entry, Layer.MARK, ASSESSORS[0].who, questions=QUESTIONS[:23], flagged=QUESTIONS[:2])
    every = sound(page(ADMIN))
    frame = every.dataframe[0].value.set_index("city")
    assert frame.index[0] == "Kota Madiun", "who is late stands first"
    assert frame.loc["Kota Madiun", "late"].startswith("▲ ") and frame["late"].isna()["Kota Surabaya"]
    assert frame.loc["Kota Madiun", "flags"] == 2
    assert frame.loc["Kota Madiun", "share"] == 100 * 23 // (115 * 5)
    assert names(sound(page(ADMIN, late="1"))) == ["Kota Madiun"]
    assert names(sound(page(ADMIN, flagged="1", late="1"))) == ["Kota Madiun"]
    rounds.deadline(store, ADMIN, made.id, Stage.SCORING, "2099-01-01", CITY_CODE)
    assert Text("id")("board.nothing") in shown(sound(page(ADMIN, late="1")))


def test_a_panel_that_is_not_there_is_no_share(interview_home: Path) -> None:
    panel_round(store_of(interview_home), stage=Stage.SUBMITTED)
    frame = sound(page(ADMIN)).dataframe[0].value.set_index("city")
    assert frame["share"].isna()["Kota Surabaya"] and frame["seats"].isna()["Kota Surabaya"]


def test_a_city_opens_where_a_person_has_something_to_do(interview_home: Path) -> None:
    store = store_of(interview_home)
    made = panel_round(store)
    with store.read() as tx:
        line = rounds.board(tx, None, made.id)[0]

    def way(actor: Actor, *roles: Role, part: Part | None = None) -> str | None:
        desk = Desk(Text("id"), store, actor, tuple(Grant(role) for role in roles), None, "light", local=False)
        return interview_board.way_in(desk, line, {line.entry_id: frozenset({part})} if part else {})

    assert way(CHAIR, Role.CHAIR, part=Part.CHAIR) == "panel"
    assert way(ASSESSORS[0], Role.ASSESSOR, part=Part.PANEL) == "entry"
    assert way(ADMIN, Role.ADMIN) == "trail"
    assert way(ASSESSORS[0], Role.ASSESSOR) is way(VIEWER, Role.VIEWER) is None


def test_an_assessor_can_look_at_their_own_panels_only(interview_home: Path) -> None:
    panel_round(store_of(interview_home))
    assert names(sound(page(ASSESSORS[0], view="board", mine="1"))) == ["Kota Madiun"]
    assert len(names(sound(page(ADMIN, mine="1")))) == 2, "who sits nowhere has no such filter"


def test_two_rounds_are_chosen_by_year(interview_home: Path) -> None:
    store = store_of(interview_home)
    panel_round(store)
    panel_round(store, year=2027, city="33.74", other_city=OTHER_CITY)
    assert "Kota Semarang" in names(sound(page(ADMIN)))
    assert "Kota Madiun" in names(sound(page(ADMIN, round="2026")))
    at = page(ADMIN, round="1999")
    assert "1999" in shown(at) and len(at.title) == 1 and not at.exception


@pytest.mark.parametrize("hostile", ["x" * 5000, "<script>alert(1)</script>", "../../etc/passwd", "1e9", "٣", "-1"])
@pytest.mark.parametrize("name", ["view", "entry", "round", "stage", "part", "kind"])
def test_forged_addresses_are_one_calm_sentence(interview_home: Path, name: str, hostile: str) -> None:
    panel_round(store_of(interview_home))
    at = page(ADMIN, **{name: hostile})
    assert not at.exception and not at.error and len(at.title) == 1


def test_every_view_has_its_module() -> None:
    from importlib.util import find_spec

    assert all(find_spec(f"kotacerdas.ui.interview_{view}") for view in interview.VIEWS)
    assert INTERVIEW.module == "interview"


@pytest.mark.parametrize(
    ("actor", "stage", "view"),
    [
        (ADMIN, Stage.SCORING, "board"),
        (CHAIR, Stage.SCORING, "panel"),
        (ASSESSORS[0], Stage.SCORING, "entry"),
        (CITY, Stage.INVITED, "self"),
        (CITY, Stage.RECONCILIATION, "self"),
        (CITY, Stage.REPLY, "reply"),
        (CITY, Stage.PUBLISHED, "reply"),
        (VIEWER, Stage.SCORING, "board"),
    ],
)
def test_everybody_begins_at_their_own_work(interview_home: Path, actor: Actor, stage: Stage, view: str) -> None:
    panel_round(store_of(interview_home), stage=stage)
    at = sound(page(actor))
    chosen = next(group for group in at.get("button_group") if group.key == "view@id").value
    assert chosen == view and "view" not in at.query_params, "the beginning needs no address"


def test_a_name_is_a_way_only_where_it_leads_somewhere(interview_home: Path) -> None:
    panel_round(store_of(interview_home))
    t = Text("id")

    def kinds(actor: Actor) -> dict[str, str]:
        at = sound(page(actor, view="board"))
        config = json.loads(at.dataframe[0].proto.columns)
        return {name: config[name]["type_config"]["type"] for name in ("city", "open") if name in config}

    assert kinds(ADMIN) == {"city": "button"} and kinds(VIEWER) == {"city": "text"}
    assert kinds(CHAIR) == kinds(ASSESSORS[0]) == {"city": "text", "open": "button"}
    frame = sound(page(ASSESSORS[0], view="board")).dataframe[0].value.set_index("city")
    assert frame.loc["Kota Madiun", "open"] == t("interview.view.entry") and frame["open"].isna()["Kota Surabaya"]
    assert t("board.open_trail") in shown(page(ADMIN)) and t("board.open_own") in shown(page(CHAIR, view="board"))
    assert t("board.open_own") not in shown(page(VIEWER))


@pytest.mark.parametrize(("lang", "form"), [("id", "DD/MM/YYYY HH.mm"), ("en", "DD/MM/YYYY HH:mm")])
def test_the_time_of_an_interview_is_written_as_the_language_does(interview_home: Path, lang: str, form: str) -> None:
    panel_round(store_of(interview_home))
    config = json.loads(page(ADMIN, lang=lang).dataframe[0].proto.columns)
    assert config["meeting"]["type_config"]["format"] == form
