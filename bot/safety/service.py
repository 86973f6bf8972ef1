"""The screen as the app uses it: the lexicon, with the model and encoder that were trained with the assistant."""

import logging
import tempfile
from functools import lru_cache
from pathlib import Path

from bot.safety.loading import load_screen, unpack
from bot.safety.screen import Risk, Screen
from bot.safety.screen import screen as read_with_lexicon
from bot.settings import get_settings

log = logging.getLogger(__name__)


def screen(text: str) -> Risk:
    """Return the risk a text shows; with a model that fails, what the lexicon finds."""
    try:
        return get_screen().read(text)
    except Exception as error:  # a sick model must not cost anyone an answer
        log.error("the lexicon read alone: %s", type(error).__name__)
        return read_with_lexicon(text)


@lru_cache(maxsize=1)
def get_screen() -> Screen:
    """Return the screen with the model of the assistant's archive; with the lexicon alone when that cannot be read."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            return load_screen(unpack(get_settings().model_file, Path(folder)))
    except Exception as error:  # a screen without its model is far better than no screen
        log.error("the screen reads with the lexicon alone: %s: run 'make train'", type(error).__name__)
        return Screen()
