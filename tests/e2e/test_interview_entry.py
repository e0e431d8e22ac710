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
def sit(case, visit) -> Callable[..., Visit]:
    """Sit down at a question as an assessor: `sit("q3", assessor=2)`."""
    running, _, entry = case

    def down(question: str, assessor: int = 1, lang: str = "id", **options: object) -> Visit:
        there = visit(running.address, **options)
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
    assert "<img src=x onerror=alert(1)> satu" in said and "dua" in said and ID("note.you") in said
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


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_screen_is_sound_wide_and_narrow(sit, lang, scheme) -> None:
    there = sit("q17", lang=lang, scheme=scheme)
    assert there.serious_findings() == [] and there.sideways() == 0
    with there.narrow():
        assert there.sideways() == 0
        assert there.serious_findings() == []
    assert there.errors == [] and there.outside == []


def test_the_same_note_under_the_same_key_is_one_save(case) -> None:
    _, store, entry = case
    me = Actor(ASSESSORS[2])
    one = answers.save(store, me, entry, Layer.MARK, "q30", Change(note="x"), base=0, key="k" * 32)
    two = answers.save(store, me, entry, Layer.MARK, "q30", Change(note="x"), base=0, key="k" * 32)
    assert (one.version, two.version, two.repeated) == (1, 1, True)
