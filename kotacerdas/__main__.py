"""`python -m kotacerdas`: see `kotacerdas.cli`."""

import sys

from kotacerdas.cli import main

sys.exit(main())
