"""What a scenario stands on: the published answers of a city under a method, and changes laid over them.

The published figures stay where they are; an overlay is a new mapping. A method is an instrument a published round
was scored with, and any city with a result can be read through any of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from kotacerdas.field import shared
from kotacerdas.instrument import Instrument, Node, exact
from kotacerdas.problem import Problem
from kotacerdas.published import Published
from kotacerdas.scoring import on_scale, score


@dataclass(frozen=True)
class Ground:
    """A city's published round, read once: its name, the instrument that scored it, its finest `answers` and the
    `printed` components with the final."""

    code: str
    year: int
    name: str
    instrument: Instrument
    answers: Mapping[str, Fraction]
    printed: Mapping[str, Fraction]

    @cached_property
    def parts(self) -> Mapping[str, Fraction]:
        """The exact component scores: means of the questions where all are published, else as printed."""
        card = score(self.answers, self.instrument)
        return {part.id: part.value for part in card.children if part.value is not None and part.coverage == 1}

    def under(self, method: Instrument) -> Mapping[str, Fraction]:
        """The answers the city brings to a method, before any change.

        Its finest answers where the method asks the same questions as its own instrument; else its exact components by
        id (components the method does not have fall away): rounded ones would invent a change where weights are equal.
        """
        if method is self.instrument:
            return self.answers
        same = method.of_kind("question") == self.instrument.of_kind("question")
        values = self.answers if same else self.parts
        return {name: value for name, value in values.items() if name in method and name != method.root.id}


def ground(published: Published, code: str, year: int) -> Ground:
    """What the scenarios of a city's round stand on. Raises `Problem` where the city has no result."""
    answers = published.answers(code, year)
    row = published.results(year).loc[code].to_dict()
    instrument = published.instrument_of(year, row["group"])
    printed = {name: exact(row[name]) for name in (*published.components, "final") if row[name] == row[name]}
    return Ground(code, year, str(row["name"]), instrument, answers, printed)


def methods(published: Published, own: Instrument | None = None) -> dict[str, Instrument]:
    """The instruments a published round was scored with, newest round first: the methods one can change to.

    With a city's `own` instrument those on its scale: what was scored on one scale says nothing on another.
    """
    names = [name for year in published.years for name in published.round(year).instruments.values()]
    found = {name: published.data.instruments[name] for name in names}
    return {name: each for name, each in found.items() if own is None or each.bounds == own.bounds}


def overlay(base: Mapping[str, Fraction], changes: Mapping[str, Fraction], tree: Instrument) -> dict[str, Fraction]:
    """Published answers with the changes laid over them; a changed component replaces everything below it."""
    replaced = {below.id for name in changes if name in tree for below in tree.below(name)}
    return {name: value for name, value in base.items() if name not in replaced} | dict(changes)


# ---- what cannot be laid over -------------------------------------------------------------------------------


def change_problems(
    published: Published, standing: Ground, method: Instrument, changes: Mapping[str, Fraction]
) -> Iterator[Problem]:
    """Everything wrong with changed scores under a method, and the components it needs but neither side gives."""
    base = standing.under(method)
    for name, value in changes.items():
        try:
            _check_change(published, standing, method, base, changes, name, value)
        except Problem as problem:
            yield problem
    answered = overlay(base, {name: value for name, value in changes.items() if name != method.root.id}, method)
    required = [part for part in method.parts if part.missing == "require"]
    missing = [p.id for p in required if not any(node.id in answered for node in (p, *method.below(p.id)))]
    if missing:
        yield Problem("method_incomplete", missing=", ".join(missing))


def _check_change(
    published: Published,
    standing: Ground,
    method: Instrument,
    base: Mapping[str, Fraction],
    changes: Mapping[str, Fraction],
    name: str,
    value: Fraction,
) -> None:
    if name not in method or name == method.root.id:
        other = next((i.id for i in methods(published).values() if name in i and name != i.root.id), None)
        if other is not None:
            raise Problem("change_other_instrument", node=name, instrument=method.id, other=other)
        raise Problem("change_unknown", node=name, instrument=method.id, accepted=_accepted(method, base))
    for above in method.ancestors(name):
        if above.id in base:
            city, year = standing.name, standing.year
            if above.id in standing.answers:
                raise Problem("change_components_only", node=name, parent=above.id, city=city, year=year)
            raise Problem("change_other_questions", node=name, parent=above.id, city=city, year=year,
                          instrument=method.id)  # fmt: skip
        if above.id in changes:
            raise Problem("answer_twice", node=name, parent=above.id)
    check_score(value, method[name], method)


def _accepted(method: Instrument, base: Mapping[str, Fraction]) -> str:
    """The ids a change may name, the questions as a range."""
    parts = [part.id for part in method.parts]
    asked = [node.id for node in method.of_kind("question") if node.id in base]
    return ", ".join([*parts, f"{asked[0]} … {asked[-1]}"] if asked else parts)


def check_score(value: Fraction, node: Node, instrument: Instrument) -> None:
    """Raise `Problem` for a score outside the scale of a node, or between the steps of a question's scale."""
    on_scale(value, node, instrument)
    scale = instrument.scale(node.id)
    steps = (value - scale.min) / scale.step
    if node.kind == "question" and steps.denominator != 1:
        below = scale.min + steps.__floor__() * scale.step
        raise Problem("change_step", node=node.id, value=value, step=scale.step,
                      lower=below, upper=below + scale.step)  # fmt: skip


def weight_problems(
    published: Published, standing: Ground, method: Instrument, weights: Mapping[str, Fraction]
) -> Iterator[Problem]:
    """Weights no instrument of the round knows, outside 0..1, beyond 1 together, or that leave a group nothing."""
    round_sets = [published.data.instruments[name] for name in published.round(standing.year).instruments.values()]
    known = {part.id: None for instrument in (method, *round_sets) for part in instrument.parts}
    sound = True
    for name, weight in weights.items():
        if name not in known:
            sound = False
            yield Problem("weight_unknown", value=name, accepted=", ".join(known))
        elif not 0 <= weight <= 1:
            sound = False
            yield Problem("weight_range", node=name, value=weight)
    if not sound:
        return
    try:
        shared(method, {name: weight for name, weight in weights.items() if name in method})
        for instrument in round_sets:
            shared(instrument, weights, strict=False)
    except Problem as problem:
        yield problem
