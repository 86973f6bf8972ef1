"""Tasks beside a loop: started, counted, and finished before the loop ends."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

log = logging.getLogger(__name__)

SECONDS_TO_FINISH = 8.0  # at the end; what takes longer is taken up again at the next start


class Tasks:
    """The tasks that run now."""

    def __init__(self) -> None:
        """Start with none."""
        self._running: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._running)

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Let work run beside the caller."""
        task = asyncio.create_task(_log_failure(work))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def finish(self) -> None:
        """Wait for what runs, for a while, then cancel it."""
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=SECONDS_TO_FINISH)
            for task in late:
                task.cancel()


async def _log_failure(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except Exception as error:  # by its kind: its text may hold anything
        log.error("work beside a loop failed: %s", type(error).__name__)


async def wait_for(event: asyncio.Event, seconds: float) -> None:
    """Wait until the event is set, at most so long."""
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return
