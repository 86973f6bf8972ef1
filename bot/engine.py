"""The engine's HTTP client: one question in, replies out; a time-out and a circuit breaker keep a sick engine from hurting."""

import logging
import time
from functools import lru_cache
from threading import Lock
from typing import Any

import httpx

from bot.conversations.service import Reply
from bot.settings import get_settings

log = logging.getLogger(__name__)

WEBHOOK = "/webhooks/rest/webhook"
FAILURES_TO_OPEN = 3
SECONDS_OPEN = 10.0


class EngineUnavailable(RuntimeError):
    """The engine did not answer in time, answered with an error, or had nothing to say."""


class Engine:
    """Asks the engine over its REST channel."""

    def __init__(self, url: str, timeout: float) -> None:
        """Set the engine's address and the seconds to wait for it."""
        self._client = httpx.Client(base_url=url, timeout=timeout, trust_env=False)
        self._lock = Lock()
        self._failures = 0
        self._retry_at = 0.0

    def ask(self, conversation_id: str, message: str) -> list[Reply]:
        """Return the engine's replies to a text or a payload.

        Raises:
            EngineUnavailable: no usable answer; after three in a row the engine is left alone for ten seconds.

        """
        if time.monotonic() < self._retry_at:
            raise EngineUnavailable("the engine is given time to recover")
        try:
            response = self._client.post(WEBHOOK, json={"sender": conversation_id, "message": message})
            response.raise_for_status()
            replies = parse_replies(response.json())
        except (httpx.HTTPError, ValueError, KeyError, TypeError, AttributeError) as error:
            self._count(failed=True)
            raise EngineUnavailable(type(error).__name__) from None
        self._count(failed=not replies)
        if not replies:
            raise EngineUnavailable("an empty answer")
        return replies

    def forget(self, conversation_id: str) -> None:
        """Let the engine forget a dialogue (bot.nlu.trackers), where it can be reached; one that rests is not asked."""
        if time.monotonic() < self._retry_at:
            return
        try:
            self._client.post(WEBHOOK, json={"sender": conversation_id, "message": "/restart"}).raise_for_status()
        except httpx.HTTPError as error:
            log.warning("dialogue not forgotten conversation=%s reason=%s", conversation_id[:6], type(error).__name__)

    def is_healthy(self) -> bool:
        """Tell whether the engine answers with a model loaded."""
        try:
            return self._client.get("/").is_success
        except httpx.HTTPError:
            return False

    def _count(self, failed: bool) -> None:
        with self._lock:
            self._failures = self._failures + 1 if failed else 0
            if self._failures >= FAILURES_TO_OPEN:
                self._retry_at = time.monotonic() + SECONDS_OPEN
                self._failures = 0


def parse_replies(payload: list[dict[str, Any]]) -> list[Reply]:
    """Turn the REST channel's answer into replies; a `custom` part tells about the text before it."""
    replies: list[Reply] = []
    for part in payload:
        if text := part.get("text"):
            choices = tuple((button["title"], button["payload"]) for button in part.get("buttons", []))
            replies.append(Reply(text, choices))
        elif (about := part.get("custom")) and replies:
            last = replies.pop()
            replies.append(Reply(last.text, last.choices, {**last.about, **about}))
    return replies


@lru_cache(maxsize=1)
def get_engine() -> Engine:
    """Return the engine of the settings."""
    settings = get_settings()
    return Engine(settings.engine_url, settings.engine_timeout)
