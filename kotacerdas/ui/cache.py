"""What is read once and shared by all sessions: the published rounds. Pure code below stays uncached.

Every run asks which data are current (one small file, see `kotacerdas.packages`), so that a round published by
another process is on the pages with the next run; what was read before stays shared by the runs that began with it.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pandas as pd
import streamlit as st

from kotacerdas import packages, robustness
from kotacerdas import published as rounds
from kotacerdas.ensemble import Ensemble
from kotacerdas.instrument import DATA
from kotacerdas.interview.mode import Mode, mode_of
from kotacerdas.problem import Problem
from kotacerdas.robustness import Settings
from kotacerdas.ui import auth

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


def folder() -> Path:
    """The data folder of the pages: the current package where one is published, else the official data.

    A try-out has packages of its own, which nobody but the reader at this machine sees. Raises `Problem` where the
    pointer to the current package is damaged.
    """
    tryout = mode_of(os.environ, provider=False) is Mode.LOCAL and auth.offered()
    return packages.current(packages.folder(os.environ, tryout=tryout)) or DATA


def published() -> rounds.Published:
    """The published rounds, loaded once per state of the data. Raises `Problem` if they cannot be read."""
    here = folder()
    return _published(here, digest(here))


@st.cache_resource(max_entries=2, show_spinner=False)
def _city_names(folder: Path, digest: str) -> dict[str, str]:
    cities = _published(folder, digest).cities.sort_values(["short_name", "kind"])
    return dict(zip(cities.index, cities["name"], strict=True))


def city_names() -> dict[str, str]:
    """Code -> full name of all kabupaten and kota, in the order of their short names."""
    here = folder()
    return _city_names(here, digest(here))


# ---- simulated rounds: 3 MB each for 10,000 draws of 140 cities, made once in a fifth of a second ------------------


@st.cache_resource(max_entries=8, show_spinner=False, hash_funcs={Settings: repr})
def _ensemble(digest: str, year: int, settings: Settings, _data: rounds.Published) -> Ensemble:
    return robustness.ensemble(_data, year, settings)


def ensemble(year: int, settings: Settings | None = None) -> Ensemble:
    """The simulated rounds of a preset (by custom `weights`), shared by all. Raises `Problem` like the pure one."""
    data = published()
    return _ensemble(data.data.digest, year, settings or Settings(), data)


@st.cache_resource(max_entries=16, show_spinner=False, hash_funcs={Settings: repr})
def _bands(digest: str, year: int, settings: Settings, _data: rounds.Published) -> pd.DataFrame:
    return robustness.bands(_data, _ensemble(digest, year, settings, _data))


def bands(year: int, settings: Settings | None = None) -> pd.DataFrame:
    """`robustness.bands` of a preset (weights by custom). Shared: never change it."""
    data = published()
    return _bands(data.data.digest, year, settings or Settings(), data)


@st.cache_resource(max_entries=16, show_spinner=False, hash_funcs={Settings: repr})
def _effects(digest: str, year: int, settings: Settings, _data: rounds.Published) -> pd.DataFrame:
    return robustness.assumption_effects(_data, year, settings)


def effects(year: int, settings: Settings | None = None) -> pd.DataFrame:
    """`robustness.assumption_effects`: what each assumption does to the ranks of a round. Shared: never change it."""
    data = published()
    return _effects(data.data.digest, year, settings or Settings(), data)
