"""A local mail server: with STARTTLS, with TLS from the start, or without; with or without a log-in."""

import asyncio
import ssl
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Thread
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "desk", "a password"


class MailServer:
    """Keeps the mails it was sent, with the addresses they were sent to; refuses them all while `refuses`."""

    def __init__(self, starttls: ssl.SSLContext | None = None, tls: ssl.SSLContext | None = None, login: bool = False) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.refuses = False
        self._starttls, self._tls, self._login = starttls, tls, login
        self._loop = asyncio.new_event_loop()
        self._server = self._loop.run_until_complete(self._loop.create_server(self._talk, "127.0.0.1", 0, ssl=tls))
        self._thread = Thread(target=self._loop.run_forever)
        self.port: int = self._server.sockets[0].getsockname()[1]

    def _talk(self) -> SMTP:
        return SMTP(
            self,
            loop=self._loop,
            tls_context=self._starttls,
            require_starttls=self._starttls is not None,
            authenticator=_check if self._login else None,
            auth_required=self._login,
            auth_require_tls=self._starttls is not None,
        )

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Take a mail, or refuse it."""
        if self.refuses:
            return "451 not now"
        content = envelope.content
        mail = message_from_bytes(content if isinstance(content, bytes) else b"", policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        self.recipients += envelope.rcpt_tos
        return "250 kept"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _close(self) -> None:
        self._server.close()
        talks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for talk in talks:
            talk.cancel()
        await asyncio.gather(*talks, return_exceptions=True)


def _check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    is_right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=is_right, handled=False)  # the server says so
