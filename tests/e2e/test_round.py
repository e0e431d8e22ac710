"""A whole round on the real server, in a real browser, against an identity provider: from the first administrator on
the command line to the public ranking. Once on SQLite and once on PostgreSQL. Everybody and every mark is SYNTHETIC.
"""

from __future__ import annotations

import io
import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from decimal import Decimal
from pathlib import Path

import pytest

from kotacerdas import packages
from kotacerdas.cli import main
from kotacerdas.interview import grants
from kotacerdas.interview.roles import Grant, Role
from kotacerdas.interview.stages import CITY_OWNER, Layer, Stage
from kotacerdas.published import load
from tests.e2e.oidc import WORDS, House, house, provider
from tests.e2e.round_steps import QUESTIONS, Person, choose, fill, marks, stage, until
from tests.e2e.visit import Visit
from tests.interview.builders import ADMIN, ASSESSORS, CHAIR, CITY, CITY_CODE, YEAR
from tests.interview.conftest import MODEL, postgres, tmp_path

__all__ = ["postgres", "tmp_path"]
pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.long]

NAME = "Kota Madiun"
ROUND = "Synthetic round"
SECRET = "synthetic-note-of-assessor-{}"
"""A note that only its author may see while the marks are blind."""
DISPUTED = QUESTIONS[1]
"""Where the marks lie furthest apart: the second question."""


@pytest.fixture(scope="module")
def identity() -> Iterator[str]:
    with provider() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, identity: str, tmp_path: Path) -> Iterator[House]:
    url = request.getfixturevalue("postgres").create("round", MODEL) if request.param == "postgresql" else None
    with house(tmp_path, {"": identity}, url) as made:
        yield made


@pytest.fixture
def person(browser: object, place: House) -> Iterator[Callable[..., Person]]:
    people: list[Person] = []

    def enter(actor: object) -> Person:
        by_hand = None if people else ""
        people.append(Person(browser, place, actor, by_hand, walks=True))  # type: ignore[arg-type]
        return people[-1]

    yield enter
    for one in people:
        print(f"---- {one.actor.who}, last seen at {one.page.url}:\n{one.text()[:2000]}")  # shown if the test fails
        one.close()


def command(*arguments: str) -> str:
    """What a command prints; it must succeed."""
    printed = io.StringIO()
    with redirect_stdout(printed):
        assert main(list(arguments)) == 0, printed.getvalue()
    return printed.getvalue()


class Lap:
    """How long each part took; printed when the test fails or with `-s`."""

    def __init__(self) -> None:
        self.last = time.monotonic()

    def __call__(self, part: str) -> None:
        now = time.monotonic()
        print(f"{now - self.last:6.1f} s  {part}")
        self.last = now


def test_a_round_from_the_invitation_to_the_public_page(
    place: House, person: Callable[..., Person], browser: object
) -> None:
    lap = Lap()
    command("role", "grant", ADMIN.who, "admin", *place.place)
    lap("first administrator, by the command line")

    admin = person(ADMIN)
    give_roles(place, admin)
    lap("roles, on the screen")
    entry = make_round(place, admin)
    lap("round, invitation and panel, on the screen")

    city = person(CITY)
    assess_oneself(place, city, entry)
    lap("self-assessment")
    schedule(place, admin, entry)
    lap("schedule")

    assessors, chair = [], person(CHAIR)
    for number, actor in enumerate(ASSESSORS, 1):
        if number == len(ASSESSORS):
            is_blind(assessors[0], chair)
            lap("blindness, while one seat is open")
        assessors.append(person(actor))
        score(place, assessors[-1], entry, number)
        lap(f"assessor {number}")
    assert stage(place, entry) is Stage.RECONCILIATION
    nobody_saw_another(assessors, chair, city)

    reconcile(place, chair, entry)
    lap("reconciliation")
    reply(place, city, entry)
    final = finalise(place, chair, entry)
    lap("reply, answer and final")
    publish(place, admin, entry)
    lap("publication")

    is_public(place, Visit(browser, place.address), final)
    lap("public pages")
    for one in (admin, city, chair, *assessors):
        one.sound()
    assert place.leaks(*[frame for one in (admin, city, chair, *assessors) for frame in one.wire.frames]) == []
    report = json.loads(command("audit", "verify", "--json", *place.place))
    print(report)
    assert report["rows"] > 6 * len(QUESTIONS) and report["problems"] == []
    lap("audit verify")


# ---- the office ----------------------------------------------------------------------------------------------------


def give_roles(place: House, admin: Person) -> None:
    """Five assessors at once, then the chair, on the screen; the user of the city by the command's service."""
    admin.open("people")
    for role, people in ((Role.ASSESSOR, ASSESSORS), (Role.CHAIR, [CHAIR])):
        admin.pick("people-role-id", WORDS(f"role.{role}"))
        admin.box(WORDS("people.who")).fill("\n".join(one.who for one in people))
        admin.send(WORDS("people.give_do"))
    grants.grant(place.store, None, CITY.who, Role.CITY, CITY_CODE)
    with place.store.read() as tx:
        held = {one.who: one.grants for one in grants.people(tx)}
    assert held == {
        ADMIN.who: (Grant(Role.ADMIN),),
        CHAIR.who: (Grant(Role.CHAIR),),
        CITY.who: (Grant(Role.CITY, CITY_CODE),),
        **{one.who: (Grant(Role.ASSESSOR),) for one in ASSESSORS},
    }


def make_round(place: House, admin: Person) -> int:
    """A round of this year with one city and its panel; the entry of the city."""
    from kotacerdas.interview import rounds

    admin.open("round")
    admin.page.get_by_role("spinbutton", name=WORDS("round.year")).fill(str(YEAR))
    admin.box(WORDS("round.name")).fill(ROUND)
    admin.send(WORDS("round.create"))
    admin.page.get_by_text(WORDS("invite.by.list"), exact=True).click()
    admin.settle()
    codes = admin.box(WORDS("invite.codes"))
    codes.fill(CITY_CODE)
    codes.blur()
    admin.settle().press("invite-send")
    with place.store.read() as tx:
        entry = rounds.find_entry(tx, rounds.find_round(tx, YEAR).id, CITY_CODE).id
    admin.open("round", part="panel")
    boxes = admin.page.get_by_test_id("stForm").first.locator("input")
    choose(admin, boxes.nth(0), [NAME], several=True)
    choose(admin, boxes.nth(1), [one.who for one in ASSESSORS], several=True)
    choose(admin, boxes.nth(2), [CHAIR.who])
    admin.send(WORDS("panels.seat"))
    with place.store.read() as tx:
        panel = rounds.active(rounds.seats_of(tx, entry))
    assert {seat.who for seat in panel if not seat.chair} == {one.who for one in ASSESSORS}
    assert [seat.who for seat in panel if seat.chair] == [CHAIR.who]
    return entry


def schedule(place: House, admin: Person, entry: int) -> None:
    admin.open("round", part="panel")
    choose(admin, admin.page.get_by_test_id("stForm").nth(1).locator("input").first, [NAME], several=True)
    admin.box(WORDS("panels.link")).fill("https://meeting.synthetic.test/1")
    admin.send(WORDS("panels.schedule"))
    assert stage(place, entry) is Stage.SCHEDULED


def publish(place: House, admin: Person, entry: int) -> None:
    admin.open("round", part="publish")
    admin.page.get_by_text(WORDS("publish.sure", year=YEAR, count="1")).first.click()
    admin.send(WORDS("publish.do"))
    until(lambda: stage(place, entry) is Stage.PUBLISHED, 30)
    admin.settle()
    assert WORDS("publish.done", year=YEAR, count="1") in admin.text()


# ---- the city ------------------------------------------------------------------------------------------------------


def assess_oneself(place: House, city: Person, entry: int) -> None:
    """Three questions by the keyboard, the rest through the service; submitted on the screen, not before."""
    city.open("self")
    assert NAME in city.seen.title()
    city.keys("3", "ArrowRight", "4", "ArrowRight", "2")
    until(lambda: len(marks(place, entry, Layer.SELF, CITY_OWNER)) == 3)
    assert list(marks(place, entry, Layer.SELF, CITY_OWNER).values()) == ["3", "4", "2"]
    city.note("Bukti terlampir pada laman kota")
    city.press("self-submit-button")
    assert WORDS("entry.blocked") in city.text() and stage(place, entry) is Stage.SELF_ASSESSMENT
    fill(place, entry, CITY, Layer.SELF, lambda number: 3)
    city.open("self")
    city.send(WORDS("self.submit"))
    city.press("self-submit-button")
    assert stage(place, entry) is Stage.SUBMITTED
    assert CITY.who in city.text()


def reply(place: House, city: Person, entry: int) -> None:
    """The city sees means and not who gave what, and replies to one question."""
    city.open("reply", q=DISPUTED)
    assert WORDS("reply.mean_of", count="5") in city.text()
    city.note("Mohon ditinjau kembali", label="reply.reply")
    assert not any(city.knows(one.who) for one in ASSESSORS)


# ---- the panel -----------------------------------------------------------------------------------------------------


def score(place: House, assessor: Person, entry: int, number: int) -> None:
    """Three questions by the keyboard, with a note; the rest through the service; submitted on the screen."""
    given = [str(mark) for mark in (3, 1 if number == 1 else 4, 2)]
    assessor.open("entry")
    assert NAME in assessor.seen.title()
    assessor.keys(given[0], "ArrowRight", given[1], "ArrowRight", given[2])
    until(lambda: len(marks(place, entry, Layer.MARK, assessor.actor.who)) == 3)
    assert list(marks(place, entry, Layer.MARK, assessor.actor.who).values()) == given
    assessor.note(SECRET.format(number))
    fill(place, entry, assessor.actor, Layer.MARK, lambda place: 2 + (place * number + number) % 3)
    assessor.press("entry-submit-button")
    assert WORDS("entry.submitted_done") in assessor.text()


def is_blind(assessor: Person, chair: Person) -> None:
    """Four of five have submitted: the first of them and the chair look for the marks of the others."""
    assessor.open("entry")
    chair.open("panel")
    assert chair.seen.title() == WORDS("panel.title_blind", city=NAME, year=YEAR, count="4", of="5")
    chair.open("entry")


def nobody_saw_another(assessors: list[Person], *others: Person) -> None:
    """Not on the screen and not on the wire: each knows their own note and nobody else's."""
    notes = {one.actor: SECRET.format(number) for number, one in enumerate(assessors, 1)}
    for one in (*assessors, *others):
        known = [author for author, note in notes.items() if one.knows(note)]
        assert known == [one.actor] * (one in assessors), one.actor.who


def reconcile(place: House, chair: Person, entry: int) -> None:
    """The chair sees the marks, changes the one that stands apart, with a reason, and opens the right of reply."""
    chair.open("panel", q=DISPUTED)
    assert WORDS("panel.of", count="5", of="5") in chair.keyed("panel-figures").inner_text()
    chair.page.get_by_text(WORDS("panel.change"), exact=True).click()
    form = chair.page.get_by_test_id("stForm").first
    form.get_by_text(WORDS("panel.change_seat", seat=WORDS("panel.seat", number=1), mark="1"), exact=True).click()
    form.get_by_test_id("stButtonGroup").nth(1).get_by_text("2", exact=True).click()
    chair.box(WORDS("panel.change_reason")).fill("Dibahas bersama panel")
    chair.send(WORDS("panel.change_save"))
    assert marks(place, entry, Layer.MARK, ASSESSORS[0].who)[DISPUTED] == "2"
    chair.open("panel", part="step")
    chair.send(WORDS("panel.go.reply"))
    chair.press("panel-go-reply")
    assert stage(place, entry) is Stage.REPLY


def finalise(place: House, chair: Person, entry: int) -> str:
    """The reply is answered and the result made final; what the panel's page calls the final then."""
    chair.open("reply", q=DISPUTED)
    assert "Mohon ditinjau kembali" in chair.text()
    chair.note("Dipertimbangkan; nilai tetap", label="reply.answer")
    chair.send(WORDS("panel.go.final"))
    chair.press("panel-go-final")
    assert stage(place, entry) is Stage.FINAL
    chair.open("panel")
    return str(chair.keyed("panel-figures").get_by_test_id("stMetricValue").first.inner_text()).strip()


# ---- the public ----------------------------------------------------------------------------------------------------


def is_public(place: House, reader: Visit, final: str) -> None:
    """A reader who has never been here finds the result in ranking, profile and trend, marked as what it is."""
    package = packages.current(place.home / packages.FOLDER)
    assert package is not None
    row = load(package).results(YEAR).loc[CITY_CODE]
    assert WORDS.number(Decimal(str(row["final"]))) == final
    reader.open(f"/peringkat?year={YEAR}")
    assert NAME in reader.title() and str(YEAR) in reader.title() and final in reader.title()
    assert WORDS("publication.title", year=YEAR, name=ROUND) in reader.page.inner_text("body")
    reader.open(f"/kota?city={CITY_CODE}")  # one city is no picture of the nation: the round before stays in front
    assert WORDS("coming.city", city=NAME, year=YEAR, final=final) in reader.page.inner_text("body")
    reader.page.get_by_role("button", name=WORDS("coming.see", year=YEAR)).click()
    reader.page.wait_for_url(re.compile(f"year={YEAR}"), wait_until="commit")
    reader.settle()
    text = reader.page.inner_text("body")
    assert final in text and WORDS("status.panel") in text
    trend = reader.page.locator(".st-key-city-trend").inner_text()
    assert str(YEAR) in trend and final in trend
    assert not re.search(r"synthetic\.test|synthetic-note", text + reader.page.content())
    assert reader.outside == [] and reader.errors == []
    reader.close()
