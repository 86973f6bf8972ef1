"""The command line in a copy of the project: secrets, migration, doctor, and errors in one sentence."""

import re
import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from tests.conftest import RunPython

MAKE_SECRETS = "from bot.cli import make_secrets; make_secrets()"
DOCTOR = ("-m", "bot.cli", "doctor")


@pytest.fixture
def secrets(project: Path) -> dict[str, str]:
    return {
        "TANDEM_SECRET": "s" * 40,
        "TANDEM_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "TANDEM_DATABASE_URL": f"sqlite:///{project / 'chat.db'}",
    }


def lines(output: str) -> dict[str, str]:
    """Return the doctor's lines by the name of the check."""
    return {line[:12].strip(): line[13:] for line in output.splitlines()}


def test_the_first_run_writes_fresh_secrets_for_its_owner_only(project: Path, run_python: RunPython) -> None:
    assert "wrote .env" in run_python("-c", MAKE_SECRETS).stdout
    written = (project / ".env").read_text()
    assert stat.S_IMODE((project / ".env").stat().st_mode) == 0o600
    assert re.search(r"^TANDEM_SECRET=\S{48,}$", written, re.M)
    assert run_python("-c", "from bot.privacy.encryption import key_ring; key_ring()").stderr == ""


def test_secrets_that_are_there_are_never_replaced(project: Path, run_python: RunPython) -> None:
    (project / ".env").write_text("# mine\n")
    run_python("-c", MAKE_SECRETS)
    assert (project / ".env").read_text() == "# mine\n"


def test_no_file_is_written_when_the_environment_holds_the_secrets(
    project: Path, run_python: RunPython, secrets: dict[str, str]
) -> None:
    assert run_python("-c", MAKE_SECRETS, **secrets).stdout == ""
    assert not (project / ".env").exists()


def test_two_clinics_never_get_the_same_secrets(project: Path, run_python: RunPython) -> None:
    written = set()
    for _ in range(2):
        run_python("-c", MAKE_SECRETS)
        written |= set(re.findall(r"=(\S+)$", (project / ".env").read_text(), re.M))
        (project / ".env").unlink()
    assert len(written) == 4


def test_the_doctor_names_what_is_missing_before_the_first_run(run_python: RunPython, secrets: dict[str, str]) -> None:
    result = run_python(*DOCTOR, **secrets)
    found = lines(result.stdout)
    assert result.returncode == 1 and result.stderr == ""
    assert found["settings"].startswith("ok") and found["clinic"].startswith("ok: Riverside Clinic")
    assert re.match(r"ok: \d\d topics", found["content"]) and found["crisis pack"].startswith("ok until ")
    assert "PROBLEM" in found["model"] and "make train" in found["model"]
    assert "PROBLEM" in found["database"] and "migrate" in found["database"]


def test_after_the_migration_the_doctor_finds_the_database_well(run_python: RunPython, secrets: dict[str, str]) -> None:
    assert run_python("-m", "bot.cli", "migrate", **secrets).returncode == 0
    assert lines(run_python(*DOCTOR, **secrets).stdout)["database"] == "ok"


@pytest.mark.parametrize("name", ["us", "messages"])
def test_the_doctor_sees_an_expired_crisis_pack(project: Path, run_python: RunPython, secrets: dict[str, str], name: str) -> None:
    pack = project / "clinic" / "crisis" / f"{name}.yml"
    pack.write_text(re.sub(r'expires_on: "\d{4}', 'expires_on: "2020', pack.read_text()))
    assert "PROBLEM: expired" in lines(run_python(*DOCTOR, **secrets).stdout)["crisis pack"]


def test_the_doctor_names_a_broken_clinic_file_and_a_broken_topic(
    project: Path, run_python: RunPython, secrets: dict[str, str]
) -> None:
    (project / "clinic" / "clinic.yml").write_text("name: Only a name\n")
    (project / "data" / "nlu" / "faq" / "cbt.yml").write_text("nlu: [")
    found = lines(run_python(*DOCTOR, **secrets).stdout)
    assert "clinic.yml: phone: Field required" in found["clinic"] and "PROBLEM: cbt.yml" in found["content"]


def test_the_doctor_goes_on_without_settings(run_python: RunPython) -> None:
    result = run_python(*DOCTOR)
    assert result.returncode == 1 and "Traceback" not in result.stderr
    assert "TANDEM_SECRET" in lines(result.stdout)["settings"] and "topics" in lines(result.stdout)["content"]


@pytest.mark.parametrize("url", ["nonsense", "sqlite:////", "postgresql+psycopg://nobody@127.0.0.1:1/none"])
def test_the_doctor_names_a_database_that_cannot_be_reached(run_python: RunPython, secrets: dict[str, str], url: str) -> None:
    result = run_python(*DOCTOR, **secrets | {"TANDEM_DATABASE_URL": url})
    assert "PROBLEM" in lines(result.stdout)["database"] and "Traceback" not in result.stderr


def test_a_wrong_setting_stops_a_command_with_one_sentence(run_python: RunPython, secrets: dict[str, str]) -> None:
    result = run_python("-m", "bot.cli", "run", **secrets | {"TANDEM_PORT": "0"})
    assert result.returncode == 1
    assert re.fullmatch(r"tandem: TANDEM_PORT: .*\n", result.stderr)
