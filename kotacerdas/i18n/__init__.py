"""Everything the reader sees as words, numbers and dates, in Indonesian and English.

Each language is a folder of TOML files, one per room of the house; tables become dotted keys, and all files of a
folder form one flat catalogue. `Text(lang)` is an immutable value that is passed along: there is no global language.
Babel serves numbers and dates only, and is imported when the first one is shown.
"""

from __future__ import annotations

import datetime as dt
import math
import string
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, cast

Lang = Literal["id", "en"]
LANGUAGES: tuple[Lang, ...] = ("id", "en")
DEFAULT: Lang = "id"
MISSING = "–"
"""Shown where there is no value: an en dash, never a zero."""

_LOCALE = {"id": "id_ID", "en": "en_GB"}
_MINUS = "\N{MINUS SIGN}"
_TWELVE = Context(prec=12)
_COARSEST, _FINEST = 2, 4
"""Decimals of a score: official ones have two."""

_COMPONENT = "component."

_LONGEST_WHOLE = 15
"""Digits from which on a number is written with a power of ten."""


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        elif isinstance(value, str):
            yield f"{prefix}{key}", value
        else:
            raise ValueError(f"{prefix}{key} is not a text")


@cache
def catalogue(lang: Lang) -> Mapping[str, str]:
    """Dotted key -> sentence, merged from all files of the language. A key in two files is a ValueError."""
    merged: dict[str, str] = {}
    for path in sorted((Path(__file__).parent / lang).glob("*.toml")):
        for key, sentence in _flat(tomllib.loads(path.read_text(encoding="utf-8"))):
            if key in merged:
                raise ValueError(f"{lang}/{path.name}: key {key!r} is already in another file")
            merged[key] = sentence
    return MappingProxyType(merged)


def _decimal(value: object) -> Decimal | None:
    """An exact decimal, or None for a missing value (None, NaN, an absent pandas scalar)."""
    if value is None or value is False or value is True:
        return None
    if isinstance(value, Fraction):
        return Decimal(value.numerator) / Decimal(value.denominator)
    try:
        number = value if isinstance(value, Decimal) else Decimal(str(value))
    except ArithmeticError:
        return None
    return number if math.isfinite(number) else None


class _Sentence(string.Formatter):
    """Fills a sentence that has words for one and for many: `{count} {count:reply|replies}`."""

    def format_field(self, value: Any, format_spec: str) -> str:
        one, bar, many = format_spec.partition("|")
        if not bar:
            return cast(str, super().format_field(value, format_spec))
        return one if str(value) == "1" else many


_SENTENCE = _Sentence()


def _nameless(component: str) -> None:
    """Without an instrument, nothing is known beyond the catalogue."""


@dataclass(frozen=True)
class Text:
    """The words and number habits of one language.

    `named` gives the names that no catalogue can know: what an instrument calls a component, by its id, as a pair of
    labels. It is asked where `component.<id>` is missing.

    A sentence may choose a word by a count it is given: `{count:reply|replies}` is the first for 1, else the second.

    >>> Text("id").number(3.8), Text("en").number(3.8), Text("id").signed(-0.125)
    ('3,80', '3.80', '−0,13')
    >>> Text("id").number(None), Text("id").integer(1234)
    ('–', '1.234')
    """

    lang: Lang = DEFAULT
    named: Callable[[str], object] = field(default=_nameless, compare=False, repr=False, kw_only=True)

    def __call__(self, key: str, /, **params: object) -> str:
        """The sentence `key` with its `{placeholders}` filled. KeyError names the missing key or placeholder."""
        try:
            sentence = catalogue(self.lang)[key]
        except KeyError:
            label = self.named(key.removeprefix(_COMPONENT)) if key.startswith(_COMPONENT) else None
            if label is not None:
                return self.label(label)
            raise KeyError(f"no text {key!r} in the catalogue {self.lang!r}") from None
        try:
            return _SENTENCE.vformat(sentence, (), params) if "|" in sentence else sentence.format(**params)
        except KeyError as error:
            raise KeyError(f"text {key!r} ({self.lang}) needs the placeholder {error}") from None

    def __contains__(self, key: object) -> bool:
        return key in catalogue(self.lang)

    def number(self, value: object, decimals: int = 2) -> str:
        """`3,80` in Indonesian, `3.80` in English; rounded half up like the official figures; `–` if missing."""
        return self._formatted(value, decimals, sign=False)

    def score(self, value: object, *, sign: bool = False) -> str:
        """A score with two decimals like the official ones; a finer one with all it has, four at most: `3,955`."""
        number = _decimal(value)
        finest = 0 if number is None else -int(round(number, _FINEST).normalize().as_tuple().exponent)
        return self._formatted(number, max(_COARSEST, finest), sign=sign)

    def signed(self, value: object, decimals: int = 2) -> str:
        """A difference with `+` or a real minus; zero has no sign."""
        return self._formatted(value, decimals, sign=True)

    def integer(self, value: object) -> str:
        """A whole number with the thousands mark of the language."""
        return self._formatted(value, 0, sign=False)

    def brief(self, value: object) -> str:
        """A number with as many decimals as it has, twelve significant digits at most: `0,25`, `4`."""
        number = _decimal(value)
        if number is None:
            return MISSING
        number = _TWELVE.plus(number).normalize()
        exponent = int(number.as_tuple().exponent)
        if number.adjusted() > _LONGEST_WHOLE or exponent < -_LONGEST_WHOLE:
            return f"{number:.0e}"
        return self.number(number, max(0, -exponent))

    def percent(self, share: object, decimals: int = 0) -> str:
        """A share of one (0.305) as a percentage (`31%`)."""
        number = _decimal(share)
        return MISSING if number is None else self._formatted(number * 100, decimals, sign=False) + "%"

    def date(self, value: str | dt.date | None) -> str:
        """An ISO date or time stamp as a written-out day: `22 November 2026`."""
        if not value:
            return MISSING
        from babel.dates import format_date

        day = dt.date.fromisoformat(value[:10]) if isinstance(value, str) else value
        return format_date(day, format="long", locale=_LOCALE[self.lang])

    def label(self, labels: object) -> str:
        """The own language of a pair of labels: a mapping with the keys `id` and `en`, or an object with both."""
        if isinstance(labels, Mapping):
            return str(labels[self.lang])
        return str(getattr(labels, self.lang))

    def problem(self, problem: Any) -> str:
        """The sentence of a `kotacerdas.problem.Problem`."""
        return self(f"problem.{problem.key}", **{name: self._part(value) for name, value in problem.params.items()})

    def _part(self, value: Any) -> object:
        """A parameter of a sentence: a `kotacerdas.problem.Reason` becomes words, a pair of labels (or several) the
        one of the language, an exact number is written as the language does, a long text is cut; whole numbers
        (years, rows) stay as they are."""
        if hasattr(value, "key") and hasattr(value, "params"):
            return self(f"reason.{value.key}", **{name: self._part(part) for name, part in value.params.items()})
        if _is_label(value):
            return self.label(value)
        if isinstance(value, tuple) and value and all(map(_is_label, value)):
            return "; ".join(map(self.label, value))
        return self.brief(value) if isinstance(value, Fraction | Decimal | float) else _short(value)

    def _formatted(self, value: object, decimals: int, *, sign: bool) -> str:
        number = _decimal(value)
        if number is None:
            return MISSING
        rounded = number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
        plain = _written(abs(rounded), decimals, self.lang)
        if rounded < 0:
            return _MINUS + plain
        return ("+" if sign and rounded > 0 else "") + plain


@lru_cache(maxsize=4096)
def _written(number: Decimal, decimals: int, lang: Lang) -> str:
    """A number that is not negative with its marks. Kept, for a page writes the same figures at every run."""
    return cast(str, _pattern(decimals).apply(number, _LOCALE[lang]))


@cache
def _pattern(decimals: int) -> Any:
    from babel.numbers import parse_pattern

    return parse_pattern("#,##0." + "0" * decimals if decimals else "#,##0")


def _is_label(value: object) -> bool:
    return hasattr(value, "id") and hasattr(value, "en")


def _short(value: object, longest: int = 80) -> object:
    """Values quoted in a sentence may come from anywhere: cut them, and drop what does not print."""
    if not isinstance(value, str):
        return value
    clean = "".join(c if c.isprintable() else " " for c in value)
    return clean if len(clean) <= longest else clean[: longest - 1] + "…"
