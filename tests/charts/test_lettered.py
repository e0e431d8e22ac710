"""Letters instead of eight colours: discs are readable, labels never overlap and never leave their order."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotacerdas.charts.lettered import OVERLAID, Lettered, colour, disc, spread_out
from kotacerdas.charts.palette import NEUTRALS, Theme
from tests.test_palette import BLINDNESS, THEMES, contrast, difference, lab


@pytest.mark.parametrize("theme", THEMES)
def test_the_letter_on_a_disc_is_readable(theme: Theme) -> None:
    for place in (*OVERLAID, "other"):
        assert contrast(colour(place, theme), NEUTRALS[theme].background) >= 4.5  # type: ignore[arg-type]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("blindness", BLINDNESS)
def test_the_overlaid_three_can_be_told_apart(theme: Theme, blindness: str) -> None:
    for a, b in itertools.combinations(OVERLAID, 2):
        assert difference(lab(colour(a, theme), blindness), lab(colour(b, theme), blindness)) >= 15, f"{a}/{b}"


def test_a_disc_says_its_letter_and_is_hollow_without_a_published_figure() -> None:
    full, hollow = disc("C", "chosen", "light"), disc("C", "chosen", "light", hollow=True)
    assert ">C</text>" in full and ">C</text>" in hollow
    assert 'stroke-width="2"' in hollow and "stroke" not in full


def test_a_city_has_a_long_and_a_short_name_with_its_letter() -> None:
    city = Lettered("35.77", "B", "Kota Madiun", "Madiun")
    assert (city.tag, city.label, city.place) == ("B Kota Madiun", "B Madiun", "other")


@given(
    wishes=st.lists(st.floats(0, 100), max_size=12),
    gap=st.floats(0.5, 30),
)
def test_labels_keep_their_distance_order_and_room(wishes: list[float], gap: float) -> None:
    places = spread_out(wishes, gap, 0, 100)
    assert len(places) == len(wishes) and all(-1e-6 <= place <= 100 + 1e-6 for place in places)
    ordered = [place for _, place in sorted(zip(wishes, places, strict=True))]
    assert ordered == sorted(ordered)
    needed = min(gap, 100 / (len(wishes) - 1)) if len(wishes) > 1 else 0
    assert all(b - a >= needed - 1e-6 for a, b in itertools.pairwise(ordered))


def test_labels_with_room_stay_where_they_are() -> None:
    assert spread_out([10.0, 40.0, 70.0], 20, 0, 100) == [10.0, 40.0, 70.0]
    assert spread_out([], 20, 0, 100) == []
    assert spread_out([0.0], 20, 5, 100) == [5.0]
