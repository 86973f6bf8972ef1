"""`tandem content`: what it lists, checks, signs and exports."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli import main
from bot.topics import commands
from bot.topics.catalogue import load_catalogue
from bot.topics.contents import load_contents
from bot.topics.service import review_states

pytestmark = pytest.mark.usefixtures("database")
SIGN = ["content", "sign-off", "--name", "A. Example", "--role", "Nurse"]
Run = Callable[..., str]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Give a function that runs a command and returns what it printed."""

    def run_command(*arguments: str, code: int = 0) -> str:
        assert main(list(arguments)) == code
        printed = capsys.readouterr()
        return printed.err if code else printed.out

    return run_command


def test_the_list_has_a_line_for_every_content_with_state_expiry_grade_and_source(run: Run) -> None:
    lines = {line.split()[0]: line.split(maxsplit=4) for line in run("content", "list").splitlines()}
    assert list(lines) == list(load_contents())
    assert lines["cbt"][1:3] == ["awaiting", "-"] and 1 < float(lines["cbt"][3]) <= 8
    assert "Holistic Approach" in lines["cbt"][4] and lines["refusals"][3:] == ["-", "data/nlu/clinical.yml"]


def test_the_list_can_show_one_state_only(run: Run) -> None:
    run(*SIGN, "cbt", "--yes")
    (line,) = run("content", "list", "--state", "approved").splitlines()
    assert line.startswith("cbt ") and len(run("content", "list", "--state", "awaiting").splitlines()) == len(load_contents()) - 1


def test_several_contents_are_signed_for_some_days(run: Run) -> None:
    said = run(*SIGN, "cbt", "crisis", "--yes", "--days", "30").splitlines()
    assert len(said) == 2 and said[0].startswith("cbt: approved by Nurse, A. Example, ")
    states = review_states(["cbt", "crisis"]).values()
    assert all(review.expires_at and (review.expires_at - review.signed_at).days == 30 for review in states if review.signed_at)


@pytest.mark.parametrize(("typed", "is_signed"), [("yes", True), ("Y", True), ("no", False), ("", False)])
def test_the_words_are_shown_before_they_are_signed(
    run: Run, monkeypatch: pytest.MonkeyPatch, typed: str, is_signed: bool
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{typed}\n"))
    shown = run(*SIGN, "cbt")
    assert all(text in shown for text in load_catalogue()["cbt"].texts) and "Does A. Example approve" in shown
    assert review_states(["cbt"])["cbt"].is_approved == is_signed


def test_a_content_that_does_not_exist_is_named(run: Run) -> None:
    assert run(*SIGN, "naps", "--yes", code=1) == "tandem: content: there is no topic or group 'naps'.\n"


def test_lint_passes_what_we_ship_and_fails_on_a_problem(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("content", "lint") == "content: no problems\n"
    monkeypatch.setattr(commands, "lint_groups", lambda: ["responses: utter_greet: a problem"])
    assert main(["content", "lint"]) == 1


def test_everything_is_exported_to_read_and_to_keep(run: Run, tmp_path: Path) -> None:
    run(*SIGN, "cbt", "--yes")
    assert f"wrote {len(load_contents())} contents" in run("content", "export", str(tmp_path / "texts.md"))
    page = (tmp_path / "texts.md").read_text()
    data = {entry["key"]: entry for entry in json.loads(run("content", "export", "--format", "json"))}
    assert list(data) == list(load_contents()) and (data["cbt"]["state"], data["act"]["state"]) == ("approved", "awaiting")
    for key, content in load_contents().items():
        assert data[key]["hash"] == content.text_hash and f"(`{key}`)" in page
        assert all(text in page for text in (content.texts | content.parts).values())
        assert all(label in page for label in content.labels)
