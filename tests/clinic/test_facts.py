"""The clinic's facts and crisis packs: what is read, what is refused, what is filled in."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel, ConfigDict

from bot.clinic.crisis_pack import PACKS, CrisisPack, load_pack
from bot.clinic.facts import Site, load_clinic
from bot.clinic.files import ClinicError, read_yaml
from bot.clinic.lines import Lines, load_lines
from bot.settings import ROOT
from bot.topics.catalogue import load_catalogue
from bot.topics.shapes import VARIABLES

FACTS = {
    "name": "Harbour Clinic",
    "phone": "01632 960 900",
    "address": "2 Quay",
    "opening": {"timezone": "Europe/London", "week": {"monday": "09:00-17:00"}},
    "hand_off": {"offers_chat": True, "call_back": False},
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
GIVEN = {
    "booking": "https://harbour.example/book",
    "billing": "the desk",
    "insurers": ["One", "Two", "Three"],
    "sliding_scale": True,
    "age_limit": 18,
    "telehealth": True,
    "languages": ["English", "Welsh"],
}
USE_LINES = ("cost", "insurance", "low_cost_options", "clinic_contact", "telehealth", "find_provider", "teens")
Write = Callable[..., Path]


class Sketch(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    sites: list[Site] = []


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
    assert text == "Harbour Clinic, 01632 960 900, Monday, 9 am to 5 pm, 12 days, your local emergency number; Harbour Clinic"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"phone": ""}, "phone"),
        ({"name": "   "}, "name"),
        ({"retention_days": 0}, "retention_days"),
        ({"retention_days": "a while"}, "retention_days"),
        ({"region": "../us"}, "region"),
        ({"fax": "1"}, "fax"),
        ({"hours": "every day"}, "hours"),
        ({"name": "{clinic_phone}"}, "name"),
        ({"phone": "call us"}, "phone"),
        ({"opening": {"timezone": "Europe/London"}}, "opening.week"),
        ({"opening": {"timezone": "Harbour", "week": {"monday": "09:00-17:00"}}}, "opening.timezone"),
        ({"opening": {"timezone": "UTC", "week": {"monday": "nine to five"}}}, "opening.week.monday"),
        ({"opening": {"timezone": "UTC", "week": {"someday": "09:00-17:00"}}}, "opening.week.someday"),
        ({"hand_off": {"offers_chat": True}}, "hand_off.call_back"),
        ({"hand_off": {"offers_chat": True, "call_back": True, "wait_seconds": 1}}, "hand_off.wait_seconds"),
        ({"booking": "http://harbour.example"}, "booking"),
        ({"booking": "ask at the desk"}, "booking"),
        ({"insurers": "One, Two"}, "insurers"),
        ({"insurers": ["One", ""]}, "insurers.1"),
        ({"sliding_scale": "sometimes"}, "sliding_scale"),
        ({"age_limit": -1}, "age_limit"),
        ({"languages": []}, "languages"),
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
    with pytest.raises(ClinicError, match=rf"^{re.escape(str(path))}(, line \d+)?: {re.escape(field)}: "):
        load_clinic()


def test_a_wrong_fact_is_named_with_its_line_and_the_reason(write: Write) -> None:
    path = write((ROOT / "clinic" / "clinic.yml").read_text().replace('wednesday: "09:00-17:00"', 'wednesday: "9 to 5"'))
    line = next(number for number, text in enumerate(path.read_text().splitlines(), 1) if "wednesday" in text)
    with pytest.raises(ClinicError) as raised:
        load_clinic()
    reason = 'write hours as "09:00-17:00", by the 24-hour clock'
    assert str(raised.value) == f"{path}, line {line}: opening.week.wednesday: {reason}."


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("name: A\nphone: 1\nname: B\n", ", line 3: name: this field stands twice."),
        ("a:\n- b: 1\n  b: 2\n", ", line 3: b: this field stands twice."),
        ("name: A\nphone: [\n", ", line 3: this is not valid YAML: "),
        ("name: A\nsites:\n- https://a.example\n- nonsense\n", ", line 4: sites.1: write a site as "),
        ("sites: []\n", ": name: this field is missing."),
        ("sites: []\nnme: A\n", ", line 2: nme: this field is unknown; check how it is spelt."),
    ],
)
def test_the_line_at_fault_is_found(write: Write, text: str, found: str) -> None:
    path = write(text)
    with pytest.raises(ClinicError) as raised:
        read_yaml(path, Sketch)
    assert str(raised.value).startswith(f"{path}{found}")


def test_a_file_of_the_project_is_named_as_it_stands_there() -> None:
    with pytest.raises(ClinicError, match=r"^clinic/lines\.yml, line 7: booking: this field is unknown"):
        read_yaml(ROOT / "clinic" / "lines.yml", Sketch)


def test_sites_and_theme_are_read_and_need_not_be_there(write: Write) -> None:
    write()
    assert (load_clinic().sites, load_clinic().theme.radius) == ((), 12)
    write(sites=["https://www.clinic.example", "https://a-b.example:8443", "http://localhost:8000"], theme={"accent": "#000080"})
    assert load_clinic().sites[1] == "https://a-b.example:8443"
    assert (load_clinic().theme.accent, load_clinic().theme.on_accent) == ("#000080", "#ffffff")


def test_a_missing_fact_is_named(write: Write) -> None:
    write(yaml.safe_dump({name: fact for name, fact in FACTS.items() if name != "address"}))
    with pytest.raises(ClinicError, match="address: this field is missing"):
        load_clinic()


@pytest.mark.parametrize("name", Lines.model_fields)
def test_a_fact_that_may_be_missing_has_a_sentence_for_each_case(write: Write, name: str) -> None:
    line = getattr(load_lines(), name)
    write()
    missing = load_clinic().facts[f"clinic_{name}_line"]
    write(**GIVEN)
    given = load_clinic().facts[f"clinic_{name}_line"]
    assert given != missing and not re.search(r"[{}]", given + missing)
    assert given == load_clinic().fill(line.given.replace("{fact}", _in_words(GIVEN[name])))


def _in_words(fact: object) -> str:
    return " and ".join([", ".join(fact[:-1]), fact[-1]]) if isinstance(fact, list) else str(fact)


@pytest.mark.parametrize(
    ("changed", "name", "said"),
    [
        ({"insurers": []}, "insurers", "Harbour Clinic does not bill insurance plans."),
        ({"insurers": ["One"]}, "insurers", "Harbour Clinic takes plans from One."),
        ({"sliding_scale": False}, "sliding_scale", "Harbour Clinic has no sliding scale, but ask what else there is."),
        ({"telehealth": False}, "telehealth", "Harbour Clinic sees people in person only."),
        ({"age_limit": 0}, "age_limit", "Harbour Clinic sees people of all ages."),
        ({"age_limit": 1}, "age_limit", "Harbour Clinic sees people aged 1 and over."),
    ],
)
def test_a_no_is_said_as_plainly_as_a_yes(write: Write, changed: dict[str, object], name: str, said: str) -> None:
    write(**changed)
    assert load_clinic().facts[f"clinic_{name}_line"] == said


@pytest.mark.parametrize("key", USE_LINES)
@pytest.mark.parametrize("facts", [{}, GIVEN], ids=["without", "with"])
def test_an_answer_stays_whole_with_the_facts_and_without(write: Write, key: str, facts: dict[str, object]) -> None:
    write(**facts)
    topic = load_catalogue()[key]
    assert any("_line}" in text for text in topic.texts)
    for text in map(load_clinic().fill, topic.texts):
        assert not re.search(r"[{}]|None|True|False|\(\)|  |\.\.| \.", text), text


@pytest.mark.parametrize(("text", "reason"), [("name: [", "not valid YAML"), ("", "the file: "), ("- a list", "the file: ")])
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
    with pytest.raises(ClinicError, match=rf"^{re.escape(str(path))}(, line \d+)?: {field}: "):
        read_yaml(path, CrisisPack)


def test_every_fact_an_approved_text_names_is_a_fact_of_the_clinic() -> None:
    facts = set(load_clinic().facts) | set(VARIABLES)
    for path in [ROOT / "domain.yml", *(ROOT / "data" / "nlu").rglob("*.yml")]:
        responses = yaml.load(path.read_text(), Loader=yaml.CSafeLoader).get("responses", {})
        assert set(re.findall(r"\{(\w+)\}", str(responses).replace("{'", "").replace("': {", ""))) <= facts, path.name


def test_every_fact_a_page_names_is_a_fact_of_the_clinic() -> None:
    named = {
        name
        for page in (ROOT / "bot").rglob("templates/*.html")
        for name in re.findall(r"\{\{[^}]*\bclinic\.(\w+)", page.read_text())
    }
    assert "hours" in named and [name for name in named if not hasattr(load_clinic(), name)] == []
