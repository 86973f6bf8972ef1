"""Alembic's entry: migrates the database of the settings."""

from alembic import context

import bot.conversations.models
import bot.topics.models  # noqa: F401
from bot.db import Base, get_engine

with get_engine().connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
