"""Write geo/tiles.csv: one hexagon per kabupaten/kota, each near its true place.

    python geo/build_tiles.py

The picture is drawn by hand in geo/tiles_layout.txt: every letter is one hexagon of one island
(odd rows stand half a tile to the right), every dot is sea. Which city takes which hexagon of its
island is computed: the cities' positions are stretched to the island's drawn shape, then assigned
so that the sum of squared displacements is smallest.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import sqrtm
from scipy.optimize import linear_sum_assignment

ROOT = Path(__file__).resolve().parent.parent
LAYOUT = ROOT / "geo" / "tiles_layout.txt"
CITIES = ROOT / "data" / "cities.csv"
OUT = ROOT / "geo" / "tiles.csv"

ROW_HEIGHT = 3**0.5 / 2  # of a pointy-topped hexagon one unit wide

# Islands drawn apart from the main body of their group: letter -> official codes.
APART = {
    "a": "11.72",  # Sabang
    "b": "11.09",  # Simeulue
    "N": "12.04 12.14 12.24 12.25 12.78",  # Nias
    "m": "13.09",  # Mentawai
    "R": "21.01 21.02 21.04 21.71 21.72",  # Riau islands
    "r": "21.03",  # Natuna
    "q": "21.05",  # Anambas
    "G": "19.01 19.03 19.04 19.05 19.71",  # Bangka
    "g": "19.02 19.06",  # Belitung
    "s": "31.01",  # Kepulauan Seribu
    "D": "35.26 35.27 35.28 35.29",  # Madura
    "L": "52.01 52.02 52.03 52.08 52.71",  # Lombok
    "U": "52.04 52.05 52.06 52.07 52.72",  # Sumbawa
    "X": "53.11 53.12 53.17 53.18",  # Sumba
    "F": "53.06 53.07 53.08 53.09 53.10 53.15 53.16 53.19",  # Flores
    "l": "53.13",  # Lembata
    "A": "53.05",  # Alor
    "T": "53.01 53.02 53.03 53.04 53.21 53.71",  # Timor
    "o": "53.14",  # Rote
    "k": "53.20",  # Sabu
    "5": "71.09",  # Sitaro
    "6": "71.03",  # Sangihe
    "7": "71.04",  # Talaud
    "c": "72.07",  # Banggai Kepulauan
    "d": "72.11",  # Banggai Laut
    "j": "73.01",  # Selayar
    "Z": "74.03 74.04 74.10 74.13 74.14 74.15 74.72",  # Buton and Muna
    "8": "74.07",  # Wakatobi
    "9": "74.12",  # Wawonii
    "u": "81.04 81.09",  # Buru
    "E": "81.01 81.05 81.06",  # Seram
    "n": "81.71",  # Ambon
    "e": "81.02 81.72",  # Kei
    "y": "81.07",  # Aru
    "z": "81.03",  # Tanimbar
    "x": "81.08",  # Maluku Barat Daya
    "h": "82.07",  # Morotai
    "t": "82.71",  # Ternate
    "i": "82.72",  # Tidore
    "v": "82.08",  # Taliabu
    "w": "82.05",  # Sula
    "4": "96.03",  # Raja Ampat
    "3": "91.06 91.19",  # Biak
    "2": "91.05",  # Yapen
}
# What is left of a group, or of a province whose outline matters: letter of its main body.
MAIN = {
    "sumatera": "S", "jawa": "J", "bali-nusa-tenggara": "B", "kalimantan": "K",
    "maluku": "H", "papua": "P",
}  # fmt: skip
MAIN_OF_PROVINCE = {
    "34": "Y",  # Yogyakarta, inside Central Java
    "71": "V", "75": "V",  # the northern arm of Sulawesi
    "72": "C", "73": "M", "74": "W", "76": "I",
}  # fmt: skip

# What one more pair of neighbouring hexagons of the same province is worth, in squared tile widths.
TOGETHER = 0.7

Points = NDArray[np.float64]


def letter_of(city: dict[str, str]) -> str:
    """The letter of the island the city stands on."""
    for letter, codes in APART.items():
        if city["code"] in codes.split():
            return letter
    return MAIN_OF_PROVINCE.get(city["province_code"]) or MAIN[city["island"]]


def read_layout() -> dict[str, list[tuple[int, int]]]:
    """Letter -> its hexagons as (col, row)."""
    cells: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for row, line in enumerate(LAYOUT.read_text(encoding="utf-8").splitlines()):
        for place, letter in enumerate(line):
            if letter not in ". ":
                cells[letter].append(((place - row % 2) // 2, row))
    return dict(cells)


def centres(cells: list[tuple[int, int]]) -> Points:
    """Centre of each hexagon, x to the right and y up, in tile widths."""
    return np.array([(col + row % 2 / 2, -row * ROW_HEIGHT) for col, row in cells])


def stretched(places: Points, target: Points) -> Points:
    """The places moved by the affine map that gives them the target's mean and covariance.

    Of all such maps this one moves least and neither turns nor mirrors the island.
    """
    if len(places) == 1:
        return target.copy()
    soft = 1e-6 * np.eye(2)  # two places lie on a line
    have, want = np.cov(places.T) + soft, np.cov(target.T) + soft
    root = np.real(sqrtm(have))
    inverse = np.linalg.inv(root)
    matrix = inverse @ np.real(sqrtm(root @ want @ root)) @ inverse
    return np.asarray((places - places.mean(axis=0)) @ matrix + target.mean(axis=0))


def gathered(cost: Points, cell_of: NDArray[np.intp], target: Points, provinces: list[str]) -> NDArray[np.intp]:
    """Swap pairs of cities while that brings provinces together more than it moves cities away."""
    near = ((target[:, None, :] - target[None, :, :]) ** 2).sum(axis=2) < 1.1
    cell_of = cell_of.copy()
    province = np.array(provinces)
    holder = np.empty(len(cell_of), dtype=np.intp)
    holder[cell_of] = np.arange(len(cell_of))

    def worth(*cells: int) -> float:
        pairs = 0.0
        for cell in cells:
            same = province[holder[near[cell]]] == province[holder[cell]]
            pairs += float(same.sum()) - 1  # a cell is near itself
        return TOGETHER * pairs - float(sum(cost[holder[cell], cell] for cell in cells))

    swapped = True
    while swapped:
        swapped = False
        for one in range(len(cell_of)):
            for other in range(one + 1, len(cell_of)):
                if province[holder[one]] == province[holder[other]]:
                    continue
                before = worth(one, other)
                holder[[one, other]] = holder[[other, one]]
                if worth(one, other) > before + 1e-9:
                    swapped = True
                else:
                    holder[[one, other]] = holder[[other, one]]
    cell_of[holder] = np.arange(len(cell_of))
    return cell_of


def main() -> None:
    """The tile map from the layout and the register."""
    with CITIES.open(encoding="utf-8", newline="") as file:
        cities = list(csv.DictReader(file))
    blocks: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    for city in cities:
        blocks[letter_of(city)].append(city)

    layout = read_layout()
    wrong = {
        letter: (len(blocks.get(letter, ())), len(layout.get(letter, ())))
        for letter in blocks.keys() | layout.keys()
        if len(blocks.get(letter, ())) != len(layout.get(letter, ()))
    }
    if wrong:
        raise SystemExit(f"Letters whose (cities, hexagons) differ: {wrong}")

    tiles: list[tuple[str, int, int]] = []
    for letter, members in blocks.items():
        target = centres(layout[letter])
        places = np.array([(float(m["lon"]), float(m["lat"])) for m in members])
        moved = stretched(places, target)
        cost = ((moved[:, None, :] - target[None, :, :]) ** 2).sum(axis=2)
        _, cell_of = linear_sum_assignment(cost)
        cell_of = gathered(cost, cell_of, target, [m["province_code"] for m in members])
        for member, cell in zip(members, cell_of, strict=True):
            tiles.append((member["code"], *layout[letter][cell]))

    with OUT.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("code", "col", "row"))
        writer.writerows(sorted(tiles))


if __name__ == "__main__":
    main()
