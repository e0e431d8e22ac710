"""When the interview of a city is and where it is held: the same line on every view of those who take part in it."""

from __future__ import annotations

import streamlit as st

from kotacerdas.i18n import Text
from kotacerdas.interview.stages import LOCKED, Stage, before
from kotacerdas.interview.standing import Entry
from kotacerdas.ui import notice
from kotacerdas.ui.interview_words import moment


def draw(t: Text, entry: Entry) -> None:
    """The time of the interview and the way into the meeting; nothing before it is scheduled or after it has served."""
    if entry.meeting_at is None or before(entry.stage, Stage.SCHEDULED) or entry.stage in LOCKED:
        return
    with st.container(key="interview-meeting", horizontal=True, vertical_alignment="center", gap="small"):
        said = t("meeting.at", moment=moment(t, entry.meeting_at))
        st.caption(f":material/event: {notice.literal(said)}", width="content")
        if entry.meeting_link:
            st.link_button(t("meeting.open"), entry.meeting_link, key="meeting-open", icon=":material/video_call:")
