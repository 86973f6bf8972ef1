"""The trained screen on disk: in the assistant's model archive, beside the sentence encoder's files."""

import tarfile
from pathlib import Path

from bot.minilm import Encoder
from bot.safety.model import RiskModel
from bot.safety.screen import Screen

MODEL_FILE = "risk_model.npz"


def load_screen(folder: Path) -> Screen:
    """Load the screen from a folder with the risk model and the encoder's files."""
    return Screen(RiskModel.load(folder / MODEL_FILE), Encoder(folder).encode)


def unpack(archive: Path, target: Path) -> Path:
    """Unpack the screen's files from a model archive into a folder and return it; raises OSError, TarError or ValueError."""
    with tarfile.open(archive) as tar:
        found = [member for member in tar if Path(member.name).name == MODEL_FILE]
        if not found:
            raise ValueError(f"{archive} holds no {MODEL_FILE}")
        for member in tar:
            if member.isfile() and Path(member.name).parent == Path(found[0].name).parent:
                with tar.extractfile(member) as source:  # type: ignore[union-attr]  # a file has one
                    (target / Path(member.name).name).write_bytes(source.read())
    return target
