"""What a second visit costs, and pages that keep their address. (The first one is measured in `test_pages`.)"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.e2e.visit import Visit

pytestmark = pytest.mark.browser


def test_the_bundle_is_not_fetched_again(server: str, visit: Callable[..., Visit]) -> None:
    seen = visit(server).open("/metode")
    first = seen.wire
    seen.open("/metode")
    assert seen.wire - first < first / 10


def test_filters_travel_to_the_ranking_and_back(server: str, revisit: Callable[..., Visit]) -> None:
    seen = revisit(server).open("/?year=2021&kind=kota&view=tiles")
    seen.page.get_by_role("link", name=re.compile("Peringkat")).first.click()
    seen.page.wait_for_url(re.compile("/peringkat"), wait_until="commit")
    seen.settle()
    assert "year=2021" in seen.page.url and "kind=kota" in seen.page.url
    seen.page.go_back()
    seen.settle()
    assert "/peringkat" not in seen.page.url
    assert "year=2021" in seen.page.url and "kind=kota" in seen.page.url


def test_a_download_holds_what_is_shown(server: str, revisit: Callable[..., Visit]) -> None:
    seen = revisit(server).open("/peringkat?kind=kota")
    with seen.page.expect_download() as started:
        seen.page.get_by_role("button", name=re.compile("CSV")).first.click()
    lines = started.value.path().read_text(encoding="utf-8-sig").strip().splitlines()
    assert len(lines) == 1 + 64, "64 of the 191 programme cities are kota"
    assert "Kota Bandung" in lines[1]
