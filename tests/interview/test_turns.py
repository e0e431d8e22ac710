"""The queue in front of the store: in order, and nobody is forgotten."""

from __future__ import annotations

import threading
import time

from kotacerdas.interview.turns import Turns


def test_turns_come_in_the_order_they_were_asked_for() -> None:
    turns, order, started = Turns(1), [], []
    assert turns.take(1)

    def wait(number: int) -> None:
        started.append(number)
        assert turns.take(10)
        order.append(number)
        turns.give()

    threads = []
    for number in range(10):
        threads.append(threading.Thread(target=wait, args=(number,)))
        threads[-1].start()
        while len(turns._waiting) <= number:
            time.sleep(0.001)
    turns.give()
    for thread in threads:
        thread.join()
    assert order == list(range(10))


def test_who_gives_up_leaves_the_queue() -> None:
    turns = Turns(1)
    assert turns.take(1)
    assert not turns.take(0.01)
    turns.give()
    assert turns.take(0.01)


def test_a_turn_that_comes_while_giving_up_is_not_lost() -> None:
    """Many short patiences against many short turns: at the end all places are free again."""
    turns = Turns(2)

    def hurry() -> None:
        for _ in range(300):
            if turns.take(0.0001):
                turns.give()

    threads = [threading.Thread(target=hurry) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert turns._free == 2 and not turns._waiting
