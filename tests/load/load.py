"""`make load`: 200 open streams and 20 messages a second for 30 seconds against the three real processes.

Every other conversation is stored, the others live in memory; every third stream breaks off after each message and comes back by
Last-Event-ID. Counts what was lost and what came twice, and prints how long a reply took from sending to the open stream.
"""

import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

import httpx
from cryptography.fernet import Fernet

STREAMS, RATE, SECONDS = 200, 20, 30
PATIENCE = 60  # seconds for the last replies
QUESTIONS = ("what is CBT", "what does it cost", "is therapy enough without pills", "who decides about medication", "hello")


@dataclass
class Patient:
    """One conversation: what was sent, and what its stream brought, as (sequence number, is an answer, arrival)."""

    headers: dict[str, str]
    breaks_off: bool
    sent: list[float] = field(default_factory=list)
    seqs: list[int] = field(default_factory=list)
    brought: list[tuple[int, bool, float]] = field(default_factory=list)

    @property
    def last_seq(self) -> int:
        return self.brought[-1][0] if self.brought else 0

    def delays(self) -> list[float]:
        """Return the seconds from sending each message to the first answer after it."""
        first = [next((at for seq, is_answer, at in self.brought if seq > own and is_answer), None) for own in self.seqs]
        return [at - sent for at, sent in zip(first, self.sent, strict=True) if at is not None]


@dataclass
class Result:
    """What a run found; delays in seconds."""

    sent: int
    lost: int
    doubled: int
    unanswered: int
    delays: list[float]

    def __str__(self) -> str:
        p50, p95 = statistics.median(self.delays), statistics.quantiles(self.delays, n=20)[-1]
        counts = f"{self.sent} messages, {self.lost} lost, {self.doubled} doubled, {self.unanswered} unanswered"
        return f"{counts}; reply in the stream after p50 {p50 * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms"


async def _events(client: httpx.AsyncClient, patient: Patient) -> AsyncGenerator[dict[str, Any], None]:
    headers = patient.headers | {"Last-Event-ID": str(patient.last_seq)}
    async with client.stream("GET", "/api/stream", headers=headers) as stream:
        stream.raise_for_status()
        async for line in stream.aiter_lines():
            if line.startswith("data: "):
                yield json.loads(line.removeprefix("data: "))


async def _follow(client: httpx.AsyncClient, patient: Patient) -> None:
    while True:
        async with aclosing(_events(client, patient)) as events:
            async for message in events:
                is_answer = message["from"] == "assistant" and message["route"] != "unavailable"
                patient.brought.append((message["seq"], is_answer, time.monotonic()))
                if patient.breaks_off:
                    break


async def _open(client: httpx.AsyncClient, number: int) -> Patient:
    answer = await client.post("/api/conversations", json={"consent": number % 2 == 0})
    answer.raise_for_status()
    return Patient({"Authorization": f"Bearer {answer.json()['token']}"}, breaks_off=number % 3 == 0)


async def _send(client: httpx.AsyncClient, patient: Patient, number: int) -> None:
    body = {"client_id": f"load-{number:06}", "text": QUESTIONS[number % len(QUESTIONS)]}
    sent = time.monotonic()
    try:
        answer = await client.post("/api/messages", json=body, headers=patient.headers)
    except httpx.TransportError:  # an idle connection closed just then: again with the same client id, as the widget does
        answer = await client.post("/api/messages", json=body, headers=patient.headers)
    answer.raise_for_status()
    patient.sent.append(sent)
    patient.seqs.append(answer.json()["seq"])


async def _until_all_have(client: httpx.AsyncClient, patients: list[Patient]) -> list[list[int]]:
    """Wait until every stream brought what its conversation holds; return the sequence numbers each holds."""
    held = []
    for patient in patients:
        messages = (await client.get("/api/messages", headers=patient.headers)).json()
        held.append([message["seq"] for message in messages])
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and any(patient.last_seq < seqs[-1] for patient, seqs in zip(patients, held, strict=True)):
        await asyncio.sleep(0.05)
    return held


async def load(address: str, streams: int = STREAMS, rate: int = RATE, seconds: int = SECONDS) -> Result:
    """Open the streams, send at the rate, and compare what the streams brought with what the conversations hold."""
    connections = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx.AsyncClient(base_url=address, timeout=PATIENCE, limits=connections, trust_env=False) as client:
        patients = [await _open(client, number) for number in range(streams)]
        followers = [asyncio.create_task(_follow(client, patient)) for patient in patients]
        await _until_all_have(client, patients)
        start = time.monotonic()
        async with asyncio.TaskGroup() as sending:
            for number in range(rate * seconds):
                await asyncio.sleep(start + number / rate - time.monotonic())
                sending.create_task(_send(client, patients[number % streams], number))
        held = await _until_all_have(client, patients)
        for follower in followers:
            follower.cancel()
        await asyncio.gather(*followers, return_exceptions=True)
    brought = [[seq for seq, _, _ in patient.brought] for patient in patients]
    return Result(
        sent=rate * seconds,
        lost=sum(len(set(seqs) - set(got)) for seqs, got in zip(held, brought, strict=True)),
        doubled=sum(len(got) - len(set(got)) for got in brought),
        unanswered=rate * seconds - sum(len(patient.delays()) for patient in patients),
        delays=[delay for patient in patients for delay in patient.delays()],
    )


def main() -> int:
    """Start the three processes on free ports, load them, and print what was found."""
    from bot.cli import migrate  # these read the environment, which is set below
    from bot.processes import running, train_if_needed
    from bot.settings import get_settings
    from tests.e2e.conftest import free_port

    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(
            TANDEM_SECRET="load-load-load-load-load-load-load",
            TANDEM_ENCRYPTION_KEYS=Fernet.generate_key().decode(),
            TANDEM_DATABASE_URL=f"sqlite:///{folder}/tandem.db",
            TANDEM_ADDRESS_MESSAGES_A_MINUTE="100000",
            TANDEM_CONVERSATIONS_A_MINUTE="100000",
            **{f"TANDEM_{name}PORT": str(free_port()) for name in ("", "ENGINE_", "ACTIONS_")},
        )
        settings = get_settings()
        train_if_needed()
        migrate()
        with running(settings):
            result = asyncio.run(load(f"http://127.0.0.1:{settings.port}"))
    print(f"{STREAMS} open streams, {RATE} messages a second for {SECONDS} seconds: {result}")
    return 1 if result.lost or result.doubled or result.unanswered else 0


if __name__ == "__main__":
    sys.exit(main())
