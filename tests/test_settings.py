"""The settings: read once, checked early, named when wrong, never shown."""

from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.settings import ROOT, SettingsError, get_settings
from tests.conftest import RunPython

ASK = "from bot.settings import get_settings; print(get_settings().port)"


def test_settings_that_are_not_given_have_the_defaults_of_the_example() -> None:
    settings = get_settings()
    assert (settings.host, settings.port, settings.actions_port) == ("127.0.0.1", 8080, 5055)
    assert (settings.engine_timeout, settings.token_days, settings.log_level) == (8.0, 7, "INFO")


def test_settings_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert get_settings().port == 8080
    monkeypatch.setenv("TANDEM_PORT", "9001")
    assert get_settings().port == 8080


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("secret", "too short to sign"),
        ("encryption_keys", "not-a-key-at-all"),
        ("encryption_keys", f"{32 * 'A'}AAAAAAAAAAA=,second-key-is-wrong"),
        ("encryption_keys", ""),
        ("port", "70000"),
        ("port", "eight"),
        ("engine_port", "0"),
        ("actions_port", "-1"),
        ("engine_timeout", "0"),
        ("engine_timeout", "61"),
        ("token_days", "91"),
        ("messages_a_minute", "0"),
        ("body_seconds", "0"),
        ("trusted_proxies", "*"),
        ("trusted_proxies", "127.0.0.1, my-proxy"),
        ("log_level", "LOUD"),
    ],
)
def test_a_wrong_setting_is_named_and_its_value_is_not_shown(configure: Callable[..., None], name: str, value: str) -> None:
    configure(**{name: value})
    with pytest.raises(SettingsError) as raised:
        get_settings()
    text = str(raised.value)
    assert text.startswith(f"TANDEM_{name.upper()}: ") and ".env.example" in text
    assert len(value) < 6 or value not in text
    assert raised.value.__cause__ is None and raised.value.__suppress_context__


@pytest.mark.parametrize("missing", ["TANDEM_SECRET", "TANDEM_ENCRYPTION_KEYS"])
def test_a_missing_secret_is_named(run_python: RunPython, missing: str) -> None:
    given = {"TANDEM_SECRET": "s" * 40, "TANDEM_ENCRYPTION_KEYS": Fernet.generate_key().decode()}
    del given[missing]
    result = run_python("-c", ASK, **given)
    assert result.returncode == 1
    assert f"SettingsError: {missing}: Field required" in result.stderr


def test_the_environment_wins_over_the_file(project: Path, run_python: RunPython) -> None:
    lines = [
        "TANDEM_PORT=9001",
        f"TANDEM_SECRET={'s' * 40}",
        f"TANDEM_ENCRYPTION_KEYS={Fernet.generate_key().decode()}",
    ]
    (project / ".env").write_text("\n".join(lines))
    assert run_python("-c", ASK).stdout.strip() == "9001"
    assert run_python("-c", ASK, TANDEM_PORT="9002").stdout.strip() == "9002"


def test_the_example_file_is_a_working_configuration(project: Path, run_python: RunPython) -> None:
    (project / ".env").write_text((project / ".env.example").read_text().replace("#TANDEM_", "TANDEM_"))
    result = run_python("-c", ASK)
    assert (result.stdout.strip(), result.stderr) == ("8080", "")


def test_a_relative_sqlite_path_starts_at_the_project(configure: Callable[..., None]) -> None:
    configure(database_url="sqlite:///var/other.db")
    assert get_settings().database_url == f"sqlite:///{ROOT}/var/other.db"


@pytest.mark.parametrize("url", ["sqlite:////srv/tandem.db", "postgresql+psycopg://user:word@host/name"])
def test_other_database_addresses_stay_as_they_are(configure: Callable[..., None], url: str) -> None:
    configure(database_url=url)
    assert get_settings().database_url == url


def test_engine_and_actions_are_on_loopback_whatever_the_app_listens_on(configure: Callable[..., None]) -> None:
    configure(host="0.0.0.0", engine_port=6005, actions_port=6055)
    assert get_settings().engine_url == "http://127.0.0.1:6005"
    assert get_settings().actions_url == "http://127.0.0.1:6055/webhook"


@pytest.mark.parametrize(("host", "url"), [
    ("127.0.0.1", "http://127.0.0.1:8080"), ("0.0.0.0", "http://127.0.0.1:8080"), ("::", "http://[::1]:8080"),
    ("10.0.0.5", "http://10.0.0.5:8080"), ("localhost", "http://localhost:8080"), ("fd00::5", "http://[fd00::5]:8080"),
])  # fmt: skip
def test_the_printed_address_is_one_that_opens(configure: Callable[..., None], host: str, url: str) -> None:
    configure(host=host)
    assert get_settings().local_url == url


def test_secrets_do_not_show_when_settings_are_printed() -> None:
    settings = get_settings()
    shown = f"{settings!r} {settings}"
    assert settings.secret.get_secret_value() not in shown
    assert settings.encryption_keys.get_secret_value() not in shown
