"""The commands of `python -m kotacerdas`, one module each: `add` registers it, `run` does it.

Results go to standard output; bad input raises a `Problem`, which `kotacerdas.cli` prints as one sentence.
"""

from kotacerdas.commands import bands, card, check, goal, results, rubric, simulate

ALL = (results, card, rubric, bands, check, simulate, goal)
"""In the order of the help text."""
