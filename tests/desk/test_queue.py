"""The queue's page, the bell, who is ready, and the stream that says that something has changed."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import islice

import httpx
import pytest
from cryptography.fernet import Fernet

from bot.conversations.models import now
from bot.db import transaction
from bot.desk import stream
from bot.handoff import presence, queue
from bot.handoff import service as handoff
from bot.handoff.alerts import AGAIN_AFTER
from bot.handoff.models import Presence, Ticket
from bot.staff.members import Role
from tests.desk.conftest import COOKIE, Desk
from tests.desk.waiting import PHONE, SECRET, ask_for_call, do, page, reply, wait, write
from tests.handoff.acting import SAM, change, let_pass
from tests.web.conftest import post, start

SignIn = Callable[..., Desk]


def causes(desk: Desk) -> list[str]:
    found = re.search(r'data-causes="([^"]*)"', desk.get("/desk/bell").text)
    assert found
    return found[1].split()


def test_the_queue_names_reason_channel_language_and_waiting_time_and_nothing_a_patient_wrote(sign_in_as: SignIn) -> None:
    desk, waiting = sign_in_as(), wait("clinical", evidence=SECRET)
    let_pass(minutes=7)
    text = page(desk, "/desk/queue")
    assert f"Ticket {waiting.id}" in text and "Asked a clinical question" in text
    assert "Waiting for 7 min · Website · English" in text
    assert SECRET not in text


def test_urgent_tickets_stand_first_and_say_that_nobody_has_seen_them(sign_in_as: SignIn) -> None:
    desk, calm, urgent = sign_in_as(), wait(), wait("crisis", category="suicide")
    text = page(desk, "/desk/queue")
    assert text.index(f"Ticket {urgent.id}") < text.index(f"Ticket {calm.id}")
    assert "Urgent, not seen yet" in text
    change(Ticket, urgent.id, urgent_at=urgent.opened_at - AGAIN_AFTER[1])
    assert "Reminder 2" in page(desk, "/desk/queue")
    assert do(desk, urgent, "acknowledge").status_code == 204
    text = page(desk, "/desk/queue")
    assert "not seen yet" not in text and "Reminder" not in text and "Urgent" in text


def test_my_chats_say_how_much_is_not_answered_and_others_chats_who_has_them(sign_in_as: SignIn) -> None:
    dana, bo = sign_in_as(), sign_in_as(Role.LEAD, name="Bo")
    mine = wait()
    do(dana, mine, "take")
    write(mine, "hello?")
    write(mine, "are you there?")
    assert "2 not answered yet" in page(dana, "/desk/queue")
    text = page(bo, "/desk/queue")
    assert "with Dana" in text and "not answered" not in text
    reply(dana, mine, "Yes, I am here.")
    assert "not answered" not in page(dana, "/desk/queue")


def test_the_list_is_sent_again_only_when_it_looks_different(sign_in_as: SignIn) -> None:
    desk = sign_in_as()
    wait()
    version = re.search(r'name="version" value="(\w+)"', desk.get("/desk/queue").text)
    assert version
    assert desk.get(f"/desk/queue/list?version={version[1]}").status_code == 204
    another = wait()
    answer = desk.get(f"/desk/queue/list?version={version[1]}")
    assert answer.status_code == 200 and f"Ticket {another.id}" in answer.text and "<html" not in answer.text


def test_taking_from_the_queue_leads_to_the_ticket_and_who_comes_second_reads_who_has_it(sign_in_as: SignIn) -> None:
    dana, bo, waiting = sign_in_as(), sign_in_as(Role.LEAD, name="Bo"), wait()
    answer = dana.post(f"/desk/tickets/{waiting.id}/take")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/desk/tickets/{waiting.id}")
    answer = bo.post(f"/desk/tickets/{waiting.id}/take")
    assert answer.status_code == 409 and "Dana has this chat." in answer.text


def test_the_bell_has_a_cause_for_what_is_mine_to_hear_and_for_nothing_else(sign_in_as: SignIn) -> None:
    dana, bo = sign_in_as(), sign_in_as(Role.LEAD, name="Bo")
    assert causes(dana) == []
    waiting = wait()
    assert causes(dana) == causes(bo) == [f"chat:{waiting.id}"]
    do(dana, waiting, "take")
    write(waiting, "hello")
    assert causes(dana) == [f"message:{waiting.id}:1"]
    assert causes(bo) == []
    number = ask_for_call()
    assert causes(bo) == [f"call-back:{number}"]
    assert PHONE not in dana.get("/desk/bell").text


def test_a_crisis_rings_at_every_desk_and_again_with_every_reminder_until_it_is_seen(sign_in_as: SignIn) -> None:
    dana, bo, urgent = sign_in_as(), sign_in_as(Role.LEAD, name="Bo"), wait("crisis")
    heard = causes(bo)
    assert heard[0].startswith(f"urgent:{urgent.id}:0:") and causes(dana) == heard
    change(Ticket, urgent.id, urgent_at=urgent.opened_at - AGAIN_AFTER[0])
    assert causes(bo)[0].startswith(f"urgent:{urgent.id}:1:")
    do(dana, urgent, "acknowledge")
    assert causes(bo) == []


def test_opening_the_queue_says_that_i_am_here_and_a_switch_that_i_take_no_chats(sign_in_as: SignIn) -> None:
    desk = sign_in_as()
    assert presence.count_ready() == 0
    assert "You are ready" in page(desk, "/desk/queue")
    assert presence.count_ready() == 1
    desk.post("/desk/presence", {"ready": "no"})
    assert presence.count_ready() == 0
    text = page(desk, "/desk/queue")
    assert "You are away" in text and "Nobody is ready." in text
    desk.get("/desk/presence")
    assert presence.count_ready() == 0  # the page's own word does not change what I chose
    desk.post("/desk/presence", {"ready": "yes"})
    assert presence.count_ready() == 1


def test_a_page_that_is_looked_at_keeps_me_here_and_signing_out_ends_it(sign_in_as: SignIn) -> None:
    desk = sign_in_as()
    desk.get("/desk/presence")
    change_presence(desk, minutes_ago=3)
    assert presence.count_ready() == 0
    assert desk.get("/desk/presence").status_code == 204
    assert presence.count_ready() == 1
    desk.post("/desk/sign-out")
    assert presence.count_ready() == 0


def change_presence(desk: Desk, minutes_ago: int) -> None:
    with transaction() as session:
        session.get_one(Presence, desk.member.id).seen_at = now() - timedelta(minutes=minutes_ago)


def nudges(answer: httpx.Response) -> Iterator[str]:
    return (line for line in answer.iter_lines() if line == "event: change")


def follow(desk: Desk) -> dict[str, str]:
    return {"Cookie": f"{COOKIE}={desk.token}", "Accept": "text/event-stream"}


def test_the_stream_says_at_once_that_a_patient_wrote_and_says_not_what(
    sign_in_as: SignIn, site: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "POLL_SECONDS", 3600.0)  # it does not find out by looking
    desk, patient = sign_in_as(), start(site)
    with site.stream("GET", "/desk/stream", headers=follow(desk)) as answer:
        lines = answer.iter_lines()
        assert next(line for line in lines if line.startswith("event:")) == "event: change"
        post(site, patient, "i want to end my life")
        said = (line for line in lines if line.startswith(("event:", "data:")))
        assert list(islice(said, 3)) == ["data: ", "event: change", "data: "]
    assert queue.waiting()[0].is_urgent


def test_the_stream_finds_what_another_process_changed(sign_in_as: SignIn, site: httpx.Client) -> None:
    desk = sign_in_as()
    with site.stream("GET", "/desk/stream", headers=follow(desk)) as answer:
        changes = nudges(answer)
        next(changes)
        wait()  # in the database only: nothing is announced to the served app
        assert next(changes)


def test_a_ticket_whose_key_is_gone_stays_in_the_queue_and_its_page_says_why_it_cannot_be_shown(
    site: httpx.Client, sign_in_as: SignIn, configure: Callable[..., None]
) -> None:
    closed, taken, waiting = wait(), wait(), wait("crisis", evidence=SECRET)
    handoff.take(closed.id, SAM)
    handoff.leave(closed.id, SAM, "answered", is_over=True)
    handoff.take(taken.id, SAM)
    configure(encryption_keys=Fernet.generate_key().decode())
    desk, readable = sign_in_as(), wait()
    text = page(desk, "/desk/queue")
    assert all(f"Ticket {found.id}" in text for found in (closed, taken, waiting, readable))
    assert causes(desk) == [f"urgent:{waiting.id}:0:{waiting.urgent_at.timestamp():.0f}", f"chat:{readable.id}"]  # type: ignore[union-attr]
    with site.stream("GET", "/desk/stream", headers=follow(desk)) as answer:
        assert next(nudges(answer))
    for path in ("", "/changes?after=0", "/export"):
        answer = desk.get(f"/desk/tickets/{waiting.id}{path}")
        assert answer.status_code == 500 and "encrypted with a key that Tandem no longer has" in answer.text
    assert page(desk, f"/desk/tickets/{readable.id}")
    assert do(desk, waiting, "take").status_code == 204
    assert f"Ticket {waiting.id}" in page(desk, "/desk/queue")


def test_the_stream_is_no_page(sign_in_as: SignIn) -> None:
    assert sign_in_as().get("/desk/stream").status_code == 406
