"""The settings: the only reader of the environment. Every name starts with TANDEM_; .env.example says what each is for."""

from functools import lru_cache
from ipaddress import ip_network
from pathlib import Path

from cryptography.fernet import Fernet
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).parents[1]


class SettingsError(ValueError):
    """A setting that is missing or wrong; the text names it and says what to do."""


class Settings(BaseSettings):
    """One clinic's settings, read from the environment and from .env (the environment wins)."""

    model_config = SettingsConfigDict(
        env_prefix="TANDEM_", env_file=ROOT / ".env", env_file_encoding="utf-8", extra="ignore", frozen=True
    )

    secret: SecretStr = Field(min_length=32)
    encryption_keys: SecretStr
    database_url: str = "sqlite:///var/tandem.db"
    clinic_file: Path = ROOT / "clinic" / "clinic.yml"
    model_file: Path = ROOT / "models" / "tandem.tar.gz"
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=1, le=65535)
    engine_port: int = Field(default=5005, ge=1, le=65535)
    actions_port: int = Field(default=5055, ge=1, le=65535)
    engine_timeout: float = Field(default=8.0, gt=0, le=60)
    token_days: int = Field(default=7, ge=1, le=90)
    messages_a_minute: int = Field(default=20, ge=1)
    address_messages_a_minute: int = Field(default=60, ge=1)
    conversations_a_minute: int = Field(default=20, ge=1)
    body_seconds: float = Field(default=10.0, gt=0, le=60)
    trusted_proxies: str = ""
    log_level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")

    @field_validator("encryption_keys")
    @classmethod
    def _check_keys(cls, value: SecretStr) -> SecretStr:
        for key in value.get_secret_value().split(","):
            Fernet(key.strip())  # raises ValueError with the reason
        return value

    @field_validator("database_url")
    @classmethod
    def _anchor_sqlite(cls, value: str) -> str:
        """Let a relative SQLite path start at the project, wherever the process was started."""
        prefix = "sqlite:///"
        if value.startswith(prefix) and not value.startswith("sqlite:////"):
            return f"{prefix}{ROOT / value.removeprefix(prefix)}"
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _check_proxies(cls, value: str) -> str:
        for proxy in value.split(",") if value else []:
            ip_network(proxy.strip())  # raises ValueError with the reason
        return value

    @property
    def engine_url(self) -> str:
        """Where the app finds the engine: always loopback."""
        return f"http://127.0.0.1:{self.engine_port}"

    @property
    def actions_url(self) -> str:
        """Where the engine finds the actions: always loopback."""
        return f"http://127.0.0.1:{self.actions_port}/webhook"


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """Read the settings once.

    Raises:
        SettingsError: names the first setting at fault; never shows its value.

    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = f"TANDEM_{'_'.join(str(part) for part in first['loc']).upper()}"
        raise SettingsError(f"{name}: {first['msg']}. See .env.example.") from None
