"""The settings page: what this installation is set to, and where it is changed. It changes nothing and shows no secret."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.clinic.facts import Clinic, load_clinic
from bot.clinic.lines import Lines
from bot.desk.guards import needs
from bot.desk.pages import render
from bot.settings import ROOT, Settings, get_settings
from bot.staff.members import ADMINS


class Finding(Protocol):
    """What one of the doctor's checks found."""

    @property
    def level(self) -> str:
        """Green, yellow or red."""

    @property
    def text(self) -> str:
        """What was found, and what to do."""


Examine = Callable[[], Mapping[str, Finding]]


@dataclass(frozen=True)
class OptionalFact:
    """A fact that clinic.yml may leave out, and the sentence that patients read about it."""

    name: str
    is_given: bool
    sentence: str


@needs(*ADMINS)
async def show_settings(request: Request) -> Response:
    """Show what the app was started with, and what the doctor finds now."""
    settings, clinic, now = get_settings(), load_clinic(), datetime.now(UTC)
    return render(
        request,
        "settings.html",
        own=clinic,
        facts=_optional_facts(clinic),
        opening=clinic.opening,
        now=now,
        today=now.astimezone(ZoneInfo(clinic.opening.timezone)).date(),
        clinic_file=_shown(settings.clinic_file),
        findings=await run_sync(request.app.state.examine),
        **_open_settings(settings),
    )


def _optional_facts(clinic: Clinic) -> list[OptionalFact]:
    sentences = clinic.facts
    return [
        OptionalFact(name, getattr(clinic, name) is not None, sentences[f"clinic_{name}_line"]) for name in Lines.model_fields
    ]


def _open_settings(settings: Settings) -> dict[str, Any]:
    """Return what the page may know of the settings: of a secret no more than whether it is there."""
    ways = [way.strip() for way in settings.alerts.split(",")]
    return {
        "mode": settings.mode,
        "public_url": settings.public_url,
        "token_days": settings.token_days,
        "ways": list(dict.fromkeys(ways)),
        "alert_email_to": settings.alert_email_to,
        "alert_host": urlsplit(settings.alert_webhook_url).hostname,  # the rest of the address may hold a key
        "telegram": settings.telegram_mode if settings.telegram_token.get_secret_value() else "off",
        "slack_connection": _slack_connection(settings),
        "slack_patients": settings.slack_patients,
        "slack_alert_channel": settings.slack_alert_channel,
        "slack_reply": settings.slack_reply,
    }


def _slack_connection(settings: Settings) -> str:
    if not settings.slack_bot_token.get_secret_value():
        return "off"
    return "socket" if settings.slack_app_token.get_secret_value() else "webhook"


def _shown(file: Path) -> str:
    return str(file.relative_to(ROOT) if file.is_relative_to(ROOT) else file)


ROUTES = [Route("/settings", show_settings)]
