"""How long a search takes in a directory of 5,000: `python -m tests.providers.speed`; writes results/providers.json."""

import json
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bot.cli import migrate
from bot.providers import csv_files, service
from bot.providers.listing import AGE_GROUPS, OFFERS, Listing
from bot.providers.search import Index
from bot.providers.wish import Wish
from bot.settings import ROOT, get_settings

COUNT, SEARCHES, SEED = 5000, 500, 7
INSURERS = [f"Insurer {number} {plan}" for number in range(40) for plan in ("PPO", "HMO")]
LANGUAGES = ["English", "Spanish", "Polish", "Arabic", "Vietnamese", "Tagalog", "French", "Somali"]
NEEDS = ["depression", "anxiety", "trauma", "PTSD", "bipolar disorder", "eating disorders", "ADHD", "grief", "sleep", "couples"]


def make_listing(number: int, chance: random.Random) -> Listing:
    """Return a provider somewhere in 300 towns."""
    town = chance.randrange(300)
    return Listing(
        reference=f"P{number:05}",
        name=f"Provider {number}",
        offers=chance.choice(OFFERS),
        coordinates_with=chance.choice(("", "Dr. Other")),
        specialities=tuple(chance.sample(NEEDS, 3)),
        place=f"Town {town}",
        postcode=f"{10000 + town * 7}",
        latitude=round(40 + town % 20 / 3 + chance.random() / 10, 6),
        longitude=round(-100 + town // 20 / 3 + chance.random() / 10, 6),
        telehealth=chance.choice((True, False, None)),
        insurers=tuple(chance.sample(INSURERS, 4)),
        languages=tuple(chance.sample(LANGUAGES, 2)),
        ages=tuple(sorted(chance.sample(AGE_GROUPS, 2), key=AGE_GROUPS.index)),
        evenings=chance.choice((True, False, None)),
        accepting=chance.choice((True, True, False, None)),
        booking="01632 960 110",
    )


def make_wish(chance: random.Random) -> Wish:
    """Return a wish that names most things."""
    return Wish(
        place=f"near Town {chance.randrange(300)}",
        telehealth=chance.random() < 0.3,
        needs=tuple(chance.sample(NEEDS, 2)),
        offers=chance.choice(OFFERS),
        insurer=f"Insurer {chance.randrange(40)}",
        language=chance.choice(LANGUAGES),
        age_group=chance.choice(AGE_GROUPS),
        evenings=chance.random() < 0.3,
    )


def milliseconds(do: Callable[[], object]) -> float:
    """Return how long a call takes."""
    start = time.perf_counter()
    do()
    return (time.perf_counter() - start) * 1000


def main() -> None:
    """Load, search, print, write."""
    chance = random.Random(SEED)
    listings = [make_listing(number, chance) for number in range(COUNT)]
    file = csv_files.write(listings)
    figures = {"providers": COUNT, "read_csv_ms": milliseconds(lambda: csv_files.read(file))}
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TANDEM_DATABASE_URL"] = f"sqlite:///{folder}/tandem.db"
        get_settings.cache_clear()
        migrate()
        figures["replace_all_ms"] = milliseconds(lambda: service.replace_all(listings))
        figures["first_find_ms"] = milliseconds(lambda: service.find(Wish()))
        wishes = [make_wish(chance) for _ in range(SEARCHES)]
        times = sorted(milliseconds(lambda wish=wish: service.find(wish)) for wish in wishes)  # type: ignore[misc]
        index = Index(listings)
        alone = sorted(milliseconds(lambda wish=wish: index.find(wish)) for wish in wishes)  # type: ignore[misc]
    figures |= {"find_median_ms": statistics.median(times), "find_p95_ms": times[int(SEARCHES * 0.95)]}
    figures |= {"index_median_ms": statistics.median(alone), "index_p95_ms": alone[int(SEARCHES * 0.95)]}
    rounded = {name: round(value, 2) for name, value in figures.items()}
    print(json.dumps(rounded, indent=2))
    results = Path(ROOT / "results")
    results.mkdir(exist_ok=True)
    (results / "providers.json").write_text(json.dumps(rounded, indent=2) + "\n")


if __name__ == "__main__":
    main()
