"""The board: which city stands at which stage, who is late, what still has to be followed up. Counts, never a mark."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from kotacerdas.i18n import MISSING, Text
from kotacerdas.interview import reading, rounds
from kotacerdas.interview.roles import Role
from kotacerdas.interview.rounds import Line, Round
from kotacerdas.interview.sight import Part
from kotacerdas.interview.stages import LOCKED, ORDER, Stage, before
from kotacerdas.interview.store import now
from kotacerdas.ui import notice, shell, state, tables
from kotacerdas.ui.interview_act import main
from kotacerdas.ui.interview_desk import Desk
from kotacerdas.ui.interview_words import CLOCK, DAY, day, local, stage_name

STAGE, LATE, FLAGGED, MINE = "stage", "late", "flagged", "mine"
OPEN = "board-open"
ROW, ROWS_SHOWN = 35, 15
_NAME, _NAME_NARROW = 250, 140
"""Pixels for the names; in them the longest one is cut, so that the interview still stands in view."""
Mine = Mapping[int, frozenset[Part]]


def render(desk: Desk) -> None:
    """Draw the board of a round."""
    t = desk.t
    with desk.store.read() as tx:
        held = rounds.all_rounds(tx)
    if not held:
        st.title(t("interview.view.board"), anchor=False)
        detail = "board.none_admin" if desk.has(Role.ADMIN) else "board.none_help"
        notice.missing(t("board.none"), detail=t(detail))
        if desk.has(Role.ADMIN):
            _to_round(t, "board.to_round")
        return
    title, control = st.container(key="board-title"), st.container(key="board-round")
    with control:
        around = choose_round(t, held)
    with desk.store.read() as tx:
        lines = rounds.board(tx, desk.actor, around.id)
    final = sum(line.stage in LOCKED for line in lines)
    with title:
        st.title(t("board.title", year=around.year, final=t.integer(final), cities=t.integer(len(lines))), anchor=False)
        st.caption(
            notice.literal(t("board.context", name=around.name, size=t.integer(around.panel_size)))
            + (" " + t("board.published", day=day(t, around.published_at)) if around.published_at else "")
        )
    if not lines:
        notice.missing(t("board.empty"), detail=t("board.empty_help"))
        if desk.has(Role.ADMIN):
            _to_round(t, "board.to_invite")
        return
    mine = _mine(desk)
    lines = sorted(lines, key=lambda line: (not line.late, ORDER.index(line.stage), desk.city_name(line.city)))
    shown = _filtered(t, lines, mine)
    if not shown:
        notice.missing(t("board.nothing"), detail=t("board.nothing_help"))
        return
    tables.room_for_tools()
    ways = [way_in(desk, line, mine) for line in shown]
    _table(desk, shown, ways)
    said = [t("board.rows", shown=t.integer(len(shown)), of=t.integer(len(lines)))]
    if any(ways):
        said.append(t("board.open_trail" if desk.has(Role.ADMIN) else "board.open_own"))
    st.caption(" ".join([*said, t("board.legend")]))


def _to_round(t: Text, key: str) -> None:
    """The next step of the secretariat, one press away."""
    st.button(main(t(key)), key="board-next", type="primary", on_click=state.go, kwargs={"view": "round"})


def choose_round(t: Text, held: Sequence[Round]) -> Round:
    """The round of the view, the newest first; with one round there is nothing to choose."""
    by_year = {each.year: each for each in held}
    if len(held) == 1 and state.param("round") in (None, str(held[0].year)):
        return held[0]
    return by_year[
        state.choose("round", tuple(by_year), label=t("board.round"), default=held[0].year, look="pills", quiet=True)
    ]


# ---- filters -----------------------------------------------------------------------------------------------------


def _filtered(t: Text, lines: Sequence[Line], mine: Mine) -> list[Line]:
    """The strip of stages with their counts, which is a filter too, and the two marks to look for."""
    counts = Counter(line.stage for line in lines)
    chosen = state.choose_many(
        STAGE,
        [stage.value for stage in ORDER],
        label=t("board.stages"),
        shown=lambda stage: t(
            "board.stage_count", stage=stage_name(t, Stage(stage)), count=t.integer(counts[Stage(stage)])
        ),
        look="pills",
        quiet=True,
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        late = state.toggle(LATE, label=t("board.late", count=t.integer(sum(line.late for line in lines))))
        flagged = state.toggle(
            FLAGGED, label=t("board.flagged", count=t.integer(sum(line.flagged > 0 for line in lines)))
        )
        own = bool(mine) and state.toggle(
            MINE, label=t("board.mine", count=t.integer(sum(line.entry_id in mine for line in lines)))
        )
        state.reset([STAGE, LATE, FLAGGED, MINE])
    found = rounds.chosen(lines, stages=[Stage(stage) for stage in chosen], late=late, flagged=flagged)
    return [line for line in found if line.entry_id in mine] if own else found


def _mine(desk: Desk) -> Mine:
    """The entries in whose panels this person sits, and as what."""
    if not desk.has(Role.ASSESSOR, Role.CHAIR):
        return {}
    with desk.store.read() as tx:
        return {found.entry.id: found.parts for found in reading.my_entries(tx, desk.actor)}


# ---- the table ---------------------------------------------------------------------------------------------------


def _table(desk: Desk, lines: Sequence[Line], ways: Sequence[str | None]) -> None:
    """The cities. Where all of them lead somewhere their names are the way; where only some do, a column of its own
    is, for a name that looks like a way and is none would be a trap."""
    t, phone = desk.t, shell.on_phone()
    cells = _cells(desk, lines, phone=phone)
    if some := any(ways) and not all(ways):
        cells.insert(1, "open", [t(f"interview.view.{way}") if way else None for way in ways])
    of = st.column_config
    click: dict[str, Any] = {
        "type": "tertiary",
        "alignment": "left",
        "key": OPEN,
        "on_click": _open,
        "args": ([(line.entry_id, way) for line, way in zip(lines, ways, strict=True)],),
    }
    name: dict[str, Any] = {"pinned": not phone, "width": _NAME_NARROW if phone else _NAME}
    config = {
        "city": of.ButtonColumn(t("board.city"), **name, **click)
        if all(ways)
        else of.TextColumn(t("board.city"), **name),
        **({"open": of.ButtonColumn(t("board.open"), **click)} if some else {}),
        "stage": of.TextColumn(t("board.stage")),
        "since": of.DateColumn(t("board.since"), format=DAY),
        "due": of.DateColumn(t("board.due"), format=DAY),
        "late": of.TextColumn(t("board.late_head")),
        "seats": of.TextColumn(t("board.seats"), alignment="right", help=t("board.seats_help")),
        "share": of.ProgressColumn(
            t("board.share"), min_value=0, max_value=100, format="%d%%", help=t("board.share_help"), width=120
        ),
        "flags": of.NumberColumn(t("board.flags"), help=t("board.flags_help")),
        "meeting": of.DatetimeColumn(t("board.meeting"), format=f"{DAY} {CLOCK[t.lang]}"),
    }
    st.dataframe(
        cells,
        key="board-table",
        hide_index=True,
        height=ROW * (min(len(cells), ROWS_SHOWN) + 1) + 3,
        row_height=ROW,
        placeholder=MISSING,
        column_config={name: config[name] for name in cells.columns},
        alt=t("board.alt", shown=t.integer(len(lines))),
    )


def _cells(desk: Desk, lines: Sequence[Line], *, phone: bool) -> pd.DataFrame:
    t = desk.t
    frame = pd.DataFrame(
        {
            "city": [desk.city_name(line.city) for line in lines],
            "stage": [_stage_words(t, line) for line in lines],
            "since": [local(line.since).date() for line in lines],
            "due": [local(line.due).date() if line.due else None for line in lines],
            "late": [_late(t, line) for line in lines],
            "seats": [
                t("board.of", count=t.integer(line.submitted), of=t.integer(line.seats)) if line.seats else None
                for line in lines
            ],
            "share": [_share(line) for line in lines],
            "flags": [line.flagged or None for line in lines],
            "meeting": [local(line.meeting_at).replace(tzinfo=None) if line.meeting_at else None for line in lines],
        }
    )
    if phone:
        frame["city"] = [_short(name, t) for name in frame["city"]]
        return frame[["city", "stage", "late", "seats", "share", "flags"]]
    return frame


def _late(t: Text, line: Line) -> str | None:
    """How many days ago the deadline was; on its first day one."""
    if not (line.late and line.due):
        return None
    days = (local(now()) - local(line.due)).days + 1
    return t("board.days_late", days=t.integer(days))


def _share(line: Line) -> int | None:
    """Whole percents, rounded down: a hundred means that nothing is open. Without a panel nothing is asked for yet."""
    asked = line.seats or before(line.stage, Stage.SUBMITTED)
    return int(line.share * 100) if asked else None


def _stage_words(t: Text, line: Line) -> str:
    """The stage with its place in the row of stages, and what is special about it."""
    words = t("board.stage_place", place=t.integer(ORDER.index(line.stage) + 1), stage=stage_name(t, line.stage))
    return t("board.provisional", stage=words) if line.provisional else words


def _short(name: str, t: Text) -> str:
    return name.replace("Kabupaten ", t("board.kabupaten_short") + " ", 1)


def way_in(desk: Desk, line: Line, mine: Mine) -> str | None:
    """Where a city on the board leads a person: the chair to the panel, an assessor to the marks, the secretariat to
    the trail; None where they have no part in it."""
    if line.entry_id in mine:
        return "panel" if Part.CHAIR in mine[line.entry_id] else "entry"
    return "trail" if desk.has(Role.ADMIN) else None


def _open(ways: Sequence[tuple[int, str | None]]) -> None:
    row = st.session_state[OPEN]["row"]
    entry, view = ways[row] if row < len(ways) else (0, None)
    if view is not None:
        state.go(view=view, entry=entry, round=state.param("round"))
