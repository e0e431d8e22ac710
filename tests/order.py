"""The order of the tests for several processes: each begins with its share of the browser tests, the longest first.

`--dist worksteal` hands every process one piece of the list, and whoever is done takes from the end of another's. In
the order they are found all browser tests lie in one piece, and the run ends with one process at work. A module stays
together, so that what its tests share is made once; a test marked `long` goes by itself.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

LONG = 25
"""How many ordinary browser tests a long one lasts."""


def arranged(items: Sequence[pytest.Item], processes: int) -> list[pytest.Item]:
    """The same tests, so that each of `processes` pieces begins with about as much of the browser tests."""
    slow = [item for item in items if "e2e" in item.path.parts]
    rest = [item for item in items if "e2e" not in item.path.parts]
    groups: dict[str, list[pytest.Item]] = {}
    for item in slow:
        alone = item.get_closest_marker("long") is not None
        groups.setdefault(item.nodeid if alone else item.nodeid.partition("::")[0], []).append(item)
    shares: list[list[pytest.Item]] = [[] for _ in range(processes)]
    for group in sorted(groups.values(), key=_weight, reverse=True):
        min(shares, key=_weight).extend(group)
    found: list[pytest.Item] = []
    for place, share in enumerate(shares):
        # The pieces as the scheduler cuts them: what is left, by the processes that are left.
        size = (len(items) - len(found)) // (processes - place)
        filling = max(0, size - len(share))
        found += [*sorted(share, key=lambda item: item.get_closest_marker("long") is None), *rest[:filling]]
        del rest[:filling]
    return [*found, *rest]


def _weight(group: Sequence[pytest.Item]) -> int:
    return sum(LONG if item.get_closest_marker("long") else 1 for item in group)
