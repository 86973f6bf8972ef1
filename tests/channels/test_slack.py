"""Slack from end to end: the app, Bolt, and a local server that speaks the Web API."""

import json
from collections.abc import Callable

import httpx
import pytest

from bot.clinic.facts import load_clinic
from bot.conversations import service as conversations
from bot.safety.messages import load_messages
from tests.channels.conftest import ANSWER, CRISIS, DELETE, MORE, SIMPLER, says
from tests.channels.slack_payloads import (
    IGNORED,
    INTERACTIONS,
    MEDIA,
    UNREADABLE,
    USER,
    event,
    message,
    opened_home,
    pressed,
    text,
)
from tests.channels.slack_person import AGREE, DECLINE, PATH, SECRET, Person, signed
from tests.stubs.engine import EngineStub
from tests.stubs.slack import FLOOD, TOKEN, Answer, SlackStub, direct, failure
from tests.web.conftest import crisis, served

MENU = [{"text": ANSWER, "buttons": [{"title": MORE, "payload": "/more"}, {"title": SIMPLER, "payload": "/simpler"}]}]
JSON, FORM = {"Content-Type": "application/json"}, "application/x-www-form-urlencoded"


def variants(name: str) -> list[str]:
    return [load_clinic().fill(variant) for variant in load_messages().messages[name]]


def help_text() -> str:
    return says("help", slash="/tandem ")


def test_a_call_that_is_not_signed_is_refused_and_nothing_of_it_is_kept(person: Person) -> None:
    body = json.dumps(text(CRISIS)).encode()
    good = signed(body)
    forged = {
        "none": {},
        "no time": {"X-Slack-Signature": good["X-Slack-Signature"]},
        "no signature": {"X-Slack-Request-Timestamp": good["X-Slack-Request-Timestamp"]},
        "another secret": signed(body, secret="0" * 32),
        "another body": signed(body + b" "),
        "replayed": signed(body, seconds_ago=301),
        "from the future": signed(body, seconds_ago=-900),
        "no number": good | {"X-Slack-Request-Timestamp": "soon"},
        "not ASCII": good | {"X-Slack-Signature": "v0=ä"},
        "empty": {"X-Slack-Signature": "", "X-Slack-Request-Timestamp": ""},
    }
    for name, headers in forged.items():
        sent = {key: value.encode() for key, value in (JSON | headers).items()}
        assert person.site.post(PATH, content=body, headers=sent).status_code == 401, name  # type: ignore[arg-type]
    assert (
        person.site.post(PATH, content=b"ssl_check=1", headers={"Content-Type": "application/x-www-form-urlencoded"}).status_code
        == 401
    )
    person.command("help")
    assert [sent.text for sent in person.hear()] == [help_text()]
    assert len(person.slack.sent) == 1


def test_without_a_token_there_is_no_channel(site: httpx.Client) -> None:
    body = json.dumps(text("hi")).encode()
    assert site.post(PATH, content=body, headers=JSON | signed(body)).status_code == 404


def test_slack_can_see_that_the_address_is_ours(person: Person) -> None:
    answer = person.call({"token": "unused", "challenge": "3eZbrw1a", "type": "url_verification"})
    assert (answer.status_code, answer.json()) == (200, {"challenge": "3eZbrw1a"})


def test_the_first_thing_is_the_question_for_consent_shown_to_them_alone(person: Person, engine_stub: EngineStub) -> None:
    person.say("what is CBT")
    (banner,) = person.hear()
    assert banner.text == says("banner/slack") and list(banner.buttons) == [AGREE, DECLINE]
    assert (banner.channel, banner.alone) == (direct(USER), USER)
    assert "not a person" in banner.text and "can read what is written here" in banner.text and "988" in banner.text
    person.say("what is CBT, please")
    (reminder,) = person.hear()
    assert reminder.text == says("choose", slash="/tandem ") and reminder.alone
    assert engine_stub.asked == []


def test_who_agrees_has_a_chat_that_is_stored(writer: Person, engine_stub: EngineStub) -> None:
    writer.say("what is CBT")
    (answer,) = writer.hear()
    assert (answer.text, answer.alone) == (ANSWER, "")
    assert not conversations.is_in_memory(writer.conversation)
    assert conversations.state(writer.conversation).channel == "slack"  # type: ignore[union-attr]


def test_who_declines_is_answered_and_nothing_is_stored(person: Person) -> None:
    person.command("start")
    person.hear()
    person.press(DECLINE)
    assert person.hear(2)[0].text == says("declined")
    person.say("what is CBT")
    assert person.hear()[0].text == ANSWER
    assert conversations.is_in_memory(person.conversation)


def test_a_crisis_before_the_choice_is_answered_and_not_stored(person: Person) -> None:
    person.say(CRISIS)
    heard = person.hear(3)
    assert [sent.text for sent in heard] == crisis() and not any(sent.alone for sent in heard)
    assert list(heard[2].buttons) == list(load_messages().answers.values())
    person.press("Yes")
    assert person.hear(2)[0].text in variants("suicide/now")
    assert conversations.is_in_memory(person.conversation)


def test_a_button_brings_back_what_was_offered_and_no_other_chats(writer: Person, engine_stub: EngineStub) -> None:
    engine_stub.parts = MENU
    writer.say("therapy")
    (menu,) = writer.hear()
    assert list(menu.buttons) == [MORE, SIMPLER] and "/simpler" not in menu.buttons[SIMPLER]
    writer.press(SIMPLER)
    writer.hear()
    assert engine_stub.messages == ["therapy", "/simpler"]
    other = Person(writer.slack, writer.site, user="U0OTHER")
    other.agree()
    other.interact(pressed(menu.buttons[MORE], "U0OTHER"))
    assert other.hear()[0].text == says("stale")
    other.interact(pressed("/restart", "U0OTHER"))
    assert other.hear()[0].text == says("stale")


def test_what_slack_wraps_and_escapes_is_read_as_it_was_typed(writer: Person, engine_stub: EngineStub) -> None:
    writer.say("is &lt;3 &amp; <https://who.int|who.int> or <https://nhs.uk> good for <@U0BO> &amp;amp;")
    writer.hear()
    assert engine_stub.messages == ["is <3 & who.int or [link] good for  &amp;"]  # the address is taken out later, as everywhere
    writer.say('/choose_topic{"topic": "cbt"}')
    writer.hear()
    assert engine_stub.messages[-1] == 'choose_topic{"topic": "cbt"}'


def test_what_cannot_be_read_is_answered_with_the_crisis_resources(writer: Person, engine_stub: EngineStub) -> None:
    for sent in MEDIA.values():
        assert writer.call(event(message("", **sent))).status_code == 200
        (heard,) = writer.hear()
        assert heard.text in variants("media") and "988" in heard.text
    assert engine_stub.asked == []
    writer.call(event(message(CRISIS, **MEDIA["file"])))
    assert [sent.text for sent in writer.hear(3)] == crisis()


def test_what_is_not_for_us_is_taken_and_left(writer: Person, engine_stub: EngineStub) -> None:
    for name, ignored in IGNORED.items():
        assert writer.call(ignored).status_code == 200, name
    for name, ignored in INTERACTIONS.items():
        assert writer.interact(ignored).status_code == 200, name
    for name, body in UNREADABLE.items():
        kind = FORM if body.startswith(b"payload") else "application/json"
        assert writer.post(body, kind).status_code == 200, name
    writer.command("help")
    assert [sent.text for sent in writer.hear()] == [help_text()]
    assert engine_stub.asked == [] and {sent.channel for sent in writer.slack.sent} == {USER, direct(USER)}


def test_the_commands_do_what_their_names_say(writer: Person, engine_stub: EngineStub) -> None:
    assert writer.command("HELP").text == ""
    assert writer.hear()[0].text == help_text() and "/tandem person" in help_text()
    assert writer.command("crisis", channel_name="general").text == says("elsewhere/slack")
    assert writer.hear()[0].text == says("crisis")
    writer.command("person")
    writer.hear()
    writer.command("my payload is heavy")  # no command of ours, and a word that Bolt takes for its own
    writer.hear()
    assert engine_stub.messages == ["a person", "my payload is heavy"]
    writer.command(CRISIS, channel_name="general")
    assert [sent.text for sent in writer.hear(3)] == crisis()


def test_the_chat_can_be_had_as_a_file(writer: Person) -> None:
    writer.say("what is CBT? my name is Avery Quill")
    writer.hear()
    writer.command("download")
    caption, file = writer.hear(2)
    assert caption.text == says("download") and (file.file_name, file.channel) == ("chat.txt", direct(USER))
    assert "You:\nwhat is CBT? my name is [name]" in file.text


def test_forgetting_deletes_chat_and_address_and_says_so(writer: Person, engine_stub: EngineStub) -> None:
    stored = writer.conversation
    writer.command("forget")
    (receipt,) = writer.hear()
    assert receipt.text.startswith("Done, on 20") and "Slack has its own copy" in receipt.text
    assert not conversations.exists(stored)
    writer.agree()
    engine_stub.parts = [{"text": ANSWER, "buttons": [{"title": DELETE, "payload": "app:erase"}]}]
    writer.say("delete my chat")
    writer.hear()
    stored = writer.conversation
    writer.press(DELETE)
    assert writer.hear()[0].text.startswith("Done, on 20") and not conversations.exists(stored)


def test_the_home_says_what_this_is_and_its_buttons_work(person: Person) -> None:
    assert person.call(opened_home()).status_code == 200
    person.slack.wait(lambda: person.slack.called("views.publish"))
    (shown,) = person.slack.called("views.publish")
    said, buttons = shown["view"]["blocks"]
    assert shown["user_id"] == USER and said["text"]["text"] == says("home/slack") and "988" in said["text"]["text"]
    values = {button["text"]["text"]: button["value"] for button in buttons["elements"]}
    home = {"type": "view", "view_id": "V1"}
    person.interact(pressed(values["Help in a crisis, at once"], container=home, channel=USER))
    assert person.hear()[0].text == says("crisis")


def test_many_buttons_stand_in_rows_of_five(writer: Person, engine_stub: EngineStub) -> None:
    engine_stub.parts = [{"text": ANSWER, "buttons": [{"title": MORE, "payload": f"/more{n}"} for n in range(7)]}]
    writer.say("everything")
    (menu,) = writer.hear()
    assert menu.rows == [5, 2]
    actions = [block for block in writer.slack.called("chat.postMessage")[-1]["blocks"] if block["type"] == "actions"]
    ids = [button["action_id"] for row in actions for button in row["elements"]]
    assert len(set(ids)) == 7


@pytest.mark.parametrize("failures", [[None, FLOOD], [failure("internal_error", 500)], [(502, {}, {})], [failure("missing_one")]])
def test_limits_and_cut_connections_are_waited_for_and_the_order_is_kept(writer: Person, failures: list[Answer]) -> None:
    writer.slack.failures["chat.postMessage"] = failures
    writer.say(CRISIS)
    assert [sent.text for sent in writer.hear(3)] == crisis()


def test_a_message_that_slack_never_takes_does_not_keep_the_next_ones_back(writer: Person, engine_stub: EngineStub) -> None:
    writer.slack.failures["chat.postMessage"] = [failure("msg_too_long")]
    writer.say("what is CBT")
    writer.say(CRISIS)
    assert [sent.text for sent in writer.hear(3)][-3:] == crisis()


def test_what_is_said_is_no_link_and_no_mention(writer: Person) -> None:
    conversations.say(writer.conversation, [conversations.Reply("<!channel> & <@U1>")], sender=conversations.PERSON)
    (heard,) = writer.hear()
    assert heard.text.endswith("&lt;!channel&gt; &amp; &lt;@U1&gt;")


def test_an_event_that_could_not_be_kept_comes_again_and_a_crisis_is_answered(
    writer: Person, broken_database: Callable[[], None]
) -> None:
    broken_database()
    assert writer.call(text("what is CBT")).status_code == 503
    assert writer.call(text(CRISIS)).status_code == 503
    assert [sent.text for sent in writer.hear(3)] == crisis()


def test_after_a_restart_it_goes_on_where_it_was(slack: SlackStub, database: object, engine_stub: EngineStub) -> None:
    with served() as site:
        person = Person(slack, site)
        person.agree()
        slack.failing[USER] = None
        person.say("what is CBT")
        slack.wait(lambda: len(person.history) == 3)
    del slack.failing[USER]
    with served() as site:
        person.site = site
        assert [sent.text for sent in person.hear()] == [ANSWER]
        person.say("thanks")
        assert [sent.text for sent in person.hear()] == [ANSWER]


@pytest.mark.parametrize("said", [CRISIS, "what is CBT"])
def test_while_patients_are_not_served_nothing_is_kept_and_a_crisis_is_answered(
    slack: SlackStub, configure: Callable[..., None], database: object, engine_stub: EngineStub, said: str
) -> None:
    configure(slack_patients=False)
    expected = crisis() if said == CRISIS else [says("off/slack")]
    with served() as site:
        person = Person(slack, site)
        person.say(said)
        assert [sent.text for sent in person.hear(len(expected))] == expected
        assert person.command(said).text == "\n\n".join(expected)
        assert person.call(opened_home()).status_code == 200
        slack.wait(lambda: slack.called("views.publish"))
    assert engine_stub.asked == [] and not slack.called("conversations.open")
    assert SECRET not in json.dumps(slack.calls)


def test_neither_what_was_written_nor_who_wrote_it_is_logged(
    slack: SlackStub,
    configure: Callable[..., None],
    database: object,
    engine_stub: EngineStub,
    capfd: pytest.CaptureFixture[str],
) -> None:
    configure(log_level="DEBUG")
    with served() as site:
        person = Person(slack, site)
        person.agree()
        slack.failures["chat.postMessage"] = [failure("invalid_auth_but_unknown"), None]
        person.say("my zebra is sad")
        person.hear()
        person.command("my zebra is sad")
        person.hear()
        forged = site.post(PATH, content=json.dumps(text("my zebra is sad")), headers=JSON | signed(b"another"))
        assert forged.status_code == 401
    logged = "".join(capfd.readouterr())
    assert "slack" in logged
    assert not [word for word in ("zebra", USER, TOKEN, SECRET) if word in logged]
