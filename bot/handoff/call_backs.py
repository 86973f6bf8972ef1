"""Call-back requests: what a patient gives for them is checked and kept here, encrypted, and never reaches the engine.

The form in the engine asks for one field after the other and knows only which ones were given. A text that fits the field that
was asked for is taken out of the turn before the engine sees it; any other text is an ordinary message.
"""

import re
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.conversations.models import now
from bot.db import transaction
from bot.handoff import alerts
from bot.handoff.models import CallBack

FIELDS = ("name", "contact", "time")
_WORD = r"[^\W\d_][\w'’.-]*"
_NAME = re.compile(rf"(?:(?:my name is|i am|i'm|im|it is|it's|this is|call me)\s+)?({_WORD}(?: {_WORD}){{0,3}})\.?", re.I)
_NO_NAME = re.compile(  # short texts that answer something else
    r"\b(no|nope|not|none|skip|stop|cancel|quit|back|help|why|what|who|how|when|where|yes|ok|okay|sure|never ?mind|forget|later"
    r"|person|human|hello|hi|thanks|thank|please|don'?t|doesn'?t|can|will|would|cost|therapy|medication|medicine|feeling|sad"
    r"|scared|afraid|sorry|fine|tell me|more|simpler)\b",
    re.I,
)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"\+?\(?\d[\d\s().-]{5,20}\d")
_TIME = re.compile(
    r"\b(\d{1,2}([:.]\d\d)?\s?(am|pm|h|o'?clock)?|mornings?|noon|lunch\w*|afternoons?|evenings?|nights?|any ?time|whenever"
    r"|today|tomorrow|week(day|end)s?|(mon|tues|wednes|thurs|fri|satur|sun)days?|(mon|tue|wed|thu|fri|sat|sun)|after|before|work)\b",
    re.I,
)


def read(field: str, text: str) -> str | None:
    """Return what a text gives for a field; None when it is no answer to it."""
    text = " ".join(text.split())
    if field == "contact":
        found = _MAIL.search(text) or _PHONE.search(text)
        return found[0] if found and (found.re is _MAIL or 7 <= len(re.sub(r"\D", "", found[0])) <= 15) else None
    if "?" in text or len(text) > 80:
        return None
    if field == "time":
        return text if _TIME.search(text) else None
    found = _NAME.fullmatch(text)
    return found[1] if found and not _NO_NAME.search(text) else None


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
        row: Any = session.get(CallBack, call_back_id, with_for_update=True)
        if row is None or row.state != "requested":
            return False
        row.state, row.done_at, row.staff_name, row.outcome, row.details = "done", now(), staff_name, outcome, {}
        return True
