"""How the app is run, from the environment alone: nothing is a mode by accident."""

from __future__ import annotations

from pathlib import Path

import pytest

from kotacerdas.interview.mode import DATABASE, HOME, MODE, ROOT, Mode, Place, loopback, mode_of, place_of

URL = "postgresql://synthetic@127.0.0.1/interview"


def test_without_a_provider_the_app_is_public() -> None:
    assert mode_of({}, provider=False) is Mode.PUBLIC
    assert mode_of({HOME: "/x", DATABASE: URL}, provider=False) is Mode.PUBLIC


def test_with_a_provider_people_sign_in() -> None:
    assert mode_of({}, provider=True) is Mode.SIGNED


@pytest.mark.parametrize("written", ["local", " LOCAL "])
def test_a_tryout_has_to_be_asked_for(written: str) -> None:
    assert mode_of({MODE: written}, provider=False) is Mode.LOCAL
    assert mode_of({MODE: written}, provider=True) is Mode.LOCAL


@pytest.mark.parametrize("written", ["", "public", "signed", "locale", "1", "true"])
def test_any_other_word_opens_nothing(written: str) -> None:
    assert mode_of({MODE: written}, provider=False) is Mode.PUBLIC
    assert mode_of({MODE: written}, provider=True) is Mode.SIGNED


def test_the_store_lies_beside_the_app_unless_told_otherwise() -> None:
    assert place_of({}) == Place(ROOT / "var") and (ROOT / "app.py").is_file()
    assert place_of({HOME: "/srv/kota", DATABASE: URL}) == Place(Path("/srv/kota"), url=URL)
    assert place_of({HOME: "", DATABASE: ""}) == Place(ROOT / "var")


def test_a_tryout_never_reaches_the_shared_database() -> None:
    assert place_of({HOME: "/srv/kota", DATABASE: URL}, tryout=True) == Place(Path("/srv/kota"), "tryout.db", None)


HOSTS = {
    "127.0.0.1": True,
    "127.8.9.10": True,
    "localhost": True,
    "LOCALHOST": True,
    "::1": True,
    "[::1]": True,
    "0.0.0.0": False,
    "::": False,
    "192.168.1.2": False,
    "10.0.0.7": False,
    "localhost.example.test": False,
    "127.0.0.1.example.test": False,
    "2130706433": False,
    "": False,
}


@pytest.mark.parametrize("host", HOSTS)
def test_only_an_address_of_this_machine_is_one(host: str) -> None:
    assert loopback(host) is HOSTS[host]


def test_no_address_is_every_address() -> None:
    assert not loopback(None)
