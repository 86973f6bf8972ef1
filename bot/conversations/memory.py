"""Conversations of patients who did not agree to storage: in this process's memory only, few, short-lived, gone at a restart."""

import secrets
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import RLock
from typing import Any

from bot.conversations.messages import ASSISTANT, BOT, PATIENT, Entry, Receipt, Reply, State, asked_for
from bot.conversations.models import now

PREFIX = "~"  # no id of a stored conversation holds one
MAX_CONVERSATIONS = 1000
MAX_MESSAGES = 200  # in a conversation; older ones go
MAX_AGE = timedelta(hours=2)  # since the patient last wrote


def is_in_memory(conversation_id: str) -> bool:
    """Tell from its id whether a conversation is kept in memory only."""
    return conversation_id.startswith(PREFIX)


@dataclass
class _Conversation:
    language: str
    last_seen_at: datetime
    entries: list[Entry] = field(default_factory=list)
    seqs: dict[str, int] = field(default_factory=dict)  # by client id
    count: int = 0
    protocol: dict[str, Any] | None = None
    asking: str | None = None
    answered: set[int] = field(default_factory=set)

    @property
    def state(self) -> State:
        return State("web", self.language, BOT, self.asking)

    def append(self, sender: str, reply: Reply) -> int:
        self.count += 1
        self.entries.append(Entry(self.count, sender, reply.text, reply.choices, reply.about, now()))
        del self.entries[:-MAX_MESSAGES]
        self.seqs = {client_id: seq for client_id, seq in self.seqs.items() if seq > self.count - MAX_MESSAGES}
        return self.count


class MemoryStore:
    """The verbs of bot.conversations.service on conversations in memory; any thread may call them."""

    def __init__(self) -> None:
        """Start with none."""
        self._lock = RLock()
        self._conversations: OrderedDict[str, _Conversation] = OrderedDict()  # the longest unused first

    def start(self, language: str = "en") -> str:
        """Open a conversation and return its id, which cannot be guessed; the longest unused makes room for it."""
        conversation_id = PREFIX + secrets.token_urlsafe(24)
        with self._lock:
            self.purge()
            self._conversations[conversation_id] = _Conversation(language, now())
            while len(self._conversations) > MAX_CONVERSATIONS:
                self._conversations.popitem(last=False)
        return conversation_id

    def exists(self, conversation_id: str) -> bool:
        """Tell whether the conversation is there: not erased, not too old, not lost with a restart."""
        with self._lock:
            return self._find(conversation_id) is not None

    def state(self, conversation_id: str) -> State | None:
        """Return where the conversation stands; nobody but the bot speaks in it."""
        with self._lock:
            found = self._find(conversation_id)
            return found.state if found else None

    def lock(self, conversation_id: str) -> State | None:
        """Return where the conversation stands; there is nobody to lock out but the turns of the same patient."""
        return self.state(conversation_id)

    def accept(self, conversation_id: str, client_id: str, text: str) -> Receipt | None:
        """Keep a patient's message, unless it came before; None when the conversation is not there."""
        with self._lock:
            conversation = self._find(conversation_id)
            if conversation is None:
                return None
            seq = conversation.seqs.get(client_id)
            if seq is not None:
                is_answered = seq in conversation.answered
                return Receipt(seq, conversation.state, is_new=False, is_answered=is_answered, protocol=conversation.protocol)
            conversation.last_seen_at = now()
            self._conversations.move_to_end(conversation_id)
            seq = conversation.seqs[client_id] = conversation.append(PATIENT, Reply(text))
            return Receipt(seq, conversation.state, protocol=conversation.protocol)

    def say(
        self,
        conversation_id: str,
        replies: Sequence[Reply],
        sender: str = ASSISTANT,
        protocol: dict[str, Any] | None = None,
        answers: int | None = None,
        client_id: str | None = None,
    ) -> None:
        """Keep replies in order; what is said to a conversation that is gone is dropped."""
        with self._lock:
            conversation = self._find(conversation_id)
            if conversation is not None and (client_id is None or client_id not in conversation.seqs):
                conversation.protocol = protocol or conversation.protocol
                conversation.asking = asked_for(replies)
                conversation.answered |= {answers} if answers and replies else set()
                for reply in replies:
                    seq = conversation.append(sender, reply)
                    conversation.seqs |= {client_id: seq} if client_id else {}

    def history(self, conversation_id: str, after: int = 0) -> list[Entry]:
        """Return the messages after a sequence number, in order."""
        with self._lock:
            conversation = self._find(conversation_id)
            return [entry for entry in conversation.entries if entry.seq > after] if conversation else []

    def choice(self, conversation_id: str, seq: int, index: int) -> tuple[str, str] | None:
        """Return title and payload of a choice that was offered in this conversation; None when there is none such."""
        offers = [entry.choices for entry in self.history(conversation_id) if entry.seq == seq and entry.sender != PATIENT]
        return offers[0][index] if offers and 0 <= index < len(offers[0]) else None

    def erase(self, conversation_id: str) -> None:
        """Forget a conversation and everything in it."""
        with self._lock:
            self._conversations.pop(conversation_id, None)

    def purge(self) -> int:
        """Forget the conversations that are too old; return how many."""
        with self._lock:
            old = [key for key, conversation in self._conversations.items() if conversation.last_seen_at < now() - MAX_AGE]
            for key in old:
                del self._conversations[key]
            return len(old)

    def _find(self, conversation_id: str) -> _Conversation | None:
        conversation = self._conversations.get(conversation_id)
        if conversation and conversation.last_seen_at < now() - MAX_AGE:
            del self._conversations[conversation_id]
            return None
        return conversation


store = MemoryStore()
