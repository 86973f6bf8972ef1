"""Staff in front of the served desk: a browser's requests, with cookie, origin and the form's token."""

from collections.abc import Callable
from dataclasses import dataclass, field

import httpx
import pytest

from bot.staff import sessions
from bot.staff.members import Member, Role
from tests.staff.conftest import make_account
from tests.web.conftest import site  # noqa: F401

COOKIE = "tandem_desk"


@dataclass
class Desk:
    """What one browser may do; `token` is its cookie, empty before anybody signed in."""

    site: httpx.Client
    token: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def signed_in(self) -> sessions.SignedIn:
        found = sessions.find_session(self.token, is_person=False)
        assert found is not None
        return found

    @property
    def member(self) -> Member:
        return self.signed_in.member

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self._send("GET", path, {"Accept": "text/html", **headers})

    def status(self, path: str) -> int:
        """Return the status of a page without reading it, for a stream never ends."""
        with self.site.stream("GET", path, headers={"Accept": "text/html", **self._headers()}) as response:
            return response.status_code

    def post(self, path: str, fields: dict[str, str] | None = None, files: object = None, **headers: str) -> httpx.Response:
        """Send a form as a page of the desk does."""
        csrf = {"csrf": self.signed_in.csrf_token} if self.token else {}
        return self._send(
            "POST", path, {"Accept": "text/html", "Origin": origin(self.site), **headers}, data=csrf | (fields or {}), files=files
        )

    def _headers(self) -> dict[str, str]:
        return self.headers | ({"Cookie": f"{COOKIE}={self.token}"} if self.token else {})

    def _send(self, method: str, path: str, headers: dict[str, str], **body: object) -> httpx.Response:
        response = self.site.request(method, path, headers={**self._headers(), **headers}, **body)  # type: ignore[arg-type]
        self.site.cookies.clear()  # each Desk has a cookie of its own
        return response


def origin(site: httpx.Client) -> str:  # noqa: F811
    return str(site.base_url).rstrip("/")


@pytest.fixture
def sign_in_as(site: httpx.Client) -> Callable[..., Desk]:  # noqa: F811
    """Give a function that returns the browser of a new member of staff: sign_in_as(Role.AGENT)."""

    def sign_in(role: Role = Role.AGENT, email: str = "", name: str = "Dana") -> Desk:
        return Desk(site, make_account(role, email, name)[0])

    return sign_in


@pytest.fixture
def stranger(site: httpx.Client) -> Desk:  # noqa: F811
    """Give a browser in which nobody is signed in."""
    return Desk(site)
