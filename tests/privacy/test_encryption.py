"""Encryption at rest: the file holds ciphertext, and keys can be changed without losing what was stored."""

from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import text

from bot.conversations import service as conversations
from bot.conversations.service import Reply
from bot.db import get_engine
from bot.settings import get_settings

WORDS = "the hedgehog under the stairs"


def stored_bytes(database: Path) -> bytes:
    return b"".join(path.read_bytes() for path in database.parent.glob("tandem.db*"))


def test_no_word_of_a_chat_is_readable_in_the_database_files(database: Path, conversation: str) -> None:
    conversations.accept(conversation, "client-1", WORDS)
    conversations.say(conversation, [Reply("an answer on hedgehogs", (("Hedgehog button", "/more"),), {"topic": "hedgehog"})])
    assert b"edgehog" not in stored_bytes(database)
    assert conversation.encode() in stored_bytes(database)
    assert [entry.text for entry in conversations.history(conversation)] == [WORDS, "an answer on hedgehogs"]


def test_a_new_key_in_front_reads_what_the_old_one_wrote(conversation: str, configure: Callable[..., None]) -> None:
    conversations.accept(conversation, "client-1", WORDS)
    old = get_settings().encryption_keys.get_secret_value()
    configure(encryption_keys=f" {Fernet.generate_key().decode()} , {old} ")
    assert conversations.history(conversation)[0].text == WORDS


def test_the_first_key_is_the_one_that_encrypts(conversation: str, configure: Callable[..., None]) -> None:
    old, new = get_settings().encryption_keys.get_secret_value(), Fernet.generate_key().decode()
    configure(encryption_keys=f"{new},{old}")
    conversations.accept(conversation, "client-1", WORDS)
    configure(encryption_keys=new)
    assert conversations.history(conversation)[0].text == WORDS


def test_without_its_key_a_chat_cannot_be_read(conversation: str, configure: Callable[..., None]) -> None:
    conversations.accept(conversation, "client-1", WORDS)
    configure(encryption_keys=Fernet.generate_key().decode())
    with pytest.raises(InvalidToken):
        conversations.history(conversation)


def test_a_changed_ciphertext_is_refused(conversation: str) -> None:
    conversations.accept(conversation, "client-1", WORDS)
    with get_engine().begin() as connection:
        content = connection.execute(text("SELECT content FROM messages")).scalar_one()
        changed = content[:-5] + (b"A" if content[-5:-4] != b"A" else b"B") + content[-4:]
        connection.execute(text("UPDATE messages SET content = :changed"), {"changed": changed})
    with pytest.raises(InvalidToken):
        conversations.history(conversation)


def test_the_same_words_are_never_the_same_ciphertext(conversation: str) -> None:
    conversations.accept(conversation, "client-1", WORDS)
    conversations.accept(conversation, "client-2", WORDS)
    with get_engine().connect() as connection:
        first, second = connection.execute(text("SELECT content FROM messages")).scalars()
    assert first != second
