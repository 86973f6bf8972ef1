"""What the actions and the domain agree on by name."""

import re

import yaml
from rasa_sdk.executor import ActionExecutor

from bot.settings import ROOT


def test_rasa_finds_exactly_the_actions_the_domain_names() -> None:
    executor = ActionExecutor()
    executor.register_package("actions")
    assert sorted(executor.actions) == sorted(yaml.safe_load((ROOT / "domain.yml").read_text())["actions"])


def test_every_response_an_action_names_exists() -> None:
    files = [ROOT / "domain.yml", *(ROOT / "data" / "nlu").rglob("*.yml")]
    known = {name for path in files for name in yaml.load(path.read_text(), Loader=yaml.CSafeLoader).get("responses", {})}
    named = set(re.findall(r'"(utter_\w+)"', "".join(path.read_text() for path in (ROOT / "actions").glob("*.py"))))
    assert len(named) > 10 and named <= known
    kinds = set(re.findall(r"intent: (clinical/\w+)", (ROOT / "data" / "nlu" / "clinical.yml").read_text()))
    assert {f"utter_{kind}" for kind in kinds} <= known
