"""What happens when somebody on a platform does something: consent first, then commands, buttons and turns."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from bot.channels import addresses, present, web, words
from bot.channels.addresses import Known
from bot.channels.events import Event, Kind, Post
from bot.conversations import service as conversations
from bot.conversations.service import HUMAN, Reply
from bot.db import transaction
from bot.safety.messages import message
from bot.safety.protocol import crisis_texts, is_crisis
from bot.safety.service import screen
from bot.turns import Inbound, Outcome, UnknownChoice, UnknownConversation, take

AGREE, DECLINE = "consent:agree", "consent:decline"
FILE_NAME = "chat.txt"
PERSON = "a person"  # what /person says for the patient
SLASH = {"slack": "/tandem "}  # what stands before a command; elsewhere it is a slash alone

Announce = Callable[[str], None]


def handle(event: Event, announce: Announce) -> list[Post]:
    """Do what an event asks for and return what is sent at once; what a conversation says is stored, and the outbox sends it.

    The same event again changes nothing more.
    """
    if event.kind == Kind.BLOCKED:
        addresses.block(event.sender)
        return []
    if event.kind == Kind.COMMAND and event.text == "forget":  # before meeting: it must leave nothing behind
        return forget(event)
    known = addresses.meet(event)
    if event.kind == Kind.TOO_MANY:
        return [words.post("too_many", known.language)]
    if event.kind == Kind.COMMAND:
        return _obey(event, known, announce)
    if event.kind == Kind.BUTTON and event.data in (AGREE, DECLINE):
        return _choose(event, known, announce)
    return _talk(event, known, announce)


def asks_for_crisis_help(event: Event) -> bool:
    """Tell whether an event is answered whatever else is broken or full."""
    if event.kind == Kind.COMMAND:
        return event.text == "crisis"
    return event.kind in (Kind.TEXT, Kind.MEDIA) and is_crisis(screen(event.text))


def crisis_help(event: Event) -> list[Post]:
    """Return what can be said to a crisis when nothing can be stored."""
    if event.kind == Kind.COMMAND:
        return [words.post("crisis", event.language)]
    return [Post(text) for text in crisis_texts(screen(event.text))]


def is_answered_by_bot(event: Event) -> bool:
    """Tell whether the assistant will answer, so that it may show that it is typing."""
    conversation_id = addresses.find_conversation(event.sender)
    state = conversations.state(conversation_id) if conversation_id else None
    is_turn = event.kind in (Kind.TEXT, Kind.BUTTON, Kind.MEDIA) or (event.kind, event.text) == (Kind.COMMAND, "person")
    return is_turn and state is not None and state.mode != HUMAN


def forget(event: Event) -> list[Post]:
    """Erase conversation and address, and return the receipt."""
    language = addresses.forget(event.sender) or event.language
    moment = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    return [words.post("forgotten", language, moment=moment, platform=event.channel.title())]


def _banner(event: Event, known: Known) -> Post:
    """Return the question for consent, which stays only where it has to; to somebody who was asked before, in short."""
    buttons = words.button("agree", known.language, AGREE), words.button("decline", known.language, DECLINE)
    asked = words.post(f"banner/{event.channel}" if known.is_new else "choose", known.language, *buttons, slash=_slash(event))
    return replace(asked, is_passing=True)


def _slash(event: Event) -> str:
    return SLASH.get(event.channel, "/")


def _choose(event: Event, known: Known, announce: Announce) -> list[Post]:
    """Begin a conversation that is stored, or is not, unless there is one of that kind."""
    is_stored = event.data == AGREE
    if known.conversation_id is not None and conversations.is_in_memory(known.conversation_id) != is_stored:
        return []
    with transaction():
        conversation_id = addresses.open_conversation(event, known.language, is_stored)
        declined = [] if is_stored else [Reply(words.text("declined", known.language), about={"route": "privacy"})]
        conversations.say(conversation_id, [*declined, web.greeting()])
    announce(conversation_id)
    return []


def _obey(event: Event, known: Known, announce: Announce) -> list[Post]:
    if event.text == "crisis":
        return [words.post("crisis", known.language)]
    if event.text == "help":
        return [words.post("help", known.language, slash=_slash(event))]
    if event.text == "language":
        return _set_language(event, known)
    if known.conversation_id is None:
        return [_banner(event, known)]
    if event.text == "start" and conversations.is_in_memory(known.conversation_id):
        return [_banner(event, replace(known, is_new=True))]  # who does not store the chat may choose again
    if event.text == "download":
        return _download(known, known.conversation_id)
    if event.text == "person":
        return _turn(event, known, known.conversation_id, announce, text=PERSON)
    conversations.say(known.conversation_id, [web.greeting()])  # start
    announce(known.conversation_id)
    return []


def _set_language(event: Event, known: Known) -> list[Post]:
    language = event.data.strip().lower()
    if language not in words.LANGUAGES:
        return [words.post("language/which", known.language, slash=_slash(event))]
    addresses.set_language(event.sender, language)
    return [words.post("language/set", language)]


def _download(known: Known, conversation_id: str) -> list[Post]:
    said = present.transcript(conversation_id, known.language)
    if said is None:
        return [words.post("download/nothing", known.language)]
    return [words.post("download", known.language), Post(said, file_name=FILE_NAME)]


def _talk(event: Event, known: Known, announce: Announce) -> list[Post]:
    """Take a turn; before the choice only a crisis gets one, in a conversation that is not stored."""
    if known.conversation_id is not None:
        return _turn(event, known, known.conversation_id, announce, text=event.text)
    if is_crisis(screen(event.text)):
        conversation_id = addresses.open_conversation(event, known.language, is_stored=False)
        return _turn(event, known, conversation_id, announce, text=event.text)  # nobody in a crisis is asked for consent
    unread = [Post(message("media"))] if event.kind == Kind.MEDIA else []  # a voice message may be a crisis
    return [*unread, _banner(event, known)]


def _turn(event: Event, known: Known, conversation_id: str, announce: Announce, text: str) -> list[Post]:
    choice = present.read_choice(conversation_id, event.data) if event.kind == Kind.BUTTON else None
    if event.kind == Kind.BUTTON and choice is None:
        return [words.post("stale", known.language)]
    try:
        inbound = Inbound(conversation_id, event.client_id, text, choice, is_media=event.kind == Kind.MEDIA)
        outcome: Outcome = take(inbound, announce)
    except UnknownChoice:
        return [words.post("stale", known.language)]
    except UnknownConversation:  # deleted a moment ago
        return [_banner(event, known)]
    if outcome.erased:
        return forget(event)
    return [Post(text) for text in outcome.unstored]
