"""Are they different? The chance that one city scores above another under the uncertainty of the weights or marks."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from kotacerdas.charts.lettered import Lettered
from kotacerdas.compare import LEAST_SET
from kotacerdas.draws import usual_deviation
from kotacerdas.ensemble import Ensemble
from kotacerdas.i18n import MISSING
from kotacerdas.pairs import CONFIDENCE, groups
from kotacerdas.robustness import RANDOM, Settings
from kotacerdas.ui import cache, compare_words, notice, scale_words, state
from kotacerdas.ui.compare_view import View, listed
from kotacerdas.ui.robustness_view import chance as written


def draw(view: View) -> None:
    """Finding, matrix and groups; nothing where fewer than two cities have components."""
    t = view.t
    if view.derived:
        return
    ranked = sorted(view.known, key=lambda city: -view.finals.values.at["final", city.code])
    if len(ranked) < LEAST_SET:
        return
    heading = st.container()
    settings = Settings(_preset(view))
    ensemble = cache.ensemble(view.year, settings)
    above = _above(ensemble, ranked)
    heading.header(_finding(view, ranked, above), anchor=False)
    if len(ranked) == LEAST_SET:
        st.markdown(notice.literal(_shares(view, ranked, ensemble)))
    else:
        _matrix(view, ranked, above)
        found = groups(above.to_numpy(), np.arange(len(ranked), dtype=np.intp), CONFIDENCE)
        st.markdown(_groups(view, ranked, found))
    about = t(
        f"compare.pairs_about.{settings.preset}",
        draws=t.integer(ensemble.draws),
        spread=t.percent(settings.spread),
        deviation=scale_words.points(t, usual_deviation(view.bounds)),
        seed=settings.seed,
    )
    read = t("compare.pair_read" if len(ranked) == LEAST_SET else "compare.pairs_read", sure=t.percent(CONFIDENCE))
    absent = compare_words.absent(view)
    st.caption(notice.literal(" ".join(filter(None, (about, read, absent)))))
    state.page_link("ketahanan", t("compare.to_robustness"), icon=":material/arrow_forward:")


def _preset(view: View) -> str:
    """Which uncertainty: that of the weights, and that of the panel where its size is known."""
    instruments = [view.data.data.instruments[name] for name in view.data.round(view.year).instruments.values()]
    if not all(instrument.rules.panel_size for instrument in instruments):
        return "weights"
    return state.choose(
        "preset",
        RANDOM,
        label=view.t("compare.preset"),
        shown=lambda name: view.t(f"robustness_preset.{name}"),
        default="weights",
        look="segmented",
        quiet=True,
    )


def _above(ensemble: Ensemble, cities: list[Lettered]) -> pd.DataFrame:
    """The chance that the city of the row scores above that of the column; missing on the diagonal."""
    codes = [city.code for city in cities]
    frame = pd.DataFrame(np.nan, index=codes, columns=codes)
    for i, a in enumerate(codes):
        for b in codes[i + 1 :]:
            frame.at[a, b], _, frame.at[b, a] = ensemble.above(a, b)
    return frame


def _finding(view: View, cities: list[Lettered], above: pd.DataFrame) -> str:
    t = view.t
    if len(cities) == LEAST_SET:
        first, second = cities
        chance = max(above.at[first.code, second.code], above.at[second.code, first.code])
        if above.at[second.code, first.code] > above.at[first.code, second.code]:
            first, second = second, first
        key = "compare.pair_told" if chance >= CONFIDENCE else "compare.pair_close"
        return t(key, first=first.name, second=second.name, chance=_percent(view, chance))
    best = np.fmax(above.to_numpy(), above.to_numpy().T)[np.triu_indices(len(cities), 1)]
    told, pairs = int((best >= CONFIDENCE).sum()), len(best)
    key = "compare.pairs_none" if not told else "compare.pairs_all" if told == pairs else "compare.pairs"
    return t(key, told=t.integer(told), pairs=t.integer(pairs))


def _shares(view: View, cities: list[Lettered], ensemble: Ensemble) -> str:
    """The three chances of a pair."""
    above, equal, below = (_percent(view, chance) for chance in ensemble.above(cities[0].code, cities[1].code))
    return view.t("compare.pair_shares", first=cities[0].name, above=above, equal=equal, below=below)


def _percent(view: View, chance: float) -> str:
    return MISSING if chance != chance else written(view.t, chance)


def _matrix(view: View, cities: list[Lettered], above: pd.DataFrame) -> None:
    """Rows by name, columns by letter; what is told apart stands in bold."""
    t, head = view.t, view.t("compare.above")
    links = [f"[{notice.literal(view.tag(city))}]({state.href('kota', city=city.code)})" for city in cities]
    for block in view.side_by_side(cities):
        letters = [city.letter for city in block]
        chances = above[[city.code for city in block]].to_numpy()
        frame = pd.DataFrame(chances, columns=letters).assign(**{head: links})[[head, *letters]]
        styled = frame.style.format(lambda chance: _percent(view, chance), subset=letters, na_rep=MISSING).map(
            lambda chance: "font-weight: 700" if chance >= CONFIDENCE else "", subset=letters
        )
        st.table(styled, hide_index=True, border="horizontal", alt=t("compare.pairs_alt"))


def _groups(view: View, cities: list[Lettered], found: tuple[tuple[int, ...], ...]) -> str:
    """Who cannot be told from the leader of the group; one line per group of several."""
    t = view.t
    several = [listed(t, [cities[i].name for i in group]) for group in found if len(group) > 1]
    if not several:
        return notice.literal(t("compare.groups_none"))
    if len(several) == 1:
        return notice.literal(t("compare.groups_one", group=several[0]))
    return "\n".join([notice.literal(t("compare.groups")), "", *(f"- {notice.literal(group)}" for group in several)])
