"""Any conversation in any order: what the protocol owes a patient holds after every turn, on a real database."""

from collections import Counter
from functools import cache

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot import engine
from bot.conversations import service as conversations
from bot.conversations.service import Entry
from bot.handoff import service as handoff
from bot.safety.messages import load_messages, message
from bot.topics.approved import is_approved
from bot.turns import Inbound, Outcome, take
from tests.handoff.acting import SAM, ask, ticket
from tests.machines import run_machine
from tests.safety.test_screen import DANGER
from tests.stubs.engine import ANSWER, EngineStub

CRISES = [text for texts in DANGER.values() for text in texts]
FIRST = ("hear", "again")
CONCERNS = ["I feel hopeless", "I had a seizure this morning", "what is self-harm", "my wife is giving away all her things"]
QUESTIONS = ["what is CBT", "how much does it cost", "/restart", "where is the zebra museum"]
REPLIES = ["yes", "Yes, right now", "no", "not really", "I am not sure", "idk", "just kidding", "I'm not safe", "no but I might"]
PREFIXES = ["", "/", "I'm not suicidal. ", "This job is killing me. "]


class Chat(RuleBasedStateMachine):
    """One conversation after another, each of any turns."""

    stub: EngineStub

    def __init__(self) -> None:
        super().__init__()
        self.conversation = conversations.start("web")
        self.stub.status, self.mode = 200, "bot"
        self.count = self.crises = self.seen = 0
        self.said: Counter[str] = Counter()
        self.is_answered = False

    def say(self, text: str = "", choice: tuple[int, int] | None = None) -> list[Entry]:
        """Take a turn and return what was said to it."""
        self.count += 1
        engine.get_engine.cache_clear()  # a circuit breaker that was opened is not what is looked at here
        outcome = take(Inbound(self.conversation, f"client-{self.count}", text, choice))
        assert outcome == Outcome(seq=outcome.seq) and outcome.seq is not None
        replies = conversations.history(self.conversation, outcome.seq)
        self.is_answered = bool(replies)
        assert all(entry.sender == "assistant" for entry in replies)
        self.said.update(entry.text for entry in replies if entry.about.get("message"))
        return replies

    @rule(text=st.sampled_from(QUESTIONS))
    def asks(self, text: str) -> None:
        self.check(self.say(text), ends_turn=False)

    @rule(text=st.sampled_from(CONCERNS))
    def worries(self, text: str) -> None:
        self.check(self.say(text), ends_turn=False)

    @rule(text=st.sampled_from(REPLIES))
    def answers(self, text: str) -> None:
        self.check(self.say(text), ends_turn=None)

    @precondition(lambda self: self.crises < 9)
    @rule(text=st.sampled_from(CRISES), prefix=st.sampled_from(PREFIXES))
    def is_in_danger(self, text: str, prefix: str) -> None:
        self.crises += 1
        self.heard(self.say(prefix + text))

    def heard(self, replies: list[Entry]) -> None:
        """Check that a crisis was answered at once, first, and by nobody else."""
        keys = [entry.about["message"] for entry in replies]
        assert 2 <= len(keys) <= 3 and keys[0].split("/")[1] in FIRST
        assert {entry.about["route"] for entry in replies} == {"crisis"} and ANSWER not in [entry.text for entry in replies]

    def check(self, replies: list[Entry], ends_turn: bool | None) -> None:
        """Check the replies to anything but a crisis."""
        if self.mode == "human":
            assert replies == []
            return
        routes = [entry.about.get("route") for entry in replies]
        assert replies, "nothing is left without an answer"
        is_protocol = routes[0] == "crisis"
        assert set(routes) == {"crisis"} if is_protocol else "crisis" not in routes
        if ends_turn is not None:
            assert is_protocol is ends_turn
        if not is_protocol:
            assert (replies[0].text == ANSWER) is (self.stub.status == 200) and len(replies) <= 2

    @rule(data=st.data())
    def presses_an_answer(self, data: st.DataObject) -> None:
        asked = [entry for entry in conversations.history(self.conversation) if entry.about.get("message", "").endswith("/ask")]
        if asked:
            entry = data.draw(st.sampled_from(asked))
            index = data.draw(st.integers(0, len(entry.choices) - 1))
            replies = self.say(choice=(entry.seq, index))
            if self.mode == "bot":  # however old the question is
                step = "safe" if entry.choices[index][1] == "app:no" else "now"
                assert replies[0].about["message"].endswith(f"/{step}")
            self.check(replies, ends_turn=True)

    @precondition(lambda self: self.is_answered)
    @rule(text=st.sampled_from(QUESTIONS))
    def sends_the_same_twice(self, text: str) -> None:
        before = conversations.history(self.conversation)
        take(Inbound(self.conversation, f"client-{self.count}", text))
        assert conversations.history(self.conversation) == before

    @rule(status=st.sampled_from([200, 500]))
    def engine_goes_up_or_down(self, status: int) -> None:
        self.stub.status = status

    @rule(mode=st.sampled_from(["human", "bot"]))
    def a_person_takes_or_gives_back_the_chat(self, mode: str) -> None:
        if mode == self.mode:
            return
        self.mode = mode
        if mode == "human":
            ask(self.conversation)
            assert handoff.take(ticket(self.conversation).id, SAM)
        else:
            handoff.leave(ticket(self.conversation).id, SAM, "answered", is_over=False)

    @invariant()
    def the_chat_never_ends(self) -> None:
        assert conversations.exists(self.conversation)

    @invariant()
    def nothing_repeats_before_every_wording_was_said(self) -> None:
        for key in load_messages().messages:
            times = [self.said[text] for text in wordings(key)]
            assert max(times) - min(times) <= 1, key

    @invariant()
    def nothing_repeats_within_three_crises(self) -> None:
        if self.crises <= 3:
            keys = [key for key in load_messages().messages if key.endswith((*FIRST, "reach", "ask"))]
            assert all(self.said[text] <= 1 for key in keys for text in wordings(key))

    @invariant()
    def a_crisis_leads_to_one_check_in_at_most(self) -> None:
        assert sum(self.said[text] for text in wordings("check_in")) <= max(self.crises, 0)

    @invariant()
    def nothing_said_is_what_the_patient_wrote(self) -> None:
        assert all(entry.sender == "patient" or is_approved(entry.text) for entry in conversations.history(self.conversation))


@cache
def wordings(key: str) -> list[str]:
    return [message(key, number) for number in range(len(load_messages().messages[key]))]


def test_whatever_is_said_in_whatever_order(
    database: object, lexicon_alone: None, engine_stub: EngineStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_machine(Chat, engine_stub, monkeypatch, examples=20, steps=16)
