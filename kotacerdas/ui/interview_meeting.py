"""The interview itself: when the meeting is and the way into it, for everybody who sits at its table."""

from __future__ import annotations

import streamlit as st

from kotacerdas.i18n import Text
from kotacerdas.interview.stages import Stage, before
from kotacerdas.interview.standing import Entry
from kotacerdas.ui import notice
from kotacerdas.ui.interview_words import moment


def draw(t: Text, entry: Entry) -> None:
    """When the meeting is, from the day it is set; the link into it until the right of reply begins."""
    if entry.meeting_at is None or before(entry.stage, Stage.SCHEDULED):
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="interview-meeting"):
        st.caption(notice.literal(t("meeting.at", moment=moment(t, entry.meeting_at))), width="content")
        link = entry.meeting_link or ""
        # The store takes nothing else; what came in another way must not become something to click.
        if link.startswith(("https://", "http://")) and before(entry.stage, Stage.REPLY):
            st.link_button(t("meeting.open"), link, icon=":material/video_call:", help=notice.literal(link))
