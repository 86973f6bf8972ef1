"""Slack's payloads as events: what tells two people, two moments and two messages apart."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.events import Event, Kind
from bot.channels.slack_updates import to_event, to_plain
from tests.channels.slack_payloads import IGNORED, USER, command, edited, event, message, pressed, text

NOW = 1_795_000_000.0
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
)
NAMES = st.sampled_from(["type", "subtype", "user", "text", "ts", "event_ts", "channel_type", "files", "bot_id", "message"])
VALUES = st.sampled_from(["message", "im", "message_changed", "file_share", "1795000000.000001", "U1"]) | JSON


def read(payload: dict[str, Any]) -> Event:
    found = to_event(payload, NOW)
    assert found is not None
    return found


def test_a_person_is_another_one_in_another_workspace() -> None:
    senders = {read(event(message("hi", user), team=team)).sender for user in ("U1", "U2") for team in ("T1", "T2")}
    assert len(senders) == 4 and not any("U1" in sender for sender in senders)


def test_all_that_one_person_does_is_one_senders() -> None:
    events = [read(text("hi")), read(pressed("c:1")), read(dict(command("help"))), read(pressed("do:start", channel=USER))]
    assert len({found.sender for found in events}) == 1 and {found.reply_to for found in events} == {USER}
    assert [found.kind for found in events] == [Kind.TEXT, Kind.BUTTON, Kind.COMMAND, Kind.COMMAND]
    assert all(len(found.update_id) <= 64 and found.position > 0 for found in events)


def test_what_comes_later_stands_later() -> None:
    first = text("one")
    positions = [read(payload).position for payload in (first, text("two"), edited(first, "three"), pressed("c:1"))]
    assert positions == sorted(positions) and len(set(positions)) == 4
    assert positions[0] // 1_000_000 == read(dict(command("help"))).position // 1_000_000  # one clock for all kinds


def test_a_message_is_the_same_until_its_text_is_another() -> None:
    first = text("one")
    again, changed = read(edited(first, "one")), read(edited(first, "two"))
    assert read(first).client_id == again.client_id != changed.client_id
    assert read(text("one")).client_id != read(first).client_id
    assert len({read(first).update_id, again.update_id, changed.update_id}) == 3


def test_a_button_that_is_pressed_twice_counts_twice() -> None:
    assert read(pressed("c:1")).client_id != read(pressed("c:1")).client_id


def test_what_is_not_for_us_is_nothing() -> None:
    assert {name for name, payload in IGNORED.items() if to_event(payload, NOW) is not None} == set()
    assert to_event(dict(command("help")) | {"command": "/other"}, NOW) is None


def test_what_slack_adds_to_a_text_is_taken_off() -> None:
    assert to_plain("<mailto:a@b.example|a@b.example> <tel:+15550100|555 0100> <#C0|general> <!here> <@U1|avery>") == (
        "a@b.example 555 0100 general  avery"
    )
    assert to_plain("a &lt;b&gt; &amp;lt; \ud83d") == "a <b> &lt; ?"


@given(st.dictionaries(NAMES, VALUES))
def test_a_shape_nobody_knew_of_is_read_or_refused_by_one_of_five_errors(inner: dict[str, Any]) -> None:
    try:
        found = to_event({"type": "event_callback", "event_id": "Ev1", "team_id": "T1", "event": inner}, NOW)
    except (KeyError, TypeError, AttributeError, ValueError):
        return
    assert found is None or found.kind in (Kind.TEXT, Kind.MEDIA)
