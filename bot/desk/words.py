"""The words in which the desk's pages name reasons, channels, outcomes and times."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.clinic.facts import load_clinic
from bot.conversations.models import now
from bot.conversations.service import ASSISTANT, PATIENT, Entry
from bot.handoff.models import Ticket
from bot.topics.catalogue import load_catalogue

REASONS = {
    "crisis": "May be in danger",
    "asked": "Asked for a person",
    "clinical": "Asked a clinical question",
    "unanswered": "The assistant had no answer",
}
CATEGORIES = {
    "suicide": "Suicide",
    "self_harm": "Self-harm",
    "harm_to_others": "Harm to others",
    "abuse_or_danger": "Abuse, or danger from others",
    "medical_emergency": "Medical emergency",
}
CHANNELS = {"web": "Website", "telegram": "Telegram", "slack": "Slack"}
LANGUAGES = {"en": "English", "es": "Spanish"}
OUTCOMES = {  # what a chat is closed with
    "answered": "Question answered",
    "appointment": "Appointment made or changed",
    "call_back": "Will be called back",
    "referred": "Sent to another service",
    "emergency": "Emergency help called",
    "no_reply": "Patient did not reply",
    "mistaken": "Double, or a mistake",
}
RETURNED = "returned"
HOW_CLOSED = OUTCOMES | {
    RETURNED: "Returned to the assistant",
    "stopped": "Patient stopped waiting",
    "deleted": "Patient deleted the chat",
}
CALL_BACK_OUTCOMES = {
    "reached": "Spoke or wrote with them",
    "message_left": "Left a message",
    "not_reached": "Could not be reached",
    "wrong_contact": "Number or address is wrong",
    "withdrawn": "No longer wanted",
}
MINUTE, HOUR, DAY = 60, 3600, 86_400


def reason(ticket: Ticket) -> str:
    """Return why a person is wanted."""
    return REASONS.get(ticket.reason, ticket.reason)


def outcome(ticket: Ticket) -> str:
    """Return how a ticket ended."""
    return HOW_CLOSED.get(ticket.outcome or "", ticket.outcome or "")


def speaker(entry: Entry) -> str:
    """Return who said a message."""
    if entry.sender in (PATIENT, ASSISTANT):
        return entry.sender.capitalize()
    name, title = entry.about.get("name", "Care team"), entry.about.get("title")
    return f"{name} ({title})" if title else str(name)


def clock(moment: datetime) -> str:
    """Return a moment by the clinic's clock, with the day unless it is today."""
    zone = ZoneInfo(load_clinic().opening.timezone)
    local = moment.astimezone(zone)
    return f"{local:%H:%M}" if local.date() == now().astimezone(zone).date() else f"{local:%-d %b %H:%M}"


def ago(moment: datetime) -> str:
    """Return how long ago a moment was, such as `3 min`."""
    seconds = max(0, int((now() - moment).total_seconds()))
    if seconds < HOUR:
        return f"{seconds // MINUTE} min"
    if seconds < DAY:
        return f"{seconds // HOUR} h {seconds % HOUR // MINUTE} min"
    return f"{seconds // DAY} days" if seconds >= 2 * DAY else "1 day"


def facts(ticket: Ticket) -> list[tuple[str, str]]:
    """Return what is known about a ticket, as (name, value)."""
    about = ticket.about or {}
    topic, confidence = load_catalogue().get(about.get("last_topic") or ""), about.get("confidence")
    found = {
        "Kind of danger": CATEGORIES.get(about.get("category") or ""),
        "Clinical kind": str(about["kind"]).replace("_", " ") if about.get("kind") else None,
        "Last topic": topic.title if topic else None,
        "Confidence of the reading": f"{confidence:.0%}" if isinstance(confidence, float | int) else None,
        "Channel": CHANNELS.get(ticket.channel, ticket.channel),
        "Language": LANGUAGES.get(ticket.language, ticket.language),
        "Opened": clock(ticket.opened_at),
        "Urgent since": clock(ticket.urgent_at) if ticket.urgent_at else None,
        "Seen": clock(ticket.acknowledged_at) if ticket.is_urgent and ticket.acknowledged_at else None,
        "Outcome": outcome(ticket) or None,
        "Patient's rating": f"{ticket.rating} of 5" if ticket.rating else None,
    }
    return [(name, value) for name, value in found.items() if value]
