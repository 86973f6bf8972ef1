"""CSV files: what people's spreadsheets write is read, every bad row is named, and nothing is read by halves."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.providers import csv_files
from bot.providers.fields import FIELDS, write_listing
from bot.providers.listing import MAX_LISTINGS, DirectoryError, Listing
from bot.settings import ROOT
from tests.providers.strategies import directories, steady

HEADER = "reference,name,offers,accepting,place\n"


def problems(data: str | bytes) -> list[str]:
    with pytest.raises(DirectoryError) as raised:
        csv_files.read(data if isinstance(data, bytes) else data.encode())
    return raised.value.problems


def test_the_example_directory_is_read_and_plainly_fictional() -> None:
    listings = csv_files.read((ROOT / "clinic" / "providers.csv").read_bytes())
    assert len(listings) == 12
    assert {listing.offers for listing in listings} == {"medication", "therapy", "both"}
    assert all("clinic.example" in listing.booking or listing.booking.startswith("01632 960") for listing in listings)


def test_every_bad_cell_is_named_by_row_and_column_as_a_spreadsheet_counts_them() -> None:
    rows = 'P1,Alma,both,yes,Here\n\nP2,"Ben\nSample",both,perhaps,Here\nP3,,pills,yes,Here\nP1,Cora,both,,There\n'
    assert problems(HEADER + rows) == [
        "Row 4, accepting: write yes or no, or leave it empty when you do not know.",
        "Row 5, name: this field is empty.",
        "Row 5, offers: write medication, therapy or both.",
        "Row 6, reference: row 2 has the same one; each provider needs its own.",
    ]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty; its first row must name the columns."),
        (b"\xff\xfer\x00", "The file is not UTF-8 text; save it as 'CSV UTF-8' and try again."),
        (b"reference,name\nP1,Alma\n", "Row 1: the column offers is missing."),
        (b"reference,name,offers,name\n", "Row 1: the column name stands twice."),
        (
            b"reference,name,offers\nP1,Alma,both,yes\n",
            "Row 2 has more cells than the first row; a comma may stand outside quotes.",
        ),
        (
            b'reference,name,offers\nP1,Alma,both\nP2,"Ben,both\n',
            "Row 3 cannot be read: a quote is not closed or stands inside a cell, or a cell is too long.",
        ),
    ],
)
def test_a_file_that_is_no_directory_gets_one_clear_sentence(data: bytes, sentence: str) -> None:
    assert problems(data) == [sentence]


def test_an_unknown_column_is_named_with_the_known_ones() -> None:
    (sentence,) = problems("reference,name,offers,Colour\n")
    assert sentence.startswith("Row 1: 'Colour' is no column of the directory. The columns are: reference, name,")


def test_too_many_rows_or_columns_are_one_sentence_and_not_one_each() -> None:
    for data, sentence in (
        (b"reference,name,offers\n" + b"x\n" * (MAX_LISTINGS + 1), f"The file has {MAX_LISTINGS + 1} rows;"),
        (b"a," * 5000 + b"a", "Row 1 names 5001 columns."),
    ):
        with pytest.raises(DirectoryError) as raised:
            csv_files.read(data)
        (problem,) = raised.value.problems
        assert problem.startswith(sentence)


def test_a_file_too_large_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_files, "MAX_BYTES", 10)
    assert problems(HEADER)[0].startswith("The file is larger than")


def test_a_long_list_of_problems_is_cut_and_counted() -> None:
    rows = "".join(f"P{number},Alma,?,yes,Here\n" for number in range(30))
    with pytest.raises(DirectoryError) as raised:
        csv_files.read((HEADER + rows).encode())
    assert len(raised.value.problems) == 30
    assert str(raised.value).splitlines()[-1] == "... and 10 more."


def test_nothing_that_a_spreadsheet_would_run_is_exported() -> None:
    dangerous = ("=HYPERLINK(1)", "+1 555 0100", "-1+1", "@SUM(1)")
    listings = [Listing(f"P{number}", name, "both") for number, name in enumerate(dangerous)]
    listings.append(Listing("P9", "Alma", "both", latitude=-45.5, longitude=-100.0))
    cells = [cell for row in csv.reader(io.StringIO(csv_files.write(listings).decode("utf-8-sig"), newline="")) for cell in row]
    assert [cell for cell in cells if cell.startswith(tuple("=+-@"))] == ["-45.5", "-100"]
    assert csv_files.read(csv_files.write(listings)) == listings


@steady
@given(directories)
def test_what_is_exported_is_imported_as_the_same_directory(listings: list[Listing]) -> None:
    assert csv_files.read(csv_files.write(listings)) == listings


@steady
@given(
    directories,
    st.sampled_from((",", ";", "\t")),
    st.sampled_from(("\n", "\r\n", "\r")),
    st.sampled_from((csv.QUOTE_ALL, csv.QUOTE_MINIMAL)),
    st.sampled_from(("utf-8", "utf-8-sig")),
    st.integers(0, 2),
)
def test_every_dialect_of_spreadsheets_loses_no_row(
    listings: list[Listing], delimiter: str, line: str, quoting: int, encoding: str, blank: int
) -> None:
    header, *rows = csv.reader(io.StringIO(csv_files.write(listings).decode("utf-8-sig"), newline=""))
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=line, quoting=quoting)  # type: ignore[arg-type]
    writer.writerow(name.upper().replace("_", " ") for name in header)
    for row in rows:
        out.write(line * blank)
        writer.writerow(row)
    assert csv_files.read(out.getvalue().encode(encoding)) == listings


@steady
@given(st.binary(max_size=400))
def test_any_bytes_are_read_whole_or_refused(data: bytes) -> None:
    try:
        listings = csv_files.read(b"reference,name,offers\n" + data)
    except DirectoryError as error:
        assert error.problems and all(error.problems)
    else:
        rows = csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True)
        assert len(listings) == sum(any(cell.strip() for cell in row) for row in rows)


@steady
@given(directories.filter(bool), st.data())
def test_a_broken_cell_anywhere_refuses_the_whole_file(listings: list[Listing], data: st.DataObject) -> None:
    rows = [write_listing(listing) for listing in listings]
    row = data.draw(st.integers(0, len(rows) - 1))
    field = data.draw(st.sampled_from(("offers", "telehealth", "evenings", "accepting", "ages", "latitude", "booking")))
    rows[row][field] = "?"
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, fieldnames=list(FIELDS), quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(rows)
    assert any(problem.startswith(f"Row {row + 2}, {field}: ") for problem in problems(out.getvalue()))
