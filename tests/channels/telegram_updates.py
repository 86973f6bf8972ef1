"""Updates as Telegram sends them (https://core.telegram.org/bots/api, Bot API 10.0), about a person who does not exist."""

from itertools import count
from typing import Any

CHAT = 700_100_200
_numbers = count(1)
PERSON = {
    "id": CHAT,
    "is_bot": False,
    "first_name": "Avery",
    "last_name": "Quill",
    "username": "avery_quill",
    "language_code": "en",
}
BOT = {"id": 123456, "is_bot": True, "first_name": "Tandem", "username": "tandem_bot"}


def person(chat: int = CHAT, **changed: object) -> dict[str, Any]:
    return PERSON | {"id": chat} | changed


def private(chat: int = CHAT) -> dict[str, Any]:
    return {"id": chat, "first_name": "Avery", "last_name": "Quill", "username": "avery_quill", "type": "private"}


GROUP = {"id": -100_555, "title": "Family", "type": "supergroup"}
CHANNEL = {"id": -100_777, "title": "News", "type": "channel"}


def update(kind: str, content: dict[str, Any], number: int | None = None) -> dict[str, Any]:
    return {"update_id": number or 900_000_000 + next(_numbers), kind: content}


def message(chat: int = CHAT, **content: object) -> dict[str, Any]:
    number = next(_numbers)
    return {"message_id": number, "from": person(chat), "chat": private(chat), "date": 1_795_000_000 + number} | content


def text(said: str, chat: int = CHAT, number: int | None = None, **changed: object) -> dict[str, Any]:
    entities = [{"offset": 0, "length": len(said.split()[0]), "type": "bot_command"}] if said.startswith("/") else []
    more = {"entities": entities} if entities else {}
    return update("message", message(chat, text=said, **more, **changed), number)


def edited(original: dict[str, Any], said: str) -> dict[str, Any]:
    return update("edited_message", original["message"] | {"text": said, "edit_date": original["message"]["date"] + 5})


def pressed(data: str, chat: int = CHAT, **changed: object) -> dict[str, Any]:
    under = {"message_id": next(_numbers), "from": BOT, "chat": private(chat), "date": 1_795_000_000, "text": "Which?"}
    query = {"id": str(4_000_000 + next(_numbers)), "from": person(chat), "message": under, "chat_instance": "-53", "data": data}
    return update("callback_query", query | changed)


def membership(status: str, chat: int = CHAT, where: dict[str, Any] | None = None) -> dict[str, Any]:
    member = {"user": BOT, "status": status} | ({"until_date": 0} if status == "kicked" else {})
    old = {"user": BOT, "status": "member"}
    change = {"chat": where or private(chat), "from": person(chat), "date": 1_795_000_000}
    return update("my_chat_member", change | {"old_chat_member": old, "new_chat_member": member})


_FILE = {"file_id": "AwACAgQAAxkBAAIB", "file_unique_id": "AgADBQ", "file_size": 9999}
_PHOTO = _FILE | {"width": 90, "height": 67}
MEDIA: dict[str, dict[str, Any]] = {
    "voice": {"voice": _FILE | {"duration": 4, "mime_type": "audio/ogg"}},
    "photo": {"photo": [_PHOTO, _PHOTO]},
    "sticker": {
        "sticker": _PHOTO | {"is_animated": False, "is_video": False, "type": "regular", "emoji": "🙂"}
    },
    "video": {"video": _FILE | {"width": 90, "height": 67, "duration": 4}},
    "video_note": {"video_note": _FILE | {"length": 240, "duration": 4}},
    "audio": {"audio": _FILE | {"duration": 4}},
    "document": {"document": _FILE | {"file_name": "letter.pdf"}},
    "animation": {"animation": _FILE | {"width": 90, "height": 67, "duration": 4}, "document": _FILE},
    "location": {"location": {"latitude": 51.5, "longitude": -0.1}},
    "venue": {
        "location": {"latitude": 51.5, "longitude": -0.1},
        "venue": {"location": {"latitude": 51.5, "longitude": -0.1}, "title": "Park", "address": "Road"},
    },
    "contact": {"contact": {"phone_number": "+15550100", "first_name": "Bo"}},
    "dice": {"dice": {"emoji": "🎲", "value": 3}},
    "poll": {
        "poll": {
            "id": "1", "question": "?", "options": [], "total_voter_count": 0, "is_closed": False, "is_anonymous": True,
            "type": "regular", "allows_multiple_answers": False, "allows_revoting": False, "members_only": False,
        }
    },
    "story": {"story": {"chat": CHANNEL, "id": 3}},
}  # fmt: skip

# everything else Telegram knows, and something it does not know yet
IGNORED: dict[str, dict[str, Any]] = {
    "group message": update("message", message(chat=CHAT, text="I want to kill myself") | {"chat": GROUP}),
    "group button": pressed("c:1", message={"message_id": 5, "from": BOT, "chat": GROUP, "date": 1, "text": "Which?"}),
    "old button": pressed("x", message={"message_id": 5, "chat": GROUP, "date": 0}),
    "inline button": pressed("x", message=None, inline_message_id="123"),
    "game button": pressed("", game_short_name="chess"),
    "channel post": update("channel_post", {"message_id": 1, "chat": CHANNEL, "sender_chat": CHANNEL, "date": 1, "text": "hi"}),
    "edited channel post": update("edited_channel_post", {"message_id": 1, "chat": CHANNEL, "date": 1, "text": "hi"}),
    "bot's own": update("message", message(text="hi") | {"from": BOT}),
    "pinned": update("message", message(pinned_message=message(text="hi"))),
    "timer": update("message", message(message_auto_delete_timer_changed={"message_auto_delete_time": 86400})),
    "joined a group": membership("member", where=GROUP),
    "unblocked": membership("member"),
    "inline query": update("inline_query", {"id": "1", "from": PERSON, "query": "cbt", "offset": ""}),
    "chosen": update("chosen_inline_result", {"result_id": "1", "from": PERSON, "query": "cbt"}),
    "poll": update("poll", MEDIA["poll"]["poll"]),
    "reaction": update("message_reaction", {
        "chat": private(), "message_id": 4, "user": PERSON, "date": 1, "old_reaction": [],
        "new_reaction": [{"type": "emoji", "emoji": "👍"}],
    }),
    "join request": update("chat_join_request", {"chat": GROUP, "from": PERSON, "user_chat_id": CHAT, "date": 1}),
    "business": update("business_message", message(text="hi")),
    "unknown kind": update("telepathy", {"from": PERSON, "thought": "I want to kill myself"}),
    "no kind": {"update_id": 77},
}  # fmt: skip

# what no update looks like; Telegram would send it again for ever if it were refused
UNREADABLE: dict[str, bytes] = {
    "empty": b"",
    "not JSON": b"{",
    "a list": b"[1, 2]",
    "a number": b"7",
    "no number": b'{"message": {"text": "hi"}}',
    "a message of nothing": b'{"update_id": 78, "message": {}}',
    "a message that is a text": b'{"update_id": 79, "message": "hi"}',
    "not UTF-8": b"\xff\xfe",
}
