from kotacerdas.ui import shell

shell.ensure()

from kotacerdas.ui.method import render

render()
