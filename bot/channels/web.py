"""The web channel: tokens, JSON into an Inbound, stored messages into JSON. No routes here (bot/web), no words."""

import json
import re
import time
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar

from itsdangerous import BadSignature, URLSafeTimedSerializer
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from bot.clinic.facts import load_clinic
from bot.conversations.service import PERSON, Entry, Reply
from bot.settings import get_settings
from bot.topics.approved import serve
from bot.topics.catalogue import STARTERS, load_catalogue
from bot.topics.responses import load_responses
from bot.topics.sources import describe_sources
from bot.turns import Inbound

CHANNEL = "web"
_SECONDS_A_DAY = 86_400
_TEXT = re.compile(r'"text"\s*:\s*"((?:[^"\\]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*)')  # as much of it as is whole


class BadRequest(ValueError):
    """A request that cannot be understood; the text says what to do."""


class Unauthorised(ValueError):
    """No token, a forged one, or one that has expired."""


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(get_settings().secret.get_secret_value(), salt="conversation")


def issue_token(conversation_id: str) -> str:
    """Return a signed token bound to a conversation."""
    return str(_serializer().dumps(conversation_id))


def read_token(authorization: str | None) -> str:
    """Return the conversation a request may use, from its Authorization header; raises Unauthorised."""
    return _open(authorization)[0]


def seconds_left(authorization: str | None) -> float:
    """Return for how long a request's token stays valid; raises Unauthorised."""
    signed_at = _open(authorization)[1].timestamp()
    return signed_at + get_settings().token_days * _SECONDS_A_DAY + 1 - time.time()  # ages are counted in whole seconds


def _open(authorization: str | None) -> tuple[str, datetime]:
    """Return what a token is bound to, and when it was signed."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthorised("Send the conversation's token as 'Authorization: Bearer …'.")
    try:
        max_age = get_settings().token_days * _SECONDS_A_DAY
        conversation_id, signed_at = _serializer().loads(token, max_age=max_age, return_timestamp=True)
        return str(conversation_id), signed_at
    except BadSignature:
        raise Unauthorised("This conversation's token is not valid or has expired. Start a new chat.") from None


def _whole(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value  # JSON has one kind of number


Whole = Annotated[int, BeforeValidator(_whole)]


class _Choice(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    message: Whole = Field(ge=1, le=2**31 - 1)  # as a database counts
    index: Whole = Field(ge=0, le=50)


class _Post(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    client_id: str = Field(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")
    text: str | None = None
    choice: _Choice | None = None

    @model_validator(mode="after")
    def _text_or_choice(self) -> "_Post":
        if len({"text", "choice"} & self.model_fields_set) != 1 or (self.text is None and self.choice is None):
            raise ValueError("send either text or choice")
        if self.text is not None and not self.text.strip():
            raise ValueError("text is empty")
        return self


class Wish(BaseModel):
    """What a patient asks of a new conversation: whether it may be stored, and the language of the page."""

    model_config = ConfigDict(extra="forbid", strict=True)

    consent: bool = False
    language: Literal["en", "es"] = "en"


Form = TypeVar("Form", bound=BaseModel)


def to_wish(body: bytes) -> Wish:
    """Translate the request for a new conversation, which may be empty; raises BadRequest as to_inbound does."""
    return _read(body or b"{}", Wish)


def to_inbound(conversation_id: str, body: bytes) -> Inbound:
    """Translate a posted message; raises BadRequest, which names the field and never repeats what was sent."""
    post = _read(body, _Post)
    choice = (post.choice.message, post.choice.index) if post.choice else None
    return Inbound(conversation_id, post.client_id, post.text or "", choice)


def _read(body: bytes, form: type[Form]) -> Form:
    try:
        return form.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        unknown = first["type"] == "extra_forbidden"  # its name is the sender's text: not repeated
        field = "the body" if unknown else ".".join(str(part) for part in first["loc"]) or "the body"
        raise BadRequest(f"{field}: {first['msg']}.") from None


def find_text(body: bytes) -> str:
    """Return what a message's body says, as far as it came and whether or not it is well formed; for the safety screen only."""
    said = body.decode(errors="replace")
    if found := _TEXT.search(said):
        said = json.loads(f'"{found[1]}"', strict=False)
    return said.encode(errors="replace").decode()  # halves of surrogate pairs are no text


def to_json(entry: Entry) -> dict[str, Any]:
    """Translate a stored message for the page: choices by title only, an answer with its sources and review."""
    shown: dict[str, Any] = {
        "seq": entry.seq,
        "from": entry.sender,
        "text": entry.text,
        "choices": [title for title, _ in entry.choices],
        "route": entry.about.get("route", "answer" if "topic" in entry.about else None),
    }
    if entry.sender == PERSON:
        shown |= {"name": entry.about.get("name", ""), "title": entry.about.get("title", "")}
    topic = load_catalogue().get(entry.about.get("topic", ""))
    if topic and shown["route"] != "withheld":
        shown["topic"] = topic.title
        shown["sources"] = describe_sources(topic.sources)
        shown["reviewed_by"] = entry.about.get("reviewed_by")  # as it stood when it was said
    return shown


def greeting() -> Reply:
    """Return the first thing a patient reads: what the assistant is and is not, with topics to start from."""
    catalogue = load_catalogue()
    choices = tuple((catalogue[key].title, f'/choose_topic{{"topic": "{key}"}}') for key in STARTERS)
    (reply,) = serve([Reply(load_clinic().fill(load_responses()["utter_greet"][0]), choices, {"route": "smalltalk"})])
    return reply
