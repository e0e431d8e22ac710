"""What commands read and print: `ID=VALUE` options, plain values as JSON knows them, sentences about bad input."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

import pandas as pd

from kotacerdas.i18n import Text
from kotacerdas.problem import Problem
from kotacerdas.scenario import read_number


def read_pairs(given: Sequence[str]) -> tuple[dict[str, Fraction], tuple[Problem, ...]]:
    """`ID=VALUE` options as numbers, and one problem for each that cannot be read or comes twice."""
    numbers: dict[str, Fraction] = {}
    faults = []
    for option in given:
        name, equals, value = (part.strip() for part in option.partition("="))
        try:
            if not equals or not name:
                raise Problem("change_form", value=option)
            if name in numbers:
                raise Problem("change_repeated", node=name)
            numbers[name] = read_number(name, value)
        except Problem as problem:
            faults.append(problem)
    return numbers, tuple(faults)


def refuse(problems: Iterable[Problem], text: Text) -> int:
    """One sentence per problem to standard error; returns the exit status of bad input."""
    for problem in problems:
        print(text.problem(problem), file=sys.stderr)
    return 2


def plain(value: Any) -> Any:
    """A cell of a frame or an exact number as a plain value; None where it is missing."""
    if value is None or pd.isna(value):
        return None
    if isinstance(value, str):
        return value
    number = float(value)
    return int(number) if isinstance(value, int | Fraction) and number.is_integer() else number


def whole(value: Any) -> int | None:
    """A rank or level as a whole number; None where it is missing."""
    return None if value is None or pd.isna(value) else int(value)


def print_json(value: Any) -> None:
    """`value` to standard output; what is no number raises instead of being printed."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=1, allow_nan=False)
    sys.stdout.write("\n")
