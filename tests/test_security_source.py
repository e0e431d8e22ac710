"""What the screens must never contain (X2): raw HTML, components with strings, styles, outside addresses."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = [ROOT / "app.py", *(ROOT / "pages").rglob("*.py"), *(ROOT / "kotacerdas").rglob("*.py")]
SCREENS = [path for path in SOURCES if path.name != "server.py"]


@cache
def calls(path: Path) -> list[tuple[str, ast.Call]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [(ast.unparse(node.func), node) for node in ast.walk(tree) if isinstance(node, ast.Call)]


OWN = {
    "note_component.py": {"js": "'note.js'", "css": "'note.css'"},
    "score_line.py": {"js": "'score.js'", "css": "'score.css'", "isolate_styles": "False"},
}
"""The note field and the line beside the score: components of version 2 from files of ours, without markup."""


def _own_component(path: Path, name: str, call: ast.Call) -> bool:
    given = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
    return name == "st.components.v2.component" and given == OWN.get(path.name)


@pytest.mark.parametrize("file", ["note.js", "score.js"])
def test_our_components_never_write_markup(file: str) -> None:
    source = (ROOT / "kotacerdas" / "ui" / "note" / file).read_text(encoding="utf-8")
    markup = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment"
    assert not re.search(rf"{markup}|\beval\b|new Function|import\(", source)
    assert "http" not in source


def test_the_style_outside_a_component_keeps_to_named_places() -> None:
    sheet = (ROOT / "kotacerdas" / "ui" / "note" / "score.css").read_text(encoding="utf-8")
    plain = re.sub(r"/\*.*?\*/|@media[^{]*\{", "", sheet, flags=re.DOTALL)
    places = [one.strip() for group in re.findall(r"([^{}]+)\{", plain) for one in group.split(",")]
    assert places and all(re.match(r"\.(score-line|st-key-entry-)", one) for one in places), places
    assert "url(" not in sheet and "@import" not in sheet


def test_no_raw_html() -> None:
    assert len(SOURCES) > 100
    for path in SOURCES:
        for name, call in calls(path):
            place = f"{path}:{call.lineno}"
            assert not any(keyword.arg == "unsafe_allow_html" for keyword in call.keywords), place
            if _own_component(path, name, call):
                continue
            parts = r"\b(components\.(v1|v2|html|iframe)|st\.components|declare_component|st\.iframe)\b"
            assert not re.search(parts, name), place
            assert name not in ("eval", "exec", "pickle.load", "pickle.loads", "yaml.unsafe_load"), place


def test_the_only_script_is_the_language_of_the_page() -> None:
    """Markup comes from two places: the frame's language script, and the pictures of `charts.live`, which escape."""
    found = [
        (
            path.name,
            ast.unparse(call.args[0]).split("(")[0],
            any(k.arg == "unsafe_allow_javascript" for k in call.keywords),
        )
        for path in SOURCES
        for name, call in calls(path)
        if name in ("st.html", "streamlit.html")
    ]
    assert sorted(found) == [
        ("shell.py", "_language_script", True),
        ("simulation_result.py", "live.radar", False),
        ("simulation_result.py", "live.waterfall", False),
    ]


def test_no_styles_and_no_outside_address() -> None:
    examples = r"http://www\.w3\.org/|https://[\w.-]*\bexample\.(go\.id|org|com)/"
    for path in SCREENS:
        source = path.read_text(encoding="utf-8")
        assert "<style" not in source, path
        named = re.findall(r"""["'](https?://[^"'\s]+)""", source)
        assert [url for url in named if not re.match(examples, url)] == [], path


def test_nothing_secret_in_the_settings() -> None:
    config = (ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    assert not re.search(r"(?i)(secret|password|token)\s*=", config)
    assert "secrets.toml" in (ROOT / ".gitignore").read_text(encoding="utf-8")
