"""A YAML file as plain values: one way to read it, one sentence where it cannot be read.

YAML itself lets a repeated key win silently over the first one; here that is an error, since a weight or a bound
written twice would become a wrong number.
"""

from __future__ import annotations

import copy
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from kotacerdas.problem import Problem


class _RepeatedKey(yaml.constructor.ConstructorError):
    """A key that a mapping holds already; `problem` is the key, `problem_mark` its place."""


class _Loader(yaml.CSafeLoader):
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    raise _RepeatedKey(problem=key.value, problem_mark=key.start_mark)
                seen.add(key.value)
        return super().construct_mapping(node, deep)


def read_mapping(path: Path, name: str | None = None) -> dict[str, Any]:
    """The mapping a YAML file holds. `name` is what messages call the file (by custom its path in the data folder).

    Raises `Problem` where there is no such file, where it is no YAML, holds a key twice, or is no mapping.
    """
    name = name or path.name
    try:
        data = _parsed(path.read_bytes())
    except OSError as error:
        raise Problem("file_missing", file=name) from error
    except _RepeatedKey as error:
        assert error.problem_mark is not None
        raise Problem("row_twice", file=name, row=error.problem_mark.line + 1, value=error.problem) from error
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        raise Problem("file_unreadable", file=name, row=mark.line + 1 if mark else 1) from error
    if not isinstance(data, dict):
        raise Problem("file_unreadable", file=name, row=1)
    return copy.deepcopy(data)


@lru_cache(maxsize=64)
def _parsed(content: bytes) -> Any:
    """Kept by content: composing and checking a data folder reads the same bytes several times, and parsing them is
    most of it."""
    return yaml.load(content, Loader=_Loader)  # noqa: S506 - a safe loader, only stricter
