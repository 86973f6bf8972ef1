"""What an alert says to the staff, in words: a reference, a reason and a link; nothing a patient wrote."""

from zoneinfo import ZoneInfo

from bot.clinic.facts import load_clinic
from bot.handoff.alerts import Notice
from bot.settings import get_settings

_TITLES = {
    "opened": "A patient asks for a person",
    "urgent": "URGENT: a crisis message",
    "again": "STILL URGENT: nobody has acknowledged a crisis message",
    "call_back": "A patient asks for a call back",
    "unrecorded": "URGENT: a crisis message could not be recorded",
}
_UNRECORDED = (
    "The patient was shown the crisis texts, but no ticket was stored, so nobody can join. Check the app and its database."
)


def title_of(notice: Notice) -> str:
    """Return what an alert is about, in one line."""
    return f"{_TITLES[notice.kind]} ({notice.reference})"


def link_to(notice: Notice) -> str:
    """Return the address of the alert's page at the desk."""
    settings = get_settings()
    return (settings.public_url or settings.local_url) + notice.path


def text_of(notice: Notice) -> str:
    """Return an alert in words: what, why, since when by the clinic's clock, where to go."""
    since = notice.since.astimezone(ZoneInfo(load_clinic().opening.timezone))
    lines = [f"{title_of(notice)}.", f"Reason: {notice.reason}. Since: {since:%Y-%m-%d %H:%M %Z}."]
    if notice.channel:
        lines.append(f"Channel: {notice.channel}.")
    if notice.kind == "unrecorded":
        lines.append(_UNRECORDED)
    return "\n".join([*lines, link_to(notice)])
