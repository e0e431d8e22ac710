"""The score receipt on screen, on paper and as a file: every sum from question to final beside the printed figure."""

from __future__ import annotations

import functools
from collections import Counter
from fractions import Fraction

import streamlit as st

from kotacerdas import export
from kotacerdas.i18n import Text
from kotacerdas.published import Published
from kotacerdas.receipt import Line, Receipt, receipt, table
from kotacerdas.scoring import round_half_up
from kotacerdas.ui import city_questions, downloads, notice, provenance, shell, state, tables

LONGEST = 12
"""A sum of more scores than this is written with equal scores taken together."""


def draw(t: Text, data: Published, code: str, year: int) -> None:
    """The receipt as the last part of the profile, with a way to paper and to a file."""
    bill = receipt(data.card(code, year))
    st.header(_finding(t, bill), anchor="receipt")
    st.caption(notice.literal(t("city.receipt_about" if bill.from_questions else "city.receipt_components_only")))
    _steps(t, bill)
    _questions(t, bill, folded=True)
    _final(t, bill, means=data.round(year).status == "panel")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _files(t, data, code, year)
        state.step(t("city.receipt_print"), key="to-paper", icon=":material/print:", city=code, view="receipt")


def draw_whole(t: Text, data: Published, code: str, year: int) -> None:
    """The receipt alone, everything open, for printing."""
    bill = receipt(data.card(code, year))
    row = data.results(year).loc[code].to_dict()
    st.title(t("city.receipt_title", city=row["name"], year=year), anchor=False)
    st.markdown(notice.literal(_finding(t, bill)))
    st.caption(notice.literal(t("city.receipt_about" if bill.from_questions else "city.receipt_components_only")))
    _steps(t, bill)
    _final(t, bill, means=data.round(year).status == "panel")
    st.caption(notice.literal(provenance.of_row(t, data, row)))
    with st.container(horizontal=True, gap="small"):
        _files(t, data, code, year)
    _questions(t, bill, folded=False)


def _finding(t: Text, bill: Receipt) -> str:
    params = {"total": _exact(t, bill.total), "rounded": t.number(bill.rounded), "printed": t.number(bill.printed)}
    if bill.difference:
        return t("city.receipt_differs", difference=t.signed(bill.difference), **params)
    return t("city.receipt_matches", **params)


# ---- from questions to components ----------------------------------------------------------------------------


def _steps(t: Text, bill: Receipt) -> None:
    """Step 1: the mean of each component's questions beside the printed component. Nothing where none is published."""
    lines = [line for line in bill.lines if line.questions]
    if not lines:
        return
    st.markdown(f"**{t('city.receipt_step_one')}**")
    heads = ["component", "receipt_mean", "receipt_printed", "receipt_verdict"]
    rows = [
        [
            t(f"component.{line.id}"),
            f"{expression(t, line)} ≈ {t.number(round_half_up(line.value))}",
            t.number(line.printed),
            _verdict(t, line.difference),
        ]
        for line in lines
    ]
    tables.short([t(f"city.{head}") for head in heads], rows, figures=(2,))


def _questions(t: Text, bill: Receipt, *, folded: bool) -> None:
    """The scores that step 1 starts from: folded on the page, open on paper."""
    lines = [line for line in bill.lines if line.questions]
    if not lines:
        return
    head = t("city.receipt_questions", count=sum(len(line.questions) for line in lines))
    if folded:
        with st.expander(head, icon=":material/table:"):
            _question_list(t, lines, phone=shell.on_phone())
    else:
        st.markdown(f"**{head}**")
        _question_list(t, lines, phone=False)


def expression(t: Text, line: Line) -> str:
    """`(4 + 3,6 + 4) / 3 = 11,6 / 3 = 3,8667`; many scores with equal ones taken together: `36 × 4 + 2 × 3,6`."""
    scores = [question.value for question in line.questions if question.value is not None]
    if len(scores) <= LONGEST:
        terms = " + ".join(_exact(t, score) for score in scores)
    else:
        counts = sorted(Counter(scores).items(), reverse=True)
        terms = " + ".join(f"{count} × {_exact(t, score)}" for score, count in counts)
    return f"({terms}) / {len(scores)} = {_exact(t, line.total)} / {len(scores)} = {_mean(t, line.value)}"


def _question_list(t: Text, lines: list[Line], *, phone: bool) -> None:
    """Number, question, component and score; on a phone the component stands with the question, else it would stick
    out of its frame."""
    heads = [t("city.number_head"), t("city.question"), t("city.component"), t("city.score_head")]
    rows = []
    for line in lines:
        part = t(f"component.{line.id}")
        for node in line.questions:
            label = t.label(node.label)
            words = [t("city.question_part", question=label, component=part)] if phone else [label, part]
            rows.append([node.id.lstrip("q"), *words, _exact(t, node.value)])
    if phone:
        heads.remove(t("city.component"))
    tables.short(heads, rows, figures=(0, len(heads) - 1))


# ---- from components to the final ----------------------------------------------------------------------------


def _final(t: Text, bill: Receipt, *, means: bool) -> None:
    """Step 2: weight times component, the sum, the rounding, and the printed final beside it.

    `means` says that the question scores are rounded means of a panel.
    """
    if bill.from_questions:
        st.markdown(f"**{t('city.receipt_step_two')}**")
    heads = [t("city.component"), t("city.weight"), t("city.receipt_value"), t("city.bars_points")]
    rows = [
        [
            t(f"component.{line.id}"),
            t.percent(line.weight),
            t("city.receipt_zero") if line.rule == "zero" else _mean(t, line.value),
            t.number(line.points, 4),
        ]
        for line in bill.lines
    ]
    rows.append(
        [
            t("city.receipt_sum"),
            t.percent(sum((line.weight for line in bill.lines), start=Fraction(0))),
            "",
            t.number(bill.total, 4),
        ]
    )
    tables.short(heads, rows, figures=(1, 2, 3), total=True)
    st.markdown(
        t(
            "city.receipt_result",
            total=_exact(t, bill.total),
            rounded=t.number(bill.rounded),
            printed=t.number(bill.printed),
            verdict=notice.literal(_verdict(t, bill.difference)),
        )
    )
    notes = []
    if bill.from_printed is not None:
        rounded = t.number(round_half_up(bill.from_printed))
        notes.append(t("city.receipt_from_printed", total=_exact(t, bill.from_printed), rounded=rounded))
    if any(line.rule == "zero" for line in bill.lines):
        notes.append(t("city.receipt_zero_rule"))
    if bill.difference and not bill.from_questions:
        notes.append(t("city.receipt_rounded_parts"))
    if means and bill.from_questions and (bill.difference or any(line.difference for line in bill.lines)):
        notes.append(t("city.receipt_rounded_questions"))
    notes.append(t("city.receipt_rounding"))
    st.caption(notice.literal(" ".join(notes)))


def _verdict(t: Text, difference: Fraction | None) -> str:
    if difference is None:
        return t("city.receipt_no_verdict")
    return t("city.receipt_off", difference=t.signed(difference)) if difference else t("city.receipt_ok")


def _exact(t: Text, value: Fraction | None) -> str:
    """An exact number with as many decimals as it needs, at most four."""
    if value is None:
        return t.number(None)
    places = next((places for places in range(4) if (value * 10**places).denominator == 1), 4)
    return t.number(value, places)


def _mean(t: Text, value: Fraction | None) -> str:
    """A mean with two decimals where they are exact, else with four."""
    return t.number(value, 2 if value is None or (value * 100).denominator == 1 else 4)


# ---- files ---------------------------------------------------------------------------------------------------


def _files(t: Text, data: Published, code: str, year: int) -> None:
    city = str(data.city(code)["name"])
    name = functools.partial(export.file_name, ("kotacerdas", city, year, t("city.file_receipt")))

    def sheet() -> object:
        frame = table(data.card(code, year), t.lang)
        frame["kind"] = [t(f"city.receipt_kind.{kind}") for kind in frame["kind"]]
        frame["rule"] = [t("city.receipt_zero") if rule == "zero" else None for rule in frame["rule"]]
        frame["source_document"] = [provenance.words(t, data, document) for document in frame["source_document"]]
        return frame.rename(columns={column: t(f"city.receipt_column.{column}") for column in frame.columns})

    downloads.button(t("city.download_csv"), name("csv"), lambda: export.to_csv(sheet()), key="receipt-csv")
    downloads.button(
        t("city.download_xlsx"),
        name("xlsx"),
        lambda: export.to_xlsx(
            sheet(),
            t("city.sheet_receipt"),
            city_questions.about_lines(t, data, city, year),
            about=t("city.sheet_sources"),
        ),
        key="receipt-xlsx",
    )
