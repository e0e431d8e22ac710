"""Runs the migrations on the connection of `store.migrate`, inside its transaction."""

from alembic import context

from kotacerdas.interview.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
