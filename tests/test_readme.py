"""The README is tested like code: its commands exist, its files are there, its figures are the measured ones."""

from __future__ import annotations

import re
import shlex

import pytest

from kotacerdas.cli import _parser
from kotacerdas.instrument import DATA

ROOT = DATA.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^python -m kotacerdas (.+?)(?:\s+#.*)?$", README, flags=re.MULTILINE)


def test_every_command_of_the_command_line_is_shown() -> None:
    shown = {command.split()[0] for command in COMMANDS}
    offered = next(action.choices for action in _parser()._actions if action.choices and action.metavar == "COMMAND")
    assert shown == set(offered)


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_parse(command: str) -> None:
    _parser().parse_args(shlex.split(command))


def test_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"make (\w+)", README)):
        assert re.search(rf"^{target}:", makefile, flags=re.MULTILINE), target


def test_pictures_and_named_files_are_there() -> None:
    for path in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README):
        assert (ROOT / path).stat().st_size > 20_000, path
    for name in ("CONTRIBUTING.md", "CHANGELOG.md", "LICENSE", "geo/README.md", "data/datapackage.json"):
        assert name in README and (ROOT / name).exists()
