"""The care desk in a real browser, beside a patient's chat: waiting, taking, talking, notes, leaving."""

import re
import time
from statistics import median

from playwright.sync_api import expect

from bot.conversations import service as conversations
from bot.db import transaction
from bot.handoff import canned
from bot.handoff.models import Ticket
from tests.browser.conftest import ask, bubble
from tests.browser.desk import bo, dana, desk_of, open_browser, patient, say, sign_in_as, site, take_first, wide  # noqa: F401
from tests.desk.waiting import PHONE as CONTACT
from tests.desk.waiting import ask_for_call, reply, wait

# notes when a message with a text comes on the page
WATCH = """() => { window.came = {}; new MutationObserver(() => { for (const one of document.querySelectorAll('#messages li'))
    for (const [mark] of one.textContent.matchAll(/mark-\\d+/g)) window.came[mark] ??= Date.now(); })
    .observe(document.body, { childList: true, subtree: true }); }"""

PRESS_TAKE = """() => { const headers = { 'X-CSRF-Token': document.body.dataset.csrf, 'HX-Request': 'true' };
    fetch('/desk/tickets/1/take', { method: 'POST', headers, body: new URLSearchParams() })
    .then(async (answer) => { window.took = [answer.status, await answer.text()]; }); }"""


def test_a_patient_asks_waits_and_talks_with_who_took_the_chat_while_the_other_reads_who(patient, dana, bo, open_browser):  # noqa: F811
    first, second = desk_of(open_browser, dana), desk_of(open_browser, bo)
    ask(patient, "can i talk to a person")
    expect(bubble(patient, "You are number 1 in line")).to_be_visible()
    for page in (first, second):
        expect(page.get_by_role("heading", name="Ticket 1")).to_be_visible()  # live, nobody loaded the page again
        expect(page).to_have_title(re.compile(r"^\(1\) Queue"))
        page.get_by_role("link", name="Ticket 1").click()
        page.get_by_role("button", name="Take this chat").wait_for()
    first.get_by_role("button", name="Take this chat").click()
    expect(first.get_by_label("Your message to the patient")).to_be_focused()
    expect(second.get_by_text("Dana has this chat.")).to_be_visible()
    expect(second.get_by_label("Your message to the patient")).to_have_count(0)
    expect(bubble(patient, "Dana (nurse) from")).to_be_visible()

    say(first, "Hello, how can I help?")
    expect(bubble(patient, "Hello, how can I help?")).to_be_visible()
    expect(first.get_by_label("Your message to the patient")).to_have_value("")
    ask(patient, "thank you, it is about a bill")
    for page in (first, second):
        expect(page.locator("#messages").get_by_text("it is about a bill")).to_be_visible()

    first.get_by_label("New note").fill("Rang the billing office.")
    first.get_by_role("button", name="Save the note").click()
    expect(second.locator("#record").get_by_text("Rang the billing office.")).to_be_visible()
    expect(first.get_by_label("New note")).to_have_value("")

    first.get_by_role("button", name="Return to the assistant").click()
    expect(bubble(patient, "Dana (nurse) has left the chat")).to_be_visible()
    expect(first.locator("#stands")).to_contain_text("returned to the assistant")
    patient.reload()
    expect(bubble(patient, "Dana (nurse) has left the chat")).to_be_visible()
    assert "billing office" not in patient.content()


def test_of_two_who_press_take_at_the_same_moment_one_has_the_chat(patient, dana, bo, open_browser):  # noqa: F811
    wait()
    pages = [desk_of(open_browser, member, "/desk/tickets/1") for member in (dana, bo)]
    for page in pages:
        page.context.expected = ["409"]
        page.evaluate(PRESS_TAKE)  # returns before there is an answer
    took = [page.wait_for_function("() => window.took").json_value() for page in pages]
    with transaction() as session:
        winner = session.get_one(Ticket, 1).staff_name
    assert sorted(took) == [[204, ""], [409, f"{winner} has this chat."]]


def test_who_comes_second_reads_it_in_the_page_and_keeps_the_text(patient, dana, bo, open_browser):  # noqa: F811
    waiting = wait()
    page = desk_of(open_browser, dana, f"/desk/tickets/{waiting.id}")
    page.context.expected = ["409", "ERR_FAILED"]
    page.route("**/stream", lambda route: route.abort())  # nothing tells this page in time
    page.route("**/changes*", lambda route: route.fulfill(status=204))
    page.reload()
    page.get_by_label("Your message to the patient").fill("A long and careful answer.")
    assert reply(bo, waiting, "I am here.").status_code == 204
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#status")).to_have_text("Bo has this chat.")
    expect(page.get_by_label("Your message to the patient")).to_have_value("A long and careful answer.")


def test_a_message_takes_less_than_a_second_each_way(patient, dana, open_browser):  # noqa: F811
    page = desk_of(open_browser, dana)
    ask(patient, "can i talk to a person")
    take_first(page)
    expect(bubble(patient, "Dana (nurse) from")).to_be_visible()
    took = {"to the patient": [], "to the desk": []}
    for watching in (page, patient):
        watching.evaluate(WATCH)
    for number in range(5):
        for way, speak, sender, receiver in (
            ("to the patient", say, page, patient),
            ("to the desk", ask, patient, page),
        ):
            mark = f"mark-{number}{'01'[way == 'to the desk']}"
            said_at = time.time() * 1000
            speak(sender, f"this is {mark}")
            came = receiver.wait_for_function("mark => window.came[mark]", arg=mark).json_value()
            took[way].append(came - said_at)
    assert all(median(times) < 1000 for times in took.values()), took


def test_a_double_click_and_a_resend_say_a_message_once_and_an_error_keeps_it(patient, dana, open_browser):  # noqa: F811
    waiting = wait()
    page = desk_of(open_browser, dana, f"/desk/tickets/{waiting.id}")
    page.context.expected = ["ERR_CONNECTION_RESET", "htmx:"]
    page.get_by_label("Your message to the patient").fill("Only once, please.")
    page.get_by_role("button", name="Send").dblclick()
    expect(page.locator("li.person")).to_have_count(1)

    def lose_the_answer(route):
        route.fetch()  # it arrives, but nobody hears so
        route.abort("connectionreset")

    page.route("**/reply", lose_the_answer, times=1)
    page.get_by_label("Your message to the patient").fill("Did you hear me?")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#status")).to_contain_text("cannot be reached")
    expect(page.get_by_label("Your message to the patient")).to_have_value("Did you hear me?")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_label("Your message to the patient")).to_have_value("")
    expect(page.locator("li.person")).to_have_count(2)
    said = [entry.text for entry in conversations.history(waiting.conversation_id) if entry.sender == "person"]
    assert said == ["Only once, please.", "Did you hear me?"]


def test_canned_replies_are_put_into_the_message_and_tags_come_and_go(patient, dana, open_browser):  # noqa: F811
    canned.save(None, "Hello", "Hello, how can I help?")
    waiting = wait()
    page = desk_of(open_browser, dana, f"/desk/tickets/{waiting.id}")
    page.get_by_label("Put in a canned reply").select_option("Hello")
    page.get_by_role("button", name="Take this chat").click()
    expect(page.get_by_text("You have this chat.")).to_be_visible()
    expect(page.get_by_label("Your message to the patient")).to_have_value("Hello, how can I help?")  # taking keeps what is typed
    page.get_by_role("button", name="Send").click()
    expect(page.locator("li.person")).to_contain_text("Hello, how can I help?")
    page.get_by_label("New tag").fill("Refill")
    page.get_by_role("button", name="Add the tag").click()
    page.get_by_role("button", name="Remove the tag refill").click()
    expect(page.get_by_role("button", name="Remove the tag refill")).to_have_count(0)


def test_a_lead_gives_a_chat_to_somebody_else_and_closing_needs_an_outcome(patient, dana, bo, open_browser):  # noqa: F811
    first = desk_of(open_browser, dana)
    ask(patient, "can i talk to a person")
    take_first(first)
    lead = desk_of(open_browser, bo, "/desk/tickets/1")
    lead.get_by_label("Give to").select_option("Bo (nurse)")
    lead.get_by_role("button", name="Give", exact=True).click()
    expect(lead.get_by_text("You have this chat.")).to_be_visible()
    expect(first.get_by_text("Bo has this chat.")).to_be_visible()
    expect(bubble(patient, "Bo (nurse) from")).to_be_visible()
    lead.get_by_role("button", name="Close").click()
    expect(lead.get_by_text("You have this chat.")).to_be_visible()  # the browser asks for the outcome first
    lead.get_by_label("Close: how did it end?").select_option("Question answered")
    lead.get_by_role("button", name="Close").click()
    expect(lead.locator("#stands")).to_contain_text("question answered")
    expect(patient.get_by_role("button", name="Very good")).to_be_visible()


def test_a_chat_that_the_patient_deletes_goes_from_the_open_page(patient, dana, open_browser):  # noqa: F811
    page = desk_of(open_browser, dana)
    ask(patient, "can i talk to a person")
    take_first(page)
    patient.locator("#menu summary").click()
    patient.get_by_role("button", name="Delete my chat").click()
    patient.get_by_role("dialog").get_by_role("button", name="Delete my chat").click()
    expect(page.get_by_text("The patient deleted this chat.")).to_be_visible()
    expect(page.locator("#messages li")).to_have_count(0)


def test_call_backs_are_listed_done_and_the_open_page_hears_of_new_ones(patient, dana, open_browser):  # noqa: F811
    page = desk_of(open_browser, dana, "/desk/call-backs")
    expect(page.get_by_text("Nobody waits for a call.")).to_be_visible()
    ask_for_call()
    page.get_by_role("link", name="Show it as it is now").click()
    expect(page.get_by_text(CONTACT)).to_be_visible()
    page.get_by_label("What became of it").select_option("Spoke or wrote with them")
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_text("Nobody waits for a call.")).to_be_visible()
