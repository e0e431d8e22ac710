"""The commands of `python -m kotacerdas`, one module each: `add` registers it, `run` does it.

Results go to standard output; bad input raises a `Problem`, which `kotacerdas.cli` prints as one sentence.
"""

from kotacerdas.commands import audit, backup, bands, card, check, goal, results, role, round, rubric, simulate

ALL = (results, card, rubric, bands, check, simulate, goal, round, role, backup, audit)
"""In the order of the help text."""
