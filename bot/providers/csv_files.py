"""The directory as a CSV file. An error names the row as a spreadsheet counts it, and the field."""

import csv
import io
import re
from collections.abc import Iterator

from bot.providers.fields import FIELDS, REQUIRED, FieldErrors, read_listing, write_listing
from bot.providers.listing import MAX_LISTINGS, DirectoryError, Listing

MAX_BYTES = 100_000_000  # room for the largest directory as FHIR
MAX_COLUMNS = 100  # more than any mistake of a person makes of them
_NUMBER = re.compile(r"-[0-9.]+")
_FORMULA = re.compile(r"'*[=+@\-\t\r]")  # what a spreadsheet would run, with the quotes that keep it from running


def read(data: bytes) -> list[Listing]:
    """Return the listings of a CSV file, all of them; raises DirectoryError with every row that cannot be read."""
    rows = list(_rows(_decode(data)))
    if not rows:
        raise DirectoryError(["The file is empty; its first row must name the columns."])
    if len(rows) - 1 > MAX_LISTINGS:  # at once: a sentence for each cell of a huge file would fill the memory
        raise DirectoryError([f"The file has {len(rows) - 1} rows; the directory takes at most {MAX_LISTINGS}."])
    columns = _columns(*rows[0])
    listings: dict[str, Listing] = {}
    first_rows: dict[str, int] = {}
    problems: list[str] = []
    for number, cells in rows[1:]:
        if any(cells[len(columns) :]):
            problems.append(f"Row {number} has more cells than the first row; a comma may stand outside quotes.")
            continue
        try:
            listing = read_listing({column: _from_cell(cell) for column, cell in zip(columns, cells, strict=False)})
        except FieldErrors as error:
            problems += [f"Row {number}, {field}: {sentence}" for field, sentence in error.sentences.items()]
            continue
        first = first_rows.setdefault(listing.reference, number)
        if first != number:
            problems.append(f"Row {number}, reference: row {first} has the same one; each provider needs its own.")
        listings[listing.reference] = listing
    if problems:
        raise DirectoryError(problems)
    return list(listings.values())


def write(listings: list[Listing]) -> bytes:
    """Return listings as a CSV file that spreadsheets read as UTF-8 and that holds nothing they would run."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(FIELDS)
    for listing in listings:
        writer.writerow(_to_cell(text) for text in write_listing(listing).values())
    return out.getvalue().encode("utf-8-sig")


def _decode(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise DirectoryError([f"The file is larger than {MAX_BYTES // 1_000_000} MB."])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DirectoryError(["The file is not UTF-8 text; save it as 'CSV UTF-8' and try again."]) from error


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield number and cells of each row that holds something."""
    first_line = text.partition("\n")[0]
    delimiter = max(",;\t", key=first_line.count)
    number = 0
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), 1):
            if any(cell.strip() for cell in cells):
                yield number, cells
    except csv.Error as error:
        raise DirectoryError(
            [f"Row {number + 1} cannot be read: a quote is not closed or stands inside a cell, or a cell is too long."]
        ) from error


def _columns(number: int, cells: list[str]) -> list[str]:
    columns = ["_".join(cell.casefold().split()) for cell in cells]
    while columns and not columns[-1]:
        columns.pop()
    known = ", ".join(FIELDS)
    if len(columns) > MAX_COLUMNS:
        raise DirectoryError([f"Row {number} names {len(columns)} columns. The columns are: {known}."])
    problems = [
        f"Row {number}: '{cell.strip()[:40]}' is no column of the directory. The columns are: {known}."
        for cell, column in zip(cells, columns, strict=False)
        if column not in FIELDS
    ]
    problems += [f"Row {number}: the column {column} stands twice." for column in FIELDS if columns.count(column) > 1]
    problems += [f"Row {number}: the column {column} is missing." for column in REQUIRED if column not in columns]
    if problems:
        raise DirectoryError(problems)
    return columns


def _to_cell(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def _from_cell(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
