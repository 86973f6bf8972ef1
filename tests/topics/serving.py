"""What of a reply a turn lets out, asked of the gate itself."""

from bot.conversations.service import Reply
from bot.topics.approved import serve
from bot.topics.responses import load_responses


def shown(*titles: str) -> list[str]:
    """Return which of these titles may stand on a button."""
    greeting = load_responses()["utter_greet"][0]
    (served,) = serve([Reply(greeting, tuple((title, "/press") for title in titles))])
    assert served.text == greeting
    return [title for title, _ in served.choices]
