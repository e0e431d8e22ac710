from kotacerdas.ui import shell

shell.ensure()

from kotacerdas.ui.interview import render

render()
