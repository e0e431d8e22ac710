from kotacerdas.ui import shell

shell.ensure()

from kotacerdas.ui.simulation import render

render()
