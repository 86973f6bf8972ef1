"""Signing in with the clinic's identity provider (OpenID Connect, code flow with PKCE); off without an issuer in the settings."""

import logging
import secrets
from typing import Any

import httpx
from anyio.to_thread import run_sync
from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from itsdangerous import BadData, URLSafeTimedSerializer
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.desk.guards import open_door
from bot.desk.sign_in import enter, page_after
from bot.network import network_of
from bot.settings import get_settings
from bot.staff import sessions
from bot.staff.throttle import TooManyTries

log = logging.getLogger(__name__)

BACK = "/desk/oidc/back"
_COOKIE = "tandem_desk_oidc"  # what this browser started, until it comes back
_SECONDS = 600
_LEEWAY = 60  # seconds that two clocks may differ
_ALGORITHMS = ["RS256", "PS256", "ES256"]  # never those of a shared secret, whatever the provider lists
_FAILURES = (httpx.HTTPError, httpx.InvalidURL, JoseError, BadData, ValueError, KeyError, TypeError, AttributeError)
_FAILED = "Your clinic's sign-in did not work. Try again, or sign in with password and code."


@open_door
async def start(request: Request) -> Response:
    """Lead to the identity provider."""
    _check_is_open(request)
    started = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "code_verifier")}
    asked = {
        "response_type": "code",
        "client_id": get_settings().oidc_client_id,
        "redirect_uri": _back(request),
        "scope": "openid email",
        "state": started["state"],
        "nonce": started["nonce"],
        "code_challenge": create_s256_code_challenge(started["code_verifier"]),
        "code_challenge_method": "S256",
    }
    try:
        async with _client() as client:
            url = add_params_to_uri((await _metadata(client))["authorization_endpoint"], asked.items())
    except _FAILURES as error:
        raise _failure(error) from None
    response = RedirectResponse(url, 303)
    kept = _signer().dumps({**started, "next": page_after(request.query_params.get("next", ""))})
    secure = request.url.scheme == "https"
    response.set_cookie(_COOKIE, kept, max_age=_SECONDS, path=BACK, secure=secure, httponly=True, samesite="lax")
    return response


@open_door
async def come_back(request: Request) -> Response:
    """Check what the identity provider says, and open a session for the account with that email."""
    _check_is_open(request)
    try:
        started = _signer().loads(request.cookies.get(_COOKIE, ""), max_age=_SECONDS)
        claims = await _claims(request, started)
        if claims.get("email_verified") is not True:  # otherwise anybody could write a nurse's email into a profile
            raise ValueError("email_verified")
        token = await run_sync(sessions.sign_in_by_provider, str(claims["email"]), str(claims["sub"]), network_of(request))
    except sessions.Refused:
        raise HTTPException(403, "There is no open account with your email. Ask an admin of your clinic for a link.") from None
    except _FAILURES as error:
        raise _failure(error) from None
    response = await enter(request, token, started["next"])
    response.delete_cookie(_COOKIE, path=BACK)
    return response


async def _claims(request: Request, started: dict[str, str]) -> dict[str, Any]:
    """Return the checked claims of the ID token that the code of this request is exchanged for."""
    settings = get_settings()
    if not secrets.compare_digest(request.query_params.get("state", "").encode(), started["state"].encode()):
        raise ValueError("state")
    sent = {"grant_type": "authorization_code", "code": request.query_params.get("code", ""), "redirect_uri": _back(request)}
    sent["code_verifier"] = started["code_verifier"]
    who = settings.oidc_client_id, settings.oidc_client_secret.get_secret_value()
    async with _client() as client:
        metadata = await _metadata(client)
        said = (await client.post(metadata["token_endpoint"], data=sent, auth=who)).raise_for_status().json()
        keys = (await client.get(metadata["jwks_uri"])).raise_for_status().json()
    token = jwt.decode(said["id_token"], KeySet.import_key_set(keys), algorithms=_ALGORITHMS)
    options = {name: {"essential": True, "value": value} for name, value in (("iss", settings.oidc_issuer), ("aud", who[0]))}
    wanted = {"nonce": started["nonce"], "client_id": who[0], "access_token": said.get("access_token")}
    claims = CodeIDToken(token.claims, token.header, options, wanted)
    claims.validate(leeway=_LEEWAY)
    return dict(claims)


async def _metadata(client: httpx.AsyncClient) -> dict[str, Any]:
    issuer = get_settings().oidc_issuer
    answer = await client.get(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    metadata: dict[str, Any] = answer.raise_for_status().json()
    if metadata["issuer"] != issuer:
        raise ValueError("issuer")
    return metadata


def _client() -> httpx.AsyncClient:
    return httpx.AsyncClient(timeout=10, trust_env=False)


def _check_is_open(request: Request) -> None:
    """Refuse a request when there is no provider, and one too many of an address: each makes us ask the provider."""
    if not get_settings().oidc_issuer:
        raise HTTPException(404)
    try:
        request.app.state.throttle.count_address(network_of(request))
    except TooManyTries as error:
        raise HTTPException(429, str(error), {"Retry-After": str(error.seconds)}) from None


def _back(request: Request) -> str:
    return (get_settings().public_url or f"{request.url.scheme}://{request.url.netloc}") + BACK


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(get_settings().secret.get_secret_value(), salt="desk oidc")


def _failure(error: Exception) -> HTTPException:
    log.warning("identity provider sign-in failed error=%s", type(error).__name__)
    return HTTPException(502, _FAILED)


ROUTES = [Route("/oidc", start), Route("/oidc/back", come_back)]
