from playwright.sync_api import expect
from tests.browser.conftest import *
from tests.browser.test_widget import *
from tests.browser.test_connection import *
def test_a(page, context):
    context.expected = ["ERR_INTERNET_DISCONNECTED"]
    context.set_offline(True)
    ask(page, "what is dbt")
    ask(page, "what does therapy cost")
    expect(page.locator("#connection")).to_contain_text("No connection")
    context.set_offline(False)
    expect(bubble(page, DBT)).to_be_visible()
    page.wait_for_timeout(3000)
    print(page.locator("#log").aria_snapshot())
def test_b(context, clinic_site):
    page = context.new_page()
    page.goto(f"{clinic_site}/es")
    page.locator("tandem-chat").wait_for(state="attached")
    frame = open_chat(page)
    frame.get_by_role("button", name="Guardar este chat").click()
    frame.get_by_label("Su pregunta").wait_for()
    print(frame.evaluate("() => { try { return JSON.stringify(sessionStorage) } catch (e) { return e.name } }"))
    page.reload()
    frame = open_chat(page)
    print(frame.evaluate("() => { try { return JSON.stringify(sessionStorage) } catch (e) { return e.name } }"))
    frame.evaluate("() => sessionStorage.setItem('a','b')")
    page.reload()
    frame = open_chat(page)
    print(frame.evaluate("() => { try { return JSON.stringify(sessionStorage) } catch (e) { return e.name } }"))
