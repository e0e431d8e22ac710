"""The plain Streamlit script. `kotacerdas.ui.server` serves it with security headers and compression."""

from kotacerdas.ui import shell

shell.run()
