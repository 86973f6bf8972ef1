"""`tandem providers load | export | list`: the directory from a file, to a file, on the screen."""

import sys
from argparse import ArgumentParser, Namespace, _SubParsersAction
from pathlib import Path

from bot.db import transaction
from bot.providers import service
from bot.providers.files import CSV, FORMATS, read_file, write_file
from bot.providers.listing import DirectoryError
from bot.staff.audit import audit


def register(subparsers: "_SubParsersAction[ArgumentParser]") -> None:
    """Add the command `providers` and its verbs."""
    providers = subparsers.add_parser("providers", help="the directory of providers: load it, export it, list it")
    verbs = providers.add_subparsers(required=True, metavar="VERB")

    load = verbs.add_parser("load", help="replace the whole directory by a file, or change nothing when a row is wrong")
    load.add_argument("file", type=Path, help="a CSV file, or a FHIR R4 bundle in JSON; see docs/providers.md")
    load.add_argument("--dry-run", action="store_true", help="only say what would change")
    load.set_defaults(run=_load)

    export = verbs.add_parser("export", help="write the directory to a file")
    export.add_argument("file", nargs="?", type=Path, help="where to (default: the screen)")
    export.add_argument("--format", choices=FORMATS, default=CSV, help="(default: %(default)s)")
    export.set_defaults(run=_export)

    verbs.add_parser("list", help="one line a provider").set_defaults(run=_list)


def _load(chosen: Namespace) -> int:
    try:
        contents = read_file(chosen.file.read_bytes())
        with transaction():
            change = service.replace_all(contents.listings, dry_run=chosen.dry_run)
            counts = f"{change.added} added, {change.changed} changed, {change.removed} removed, {change.unchanged} as they were"
            if not chosen.dry_run:
                audit(None, "directory.imported", "directory:providers", counts)
    except OSError as error:
        print(f"tandem: {chosen.file} cannot be read: {error.strerror}.", file=sys.stderr)
        return 1
    except DirectoryError as error:
        print(f"tandem: {chosen.file.name} was not loaded; the directory is as it was.\n{error}", file=sys.stderr)
        return 1
    for note in contents.notes:
        print(note)
    would = "would be " if chosen.dry_run else ""
    print(f"{len(contents.listings)} providers {would}in the directory: {counts}")
    return 0


def _export(chosen: Namespace) -> int:
    listings = service.listings()
    data = write_file(listings, chosen.format)
    if not chosen.file:
        print(data.decode("utf-8-sig"))
        return 0
    try:
        chosen.file.write_bytes(data)
    except OSError as error:
        print(f"tandem: {chosen.file} cannot be written: {error.strerror}.", file=sys.stderr)
        return 1
    print(f"wrote {len(listings)} providers to {chosen.file}")
    return 0


def _list(_: Namespace) -> int:
    for listing in service.listings():
        place = listing.place or ("by video" if listing.telehealth else "-")
        open_to_new = {True: "takes new patients", False: "full", None: "ask"}[listing.accepting]
        print(f"{listing.reference:12} {listing.offers:10} {open_to_new:18} {place:24} {listing.name}")
    return 0
