"""Tables: a provider of the directory (lengths as in listing.LENGTHS), and the directory's version."""

from datetime import datetime

from sqlalchemy import JSON, Double, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.conversations.models import now
from bot.db import Base, Moment


class Provider(Base):
    """One provider as listed; `reference` comes from the clinic's file and stays the same. None means: not known."""

    __tablename__ = "providers"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    credentials: Mapped[str] = mapped_column(String(200))
    offers: Mapped[str] = mapped_column(String(16))  # medication, therapy or both
    coordinates_with: Mapped[str] = mapped_column(String(200))
    specialities: Mapped[list[str]] = mapped_column(JSON)
    place: Mapped[str] = mapped_column(String(100))
    postcode: Mapped[str] = mapped_column(String(16))
    latitude: Mapped[float | None] = mapped_column(Double)  # degrees, WGS 84
    longitude: Mapped[float | None] = mapped_column(Double)
    telehealth: Mapped[bool | None]
    insurers: Mapped[list[str]] = mapped_column(JSON)
    languages: Mapped[list[str]] = mapped_column(JSON)
    ages: Mapped[list[str]] = mapped_column(JSON)
    evenings: Mapped[bool | None]
    accepting: Mapped[bool | None]  # new patients
    booking: Mapped[str] = mapped_column(String(300))  # a web address or a phone number
    updated_at: Mapped[datetime] = mapped_column(Moment, default=now)


class Directory(Base):
    """The one row that tells whether the directory has changed: every change gives it a new, random version."""

    __tablename__ = "provider_directory"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(String(32))
