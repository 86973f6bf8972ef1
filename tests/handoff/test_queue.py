"""What the desk reads: order, what is urgent, what is unanswered, whether anything changed; notes, tags, canned replies."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from bot.conversations import service as conversations
from bot.conversations.models import now
from bot.db import transaction
from bot.handoff import call_backs, canned, notes, presence, queue, rounds
from bot.handoff import service as handoff
from tests.handoff.acting import ALEX, SAM, ask, change, let_pass, ticket


def new(reason: str = "asked") -> int:
    conversation = conversations.start("web")
    ask(conversation, reason)
    return ticket(conversation).id


def test_urgent_tickets_come_first_and_then_who_waits_longest(database: object) -> None:
    first, second, urgent = new(), new("clinical"), new("crisis")
    assert [found.id for found in queue.waiting()] == [urgent, first, second]
    handoff.take(first, SAM)
    assert [found.id for found in queue.waiting()] == [urgent, second]
    assert [found.id for found in queue.taken()] == [first]


def test_a_chat_in_danger_that_nobody_has_seen_comes_first_of_those_taken(database: object) -> None:
    calm, later = new(), conversations.start("web")
    ask(later)
    handoff.take(calm, SAM)
    handoff.take(ticket(later).id, ALEX)
    ask(later, "crisis", category="suicide", evidence="words")
    assert [found.id for found in queue.taken()] == [ticket(later).id, calm]
    assert queue.is_unseen(ticket(later))
    handoff.acknowledge(ticket(later).id)
    assert not queue.is_unseen(ticket(later))


def test_a_ticket_counts_as_closed_lately_for_a_day(database: object) -> None:
    done = new()
    handoff.take(done, SAM)
    handoff.leave(done, SAM, "answered", is_over=True)
    assert [found.outcome for found in queue.closed_lately()] == ["answered"]
    let_pass(hours=25)
    assert queue.closed_lately() == []


def test_reminders_are_counted_until_somebody_has_seen_the_ticket(database: object) -> None:
    urgent = new("crisis")
    counts = []
    for minutes in (0, 1, 1, 3, 5, 60):
        let_pass(minutes=minutes)
        found = queue.find(urgent)
        assert found is not None
        counts.append(queue.count_reminders(found))
    assert counts == [0, 0, 1, 2, 3, 3]
    handoff.acknowledge(urgent)
    seen = queue.find(urgent)
    assert seen is not None and queue.count_reminders(seen) == 0


def test_messages_count_as_unanswered_from_when_the_person_came_until_they_speak(conversation: str) -> None:
    conversations.accept(conversation, "before-1", "hello")
    ask(conversation)
    assert queue.count_unanswered(ticket(conversation)) == 0  # nobody has it
    handoff.take(ticket(conversation).id, SAM)
    assert queue.count_unanswered(ticket(conversation)) == 0
    conversations.accept(conversation, "after-01", "one")
    conversations.accept(conversation, "after-02", "two")
    assert queue.count_unanswered(ticket(conversation)) == 2
    handoff.reply(ticket(conversation).id, SAM, "Hello.")
    assert queue.count_unanswered(ticket(conversation)) == 0
    conversations.accept(conversation, "after-03", "three")
    assert queue.count_unanswered(ticket(conversation)) == 1


def test_the_same_form_says_nothing_twice(conversation: str) -> None:
    ask(conversation)
    opened = ticket(conversation).id
    for _ in range(2):
        handoff.reply(opened, SAM, "Hello.", "desk:one")
    handoff.reply(opened, SAM, "Hello.", "desk:two")
    assert [entry.text for entry in conversations.history(conversation) if entry.sender == "person"] == ["Hello."] * 2


CHANGES: dict[str, Callable[[str, int], object]] = {
    "taken": lambda conversation, opened: handoff.take(opened, SAM),
    "message": lambda conversation, opened: conversations.accept(conversation, "client-9", "hello"),
    "danger": lambda conversation, opened: handoff.request(conversation, "crisis", {}),
    "note": lambda conversation, opened: notes.add_note(opened, "Sam", "a note"),
    "tag": lambda conversation, opened: notes.tag(opened, "a tag"),
    "closed": lambda conversation, opened: handoff.close_waiting(opened, "mistaken"),
    "erased": lambda conversation, opened: conversations.erase(conversation),
    "ready": lambda conversation, opened: presence.mark(7),
    "another ticket": lambda conversation, opened: new(),
}


@pytest.mark.parametrize("name", CHANGES)
def test_the_revision_is_another_one_after_a_change_and_the_same_without(conversation: str, name: str) -> None:
    ask(conversation)
    before = queue.revision()
    assert queue.revision() == before
    CHANGES[name](conversation, ticket(conversation).id)
    assert queue.revision() != before


def test_a_reminder_and_a_call_back_change_the_revision_too(conversation: str) -> None:
    handoff.request(conversation, "crisis", {})
    before = queue.revision()
    change(type(ticket(conversation)), ticket(conversation).id, urgent_at=now() - queue.AGAIN_AFTER[0])
    after = queue.revision()
    assert after != before
    for field, given in (("name", "Jo"), ("contact", "01632 960 123"), ("time", "mornings")):
        call_backs.give(conversation, field, given)
    assert queue.revision() == after
    call_backs.submit(conversation)
    assert queue.revision() != after
    assert [found.state for found in call_backs.requested()] == ["requested"]


def test_messages_of_chats_without_a_ticket_wake_nobody_at_the_desk(conversation: str) -> None:
    before = queue.revision()
    conversations.accept(conversation, "client-1", "what is cbt")
    assert queue.revision() == before


def test_notes_are_kept_encrypted_and_go_with_the_chat(conversation: str) -> None:
    ask(conversation)
    opened = ticket(conversation).id
    assert notes.add_note(opened, "Sam", " called the ward ")
    assert [(note.staff_name, note.text) for note in notes.notes(opened)] == [("Sam", "called the ward")]
    with transaction() as session:
        (kept,) = session.execute(text("select text from notes")).scalars()
    assert b"called" not in bytes(kept)
    conversations.erase(conversation)
    assert not notes.add_note(opened, "Sam", "too late")
    rounds.wipe()
    assert notes.notes(opened) == []


def test_tags_are_lower_case_single_and_few(conversation: str) -> None:
    ask(conversation)
    opened = ticket(conversation).id
    for tag in ("Refill", "  refill ", "new  patient"):
        assert notes.tag(opened, tag)
    assert ticket(conversation).tags == ["new patient", "refill"]
    assert notes.untag(opened, "refill")
    assert ticket(conversation).tags == ["new patient"]
    assert not notes.tag(opened, "  ")
    for number in range(notes.MAX_TAGS):
        notes.tag(opened, f"tag {number}")
    assert len(ticket(conversation).tags) == notes.MAX_TAGS
    assert not notes.tag(999, "nowhere") and not notes.untag(999, "nowhere")


def test_canned_replies_are_sorted_changed_and_removed(database: object) -> None:
    thanks = canned.save(None, "Thanks", "Thank you for waiting.")
    hello = canned.save(None, "Hello", "Hello, how can I help?")
    assert hello and thanks
    assert [reply.title for reply in canned.replies()] == ["Hello", "Thanks"]
    with pytest.raises(canned.TitleTaken):
        canned.save(hello, "Thanks", "Again.")
    assert canned.save(hello, "Hello", "Hi.") == hello
    assert [reply.text for reply in canned.replies()] == ["Hi.", "Thank you for waiting."]
    assert canned.remove(thanks) == "Thanks"
    assert canned.remove(thanks) is None and canned.save(thanks, "Thanks", "Gone.") is None
