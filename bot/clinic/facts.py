"""The clinic's own facts (clinic/clinic.yml), which answers fill in by name."""

import re
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bot.clinic.crisis_pack import CrisisPack, load_pack
from bot.clinic.files import read_yaml
from bot.clinic.lines import Lines, load_lines
from bot.clinic.opening import Opening
from bot.clinic.theme import Theme
from bot.settings import get_settings


def _check_site(site: str) -> str:
    if not re.fullmatch(r"https://[a-z0-9][a-z0-9.-]*(:\d{1,5})?|http://(localhost|127\.0\.0\.1)(:\d{1,5})?", site):
        raise ValueError("write a site as https://www.clinic.example: https, lower case, no path, no * and no / at the end")
    return site


def _check_fact(fact: str) -> str:
    if not fact or re.search(r"[{}\n]", fact):
        raise ValueError("write a few words on one line, without { and }")
    return fact


def _check_phone(phone: str) -> str:
    if not re.fullmatch(r"[+(]?\d[\d ().-]+( ?(ext|x)\.? ?\d+)?", phone):
        raise ValueError("write the number as it is dialled, such as 01632 960 100 or +1 555 0100")
    return phone


def _check_link(link: str) -> str:
    if not re.fullmatch(r"https://[^\s{}<>\"]+", link):
        raise ValueError("write the whole link, such as https://www.clinic.example/book")
    return link


Fact = Annotated[str, AfterValidator(_check_fact)]
Site = Annotated[str, AfterValidator(_check_site)]


class HandOff(BaseModel):
    """What is offered to somebody who wants a person: staff in this chat, a call back, and after how long without anybody."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    offers_chat: bool
    wait_seconds: int = Field(default=120, ge=10, le=3600)
    call_back: bool


class Clinic(BaseModel):
    """One clinic: who it is, how and when to reach it, what it offers, where its patients live, how long a chat is kept."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    name: Fact
    phone: Annotated[str, AfterValidator(_check_phone)]
    address: Fact
    opening: Opening
    hand_off: HandOff
    region: str = Field(pattern=r"^[a-z_]+$")
    retention_days: int = Field(ge=1, le=3650)
    sites: tuple[Site, ...] = ()
    theme: Theme = Theme()
    # facts that may be missing: clinic/lines.yml says what is said then
    booking: Annotated[str, AfterValidator(_check_link)] | None = None
    billing: Fact | None = None
    insurers: tuple[Fact, ...] | None = None
    sliding_scale: bool | None = None
    age_limit: Annotated[int, Field(ge=0, le=99)] | None = None
    telehealth: bool | None = None
    languages: Annotated[tuple[Fact, ...], Field(min_length=1)] | None = None

    @property
    def hours(self) -> str:
        """The opening hours in words."""
        return self.opening.in_words()

    @property
    def pack(self) -> CrisisPack:
        """The crisis pack of the clinic's region."""
        return load_pack(self.region)

    @property
    def facts(self) -> dict[str, str]:
        """The facts by the names that answers use, such as `clinic_phone`."""
        own = {
            "clinic_name": self.name,
            "clinic_phone": self.phone,
            "clinic_address": self.address,
            "clinic_hours": self.hours,
            "emergency_number": self.pack.emergency_number,
            "crisis_line": self.pack.crisis_line,
            "retention_days": str(self.retention_days),
        }
        return own | {f"clinic_{name}_line": _put_in(own, self._line(name)) for name in Lines.model_fields}

    def _line(self, name: str) -> str:
        fact = getattr(self, name)
        return str(getattr(load_lines(), name).of(False if fact == 0 else fact))

    def fill(self, text: str) -> str:
        """Return an approved text with the clinic's facts and the pack's sentences in their places."""
        return _put_in(self.pack.sentences | self.facts, text)


def _put_in(facts: dict[str, str], text: str) -> str:
    for name, fact in facts.items():
        text = text.replace(f"{{{name}}}", fact)
    return text


@lru_cache(maxsize=1)
def load_clinic() -> Clinic:
    """Read the clinic's facts (the file of the settings) and its region's crisis pack; raises ClinicError with line and field."""
    clinic = read_yaml(get_settings().clinic_file, Clinic)
    load_pack(clinic.region)
    load_lines()
    return clinic
