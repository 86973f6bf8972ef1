"""The inbox: keeps what platforms tell us, works it in order, and answers a crisis even when nothing can be kept."""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from bot.channels import addresses, service, updates, words
from bot.channels.events import Blocked, Event, Kind, Platform, Post, Refused, TryLater
from bot.channels.tasks import Poller, until_noted
from bot.channels.updates import Claimed
from bot.handoff import unrecorded
from bot.settings import get_settings
from bot.turns import SECONDS_TO_CRISIS_TEXT

log = logging.getLogger(__name__)

AT_ONCE = 20  # updates worked at once; urgent ones come on top
TYPING_EVERY = 4.0  # seconds; platforms show it for five
RESCUES = 4  # attempts to send crisis texts that are not stored anywhere
REMEMBERED = 10_000


class Inbox:
    """Takes events from the platforms' doors, stores them, and works them."""

    def __init__(self, platforms: Mapping[str, Platform], announce: Callable[[str], None]) -> None:
        """Say who sends; `announce` is called with a conversation's id each time something was stored to deliver."""
        self._platforms = platforms
        self._announce = announce
        self._poller = Poller(self._look)
        self._threads, self._urgent_threads = CapacityLimiter(AT_ONCE), CapacityLimiter(AT_ONCE)
        self._rescued: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._window = MovingWindowRateLimiter(MemoryStorage())
        self._limit = RateLimitItemPerMinute(get_settings().messages_a_minute, namespace="sender")
        self._told = RateLimitItemPerMinute(1, namespace="told")

    async def receive(self, event: Event) -> None:
        """Keep an event; raises when it could not be kept, and the platform has to send it again."""
        is_urgent = await run_sync(service.asks_for_crisis_help, event)
        limited = event if is_urgent else self._limited(event)
        if limited is None:
            return
        keeping = asyncio.ensure_future(run_sync(updates.keep, limited, is_urgent, limiter=self._urgent_threads))
        if is_urgent:
            await self._in_time(keeping, event, SECONDS_TO_CRISIS_TEXT)
        try:
            await keeping
        except Exception:
            if is_urgent:
                self._report()
            raise
        self._poller.wake()

    def _limited(self, event: Event) -> Event | None:
        """Return the event, or the first one above the limit as that, or None."""
        if event.kind == Kind.BLOCKED or self._window.hit(self._limit, event.sender):
            return event
        return replace(event, kind=Kind.TOO_MANY, text="", data="") if self._window.hit(self._told, event.sender) else None

    async def run(self) -> None:
        """Work what was kept, for ever; when this is cancelled, what is being worked is finished first."""
        await self._poller.run()

    async def _look(self) -> None:
        is_full = len(self._poller.tasks) >= AT_ONCE
        try:
            found = await run_sync(updates.claim, list(self._platforms), is_full)
        except Exception as error:  # the database may be back at the next look
            log.error("the inbox could not be read: %s", type(error).__name__)
            return
        for claimed in found:
            self._poller.tasks.start(self._work(claimed))

    async def _work(self, claimed: Claimed) -> None:
        event, started = claimed.event, time.monotonic()
        try:
            await self._answer(claimed)
        except Blocked:
            await until_noted(addresses.block, event.sender)
        except Refused:
            log.error("%s refused an answer", event.channel)
        except TryLater as later:
            if await until_noted(updates.postpone, claimed.id, later.seconds):
                return
            log.error("%s did not take an answer; given up", event.channel)
        except Exception as error:
            log.error("an update of %s failed: %s", event.channel, type(error).__name__)
            if claimed.is_urgent:
                self._report()
                await self._rescue(event)
            if await until_noted(updates.postpone, claimed.id, None):
                return
            await self._send(event, [words.post("failed", event.language)], attempts=1)
        await until_noted(updates.finish, claimed.id)
        log.info("update worked channel=%s kind=%s seconds=%.1f", event.channel, event.kind, time.monotonic() - started)
        self._poller.wake()  # the sender's next one may be waiting

    async def _answer(self, claimed: Claimed) -> None:
        """Do what the event asks for, and send what is sent at once."""
        event, platform = claimed.event, self._platforms[claimed.event.channel]
        limiter = self._urgent_threads if claimed.is_urgent else self._threads
        handling = asyncio.ensure_future(run_sync(service.handle, event, self._announce, limiter=limiter))
        typing = asyncio.ensure_future(self._type(event, platform))
        try:
            if claimed.is_urgent:
                await self._in_time(handling, event, 2 * SECONDS_TO_CRISIS_TEXT)  # the turn itself waits only half as long
            posts = await handling
        finally:
            typing.cancel()
        for post in posts:
            await platform.send(event.reply_to, post)

    async def _type(self, event: Event, platform: Platform) -> None:
        with suppress(Exception):  # an answer does not depend on it
            while await run_sync(service.is_answered_by_bot, event):
                await platform.show_typing(event.reply_to)
                await asyncio.sleep(TYPING_EVERY)

    async def _in_time(self, doing: "asyncio.Future[Any]", event: Event, seconds: float) -> None:
        """Send the crisis texts without a record when what would send them is late or fails; it goes on all the same."""
        done, _ = await asyncio.wait([doing], timeout=seconds)
        if not done or doing.exception() is not None:
            self._poller.tasks.start(self._rescue(event))

    async def _rescue(self, event: Event) -> None:
        """Send the crisis texts that are stored nowhere; once for an event, however often it comes again."""
        update = event.channel, event.update_id
        if update in self._rescued:
            return
        self._rescued[update] = None
        while len(self._rescued) > REMEMBERED:
            self._rescued.popitem(last=False)
        log.error("a crisis was answered without the record channel=%s", event.channel)
        await self._send(event, service.crisis_help(event), RESCUES)

    def _report(self) -> None:
        """Tell the staff of a crisis that left no record; nobody waits for it."""
        self._poller.tasks.start(run_sync(unrecorded.report))

    async def _send(self, event: Event, posts: list[Post], attempts: int) -> None:
        """Send posts from memory, each in a few attempts."""
        for post in posts:
            for attempt in range(1, attempts + 1):
                try:
                    await self._platforms[event.channel].send(event.reply_to, post)
                    break
                except TryLater as later:
                    await asyncio.sleep(addresses.pause(attempt, later.seconds).total_seconds())
                except (Blocked, Refused):
                    break
