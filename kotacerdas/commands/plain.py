"""Values as JSON knows them: missing ones are null, whole ones have no decimals."""

from __future__ import annotations

import json
import sys
from fractions import Fraction
from typing import Any

import pandas as pd


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
