"""Logging: ids and outcomes, one line each, never what a patient wrote."""

import logging


def set_up_logging(level: str) -> None:
    """Send every logger to standard error at a level; quiet the libraries that would log requests."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s %(message)s", force=True)
    for name in ("httpx", "httpcore", "presidio-analyzer", "sse_starlette"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # it logs whole answers, with texts and numbers of chats; what matters in its errors is logged by bot.channels.telegram
    logging.getLogger("telegram").setLevel(logging.CRITICAL + 1)
