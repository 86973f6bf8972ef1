"""The outbox: delivers what conversations on platforms say, in order, and again after a failure until the platform took it."""

import asyncio
import logging
from collections.abc import Mapping

from anyio.to_thread import run_sync

from bot.channels import addresses
from bot.channels.addresses import Destination
from bot.channels.events import Blocked, Platform, Refused, TryLater
from bot.channels.present import present
from bot.channels.tasks import Poller, until_noted
from bot.conversations import service as conversations
from bot.conversations.service import PATIENT

log = logging.getLogger(__name__)

AT_ONCE = 20  # addresses; a slow platform must not use up every connection and thread


class Outbox:
    """Delivers the messages after each address's last delivered one; one address at a time by one worker."""

    def __init__(self, platforms: Mapping[str, Platform]) -> None:
        """Say who sends."""
        self._platforms = platforms
        self._poller = Poller(self._look)
        self._busy: set[str] = set()
        self._places = asyncio.Semaphore(AT_ONCE)

    def wake(self) -> None:
        """Look at once; to be called from the loop's own thread."""
        self._poller.wake()

    async def run(self) -> None:
        """Deliver for ever; when this is cancelled, what is being sent is finished first."""
        await self._poller.run()

    async def _look(self) -> None:
        try:
            found = await run_sync(addresses.due, list(self._platforms))
        except Exception as error:  # the database may be back at the next look
            log.error("the outbox could not be read: %s", type(error).__name__)
            return
        for sender in found:
            if sender not in self._busy:
                self._busy.add(sender)
                self._poller.tasks.start(self._deliver(sender))

    async def _deliver(self, sender: str) -> None:
        try:
            async with self._places:
                await self._deliver_now(sender)
        finally:
            self._busy.discard(sender)

    async def _deliver_now(self, sender: str) -> None:
        destination = await run_sync(addresses.claim, sender)
        if destination is None:
            return
        try:
            await self._send_all(destination)
        except Blocked:
            log.info("blocked by the receiver channel=%s", destination.channel)
            await until_noted(addresses.block, sender)
        except TryLater as later:
            failures = await until_noted(addresses.postpone, destination, later.seconds)
            log.warning("%s did not take a message, failures=%s", destination.channel, failures)
            return
        except Exception as error:
            log.error("delivery failed channel=%s error=%s", destination.channel, type(error).__name__)
            await until_noted(addresses.postpone, destination, None)
            return
        await until_noted(addresses.release, destination)
        self._poller.wake()  # something may have been stored meanwhile

    async def _send_all(self, destination: Destination) -> None:
        platform, delivered = self._platforms[destination.channel], destination.delivered
        while entries := await run_sync(conversations.history, destination.conversation_id, delivered):
            for entry in entries:
                delivered = entry.seq
                if entry.sender != PATIENT:
                    post = present(entry, destination.conversation_id, destination.language)
                    try:
                        await platform.send(destination.reply_to, post)
                    except Refused:  # it would be refused again and keep everything after it back
                        log.error("%s refused a message conversation=%s", destination.channel, destination.conversation_id[:6])
                if not await until_noted(addresses.note_delivered, destination, entry.seq):
                    return  # deleted, or begun anew
