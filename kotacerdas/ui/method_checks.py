"""Part 4 of the method page: every printed figure that can be recomputed, beside its recomputation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import pandas as pd
import streamlit as st

from kotacerdas.charts.frame import CONFIG
from kotacerdas.i18n import Text
from kotacerdas.published import Published
from kotacerdas.ui import shell, state, tables
from kotacerdas.ui.method_table import short

NEAR = 0.02
"""Finals summed from components that are printed rounded may differ by this much."""

Kind = Literal["final", "base", "components"]


@dataclass(frozen=True)
class Binary:
    """How rounding in binary floating point would fare: ties at the third decimal, fewest and most figures missed."""

    ties: int
    fewest: int
    most: int


@dataclass(frozen=True)
class Check:
    """One comparison of printed with recomputed figures.

    `frame`: index code; `name`, `component` (empty but for component means), `printed`, `exact` (unrounded; missing
    where the other figure is printed as well), `computed` (two decimals), `difference` (printed minus computed).
    """

    id: str
    kind: Kind
    year: int
    frame: pd.DataFrame
    binary: Binary | None = None

    @cached_property
    def count(self) -> int:
        """How many figures were compared."""
        return len(self.frame)

    @cached_property
    def equal(self) -> int:
        """How many are exactly equal."""
        return self.within(0.0)

    @cached_property
    def largest(self) -> float:
        """The largest difference, without its sign."""
        return float(self.frame["difference"].abs().max())

    @property
    def variant(self) -> str:
        """Which words describe it: `final_exact`, `final_near` ..."""
        return f"{self.kind}_{'exact' if self.equal == self.count else 'near'}"

    def within(self, limit: float) -> int:
        """How many differ by at most `limit`."""
        return int((self.frame["difference"].abs() <= limit + 1e-9).sum())

    @property
    def headline(self) -> int:
        """The number that sums it up: exactly equal, or within `NEAR` where the printed parts are rounded."""
        return self.equal if self.equal == self.count else self.within(NEAR)


def checks(data: Published) -> dict[str, Check]:
    """All comparisons the data allow, newest round first, by id (`final-2024`, `base-2020`, `components-2021` ...)."""
    return _checks(data.data.digest, data)


@st.cache_resource(max_entries=2, show_spinner=False)
def _checks(digest: str, _data: Published) -> dict[str, Check]:
    return {check.id: check for check in _found(_data)}


def _found(data: Published) -> Iterator[Check]:
    scored = [year for year in data.years if data.round(year).instruments]
    for year in scored:
        frame = data.reconciliation(year).rename(
            columns={"final": "printed", "recomputed": "exact", "rounded": "computed"}
        )
        yield Check(f"final-{year}", "final", year, _laid_out(frame, data), _binary(data, year))
    base = data.base_reconciliation()
    if not base.empty:
        frame = base.rename(columns={"implied": "computed"})
        yield Check("base-2020", "base", 2020, _laid_out(frame, data))
    for year in scored:
        frame = data.component_reconciliation(year).rename(columns={"published": "printed", "mean": "computed"})
        if not frame.empty:
            yield Check(f"components-{year}", "components", year, _laid_out(frame, data))


def _laid_out(frame: pd.DataFrame, data: Published) -> pd.DataFrame:
    """The columns of a check in their order; rows by city name, components as the instrument has them."""
    found = frame.copy()
    found["name"] = data.cities["name"].reindex(found.index)
    columns = ["name", "component", "printed", "exact", "computed", "difference"]
    return found.reindex(columns=columns).sort_values("name", kind="stable")


def _binary(data: Published, year: int) -> Binary:
    frame = data.binary_rounding(year)
    missed = [int((frame[way] != frame["final"]).sum()) for way in ("forward", "backward", "nearest")]
    return Binary(int(frame["tie"].sum()), min(missed), max(missed))


# ---- on the page -------------------------------------------------------------------------------------------------


def label(t: Text, check: Check) -> str:
    """The name of a check in words."""
    return t(f"method.check.{check.kind}", year=check.year)


def draw(t: Text, data: Published, whole: bool) -> None:
    """The summary of all checks, then one of them with its distribution and its rows."""
    found = checks(data)
    st.header(
        t(
            "method.checks.title",
            count=t.integer(sum(check.count for check in found.values())),
            equal=t.integer(sum(check.equal for check in found.values())),
        ),
        anchor="checks",
    )
    st.markdown(t("method.checks.lead"))
    _summary(t, found)
    chosen = found[
        state.choose(
            "check",
            tuple(found),
            label=t("method.checks.choose"),
            shown=lambda value: label(t, found[value]),
            default=next(iter(found)),
            look="pills",
        )
    ]
    _one(t, data, chosen, whole)


def _summary(t: Text, found: dict[str, Check]) -> None:
    rows = [
        {
            t("method.checks.what"): label(t, check),
            t("method.checks.count"): check.count,
            t("method.checks.equal"): check.equal,
            t("method.checks.within", limit=t.number(0.01)): check.within(0.01),
            t("method.checks.within", limit=t.number(0.02)): check.within(0.02),
            t("method.checks.largest"): check.largest,
        }
        for check in found.values()
    ]
    frame = pd.DataFrame(rows)
    names = list(frame.columns)
    short(
        frame,
        alt=t("method.checks.alt"),
        formats={**dict.fromkeys(names[1:5], t.integer), names[5]: t.number},
        links=[state.href("metode", part="checks", check=name) for name in found],
    )


def _one(t: Text, data: Published, check: Check, whole: bool) -> None:
    st.subheader(
        t(
            f"method.check_title.{check.variant}",
            year=check.year,
            equal=t.integer(check.equal),
            of=t.integer(check.count),
            near=t.integer(check.within(0.01)),
            limit=t.number(0.01),
            largest=t.number(check.largest),
        ),
        anchor="check",
    )
    panel = data.round(check.year).status == "panel"
    st.markdown(t(f"method.check_text.{check.kind}_panel" if panel else f"method.check_text.{check.variant}"))
    if check.binary and check.binary.ties and check.equal == check.count:
        st.markdown(
            t(
                "method.checks.binary",
                ties=t.integer(check.binary.ties),
                of=t.integer(check.count),
                fewest=t.integer(check.binary.fewest),
                most=t.integer(check.binary.most),
            )
        )
    if check.equal < check.count and check.kind == "final":
        gaps = (check.frame["printed"] - check.frame["exact"]).abs()
        st.markdown(
            t(
                "method.checks.unrounded",
                near=t.integer(int((gaps <= 0.01 + 1e-9).sum())),
                of=t.integer(check.count),
                limit=t.number(0.01),
                largest=t.number(gaps.max(), 3),
            )
        )
    if check.equal < check.count:
        _distribution(t, check)
    if not whole:
        _rows(t, data, check)


def _distribution(t: Text, check: Check) -> None:
    from kotacerdas.charts import differences

    counted = differences.bins(check.frame["difference"], step(check))
    st.plotly_chart(
        differences.histogram(counted, shell.theme_mode(), t, decimals=2 if step(check) < 0.1 else 1),
        theme=None,
        config=CONFIG,
        key=f"differences-{check.id}",
        alt=differences.alt(counted, t, decimals=2 if step(check) < 0.1 else 1),
    )


def step(check: Check) -> float:
    """The width of the bars: hundredths where the differences are small, tenths where they are not."""
    return 0.01 if check.largest <= 0.05 else 0.1


def _rows(t: Text, data: Published, check: Check) -> None:
    table = words(t, check)
    numbers = [name for name in table.columns if pd.api.types.is_float_dtype(table[name])]
    formats: dict[str, Callable[[Any], str]] = {**dict.fromkeys(numbers, t.number)}
    formats |= {t("method.checks.difference"): t.signed}
    if t("method.checks.exact") in table:
        formats[t("method.checks.exact")] = lambda value: t.number(value, 3)
    tables.searchable(
        t,
        table,
        alt=label(t, check),
        key=f"check-{check.id}",
        placeholder=t("method.checks.search"),
        download=t("method.checks.download"),
        file_parts=[check.id],
        formats=formats,
    )


def words(t: Text, check: Check) -> pd.DataFrame:
    """The rows of a check with headings and components in words; columns that are empty throughout are left out."""
    frame = check.frame.reset_index()
    if check.kind == "components":
        frame["component"] = [t(f"component.{component}") for component in frame["component"]]
    frame = frame.dropna(axis=1, how="all")
    names = {
        "code": t("method.code"),
        "name": t("method.city"),
        "component": t("method.component"),
        "printed": t("method.checks.printed"),
        "exact": t("method.checks.exact"),
        "computed": t("method.checks.implied") if check.kind == "base" else t("method.checks.computed"),
        "difference": t("method.checks.difference"),
    }
    return frame.rename(columns=names)[[names[name] for name in frame.columns]]
