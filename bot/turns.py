"""A turn: what happens, in order, when a patient sends something. Knows neither Rasa nor a web framework."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from weakref import WeakValueDictionary

from bot.clinic import load_clinic
from bot.commands import neutralise
from bot.conversations import service as conversations
from bot.conversations.service import Reply
from bot.engine import EngineUnavailable, get_engine
from bot.privacy.redaction import redact
from bot.safety.protocol import crisis_texts, is_crisis, supportive_line
from bot.safety.screen import Risk, screen
from bot.topics.responses import load_responses

log = logging.getLogger(__name__)

ERASE = "app:erase"
MAX_CHARACTERS = 2000
GONE = "This chat has been deleted. Start a new one."
RECENT = 8  # messages within which the supportive line is not repeated


@dataclass(frozen=True)
class Inbound:
    """What a channel hands over, authenticated: a text, or a choice as (message's sequence number, index)."""

    conversation_id: str
    client_id: str
    text: str = ""
    choice: tuple[int, int] | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of a turn: the message's sequence number, if stored; texts to show at once when they could not be stored."""

    seq: int | None = None
    erased: bool = False
    unstored: tuple[str, ...] = field(default=())


class UnknownConversation(ValueError):
    """A conversation that is not there: erased, or purged."""


class UnknownChoice(ValueError):
    """A button that was never offered in this conversation."""


class _Locks:
    """One lock a conversation, so that its turns keep their order; forgotten when nobody holds it."""

    def __init__(self) -> None:
        self._guard, self._locks = Lock(), WeakValueDictionary[str, "_Lock"]()

    def of(self, conversation_id: str) -> "_Lock":
        with self._guard:
            return self._locks.setdefault(conversation_id, _Lock())


class _Lock:
    """A lock that can be held weakly."""

    def __init__(self) -> None:
        self._lock = Lock()

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


_locks = _Locks()


def take(inbound: Inbound, announce: Callable[[str], None] = lambda _: None) -> Outcome:
    """Take one turn; `announce` is called with the conversation's id each time something was stored to deliver.

    Raises:
        UnknownConversation: the conversation was erased.
        UnknownChoice: the choice was not offered in this conversation.

    """
    risk = screen(inbound.text)
    lock = _locks.of(inbound.conversation_id)
    try:
        with lock:
            return _take(inbound, risk, announce)
    except Exception as error:
        log.error("turn failed: %s", type(error).__name__)
        if is_crisis(risk):
            return Outcome(unstored=crisis_texts(load_clinic()))
        raise


def _take(inbound: Inbound, risk: Risk, announce: Callable[[str], None]) -> Outcome:
    conversation_id = inbound.conversation_id
    shown, asked = _read_choice(conversation_id, inbound.choice) if inbound.choice else _protect_text(inbound.text)
    if inbound.choice and asked == ERASE:
        conversations.erase(conversation_id)
        return Outcome(erased=True)

    receipt = conversations.accept(conversation_id, inbound.client_id, shown)
    if receipt is None:
        raise UnknownConversation(GONE)
    if receipt.is_answered:  # sent twice; one that was cut off before its answer goes on
        return Outcome(seq=receipt.seq)
    announce(conversation_id)
    log.info("message accepted conversation=%s seq=%s risk=%s", conversation_id[:6], receipt.seq, risk.level)

    if is_crisis(risk):
        _say(conversation_id, [Reply(text, about={"route": "crisis"}) for text in crisis_texts(load_clinic())], announce)
        return Outcome(seq=receipt.seq)

    if receipt.mode == "human":
        return Outcome(seq=receipt.seq)

    _say(conversation_id, [*_ask(conversation_id, asked), *_support(conversation_id, risk)], announce)
    return Outcome(seq=receipt.seq)


def _read_choice(conversation_id: str, choice: tuple[int, int]) -> tuple[str, str]:
    """Return a choice's title, as the patient's words, and its payload, as the engine's."""
    if not conversations.exists(conversation_id):
        raise UnknownConversation(GONE)
    found = conversations.choice(conversation_id, *choice)
    if found is None:
        raise UnknownChoice("This button does not belong to this conversation.")
    return found


def _protect_text(text: str) -> tuple[str, str]:
    """Return the text without personal data, as stored and as asked; a typed text is never a command to the engine."""
    redacted = redact(text[:MAX_CHARACTERS])
    return redacted, neutralise(redacted)


def _ask(conversation_id: str, message: str) -> list[Reply]:
    try:
        return get_engine().ask(conversation_id, message)
    except EngineUnavailable as error:
        log.warning("engine unavailable conversation=%s reason=%s", conversation_id[:6], error)
        (text,) = load_responses()["utter_engine_unavailable"]
        return [Reply(load_clinic().fill(text), about={"route": "unavailable"})]


def _support(conversation_id: str, risk: Risk) -> list[Reply]:
    """Return the supportive line a concern adds, unless it was said a moment ago."""
    line = supportive_line(load_clinic(), risk)
    if line is None or any(entry.text == line for entry in conversations.history(conversation_id)[-RECENT:]):
        return []
    return [Reply(line, about={"route": "support"})]


def _say(conversation_id: str, replies: list[Reply], announce: Callable[[str], None]) -> None:
    conversations.say(conversation_id, replies)
    announce(conversation_id)
