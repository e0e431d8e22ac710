"""What is read once and shared by all sessions: the published rounds. Pure code below stays uncached."""

from __future__ import annotations

import hashlib
from pathlib import Path

import streamlit as st

from kotacerdas import published as rounds
from kotacerdas.instrument import DATA
from kotacerdas.problem import Problem

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
