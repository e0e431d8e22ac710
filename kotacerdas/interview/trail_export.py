"""The audit trail of a city as a table to take along: CSV and XLSX of what the reader may see, every text as text.

What is still blind stays empty, with a yes in the column that says so (`reading.trail`).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pandas as pd

from kotacerdas.export import to_csv, to_xlsx
from kotacerdas.i18n import Text
from kotacerdas.interview.reading import Record

COLUMNS = (
    "seq",
    "at",
    "who",
    "action",
    "subject",
    "value_before",
    "value_after",
    "note_before",
    "note_after",
    "flag_before",
    "flag_after",
    "other_before",
    "other_after",
    "reason",
    "hidden",
)
"""In the order of the table; their headings are `trail_export.<column>`."""
_PARTS = ("value", "note", "flag")


def frame(records: Sequence[Record], t: Text) -> pd.DataFrame:
    """One row per record, oldest first. What is no part of an answer stands as JSON in the `other` columns."""
    rows = [
        {
            "seq": one.seq,
            "at": one.at,
            "who": one.who,
            "action": one.action,
            "subject": one.subject,
            **_side(one.before, "before"),
            **_side(one.after, "after"),
            "reason": one.reason,
            "hidden": one.hidden,
        }
        for one in records
    ]
    table = pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)
    return table.rename(columns={name: t(f"trail_export.{name}") for name in COLUMNS})


def csv(records: Sequence[Record], t: Text) -> bytes:
    """The trail as CSV for spreadsheets."""
    return to_csv(frame(records, t))


def xlsx(records: Sequence[Record], t: Text, city: str, at: str) -> bytes:
    """The trail as a workbook; `city` and the moment of the export `at` stand on its second sheet."""
    notes = [(t("trail_export.city"), city), (t("trail_export.made"), at), (t("trail_export.rows"), str(len(records)))]
    return to_xlsx(frame(records, t), t("trail_export.sheet"), notes, t("trail_export.about"))


def _side(state: Any, name: str) -> dict[str, Any]:
    """The state before or after a record, the parts of an answer in cells of their own."""
    if not isinstance(state, dict):
        return {f"other_{name}": None if state is None else json.dumps(state, ensure_ascii=False)}
    parts = {f"{part}_{name}": _cell(state[part]) for part in _PARTS if part in state}
    rest = {key: value for key, value in state.items() if key not in _PARTS}
    return parts | {f"other_{name}": json.dumps(rest, ensure_ascii=False, sort_keys=True) if rest else None}


def _cell(value: Any) -> Any:
    """A part of an answer as a cell: marks are kept as text and become numbers where they are plain ones."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    return value if value is None or isinstance(value, str | bool | int) else json.dumps(value, ensure_ascii=False)
