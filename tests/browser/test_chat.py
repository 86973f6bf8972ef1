"""The chat in a real browser: what a patient sees and does."""

from playwright.sync_api import expect

from bot.clinic.facts import load_clinic
from bot.topics.catalogue import load_catalogue
from tests.browser.conftest import ask, bubble, start

CATALOGUE = load_catalogue()
CRISIS = "i want to end my life"


def test_before_the_first_word_it_says_what_it_is_and_asks_whether_to_keep_the_chat(context):
    page = context.new_page()
    page.goto("/chat")
    welcome = page.locator("#welcome")
    expect(welcome.get_by_text("Tandem is an automated assistant, not a person")).to_be_visible()
    expect(welcome.get_by_text("No clinician has reviewed its texts unless an answer says so")).to_be_visible()
    expect(welcome.get_by_text("Nothing you write is saved, so no person can join")).to_be_visible()
    expect(page.get_by_label("Your question")).to_be_hidden()


def test_a_question_by_keyboard_only_gets_the_answer_its_source_and_its_review_state(context):
    page = context.new_page()
    page.goto("/chat")
    page.get_by_role("heading", level=1).wait_for()
    while page.evaluate("document.activeElement.id") != "keep":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your question")).to_be_focused()
    page.keyboard.type("what is cognitive behavioural therapy?")
    page.keyboard.press("Enter")
    answer = bubble(page, CATALOGUE["cbt"].text)
    expect(answer).to_contain_text("Not reviewed by a clinician yet")
    expect(page.get_by_role("button", name="Tell me more")).to_be_visible()
    expect(page.get_by_label("Your question")).to_be_focused()  # a message that comes in does not move it
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.parentElement.id") == "choices"  # the replies come right before the text box
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.tagName") == "SUMMARY":
            break
    page.keyboard.press("Enter")
    expect(answer.get_by_text("Source: Integrating Psychopharmacology")).to_be_visible()


def test_suggested_replies_are_buttons_that_answer(page):
    page.get_by_role("button", name=CATALOGUE["cost"].title).click()
    expect(bubble(page, load_clinic().fill(CATALOGUE["cost"].text))).to_be_visible()
    page.get_by_role("button", name="Say it simpler").click()
    expect(bubble(page, CATALOGUE["cost"].simple)).to_be_visible()
    page.get_by_role("button", name="This helped").click()
    expect(page.locator("li.patient").last).to_contain_text("This helped")


def test_a_message_is_shown_at_once_and_says_when_it_has_arrived(page):
    ask(page, "what is dbt")
    expect(page.locator("li.patient")).to_contain_text("Sent")
    expect(bubble(page, CATALOGUE["dbt"].text)).to_be_visible()
    expect(page.locator("li.patient")).to_have_count(1)


def test_a_name_is_shown_as_it_is_kept(page):
    ask(page, "my email is jo@mail.example, what is dbt")
    expect(page.locator("li.patient")).to_contain_text("my email is [email], what is dbt")
    expect(page.locator("li.patient")).to_have_count(1)


def test_a_reload_brings_the_conversation_back_and_does_not_read_it_out(page):
    log = page.get_by_role("log")
    expect(log).to_have_attribute("aria-live", "polite")
    ask(page, "what is dbt")
    answer = bubble(page, CATALOGUE["dbt"].text)
    expect(answer).to_be_visible()
    page.add_init_script(
        "window.heard = []; new MutationObserver((all) => all.forEach((one) => one.addedNodes.forEach((node) => {"
        "  if (node.matches?.('#messages li')) window.heard.push(document.getElementById('log').ariaLive);"
        "}))).observe(document, { childList: true, subtree: true });"
    )
    page.reload()
    expect(answer).to_be_visible()
    expect(log).to_have_attribute("aria-live", "polite")
    assert page.evaluate("window.heard") == ["off"] * 3


def test_the_crisis_line_is_on_every_screen_and_crisis_texts_are_announced_once(page):
    expect(page.locator("#crisis")).to_contain_text("In danger now? Call 911.")
    ask(page, CRISIS)
    texts, alerts = page.locator("li.crisis-text"), page.get_by_role("alert")
    expect(texts.first).to_be_visible()
    expect(page.locator("li.patient")).to_contain_text("Sent")
    count = texts.count()
    expect(alerts).to_have_count(count)
    expect(page.locator("li.crisis-text[aria-live=off]")).to_have_count(count)  # the log does not say it again
    expect(alerts.get_by_role("link", name="988lifeline.org").first).to_have_attribute("href", "https://988lifeline.org")
    expect(alerts.get_by_role("link", name="988", exact=True).first).to_have_attribute("href", "tel:988")
    page.reload()
    expect(texts).to_have_count(count)
    expect(alerts).to_have_count(0)


def test_the_crisis_line_stands_without_javascript(browser, address):
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/chat")
    expect(page.locator("#crisis")).to_have_text(load_clinic().pack.static)
    assert f"You can call {load_clinic().name} at {load_clinic().phone}" in page.locator(".notice").inner_text()
    page.goto("/")
    expect(page.locator("#tandem-crisis")).to_have_text(load_clinic().pack.static)
    context.close()


def test_a_person_is_one_button_away(page):
    page.get_by_role("button", name="Talk to a person").click()
    expect(bubble(page, "I have passed this on")).to_be_visible()  # open or closed: nobody is at the desk
    number = load_clinic().pack.emergency_number
    expect(bubble(page, "I have passed this on").get_by_role("link", name=number)).to_have_attribute("href", f"tel:{number}")
    expect(page.get_by_role("button", name="Ask for a call back")).to_be_visible()


def test_what_is_typed_is_shown_as_text_never_as_markup(page):
    ask(page, "<img src=x onerror=alert(1)> what is therapy https://evil.example")
    expect(page.locator("li.patient")).to_contain_text("<img src=x onerror=alert(1)>")
    assert page.locator("li img").count() == 0
    assert page.locator("li.patient a").count() == 0


def test_the_interface_speaks_spanish_and_says_that_answers_are_in_english(context):
    page = context.new_page()
    start(page, "/chat?lang=es", "Chatear sin guardarlo")
    assert page.evaluate("document.documentElement.lang") == "es"
    expect(page.locator("#scroll").get_by_text("Por ahora, Tandem solo entiende y responde en inglés")).to_be_visible()
    expect(page.locator(".crisis")).to_contain_text("¿Está en peligro ahora? Llame al 911")
    page.get_by_label("Su pregunta").fill("what is dbt")
    page.get_by_role("button", name="Enviar").click()
    expect(bubble(page, CATALOGUE["dbt"].text).locator("p[lang=en]").first).to_be_visible()
    page.get_by_text("Menú").click()
    page.get_by_role("link", name="English").click()
    expect(page.get_by_label("Your question")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "en"
    expect(page.locator(".crisis")).not_to_contain_text("¿Está en peligro", use_inner_text=True)
    expect(bubble(page, CATALOGUE["dbt"].text)).to_be_visible()  # the same chat
