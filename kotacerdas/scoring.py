"""Answers x instrument -> scores: one city as an explained tree, or all cities and years at once as arrays.

Two paths compute the same figures. `score` walks the tree in exact fractions and keeps every intermediate value,
so that a screen can show the receipt. `score_matrix` does the same for thousands of rows with matrix products.

Rules (from the instrument file): a parent is the weighted mean of its children; a missing child is left out and
the weights renormalised (`exclude`; `pool`: a partly answered one weighs by its coverage), takes the parent's value
away (`require`) or counts as 0 (`zero`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kotacerdas.instrument import Instrument, Label, Node, SourceRef, exact
from kotacerdas.problem import Problem, span

Floats = NDArray[np.float64]

RANK_DECIMALS = 9
"""Recomputed scores are compared at this many decimals: enough to separate scores, few enough to hide float noise."""


@dataclass(frozen=True)
class Scorecard:
    """One node of a scored tree with everything that explains its value.

    `value` is exact (None: no value); `weight` the official share of the parent; `contribution` the points this node
    adds to the root's value (children add up to their parent; the root's contribution is its value); `coverage` the
    share of the official weight below it that has a value or is set by the instrument's rule (0..1); `raw` the
    answer as given where a rubric turned it into a score; `published` the official figure beside the computed one.
    """

    id: str
    label: Label
    kind: str
    value: Fraction | None
    weight: Fraction
    contribution: Fraction | None
    coverage: Fraction
    rule: str | None = None
    raw: Fraction | None = None
    published: Fraction | None = None
    source: SourceRef | None = None
    dimension: str | None = None
    children: tuple[Scorecard, ...] = field(default=())

    def walk(self) -> Iterator[Scorecard]:
        """This node and all below it, parents first."""
        yield self
        for child in self.children:
            yield from child.walk()

    def __getitem__(self, node_id: str) -> Scorecard:
        for node in self.walk():
            if node.id == node_id:
                return node
        raise KeyError(node_id)

    def as_dict(self, lang: str = "id") -> dict[str, Any]:
        """The tree as plain values for JSON: numbers in full precision, labels in one language."""

        def number(value: Fraction | None) -> float | None:
            return None if value is None else float(value)

        return {
            "id": self.id,
            "label": getattr(self.label, lang),
            "value": number(self.value),
            "weight": float(self.weight),
            "contribution": number(self.contribution),
            "coverage": float(self.coverage),
            "published": number(self.published),
            "rule": self.rule,
            "source": None
            if self.source is None
            else {"document": self.source.document, "section": self.source.section},
            "children": [child.as_dict(lang) for child in self.children],
        }


def score(
    answers: Mapping[str, object],
    instrument: Instrument,
    published: Mapping[str, object] | None = None,
    sources: Mapping[str, SourceRef] | None = None,
    weights: Mapping[str, Fraction] | None = None,
) -> Scorecard:
    """Score one set of answers.

    `answers` maps node ids to numbers: leaves (questions, indicators), or inner nodes whose own value is known (a
    published component). None means not answered. `published` are official figures to stand beside the computed
    ones; `sources` say where answers come from (default: the source of the instrument's rule); `weights` are laid over
    the instrument's shares of the parent (checked by the caller: siblings add up to 1).

    Raises `Problem` for an unknown id, a value that is no number or outside its scale, and for a node given together
    with one of the nodes below it (which of the two should count cannot be known).
    """
    values = check_answers(answers, instrument)
    official = {key: exact(value) for key, value in (published or {}).items() if value is not None}
    origin = sources or {}
    shares_of = instrument.weights | dict(weights or {})

    def value_of(node: Node) -> tuple[Fraction | None, Fraction, tuple[Any, ...]]:
        """Value, coverage and the scored children (with the share of the parent each was used with)."""
        if node.id in values:
            return on_scale(values[node.id], node, instrument), Fraction(1), ()
        children = instrument.children[node.id]
        if not children:
            return None, Fraction(0), ()
        scored = [(child, *value_of(child)) for child in children]
        coverage = sum(
            (shares_of[c.id] * (1 if v is None and c.missing == "zero" else cov) for c, v, cov, _ in scored),
            start=Fraction(0),
        )
        counted = {
            c.id: shares_of[c.id] * (cov if c.missing == "pool" else 1)
            for c, v, cov, _ in scored
            if v is not None or c.missing == "zero"
        }
        total = sum(counted.values())
        blocked = any(v is None and c.missing == "require" for c, v, _, _ in scored)
        if blocked or not total or not any(v is not None for _, v, _, _ in scored):
            return None, coverage, tuple((*item, None) for item in scored)
        shares = {key: weight / total for key, weight in counted.items()}
        value = sum((shares[c.id] * v for c, v, _, _ in scored if v is not None), start=Fraction(0))
        return value, coverage, tuple((*item, shares.get(item[0].id, Fraction(0))) for item in scored)

    def card(
        node: Node, value: Fraction | None, coverage: Fraction, parts: tuple[Any, ...], factor: Fraction | None
    ) -> Scorecard:
        """`factor`: the share of the root this node was used with; None above or beside a gap that blocks the root."""
        ruled_zero = value is None and node.missing == "zero" and factor is not None
        points = (
            None if factor is None else factor * value if value is not None else Fraction(0) if ruled_zero else None
        )
        return Scorecard(
            id=node.id,
            label=node.label,
            kind=node.kind,
            value=value,
            weight=shares_of[node.id],
            contribution=points,
            coverage=coverage,
            rule="zero" if ruled_zero else None,
            raw=values.get(node.id) if node.rubric is not None else None,
            published=official.get(node.id),
            source=origin.get(node.id, instrument.source_of(node.id)),
            dimension=node.dimension,
            children=tuple(
                card(child, v, cov, below, None if share is None or factor is None else factor * share)
                for child, v, cov, below, share in parts
            ),
        )

    value, coverage, parts = value_of(instrument.root)
    return card(instrument.root, value, coverage, parts, None if value is None else Fraction(1))


def check_answers(answers: Mapping[str, object], instrument: Instrument) -> dict[str, Fraction]:
    """The answers as exact numbers, without the unanswered ones. Raises the `Problem`s listed at `score`."""
    values: dict[str, Fraction] = {}
    for node_id, answer in answers.items():
        if node_id not in instrument:
            raise Problem("answer_unknown", instrument=instrument.id, node=node_id)
        if answer is None or (isinstance(answer, float) and math.isnan(answer)):
            continue
        try:
            values[node_id] = exact(answer)
        except ValueError as error:
            raise Problem("answer_number", node=node_id, value=str(answer)[:40]) from error
        on_scale(values[node_id], instrument[node_id], instrument)
    for node_id in values:
        for above in instrument.ancestors(node_id):
            if above.id in values:
                raise Problem("answer_twice", node=node_id, parent=above.id)
    return values


def on_scale(value: Fraction, node: Node, instrument: Instrument) -> Fraction:
    """The score of an answer: through the rubric where there is one, else the answer itself.

    Raises `Problem` for an answer outside the rubric or the scale.
    """
    if node.rubric is not None:
        try:
            return Fraction(node.rubric.score(value))
        except ValueError as error:
            raise Problem("answer_scale", node=node.id, value=value, accepted=node.rubric.accepted) from error
    scale = instrument.scale(node.id)
    if not scale.min <= value <= scale.max:
        raise Problem("answer_scale", node=node.id, value=value, accepted=span(scale.min, scale.max))
    return value


@dataclass(frozen=True)
class _Step:
    """From the children of one depth of the tree to their parents: which columns, weights and missing-value rules.

    `leaves` and `inner` say where the children stand (leaf columns, then inner columns); `pooled` marks the parents
    that pass on their coverage instead of a plain "present", `plain` that no child does.
    """

    leaves: slice | NDArray[np.intp]
    inner: slice
    targets: slice
    weights: Floats
    required: Floats | None
    always: Floats | None
    pooled: NDArray[np.bool_] | None
    plain: bool


class Plan:
    """An instrument compiled for matrix scoring: one weight matrix per depth of the tree, deepest first.

    `leaves` is the order of columns that `score_matrix` expects, `columns` the inner nodes in the order it returns
    (deepest first, the root last). `weights` replaces shares of the parent; siblings need not sum to 1.
    """

    def __init__(self, instrument: Instrument, weights: Mapping[str, float] | None = None) -> None:
        share = {node.id: float(instrument.weights[node.id]) for node in instrument.nodes} | dict(weights or {})
        depth = {node.id: sum(1 for _ in instrument.ancestors(node.id)) for node in instrument.nodes}
        inner = [node for node in instrument.nodes if instrument.children[node.id]]
        inner.sort(key=lambda node: -depth[node.id])
        self.leaves = tuple(node.id for node in instrument.leaves)
        self.columns = tuple(node.id for node in inner)
        steps: list[_Step] = []
        for level in sorted({depth[node.id] for node in inner}, reverse=True):
            parents = [node for node in inner if depth[node.id] == level]
            above = steps[-1].targets if steps else slice(0, 0)
            leaves = [leaf for leaf in instrument.leaves if depth[leaf.id] == level + 1]
            children = [*leaves, *inner[above]]
            first = above.stop
            positions = np.array([self.leaves.index(leaf.id) for leaf in leaves], dtype=np.intp)
            steps.append(_step(parents, children, share, positions, above, slice(first, first + len(parents))))
        self._steps = tuple(steps)

    def score_matrix(self, values: Floats, mask: Floats | None = None, given: Floats | None = None) -> Floats:
        """Scores of every inner node for many rows at once.

        `values`: rows x `leaves`, NaN where not answered - or, with `mask` (1.0 answered, 0.0 not), 0 there. `given`:
        rows x `columns`, values of inner nodes that stand as they are (published components), NaN elsewhere. Answers
        are trusted: check them first. Returns rows x `columns`, NaN where a node has no value.
        """
        if mask is None:
            missing = np.isnan(values)
            mask = (~missing).astype(float)
            values = np.where(missing, 0.0, values)
        scores = np.zeros((len(values), len(self.columns)))
        known = np.zeros_like(scores)
        for step in self._steps:
            value = _beside(values[:, step.leaves], scores[:, step.inner])
            present = _beside(mask[:, step.leaves], known[:, step.inner])
            answered = present @ step.weights
            counted = answered if step.always is None else answered + (present == 0) @ step.always
            has = answered > 0
            if step.required is not None:
                has &= ((present == 0) @ step.required) == 0
            weighted = value if step.plain else value * present
            mean = np.divide(weighted @ step.weights, counted, out=np.zeros_like(counted), where=has)
            share = has if step.pooled is None else np.where(step.pooled, answered * has, has)
            if given is not None:
                stated = given[:, step.targets]
                keep = ~np.isnan(stated)
                mean, share = np.where(keep, stated, mean), np.where(keep, 1.0, share)
            scores[:, step.targets] = mean
            known[:, step.targets] = share
        scores[known == 0] = np.nan
        return scores


def _step(
    parents: Sequence[Node],
    children: Sequence[Node],
    share: Mapping[str, float],
    positions: NDArray[np.intp],
    inner: slice,
    targets: slice,
) -> _Step:
    column = {node.id: j for j, node in enumerate(parents)}
    weights = np.zeros((len(children), len(parents)))
    for i, child in enumerate(children):
        weights[i, column[str(child.parent)]] = share[child.id]

    def only(rule: str) -> Floats | None:
        rows = np.array([[child.missing == rule] for child in children])
        return np.where(rows, weights, 0.0) if rows.any() else None

    run = len(positions) > 0 and bool((np.diff(positions) == 1).all())
    pooled = np.array([node.missing == "pool" for node in parents])
    return _Step(
        leaves=slice(int(positions[0]), int(positions[-1]) + 1) if run else positions,
        inner=inner,
        targets=targets,
        weights=weights,
        required=only("require"),
        always=only("zero"),
        pooled=pooled if pooled.any() else None,
        plain=not any(child.missing == "pool" for child in children),
    )


def _beside(leaves: Floats, inner: Floats) -> Floats:
    """Two blocks of columns as one, without a copy where one of them is empty (the big leaf level)."""
    if not inner.shape[1]:
        return leaves
    return np.hstack([leaves, inner]) if leaves.shape[1] else inner


def round_half_up(value: object, places: int = 2) -> Decimal:
    """Round as the ministry does: .005 goes up, decided on the exact number (binary floats would miss such ties)."""
    number = exact(value)
    scaled = number * 10**places
    whole = math.floor(scaled + Fraction(1, 2))
    return (Decimal(whole) / Decimal(10) ** places).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def round_half_up_many(values: ArrayLike, places: int = 2) -> Floats:
    """`round_half_up` for arrays of recomputed scores; noise beyond nine decimals does not decide a tie."""
    factor = 10.0**places
    return np.floor(np.round(np.asarray(values, dtype=float), RANK_DECIMALS) * factor + 0.5 + 1e-9) / factor


def competition_ranks(values: ArrayLike) -> Floats:
    """Ranks 1 (highest) .. n with ties sharing a rank (1, 2, 2, 4); NaN where there is no value.

    Scores are fractions, so exact ties are common and raw floats break them: values are compared at nine decimals.
    """
    scores = np.round(np.asarray(values, dtype=float), RANK_DECIMALS)
    present = np.sort(scores[~np.isnan(scores)])
    ranks = 1.0 + len(present) - np.searchsorted(present, scores, side="right")
    return np.where(np.isnan(scores), np.nan, ranks)
