"""The hazard log (hazards.yml) in the shape of DCB0129: hazard, cause, risk before and after, control, where, and the tests."""

import re
import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field

from bot.settings import ROOT

LOG = Path(__file__).with_name("hazards.yml")
CASE = ROOT / "docs" / "safety-case.md"
Score = Annotated[int, Field(ge=1, le=5)]


class Hazard(BaseModel):
    """One hazard. Scores are 1 to 5: [severity, likelihood]; engineers' estimates until a clinical safety officer sets them."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    id: str
    hazard: str
    cause: str
    before: tuple[Score, Score]
    control: str
    files: tuple[str, ...] = Field(min_length=1)
    tests: tuple[str, ...] = Field(min_length=1)
    after: tuple[Score, Score]
    left: str = ""  # what the control does not reach


def read_hazards() -> list[Hazard]:
    """Read the hazard log."""
    return [Hazard.model_validate(each) for each in yaml.safe_load(LOG.read_text(encoding="utf-8"))]


def missing(hazards: list[Hazard]) -> list[str]:
    """Return the files that are not there and the tests, of the log and of the safety case, that pytest does not collect."""
    files = {file for hazard in hazards for file in hazard.files if not (ROOT / file).exists()}
    return sorted(files | uncollected({test for hazard in hazards for test in hazard.tests} | in_safety_case()))


def in_safety_case() -> set[str]:
    """Return the tests that docs/safety-case.md names."""
    return set(re.findall(r"tests/[\w/]+\.py::\w+", CASE.read_text(encoding="utf-8")))


def uncollected(tests: set[str]) -> set[str]:
    """Return the tests, as file::function, that pytest does not collect; a file that is not there has none."""
    files = sorted({test.partition("::")[0] for test in tests})
    found = _collect(tuple(file for file in files if (ROOT / file).is_file()))
    return {test for test in tests if test not in found}


@lru_cache(maxsize=4)
def _collect(files: tuple[str, ...]) -> frozenset[str]:
    options = ("--collect-only", "--continue-on-collection-errors", "-p", "no:cacheprovider")
    command = [sys.executable, "-m", "pytest", *options, *files]
    out = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout
    return frozenset(line.partition("[")[0].strip() for line in out.splitlines() if "::" in line)
