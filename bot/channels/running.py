"""The platform channels of one process: which are configured, and what runs for them beside the app."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractContextManager, asynccontextmanager
from typing import Any

from anyio.to_thread import run_sync

from bot.channels import addresses, updates, words
from bot.channels.events import Platform
from bot.channels.inbox import Inbox
from bot.channels.outbox import Outbox
from bot.channels.slack import Slack
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
        self.slack = Slack.configured(get_settings())
        self._connected: list[Platform] = [platform for platform in (self.telegram, self.slack) if platform is not None]
        # Slack may be connected for the staff alone; then no patient's chat is delivered there
        is_for_patients = self.slack is not None and self.slack.is_for_patients
        self._platforms = {one.name: one for one in self._connected if one is not self.slack or is_for_patients}
        if self._connected:
            words.load_words()
        self.inbox = Inbox(self._platforms, announce)
        self._outbox = Outbox(self._platforms)

    @asynccontextmanager
    async def running(self, watch: Callable[[], AbstractContextManager[asyncio.Event]]) -> AsyncIterator[None]:
        """Let the channels run; `watch` gives an event that is set whenever something was stored to deliver."""
        work: list[Coroutine[Any, Any, None]] = [self._purge_for_ever()]  # a channel may have been on before
        if self._connected:
            platforms = [platform.run(self.inbox.receive) for platform in self._connected]
            work += [self.inbox.run(), self._outbox.run(), self._wake_outbox(watch), *platforms]
            log.info("channels running: %s", ", ".join(platform.name for platform in self._connected))
        tasks = [asyncio.create_task(log_failure(part)) for part in work]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for platform in self._connected:
                await platform.close()

    async def _wake_outbox(self, watch: Callable[[], AbstractContextManager[asyncio.Event]]) -> None:
        with watch() as something_new:
            while True:
                await something_new.wait()
                something_new.clear()
                self._outbox.wake()

    async def _purge_for_ever(self) -> None:
        while True:
            try:
                count = await run_sync(updates.purge, list(self._platforms)), await run_sync(addresses.purge)
                log.info("purged updates=%s addresses=%s", *count)
            except Exception as error:  # the next round may do better
                log.error("purge of the channels failed: %s", type(error).__name__)
            await asyncio.sleep(PURGE_EVERY)
