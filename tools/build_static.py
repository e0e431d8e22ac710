"""Write the small files that browsers fetch by address: `static/marks/*.svg` and `static/geo/cities.json`.

    python tools/build_static.py

`cities.json` holds every kabupaten and kota as a faint dot of the map (code, name, province, position), so that a
filter change need not send them again. Tests fail when the files differ from `data/cities.csv` or the palette.
"""

from __future__ import annotations

from pathlib import Path

from kotacerdas.charts import maps, marks
from kotacerdas.dataset import read_dataset

STATIC = Path(__file__).resolve().parent.parent / "static"


def main() -> None:
    """Write all files; old marks that are no longer drawn are removed."""
    folder = STATIC / "marks"
    folder.mkdir(parents=True, exist_ok=True)
    pictures = marks.files()
    for path in folder.glob("*.svg"):
        if path.name not in pictures:
            path.unlink()
    for name, picture in pictures.items():
        (folder / name).write_text(picture + "\n", encoding="utf-8")
    (STATIC / "geo" / "cities.json").write_text(maps.all_cities(read_dataset().tables["cities"]), encoding="utf-8")


if __name__ == "__main__":
    main()
