"""Rebuild the extracted tables from the source documents:

python -m tools.extract SOURCES_FOLDER --out data
"""

from __future__ import annotations

import argparse
from pathlib import Path

from tools.extract import letter_2021, letter_2024
from tools.extract.reading import document
from tools.extract.records import Excluded, QuestionScore, Result, write
from tools.extract.register import Register


def extract(sources: Path, out: Path) -> list[Path]:
    """Write results.csv, question_scores.csv and excluded_rows.csv to `out` (beside cities.csv)."""
    register = Register.read(out / "cities.csv")
    new, old = document(sources, letter_2024.DOCUMENT), document(sources, letter_2021.DOCUMENT)
    written = [out / name for name in ("results.csv", "question_scores.csv", "excluded_rows.csv")]
    write(
        written[0],
        Result,
        [*letter_2024.results(new, register), *letter_2021.results(old, register)],
    )
    write(
        written[1],
        QuestionScore,
        [*letter_2024.question_scores(new, register), *letter_2021.question_scores(old, register)],
    )
    write(written[2], Excluded, [*letter_2024.excluded(new), *letter_2021.excluded(old)])
    return written


def main() -> None:
    """Read the command line and report the files written."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.extract",
        description="Rebuild the extracted tables from the source documents.",
    )
    parser.add_argument("sources", type=Path, help="folder with the source documents")
    parser.add_argument("--out", type=Path, default=Path("data"), help="folder of cities.csv")
    arguments = parser.parse_args()
    for path in extract(arguments.sources, arguments.out):
        print(path)


if __name__ == "__main__":
    main()
