from kotacerdas.ui import shell

shell.ensure()

from kotacerdas.ui.ranking import render

render()
