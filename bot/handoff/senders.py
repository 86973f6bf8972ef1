"""Sends alerts to the staff: to the log, by e-mail, to Slack, to a webhook."""

import base64
import hashlib
import hmac
import json
import logging
import smtplib
import ssl
import time
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Protocol

import httpx
from pydantic import SecretStr

from bot.handoff.alerts import Notice
from bot.handoff.notices import link_to, text_of, title_of
from bot.handoff.slack import SlackApp
from bot.settings import Settings, SettingsError, get_settings

log = logging.getLogger(__name__)

TIMEOUT = 5.0  # seconds; a dead server must not hold up the next alert for long
SECRET_PREFIX = "whsec_"  # noqa: S105 - how Standard Webhooks mark a key
_NEEDS = {
    "email": ("alert_email_from", "alert_email_to", "smtp_host"),
    "slack": ("alert_slack_webhook",),
    "webhook": ("alert_webhook_url", "alert_webhook_secret"),
}


class NotSent(RuntimeError):
    """No way to reach the staff worked."""


class Sender(Protocol):
    """One way to reach the staff; raises when it did not work."""

    def send(self, notice: Notice) -> None:
        """Send one alert."""


class Console:
    """Writes alerts to the log."""

    def send(self, notice: Notice) -> None:
        """Write one line, as a warning so that no log level in use leaves it out."""
        log.warning("ALERT %s", " ".join(text_of(notice).splitlines()))


@dataclass(frozen=True)
class Email:
    """Sends alerts as plain text over SMTP."""

    settings: Settings

    def send(self, notice: Notice) -> None:
        """Send one mail to everybody who gets alerts."""
        message = EmailMessage()
        sender = self.settings.alert_email_from
        message["Subject"], message["From"], message["To"] = title_of(notice), sender, self.settings.alert_email_to
        message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain=_domain(sender))
        message.set_content(text_of(notice))
        with self._connect() as server:
            if self.settings.smtp_security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if self.settings.smtp_user:
                server.login(self.settings.smtp_user, self.settings.smtp_password.get_secret_value())
            server.send_message(message)

    def _connect(self) -> smtplib.SMTP:
        host, port = self.settings.smtp_host, self.settings.smtp_port
        name = _domain(self.settings.alert_email_from)  # given, so that smtplib looks nothing up before its time-out runs
        if self.settings.smtp_security == "ssl":
            return smtplib.SMTP_SSL(host, port, name, timeout=TIMEOUT, context=ssl.create_default_context())
        return smtplib.SMTP(host, port, name, timeout=TIMEOUT)


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


@dataclass(frozen=True)
class SlackWebhook:
    """Sends alerts to a channel of the staff's Slack."""

    address: SecretStr

    def send(self, notice: Notice) -> None:
        """Post one message to the incoming webhook."""
        _post(self.address.get_secret_value(), json.dumps({"text": text_of(notice)}).encode())


@dataclass(frozen=True)
class Webhook:
    """Sends alerts as JSON to a system of the clinic's own, signed as Standard Webhooks 1.0 says."""

    address: str
    secret: SecretStr

    def send(self, notice: Notice) -> None:
        """Post one alert; the id is the same each time the same alert is sent, so that the receiver can drop doubles."""
        alert = {
            "type": f"alert.{notice.kind}",
            "timestamp": notice.since.isoformat(),
            "data": {
                "reference": notice.reference,
                "reason": notice.reason,
                "channel": notice.channel,
                "is_urgent": notice.is_urgent,
                "title": title_of(notice),
                "link": link_to(notice),
            },
        }
        body = json.dumps(alert).encode()
        message_id, timestamp = f"alert_{notice.id or int(notice.since.timestamp())}", str(int(time.time()))
        headers = {
            "webhook-id": message_id,
            "webhook-timestamp": timestamp,
            "webhook-signature": self._sign(message_id, timestamp, body),
        }
        _post(self.address, body, headers)

    def _sign(self, message_id: str, timestamp: str, body: bytes) -> str:
        key = base64.b64decode(self.secret.get_secret_value().removeprefix(SECRET_PREFIX))
        digest = hmac.digest(key, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256)
        return f"v1,{base64.b64encode(digest).decode()}"


def _post(address: str, body: bytes, headers: dict[str, str] | None = None) -> None:
    headers = {"Content-Type": "application/json", **(headers or {})}
    answer = httpx.post(address, content=body, headers=headers, timeout=TIMEOUT)
    if not answer.is_success:  # not raise_for_status, whose text has the address
        raise NotSent(f"the receiver answered {answer.status_code}")


@dataclass(frozen=True)
class Several:
    """Sends by every way that is set; one that fails does not keep the others from sending."""

    senders: tuple[Sender, ...]

    def send(self, notice: Notice) -> None:
        """Send an alert by every way; raises NotSent when none of those that reach a person worked.

        One that worked is enough: the staff know, and are not alerted again and again by it because another is broken. What
        nobody acts on comes again by every way, as a crisis does until it is acknowledged.
        """
        reaching = [sender for sender in self.senders if not isinstance(sender, Console)] or self.senders
        failed = [sender for sender in self.senders if not self._try(sender, notice)]
        if all(sender in failed for sender in reaching):
            raise NotSent("no way to reach the staff worked")

    def _try(self, sender: Sender, notice: Notice) -> bool:
        try:
            sender.send(notice)
        except Exception as error:  # its text may hold an address or a password
            log.error("alert not sent sender=%s kind=%s error=%s", type(sender).__name__, notice.kind, type(error).__name__)
            return False
        return True


def get_sender() -> Sender:
    """Return the senders of the settings; raises SettingsError, which names what is missing."""
    settings = get_settings()
    ways = dict.fromkeys(way.strip() for way in settings.alerts.split(","))
    for way in ways:
        _check(settings, way)
    if settings.slack_alert_channel and "slack" not in ways:
        raise SettingsError("TANDEM_SLACK_ALERT_CHANNEL: nothing is sent there unless TANDEM_ALERTS names slack.")
    built: dict[str, Sender] = {
        "console": Console(),
        "email": Email(settings),
        "slack": SlackApp(settings) if settings.slack_alert_channel else SlackWebhook(settings.alert_slack_webhook),
        "webhook": Webhook(settings.alert_webhook_url, settings.alert_webhook_secret),
    }
    return Several(tuple(built[way] for way in ways))


def _check(settings: Settings, way: str) -> None:
    for name in () if way == "slack" and settings.slack_alert_channel else _NEEDS.get(way, ()):
        value = getattr(settings, name)
        if not (value.get_secret_value() if isinstance(value, SecretStr) else value):
            raise SettingsError(f"TANDEM_{name.upper()}: needed because TANDEM_ALERTS names {way}. See .env.example.")
