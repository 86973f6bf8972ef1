"""What a turn's last step lets out: catalogued replies, in production approved ones; else an honest sentence and a person."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from bot.clinic.facts import load_clinic
from bot.conversations.service import Reply
from bot.db import transaction
from bot.handoff.words import person_choice
from bot.safety.messages import message
from bot.topics.approved import is_approved, serve
from bot.topics.catalogue import load_catalogue
from bot.topics.contents import load_contents
from bot.topics.models import SignOff
from bot.topics.responses import load_responses
from bot.topics.service import sign_off
from tests.topics.serving import shown

pytestmark = pytest.mark.usefixtures("database")
Configure = Callable[..., None]


def withheld() -> str:
    return load_clinic().fill(load_responses()["utter_withheld"][0])


def approve(*keys: str) -> None:
    for key in keys:
        sign_off(key, "A. Example", "Nurse", load_contents()[key].text_hash)


def answer(key: str = "cbt", *choices: tuple[str, str]) -> Reply:
    return Reply(load_clinic().fill(load_catalogue()[key].text), choices, {"topic": key})


@pytest.fixture
def expire() -> Callable[[], None]:
    """Give a function that lets every approval end."""

    def end() -> None:
        with transaction() as session:
            session.execute(update(SignOff).values(expires_at=datetime.now(UTC)))

    return end


def test_an_approved_reply_leaves_untouched() -> None:
    choices = (("Tell me more", "/more"), (load_catalogue()["dbt"].title, "/choose"))
    greeting = Reply(load_responses()["utter_greet"][0], (), {"route": "smalltalk"})
    assert serve([answer("cbt", *choices), greeting]) == [answer("cbt", *choices), greeting]


def test_a_reply_that_is_not_catalogued_gives_way_to_an_honest_sentence_and_a_person() -> None:
    about = {"topic": "cbt", "handoff": "asked", "asks": "name"}
    (served,) = serve([Reply("Take two pills tonight.", (("Tell me more", "/more"),), about)])
    assert served.text == withheld() and served.choices == (person_choice(),)
    assert served.about == {"route": "withheld", "topic": "cbt", "handoff": "asked"}


def test_the_honest_sentence_is_itself_approved() -> None:
    assert is_approved(withheld()) and shown("Talk to a person")
    assert serve(serve([Reply("Made up.")])) == serve([Reply("Made up.")])


def test_it_is_said_once_for_replies_that_follow_one_another() -> None:
    said = serve([Reply("Made up."), Reply("Made up too."), answer(), Reply("And again.")])
    assert [one.text for one in said] == [withheld(), answer().text, withheld()]


def test_a_button_that_is_not_catalogued_is_left_out() -> None:
    (served,) = serve([answer("cbt", ("Buy pills", "/buy"), ("Tell me more", "/more"))])
    assert served.choices == (("Tell me more", "/more"),)


def test_an_answer_names_its_reviewer_once_there_is_one() -> None:
    assert "reviewed_by" not in serve([answer()])[0].about
    approve("cbt")
    assert re.fullmatch(r"Nurse, A\. Example, \d{4}-\d\d-\d\d", serve([answer()])[0].about["reviewed_by"])


def test_the_log_says_that_something_was_withheld_but_not_what(caplog: pytest.LogCaptureFixture) -> None:
    serve([Reply("my name is Kim")])
    assert "withheld" in caplog.text and "Kim" not in caplog.text


def test_in_production_an_unreviewed_answer_is_not_served(configure: Configure) -> None:
    configure(mode="production")
    (served,) = serve([answer()])
    assert served.text == withheld() and served.about == {"route": "withheld", "topic": "cbt"}
    approve("cbt")
    assert serve([answer()])[0].text == answer().text


@pytest.mark.parametrize("form", ["more", "simple"])
def test_in_production_no_other_text_of_an_unreviewed_topic_is_served(configure: Configure, form: str) -> None:
    configure(mode="production")
    text = getattr(load_catalogue()["cbt"], form)
    (served,) = serve([Reply(text)])  # even when nobody says which topic it is
    assert (served.text, served.about["topic"]) == (withheld(), "cbt")


def test_in_production_an_expired_answer_is_not_served(configure: Configure, expire: Callable[[], None]) -> None:
    configure(mode="production")
    approve("cbt")
    expire()
    assert serve([answer()])[0].text == withheld()


def test_in_production_an_unreviewed_topic_is_not_offered(configure: Configure) -> None:
    configure(mode="production")
    approve("cbt", "act")
    offered = tuple((load_catalogue()[key].title, f"/{key}") for key in ("act", "dbt"))
    assert serve([answer("cbt", *offered, ("Tell me more", "/more"))])[0].choices == (offered[0], ("Tell me more", "/more"))


def test_in_production_crisis_texts_and_refusals_leave_whoever_has_signed(configure: Configure) -> None:
    configure(mode="production")
    said = [Reply(message("suicide/hear"), (), {"route": "crisis"}), Reply(load_responses()["utter_helpful"][0])]
    assert serve(said) == said


def test_without_a_database_production_withholds_and_a_demo_serves(
    configure: Configure, broken_database: Callable[[], None]
) -> None:
    broken_database()
    assert serve([answer()]) == [answer()]
    configure(mode="production")
    assert serve([answer()])[0].text == withheld()
