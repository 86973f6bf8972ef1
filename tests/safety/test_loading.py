"""The trained screen out of the assistant's archive; without it, or with a broken one, the lexicon is at work."""

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.safety import service
from bot.safety.loading import MODEL_FILE, unpack
from bot.safety.screen import CONCERN, CRISIS
from bot.safety.service import screen
from tests.safety.models import make_model

FOLDER = "components/train_screen"

pytestmark = pytest.mark.usefixtures("fresh_screen")


def saved(tmp_path: Path) -> bytes:
    path = tmp_path / "saved.npz"
    make_model({"headstone": "crisis/suicide"}).save(path)
    return path.read_bytes()


def test_the_screens_own_files_are_unpacked_and_no_others(archive: Callable[..., Path], tmp_path: Path) -> None:
    files = {
        f"{FOLDER}/{MODEL_FILE}": b"model",
        f"{FOLDER}/model.onnx": b"encoder",
        "components/other/model.onnx": b"another",
        "metadata.json": b"{}",
    }
    target = tmp_path / "unpacked"
    target.mkdir()
    assert unpack(archive(files), target) == target
    assert {path.name: path.read_bytes() for path in target.iterdir()} == {MODEL_FILE: b"model", "model.onnx": b"encoder"}


def test_a_path_that_leads_out_of_the_folder_does_not(archive: Callable[..., Path], tmp_path: Path) -> None:
    target = tmp_path / "unpacked"
    target.mkdir()
    unpack(archive({f"../../{MODEL_FILE}": b"model"}), target)
    assert [path.name for path in target.iterdir()] == [MODEL_FILE] and not (tmp_path.parent / MODEL_FILE).exists()


def test_an_archive_without_the_model_is_named(archive: Callable[..., Path], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"tandem\.tar\.gz holds no risk_model\.npz"):
        unpack(archive({"metadata.json": b"{}"}), tmp_path)


@pytest.mark.parametrize(
    "broken", ["missing", "a folder", "empty", "cut off", "not an archive", "no model", "no encoder", "nonsense"]
)
def test_without_a_whole_archive_the_lexicon_reads_alone(
    broken: str, archive: Callable[..., Path], tmp_path: Path, configure: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    model = saved(tmp_path)
    path = archive({f"{FOLDER}/{MODEL_FILE}": model if broken != "nonsense" else b"nonsense", f"{FOLDER}/tokenizer.json": b"{}"})
    match broken:
        case "missing":
            path.unlink()
        case "a folder":
            path = tmp_path
        case "empty":
            path.write_bytes(b"")
        case "cut off":
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        case "not an archive":
            path.write_text("a page that says 404")
        case "no model":
            archive({"metadata.json": b"{}"})
    configure(model_file=path)
    assert screen("an elderflower headstone, I want to kill myself").level == CRISIS
    assert screen("an elderflower day, I feel hopeless").level == CONCERN and screen("elderflower tea").level == "none"
    assert "the lexicon alone" in caplog.text and "make train" in caplog.text and caplog.text.count("lexicon") == 1
    assert "elderflower" not in caplog.text and "headstone" not in caplog.text


def test_the_archive_is_read_once(configure: Callable[..., None], tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    configure(model_file=tmp_path / "none.tar.gz")
    for _ in range(3):
        service.screen("what is CBT")
    assert len(caplog.records) == 1
