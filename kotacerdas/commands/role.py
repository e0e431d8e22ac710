"""`role grant|revoke|list`: who holds which role in the interview; the first administrator is made here."""

from __future__ import annotations

import argparse
from typing import Any

from kotacerdas.commands.plain import print_json
from kotacerdas.commands.round_place import new_store, say
from kotacerdas.commands.store_place import add_place, existing_store
from kotacerdas.i18n import Text
from kotacerdas.interview.roles import Role


def add(commands: Any) -> None:
    """Register the command with its actions."""
    parser = commands.add_parser("role", help="who holds which role in the interview")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    for name, help_, run in (("grant", "give a role", _grant), ("revoke", "take a role away", _revoke)):
        action = actions.add_parser(name, help=help_)
        action.add_argument("who", metavar="EMAIL", help="verified e-mail, or issuer and subject")
        action.add_argument("role", choices=[role.value for role in Role])
        action.add_argument("--city", metavar="CODE", help="for this city only; a city role needs one")
        add_place(action)
        action.set_defaults(run=run)
    listing = actions.add_parser("list", help="everybody with a role")
    add_place(listing)
    listing.set_defaults(run=_list)


def _grant(options: argparse.Namespace, text: Text) -> int:
    from kotacerdas.interview import grants  # SQLAlchemy: not for every command

    with new_store(options) as store:
        changed = grants.grant(store, None, options.who, Role(options.role), options.city)
    return _say(options, text, "granted" if changed else "held", changed=changed)


def _revoke(options: argparse.Namespace, text: Text) -> int:
    from kotacerdas.interview import grants

    with existing_store(options) as store:
        changed = grants.revoke(store, None, options.who, Role(options.role), options.city)
    return _say(options, text, "revoked" if changed else "not_held", changed=changed)


def _say(options: argparse.Namespace, text: Text, what: str, *, changed: bool) -> int:
    from kotacerdas.interview.grants import identity

    who = identity(options.who)
    where = options.city or text("role_command.everywhere")
    line = text(f"role_command.{what}", who=who, role=text(f"role.{options.role}"), city=where)
    return say(options, {"who": who, "role": options.role, "city": options.city, "changed": changed}, line)


def _list(options: argparse.Namespace, text: Text) -> int:
    from kotacerdas.interview import grants

    with existing_store(options) as store, store.read() as tx:
        people = grants.people(tx)
    rows = [
        {"who": person.who, "role": grant.role.value, "city": grant.city}
        for person in people
        for grant in person.grants
    ]
    if options.json:
        print_json(rows)
        return 0
    for row in rows:
        role = text(f"role.{row['role']}")
        print(f"{row['who']}  {role}  {row['city'] or text('role_command.everywhere')}")
    return 0
