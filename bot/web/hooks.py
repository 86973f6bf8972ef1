"""Where platforms call us: prove the caller, keep what it says, and answer at once; the inbox works it afterwards."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.web.limits import read_body


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
    await channels.telegram.receive(body, channels.inbox.receive)
    return Response(status_code=200)
