"""The web channel: who may use a conversation, what a request may hold, and what a page is shown."""

import json
import time
from collections.abc import Callable

import pytest
from itsdangerous import TimestampSigner, URLSafeTimedSerializer

from bot.channels.web import STARTERS, BadRequest, Unauthorised, find_text, greeting, issue_token, read_token, to_inbound, to_json
from bot.conversations.service import Entry
from bot.settings import get_settings
from bot.topics.catalogue import load_catalogue
from bot.topics.contents import load_contents
from bot.topics.service import sign_off
from bot.turns import Inbound

DAY = 86_400


def made_days_ago(days: float) -> str:
    class Clock(TimestampSigner):
        def get_timestamp(self) -> int:
            return int(time.time() - days * DAY)

    secret = get_settings().secret.get_secret_value()
    return str(URLSafeTimedSerializer(secret, salt="conversation", signer=Clock).dumps("conversation-1"))


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_a_token_gives_its_conversation_back(scheme: str) -> None:
    assert read_token(f"{scheme} {issue_token('conversation-1')}") == "conversation-1"


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "conversation-1", "Basic Y29udmVyc2F0aW9uLTE="])
def test_without_a_token_nothing_may_be_used(header: str | None) -> None:
    with pytest.raises(Unauthorised, match="Authorization: Bearer"):
        read_token(header)


def test_a_token_with_any_character_changed_is_refused() -> None:
    token = issue_token("conversation-1")
    for place, letter in enumerate(token[:-1]):  # the last one's low bits are padding
        changed = f"{token[:place]}{'B' if letter == 'A' else 'A'}{token[place + 1 :]}"
        with pytest.raises(Unauthorised, match="not valid or has expired"):
            read_token(f"Bearer {changed}")


def test_parts_of_two_tokens_do_not_make_a_third() -> None:
    mine, other = issue_token("conversation-1").split("."), issue_token("conversation-2").split(".")
    for swapped in ([other[0], *mine[1:]], [*other[:2], mine[2]]):
        with pytest.raises(Unauthorised):
            read_token(f"Bearer {'.'.join(swapped)}")


def test_a_token_signed_with_another_secret_or_for_another_purpose_is_refused(configure: Callable[..., None]) -> None:
    secret = get_settings().secret.get_secret_value()
    with pytest.raises(Unauthorised):
        read_token(f"Bearer {URLSafeTimedSerializer(secret, salt='password-reset').dumps('conversation-1')}")
    token = issue_token("conversation-1")
    configure(secret="another clinic " * 3)
    with pytest.raises(Unauthorised):
        read_token(f"Bearer {token}")


def test_a_token_expires_after_the_days_of_the_settings(configure: Callable[..., None]) -> None:
    assert read_token(f"Bearer {made_days_ago(6.9)}") == "conversation-1"
    with pytest.raises(Unauthorised, match="expired"):
        read_token(f"Bearer {made_days_ago(7.1)}")
    configure(token_days=1)
    with pytest.raises(Unauthorised, match="expired"):
        read_token(f"Bearer {made_days_ago(1.1)}")


def test_a_posted_text_or_choice_becomes_an_inbound() -> None:
    text = to_inbound("c", b'{"client_id": "client-01", "text": " what is CBT "}')
    choice = to_inbound("c", b'{"client_id": "client-02", "choice": {"message": 3, "index": 0}}')
    assert text == Inbound("c", "client-01", " what is CBT ") and choice == Inbound("c", "client-02", "", (3, 0))


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"text": "hedgehog"}, "client_id: Field required"),
        ({"client_id": "short", "text": "hedgehog"}, "client_id: "),
        ({"client_id": "x" * 65, "text": "hedgehog"}, "client_id: "),
        ({"client_id": "client hedgehog", "text": "x"}, "client_id: "),
        ({"client_id": 12345678, "text": "hedgehog"}, "client_id: "),
        ({"client_id": "client-01"}, "send either text or choice"),
        ({"client_id": "client-01", "text": "hedgehog", "choice": {"message": 1, "index": 0}}, "send either text or choice"),
        ({"client_id": "client-01", "text": " \n "}, "text is empty"),
        ({"client_id": "client-01", "text": ["hedgehog"]}, "text: "),
        ({"client_id": "client-01", "choice": {"message": 0, "index": 0}}, "choice.message: "),
        ({"client_id": "client-01", "choice": {"message": 1, "index": -1}}, "choice.index: "),
        ({"client_id": "client-01", "choice": {"message": 1, "index": 51}}, "choice.index: "),
        ({"client_id": "client-01", "choice": {"message": "hedgehog", "index": 0}}, "choice.message: "),
        ({"client_id": "client-01", "choice": {"message": 1}}, "choice.index: Field required"),
        ({"client_id": "client-01", "text": "hedgehog", "extra": 1}, "the body: "),
        (["hedgehog"], "the body: "),
        ("hedgehog", "the body: "),
    ],
)
def test_a_bad_body_names_the_field_and_never_repeats_what_was_sent(body: object, field: str) -> None:
    with pytest.raises(BadRequest) as raised:
        to_inbound("c", json.dumps(body).encode())
    assert field in str(raised.value) and "hedgehog" not in str(raised.value)


@pytest.mark.parametrize(
    "body", [b"", b"hedgehog", b'{"text": "hedgehog"', b"\xff\xfe hedgehog", b'{"text": "hedgehog \\ud800"}']
)
def test_a_body_that_is_no_json_is_refused_without_repeating_it(body: bytes) -> None:
    with pytest.raises(BadRequest, match="^the body: ") as raised:
        to_inbound("c", body)
    assert "hedgehog" not in str(raised.value)


def test_a_page_is_shown_choices_by_title_and_never_their_payloads() -> None:
    shown = to_json(Entry(4, "assistant", "Which?", (("CBT", "/cbt"), ("Delete", "app:erase")), {"route": "clarify"}))
    assert shown == {"seq": 4, "from": "assistant", "text": "Which?", "choices": ["CBT", "Delete"], "route": "clarify"}


def test_an_answer_is_shown_with_its_title_its_sources_and_its_review() -> None:
    topic = load_catalogue()["cbt"]
    shown = to_json(Entry(2, "assistant", topic.text, (), {"topic": "cbt"}))
    assert (shown["route"], shown["topic"], shown["reviewed_by"]) == ("answer", topic.title, None)
    assert all(source.section in shown["sources"] for source in topic.sources)
    shown = to_json(Entry(2, "assistant", topic.text, (), {"topic": "cbt", "reviewed_by": "Nurse, A. Example, 2026-06-01"}))
    assert shown["reviewed_by"] == "Nurse, A. Example, 2026-06-01"


def test_what_stands_in_for_a_withheld_answer_has_no_sources_and_no_reviewer() -> None:
    shown = to_json(Entry(2, "assistant", "Not approved.", (), {"route": "withheld", "topic": "cbt"}))
    assert shown["route"] == "withheld" and not {"topic", "sources", "reviewed_by"} & set(shown)


def test_a_topic_that_is_gone_is_shown_without_sources() -> None:
    assert "sources" not in to_json(Entry(2, "assistant", "words", (), {"topic": "dropped_long_ago"}))


def test_the_greeting_says_what_the_assistant_is_and_offers_topics() -> None:
    reply = greeting()
    assert "automated assistant, not a person" in reply.text and "not for emergencies" in reply.text
    assert [title for title, _ in reply.choices] == [load_catalogue()[key].title for key in STARTERS]
    assert reply.choices[0][1] == f'/choose_topic{{"topic": "{STARTERS[0]}"}}'


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b'{"client_id": "a", "text": "I am \\u0022here\\u0022"}', 'I am "here"'),
        (b'{"text": "cut in the mid', "cut in the mid"),
        (b'{"text": "cut in an escape\\u00', "cut in an escape"),
        (b'{"text": "cut in an escape\\', "cut in an escape"),
        (b'{"text" :\n"two\nlines"', "two\nlines"),
        (b'{"text": "half a pair \\ud83d', "half a pair ?"),
        (b"not JSON at all", "not JSON at all"),
        (b"caf\xe9", "caf\ufffd"),
        (b"", ""),
    ],
)
def test_what_a_refused_message_says_is_found_as_far_as_it_came(body: bytes, text: str) -> None:
    assert find_text(body) == text


def test_in_production_the_greeting_offers_approved_topics_only(configure: Callable[..., None], database: object) -> None:
    configure(mode="production")
    assert greeting().choices == ()
    sign_off("cost", "A. Example", "Nurse", load_contents()["cost"].text_hash)
    assert [title for title, _ in greeting().choices] == [load_catalogue()["cost"].title]
