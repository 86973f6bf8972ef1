"""One provider as the directory lists it, and the limits of each field. Pure."""

from dataclasses import dataclass, field
from datetime import datetime

MEDICATION, THERAPY, BOTH = "medication", "therapy", "both"
OFFERS = (MEDICATION, THERAPY, BOTH)
AGE_GROUPS = ("child", "teen", "adult", "older adult")
LENGTHS = {  # characters at most; of a list, in each of its items
    "reference": 64,
    "name": 120,
    "credentials": 200,
    "coordinates_with": 200,
    "specialities": 100,
    "place": 100,
    "postcode": 16,
    "insurers": 100,
    "languages": 60,
    "booking": 300,
}
MAX_ITEMS = 60  # in a list
MAX_LISTINGS = 20_000


@dataclass(frozen=True)
class Listing:
    """A provider: who, what they offer, where, for whom, how to book. None and empty mean: not known."""

    reference: str
    name: str
    offers: str
    credentials: str = ""
    coordinates_with: str = ""
    specialities: tuple[str, ...] = ()
    place: str = ""
    postcode: str = ""
    latitude: float | None = None
    longitude: float | None = None
    telehealth: bool | None = None
    insurers: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    ages: tuple[str, ...] = ()
    evenings: bool | None = None
    accepting: bool | None = None
    booking: str = ""
    updated_at: datetime | None = field(default=None, compare=False)


class DirectoryError(ValueError):
    """A file or a change the directory cannot take; `problems` holds one sentence for each reason."""

    SHOWN = 20

    def __init__(self, problems: list[str]) -> None:
        """Take the sentences; the text shows the first of them and says how many more there are."""
        self.problems = problems
        more = [f"... and {len(problems) - self.SHOWN} more."] if len(problems) > self.SHOWN else []
        super().__init__("\n".join(problems[: self.SHOWN] + more))
