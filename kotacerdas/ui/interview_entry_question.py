"""The question on the screen: what is asked, what stands beside it, own score, note, evidence."""

from __future__ import annotations

from functools import partial

import streamlit as st

from kotacerdas.i18n import Text
from kotacerdas.instrument import ChoiceRubric, Node, NumericRubric
from kotacerdas.interview.answers import Conflict, marks_of
from kotacerdas.interview.carry import previous
from kotacerdas.interview.stages import Layer
from kotacerdas.interview.standing import optional
from kotacerdas.ui import interview_entry_evidence, interview_entry_reason, notice, shell
from kotacerdas.ui.interview_act import main
from kotacerdas.ui.interview_entry_save import put_note
from kotacerdas.ui.interview_entry_state import (
    Sheetful,
    Unsaved,
    choose,
    control,
    give_reason,
    go,
    remember,
    settle,
    settled_with,
    show,
    standing,
    take_back,
    unsaved,
)
from kotacerdas.ui.note_component import Hotkey, Place, note, time_of
from kotacerdas.ui.score_line import LineState, Watched, score_line

OFFICIAL_SCALE = ("1", "2", "3", "4")


def draw(sheet: Sheetful) -> None:
    """Draw the current question."""
    t, node = sheet.t, sheet.current
    phone = shell.on_phone()
    with st.container(key="entry-question", gap="small"):
        if phone:  # its title is the page's: what else stands above is folded
            _where(sheet)
            st.title(notice.literal(t.label(node.label)), anchor=False)
        else:
            st.header(notice.literal(t.label(node.label)), anchor=False)
            _before(sheet)
        _score(sheet)
        if phone:
            _before(sheet)
        _follow_up(sheet)
        _note(sheet)
        interview_entry_evidence.draw(sheet)
        if sheet.open and not phone:
            st.caption(sheet.says("keys"))
        if marks_of(sheet.instrument, node.id) == OFFICIAL_SCALE and node.rubric is None:
            st.caption(t("entry.meaning_ours"))
    remember(sheet)


def steps(sheet: Sheetful) -> None:
    """Back, forth, and on to the next open question, and where one is; always in the same place."""
    t = sheet.t
    with st.container(key="entry-steps", horizontal=True, vertical_alignment="center", gap="small"):
        back, on = sheet.beside(-1), sheet.beside(1)
        st.button(
            t("entry.back"), key="entry-back", icon=":material/chevron_left:", on_click=go, args=(back,),
            disabled=back is None,
        )  # fmt: skip
        st.button(
            t("entry.on"), key="entry-on", icon=":material/chevron_right:", icon_position="right", on_click=go,
            args=(on,), disabled=on is None,
        )  # fmt: skip
        following = sheet.next_open
        if following is not None:
            marked = sheet.open and sheet.answer is not None and sheet.answer.value is not None
            marked = marked and unsaved(sheet) is None
            st.button(
                main(sheet.says("next_open")) if marked else sheet.says("next_open"), key="entry-next-open",
                icon=":material/skip_next:", type="primary" if marked else "secondary", on_click=go, args=(following,),
            )  # fmt: skip
        else:
            said = sheet.says("last_open" if sheet.unmarked else "all_marked")
            st.markdown(notice.literal(said), width="content")
        if not shell.on_phone():
            _where(sheet)


def _where(sheet: Sheetful) -> None:
    t, node = sheet.t, sheet.current
    parts = [t("entry.place", number=sheet.number(node.id), all=len(sheet.questions))]
    parts.append(t.label(sheet.component(node.id).label))
    if node.dimension and not shell.on_phone():
        parts.append(t(f"dimension.{node.dimension}"))
    if node.subdimension and not shell.on_phone():
        parts.append(t.label(node.subdimension))
    st.caption(notice.literal(" · ".join(parts)), width="content")


def _before(sheet: Sheetful) -> None:
    """The city's own assessment and the last published score, side by side; what is missing says so."""
    t, question = sheet.t, sheet.current.id
    own = sheet.view.self_answers.get(question)
    last = previous(sheet.desk.data, sheet.view.entry.city, sheet.instrument, sheet.view.round.year).get(question)
    with st.container(border=True, key="entry-before", gap="small"):
        with st.container(horizontal=True, gap="medium"):
            if sheet.layer is not Layer.SELF:
                value = t.integer(own.value) if own and own.value is not None else t("entry.self_none")
                st.markdown(f"{notice.literal(t('entry.self'))} **{notice.literal(value)}**", width="content")
            said = (
                t("entry.last_none") if last is None else t("entry.last_value", value=t.number(last[0]), year=last[1])
            )
            st.markdown(f"{notice.literal(t('entry.last'))} **{notice.literal(said)}**", width="content")
        if sheet.layer is Layer.SELF:
            return
        if own and own.note:
            st.text(own.note)
        interview_entry_evidence.of_city(sheet)


# ---- the score ---------------------------------------------------------------------------------------------------


def _score(sheet: Sheetful) -> None:
    t, node = sheet.t, sheet.current
    marks = marks_of(sheet.instrument, node.id)
    key = show(sheet, "value")
    _reason(sheet)
    with st.container(key="entry-score", gap="xsmall"):
        if not shell.on_phone():  # the control's own label fades beyond reading while it is disabled
            st.markdown(f":small[{notice.literal(t('entry.own'))}]")
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            held = st.segmented_control(
                t("entry.own"),
                marks,
                label_visibility="collapsed",
                default=standing(sheet, "value"),
                key=key,
                required=True,
                disabled=not sheet.open,
                on_change=choose,
                args=(sheet.desk, sheet.entry, node.id, "value", key, sheet.layer),
            )
            settled_with(sheet, "value", held)
            _line(sheet, marks, key)
        if optional(node):
            _without(sheet, key)
        _unsaved(sheet)
        if shell.on_phone():
            steps(sheet)
        st.markdown(_meaning(t, node, marks, standing(sheet, "value")))


def _reason(sheet: Sheetful) -> None:
    """Why a mark is given now, where those of the others are open; above the score, for it comes first."""
    who, entry = sheet.desk.actor.who, sheet.entry
    if sheet.reasoned:
        interview_entry_reason.field(sheet.t, who, entry, partial(give_reason, sheet.desk, entry))
    elif sheet.layer is Layer.MARK:
        interview_entry_reason.forget(who, entry)


def _without(sheet: Sheetful, key: str) -> None:
    """What no mark means where the instrument counts what is absent as 0, and the way back to it."""
    t = sheet.t
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(t("entry.optional"), width="content")
        if sheet.open and standing(sheet, "value") is not None:
            st.button(
                t("entry.take_back"), key="entry-take-back", type="tertiary", icon=":material/undo:",
                on_click=take_back, args=(sheet.desk, sheet.entry, sheet.current.id, key, sheet.layer),
            )  # fmt: skip


def _line(sheet: Sheetful, marks: tuple[str, ...], key: str) -> None:
    """Whether and when the answer was saved; the browser says so where its control shows something else by now."""
    answer, t = sheet.answer, sheet.t
    state: LineState = "empty"
    sentence = sheet.says("saved_not")
    if unsaved(sheet) is not None:
        sentence, state = t("note.unsaved"), "unsaved"
    elif answer is not None:
        sentence, state = t("entry.saved", time=time_of(t, answer.at), revision=t.integer(answer.version)), "saved"
    flag = control(sheet.desk.actor.who, sheet.entry, sheet.current.id, "flag", sheet.layer)
    score_line(
        t,
        controls=(Watched(key, standing(sheet, "value"), marks), Watched(flag, bool(standing(sheet, "flag")))),
        sentence=sentence,
        state=state,
        open_=sheet.open,
    )


def _meaning(t: Text, node: Node, marks: tuple[str, ...], chosen: str | None) -> str:
    """One line per mark; the chosen one stands out by its weight and a sign, the others are muted."""
    lines = []
    for mark in marks:
        words = notice.literal(_words_of(t, node, mark, marks))
        lines.append(f"**{mark} · {words}** :material/check:" if mark == chosen else f"**{mark}** · :gray[{words}]")
    return "  \n".join(lines)


def _words_of(t: Text, node: Node, mark: str, marks: tuple[str, ...]) -> str:
    """What a mark means: the instrument's own rubric where it has one, else our words for the scale 1-4."""
    if isinstance(node.rubric, ChoiceRubric):
        return next((t.label(option.label) for option in node.rubric.options if str(option.score) == mark), "")
    if isinstance(node.rubric, NumericRubric) and len(node.rubric.printed) >= int(mark):
        return node.rubric.printed[int(mark) - 1]
    if marks == OFFICIAL_SCALE:
        return t(f"entry.meaning.{mark}")
    ends = {marks[0]: "entry.lowest", marks[-1]: "entry.highest"}
    return t(ends[mark]) if mark in ends else ""


# ---- what the store has not taken --------------------------------------------------------------------------------


def _unsaved(sheet: Sheetful) -> None:
    """A choice that is not saved: why, what stands instead, and the choice between the two."""
    choice, t = unsaved(sheet), sheet.t
    if choice is None:
        return
    with st.container(border=True, key="entry-unsaved", gap="small"):
        against = notice.literal(_against(sheet, choice))
        if shell.on_phone():
            st.markdown(f":orange[:material/sync_problem: {against}]")
        else:
            st.warning(against, icon=":material/sync_problem:")
        conflict = choice.problem if isinstance(choice.problem, Conflict) else None
        phone = shell.on_phone()
        if conflict is not None and not phone:
            _both(sheet, choice, conflict)
        mine = _told(t, choice.part, choice.new)
        keep, take = t("entry.give_up"), t("entry.try_again", value=mine)
        if conflict is not None:
            keep, take = t("entry.conflict_keep"), t("entry.conflict_take", value=mine)
        settled = partial(settle, sheet.desk, sheet.entry, sheet.current.id, layer=sheet.layer)
        with st.container(horizontal=True):
            st.button(take, key="entry-mine", on_click=partial(settled, mine=True))
            st.button(keep, key="entry-theirs", on_click=partial(settled, mine=False))
        if conflict is not None and phone:  # below each other, the two would push the choice out of sight
            _both(sheet, choice, conflict)


def _both(sheet: Sheetful, choice: Unsaved, conflict: Conflict) -> None:
    """What is stored and what was chosen here, side by side, each with its note."""
    t, theirs = sheet.t, conflict.theirs
    time = time_of(t, theirs.at)
    head = t("note.own", time=time)
    if not _mine(sheet, theirs.by):
        head = t("entry.conflict_theirs", who=sheet.desk.person(theirs.by), time=time)
    note = sheet.answer.note if sheet.answer else ""
    rows = [
        (head, getattr(theirs, choice.part), theirs.note),
        (t("entry.conflict_mine"), choice.new, note),
    ]
    for column, (head, value, text) in zip(st.columns(2), rows, strict=True):
        with column:
            st.markdown(f"**{notice.literal(head)}**")
            st.text(_told(t, choice.part, value))
            if text:
                st.text(text)


def _mine(sheet: Sheetful, by: str) -> bool:
    """Whether what stands there is the person's own: from another window, or from before the server was restarted."""
    return by in ("", sheet.desk.actor.who)


def _against(sheet: Sheetful, choice: Unsaved) -> str:
    """Why the store did not take a choice, by the number and name of the question."""
    if not isinstance(choice.problem, Conflict):
        return sheet.told(choice.problem)
    question, by = sheet.current.id, choice.problem.theirs.by
    part = "flag" if choice.part == "flag" else "value"
    if _mine(sheet, by):
        return sheet.t(f"entry.differs.{part}", number=sheet.number(question))
    return sheet.t(f"entry.changed.{part}", question=sheet.name(question), who=sheet.desk.person(by))


def _told(t: Text, part: str, new: object) -> str:
    if part == "value":
        return t("entry.value_told", value=t.integer(new))
    return t("entry.flag_on") if new else t("entry.flag_off")


# ---- follow-up and note ------------------------------------------------------------------------------------------


def _follow_up(sheet: Sheetful) -> None:
    t, question = sheet.t, sheet.current.id
    key = show(sheet, "flag")
    held = st.toggle(
        t("entry.flag"),
        value=standing(sheet, "flag"),
        key=key,
        help=t("entry.flag_help"),
        disabled=not sheet.open,
        on_change=choose,
        args=(sheet.desk, sheet.entry, question, "flag", key, sheet.layer),
    )
    settled_with(sheet, "flag", held)


def _note(sheet: Sheetful) -> None:
    t, desk = sheet.t, sheet.desk
    note(
        t,
        place=Place.of(desk.store, sheet.entry, sheet.layer, sheet.owner),
        question=sheet.current.id,
        saved=sheet.answer,
        save=partial(put_note, desk.store, desk.actor, sheet.entry, sheet.layer),
        label=t("entry.note"),
        placeholder=_placeholder(sheet),
        readonly=not sheet.open,
        keys=_hotkeys(sheet) if sheet.open else _turning(),
        names={node.id: sheet.name(node.id) for node in sheet.questions},
        me=desk.actor.who,
        told=sheet.told,
        person=desk.person,
        jump=go,
        top="entry-question" if shell.on_phone() else "entry-steps",
    )


def _placeholder(sheet: Sheetful) -> str | None:
    """What could be written; nothing where nothing can."""
    if not sheet.open:
        return ""
    return sheet.t("self.placeholder") if sheet.layer is Layer.SELF else None


def _turning() -> dict[str, Hotkey]:
    return {
        "ArrowLeft": Hotkey("entry-back", arrow=True, turns=True),
        "ArrowRight": Hotkey("entry-on", arrow=True, turns=True),
        "n": Hotkey("entry-next-open", turns=True),
    }


def _hotkeys(sheet: Sheetful) -> dict[str, Hotkey]:
    """The marks by their numbers, the arrows for back and forth."""
    marks = marks_of(sheet.instrument, sheet.current.id)
    target = control(sheet.desk.actor.who, sheet.entry, sheet.current.id, "value", sheet.layer)
    single = {mark: Hotkey(target, place) for place, mark in enumerate(marks, 1) if len(mark) == 1}
    return single | _turning()
