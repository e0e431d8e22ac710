"""The frame stands round every page exactly once, in both languages, and what goes wrong is one calm sentence."""

from __future__ import annotations

import ast
import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kotacerdas.i18n import LANGUAGES, Text
from kotacerdas.problem import Problem
from kotacerdas.ui import cache, notice, shell, state
from kotacerdas.ui.registry import ROOMS, room, rooms

OpenPage = Callable[..., AppTest]
ROOT = Path(__file__).resolve().parents[2]


def page_links(at: AppTest) -> list[str]:
    """The labels of the menu, in order; the link to the method in the foot comes last."""
    return [element.proto.label for element in at.get("page_link")]


def address(at: AppTest) -> dict[str, str]:
    return {name: value if isinstance(value, str) else value[0] for name, value in at.query_params.items()}


def captions(at: AppTest) -> str:
    return "\n".join(element.value for element in at.caption)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("slug", [room.slug for room in ROOMS])
def test_the_frame_stands_once(open_page: OpenPage, slug: str, lang: str) -> None:
    at = open_page(slug, lang=lang)
    t = Text(lang)
    assert not at.exception and not at.error
    menu = [t(f"room.{room.slug}") for room in ROOMS]
    links = page_links(at)
    assert links[: len(menu)] == menu
    assert links.count(t("shell.sources")) == 1
    assert [box.key for box in at.selectbox].count(state.widget_key("find", lang)) == 1
    assert captions(at).count(t("shell.notes")) == 1
    assert len(at.title) == 1
    assert t("shell.data", version=cache.published().version, date=t.date(cache.published().created)) in captions(at)


def test_every_page_file_begins_with_the_guard() -> None:
    assert {path.stem for path in (ROOT / "pages").glob("*.py")} == {room.slug for room in rooms(interview=True)}
    for path in (ROOT / "pages").glob("*.py"):
        first = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()][:2]
        assert first == ["from kotacerdas.ui import shell", "shell.ensure()"], path.name


def test_no_title_has_a_link_to_itself() -> None:
    for path in (ROOT / "kotacerdas" / "ui").glob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "st.title":
                assert "anchor=False" in ast.unparse(call), f"{path.name}:{call.lineno}"


def menu(at: AppTest) -> dict[str, str]:
    """Where each menu link leads: slug -> query string."""
    links = at.get("page_link")[: len(ROOMS)]
    return {room.slug: link.proto.query_string for room, link in zip(ROOMS, links, strict=True)}


def test_menu_links_carry_language_year_and_the_filters_both_rooms_have(open_page: OpenPage) -> None:
    links = menu(open_page("peringkat", lang="en", year="2021", kind="kota", q="ban"))
    assert links == dict.fromkeys(links, "lang=en&year=2021") | {
        "ringkasan": "lang=en&year=2021&kind=kota",
        "peringkat": "lang=en&year=2021&kind=kota&q=ban",
    }


@pytest.mark.parametrize("name", ["slug", "label", "icon", "help", "carried", "params"])
def test_parameters_named_like_our_own_arguments_are_only_parameters(name: str) -> None:
    """`?slug=x` once stopped the frame, and `?label=x` wrote itself into the menu."""
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    at.query_params[name] = "x"
    at.switch_page("pages/metode.py").run()
    assert not at.exception and not at.error
    assert "x" not in page_links(at)
    assert menu(at) == {room.slug: f"{name}=x" if room.slug == "metode" else "" for room in ROOMS}


def test_defaults_stay_out_of_links(open_page: OpenPage) -> None:
    assert set(menu(open_page("metode", lang="id", year=str(cache.published().years[0]))).values()) == {""}


def test_choosing_a_language_changes_the_words_and_the_address(open_page: OpenPage) -> None:
    at = open_page()
    assert at.query_params == {}
    next(g for g in at.get("button_group") if g.key == state.widget_key("lang", "id")).set_value("en").run()
    assert address(at) == {"lang": "en"}
    assert page_links(at)[0] == Text("en")("room.ringkasan")
    next(g for g in at.get("button_group") if g.key == state.widget_key("lang", "en")).set_value("id").run()
    assert "lang" not in at.query_params
    assert page_links(at)[0] == Text("id")("room.ringkasan")


def test_finding_a_city_opens_its_profile(open_page: OpenPage) -> None:
    at = open_page(lang="en", year="2021")
    at.selectbox(key=state.widget_key("find", "en")).set_value("35.77").run()
    assert address(at) == {"city": "35.77", "lang": "en", "year": "2021"}
    assert at.selectbox(key=state.widget_key("find", "en")).value is None
    assert not at.exception and not at.error


def test_an_unknown_language_is_said_and_indonesian_shown(open_page: OpenPage) -> None:
    at = open_page(lang="<script>")
    assert len(at.info) == 1 and "script" in at.info[0].value
    assert page_links(at)[0] == Text("id")("room.ringkasan")


def test_the_language_script_is_one_of_two(open_page: OpenPage) -> None:
    at = open_page(lang="en';alert(1)//")
    scripts = [element.proto.body for element in at.get("html")]
    assert scripts == [f"<script>{shell.SCRIPTS['id']}</script>"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_missing_data_is_one_sentence_inside_the_frame(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, lang: str
) -> None:
    monkeypatch.setattr(cache, "DATA", tmp_path)
    at = open_page(lang=lang)
    assert [warning.value for warning in at.warning] == [
        notice.literal(Text(lang).problem(Problem("file_missing", file=cache.PACKAGE)))
    ]
    assert not at.exception
    assert Text(lang)("shell.notes") in captions(at)


def test_a_problem_in_a_page_is_its_sentence(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise Problem("city_unknown", value="![x](http://example.org/x.png)")

    monkeypatch.setattr("kotacerdas.ui.city.render", fail)
    at = open_page("kota", lang="en")
    assert len(at.warning) == 1 and not at.exception
    assert "![" not in at.warning[0].value, "shown as text, not as a picture"


def test_a_defect_is_a_number_for_the_reader_and_a_traceback_for_the_log(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("kotacerdas.ui.city.render", fail)
    with caplog.at_level(logging.ERROR, logger="kotacerdas"):
        at = open_page("kota")
    assert len(at.error) == 1 and not at.exception
    assert "secret detail" not in at.error[0].value
    number = caplog.records[-1].getMessage().removeprefix("defect ")
    assert number in at.error[0].value
    assert caplog.records[-1].exc_info is not None
    assert Text("id")("shell.notes") in captions(at), "the foot still stands"


def test_the_report_text_names_page_city_year_and_data(open_page: OpenPage) -> None:
    at = open_page("kota", city="35.77", lang="en")
    at.button(key="report").click().run()
    report = at.get("code")[0].value
    for part in ("City profile", "Kota Madiun (35.77)", str(cache.published().years[0]), cache.published().version):
        assert part in report


def test_room_knows_its_address() -> None:
    assert [room.path for room in ROOMS[:2]] == ["/", "/peringkat"]
    with pytest.raises(KeyError):
        room("nowhere")


@pytest.mark.parametrize(
    "hostile",
    ["![x](http://e.org/x.png)", "<img src=x onerror=alert(1)>", "[a](javascript:alert(1))", ":smile: :red[x] $x$ `c`"],
)
def test_literal_text_loses_its_markdown_meaning(hostile: str) -> None:
    shown = notice.literal(hostile)
    for mark in "![]()<>`$*_":
        assert shown.count(mark) == shown.count("\\" + mark)
    assert ":smile" not in shown.replace("\\:\N{WORD JOINER}", "")
    assert shown.replace("\\", "").replace("\N{WORD JOINER}", "") == hostile


def test_href_is_encoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "param", lambda name: {"lang": "en"}.get(name))
    assert state.href("kota", city="35.77 &x", year=2021) == "/kota?lang=en&year=2021&city=35.77+%26x"
    assert state.href("ringkasan") == "/?lang=en"


def test_literal_text_keeps_a_figure_on_its_line() -> None:
    assert notice.literal("42\N{NO-BREAK SPACE}→\N{NO-BREAK SPACE}31  \n▲\N{NO-BREAK SPACE}11 ") == (
        "42\N{NO-BREAK SPACE}→\N{NO-BREAK SPACE}31 ▲\N{NO-BREAK SPACE}11"
    )
