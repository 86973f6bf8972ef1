"""What a patient sent, read: a text without personal data, a button as the words or the payload it stands for, or a command."""

from dataclasses import dataclass

from bot.commands import neutralise
from bot.conversations import service as conversations
from bot.conversations.service import HUMAN
from bot.handoff import call_backs, words
from bot.handoff.fields import question_beside
from bot.handoff.words import FIELD, PERSON, RATE, STOP
from bot.privacy.redaction import redact
from bot.safety.protocol import is_crisis
from bot.safety.screen import NONE, Risk

ERASE = "app:erase"
MAX_CHARACTERS = 2000
GONE = "This chat has been deleted. Start a new one."


@dataclass(frozen=True)
class Inbound:
    """What a channel hands over, authenticated: a text, a choice as (message's seq, index), or media we cannot read."""

    conversation_id: str
    client_id: str
    text: str = ""
    choice: tuple[int, int] | None = None
    is_media: bool = False


class UnknownConversation(ValueError):
    """A conversation that is not there: erased, or purged."""


class UnknownChoice(ValueError):
    """A button that was never offered in this conversation."""


@dataclass(frozen=True)
class Said:
    """A patient's message as it is stored and as the engine gets it; whether it answers our question or was cut; or a command."""

    shown: str
    asked: str
    is_answer: bool = False
    is_cut: bool = False
    command: str | None = None


def read(inbound: Inbound, risk: Risk) -> Said:
    """Return what was said; what was asked for privately is kept apart, and never goes on.

    Raises:
        UnknownConversation: the conversation of a button was erased.
        UnknownChoice: the choice was not offered in this conversation.

    """
    if inbound.choice:
        return _read_choice(inbound.conversation_id, inbound.choice)
    text = inbound.text[:MAX_CHARACTERS]
    field = None if is_crisis(risk) else _private_field(inbound.conversation_id)
    is_answer = field == "contact" or risk.level == NONE  # "I am alone tonight" is no time; a number is a contact all the same
    if field and is_answer and call_backs.give(inbound.conversation_id, field, text):
        given, question = _given(field), redact(question_beside(text)) if field == "contact" else ""
        return Said(f"{given.shown} {question}", neutralise(question)) if question else given  # the form goes on by itself
    redacted = redact(text)
    is_cut = len(inbound.text) > MAX_CHARACTERS
    return Said(redacted, neutralise(redacted), is_cut=is_cut)  # a typed text is never a command to the engine


def _given(field: str) -> Said:
    """Return what stands in the chat, and goes to the engine, in the place of what was given privately."""
    return Said(words.text(f"private/{field}"), f'/give{{"field": "{field}"}}')


def _private_field(conversation_id: str) -> str | None:
    """Return the field of a call-back request that was just asked for; None too while a person has the conversation."""
    state = conversations.state(conversation_id)
    return state.asking if state and state.mode != HUMAN else None


def _read_choice(conversation_id: str, choice: tuple[int, int]) -> Said:
    """Look up a choice: its title is the patient's words, its payload the engine's, unless it is the app's own button."""
    if not conversations.exists(conversation_id):
        raise UnknownConversation(GONE)
    found = conversations.choice(conversation_id, *choice)
    if found is None:
        raise UnknownChoice("This button does not belong to this conversation.")
    title, payload = found
    if payload in (ERASE, PERSON, STOP) or payload.startswith(RATE):
        return Said(title, payload, command=payload)
    if payload.startswith(FIELD):  # a ready-made answer to what was asked privately
        field = payload.removeprefix(FIELD)
        call_backs.give(conversation_id, field, title)
        return _given(field)
    if payload.startswith("app:"):  # answers our question, however late it is pressed: read as the words it stands for
        return Said(title, neutralise(title), is_answer=True)
    return Said(title, payload)
