"""One clear sentence instead of a stack trace.

A `Problem` is bad input or damaged data that a person can mend. It carries a catalogue key and the facts
(what, where, what to do); the edge that shows it (page or command line) renders it in the reader's language
with `Text.problem`. Everything else that goes wrong is a defect and stays an ordinary exception.
"""

from __future__ import annotations


class Problem(ValueError):
    """Bad input or damaged data, described by a catalogue key and its parameters.

    `key` names the sentence `problem.<key>` of the catalogues, `params` fill its placeholders
    (by custom `file`, `row`, `value`, `accepted`).
    """

    def __init__(self, key: str, **params: object) -> None:
        self.key = key
        self.params = params
        super().__init__(f"{key}: " + ", ".join(f"{k}={v!r}" for k, v in params.items()))
