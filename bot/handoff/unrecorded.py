"""Tells the staff of a crisis that could not be recorded: at once and directly, as what keeps the alerts is what failed."""

import logging
import time
from threading import Lock

from bot.conversations.models import now
from bot.handoff.alerts import Notice
from bot.handoff.senders import get_sender

log = logging.getLogger(__name__)

SECONDS_BETWEEN = 60.0  # when the record is down, every crisis comes here; the first says what there is to say


class _Reports:
    """Lets one report a minute through, in this process."""

    def __init__(self) -> None:
        self._guard, self._last = Lock(), float("-inf")

    def begin(self) -> bool:
        with self._guard:
            if time.monotonic() - self._last < SECONDS_BETWEEN:
                return False
            self._last = time.monotonic()
            return True

    def forget(self) -> None:
        with self._guard:
            self._last = float("-inf")


reports = _Reports()


def report() -> None:
    """Alert the staff that a crisis message was answered and not recorded, at most once a minute; never raises."""
    if not reports.begin():
        return
    try:
        get_sender().send(Notice(0, "unrecorded", "no ticket", "/desk", "crisis", "", now()))
    except Exception as error:
        log.error("the staff were not alerted to an unrecorded crisis: %s", type(error).__name__)
        reports.forget()  # the next one tries again
