"""What may leave: approved texts, byte for byte, with nothing but declared facts filled in. The gate of a turn's last step."""

import logging
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from sqlalchemy.exc import SQLAlchemyError

from bot.clinic.facts import load_clinic
from bot.conversations.service import Reply
from bot.settings import get_settings
from bot.topics.catalogue import CatalogueError, load_catalogue
from bot.topics.contents import load_contents
from bot.topics.responses import load_responses
from bot.topics.review import Review
from bot.topics.service import review_states
from bot.topics.shapes import Shapes, compile_shapes

log = logging.getLogger(__name__)

# handoff.words.person_choice once more: no feature may import another's words, and the website's channel, which serves the
# greeting, may not know them to pass them in; tests/topics/test_serve.py holds the two together
_PERSON = ("Talk to a person", "app:person")


@lru_cache(maxsize=1)
def load_approved() -> tuple[Shapes, Shapes]:
    """Return the texts and the labels that may leave, filled with the clinic's facts; raises CatalogueError."""
    contents, fill = load_contents().values(), load_clinic().fill
    try:
        texts = compile_shapes(((text, content.key) for content in contents for text in content.texts.values()), fill)
        return texts, compile_shapes(((label, content.key) for content in contents for label in content.labels), fill)
    except KeyError as error:
        reason = "is neither a fact of the clinic nor a variable of bot/topics/shapes.py"
        raise CatalogueError(f"{{{error.args[0]}}} {reason}.") from None


def is_approved(text: str) -> bool:
    """Tell whether a text is catalogued: byte-identical once the clinic's facts are in their places."""
    return load_approved()[0].owner(text) is not None


def serve(replies: Iterable[Reply]) -> list[Reply]:
    """Return what may be said of these replies: one that may not leave gives way to a sentence that says so and offers a person.

    A reply may leave when it is catalogued and, in production, its topic is approved by a clinician. Buttons that may not be
    shown are left out. What a clinician approved says who that was (`reviewed_by`), as it stood when it was said.
    """
    replies = list(replies)
    texts, labels = load_approved()
    owners = [texts.owner(reply.text) for reply in replies]
    offered = {title: labels.owner(title) for reply in replies for title, _ in reply.choices}
    is_strict = get_settings().mode == "production"
    asked = [*owners, *offered.values()] if is_strict else owners
    reviews = _reviews({key for key in asked if key in load_catalogue()})
    hidden = {key for key, review in reviews.items() if is_strict and not review.is_approved}

    served: list[Reply] = []
    for reply, owner in zip(replies, owners, strict=True):
        if owner is None or owner in hidden:
            log.warning("a reply was withheld: %s", f"{owner} awaits review" if owner else "it is not catalogued")
            if not (served and served[-1].about.get("route") == "withheld"):  # said once is enough
                served.append(_withheld(reply, owner))
            continue
        choices = tuple(choice for choice in reply.choices if (key := offered[choice[0]]) and key not in hidden)
        if len(choices) < len(reply.choices):
            log.warning("buttons were left out: %s of %s", len(reply.choices) - len(choices), len(reply.choices))
        reviewer = reviews[owner].reviewer if owner in reviews else None
        served.append(replace(reply, choices=choices, about=reply.about | ({"reviewed_by": reviewer} if reviewer else {})))
    return served


def _reviews(keys: set[str]) -> dict[str, Review]:
    try:
        return review_states(keys) if keys else {}
    except SQLAlchemyError as error:  # what cannot be looked up counts as not reviewed
        log.error("reviews cannot be read: %s", type(error).__name__)
        return {key: Review() for key in keys}


def _withheld(reply: Reply, owner: str | None) -> Reply:
    kept = {name: value for name, value in reply.about.items() if name != "asks"}  # what was not said asks for nothing
    (text,) = load_responses()["utter_withheld"]
    return Reply(load_clinic().fill(text), (_PERSON,), ({"topic": owner} if owner else {}) | kept | {"route": "withheld"})
