from kotacerdas.ui import shell

shell.ensure()

from kotacerdas.ui.compare import render

render()
