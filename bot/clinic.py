"""The clinic's own facts (clinic/clinic.yml), which answers fill in by name."""

from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.settings import ROOT, get_settings

Model = TypeVar("Model", bound=BaseModel)
PACKS = ROOT / "clinic" / "crisis"


class ClinicError(ValueError):
    """A clinic file that cannot be used; the text names the file, the field and what to do."""


class CrisisPack(BaseModel):
    """The crisis texts of one region, with who keeps them and until when they hold."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    owner: str
    source: str
    checked_on: str
    expires_on: str
    emergency_number: str
    crisis_line: str
    crisis: tuple[str, ...] = Field(min_length=1)
    concern: tuple[str, ...] = Field(min_length=1)
    urgent_care: tuple[str, ...] = Field(min_length=1)
    static: str


class Clinic(BaseModel):
    """One clinic: who it is, how to reach it, where its patients live, how long a chat is kept."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    name: str = Field(min_length=1)
    phone: str = Field(min_length=1)
    hours: str = Field(min_length=1)
    address: str = Field(min_length=1)
    booking: str = Field(min_length=1)
    billing: str = Field(min_length=1)
    region: str = Field(pattern=r"^[a-z_]+$")
    retention_days: int = Field(ge=1, le=3650)

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
        """Return an approved text with the clinic's facts in their places."""
        for name, fact in self.facts.items():
            text = text.replace(f"{{{name}}}", fact)
        return text


def _read(path: Path, model: type[Model]) -> Model:
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
    return _read(PACKS / f"{region}.yml", CrisisPack)


@lru_cache(maxsize=1)
def load_clinic() -> Clinic:
    """Read the clinic's facts (the file of the settings) and its region's crisis pack; raises ClinicError with the field."""
    clinic = _read(get_settings().clinic_file, Clinic)
    load_pack(clinic.region)
    return clinic
