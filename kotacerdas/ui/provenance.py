"""Where a figure stands: status, document, table and row in words, for help texts and the sources of a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from kotacerdas.i18n import Text
from kotacerdas.published import Published


def words(t: Text, data: Published, document: object, table: object = None, row: object = None) -> str:
    """`Letter on ..., national results table, row 130`; parts that are empty fall away."""
    source = data.sources.get(str(document))
    if source is None:
        return str(document)
    parts = [t.label(source.title)]
    if not pd.isna(table):
        titles = {entry.id: t.label(entry.title) for entry in source.tables}
        parts.append(titles.get(str(table), str(table)))
    if not pd.isna(row):
        parts.append(t("provenance.row", row=row))
    return "; ".join(parts)


def of_row(t: Text, data: Published, row: Mapping[str, Any]) -> str:
    """Status and source of a row of `Published.results`, as one sentence."""
    place = words(t, data, row["source_document"], row["source_table"], row["source_row"])
    return t("provenance.sentence", status=t(f"status.{row['status']}"), source=place)
