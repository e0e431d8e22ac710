"""Which cities there are: codes and names of the official register, and what an unknown code may have meant."""

from __future__ import annotations

import csv
import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kotacerdas.instrument import DATA
from kotacerdas.problem import Problem

SUGGESTED = 3
"""How many near codes a refusal names."""


@dataclass(frozen=True)
class Register:
    """Official code -> name of every kabupaten and kota."""

    names: Mapping[str, str]

    def require(self, code: str) -> str:
        """The name of a city. Raises `Problem` for an unknown code, naming near ones; it never picks one itself."""
        if code in self.names:
            return self.names[code]
        near = self.near(code)
        if not near:
            raise Problem("city_unknown", value=code[:40])
        raise Problem("city_near", value=code[:40], near="; ".join(f"{found} {self.names[found]}" for found in near))

    def near(self, text: str) -> tuple[str, ...]:
        """Codes that an unknown code or a name may have meant, best first.

        >>> Register({"35.77": "Kota Madiun", "35.78": "Kota Surabaya"}).near("madiun")
        ('35.77',)
        >>> Register({"35.77": "Kota Madiun", "11.71": "Kota Banda Aceh"}).near("3577")
        ('35.77',)
        """
        wanted = " ".join(text.split()).casefold()[:80]
        digits = "".join(c for c in wanted if c in "0123456789")
        if digits and not any(c.isalpha() for c in wanted):
            plain = {code.replace(".", ""): code for code in self.names}
            found = difflib.get_close_matches(digits, plain, SUGGESTED, 0.7)
            return tuple(plain[code] for code in found)
        by_name = {name.casefold(): code for code, name in self.names.items()}
        inside = [code for name, code in by_name.items() if wanted and wanted in name]
        likely = [by_name[name] for name in difflib.get_close_matches(wanted, by_name, SUGGESTED, 0.7)]
        return tuple(dict.fromkeys([*inside, *likely]))[:SUGGESTED]


def read_register(folder: Path = DATA) -> Register:
    """The register of a data folder. Raises `Problem` where its file cannot be read."""
    try:
        with (folder / "cities.csv").open(encoding="utf-8", newline="") as file:
            return Register({row["code"]: row["name"] for row in csv.DictReader(file)})
    except OSError as error:
        raise Problem("file_missing", file="cities.csv") from error
