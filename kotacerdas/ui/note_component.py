"""The note field of the interview: a text that is kept in the browser until the store has it.

    note(t, place=Place.of(bench.store, entry_id, Layer.MARK, owner), question="q17", saved=row, save=save)

draws the field for one question and calls `save(event)` whenever the browser sends a draft: after a pause in typing,
on leaving the field, on hiding the page, and again with the same `key` until it is answered. `save` is a function of
the caller that writes through a service (one transaction, no `st.` call): it returns the answer's row as saved,
raises `Conflict` (the field then shows both texts and lets choose) or any other `Problem` (the field says why and
keeps the draft). It runs before the page is drawn, so what the page then reads from the store is up to date. A draft
may belong to another question than the one on the screen (left over from a page that was killed): `event.question`
says which. The result is the event handled in this run, if any.

The browser's part is `note/note.js`, a Streamlit component of version 2. It is served as a file from this server,
because the security policy of the pages allows no inline script; so its folder is registered under a manifest, as
Streamlit does for installed packages.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any, Protocol

import streamlit as st
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest

from kotacerdas.i18n import Text
from kotacerdas.interview.answers import NOTE_LIMIT, Conflict, Saved
from kotacerdas.interview.stages import Layer
from kotacerdas.interview.store import Store
from kotacerdas.interview.times import WIB
from kotacerdas.problem import Problem

NAME = "kotacerdas.note"
FOLDER = "note"
COMPONENTS = ("note", "score")
"""What the folder holds for the browser: this field, and the line beside the score (`score_line`)."""
_LONGEST = 200_000
"""Characters of a draft that are looked at at all; the store refuses far less with a sentence."""
_KEPT = 40
_KEY = re.compile(r"[0-9a-f]{8,64}")


class Noted(Protocol):
    """What the field needs of an answer's row: `answers.read`, `answers.save` and `Conflict.theirs` give it."""

    @property
    def note(self) -> str:
        """The text."""

    @property
    def version(self) -> int:
        """How often the answer was written."""

    @property
    def at(self) -> str:
        """When it was last written (UTC, ISO)."""


@dataclass(frozen=True)
class Place:
    """Whose notes these are; drafts are kept in the browser under it, so that no two ever mix."""

    store: str
    entry: int
    layer: Layer
    owner: str

    @classmethod
    def of(cls, store: Store, entry: int, layer: Layer, owner: str) -> Place:
        """The place of an owner's notes; `store` becomes a short mark of its address."""
        mark = hashlib.sha256(store.url.render_as_string(hide_password=True).encode()).hexdigest()[:12]
        return cls(mark, entry, layer, owner)


@dataclass(frozen=True)
class NoteEvent:
    """A draft to save. `base` is the version its writer saw and `seen` the text that stood there; `key` stays the
    same for as long as the text does."""

    question: str
    text: str
    key: str
    base: int
    seen: str


def class_of(widget: str) -> str:
    """The class by which the browser finds a keyed element; Streamlit gives each one of that name."""
    return "st-key-" + re.sub(r"[^a-zA-Z0-9_-]", "-", widget)


@dataclass(frozen=True)
class Hotkey:
    """A key that presses a Streamlit button: the key of its container or widget, and which of its buttons.

    `arrow` leaves the key to controls that use arrows themselves, `turns` makes further keys wait for the next
    question.
    """

    widget: str
    place: int = 1
    arrow: bool = False
    turns: bool = False

    @property
    def target(self) -> str:
        """The button as the browser finds it."""
        name = class_of(self.widget)
        return f".{name} button" if self.place == 1 else f".{name} button:nth-of-type({self.place})"


Save = Callable[[NoteEvent], Noted]


def note(
    t: Text,
    *,
    place: Place,
    question: str,
    saved: Noted | None,
    save: Save,
    label: str | None = None,
    placeholder: str | None = None,
    quiet: bool = False,
    rows: int = 4,
    readonly: bool = False,
    keys: Mapping[str, Hotkey] | None = None,
    names: Mapping[str, str] | None = None,
    slot: str = "note",
    sweep: bool = True,
    me: str = "",
    told: Callable[[Problem], str] | None = None,
    person: Callable[[str], str] = str,
    jump: Callable[[str], None] | None = None,
    top: str | None = None,
) -> NoteEvent | None:
    """Draw the note of `question`; see the module for `save`. `saved` is the row in the store, None if there is none.

    `label` stands over the field (`quiet`: for screen readers only), `placeholder` in it while it is empty. `keys`
    are hotkeys (name of the key -> what it presses), `names` the words for questions in sentences. Several fields on
    one page need a `slot` each and all but one `sweep=False`: the one that sweeps also sends drafts of questions that
    are not on the screen. `me` is the identity that a conflict calls "you", `person` names anybody else, `told` says
    what stands against a draft. `jump` (a callback) goes to a question whose draft is stuck. When another question
    comes on the screen, the element of the key `top` is brought into view where it is not.
    """
    key = f"note-{slot}"
    answers = f"kotacerdas.{key}.{place.store}.{place.entry}.{place.layer}.{place.owner}"
    data = {
        **asdict(place),
        "question": question,
        "text": saved.note if saved else "",
        "version": saved.version if saved else 0,
        "saved": _saved(t, saved) if saved and saved.note else None,
        "acks": list(st.session_state.get(answers, ())),
        "words": _words(t)
        | ({"label": label} if label else {})
        | ({} if placeholder is None else {"placeholder": placeholder}),
        "names": dict(names or {}),
        "keys": {name: asdict(hotkey) | {"target": hotkey.target} for name, hotkey in (keys or {}).items()},
        "quiet": quiet,
        "rows": rows,
        "readonly": readonly,
        "sweep": sweep,
        "most": NOTE_LIMIT,
        "jumps": jump is not None,
        "top": class_of(top) if top else None,
    }
    handle = partial(_handle, t, answers, save, _Told(t, me, person, told))
    register()
    sent = _component()(
        key=key,
        data=data,
        on_draft_change=partial(_received, key, handle),
        on_jump_change=partial(_jumped, key, jump),
        height="content",
    )
    event = _event(getattr(sent, "draft", None))
    if event is None:
        return None
    if not any(ack["key"] == event.key for ack in st.session_state.get(answers, ())):
        # A session that does not know the field yet (the server was started anew) gets the draft without the callback.
        handle(event)
        st.rerun()
    return event


def time_of(t: Text, at: str) -> str:
    """A time of the store, to the second in Western Indonesian Time: `10.02.13 WIB`, also the day if not today."""
    moment = dt.datetime.fromisoformat(at).astimezone(WIB)
    time = f"{moment:%H.%M.%S} WIB" if t.lang == "id" else f"{moment:%H:%M:%S} WIB"
    return time if moment.date() == dt.datetime.now(WIB).date() else f"{t.date(moment.date())}, {time}"


@dataclass(frozen=True)
class _Told:
    """How the field speaks of what stands against a draft."""

    t: Text
    me: str
    person: Callable[[str], str]
    told: Callable[[Problem], str] | None

    def problem(self, problem: Problem) -> str:
        return self.told(problem) if self.told is not None else self.t.problem(problem)

    def theirs(self, row: Saved) -> str:
        t, time = self.t, time_of(self.t, row.at)
        return t("note.own", time=time) if row.by == self.me else t("note.theirs", who=self.person(row.by), time=time)


def _received(key: str, handle: Callable[[NoteEvent], None]) -> None:
    event = _event((st.session_state.get(key) or {}).get("draft"))
    if event is not None:
        handle(event)


def _jumped(key: str, jump: Callable[[str], None] | None) -> None:
    wanted = (st.session_state.get(key) or {}).get("jump")
    if jump is not None and isinstance(wanted, str):
        jump(wanted[:64])


def _handle(t: Text, answers: str, save: Save, tell: _Told, event: NoteEvent) -> None:
    """Save a draft and keep the answer for the browser, which asks until it gets one."""
    ack: dict[str, object] = {"question": event.question, "key": event.key}
    try:
        row = save(event)
        ack |= {"state": "saved", "version": row.version, "text": row.note}
    except Conflict as conflict:
        theirs = conflict.theirs
        ack |= {"state": "conflict", "version": theirs.version, "text": theirs.note, "head": tell.theirs(theirs)}
    except Problem as problem:
        ack |= {"state": "refused", "message": tell.problem(problem)}
    others = [one for one in st.session_state.get(answers, ()) if one["question"] != event.question]
    st.session_state[answers] = [*others, ack][-_KEPT:]


def _event(sent: object) -> NoteEvent | None:
    """What the browser sent, or None where it is not of our making."""
    if not isinstance(sent, Mapping):
        return None
    question, text, key, base, seen = (sent.get(name) for name in ("question", "text", "key", "base", "seen"))
    if not (isinstance(question, str) and isinstance(text, str) and isinstance(seen, str) and isinstance(key, str)):
        return None
    if not isinstance(base, int) or isinstance(base, bool) or base < 0 or not _KEY.fullmatch(key):
        return None
    return NoteEvent(question[:64], text[:_LONGEST], key, base, seen[:_LONGEST])


def _saved(t: Text, row: Noted) -> str:
    return t("note.saved", time=time_of(t, row.at), revision=t.integer(row.version))


def _words(t: Text) -> dict[str, str]:
    length, most, count = "{length}", "{most}", "{count}"
    return {
        "label": t("note.label"),
        "placeholder": t("note.placeholder"),
        "empty": t("note.empty"),
        "unsaved": t("note.unsaved"),
        "restored": t("note.restored"),
        "saving": t("note.saving"),
        "waiting": t("note.waiting"),
        "offline": t("note.offline"),
        "unheld": t("note.unheld"),
        "conflict": t("note.conflict"),
        "mine": t("note.mine"),
        "nothing": t("note.nothing"),
        "keepTheirs": t("note.keep_theirs"),
        "keepMine": t("note.keep_mine"),
        "keepBoth": t("note.keep_both"),
        "again": t("note.again"),
        "discard": t("note.discard"),
        "count": t("note.count", length=length, most=most),
        "long": t("note.long", length=length, most=t.integer(NOTE_LIMIT)),
        "others": t("note.others", count=count),
        "stuck": t("note.stuck"),
    }


# ---- the browser's part ------------------------------------------------------------------------------------------


def register() -> None:
    """Make the folder known to the running server (in tests: to the harness of this run), with all its components."""
    manager = get_bidi_component_manager()
    if manager.get_component_asset_root(NAME) is None:
        package = NAME.partition(".")[0]
        found = [ComponentConfig(component, asset_dir=FOLDER) for component in COMPONENTS]
        manager.register_from_manifest(ComponentManifest(package, "1", found), Path(__file__).parent)


@cache
def _component() -> Callable[..., Any]:
    return st.components.v2.component(NAME, js="note.js", css="note.css")
