"""Who is there: modes, sign-in claims, expiry, the try-out's address; all names and accounts are synthetic."""

from __future__ import annotations

import dataclasses
import math
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest
from streamlit import config
from streamlit.testing.v1 import AppTest

from kotacerdas.i18n import LANGUAGES, Text
from kotacerdas.interview import audit, grants
from kotacerdas.interview.mode import Mode, Place, loopback, mode_of, place_of
from kotacerdas.interview.roles import Actor, Role
from kotacerdas.interview.store import Store, open_store
from kotacerdas.problem import Problem
from kotacerdas.ui import auth, interview_desk, server
from kotacerdas.ui.interview_desk import SessionStore
from kotacerdas.ui.registry import ROOMS, rooms
from tests.ui.interview_house import ROOT, SECRETS, menu, page, shown, signed_in, views, wording

WHO = "asesor@contoh.example"
# ---- values ------------------------------------------------------------------------------------------------------


def test_the_mode_follows_the_environment_and_the_secrets() -> None:
    assert mode_of({}, provider=False) is Mode.PUBLIC
    assert mode_of({}, provider=True) is Mode.SIGNED
    assert mode_of({"KOTACERDAS_MODE": " LOCAL "}, provider=True) is Mode.LOCAL
    assert mode_of({"KOTACERDAS_MODE": "open"}, provider=False) is Mode.PUBLIC


def test_a_try_out_never_touches_the_shared_store() -> None:
    environment = {"KOTACERDAS_HOME": "/srv/x", "KOTACERDAS_DATABASE_URL": "postgresql://db/x"}
    assert place_of(environment) == Place(Path("/srv/x"), "interview.db", "postgresql://db/x")
    assert place_of(environment, tryout=True) == Place(Path("/srv/x"), "tryout.db", None)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.2", "", None, "example.org", "::"])
def test_other_addresses_are_not_this_machine(host: str | None) -> None:
    assert not loopback(host)


@pytest.mark.parametrize(
    ("said", "who"),
    [
        ({"email": " Ana@Example.org ", "email_verified": True}, "ana@example.org"),
        ({"email": "ana@example.org", "email_verified": "true"}, "ana@example.org"),
        ({"email": "ana@example.org", "email_verified": False, "iss": "https://i", "sub": "7"}, "sub:https://i|7"),
        ({"email": "ana@example.org", "iss": "https://i", "sub": "Q"}, "sub:https://i|Q"),
        ({"email": "ana@example.org", "email_verified": "yes"}, None),
        ({"email": "no address", "email_verified": True}, None),
        ({"email": "a@b\x00c", "email_verified": True}, None),
        ({"email": "a@" + "b" * 400, "email_verified": True}, None),
        ({"email": ["a@b"], "email_verified": True}, None),
        ({"sub": "7"}, None),
        ({}, None),
    ],
)
def test_only_a_verified_email_or_a_subject_is_an_identity(said: dict[str, object], who: str | None) -> None:
    assert auth.identity(said) == who
    if who is not None:
        assert grants.identity(who) == who, "roles are granted to the same form"


@pytest.mark.parametrize("exp", [None, 0, "", "soon", float("nan"), [], -1])
def test_a_sign_in_without_a_time_has_run_out(exp: object) -> None:
    assert auth.expired({"exp": exp})


def test_a_sign_in_lasts_until_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auth, "clock", lambda: 1000.0)
    assert not auth.expired({"exp": 1001}) and auth.expired({"exp": 1000}) and auth.expired({"exp": "999"})


def test_names_stay_on_one_line() -> None:
    assert auth.clean_name("  A\x00\nB\t\N{RIGHT-TO-LEFT OVERRIDE}C  " + "x" * 99) == ("A B C " + "x" * 99)[:60]
    assert grants.identity(auth.tryout_identity("Ana / B", "admin")) == "local:ana-b/admin"


def test_the_interview_stands_before_the_last_room() -> None:
    assert rooms(interview=False) == ROOMS
    assert [room.slug for room in rooms(interview=True)][-2:] == ["wawancara", "metode"]


# ---- public --------------------------------------------------------------------------------------------------------


def test_without_a_provider_the_interview_is_not_there(interview_home: Path) -> None:
    at = page()
    assert not at.exception and not at.error
    assert Text("id")("room.wawancara") not in menu(at)
    assert len(at.title) == 1 and at.title[0].value != Text("id")("interview.title")
    assert not list(interview_home.iterdir()), "nothing is made in a public house"


@pytest.mark.parametrize("section", ["the example", "cookie_secret", "client_id", "server_metadata_url", "no provider"])
def test_what_is_not_filled_in_is_no_provider(interview_home: Path, section: str) -> None:
    """Whoever copied the example and stopped there has a public house, not one whose door leads to an error."""
    if section == "the example":
        given = tomllib.loads((ROOT / ".streamlit" / "secrets.toml.example").read_text(encoding="utf-8"))["auth"]
    elif section == "no provider":
        given = {name: SECRETS[name] for name in ("redirect_uri", "cookie_secret")}
    else:
        given = {**SECRETS, section: " "}
    at = page(section=given)
    assert not at.exception and not at.error
    assert Text("id")("room.wawancara") not in menu(at)
    assert not [button.key for button in at.button if "sign-in" in (button.key or "")]
    assert not list(interview_home.iterdir())


def test_a_named_provider_is_offered_and_an_empty_one_is_not(interview_home: Path) -> None:
    filled = {name: SECRETS[name] for name in ("client_id", "client_secret", "server_metadata_url")}
    keys = ("redirect_uri", "cookie_secret")
    given = {**{name: SECRETS[name] for name in keys}, "keycloak": filled, "google": {**filled, "client_id": ""}}
    at = page({"is_logged_in": False}, section=given)
    assert [button.key for button in at.button if "sign-in" in (button.key or "")] == ["sign-in-keycloak"]


def test_the_page_itself_refuses_in_public_mode(interview_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed() -> None:
        from kotacerdas.ui.interview import render

        render()

    at = AppTest.from_function(closed).run()
    assert Text("id")("interview.closed") in at.markdown[0].value.replace("\\", "")
    assert not list(interview_home.iterdir())


def test_a_database_out_of_reach_is_logged_without_its_password(
    interview_home: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """X6, at the start of the server."""
    monkeypatch.setattr(auth, "mode", lambda: Mode.SIGNED)
    monkeypatch.setenv("KOTACERDAS_DATABASE_URL", "postgresql://kota:S3cret-word@127.0.0.1:1/kota")
    server._settle_publications()
    assert "127.0.0.1:1/kota" in caplog.text and "S3cret-word" not in caplog.text


# ---- signed --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nobody_is_asked_to_sign_in_and_sees_nothing_else(interview_home: Path, lang: str) -> None:
    at = page({"is_logged_in": False}, lang=lang, view="people", entry="1")
    t = Text(lang)
    assert not at.exception and not at.error
    assert t("room.wawancara") in menu(at)
    assert [title.value for title in at.title] == [t("interview.title")]
    doors = [button for button in at.button if button.key == "sign-in-default"]
    assert [wording(button.label) for button in doors] == [t("interview.sign_in")]
    assert not at.get("button_group") or all("view@" not in (g.key or "") for g in at.get("button_group"))
    assert not (interview_home / "interview.db").exists(), "the store is not opened for strangers"


def test_a_run_out_sign_in_says_so_and_is_logged_once(interview_home: Path) -> None:
    grants.grant(open_store(interview_home), None, WHO, Role.ADMIN)
    at = page(signed_in(WHO, exp=time.time() - 1), view="people")
    at.run()
    assert Text("id")("interview.run_out") in [m.value for m in at.markdown]
    assert not at.text_area and not at.dataframe, "nothing of the room is shown"
    with open_store(interview_home).read() as tx:
        logged = [row for row in audit.trail(tx, audit.OFFICE) if row.action == audit.REFUSED]
    assert [(row.who, row.subject, row.reason) for row in logged] == [(WHO, "people", "session_over")]


def test_an_account_that_cannot_be_told_apart_is_refused(interview_home: Path) -> None:
    at = page({"is_logged_in": True, "email": WHO, "exp": time.time() + 60})
    assert Text("id")("interview.nameless") in [m.value for m in at.markdown]


def test_signed_in_without_a_role_shows_the_identity_to_pass_on(interview_home: Path) -> None:
    at = page(signed_in(WHO.upper()))
    assert any(WHO in caption.value.replace("\\", "").replace("\N{WORD JOINER}", "") for caption in at.caption)
    assert not at.exception and not at.error


@pytest.mark.parametrize(
    ("role", "first", "hidden"),
    [(Role.ADMIN, "board", "entry"), (Role.ASSESSOR, "board", "people"), (Role.VIEWER, "board", "panel")],
)
def test_the_role_decides_which_views_there_are(interview_home: Path, role: Role, first: str, hidden: str) -> None:
    grants.grant(open_store(interview_home), None, WHO, role)
    at = page(signed_in(WHO))
    assert not at.exception and not at.error
    pills = views(at)
    t = Text("id")
    assert pills[0] == t(f"interview.view.{first}")
    assert t(f"interview.view.{hidden}") not in pills


def test_a_view_of_another_role_is_refused_and_logged_once(interview_home: Path) -> None:
    store = open_store(interview_home)
    grants.grant(store, None, WHO, Role.ASSESSOR)
    at = page(signed_in(WHO), view="people")
    t = Text("id")
    assert t("interview.refused", view=t("interview.view.people")) in shown(at)
    at.query_params["view"] = "people"
    at.run()
    with store.read() as tx:
        logged = [row for row in audit.trail(tx, audit.OFFICE) if row.action == audit.REFUSED]
    assert [(row.who, row.reason) for row in logged] == [(WHO, "refused_view")]


def test_a_role_taken_away_is_gone_at_the_next_run(interview_home: Path) -> None:
    store = open_store(interview_home)
    grants.grant(store, None, WHO, Role.VIEWER)
    at = page(signed_in(WHO))
    grants.revoke(store, None, WHO, Role.VIEWER)
    at.run()
    assert any(Text("id")("interview.no_role") in m.value.replace("\\", "") for m in at.markdown)


def test_after_sign_in_the_first_page_shows_the_way(interview_home: Path) -> None:
    at = page(signed_in(WHO), ROOMS[0].slug)
    t = Text("id")
    assert t("shell.to_interview") in menu(at)
    assert any(button.key == "foot-sign-out" for button in at.button)
    nobody = page({"is_logged_in": False}, ROOMS[0].slug)
    assert t("shell.to_interview") not in menu(nobody)
    assert not any(button.key == "foot-sign-out" for button in nobody.button)


def test_no_write_after_the_sign_in_has_run_out(interview_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = open_store(interview_home)
    monkeypatch.setattr(auth, "until", lambda: math.inf)
    store = interview_desk.of_session(plain, Actor(WHO))
    monkeypatch.setattr(auth, "who", lambda: Actor(WHO))
    with store.write() as tx:
        audit.record(tx, audit.OFFICE, WHO, "test", "x")
    for now in (None, Actor("other@contoh.example")):
        monkeypatch.setattr(auth, "who", lambda now=now: now)
        with pytest.raises(Problem) as caught, store.write():
            pytest.fail("written")
        assert caught.value.key == "session_over"
    with plain.read() as tx:
        assert [row.reason for row in audit.trail(tx, audit.OFFICE)] == [None, "session_over", "session_over"]


def test_a_damaged_store_is_one_sentence(interview_home: Path) -> None:
    (interview_home / "interview.db").write_bytes(b"")
    at = page(signed_in(WHO))
    assert len(at.warning) == 1 and not at.exception and not at.error


# ---- try-out -------------------------------------------------------------------------------------------------------


def test_a_try_out_asks_for_a_name_and_marks_every_page(tryout_home: Path) -> None:
    at = page()
    assert not at.exception and not at.error
    assert any("try-out" in m.value for m in at.markdown)
    at.text_input(key="kotacerdas.tryout-typed").set_value("Ana  Contoh").run()
    assert not at.exception and not at.error
    assert at.query_params["me"] in ("Ana Contoh", ["Ana Contoh"])
    assert any("try-out" in m.value for m in at.markdown)
    assert (tryout_home / "tryout.db").exists() and not (tryout_home / "interview.db").exists()
    at.selectbox(key="tryout-part@id").set_value("assessor-3").run()
    assert at.query_params["as"] in ("assessor-3", ["assessor-3"])
    pills = views(at)
    assert Text("id")("interview.view.people") not in pills


def test_a_try_out_survives_a_reload_by_its_address(tryout_home: Path) -> None:
    at = page(None, me="Ana", **{"as": "chair"})
    pills = views(at)
    assert Text("id")("interview.view.panel") in pills


def test_a_try_out_is_refused_where_others_can_reach_the_server(
    tryout_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.set_option("server.address", "0.0.0.0")
    at = page(me="Ana")
    assert len(at.warning) == 1 and "127" in at.warning[0].value
    assert not (tryout_home / "tryout.db").exists()
    config.set_option("server.address", "127.0.0.1")
    monkeypatch.setattr("streamlit.runtime.context.ContextProxy.ip_address", "203.0.113.9")
    at = page(me="Ana")
    assert Text("id")("room.wawancara") not in menu(at), "a visitor through a proxy does not even see the room"
    assert not (tryout_home / "tryout.db").exists()


def test_the_server_does_not_start_a_try_out_for_others(interview_home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kotacerdas.ui.server", "--host", "0.0.0.0", "--port", "1"],
        cwd=ROOT, env={"KOTACERDAS_MODE": "local", "PATH": "/usr/bin"}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 2
    assert "127.0.0.1" in done.stderr and "Traceback" not in done.stderr


def test_the_example_of_the_secrets_is_complete_and_empty() -> None:
    import tomllib

    said = tomllib.loads((ROOT / ".streamlit" / "secrets.toml.example").read_text(encoding="utf-8"))
    assert set(said["auth"]) >= set(SECRETS)
    assert not said["auth"]["client_secret"] and not said["auth"]["cookie_secret"]


def test_the_server_answers_for_the_room_only_where_it_is_one(
    interview_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kotacerdas.ui import server, way_back

    async def app(*_: object) -> None:
        return None

    for mode, room, callback in ((Mode.PUBLIC, False, False), (Mode.LOCAL, True, False), (Mode.SIGNED, True, True)):
        monkeypatch.setattr(auth, "mode", lambda mode=mode: mode)
        layer = server.Rooms(app)
        assert ("/wawancara" in layer.paths, way_back.SIGNED_IN in layer.passing) == (room, callback)


def test_a_page_that_outlives_its_sign_in_reads_and_writes_nothing(
    interview_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files are fetched without a run of the page: the store itself has to know when the sign-in is over."""
    shared = open_store(interview_home)
    values = {field.name: getattr(shared, field.name) for field in dataclasses.fields(Store)}
    over = SessionStore(**values, actor=Actor(WHO), shared=shared, until=auth.clock() - 1)
    lasting = SessionStore(**values, actor=Actor(WHO), shared=shared, until=auth.clock() + 60)
    with lasting.read():
        pass
    for attempt in (over.read, over.write):
        with pytest.raises(Problem, match="session_over"), attempt():
            pass
    with shared.read() as tx:
        told = [(row.who, row.subject, row.reason) for row in audit.trail(tx, audit.OFFICE)]
    assert told == [(WHO, "session", "session_over")] * 2
    monkeypatch.setattr(auth, "clock", lambda: over.until + 120)
    with pytest.raises(Problem, match="session_over"), lasting.read():
        pass


@pytest.mark.parametrize(("exp", "end"), [(12.5, 12.5), ("12", 12.0), (None, 0), ("soon", 0), (float("nan"), 0)])
def test_a_sign_in_ends_when_the_provider_says(exp: object, end: float) -> None:
    assert auth.ends({"exp": exp}) == end and auth.expired({"exp": exp})
