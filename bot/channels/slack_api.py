"""What goes out to Slack: calls of its Web API in threads, whose failures are told in the words of bot.channels.events."""

import logging
from collections.abc import Callable
from functools import partial
from http.client import HTTPException
from typing import Any

from anyio.to_thread import run_sync
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.channels.events import Blocked, Post, Refused, TryLater
from bot.channels.slack_blocks import messages
from bot.settings import Settings

log = logging.getLogger(__name__)

SECONDS_TO_ANSWER = 10
SECONDS_AFTER_REFUSAL = 60.0  # a wrong token or a missing permission does not get better soon
# Slack's names for what went wrong; everything else is tried again
_GONE = {"channel_not_found", "user_not_found", "user_disabled", "user_not_visible", "cannot_dm_bot", "is_archived"}
_REFUSED = {"no_text", "msg_too_long", "msg_blocks_too_long", "invalid_blocks", "invalid_blocks_format", "invalid_arguments"}
_TOKEN = {"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"}
_SET_UP = {*_TOKEN, "missing_scope", "messages_tab_disabled", "not_allowed_token_type"}


class SlackApi:
    """Sends to patients."""

    def __init__(self, settings: Settings) -> None:
        """Take token and address from the settings."""
        token, address = settings.slack_bot_token.get_secret_value(), f"{settings.slack_api_url}/"
        # without its own retries: it cannot know whether what it posts again was posted
        self.client = WebClient(token, address, SECONDS_TO_ANSWER, retry_handlers=[], logger=logging.getLogger("slack_sdk"))

    async def send(self, user: str, post: Post) -> None:
        """Send a post to a user's direct messages; a file, and what is for now only, needs the channel they are in."""
        if post.file_name is not None:
            channel = await self._open(user)
            await self.call(self.client.files_upload_v2, channel=channel, content=post.text, filename=post.file_name)
            return
        channel = await self._open(user) if post.is_passing else user
        for message in messages(post):
            if post.is_passing:
                await self.call(self.client.chat_postEphemeral, channel=channel, user=user, **message)
            else:
                await self.call(self.client.chat_postMessage, channel=channel, **message)

    async def show_home(self, user: str, view: dict[str, Any]) -> None:
        """Show a user the app's home."""
        await self.call(self.client.views_publish, user_id=user, view=view)

    async def _open(self, user: str) -> str:
        answer = await self.call(self.client.conversations_open, users=user)
        return str(answer["channel"]["id"])

    async def call(self, method: Callable[..., Any], **parameters: Any) -> Any:
        """Call a method; raises TryLater, Blocked or Refused."""
        try:
            return await run_sync(partial(method, **parameters))
        except SlackApiError as error:
            raise _failure(error) from None
        except (SlackClientError, HTTPException, OSError, ValueError):  # no answer, or none that is Slack's
            raise TryLater from None


def _failure(error: SlackApiError) -> Exception:
    status, name = error.response.status_code, str(error.response.get("error", ""))
    if status == 429 or name in ("ratelimited", "rate_limited"):
        seconds = str(error.response.headers.get("Retry-After", ""))
        return TryLater(float(seconds) if seconds.isdigit() else None)
    if name in _SET_UP:
        log.error("slack is not set up as docs/slack.md says: %s", name)
        return TryLater(SECONDS_AFTER_REFUSAL)
    if name in _GONE:
        return Blocked()
    return Refused() if name in _REFUSED else TryLater()
