"""Where the engine keeps the state of its dialogues: in memory only, bounded, never on disk.

Rasa's own in-memory store writes each conversation as JSON and reads it back, all of it, at every turn, and never forgets one.
This one keeps the tracker itself: the last events of the most recent conversations, of a day at most. What was restarted (the
app says so when a chat is deleted, or a person has it) is dropped at once. The record of what was said is the app's.
"""

import time
from collections import OrderedDict, deque
from typing import Any, Dict, Iterable, List, Optional

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.events import ActiveLoop, Event, Restarted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

MAX_CONVERSATIONS = 2000
MAX_IDLE = 24 * 3600  # seconds
MAX_EVENTS = 16  # about two turns; what earlier ones came to is kept beside them


class RecentTrackerStore(TrackerStore):
    """Keeps the trackers of the most recent conversations."""

    def __init__(self, domain: Any, event_broker: Any = None, **kwargs: Any) -> None:
        """Start with none; `host` and the like, which Rasa passes, are not used."""
        super().__init__(domain, event_broker)
        self._trackers: OrderedDict[str, DialogueStateTracker] = OrderedDict()

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep the tracker with its last events, unless it was restarted; forget what is idle too long, or one too many."""
        await self.stream_events(tracker)
        if any(isinstance(event, Restarted) for event in tracker.events):
            await self.delete(tracker.sender_id)
            return
        if len(tracker.events) > MAX_EVENTS:
            tracker.events = deque(_shorten(list(tracker.events)))
        self._trackers[tracker.sender_id] = tracker
        self._trackers.move_to_end(tracker.sender_id)
        while len(self._trackers) > MAX_CONVERSATIONS or self._is_first_idle():
            self._trackers.popitem(last=False)

    def _is_first_idle(self) -> bool:
        first = next(iter(self._trackers.values()), None)
        return bool(first and first.events and first.events[-1].timestamp < time.time() - MAX_IDLE)

    async def retrieve(self, sender_id: str) -> Optional[DialogueStateTracker]:
        """Return the tracker of a conversation, if it is remembered."""
        return self._trackers.get(sender_id)

    async def delete(self, sender_id: str) -> None:
        """Forget a conversation."""
        self._trackers.pop(sender_id, None)

    async def keys(self) -> Iterable[str]:
        """Return the ids of the remembered conversations."""
        return list(self._trackers)


def _shorten(events: List[Event]) -> List[Event]:
    """Return the last events, and before them the slots and the form that the forgotten ones had set.

    Rasa's forms and policies read the state of a dialogue by replaying its events.
    """
    state: Dict[str, Event] = {}
    for event in events[:-MAX_EVENTS]:
        if isinstance(event, SlotSet):
            state[f"slot {event.key}"] = event
        elif isinstance(event, ActiveLoop):
            state["form"] = event
    return [*state.values(), *events[-MAX_EVENTS:]]
