"""Who is at the desk."""

from datetime import timedelta

import pytest

from bot.conversations.models import now
from bot.db import transaction
from bot.handoff import presence
from bot.handoff.models import Presence

pytestmark = pytest.mark.usefixtures("database")


def test_who_reports_is_there_and_takes_chats() -> None:
    presence.mark(1)
    presence.mark(1)
    assert presence.is_ready(1) and presence.count_ready() == 1


def test_who_takes_no_chats_does_not_count_and_stays_so() -> None:
    presence.mark(1, is_ready=False)
    presence.mark(1)
    assert not presence.is_ready(1) and presence.count_ready() == 0
    presence.mark(1, is_ready=True)
    assert presence.is_ready(1)


def test_who_left_or_was_not_seen_lately_is_not_there() -> None:
    for staff_id in (1, 2, 3):
        presence.mark(staff_id)
    presence.leave(1)
    presence.leave(1)
    with transaction() as session:
        session.get_one(Presence, 2).seen_at = now() - presence.SEEN_WITHIN - timedelta(seconds=1)
    assert [presence.is_ready(staff_id) for staff_id in (1, 2, 3, 4)] == [False, False, True, False]
    assert presence.count_ready() == 1
