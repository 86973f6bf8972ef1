"""The pages: the demo clinic, the frame with the chat, its loader and theme, and the API's description."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.templating import Jinja2Templates

from bot.clinic.facts import load_clinic

HERE = Path(__file__).parent
STATIC = HERE / "static"
LANGUAGES = ("en", "es")
_PUBLIC = {"Access-Control-Allow-Origin": "*", "Cache-Control": "no-cache"}  # a clinic's page loads these; they hold no secret
templates = Jinja2Templates(HERE / "templates")


def _page(request: Request, template: str, **more: Any) -> Response:
    clinic, asked = load_clinic(), request.query_params.get("lang")
    language = asked if asked in LANGUAGES else LANGUAGES[0]
    return templates.TemplateResponse(request, template, {"clinic": clinic, "pack": clinic.pack, "language": language, **more})


async def demo(request: Request) -> Response:
    """Serve the demo page of the clinic with the chat."""
    return _page(request, "index.html")


async def frame(request: Request) -> Response:
    """Serve the chat itself, which a clinic's site shows in a frame."""
    return _page(request, "chat.html")


async def loader(request: Request) -> Response:
    """Serve the script that a clinic's page loads."""
    return FileResponse(STATIC / "widget.js", headers=_PUBLIC)


async def theme(request: Request) -> Response:
    """Serve the clinic's theme as CSS custom properties; every value was checked when it was read."""
    look = load_clinic().theme
    properties = {"accent": look.accent, "on-accent": look.on_accent, "font": look.font, "radius": f"{look.radius}px"}
    lines = "".join(f"  --tandem-{name}: {value};\n" for name, value in properties.items())
    return Response(f":root, :host {{\n{lines}}}\n", media_type="text/css", headers=_PUBLIC)


@lru_cache(maxsize=1)
def load_openapi() -> dict[str, Any]:
    """Read the API's description."""
    description: dict[str, Any] = yaml.safe_load((HERE / "openapi.yml").read_text(encoding="utf-8"))
    return description


async def openapi(request: Request) -> Response:
    """Serve the API's description as an OpenAPI 3.1 document."""
    return JSONResponse(load_openapi())


async def api_docs(request: Request) -> Response:
    """Serve the API's description as a plain page."""
    return _page(request, "api.html", api=load_openapi())
