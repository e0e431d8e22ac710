from kotacerdas.ui import shell

shell.ensure()

from kotacerdas.ui.city import render

render()
