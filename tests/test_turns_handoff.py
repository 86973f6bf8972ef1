"""What a turn does about people: opens tickets in the commit of its replies, is silent while a person speaks save in a crisis."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from queue import Queue
from threading import Event

import pytest
from sqlalchemy import event

from bot import turns
from bot.conversations import service as conversations
from bot.handoff import call_backs, unrecorded, words
from bot.handoff import service as handoff
from bot.handoff.models import Ticket
from bot.inbound import ERASE
from bot.turns import Inbound, Outcome, take
from tests.handoff.acting import ALEX, SAM, alerts, ask, mode, said, ticket, tickets
from tests.stubs.engine import ANSWER, EngineStub, response

CRISIS = "I want to kill myself"
FIRST = ["suicide/hear", "suicide/reach", "suicide/ask"]


def parts(text: str, **about: str) -> list[dict[str, object]]:
    """Return what the engine sends for one reply: its text, then what is to be known about it."""
    return [{"recipient_id": "patient", "text": text}, {"recipient_id": "patient", "custom": about}]


WISH = parts(response("utter_handoff"), handoff="asked", last_topic="cbt")
PATIENCE = 30
NAME = "Margaret Olsen"

pytestmark = pytest.mark.usefixtures("lexicon_alone")


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "SECONDS_TO_CRISIS_TEXT", PATIENCE)  # how fast it is, is not what is looked at here


def send(conversation: str, text: str, client_id: str = "client-1") -> Outcome:
    return take(Inbound(conversation, client_id, text))


@contextmanager
def no_tickets() -> Iterator[None]:
    """Let every new ticket fail."""

    def refuse(*_: object) -> None:
        raise RuntimeError("no tickets today")

    event.listen(Ticket, "before_insert", refuse)
    try:
        yield
    finally:
        event.remove(Ticket, "before_insert", refuse)


def press(conversation: str, payload: str, client_id: str = "client-press") -> Outcome:
    """Press the newest button with a payload."""
    for entry in reversed(conversations.history(conversation)):
        payloads = [offered for _, offered in entry.choices]
        if payload in payloads:
            return take(Inbound(conversation, client_id, choice=(entry.seq, payloads.index(payload))))
    raise AssertionError(f"{payload} was not offered")


@pytest.fixture
def wish(conversation: str, engine_stub: EngineStub) -> str:
    """Give a conversation in which the engine answers everything with the wish for a person."""
    engine_stub.parts = WISH
    return conversation


# a wish


def test_a_wish_for_a_person_opens_a_ticket_and_says_what_to_expect(wish: str) -> None:
    send(wish, "can I talk to a person")
    assert said(wish, 1)[0] == response("utter_handoff") and said(wish, 1)[1].startswith("opened/") and mode(wish) == "waiting"
    assert ticket(wish).about == {"handoff": "asked", "last_topic": "cbt"} and ticket(wish).reason == "asked"


def test_replies_and_ticket_are_one_commit(wish: str) -> None:
    seen: list[tuple[int, int]] = []
    take(
        Inbound(wish, "client-1", "a person please"),
        lambda id: seen.append((len(conversations.history(id)), len(tickets(id)))),
    )
    assert seen == [(1, 0), (3, 1)]


def test_a_ticket_that_cannot_be_opened_takes_the_replies_with_it_and_a_retry_brings_both(
    wish: str,
) -> None:
    with no_tickets(), pytest.raises(RuntimeError):
        send(wish, "a person please")
    assert said(wish) == ["a person please"] and tickets(wish) == [] and mode(wish) == "bot"
    assert send(wish, "a person please") == Outcome(seq=1)
    assert len(said(wish)) == 3 and len(tickets(wish)) == 1


def test_a_wish_sent_twice_opens_one_ticket(wish: str) -> None:
    assert send(wish, "a person please") == send(wish, "a person please")
    assert len(tickets(wish)) == 1 and len(said(wish)) == 3


def test_who_waits_is_still_answered_by_the_assistant(wish: str, engine_stub: EngineStub) -> None:
    send(wish, "a person please")
    engine_stub.parts = [{"recipient_id": "patient", "text": ANSWER}]
    send(wish, "what is CBT", "client-2")
    assert said(wish)[-1] == ANSWER and mode(wish) == "waiting"


def test_a_button_asks_for_a_person_without_the_engine_and_all_or_nothing(conversation: str) -> None:
    send(conversation, "what is CBT")
    with no_tickets(), pytest.raises(RuntimeError):
        press(conversation, words.PERSON)
    assert said(conversation)[3:] == [] and mode(conversation) == "bot"
    press(conversation, words.PERSON)
    assert said(conversation)[-1].startswith("opened/") and ticket(conversation).reason == "asked"


def test_the_buttons_of_waiting_work_and_a_press_sent_twice_counts_once(wish: str) -> None:
    send(wish, "a person please")
    assert press(wish, words.STOP, "client-2") == press(wish, words.STOP, "client-2")
    assert said(wish)[-2:] == ["Stop waiting", "stopped"] and mode(wish) == "bot"
    press(wish, words.STOP, "client-3")  # an old button, pressed again
    assert said(wish)[-1] == "stopped" and len(tickets(wish)) == 1


def test_the_rating_is_kept_from_its_button(wish: str) -> None:
    send(wish, "a person please")
    handoff.take(ticket(wish).id, SAM)
    handoff.leave(ticket(wish).id, SAM, "answered", is_over=True)
    press(wish, f"{words.RATE}4")
    assert said(wish)[-1] == "rated" and ticket(wish).rating == 4


def test_deleting_the_chat_works_in_every_mode(wish: str) -> None:
    for act in (lambda _: None, ask, lambda chat: (ask(chat), handoff.take(ticket(chat).id, SAM))):
        chat = conversations.start("web")
        act(chat)
        conversations.say(chat, [conversations.Reply("Delete?", (("Delete this chat", ERASE),))])
        assert press(chat, ERASE).erased and not conversations.exists(chat)


# a person


@pytest.fixture
def taken(conversation: str) -> str:
    """Give a conversation that Sam has."""
    ask(conversation)
    handoff.take(ticket(conversation).id, SAM)
    return conversation


def test_the_assistant_is_silent_while_a_person_speaks(taken: str, engine_stub: EngineStub) -> None:
    before = len(said(taken))
    for number, text in enumerate(("thank you", "what is CBT", "I feel hopeless", "/restart")):
        send(taken, text, f"client-{number}")
    take(Inbound(taken, "client-media", is_media=True))
    assert said(taken)[before:] == ["thank you", "what is CBT", "I feel hopeless", "/restart", ""]
    assert engine_stub.asked == [] and mode(taken) == "human"
    assert {engine_stub.forgotten.get(timeout=PATIENCE) for _ in range(5)} == {taken}  # an old form does not outlive the person


def test_old_buttons_say_nothing_while_a_person_speaks(taken: str, engine_stub: EngineStub) -> None:
    conversations.say(taken, [conversations.Reply("More?", (("More", "/more"), ("A person", words.PERSON)))])
    for number, payload in enumerate((words.STOP, "/more", words.PERSON)):
        press(taken, payload, f"client-{number}")
    assert said(taken)[-3:] == ["Stop waiting", "More", "A person"]
    assert engine_stub.asked == [] and ticket(taken).state == "taken"


def test_a_person_who_takes_the_chat_while_the_engine_thinks_has_the_word(wish: str, engine_stub: EngineStub) -> None:
    ask(wish)
    asked, answer = Event(), Event()
    engine_stub.wait_while_silent = lambda: asked.set() or answer.wait(PATIENCE)  # type: ignore[method-assign, func-returns-value]
    with ThreadPoolExecutor() as pool:
        turn = pool.submit(send, wish, "a person please")
        assert asked.wait(PATIENCE)
        handoff.reply(ticket(wish).id, SAM, "Hello")
        answer.set()
        assert turn.result(PATIENCE).seq == 2
    assert said(wish)[1:] == ["a person please", "joined", "Hello"] and len(tickets(wish)) == 1


def test_what_was_said_to_a_person_is_not_answered_later_by_the_assistant(taken: str, engine_stub: EngineStub) -> None:
    send(taken, "what is CBT")
    handoff.reply(ticket(taken).id, SAM, "A kind of therapy.")
    handoff.leave(ticket(taken).id, SAM, "answered", is_over=False)
    before = said(taken)
    send(taken, "what is CBT")  # the page's connection broke, and it sends again
    assert said(taken) == before and engine_stub.asked == []


def test_the_assistant_is_back_after_the_person_left(taken: str, engine_stub: EngineStub) -> None:
    handoff.leave(ticket(taken).id, SAM, "answered", is_over=False)
    send(taken, "what is CBT")
    assert said(taken)[-1] == ANSWER


# a crisis


@pytest.mark.parametrize("state", ["bot", "waiting", "human"])
def test_a_crisis_is_answered_and_urgent_in_every_mode(conversation: str, engine_stub: EngineStub, state: str) -> None:
    if state != "bot":
        ask(conversation)
    if state == "human":
        handoff.take(ticket(conversation).id, SAM)
    before = len(said(conversation))
    send(conversation, CRISIS)
    assert said(conversation)[before + 1 :] == FIRST and engine_stub.asked == []
    urgent = ticket(conversation)
    assert urgent.is_urgent and urgent.reason == "crisis" and urgent.about["category"] == "suicide" and urgent.about["evidence"]
    assert mode(conversation) == ("human" if state == "human" else "waiting") and len(tickets(conversation)) == 1
    assert sorted(alert.kind for alert in alerts(urgent.id)) == ["again", "again", "again", "urgent"]


def test_a_crisis_sent_twice_alerts_once(conversation: str) -> None:
    assert send(conversation, CRISIS) == send(conversation, CRISIS) == Outcome(seq=1)
    assert said(conversation, 1) == FIRST and len(alerts()) == 4


def test_a_ticket_that_cannot_be_opened_does_not_cost_the_crisis_texts_and_the_staff_hear_of_it(
    conversation: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports: Queue[str] = Queue()
    monkeypatch.setattr(unrecorded, "report", lambda: reports.put("reported"))
    with no_tickets():
        assert send(conversation, CRISIS) == Outcome(seq=1)
    assert reports.get(timeout=PATIENCE) == "reported"
    assert said(conversation, 1) == FIRST and "no ticket for a crisis" in caplog.text
    assert "kill" not in caplog.text and conversation not in caplog.text


def test_the_desk_gets_no_personal_data_in_the_evidence_of_a_crisis(conversation: str) -> None:
    send(conversation, "I want to kill myself, write to jane@mail.example or call 415 555 0132")
    evidence = ticket(conversation).about["evidence"]
    assert "kill myself" in evidence and "0132" not in evidence and "jane" not in evidence


def test_a_crisis_in_a_chat_that_is_not_stored_opens_nothing(database: object) -> None:
    unstored = conversations.start("web", is_stored=False)
    assert send(unstored, CRISIS) == Outcome(seq=1)
    assert said(unstored, 1) == FIRST and tickets(None) == [] and mode(unstored) == "bot"


# what is given in private


@pytest.fixture
def asked_for_name(conversation: str, engine_stub: EngineStub) -> str:
    """Give a conversation whose last reply asks for the patient's name."""
    engine_stub.parts = parts(response("utter_ask_call_back_name"), asks="name")
    send(conversation, "call me back", "client-0")
    engine_stub.asked.clear()
    return conversation


def test_what_is_given_in_private_reaches_neither_engine_nor_transcript(asked_for_name: str, engine_stub: EngineStub) -> None:
    engine_stub.parts = parts(response("utter_ask_call_back_contact"), asks="contact")
    send(asked_for_name, NAME)
    engine_stub.parts = [{"recipient_id": "patient", "text": response("utter_ask_call_back_time")}]
    send(asked_for_name, "call 415 555 0132, not my husband", "client-2")
    assert engine_stub.messages == ['/give{"field": "name"}', '/give{"field": "contact"}']
    transcript = " ".join(said(asked_for_name))
    assert not [word for word in ("Margaret", "0132", "husband") if word in transcript]
    assert call_backs.missing(asked_for_name) == ["time"]


@pytest.mark.parametrize("text", ["0123 456 789 and what does it cost?", "what does it cost? write to sam@mail.example"])
def test_a_question_beside_the_contact_is_answered_too(asked_for_name: str, engine_stub: EngineStub, text: str) -> None:
    engine_stub.parts = parts(response("utter_ask_call_back_contact"), asks="contact")
    send(asked_for_name, NAME)
    send(asked_for_name, text, "client-2")
    assert "what does it cost?" in engine_stub.messages[-1] and call_backs.missing(asked_for_name) == ["time"]
    heard = " ".join([*said(asked_for_name), *engine_stub.messages])
    assert said(asked_for_name)[-2].endswith(engine_stub.messages[-1]) and "456" not in heard and "sam@" not in heard


def test_a_question_in_the_middle_of_the_form_is_a_question(asked_for_name: str, engine_stub: EngineStub) -> None:
    send(asked_for_name, "why do you want to know?")
    assert engine_stub.messages == ["why do you want to know?"] and "name" in call_backs.missing(asked_for_name)


def test_a_worrying_text_is_no_answer_to_the_form(asked_for_name: str, engine_stub: EngineStub) -> None:
    send(asked_for_name, "Feeling hopeless")
    assert engine_stub.messages == ["Feeling hopeless"] and "name" in call_backs.missing(asked_for_name)


def test_a_crisis_in_the_middle_of_the_form_is_a_crisis(asked_for_name: str, engine_stub: EngineStub) -> None:
    send(asked_for_name, CRISIS)
    assert said(asked_for_name)[-3:] == FIRST and engine_stub.asked == []


def test_nothing_is_taken_for_the_form_once_a_person_has_come(asked_for_name: str, engine_stub: EngineStub) -> None:
    ask(asked_for_name)
    handoff.take(ticket(asked_for_name).id, ALEX)
    send(asked_for_name, "Hello there")
    assert said(asked_for_name)[-1] == "Hello there" and "name" in call_backs.missing(asked_for_name)


def test_a_name_is_not_lost_when_the_engine_is_down(
    asked_for_name: str, engine_stub: EngineStub, configure: Callable[..., None]
) -> None:
    engine_stub.status = 500
    send(asked_for_name, NAME)
    assert call_backs.missing(asked_for_name) == ["contact", "time"]
    assert conversations.history(asked_for_name)[-1].about["route"] == "unavailable"


def test_what_is_asked_in_private_is_asked_last(conversation: str, engine_stub: EngineStub) -> None:
    engine_stub.parts = [*WISH, *parts(response("utter_ask_call_back_name"), asks="name")]
    send(conversation, "should I stop my pills")
    assert said(conversation)[-1] == response("utter_ask_call_back_name") and ticket(conversation).reason == "asked"
    send(conversation, NAME, "client-2")
    assert "Margaret" not in " ".join(said(conversation))


def test_a_deleted_chat_leaves_nothing_of_a_request_that_was_not_handed_in(asked_for_name: str) -> None:
    send(asked_for_name, NAME)
    conversations.say(asked_for_name, [conversations.Reply("Delete?", (("Delete this chat", ERASE),))])
    assert press(asked_for_name, ERASE).erased
    assert call_backs.missing(asked_for_name) == list(call_backs.FIELDS)
