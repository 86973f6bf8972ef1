"""The crisis messages (clinic/crisis/messages.yml): approved variants by key, filled with the clinic's and the region's facts."""

from datetime import date
from functools import lru_cache
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from bot.clinic import PACKS, load_clinic, read_yaml

Variants = Annotated[tuple[str, ...], Field(min_length=3)]


class CrisisMessages(BaseModel):
    """The messages with who keeps them, their sources and until when they hold."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    owner: str
    sources: tuple[str, ...] = Field(min_length=1)
    checked_on: date
    expires_on: date
    review: dict[str, str | None]
    answers: dict[str, str]
    messages: dict[str, Variants]


@lru_cache(maxsize=1)
def load_messages() -> CrisisMessages:
    """Read the crisis messages; raises ClinicError with the field at fault."""
    return read_yaml(PACKS / "messages.yml", CrisisMessages)


def message(key: str, times_said: int = 0) -> str:
    """Return a message in the variant that is next, so that nothing repeats word for word before all were said."""
    variants = load_messages().messages[key]
    return load_clinic().fill(variants[times_said % len(variants)])
