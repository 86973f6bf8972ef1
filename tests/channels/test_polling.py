"""Without a public address: updates are fetched; and Telegram need not be there to start."""

from collections.abc import Callable

from tests.channels import telegram_updates as said
from tests.channels.conftest import HEADER, Bot, waiting
from tests.stubs.engine import EngineStub
from tests.stubs.telegram import TelegramStub
from tests.web.conftest import served


def test_polling_needs_no_public_address_and_takes_every_update_once(
    telegram: TelegramStub, configure: Callable[..., None], database: object, engine_stub: EngineStub
) -> None:
    configure(telegram_mode="polling", telegram_secret="", public_url="")
    with served() as site:
        bot = Bot(telegram, site)
        assert bot.site.post("/hooks/telegram", json=said.text("hi"), headers={HEADER: ""}).status_code == 401
        telegram.push(said.text("/help", number=500), {"update_id": 501, "message": {}}, said.IGNORED["group message"])
        bot.hear()
        assert telegram.called("deleteWebhook") and not telegram.called("setWebhook")
        telegram.failures["getUpdates"] = [None]
        telegram.push(said.text("/help", number=900_999_999))
        bot.hear()
        telegram.wait(lambda: telegram.updates == [])  # confirmed
    assert len(telegram.sent) == 2


def test_an_unreachable_telegram_keeps_nothing_from_starting(
    configure: Callable[..., None], telegram: TelegramStub, database: object, engine_stub: EngineStub
) -> None:
    configure(telegram_api_url="http://127.0.0.1:1")
    with served() as site:
        assert site.get("/widget.js").status_code == 200
        assert Bot(telegram, site).call(said.text("hello")).status_code == 200  # kept for later
    assert len(waiting()) == 1
