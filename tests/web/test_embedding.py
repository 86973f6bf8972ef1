"""Who may frame the chat and call the API from a page, how it looks there, and what protects every answer."""

from collections.abc import Callable
from itertools import product
from pathlib import Path

import httpx
import pytest
import yaml

from bot.clinic.facts import load_clinic
from bot.settings import ROOT
from tests.stubs.engine import EngineStub
from tests.web.conftest import post, start, texts

SITES = ["https://www.clinic.example", "http://localhost:8000"]
EVERYWHERE = [
    "/",
    "/chat",
    "/chat?lang=es",
    "/widget.js",
    "/theme.css",
    "/health",
    "/static/chat.css",
    "/static/none.js",
    "/nowhere",
]
EVERYWHERE += ["/api/messages", "/api/stream", "/api/conversation", "/api/conversations", "/api/openapi.json", "/api/docs"]


@pytest.fixture
def clinic_with(tmp_path: Path, configure: Callable[..., None], database: object, engine_stub: EngineStub) -> Callable[..., None]:
    """Give a function that changes the clinic's facts; called before `site` is asked for."""

    def change(**changed: object) -> None:
        facts = yaml.safe_load((ROOT / "clinic" / "clinic.yml").read_text())
        (tmp_path / "clinic.yml").write_text(yaml.safe_dump(facts | changed))
        configure(clinic_file=tmp_path / "clinic.yml")

    return change


def ancestors(answer: httpx.Response) -> str:
    return answer.headers["content-security-policy"].partition("frame-ancestors ")[2].partition(";")[0]


def test_only_the_chat_may_be_framed_and_only_by_the_clinics_sites(
    clinic_with: Callable[..., None], request: pytest.FixtureRequest
) -> None:
    clinic_with(sites=SITES)
    site = request.getfixturevalue("site")
    assert ancestors(site.get("/chat")) == "'self' https://www.clinic.example http://localhost:8000"
    for path in ["/chat/", "/chat.html", *EVERYWHERE]:
        if not path.startswith("/chat?"):
            assert path == "/chat" or ancestors(site.get(path)) == "'none'", path


def test_every_answer_is_protected_and_sets_no_cookie(wide: None, site: httpx.Client) -> None:
    for method, path in product(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"), EVERYWHERE):
        answer = site.request(method, path, headers={"Cookie": "a=b"})
        policy, headers = answer.headers["content-security-policy"], answer.headers
        assert answer.status_code < 500, (method, path)
        assert "default-src 'none'" in policy and "unsafe" not in policy and "require-trusted-types-for 'script'" in policy
        assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "no-referrer")
        assert headers["cross-origin-opener-policy"] == "same-origin" and "set-cookie" not in headers
        assert path[:5] != "/api/" or headers["cache-control"] == "no-store"


def test_in_production_a_browser_that_came_over_tls_is_told_to_stay_with_it(
    configure: Callable[..., None], request: pytest.FixtureRequest
) -> None:
    configure(trusted_proxies="127.0.0.1")
    site = request.getfixturevalue("site")
    over_tls = {"X-Forwarded-Proto": "https"}

    def told(path: str, headers: dict[str, str]) -> str | None:
        return site.get(path, headers=headers).headers.get("strict-transport-security")

    assert told("/chat", over_tls) is None  # a demo, which may be moved
    configure(trusted_proxies="127.0.0.1", mode="production")
    paths = [path for path in EVERYWHERE if path != "/api/stream"] + ["/desk/sign-in", "/desk/nowhere", "/desk/static/desk.css"]
    assert {told(path, over_tls) for path in paths} == {"max-age=31536000"}
    assert {told(path, headers) for path in paths for headers in ({}, {"X-Forwarded-Proto": "http"})} == {None}


def test_nobody_but_a_trusted_proxy_tells_that_it_was_tls(configure: Callable[..., None], site: httpx.Client) -> None:
    configure(mode="production")
    assert "strict-transport-security" not in site.get("/chat", headers={"X-Forwarded-Proto": "https"}).headers


def test_a_failure_is_protected_too(site: httpx.Client, broken_database: Callable[[], None]) -> None:
    headers = start(site)
    broken_database()
    answer = post(site, headers)
    assert answer.status_code == 500 and ancestors(answer) == "'none'" and "set-cookie" not in answer.headers


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1", "http://127.0.0.1:1", "", *SITES])
def test_a_foreign_page_changes_nothing(clinic_with: Callable[..., None], request: pytest.FixtureRequest, origin: str) -> None:
    clinic_with(sites=SITES)
    site = request.getfixturevalue("site")
    headers = start(site)
    foreign = headers | {"Origin": origin}
    answers = [site.post("/api/conversations", headers={"Origin": origin}), post(site, foreign)]
    answers.append(site.delete("/api/conversation", headers=foreign))
    assert [answer.status_code for answer in answers] == [403] * 3
    assert all("may not use" in answer.json()["error"] for answer in answers)
    assert len(texts(site, headers)) == 1


def test_a_page_of_our_own_may(site: httpx.Client) -> None:
    own = {"Origin": str(site.base_url).rstrip("/")}
    assert post(site, start(site) | own).status_code == 202
    behind_tls = {"Origin": "https://chat.clinic.example", "Host": "chat.clinic.example"}
    assert site.post("/api/conversations", headers=behind_tls).status_code == 201


def test_no_page_of_another_origin_may_read_an_answer(site: httpx.Client) -> None:
    headers = start(site) | {"Origin": "https://evil.example"}
    assert "access-control-allow-origin" not in site.get("/api/messages", headers=headers).headers
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    assert "access-control-allow-origin" not in site.options("/api/messages", headers=asked).headers


def test_a_clinics_page_may_load_the_loader_and_the_theme_and_frame_the_chat(site: httpx.Client) -> None:
    for path, policy in {
        "/widget.js": "cross-origin",
        "/theme.css": "cross-origin",
        "/chat": "cross-origin",
        "/": "same-origin",
    }.items():
        answer = site.get(path)
        assert (answer.status_code, answer.headers["cross-origin-resource-policy"]) == (200, policy), path
    assert "javascript" in site.get("/widget.js").headers["content-type"]


def test_the_theme_is_the_clinics(clinic_with: Callable[..., None], request: pytest.FixtureRequest) -> None:
    clinic_with(theme={"accent": "#102030", "on_accent": "#fefefe", "font": "Georgia, serif", "radius": 0})
    answer = request.getfixturevalue("site").get("/theme.css")
    assert answer.headers["content-type"].startswith("text/css")
    for line in (
        "--tandem-accent: #102030;",
        "--tandem-on-accent: #fefefe;",
        "--tandem-font: Georgia, serif;",
        "--tandem-radius: 0px;",
    ):
        assert line in answer.text


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_frame_speaks_the_language_asked_for_and_names_the_crisis_line(site: httpx.Client, language: str) -> None:
    page = site.get("/chat", params={"lang": language}).text
    assert f'lang="{language}"' in page and load_clinic().pack.emergency_number in page


@pytest.mark.parametrize("language", ["tlh", "", '"><script>', "EN"])
def test_another_language_is_english(site: httpx.Client, language: str) -> None:
    page = site.get("/chat", params={"lang": language}).text
    assert 'lang="en"' in page and '"><script>' not in page
