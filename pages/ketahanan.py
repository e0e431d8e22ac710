from kotacerdas.ui import shell

shell.ensure()

from kotacerdas.ui.robustness import render

render()
