"""The clinic's own facts (clinic/clinic.yml), which answers fill in by name."""

import re
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, TypeVar

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.settings import ROOT, get_settings

Model = TypeVar("Model", bound=BaseModel)
PACKS = ROOT / "clinic" / "crisis"
READABLE_CONTRAST = 4.5  # of text on its background, WCAG 2.2, 1.4.3
_COLOUR = r"^#[0-9a-fA-F]{6}$"


class ClinicError(ValueError):
    """A clinic file that cannot be used; the text names the file, the field and what to do."""


class CrisisPack(BaseModel):
    """The crisis facts of one region as whole sentences, with their sources, who keeps them and until when they hold."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    owner: str
    sources: tuple[str, ...] = Field(min_length=1)
    checked_on: date
    expires_on: date
    emergency_number: str
    crisis_line: str
    static: str
    lifeline: str
    lifeline_text: str
    expect: str
    more_lines: str
    abuse_line: str
    poison_line: str

    @property
    def sentences(self) -> dict[str, str]:
        """The sentences by the names that crisis messages use."""
        names = ("lifeline", "lifeline_text", "expect", "more_lines", "abuse_line", "poison_line")
        return {name: getattr(self, name) for name in names}


class Theme(BaseModel):
    """How the chat looks on the clinic's pages: colours as #rrggbb, the names of installed fonts, corners in pixels."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    accent: str = Field(default="#1f6f6b", pattern=_COLOUR)
    on_accent: str = Field(default="#ffffff", pattern=_COLOUR)
    font: str = Field(default="system-ui, sans-serif", pattern=r"^[A-Za-z][A-Za-z, -]{0,120}$")
    radius: int = Field(default=12, ge=0, le=32)

    @model_validator(mode="after")
    def _can_be_read(self) -> "Theme":
        dark, light = sorted((_luminance(self.accent), _luminance(self.on_accent)))
        if (light + 0.05) / (dark + 0.05) < READABLE_CONTRAST:
            raise ValueError("on_accent cannot be read on accent: take two colours with a contrast of at least 4.5 to 1")
        return self


def _luminance(colour: str) -> float:
    """Return the relative luminance of #rrggbb as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _check_site(site: str) -> str:
    if not re.fullmatch(r"https://[a-z0-9][a-z0-9.-]*(:\d{1,5})?|http://(localhost|127\.0\.0\.1)(:\d{1,5})?", site):
        raise ValueError("write a site as https://www.clinic.example: https, lower case, no path, no * and no / at the end")
    return site


class Clinic(BaseModel):
    """One clinic: who it is, how to reach it, where its patients live, how long a chat is kept, where it is shown."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    name: str = Field(min_length=1)
    phone: str = Field(min_length=1)
    hours: str = Field(min_length=1)
    address: str = Field(min_length=1)
    booking: str = Field(min_length=1)
    billing: str = Field(min_length=1)
    region: str = Field(pattern=r"^[a-z_]+$")
    retention_days: int = Field(ge=1, le=3650)
    sites: tuple[Annotated[str, AfterValidator(_check_site)], ...] = ()
    theme: Theme = Theme()

    @property
    def pack(self) -> CrisisPack:
        """The crisis pack of the clinic's region."""
        return load_pack(self.region)

    @property
    def facts(self) -> dict[str, str]:
        """The facts by the names that answers use, such as `clinic_phone`."""
        own = {f"clinic_{field}": getattr(self, field) for field in ("name", "phone", "hours", "address", "booking", "billing")}
        return own | {
            "emergency_number": self.pack.emergency_number,
            "crisis_line": self.pack.crisis_line,
            "retention_days": str(self.retention_days),
        }

    def fill(self, text: str) -> str:
        """Return an approved text with the clinic's facts and the pack's sentences in their places."""
        for name, fact in (self.pack.sentences | self.facts).items():
            text = text.replace(f"{{{name}}}", fact)
        return text


def read_yaml(path: Path, model: type[Model]) -> Model:
    """Read a YAML file into a model; raises ClinicError with the file, the field and the reason."""
    try:
        return model.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ClinicError(f"{path} cannot be read: {error.strerror}.") from error
    except yaml.YAMLError as error:
        raise ClinicError(f"{path} is not valid YAML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "the file"
        raise ClinicError(f"{path}: {field}: {first['msg']}.") from error


@lru_cache(maxsize=8)
def load_pack(region: str) -> CrisisPack:
    """Read the crisis pack of a region; raises ClinicError with the field at fault."""
    return read_yaml(PACKS / f"{region}.yml", CrisisPack)


@lru_cache(maxsize=1)
def load_clinic() -> Clinic:
    """Read the clinic's facts (the file of the settings) and its region's crisis pack; raises ClinicError with the field."""
    clinic = read_yaml(get_settings().clinic_file, Clinic)
    load_pack(clinic.region)
    return clinic
