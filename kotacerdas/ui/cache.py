"""What is read once and shared by all sessions: the published rounds. Pure code below stays uncached."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd
import streamlit as st

from kotacerdas import published as rounds
from kotacerdas import robustness
from kotacerdas.ensemble import Ensemble
from kotacerdas.instrument import DATA
from kotacerdas.problem import Problem
from kotacerdas.robustness import Settings

PACKAGE = "datapackage.json"


def digest(folder: Path) -> str:
    """The identity of the data: the hash of the data package, which itself holds the checksum of every file."""
    try:
        return hashlib.sha256((folder / PACKAGE).read_bytes()).hexdigest()
    except OSError as error:
        raise Problem("file_missing", file=PACKAGE) from error


@st.cache_resource(max_entries=2, show_spinner=False)
def _published(folder: Path, digest: str) -> rounds.Published:
    return rounds.load(folder)


def published() -> rounds.Published:
    """The published rounds, loaded once per state of the data. Raises `Problem` if they cannot be read."""
    return _published(DATA, digest(DATA))


@st.cache_resource(max_entries=2, show_spinner=False)
def _city_names(folder: Path, digest: str) -> dict[str, str]:
    cities = _published(folder, digest).cities.sort_values(["short_name", "kind"])
    return dict(zip(cities.index, cities["name"], strict=True))


def city_names() -> dict[str, str]:
    """Code -> full name of all kabupaten and kota, in the order of their short names."""
    return _city_names(DATA, digest(DATA))


# ---- simulated rounds: 3 MB each for 10,000 draws of 140 cities, made once in a fifth of a second ------------------


@st.cache_resource(max_entries=8, show_spinner=False, hash_funcs={Settings: repr})
def _ensemble(digest: str, year: int, settings: Settings, _data: rounds.Published) -> Ensemble:
    return robustness.ensemble(_data, year, settings)


def ensemble(year: int, settings: Settings | None = None) -> Ensemble:
    """The simulated rounds of a preset (by custom `weights`), shared by all. Raises `Problem` like the pure one."""
    return _ensemble(digest(DATA), year, settings or Settings(), published())


@st.cache_resource(max_entries=16, show_spinner=False, hash_funcs={Settings: repr})
def _bands(digest: str, year: int, settings: Settings, _data: rounds.Published) -> pd.DataFrame:
    return robustness.bands(_data, _ensemble(digest, year, settings, _data))


def bands(year: int, settings: Settings | None = None) -> pd.DataFrame:
    """`robustness.bands` of a preset (weights by custom). Shared: never change it."""
    return _bands(digest(DATA), year, settings or Settings(), published())


@st.cache_resource(max_entries=16, show_spinner=False, hash_funcs={Settings: repr})
def _effects(digest: str, year: int, settings: Settings, _data: rounds.Published) -> pd.DataFrame:
    return robustness.assumption_effects(_data, year, settings)


def effects(year: int, settings: Settings | None = None) -> pd.DataFrame:
    """`robustness.assumption_effects`: what each assumption does to the ranks of a round. Shared: never change it."""
    return _effects(digest(DATA), year, settings or Settings(), published())
