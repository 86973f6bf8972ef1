"""The Slack app: proves that a call is Slack's, keeps what patients send, and connects by itself where no call can come in.

What the staff do in Slack is bot.desk.slack's; it listens to the same Bolt app.
"""

import asyncio
import logging
import re
import time
from collections.abc import Callable, Coroutine, Mapping
from typing import Any
from urllib.parse import parse_qsl

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from slack_bolt import Ack, App, BoltRequest, BoltResponse
from slack_bolt.adapter.socket_mode.builtin import SocketModeHandler
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.signature import SignatureVerifier

from bot.channels import service, words
from bot.channels.events import Blocked, Button, Event, Post, Refused, TryLater
from bot.channels.slack_api import SlackApi
from bot.channels.slack_blocks import home
from bot.channels.slack_updates import BUTTON, CHANNEL, COMMAND, DOES, to_event
from bot.channels.tasks import Tasks
from bot.settings import Settings

log = logging.getLogger(__name__)

PATH = "/hooks/slack"
SECONDS_TO_KEEP = 2.5  # Slack wants its answer within three
SECONDS_AFTER_FAILURE = 5.0
AT_ONCE = 20  # calls worked at once, in threads of their own: each of them waits for other threads until it is kept
HOME_BUTTONS = ("start", "person", "crisis")

Receive = Callable[[Event], Coroutine[Any, Any, None]]


class Slack:
    """One Slack app. It is a Platform for the inbox and the outbox, and knows what a call must carry."""

    name = CHANNEL

    def __init__(self, settings: Settings) -> None:
        """Take tokens, secret and addresses from the settings."""
        self.is_for_patients = settings.slack_patients
        self._app_token = settings.slack_app_token.get_secret_value()
        self._verifier = SignatureVerifier(settings.slack_signing_secret.get_secret_value() or "none")
        self._api = SlackApi(settings)
        self.app = App(
            client=self._api.client,
            # the token of the one workspace: Slack need not be asked whose it is before a crisis is kept
            authorize=lambda: AuthorizeResult(enterprise_id=None, team_id=None, bot_token=self._api.client.token),
            logger=logging.getLogger("slack_bolt"),
            process_before_response=True,  # what was not kept must not be answered with 200
            request_verification_enabled=False,  # see is_authentic
            ssl_check_enabled=False,
            ignoring_self_events_enabled=False,  # to_event leaves what programs write
            attaching_conversation_kwargs_enabled=False,
        )
        self.app.event(re.compile(""))(self._on_event)
        self.app.action(re.compile(f"^{BUTTON}"))(self._on_button)
        self.app.command(COMMAND)(self._on_command)
        self._tasks, self._threads = Tasks(), CapacityLimiter(AT_ONCE)
        self._receive: Receive | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    @classmethod
    def configured(cls, settings: Settings) -> "Slack | None":
        """Return the app of the settings; None when there is no token."""
        return cls(settings) if settings.slack_bot_token.get_secret_value() else None

    def is_authentic(self, body: bytes, headers: Mapping[str, str]) -> bool:
        """Tell whether a call is signed with our secret, and not five minutes old; nobody's is in Socket Mode.

        Bolt's own check fails, instead of refusing, for a time that is no number and a signature that is not ASCII.
        """
        try:
            return not self._app_token and self._verifier.is_valid_request(body, dict(headers))
        except (ValueError, TypeError):
            return False

    async def receive(self, body: bytes, content_type: str) -> BoltResponse:
        """Return the answer to an authentic call; what cannot be read is logged and left, as it would come again."""
        try:
            request = BoltRequest(body=body.decode(), headers={"content-type": content_type})
            if not request.body:  # Bolt reads no command in whose text "payload" stands
                request.body = dict(parse_qsl(body.decode(), keep_blank_values=True))
        except Exception as error:
            log.error("slack: a call could not be read: %s", type(error).__name__)
            return BoltResponse(status=200)
        answer: BoltResponse = await run_sync(self.app.dispatch, request, limiter=self._threads)
        return BoltResponse(status=200) if answer.status == 404 else answer  # a kind that nobody listens to

    # what comes in, in a thread of Bolt's or of ours

    def _on_event(self, body: dict[str, Any]) -> None:
        event = body["event"]
        if event.get("type") == "app_home_opened" and event.get("tab") == "home":
            self._start(self._api.show_home(event["user"], self._home()))
        elif (said := _read(body)) is not None:
            self._keep(said)

    def _on_button(self, ack: Ack, body: dict[str, Any]) -> None:
        if (event := _read(body)) is not None:
            self._keep(event)
        ack()

    def _on_command(self, ack: Ack, body: dict[str, Any]) -> None:
        """Keep a command; what is said to it comes as a direct message, so somebody in a channel is told where."""
        event = _read(body)
        if event is None:
            ack()
        elif not self.is_for_patients:
            ack("\n\n".join(post.text for post in _off(event)))
        else:
            self._keep(event)
            ack("" if body.get("channel_name") == "directmessage" else words.text("elsewhere/slack", event.language))

    def _keep(self, event: Event) -> None:
        """Store an event before Slack gets its answer; raises when it was not kept. While patients are not served, say so."""
        if not self.is_for_patients:
            self._start(self._send_all(event.reply_to, _off(event)))
            return
        assert self._receive is not None and self._loop is not None  # noqa: S101 - nothing comes in before it runs
        asyncio.run_coroutine_threadsafe(self._receive(event), self._loop).result(SECONDS_TO_KEEP)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        assert self._loop is not None  # noqa: S101 - nothing comes in before it runs
        self._loop.call_soon_threadsafe(self._tasks.start, work)

    def _home(self) -> dict[str, Any]:
        if not self.is_for_patients:
            return home(words.text("off/slack", "en"), ())
        buttons = [Button(words.text(f"command/{name}", "en"), DOES + name) for name in HOME_BUTTONS]
        return home(words.text("home/slack", "en"), buttons)

    # what goes out

    async def send(self, reply_to: str, post: Post) -> None:
        """Send a post to a user's direct messages."""
        await self._api.send(reply_to, post)

    async def _send_all(self, reply_to: str, posts: list[Post]) -> None:
        for post in posts:
            await self.send(reply_to, post)

    async def show_typing(self, reply_to: str) -> None:
        """Do nothing: Slack does not show that an app is typing."""

    # beside the app

    async def run(self, receive: Receive) -> None:
        """Say whether the token works, and in Socket Mode hold the connection."""
        self._receive, self._loop = receive, asyncio.get_running_loop()
        await self._until_done(self._api.client.auth_test)
        if not self._app_token:
            log.info("slack: set up, calls come to %s", PATH)
            return
        handler = SocketModeHandler(self.app, self._app_token, logger=logging.getLogger("slack_sdk"))
        try:
            await self._until_done(handler.connect)
            log.info("slack: set up, Socket Mode")
            await asyncio.Event().wait()  # the handler's threads keep the connection
        finally:
            await run_sync(handler.close)

    async def close(self) -> None:
        """Finish what nobody waits for."""
        await self._tasks.finish()

    async def _until_done(self, call: Callable[[], Any]) -> None:
        """Try again until Slack is reached; the app runs all the same."""
        while True:
            try:
                await self._api.call(call)
            except (TryLater, Refused, Blocked) as error:
                log.error("slack is not reached")
                await asyncio.sleep(getattr(error, "seconds", None) or SECONDS_AFTER_FAILURE)
            else:
                return


def _read(body: dict[str, Any]) -> Event | None:
    try:
        return to_event(body, time.time())
    except Exception as error:  # a shape that nobody knew of would only come again
        log.error("slack: a payload could not be read: %s", type(error).__name__)
        return None


def _off(event: Event) -> list[Post]:
    """Return what is said while patients are not served here: a crisis is answered all the same, and nothing is kept."""
    return service.crisis_help(event) if service.asks_for_crisis_help(event) else [words.post("off/slack", event.language)]
