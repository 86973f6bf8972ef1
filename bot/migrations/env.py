"""Alembic's entry: migrates the database of the settings."""

from importlib import import_module

from alembic import context

from bot.db import Base, get_engine
from bot.settings import ROOT

for tables in sorted(ROOT.glob("bot/*/models.py")):
    import_module(f"bot.{tables.parent.name}.models")

with get_engine().connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
