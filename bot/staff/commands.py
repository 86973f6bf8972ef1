"""`tandem staff invite | list | reset | deactivate`: accounts of the care desk."""

import sys
from argparse import ArgumentParser, Namespace, _SubParsersAction

from bot.settings import get_settings
from bot.staff import invitations, service
from bot.staff.members import Role


def address(path: str) -> str:
    """Return the whole address of a page: the public one if there is one, else this machine's."""
    settings = get_settings()
    return (settings.public_url or settings.local_url) + path


def _invite(args: Namespace) -> int:
    print(address(invitations.invite(None, Role(args.role))))
    return 0


def _list(args: Namespace) -> int:
    for member in service.members():
        state = "closed" if not member.is_active else "open" if member.has_joined else "waits for the link"
        print(f"{member.email}\t{member.role}\t{state}\t{member.name}, {member.title}")
    return 0


def _reset(args: Namespace) -> int:
    try:
        print(address(invitations.reset(None, args.email)))
    except service.Invalid as error:
        return _fail(error)
    return 0


def _deactivate(args: Namespace) -> int:
    try:
        service.deactivate(None, args.email)
    except service.Invalid as error:
        return _fail(error)
    print(f"{args.email} can no longer sign in")
    return 0


def _fail(error: service.Invalid) -> int:
    print(f"tandem: {error}", file=sys.stderr)
    return 1


def register(subparsers: "_SubParsersAction[ArgumentParser]") -> None:
    """Add the command `staff` and its verbs."""
    staff = subparsers.add_parser("staff", help="accounts of the care desk: invite, list, reset, deactivate")
    verbs = staff.add_subparsers(required=True, metavar="VERB")
    invite = verbs.add_parser("invite", help="print a one-time link to a new account")
    invite.add_argument("--role", choices=list(map(str, Role)), required=True)
    invite.set_defaults(run=_invite)
    verbs.add_parser("list", help="list the accounts").set_defaults(run=_list)
    for name, run, text in (
        ("reset", _reset, "print a one-time link to a new password and key; the old ones end at once"),
        ("deactivate", _deactivate, "close an account and end its sessions"),
    ):
        verb = verbs.add_parser(name, help=text)
        verb.add_argument("email")
        verb.set_defaults(run=run)
