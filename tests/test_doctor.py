"""The doctor's checks: each can be green, each can fail, and each failure says what to do."""

import os
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot import doctor
from bot.doctor import CHECKS, Line, examine, refuse_red
from bot.processes import StartError
from bot.safety.messages import load_messages
from bot.settings import ROOT
from bot.staff.members import Role
from bot.topics.catalogue import load_catalogue
from bot.topics.contents import is_topic, load_contents
from bot.topics.service import sign_off
from tests.staff.conftest import make_account

pytestmark = pytest.mark.usefixtures("database")
Configure = Callable[..., None]
LOUD = {"alerts": "webhook", "alert_webhook_url": "https://alerts.example/tandem", "alert_webhook_secret": "w" * 40}


@pytest.fixture(autouse=True)
def _no_file_of_secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Look past this machine's own .env."""
    monkeypatch.setattr(doctor, "ENV_FILE", tmp_path / ".env")


def check(name: str) -> Line:
    return doctor._run(CHECKS[name])


def sign(*keys: str, days: int = 365) -> None:
    for key in keys:
        sign_off(key, "A. Example", "Nurse", load_contents()[key].text_hash, days)


def groups() -> list[str]:
    return [key for key in load_contents() if not is_topic(key)]


def test_every_check_of_the_list_finds_something_and_says_it_in_one_line() -> None:
    found = examine()
    assert list(found) == ["settings", "secrets", "database", "engine", "model", "clinic", "crisis pack", "content", "review",
                           "providers", "on call", "backups", "clock", "TLS"]  # fmt: skip
    assert all(line.level in ("green", "yellow", "red") and line.text and "\n" not in line.text for line in found.values())


@pytest.mark.parametrize(
    ("changed", "level"),
    [
        ({}, "green"),
        ({"public_url": "http://localhost:8080"}, "green"),
        ({"public_url": "https://chat.clinic.example"}, "yellow"),
        ({"public_url": "https://chat.clinic.example", "mode": "production"}, "green"),
    ],
)
def test_a_demo_that_patients_reach_is_yellow(configure: Configure, changed: dict[str, str], level: str) -> None:
    configure(**changed)
    assert check("settings").level == level


@pytest.mark.parametrize(
    ("changed", "setting"),
    [
        ({"secret": "change-me-change-me-change-me-change-me"}, "TANDEM_SECRET"),
        ({"encryption_keys": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}, "TANDEM_ENCRYPTION_KEYS"),
    ],
)
def test_the_secrets_of_the_example_are_red(configure: Configure, changed: dict[str, str], setting: str) -> None:
    assert check("secrets").level == "green"
    configure(**changed)
    assert check("secrets").level == "red" and check("secrets").text.startswith(f"{setting} is the example's")


@pytest.mark.parametrize(("mode", "level"), [(0o600, "green"), (0o640, "red"), (0o604, "red")])
def test_a_file_of_secrets_that_others_can_read_is_red(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mode: int, level: str
) -> None:
    file = tmp_path / ".env"
    file.touch(mode)
    file.chmod(mode)
    monkeypatch.setattr(doctor, "ENV_FILE", file)
    assert check("secrets").level == level and (level == "green" or "chmod 600 .env" in check("secrets").text)


def test_a_database_without_the_newest_tables_is_red(configure: Configure, tmp_path: Path) -> None:
    assert check("database").level == "green"
    configure(database_url=f"sqlite:///{tmp_path}/empty.db")
    assert check("database").level == "red" and "scripts/tandem migrate" in check("database").text
    assert check("review") == Line("red", "the database cannot be read: see the line of the database")


def test_an_engine_that_does_not_answer_is_yellow_since_the_doctor_also_looks_before_the_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(doctor, "ENGINE_PYTHON", tmp_path)
    assert check("engine") == Line("yellow", "not running: 'make run' starts it")
    monkeypatch.setattr(doctor, "ENGINE_PYTHON", tmp_path / "none")
    assert check("engine").level == "red" and "make setup" in check("engine").text


def test_an_engine_that_answers_is_green(engine_stub: object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(doctor, "ENGINE_PYTHON", tmp_path)
    assert check("engine") == Line("green", "answers")


@pytest.mark.parametrize(
    ("until", "demo", "production"),
    [(timedelta(days=-1), "yellow", "red"), (timedelta(days=3), "yellow", "yellow"), (timedelta(days=60), "green", "green")],
)
def test_crisis_facts_that_end_are_named_before_they_do(
    monkeypatch: pytest.MonkeyPatch, configure: Configure, until: timedelta, demo: str, production: str
) -> None:
    messages = load_messages().model_copy(update={"expires_on": date.today() + until})
    monkeypatch.setattr(doctor, "load_messages", lambda: messages)
    assert check("crisis pack").level == demo
    configure(mode="production")
    assert check("crisis pack").level == production


def test_a_text_with_an_unknown_variable_is_red(monkeypatch: pytest.MonkeyPatch) -> None:
    responses = load_contents()["responses"]
    monkeypatch.setitem(responses.texts, "utter_new", "Hello {stranger}.")
    assert check("content").level == "red" and "{stranger}" in check("content").text


def test_nothing_signed_is_yellow_in_a_demo_and_red_in_production(configure: Configure) -> None:
    assert check("review").level == "yellow" and "85 topics" in check("review").text
    configure(mode="production")
    assert check("review").level == "red" and "scripts/tandem content sign-off" in check("review").text


def test_a_group_that_is_not_signed_is_red_in_production_and_named(configure: Configure) -> None:
    configure(mode="production")
    sign(*(key for key in load_contents() if key != "crisis"))
    assert check("review").level == "red" and "the groups crisis await review" in check("review").text


def test_some_topics_not_signed_is_yellow_since_they_are_withheld(configure: Configure) -> None:
    configure(mode="production")
    sign(*groups(), "cbt")
    assert check("review").level == "yellow" and check("review").text.startswith(f"{len(load_catalogue()) - 1} topics await")


def test_everything_signed_is_green_until_an_approval_nears_its_end() -> None:
    sign(*load_contents())
    assert check("review").level == "green"
    sign("cbt", days=3)
    assert check("review").level == "yellow" and "the first approval ends on" in check("review").text


def test_without_anybody_it_is_yellow_in_a_demo_and_red_in_production(configure: Configure) -> None:
    configure(**LOUD)
    assert check("on call").level == "yellow" and "staff invite" in check("on call").text
    configure(mode="production")
    assert check("on call").level == "red"


@pytest.mark.parametrize(("role", "level"), [("agent", "green"), ("lead", "green"), ("admin", "green"), ("auditor", "red")])
def test_somebody_who_can_take_chats_makes_it_green(configure: Configure, role: str, level: str) -> None:
    configure(mode="production", **LOUD)
    make_account(Role(role))
    assert check("on call").level == level


def test_alerts_that_reach_nobody_are_not_enough(configure: Configure) -> None:
    configure(mode="production")
    make_account(Role.AGENT)
    assert check("on call").level == "red" and "TANDEM_ALERTS" in check("on call").text


def test_a_clinic_that_offers_no_hand_off_needs_nobody(configure: Configure, tmp_path: Path) -> None:
    file = tmp_path / "clinic.yml"
    text = (ROOT / "clinic" / "clinic.yml").read_text()
    file.write_text(text.replace("offers_chat: true", "offers_chat: false").replace("call_back: true", "call_back: false"))
    configure(clinic_file=file, mode="production")
    assert check("on call").level == "green"


def test_no_folder_is_yellow_in_a_demo_and_red_in_production(configure: Configure) -> None:
    assert check("backups").level == "yellow" and "TANDEM_BACKUP_DIR" in check("backups").text
    configure(mode="production")
    assert check("backups").level == "red"


@pytest.mark.parametrize(("days", "level"), [(1, "green"), (3, "red")])
def test_an_old_copy_is_named_with_its_day(configure: Configure, tmp_path: Path, days: int, level: str) -> None:
    configure(mode="production", backup_dir=tmp_path / "copies")
    assert check("backups").text.startswith("no copy in ")
    copy = tmp_path / "copies" / "tandem.dump"  # whatever made it
    copy.parent.mkdir()
    copy.write_text("data")
    made = datetime.now(UTC) - timedelta(days=days)
    os.utime(copy, (made.timestamp(), made.timestamp()))
    assert check("backups").level == level and f"{made:%Y-%m-%d}" in check("backups").text


@pytest.mark.parametrize(("ahead", "level"), [(0, "green"), (60, "green"), (3600, "red")])
def test_a_clock_behind_what_was_written_is_red(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ahead: int, level: str) -> None:
    model = tmp_path / "model"
    model.touch()
    written = datetime.now(UTC).timestamp() + ahead
    os.utime(model, (written, written))
    monkeypatch.setattr(doctor, "MODEL", model)
    assert check("clock").level == level and (level == "green" or "set the clock" in check("clock").text)


@pytest.mark.parametrize(
    ("changed", "level"),
    [
        ({}, "green"),
        ({"public_url": "https://chat.clinic.example"}, "green"),
        ({"public_url": "https://chat.clinic.example", "host": "0.0.0.0"}, "green"),
        ({"public_url": "http://localhost:8080"}, "green"),
        ({"public_url": "http://chat.clinic.example"}, "red"),
        ({"host": "0.0.0.0"}, "red"),
    ],
)
def test_patients_reach_the_app_over_tls_or_not_at_all(configure: Configure, changed: dict[str, str], level: str) -> None:
    configure(mode="production", **changed)
    assert check("TLS").level == level and (level == "green" or "TANDEM_PUBLIC_URL" in check("TLS").text)


def test_production_is_refused_with_every_red_line_and_a_demo_never(
    configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, line in (("clinic", Line("red", "wrong")), ("clock", Line("red", "late")), ("TLS", Line("yellow", "look"))):
        monkeypatch.setitem(CHECKS, name, lambda line=line: line)
    refuse_red()
    configure(mode="production")
    with pytest.raises(StartError, match=r"^Production does not start .*clinic: wrong\..*clock: late\.") as raised:
        refuse_red()
    assert "look" not in str(raised.value)


def test_production_starts_when_nothing_is_red(configure: Configure, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "copies").mkdir()
    (tmp_path / "copies" / "tandem.dump").write_text("data")
    configure(mode="production", backup_dir=tmp_path / "copies", encryption_keys=Fernet.generate_key().decode(), **LOUD)
    monkeypatch.setattr(doctor, "is_trained", lambda: True)  # whether it is depends on the machine
    monkeypatch.setattr(doctor, "ENGINE_PYTHON", tmp_path)
    make_account(Role.AGENT)
    sign(*load_contents())
    refuse_red()
    assert not re.search("red", " ".join(line.level for line in examine().values()))
