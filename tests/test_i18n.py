"""The two catalogues say the same things, nothing is left over, and no sentence hides in the screen code."""

from __future__ import annotations

import ast
import math
import string
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from kotacerdas.i18n import LANGUAGES, MISSING, Text, catalogue
from kotacerdas.instrument import Label
from kotacerdas.problem import Problem, span

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "kotacerdas"
SCREENS = [ROOT / "app.py", *sorted((ROOT / "pages").glob("*.py")), *sorted((PACKAGE / "ui").glob("*.py"))]


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def strings_of(tree: ast.AST) -> tuple[set[str], set[str]]:
    """String constants, and the constant beginnings of f-strings that end in a dot."""
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    constants = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside
    }
    prefixes = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and node.values and isinstance(node.values[0], ast.Constant):
            start = str(node.values[0].value)
            if start.endswith(".") and " " not in start:
                prefixes.add(start)
    return constants, prefixes


def test_numbers_in_a_sentence_are_written_as_the_language_does_and_years_are_left_alone() -> None:
    step = Problem("change_step", node="q12", value=Fraction(31, 10), step=0.2, lower=Decimal(3), upper=Fraction(16, 5))
    assert (
        Text("id")
        .problem(step)
        .endswith("Nilai 3,1 untuk q12 tidak sesuai langkah skala 0,2; nilai terdekat adalah 3 dan 3,2.")
    )
    assert "3.1" in Text("en").problem(step) and "0.2" in Text("en").problem(step)
    assert "2024" in Text("id").problem(Problem("questions_incomplete", city="X", year=2024))
    scale = Problem("answer_scale", node="q1", value=Fraction(9, 2), accepted=span(Fraction(1), Fraction(4)))
    assert "4,5" in Text("id").problem(scale) and "1 sampai 4;" in Text("id").problem(scale)
    assert Text("en")("reason.from_on", **span(0, None).params) == "0 or more"


@pytest.mark.parametrize(
    ("value", "written"),
    [(Fraction(1, 3), "0,333333333333"), (10**20, "1e+20"), (Decimal("-0.50"), "−0,5"), (1234.5, "1.234,5"), (0, "0")],
)
def test_a_brief_number_has_as_many_decimals_as_it_has(value: object, written: str) -> None:
    assert Text("id").brief(value) == written


def test_a_sentence_chooses_the_word_for_one_and_for_many(monkeypatch: pytest.MonkeyPatch) -> None:
    sentences = {"k": "{count} {count:reply|replies} of {city}, {{|}}"}
    monkeypatch.setattr("kotacerdas.i18n.catalogue", lambda lang: sentences)
    t = Text("en")
    assert t("k", count=1, city="X") == t("k", count="1", city="X") == "1 reply of X, {|}"
    assert t("k", count=0, city="X") == "0 replies of X, {|}"
    assert t("k", count="1.001", city="X") == "1.001 replies of X, {|}"
    with pytest.raises(KeyError, match="city"):
        t("k", count=1)


def test_both_languages_have_the_same_keys() -> None:
    assert set(catalogue("id")) == set(catalogue("en"))


def test_both_languages_fill_the_same_placeholders() -> None:
    here, there = catalogue("id"), catalogue("en")
    assert len(here) > 2000
    assert [key for key in here if placeholders(here[key]) != placeholders(there[key])] == []


def test_no_text_is_empty_or_padded() -> None:
    for lang in LANGUAGES:
        for key, sentence in catalogue(lang).items():
            assert sentence.strip() == sentence != "", f"{lang}: {key}"


def test_every_key_is_used_somewhere() -> None:
    constants: set[str] = set()
    prefixes: set[str] = set()
    problems: set[str] = set()
    for path in [*PACKAGE.rglob("*.py"), *(ROOT / "pages").glob("*.py"), ROOT / "app.py"]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found = strings_of(tree)
        constants |= found[0]
        prefixes |= found[1]
        problems |= {
            f"problem.{node.args[0].value}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "Problem"
            and node.args
            and isinstance(node.args[0], ast.Constant)
        }
    prefixes.discard("problem.")
    used = {key for key in catalogue("id") if key in constants | problems or key.startswith(tuple(prefixes))}
    assert set(catalogue("id")) - used == set()
    assert problems - set(catalogue("id")) == set(), "a Problem without a sentence"


class _Literals(ast.NodeVisitor):
    """Text constants with letters where a reader would see them: first argument of a drawing call, or a label."""

    DRAWING = frozenset({
        "title", "header", "subheader", "markdown", "write", "caption", "text", "info", "warning", "error", "success",
        "button", "download_button", "link_button", "selectbox", "segmented_control", "pills", "multiselect", "toggle",
        "checkbox", "radio", "text_input", "text_area", "number_input", "slider", "metric", "badge", "expander",
        "popover", "dialog", "toast", "spinner", "status", "tabs", "say", "missing",
    })  # fmt: skip
    WORDS = frozenset({"label", "help", "placeholder", "title", "caption", "detail", "alt", "none_label"})

    def __init__(self) -> None:
        self.found: list[str] = []

    def _check(self, node: ast.AST) -> None:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            words = " ".join(w for w in node.value.split() if not w.startswith(":"))
            if any(c.isalpha() for c in words):
                self.found.append(f"line {node.lineno}: {node.value!r}")
        elif isinstance(node, ast.JoinedStr | ast.List | ast.Tuple | ast.BinOp | ast.IfExp):
            for part in ast.iter_child_nodes(node):
                self._check(part)

    def visit_Call(self, node: ast.Call) -> None:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        owner = node.func.value if isinstance(node.func, ast.Attribute) else None
        module = getattr(owner, "id", "")
        if name in self.DRAWING and node.args and module not in ("log", "state", "downloads"):
            self._check(node.args[0])
        if module in ("st", "state", "notice", "downloads", "column_config"):
            for keyword in node.keywords:
                if keyword.arg in self.WORDS:
                    self._check(keyword.value)
        self.generic_visit(node)


def test_screens_hold_no_literal_sentence() -> None:
    assert len(SCREENS) > 50
    for path in SCREENS:
        visitor = _Literals()
        visitor.visit(ast.parse(path.read_text(encoding="utf-8")))
        assert visitor.found == [], path


def test_the_literal_check_sees_a_literal() -> None:
    visitor = _Literals()
    visitor.visit(ast.parse("st.title('Halo')\nst.metric(t('a.b'), help=f'tahun {x}')\nst.button(':material/x:')"))
    assert len(visitor.found) == 2


def test_numbers_follow_the_reader() -> None:
    id_, en = Text("id"), Text("en")
    assert (id_.number(3.8), en.number(3.8)) == ("3,80", "3.80")
    assert (id_.integer(12345), en.integer(12345)) == ("12.345", "12,345")
    assert (id_.percent(0.305, 1), en.percent(0.305, 1)) == ("30,5%", "30.5%")
    assert (id_.date("2026-11-22"), en.date("2026-11-22T10:00:00Z")) == ("22 November 2026", "22 November 2026")
    assert id_.date("2026-08-01") == "1 Agustus 2026"


def test_differences_carry_a_sign_and_a_real_minus() -> None:
    t = Text("id")
    assert [t.signed(x) for x in (0.5, -0.5, 0, -0.001)] == ["+0,50", "−0,50", "0,00", "0,00"]
    assert t.number(-1.5) == "−1,50"


def test_rounding_is_half_up_on_the_written_decimal() -> None:
    t = Text("en")
    assert [t.number(x) for x in (2.675, Decimal("2.665"), Fraction(1, 8), 2.0049999)] == [
        "2.68",
        "2.67",
        "0.13",
        "2.00",
    ]


@pytest.mark.parametrize("nothing", [None, math.nan, "", math.inf])
def test_a_missing_value_is_a_dash_and_never_zero(nothing: object) -> None:
    t = Text("id")
    assert {t.number(nothing), t.signed(nothing), t.integer(nothing), t.percent(nothing)} == {MISSING}
    assert t.date(None) == MISSING


def test_pandas_missing_is_a_dash() -> None:
    pd = pytest.importorskip("pandas")
    assert Text("id").number(pd.NA) == MISSING


def test_a_missing_key_or_placeholder_is_named() -> None:
    with pytest.raises(KeyError, match=r"no text 'nowhere'"):
        Text("id")("nowhere")
    with pytest.raises(KeyError, match=r"shell\.data.*placeholder 'version'"):
        Text("en")("shell.data", date="x")


def test_a_label_is_a_mapping_or_an_object() -> None:
    class Label:
        id, en = "kota", "city"

    assert Text("en").label({"id": "kota", "en": "city"}) == Text("en").label(Label()) == "city"


def test_what_a_problem_names_is_called_as_the_reader_calls_it() -> None:
    questions = (Label(id="Satu", en="One"), Label(id="Dua", en="Two"))
    told = Problem("marks_open", count=2, shown=questions, questions=("q1", "q2"))
    assert "(Satu; Dua)" in Text("id").problem(told) and "(One; Two)" in Text("en").problem(told)
    told = Problem("marks_uneven", component=questions[0], count=1, accepted=5)
    assert Text("id").problem(told).startswith("Satu ") and Text("en").problem(told).startswith("One ")


def test_a_problem_is_one_sentence_with_its_facts_cut_to_size() -> None:
    sentence = Text("id").problem(Problem("city_unknown", value="x" * 500 + "\x1b[31m"))
    assert "xxx" in sentence and len(sentence) < 250 and "\x1b" not in sentence


def test_components_are_called_the_same_in_instruments_and_catalogues() -> None:
    from kotacerdas.instrument import load_instrument
    from tests.builders import COMPONENTS

    instrument = load_instrument("evaluation-2024-priority")
    for lang in LANGUAGES:
        t = Text(lang)
        for component in COMPONENTS:
            assert t.label(instrument[component].label) == t(f"component.{component}")


def test_a_score_has_two_decimals_or_all_it_has() -> None:
    t = Text("id")
    given = (Fraction(4), Fraction("3.9"), Fraction("3.955"), Fraction("3.12345"), Fraction(7, 3), None)
    assert [t.score(value) for value in given] == ["4,00", "3,90", "3,955", "3,1235", "2,3333", "–"]
    assert t.score(Fraction("0.175"), sign=True) == "+0,175" and t.score(Fraction(-1, 2), sign=True) == "−0,50"
