"""Why something was done, in the words of who did it: trimmed, limited, without control characters."""

from __future__ import annotations

from kotacerdas.problem import Problem

LIMIT = 2000
"""Characters of a reason."""


def read_reason(text: str | None) -> str | None:
    """A reason as it is kept; None where there is none. Raises `Problem` for one that cannot be kept as text."""
    if text is None or not (kept := text.replace("\r\n", "\n").replace("\r", "\n").strip()):
        return None
    if len(kept) > LIMIT:
        raise Problem("reason_long", length=len(kept), accepted=LIMIT)
    if any((ord(c) < 32 and c not in "\n\t") or c == "\x7f" or "\ud800" <= c <= "\udfff" for c in kept):
        raise Problem("reason_characters")
    return kept
