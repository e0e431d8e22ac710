"""Roles are given and taken in the store, asked at every write, and every refusal is written down."""

from __future__ import annotations

import json

import pytest

from kotacerdas.interview import audit, grants, rounds
from kotacerdas.interview.roles import COMMAND_LINE_NAME, MAY, SCOPED, Action, Actor, Grant, Role, allowed
from kotacerdas.interview.stages import Stage
from kotacerdas.interview.store import Store
from kotacerdas.problem import Problem
from tests.interview.builders import Round
from tests.interview.steps import actions, is_refused

ADMIN = Actor("first@synthetic.test")


def held(store: Store, who: str) -> tuple[Grant, ...]:
    with store.read() as tx:
        return grants.grants_of(tx, who)


def test_the_first_admin_comes_from_the_command_line_and_makes_the_next(store: Store) -> None:
    assert grants.grant(store, None, " First@Synthetic.Test ", Role.ADMIN)
    assert held(store, ADMIN.who) == (Grant(Role.ADMIN),)
    assert grants.grant(store, ADMIN, "second@synthetic.test", Role.ASSESSOR)
    with store.read() as tx:
        rows = audit.trail(tx, audit.OFFICE)
        assert [(row.who, row.action, row.subject) for row in rows] == [
            (COMMAND_LINE_NAME, "grant", "first@synthetic.test"),
            ("first@synthetic.test", "grant", "second@synthetic.test"),
        ]
        assert json.loads(rows[1].after) == {"role": "assessor", "city": None}
        assert [person.who for person in grants.people(tx)] == ["first@synthetic.test", "second@synthetic.test"]


def test_the_same_role_twice_is_one_role_and_one_record(store: Store) -> None:
    assert grants.grant(store, None, ADMIN.who, Role.ADMIN)
    assert not grants.grant(store, None, ADMIN.who, Role.ADMIN)
    assert held(store, ADMIN.who) == (Grant(Role.ADMIN),)
    assert actions(store, audit.OFFICE) == ["grant"]


def test_a_role_taken_ends_at_once_is_kept_in_the_table_and_can_come_back(store: Store) -> None:
    grants.grant(store, None, "city@synthetic.test", Role.CITY, "35.77")
    assert grants.revoke(store, None, "city@synthetic.test", Role.CITY, "35.77")
    assert not grants.revoke(store, None, "city@synthetic.test", Role.CITY, "35.77")
    assert held(store, "city@synthetic.test") == ()
    grants.grant(store, None, "city@synthetic.test", Role.CITY, "35.77")
    assert held(store, "city@synthetic.test") == (Grant(Role.CITY, "35.77"),)
    assert actions(store, audit.OFFICE) == ["grant", "revoke", "grant"]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_only_an_admin_gives_and_takes_roles(store: Store, role: Role) -> None:
    grants.grant(store, None, "other@synthetic.test", role, "35.77" if role in SCOPED else None)
    for service in (grants.grant, grants.revoke):
        with pytest.raises(Problem) as error:
            service(store, Actor("other@synthetic.test"), "other@synthetic.test", Role.ADMIN)
        is_refused(store, error, "refused_role")
    assert Grant(Role.ADMIN) not in held(store, "other@synthetic.test")


def test_the_last_admin_cannot_lock_everybody_out(store: Store) -> None:
    grants.grant(store, None, ADMIN.who, Role.ADMIN)
    with pytest.raises(Problem, match="grant_last"):
        grants.revoke(store, ADMIN, ADMIN.who, Role.ADMIN)
    assert held(store, ADMIN.who) == (Grant(Role.ADMIN),)
    grants.grant(store, ADMIN, "second@synthetic.test", Role.ADMIN)
    assert grants.revoke(store, ADMIN, ADMIN.who, Role.ADMIN)
    assert grants.revoke(store, None, "second@synthetic.test", Role.ADMIN), "the command line may"


@pytest.mark.parametrize(
    "who", ["", "  ", "name", "a b@x.id", "x@y\n", "x" * 330 + "@y", "a\0@b", COMMAND_LINE_NAME, "a\u202e@b.id"]
)
def test_what_is_no_identity_is_refused(store: Store, who: str) -> None:
    if who == "x@y\n":
        assert grants.identity(who) == "x@y"
        return
    with pytest.raises(Problem, match="who_form"):
        grants.grant(store, None, who, Role.VIEWER)


def test_a_subject_keeps_its_case_an_address_does_not() -> None:
    assert grants.identity("https://issuer.example/#AbC") == "https://issuer.example/#AbC"
    assert grants.identity("Name@Example.GO.ID") == "name@example.go.id"


def test_a_city_role_needs_a_city_of_the_register(store: Store) -> None:
    with pytest.raises(Problem, match="grant_city"):
        grants.grant(store, None, "city@synthetic.test", Role.CITY)
    with pytest.raises(Problem) as error:
        grants.grant(store, None, "city@synthetic.test", Role.CITY, "3577")
    assert error.value.key == "city_near" and "35.77 Kota Madiun" in str(error.value.params["near"])
    assert held(store, "city@synthetic.test") == ()


def test_nobody_is_of_a_city_whose_panel_they_sit_in(store: Store, panel: Round) -> None:
    with pytest.raises(Problem, match="grant_conflict"):
        grants.grant(store, panel.admin, panel.assessors[0].who, Role.CITY, panel.city)
    grants.grant(store, panel.admin, panel.assessors[0].who, Role.CITY, "11.71")
    grants.grant(store, panel.admin, panel.stranger.who, Role.CITY, panel.city)
    grants.grant(store, panel.admin, panel.stranger.who, Role.ASSESSOR)
    with pytest.raises(Problem, match="grant_conflict"):
        rounds.seat(store, panel.admin, panel.entry, [panel.stranger.who])


def test_a_forged_role_is_not_a_role(store: Store, panel: Round) -> None:
    """Whatever a page's state claims, the store is asked."""
    forged = Actor("stranger@synthetic.test", "admin")
    with pytest.raises(Problem) as error:
        rounds.deadline(store, forged, panel.id, Stage.SCORING, "2026-12-01")
    is_refused(store, error, "refused_role")


def test_require_tells_a_wrong_city_from_a_missing_role(store: Store, panel: Round) -> None:
    with store.read() as tx:
        assert grants.require(tx, panel.city_user, Action.SELF_ASSESS, panel.city) == (Grant(Role.CITY, panel.city),)
        with pytest.raises(Problem, match="refused_city"):
            grants.require(tx, panel.city_user, Action.SELF_ASSESS, panel.other_city)
        with pytest.raises(Problem, match="refused_role"):
            grants.require(tx, panel.viewer, Action.SELF_ASSESS, panel.city)
        with pytest.raises(Problem, match="refused_role"):
            grants.require(tx, None, Action.SCORE, panel.city)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("action", list(Action))
def test_a_role_for_one_city_is_worth_nothing_elsewhere(role: Role, action: Action) -> None:
    own = [Grant(role, "35.77")]
    assert allowed(own, action, "35.77") == (action in MAY[role])
    assert not allowed(own, action, "35.78") and not allowed(own, action, None)


def test_an_unknown_city_is_suggested_never_guessed(store: Store) -> None:
    register = rounds.read_register()
    assert register.require("35.77") == "Kota Madiun"
    assert register.near("Madiun")[:2] == ("35.19", "35.77"), "both, for it is not known which is meant"
    for nonsense in ("", "zzzz", "'; DROP TABLE", "99", "\0"):
        with pytest.raises(Problem):
            register.require(nonsense)
