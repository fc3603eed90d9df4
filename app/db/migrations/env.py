"""Alembic's entry point: runs the migrations on the connection that `app.db.schema` hands over.

A new revision is a file in `versions/` that names its predecessor. The test that compares the
tables with the migrated database lists what it has to change.
"""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
