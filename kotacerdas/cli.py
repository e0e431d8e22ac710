"""The services of KotaCerdas without a screen: `python -m kotacerdas COMMAND`.

Results go to standard output, one clear sentence about bad input to standard error (exit status 2); `check` exits
with 1 and lists what is wrong.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from kotacerdas import commands
from kotacerdas.i18n import Text
from kotacerdas.instrument import DATA
from kotacerdas.problem import Problem


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    options = _parser().parse_args(arguments)
    text = Text(options.lang)
    try:
        return int(options.run(options, text))
    except Problem as problem:
        print(text.problem(problem), file=sys.stderr)
        return 2
    except BrokenPipeError:
        sys.stderr.close()
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m kotacerdas", description="KotaCerdas on the command line.")
    parser.add_argument("--lang", choices=("id", "en"), default="id", help="language of labels and messages")
    parser.add_argument("--data", type=Path, default=DATA, help="data folder (default: the one of this checkout)")
    registered = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in commands.ALL:
        command.add(registered)
    return parser
