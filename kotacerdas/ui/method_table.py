"""Tables of the method page: numbers in the reader's language, right where they stand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

import pandas as pd
import streamlit as st

from kotacerdas.i18n import Text
from kotacerdas.ui import notice
from kotacerdas.ui.tables import Formats, styled


def short(frame: pd.DataFrame, *, alt: str, formats: Formats | None = None, links: Sequence[str] | None = None) -> None:
    """A short table as text of the page: it prints, and the browser's own search finds it.

    `links` are the addresses the cells of the first column lead to. On a phone a wide table scrolls in itself; a
    link in it is also what lets a keyboard reach that scrolling.
    """
    safe = frame.copy()
    for name in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[name]):
            safe[name] = [notice.literal(str(cell)) for cell in safe[name]]
    if links is not None:
        first = safe.columns[0]
        safe[first] = [f"[{cell}]({address})" for cell, address in zip(safe[first], links, strict=True)]
    safe.columns = [notice.literal(str(name)) for name in frame.columns]
    named = {notice.literal(name): write for name, write in (formats or {}).items()}
    st.table(styled(safe, named), hide_index=True, border="horizontal", alt=alt)


def share(t: Text, value: float) -> str:
    """A share of one as a percentage, with one decimal only where it needs it: `10%`, `12,5%`."""
    return t.percent(value, 0 if math.isclose(value * 100, round(value * 100), abs_tol=0.05) else 1)


def figure(t: Text, value: Fraction) -> str:
    """An exact number with as many decimals as it needs (up to four), in the reader's convention."""
    decimal = (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("0.0001")).normalize()
    exponent = decimal.as_tuple().exponent
    return t.number(value, max(0, -exponent) if isinstance(exponent, int) else 0)
