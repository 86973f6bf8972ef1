"""What the assistant says about the platform itself (clinic/channels.yml), in the patient's language, with the clinic's facts."""

from functools import lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict

from bot.channels.events import Button, Post
from bot.clinic.facts import load_clinic
from bot.clinic.files import read_yaml
from bot.settings import ROOT

WORDS = ROOT / "clinic" / "channels.yml"
LANGUAGES = ("en", "es")
Language = Literal["en", "es"]


class Words(BaseModel):
    """The words, with who keeps them."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    owner: str
    buttons: dict[str, dict[Language, str]]
    messages: dict[str, dict[Language, str]]


@lru_cache(maxsize=1)
def load_words() -> Words:
    """Read the words; raises ClinicError with the field at fault."""
    return read_yaml(WORDS, Words)


def text(name: str, language: str, **variables: object) -> str:
    """Return a message with the clinic's facts and its own variables in their places."""
    filled = load_clinic().fill(_in(load_words().messages[name], language))
    for variable, value in {"static": load_clinic().pack.static, "slash": "/", **variables}.items():
        filled = filled.replace(f"{{{variable}}}", str(value))
    return filled


def button(name: str, language: str, data: str) -> Button:
    """Return a button with its title in the language."""
    return Button(_in(load_words().buttons[name], language), data)


def post(name: str, language: str, *buttons: Button, **variables: object) -> Post:
    """Return a message as a post with the given buttons."""
    return Post(text(name, language, **variables), buttons)


def _in(texts: dict[Language, str], language: str) -> str:
    return texts["es"] if language == "es" and "es" in texts else texts["en"]
