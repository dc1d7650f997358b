"""How alembic runs our migrations: within the transaction of the connection that it is given."""

from alembic import context

from training.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
