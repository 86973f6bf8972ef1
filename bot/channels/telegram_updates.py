"""Telegram's updates as events: one pure function, for what the webhook gets and what polling fetches."""

from collections.abc import Mapping
from typing import Any

from telegram import CallbackQuery, Chat, ChatMember, ChatMemberUpdated, Message, Update

from bot.channels.events import Event, Kind, key

CHANNEL = "telegram"
COMMANDS = ("start", "help", "person", "crisis", "forget", "download", "language")
WANTED = ["message", "edited_message", "callback_query", "my_chat_member"]  # what Telegram is asked to send


def to_event(data: Mapping[str, Any]) -> Event | None:
    """Return what an update says; None when it is nothing for us: a group, a channel, a kind we do not know.

    Raises whatever python-telegram-bot raises for what is no update.
    """
    update = Update.de_json(dict(data))
    if message := update.message or update.edited_message:
        return _read_message(update, message)
    if update.callback_query:
        return _read_button(update, update.callback_query)
    if update.my_chat_member:
        return _read_membership(update, update.my_chat_member)
    return None


def to_query_id(data: Mapping[str, Any]) -> str | None:
    """Return the id of a pressed button, which Telegram wants answered."""
    query = data.get("callback_query")
    return query.get("id") if isinstance(query, Mapping) else None


def _read_message(update: Update, message: Message) -> Event | None:
    if not _is_private(message.chat) or message.from_user is None or message.from_user.is_bot:
        return None
    if message.text is not None:
        name, data = _read_command(message.text) if update.message else ("", "")  # an edited text is only a text
        if name:
            return _event(update, message.chat, message.message_id, Kind.COMMAND, name, data)
        return _event(update, message.chat, message.message_id, Kind.TEXT, message.text)
    if message.effective_attachment is not None or message.checklist is not None:
        return _event(update, message.chat, message.message_id, Kind.MEDIA, message.caption or "")
    return None  # a service message: pinned, a timer set


def _read_command(text: str) -> tuple[str, str]:
    """Return the command's name and what follows it; two empty texts when it is none of ours."""
    name, _, rest = text.removeprefix("/").partition(" ")
    name = name.partition("@")[0].lower()
    return (name, rest) if text.startswith("/") and name in COMMANDS else ("", "")


def _read_button(update: Update, query: CallbackQuery) -> Event | None:
    if query.message is None or not _is_private(query.message.chat) or not query.data:
        return None
    return _event(update, query.message.chat, query.message.message_id, Kind.BUTTON, data=query.data)


def _read_membership(update: Update, change: ChatMemberUpdated) -> Event | None:
    is_blocked = change.new_chat_member.status in (ChatMember.BANNED, ChatMember.LEFT)
    return _event(update, change.chat, 0, Kind.BLOCKED) if _is_private(change.chat) and is_blocked else None


def _is_private(chat: Chat) -> bool:
    return chat.type == Chat.PRIVATE


def _event(update: Update, chat: Chat, message_id: int, kind: Kind, text: str = "", data: str = "") -> Event:
    """Build the event; a private chat has the number of the one person in it."""
    text = text.encode(errors="replace").decode()  # halves of surrogate pairs are no text
    language = update.effective_user.language_code if update.effective_user else None
    return Event(
        channel=CHANNEL,
        update_id=str(update.update_id),
        position=update.update_id,
        sender=key(CHANNEL, "sender", chat.id),
        reply_to=str(chat.id),
        # a button may be pressed twice; a text that is edited without a change is the same text
        client_id=key(CHANNEL, update.update_id if kind == Kind.BUTTON else message_id, text),
        kind=kind,
        text=text,
        data=data,
        language="es" if (language or "").startswith("es") else "en",
    )
