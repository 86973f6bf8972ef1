"""A turn: what happens, in order, when a patient sends something. Knows neither Rasa nor a web framework."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from threading import Lock
from weakref import WeakValueDictionary

from bot.clinic import load_clinic
from bot.commands import neutralise
from bot.conversations import service as conversations
from bot.conversations.service import Reply
from bot.engine import EngineUnavailable, get_engine
from bot.privacy.redaction import redact
from bot.safety.protocol import Progress, answer_media, crisis_texts, is_crisis, take_step
from bot.safety.screen import Risk
from bot.safety.service import screen
from bot.topics.responses import load_responses

log = logging.getLogger(__name__)

ERASE = "app:erase"
MAX_CHARACTERS = 2000
GONE = "This chat has been deleted. Start a new one."
SECONDS_TO_CRISIS_TEXT = 0.8  # a crisis text never waits longer for the record, or for a turn before it


@dataclass(frozen=True)
class Inbound:
    """What a channel hands over, authenticated: a text, a choice as (message's seq, index), or media we cannot read."""

    conversation_id: str
    client_id: str
    text: str = ""
    choice: tuple[int, int] | None = None
    is_media: bool = False


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
_pool = ThreadPoolExecutor(max_workers=16, thread_name_prefix="crisis")


def take(inbound: Inbound, announce: Callable[[str], None] = lambda _: None) -> Outcome:
    """Take one turn; `announce` is called with the conversation's id each time something was stored to deliver.

    Raises:
        UnknownConversation: the conversation was erased.
        UnknownChoice: the choice was not offered in this conversation.

    """
    risk = screen(inbound.text)
    if not is_crisis(risk):
        return _take(inbound, risk, announce)
    try:
        return _pool.submit(_take, inbound, risk, announce).result(timeout=SECONDS_TO_CRISIS_TEXT)
    except (Exception, TimeoutError) as error:  # whatever is broken, slow or locked, the crisis texts go out now
        log.error("a crisis was answered without the record: %s", type(error).__name__)
        return Outcome(unstored=crisis_texts(risk))


def _take(inbound: Inbound, risk: Risk, announce: Callable[[str], None]) -> Outcome:
    try:
        with _locks.of(inbound.conversation_id):
            return _take_in_order(inbound, risk, announce)
    except (UnknownConversation, UnknownChoice):
        raise
    except Exception as error:
        log.error("turn failed: %s", type(error).__name__)
        raise


def _take_in_order(inbound: Inbound, risk: Risk, announce: Callable[[str], None]) -> Outcome:
    conversation_id = inbound.conversation_id
    shown, asked, is_answer = _read_choice(conversation_id, inbound.choice) if inbound.choice else _protect_text(inbound.text)
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

    if receipt.mode == "human" and not is_crisis(risk):
        return Outcome(seq=receipt.seq)

    progress = Progress(**(receipt.protocol or {}))
    step = take_step(replace(progress, is_asked=True) if is_answer else progress, risk, shown)
    if inbound.is_media and not step.ends_turn:  # what is written beside a picture was screened like any text
        step = answer_media(step)
    is_whole_answer = step.ends_turn or inbound.is_media
    replies = [*([] if is_whole_answer else _ask(conversation_id, asked)), *step.replies]
    is_untouched = receipt.protocol is None and step.progress == Progress()
    conversations.say(conversation_id, replies, protocol=None if is_untouched else step.progress.as_dict())
    announce(conversation_id)
    return Outcome(seq=receipt.seq)


def _read_choice(conversation_id: str, choice: tuple[int, int]) -> tuple[str, str, bool]:
    """Return a choice's title, as the patient's words, its payload, as the engine's, and whether it answers our question."""
    if not conversations.exists(conversation_id):
        raise UnknownConversation(GONE)
    found = conversations.choice(conversation_id, *choice)
    if found is None:
        raise UnknownChoice("This button does not belong to this conversation.")
    title, payload = found
    is_answer = payload.startswith("app:") and payload != ERASE  # however late it is pressed: read as the words it stands for
    return title, neutralise(title) if is_answer else payload, is_answer


def _protect_text(text: str) -> tuple[str, str, bool]:
    """Return the text without personal data, as stored and as asked; a typed text is never a command to the engine."""
    redacted = redact(text[:MAX_CHARACTERS])
    return redacted, neutralise(redacted), False


def _ask(conversation_id: str, message: str) -> list[Reply]:
    try:
        return get_engine().ask(conversation_id, message)
    except EngineUnavailable as error:
        log.warning("engine unavailable conversation=%s reason=%s", conversation_id[:6], error)
        (text,) = load_responses()["utter_engine_unavailable"]
        return [Reply(load_clinic().fill(text), about={"route": "unavailable"})]
