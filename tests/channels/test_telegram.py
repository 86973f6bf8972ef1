"""Telegram from end to end: the app, python-telegram-bot and a local server that speaks the Bot API."""

import json

import httpx
import pytest

from bot.channels import telegram_updates
from bot.channels.telegram import MAX_DATA
from bot.clinic.facts import load_clinic
from bot.conversations import service as conversations
from bot.conversations.service import Reply
from bot.safety.messages import load_messages
from tests.channels.conftest import AGREE, ANSWER, DECLINE, DELETE, HEADER, MORE, OTHER_ANSWER, SECRET, SIMPLER, Bot, says
from tests.channels.telegram_updates import CHAT, IGNORED, MEDIA, UNREADABLE, message, pressed, text, update
from tests.stubs.engine import EngineStub
from tests.web.conftest import crisis

CRISIS = "I want to kill myself"


def variants(name: str) -> list[str]:
    return [load_clinic().fill(variant) for variant in load_messages().messages[name]]


MENU = [
    {"text": OTHER_ANSWER, "buttons": [{"title": MORE, "payload": "/more"}, {"title": SIMPLER, "payload": "/simpler"}]},
]


def test_a_call_without_the_secret_is_refused_and_nothing_of_it_is_kept(bot: Bot) -> None:
    for headers in ({}, *({HEADER: secret.encode()} for secret in ("", "wrong", SECRET + "x", SECRET[:-1], "ä", SECRET + "ä"))):
        assert bot.site.post("/hooks/telegram", json=text(CRISIS), headers=headers).status_code == 401
    bot.say("/help")
    assert [sent.text for sent in bot.hear()] == [says("help")]
    assert len(bot.telegram.sent) == 1


def test_without_a_token_there_is_no_channel(site: httpx.Client) -> None:
    assert site.post("/hooks/telegram", json=text("hi")).status_code == 404


def test_telegram_is_told_where_to_call_and_with_which_secret(bot: Bot) -> None:
    bot.telegram.wait(lambda: len(bot.telegram.called("setMyCommands")) == 2)
    (hook,) = bot.telegram.called("setWebhook")
    assert (hook["url"], hook["secret_token"]) == ("https://chat.clinic.example/hooks/telegram", SECRET)
    assert json.loads(hook["allowed_updates"]) == telegram_updates.WANTED
    commands = [command["command"] for command in json.loads(bot.telegram.called("setMyCommands")[0]["commands"])]
    assert commands == list(telegram_updates.COMMANDS)


def test_the_first_thing_is_the_question_for_consent(bot: Bot, engine_stub: EngineStub) -> None:
    bot.say("what is CBT")
    (banner,) = bot.hear()
    assert banner.text == says("banner/telegram") and list(banner.buttons) == [AGREE, DECLINE]
    assert "not a person" in banner.text and "BAA" in banner.text and "988" in banner.text
    bot.say("what is CBT, please")
    (reminder,) = bot.hear()
    assert reminder.text == says("choose") and list(reminder.buttons) == [AGREE, DECLINE]
    assert engine_stub.asked == []


def test_who_agrees_has_a_chat_that_is_stored(patient: Bot, engine_stub: EngineStub) -> None:
    patient.say("what is CBT")
    (answer,) = patient.hear()
    assert answer.text == ANSWER
    assert not conversations.is_in_memory(patient.conversation)
    assert [entry.sender for entry in patient.history] == ["assistant", "patient", "assistant"]
    assert conversations.state(patient.conversation).channel == "telegram"  # type: ignore[union-attr]


def test_who_declines_is_answered_and_nothing_is_stored(bot: Bot, engine_stub: EngineStub) -> None:
    bot.say("/start")
    bot.hear()
    bot.press(DECLINE)
    declined, greeting = bot.hear(2)
    assert declined.text == says("declined") and "automated assistant" in greeting.text
    bot.say("what is CBT")
    assert bot.hear()[0].text == ANSWER
    assert conversations.is_in_memory(bot.conversation)
    bot.press(AGREE)  # and may choose again
    bot.hear()
    assert not conversations.is_in_memory(bot.conversation)


def test_who_withdraws_consent_has_the_stored_chat_deleted(patient: Bot) -> None:
    stored = patient.conversation
    patient.press(DECLINE)
    patient.hear(2)
    assert not conversations.exists(stored) and conversations.is_in_memory(patient.conversation)


def test_a_crisis_before_the_choice_is_answered_and_not_stored(bot: Bot) -> None:
    bot.say(CRISIS)
    assert [sent.text for sent in bot.hear(3)] == crisis()
    bot.press("Yes")
    assert bot.hear(2)[0].text in variants("suicide/now")
    assert conversations.is_in_memory(bot.conversation)


def test_a_crisis_is_answered_with_buttons_under_the_question(patient: Bot) -> None:
    patient.say(CRISIS)
    heard = patient.hear(3)
    assert [sent.text for sent in heard] == crisis()
    assert not heard[0].buttons and not heard[1].buttons and list(heard[2].buttons) == list(load_messages().answers.values())


def test_a_button_brings_back_what_was_offered(patient: Bot, engine_stub: EngineStub) -> None:
    engine_stub.parts = MENU
    patient.say("therapy")
    (menu,) = patient.hear()
    assert list(menu.buttons) == [MORE, SIMPLER]
    assert all(len(data.encode()) <= MAX_DATA for data in menu.buttons.values())
    assert "simpler" not in menu.buttons[SIMPLER] and patient.conversation not in menu.buttons[SIMPLER]
    patient.press(SIMPLER)
    patient.hear()
    assert engine_stub.messages == ["therapy", "/simpler"]
    patient.telegram.wait(lambda: patient.telegram.called("answerCallbackQuery"))


def test_a_button_of_another_chat_is_worth_nothing(patient: Bot, engine_stub: EngineStub) -> None:
    other = Bot(patient.telegram, patient.site, chat=42)
    other.agree()
    engine_stub.parts = MENU
    other.say("therapy")
    (menu,) = other.hear()
    patient.call(pressed(menu.buttons[SIMPLER]))
    assert patient.hear()[0].text == says("stale")
    patient.call(pressed("c:0000000000:1:0"))
    assert patient.hear()[0].text == says("stale")
    patient.call(pressed("/restart"))
    assert patient.hear()[0].text == says("stale")
    assert engine_stub.messages == ["therapy"]


def test_a_command_typed_as_text_never_reaches_the_engine_as_one(patient: Bot, engine_stub: EngineStub) -> None:
    patient.say('/choose_topic{"topic": "cbt"}')
    patient.hear()
    assert engine_stub.messages == ['choose_topic{"topic": "cbt"}']


def test_what_cannot_be_read_is_answered_with_the_crisis_resources(patient: Bot, engine_stub: EngineStub) -> None:
    for sent in MEDIA.values():
        assert patient.call(update("message", message(**sent))).status_code == 200
        (heard,) = patient.hear()
        assert heard.text in variants("media") and "988" in heard.text
    assert engine_stub.asked == []


def test_a_voice_message_before_the_choice_is_answered_too(bot: Bot) -> None:
    bot.call(update("message", message(**MEDIA["voice"])))
    unread, banner = bot.hear(2)
    assert unread.text in variants("media") and banner.text == says("banner/telegram")


def test_what_is_written_beside_a_picture_is_screened(patient: Bot) -> None:
    patient.call(update("message", message(caption=CRISIS, **MEDIA["photo"])))
    assert [sent.text for sent in patient.hear(3)] == crisis()


def test_what_is_not_for_us_is_taken_and_left(patient: Bot, engine_stub: EngineStub) -> None:
    assert {patient.call(ignored).status_code for ignored in IGNORED.values()} == {200}
    patient.say("/help")
    assert [sent.text for sent in patient.hear()] == [says("help")]
    assert engine_stub.asked == [] and {sent.chat for sent in patient.telegram.sent} == {CHAT}


def test_what_cannot_be_understood_does_not_come_again(bot: Bot) -> None:
    headers = {HEADER: SECRET}
    assert {bot.site.post("/hooks/telegram", content=body, headers=headers).status_code for body in UNREADABLE.values()} == {200}
    bot.say("/help")
    assert [sent.text for sent in bot.hear()] == [says("help")]


def test_typing_is_shown_while_the_assistant_looks_something_up(patient: Bot, engine_stub: EngineStub) -> None:
    engine_stub.silent = True
    patient.say("what is CBT")
    patient.telegram.wait(lambda: patient.telegram.called("sendChatAction"))
    assert patient.telegram.called("sendChatAction")[0] == {"chat_id": str(CHAT), "action": "typing"}


def test_a_long_message_comes_in_parts_that_end_with_a_sentence(patient: Bot) -> None:
    said = ("This is one of many sentences that say the same thing. " * 200).strip()
    conversations.say(patient.conversation, [Reply(said, ((MORE, "/more"),))])
    heard = patient.hear(3)
    assert all(len(part.text) <= 4096 and part.text.endswith(".") for part in heard)
    assert " ".join(part.text for part in heard) == said
    assert [bool(part.buttons) for part in heard] == [False, False, True]


def test_the_commands_do_what_their_names_say(patient: Bot, engine_stub: EngineStub) -> None:
    patient.say("/help")
    assert patient.hear()[0].text == says("help")
    patient.say("/crisis@tandem_bot")
    assert patient.hear()[0].text == says("crisis")
    patient.say("/person")
    patient.hear()
    assert engine_stub.messages == ["a person"]
    patient.say("/language")
    assert patient.hear()[0].text == says("language/which")
    patient.say("/language ES")
    assert "español" in patient.hear()[0].text
    patient.say("/help")
    assert "una pregunta" in patient.hear()[0].text
    patient.say("/start")
    assert "automated assistant" in patient.hear()[0].text


def test_the_chat_can_be_had_as_a_file(patient: Bot) -> None:
    patient.say("what is CBT? my name is Avery Quill")
    patient.hear()
    patient.say("/download")
    caption, file = patient.hear(2)
    assert caption.text == says("download") and file.file_name == "chat.txt"
    assert "You:\nwhat is CBT? my name is [name]" in file.text and f"Assistant:\n{ANSWER}" in file.text


@pytest.mark.parametrize("is_stored", [True, False])
def test_forgetting_deletes_chat_and_address_and_says_so(bot: Bot, engine_stub: EngineStub, is_stored: bool) -> None:
    bot.say("/start")
    bot.hear()
    bot.press(AGREE if is_stored else DECLINE)
    bot.hear(1 if is_stored else 2)
    conversation = bot.conversation
    bot.say("/forget")
    (receipt,) = bot.hear()
    assert receipt.text.startswith("Done, on 20") and "Telegram has its own copy" in receipt.text
    assert not conversations.exists(conversation) and engine_stub.forgotten.get(timeout=30) == conversation
    bot.say("hello")
    assert bot.hear()[0].text == says("banner/telegram")  # nobody knows them any more


def test_forgetting_by_the_button_in_the_chat_is_the_same(patient: Bot, engine_stub: EngineStub) -> None:
    conversation = patient.conversation
    engine_stub.parts = [{"text": OTHER_ANSWER, "buttons": [{"title": DELETE, "payload": "app:erase"}]}]
    patient.say("delete my chat")
    patient.hear()
    patient.press(DELETE)
    assert patient.hear()[0].text.startswith("Done, on 20")
    assert not conversations.exists(conversation)
