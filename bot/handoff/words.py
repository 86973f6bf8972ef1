"""What the assistant says about talking to a person (clinic/handoff.yml), filled with the clinic's facts."""

from functools import lru_cache
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from bot.clinic.facts import load_clinic
from bot.clinic.files import read_yaml
from bot.conversations.service import Reply
from bot.settings import ROOT

WORDS = ROOT / "clinic" / "handoff.yml"
# payloads of buttons that the app itself answers, so that they work without the engine
PERSON, STOP, RATE, FIELD = "app:person", "app:stop_waiting", "app:rate/", "app:give/"
CALL_BACK = "/call_back"  # the payload of the button that starts the call-back form in the engine
_OFFERS = {"call_back": CALL_BACK, "stop": STOP}


class Words(BaseModel):
    """The words, with who keeps them."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    owner: str
    ratings: dict[int, str]
    buttons: dict[str, str]
    messages: dict[str, Annotated[tuple[str, ...], Field(min_length=1)]]


@lru_cache(maxsize=1)
def load_words() -> Words:
    """Read the words; raises ClinicError with the field at fault."""
    return read_yaml(WORDS, Words)


def text(key: str, **variables: object) -> str:
    """Return a message with the clinic's facts and its own variables in their places."""
    filled = load_clinic().fill(load_words().messages[key][0])
    for name, value in variables.items():
        filled = filled.replace(f"{{{name}}}", str(value))
    return filled


def reply(key: str, *offers: str, **variables: object) -> Reply:
    """Return a message as a reply, with the buttons it offers."""
    choices = tuple((load_words().buttons[name], _OFFERS[name]) for name in offers)
    return Reply(text(key, **variables), choices, {"route": "handoff", "message": key})


def call_back_offer() -> tuple[str, ...]:
    """Return the offer of a call back, for `reply`; nothing where the clinic calls nobody back."""
    return ("call_back",) if load_clinic().hand_off.call_back else ()


def person_choice() -> tuple[str, str]:
    """Return the button that asks for a person without the engine."""
    return load_words().buttons["person"], PERSON


def rating_question() -> Reply:
    """Return the question for a rating, with a button for each."""
    choices = tuple((title, f"{RATE}{rating}") for rating, title in load_words().ratings.items())
    return Reply(text("rate"), choices, {"route": "handoff", "message": "rate"})
