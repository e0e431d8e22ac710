"""A rank band in words."""

from __future__ import annotations

from kotacerdas.i18n import Text


def band(low: float, high: float, t: Text) -> str:
    """`2–6`, or `1` where all of it is one rank; `–` without a band."""
    if low != low or low == high:
        return t.integer(low)
    return t("rank_bands.span", low=t.integer(low), high=t.integer(high))
