"""The rubrics of the draft standard: what each of the five levels asks of an indicator, and a trial of a value."""

from __future__ import annotations

import re
from fractions import Fraction

import pandas as pd
import streamlit as st

from kotacerdas.i18n import Text
from kotacerdas.instrument import ChoiceRubric, Instrument, Interval, Node, NumericRubric, exact
from kotacerdas.problem import Problem
from kotacerdas.ui import notice, state, tables
from kotacerdas.ui.method_table import figure, short

_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}([.,]\d{3})+")
"""`1.000` is a thousand in Indonesian and one in English: what a reader meant cannot be known."""


def draw(t: Text, instrument: Instrument) -> None:
    """One indicator with its five levels and the trial, then all rubrics on demand."""
    indicators = {node.id: node for node in instrument.nodes if node.rubric is not None}
    chosen = indicators[
        state.choose(
            "indicator",
            tuple(indicators),
            label=t("method.rubric.choose"),
            shown=lambda value: t("method.rubric.option", number=number(value), label=t.label(indicators[value].label)),
            default=next(iter(indicators)),
        )
    ]
    words, trial = st.columns([5, 3], gap="large")
    with words:
        _levels(t, instrument, chosen)
    with trial:
        _trial(t, chosen)
    _mended(t, chosen)
    if state.toggle("rubrics", label=t("method.rubric.all", count=len(indicators))):
        _all(t, instrument, indicators)


def number(node_id: str) -> str:
    """The printed number of an indicator: `i21` -> `21`."""
    return node_id.removeprefix("i")


# ---- one indicator -----------------------------------------------------------------------------------------------


def _levels(t: Text, instrument: Instrument, node: Node) -> None:
    aspect = next(instrument.ancestors(node.id))
    facts = [
        (t("method.rubric.aspect"), t.label(aspect.label)),
        (t("method.unit"), t.label(node.unit) if node.unit else t("method.rubric.no_unit")),
        (t("method.rubric.direction"), _direction(t, node)),
        (t("method.effective"), t.percent(instrument.effective_weight(node.id), 2)),
        (t("method.source"), t("method.rubric.row", document=_document(t, instrument, node), number=number(node.id))),
    ]
    st.markdown("  \n".join(f"{name}: **{notice.literal(value)}**" for name, value in facts))
    frame = levels(t, node)
    short(frame, alt=t("method.rubric.alt", label=t.label(node.label)))


def _mended(t: Text, node: Node) -> None:
    mended = node.rubric.mended if node.rubric else ()
    if mended:
        st.markdown(f"**{t('method.rubric.mended', count=len(mended))}**")
        lines = [
            t(
                "method.rubric.mend",
                level=mend.level,
                printed=notice.literal(mend.printed),
                reason=notice.literal(t.label(mend.reason)),
            )
            for mend in mended
        ]
        st.markdown("\n".join(f"- {line}" for line in lines))


def _document(t: Text, instrument: Instrument, node: Node) -> str:
    return t(f"method.document.{instrument.source_of(node.id).document}")


def _direction(t: Text, node: Node) -> str:
    if isinstance(node.rubric, NumericRubric):
        return t(f"method.rubric.{node.rubric.better}")
    return t("method.rubric.stages")


def levels(t: Text, node: Node) -> pd.DataFrame:
    """The five levels of an indicator: the range that counts, in words, and the criterion as printed."""
    rubric = node.rubric
    printed = rubric.printed if rubric else ()
    return pd.DataFrame(
        [
            {
                t("method.rubric.score"): str(level),
                t("method.rubric.range"): words,
                t("method.rubric.printed"): printed[level - 1] if len(printed) >= level else "",
            }
            for level, words in ranges(t, node).items()
        ]
    )


def ranges(t: Text, node: Node) -> dict[int, str]:
    """Level -> the raw values that get it, in words."""
    if isinstance(node.rubric, NumericRubric):
        return {level: interval_words(t, interval) for level, interval in node.rubric.intervals.items()}
    if isinstance(node.rubric, ChoiceRubric):
        return {option.score: t.label(option.label) for option in node.rubric.options}
    return {}


def interval_words(t: Text, interval: Interval) -> str:
    """An interval as a reader says it: `10 to less than 30`, `more than 100`."""
    low = figure(t, interval.low)
    if interval.high is None:
        return t("method.interval.at_least" if interval.low_in else "method.interval.above", low=low)
    high = figure(t, interval.high)
    if interval.low == interval.high:
        return t("method.interval.exactly", low=low)
    kinds = {
        (True, True): "method.interval.closed",
        (True, False): "method.interval.from",
        (False, True): "method.interval.up_to",
        (False, False): "method.interval.between",
    }
    return t(kinds[interval.low_in, interval.high_in], low=low, high=high)


# ---- trial -------------------------------------------------------------------------------------------------------


def _trial(t: Text, node: Node) -> None:
    with st.container(border=True, key="trial"):
        st.markdown(f"**{t('method.rubric.trial')}**")
        unit = t.label(node.unit) if node.unit else t("method.rubric.no_unit")
        typed = state.search(
            "value", label=t("method.rubric.value", unit=unit), placeholder=t("method.rubric.value_hint"), quiet=False
        )
        st.caption(t("method.rubric.trial_help"))
        if typed:
            try:
                st.markdown(verdict(t, node, typed))
            except Problem as problem:
                notice.problem(problem, t)


def verdict(t: Text, node: Node, typed: str) -> str:
    """The score of a raw value as typed, and why, as Markdown. Raises `Problem` for what is no value of it."""
    if node.rubric is None:
        raise Problem("indicator_unknown", value=node.id, instrument="")
    named = t("method.rubric.named", number=number(node.id))
    value = read_number(typed, named)
    try:
        score = node.rubric.score(value)
    except ValueError as error:
        raise Problem("answer_scale", node=named, value=typed[:40], accepted=accepted(t, node)) from error
    return t(
        "method.rubric.verdict",
        value=figure(t, value),
        unit=notice.literal(t.label(node.unit)) if node.unit else "",
        score=score,
        range=ranges(t, node)[score],
    )


def read_number(typed: str, named: str) -> Fraction:
    """A number as typed, with decimal comma or point; `named` is the indicator in messages.

    Raises `Problem` for what is no number, and for what can be read two ways.
    """
    text = typed.strip()
    try:
        if _GROUPED.fullmatch(text) or "/" in text:
            raise ValueError(text)
        return exact(text.replace(",", "."))
    except ValueError as error:
        raise Problem("answer_number", node=named, value=typed[:40]) from error


def accepted(t: Text, node: Node) -> str:
    """The raw values an indicator can take, in words."""
    if isinstance(node.rubric, NumericRubric):
        domain = node.rubric.domain
        return interval_words(t, Interval(domain.min, domain.max, True, domain.max is not None))
    return node.rubric.accepted if node.rubric else ""


# ---- all of them -------------------------------------------------------------------------------------------------


def _all(t: Text, instrument: Instrument, indicators: dict[str, Node]) -> None:
    table = rubrics(t, instrument, indicators)
    tables.searchable(
        t,
        table,
        alt=t("method.rubric.all_alt"),
        key="rubrics",
        placeholder=t("method.rubric.search"),
        download=t("method.rubric.download"),
        file_parts=[instrument.id, "rubrics"],
        config={
            t("method.rubric.number"): st.column_config.TextColumn(width=60, pinned=True),
            t("method.label"): st.column_config.TextColumn(width=280),
        },
    )


def rubrics(t: Text, instrument: Instrument, indicators: dict[str, Node]) -> pd.DataFrame:
    """Every indicator with its unit and the range of each level."""
    rows = []
    for node in indicators.values():
        rows.append(
            {
                t("method.rubric.number"): number(node.id),
                t("method.label"): t.label(node.label),
                t("method.rubric.aspect"): t.label(next(instrument.ancestors(node.id)).label),
                t("method.unit"): t.label(node.unit) if node.unit else "",
                t("method.rubric.direction"): _direction(t, node),
                **{t("method.rubric.level", level=level): words for level, words in ranges(t, node).items()},
                t("method.rubric.mended_short"): len(node.rubric.mended) if node.rubric else 0,
            }
        )
    return pd.DataFrame(rows)
