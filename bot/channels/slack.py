"""The Slack app: proves that a call is Slack's, keeps what patients send, sends through the Web API, and uses Socket Mode
where no call can come in. What the staff do with it is bot.desk.slack's."""

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from http.client import HTTPException
from typing import Any
from urllib.parse import parse_qsl

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from slack_bolt import Ack, App, BoltRequest, BoltResponse
from slack_bolt.adapter.socket_mode.builtin import SocketModeHandler
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.signature import SignatureVerifier

from bot.channels import service, words
from bot.channels.events import Blocked, Button, Event, Post, Refused, TryLater
from bot.channels.slack_blocks import home, messages
from bot.channels.slack_updates import BUTTON, CHANNEL, COMMAND, DOES, to_event
from bot.channels.tasks import Tasks
from bot.settings import Settings

log = logging.getLogger(__name__)

PATH = "/hooks/slack"
SECONDS_TO_ANSWER = 10.0  # for one call of the Web API
SECONDS_TO_KEEP = 2.5  # Slack wants its answer within three
SECONDS_AFTER_FAILURE = 5.0
SECONDS_AFTER_REFUSAL = 60.0  # a wrong token or a missing permission does not get better soon
AT_ONCE = 20  # calls worked at once, in threads of their own: each of them waits for others while it is kept
HOME_BUTTONS = ("start", "person", "crisis")
# Slack's names for what went wrong; everything else is tried again
_GONE = {"channel_not_found", "user_not_found", "user_disabled", "user_not_visible", "cannot_dm_bot", "is_archived"}
_REFUSED = {"no_text", "msg_too_long", "msg_blocks_too_long", "invalid_blocks", "invalid_blocks_format", "invalid_arguments"}
_SETUP = {"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive", "missing_scope", "messages_tab_disabled"}

Receive = Callable[[Event], Awaitable[None]]


class Slack:
    """One Slack app. It is a Platform for the inbox and the outbox, and holds the Bolt app that the staff's side listens to."""

    name = CHANNEL

    def __init__(self, settings: Settings) -> None:
        """Take tokens and addresses from the settings."""
        self.is_for_patients = settings.slack_patients
        token = settings.slack_bot_token.get_secret_value()
        self._app_token = settings.slack_app_token.get_secret_value()
        self._verifier = SignatureVerifier(settings.slack_signing_secret.get_secret_value() or "unused")
        self._is_socket_mode = bool(self._app_token)
        # without its own retries: it cannot know whether what it posts again was posted
        self._client = WebClient(
            token, f"{settings.slack_api_url}/", int(SECONDS_TO_ANSWER), retry_handlers=[], logger=logging.getLogger("slack_sdk")
        )
        self.app = App(
            client=self._client,
            # a token of one workspace: Slack need not be asked whose it is before a crisis is kept
            authorize=lambda: AuthorizeResult(enterprise_id=None, team_id=None, bot_token=token),
            logger=logging.getLogger("slack_bolt"),
            process_before_response=True,  # what is not kept must not be answered with 200
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

    # coming in

    def is_authentic(self, body: bytes, headers: Mapping[str, str]) -> bool:
        """Tell whether a call is signed with our secret, and not five minutes old; nobody's is in Socket Mode.

        Bolt's own check fails, instead of refusing, for a time that is no number and a signature that is not ASCII.
        """
        try:
            return not self._is_socket_mode and self._verifier.is_valid_request(body, dict(headers))
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

    def _on_event(self, body: dict[str, Any]) -> None:
        if body["event"].get("type") == "app_home_opened" and body["event"].get("tab") == "home":
            self._start(self._show_home(body["event"]["user"]))
        elif (event := self._read(body)) is not None:
            self._keep(event)

    def _on_button(self, ack: Ack, body: dict[str, Any]) -> None:
        if (event := self._read(body)) is not None:
            self._keep(event)
        ack()

    def _on_command(self, ack: Ack, body: dict[str, Any]) -> None:
        """Keep a command; what is said to it comes as a direct message, so somebody in a channel is told where."""
        event = self._read(body)
        if event is None:
            ack()
        elif not self.is_for_patients:
            ack("\n\n".join(post.text for post in _off(event)))
        else:
            self._keep(event)
            ack(words.text("elsewhere/slack", event.language) if body.get("channel_name") != "directmessage" else "")

    def _read(self, body: dict[str, Any]) -> Event | None:
        try:
            return to_event(body, time.time())
        except Exception as error:  # a shape that nobody knew of would only come again
            log.error("slack: a payload could not be read: %s", type(error).__name__)
            return None

    def _keep(self, event: Event) -> None:
        """Store an event before Slack gets its answer; raises when it was not kept. While patients are not served, say so."""
        if not self.is_for_patients:
            self._start(self._send_all(event.reply_to, _off(event)))
            return
        assert self._receive is not None and self._loop is not None  # noqa: S101 - nothing comes in before it runs
        asyncio.run_coroutine_threadsafe(_kept(self._receive, event), self._loop).result(SECONDS_TO_KEEP)

    def _start(self, work: Any) -> None:
        assert self._loop is not None  # noqa: S101 - nothing comes in before it runs
        self._loop.call_soon_threadsafe(self._tasks.start, work)

    # going out

    async def send(self, reply_to: str, post: Post) -> None:
        """Send a post to a user's direct messages; a file, and what is for now only, needs the channel they are in."""
        if post.file_name is not None:
            channel = await self._open(reply_to)
            await self._raising(partial(self._client.files_upload_v2, channel=channel, content=post.text, filename=post.file_name))
        elif post.is_passing:
            channel = await self._open(reply_to)
            for message in messages(post):
                await self._raising(partial(self._client.chat_postEphemeral, channel=channel, user=reply_to, **message))
        else:
            for message in messages(post):
                await self._raising(partial(self._client.chat_postMessage, channel=reply_to, **message))

    async def show_typing(self, reply_to: str) -> None:
        """Do nothing: Slack does not show that an app is typing."""

    async def _open(self, user: str) -> str:
        answer = await self._raising(partial(self._client.conversations_open, users=user))
        return str(answer["channel"]["id"])

    async def _send_all(self, reply_to: str, posts: list[Post]) -> None:
        for post in posts:
            await self.send(reply_to, post)

    async def _show_home(self, user: str) -> None:
        buttons = [Button(words.text(f"command/{name}", "en"), f"{DOES}{name}") for name in HOME_BUTTONS]
        view = home(words.text("home/slack", "en"), buttons) if self.is_for_patients else home(words.text("off/slack", "en"), ())
        await self._raising(partial(self._client.views_publish, user_id=user, view=view))

    async def _raising(self, call: Callable[[], Any]) -> Any:
        """Do a call in a thread, and tell its failure in the words of bot.channels.events."""
        try:
            return await run_sync(call)
        except SlackApiError as error:
            raise _failure(error) from None
        except (SlackClientError, HTTPException, OSError, ValueError):  # no answer, or none that is Slack's
            raise TryLater from None

    # beside the app

    async def run(self, receive: Receive) -> None:
        """Say whether the token works, and in Socket Mode hold the connection."""
        self._receive, self._loop = receive, asyncio.get_running_loop()
        await self._until_done(partial(self._client.auth_test))
        if not self._is_socket_mode:
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
        while True:
            try:
                await self._raising(call)
            except (TryLater, Refused, Blocked) as error:
                log.error("slack is not reached")
                await asyncio.sleep(getattr(error, "seconds", None) or SECONDS_AFTER_FAILURE)
            else:
                return


async def _kept(receive: Receive, event: Event) -> None:
    await receive(event)


def _off(event: Event) -> list[Post]:
    """Return what is said while patients are not served here: a crisis is answered all the same, and nothing is kept."""
    if service.asks_for_crisis_help(event):
        return service.crisis_help(event)
    return [words.post("off/slack", event.language)]


def _failure(error: SlackApiError) -> Exception:
    status, name = error.response.status_code, str(error.response.get("error", ""))
    if status == 429 or name in ("ratelimited", "rate_limited"):
        seconds = str(error.response.headers.get("Retry-After", ""))
        return TryLater(float(seconds) if seconds.isdigit() else None)
    if name in _SETUP:
        log.error("TANDEM_SLACK_BOT_TOKEN: Slack refuses it: %s", name)
        return TryLater(SECONDS_AFTER_REFUSAL)
    if name in _GONE:
        return Blocked()
    return Refused() if name in _REFUSED else TryLater()
