"""A queue: so many at a time, and the others in the order they came."""

from __future__ import annotations

import threading
from collections import deque


class Turns:
    """`places` threads may have a turn at the same time. Unlike a lock, who gives a turn back cannot take it again
    past those who wait, so under full load nobody starves.

    >>> turns = Turns(1)
    >>> turns.take(0.01), turns.take(0.01)
    (True, False)
    >>> turns.give(); turns.take(0.01)
    True
    """

    def __init__(self, places: int) -> None:
        self._free = places
        self._waiting: deque[threading.Lock] = deque()
        self._mutex = threading.Lock()

    def take(self, patience: float) -> bool:
        """Wait for a turn; False if it has not come after `patience` seconds."""
        with self._mutex:
            if self._free:
                self._free -= 1
                return True
            bell = threading.Lock()
            bell.acquire()
            self._waiting.append(bell)
        if bell.acquire(timeout=patience):
            return True
        with self._mutex:
            if bell in self._waiting:
                self._waiting.remove(bell)
                return False
        return True  # it rang just now

    def give(self) -> None:
        """Give the turn to the one who has waited longest."""
        with self._mutex:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1
