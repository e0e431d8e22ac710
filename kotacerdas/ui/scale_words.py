"""The ends of a scale as the sentences of the catalogues take them, and how its scores come to a maturity level."""

from __future__ import annotations

from kotacerdas.bounds import Bounds
from kotacerdas.i18n import Text
from kotacerdas.published import Published


def ends(t: Text, bounds: Bounds) -> dict[str, str]:
    """The placeholders `{low}` and `{high}` of a sentence that names the scale."""
    return {"low": t.brief(bounds.low), "high": t.brief(bounds.high)}


def points(t: Text, value: float) -> str:
    """A distance on a scale: one decimal, or all it has."""
    return t.brief(value) if value % 1 else t.number(value, 1)


def placed(t: Text, data: Published, year: int) -> tuple[str, ...]:
    """What is done to the scores of a round before they are read as levels; nothing where the scale is that of the
    readings."""
    own, read = data.bounds(year), data.levels.bounds
    if own == read:
        return ()
    told = {"least": t.brief(read.low), "most": t.brief(read.high)}
    return (t("levels_scale.placed", **ends(t, own), **told),)


def changed(t: Text, data: Published) -> tuple[str, ...]:
    """That the rounds do not share a scale, so that no line joins them; nothing where they do."""
    if len(set(data.scales.values())) == 1:
        return ()
    told = [t("levels_scale.of_year", year=year, **ends(t, data.scales[year])) for year in sorted(data.years)]
    return (t("levels_scale.changed", scales=", ".join(told)),)
