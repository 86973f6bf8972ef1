"""Our posts as Slack's messages: within its limits, whole, and nothing in them taken for markup."""

from bot.channels.events import Button, Post
from bot.channels.slack_blocks import IN_A_ROW, MAX_TEXT, MAX_TITLE, messages

SENTENCE = "This is one of many sentences that say the same thing. "


def test_a_long_text_comes_in_parts_with_the_buttons_under_the_last() -> None:
    parts = messages(Post(SENTENCE * 120, (Button("More", "c:1"),)))
    assert len(parts) == 3 and all(len(part["text"]) <= MAX_TEXT and part["text"].endswith(".") for part in parts)
    assert " ".join(part["text"] for part in parts) == (SENTENCE * 120).strip()
    assert ["blocks" in part for part in parts] == [False, False, True]
    section, row = parts[-1]["blocks"]
    assert section["text"]["text"] == parts[-1]["text"] and section["expand"] and len(row["elements"]) == 1


def test_a_text_of_characters_that_are_escaped_stays_within_the_limit() -> None:
    assert all(len(part["text"]) <= MAX_TEXT for part in messages(Post("& < > " * 2000)))


def test_nothing_in_a_text_is_markup_or_fetched_by_slack() -> None:
    (part,) = messages(Post("<!channel> *a* & b"))
    assert part == {"text": "&lt;!channel&gt; *a* &amp; b", "mrkdwn": False, "unfurl_links": False, "unfurl_media": False}


def test_every_button_has_its_own_action_and_a_title_that_fits() -> None:
    (part,) = messages(Post("Which?", tuple(Button("t" * 100, f"c:{number}") for number in range(12))))
    rows = [block["elements"] for block in part["blocks"][1:]]
    assert [len(row) for row in rows] == [IN_A_ROW, IN_A_ROW, 2]
    buttons = [button for row in rows for button in row]
    assert len({button["action_id"] for button in buttons}) == 12
    assert {len(button["text"]["text"]) for button in buttons} == {MAX_TITLE}
    assert [button["value"] for button in buttons] == [f"c:{number}" for number in range(12)]
