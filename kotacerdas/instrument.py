"""Evaluation instruments as data: the tree of an index, its weights, scales, rubrics and missing-value rules.

An instrument is one YAML file in `data/instruments/`. The same model carries the 2021 and 2024 evaluations
(questions scored 1-4 by a panel) and the draft 2025 standard (raw indicator values read through a five-level
rubric). Nothing here knows a city; `scoring` applies an instrument to answers.

Weights are exact fractions: official ties at .005 are decided by exact arithmetic, never by binary floats.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from numbers import Real
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from kotacerdas.bounds import Bounds, widest
from kotacerdas.problem import Problem, Reason, Unfit, field_problem, span
from kotacerdas.yaml_file import read_mapping

DATA = Path(__file__).resolve().parent.parent / "data"
DIMENSIONS = ("governance", "branding", "economy", "living", "society", "environment")
"""The six smart dimensions in their fixed order on every radar (the 2025 draft adds `mobility`)."""

_DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?", flags=re.ASCII | re.IGNORECASE)
_FRACTION = re.compile(r"[+-]?\d+/\d+", flags=re.ASCII)
_LONGEST_NUMBER = 60
"""Characters of a written number. With three digits of exponent at most, exact arithmetic on it stays instant:
`1e999999999` would be a number of a billion digits."""


def exact(number: object) -> Fraction:
    """`number` as an exact fraction; floats by their shortest decimal text (3.56 is 356/100, not its binary twin).

    Text is a plain decimal (`3.56`, `1e-3`) or a fraction (`1/11`) in ASCII digits. Raises ValueError for anything
    else: booleans, NaN, infinities, lists, and numbers beyond what any scale or indicator can hold.
    """
    if isinstance(number, Fraction):
        return number
    if isinstance(number, bool) or not isinstance(number, str | Real | Decimal):
        raise Unfit("number")
    text = str(number).strip()
    if len(text) <= _LONGEST_NUMBER:
        if _DECIMAL.fullmatch(text):
            return Fraction(Decimal(text))
        if _FRACTION.fullmatch(text) and Fraction(text.partition("/")[2]):
            return Fraction(text)
    raise Unfit("number")


Exact = Annotated[Fraction, BeforeValidator(exact)]
Dimension = Literal["governance", "branding", "economy", "living", "society", "environment", "mobility"]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Label(_Model):
    """A short text in both languages of the product."""

    id: str
    en: str


class SourceRef(_Model):
    """Where a rule or figure stands: a document of `data/sources.yaml` and the section or row in it."""

    document: str
    section: str = ""


class Scale(_Model):
    """The range a node's score may take; `step` is the smallest change an entry can make (1/5: a five-person mean)."""

    min: Exact
    max: Exact
    step: Exact
    direction: Literal["up", "down"] = "up"

    @model_validator(mode="after")
    def _ordered(self) -> Scale:
        if not self.min < self.max or self.step <= 0:
            raise Unfit("scale")
        return self

    @property
    def bounds(self) -> Bounds:
        """Its two ends."""
        return Bounds(self.min, self.max)


class Mend(_Model):
    """A printed criterion that could not stand as printed, and why it was mended."""

    level: int
    printed: str
    reason: Label


class Domain(_Model):
    """Every raw value that can occur, both ends included; no upper end means unbounded."""

    min: Exact
    max: Exact | None = None


class Bound(_Model):
    """A cut point between two neighbouring levels of a numeric rubric.

    `value` belongs to the interval above the cut (`below` false) or to the one below it (`below` true).
    """

    value: Exact
    below: bool


@dataclass(frozen=True)
class Interval:
    """The raw values of one level: `low` to `high` (None: unbounded); `low_in` and `high_in` say if the ends belong."""

    low: Fraction
    high: Fraction | None
    low_in: bool
    high_in: bool

    def __contains__(self, value: Fraction) -> bool:
        above = value >= self.low if self.low_in else value > self.low
        below = self.high is None or (value <= self.high if self.high_in else value < self.high)
        return above and below


class NumericRubric(_Model):
    """Five levels over a number line, as four cut points: half-open intervals with no gap and no overlap.

    Written in YAML as ascending texts. Higher-is-better cuts belong to the interval above (`10` reads "10 and
    more"), `10+` to the one below ("more than 10"); lower-is-better cuts belong to the interval below (`10` reads
    "10 and less"), `10-` to the one above ("less than 10").
    """

    kind: Literal["numeric"] = "numeric"
    better: Literal["higher", "lower"]
    domain: Domain
    bounds: tuple[Bound, Bound, Bound, Bound]
    printed: tuple[str, ...] = ()
    mended: tuple[Mend, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _read_bounds(cls, data: Any) -> Any:
        if not isinstance(data, Mapping) or not isinstance(data.get("bounds"), list | tuple):
            return data
        lower = data.get("better") == "lower"
        marker = "-" if lower else "+"

        def read(text: object) -> dict[str, object]:
            if isinstance(text, str) and text.endswith(marker):
                return {"value": text[:-1], "below": not lower}
            return {"value": text, "below": lower}

        return {**data, "bounds": [read(b) for b in data["bounds"]]}

    @model_validator(mode="after")
    def _covers(self) -> NumericRubric:
        cuts = [(b.value, b.below) for b in self.bounds]
        top = self.domain.max
        if any(b <= a for a, b in zip(cuts, cuts[1:], strict=False)):
            raise Unfit("bounds_order")
        if cuts[0][0] < self.domain.min or (top is not None and cuts[-1][0] > top):
            raise Unfit("bounds_domain")
        return self

    def score(self, raw: object) -> int:
        """The level 1..5 of a raw value. Raises ValueError outside the domain or for what is not a number."""
        value = exact(raw)
        if value < self.domain.min or (self.domain.max is not None and value > self.domain.max):
            raise ValueError(f"{raw} outside the domain")
        passed = sum(value > b.value if b.below else value >= b.value for b in self.bounds)
        return 5 - passed if self.better == "lower" else 1 + passed

    @property
    def intervals(self) -> dict[int, Interval]:
        """Level 1..5 -> its raw values, exactly as `score` decides; together they cover the domain once."""
        lows = [(self.domain.min, True), *((b.value, not b.below) for b in self.bounds)]
        highs = [*((b.value, b.below) for b in self.bounds), (self.domain.max, self.domain.max is not None)]
        levels = range(5, 0, -1) if self.better == "lower" else range(1, 6)
        found = {
            level: Interval(low, high, low_in, high_in)
            for level, (low, low_in), (high, high_in) in zip(levels, lows, highs, strict=True)
        }
        return dict(sorted(found.items()))

    @property
    def accepted(self) -> Reason:
        """The valid raw values, for messages."""
        return span(self.domain.min, self.domain.max)


class Option(_Model):
    """One described stage of a rubric that is not a number line."""

    score: int = Field(ge=1, le=5)
    label: Label


class ChoiceRubric(_Model):
    """Described stages; the raw value is the number of the stage, 1..5."""

    kind: Literal["choice"]
    options: tuple[Option, ...]
    printed: tuple[str, ...] = ()
    mended: tuple[Mend, ...] = ()

    def score(self, raw: object) -> int:
        """The level 1..5 of a stage number. Raises ValueError for a number that is no stage."""
        value = exact(raw)
        for option in self.options:
            if value == option.score:
                return option.score
        raise ValueError(f"{raw} is no stage")

    @property
    def accepted(self) -> str:
        """The valid stage numbers, for messages."""
        return ", ".join(str(option.score) for option in self.options)


def _rubric_kind(data: Any) -> Any:
    if isinstance(data, Mapping) and "kind" not in data:
        return {"kind": "numeric", **data}
    return data


Rubric = Annotated[Annotated[NumericRubric | ChoiceRubric, Field(discriminator="kind")], BeforeValidator(_rubric_kind)]


class Node(_Model):
    """One figure of the index: root, component or aspect, group, question or indicator.

    `weight` is the share of the parent (a fraction, or `equal`: one over the number of siblings).
    `missing` says what the parent does without this node's value: `require` (the parent has none either),
    `exclude` (the parent is the mean of the rest), `pool` (as `exclude`, and a partly answered node counts only with
    the share it answers, so that the parent is the mean of all answered leaves) or `zero` (it counts as 0).
    """

    id: str
    parent: str | None = None
    kind: Literal["index", "component", "aspect", "group", "question", "indicator"]
    label: Label
    weight: Exact | Literal["equal"] = "equal"
    missing: Literal["require", "exclude", "pool", "zero"] = "exclude"
    scale: str | None = None
    source: SourceRef | None = None
    dimension: Dimension | None = None
    subdimension: Label | None = None
    comparable: dict[str, str] = Field(default_factory=dict)
    unit: Label | None = None
    rubric: Rubric | None = None


class Rules(_Model):
    """Numbers of the procedure that are not part of the tree."""

    panel_size: int | None = None


class _File(_Model):
    """An instrument file as written, after `extends` is resolved."""

    id: str
    family: str
    title: Label
    status: Literal["official", "draft"]
    year: int
    source: SourceRef
    scales: dict[str, Scale] = Field(min_length=1)
    rules: Rules = Rules()
    nodes: tuple[Node, ...]


class Instrument:
    """A validated instrument with its tree laid out for reading.

    `nodes` keeps file order; `leaves` are the nodes without children. Built by `load_instrument` or
    `Instrument.from_dict`; both raise `Problem` naming file and node when the tree or a weight set does not hold.
    """

    def __init__(self, file: _File, path: str) -> None:
        self.id = file.id
        self.family = file.family
        self.title = file.title
        self.status = file.status
        self.year = file.year
        self.source = file.source
        self.rules = file.rules
        self.scales = file.scales
        self.nodes = file.nodes
        self.path = path
        self.by_id: dict[str, Node] = {}
        for node in self.nodes:
            if node.id in self.by_id:
                raise Problem("instrument_duplicate", file=path, node=node.id)
            self.by_id[node.id] = node
        roots = [node for node in self.nodes if node.parent is None]
        if len(roots) != 1:
            raise Problem("instrument_root", file=path, count=len(roots))
        self.root = roots[0]
        self.children: dict[str, tuple[Node, ...]] = {node.id: () for node in self.nodes}
        for node in self.nodes:
            if node.parent is None:
                continue
            if node.parent not in self.by_id:
                raise Problem("instrument_parent", file=path, node=node.id, parent=node.parent)
            self.children[node.parent] += (node,)
        self._check_tree()
        self.weights: dict[str, Fraction] = {self.root.id: Fraction(1)}
        for parent, siblings in self.children.items():
            self.weights |= self._sibling_weights(parent, siblings)
        self.leaves = tuple(node for node in self.nodes if not self.children[node.id])

    def _check_tree(self) -> None:
        for node in self.nodes:
            seen = {node.id}
            up = node.parent
            while up is not None:
                if up in seen:
                    raise Problem("instrument_cycle", file=self.path, node=node.id)
                seen.add(up)
                up = self.by_id[up].parent
            self.scale(node.id)

    def _sibling_weights(self, parent: str, siblings: tuple[Node, ...]) -> dict[str, Fraction]:
        if not siblings:
            return {}
        share = Fraction(1, len(siblings))
        weights = {n.id: share if n.weight == "equal" else exact(n.weight) for n in siblings}
        total = sum(weights.values(), start=Fraction(0))
        if total != 1 or min(weights.values()) < 0:
            raise Problem("weights_sum", file=self.path, node=parent, total=total)
        return weights

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], path: str = "instrument") -> Instrument:
        """Build from the parsed content of an instrument file (no `extends`)."""
        try:
            return cls(_File.model_validate(data), path)
        except ValidationError as error:
            first = error.errors()[0]
            raise field_problem(path, first, _place(data, first["loc"])) from error

    def __contains__(self, node_id: object) -> bool:
        return node_id in self.by_id

    def __getitem__(self, node_id: str) -> Node:
        return self.by_id[node_id]

    def ancestors(self, node_id: str) -> Iterator[Node]:
        """The nodes above `node_id`, nearest first."""
        up = self.by_id[node_id].parent
        while up is not None:
            yield self.by_id[up]
            up = self.by_id[up].parent

    def below(self, node_id: str) -> Iterator[Node]:
        """All nodes under `node_id`, each before the nodes under itself."""
        for child in self.children[node_id]:
            yield child
            yield from self.below(child.id)

    @property
    def parts(self) -> tuple[Node, ...]:
        """What the root is made of, in file order: the components of an evaluation, the aspects of the standard."""
        return self.children[self.root.id]

    def scale(self, node_id: str) -> Scale:
        """The scale of a node: its own, or the nearest above it, or the only one of the file."""
        for node in (self.by_id[node_id], *self.ancestors(node_id)):
            if node.scale is not None:
                if node.scale not in self.scales:
                    raise Problem("instrument_scale", file=self.path, node=node.id, scale=node.scale)
                return self.scales[node.scale]
        return next(iter(self.scales.values()))

    @cached_property
    def bounds(self) -> Bounds:
        """The ends of the scale its parts are scored on, the widest where they differ.

        The root's own scale may reach further down: a programme that is missing and counts as 0 is no score given.
        """
        return widest(self.scale(part.id).bounds for part in self.parts or (self.root,))

    def source_of(self, node_id: str) -> SourceRef:
        """The source of a node's rule: its own, or the nearest above it, or the file's."""
        for node in (self.by_id[node_id], *self.ancestors(node_id)):
            if node.source is not None:
                return node.source
        return self.source

    def effective_weight(self, node_id: str) -> Fraction:
        """Share of the root that a node carries when nothing is missing (product of the shares above it)."""
        return math.prod((self.weights[n.id] for n in self.ancestors(node_id)), start=self.weights[node_id])

    def of_kind(self, kind: str) -> tuple[Node, ...]:
        """All nodes of a kind in file order, e.g. `component` or `question`."""
        return tuple(node for node in self.nodes if node.kind == kind)

    def block(self, parent: str, dimension: str) -> tuple[Node, ...]:
        """The children of `parent` that carry a smart dimension (a dimension is a tag, not a level of the tree); none
        where there is no such parent."""
        return tuple(node for node in self.children.get(parent, ()) if node.dimension == dimension)

    @cached_property
    def dimensioned(self) -> tuple[str, ...]:
        """The ids of the parts whose questions carry smart dimensions, in file order."""
        return tuple(part.id for part in self.parts if any(node.dimension for node in self.children[part.id]))


def _place(data: Mapping[str, Any], loc: tuple[int | str, ...]) -> str:
    """A location a person can find: the node's id instead of its position in the list."""
    parts = [str(part) for part in loc if "[" not in str(part)]  # not the validator's own steps
    if len(loc) > 1 and loc[0] == "nodes" and isinstance(loc[1], int):
        node = data["nodes"][loc[1]]
        parts[:2] = [f"node {node.get('id', loc[1] + 1)}" if isinstance(node, Mapping) else f"node {loc[1] + 1}"]
    return " > ".join(parts)


def _read(path: Path) -> dict[str, Any]:
    """An instrument file as written; its nodes are a list of mappings that each carry an id."""
    data = read_mapping(path)
    nodes = data.get("nodes")
    named = isinstance(nodes, list) and all(isinstance(n, dict) and isinstance(n.get("id"), str) for n in nodes)
    if not named or not isinstance(data.get("id"), str):
        raise Problem("instrument_nodes", file=path.name)
    return data


def _extended(data: dict[str, Any], path: Path, above: tuple[str, ...] = ()) -> dict[str, Any]:
    """Lay a file over the instrument it extends: nodes override by id, given keys only; new nodes come last.

    `above` are the files that led here; one that comes back, or that does not exist, is a `Problem`.
    """
    base_id = data.pop("extends", None)
    if base_id is None:
        return data
    chain = (*above, path.stem)
    if base_id in chain or not isinstance(base_id, str) or base_id not in instrument_ids(path.parent):
        raise Problem("instrument_extends", file=path.name, value=base_id if isinstance(base_id, str) else "?")
    base_path = path.parent / f"{base_id}.yaml"
    base = _extended(_read(base_path), base_path, chain)
    nodes = {node["id"]: node for node in base["nodes"]}
    own: set[str] = set()
    for node in data["nodes"]:
        if node["id"] in own:
            raise Problem("instrument_duplicate", file=path.name, node=node["id"])
        own.add(node["id"])
        nodes[node["id"]] = {**nodes.get(node["id"], {}), **node}
    return {**base, **data, "nodes": list(nodes.values())}


def load_instrument(instrument_id: str, folder: Path = DATA / "instruments") -> Instrument:
    """Read `<folder>/<instrument_id>.yaml`. Raises `Problem` that names file, node and what does not hold."""
    path = folder / f"{instrument_id}.yaml"
    if instrument_id not in instrument_ids(folder):
        raise Problem("instrument_unknown", value=instrument_id, accepted=", ".join(instrument_ids(folder)))
    data = _extended(_read(path), path)
    if data["id"] != instrument_id:
        raise Problem("instrument_name", file=path.name, value=data["id"])
    return Instrument.from_dict(data, path.name)


def instrument_ids(folder: Path = DATA / "instruments") -> tuple[str, ...]:
    """The instruments on file, by name."""
    return tuple(sorted(path.stem for path in folder.glob("*.yaml")))
