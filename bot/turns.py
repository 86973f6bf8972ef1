"""A turn: what happens, in order, when a patient sends something. Knows neither Rasa nor a web framework."""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from functools import partial
from threading import Thread

from bot.clinic.facts import load_clinic
from bot.conversations import service as conversations
from bot.conversations.service import HUMAN, Receipt, Reply
from bot.db import transaction
from bot.engine import EngineUnavailable, get_engine
from bot.figures import service as figures
from bot.handoff import call_backs, unrecorded, words
from bot.handoff import service as handoff
from bot.handoff.words import PERSON, RATE, STOP, person_choice
from bot.inbound import ERASE, GONE, Inbound, Said, UnknownChoice, UnknownConversation, read
from bot.locks import Locks
from bot.safety.protocol import Progress, answer_media, crisis_texts, is_crisis, take_step
from bot.safety.screen import Risk
from bot.safety.service import screen
from bot.topics.approved import serve
from bot.topics.responses import load_responses

__all__ = ["ERASE", "GONE", "Inbound", "Outcome", "UnknownChoice", "UnknownConversation", "erase", "start", "take"]

log = logging.getLogger(__name__)

SECONDS_TO_CRISIS_TEXT = 0.8  # a crisis text never waits longer for the record, or for a turn before it
SECONDS_TO_RECORD = 10.0  # a crisis that is not recorded by then counts as unrecorded


@dataclass(frozen=True)
class Outcome:
    """What became of a turn: the message's sequence number, if stored; texts to show at once when they could not be stored."""

    seq: int | None = None
    erased: bool = False
    unstored: tuple[str, ...] = field(default=())


_locks = Locks()
_pool = ThreadPoolExecutor(max_workers=16, thread_name_prefix="crisis")


def start(channel: str, is_stored: bool = True, language: str = "en") -> str:
    """Open a conversation, counted for the clinic's figures, and return its id."""
    conversation_id = conversations.start(channel, is_stored, language)
    _count(lambda: figures.record_start(channel, language))
    return conversation_id


def erase(conversation_id: str) -> None:
    """Delete a conversation, with what was given for a call back that was not handed in."""
    with transaction():
        call_backs.drop(conversation_id)
        conversations.erase(conversation_id)
    _forget(conversation_id)


def _forget(conversation_id: str) -> None:
    """Let the engine forget the dialogue; nobody waits for it."""
    Thread(target=get_engine().forget, args=(conversation_id,), daemon=True).start()


def take(inbound: Inbound, announce: Callable[[str], None] = lambda _: None) -> Outcome:
    """Take one turn; `announce` is called with the conversation's id each time something was stored to deliver.

    Raises:
        UnknownConversation: the conversation was erased.
        UnknownChoice: the choice was not offered in this conversation.

    """
    risk = screen(inbound.text)
    if not is_crisis(risk):
        return _take(inbound, risk, announce)
    turn = _pool.submit(_take, inbound, risk, announce)
    try:
        return turn.result(timeout=SECONDS_TO_CRISIS_TEXT)
    except (Exception, TimeoutError) as error:  # whatever is broken, slow or locked, the crisis texts go out now
        log.error("a crisis was answered without the record: %s", type(error).__name__)
        Thread(target=_report_unless_recorded, args=(turn,), daemon=True).start()  # nobody waits for it
        return Outcome(unstored=crisis_texts(risk))


def _report_unless_recorded(turn: Future[Outcome]) -> None:
    """Alert the staff to a crisis that left no record: no ticket will tell them."""
    wait([turn], SECONDS_TO_RECORD)
    error = turn.exception() if turn.done() else TimeoutError()
    if error and not isinstance(error, (UnknownConversation, UnknownChoice)):  # a deleted chat is no fault to look into
        unrecorded.report()


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
    with transaction():  # what was given privately, and the message that says so, are one commit
        said = read(inbound, risk)
        receipt = None if said.command == ERASE else conversations.accept(conversation_id, inbound.client_id, said.shown)
    if said.command == ERASE:
        erase(conversation_id)
        return Outcome(erased=True)
    if receipt is None:
        raise UnknownConversation(GONE)
    if receipt.is_answered:  # sent twice; one that was cut off before its answer goes on
        return Outcome(seq=receipt.seq)
    announce(conversation_id)
    log.info("message accepted conversation=%s seq=%s risk=%s", conversation_id[:6], receipt.seq, risk.level)

    replies: Sequence[Reply] = ()
    if said.command:
        with transaction():
            replies = serve(_obey(conversation_id, said.command))
            conversations.say(conversation_id, replies, answers=receipt.seq)
    elif receipt.state.mode != HUMAN or is_crisis(risk):
        replies = _answer(inbound, said, risk, receipt)
    else:
        _forget(conversation_id)  # when the person has left, the engine starts anew, and not in the middle of an old form
    announce(conversation_id)
    _count(partial(figures.record_turn, receipt.state.channel, receipt.state.language, replies, risk.level))
    return Outcome(seq=receipt.seq)


def _answer(inbound: Inbound, said: Said, risk: Risk, receipt: Receipt) -> Sequence[Reply]:
    """Answer by the crisis protocol, by the engine, or by both, and return what was said; what the protocol adds comes last."""
    progress = Progress(**(receipt.protocol or {}))
    step = take_step(replace(progress, is_asked=True) if said.is_answer else progress, risk, said.shown)
    if inbound.is_media and not step.ends_turn:  # what is written beside a picture was screened like any text
        step = answer_media(step)
    is_whole_answer = step.ends_turn or inbound.is_media
    replies = [] if is_whole_answer else [*_ask(inbound.conversation_id, said.asked), *_note(said)]
    is_untouched = receipt.protocol is None and step.progress == Progress()
    protocol = None if is_untouched else step.progress.as_dict()
    say = partial(conversations.say, inbound.conversation_id, protocol=protocol, answers=receipt.seq)
    if is_crisis(risk):  # its evidence may be a whole clause of the raw text: the desk gets the one of the redacted text
        risk = replace(risk, evidence=screen(said.shown).evidence)
    try:
        return _say(inbound.conversation_id, replies, step.replies, risk, say)
    except Exception as error:
        if not is_crisis(risk):
            raise
        log.error("no ticket for a crisis conversation=%s error=%s", inbound.conversation_id[:6], type(error).__name__)
        say(step.replies)  # the crisis texts need no ticket
        Thread(target=unrecorded.report, daemon=True).start()  # no ticket will tell the staff
        return step.replies


def _say(
    conversation_id: str, replies: list[Reply], lines: Sequence[Reply], risk: Risk, say: Callable[[Sequence[Reply]], None]
) -> Sequence[Reply]:
    """Store the replies, and in the same commit open the ticket that they, or a crisis, call for; return what was said."""
    with transaction():
        state = conversations.lock(conversation_id)
        if not is_crisis(risk) and (state is None or state.mode == HUMAN):  # deleted, or a person came, while the engine thought
            _forget(conversation_id)
            return ()
        said = [*replies, *_hand_off(conversation_id, replies, risk), *lines]
        said.sort(key=lambda reply: "asks" in reply.about)  # a private question comes last: the next text answers it
        said = said if is_crisis(risk) else serve(said)  # nothing stands between a crisis and its texts
        say(said)
        return said


def _count(record: Callable[[], None]) -> None:
    """Count for the clinic's figures; a count that fails costs nothing else."""
    try:
        record()
    except Exception as error:
        log.error("not counted: %s", type(error).__name__)


def _hand_off(conversation_id: str, replies: list[Reply], risk: Risk) -> list[Reply]:
    """Ask for a person where a crisis, or one of the replies, calls for one; return what the patient hears about that."""
    if is_crisis(risk):
        return handoff.request(conversation_id, handoff.CRISIS, {"category": risk.category, "evidence": risk.evidence})
    about = next((reply.about for reply in replies if "handoff" in reply.about), None)
    return handoff.request(conversation_id, about["handoff"], about) if about else []


def _obey(conversation_id: str, command: str) -> list[Reply]:
    """Do what a button of the app's own asks for, and return what is said to it."""
    if command == PERSON:
        return handoff.request(conversation_id, "asked", {})
    if command == STOP:
        return handoff.stop_waiting(conversation_id)
    return handoff.rate(conversation_id, int(command.removeprefix(RATE)))


def _note(said: Said) -> list[Reply]:
    return [words.reply("too_long")] if said.is_cut else []


def _ask(conversation_id: str, message: str) -> list[Reply]:
    try:
        return get_engine().ask(conversation_id, message)
    except EngineUnavailable as error:
        log.warning("engine unavailable conversation=%s reason=%s", conversation_id[:6], error)
        (text,) = load_responses()["utter_engine_unavailable"]
        return [Reply(load_clinic().fill(text), (person_choice(),), {"route": "unavailable"})]
