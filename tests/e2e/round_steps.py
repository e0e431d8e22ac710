"""What people do on the screens of a round, by mouse and keyboard; what only repeats goes through the services."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from kotacerdas.interview import answers
from kotacerdas.interview.answers import Change
from kotacerdas.interview.roles import Actor
from kotacerdas.interview.stages import CITY_OWNER, Layer, Stage
from kotacerdas.interview.standing import asked, look, read_instrument
from tests.e2e.oidc import DOOR, WORDS, House, sign_in
from tests.e2e.payload import Wire
from tests.e2e.signing import bring, sign_in_directly
from tests.e2e.visit import Visit, new_context
from tests.interview.builders import INSTRUMENT

QUESTIONS = tuple(node.id for node in asked(read_instrument(INSTRUMENT)))
QUIET = 250
"""Milliseconds without a change after which a page of the interview stands; it has no sliders (see `Visit.settle`)."""


@dataclass
class Person:
    """Somebody signed in, in a browser of their own: by mouse and keyboard at the provider called `by_hand` ("": the
    unnamed one), or, which is quicker, past the browser. Who `walks` stays in one session from the first page on."""

    browser: Any
    house: House
    actor: Actor
    by_hand: str | None = None
    walks: bool = False
    seen: Visit = field(init=False)
    wire: Wire = field(init=False)

    def __post_init__(self) -> None:
        context = new_context(self.browser)
        if self.by_hand is None:
            bring(context, self.house.address, sign_in_directly(self.house.address, self.actor))
        else:
            sign_in(context, self.house.address, self.actor, self.by_hand)
        self.seen = Visit(self.browser, self.house.address, context=context)
        self.seen.page.set_default_timeout(20_000)
        self.wire = Wire(self.seen)

    @property
    def page(self) -> Any:
        return self.seen.page

    def open(self, view: str, **more: object) -> Person:
        """Go to a view of the room by its address."""
        path = f"{DOOR}?{urlencode({'view': view, **more})}"
        if self.walks and self.page.url.startswith(self.house.address + DOOR):
            self.seen.walk(path)
            return self
        self.page.goto(self.house.address + path, wait_until="domcontentloaded")
        self.page.wait_for_selector("h1", timeout=60_000)
        return self.settle()

    def settle(self) -> Person:
        self.seen.settle(QUIET)
        return self

    def press(self, key: str) -> Person:
        """Press the button with this Streamlit key (or in the container with it)."""
        self.keyed(key).locator("button").first.click()
        return self.settle()

    def send(self, label: str) -> Person:
        """Press the button with these words."""
        self.page.get_by_role("button", name=label, exact=True).click()
        return self.settle()

    def pick(self, key: str, words: str) -> Person:
        """Choose among pills or segments."""
        self.keyed(key).get_by_text(words, exact=True).first.click()
        return self.settle()

    def box(self, label: str) -> Any:
        """The text box with this label, without the button for its help."""
        return self.page.get_by_role("textbox", name=label, exact=True)

    def keyed(self, key: str) -> Any:
        """What Streamlit drew under a key."""
        return self.page.locator(f".st-key-{key}")

    def keys(self, *names: str) -> Person:
        """Press keys one after the other, with no text field in the focus; each has done its work before the next.

        What keys do that come faster is asked in `test_interview_entry`.
        """
        self.page.locator(".note textarea").first.wait_for()  # the part of the page that hears keys comes last
        for name in names:
            self.page.keyboard.press(name)
            self.settle()
        return self

    def note(self, text: str, label: str = "entry.note") -> Person:
        """Type into the note field of this name and leave it; returns when the page says that it is saved."""
        area = self.box(WORDS(label))
        area.fill(text)
        area.blur()
        self.page.locator('.note[data-state="saved"]').wait_for()
        return self.settle()

    def text(self) -> str:
        """All that is written in the page."""
        return str(self.page.inner_text("body")).replace("\N{WORD JOINER}", "")

    def knows(self, words: str) -> bool:
        """Whether anything the server sent to this person's pages since they were opened holds these words."""
        wanted = words.encode()
        return any(wanted in frame for frame in self.wire.frames)

    def sound(self) -> Person:
        """No request left the host, and the browser reported nothing."""
        assert self.seen.outside == [], self.actor.who
        assert self.seen.errors == [], self.actor.who
        return self

    def close(self) -> None:
        self.seen.context.close()


def choose(person: Person, box: Any, words: Sequence[str], *, several: bool = False) -> None:
    """Choose in a box with a search field, by typing; where several may be chosen its list stays open."""
    box.scroll_into_view_if_needed()  # first, and to its end: a list that is open closes when the page scrolls
    person.page.wait_for_timeout(200)
    for each in words:
        box.fill(each)
        person.page.get_by_role("option").filter(has_text=each).first.click()
    if several:
        person.page.keyboard.press("Escape")


def fill(house: House, entry: int, actor: Actor, layer: Layer, mark: Callable[[int], int]) -> None:
    """Answer what is still open, through the service: `mark` gives the mark of the question at a place."""
    owner = CITY_OWNER if layer is Layer.SELF else actor.who
    given = marks(house, entry, layer, owner)
    for place, question in enumerate(QUESTIONS):
        if question not in given:
            change = Change(value=str(mark(place)))
            answers.save(house.store, actor, entry, layer, question, change, base=0, key=uuid4().hex)


def marks(house: House, entry: int, layer: Layer, owner: str) -> Mapping[str, str]:
    """The marks in the store: question -> mark."""
    with house.store.read() as tx:
        rows = answers.read(tx, entry, layer, owner)
    return {row.question: row.value for row in rows if row.value is not None}


def stage(house: House, entry: int) -> Stage:
    """Where the city stands."""
    with house.store.read() as tx:
        return look(tx, entry).stage


def until(done: Callable[[], object], seconds: float = 15) -> None:
    """Wait until something is true."""
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.05)
