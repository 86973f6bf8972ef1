"""A small Rasa project with the real pipeline: four topics and intents, fifty-odd made-up examples each."""

from itertools import product
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]

_OPENINGS = ("", "please tell me ", "i wonder ", "quick question, ", "can you say ", "sorry, ", "so ", "my wife asks ")
_CORES = {
    "greet": ("hello", "good morning", "hi there", "good evening all", "hey, anyone home", "greetings to you", "hiya"),
    "faq/cost": (
        "what does therapy cost",
        "how much is a session",
        "what is the price of both treatments",
        "how expensive is CBT",
        "what are the fees",
        "how much do I pay for a visit",
        "what will the bill be",
    ),
    "faq/cbt": (
        "what is CBT",
        "what is cognitive therapy",
        "how does CBT work",
        "what happens in cognitive therapy",
        "what do people learn in CBT",
        "which exercises belong to CBT",
        "how CBT looks at thoughts",
    ),
    "clinical/dose": (
        "should I take 40 mg of sertraline",
        "can I double my zoloft",
        "is my lithium dose too high",
        "may I take two tablets tonight",
        "how many mg of sertraline should I have",
        "can I halve my pill",
        "is 900 mg of lithium too much for me",
    ),
    "out_of_scope": (
        "who won the football match",
        "how to bake bread",
        "what is the capital of Peru",
        "which film is on tonight",
        "how to fix a bicycle",
        "when the next train leaves",
        "which laptop to buy",
    ),
}

_VOCABULARY = """
- lookup: ssri
  examples: |
    - sertraline
    - zoloft
- lookup: mood_stabilizer
  examples: |
    - lithium
- lookup: medication_class
  examples: |
    - ssri
    - ssris
- lookup: condition
  examples: |
    - depression
    - panic attacks
- lookup: therapy
  examples: |
    - cbt
    - cognitive therapy
- synonym: cbt
  examples: |
    - cognitive therapy
- synonym: ssri
  examples: |
    - ssris
"""

_DOMAIN = """
version: "3.1"
intents: [greet, faq, clinical, out_of_scope, choose_topic, clarify, no_answer, crisis]
entities: [topic, medication, medication_class, condition, therapy, place, person]
responses:
  utter_greet: [{text: Hello.}]
  utter_faq/cost: [{text: It depends.}]
  utter_faq/cbt: [{text: A therapy.}]
  utter_clinical/dose: [{text: Ask the clinic.}]
"""

_RULES = """
version: "3.1"
rules:
- rule: greet
  steps:
  - intent: greet
  - action: utter_greet
"""


def _examples(intent: str, cores: tuple[str, ...]) -> str:
    lines = [f"    - {opening}{core}" for opening, core in product(_OPENINGS, cores)]
    return "\n".join([f"- intent: {intent}", "  examples: |", *lines])


def vocabulary() -> str:
    """Return the lookups and synonyms as a Rasa training file."""
    return f'version: "3.1"\nnlu:{_VOCABULARY}'


def write(folder: Path) -> None:
    """Write config, domain, rules and examples; the config is the project's own."""
    config = yaml.safe_load((ROOT / "config.yml").read_text())
    config["pipeline"][2]["medication_lookups"] = ["ssri", "mood_stabilizer"]
    (folder / "config.yml").write_text(yaml.safe_dump(config))
    (folder / "domain.yml").write_text(_DOMAIN)
    (folder / "rules.yml").write_text(_RULES)
    (folder / "vocabulary.yml").write_text(vocabulary())
    intents = "\n".join(_examples(intent, cores) for intent, cores in _CORES.items())
    (folder / "nlu.yml").write_text(f'version: "3.1"\nnlu:\n{intents}\n')
