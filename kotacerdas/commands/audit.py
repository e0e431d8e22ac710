"""`audit verify` recomputes the chains of the audit trail and compares the store and its files with them."""

from __future__ import annotations

import argparse
from typing import Any

from kotacerdas.commands.plain import print_json
from kotacerdas.commands.store_place import add_place, existing_store
from kotacerdas.i18n import Text


def add(commands: Any) -> None:
    """Register the command."""
    audit = commands.add_parser("audit", help="the audit trail of the interview store")
    actions = audit.add_subparsers(required=True, metavar="ACTION")
    verify = actions.add_parser("verify", help="is the trail complete, unchanged and equal to the store?")
    add_place(verify)
    verify.set_defaults(run=_verify)


def _verify(options: argparse.Namespace, text: Text) -> int:
    from kotacerdas.interview import evidence, verification
    from kotacerdas.interview.backup import heads_of

    with existing_store(options) as store:
        report = verification.verify(store)
        problems = [*report.problems, *evidence.file_problems(store)]
        with store.read() as tx:
            heads = heads_of(tx)
    if options.json:
        print_json(
            {
                "sound": not problems,
                "rows": report.rows,
                "streams": {name: {"length": one.length, "head": one.head} for name, one in heads.items()},
                "problems": [text.problem(problem) for problem in problems],
            }
        )
        return 1 if problems else 0
    for name, one in heads.items():
        print(text("store_command.audit_head", stream=name, length=text.integer(one.length), head=one.head))
    for problem in problems:
        print(text.problem(problem))
    if problems:
        print(text("store_command.audit_failed", count=text.integer(len(problems))))
        return 1
    print(text("store_command.audit_ok", streams=text.integer(report.streams), rows=text.integer(report.rows)))
    return 0
