"""Mass sends, against the simulator."""

import pytest

from app.simulator.clock import Clock
from app.simulator.platform import Platform
from app.wechat.client.errors import ApiError, InvalidField
from app.wechat.client.families.mass import (
    MassArticles,
    MassContent,
    MassFile,
    MassImages,
    MassMessage,
    MassMessages,
    MassSpeed,
    MassStatus,
    MassText,
    build_content,
)
from app.wechat.client.families.material import Materials
from tests.wechat.client.families.drafting import add_draft
from tests.wechat.client.families.files import COVER, VOICE
from tests.wechat.client.support import SHOP, make_platform, open_client

TEXT = MassText("春季新品到店")


def with_followers(clock: Clock, **account: str) -> Platform:
    """A platform with three followers: oMei, oAn and oBo."""
    platform = make_platform(clock, **account)
    for openid in ("oAn", "oBo"):
        platform.interacted(openid, "message")
    return platform


async def test_a_text_reaches_all_and_its_state_is_told(redis_url: str) -> None:
    clock = Clock()
    platform = with_followers(clock)

    async with open_client(redis_url, platform) as client:
        masses = MassMessages(client)
        message = await masses.send_to_all(SHOP, TEXT, "campaign-1")
        sending = await masses.get_status(SHOP, message.msg_id)
        clock.turn(2)
        sent = await masses.get_status(SHOP, message.msg_id)

    assert message == MassMessage(msg_id=message.msg_id, msg_data_id=message.msg_data_id)
    assert sending == MassStatus(msg_id=message.msg_id, msg_status="SENDING")
    assert sent == MassStatus(msg_id=message.msg_id, msg_status="SEND_SUCCESS")
    assert {openid: len(messages) for openid, messages in platform.sent.items()} == {
        "oMei": 1, "oAn": 1, "oBo": 1,
    }  # fmt: skip


async def test_the_same_client_id_is_sent_once(redis_url: str) -> None:
    clock = Clock()
    platform = with_followers(clock)

    async with open_client(redis_url, platform) as client:
        masses = MassMessages(client)
        first = await masses.send_to_all(SHOP, TEXT, "campaign-1")
        with pytest.raises(ApiError) as too_soon:
            await masses.send_to_all(SHOP, TEXT, "campaign-1")
        clock.turn(60)
        again = await masses.send_to_all(SHOP, TEXT, "campaign-1")

    assert too_soon.value.code == 45066
    assert (again.msg_id, again.was_sent_before) == (first.msg_id, True)
    assert len(platform.sent["oMei"]) == 1


async def test_articles_go_to_a_list_of_followers(redis_url: str) -> None:
    platform = with_followers(Clock())

    async with open_client(redis_url, platform) as client:
        content = MassArticles(await add_draft(client))
        await MassMessages(client).send_to_openids(SHOP, content, "segment-a", ["oMei", "oAn"])

    assert sorted(platform.sent) == ["oAn", "oMei"]
    assert platform.sent["oMei"][0]["msgtype"] == "mpnews"


async def test_images_and_recordings_are_sent(redis_url: str) -> None:
    platform = with_followers(Clock())

    async with open_client(redis_url, platform) as client:
        image = await Materials(client).add(SHOP, "image", COVER)
        voice = await Materials(client).add(SHOP, "voice", VOICE)
        masses = MassMessages(client)
        to = ["oMei", "oAn"]
        await masses.send_to_openids(SHOP, MassImages((image.media_id,), "看图"), "a", to)
        await masses.send_to_openids(SHOP, MassFile("voice", voice.media_id), "b", to)

    assert [message["msgtype"] for message in platform.sent["oMei"]] == ["image", "voice"]


async def test_a_service_account_sends_to_all_once_a_day(redis_url: str) -> None:
    async with open_client(redis_url, with_followers(Clock())) as client:
        masses = MassMessages(client)
        await masses.send_to_all(SHOP, TEXT, "campaign-1")
        with pytest.raises(ApiError) as refusal:
            await masses.send_to_all(SHOP, TEXT, "campaign-2")

    assert refusal.value.code == 45028


async def test_a_subscription_account_may_not_send_to_openids(redis_url: str) -> None:
    async with open_client(redis_url, with_followers(Clock(), kind="subscription")) as client:
        with pytest.raises(ApiError) as refusal:
            await MassMessages(client).send_to_openids(SHOP, TEXT, "a", ["oMei", "oAn"])

    assert refusal.value.code == 48001


async def test_a_preview_is_for_one(redis_url: str) -> None:
    platform = with_followers(Clock())

    async with open_client(redis_url, platform) as client:
        masses = MassMessages(client)
        await masses.preview(SHOP, TEXT, openid="oMei")
        await masses.preview(SHOP, TEXT, wechat_name="mei-2026")
        image = await Materials(client).add(SHOP, "image", COVER)
        await masses.preview(SHOP, MassImages((image.media_id,)), openid="oMei")

    assert sorted(platform.sent) == ["mei-2026", "oMei"]
    assert platform.sent["oMei"][1] == {"msgtype": "image", "image": {"media_id": image.media_id}}


async def test_an_article_is_withdrawn(redis_url: str) -> None:
    clock = Clock()

    async with open_client(redis_url, with_followers(clock)) as client:
        masses = MassMessages(client)
        message = await masses.send_to_all(SHOP, MassArticles(await add_draft(client)), "a")
        clock.turn(2)
        await masses.delete(SHOP, message.msg_id)
        status = await masses.get_status(SHOP, message.msg_id)

    assert status.msg_status == "DELETE"


async def test_the_speed_is_chosen(redis_url: str) -> None:
    async with open_client(redis_url, make_platform()) as client:
        masses = MassMessages(client)
        await masses.set_speed(SHOP, 4)
        speed = await masses.get_speed(SHOP)
        with pytest.raises(InvalidField) as refusal:
            await masses.set_speed(SHOP, 5)

    assert (speed, refusal.value.code) == (MassSpeed(speed=4, realspeed=10), 45083)


def test_contents_as_the_platform_takes_them() -> None:
    images = MassImages(("A", "B"), "看图", need_open_comment=True)

    assert build_content(MassArticles("D", continue_reprint=True)) == {
        "msgtype": "mpnews", "mpnews": {"media_id": "D"}, "send_ignore_reprint": 1,
    }  # fmt: skip
    assert build_content(images) == {
        "msgtype": "image",
        "images": {
            "media_ids": ["A", "B"], "recommend": "看图",
            "need_open_comment": 1, "only_fans_can_comment": 0,
        },
    }  # fmt: skip


@pytest.mark.parametrize(
    ("content", "client_id", "field", "code"),
    [
        (MassText(""), "a", "text.content: must not be empty", 44004),
        (MassText("文" * 683), "a", "text.content: at most 2,048 bytes; this has 2,049", 45002),
        (MassArticles(""), "a", "mpnews.media_id: must be a media_id", 40007),
        (MassImages(()), "a", "images.media_ids: 1 to 20 elements; there are 0", 40007),
        (TEXT, "", "clientmsgid: must not be empty", 45067),
        (TEXT, "a" * 33, "clientmsgid: at most 32 bytes; this has 33", 45067),
    ],
)
async def test_what_can_not_be_sent_is_said_before_the_call(
    redis_url: str, content: MassContent, client_id: str, field: str, code: int
) -> None:
    platform = make_platform()

    async with open_client(redis_url, platform) as client:
        with pytest.raises(InvalidField) as refusal:
            await MassMessages(client).send_to_all(SHOP, content, client_id)

    assert str(refusal.value).startswith(field)
    assert (refusal.value.code, platform.calls.total()) == (code, 0)


@pytest.mark.parametrize("count", [1, 10_001])
async def test_a_list_has_two_to_ten_thousand_followers(redis_url: str, count: int) -> None:
    async with open_client(redis_url, make_platform()) as client:
        with pytest.raises(InvalidField) as refusal:
            await MassMessages(client).send_to_openids(SHOP, TEXT, "a", ["oMei"] * count)

    assert refusal.value.code == 40130


async def test_a_preview_names_somebody(redis_url: str) -> None:
    async with open_client(redis_url, make_platform()) as client:
        with pytest.raises(InvalidField, match="touser or towxname: must not be empty"):
            await MassMessages(client).preview(SHOP, TEXT)
