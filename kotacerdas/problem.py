"""One clear sentence instead of a stack trace.

A `Problem` is bad input or damaged data that a person can mend. It carries a catalogue key and the facts
(what, where, what to do); the edge that shows it (page or command line) renders it in the reader's language
with `Text.problem`. Everything else that goes wrong is a defect and stays an ordinary exception.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any


class Problem(ValueError):
    """Bad input or damaged data, described by a catalogue key and its parameters.

    `key` names the sentence `problem.<key>` of the catalogues, `params` fill its placeholders
    (by custom `file`, `row`, `value`, `accepted`). A parameter may be a `Reason`, a pair of labels or a tuple of them
    (the reader's language is taken), or an exact number (Fraction, Decimal, float), which is written as the reader's
    language writes numbers; whole numbers stay as they are.
    """

    def __init__(self, key: str, **params: object) -> None:
        self.key = key
        self.params = params
        super().__init__(f"{key}: " + ", ".join(f"{k}={v!r}" for k, v in params.items()))


@dataclass(frozen=True)
class Reason:
    """A part of a sentence that is itself a text: `reason.<key>` of the catalogues, filled with `params`."""

    key: str
    params: Mapping[str, object] = field(default_factory=dict)


def span(low: Fraction | float, high: Fraction | float | None) -> Reason:
    """A range of numbers as a part of a sentence; without `high`, everything from `low` on."""
    return Reason("from_on", {"low": low}) if high is None else Reason("span", {"low": low, "high": high})


class Unfit(ValueError):
    """Raised by a check of a field; carries the `Reason` why the field cannot stand."""

    def __init__(self, key: str, **params: object) -> None:
        self.reason = Reason(key, params)
        super().__init__(f"{key} {params}" if params else key)


def field_problem(file: str, fault: Mapping[str, Any], place: str) -> Problem:
    """The problem of one fault as pydantic lists it (`ValidationError.errors()`), in terms of the catalogues."""
    given = fault.get("ctx", {}).get("error")
    kind = str(fault["type"])
    if isinstance(given, Unfit):
        reason = given.reason
    elif kind == "literal_error":
        reason = Reason("one_of", {"accepted": fault["ctx"]["expected"].replace(" or ", ", ").replace("'", "")})
    else:
        reason = Reason(next((key for start, key in _KINDS.items() if kind.startswith(start)), "unfit"))
    return Problem("field_invalid", file=file, place=place, what=reason)


_KINDS = {
    "missing": "required",
    "extra_forbidden": "unexpected",
    "string": "text",
    "int": "whole_number",
    "float": "number",
    "decimal": "number",
    "greater": "range",
    "less": "range",
    "too_": "count",
    "list": "list",
    "tuple": "list",
    "dict": "mapping",
    "mapping": "mapping",
    "model": "mapping",
    "bool": "yes_no",
}
"""How pydantic's kinds of fault begin -> the reason a reader is told."""
