"""Run by Alembic: migrate over the connection that `mien.storage.migrate` has opened."""

from alembic import context

from mien.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite alters few things in place; Alembic copies the table instead.
    render_as_batch=True,
)
context.run_migrations()
