"""From a printed place name to its official code.

Places are joined by kind and name. Spellings of the scans that differ from the register stand in
`ALIASES`, one by one; nothing is matched by likeness, because several names differ only by kind or
by a letter.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

KINDS = {"bupati": "kabupaten", "kab.": "kabupaten", "walikota": "kota", "kota": "kota"}
"""The word before a name (the office or the short kind) -> kind of place."""

ALIASES = {
    ("kabupaten", "kulonprogo"): "kulon progo",
    ("kabupaten", "pematang"): "pemalang",
    ("kabupaten", "wakatob"): "wakatobi",
    ("kota", "bau-bau"): "baubau",
    ("kota", "bukitinggi"): "bukittinggi",
    ("kota", "pangkal pinang"): "pangkalpinang",
    ("kota", "tanjung balai"): "tanjungbalai",
    ("kota", "tanjung pinang"): "tanjungpinang",
}
"""(kind, name as scanned) -> name in the register, both in lower case."""


@dataclass(frozen=True, order=True)
class Place:
    """A city of the register. Orders as the national tables do: kabupaten first, then by name."""

    kind: str
    key: str
    code: str


class Register:
    """The 514 cities by kind and name."""

    def __init__(self, places: dict[tuple[str, str], str]) -> None:
        self._codes = places

    @classmethod
    def read(cls, path: Path) -> Register:
        """Read `cities.csv`."""
        with path.open(encoding="utf-8", newline="") as file:
            return cls({(r["kind"], r["short_name"].casefold()): r["code"] for r in csv.DictReader(file)})

    def place(self, printed: str) -> Place:
        """The city meant by a printed name such as `KAB. BADUNG` or `Walikota Madiun`.

        Raises ValueError when the register does not know it.
        """
        word, _, name = " ".join(printed.split()).casefold().partition(" ")
        kind = KINDS.get(word, "")
        name = ALIASES.get((kind, name), name)
        if (kind, name) not in self._codes:
            raise ValueError(f"{printed!r} is not in the register; misspellings go into ALIASES")
        return Place(kind, name, self._codes[kind, name])
