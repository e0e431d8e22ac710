"""How far the panel agrees, in plain words, and how each assessor marks beside the others."""

from __future__ import annotations

import streamlit as st

from kotacerdas.i18n import MISSING, Text
from kotacerdas.interview.agreement import Alpha
from kotacerdas.ui import notice, shell, tables
from kotacerdas.ui.interview_panel_state import Table

RELIABLE, TENTATIVE = 0.8, 2 / 3
"""Customary bounds (Krippendorff): from the first on one may rely on the marks, from the second on with caution."""


def draw(table: Table) -> None:
    """Draw both."""
    t = table.t
    st.header(t("panel.agreement"), anchor=False)
    _alpha(table)
    st.header(t("panel.severity"), anchor=False)
    _severity(table)


def band(value: float) -> str:
    """Which customary word an alpha gets."""
    return "reliable" if value >= RELIABLE else "tentative" if value >= TENTATIVE else "low"


def _alpha(table: Table) -> None:
    t, alpha = table.t, table.alpha
    if alpha.value is None:
        notice.missing(t.problem(alpha.why) if alpha.why is not None else t("panel.alpha_none"))
        return
    close, compared = table.close
    with st.container(width=760, gap="small"):
        st.markdown(f"**{notice.literal(_figure(t, alpha))}** {notice.literal(t(f'panel.band.{band(alpha.value)}'))}")
        if alpha.low is not None and alpha.high is not None and band(alpha.low) != band(alpha.high):
            st.markdown(notice.literal(t("panel.band_unsure")))
        st.markdown(
            notice.literal(t("panel.close", count=t.integer(close), all=t.integer(compared), share=_share(t, table)))
        )
        says, says_not = st.columns(2, gap="medium")
        with says:
            st.markdown(f"**{notice.literal(t('panel.says'))}**")
            st.caption(notice.literal(t("panel.says_help")))
        with says_not:
            st.markdown(f"**{notice.literal(t('panel.says_not'))}**")
            st.caption(notice.literal(t("panel.says_not_help")))
        st.caption(
            notice.literal(
                t(
                    "panel.alpha_from",
                    marks=t.integer(alpha.pairable),
                    questions=t.integer(alpha.questions),
                    draws=t.integer(alpha.draws),
                    seed=alpha.seed,
                )
            )
        )


def _figure(t: Text, alpha: Alpha) -> str:
    if alpha.low is None or alpha.high is None:
        return t("panel.alpha_plain", value=t.number(alpha.value))
    return t("panel.alpha_is", value=t.number(alpha.value), low=t.number(alpha.low), high=t.number(alpha.high))


def _share(t: Text, table: Table) -> str:
    close, compared = table.close
    return t.percent(close / compared) if compared else MISSING


def _severity(table: Table) -> None:
    from kotacerdas.charts import severity
    from kotacerdas.charts.frame import CONFIG

    t, rows = table.t, table.severity
    if not rows:
        notice.missing(t("panel.severity_none"))
        return
    st.caption(notice.literal(t("panel.severity_about")))
    phone = shell.on_phone()
    st.plotly_chart(
        severity.severity(rows, table.labels, t, table.desk.mode, width=340 if phone else 1080),
        key="panel-severity",
        theme=None,
        config=CONFIG,
        alt=severity.alt(t("panel.severity"), rows, table.labels, t),
    )
    st.caption(notice.literal(t("panel.severity_use")))
    with st.expander(t("panel.seats_who")):
        heads = [t("panel.head.seat"), t("panel.head.who"), t("panel.head.marks"), t("panel.head.deviation")]
        cells = [
            [label, seat.who, t.integer(row.marks), t.signed(row.deviation)]
            for label, seat, row in zip(table.labels, table.seats, rows, strict=True)
        ]
        tables.short(heads, cells, figures=(2, 3))
