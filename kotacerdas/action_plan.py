"""A plan of goal-seek as a workbook that can serve as an action plan: who does what, until when, with which proof.

The first sheet has a row per change, the columns for the unit in charge, the due date and the evidence left empty;
the second says what was asked, what it rests on and where the figures come from. A simulation, never a result.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import pandas as pd

from kotacerdas import export
from kotacerdas.goal import Lever, Plan
from kotacerdas.i18n import Text
from kotacerdas.published import Published
from kotacerdas.scoring import round_half_up

EMPTY = ("unit", "due", "evidence")
"""Columns for the city to fill in."""


@dataclass(frozen=True)
class Sheet:
    """A plan with all that its workbook tells: `names` of the levers, `target` and `finding` in words."""

    published: Published
    city: str
    year: int
    plan: Plan
    levers: Sequence[Lever]
    step: Fraction
    names: Mapping[str, str]
    target: str
    finding: str


def workbook(sheet: Sheet, t: Text) -> bytes:
    """The plan as XLSX."""
    frame = table(sheet, t)
    formats = {"from": "0.00", "to": "0.00", "gain": "0.0000", "final": "0.0000"}
    return export.to_xlsx(
        frame,
        t("goal.sheet.plan"),
        about(sheet, t),
        about=t("goal.sheet.about"),
        formats={t(f"goal.column.{name}"): shown for name, shown in formats.items()},
    )


def table(sheet: Sheet, t: Text) -> pd.DataFrame:
    """A row per change, in full precision."""
    parts = {lever.id: lever.component for lever in sheet.levers}
    rows = [
        {
            "order": order,
            "id": change.id,
            "lever": sheet.names[change.id],
            "component": t(f"component.{parts[change.id]}"),
            "from": change.start,
            "to": change.to,
            "steps": change.steps,
            "effort": change.effort,
            "gain": change.gain,
            "final": change.final_after,
            **dict.fromkeys(EMPTY),
        }
        for order, change in enumerate(sheet.plan.changes, start=1)
    ]
    columns = ["order", "id", "lever", "component", "from", "to", "steps", "effort", "gain", "final", *EMPTY]
    return pd.DataFrame(rows, columns=columns, dtype=object).rename(columns=lambda name: t(f"goal.column.{name}"))


def about(sheet: Sheet, t: Text) -> list[tuple[str, str]]:
    """What was asked and found, on which assumptions, and where the figures come from."""
    plan, data = sheet.plan, sheet.published
    row = data.results(sheet.year).loc[sheet.city]
    none = t("goal.sheet.none")
    efforts = [
        t("goal.sheet.effort_of", name=sheet.names[lever.id], effort=amount(lever.effort, t))
        for lever in sheet.levers
        if lever.effort != 1
    ]
    locked = [sheet.names[lever.id] for lever in sheet.levers if lever.locked]
    result = t("goal.sheet.result_value", final=t.number(round_half_up(plan.final)), exact=t.number(plan.final, 4))
    lines = {
        "status": t("goal.sheet.status_value"),
        "city": f"{row['name']} ({sheet.city}), {sheet.year}",
        "target": sheet.target,
        "start": t("goal.sheet.start_value", final=t.number(row["final"]), exact=t.number(plan.start, 4)),
        "result": f"{sheet.finding}. {result}",
        "cost": "" if plan.cost is None else amount(plan.cost, t),
        "proof": f"{t('goal.proof')} {t('goal.proof_help')}" if plan.proven_optimal else t("goal.proof_none"),
        "step": amount(sheet.step, t),
        "locked": "; ".join(locked) or none,
        "efforts": "; ".join(efforts) or none,
        "assumptions": t("goal.sheet.assumptions_value"),
        "data": t("shell.data", version=data.version, date=t.date(data.created)),
    }
    told = [(t(f"goal.sheet.{name}"), words) for name, words in lines.items()]
    documents = {str(row["source_document"])} | _question_documents(sheet)
    return told + [
        (
            t("goal.sheet.source"),
            "; ".join([t.label(source.title), t.label(source.publisher), source.date, t.label(source.terms)]),
        )
        for source in data.data.sources
        if source.id in documents
    ]


def amount(number: Fraction, t: Text) -> str:
    """A step or an effort with as many decimals as it has, two at most."""
    places = next(p for p in (0, 1, 2) if p == 2 or (number * 10**p).denominator == 1)
    return t.number(number, places) if places else t.integer(int(number))


def _question_documents(sheet: Sheet) -> set[str]:
    """The documents that print the questions of the plan's city."""
    rows = sheet.published.data.tables["question_scores"]
    own = rows[(rows["code"] == sheet.city) & (rows["year"] == sheet.year)]
    asked = {lever.id for lever in sheet.levers}
    return {str(name) for name in own.loc[own["question"].isin(asked), "source_document"].unique()}
