"""When the connection fails: what is written is kept, said to be unsent, and sent once when it is back."""

from playwright.sync_api import expect

from bot.clinic.facts import load_clinic
from bot.topics.catalogue import load_catalogue
from tests.browser.conftest import ask, bubble

CATALOGUE = load_catalogue()
DBT = CATALOGUE["dbt"].text


def sent_ids(page):
    """Give a list that fills with the client id of every message posted."""
    ids = []
    page.on("request", lambda request: request.method == "POST" and ids.append(request.post_data_json["client_id"]))
    return ids


def test_offline_messages_wait_and_go_out_in_order_with_the_same_id(page, context):
    context.expected = ["ERR_INTERNET_DISCONNECTED"]
    ids = sent_ids(page)
    context.set_offline(True)
    ask(page, "what is dbt")
    ask(page, "what does therapy cost")
    expect(page.locator("#connection")).to_contain_text("No connection")
    expect(page.locator("li.patient").first).to_contain_text("Not sent")
    expect(page.get_by_role("button", name="Try again").first).to_be_visible()
    expect(page.locator("#crisis")).to_be_visible()
    context.set_offline(False)
    expect(bubble(page, DBT)).to_be_visible()
    expect(bubble(page, load_clinic().fill(CATALOGUE["cost"].text))).to_be_visible()
    expect(page.locator("#connection")).to_be_empty()
    assert page.locator("#messages li").evaluate_all("all => all.map(one => one.className.split(' ').at(-1))") == [
        "assistant", "patient", "assistant", "patient", "assistant",
    ]  # fmt: skip
    assert len(set(ids)) == 2


def test_try_again_sends_at_once(page, context):
    context.expected = ["ERR_FAILED"]
    page.route("**/api/messages", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    ask(page, "what is dbt")
    expect(page.locator("li.patient")).to_contain_text("Not sent")
    page.unroute("**/api/messages")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("li.patient")).to_contain_text("Sent")
    expect(bubble(page, DBT)).to_be_visible()


def test_a_lost_answer_is_asked_for_again_and_the_message_is_taken_once(page, context):
    context.expected = ["ERR_FAILED"]
    ids, lost = sent_ids(page), []

    def lose_the_first_answer(route):
        if route.request.method != "POST" or lost:
            return route.continue_()
        lost.append(route.fetch())  # it reached the server
        return route.abort()

    page.route("**/api/messages", lose_the_first_answer)
    ask(page, "what is dbt")
    expect(bubble(page, DBT)).to_be_visible()
    with page.expect_response(lambda response: response.request.method == "POST"):
        pass
    assert len(ids) == 2 and len(set(ids)) == 1
    expect(page.locator("li.patient")).to_contain_text("Sent")
    page.reload()
    expect(page.locator("#messages li")).to_have_count(3)


def test_a_restored_chat_waits_for_its_history_and_does_not_take_it_for_new(page, context):
    context.expected = ["ERR_FAILED"]
    ask(page, "i want to end my life")
    expect(page.get_by_role("alert").first).to_be_visible()
    page.route("**/api/messages", lambda route: route.abort())
    page.reload()
    expect(page.locator("#connection")).to_contain_text("No connection")
    page.unroute("**/api/messages")
    expect(page.locator("li.crisis-text").first).to_be_visible()
    expect(page.locator("#connection")).to_be_empty()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_refused_message_says_why_and_is_not_tried_again(page, context):
    context.expected = ["Failed to load resource"]
    ids = sent_ids(page)
    offered = page.locator("#choices button").first
    offered.wait_for()
    page.route(
        "**/api/messages",
        lambda route: (
            route.continue_(post_data={"client_id": "a-forged-choice", "choice": {"message": 1, "index": 40}})
            if route.request.method == "POST"
            else route.continue_()
        ),
    )
    offered.click()
    expect(page.locator("li.patient")).to_contain_text("Not sent. This button does not belong to this conversation.")
    page.unroute("**/api/messages")
    ask(page, "what is dbt")
    expect(bubble(page, DBT)).to_be_visible()
    assert len(ids) == 2


def test_when_the_server_cannot_be_reached_the_first_view_says_whom_to_call(context):
    context.expected = ["ERR_FAILED"]
    page = context.new_page()
    page.goto("/chat")
    page.route("**/api/**", lambda route: route.abort())
    page.get_by_role("button", name="Keep this chat").click()
    expect(page.locator("#status")).to_contain_text(f"You can call {load_clinic().name} at {load_clinic().phone}")
    expect(page.locator("#crisis")).to_be_visible()
