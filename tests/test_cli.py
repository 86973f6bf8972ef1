"""The command line in a copy of the project: secrets, migration, doctor, backup, and errors in one sentence."""

import re
import stat
import subprocess
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.settings import ROOT
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
    """Return the doctor's lines by the name of the check: the colour, then what it found."""
    return {line[8:20].strip(): f"{line[:8].strip()}: {line[21:]}" for line in output.splitlines()}


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
    assert found["settings"].startswith("green: demo mode") and found["clinic"].startswith("green: Riverside Clinic")
    assert re.match(r"green: \d\d topics", found["content"]) and found["crisis pack"].startswith("green: us, until ")
    assert found["model"].startswith("red: ") and "make train" in found["model"]
    assert found["database"].startswith("red: ") and "migrate" in found["database"]
    assert found["engine"].startswith("red: ") and "make setup" in found["engine"]
    assert found["review"] == "red: the database cannot be read: see the line of the database"


def test_after_the_migration_the_doctor_finds_the_database_well(run_python: RunPython, secrets: dict[str, str]) -> None:
    assert run_python("-m", "bot.cli", "migrate", **secrets).returncode == 0
    found = lines(run_python(*DOCTOR, **secrets).stdout)
    assert re.fullmatch(r"green: sqlite, tables at \d{4}", found["database"]) and found["review"].startswith("yellow: 85 topics")


@pytest.mark.parametrize("name", ["us", "messages"])
def test_the_doctor_sees_an_expired_crisis_pack(project: Path, run_python: RunPython, secrets: dict[str, str], name: str) -> None:
    pack = project / "clinic" / "crisis" / f"{name}.yml"
    pack.write_text(re.sub(r'expires_on: "\d{4}', 'expires_on: "2020', pack.read_text()))
    assert lines(run_python(*DOCTOR, **secrets).stdout)["crisis pack"].startswith("yellow: expired on 2020")
    found = lines(run_python(*DOCTOR, **secrets | {"TANDEM_MODE": "production"}).stdout)
    assert found["crisis pack"].startswith("red: expired on 2020")


def test_the_doctor_names_a_broken_clinic_file_and_a_broken_topic(
    project: Path, run_python: RunPython, secrets: dict[str, str]
) -> None:
    (project / "clinic" / "clinic.yml").write_text("name: Only a name\n")
    (project / "data" / "nlu" / "faq" / "cbt.yml").write_text("nlu: [")
    found = lines(run_python(*DOCTOR, **secrets).stdout)
    assert found["clinic"] == "red: clinic/clinic.yml: phone: this field is missing."
    assert found["content"].startswith("red: cbt.yml: ")


def test_the_doctor_goes_on_without_settings(run_python: RunPython) -> None:
    result = run_python(*DOCTOR)
    assert result.returncode == 1 and "Traceback" not in result.stderr
    assert re.fullmatch(r"red: TANDEM_SECRET: .*", lines(result.stdout)["settings"])
    assert all(line.split()[0] in ("green", "yellow", "red") for line in result.stdout.splitlines())


@pytest.mark.parametrize("url", ["nonsense", "sqlite:////", "postgresql+psycopg://nobody@127.0.0.1:1/none"])
def test_the_doctor_names_a_database_that_cannot_be_reached(run_python: RunPython, secrets: dict[str, str], url: str) -> None:
    result = run_python(*DOCTOR, **secrets | {"TANDEM_DATABASE_URL": url})
    assert lines(result.stdout)["database"].startswith("red: TANDEM_DATABASE_URL: ") and "Traceback" not in result.stderr


def test_a_wrong_setting_stops_a_command_with_one_sentence(run_python: RunPython, secrets: dict[str, str]) -> None:
    result = run_python("-m", "bot.cli", "run", **secrets | {"TANDEM_PORT": "0"})
    assert result.returncode == 1
    assert re.fullmatch(r"tandem: TANDEM_PORT: .*\n", result.stderr)


def test_production_does_not_start_while_a_check_is_red(project: Path, run_python: RunPython, secrets: dict[str, str]) -> None:
    start = "from bot import cli; cli.train_if_needed = lambda say: None; raise SystemExit(cli.main(['run']))"
    result = run_python("-c", start, **secrets | {"TANDEM_MODE": "production"})
    assert result.returncode == 1 and "Traceback" not in result.stderr
    assert result.stderr.splitlines()[-1].startswith("tandem: Production does not start while a check is red. engine: ")
    assert "review: 85 topics" in result.stderr and "backups: no folder" in result.stderr


def test_the_app_does_not_start_in_production_either(run_python: RunPython, secrets: dict[str, str]) -> None:
    assert run_python("-m", "bot.cli", "migrate", **secrets).returncode == 0
    start = "from bot.web.app import create_app; create_app()"
    result = run_python("-c", start, **secrets | {"TANDEM_MODE": "production"})
    assert "StartError: Production does not start while a check is red." in result.stderr.splitlines()[-1]
    assert run_python("-c", start, **secrets).returncode == 0


def test_a_copy_of_the_database_is_made_while_it_is_open(project: Path, run_python: RunPython, secrets: dict[str, str]) -> None:
    settings = secrets | {"TANDEM_BACKUP_DIR": "var/copies"}
    assert run_python("-m", "bot.cli", "migrate", **settings).returncode == 0
    assert lines(run_python(*DOCTOR, **settings).stdout)["backups"].startswith("yellow: no copy in ")
    made = run_python("-m", "bot.cli", "backup", **settings)
    (copy,) = (project / "var" / "copies").iterdir()
    assert made.stdout.startswith(f"tandem: wrote {copy}; the keys are not in it")
    assert lines(run_python(*DOCTOR, **settings).stdout)["backups"].startswith("green: newest copy ")


def test_a_copy_without_a_folder_says_what_to_set(run_python: RunPython, secrets: dict[str, str]) -> None:
    result = run_python("-m", "bot.cli", "backup", **secrets)
    assert (result.returncode, result.stderr) == (1, "tandem: Set TANDEM_BACKUP_DIR, or say where to with --to FOLDER.\n")


def test_help_names_the_commands_of_every_feature(run_python: RunPython) -> None:
    shown = run_python("-m", "bot.cli", "--help").stdout
    assert all(f"    {name} " in shown for name in ("run", "train", "migrate", "doctor", "backup", "content", "staff"))


def test_an_unknown_command_is_refused(run_python: RunPython) -> None:
    result = run_python("-m", "bot.cli", "heal")
    assert result.returncode == 2 and "invalid choice: 'heal'" in result.stderr


def test_the_script_runs_the_command_line_from_anywhere(tmp_path: Path) -> None:
    shown = subprocess.run([ROOT / "scripts" / "tandem", "content", "--help"], cwd=tmp_path, capture_output=True, text=True)
    assert shown.returncode == 0 and "sign-off" in shown.stdout
