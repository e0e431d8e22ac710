"""One line about a newer round of which the first results are out, while an older one stands for the nation."""

from __future__ import annotations

import streamlit as st

from kotacerdas.i18n import Text
from kotacerdas.published import Published
from kotacerdas.ui import notice, state


def nation(t: Text, data: Published, shown: int) -> None:
    """How many results of the newer round are out, and the way to them; nothing where there is no such round."""
    year = _newer(data, shown)
    if year is None:
        return
    results = data.results(year)
    out, invited = int(results["final"].notna().sum()), len(results)
    _line(t("coming.nation", year=year, out=t.integer(out), invited=t.integer(invited)), t, year)


def city(t: Text, data: Published, code: str, shown: int) -> None:
    """That the city's own result of the newer round is out; nothing where it is not."""
    year = _newer(data, shown)
    if year is None or code not in (known := data.results(year)["final"].dropna()).index:
        return
    name = str(data.city(code)["name"])
    _line(t("coming.city", city=name, year=year, final=t.number(known[code])), t, year, code)


def _newer(data: Published, shown: int) -> int | None:
    """The newest evaluated round, where it is newer than the one that stands for the nation and not on the screen."""
    newest = next(year for year in data.years if data.round(year).evaluated)
    return newest if newest > data.current and newest != shown else None


def _line(sentence: str, t: Text, year: int, code: str | None = None) -> None:
    with st.container(key="coming", horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(notice.literal(sentence), width="content")
        state.step(t("coming.see", year=year), key="coming-see", icon=":material/arrow_forward:", year=year, city=code)
