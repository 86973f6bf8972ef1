"""The staff's side of Slack: Take and Reply under an alert, for whoever has an account at the desk.

It stands here and not with the channels because it brings accounts, the hand-off and the audit trail together, as the desk's
pages do. No word of a patient's goes to Slack; to a patient goes only what was sent in the window that Reply opens.
"""

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from slack_bolt import Ack, App
from slack_sdk.errors import SlackApiError

from bot.db import transaction
from bot.desk.ticket_verbs import agent_of, who_has_it
from bot.desk.tickets import subject
from bot.handoff import queue
from bot.handoff import service as handoff
from bot.handoff.alerts import notice_of
from bot.handoff.notices import link_to
from bot.handoff.service import NotYours
from bot.handoff.slack import OPEN, REPLY, TAKE, connect, refresh
from bot.settings import Settings
from bot.staff import service as staff
from bot.staff.audit import audit
from bot.staff.members import CARE, Member

log = logging.getLogger(__name__)

VIEW, FIELD = "staff:reply_window", "text"
SECONDS_TO_ANSWER = 2  # Slack wants our answer within three
MAX_CHARACTERS = 3000  # of a field in a window
NO_ACCOUNT = "Your Slack e-mail belongs to no open account at the care desk that may take chats. Ask an admin of your clinic."
FAILED = "That did not work. Try again, or open the care desk."


class Refused(Exception):
    """A member of staff cannot do this; its text says why, and is shown to them alone."""


class SlackDesk:
    """What the buttons under an alert do."""

    def __init__(self, settings: Settings, app: App, announce: Callable[[str], None]) -> None:
        """Listen to the buttons; `announce(conversation_id)` wakes the patient's stream."""
        self._client = connect(settings, SECONDS_TO_ANSWER)
        self._announce = announce
        self._team: str | None = None
        app.action(OPEN)(_acknowledge)  # a link tells us, too, that it was pressed
        app.action(TAKE)(ack=_acknowledge, lazy=[self._on_take])
        if settings.slack_reply:
            app.action(REPLY)(ack=_acknowledge, lazy=[self._on_reply])
            app.view(VIEW)(self._on_sent)

    def _on_take(self, body: dict[str, Any]) -> None:
        self._answer(body, self._take)

    def _on_reply(self, body: dict[str, Any]) -> None:
        self._answer(body, self._open_window)

    def _answer(self, body: dict[str, Any], verb: Callable[[dict[str, Any]], None]) -> None:
        """Do what a button is for, and tell who pressed it, alone, why it was not done."""
        refusal = self._attempt(partial(verb, body))
        if refusal is not None:
            self._attempt(partial(self._tell, body, refusal))

    def _attempt(self, act: Callable[[], None]) -> str | None:
        """Do something; return why it was not done."""
        try:
            act()
        except Refused as refused:
            return str(refused)
        except Exception as error:  # by its kind: Bolt would log its text, which may hold a reply
            log.error("slack: a button of the staff failed: %s", type(error).__name__)
            return FAILED
        return None

    def _tell(self, body: dict[str, Any], text: str) -> None:
        self._client.chat_postEphemeral(channel=body["channel"]["id"], user=body["user"]["id"], text=text)

    def _take(self, body: dict[str, Any]) -> None:
        member, ticket_id = self._member(body), int(body["actions"][0]["value"])
        with transaction():
            conversation_id = handoff.take(ticket_id, agent_of(member))
            if conversation_id is None:
                raise Refused(who_has_it(ticket_id))
            audit(member, "conversation.taken", subject(ticket_id), "in Slack")
        self._announce(conversation_id)
        self._attempt(refresh)  # at once; if it fails, the next round does it

    def _open_window(self, body: dict[str, Any]) -> None:
        self._member(body)
        self._client.views_open(trigger_id=body["trigger_id"], view=_window(int(body["actions"][0]["value"])))

    def _on_sent(self, ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        """Say to the patient what was sent; when that fails the window stays open, with the reason and the text."""
        refusal = self._attempt(partial(self._reply, body, view))
        if refusal is not None:
            ack(response_action="errors", errors={FIELD: refusal})
            return
        ack()

    def _reply(self, body: dict[str, Any], view: dict[str, Any]) -> None:
        member, ticket_id = self._member(body), int(view["private_metadata"])
        said = (view["state"]["values"][FIELD][FIELD]["value"] or "").strip()
        if not said:
            raise Refused("Write a message.")
        try:
            with transaction():  # a window is sent once, however often Slack says so
                conversation_id = handoff.reply(ticket_id, agent_of(member), said, f"slack:{view['id']}")
                audit(member, "conversation.replied", subject(ticket_id), "in Slack")
        except NotYours:
            raise Refused(who_has_it(ticket_id)) from None
        self._announce(conversation_id)

    def _member(self, body: dict[str, Any]) -> Member:
        """Return the member of staff who pressed, known by the e-mail that Slack has confirmed; raises Refused."""
        if self._team is None:
            self._team = str(self._client.auth_test()["team_id"])
        try:
            user: dict[str, Any] = self._client.users_info(user=body["user"]["id"])["user"]
        except SlackApiError as error:
            log.error("slack: an e-mail was not told: %s", error.response.get("error"))
            raise Refused(FAILED) from None
        email = str(user.get("profile", {}).get("email", "")).strip().lower()
        if not email or not self._is_colleague(user):
            raise Refused(NO_ACCOUNT)
        members = (one for one in staff.members() if one.email == email)
        found = next((one for one in members if one.is_active and one.has_joined and one.role in CARE), None)
        if found is None:
            raise Refused(NO_ACCOUNT)
        return found

    def _is_colleague(self, user: dict[str, Any]) -> bool:
        """Tell whether this workspace vouches for somebody's e-mail: guests and people of other workspaces write their own."""
        teams = (user.get("team_id"), *user.get("enterprise_user", {}).get("teams", ()))
        kinds = ("deleted", "is_bot", "is_restricted", "is_ultra_restricted", "is_stranger")
        return self._team in teams and user.get("is_email_confirmed") is not False and not any(user.get(kind) for kind in kinds)


def _acknowledge(ack: Ack) -> None:
    ack()


def _window(ticket_id: int) -> dict[str, Any]:
    ticket = queue.find(ticket_id)
    if ticket is None:
        raise Refused(who_has_it(ticket_id))
    link = link_to(notice_of(ticket, "opened"))
    hint = f"The patient reads only what you write here. What they wrote is at the care desk: {link}"
    field = {"type": "plain_text_input", "action_id": FIELD, "multiline": True, "max_length": MAX_CHARACTERS}
    return {
        "type": "modal",
        "callback_id": VIEW,
        "private_metadata": str(ticket_id),
        "title": _plain(f"Reply, ticket {ticket_id}"),
        "submit": _plain("Send to patient"),
        "close": _plain("Cancel"),
        "blocks": [
            {"type": "section", "text": _plain(hint)},
            {"type": "input", "block_id": FIELD, "label": _plain("Your message"), "element": field},
        ],
    }


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}
