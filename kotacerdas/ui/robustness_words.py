"""The sentences of the page `ketahanan`: its finding, what was simulated, and an assumption in words."""

from __future__ import annotations

from kotacerdas.ui import filters, scale_words
from kotacerdas.ui.robustness_view import View


def title(view: View) -> str:
    """How many places apart two cities must be before their order means anything."""
    places = view.simulated.telling_distance()
    if places is None:
        return view.t("robustness.title_none")
    return view.t("robustness.title" if places > 1 else "robustness.title_any", places=view.t.integer(places))


def context(view: View) -> str:
    """Round, coverage, and what the preset simulates, with its number of draws and its seed."""
    t, of = view.t, view.settings
    scope = t("robustness.scope", year=view.year, ranked=t.integer(view.ranked))
    if not view.random:
        return f"{scope} {t(f'robustness_about.{of.preset}', count=t.integer(view.simulated.draws))}"
    about = t(
        f"robustness_about.{of.preset}",
        draws=t.integer(of.draws),
        spread=t.percent(of.spread),
        panel=t.integer(view.panel),
        deviation=scale_words.points(t, view.deviation),
    )
    return f"{scope} {about} {t('robustness.seed', seed=of.seed)}"


def assumption(view: View, name: str) -> str:
    """An assumption of `robustness.assumption_effects` in words: `tanpa Quick Win`, `bobot Outcome +25%` ..."""
    t, (kind, _, detail) = view.t, name.partition(":")
    if kind == "one_set":
        groups = {instrument: group for group, instrument in view.data.round(view.year).instruments.items()}
        return t("robustness_of.one_set", group=filters.group_name(groups[detail], t).lower())
    if kind in ("arithmetic", "geometric"):
        return t("robustness_of.method", mean=t(f"robustness_mean.{kind}"), weights=t(f"robustness_weights.{detail}"))
    part = t(f"component.{detail}") if detail in view.data.components else detail
    return t(f"robustness_of.{kind}", part=part, spread=t.percent(view.settings.spread))
