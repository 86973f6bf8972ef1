"""The engine's log filter: Rasa logs failures with the message's text and the variables of every frame; only the event stays."""

import json
import logging


class EventOnly(logging.Filter):
    """Cuts each record down to the event's name and the kind of error."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record; let it pass."""
        record.msg, record.args = _event(record), ()
        record.exc_info = record.exc_text = None
        return True


def _event(record: logging.LogRecord) -> str:
    try:
        event = json.loads(str(record.msg))
        kinds = [error.get("exc_type", "") for error in event.get("exception", [])]
        return " ".join([str(event["event"]), *kinds])
    except (ValueError, TypeError, KeyError, AttributeError):
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        return f"{record.module}:{record.lineno} {kind}".strip()
