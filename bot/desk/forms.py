"""Reading what a form sends, within limits of size and time."""

import asyncio

from starlette.datastructures import FormData, QueryParams
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request

from bot.settings import get_settings

MAX_FORM = 5_000_000  # bytes; a directory of providers is the largest thing that is sent


async def read_form(request: Request) -> FormData:
    """Return the fields of a form; raises HTTPException 413 when it is too large, 408 when too slow, 400 when broken."""
    length = request.headers.get("content-length", "")
    if not length.isdigit():
        raise HTTPException(411, "The form does not say how long it is. Please send it again.")
    if int(length) > MAX_FORM:
        raise HTTPException(413, f"This is too large: at most {MAX_FORM // 1_000_000} MB.")
    try:
        async with asyncio.timeout(get_settings().body_seconds):
            return await request.form(max_files=1, max_fields=200)
    except (TimeoutError, ClientDisconnect):
        raise HTTPException(408, "The form took too long to arrive. Please send it again.") from None
    except MultiPartException:
        raise HTTPException(400, "The form could not be read. Please send it again.") from None


def text(form: FormData | QueryParams, name: str) -> str:
    """Return a text field of a form or an address; empty when it is not there or is a file."""
    value = form.get(name)
    return value.replace("\0", "") if isinstance(value, str) else ""  # PostgreSQL stores no NUL
