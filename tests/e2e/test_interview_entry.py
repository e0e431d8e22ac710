"""The entry screen in a real browser: notes survive a killed server, a cut connection and a second window; keys mark.

Rounds, people and marks are SYNTHETIC.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kotacerdas.i18n import Text
from kotacerdas.interview import answers
from kotacerdas.interview.answers import Change
from kotacerdas.interview.roles import Actor
from kotacerdas.interview.stages import Layer
from kotacerdas.interview.store import Store
from tests.e2e.visit import Visit
from tests.entry_case import ASSESSORS, address, mark, scored_city

ROOT = Path(__file__).resolve().parents[2]
ID = Text("id")
NOTE = ".note textarea"
PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"


class Running:
    """A try-out server over a store of its own that can be killed and started again at the same address."""

    def __init__(self, home: Path) -> None:
        self.home = home
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "kotacerdas.ui.server", "--port", str(self.port)],
            cwd=ROOT,
            env={
                **os.environ,
                "PYTHONPATH": str(ROOT),
                "KOTACERDAS_MODE": "local",
                "KOTACERDAS_HOME": str(self.home),
            },
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(300):
            try:
                with urllib.request.urlopen(f"{self.address}/healthz", timeout=1):
                    return
            except OSError:
                assert self.process.poll() is None, "the server ended before it answered"
                time.sleep(0.1)
        raise AssertionError("the server did not answer in 30 seconds")

    def halt(self) -> None:
        """Take in what comes and answer nothing."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, Store, int]]:
    home = tmp_path_factory.mktemp("entry-home")
    store, entry = scored_city(home)
    running = Running(home)
    yield running, store, entry
    running.kill()


@pytest.fixture
def sit(case, revisit) -> Callable[..., Visit]:
    """Sit down at a question as an assessor: `sit("q3", assessor=2)`."""
    running, _, entry = case

    def down(question: str, assessor: int = 1, lang: str = "id", **options: object) -> Visit:
        there = revisit(running.address, **options)
        there.open(address(entry, assessor, q=question) + (f"&lang={lang}" if lang != "id" else ""))
        there.page.wait_for_selector(NOTE)
        return there.settle()

    return down


def row(case, question: str, assessor: int = 1):
    _, store, entry = case
    with store.read() as tx:
        found = answers.read(tx, entry, Layer.MARK, ASSESSORS[assessor - 1])
    return next((one for one in found if one.question == question), None)


def until(check: Callable[[], object], seconds: float = 20) -> object:
    """What `check` gives once it gives something; the page goes on meanwhile."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = check()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError("it did not come to pass")


def state(there: Visit) -> str:
    return str(there.page.locator(".note").get_attribute("data-state"))


def wait_saved(there: Visit) -> None:
    there.page.wait_for_selector('.note[data-state="saved"]', timeout=30_000)


def test_a_note_typed_before_the_server_is_killed_is_there_again_and_gets_saved(case, sit) -> None:
    running = case[0]
    there = sit("q1")
    there.page.locator(NOTE).press_sequentially("Bukti rapat tahunan", delay=5)
    started = time.monotonic()
    running.kill()
    assert time.monotonic() - started < 0.3
    assert row(case, "q1") is None  # nothing had been sent: the pause in typing is longer than that
    assert state(there) in ("unsaved", "saving", "waiting")
    running.start()
    there.page.reload()
    there.page.wait_for_selector(NOTE)
    assert there.page.locator(NOTE).input_value() == "Bukti rapat tahunan"
    wait_saved(there)
    assert row(case, "q1").note == "Bukti rapat tahunan" and row(case, "q1").version == 1
    assert there.page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('kotacerdas.note')).length") == 0


def test_a_draft_of_another_question_is_sent_too(case, sit) -> None:
    running, _, entry = case
    there = sit("q2")
    there.page.locator(NOTE).press_sequentially("Tertinggal", delay=5)
    running.kill()
    running.start()
    there.open(address(entry, q="q3"))
    until(lambda: there.page.wait_for_timeout(100) or row(case, "q2"))
    assert row(case, "q2").note == "Tertinggal"


def test_without_a_reload_the_field_sends_it_again_by_itself(case, sit) -> None:
    running = case[0]
    there = sit("q4")
    there.page.locator(NOTE).press_sequentially("Tanpa memuat ulang", delay=5)
    running.kill()
    there.page.wait_for_selector('.note[data-state="waiting"]', timeout=30_000)
    running.start()
    until(lambda: there.page.wait_for_timeout(100) or row(case, "q4"), 40)
    assert row(case, "q4").note == "Tanpa memuat ulang"
    wait_saved(there)


def test_a_cut_connection_while_typing(case, sit) -> None:
    there = sit("q5")
    there.context.set_offline(True)
    there.page.locator(NOTE).press_sequentially("Luring", delay=30)
    there.page.wait_for_timeout(1500)
    assert state(there) == "waiting"
    assert there.page.locator(".note .status").inner_text() == ID("note.offline")
    there.context.set_offline(False)
    wait_saved(there)
    assert row(case, "q5").note == "Luring"


def test_two_windows_the_second_sees_both_and_chooses(case, sit) -> None:
    first, second = sit("q6"), sit("q6")
    first.page.locator(NOTE).fill("<img src=x onerror=alert(1)> satu")
    wait_saved(first)
    second.page.locator(NOTE).fill("dua")
    second.page.wait_for_selector('.note[data-state="conflict"]')
    assert row(case, "q6").note == "<img src=x onerror=alert(1)> satu"
    said = second.page.locator(".note .box").inner_text()
    assert "<img src=x onerror=alert(1)> satu" in said and "dua" in said and ID("note.own", time="")[:12] in said
    assert second.page.locator(".note img").count() == 0
    second.page.get_by_role("button", name=ID("note.keep_both")).click()
    wait_saved(second)
    assert row(case, "q6").note == "<img src=x onerror=alert(1)> satu\n\ndua"
    assert not first.errors and not second.errors


def test_typing_goes_on_over_many_saves_without_a_conflict_with_oneself(case, sit) -> None:
    there = sit("q8")
    words = " ".join(f"kalimat{n}" for n in range(25))
    there.page.locator(NOTE).press_sequentially(words, delay=25)
    there.page.keyboard.press("Tab")
    wait_saved(there)
    assert row(case, "q8").note == words


def test_keys_mark_and_arrows_turn_and_each_mark_falls_on_its_question(case, sit) -> None:
    there = sit("q10", assessor=2)
    for mark_, _ in zip("3142", range(4), strict=True):
        there.page.keyboard.press(mark_)
        there.page.keyboard.press("ArrowRight")  # at once: what comes before its question waits for it
    until(lambda: there.page.wait_for_timeout(100) or (row(case, "q13", 2) and there.page.url.count("q=q14")))
    found = [row(case, f"q{n}", 2).value for n in (10, 11, 12, 13)]
    assert found == ["3", "1", "4", "2"]
    there.settle().page.keyboard.press("ArrowLeft")
    there.page.wait_for_url("**q=q13**")


def test_keys_in_a_text_field_are_text(case, sit) -> None:
    there = sit("q20")
    there.page.locator(NOTE).click()
    there.page.keyboard.type("1234n")
    wait_saved(there)
    assert row(case, "q20").note == "1234n" and row(case, "q20").value is None


def test_enter_twice_on_a_mark_is_one_save(case, sit) -> None:
    there = sit("q21")
    button = there.page.get_by_role("radio", name="3", exact=True)
    button.focus()
    there.page.keyboard.press("Enter")
    there.page.keyboard.press("Enter")
    button.dblclick()
    there.settle()
    assert (row(case, "q21").value, row(case, "q21").version) == ("3", 1)


def test_a_mark_changed_in_another_window_is_not_overwritten(case, sit) -> None:
    _, store, entry = case
    there = sit("q22", assessor=3)
    mark(store, entry, "q22", "1", assessor=3)
    there.page.keyboard.press("4")
    there.page.wait_for_selector(".st-key-entry-mine")
    assert row(case, "q22", 3).value == "1"
    there.page.locator(".st-key-entry-theirs button").click()
    there.settle()
    assert row(case, "q22", 3).value == "1"
    assert there.page.get_by_role("radio", name="1", exact=True).get_attribute("aria-checked") == "true"


def test_after_a_restart_an_old_choice_in_the_browser_overwrites_nothing(case, sit) -> None:
    running, store, entry = case
    there = sit("q24", assessor=3)
    there.page.keyboard.press("1")
    until(lambda: there.page.wait_for_timeout(100) or row(case, "q24", 3))
    running.kill()
    mark(store, entry, "q24", "4", assessor=3, base=1)
    running.start()
    there.page.locator(NOTE).wait_for()
    until(lambda: there.page.wait_for_timeout(100) or not there.page.locator('[role="dialog"]').count(), 40)
    there.page.locator(NOTE).fill("sesudah dinyalakan lagi")
    there.page.wait_for_selector(".st-key-entry-theirs", timeout=30_000)
    assert row(case, "q24", 3).value == "4"
    there.page.locator(".st-key-entry-theirs button").click()
    wait_saved(there)
    there.settle()
    assert (row(case, "q24", 3).value, row(case, "q24", 3).note) == ("4", "sesudah dinyalakan lagi")
    assert there.page.get_by_role("radio", name="4", exact=True).get_attribute("aria-checked") == "true"


def line(there: Visit) -> str:
    """What stands beside the score."""
    return str(there.page.locator(".score-line").inner_text())


def says(there: Visit, sentence: str, seconds: float = 20) -> None:
    until(lambda: there.page.wait_for_timeout(100) or line(there) == sentence, seconds)


def test_a_score_in_flight_when_the_server_dies_is_not_shown_as_saved(case, sit) -> None:
    running, store, entry = case
    mark(store, entry, "q25", "1", assessor=3)
    there = sit("q25", assessor=3)
    assert line(there).startswith(ID("entry.saved", time="", revision="")[:9])
    running.halt()
    there.page.keyboard.press("4")
    says(there, ID("line.saving", n=4), 2)
    says(there, ID("line.slow", n=4), 12)
    running.kill()
    says(there, ID("line.cut", n=4))
    running.start()
    there.page.wait_for_selector(".st-key-entry-mine", timeout=40_000)  # nobody has touched anything
    says(there, ID("note.unsaved"))
    assert row(case, "q25", 3).value == "1"
    told = there.page.locator(".st-key-entry-unsaved").inner_text()
    assert ID("entry.differs.value", number=25) in told and "local:" not in told
    there.page.locator(".st-key-entry-mine button").click()
    there.settle()
    assert row(case, "q25", 3).value == "4"
    assert line(there).startswith(ID("entry.saved", time="", revision="")[:9])


def test_a_first_score_in_flight_when_the_server_dies_is_saved_once_it_is_back(case, sit) -> None:
    running = case[0]
    there = sit("q26", assessor=3)
    running.halt()
    there.page.keyboard.press("2")
    says(there, ID("line.saving", n=2), 2)
    running.kill()
    says(there, ID("line.cut", n=2))
    assert row(case, "q26", 3) is None
    running.start()
    until(lambda: there.page.wait_for_timeout(100) or row(case, "q26", 3), 40)
    assert row(case, "q26", 3).value == "2"
    until(lambda: there.page.wait_for_timeout(100) or line(there).startswith("Tersimpan"))


def test_after_a_restart_the_page_shows_what_the_store_holds(case, sit) -> None:
    running, store, entry = case
    mark(store, entry, "q27", "2", assessor=3)  # then the way on is the main button, with an ink of its own
    there = sit("q27", assessor=3)
    running.kill()
    there.page.wait_for_selector(".st-key-entry-next-open button:disabled")
    ground, ink = there.page.locator(".st-key-entry-next-open button").evaluate(
        "b => [getComputedStyle(b).backgroundColor, getComputedStyle(b.querySelector('p *') || b).color]"
    )
    assert ground != ink
    mark(store, entry, "q28", "3", assessor=3)
    title = there.title()
    running.start()
    until(lambda: there.page.wait_for_timeout(100) or there.title() != title, 40)


def test_a_jump_from_below_brings_the_question_into_view(case, sit) -> None:
    there = sit("q17")
    foot = there.page.locator('.st-key-entry-list button:has-text("22.")')
    foot.scroll_into_view_if_needed()
    there.page.locator('[data-testid="stMain"]').evaluate("main => main.scrollTo(0, main.scrollHeight)")
    top = there.page.locator(".st-key-entry-steps")
    assert top.bounding_box()["y"] < 0
    foot.click()
    there.page.wait_for_url("**q=q22**")
    there.settle()
    assert 0 <= top.bounding_box()["y"] < 400


def test_on_a_phone_what_is_not_saved_is_told_and_settled_above_the_fold(case, sit) -> None:
    _, store, entry = case
    there = sit("q19", assessor=3, width=390, height=844, user_agent=PHONE, is_mobile=True)
    mark(store, entry, "q19", "1", assessor=3)
    there.page.locator('.st-key-entry-score [role="radio"]').nth(3).tap()
    told = there.page.locator(".st-key-entry-unsaved")
    told.wait_for()
    assert there.settle() and told.bounding_box()["y"] < 700
    assert line(there) == ID("note.unsaved")
    for choice in ("entry-mine", "entry-theirs"):
        box = there.page.locator(f".st-key-{choice} button").bounding_box()
        assert box["height"] >= 44 and box["y"] + box["height"] <= 844


def test_on_a_phone_the_score_is_above_the_fold_and_wide_enough_for_a_thumb(case, sit) -> None:
    there = sit("q18", width=390, height=844, user_agent=PHONE, is_mobile=True)
    assert there.sideways() == 0 and there.serious_findings() == []
    radios = there.page.locator('.st-key-entry-score [role="radio"]')
    boxes = [radios.nth(n).bounding_box() for n in range(4)]
    assert all(box["height"] >= 44 and box["width"] >= 44 and box["y"] + box["height"] < 844 for box in boxes)
    assert there.page.locator(".score-line").bounding_box()["y"] < 844
    step = there.page.locator(".st-key-entry-on button").bounding_box()
    assert step["height"] >= 44 and step["y"] + step["height"] < 844


def test_evidence_stays_open_and_says_what_was_saved(case, sit) -> None:
    there = sit("q29")
    there.page.get_by_text(ID("entry.evidence")).click()
    for name in ("bukti.pdf", "lagi.pdf"):
        there.page.locator('input[type="file"]').set_input_files(
            {"name": name, "mimeType": "application/pdf", "buffer": b"%PDF-1.4 " + name.encode()}
        )
        there.page.get_by_text(ID("entry.evidence_saved", name=name, time="")).wait_for()
        assert there.settle().page.get_by_text(ID("entry.evidence_saved", name=name, time="")).is_visible()


def test_a_note_too_long_or_with_nul_is_refused_with_a_reason_and_kept(case, sit) -> None:
    there = sit("q23")
    there.page.locator(NOTE).fill("a" * 5000)
    there.page.wait_for_selector('.note[data-state="refused"]')
    assert row(case, "q23") is None
    there.page.locator(NOTE).fill("baik\u0000buruk")
    there.page.wait_for_function("document.querySelector('.st-key-note-note')")
    there.page.wait_for_timeout(2500)
    assert row(case, "q23") is None and state(there) == "refused"
    there.page.get_by_role("button", name=ID("note.discard")).click()
    assert there.page.locator(NOTE).input_value() == ""


def test_the_screen_is_sound_wide_and_narrow(sit) -> None:
    """In Indonesian and light, then in English and dark."""
    there = sit("q17")
    for lang in ("id", "en"):
        if lang == "en":
            there.prefer("dark").english()
        assert there.page.locator("html").get_attribute("lang") == lang
        assert there.serious_findings() == [] and there.sideways() == 0
        with there.narrow():
            assert there.sideways() == 0
            assert there.serious_findings() == []
    assert there.errors == [] and there.outside == []


def test_a_closed_screen_is_as_readable(case, revisit) -> None:
    running, _, entry = case
    there = revisit(running.address)
    there.open(address(entry, q="q17").replace("as=assessor-1", "as=city").replace("view=entry", "view=self"))
    assert there.page.locator('.st-key-entry-score [role="radio"]').first.is_disabled()
    for scheme in ("light", "dark"):
        assert there.prefer(scheme).settle().serious_findings() == [], scheme
    assert there.page.locator(".note textarea").get_attribute("placeholder") == ""


def test_the_same_note_under_the_same_key_is_one_save(case) -> None:
    _, store, entry = case
    me = Actor(ASSESSORS[2])
    one = answers.save(store, me, entry, Layer.MARK, "q30", Change(note="x"), base=0, key="k" * 32)
    two = answers.save(store, me, entry, Layer.MARK, "q30", Change(note="x"), base=0, key="k" * 32)
    assert (one.version, two.version, two.repeated) == (1, 1, True)
