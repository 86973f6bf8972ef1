"""The command line of staff: what it prints, and one clear sentence when it cannot."""

from argparse import ArgumentParser
from collections.abc import Callable

import pytest

from bot.staff import commands
from bot.staff.invitations import open_link
from bot.staff.members import Role
from tests.staff.conftest import make_account, token_of

pytestmark = pytest.mark.usefixtures("database")


def run(*words: str) -> int:
    parser = ArgumentParser()
    commands.register(parser.add_subparsers())
    args = parser.parse_args(["staff", *words])
    code: int = args.run(args)
    return code


def test_invite_prints_a_link_at_the_public_address(configure: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> None:
    assert run("invite", "--role", "agent") == 0
    assert capsys.readouterr().out.startswith("http://127.0.0.1:8080/desk/join/")
    configure(host="0.0.0.0")
    assert run("invite", "--role", "agent") == 0
    assert capsys.readouterr().out.startswith("http://127.0.0.1:8080/desk/join/")
    configure(public_url="https://chat.clinic.example")
    assert run("invite", "--role", "lead") == 0
    link = capsys.readouterr().out.strip()
    offer = open_link(token_of(link.removeprefix("https://chat.clinic.example")))
    assert offer is not None and offer.role == Role.LEAD


def test_list_shows_everybody_and_how_they_stand(capsys: pytest.CaptureFixture[str]) -> None:
    make_account(Role.ADMIN, name="Ada")
    make_account(Role.AGENT, name="Bo")
    make_account(Role.AUDITOR, name="Cy")
    assert run("reset", "agent@clinic.example") == run("deactivate", "auditor@clinic.example") == 0
    capsys.readouterr()
    assert run("list") == 0
    assert capsys.readouterr().out.splitlines() == [
        "admin@clinic.example\tadmin\topen\tAda, nurse",
        "agent@clinic.example\tagent\twaits for the link\tBo, nurse",
        "auditor@clinic.example\tauditor\tclosed\tCy, nurse",
    ]


@pytest.mark.parametrize("verb", ["reset", "deactivate"])
def test_an_email_without_an_account_is_one_sentence_and_an_exit_code(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(verb, "nobody@clinic.example") == 1
    assert capsys.readouterr().err == "tandem: There is no account with this email.\n"


@pytest.mark.parametrize("words", [["invite"], ["invite", "--role", "boss"], ["reset"], []])
def test_a_command_that_is_not_complete_ends_with_2(words: list[str]) -> None:
    with pytest.raises(SystemExit) as ending:
        run(*words)
    assert ending.value.code == 2
