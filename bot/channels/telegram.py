"""The Telegram channel: proves that a call is Telegram's, sends through the Bot API, and polls where no call can come in."""

import asyncio
import hmac
import json
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any, cast
from urllib.parse import urlencode

from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from bot.channels import words
from bot.channels.events import Blocked, Event, Post, Refused, TryLater
from bot.channels.split import split
from bot.channels.tasks import Tasks
from bot.channels.telegram_updates import CHANNEL, COMMANDS, WANTED, to_event, to_query_id
from bot.settings import Settings, SettingsError

log = logging.getLogger(__name__)

PATH = "/hooks/telegram"
MAX_UNITS = 4096  # of a message, as Telegram counts
MAX_DATA = 64  # bytes of a button's data
POLL_SECONDS = 25  # how long Telegram may wait for something to tell
SECONDS_AFTER_FAILURE = 5.0
SECONDS_AFTER_REFUSAL = 60.0  # a wrong token does not get better soon
_GONE = ("chat not found", "user is deactivated", "peer_id_invalid", "bot was blocked")

Receive = Callable[[Event], Awaitable[None]]


class Telegram:
    """One bot. It is a Platform for the inbox and the outbox, and knows what a webhook call must carry."""

    name = CHANNEL

    def __init__(self, settings: Settings) -> None:
        """Take token, secret and addresses from the settings; raises SettingsError when a webhook has no address to call."""
        self._is_webhook = settings.telegram_mode == "webhook"
        if self._is_webhook and not re.fullmatch(r"https://[^:]+(:(443|80|88|8443))?", settings.public_url):
            raise SettingsError(
                "TANDEM_PUBLIC_URL: Telegram needs the https address of the app for its webhook, on port 443, 80, 88 or 8443. "
                "Set it, or set TANDEM_TELEGRAM_MODE=polling. See .env.example."
            )
        self._url = settings.public_url + PATH
        self._secret = settings.telegram_secret.get_secret_value()
        self._tasks = Tasks()
        self._requests = HTTPXRequest(connection_pool_size=64), HTTPXRequest(connection_pool_size=1)
        self._bot = Bot(
            settings.telegram_token.get_secret_value(),
            base_url=f"{settings.telegram_api_url}/bot",
            request=self._requests[0],
            get_updates_request=self._requests[1],
        )

    @classmethod
    def configured(cls, settings: Settings) -> "Telegram | None":
        """Return the bot of the settings; None when there is no token."""
        return cls(settings) if settings.telegram_token.get_secret_value() else None

    def is_authentic(self, secret: str | None) -> bool:
        """Tell, in constant time, whether a webhook call carries our secret; nobody does while polling."""
        given = (secret or "").encode("utf-8", "surrogateescape")
        return self._is_webhook and hmac.compare_digest(given, self._secret.encode())

    async def receive(self, body: bytes, receive: Receive) -> None:
        """Pass on what a webhook call says; what is no update is logged and left, as it would come again for ever."""
        try:
            data = json.loads(body)
        except ValueError:
            log.error("telegram: a call was not JSON")
            return
        await self._pass_on(data, receive)

    async def _pass_on(self, data: Mapping[str, Any], receive: Receive) -> None:
        try:
            event, query_id = to_event(data), to_query_id(data)
        except Exception as error:  # a shape that nobody knew of must not stop the ones after it
            log.error("telegram: an update could not be read: %s", type(error).__name__)
            return
        if event is not None:
            await receive(event)
        if query_id:
            self._tasks.start(self._call(self._bot.answer_callback_query(query_id)))

    async def send(self, reply_to: str, post: Post) -> None:
        """Send a post, a long text in several messages with the buttons under the last one."""
        if post.file_name is not None:
            await self._raising(self._bot.send_document(reply_to, post.text.encode(), filename=post.file_name))
            return
        *parts, last = split(post.text, MAX_UNITS)
        for part in parts:
            await self._raising(self._bot.send_message(reply_to, part, link_preview_options=_NO_PREVIEW))
        keyboard = InlineKeyboardMarkup([[InlineKeyboardButton(b.title, callback_data=b.data)] for b in post.buttons])
        await self._raising(
            self._bot.send_message(
                reply_to, last, link_preview_options=_NO_PREVIEW, reply_markup=keyboard if post.buttons else None
            )
        )

    async def show_typing(self, reply_to: str) -> None:
        """Show that an answer is being prepared; never raises."""
        await self._call(self._bot.send_chat_action(reply_to, "typing"))

    async def run(self, receive: Receive) -> None:
        """Tell Telegram where the webhook is, or fetch updates for ever."""
        await self._until_done(self._set_up)
        offset = 0
        while not self._is_webhook:
            offset = await self._fetch(offset, receive)

    async def close(self) -> None:
        """Close the connections."""
        await self._tasks.finish()
        for request in self._requests:
            await request.shutdown()

    async def _set_up(self) -> None:
        if self._is_webhook:
            await self._bot.set_webhook(self._url, secret_token=self._secret, allowed_updates=WANTED)
        else:
            await self._bot.delete_webhook()
        for language in words.LANGUAGES:
            commands = [BotCommand(name, words.text(f"command/{name}", language)) for name in COMMANDS]
            await self._bot.set_my_commands(commands, language_code=None if language == "en" else language)
        log.info("telegram: set up, %s", "webhook" if self._is_webhook else "polling")

    async def _until_done(self, do: Callable[[], Awaitable[None]]) -> None:
        """Try again until Telegram is reached; the app runs all the same."""
        while True:
            try:
                await do()
            except TelegramError as error:
                await asyncio.sleep(_pause(error))
            else:
                return

    async def _fetch(self, offset: int, receive: Receive) -> int:
        """Fetch the updates from an offset, pass each one on, and return the next offset; an update not kept comes again."""
        asked = urlencode({"offset": offset, "timeout": POLL_SECONDS, "allowed_updates": json.dumps(WANTED)})
        # not Bot.get_updates: one update it could not read would keep all the others back, and it would log them
        url = f"{self._bot.base_url}/getUpdates?{asked}"
        try:
            fetched = await self._requests[1].post(url, read_timeout=POLL_SECONDS + 5)
            for data in cast(list[dict[str, Any]], fetched):
                await self._pass_on(data, receive)
                offset = int(data["update_id"]) + 1
        except TelegramError as error:
            await asyncio.sleep(_pause(error))
        except Exception as error:  # it was not kept
            log.error("telegram: an update was not taken: %s", type(error).__name__)
            await asyncio.sleep(SECONDS_AFTER_FAILURE)
        return offset

    async def _call(self, call: Awaitable[Any]) -> None:
        """Do what nobody depends on."""
        try:
            await call
        except TelegramError as error:
            log.debug("telegram: %s", type(error).__name__)

    async def _raising(self, call: Awaitable[Any]) -> None:
        """Do a call, and tell its failure in the words of bot.channels.events."""
        try:
            await call
        except RetryAfter as error:
            raise TryLater(_seconds(error.retry_after)) from None
        except (Forbidden, ChatMigrated):
            raise Blocked from None
        except BadRequest as error:  # a NetworkError for the library, but the network is well
            raise (Blocked if any(gone in error.message.lower() for gone in _GONE) else Refused) from None
        except InvalidToken:
            log.error("TANDEM_TELEGRAM_TOKEN: Telegram refuses this token")
            raise TryLater(SECONDS_AFTER_REFUSAL) from None
        except (NetworkError, TelegramError):
            raise TryLater from None


_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)  # or Telegram would fetch the pages we name


def _seconds(value: float | timedelta) -> float:
    return value.total_seconds() if isinstance(value, timedelta) else value


def _pause(error: TelegramError) -> float:
    """Return how long to wait before the next attempt, and log why, without the error's text: it may hold the token."""
    log.error("telegram is not reached: %s", type(error).__name__)
    if isinstance(error, RetryAfter):
        return _seconds(error.retry_after)
    return SECONDS_AFTER_REFUSAL if isinstance(error, InvalidToken) else SECONDS_AFTER_FAILURE
