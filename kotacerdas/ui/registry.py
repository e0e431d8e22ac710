"""The rooms of the house as data: one entry per screen, in the order of the menu."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Room:
    """One screen. `slug` is the URL and the stem of its file in `pages/`; `module` is its code in `kotacerdas.ui`.

    The title in the menu is the text `room.<slug>`, its one-sentence help `room_help.<slug>`.
    """

    slug: str
    module: str
    icon: str
    filters: tuple[str, ...] = ()
    """URL parameters that travel along the menu to rooms that have them too (`lang` and `year` always do)."""

    @property
    def page(self) -> str:
        """The page file, relative to `app.py`."""
        return f"pages/{self.slug}.py"

    @property
    def path(self) -> str:
        """The address of the room. The first room is the default page and answers only at `/`."""
        return "/" if self is ROOMS[0] else f"/{self.slug}"


_FIELD = ("group", "kind", "island", "reading")

ROOMS: tuple[Room, ...] = (
    Room("ringkasan", "overview", ":material/map:", _FIELD),
    Room("peringkat", "ranking", ":material/format_list_numbered:", _FIELD),
    Room("kota", "city", ":material/location_city:"),
    Room("bandingkan", "compare", ":material/compare_arrows:"),
    Room("simulasi", "simulation", ":material/tune:", ("city",)),
    Room("ketahanan", "robustness", ":material/stacked_bar_chart:", ("city",)),
    Room("metode", "method", ":material/menu_book:"),
)
"""The rooms that everybody finds."""

INTERVIEW = Room("wawancara", "interview", ":material/forum:")
"""The room of those who evaluate; it exists only where people sign in, or in a try-out (see `ui.auth`)."""


def rooms(*, interview: bool) -> tuple[Room, ...]:
    """The rooms of the menu, with or without the interview, which stands before the last."""
    return (*ROOMS[:-1], INTERVIEW, ROOMS[-1]) if interview else ROOMS


def room(slug: str) -> Room:
    """The room with this slug. Raises KeyError for an unknown one."""
    for candidate in (*ROOMS, INTERVIEW):
        if candidate.slug == slug:
            return candidate
    raise KeyError(f"no room {slug!r}")
