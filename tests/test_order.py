"""The order of the tests: nothing lost, modules together, the long ones at the heads of the pieces."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

from tests.order import arranged


def case(module: str, name: str, *, long: bool = False) -> SimpleNamespace:
    return SimpleNamespace(
        nodeid=f"{module}::{name}",
        path=Path(module),
        get_closest_marker=lambda mark: mark if long and mark == "long" else None,
    )


def test_every_piece_begins_with_its_share_of_the_browser_tests() -> None:
    browser = [case("tests/e2e/test_a.py", f"t{n}") for n in range(12)]
    browser += [case("tests/e2e/test_b.py", f"t{n}") for n in range(6)]
    browser += [case("tests/e2e/test_c.py", f"t{n}", long=True) for n in range(2)]
    items = [*browser, *(case("tests/test_d.py", f"t{n}") for n in range(80))]
    found = arranged(items, 4)  # type: ignore[arg-type]
    assert sorted(map(id, found)) == sorted(map(id, items))
    pieces = [found[start : start + 25] for start in range(0, 100, 25)]
    heads = [piece[0].nodeid.partition("::")[0] for piece in pieces]
    assert sorted(heads) == ["tests/e2e/test_a.py", "tests/e2e/test_b.py", *["tests/e2e/test_c.py"] * 2]
    places = [place for place, one in enumerate(found) if one.nodeid.startswith("tests/e2e/test_a.py")]
    assert places == list(range(places[0], places[0] + 12)), "a module stays together"


def test_with_one_process_the_browser_tests_come_first() -> None:
    items = [case("tests/test_d.py", "t"), case("tests/e2e/test_a.py", "t")]
    assert [one.path.name for one in arranged(items, 1)] == ["test_a.py", "test_d.py"]  # type: ignore[arg-type]
