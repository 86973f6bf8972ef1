"""`tandem providers`: load, export and list, as an administrator calls them."""

import json
from argparse import ArgumentParser
from pathlib import Path

import pytest

from bot.providers import service
from bot.providers.commands import register
from bot.settings import ROOT
from bot.staff.audit import trail

pytestmark = pytest.mark.usefixtures("database")
EXAMPLE = ROOT / "clinic" / "providers.csv"


def tandem(*arguments: str | Path) -> int:
    parser = ArgumentParser()
    register(parser.add_subparsers())
    chosen = parser.parse_args([str(argument) for argument in arguments])
    return int(chosen.run(chosen))


def test_a_file_is_loaded_whole_and_a_dry_run_only_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert tandem("providers", "load", EXAMPLE, "--dry-run") == 0 and service.count() == 0
    assert tandem("providers", "load", EXAMPLE) == 0 and service.count() == 12
    assert capsys.readouterr().out.splitlines() == [
        "12 providers would be in the directory: 12 added, 0 changed, 0 removed, 0 as they were",
        "12 providers in the directory: 12 added, 0 changed, 0 removed, 0 as they were",
    ]


def test_a_load_is_in_the_audit_trail_and_what_changes_nothing_is_not(tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("reference,name,offers,accepting\nP2,Ben,both,soon\n")
    tandem("providers", "load", EXAMPLE, "--dry-run")
    tandem("providers", "load", bad)
    assert trail() == []
    tandem("providers", "load", EXAMPLE)
    (row,) = trail()
    assert (row.name, row.action, row.subject) == ("command line", "directory.imported", "directory:providers")
    assert row.detail == "12 added, 0 changed, 0 removed, 0 as they were"


def test_a_bad_row_leaves_the_directory_as_it_was_and_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tandem("providers", "load", EXAMPLE)
    bad = tmp_path / "bad.csv"
    bad.write_text("reference,name,offers,accepting\nP1,Alma,both,yes\nP2,Ben,both,soon\n")
    assert tandem("providers", "load", bad) == 1
    assert service.count() == 12
    assert capsys.readouterr().err.splitlines() == [
        "tandem: bad.csv was not loaded; the directory is as it was.",
        "Row 3, accepting: write yes or no, or leave it empty when you do not know.",
    ]


def test_a_missing_file_and_a_place_that_cannot_be_written_are_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert tandem("providers", "load", tmp_path / "none.csv") == 1
    assert tandem("providers", "export", tmp_path / "none" / "out.csv") == 1
    assert capsys.readouterr().err.count("No such file or directory.") == 2


@pytest.mark.parametrize("form", ["csv", "fhir"])
def test_what_is_exported_loads_as_no_change(form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tandem("providers", "load", EXAMPLE)
    assert tandem("providers", "export", tmp_path / "out", "--format", form) == 0
    assert tandem("providers", "load", tmp_path / "out") == 0
    assert capsys.readouterr().out.splitlines()[-1].endswith("0 added, 0 changed, 0 removed, 12 as they were")


def test_an_export_without_a_file_goes_to_the_screen(capsys: pytest.CaptureFixture[str]) -> None:
    tandem("providers", "load", EXAMPLE)
    capsys.readouterr()
    assert tandem("providers", "export", "--format", "fhir") == 0
    assert json.loads(capsys.readouterr().out)["resourceType"] == "Bundle"
    assert tandem("providers", "export") == 0
    assert capsys.readouterr().out.startswith("reference,name,credentials,offers")


def test_what_a_bundle_leaves_out_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert tandem("providers", "load", Path(__file__).parent / "examples" / "plan_net.json") == 0
    assert "Left out: 1 not saying whether they offer medication or therapy." in capsys.readouterr().out


def test_the_list_has_a_line_a_provider(capsys: pytest.CaptureFixture[str]) -> None:
    tandem("providers", "load", EXAMPLE)
    capsys.readouterr()
    assert tandem("providers", "list") == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 12 and any("EX-006" in line and "full" in line for line in lines)
