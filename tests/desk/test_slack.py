"""The staff's Slack: alerts with Take and Reply, who may press them, and that no word of a patient's goes there."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from bot.conversations import service as conversations
from bot.conversations.service import HUMAN, PERSON
from bot.db import transaction
from bot.desk.slack import NO_ACCOUNT
from bot.handoff import service as handoff
from bot.handoff.models import AlertPost, Ticket
from bot.handoff.rounds import go_round
from bot.handoff.senders import get_sender
from bot.staff import service as staff
from bot.staff.members import Role
from tests.channels.slack_payloads import pressed, sent_window
from tests.channels.slack_person import SECRET as SIGNING_SECRET
from tests.channels.slack_person import Person
from tests.desk.waiting import SECRET, audited, said, wait
from tests.handoff.acting import ALEX, find, let_pass, mode
from tests.staff.conftest import make_account
from tests.stubs.engine import EngineStub
from tests.stubs.slack import TEAM, TOKEN, Sent, SlackStub, failure
from tests.web.conftest import served

STAFF, SAM, ALEXA = "C0STAFF", "U0SAM", "U0ALEXA"
TAKE, REPLY, LINK = "Take", "Reply", "Open the care desk"


def user(email: str, **changed: object) -> dict[str, Any]:
    """Return what Slack tells of somebody (users.info)."""
    known = {"id": "U0", "team_id": TEAM, "deleted": False, "is_bot": False, "is_restricted": False, "is_email_confirmed": True}
    return known | {"profile": {"email": email, "real_name": "Sam"}} | changed


@pytest.fixture
def slack(configure: Callable[..., None]) -> Iterator[SlackStub]:
    """Give a local server in the place of the staff's Slack, without Reply and without patients."""
    with SlackStub() as stub:
        configure(
            slack_bot_token=TOKEN, slack_signing_secret=SIGNING_SECRET, slack_api_url=stub.url, slack_alert_channel=STAFF,
            alerts="slack", public_url="https://chat.clinic.example",
        )  # fmt: skip
        stub.users = {SAM: user("Sam@Clinic.example"), ALEXA: user("alexa@clinic.example")}
        yield stub


@pytest.fixture
def site(slack: SlackStub, database: object, engine_stub: EngineStub) -> Iterator[httpx.Client]:
    make_account(Role.AGENT, "sam@clinic.example", "Sam")
    make_account(Role.AGENT, "alexa@clinic.example", "Alexa")
    with served() as client:
        yield client


@pytest.fixture
def two_way(configure: Callable[..., None], slack: SlackStub) -> None:
    """Let staff write to patients from Slack; asked for before `site`."""
    configure(slack_reply=True)


def alert(slack: SlackStub, count: int = 1) -> Sent:
    """Let what is due go out, and return the first message in the channel."""
    go_round(get_sender().send, lambda _: None)
    return slack.wait_for(STAFF, count)[0]


def is_noted(ticket: Ticket) -> bool:
    """Tell whether it is known where a ticket's alert stands: the app, which goes rounds too, may still be at it."""
    with transaction() as session:
        return session.get(AlertPost, ticket.id) is not None


def press(slack: SlackStub, site: httpx.Client, who: str, title: str, ticket: Ticket) -> None:
    action = {TAKE: "staff:take", REPLY: "staff:reply", LINK: "staff:open"}[title]
    answer = Person(slack, site, who).interact(pressed(str(ticket.id), who, action, channel=STAFF))
    assert (answer.status_code, answer.text) == (200, "")


def alone(slack: SlackStub, who: str) -> list[str]:
    """Return what only one person has read."""
    return [sent.text for sent in slack.sent if sent.alone == who]


def everything(slack: SlackStub) -> str:
    return json.dumps(slack.calls)


def test_an_alert_says_what_and_why_with_button_and_link_and_nothing_of_the_patient(slack: SlackStub, site: httpx.Client) -> None:
    waiting = wait("asked", topic=SECRET)
    shown = alert(slack)
    assert "A patient asks for a person (ticket 1)." in shown.text and "Reason: asked." in shown.text and "<!" not in shown.text
    assert shown.buttons == {TAKE: str(waiting.id), LINK: f"https://chat.clinic.example/desk/tickets/{waiting.id}"}
    assert SECRET not in everything(slack) and str(waiting.conversation_id) not in everything(slack)


def test_who_presses_take_has_the_chat_and_the_message_says_so(slack: SlackStub, site: httpx.Client) -> None:
    waiting = wait()
    alert(slack)
    press(slack, site, SAM, TAKE, waiting)
    slack.wait(lambda: slack.called("chat.update"))
    shown = slack.wait_for(STAFF, 1)[0]
    assert "Taken by Sam." in shown.text and list(shown.buttons) == [LINK]
    taken = find(waiting.id)
    assert (taken.state, taken.staff_name, mode(str(waiting.conversation_id))) == ("taken", "Sam", HUMAN)
    assert audited(f"ticket:{waiting.id}") == [("conversation.taken", "Sam", "in Slack")]
    assert "Sam (nurse)" in said(waiting, "assistant")[-1]
    assert len(slack.to(STAFF)) == 1


def test_of_two_who_press_one_has_it_and_the_other_reads_who(slack: SlackStub, site: httpx.Client) -> None:
    waiting = wait()
    alert(slack)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda who: press(slack, site, who, TAKE, waiting), (SAM, ALEXA)))
    slack.wait(lambda: alone(slack, SAM) or alone(slack, ALEXA))
    winner, loser = ("Sam", ALEXA) if find(waiting.id).staff_name == "Sam" else ("Alexa", SAM)
    assert alone(slack, loser) == [f"{winner} has this chat."]


@pytest.mark.parametrize(
    "changed",
    [
        {"profile": {"email": "stranger@clinic.example"}},
        {"profile": {}},
        {"team_id": "T0OTHER"},
        {"is_restricted": True},
        {"is_ultra_restricted": True},
        {"is_stranger": True},
        {"is_bot": True},
        {"deleted": True},
        {"is_email_confirmed": False},
    ],
)
def test_who_is_not_known_at_the_desk_is_refused_alone(slack: SlackStub, site: httpx.Client, changed: dict[str, Any]) -> None:
    slack.users[SAM] = user("sam@clinic.example", **changed)
    waiting = wait()
    press(slack, site, SAM, TAKE, waiting)
    slack.wait(lambda: alone(slack, SAM))
    assert alone(slack, SAM) == [NO_ACCOUNT] and find(waiting.id).state == "waiting"


def test_an_account_that_is_closed_or_may_not_take_chats_is_refused(slack: SlackStub, site: httpx.Client) -> None:
    waiting = wait()
    staff.deactivate(None, "sam@clinic.example")
    make_account(Role.AUDITOR, "otto@clinic.example", "Otto")
    slack.users["U0OTTO"] = user("otto@clinic.example")
    for who in (SAM, "U0OTTO"):
        press(slack, site, who, TAKE, waiting)
    slack.wait(lambda: alone(slack, SAM) and alone(slack, "U0OTTO"))
    assert alone(slack, SAM) == alone(slack, "U0OTTO") == [NO_ACCOUNT] and find(waiting.id).state == "waiting"


def test_when_slack_does_not_tell_who_it_is_nothing_is_taken(slack: SlackStub, site: httpx.Client) -> None:
    slack.failures["users.info"] = [failure("missing_scope")]
    waiting = wait()
    press(slack, site, SAM, TAKE, waiting)
    slack.wait(lambda: alone(slack, SAM))
    assert "did not work" in alone(slack, SAM)[0] and find(waiting.id).state == "waiting"


def test_urgent_alerts_go_into_the_thread_and_are_shown_in_the_channel(slack: SlackStub, site: httpx.Client) -> None:
    waiting = wait()
    first = alert(slack)
    slack.wait(lambda: is_noted(waiting))
    handoff.request(str(waiting.conversation_id), "crisis", {})
    alert(slack, 2)
    let_pass(minutes=2)
    alert(slack, 3)
    root, *later = slack.to(STAFF)
    assert all((sent.thread, sent.is_in_channel_too) == (first.ts, True) for sent in later)
    assert "<!channel> URGENT: a crisis message" in later[0].text and "STILL URGENT" in later[1].text
    slack.wait(lambda: "URGENT" in slack.to(STAFF)[0].text)  # the first one says it now, too
    assert (root.ts, root.thread) == (first.ts, "")


def test_what_is_done_at_the_desk_is_seen_in_slack(slack: SlackStub, site: httpx.Client) -> None:
    waiting = wait()
    alert(slack)
    handoff.take(waiting.id, ALEX)
    slack.wait(lambda: "Taken by Alex." in slack.to(STAFF)[0].text)
    handoff.leave(waiting.id, ALEX, "answered", is_over=True)
    slack.wait(lambda: "This is closed." in slack.to(STAFF)[0].text)
    assert list(slack.to(STAFF)[0].buttons) == [LINK]


def test_a_message_that_was_deleted_in_slack_is_left(slack: SlackStub, site: httpx.Client) -> None:
    waiting = wait()
    alert(slack)
    slack.failures["chat.update"] = [failure("message_not_found")]
    handoff.take(waiting.id, ALEX)
    go_round(get_sender().send, lambda _: None)
    slack.wait(lambda: not slack.failures["chat.update"])
    go_round(get_sender().send, lambda _: None)  # the app goes its rounds too, and may have tried at the same time
    tried = len(slack.called("chat.update"))
    go_round(get_sender().send, lambda _: None)
    assert len(slack.called("chat.update")) == tried <= 2


def test_an_alert_that_slack_did_not_take_is_sent_again(slack: SlackStub, site: httpx.Client) -> None:
    slack.failures["chat.postMessage"] = [failure("ratelimited", 429), None]
    wait("crisis")
    go_round(get_sender().send, lambda _: None)
    let_pass(minutes=2)
    go_round(get_sender().send, lambda _: None)
    let_pass(minutes=2)
    assert "URGENT" in alert(slack).text


def test_without_reply_no_button_and_no_window_speaks_to_the_patient(slack: SlackStub, site: httpx.Client) -> None:
    waiting = wait()
    alert(slack)
    press(slack, site, SAM, REPLY, waiting)
    view = {"type": "modal", "callback_id": "staff:reply_window", "private_metadata": str(waiting.id)}
    assert Person(slack, site, SAM).interact(sent_window(view, "hello", SAM)).status_code == 200
    assert said(waiting, PERSON) == [] and not slack.called("views.open")


def open_window(slack: SlackStub, site: httpx.Client, waiting: Ticket, who: str = SAM) -> dict[str, Any]:
    press(slack, site, who, REPLY, waiting)
    slack.wait(lambda: slack.called("views.open"))
    view: dict[str, Any] = slack.called("views.open")[-1]["view"]
    return view


@pytest.mark.usefixtures("two_way")
def test_what_is_sent_in_the_window_and_only_that_goes_to_the_patient(slack: SlackStub, site: httpx.Client) -> None:
    waiting = wait()
    assert list(alert(slack).buttons) == [TAKE, REPLY, LINK]
    Person(slack, site, SAM).say("a remark among us", channel=STAFF, channel_type="group", thread_ts=slack.to(STAFF)[0].ts)
    view = open_window(slack, site, waiting)
    assert f"/desk/tickets/{waiting.id}" in json.dumps(view)
    answer = Person(slack, site, SAM).interact(sent_window(view, "Hello, this is Sam.", SAM))
    assert (answer.status_code, answer.text) == (200, "")
    assert said(waiting, PERSON) == ["Hello, this is Sam."]
    assert find(waiting.id).staff_name == "Sam"  # the first reply takes the chat
    conversations.accept(str(waiting.conversation_id), "client-02", SECRET)
    go_round(get_sender().send, lambda _: None)
    assert ("conversation.replied", "Sam", "in Slack") in audited(f"ticket:{waiting.id}")
    assert SECRET not in everything(slack)


@pytest.mark.usefixtures("two_way")
def test_a_window_that_is_sent_twice_says_it_once(slack: SlackStub, site: httpx.Client) -> None:
    waiting = wait()
    view = open_window(slack, site, waiting)
    for _ in range(2):
        Person(slack, site, SAM).interact(sent_window(view, "Hello.", SAM))
    Person(slack, site, SAM).interact(sent_window(view, "Hello.", SAM, view_id="V0002"))
    assert said(waiting, PERSON) == ["Hello.", "Hello."]


@pytest.mark.usefixtures("two_way")
def test_a_reply_that_cannot_be_said_stays_in_its_window_with_the_reason(slack: SlackStub, site: httpx.Client) -> None:
    waiting = wait()
    view = open_window(slack, site, waiting)
    handoff.take(waiting.id, ALEX)
    answer = Person(slack, site, SAM).interact(sent_window(view, "Hello.", SAM))
    assert answer.json() == {"response_action": "errors", "errors": {"text": "Alex has this chat."}}
    slack.failures["users.info"] = [None]
    answer = Person(slack, site, SAM).interact(sent_window(view, "Hello.", SAM))
    assert "did not work" in answer.json()["errors"]["text"]
    slack.users[SAM] = user("nobody@clinic.example")
    answer = Person(slack, site, SAM).interact(sent_window(view, "Hello.", SAM))
    assert answer.json()["errors"]["text"] == NO_ACCOUNT
    assert said(waiting, PERSON) == []
