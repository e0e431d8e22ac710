"""Publishing a round: its final results become a data package that the public pages read (`kotacerdas.packages`).

The package is complete before anybody can see it: built aside, checked, named by its content. The commit of the store
decides: cities move to `published` and the audit trail names the package, then the pointer file follows. A process
killed before the commit has changed nothing; one killed after it is completed by `settle` at the next start. Which
package is current is therefore always the last one the office's audit trail names.

Rounds of earlier packages are carried over as they were published, from the current package and not from the store:
publishing one round never changes another. The same holds within a round: a city that was published and has no new
result (it is being re-opened, or is held back) stays as it was last published until it has one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select

from kotacerdas import packages
from kotacerdas.compose import Addition, additions, compose
from kotacerdas.dataset import PACKAGE, Dataset, file_problems, packaged_digest, read_dataset
from kotacerdas.instrument import DATA, exact
from kotacerdas.interview import audit
from kotacerdas.interview import store as stores
from kotacerdas.interview.completeness import completeness_of
from kotacerdas.interview.grants import ask, guarded, name_of, require
from kotacerdas.interview.moves import step
from kotacerdas.interview.named_package import IMPORT, PUBLISH, RECOMPOSE, current_package, last_named
from kotacerdas.interview.part_file import disk_problem
from kotacerdas.interview.reasons import read_reason
from kotacerdas.interview.result_rows import (
    PANEL,
    PanelCity,
    PanelRound,
    addition,
    held_back,
    why_held,
    with_figures,
)
from kotacerdas.interview.roles import Action, Actor
from kotacerdas.interview.stages import LOCKED, Layer, Stage
from kotacerdas.interview.standing import Entry, Round, entry_from, round_of
from kotacerdas.interview.store import Store
from kotacerdas.interview.tables import answers, entries, rounds, seats
from kotacerdas.problem import Problem
from kotacerdas.published import Published

_TRIES = 3


@dataclass(frozen=True)
class Publication:
    """What a publication did: the package, the cities published now, and those shown as last published."""

    package: str
    cities: tuple[str, ...]
    kept: tuple[str, ...]


@dataclass(frozen=True)
class Preview:
    """What a publication would do now: the cities it would publish, why the others are held back (code -> reason), and
    which of these would stay as last published."""

    ready: tuple[str, ...]
    held: Mapping[str, Problem]
    kept: tuple[str, ...]


@dataclass(frozen=True)
class Recomposed:
    """The additions over a new edition of the official data; `dropped` are the years these hold themselves now."""

    package: str
    dropped: tuple[int, ...]


def export(
    store: Store, actor: Actor | None, round_id: int, folder: Path, *, base: Path = DATA, provisional: bool = False
) -> Path:
    """Write a complete data folder with the results of a round that are final, without publishing it.

    Holds what is published already too. Raises `Problem` where the actor may not publish (logged), where the folder
    has content, or as `publish` does.
    """
    ask(store, actor, Action.PUBLISH, "export", f"round {round_id}")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Problem("export_folder", folder=str(folder))
    with store.read() as tx:
        panel, _ = _panel(tx, round_id, provisional)
        current = current_package(tx)
    official = read_dataset(base)
    others, earlier = _beside(store.packages, base, current, panel.year)
    added = [*others, addition(Published(official), panel, earlier)]
    parent = folder.absolute().parent
    packages.sweep(parent)  # of an export into this place that was killed
    with _disk(parent), packages.building(parent) as partial:
        compose(official, added, partial, panel.day)
        packages.sync_all(partial)
        if folder.exists():
            folder.rmdir()
        partial.rename(folder)
        packages.sync(parent)
    return folder


def publish(
    store: Store,
    actor: Actor | None,
    round_id: int,
    *,
    base: Path = DATA,
    provisional: bool = False,
    reason: str | None = None,
) -> Publication:
    """Publish what is final and complete in a round. Publishing again supersedes.

    Cities that are not final, have open questions, or whose result is provisional are held back: they stay as last
    published, or are in it with that status and no figure. `provisional` publishes provisional results too (marked as
    such) and needs a `reason`. Raises `Problem`: `refused_role`, nothing to publish, an instrument the tables cannot
    hold, or a round that keeps changing meanwhile.
    """
    why = read_reason(reason)
    with guarded(store, actor, PUBLISH, f"round {round_id}") as tx:
        require(tx, actor, Action.PUBLISH)
        round_of(tx, round_id)
        if provisional and why is None:
            raise Problem("publish_provisional_reason")
    settle(store, base=base)
    for _ in range(_TRIES):
        with store.read() as tx:
            panel, seen = _panel(tx, round_id, provisional)
            current = current_package(tx)
        official = read_dataset(base)
        others, earlier = _beside(store.packages, base, current, panel.year)
        new = addition(Published(official), panel, earlier)
        added = [*others, new]
        held = held_back(panel, official.instruments)
        fresh = tuple(sorted(code for code, why in held.items() if why is None))
        kept = tuple(sorted(with_figures(new) - set(fresh)))
        name = _build(store.packages, official, added, panel.day)
        try:
            with guarded(store, actor, PUBLISH, str(panel.year)) as tx:
                require(tx, actor, Action.PUBLISH)
                round_of(tx, round_id, lock=True)
                if _entries(tx, round_id, lock=True) != seen:
                    raise _Changed
                for entry in seen:
                    if entry.city in fresh and entry.stage is Stage.FINAL:
                        step(tx, entry, Stage.PUBLISHED, name_of(actor), why)
                at = stores.now()
                tx.execute(
                    rounds.update()
                    .where(rounds.c.id == round_id)
                    .values(published_at=at, package=name, package_base=official.digest)
                )
                years = sorted(each.year for each in added)
                after = {"package": name, "base": official.digest, "added": years, "cities": fresh, "kept": kept}
                _name_package(tx, name_of(actor), PUBLISH, str(panel.year), current, after, why, at)
        except _Changed:
            continue
        _follow(store)
        return Publication(name, fresh, kept)
    raise Problem("publish_changed")


def preview(store: Store, actor: Actor | None, round_id: int, *, provisional: bool = False) -> Preview:
    """What `publish` would do now, by the same rule, from counts alone. Raises `Problem` for who may not publish."""
    with store.read() as tx:
        require(tx, actor, Action.PUBLISH)
        around = round_of(tx, round_id)
        there = sorted(_entries(tx, round_id), key=lambda each: each.city)
        done = completeness_of(tx, around, [entry for entry in there if entry.stage in LOCKED], _strength(tx))
        held: dict[str, Problem] = {}
        ready: list[str] = []
        for entry in there:
            why = why_held(done.get(entry.id), around.panel_size, provisional=provisional)
            if why is None:
                ready.append(entry.city)
            else:
                held[entry.city] = why
        before = _last_published(tx, around.year)
    return Preview(tuple(ready), held, tuple(code for code in held if code in before))


def _last_published(tx: Connection, year: int) -> frozenset[str]:
    """The cities that have a figure in the last publication of a round, as the office's trail tells."""
    for row in reversed(audit.trail(tx, audit.OFFICE, subject=str(year))):
        if row.action == PUBLISH and row.after:
            told = json.loads(row.after)
            return frozenset([*told.get("cities", ()), *told.get("kept", ())])
    return frozenset()


def add(store: Store, actor: Actor | None, new: Addition, after: Mapping[str, object], *, base: Path = DATA) -> str:
    """Make a package with an imported round (see `carry`); returns its name. `after` is kept in the audit trail.

    Raises `Problem`: `refused_role`, or a year that is official, published or imported already.
    """
    with guarded(store, actor, IMPORT, str(new.year)) as tx:
        require(tx, actor, Action.PUBLISH)
    settle(store, base=base)
    for _ in range(_TRIES):
        with store.read() as tx:
            current = current_package(tx)
        there = _added(store.packages, base, current)
        if new.year in {each.year for each in there}:
            raise Problem("publish_year_taken", year=new.year)
        official = read_dataset(base)
        name = _build(store.packages, official, [*there, new], str(new.source["date"]))
        try:
            with guarded(store, actor, IMPORT, str(new.year)) as tx:
                require(tx, actor, Action.PUBLISH)
                years = sorted([*(each.year for each in there), new.year])
                content = {**after, "package": name, "base": official.digest, "added": years}
                _name_package(tx, name_of(actor), IMPORT, str(new.year), current, content, None)
                if tx.execute(select(rounds.c.id).where(rounds.c.year == new.year)).first():
                    raise Problem("publish_year_taken", year=new.year)  # a round made meanwhile
        except _Changed:
            continue
        _follow(store)
        return name
    raise Problem("publish_changed")


def settle(store: Store, *, base: Path = DATA) -> None:
    """At start: remove what killed processes left half-done, let the pointer follow the audit trail, and lay the
    additions over a new edition of the official data.

    A package that is lost is made again from the published cities of the store. Raises `Problem` where it held
    imported results too, which only its folder has: it belongs to the backup.
    """
    if not store.writable:
        return
    packages.sweep(store.packages)
    with store.read() as tx:
        row = last_named(tx)
    if row is None:
        return
    name = str(json.loads(row.after)["package"])
    if not (store.packages / name / PACKAGE).is_file():
        _rebuild(store, json.loads(row.after), base)
        return
    try:
        pointed = packages.current_name(store.packages)
    except Problem:
        pointed = None  # a damaged pointer is written anew
    if name != pointed:
        _follow(store)
    recompose(store, base=base)


def recompose(store: Store, actor: Actor | None = None, *, base: Path = DATA) -> Recomposed | None:
    """Lay what was published and imported over a new edition of the official data; None where nothing has to change.

    A year that the official data hold themselves now is theirs: the addition is dropped and named.
    """
    for _ in range(_TRIES):
        with store.read() as tx:
            row = last_named(tx)
        if row is None or json.loads(row.after).get("base") == packaged_digest(base):
            return None
        official = read_dataset(base)
        current = str(json.loads(row.after)["package"])
        there = additions(store.packages / current, base)
        kept = {each.year for each in there}
        before = json.loads(row.after).get("added", [])
        dropped = tuple(sorted(set(before) - kept))
        day = stores.now()[:10]
        name = _build(store.packages, official, there, day)
        after = {"package": name, "base": official.digest, "added": sorted(kept), "dropped": list(dropped)}
        try:
            with guarded(store, actor, RECOMPOSE, official.version) as tx:
                require(tx, actor, Action.PUBLISH)
                _name_package(tx, name_of(actor), RECOMPOSE, official.version, current, after, None)
        except _Changed:
            continue
        _follow(store)
        return Recomposed(name, dropped)
    raise Problem("publish_changed")


def _rebuild(store: Store, lost: Mapping[str, Any], base: Path) -> None:
    """Make a lost package again, from the cities of every round that are published."""
    name = str(lost["package"])
    official = read_dataset(base)
    with store.read() as tx:
        ids = [row.id for row in tx.execute(select(rounds).where(rounds.c.published_at.is_not(None)))]
        panels = [_panel(tx, round_id, provisional=True)[0] for round_id in ids]
    years = {panel.year for panel in panels} - {entry.year for entry in official.rounds}
    if set(lost.get("added", ())) - years - {entry.year for entry in official.rounds}:
        raise Problem("package_gone", name=name[:12], file=str(store.packages / packages.POINTER))
    published = Published(official)
    added = [addition(published, _only_published(panel)) for panel in panels if panel.year in years]
    made = _build(store.packages, official, added, stores.now()[:10])
    with guarded(store, None, RECOMPOSE, official.version) as tx:
        after = {"package": made, "base": official.digest, "added": sorted(years), "lost": name}
        _name_package(tx, name_of(None), RECOMPOSE, official.version, name, after, None)
    _follow(store)


def _only_published(panel: PanelRound) -> PanelRound:
    """A round with the figures of its published cities only: what is final since then waits for its publication."""
    cities = [city if city.published else replace(city, final=False) for city in panel.cities]
    return replace(panel, cities=cities)


class _Changed(Exception):
    """What the package was made from has changed meanwhile: take it back and begin again."""


def _panel(tx: Connection, round_id: int, provisional: bool) -> tuple[PanelRound, tuple[Entry, ...]]:
    """The round as it stands, and the entries it was read from."""
    around = round_of(tx, round_id)
    seen = _entries(tx, round_id)
    marks: dict[int, dict[str, list[Fraction]]] = {entry.id: {} for entry in seen}
    given = tx.execute(
        select(answers.c.entry_id, answers.c.question, answers.c.value)
        .join(entries, entries.c.id == answers.c.entry_id)
        .join(seats, (seats.c.entry_id == answers.c.entry_id) & (seats.c.who == answers.c.owner))
        .where(entries.c.round_id == round_id, entries.c.stage.in_([stage.value for stage in LOCKED]))
        .where(answers.c.layer == Layer.MARK.value, answers.c.value.is_not(None))
        .where(seats.c.ended_at.is_(None), seats.c.submitted_at.is_not(None))
    )
    for row in given:
        marks[row.entry_id].setdefault(row.question, []).append(exact(row.value))
    strength = _strength(tx)
    cities = tuple(
        PanelCity(
            e.city,
            e.group,
            marks[e.id],
            strength.get(e.id, 0),
            final=e.stage in LOCKED,
            published=e.stage is Stage.PUBLISHED,
        )
        for e in seen
    )
    return _round(around, cities, provisional), seen


def _strength(tx: Connection) -> dict[int, int]:
    """Entry -> how many seats count."""
    counted = select(seats.c.entry_id, func.count().label("seats")).where(
        seats.c.ended_at.is_(None), seats.c.submitted_at.is_not(None)
    )
    return {row.entry_id: int(row.seats) for row in tx.execute(counted.group_by(seats.c.entry_id))}


def _round(around: Round, cities: Sequence[PanelCity], provisional: bool) -> PanelRound:
    day = stores.now()[:10]
    return PanelRound(around.year, around.name, day, around.instruments, around.panel_size, cities, provisional)


def _entries(tx: Connection, round_id: int, *, lock: bool = False) -> tuple[Entry, ...]:
    query = select(entries).where(entries.c.round_id == round_id).order_by(entries.c.id)
    return tuple(entry_from(row) for row in tx.execute(query.with_for_update() if lock else query))


def _name_package(
    tx: Connection,
    who: str,
    action: str,
    subject: str,
    current: str | None,
    after: Mapping[str, object],
    reason: str | None,
    at: str | None = None,
) -> None:
    """Record the new current package, which locks the office's stream; then see that no other came between."""
    before = None if current is None else {"package": current}
    seq = audit.record(tx, audit.OFFICE, who, action, subject, before=before, after=dict(after), reason=reason, at=at)
    last = last_named(tx, before=seq)
    if (None if last is None else str(json.loads(last.after)["package"])) != current:
        raise _Changed


def _added(folder: Path, base: Path, current: str | None) -> list[Addition]:
    """What the current package holds beyond the official data."""
    if current is None:
        return []
    for problem in file_problems(folder / current):  # damaged files are named, not copied on
        raise problem
    return list(additions(folder / current, base))


def _beside(folder: Path, base: Path, current: str | None, year: int) -> tuple[list[Addition], Addition | None]:
    """The other rounds added before, and the last publication of this one, whose place the new one takes.

    Raises `Problem` where the year was imported: what came with a source of its own is not replaced.
    """
    there = _added(folder, base, current)
    earlier = next((each for each in there if each.year == year), None)
    if earlier is not None and earlier.round["status"] != PANEL:
        raise Problem("publish_year_taken", year=year)
    return [each for each in there if each.year != year], earlier


def _build(folder: Path, official: Dataset, added: Sequence[Addition], day: str) -> str:
    """A finished package under its name; nothing points to it yet."""
    with _disk(folder), packages.building(folder) as partial:
        name = compose(official, sorted(added, key=lambda each: each.year), partial, day)
        packages.keep(partial, folder, name)
    return name


def _follow(store: Store) -> None:
    """Let the pointer name what the audit trail names, also where another process has published meanwhile."""
    pointed = None
    while True:
        with store.read() as tx:
            name = current_package(tx)
        if name is None or name == pointed:
            return
        with _disk(store.packages):
            packages.point(store.packages, name)
        pointed = name


@contextmanager
def _disk(folder: Path) -> Iterator[None]:
    """A full or failing disk as one sentence; what was begun is removed or completed by `settle`."""
    try:
        yield
    except OSError as error:
        raise disk_problem(error, folder) from error
