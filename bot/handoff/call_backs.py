"""Call-back requests: what a patient gives for them is checked and kept here, encrypted, and never reaches the engine.

The form in the engine asks for one field after the other and knows only which ones were given. A text that fits the field that
was asked for is taken out of the turn before the engine sees it; any other text is an ordinary message.
"""

from typing import Any, cast

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session

from bot.conversations.models import now
from bot.db import transaction
from bot.handoff import alerts
from bot.handoff.fields import FIELDS, read
from bot.handoff.models import CallBack

__all__ = ["FIELDS", "drop", "finish", "give", "missing", "requested", "submit"]


def give(conversation_id: str, field: str, text: str) -> bool:
    """Keep what a text gives for a field; False when it gives nothing."""
    value = read(field, text)
    if value is None:
        return False
    with transaction() as session:
        draft = _draft(session, conversation_id) or CallBack(conversation_id=conversation_id, details={}, state="draft")
        draft.details = {**draft.details, field: value}
        session.add(draft)
    return True


def missing(conversation_id: str) -> list[str]:
    """Return the fields that a request still needs, in order."""
    with transaction() as session:
        draft = _draft(session, conversation_id)
        return [field for field in FIELDS if draft is None or field not in draft.details]


def submit(conversation_id: str) -> bool:
    """Hand the request in, with the patient's consent, and alert the staff; False when something is missing."""
    with transaction() as session:
        draft = _draft(session, conversation_id)
        if draft is None or any(field not in draft.details for field in FIELDS):
            return False
        draft.state, draft.requested_at = "requested", now()
        alerts.schedule_call_back(draft.id)
        return True


def drop(conversation_id: str) -> None:
    """Delete what was given for a request that was not handed in."""
    with transaction() as session:
        session.execute(delete(CallBack).where(CallBack.conversation_id == conversation_id, CallBack.state == "draft"))


def _draft(session: Session, conversation_id: str) -> CallBack | None:
    found = select(CallBack).where(CallBack.conversation_id == conversation_id, CallBack.state == "draft")
    return session.scalars(found.order_by(CallBack.id.desc()).limit(1)).first()


def requested() -> list[CallBack]:
    """Return the requests that wait, the oldest first."""
    with transaction() as session:
        return list(session.scalars(select(CallBack).where(CallBack.state == "requested").order_by(CallBack.requested_at)))


def finish(call_back_id: int, staff_name: str, outcome: str) -> bool:
    """Note what became of a request, and delete name and contact; False when somebody did so before."""
    with transaction() as session:
        waits = (CallBack.id == call_back_id) & (CallBack.state == "requested")
        done = {"state": "done", "done_at": now(), "staff_name": staff_name, "outcome": outcome, "details": {}}
        return cast(CursorResult[Any], session.execute(update(CallBack).where(waits).values(done))).rowcount == 1
