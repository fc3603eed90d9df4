"""The state file: what is kept over a restart."""

from pathlib import Path

import pytest

from app.simulator.accounts.credentials import Credentials, make_credentials
from app.simulator.accounts.followers import FollowerBook
from app.simulator.accounts.state import PlatformEvent
from app.simulator.clock import Clock
from app.simulator.families.mass_send import SEND_ALL
from app.simulator.families.tokens import Ticket
from app.simulator.platform import Platform
from app.simulator.publishing.comment_threads import add_comment
from app.simulator.publishing.jobs import JobPlans, MassPlan
from app.simulator.publishing.media_store import MediaStore, StoredFile
from app.simulator.state_file import (
    DamagedState,
    list_stores,
    read_credentials,
    read_skipped_seconds,
    read_state,
    write_state,
)
from tests.simulator.articles import add_draft, submit
from tests.simulator.calling import ACCOUNT, calling


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    file, clock = tmp_path / "state.json", Clock()
    credentials = make_credentials("subscription", verified=True, callback_url="http://a/b")
    platform = Platform([credentials.account], clock=clock)
    platform.interacted("mei", "message")
    platform.account().followers.tags[2] = "星标"
    platform.account().store(Ticket).name = platform.account().next_id("ticket")
    platform.account().store(MediaStore).files["one"] = StoredFile(
        kind="image", name="a.jpg", format="jpg", content=b"\xff\xd8\x00", url="", created_at=1
    )
    event = PlatformEvent(1.0, credentials.account.appid, "mei", {"Event": "SCAN"})
    platform.state.schedule(event)

    write_state(file, credentials, platform.state, skipped_seconds=60.0)
    again = Platform([read_credentials(file).account], clock=clock)
    read_state(file, again.state)

    assert (read_credentials(file), read_skipped_seconds(file)) == (credentials, 60.0)
    assert again.account().numbers == platform.account().numbers
    for kind in list_stores():
        assert again.account().store(kind) == platform.account().store(kind)
    assert again.state.waiting_events == [event]
    assert again.account().store(FollowerBook).tags == {2: "星标"}
    assert file.stat().st_mode & 0o777 == 0o600


async def test_articles_and_their_jobs_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    async with calling() as caller:
        caller.platform.interacted("mei", "message")
        state = caller.platform.account()
        state.store(JobPlans).mass_sends.append(MassPlan(reprints={1: True}))
        await add_draft(caller)
        msg_data_id = (await submit(caller, need_open_comment=1))["msg_data_id"]
        media_id = await add_draft(caller)
        body = {"filter": {"is_to_all": True}, "msgtype": "mpnews", "send_ignore_reprint": 1}
        await caller.ask(SEND_ALL, **body, mpnews={"media_id": media_id})
        caller.clock.turn(2)
        add_comment(state, msg_data_id, 0, openid="mei", content="好茶", now=caller.clock.now)

    write_state(file, Credentials(ACCOUNT, "token", "key"), caller.platform.state)
    again = Platform([ACCOUNT], clock=caller.clock)
    read_state(file, again.state)

    for kind in list_stores():
        assert again.account().store(kind) == state.store(kind)
    assert len(again.state.waiting_events) == 2


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"version": 1}'])
def test_another_file_is_no_state(tmp_path: Path, content: str) -> None:
    file = tmp_path / "state.json"
    file.write_text(content)

    with pytest.raises(DamagedState):
        read_credentials(file)
