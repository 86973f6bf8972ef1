"""Verbs on topics: keep questions nobody could answer until they are dealt with, count what helped, sign texts off."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

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


def unanswered(count: int = 500) -> list[UnansweredQuestion]:
    """Return the questions that nobody has dealt with, the newest first, at most so many."""
    waiting = select(UnansweredQuestion).where(UnansweredQuestion.handled_at.is_(None))
    with transaction() as session:
        return list(session.scalars(waiting.order_by(UnansweredQuestion.id.desc()).limit(count)))


def count_unanswered() -> int:
    """Return how many questions nobody has dealt with."""
    with transaction() as session:
        waiting = select(func.count()).select_from(UnansweredQuestion).where(UnansweredQuestion.handled_at.is_(None))
        return session.scalar(waiting) or 0


def mark_handled(ids: Collection[int]) -> list[int]:
    """Take questions off the list because they were dealt with; return the ids of those that were on it."""
    waiting = UnansweredQuestion.id.in_(ids) & UnansweredQuestion.handled_at.is_(None)
    with transaction() as session:
        marked = update(UnansweredQuestion).where(waiting).values(handled_at=now()).returning(UnansweredQuestion.id)
        return sorted(session.scalars(marked))


def delete_questions(ids: Collection[int]) -> list[int]:
    """Delete questions for good, as when one still holds something personal; return the ids of those that were there."""
    with transaction() as session:
        deleted = delete(UnansweredQuestion).where(UnansweredQuestion.id.in_(ids)).returning(UnansweredQuestion.id)
        return sorted(session.scalars(deleted))


def forget_handled(days: int) -> int:
    """Delete the questions that were dealt with so many days ago; return how many."""
    is_old = UnansweredQuestion.handled_at < now() - timedelta(days=days)
    with transaction() as session:
        return len(list(session.scalars(delete(UnansweredQuestion).where(is_old).returning(UnansweredQuestion.id))))


def sum_feedback(since: datetime | None = None, until: datetime | None = None) -> dict[str, tuple[int, int]]:
    """Return by topic how many said that an answer helped, and that it did not; from one moment until before another."""
    sums = select(Feedback.topic, Feedback.helpful, func.count()).group_by(Feedback.topic, Feedback.helpful)
    if since is not None:
        sums = sums.where(Feedback.created_at >= since)
    if until is not None:
        sums = sums.where(Feedback.created_at < until)
    found: dict[str, list[int]] = {}
    with transaction() as session:
        for topic, is_helpful, count in session.execute(sums):
            found.setdefault(topic, [0, 0])[0 if is_helpful else 1] = count
    return {topic: (helped, did_not) for topic, (helped, did_not) in found.items()}
