"""Wakes the open streams of a conversation when something was stored to deliver."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import contextmanager

from anyio.to_thread import run_sync

from bot.conversations import service as conversations
from bot.conversations.service import Entry

POLL_SECONDS = 5.0  # another worker's messages are found by looking


class Streams:
    """The open streams of this process, by conversation."""

    def __init__(self) -> None:
        """Start with none."""
        self._waiting: dict[str, set[asyncio.Event]] = defaultdict(set)
        self._loop: asyncio.AbstractEventLoop | None = None

    def announce(self, conversation_id: str) -> None:
        """Wake a conversation's streams; may be called from any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._wake, conversation_id)

    def _wake(self, conversation_id: str) -> None:
        for event in self._waiting.get(conversation_id, ()):
            event.set()

    @contextmanager
    def _waiter(self, conversation_id: str):  # type: ignore[no-untyped-def]
        event = asyncio.Event()
        self._waiting[conversation_id].add(event)
        try:
            yield event
        finally:
            self._waiting[conversation_id].discard(event)
            if not self._waiting[conversation_id]:
                del self._waiting[conversation_id]

    async def follow(self, conversation_id: str, after: int) -> AsyncIterator[Entry]:
        """Yield the messages after a sequence number, then every new one; ends when the conversation is erased."""
        self._loop = asyncio.get_running_loop()
        with self._waiter(conversation_id) as event:
            while await run_sync(conversations.exists, conversation_id):
                event.clear()
                for entry in await run_sync(conversations.history, conversation_id, after):
                    after = entry.seq
                    yield entry
                try:
                    await asyncio.wait_for(event.wait(), POLL_SECONDS)
                except TimeoutError:
                    continue
