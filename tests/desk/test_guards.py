"""Who gets in: every route of the desk by every role, foreign pages, forms without the token, headers, failures."""

import re
from collections.abc import Callable, Iterator

import pytest
from starlette.routing import Route

from bot.desk import app, pages
from bot.staff.members import EVERYONE, Role
from tests.desk.conftest import Desk

OPEN = {"/sign-in", "/join/{token}", "/oidc", "/oidc/back"}  # for who is not signed in yet
ROUTES = [
    (route, method)
    for route in app.ROUTES
    if isinstance(route, Route)
    for method in sorted(route.methods or ())
    if method != "HEAD"
]


def name_of(case: object) -> str:
    return f"{case[1]} {case[0].path}" if isinstance(case, tuple) else str(case)


def path_of(route: Route) -> str:
    return "/desk" + re.sub(r"\{[^}]*\}", "1", route.path)


def roles_of(route: Route) -> frozenset[Role]:
    roles: frozenset[Role] = route.endpoint.roles
    return roles


@pytest.fixture
def desks(sign_in_as: Callable[..., Desk]) -> dict[Role, Desk]:
    return {role: sign_in_as(role) for role in Role}


def test_every_route_says_who_may_enter_and_only_the_way_in_is_open() -> None:
    assert {route.path for route, _ in ROUTES if not roles_of(route)} == OPEN


def test_the_navigation_offers_exactly_what_opens() -> None:
    shown = {route.path: roles_of(route) for route, method in ROUTES if method == "GET"}
    for section in pages.SECTIONS:
        path = section.path.removeprefix("/desk")
        assert path not in shown or shown[path] == section.roles, section


def test_nobody_enters_without_signing_in(stranger: Desk) -> None:
    for route, method in ROUTES:
        if roles_of(route):
            answer = stranger.get(path_of(route)) if method == "GET" else stranger.post(path_of(route))
            assert answer.status_code == 303 and answer.headers["location"].startswith("/desk/sign-in"), route.path
            forged = Desk(stranger.site, headers={"Cookie": "tandem_desk=forged"})
            assert forged.get(path_of(route)).status_code in (303, 405)


def test_a_role_opens_its_routes_and_no_other(desks: dict[Role, Desk]) -> None:
    for role, desk in desks.items():
        for route, method in ROUTES:
            if not roles_of(route) or route.path == "/sign-out":
                continue
            if role not in roles_of(route):
                answer = desk.get(path_of(route)) if method == "GET" else desk.post(path_of(route))
                assert answer.status_code == 403 and "Your role does not open this page." in answer.text, (role, route.path)
            elif method == "GET":
                assert desk.status(path_of(route)) not in (401, 403), (role, route.path)


def _tricks(desk: Desk, other: Desk) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    """Yield what a foreign page, or a form of another session, could send: fields and headers."""
    good = {"csrf": desk.signed_in.csrf_token}
    yield {"csrf": ""}, {}
    yield {"csrf": other.signed_in.csrf_token}, {}
    yield {"csrf": ""}, {"X-CSRF-Token": other.signed_in.csrf_token}
    yield good, {"Origin": "https://evil.example"}
    yield good, {"Origin": "null"}
    yield good, {"Origin": ""}
    yield good, {"Sec-Fetch-Site": "cross-site"}
    yield good, {"Sec-Fetch-Site": "same-site"}
    yield good, {"Sec-Fetch-Site": "none"}


def test_a_change_that_a_foreign_page_sends_is_refused_on_every_route(desks: dict[Role, Desk]) -> None:
    for route, method in ROUTES:
        if method == "GET" or not roles_of(route):
            continue
        role = sorted(roles_of(route))[0]
        for fields, headers in _tricks(desks[role], desks[next(other for other in Role if other != role)]):
            answer = desks[role].post(path_of(route), fields, **headers)
            assert answer.status_code == 403, (route.path, headers)
    assert all(desk.get("/desk/account").status_code == 200 for desk in desks.values())


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Origin": ""}, {"Sec-Fetch-Site": "cross-site"}])
def test_a_foreign_page_cannot_sign_anybody_in(stranger: Desk, headers: dict[str, str]) -> None:
    for path in ("/desk/sign-in", "/desk/join/1"):
        assert stranger.post(path, {"email": "a"}, **headers).status_code == 403


def test_nothing_of_the_desk_is_kept_framed_or_run_from_elsewhere(sign_in_as: Callable[..., Desk], stranger: Desk) -> None:
    desk = sign_in_as(Role.ADMIN)
    for answer in (
        stranger.get("/desk/sign-in"),
        desk.get("/desk/accounts"),
        desk.get("/desk/nowhere"),
        desk.get("/desk/account/"),
        desk.get("/desk"),
    ):
        assert answer.headers["cache-control"] == "no-store"
        policy = dict(part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";"))
        assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
        assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
        assert policy["require-trusted-types-for"] == "'script'" and policy["trusted-types"] == "default"
        assert answer.headers["referrer-policy"] == "same-origin"
    for name in ("desk.css", "desk.js", "htmx.min.js"):
        assert stranger.get(f"/desk/static/{name}").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("template", sorted(path.name for path in (pages.HERE / "templates").glob("*.html")))
def test_templates_hold_nothing_that_the_policy_refuses(template: str) -> None:
    source = (pages.HERE / "templates" / template).read_text()
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|hx-on|<script(?![^>]*\ssrc=)", source)
    assert not re.search(r"(src|href)=.(https?:)?//", source)


def test_a_page_that_is_not_there_says_so_and_leads_back(stranger: Desk, sign_in_as: Callable[..., Desk]) -> None:
    for desk in (stranger, sign_in_as()):
        for path in ("/desk/nowhere", "/desk/static/../app.py", "/desk/static/%2e%2e/app.py", "/desk/account/", "/desk//account"):
            answer = desk.get(path)
            assert answer.status_code == 404 and "There is no such page." in answer.text and 'href="/desk/"' in answer.text
    assert stranger.get("/desk/nowhere", **{"HX-Request": "true"}).text == "There is no such page. It may have moved."


def test_home_leads_each_role_to_a_page_that_opens(desks: dict[Role, Desk]) -> None:
    assert set(desks) == EVERYONE
    for desk in desks.values():
        first = desk.get("/desk/").headers["location"]
        assert desk.get(first).status_code == 200
    assert desks[Role.AGENT].get("/desk").headers["location"] == "/desk/"


def test_a_failure_of_ours_is_one_sentence_and_its_reason_stays_out_of_the_log(
    sign_in_as: Callable[..., Desk],
    broken_database: Callable[[], None],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    desk = sign_in_as()
    cookie = {"Cookie": f"tandem_desk={desk.token}", "Accept": "text/html"}
    broken_database()
    for path in ("/desk/account", "/desk/join/one-time-token"):
        answer = desk.site.get(path, headers=cookie)
        assert answer.status_code == 500 and "Something went wrong on our side." in answer.text
        assert answer.headers["cache-control"] == "no-store"
    said = caplog.text + "".join(capfd.readouterr())
    assert "desk view failed error=OperationalError" in said and "Traceback" not in said
    assert desk.token not in said and "one-time-token" not in said


@pytest.mark.parametrize(("headers", "status"), [
    ({"Content-Length": "6000000"}, 413), ({"Transfer-Encoding": "chunked"}, 411), ({"Content-Type": "multipart/form-data"}, 400)
])  # fmt: skip
def test_a_form_that_is_too_large_or_broken_is_refused_in_a_sentence(
    sign_in_as: Callable[..., Desk], headers: dict[str, str], status: int
) -> None:
    desk = sign_in_as(Role.ADMIN)
    head = {"Cookie": f"tandem_desk={desk.token}", "Origin": str(desk.site.base_url).rstrip("/"), **headers}
    body = iter([b"role=agent"]) if status == 411 else b"x" * 6_000_000 if status == 413 else b"role=agent"
    answer = desk.site.post("/desk/accounts/invite", content=body, headers=head)
    assert answer.status_code == status and "<h1>This did not work</h1>" in answer.text
