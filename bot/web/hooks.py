"""Where platforms call us: prove the caller, keep what it says, and answer at once; the inbox works it afterwards."""

import logging

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.web.limits import read_body

log = logging.getLogger(__name__)

MAX_SLACK_BODY = 1_000_000  # bytes; Slack says a long message twice, in letters that take six bytes each


async def telegram(request: Request) -> Response:
    """Take a call of Telegram's; anything but 200 makes it come again."""
    channels = request.app.state.channels
    if channels.telegram is None:
        raise HTTPException(404, "This channel is off.")
    if not channels.telegram.is_authentic(request.headers.get("x-telegram-bot-api-secret-token")):
        raise HTTPException(401, "This call does not carry the webhook's secret.")
    body, refusal = await read_body(request)
    if refusal:
        raise refusal
    try:
        await channels.telegram.receive(body, channels.inbox.receive)
    except Exception as error:
        log.error("a call of telegram was not kept: %s", type(error).__name__)
        raise HTTPException(503, "This could not be kept. Send it again.") from None
    return Response(status_code=200)


async def slack(request: Request) -> Response:
    """Take a call of Slack's: an event, a button, a command or a form; anything but 200 makes an event come again."""
    app = request.app.state.channels.slack
    if app is None:
        raise HTTPException(404, "This channel is off.")
    body, refusal = await read_body(request, MAX_SLACK_BODY)
    if refusal:
        raise refusal
    if not app.is_authentic(body, request.headers):
        raise HTTPException(401, "This call is not signed by Slack, or is too old.")
    try:
        answer = await app.receive(body, request.headers.get("content-type", ""))
    except Exception as error:
        log.error("a call of slack failed: %s", type(error).__name__)
        answer = None
    if answer is None or answer.status >= 500:
        raise HTTPException(503, "This could not be kept. Send it again.")
    return Response(answer.body, answer.status, media_type=answer.first_headers().get("content-type"))
