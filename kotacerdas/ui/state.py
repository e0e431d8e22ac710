"""The state of a view is its URL: language-free ids, so that any view can be shared, reloaded and gone back to.

Every control here reads its value from the URL, shows it in the language of the page, and writes the id back when
the reader chooses. Defaults stay out of the URL. A value that does not exist falls back to the default and says so
in one sentence. Two parameters belong to all rooms and travel along every link: `lang` and `year`.

Streamlit's own `bind="query-params"` writes the translated label into the URL and loses keyed choices after a change
of language; hence the widget key carries the language and is assigned from the URL before every render.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal, NoReturn, TypeVar, cast, overload

import streamlit as st

from kotacerdas.i18n import DEFAULT, LANGUAGES, Lang, Text
from kotacerdas.problem import Problem
from kotacerdas.published import Published
from kotacerdas.ui import cache, notice
from kotacerdas.ui.registry import room

T = TypeVar("T")
Look = Literal["select", "segmented", "pills"]
_LONGEST = 64
STAYING = ("me", "as")
"""What stays in the address when the view changes within a room: who is at work in a try-out of the interview."""
_HERE = "kotacerdas.here"
_LEFT = "kotacerdas.left"


# ---- reading the URL -------------------------------------------------------------------------------------------


def param(name: str) -> str | None:
    """The raw value of a URL parameter (the last one if repeated), or None if absent or empty."""
    return st.query_params.get(name) or None


def _known(name: str, options: Sequence[T], default: T | None, label: str, named: Callable[[T], str]) -> T | None:
    """The option whose id stands in the URL; the default, with one sentence to the reader, if there is no such one."""
    raw = param(name)
    if raw is None:
        return default
    for option in options:
        if str(option) == raw:
            return option
    _say_unavailable(label, raw, [named(option) for option in options])
    return default


def _say_unavailable(label: str, raw: str, choices: list[str]) -> None:
    t = text()
    names = ", ".join(choices[:8]) + (" …" if len(choices) > 8 else "")
    key = "state.unavailable" if choices else "state.unavailable_plain"
    notice.say(t(key, label=label, value=_cut(raw), options=names))


def _cut(raw: str) -> str:
    clean = "".join(c if c.isprintable() else " " for c in raw)
    return clean if len(clean) <= _LONGEST else clean[: _LONGEST - 1] + "…"


def lang() -> Lang:
    """The language of the page; Indonesian unless the URL says otherwise."""
    raw = param("lang")
    return raw if raw in LANGUAGES else DEFAULT


def text() -> Text:
    """The words of the page's language; a component the catalogue does not know goes by the name of its instrument."""
    return Text(lang(), named=_component)


def _component(name: str) -> object:
    try:
        return cache.published().component_labels.get(name)
    except Problem:  # the page says what is wrong with the data; the sentence needs no names
        return None


def years() -> tuple[int, ...]:
    """The years with published or derived finals, newest first."""
    return tuple(sorted((int(year) for year in cache.published().years), reverse=True))


def standard_year(options: Sequence[int] | None = None) -> int:
    """The year an address without one means: the round that stands for the nation, or the first of `options` without
    it."""
    data = cache.published()
    return data.standard_year(options or data.years)


def year(options: Sequence[int] | None = None) -> int:
    """The chosen year without drawing a control; `standard_year` of `options` (all years with data) by default."""
    choices = tuple(options) if options else years()
    return cast(int, _known("year", choices, standard_year(choices), text()("state.year"), str))


def year_among(data: Published, options: Sequence[int]) -> int:
    """The year of the URL if it is one of `options`, else their standard year; not a word about one that is not there.

    For what is drawn before the control of the year, or in a place without one.
    """
    raw = param("year")
    return next((each for each in options if str(each) == raw), data.standard_year(options))


# ---- writing the URL -------------------------------------------------------------------------------------------


def put(name: str, value: object, default: object = None) -> None:
    """Write an id into the URL; the default and nothing (None, "", False, ()) remove the parameter."""
    encoded = _encoded(value)
    if encoded == _encoded(default) or encoded == "":
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != encoded:  # every write sends the whole address
        st.query_params[name] = encoded


def _encoded(value: object) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return "1"
    if isinstance(value, str):
        return value
    if isinstance(value, Iterable):
        return ",".join(map(str, value))
    return str(value)


def clear(names: Iterable[str]) -> None:
    """Take parameters out of the URL, so that their controls return to their defaults."""
    for name in names:
        st.query_params.pop(name, None)


def active(names: Iterable[str]) -> tuple[str, ...]:
    """Which of these parameters are set in the URL."""
    return tuple(name for name in names if param(name))


# ---- links between rooms ---------------------------------------------------------------------------------------


def query(**params: object) -> dict[str, str]:
    """The parameters of a link: `lang` and `year` as they are now, and these ids; what goes without saying is left out:
    nothing, the language of the house, the standard year."""
    wanted: dict[str, object] = {"lang": lang(), "year": param("year")} | params
    if wanted["lang"] == DEFAULT:
        wanted["lang"] = None
    if wanted["year"] is not None:
        wanted["year"] = _linked_year(str(wanted["year"]))
    return {name: _encoded(value) for name, value in wanted.items() if _encoded(value)}


def _linked_year(raw: str) -> str | None:
    try:
        data = cache.published()  # once: a table asks for every row
        return raw if raw in map(str, data.years) and raw != str(data.current) else None
    except Problem:
        return None  # without data the frame still stands; the page says what is wrong


def href(slug: str, **params: object) -> str:
    """The address of a room as text, for table cells and tooltips: `/kota?city=35.77&lang=en`."""
    from urllib.parse import urlencode

    encoded = urlencode(query(**params))
    return room(slug).path + (f"?{encoded}" if encoded else "")


def page_link(
    slug: str,
    label: str | None = None,
    *,
    icon: str | None = None,
    help: str | None = None,
    carried: Mapping[str, object] | None = None,
    **params: object,
) -> None:
    """A link to a room that keeps language and year. Further keywords are the ids to put into its URL.

    `carried` are parameters that come from an address: anybody may name one `label` or `slug`.
    """
    t = text()
    params |= carried or {}
    st.page_link(room(slug).page, label=label or t(f"room.{slug}"), icon=icon, help=help, query_params=query(**params))


def step(label: str, *, key: str, icon: str | None = None, help: str | None = None, **params: object) -> None:
    """A way to another view of the same room, keeping language and year.

    A page link will not do here: on the page it points at, Streamlit changes the view but not the address.
    """
    st.button(label, key=key, icon=icon, help=help, type="tertiary", on_click=_step, args=(query(**params),))


def _step(target: dict[str, str]) -> None:
    kept = {name: value for name in STAYING if (value := param(name)) is not None}
    st.query_params.from_dict(kept | target)


def go(**params: object) -> None:
    """In a callback: go to another view of the same room, keeping language and year. One step in the history."""
    _step(query(**params))


def switch(slug: str, **params: object) -> NoReturn:
    """Go to a room now, keeping language and year. Ends the run.

    Streamlit enters such a step into the browser's history twice: first the old page with the new parameters, then
    the new page. `arrive` mends the false entry when the reader comes back to it.
    """
    target = query(**params)
    here = st.session_state.get(_HERE)
    if here is not None and here != slug:
        left = dict(st.session_state.get(_LEFT, {}))
        left[here, tuple(sorted(target.items()))] = st.query_params.to_dict()
        st.session_state[_LEFT] = dict(list(left.items())[-20:])
    st.switch_page(room(slug).page, query_params=target)


def arrive(slug: str) -> None:
    """Note where the reader is; coming back to the false entry of `switch`, put the view's own parameters back."""
    st.session_state[_HERE] = slug
    seen = st.query_params.to_dict()
    own = st.session_state.get(_LEFT, {}).get((slug, tuple(sorted(seen.items()))))
    if own is not None and own != seen:
        st.query_params.from_dict(own)


# ---- controls --------------------------------------------------------------------------------------------------


def widget_key(name: str, language: Lang | None = None) -> str:
    """The Streamlit key of the control of a parameter, as tests need it."""
    return f"{name}@{language or lang()}"


def _commit(name: str, key: str, default: object) -> None:
    put(name, st.session_state[key], default)


def _commit_to(name: str, key: str, fragments: Sequence[str]) -> None:
    """A switch goes into the URL, and these fragments follow it."""
    _commit(name, key, False)
    if fragments:
        st.rerun(list(fragments))


def _choice(
    look: Look,
    name: str,
    options: Sequence[Any],
    default: Any,
    label: str,
    shown: Callable[[Any], str],
    named: Callable[[Any], str],
    **more: Any,
) -> Any:
    key = widget_key(name)
    value = _known(name, options, default, label, named)
    st.session_state[key] = value
    common: dict[str, Any] = {
        "key": key,
        "format_func": shown,
        "on_change": _commit,
        "args": (name, key, default),
        **more,
    }
    if look == "select":
        return st.selectbox(label, options, index=None if default is None else 0, **common)
    draw = st.segmented_control if look == "segmented" else st.pills
    return draw(label, options, required=default is not None, **common)


@overload
def choose(
    name: str,
    options: Sequence[T],
    *,
    label: str,
    shown: Callable[[T], str] = ...,
    named: Callable[[T], str] | None = ...,
    default: T,
    look: Look = ...,
    help: str | None = ...,
    quiet: bool = ...,
    width: Any = ...,
    empty: str | None = ...,
    wrap: bool | None = ...,
) -> T: ...
@overload
def choose(
    name: str,
    options: Sequence[T],
    *,
    label: str,
    shown: Callable[[T], str] = ...,
    named: Callable[[T], str] | None = ...,
    default: None = None,
    look: Look = ...,
    help: str | None = ...,
    quiet: bool = ...,
    width: Any = ...,
    empty: str | None = ...,
    wrap: bool | None = ...,
) -> T | None: ...
def choose(
    name: str,
    options: Sequence[T],
    *,
    label: str,
    shown: Callable[[T], str] = str,
    named: Callable[[T], str] | None = None,
    default: T | None = None,
    look: Look = "select",
    help: str | None = None,
    quiet: bool = False,
    width: Any = None,
    empty: str | None = None,
    wrap: bool | None = None,
) -> T | None:
    """One of several. `options` are language-free ids, `shown` gives the words for one.

    `named` gives the words for one in a sentence, where `shown` says more than its name.

    Without a default nothing need be chosen: the result is None and the control reads `empty` ("Semua" / "All").
    `quiet` hides the label from the eye (not from a screen reader). `wrap` lets segments and pills beside other things
    take a second row where the first is full; else they scroll.
    """
    more: dict[str, Any] = {"help": help, "label_visibility": "collapsed" if quiet else "visible"}
    if width is not None:
        more["width"] = width
    if look == "select":
        more["placeholder"] = empty or text()("common.all")
    elif wrap is not None:
        more["wrap"] = wrap
    return cast("T | None", _choice(look, name, options, default, label, shown, named or shown, **more))


def choose_year(options: Sequence[int] | None = None, *, shown: Callable[[int], str] = str, quiet: bool = False) -> int:
    """The year control, shared by all rooms. `shown` may add a word to derived years."""
    choices = tuple(options) if options else years()
    t = text()
    return choose(
        "year", choices, label=t("state.year"), shown=shown, default=standard_year(choices), look="segmented",
        quiet=quiet,
    )  # fmt: skip


def choose_many(
    name: str,
    options: Sequence[T],
    *,
    label: str,
    shown: Callable[[T], str] = str,
    look: Literal["select", "pills"] = "select",
    help: str | None = None,
    quiet: bool = False,
    width: Any = None,
    empty: str | None = None,
) -> tuple[T, ...]:
    """Any number of several; none chosen means all, and the control reads `empty` ("Semua" / "All").

    In the URL the ids stand separated by commas.
    """
    key = widget_key(name)
    raw = [part for part in (param(name) or "").split(",") if part]
    by_id = {str(option): option for option in options}
    unknown = [part for part in raw if part not in by_id]
    if unknown:
        _say_unavailable(label, ", ".join(unknown), [shown(option) for option in options])
    st.session_state[key] = [by_id[part] for part in dict.fromkeys(raw) if part in by_id]
    common: dict[str, Any] = {
        "key": key,
        "format_func": shown,
        "on_change": _commit,
        "args": (name, key, None),
        "help": help,
        "label_visibility": "collapsed" if quiet else "visible",
    }
    if width is not None:
        common["width"] = width
    if look == "pills":
        return tuple(st.pills(label, options, selection_mode="multi", **common) or ())
    return tuple(st.multiselect(label, options, placeholder=empty or text()("common.all"), **common))


def toggle(name: str, *, label: str, help: str | None = None, also: Sequence[str] = ()) -> bool:
    """A switch that is off by default; `name=1` in the URL turns it on.

    Where a turn of it matters to other parts too, `also` names all the keyed fragments that are drawn again with it.
    """
    key = widget_key(name)
    st.session_state[key] = bool(_known(name, (1,), None, label, str))
    return st.toggle(label, key=key, help=help, on_change=_commit_to, args=(name, key, tuple(also)))


def search(name: str, *, label: str, placeholder: str | None = None, quiet: bool = True) -> str:
    """A search text; cut to 64 characters, without what does not print."""
    key = widget_key(name)
    st.session_state[key] = _cut(param(name) or "")
    typed = st.text_input(
        label,
        key=key,
        placeholder=placeholder,
        max_chars=_LONGEST,
        on_change=_commit,
        args=(name, key, ""),
        label_visibility="collapsed" if quiet else "visible",
    )
    return typed.strip()


def reset(names: Iterable[str], *, label: str | None = None) -> None:
    """A quiet button that clears these filters; nothing is drawn while none of them is active."""
    chosen = active(names)
    if chosen:
        st.button(
            label or text()("state.reset"),
            key=f"reset@{'+'.join(names)}",
            type="tertiary",
            icon=":material/close:",
            on_click=clear,
            args=(chosen,),
        )
