"""The crisis protocol: what is said when the screen found a risk, and what follows. Needs neither engine nor database.

A crisis is heard and answered at once: the resource, a person to turn to, and one safety question. Yes or not sure leads to what
to do now, no to what helps for the moment, and some turns later the patient is asked once how they are. The protocol never ends
the chat and never asks about plan or means: that is for the clinic's people.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from bot.conversations.messages import Reply
from bot.safety import answers
from bot.safety.messages import load_messages, message
from bot.safety.screen import CONCERN, CRISIS, Risk
from bot.safety.text import clauses, normalise

TURNS_TO_CHECK_IN = 3  # the patient's messages until the check-in
QUIET_TURNS = 4  # the patient's messages for which a supportive line is not added again
_CRISIS, _SUPPORT = {"route": "crisis"}, {"route": "support"}


@dataclass(frozen=True)
class Progress:
    """How far a conversation's crisis exchange has come; kept with the conversation as JSON."""

    category: str | None = None  # of the last crisis
    is_asked: bool = False  # the safety question waits for its answer
    check_in: int | None = None  # messages until the check-in
    quiet: Mapping[str, int] = field(default_factory=dict)  # messages without another supportive, or urgent, line
    said: Mapping[str, int] = field(default_factory=dict)  # how often each message was said

    def as_dict(self) -> dict[str, Any]:
        """Return the progress as plain data."""
        return asdict(self)


@dataclass(frozen=True)
class Step:
    """What the protocol adds to a turn. `ends_turn`: it is the whole answer, and the engine is not asked."""

    replies: tuple[Reply, ...] = ()
    progress: Progress = field(default_factory=Progress)
    ends_turn: bool = False


def is_crisis(risk: Risk) -> bool:
    """Tell whether the protocol speaks before anything else."""
    return risk.level == CRISIS


def take_step(progress: Progress, risk: Risk, text: str) -> Step:
    """Return what the protocol says to a message, given what was said before."""
    if is_crisis(risk):
        return _hear(progress, risk, text)
    if progress.is_asked and (step := _follow_up(progress, text)):
        return step
    quiet = {line: turns - 1 for line, turns in progress.quiet.items() if turns > 1}
    progress = replace(progress, check_in=_less(progress.check_in), quiet=quiet)
    if risk.level == CONCERN and (risk.is_explicit or _line(risk) not in quiet):
        return _say(_hush(progress, risk), (f"concern/{_kind(risk, text)}",), _SUPPORT)
    if progress.check_in == 0:
        return _say(replace(progress, check_in=None), ("check_in",), _SUPPORT)
    return Step(progress=progress)


def crisis_texts(risk: Risk | None = None) -> tuple[str, ...]:
    """Return the first texts to a crisis: all that can be said when nothing is known of the conversation."""
    opening = _hear(Progress(), risk or Risk(CRISIS, "suicide"), "")
    return tuple(reply.text for reply in opening.replies)


def answer_media(step: Step) -> Step:
    """Return a step that says first that a voice message, a picture or a sticker cannot be read."""
    first = _say(step.progress, ("media",), _SUPPORT)
    return replace(first, replies=(*first.replies, *step.replies))


def _hear(progress: Progress, risk: Risk, text: str) -> Step:
    category = risk.category or "suicide"
    progress = replace(_hush(progress, risk), category=category, is_asked=True, check_in=TURNS_TO_CHECK_IN)
    if answers.says_now(text):  # danger this minute is not asked about, it is acted on
        keys = (f"{category}/hear", f"{category}/now", f"{category}/barrier")
        return _say(replace(progress, is_asked=False), keys, _CRISIS, ends_turn=True)
    if progress.said.get(f"{category}/hear"):
        return _say(progress, (f"{category}/again", f"{category}/ask"), _CRISIS, ends_turn=True)
    return _say(progress, (f"{category}/hear", f"{category}/reach", f"{category}/ask"), _CRISIS, ends_turn=True)


def _follow_up(progress: Progress, text: str) -> Step | None:
    """Return the answer to a yes, a no, a not sure or a retraction; None when the message is none of them."""
    category = progress.category or "suicide"
    answered = replace(progress, is_asked=False, check_in=TURNS_TO_CHECK_IN)
    if answers.is_retraction(text):
        return _say(answered, ("retraction",), _CRISIS, ends_turn=True)
    if answers.is_no(text):
        return _say(answered, (f"{category}/safe",), _CRISIS, ends_turn=True)
    if answers.is_yes(text) or answers.is_unsure(text):
        return _say(answered, (f"{category}/now", f"{category}/barrier"), _CRISIS, ends_turn=True)
    return None


def _say(progress: Progress, keys: tuple[str, ...], about: dict[str, str], ends_turn: bool = False) -> Step:
    said = dict(progress.said)
    replies = []
    for key in keys:
        choices = tuple((title, f"app:{name}") for name, title in load_messages().answers.items()) if key.endswith("/ask") else ()
        replies.append(Reply(message(key, said.get(key, 0)), choices, {**about, "message": key}))
        said[key] = said.get(key, 0) + 1
    return Step(tuple(replies), replace(progress, said=said), ends_turn)


def _kind(risk: Risk, text: str) -> str:
    """Return which line a concern gets: of urgent care, for somebody else, on the subject, or for the writer."""
    evidence = risk.evidence or ""
    clause = next((part for part in clauses(normalise(text)) if evidence in part), evidence)
    if risk.category == "medical_emergency":
        return "medical_emergency"
    if answers.is_about_another(clause):
        return "relative"
    return "information" if risk.category == "information" else "suicide"


def _line(risk: Risk) -> str:
    return "urgent" if risk.category == "medical_emergency" else "support"


def _hush(progress: Progress, risk: Risk) -> Progress:
    return replace(progress, quiet={**progress.quiet, _line(risk): QUIET_TURNS})


def _less(turns: int | None) -> int | None:
    return None if turns is None else max(0, turns - 1)
