"""How much the public door takes in: requests a minute, and bytes and seconds a body."""

import asyncio
import math
import time

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from bot.clinic.facts import load_clinic
from bot.network import network_of
from bot.settings import Settings, get_settings

MAX_BODY = 100_000  # bytes; a text is screened whole and answered up to bot.turns.MAX_CHARACTERS


class Limits:
    """The requests of the last minute, by conversation and by network address; in this process's memory."""

    def __init__(self, settings: Settings) -> None:
        """Take the limits from the settings."""
        self._window = MovingWindowRateLimiter(MemoryStorage())
        self._messages = RateLimitItemPerMinute(settings.messages_a_minute, namespace="messages")
        self._address_messages = RateLimitItemPerMinute(settings.address_messages_a_minute, namespace="address")
        self._crises = RateLimitItemPerMinute(settings.messages_a_minute, namespace="crises")
        self._conversations = RateLimitItemPerMinute(settings.conversations_a_minute, namespace="conversations")

    def count_message(self, conversation_id: str) -> None:
        """Count a message of a conversation; raises HTTPException 429 above the limit."""
        self._count(self._messages, conversation_id)

    def admits_crisis(self, conversation_id: str) -> bool:
        """Tell whether a conversation may have one more turn for a crisis above the limits; it has as many again."""
        return self._window.hit(self._crises, conversation_id)

    def count_address(self, request: Request) -> None:
        """Count a message from a network address; raises HTTPException 429 above the limit."""
        self._count(self._address_messages, network_of(request))

    def count_conversation(self, request: Request) -> None:
        """Count a new conversation from a network address; raises HTTPException 429 above the limit."""
        self._count(self._conversations, network_of(request))

    def _count(self, limit: RateLimitItem, key: str) -> None:
        if self._window.hit(limit, key):
            return
        seconds = max(1, math.ceil(self._window.get_window_stats(limit, key).reset_time - time.time()))
        text = f"That was a lot at once. Please wait {seconds} seconds and try again. {load_clinic().pack.static}"
        raise HTTPException(429, text, {"Retry-After": str(seconds)})


async def read_body(request: Request, most: int = MAX_BODY) -> tuple[bytes, HTTPException | None]:
    """Return a request's body; with a refusal, the part that came until it was too large (413) or took too long (408)."""
    body = bytearray()
    try:
        async with asyncio.timeout(get_settings().body_seconds):
            async for chunk in request.stream():
                body += chunk
                if len(body) > most:
                    text = f"The message is too long: at most {most} bytes. Send a shorter one. {load_clinic().pack.static}"
                    return bytes(body), HTTPException(413, text)
    except (TimeoutError, ClientDisconnect):
        text = f"The message took too long to arrive. Please try again. {load_clinic().pack.static}"
        return bytes(body), HTTPException(408, text, {"Connection": "close"})
    return bytes(body), None
