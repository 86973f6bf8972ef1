"""The clinic's facts and crisis packs: what is read, what is refused, what is filled in."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from bot.clinic import PACKS, ClinicError, CrisisPack, load_clinic, load_pack, read_yaml
from bot.settings import ROOT

FACTS = {
    "name": "Harbour Clinic",
    "phone": "01632 960 900",
    "hours": "every day",
    "address": "2 Quay",
    "booking": "https://harbour.example",
    "billing": "the desk",
    "region": "international",
    "retention_days": 12,
}
NO_SITES = [
    "*",
    "https://*.clinic.example",
    "https://www.clinic.example/",
    "https://www.clinic.example/chat",
    "http://www.clinic.example",
    "https://Clinic.example",
    "https://a.example; script-src *",
    "https://a.example 'self'",
    "www.clinic.example",
    "null",
    "",
]
REGIONS = sorted(path.stem for path in PACKS.glob("*.yml") if path.stem != "messages")
FILLED_BY_ACTIONS = {"sources", "reviewer"}
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path, configure: Callable[..., None]) -> Write:
    """Give a function that writes a clinic file and makes it the clinic's."""

    def write_file(text: str | None = None, **changed: object) -> Path:
        path = tmp_path / "clinic.yml"
        path.write_text(text if text is not None else yaml.safe_dump(FACTS | changed))
        configure(clinic_file=path)
        return path

    return write_file


def test_the_clinic_of_the_settings_is_read(write: Write) -> None:
    write()
    clinic = load_clinic()
    assert (clinic.name, clinic.retention_days) == ("Harbour Clinic", 12)
    assert clinic.pack == load_pack("international")


def test_an_approved_text_gets_the_facts_in_their_places(write: Write) -> None:
    write()
    text = load_clinic().fill(
        "{clinic_name}, {clinic_phone}, {clinic_hours}, {retention_days} days, {emergency_number}; {clinic_name}"
    )
    assert text == "Harbour Clinic, 01632 960 900, every day, 12 days, your local emergency number; Harbour Clinic"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"phone": ""}, "phone"),
        ({"name": "   "}, "name"),
        ({"retention_days": 0}, "retention_days"),
        ({"retention_days": "a while"}, "retention_days"),
        ({"region": "../us"}, "region"),
        ({"fax": "1"}, "fax"),
        ({"hours": None}, "hours"),
        *(({"sites": [site]}, "sites.0") for site in NO_SITES),
        ({"sites": "https://www.clinic.example"}, "sites"),
        *(({"theme": {"accent": colour}}, "theme.accent") for colour in ("red", "#fff", "#12345g", "url(x)", "#123456;}")),
        *(({"theme": {"font": font}}, "theme.font") for font in ("", "x; color: red", "url(//x)", "a}b", '"Georgia"', "a\nb")),
        *(({"theme": {"radius": radius}}, "theme.radius") for radius in (-1, 33, "1px")),
        ({"theme": {"accent": "#777777", "on_accent": "#888888"}}, "theme"),
        ({"theme": {"colour": "#777777"}}, "theme.colour"),
    ],
)
def test_a_wrong_fact_is_named_with_its_file(write: Write, changed: dict[str, object], field: str) -> None:
    path = write(**changed)
    with pytest.raises(ClinicError, match=f"^{re.escape(str(path))}: {field}: "):
        load_clinic()


def test_sites_and_theme_are_read_and_need_not_be_there(write: Write) -> None:
    write()
    assert (load_clinic().sites, load_clinic().theme.radius) == ((), 12)
    write(sites=["https://www.clinic.example", "https://a-b.example:8443", "http://localhost:8000"], theme={"accent": "#000080"})
    assert load_clinic().sites[1] == "https://a-b.example:8443"
    assert (load_clinic().theme.accent, load_clinic().theme.on_accent) == ("#000080", "#ffffff")


def test_a_missing_fact_is_named(write: Write) -> None:
    write(yaml.safe_dump({name: fact for name, fact in FACTS.items() if name != "billing"}))
    with pytest.raises(ClinicError, match="billing: Field required"):
        load_clinic()


@pytest.mark.parametrize(("text", "reason"), [("name: [", "is not valid YAML"), ("", "the file: "), ("- a list", "the file: ")])
def test_a_file_that_is_no_mapping_is_refused_by_name(write: Write, text: str, reason: str) -> None:
    path = write(text)
    with pytest.raises(ClinicError, match=f"{re.escape(str(path))}.*{reason}"):
        load_clinic()


def test_a_file_that_is_not_there_is_named(configure: Callable[..., None], tmp_path: Path) -> None:
    configure(clinic_file=tmp_path / "none.yml")
    with pytest.raises(ClinicError, match=r"none\.yml cannot be read"):
        load_clinic()


def test_a_region_without_a_crisis_pack_stops_the_clinic_from_loading(write: Write) -> None:
    write(region="atlantis")
    with pytest.raises(ClinicError, match=r"atlantis\.yml cannot be read"):
        load_clinic()


@pytest.mark.parametrize("region", REGIONS)
def test_every_crisis_pack_says_whom_to_call_and_holds_for_a_stated_time(region: str) -> None:
    pack = load_pack(region)
    assert pack.emergency_number in pack.static and all(pack.sentences.values())
    assert pack.checked_on < pack.expires_on


@pytest.mark.parametrize("region", REGIONS)
def test_a_text_gets_the_sentences_of_the_region(write: Write, region: str) -> None:
    write(region=region)
    pack = load_pack(region)
    for name, sentence in pack.sentences.items():
        assert load_clinic().fill(f"Before. {{{name}}} After.") == f"Before. {sentence} After."


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"expires_on": "soon"}, "expires_on"),
        ({"lifeline": None}, "lifeline"),
        ({"sources": []}, "sources"),
        ({"press_3": "no"}, "press_3"),
    ],
)
def test_a_wrong_pack_is_named_with_its_field(tmp_path: Path, changed: dict[str, object], field: str) -> None:
    pack = yaml.safe_load((PACKS / "us.yml").read_text()) | changed
    path = tmp_path / "us.yml"
    path.write_text(yaml.safe_dump(pack))
    with pytest.raises(ClinicError, match=f"^{re.escape(str(path))}: {field}: "):
        read_yaml(path, CrisisPack)


def test_every_fact_an_approved_text_names_is_a_fact_of_the_clinic() -> None:
    facts = set(load_clinic().facts) | FILLED_BY_ACTIONS
    for path in [ROOT / "domain.yml", *(ROOT / "data" / "nlu").rglob("*.yml")]:
        responses = yaml.load(path.read_text(), Loader=yaml.CSafeLoader).get("responses", {})
        assert set(re.findall(r"\{(\w+)\}", str(responses).replace("{'", "").replace("': {", ""))) <= facts, path.name
