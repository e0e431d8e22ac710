"""A split of a movement in words: its finding, the names of its parts, the rows of its waterfall and of its table."""

from __future__ import annotations

from fractions import Fraction

from kotacerdas.charts.waterfall import Step
from kotacerdas.i18n import MISSING, Text
from kotacerdas.movement import FIELD, OWN, Part, RankSplit, ScoreSplit
from kotacerdas.published import Published

PLACES, POINTS = 1, 3
"""Decimals of places and of points in pictures and sentences; the table has one more."""


def rank_finding(t: Text, split: RankSplit) -> str:
    """How far the rank moved and, in two parts that add up to it, what the city and the others had to do with it."""
    way = "up" if split.change > 0 else "down" if split.change < 0 else "same"
    finding = t(
        f"movement_rank.{way}",
        places=t.integer(abs(split.change)),
        first=split.years[0],
        last=split.years[1],
        earlier=_rank(t, split, 0),
        later=_rank(t, split, 1),
    )
    told = [words for words in (_own_reason(t, split), _field_reason(t, split)) if words]
    if not told:
        return finding
    because = t("movement.and", first=told[0], second=told[1]) if len(told) > 1 else told[0]
    return t("movement.because", finding=finding, reasons=because)


def _rank(t: Text, split: RankSplit, place: int) -> str:
    """A rank, with the size of its field where the two rounds ranked fields of different size."""
    rank = t.integer(split.ranks[place])
    if split.ranked[0] == split.ranked[1] or not split.change:
        return rank
    return t("movement.among", rank=rank, ranked=t.integer(split.ranked[place]))


def _own_reason(t: Text, split: RankSplit) -> str:
    amount = split.total(OWN)
    words = _moved(t, t("movement.own"), amount)
    side = 1 if amount > 0 else -1
    most = max((part for part in split.parts if part.kind in OWN), key=lambda part: part.amount * side)
    if not words or not split.detailed:
        return words
    return t("movement.mostly", reason=words, part=name_of(t, most, split))


def _field_reason(t: Text, split: RankSplit) -> str:
    return _moved(t, t("movement.field"), split.total(FIELD))


def _moved(t: Text, name: str, amount: Fraction) -> str:
    """`name menambah 5,3 tempat`; empty where it shows as nothing."""
    shown = t.number(abs(amount), PLACES)
    if shown == t.number(0, PLACES):
        return ""
    return t("movement.adds" if amount > 0 else "movement.takes", name=name, amount=shown)


def score_finding(t: Text, split: ScoreSplit) -> str:
    """How far the final moved and which part of it went furthest that way."""
    way = "up" if split.change > 0 else "down" if split.change < 0 else "same"
    finding = t(
        f"movement_score.{way}",
        change=t.number(abs(split.change)),
        first=split.years[0],
        last=split.years[1],
        earlier=t.number(split.finals[0]),
        later=t.number(split.finals[1]),
    )
    if not split.detailed or not split.change:
        return finding
    side = 1 if split.change > 0 else -1
    most = max(split.parts, key=lambda part: part.amount * side)
    reason = t("movement.most", part=name_of(t, most, split), amount=t.signed(most.amount, POINTS))
    return t("movement.because", finding=finding, reasons=reason)


def name_of(t: Text, part: Part, split: RankSplit | ScoreSplit) -> str:
    """The words of a part; those of the field say how many cities they are."""
    if part.kind == "component":
        return t(f"component.{part.id}")
    count = split.cities[part.kind] if isinstance(split, RankSplit) and part.kind in FIELD else 0
    return t(f"movement_part.{part.kind}", count=t.integer(count))


def steps(t: Text, data: Published, split: RankSplit | ScoreSplit) -> tuple[Step, ...]:
    """The rows of the waterfall, from the total of the first round to that of the last.

    Components always have a row; weights, rounding and groups of cities only where they moved something.
    """
    kind = "rank" if isinstance(split, RankSplit) else "score"
    first, last = (
        Step(t(f"movement_total.{kind}", year=year), status=str(data.results(year).at[split.code, "status"]))
        for year in split.years
    )
    moved = [part for part in split.parts if part.amount or part.kind in ("component", "final")]
    return first, *(Step(name_of(t, part, split), float(part.amount)) for part in moved), last


def table(t: Text, split: RankSplit | ScoreSplit) -> tuple[list[str], list[list[str]]]:
    """Heads and rows of the table twin: what moved, what it was and became, and what that was worth.

    The last row is the rank or the final itself, to which the others add up.
    """
    ranked = isinstance(split, RankSplit)
    decimals = (PLACES if ranked else POINTS) + 1
    heads = [t("movement.reason"), *map(str, split.years), t("movement.places" if ranked else "movement.points")]
    rows = [
        [
            name_of(t, part, split),
            _figure(t, part, part.before),
            _figure(t, part, part.after),
            t.signed(part.amount, decimals),
        ]
        for part in split.parts
        if not isinstance(split, RankSplit) or part.kind not in FIELD or split.cities[part.kind]
    ]
    ends = map(t.integer, split.ranks) if isinstance(split, RankSplit) else map(t.number, split.finals)
    return heads, [*rows, [t("measure.rank" if ranked else "measure.final"), *ends, t.signed(split.change, decimals)]]


def _figure(t: Text, part: Part, value: Fraction | None) -> str:
    if value is None:
        return MISSING
    return t.signed(value, POINTS) if part.kind == "rounding" else t.number(value)


def weights(t: Text, split: RankSplit | ScoreSplit) -> str:
    """Which weights changed, as `Outcome 30% → 20%`; empty where none did. A component not asked for has no weight."""

    def share(weight: Fraction) -> str:
        return t.percent(weight or None)

    return ", ".join(
        t("movement.weight", component=t(f"component.{name}"), earlier=share(first), later=share(last))
        for name, (first, last) in split.weights.items()
        if first != last
    )
