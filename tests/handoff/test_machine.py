"""Two patients, two people at the desk, rounds and restarts in any order: what is owed to each holds after every step."""

from dataclasses import dataclass, field

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import delete

from bot import engine
from bot.conversations import service as conversations
from bot.conversations.service import Entry
from bot.db import transaction
from bot.handoff import presence
from bot.handoff import service as handoff
from bot.handoff.alerts import Notice
from bot.handoff.models import Alert, CallBack, Ticket
from bot.handoff.service import NotYours
from bot.inbound import ERASE, Inbound
from bot.turns import take
from tests.conftest import forget
from tests.handoff import invariants
from tests.handoff.acting import ALEX, SAM, find, go, let_pass, mode, tickets
from tests.machines import run_machine
from tests.stubs.engine import ANSWER, EngineStub

ANSWERS = {  # what the engine says to a text: its words, and what is to be known about them
    "what is CBT": (ANSWER, {}),
    "a person please": ("I will ask.", {"handoff": "asked"}),
    "can I take more of my pills": ("I cannot say.", {"handoff": "clinical", "kind": "dose"}),
    "call me back": ("What is your name?", {"asks": "name"}),
}
OTHERS = ["I feel hopeless", "/restart", "Margaret Olsen", "thanks"]
CRISES = ["I want to kill myself", "my husband hits me", "I took 30 pills"]
CHATS, AGENTS = st.integers(0, 1), st.sampled_from([SAM, ALEX])


@dataclass
class Chat:
    """One patient's side: what was sent, under which client id, and what of it must be stored."""

    id: str
    said: list[str] = field(default_factory=list)
    sent: list[Inbound] = field(default_factory=list)


class Clinic(RuleBasedStateMachine):
    """Anything that patients, staff and the machine itself may do."""

    stub: EngineStub

    def __init__(self) -> None:
        super().__init__()
        self.chats = [Chat(conversations.start("web")) for _ in range(2)]
        self.stub.status = 200
        self.is_reachable = True
        self.alerted: list[int] = []

    def teardown(self) -> None:
        with transaction() as session:  # so that the next run starts with an empty line
            for table in (Alert, Ticket, CallBack):
                session.execute(delete(table))

    # patients

    def post(self, chat: Chat, text: str = "", choice: tuple[int, int] | None = None, is_media: bool = False) -> list[Entry]:
        """Take a turn and return what answered it."""
        inbound = Inbound(chat.id, f"client-{len(chat.sent)}", text, choice, is_media)
        words, about = ANSWERS.get(text, (ANSWER, {}))
        self.stub.parts = [{"text": words}, {"custom": about}] if about else [{"text": words}]
        if self.stub.status != 200:
            engine.get_engine.cache_clear()  # a circuit breaker that was opened is not what is looked at here
        outcome = take(inbound)
        if outcome.erased:
            self.renew(chat)
            return []
        assert outcome.seq and not outcome.unstored
        chat.sent.append(inbound)
        chat.said.append(conversations.history(chat.id)[outcome.seq - 1].text)
        return conversations.history(chat.id, outcome.seq)

    def renew(self, chat: Chat) -> None:
        self.chats[self.chats.index(chat)] = Chat(conversations.start("web"))

    @rule(number=CHATS, text=st.sampled_from([*ANSWERS, *OTHERS]))
    def says(self, number: int, text: str) -> None:
        chat = self.chats[number]
        is_human = mode(chat.id) == "human"
        answers = self.post(chat, text)
        assert (answers == []) is is_human

    @rule(number=CHATS)
    def sends_a_picture(self, number: int) -> None:
        chat = self.chats[number]
        is_human = mode(chat.id) == "human"
        assert (self.post(chat, is_media=True) == []) is is_human

    @rule(number=CHATS, text=st.sampled_from(CRISES))
    def is_in_danger(self, number: int, text: str) -> None:
        chat = self.chats[number]
        before = mode(chat.id)
        assert self.post(chat, text)[0].about["message"].endswith(("/hear", "/again"))
        (urgent,) = [ticket for ticket in tickets(chat.id) if ticket.state != "closed"]
        assert urgent.is_urgent and urgent.acknowledged_at is None
        assert mode(chat.id) == ("human" if before == "human" else "waiting")

    @rule(number=CHATS)
    def asks_again_for_a_person(self, number: int) -> None:
        chat, self.stub.status = self.chats[number], 200
        is_waiting = mode(chat.id) == "waiting"
        answers = self.post(chat, "a person please")
        if is_waiting and presence.count_ready():
            (place,) = [entry.text for entry in answers if entry.about.get("message") == "still_waiting"]
            assert place.startswith(f"You are number {self.place(chat)} in line")
        elif is_waiting:  # nobody is promised a person who is not there
            assert [entry.about["message"] for entry in answers if "message" in entry.about][0] in (
                "opened/away",
                "opened/closed",
            )

    def place(self, chat: Chat) -> int:
        """Return the place in line, found the plainest way: urgent first, then who came first."""
        waiting = [ticket for other in self.chats for ticket in tickets(other.id) if ticket.state == "waiting"]
        waiting.sort(key=lambda ticket: (not ticket.is_urgent, ticket.id))
        return [ticket.conversation_id for ticket in waiting].index(chat.id) + 1

    @rule(number=CHATS, data=st.data())
    def presses_a_button(self, number: int, data: st.DataObject) -> None:
        chat = self.chats[number]
        offered = [
            (entry.seq, index)
            for entry in conversations.history(chat.id)
            for index, (_, payload) in enumerate(entry.choices)
            if payload != ERASE
        ]
        if offered:
            self.post(chat, choice=data.draw(st.sampled_from(offered)))

    @rule(number=CHATS, data=st.data())
    def sends_the_same_again(self, number: int, data: st.DataObject) -> None:
        chat = self.chats[number]
        if chat.sent:
            inbound = data.draw(st.sampled_from(chat.sent))
            before = conversations.history(chat.id)
            seq = take(inbound).seq
            is_answered = any(entry.seq == (seq or 0) + 1 and entry.sender == "assistant" for entry in before)
            assert not is_answered or conversations.history(chat.id) == before

    @rule(number=CHATS)
    def deletes_the_chat(self, number: int) -> None:
        chat = self.chats[number]
        opened = [ticket.id for ticket in tickets(chat.id)]
        conversations.erase(chat.id)
        self.renew(chat)
        assert all(handoff.take(ticket_id, SAM) is None for ticket_id in opened)
        self.goes_round(0)
        assert all((find(ticket_id).state, find(ticket_id).about) == ("closed", None) for ticket_id in opened)

    # staff

    def open_ticket(self, number: int) -> int:
        found = [ticket.id for ticket in tickets(self.chats[number].id) if ticket.state != "closed"]
        return found[0] if found else 4_000_000

    @rule(number=CHATS, agent=AGENTS)
    def takes(self, number: int, agent: handoff.Agent) -> None:
        was = mode(self.chats[number].id)
        taken = handoff.take(self.open_ticket(number), agent)
        assert (taken == self.chats[number].id) is (was == "waiting")

    @rule(number=CHATS, agent=AGENTS)
    def replies(self, number: int, agent: handoff.Agent) -> None:
        ticket_id, was = self.open_ticket(number), mode(self.chats[number].id)
        try:
            assert handoff.reply(ticket_id, agent, "Hello") == self.chats[number].id
            assert find(ticket_id).staff_id == agent.id
        except NotYours:
            assert was == "bot" or find(ticket_id).staff_id not in (None, agent.id)

    @rule(number=CHATS, agent=AGENTS, is_over=st.booleans())
    def leaves(self, number: int, agent: handoff.Agent, is_over: bool) -> None:
        ticket_id = self.open_ticket(number)
        try:
            handoff.leave(ticket_id, agent, "answered", is_over)
            assert mode(self.chats[number].id) == "bot"
        except NotYours:
            assert mode(self.chats[number].id) != "human" or find(ticket_id).staff_id != agent.id

    @rule(number=CHATS, agent=AGENTS)
    def gives(self, number: int, agent: handoff.Agent) -> None:
        handoff.give(self.open_ticket(number), agent)

    @rule(number=CHATS)
    def acknowledges(self, number: int) -> None:
        handoff.acknowledge(self.open_ticket(number))

    @rule(number=CHATS)
    def closes(self, number: int) -> None:
        handoff.close_waiting(self.open_ticket(number), "called back")

    @rule(agent=AGENTS, is_ready=st.booleans())
    def comes_or_goes(self, agent: handoff.Agent, is_ready: bool) -> None:
        presence.mark(agent.id, is_ready)

    # the machine

    @rule(seconds=st.sampled_from([0, 5, 61, 150, 400]))
    def goes_round(self, seconds: int) -> None:
        let_pass(seconds=seconds)
        go(self.send)

    def send(self, notice: Notice) -> None:
        if not self.is_reachable:
            raise ConnectionError
        self.alerted.append(notice.id)

    @rule(is_reachable=st.booleans())
    def staff_can_be_reached_or_not(self, is_reachable: bool) -> None:
        self.is_reachable = is_reachable

    @rule(status=st.sampled_from([200, 500]))
    def engine_goes_up_or_down(self, status: int) -> None:
        self.stub.status = status

    @rule()
    def restarts(self) -> None:
        forget()

    # what holds

    @invariant()
    def every_conversation_is_whole(self) -> None:
        for chat in self.chats:
            invariants.check(chat.id, chat.said)

    @invariant()
    def alerts_are_where_they_belong(self) -> None:
        invariants.check_alerts()
        assert len(self.alerted) == len(set(self.alerted)), "an alert is sent once"


def test_whatever_happens_in_whatever_order(
    database: object, lexicon_alone: None, engine_stub: EngineStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_machine(Clinic, engine_stub, monkeypatch, examples=15, steps=30)
