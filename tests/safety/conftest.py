"""What tests of the screen's files share: archives as Rasa packs them, and a screen loaded anew."""

import io
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.safety.service import get_screen


@pytest.fixture
def fresh_screen() -> Iterator[None]:
    """Let no screen that was loaded before, or here, be used by another test."""
    get_screen.cache_clear()
    yield
    get_screen.cache_clear()


@pytest.fixture
def archive(tmp_path: Path) -> Callable[[dict[str, bytes]], Path]:
    """Give a function that packs files into an archive as Rasa does."""

    def pack(files: dict[str, bytes]) -> Path:
        path = tmp_path / "tandem.tar.gz"
        with tarfile.open(path, "w:gz") as tar:
            for name, content in files.items():
                member = tarfile.TarInfo(name)
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content))
        return path

    return pack
