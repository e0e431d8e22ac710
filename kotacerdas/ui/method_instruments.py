"""Part 2 of the method page: the instruments as they stand in the data, their weights, and every item of one."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial

import pandas as pd
import streamlit as st

from kotacerdas.charts.frame import CONFIG
from kotacerdas.i18n import Text
from kotacerdas.instrument import Instrument, Node
from kotacerdas.published import Published
from kotacerdas.ui import method_rubric, shell, state, tables
from kotacerdas.ui.method_table import figure, share, short

LEAVES = ("question", "indicator")


def draw(t: Text, data: Published, whole: bool) -> None:
    """The weight sets side by side, then one instrument: its structure, all items, or the rubrics of the standard."""
    instruments = ordered(data)
    st.header(t("method.instruments.title", count=len(instruments)), anchor="instruments")
    st.markdown(t("method.instruments.lead"))
    _weight_sets(t, data)
    chosen = instruments[
        state.choose(
            "instrument",
            tuple(instruments),
            label=t("method.instruments.choose"),
            shown=lambda value: t.label(instruments[value].title),
            default=next(iter(instruments)),
            look="pills",
        )
    ]
    _one(t, data, chosen, whole)


def ordered(data: Published) -> dict[str, Instrument]:
    """The instruments by id: those that score the newest round first, then older rounds, then drafts."""
    used = [
        name for year in data.years for name in data.round(year).instruments.values() if name in data.data.instruments
    ]
    names = dict.fromkeys([*used, *data.data.instruments])
    return {name: data.data.instruments[name] for name in names}


# ---- weight sets -------------------------------------------------------------------------------------------------


def weight_sets(t: Text, data: Published) -> dict[str, dict[str, Fraction]]:
    """The component weights of every evaluation, newest first, named for the columns of the picture."""
    sets: dict[str, dict[str, Fraction]] = {}
    for instrument in ordered(data).values():
        if instrument.family == "evaluation":
            sets[t.label(instrument.title)] = {
                node.id: instrument.weights[node.id] for node in instrument.of_kind("component")
            }
    return sets


def _weight_sets(t: Text, data: Published) -> None:
    from kotacerdas.charts import weights

    sets = weight_sets(t, data)
    marked = weights.differing(sets)
    changed = []
    for component in dict.fromkeys(c for one in sets.values() for c in one):
        if component in marked:
            shares = sorted({one[component] for one in sets.values() if component in one}, reverse=True)
            changed.append(
                t(
                    "method.instruments.changed" if len(shares) > 1 else "method.instruments.only",
                    component=t(f"component.{component}"),
                    high=t.percent(shares[0]),
                    low=t.percent(shares[-1]),
                )
            )
    st.subheader(t("method.instruments.weights", changes=joined(t, changed)), anchor="weights")
    picture, table = st.columns([3, 2], gap="large", vertical_alignment="center")
    with picture:
        st.plotly_chart(
            weights.columns(sets, shell.theme_mode(), t),
            theme=None,
            config=CONFIG,
            key="weights",
            alt=weights.alt(sets, t),
        )
    with table:
        names = dict.fromkeys(c for one in sets.values() for c in one)
        frame = pd.DataFrame(
            {
                t("method.component"): [t(f"component.{c}") for c in names],
                **{name: [float(one[c]) if c in one else None for c in names] for name, one in sets.items()},
            }
        )
        short(frame, alt=weights.alt(sets, t), formats=dict.fromkeys(sets, t.percent))
        st.caption(t("method.instruments.weights_note"))


def joined(t: Text, parts: list[str]) -> str:
    """`a, b and c` in the page's language."""
    if len(parts) < 2:
        return "".join(parts)
    return t("method.and", first=", ".join(parts[:-1]), last=parts[-1])


# ---- one instrument ----------------------------------------------------------------------------------------------


def _one(t: Text, data: Published, instrument: Instrument, whole: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader(t.label(instrument.title), anchor="instrument", width="content")
        if instrument.status == "draft":
            st.badge(t("status.draft"), color="orange", icon=":material/edit_note:")
        else:
            st.badge(t("status.published"), color="blue", icon=":material/verified:")
    if instrument.status == "draft":
        st.warning(t("method.instruments.draft"), icon=":material/edit_note:")
    leaves = [node for node in instrument.leaves if node.kind in LEAVES]
    st.markdown(
        t(
            "method.instruments.about",
            groups=len(instrument.children[instrument.root.id]),
            leaves=len(leaves),
            source=t.label(data.sources[instrument.source.document].title),
        )
    )
    views: dict[str, Callable[[], None]] = {
        "tree": partial(_tree, t, instrument),
        "nodes": partial(_nodes, t, instrument),
    }
    if any(node.rubric for node in instrument.nodes):
        views["rubric"] = partial(method_rubric.draw, t, instrument)
    view = state.choose(
        "view",
        tuple(views),
        label=t("method.instruments.view"),
        shown=lambda value: t(f"method.view.{value}"),
        default="rubric" if "rubric" in views else "tree",
        look="segmented",
        quiet=True,
    )
    if whole and view == "nodes":
        st.caption(t("method.shortened"))
        return
    views[view]()


def _tree(t: Text, instrument: Instrument) -> None:
    frame = tree(t, instrument)
    short(
        frame,
        alt=t("method.instruments.tree_alt", title=t.label(instrument.title)),
        formats={t("method.weight"): partial(share, t), t("method.leaves"): t.integer},
        links=[
            state.href("metode", part="instruments", instrument=instrument.id, view="nodes", q=name)
            for name in frame[t("method.part_name")]
        ],
    )
    if instrument.rules.panel_size:
        st.caption(t("method.instruments.panel", count=instrument.rules.panel_size))


def tree(t: Text, instrument: Instrument) -> pd.DataFrame:
    """The parts right below the root: weight, number of questions or indicators, scale, missing-value rule."""
    rows = []
    for node in instrument.children[instrument.root.id]:
        below = [
            n
            for n in instrument.nodes
            if n.kind in LEAVES and any(up.id == node.id for up in instrument.ancestors(n.id))
        ]
        rows.append(
            {
                t("method.part_name"): t.label(node.label),
                t("method.weight"): float(instrument.weights[node.id]),
                t("method.leaves"): len(below),
                t("method.scale"): scale(t, instrument, node),
                t("method.missing"): t(f"method.missing_rule.{node.missing}"),
            }
        )
    return pd.DataFrame(rows)


def scale(t: Text, instrument: Instrument, node: Node) -> str:
    """The scale of a node in words: `1–4, step 0.2`."""
    found = instrument.scale(node.id)
    return t("method.scale_text", low=figure(t, found.min), high=figure(t, found.max), step=figure(t, found.step))


def _nodes(t: Text, instrument: Instrument) -> None:
    table = nodes(t, instrument)
    percent = {name: lambda value: t.percent(value, 2) for name in (t("method.weight"), t("method.effective"))}
    tables.searchable(
        t,
        table,
        alt=t("method.instruments.nodes_alt", title=t.label(instrument.title)),
        key=f"nodes-{instrument.id}",
        placeholder=t("method.instruments.search"),
        download=t("method.instruments.download"),
        file_parts=[instrument.id],
        formats=percent,
        config={
            t("method.id"): st.column_config.TextColumn(width=70, pinned=True),
            t("method.label"): st.column_config.TextColumn(width=270),
        },
    )


def nodes(t: Text, instrument: Instrument) -> pd.DataFrame:
    """Every node of an instrument in file order, in words."""
    rows = []
    for node in instrument.nodes:
        above = next(instrument.ancestors(node.id), None)
        rows.append(
            {
                t("method.id"): node.id,
                t("method.label"): t.label(node.label),
                t("method.parent"): t.label(above.label) if above else "",
                t("method.dimension"): t(f"dimension.{node.dimension}") if node.dimension else "",
                t("method.weight"): float(instrument.weights[node.id]),
                t("method.effective"): float(instrument.effective_weight(node.id)),
                t("method.scale"): scale(t, instrument, node),
                t("method.unit"): t.label(node.unit) if node.unit else "",
                t("method.missing"): t(f"method.missing_rule.{node.missing}") if above else "",
                t("method.source"): t(f"method.document.{instrument.source_of(node.id).document}"),
            }
        )
    frame = pd.DataFrame(rows)
    return frame.loc[:, [name for name in frame.columns if not (frame[name].astype(str) == "").all()]]
