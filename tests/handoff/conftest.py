"""Fixtures of the hand-off: a clinic whose facts a test can change, and somebody at the desk."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from bot.handoff import presence
from bot.settings import ROOT
from tests.handoff.acting import SAM

ALWAYS = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), "00:00-24:00")


@pytest.fixture
def clinic(configure: Callable[..., None], tmp_path: Path) -> Callable[..., None]:
    """Give a function that changes the clinic's facts: clinic(hand_off={"call_back": False})."""
    file = tmp_path / "clinic.yml"
    facts = yaml.safe_load((ROOT / "clinic" / "clinic.yml").read_text())

    def change(**changed: object) -> None:
        for name, value in changed.items():
            facts[name] = {**facts[name], **value} if isinstance(value, dict) else value
        file.write_text(yaml.safe_dump(facts))
        configure(clinic_file=file)

    return change


@pytest.fixture
def is_open(clinic: Callable[..., None]) -> None:
    """Let the clinic be open whenever the tests run."""
    clinic(opening={"week": ALWAYS, "holidays": {}})


@pytest.fixture
def is_closed(clinic: Callable[..., None]) -> None:
    """Let the clinic be closed today and tomorrow, wherever in the week that is."""
    days = [(datetime.now(UTC) + timedelta(days=ahead)).date() for ahead in (-1, 0, 1)]
    clinic(opening={"week": ALWAYS, "holidays": dict.fromkeys(days, "a holiday")})


@pytest.fixture
def staffed(database: object) -> None:
    """Put somebody at the desk who takes chats."""
    presence.mark(SAM.id)
