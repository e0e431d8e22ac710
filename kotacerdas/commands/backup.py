"""`backup FILE` copies the interview store while it is in use; `restore FILE` puts a copy in its place."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from kotacerdas.commands.plain import print_json
from kotacerdas.commands.store_place import add_place, existing_store, place
from kotacerdas.i18n import Text


def add(commands: Any) -> None:
    """Register both commands."""
    backup = commands.add_parser("backup", help="copy the interview store to a file, while it is in use")
    backup.add_argument("file", type=Path, metavar="FILE", help="a new zip file")
    add_place(backup)
    backup.set_defaults(run=_backup)

    restore = commands.add_parser("restore", help="make the interview store anew from a backup")
    restore.add_argument("file", type=Path, metavar="FILE")
    restore.add_argument("--replace", action="store_true", help="in place of a store with content, which is kept aside")
    add_place(restore)
    restore.set_defaults(run=_restore)


def _backup(options: argparse.Namespace, text: Text) -> int:
    from kotacerdas.interview.backup import backup

    with existing_store(options) as store:
        made = backup(store, options.file)
    rows = sum(made.rows.values())
    if options.json:
        streams = {name: {"length": one.length, "head": one.head} for name, one in made.streams.items()}
        print_json(
            {
                "file": str(made.file),
                "at": made.made_at,
                "rows": dict(made.rows),
                "evidence": made.evidence,
                "absent": sorted(made.absent),
                "package": made.package,
                "streams": streams,
            }
        )
    else:
        facts = {"rows": text.integer(rows), "evidence": text.integer(made.evidence)}
        streams_count = text.integer(len(made.streams))
        print(
            text("store_command.backup_done", file=made.file, streams=streams_count, at=_moment(made.made_at), **facts)
        )
        for digest, problem in made.absent.items():
            print(text("store_command.backup_absent", file=digest[:12], what=text.problem(problem)))
    return 1 if made.absent else 0


def _restore(options: argparse.Namespace, text: Text) -> int:
    from kotacerdas.interview.backup import restore

    where = place(options)
    done = restore(where.home, options.file, url=where.url, name=where.name, replace=options.replace)
    if options.json:
        print_json(
            {
                "at": done.made_at,
                "rows": dict(done.rows),
                "evidence": done.evidence,
                "absent": list(done.absent),
                "aside": done.aside,
                "package": done.package,
            }
        )
        return 0
    facts = {"rows": text.integer(sum(done.rows.values())), "evidence": text.integer(done.evidence)}
    print(text("store_command.restore_done", at=_moment(done.made_at), **facts))
    if done.absent:
        print(text("store_command.restore_absent", count=text.integer(len(done.absent))))
    if done.aside:
        print(text("store_command.restore_aside", aside=done.aside))
    return 0


def _moment(at: str) -> str:
    return f"{at[:10]} {at[11:19]}"
