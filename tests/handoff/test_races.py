"""Patients, staff and rounds at the very same time, in threads on a real database: what holds in order holds here too."""

from functools import partial
from random import Random

import pytest

from bot import turns
from bot.conversations import service as conversations
from bot.handoff import service as handoff
from bot.handoff.alerts import Notice
from bot.handoff.rounds import go_round
from bot.handoff.service import Agent, NotYours
from bot.inbound import Inbound
from bot.privacy import redaction
from bot.turns import UnknownConversation, take
from tests.handoff import invariants
from tests.handoff.acting import ALEX, SAM, at_once, find, said, tickets
from tests.stubs.engine import EngineStub

TEXTS = ["what is CBT", "a person please", "I want to kill myself", "thanks", "I feel hopeless", "my husband hits me"]


@pytest.fixture(autouse=True)
def _warm(database: object, lexicon_alone: None, engine_stub: EngineStub, monkeypatch: pytest.MonkeyPatch) -> None:
    engine_stub.parts = [{"text": "I will ask."}, {"custom": {"handoff": "asked"}}]
    monkeypatch.setattr(turns, "SECONDS_TO_CRISIS_TEXT", 60)  # how fast it is, is not what is looked at here
    redaction.warm_up()


def patient(conversation: str, name: str) -> list[int | None]:
    """Say everything once, and everything once more under the same client id."""
    return [take(Inbound(conversation, f"{name}-{number}", text)).seq for number, text in enumerate(TEXTS) for _ in range(2)]


def person(conversation: str, agent: Agent, seed: int) -> list[str]:
    """Do at the desk what comes to mind; return the replies that were taken."""
    random, sent = Random(seed), []
    other = ALEX if agent == SAM else SAM
    for number in range(12):
        for ticket in [found for found in tickets(conversation) if found.state != "closed"]:
            try:
                match random.randrange(5):
                    case 0:
                        handoff.leave(ticket.id, agent, "answered", is_over=random.random() < 0.5)
                    case 1:
                        handoff.give(ticket.id, other)
                    case 2:
                        handoff.acknowledge(ticket.id)
                    case _:
                        handoff.reply(ticket.id, agent, f"{agent.name} {number}")
                        sent.append(f"{agent.name} {number}")
            except NotYours:
                continue
    return sent


def rounds(sent: list[Notice]) -> None:
    for _ in range(12):
        go_round(sent.append, lambda _: None)


@pytest.mark.parametrize("seed", range(3))
def test_everybody_at_once(seed: int) -> None:
    conversation, sent = conversations.start("web"), list[Notice]()
    first, second, by_sam, by_alex, *_ = at_once(
        partial(patient, conversation, "phone"),
        partial(patient, conversation, "laptop"),
        partial(person, conversation, SAM, seed),
        partial(person, conversation, ALEX, seed + 100),
        partial(rounds, sent),
        partial(rounds, sent),
    )
    assert isinstance(first, list) and isinstance(second, list), (first, second)
    assert isinstance(by_sam, list) and isinstance(by_alex, list), (by_sam, by_alex)
    entries = conversations.history(conversation)
    texts = {entry.seq: entry.text for entry in entries if entry.sender == "patient"}
    for seqs in (first, second):
        assert [texts[seq] for seq in seqs] == [text for text in TEXTS for _ in range(2)], "each once, whatever is sent twice"
        assert seqs == sorted(seqs)
    assert sorted(entry.text for entry in entries if entry.sender == "person") == sorted(by_sam + by_alex)
    invariants.check(conversation, list(texts.values()))
    invariants.check_alerts()
    assert len(sent) == len({notice.id for notice in sent}), "an alert is sent once"


def test_a_chat_deleted_in_the_middle_of_it_all_is_gone_and_nobody_stumbles() -> None:
    for seed in range(3):
        conversation = conversations.start("web")
        take(Inbound(conversation, "client-first", "a person please"))
        opened = tickets(conversation)[0].id
        results = at_once(
            partial(patient, conversation, "phone"),
            partial(person, conversation, SAM, seed),
            partial(rounds, []),
            partial(conversations.erase, conversation),
        )
        assert all(isinstance(result, list | None | UnknownConversation) for result in results), results
        assert not conversations.exists(conversation) and said(conversation) == []
        rounds([])
        assert find(opened).state == "closed" and find(opened).about is None


def test_a_person_and_the_engines_answer_never_cross() -> None:
    for _ in range(10):
        conversation = conversations.start("web")
        take(Inbound(conversation, "client-first", "a person please"))
        opened = tickets(conversation)[0].id
        at_once(
            partial(take, Inbound(conversation, "client-1", "what is CBT")),
            partial(handoff.reply, opened, SAM, "Hello"),
        )
        invariants.check(conversation, ["a person please", "what is CBT"])
