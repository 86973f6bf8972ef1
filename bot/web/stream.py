"""Wakes the open streams of a conversation, and the desk's, when something was stored to deliver."""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

from anyio.to_thread import run_sync

from bot.conversations import service as conversations
from bot.conversations.service import Entry

MAX_STREAMS = 5  # of a conversation; the oldest makes room
POLL_SECONDS = 5.0  # another worker's messages are found by looking


class _Waiter(asyncio.Event):
    """Set when there may be something new; `is_closed` when the stream has to end."""

    is_closed = False


class Streams:
    """The open streams of this process, by conversation."""

    def __init__(self) -> None:
        """Start with none."""
        self._waiting: dict[str, list[_Waiter]] = defaultdict(list)  # the oldest first
        self._watching: set[asyncio.Event] = set()  # the desk's, which every conversation wakes
        self._loop: asyncio.AbstractEventLoop | None = None

    def announce(self, conversation_id: str) -> None:
        """Wake a conversation's streams and the desk's; may be called from any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._wake, conversation_id)

    def _wake(self, conversation_id: str) -> None:
        for waiter in (*self._waiting.get(conversation_id, ()), *self._watching):
            waiter.set()

    @contextmanager
    def watch(self) -> Iterator[asyncio.Event]:
        """Give an event that is set whenever any conversation is announced."""
        self._loop = asyncio.get_running_loop()
        event = asyncio.Event()
        self._watching.add(event)
        try:
            yield event
        finally:
            self._watching.discard(event)

    @contextmanager
    def _waiter(self, conversation_id: str) -> Iterator[_Waiter]:
        waiters, waiter = self._waiting[conversation_id], _Waiter()
        waiters.append(waiter)
        for old in waiters[:-MAX_STREAMS]:
            old.is_closed = True
            old.set()
        try:
            yield waiter
        finally:
            waiters.remove(waiter)
            if not waiters:
                self._waiting.pop(conversation_id, None)

    async def follow(self, conversation_id: str, after: int, ends_at: float) -> AsyncIterator[Entry]:
        """Yield the messages after a sequence number, then every new one.

        Ends when the conversation is erased, when newer streams took this one's place, or at `ends_at` (of time.monotonic).
        """
        self._loop = asyncio.get_running_loop()
        with self._waiter(conversation_id) as waiter:
            while not waiter.is_closed and await run_sync(conversations.exists, conversation_id):
                waiter.clear()
                for entry in await run_sync(conversations.history, conversation_id, after):
                    after = entry.seq
                    yield entry
                left = ends_at - time.monotonic()
                if left <= 0:
                    return
                try:
                    await asyncio.wait_for(waiter.wait(), min(POLL_SECONDS, left))
                except TimeoutError:
                    continue
