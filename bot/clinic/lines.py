"""The sentences for facts that a clinic may or may not give (clinic/lines.yml)."""

from functools import lru_cache

from pydantic import BaseModel, ConfigDict

from bot.clinic.files import read_yaml
from bot.settings import ROOT

LINES = ROOT / "clinic" / "lines.yml"


class Line(BaseModel):
    """What is said of one fact: when clinic.yml gives it (in the place of {fact}), says there is none, or leaves it out."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    given: str
    none: str | None = None
    missing: str

    def of(self, fact: object) -> str:
        """Return the sentence for a fact, a list or a yes or no."""
        if fact is None:
            return self.missing
        if fact is False or fact == ():
            return self.none or self.missing
        return self.given.replace("{fact}", _in_words(fact))


def _in_words(fact: object) -> str:
    if isinstance(fact, tuple):
        return " and ".join([", ".join(fact[:-1]), fact[-1]] if len(fact) > 1 else fact)
    return str(fact)


class Lines(BaseModel):
    """The sentences by the names of the facts; an answer says one as {clinic_<name>_line}."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    booking: Line
    billing: Line
    insurers: Line
    sliding_scale: Line
    age_limit: Line
    telehealth: Line
    languages: Line


@lru_cache(maxsize=1)
def load_lines() -> Lines:
    """Read the sentences; raises ClinicError with the line and the field at fault."""
    return read_yaml(LINES, Lines)
