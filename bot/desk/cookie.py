"""The cookie of a signed-in browser. Only answers under /desk set it; patients never get one."""

from ipaddress import ip_address

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.settings import get_settings
from bot.staff.sessions import LONGEST

_NAME = "tandem_desk"
_LOOPBACK_NAMES = {"localhost"}


def read_token(request: Request) -> str:
    """Return the session's token from the cookie; empty when there is none."""
    return request.cookies.get(_name(request), "")


def set_token(request: Request, response: Response, token: str) -> None:
    """Give the browser a session's token."""
    response.set_cookie(
        _name(request),
        token,
        max_age=int(LONGEST.total_seconds()),
        path="/",  # what the prefix __Host- asks for
        secure=_is_https(request),
        httponly=True,
        # an identity provider sends the browser back from another site, and a strict cookie would stay behind
        samesite="lax" if get_settings().oidc_issuer else "strict",
    )


def clear_token(request: Request, response: Response) -> None:
    """Take the cookie away."""
    response.delete_cookie(_name(request), path="/", secure=_is_https(request), httponly=True)


def check_transport(request: Request) -> None:
    """Refuse a connection that is neither https nor loopback; raises HTTPException 403."""
    if not (_is_https(request) or _is_loopback(request.url.hostname or "")):
        raise HTTPException(403, "The care desk opens over https only. Put a TLS proxy in front and set TANDEM_TRUSTED_PROXIES.")


def _name(request: Request) -> str:
    return f"__Host-{_NAME}" if _is_https(request) else _NAME


def _is_https(request: Request) -> bool:
    return request.url.scheme == "https"


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host in _LOOPBACK_NAMES
