"""Loops that look for work, and tasks beside them: started, counted, and finished before the loop ends."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from functools import partial
from typing import Any, ParamSpec, TypeVar

from anyio.to_thread import run_sync
from sqlalchemy.exc import SQLAlchemyError

P = ParamSpec("P")
R = TypeVar("R")

log = logging.getLogger(__name__)

LOOK_EVERY = 1.0  # seconds; what another process stored, or what is tried again, is found by looking
SECONDS_TO_FINISH = 8.0  # at the end; what takes longer is taken up again at the next start
SECONDS_TO_NOTE_AGAIN = 1.0


class Tasks:
    """The tasks that run now."""

    def __init__(self) -> None:
        """Start with none."""
        self._running: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._running)

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Let work run beside the caller."""
        task = asyncio.create_task(log_failure(work))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def finish(self) -> None:
        """Wait for what runs, for a while, then cancel it."""
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=SECONDS_TO_FINISH)
            for task in late:
                task.cancel()


class Poller:
    """A loop that looks for work when it is woken, and from time to time anyway; `tasks` do what it finds."""

    def __init__(self, look: Callable[[], Awaitable[None]]) -> None:
        """Say what looking is."""
        self.tasks = Tasks()
        self._look = look
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Look at once; to be called from the loop's own thread."""
        self._woken.set()

    async def run(self) -> None:
        """Look for ever; when this is cancelled, what is being done is finished first."""
        try:
            while True:
                self._woken.clear()
                await self._look()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._woken.wait(), LOOK_EVERY)
        finally:
            await self.tasks.finish()


async def log_failure(work: Coroutine[Any, Any, None]) -> None:
    """Do work that nobody waits for, and log when it fails."""
    try:
        await work
    except Exception as error:  # by its kind: its text may hold anything
        log.error("work beside a loop failed: %s", type(error).__name__)


async def until_noted(note: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Note something in the database, again and again while it cannot be reached: what was done must not be done twice."""
    while True:
        try:
            return await run_sync(partial(note, *args, **kwargs))
        except SQLAlchemyError as error:
            log.error("%s is tried again: %s", getattr(note, "__name__", "a note"), type(error).__name__)
            await asyncio.sleep(SECONDS_TO_NOTE_AGAIN)
