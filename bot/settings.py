"""The settings: the only reader of the environment. Every name starts with TANDEM_; .env.example says what each is for."""

import re
from base64 import b64decode
from functools import lru_cache
from ipaddress import ip_network
from pathlib import Path
from typing import Literal

from cryptography.fernet import Fernet
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).parents[1]


class SettingsError(ValueError):
    """A setting that is missing or wrong; the text names it and says what to do."""


class Settings(BaseSettings):
    """One clinic's settings, read from the environment and from .env (the environment wins)."""

    model_config = SettingsConfigDict(
        env_prefix="TANDEM_", env_file=ROOT / ".env", env_file_encoding="utf-8", extra="ignore", frozen=True
    )

    mode: Literal["demo", "production"] = "demo"
    secret: SecretStr = Field(min_length=32)
    encryption_keys: SecretStr
    database_url: str = "sqlite:///var/tandem.db"
    clinic_file: Path = ROOT / "clinic" / "clinic.yml"
    model_file: Path = ROOT / "models" / "tandem.tar.gz"
    backup_dir: Path | None = None
    backup_days: int = Field(default=2, ge=1, le=31)
    public_url: str = ""
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
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    alerts: str = Field(default="console", pattern=r"^(console|email|slack|webhook)(, *(console|email|slack|webhook))*$")
    alert_email_from: str = ""
    alert_email_to: str = ""
    smtp_host: str = ""
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_security: Literal["starttls", "ssl", "none"] = "starttls"
    alert_slack_webhook: SecretStr = SecretStr("")  # who knows the address can post there
    alert_webhook_url: str = ""
    alert_webhook_secret: SecretStr = SecretStr("")
    telegram_token: SecretStr = SecretStr("")
    telegram_mode: Literal["webhook", "polling"] = "webhook"
    telegram_secret: SecretStr = Field(default=SecretStr(""), validate_default=True)
    telegram_api_url: str = "https://api.telegram.org"
    slack_bot_token: SecretStr = SecretStr("")
    slack_app_token: SecretStr = SecretStr("")  # with it the app fetches what comes, and no call comes in
    slack_signing_secret: SecretStr = Field(default=SecretStr(""), validate_default=True)
    slack_patients: bool = False
    slack_alert_channel: str = ""
    slack_reply: bool = False
    slack_api_url: str = "https://slack.com/api"
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

    @field_validator("backup_dir")
    @classmethod
    def _anchor_backups(cls, value: Path | None) -> Path | None:
        """Let a relative folder start at the project; an absolute one stays as it is."""
        return value and ROOT / value

    @field_validator("public_url")
    @classmethod
    def _check_public_url(cls, value: str) -> str:
        if value and not re.fullmatch(r"https?://[a-z0-9][a-z0-9.-]*(:\d{1,5})?", value):
            raise ValueError("write it as https://chat.clinic.example: lower case, no path and no / at the end")
        return value

    @field_validator("oidc_issuer")
    @classmethod
    def _check_issuer(cls, value: str) -> str:
        if value and not re.match(r"https://[a-z0-9]|http://(localhost|127\.0\.0\.1)[:/]", value):
            raise ValueError("write the issuer as the provider names itself: https://login.clinic.example/…")
        return value

    @field_validator("alert_email_from", "alert_email_to")
    @classmethod
    def _check_mail(cls, value: str) -> str:
        if value and not re.fullmatch(r"[^@\s,]+@[^@\s,]+(, *[^@\s,]+@[^@\s,]+)*", value):
            raise ValueError("write addresses as desk@clinic.example, with commas between")
        return value

    @field_validator("alert_slack_webhook", "alert_webhook_url")
    @classmethod
    def _check_hook(cls, value: SecretStr | str) -> SecretStr | str:
        address = value.get_secret_value() if isinstance(value, SecretStr) else value
        if address and not re.match(r"https://[^\s/]|http://(localhost|127\.0\.0\.1)[:/]", address):
            raise ValueError("write the whole address: https://…")
        return value

    @field_validator("alert_webhook_secret")
    @classmethod
    def _check_hook_secret(cls, value: SecretStr) -> SecretStr:
        secret = value.get_secret_value()
        try:
            is_key = not secret or 24 <= len(b64decode(secret.removeprefix("whsec_"), validate=True)) <= 64
        except ValueError:
            is_key = False
        if not is_key:
            raise ValueError("write whsec_ and then 24 to 64 random bytes in base64")
        return value

    @field_validator("telegram_token")
    @classmethod
    def _check_telegram_token(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and not re.fullmatch(r"\d+:[\w-]+", value.get_secret_value(), re.ASCII):
            raise ValueError("write the token as BotFather gave it: digits, a colon, letters and digits")
        return value

    @field_validator("telegram_secret")
    @classmethod
    def _check_telegram_secret(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        token, secret = info.data.get("telegram_token"), value.get_secret_value()
        is_needed = token is not None and token.get_secret_value() and info.data.get("telegram_mode") == "webhook"
        if (secret or is_needed) and not re.fullmatch(r"[\w-]{16,256}", secret, re.ASCII):
            raise ValueError(
                "a bot with a webhook needs 16 to 256 letters, digits, _ and - here, so that only Telegram can call it"
            )
        return value

    @field_validator("telegram_api_url")
    @classmethod
    def _check_telegram_api(cls, value: str) -> str:
        if not re.fullmatch(r"https://[^\s/]+|http://(localhost|127\.0\.0\.1)(:\d{1,5})?", value):
            raise ValueError("write it as https://api.telegram.org, without / at the end")
        return value

    @field_validator("slack_bot_token", "slack_app_token")
    @classmethod
    def _check_slack_token(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        start = "xoxb-" if info.field_name == "slack_bot_token" else "xapp-"
        if value.get_secret_value() and not re.fullmatch(start + r"[\w.-]+", value.get_secret_value(), re.ASCII):
            raise ValueError(f"write the token as Slack shows it: it begins with {start}")
        return value

    @field_validator("slack_signing_secret")
    @classmethod
    def _check_slack_secret(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        token, app_token = (info.data.get(name) for name in ("slack_bot_token", "slack_app_token"))
        is_needed = token is not None and token.get_secret_value() and not (app_token and app_token.get_secret_value())
        if (value.get_secret_value() or is_needed) and not re.fullmatch(r"[0-9a-f]{32,128}", value.get_secret_value()):
            raise ValueError("a Slack app without Socket Mode needs its signing secret here, so that only Slack can call it")
        return value

    @field_validator("slack_patients", "slack_reply", "slack_alert_channel")
    @classmethod
    def _check_slack_is_set_up(cls, value: bool | str, info: ValidationInfo) -> bool | str:
        token = info.data.get("slack_bot_token")
        if value and token is not None and not token.get_secret_value():
            raise ValueError("this needs TANDEM_SLACK_BOT_TOKEN too")
        if isinstance(value, str) and value and not re.fullmatch(r"[CG][A-Z0-9]{5,}", value):
            raise ValueError("write the channel's id, such as C0123456789: it stands at the end of the channel's details")
        return value

    @field_validator("slack_api_url")
    @classmethod
    def _check_slack_api(cls, value: str) -> str:
        if not re.fullmatch(r"(https://[^\s/]+|http://(localhost|127\.0\.0\.1)(:\d{1,5})?)/api", value):
            raise ValueError("write it as https://slack.com/api, without / at the end")
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _check_proxies(cls, value: str) -> str:
        for proxy in value.split(",") if value else []:
            ip_network(proxy.strip())  # raises ValueError with the reason
        return value

    @property
    def local_url(self) -> str:
        """Where this machine opens the app; an address that only means "every network" is not one to open."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 - read, not bound
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

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
