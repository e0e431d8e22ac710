"""A download button that prepares its file only when it is pressed, so that ordinary reruns do not pay for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath

import streamlit as st

_MIME = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".txt": "text/plain",
    ".yaml": "application/yaml",
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def button(label: str, file_name: str, write: Callable[[], bytes], *, key: str, help: str | None = None) -> None:
    """Offer `file_name`; `write` makes its bytes on the click. The kind of file follows from its ending."""
    st.download_button(
        label,
        write,
        file_name=file_name,
        mime=_MIME[PurePath(file_name).suffix],
        key=key,
        help=help,
        icon=":material/download:",
        on_click="ignore",
    )
