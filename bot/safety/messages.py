"""The crisis messages (clinic/crisis/messages.yml): approved variants by key, filled with the clinic's and the region's facts."""

from functools import lru_cache
from typing import Annotated

from pydantic import Field

from bot.clinic.crisis_pack import PACKS
from bot.clinic.facts import load_clinic
from bot.clinic.files import Kept, read_yaml

Variants = Annotated[tuple[str, ...], Field(min_length=3)]


class CrisisMessages(Kept):
    """The messages, and the buttons under a question."""

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
