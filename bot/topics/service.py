"""Verbs on topics: keep a question nobody could answer, and record whether an answer helped."""

from collections.abc import Sequence

from bot.db import transaction
from bot.topics.models import Feedback, UnansweredQuestion

MAX_CHARACTERS = 500


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
