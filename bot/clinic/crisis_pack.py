"""The crisis facts of a region (clinic/crisis/<region>.yml): whom to call, where, and what happens then."""

from functools import lru_cache

from bot.clinic.files import Kept, read_yaml
from bot.settings import ROOT

PACKS = ROOT / "clinic" / "crisis"


class CrisisPack(Kept):
    """The crisis facts of one region, as whole sentences."""

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


@lru_cache(maxsize=8)
def load_pack(region: str) -> CrisisPack:
    """Read the crisis pack of a region; raises ClinicError with the line and the field at fault."""
    return read_yaml(PACKS / f"{region}.yml", CrisisPack)
