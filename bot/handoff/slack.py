"""Alerts in the staff's Slack: one message a ticket, with a Take button and a link; later alerts go into its thread.

What stands there is what every alert says: a reference, a reason, a link. Nothing a patient wrote, nor who they are.
"""

import logging
from dataclasses import dataclass
from html import escape
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import defer

from bot.conversations.service import WAITING
from bot.db import transaction
from bot.handoff.alerts import Notice, notice_of
from bot.handoff.models import AlertPost, Ticket
from bot.handoff.notices import link_to, text_of, title_of
from bot.handoff.service import CLOSED
from bot.settings import Settings, get_settings

log = logging.getLogger(__name__)

TAKE, REPLY, OPEN = "staff:take", "staff:reply", "staff:open"  # the actions of the buttons
SECONDS_TO_ANSWER = 5
_GONE = {"message_not_found", "channel_not_found", "cant_update_message", "edit_window_closed", "is_archived"}


def connect(settings: Settings, seconds: int = SECONDS_TO_ANSWER) -> WebClient:
    """Return a client of Slack's Web API, which tries nothing twice."""
    token, address = settings.slack_bot_token.get_secret_value(), f"{settings.slack_api_url}/"
    return WebClient(token, address, seconds, retry_handlers=[], logger=logging.getLogger("slack_sdk"))


@dataclass(frozen=True)
class SlackApp:
    """Posts alerts to a channel as the clinic's Slack app."""

    settings: Settings

    def send(self, notice: Notice) -> None:
        """Post an alert, into the thread of the one before it if there is one; an urgent one is shown in the channel too."""
        before = _find(notice.ticket_id)
        thread: dict[str, Any] = {"thread_ts": before, "reply_broadcast": notice.is_urgent} if before else {}
        message = _alert(notice, self.settings)
        answer = connect(self.settings).chat_postMessage(channel=self.settings.slack_alert_channel, **message, **thread)
        if notice.ticket_id is not None and before is None:
            _keep(notice, str(answer["channel"]), str(answer["ts"]))


def refresh() -> None:
    """Let every message say how its ticket stands now: who has it, that it is urgent, that it is closed."""
    settings = get_settings()
    if not settings.slack_alert_channel:
        return
    with transaction() as session:
        is_open = select(AlertPost, Ticket).join(Ticket, Ticket.id == AlertPost.ticket_id).where(AlertPost.shown != CLOSED)
        found = session.execute(is_open.options(defer(Ticket.about)))
        stale = [(post, ticket) for post, ticket in found if post.shown != _look(ticket)]
    for post, ticket in stale:
        _update(post, ticket, settings)


def _update(post: AlertPost, ticket: Ticket, settings: Settings) -> None:
    try:
        connect(settings).chat_update(channel=post.place, ts=post.ts, **_state(ticket, settings))
    except SlackApiError as error:
        log.warning("slack: an alert's message was not updated ticket=%s: %s", ticket.id, error.response.get("error"))
        if error.response.get("error") not in _GONE:
            return  # the next round tries again
    with transaction() as session:
        if kept := session.get(AlertPost, post.ticket_id):
            kept.shown = _look(ticket)


def _find(ticket_id: int | None) -> str | None:
    if ticket_id is None:
        return None
    with transaction() as session:
        return session.scalar(select(AlertPost.ts).where(AlertPost.ticket_id == ticket_id))


def _keep(notice: Notice, place: str, ts: str) -> None:
    """Note where the alert stands; when that fails the staff have it all the same, and it must not be sent again for it."""
    try:
        with transaction() as session:
            session.add(AlertPost(ticket_id=notice.ticket_id, place=place, ts=ts, shown=_waiting(notice.is_urgent)))
    except SQLAlchemyError as error:
        log.error("slack: an alert's place was not noted: %s", type(error).__name__)


def _look(ticket: Ticket) -> str:
    """Return what a message depends on."""
    if ticket.state == WAITING:
        return _waiting(ticket.is_urgent)
    return CLOSED if ticket.state == CLOSED else f"{ticket.state} {ticket.staff_name}"


def _waiting(is_urgent: bool) -> str:
    return "urgent" if is_urgent else WAITING


# what stands in a message


def _alert(notice: Notice, settings: Settings) -> dict[str, Any]:
    text = ("<!channel> " if notice.is_urgent else "") + _escape(text_of(notice))  # everybody there is to see a crisis
    verbs = _verbs(notice.ticket_id, settings, may_take=True) if notice.ticket_id is not None else []
    return _message(text, [*verbs, _link(notice)])


def _state(ticket: Ticket, settings: Settings) -> dict[str, Any]:
    notice = notice_of(ticket, "urgent" if ticket.is_urgent else "opened")
    if ticket.state == WAITING:
        return _alert(notice, settings)
    stands = "This is closed." if ticket.state == CLOSED else f"Taken by {_escape(ticket.staff_name or 'the team')}."
    verbs = [] if ticket.state == CLOSED else _verbs(ticket.id, settings, may_take=False)
    return _message(f"{_escape(title_of(notice))}. {stands}", [*verbs, _link(notice)])


def _message(text: str, buttons: list[dict[str, Any]]) -> dict[str, Any]:
    section = {"type": "section", "text": {"type": "mrkdwn", "text": text}, "expand": True}
    blocks = [section, {"type": "actions", "elements": buttons}]
    return {"text": text, "blocks": blocks, "unfurl_links": False, "unfurl_media": False}


def _verbs(ticket_id: int, settings: Settings, may_take: bool) -> list[dict[str, Any]]:
    take = [_button("Take", TAKE, value=str(ticket_id), style="primary")] if may_take else []
    return [*take, _button("Reply", REPLY, value=str(ticket_id))] if settings.slack_reply else take


def _link(notice: Notice) -> dict[str, Any]:
    return _button("Open the care desk", OPEN, url=link_to(notice))


def _button(title: str, action: str, **more: str) -> dict[str, Any]:
    return {"type": "button", "text": {"type": "plain_text", "text": title, "emoji": False}, "action_id": action, **more}


def _escape(text: str) -> str:
    """Return a text in which nothing is a link or a mention for Slack."""
    return escape(text, quote=False)
