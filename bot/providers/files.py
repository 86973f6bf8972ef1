"""The directory's two file formats behind one pair of verbs: CSV for spreadsheets, FHIR R4 for other systems. Pure."""

from dataclasses import dataclass, field

from bot.providers import csv_files, fhir_export, fhir_import
from bot.providers.listing import Listing

CSV, FHIR = "csv", "fhir"
FORMATS = (CSV, FHIR)


@dataclass(frozen=True)
class Contents:
    """What a file holds: its listings, and one sentence for each thing that was left out."""

    listings: list[Listing]
    notes: list[str] = field(default_factory=list)


def read_file(data: bytes) -> Contents:
    """Return what a CSV file or a FHIR bundle holds, told apart by the first character; raises DirectoryError."""
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        bundle = fhir_import.read(data)
        return Contents(bundle.listings, bundle.notes)
    return Contents(csv_files.read(data))


def write_file(listings: list[Listing], form: str) -> bytes:
    """Return listings as a file in one of FORMATS."""
    return csv_files.write(listings) if form == CSV else fhir_export.write(listings)
