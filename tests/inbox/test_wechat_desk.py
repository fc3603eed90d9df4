"""WeChat's own desk: an agent there has a follower, and gives them back."""

import asyncio
import time
from pathlib import Path

from app.inbox.repository import Conversations
from app.inbox.service import Handoff, Handoffs
from app.redis import keys
from app.simulator.phones.phone import Phone
from tests.conftest import Open
from tests.people import WISH
from tests.service import ACCOUNT, Service, until, working

AGENT = "test1@brand"


def an_account(folder: Path, desk: str) -> Path:
    file = folder / "accounts.toml"
    file.write_text(
        f'[accounts.default]\nappid = "{ACCOUNT.appid}"\ntoken = "{ACCOUNT.token}"\n'
        f'verified = true\ndesk = "{desk}"\n'
    )
    return file


async def holds(running: Service) -> list[Handoff | None]:
    office = Handoffs(running.redis, Conversations(running.engine))
    return await office.active_handoffs([keys.user("default", "mei")], time.time())


async def test_the_desk_says_who_has_a_follower_until_the_session_is_closed(
    open_service: Open, tmp_path: Path
) -> None:
    file = an_account(tmp_path, "wechat")
    async with open_service(accounts_file=file) as running, running.wechat() as wechat:
        office = Handoffs(running.redis, Conversations(running.engine))
        await office.open([WISH], time.time())
        phone = Phone(wechat, "mei")

        outcomes = []
        for event in ("kf_create_session", "kf_create_session", "kf_close_session"):
            message = {"MsgType": "event", "Event": event, "KfAccount": AGENT}
            outcome = await phone.send(message)
            [hold] = await holds(running)
            outcomes.append((outcome.reply, hold and (hold.state, hold.desk, hold.agent)))

    has_it = ("taken", "wechat", AGENT)
    assert outcomes == [(None, has_it), (None, has_it), (None, None)]


async def test_a_session_begun_while_no_worker_runs_is_recorded_by_the_next_one(
    open_service: Open, tmp_path: Path
) -> None:
    file = an_account(tmp_path, "wechat")
    async with (
        open_service(workers=0, accounts_file=file) as running,
        running.wechat() as wechat,
    ):
        message = {"MsgType": "event", "Event": "kf_create_session", "KfAccount": AGENT}
        sending = asyncio.create_task(Phone(wechat, "mei").send(message))
        await until(lambda: is_queued(running))
        before = await holds(running)
        async with working(running.worker()):
            outcome = await sending
        [hold] = await holds(running)

    assert (before, outcome.reply) == ([None], None)
    assert hold is not None
    assert (hold.state, hold.desk, hold.agent) == ("taken", "wechat", AGENT)


async def is_queued(running: Service) -> bool:
    return await running.mail("mei") == 1


async def test_an_account_that_answers_elsewhere_keeps_nothing_of_the_desk(
    open_service: Open, tmp_path: Path
) -> None:
    file = an_account(tmp_path, "inbox")
    async with open_service(workers=0, accounts_file=file) as running, running.wechat() as wechat:
        message = {"MsgType": "event", "Event": "kf_create_session", "KfAccount": AGENT}
        await Phone(wechat, "mei").send(message)

        assert await holds(running) == [None]
