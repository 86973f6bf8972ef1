"""The platform channels of one process: which are configured, and what runs for them beside the app."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager

from anyio.to_thread import run_sync

from bot.channels import addresses, updates, words
from bot.channels.events import Platform
from bot.channels.inbox import Inbox
from bot.channels.outbox import Outbox
from bot.channels.tasks import log_failure
from bot.channels.telegram import Telegram
from bot.settings import get_settings

log = logging.getLogger(__name__)

PURGE_EVERY = 600.0  # seconds


class Channels:
    """The channels that the settings turn on; none of them does anything before it runs."""

    def __init__(self, announce: Callable[[str], None]) -> None:
        """Read the settings; raises SettingsError or ClinicError when a channel is half set up."""
        self.telegram = Telegram.configured(get_settings())
        platforms: list[Platform] = [platform for platform in (self.telegram,) if platform is not None]
        self._platforms = {platform.name: platform for platform in platforms}
        if self._platforms:
            words.load_words()
        self.inbox = Inbox(self._platforms, announce)
        self._outbox = Outbox(self._platforms)

    @asynccontextmanager
    async def running(self, watch: Callable[[], AbstractContextManager[asyncio.Event]]) -> AsyncIterator[None]:
        """Let the channels run; `watch` gives an event that is set whenever something was stored to deliver."""
        if not self._platforms:
            yield
            return
        platforms = [platform.run(self.inbox.receive) for platform in self._platforms.values()]
        work = [self.inbox.run(), self._outbox.run(), self._wake_outbox(watch), _purge_for_ever(), *platforms]
        tasks = [asyncio.create_task(log_failure(part)) for part in work]
        log.info("channels running: %s", ", ".join(self._platforms))
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for platform in self._platforms.values():
                await platform.close()

    async def _wake_outbox(self, watch: Callable[[], AbstractContextManager[asyncio.Event]]) -> None:
        with watch() as something_new:
            while True:
                await something_new.wait()
                something_new.clear()
                self._outbox.wake()


async def _purge_for_ever() -> None:
    while True:
        try:
            count = await run_sync(updates.purge), await run_sync(addresses.purge)
            log.info("purged updates=%s addresses=%s", *count)
        except Exception as error:  # the next round may do better
            log.error("purge of the channels failed: %s", type(error).__name__)
        await asyncio.sleep(PURGE_EVERY)
