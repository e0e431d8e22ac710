"""Who sees what of a city in a round: the blind rule, in one place, for answers, evidence and the trail.

An assessor sees their own marks always, those of others only once nothing can be copied any more: all seats have
submitted, the chair has opened the marks, or the reconciliation has begun; whoever still marks then does so with a
reason (`answers`). That holds for the chair as well. The city never sees a mark; from its right of reply on it sees the
means. The public sees none of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection

from kotacerdas.interview.grants import grants_of
from kotacerdas.interview.roles import Action as Act
from kotacerdas.interview.roles import Actor, Role, allowed
from kotacerdas.interview.stages import CITY_OWNER, Layer, Stage, before
from kotacerdas.interview.standing import Entry, active, awaited, seats_of


class Part(StrEnum):
    """What somebody is to one city in one round."""

    CITY = "city"
    PANEL = "panel"
    CHAIR = "chair"
    FORMER = "former"
    """Sat in the panel once."""
    OFFICE = "office"


@dataclass(frozen=True)
class Sight:
    """What a person may see of an entry now.

    `complete`: every seat that scores has submitted; `opened`: the chair has shown the marks.
    """

    who: str
    parts: frozenset[Part]
    stage: Stage
    opened: bool = False
    complete: bool = False

    def __bool__(self) -> bool:
        return bool(self.parts)

    @property
    def open(self) -> bool:
        """Whether the panel sees each other's marks."""
        if self.stage is Stage.SCORING:
            return self.opened or self.complete
        return self.reached(Stage.RECONCILIATION)

    @property
    def means(self) -> bool:
        """Whether the means per question may be seen: the panel with the marks, the city from its right of reply."""
        if Part.CITY in self.parts:
            return self.reached(Stage.REPLY)
        return self._others

    def of(self, layer: Layer, owner: str) -> bool:
        """Whether what an owner wrote in a layer may be seen."""
        if Part.CITY in self.parts:
            return owner == CITY_OWNER or (layer is Layer.ANSWER and self.reached(Stage.REPLY))
        if not self.parts:
            return False
        if layer is Layer.MARK:
            own = owner == self.who and bool(self.parts & {Part.PANEL, Part.CHAIR, Part.FORMER})
            return own or self._others
        if not self.parts & {Part.PANEL, Part.CHAIR, Part.OFFICE}:
            return False
        return self.reached(Stage.SUBMITTED if layer is Layer.SELF else Stage.REPLY)

    def reached(self, stage: Stage) -> bool:
        """Whether the entry stands at a stage or beyond."""
        return not before(self.stage, stage)

    @property
    def _others(self) -> bool:
        if self.parts & {Part.PANEL, Part.CHAIR}:
            return self.open
        return Part.OFFICE in self.parts and self.reached(Stage.RECONCILIATION)


def sight(tx: Connection, actor: Actor, entry: Entry) -> Sight:
    """What an actor may see of an entry, by roles and seats as the store has them at this moment."""
    held = grants_of(tx, actor.who)
    panel = seats_of(tx, entry.id)
    own = next((seat for seat in panel if seat.who == actor.who), None)
    parts: set[Part] = set()
    if allowed(held, Act.MANAGE, entry.city):
        parts.add(Part.OFFICE)
    if own is not None and (allowed(held, Act.SCORE, entry.city) or allowed(held, Act.RECONCILE, entry.city)):
        leads = own.active and own.chair and allowed(held, Act.RECONCILE, entry.city)
        parts |= {Part.PANEL if own.active else Part.FORMER} | ({Part.CHAIR} if leads else set())
    if any(grant.role is Role.CITY and grant.city == entry.city for grant in held):
        parts = {Part.CITY}  # whoever is of the city is that and nothing else here
    complete = any(seat.counts for seat in active(panel)) and not awaited(panel)
    return Sight(actor.who, frozenset(parts), entry.stage, entry.opened, complete)
