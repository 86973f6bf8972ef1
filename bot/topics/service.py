"""Verbs on topics: keep a question nobody could answer, record whether an answer helped, sign texts off."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy import select

from bot.conversations.models import now
from bot.db import transaction
from bot.topics.contents import load_contents
from bot.topics.models import Feedback, SignOff, UnansweredQuestion
from bot.topics.review import Review, judge

MAX_CHARACTERS = 500
DAYS_APPROVED = 365


class SignOffError(ValueError):
    """A sign-off that cannot be recorded; the text says why."""


def keep_question(text: str, nearest: Sequence[str] = ()) -> None:
    """Keep a question for the clinic. The text was redacted before the engine saw it; it is kept without its conversation."""
    if not text.strip() or text.startswith("/"):
        return  # a button, not a question
    with transaction() as session:
        session.add(UnansweredQuestion(text=text[:MAX_CHARACTERS], nearest=",".join(nearest)[:255]))


def record_feedback(topic: str | None, helpful: bool) -> None:
    """Count whether the answer on a topic helped; without a topic there is nothing to count."""
    if topic:
        with transaction() as session:
            session.add(Feedback(topic=topic, helpful=helpful))


def sign_off(content: str, name: str, role: str, text_hash: str, days: int = DAYS_APPROVED) -> Review:
    """Record that a clinician approves a content (a topic or a group); `text_hash` is the hash of the texts they read.

    Raises:
        SignOffError: there is no such content, its texts have changed since they were read, or the clinician is not named.

    """
    found = load_contents().get(content)
    if found is None:
        raise SignOffError(f"content: there is no topic or group '{content}'.")
    if found.text_hash != text_hash:
        raise SignOffError("text: it has changed since it was read; read it again, then sign.")
    for field, value in (("name", name.strip()), ("role", role.strip())):
        if not 0 < len(value) <= 120 or any(sign in value for sign in "{}<>") or not value.isprintable():
            raise SignOffError(f"{field}: write who signs, in at most 120 letters, without {{ }} < >.")
    if not 1 <= days <= DAYS_APPROVED * 3:
        raise SignOffError(f"days: an approval holds for 1 to {DAYS_APPROVED * 3} days.")
    at = now()
    row = SignOff(content=content, text_hash=text_hash, name=name.strip(), role=role.strip(), signed_at=at)
    row.expires_at = at + timedelta(days=days)
    with transaction() as session:
        session.add(row)
    return judge(text_hash, [row], at)


def review_states(keys: Collection[str] | None = None) -> dict[str, Review]:
    """Return where every content stands, or the ones with these keys."""
    wanted = {key: content for key, content in load_contents().items() if keys is None or key in keys}
    signed: dict[str, list[SignOff]] = {key: [] for key in wanted}
    with transaction() as session:
        for row in session.scalars(select(SignOff).where(SignOff.content.in_(wanted)).order_by(SignOff.id)):
            signed[row.content].append(row)
    return {key: judge(content.text_hash, signed[key], now()) for key, content in wanted.items()}
