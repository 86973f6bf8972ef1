"""The care desk in a real browser, beside a patient's chat: waiting, taking, talking, danger, leaving; alarms, policy, axe."""

import re
import time
from datetime import timedelta
from statistics import median

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from bot.conversations import service as conversations
from bot.conversations.models import now
from bot.db import transaction
from bot.handoff import canned, presence
from bot.handoff.models import Ticket
from bot.staff.members import Role
from bot.staff.models import StaffSession
from tests.browser.conftest import PHONE, ask, bubble, start, watched
from tests.browser.test_accessibility import TOO_SMALL, check
from tests.browser.test_widget import DESKTOP
from tests.desk.conftest import COOKIE, origin, sign_in_as  # noqa: F401
from tests.desk.waiting import PHONE as CONTACT
from tests.desk.waiting import SECRET, ask_for_call, reply, wait
from tests.web.conftest import site, wide  # noqa: F401

CRISIS = "i want to end my life"
WISH = [{"recipient_id": "patient", "text": "I will ask."}, {"recipient_id": "patient", "custom": {"handoff": "asked"}}]
# notes when a message with a text comes on the page
WATCH = """() => { window.came = {}; new MutationObserver(() => { for (const one of document.querySelectorAll('#messages li'))
    for (const [mark] of one.textContent.matchAll(/mark-\\d+/g)) window.came[mark] ??= Date.now(); })
    .observe(document.body, { childList: true, subtree: true }); }"""

PRESS_TAKE = """() => { const headers = { 'X-CSRF-Token': document.body.dataset.csrf, 'HX-Request': 'true' };
    fetch('/desk/tickets/1/take', { method: 'POST', headers, body: new URLSearchParams() })
    .then(async (answer) => { window.took = [answer.status, await answer.text()]; }); }"""


@pytest.fixture
def open_browser(browser, site):  # noqa: F811
    """Give a function that opens a browser of its own, watched for errors and foreign hosts, for staff or a patient."""
    opened = []

    def open_(desk=None, size=DESKTOP, **options):
        context = browser.new_context(base_url=origin(site), viewport=size, **options)
        if desk:
            context.add_cookies([{"name": COOKIE, "value": desk.token, "url": origin(site)}])
        guard = watched(context, origin(site), origin(site))
        opened.append(guard)
        return guard.__enter__()

    yield open_
    for guard in reversed(opened):
        guard.__exit__(None, None, None)


@pytest.fixture
def patient(wide, open_browser, engine_stub):  # noqa: F811
    """A patient's chat, whose next question is a wish for a person."""
    page = open_browser(size=PHONE).new_page()
    start(page)
    engine_stub.parts = WISH
    return page


@pytest.fixture
def dana(patient, sign_in_as):  # noqa: F811
    return sign_in_as(Role.AGENT)


@pytest.fixture
def bo(patient, sign_in_as):  # noqa: F811
    return sign_in_as(Role.LEAD, name="Bo")


def desk_of(open_browser, member, path="/desk/queue"):
    page = open_browser(member).new_page()
    page.goto(path)
    page.locator("#bell-link").wait_for()
    return page


def say(page, text):
    page.get_by_label("Your message to the patient").fill(text)
    page.keyboard.press("Control+Enter")


def change_ticket(**values):
    with transaction() as session:
        session.execute(update(Ticket).values(**values))


def take_first(page):
    page.get_by_role("button", name=re.compile("^Take ticket")).first.click()
    expect(page.get_by_text("You have this chat.")).to_be_visible()


def test_a_patient_asks_waits_and_talks_with_who_took_the_chat_while_the_other_reads_who(patient, dana, bo, open_browser):
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


def test_of_two_who_press_take_at_the_same_moment_one_has_the_chat(patient, dana, bo, open_browser):
    wait()
    pages = [desk_of(open_browser, member, "/desk/tickets/1") for member in (dana, bo)]
    for page in pages:
        page.context.expected = ["409"]
        page.evaluate(PRESS_TAKE)  # returns before there is an answer
    took = [page.wait_for_function("() => window.took").json_value() for page in pages]
    with transaction() as session:
        winner = session.get_one(Ticket, 1).staff_name
    assert sorted(took) == [[204, ""], [409, f"{winner} has this chat."]]


def test_who_comes_second_reads_it_in_the_page_and_keeps_the_text(patient, dana, bo, open_browser):
    waiting = wait()
    page = desk_of(open_browser, dana, f"/desk/tickets/{waiting.id}")
    page.context.expected = ["409", "ERR_FAILED"]
    page.route("**/stream", lambda route: route.abort())  # nothing tells this page in time
    page.route("**/changes*", lambda route: route.abort())
    page.reload()
    page.get_by_label("Your message to the patient").fill("A long and careful answer.")
    assert reply(bo, waiting, "I am here.").status_code == 204
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#status")).to_have_text("Bo has this chat.")
    expect(page.get_by_label("Your message to the patient")).to_have_value("A long and careful answer.")


def test_a_message_takes_less_than_a_second_each_way(patient, dana, open_browser):
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


def test_a_double_click_and_a_resend_say_a_message_once_and_an_error_keeps_it(patient, dana, open_browser):
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


def test_danger_while_a_person_has_the_chat_gets_the_protocol_and_alarms_every_desk(patient, dana, bo, open_browser):
    page = desk_of(open_browser, dana)
    ask(patient, "can i talk to a person")
    take_first(page)
    other = desk_of(open_browser, bo, "/desk/call-backs")
    ask(patient, CRISIS)
    expect(patient.locator("li.crisis-text").first).to_be_visible()
    for desk in (page, other):
        expect(desk.get_by_role("alert").get_by_text("Urgent: a patient may be in danger.")).to_be_visible()
    expect(page.get_by_text("Nobody has seen this yet.")).to_be_visible()
    page.get_by_text("C-SSRS screener: card for trained staff").click()
    expect(page.get_by_text("Tandem neither scores nor stores")).to_be_visible()
    ask(patient, "are you there")
    expect(page.locator("#messages").get_by_text("are you there")).to_be_visible()
    expect(page.get_by_text("Tandem neither scores nor stores")).to_be_visible()  # what is open stays open
    page.get_by_role("button", name="I have seen it").click()
    for desk in (page, other):
        expect(desk.locator("#alarm p")).to_have_count(0)


def test_a_crisis_that_nobody_has_seen_is_announced_again(patient, dana, open_browser):
    page = desk_of(open_browser, dana)
    ask(patient, CRISIS)
    alarm = page.get_by_role("alert")
    expect(alarm).to_contain_text("Urgent: a patient may be in danger.")
    expect(page.get_by_text("Urgent, not seen yet")).to_be_visible()
    for number, minutes in enumerate((2, 5, 10), 1):
        change_ticket(urgent_at=now() - timedelta(minutes=minutes))
        expect(alarm).to_contain_text(f"Reminder {number}.")
        expect(page.locator("#queue").get_by_text(f"Reminder {number}")).to_be_visible()
    alarm.get_by_role("link", name="Open ticket 1").click()
    expect(page.get_by_text("“end my life”")).to_be_visible()


def test_the_sound_is_off_until_it_is_switched_on_and_the_machine_remembers_it(patient, dana, open_browser):
    page = open_browser(dana).new_page()
    page.add_init_script("""window.rang = []; const start = AudioScheduledSourceNode.prototype.start;
        AudioScheduledSourceNode.prototype.start = function (...when) {
          window.rang.push(this.frequency.value); return start.apply(this, when); };""")
    page.goto("/desk/queue")
    page.locator("#bell-link").wait_for()
    wait()
    expect(page.locator("#heard")).to_have_text("A patient waits for a person.")
    assert page.evaluate("window.rang") == []
    page.get_by_role("button", name="Turn sound on").click()
    page.wait_for_function("() => window.rang.length === 1")  # how it sounds
    page.evaluate("() => navigator.locks.request('desk-sound', () => null)")  # when it is over
    wait("crisis")
    page.wait_for_function("() => window.rang.filter((tone) => tone === 880).length === 3")
    page.reload()
    expect(page.get_by_role("button", name="Turn sound off")).to_be_visible()


def test_of_several_tabs_one_follows_the_stream_and_all_hear_of_it(patient, dana, open_browser):
    context = open_browser(dana)
    streams = []
    context.on("request", lambda request: request.url.endswith("/desk/stream") and streams.append(request))
    pages = [context.new_page() for _ in range(8)]  # more than the connections a browser keeps to one site
    for page in pages:
        page.goto("/desk/queue")
        page.locator("#bell-link").wait_for()
    waiting = wait()
    for page in pages:
        expect(page.get_by_role("heading", name=f"Ticket {waiting.id}")).to_be_visible()
    assert len(streams) == 1
    pages[0].close()
    another = wait()
    expect(pages[-1].get_by_role("heading", name=f"Ticket {another.id}")).to_be_visible()
    assert len(streams) == 2  # another tab took over


def test_canned_replies_are_put_into_the_message_and_tags_come_and_go(patient, dana, open_browser):
    canned.save(None, "Hello", "Hello, how can I help?")
    waiting = wait()
    page = desk_of(open_browser, dana, f"/desk/tickets/{waiting.id}")
    page.get_by_label("Put in a canned reply").select_option("Hello")
    expect(page.get_by_label("Your message to the patient")).to_have_value("Hello, how can I help?")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("li.person")).to_contain_text("Hello, how can I help?")
    page.get_by_label("New tag").fill("Refill")
    page.get_by_role("button", name="Add the tag").click()
    page.get_by_role("button", name="Remove the tag refill").click()
    expect(page.get_by_role("button", name="Remove the tag refill")).to_have_count(0)


def test_a_lead_gives_a_chat_to_somebody_else_and_closing_needs_an_outcome(patient, dana, bo, open_browser):
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


def test_a_chat_that_the_patient_deletes_goes_from_the_open_page(patient, dana, open_browser):
    page = desk_of(open_browser, dana)
    ask(patient, "can i talk to a person")
    take_first(page)
    patient.locator("#menu summary").click()
    patient.get_by_role("button", name="Delete my chat").click()
    patient.get_by_role("dialog").get_by_role("button", name="Delete my chat").click()
    expect(page.get_by_text("The patient deleted this chat.")).to_be_visible()
    expect(page.locator("#messages li")).to_have_count(0)


def test_call_backs_are_listed_done_and_the_open_page_hears_of_new_ones(patient, dana, open_browser):
    page = desk_of(open_browser, dana, "/desk/call-backs")
    expect(page.get_by_text("Nobody waits for a call.")).to_be_visible()
    ask_for_call()
    page.get_by_role("link", name="Show it as it is now").click()
    expect(page.get_by_text(CONTACT)).to_be_visible()
    page.get_by_label("What became of it").select_option("Spoke or wrote with them")
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_text("Nobody waits for a call.")).to_be_visible()


def test_what_a_page_does_by_itself_counts_as_presence_and_not_as_a_person(patient, dana, open_browser):
    page = open_browser(dana).new_page()
    with page.expect_response("**/desk/presence"), page.expect_response("**/desk/bell"):
        page.goto("/desk/queue")
    page.context.expected = ["401"]
    idle = now() - timedelta(minutes=14)
    with transaction() as session:
        session.execute(update(StaffSession).values(seen_at=idle))
    presence.leave(dana.member.id)
    for path in ("bell", "presence", "queue/list"):
        with page.expect_response(f"**/desk/{path}*"):
            wait()  # a nudge
            page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    with transaction() as session:
        assert session.get_one(StaffSession, dana.signed_in.id).seen_at == idle
        session.execute(update(StaffSession).values(seen_at=now() - timedelta(minutes=16)))
    assert presence.count_ready() == 1
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page).to_have_url(re.compile("/desk/sign-in"))


def test_a_role_sees_the_care_pages_or_does_not(patient, dana, sign_in_as, open_browser):  # noqa: F811
    page = desk_of(open_browser, dana)
    assert page.get_by_role("navigation").get_by_role("link").all_inner_texts() == ["Queue", "Call-backs"]
    auditor = open_browser(sign_in_as(Role.AUDITOR)).new_page()
    auditor.context.expected = ["403"]
    auditor.goto("/desk/tickets/1")
    expect(auditor.get_by_text("Your role does not open this page.")).to_be_visible()
    expect(auditor.locator("#bell")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(patient, bo, open_browser, scheme):
    canned.save(None, "Hello", "Hello, how can I help?")
    ask_for_call()
    waiting, urgent = wait("clinical", kind="dose", confidence=0.9), wait("crisis", category="suicide", evidence=SECRET)
    page = open_browser(bo, color_scheme=scheme, reduced_motion="reduce").new_page()
    for path in ("queue", f"tickets/{waiting.id}", f"tickets/{urgent.id}", "call-backs", "canned-replies", "canned-replies/1"):
        page.goto(f"/desk/{path}")
        page.locator("#alarm p").wait_for()
        check(page)
        assert page.locator("main").locator("button, summary, textarea, a, select, input").evaluate_all(TOO_SMALL) == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.goto(f"/desk/tickets/{urgent.id}")
    page.locator("summary").click()
    page.get_by_role("button", name="Take this chat").click()
    say(page, "Hello.")
    page.get_by_label("New note").fill("A note.")
    page.get_by_role("button", name="Save the note").click()
    expect(page.locator("#record").get_by_text("A note.")).to_be_visible()
    expect(page.locator("li.person")).to_be_visible()
    check(page)
    page.goto("/desk/queue")
    page.locator("#bell-link").wait_for()
    check(page)


@pytest.mark.parametrize("path", ["queue", "tickets/1", "call-backs", "canned-replies"])
def test_a_small_screen_needs_no_sideways_scrolling(patient, bo, open_browser, path):
    wait("crisis", category="suicide", evidence=SECRET)
    ask_for_call()
    page = open_browser(bo, size={"width": 320, "height": 400}).new_page()
    page.goto(f"/desk/{path}")
    page.locator("#alarm p").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
