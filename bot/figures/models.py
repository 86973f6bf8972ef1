"""The table of the figures: how often something happened on a day."""

from datetime import date

from sqlalchemy import Date, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base


class Figure(Base):
    """How often something happened on a day, in a channel and a language. No text, no person, no conversation.

    `name` says what (bot/figures/service.py), `key` which one: a topic, a route, a category. Days are the clinic's own.
    """

    __tablename__ = "figures"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    channel: Mapped[str] = mapped_column(String(16), primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    count: Mapped[int] = mapped_column(Integer, default=0)
