"""Every table's columns and checks, once.

One description per table feeds three readers: the Table Schema of `data/datapackage.json`, the pandera validation
of `python -m kotacerdas check`, and the sentence that names file, row and column when a file is damaged. pandera is
imported only when a table is really validated (its import costs about a second); files whose checksum stands in the
data package are not validated again.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from kotacerdas.problem import Problem, Reason, span

if TYPE_CHECKING:
    import pandera.pandas as pandera

ISLANDS = ("sumatera", "jawa", "bali-nusa-tenggara", "kalimantan", "sulawesi", "maluku", "papua")
FIGURES = ("final", "improvement", "final_implied")
"""The figures of a city's round beside its components, which go by the ids of the round's instrument."""
MEASURE = r"^[a-z][a-z0-9_]*$"
STATUSES = (
    "published", "panel", "panel_provisional", "derived",
    "did_not_take_part", "not_in_copy", "not_final", "no_programme",
)  # fmt: skip
VALUED = ("published", "panel", "panel_provisional", "derived")
"""The statuses of a result that is a figure; the others say why there is none."""
EVALUATED = ("published", "panel", "panel_provisional")
"""The statuses of figures that come out of an evaluation: printed in a letter, or published here by a panel (of fewer
assessors than the round asks for: provisional)."""
CODE = r"^\d{2}\.\d{2}$"
_NUMBER = r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?"
_LARGEST_WHOLE = 2**53
"""Above this a whole number read as a float is no longer itself."""


@dataclass(frozen=True)
class Column:
    """One column: its type, what it may hold and what it means. `required` forbids empty cells."""

    name: str
    type: Literal["string", "integer", "number"]
    description: str
    required: bool = True
    unique: bool = False
    enum: tuple[str, ...] = ()
    pattern: str = ""
    minimum: float | None = None
    maximum: float | None = None

    def constraints(self) -> dict[str, Any]:
        """The constraints in Table Schema terms."""
        found = {
            "required": self.required,
            "unique": self.unique or None,
            "enum": list(self.enum) or None,
            "pattern": self.pattern or None,
            "minimum": self.minimum,
            "maximum": self.maximum,
        }
        return {key: value for key, value in found.items() if value is not None}


@dataclass(frozen=True)
class Table:
    """A CSV file of the data folder: its columns in order, its key and what it holds."""

    name: str
    path: str
    title: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    def table_schema(self) -> dict[str, Any]:
        """The Table Schema (Frictionless) of this file."""
        fields = [
            {"name": c.name, "type": c.type, "description": c.description, "constraints": c.constraints()}
            for c in self.columns
        ]
        return {"fields": fields, "primaryKey": list(self.key), "missingValues": [""]}

    def read(self, content: bytes) -> pd.DataFrame:
        """The file as a frame: texts stay texts (codes keep their zeros, `NA` is a name), empty cells are missing.

        Raises `Problem` when the bytes are no UTF-8 table with exactly these columns.
        """
        try:
            frame = pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False, na_values=[""], encoding="utf-8")
        except UnicodeDecodeError as error:
            row = content[: error.start].count(b"\n") + 1
            raise Problem("file_encoding", file=self.path, row=row) from error
        except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
            raise Problem("file_unreadable", file=self.path, row=_parser_row(error)) from error
        names = [c.name for c in self.columns]
        if not isinstance(frame.index, pd.RangeIndex):  # rows with more cells than the header shift into an index
            raise Problem("file_unreadable", file=self.path, row=2)
        if list(frame.columns) != names:
            odd = [name for name in frame.columns if name not in names] or [n for n in names if n not in frame.columns]
            raise Problem("file_columns", file=self.path, columns=", ".join(map(str, odd or frame.columns)))
        for column in self.columns:
            if column.type != "string":
                frame[column.name] = self._numbers(frame[column.name], column)
        return frame

    def _numbers(self, cells: pd.Series[str], column: Column) -> pd.Series[float]:
        numbers = pd.to_numeric(cells, errors="coerce")
        bad = cells.notna() & (numbers.isna() | numbers.abs().eq(float("inf")))
        bad |= ~cells.fillna("0").str.fullmatch(_NUMBER)  # no spaces, thousands marks, TRUE or foreign digits
        if column.type == "integer":
            bad |= numbers.notna() & ((numbers % 1 != 0) | (numbers.abs() > _LARGEST_WHOLE))
        if bad.any():
            first = int(bad.to_numpy().argmax())
            raise Problem(
                "cell_number", file=self.path, row=first + 2, column=column.name, value=str(cells.iloc[first])[:40]
            )
        return numbers.astype("Int64") if column.type == "integer" else numbers.astype(float)

    def validate(self, frame: pd.DataFrame) -> list[Problem]:
        """Every cell and key that breaks the schema, as problems with file and row; empty when all is well."""
        import pandera.errors

        problems = []
        doubled = frame.duplicated(list(self.key), keep="first")
        for row in frame.index[doubled]:
            value = ", ".join(str(frame.at[row, name]) for name in self.key)
            problems.append(Problem("row_twice", file=self.path, row=int(row) + 2, value=value))
        try:
            self._pandera().validate(frame, lazy=True)
        except pandera.errors.SchemaErrors as errors:
            for case in errors.failure_cases.itertuples():
                row = "?" if pd.isna(case.index) else int(case.index) + 2
                value = "" if pd.isna(case.failure_case) else str(case.failure_case)[:40]
                rule = self._rule(case.column, case.check)
                problems.append(
                    Problem("cell_invalid", file=self.path, row=row, column=case.column, value=value, rule=rule)
                )
        return problems

    def _rule(self, name: str, check: str) -> Reason:
        """The broken rule of a column in terms of the catalogues; `check` is how the validator writes it."""
        key = next((key for start, key in _RULES.items() if check.startswith(start)), "unfit")
        column = next((c for c in self.columns if c.name == name), None)
        if key == "one_of" and column is not None:
            return Reason(key, {"accepted": ", ".join(column.enum)})
        if key == "range" and column is not None and column.minimum is not None:
            return Reason("between", {"accepted": span(column.minimum, column.maximum)})
        return Reason(key)

    def _pandera(self) -> pandera.DataFrameSchema:
        import pandera.pandas as pandera

        dtypes = {"string": "str", "integer": "Int64", "number": "float64"}

        def checks(c: Column) -> list[pandera.Check]:
            found = []
            if c.enum:
                found.append(pandera.Check.isin(c.enum))
            if c.pattern:
                found.append(pandera.Check.str_matches(c.pattern))
            if c.minimum is not None:
                found.append(pandera.Check.ge(c.minimum))
            if c.maximum is not None:
                found.append(pandera.Check.le(c.maximum))
            return found

        return pandera.DataFrameSchema(
            {
                c.name: pandera.Column(dtypes[c.type], checks(c), nullable=not c.required, unique=c.unique)
                for c in self.columns
            },
            strict=True,
            ordered=True,
        )


_RULES = {
    "isin": "one_of",
    "str_matches": "pattern",
    "greater_than": "range",
    "less_than": "range",
    "field_uniqueness": "unique",
    "not_nullable": "required",
}
"""How the validator's names of rules begin -> the reason a reader is told."""


def _parser_row(error: Exception) -> int:
    """The line a CSV parser complained about, 1 where it does not say."""
    words = str(error).replace(",", " ").split()
    numbers = [int(after) for word, after in zip(words, words[1:], strict=False) if word == "line" and after.isdigit()]
    return numbers[0] if numbers else 1


_SOURCE = (
    Column("source_document", "string", "Id of the source document in sources.yaml."),
    Column("source_table", "string", "Table or page of that document.", required=False),
    Column("source_row", "integer", "Row number as printed.", required=False, minimum=1),
)

CITIES = Table(
    name="cities",
    path="cities.csv",
    title="Register of the 514 kabupaten and kota of Indonesia",
    key=("code",),
    columns=(
        Column("code", "string", "Official code of the home affairs ministry, the key everywhere.", pattern=CODE),
        Column("bps_code", "string", "Code of the statistics office.", unique=True, pattern=r"^\d{4}$"),
        Column("name", "string", "Full name with its kind.", unique=True, pattern=r"^(Kota|Kabupaten) \S.*$"),
        Column("short_name", "string", "Name without its kind."),
        Column("kind", "string", "Regency (kabupaten) or city (kota).", enum=("kabupaten", "kota")),
        Column("province_code", "string", "Official code of the province.", pattern=r"^\d{2}$"),
        Column("province", "string", "Name of the province."),
        Column("island", "string", "Island group.", enum=ISLANDS),
        Column("lat", "number", "Latitude of the seat of government, degrees.", minimum=-11.5, maximum=6.5),
        Column("lon", "number", "Longitude of the seat of government, degrees.", minimum=94.5, maximum=141.5),
        Column("coord_source", "string", "Where the point comes from."),
        Column("cohort", "string", "Programme cohort; empty outside the programme.", required=False,
               enum=("2017-2019", "later")),
        Column("status", "string", "How the row came about.", enum=("register",)),
        Column("source", "string", "Provenance of the row."),
    ),
)  # fmt: skip

RESULTS = Table(
    name="results",
    path="results.csv",
    title="Evaluation results of the rounds, one figure per row",
    key=("code", "year", "measure"),
    columns=(
        Column("code", "string", "Official code of the city.", pattern=CODE),
        Column("year", "integer", "Year of the round.", minimum=2017, maximum=2100),
        Column("measure", "string", "final, improvement, final_implied, or a component of the round's instrument.",
               pattern=MEASURE),
        Column("value", "number", "The figure as printed, on the scale of the round's instrument; empty where there "
               "is none.", required=False),
        Column("status", "string", "What kind of figure this is, or why there is none.", enum=STATUSES),
        *_SOURCE,
        Column("note", "string", "What a reader must know about this figure.", required=False),
    ),
)  # fmt: skip

QUESTION_SCORES = Table(
    name="question_scores",
    path="question_scores.csv",
    title="Published scores of single questions",
    key=("code", "year", "question"),
    columns=(
        Column("code", "string", "Official code of the city.", pattern=CODE),
        Column("year", "integer", "Year of the round.", minimum=2017, maximum=2100),
        Column("question", "string", "Node id in that round's instrument.", pattern=r"^q\d+$"),
        Column("value", "number", "Score on the scale of the question; empty where there were no answers.",
               required=False),
        Column("status", "string", "What kind of figure this is.", enum=(*EVALUATED, "no_answers")),
        *_SOURCE,
    ),
)  # fmt: skip

WEIGHT_GROUPS = Table(
    name="weight_groups",
    path="weight_groups.csv",
    title="Weight groups of the cities in the rounds that had groups",
    key=("code", "year"),
    columns=(
        Column("code", "string", "Official code of the city.", pattern=CODE),
        Column("year", "integer", "Year of the round.", minimum=2017, maximum=2100),
        Column("group", "string", "Group, a key of `instruments` in rounds.yaml; no row where the copy does not say."),
    ),
)

EXCLUDED_ROWS = Table(
    name="excluded_rows",
    path="excluded_rows.csv",
    title="Pages and cells of the sources that were left out, and why",
    key=("source_document", "page", "block"),
    columns=(
        Column("source_document", "string", "Id of the source document in sources.yaml."),
        Column("page", "string", "Page of that document."),
        Column("block", "string", "Rows of the national table the page covers."),
        Column("rows", "integer", "Number of rows left out.", minimum=1),
        Column("reason_id", "string", "Short code of the reason."),
        Column("reason_en", "string", "The reason in English."),
        Column("reason_in", "string", "The reason in Indonesian."),
    ),
)

TABLES = (CITIES, RESULTS, QUESTION_SCORES, WEIGHT_GROUPS, EXCLUDED_ROWS)
