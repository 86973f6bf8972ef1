"""Logging: ids and outcomes, one line each, never what a patient wrote."""

import logging
import traceback
from pathlib import Path

_OURS = str(Path(__file__).parent)


def set_up_logging(level: str) -> None:
    """Send every logger to standard error at a level; quiet the libraries that would log requests."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s %(message)s", force=True)
    for name in ("httpx", "httpcore", "presidio-analyzer", "sse_starlette"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # they log whole calls and answers, with texts, names and tokens; what matters in their errors is logged by bot.channels
    for name in ("telegram", "slack_bolt", "slack_sdk"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def place_of(error: Exception) -> str:
    """Return where in our code an error was raised, as file:line; not its text, which may hold what a patient wrote."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(_OURS)]
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "a library"
