from kotacerdas.ui import shell

shell.ensure()

from kotacerdas.ui.overview import render

render()
