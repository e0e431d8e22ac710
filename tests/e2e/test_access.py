"""What nobody may: on the real server with real sign-ins, past the page as well. Everybody here is SYNTHETIC.

Each attempt by somebody who has signed in is refused and stands in the audit trail. What comes without an identity
(no sign-in, another host, another origin) is refused before the store is asked, and leaves nothing in it.
"""

from __future__ import annotations

import hashlib
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import ConnectionClosed, InvalidStatus

from kotacerdas.i18n import Text
from kotacerdas.interview import audit, evidence, grants, tables
from kotacerdas.interview.mode import DATABASE, HOME
from kotacerdas.interview.roles import Actor, Role
from kotacerdas.interview.stages import CHAIR_OWNER, CITY_OWNER, Layer, Stage
from kotacerdas.interview.store import Store, open_store
from tests.e2e.direct import XSRF, Direct
from tests.e2e.oidc import DOOR, IMPOSTOR, OTHER_ASSESSOR, WORDS, House, house, provider
from tests.e2e.round_steps import QUESTIONS, Person, marks
from tests.e2e.serving import running_server
from tests.e2e.signing import bring, sign_in_directly
from tests.e2e.visit import Visit, new_context
from tests.interview.builders import (
    ADMIN,
    ASSESSORS,
    CHAIR,
    CITY,
    OTHER_CITY_USER,
    STRANGER,
    VIEWER,
    Round,
    panel_round,
)
from tests.interview.steps import fill, put, submitted

pytestmark = [pytest.mark.browser, pytest.mark.server]

BRIEF = {"brief": timedelta(seconds=8), "less-brief": timedelta(seconds=40)}
"""How long a sign-in lasts at further providers: enough to open a page, and enough on a busy machine."""
MINISTRY = "ministry"
"""The first provider under a name."""
MINE = QUESTIONS[0]
CITY_NOTE = "synthetic-note-of-the-city"
OPENED = {
    ADMIN: {"board", "round", "people", "trail"},
    CHAIR: {"board", "entry", "panel", "reply", "trail"},
    ASSESSORS[0]: {"board", "entry"},
    CITY: {"self", "reply"},
    VIEWER: {"board"},
}
"""The views of each role; what is not named here is refused."""
VIEWS = ("board", "entry", "panel", "self", "reply", "round", "people", "trail")
OVER = WORDS("interview.run_out").replace("*", "").partition(".")[0]


def refused(view: str) -> str:
    """What somebody reads who has asked for a view of others."""
    return WORDS("interview.refused", view=WORDS(f"interview.view.{view}"))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A server with several providers; the sign-ins of some are brief."""
    with ExitStack() as stack:
        brief = {name: stack.enter_context(provider(time_)) for name, time_ in BRIEF.items()}
        lasting = stack.enter_context(provider())
        folder = tmp_path_factory.mktemp("access")
        yield stack.enter_context(house(folder, {"": lasting, MINISTRY: lasting, **brief}))


@pytest.fixture(scope="module")
def around(place: House) -> Round:
    """A round that is being scored, and an assessor with a seat in the other city's panel only."""
    made = panel_round(place.store, stage=Stage.SCORING)
    grants.grant(place.store, None, OTHER_ASSESSOR.who, Role.ASSESSOR)
    with place.store.write() as tx:
        tx.execute(
            insert(tables.seats).values(entry_id=made.other_entry, who=OTHER_ASSESSOR.who, chair=False, version=1)
        )
    fill(place.store, made.entry, Layer.SELF, note=CITY_NOTE, questions=[MINE])
    return made


@pytest.fixture(scope="module")
def person(browser: object, place: House, around: Round) -> Iterator[Callable[[Actor], Person]]:
    """People by who they are; each signs in once, the administrator by hand."""
    people: dict[Actor, Person] = {}

    def enter(actor: Actor) -> Person:
        if actor not in people:
            people[actor] = Person(browser, place, actor, MINISTRY if actor is ADMIN else None)
        return people[actor]

    yield enter
    for one in people.values():
        one.close()


@pytest.fixture(scope="module")
def cookies(place: House) -> Callable[[Actor], dict[str, str]]:
    """What people who have signed in send, by who they are."""
    return lru_cache(None)(lambda actor: sign_in_directly(place.address, actor))


@pytest.fixture
def direct(place: House, cookies: Callable[[Actor], dict[str, str]]) -> Iterator[Callable[..., Direct]]:
    """Connections past the page, with somebody's cookies."""
    lines: list[Direct] = []

    def start(actor: Actor | None = None, **claims: Any) -> Direct:
        sent = claims.pop("cookies", None) or (cookies(actor) if actor else None)
        lines.append(Direct(place.address, sent, **claims))
        return lines[-1]

    yield start
    for one in lines:
        one.stream.close()


Refusal = tuple[str, str, str, str]


def refusals(store: Store, stream: str = audit.OFFICE) -> list[Refusal]:
    """Who attempted what on what, and why it was refused, oldest first."""
    with store.read() as tx:
        rows = audit.trail(tx, stream)
    return [(row.who, row.after, row.subject, row.reason) for row in rows if row.action == audit.REFUSED]


def all_rows(store: Store) -> int:
    """How many records the audit trail has."""
    return audit.verify(store).rows


# ---- views of other roles ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("actor", OPENED, ids=lambda actor: actor.who.partition("@")[0])
def test_a_deep_link_opens_the_views_of_the_role_only(
    place: House, around: Round, direct: Callable[..., Direct], actor: Actor
) -> None:
    for view in VIEWS:
        before = refusals(place.store)
        seen = direct(actor).ask(view=view, entry=around.entry)
        new = refusals(place.store)[len(before) :]
        if view in OPENED[actor]:
            assert not seen.told(refused(view)) and new == [], view
        else:
            assert seen.told(refused(view)), view
            assert [(who, why) for who, _, _, why in new] == [(actor.who, "refused_view")], view
            assert view in new[0][2]


def test_the_page_itself_says_so_in_a_browser(place: House, person: Callable[[Actor], Person]) -> None:
    assessor = person(ASSESSORS[0])
    before = refusals(place.store)
    assessor.open("people")
    assert refused("people") in assessor.text() and WORDS("people.give_do") not in assessor.text()
    assert len(refusals(place.store)) == len(before) + 1
    assessor.sound()


@pytest.mark.parametrize("sent", ["none", "forged", "replayed"])
def test_without_a_sign_in_there_is_the_door_and_nothing_behind_it(
    place: House, around: Round, direct: Callable[..., Direct], cookies: Callable[[Actor], dict[str, str]], sent: str
) -> None:
    """Also with a cookie that somebody else has signed, and with a real one that comes from another page."""
    real = cookies(ADMIN)
    forged = {name: value if name == XSRF else value[:-6] + "AAAAAA" for name, value in real.items()}
    claims: dict[str, Any] = {"none": {}, "forged": {"cookies": forged}, "replayed": {"cookies": real, "origin": None}}
    before = all_rows(place.store)
    for view in VIEWS:
        seen = direct(**claims[sent]).ask(view=view, entry=around.entry)
        assert seen.told(WORDS("interview.intro")), view
        assert not seen.told("Synthetic round") and not seen.told("synthetic.test"), view
    assert all_rows(place.store) == before


# ---- other cities --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("actor", "view"), [(OTHER_ASSESSOR, "entry"), (OTHER_CITY_USER, "self"), (OTHER_CITY_USER, "reply")]
)
def test_the_city_of_others_is_refused_and_logged(
    place: House, around: Round, person: Callable[[Actor], Person], actor: Actor, view: str
) -> None:
    stream = audit.stream_of(around.entry)
    before = refusals(place.store, stream)
    one = person(actor)
    one.wire.frames.clear()
    one.open(view, entry=around.entry)
    assert one.keyed("entry-question").count() == one.keyed("reply-question").count() == 0
    assert not one.knows(CITY_NOTE) and not one.knows(ASSESSORS[0].who)
    assert [(who, why) for who, _, _, why in refusals(place.store, stream)[len(before) :]] == [
        (actor.who, "refused_view")
    ]
    one.open(view, entry=10**8)
    one.sound()


def test_an_assessor_of_another_city_writes_into_their_own_only(
    place: House, around: Round, person: Callable[[Actor], Person]
) -> None:
    """A mark given on one's own page cannot be turned to another city by the address."""
    one = person(OTHER_ASSESSOR)
    one.open("entry", entry=around.other_entry, q=MINE)
    one.page.evaluate(f"history.replaceState(null, '', '{DOOR}?view=entry&entry={around.entry}&q={MINE}')")
    one.keys("2")
    assert marks(place, around.entry, Layer.MARK, OTHER_ASSESSOR.who) == {}
    assert marks(place, around.other_entry, Layer.MARK, OTHER_ASSESSOR.who) == {MINE: "2"}


# ---- forged state --------------------------------------------------------------------------------------------------


def test_what_the_administrator_sends_does_nothing_in_another_session(
    place: House, person: Callable[[Actor], Person], direct: Callable[..., Direct]
) -> None:
    """The very messages by which a role was given, sent again by an assessor, with and without the session's number."""
    admin = person(ADMIN)
    sent: list[bytes] = []
    admin.page.on("websocket", lambda stream: stream.on("framesent", lambda frame: sent.append(frame)))
    admin.open("people")
    admin.box(WORDS("people.who")).fill(STRANGER.who)
    admin.send(WORDS("people.give_do"))
    session = _session(admin)
    assert _roles(place.store, STRANGER) == [Role.ASSESSOR] and session
    grants.revoke(place.store, None, STRANGER.who, Role.ASSESSOR)
    messages = [BackMsg.FromString(frame) for frame in sent if isinstance(frame, bytes)]
    messages = [message for message in messages if message.WhichOneof("type") == "rerun_script"]
    assert any(STRANGER.who in str(message) for message in messages)
    for claimed in ("", session):
        before = refusals(place.store)
        line = direct(ASSESSORS[0], session=claimed)
        for message in messages:
            line.send(message)
        assert line.session and line.session != session, "the session of another person was taken over"
        assert line.told(refused("people")) and not line.told(ADMIN.who)
        assert _roles(place.store, STRANGER) == []
        assert [who for who, *_ in refusals(place.store)[len(before) :]] == [ASSESSORS[0].who]
    admin.open("people")
    assert admin.keyed("people-role-id").count() == 1, "the administrator goes on undisturbed"


def _session(one: Person) -> str:
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

    told = [ForwardMsg.FromString(frame) for frame in one.wire.frames]
    found = [each.new_session.initialize.session_id for each in told if each.WhichOneof("type") == "new_session"]
    return found[-1] if found else ""


def _roles(store: Store, actor: Actor) -> list[Role]:
    with store.read() as tx:
        return [grant.role for grant in grants.grants_of(tx, actor.who)]


@pytest.mark.parametrize(
    "query", [{"as": "admin", "me": "admin"}, {"role": "admin"}, {"actor": ADMIN.who, "who": ADMIN.who}]
)
def test_an_address_gives_no_role(place: House, direct: Callable[..., Direct], query: dict[str, str]) -> None:
    seen = direct(ASSESSORS[0]).ask(view="people", **query)
    assert seen.told(refused("people")) and not seen.told(CHAIR.who)
    assert refusals(place.store)[-1][0] == ASSESSORS[0].who


def test_an_unverified_email_is_nobody_known(place: House, direct: Callable[..., Direct]) -> None:
    """The administrator's address in the claims of somebody else, not verified: another identity, without a role."""
    before = refusals(place.store)
    seen = direct(IMPOSTOR).ask(view="people")
    assert seen.told(WORDS("interview.no_role")) and not seen.told(CHAIR.who)
    new = refusals(place.store)[len(before) :]
    assert len(new) == 1 and new[0][0].startswith("sub:http") and new[0][0].endswith("|impostor")


# ---- what ends -----------------------------------------------------------------------------------------------------


def test_a_role_that_is_taken_away_ends_at_the_next_write(
    place: House, around: Round, person: Callable[[Actor], Person]
) -> None:
    """The page stays open meanwhile."""
    actor = ASSESSORS[1]
    one = person(actor).open("entry", entry=around.entry, q=MINE)
    one.keys("3")
    assert marks(place, around.entry, Layer.MARK, actor.who) == {MINE: "3"}
    grants.revoke(place.store, None, actor.who, Role.ASSESSOR)
    try:
        one.keys("4")
        assert marks(place, around.entry, Layer.MARK, actor.who) == {MINE: "3"}
        found = refusals(place.store, audit.stream_of(around.entry))[-1]
        assert (found[0], found[3]) == (actor.who, "refused_role")
        assert WORDS("interview.no_role") in one.text()
    finally:
        grants.grant(place.store, None, actor.who, Role.ASSESSOR)


def test_a_sign_in_that_runs_out_ends_at_the_next_write(place: House, around: Round, browser: object) -> None:
    actor = ASSESSORS[2]
    for name, lasting in BRIEF.items():
        context = bring(new_context(browser), place.address, sign_in_directly(place.address, actor, name))
        over = time.time() + lasting.total_seconds()
        seen = Visit(browser, place.address, context=context)
        seen.open(f"{DOOR}?view=entry&entry={around.entry}&q={MINE}")
        seen.page.keyboard.press("3")
        seen.settle()
        if marks(place, around.entry, Layer.MARK, actor.who):
            break
        assert time.time() > over, "refused before the time was over"  # the machine was too busy for the shorter one
        context.close()
    assert marks(place, around.entry, Layer.MARK, actor.who) == {MINE: "3"}
    seen.page.wait_for_timeout(max(0.0, over + 1 - time.time()) * 1000)
    before = len(refusals(place.store))
    seen.page.keyboard.press("1")
    seen.settle()
    assert OVER in seen.page.inner_text("body")
    assert marks(place, around.entry, Layer.MARK, actor.who) == {MINE: "3"}
    new = refusals(place.store)[before:]
    assert new and {(who, why) for who, _, _, why in new} == {(actor.who, "session_over")}
    seen.open(f"{DOOR}?view=entry&entry={around.entry}")
    assert OVER in seen.page.inner_text("body")
    assert seen.outside == [] and seen.errors == []
    context.close()


def test_signing_in_comes_back_to_the_page_and_language_it_began_on(
    place: House, around: Round, browser: object
) -> None:
    """Streamlit alone would end at `/` in Indonesian; out again the language stays too."""
    t, door = Text("en"), f"{DOOR}?view=board&lang=en"
    context = new_context(browser)
    seen = Visit(browser, place.address, context=context).open(door)
    seen.page.get_by_role("button", name=t("interview.sign_in"), exact=True).click()
    seen.page.locator("input[name=sub]").fill(ADMIN.who, timeout=60_000)
    seen.page.get_by_role("button", name="Authorize").click()
    seen.page.wait_for_url(place.address + door, wait_until="commit", timeout=60_000)
    seen.page.get_by_role("heading", name=t("board.title", year=2026, final="0", cities="2")).wait_for(timeout=60_000)
    assert [cookie for cookie in context.cookies() if cookie["name"] == "kotacerdas_back"] == [], "it has served"
    seen.settle()
    seen.page.get_by_test_id("stPopover").get_by_text(ADMIN.name).click()
    seen.page.get_by_role("button", name=t("interview.sign_out")).click()
    seen.page.get_by_role("button").first.click()  # the provider asks whether to sign out there too
    seen.page.wait_for_url(re.compile(r"/\?lang=en$"), wait_until="commit", timeout=30_000)
    context.close()


# ---- secrets -------------------------------------------------------------------------------------------------------


def test_no_secret_is_on_a_page_or_in_the_log(place: House, around: Round, direct: Callable[..., Direct]) -> None:
    """X6; the database's password is looked for in `test_round`. Also where something goes wrong on the way."""
    seen: list[bytes] = []
    for actor in (ADMIN, None):
        line = direct(actor)
        for view in VIEWS:
            line.ask(view=view, entry=around.entry)
        line.ask(view="entry", entry="x" * 400, lang="'")
        seen += line.frames
    for path in (
        DOOR,
        "/auth/login",
        "/oauth2callback?code=x&state=y",
        "/.streamlit/secrets.toml",
        "/media/x",
        "/healthz",
    ):
        with suppress(urllib.error.HTTPError), urllib.request.urlopen(place.address + path, timeout=20) as answer:
            seen.append(answer.read() + str(answer.headers).encode())
    assert len(place.secrets) == 2 and place.log.stat().st_size and any(b"interview" in part for part in seen)
    assert place.leaks(*seen) == []


# ---- other hosts and origins ---------------------------------------------------------------------------------------


def test_another_host_is_refused_with_and_without_a_sign_in(
    place: House, cookies: Callable[[Actor], dict[str, str]], direct: Callable[..., Direct]
) -> None:
    before = all_rows(place.store)
    header = "; ".join(f"{name}={value}" for name, value in cookies(ADMIN).items())
    for path in ("/", DOOR, "/healthz", "/auth/login", "/oauth2callback"):
        asked = urllib.request.Request(place.address + path, headers={"Host": "evil.example", "Cookie": header})
        with pytest.raises(urllib.error.HTTPError) as answered:
            urllib.request.urlopen(asked, timeout=20)
        assert answered.value.code == 400
    with pytest.raises((InvalidStatus, ConnectionClosed)):
        direct(ADMIN, host="evil.example", origin="http://evil.example").ask(view="people")
    assert all_rows(place.store) == before


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://localhost", "https://127.0.0.1"])
def test_a_page_of_another_site_does_not_get_through(place: House, direct: Callable[..., Direct], origin: str) -> None:
    before = all_rows(place.store)
    with pytest.raises((InvalidStatus, ConnectionClosed)):
        direct(ADMIN, origin=origin).ask(view="people")
    assert all_rows(place.store) == before


# ---- the public server ---------------------------------------------------------------------------------------------


def test_a_public_server_has_no_interview_and_writes_nothing(tmp_path: Path, visit: Callable[..., Visit]) -> None:
    """Without an identity provider the room is not registered, though the store is there."""
    with_round = open_store(tmp_path)
    panel_round(with_round)
    with_round.close()
    before = _state(tmp_path)
    with running_server(settings={HOME: str(tmp_path), DATABASE: ""}) as address:
        for path in (DOOR, f"{DOOR}?view=people&as=admin&me=x", "/oauth2callback"):
            assert _status(address + path) == 404, path
        with Direct(address) as line:
            line.ask(view="people", me="x")
            assert (
                not line.told("synthetic.test")
                and not line.told("Synthetic round")
                and not line.told(WORDS("people.give"))
            )
            line.ask(page="", view="people")
            assert not line.told(WORDS("room.wawancara"))
        seen = visit(address).open("/metode")
        assert seen.page.get_by_role("link", name=WORDS("room.wawancara")).count() == 0
        assert seen.outside == [] and seen.errors == []
    assert _state(tmp_path) == before


def _status(address: str) -> int:
    """What the server answers with, without following it elsewhere."""
    try:
        with urllib.request.urlopen(address, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def _state(folder: Path) -> dict[str, str]:
    files = [file for file in sorted(folder.rglob("*")) if file.is_file() and not file.name.endswith(("-wal", "-shm"))]
    return {str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


# ---- what people type ----------------------------------------------------------------------------------------------

PAYLOAD = (
    "<script>alert('note')</script><img src=x onerror=\"alert('image')\"> ![picture](http://outside.invalid/a.png) "
    "<iframe src='http://outside.invalid/'></iframe> [link](javascript:alert(1)) $x^2$ :material/home: :red[red] "
    "**bold** "
    '{{7*7}} %s =HYPERLINK("http://outside.invalid") \N{RIGHT-TO-LEFT OVERRIDE}txt.exe\N{POP DIRECTIONAL FORMATTING}'
)
TELLING = ("<script>alert('note')</script>", "![picture](http://outside.invalid/a.png)", "$x^2$", "**bold**", "{{7*7}}")
"""Parts of it that stand on a page letter by letter, or have been read as something else."""
FILE = "<img src=x onerror=alert('file')> ![picture](http://outside.invalid/f.png) **bold** $x^2$ :red[red] {{7*7}}.csv"
"""The name of a file of evidence, as it was given and as it is kept."""
CLEAN = "f.png) __bold__ $x^2$ _red[red] {{7_7}}.csv"
FORMULAE = b"=1+1,@SUM(A1)\n"


@pytest.fixture(scope="module")
def told(place: House, around: Round) -> Round:
    """A round at the right of reply in which everybody has typed the payload wherever something can be typed."""
    made = panel_round(place.store, stage=Stage.REPLY, year=around.year + 1)
    submitted(place.store, made.entry, ASSESSORS)
    with place.store.write() as tx:
        tx.execute(tables.rounds.update().where(tables.rounds.c.id == made.id).values(name=PAYLOAD[:200]))
        tx.execute(
            tables.answers.update()
            .where(tables.answers.c.entry_id == made.entry, tables.answers.c.question == MINE)
            .values(note=PAYLOAD)
        )
        audit.record(
            tx, audit.stream_of(made.entry), PAYLOAD[:320], "move", PAYLOAD[:500], after=PAYLOAD, reason=PAYLOAD
        )
    put(place.store, made.entry, Stage.SELF_ASSESSMENT)
    for name, content in ((FILE, FORMULAE), ("raw.csv", FORMULAE * 2)):
        evidence.attach_file(place.store, CITY, made.entry, Layer.SELF, MINE, name, content)
    with place.store.write() as tx:  # what no cleaning has seen
        tx.execute(tables.evidence.update().where(tables.evidence.c.name == "raw.csv").values(name=FILE))
    put(place.store, made.entry, Stage.REPLY)
    for layer, owner in ((Layer.SELF, CITY_OWNER), (Layer.REPLY, CITY_OWNER), (Layer.ANSWER, CHAIR_OWNER)):
        value = "3" if layer is Layer.SELF else None
        fill(place.store, made.entry, layer, owner, value=value, note=PAYLOAD, questions=[MINE])
    return made


@pytest.mark.parametrize(
    ("actor", "view", "literal"),
    [
        (ASSESSORS[0], "entry", True),
        (CHAIR, "panel", True),
        (CHAIR, "reply", True),
        (CITY, "reply", True),
        (CITY, "self", True),
        (ADMIN, "board", True),
        (ADMIN, "round", True),
        (ADMIN, "trail", False),
    ],
    ids=lambda value: getattr(value, "who", str(value)).partition("@")[0],
)
def test_what_people_type_is_text_and_nothing_else(
    told: Round, person: Callable[[Actor], Person], actor: Actor, view: str, literal: bool
) -> None:
    """`literal`: it stands in the page as such; the trail is drawn on a canvas."""
    one = person(actor).open(view, entry=told.entry, q=MINE, round=told.year)
    fields = one.page.locator("textarea").evaluate_all("found => found.map(field => field.value)")
    shown = "\n".join([one.text(), *fields])
    wanted = TELLING[:2] if view in ("board", "round") else TELLING
    if literal:
        assert [part for part in wanted if part not in shown] == []
    if view in ("entry", "panel", "reply", "self"):
        names = one.page.locator("[class*='st-key-evidence-open-']").all_text_contents()
        names = [name.replace("\N{WORD JOINER}", "").strip().removeprefix("description") for name in names]  # the icon
        assert sorted(names) == [FILE, CLEAN]
    made = "img[src*='outside'], img[src='x'], iframe[src*='outside'], a[href*='outside'], a[href^='javascript']"
    assert one.page.locator(made).count() == 0
    assert one.page.evaluate("[...document.scripts].some(script => script.textContent.includes('alert('))") is False
    assert one.page.locator(".katex").count() == 0
    one.sound()


def test_a_file_of_evidence_is_saved_and_never_shown(told: Round, person: Callable[[Actor], Person]) -> None:
    """A formula in a CSV stays the text it is: whoever opens it does so in a program of their own."""
    one = person(CHAIR).open("reply", entry=told.entry, q=MINE)
    answers: list[Any] = []
    one.page.on("response", lambda answer: answers.append(answer))
    with one.page.expect_download() as started:
        one.page.locator("[class*='st-key-evidence-open-'] button").first.click()
    assert started.value.path().read_bytes().startswith(FORMULAE)
    (served,) = [answer for answer in answers if "/media/" in answer.url]
    assert served.headers["content-disposition"].startswith("attachment")
    assert served.headers["x-content-type-options"] == "nosniff"
    assert served.headers["content-type"] == "application/octet-stream"
    one.sound()


def test_a_note_typed_on_the_page_stays_what_it_is(
    place: House, around: Round, person: Callable[[Actor], Person]
) -> None:
    one = person(ASSESSORS[3]).open("entry", entry=around.entry, q=MINE)
    one.note(PAYLOAD)
    with place.store.read() as tx:
        kept = [row.note for row in tx.execute(tables.answers.select()) if row.owner == ASSESSORS[3].who]
    assert PAYLOAD in kept
    one.open("entry", entry=around.entry, q=MINE)
    assert one.box(WORDS("entry.note")).input_value() == PAYLOAD
    one.sound()
