"""The addresses that the simulator hands out open in a browser, by their path."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from app.simulator.families.oauth import ACCESS_TOKEN
from app.simulator.statistics.store import StatisticsStore
from tests.simulator.articles import ADD_DRAFT, SUBMIT, add_draft, make_article, submit
from tests.simulator.calling import SUBSCRIPTION, Caller
from tests.simulator.serving import SharedServer
from tests.simulator.uploads import ADD_MATERIAL, JPG, MP4, PNG, add_picture, upload_article_picture

UPLOAD, ADD_AGENT = "/cgi-bin/media/upload", "/customservice/kfaccount/add"
JPEG_MAGIC, PNG_MAGIC = b"\xff\xd8\xff", b"\x89PNG"


async def open_address(caller: Caller, address: str) -> httpx.Response:
    """What a browser gets for the address, at the simulator in place of its host."""
    parts = urlsplit(address)
    return await caller.http.get(f"{parts.path}?{parts.query}")


def describe(answer: httpx.Response) -> tuple[int, str, bytes]:
    return answer.status_code, answer.headers["content-type"], answer.content


async def upload_video(caller: Caller) -> str:
    """The address of a video that lives three days."""
    uploaded = await caller.upload(UPLOAD, MP4, "a.mp4", type="video")
    return str((await caller.get("/cgi-bin/media/get", media_id=uploaded["media_id"]))["video_url"])


async def test_uploaded_files_are_served_with_their_types(caller: Caller) -> None:
    material = await caller.upload(ADD_MATERIAL, JPG, type="image")
    addresses = [material["url"], await upload_article_picture(caller), await upload_video(caller)]

    answers = [describe(await open_address(caller, address)) for address in addresses]

    assert answers == [
        (200, "image/jpeg", JPG),
        (200, "image/png", PNG),
        (200, "video/mp4", MP4),
    ]


async def test_a_file_is_gone_when_it_ends_or_is_deleted(caller: Caller) -> None:
    video = await upload_video(caller)
    material = await caller.upload(ADD_MATERIAL, JPG, type="image")
    await caller.ask("/cgi-bin/material/del_material", media_id=material["media_id"])
    caller.clock.turn(3 * 86_400)

    statuses = [
        (await open_address(caller, address)).status_code
        for address in (video, material["url"], "http://mmbiz.qpic.cn/mmbiz_jpg/guess/0")
    ]

    assert statuses == [404, 404, 404]


async def test_a_published_article_shows_its_text_and_pictures(caller: Caller) -> None:
    picture = await upload_article_picture(caller)
    content = f'<p>今年的春茶</p><img data-src="{picture}"><script>alert(1)</script>'
    published = await submit(caller, content=content, author="梅")
    caller.clock.turn(2)
    status = await caller.ask("/cgi-bin/freepublish/get", publish_id=published["publish_id"])
    url = status["article_detail"]["item"][0]["article_url"]

    page = await open_address(caller, url)

    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "<h1>春茶</h1><p>梅</p>" in page.text
    assert f'<p>今年的春茶</p><img src="{urlsplit(picture).path}">\n' in page.text


async def test_readers_of_an_article_are_counted(caller: Caller) -> None:
    published = await submit(caller)
    caller.clock.turn(2)
    (message,) = await list_urls(caller)

    await caller.http.get(f"{urlsplit(message).path}?openid=mei")

    visits = caller.platform.account().store(StatisticsStore).visits
    assert [(visit.msgid, visit.openid, visit.at) for visit in visits] == [
        (f"{published['msg_data_id']}_1", "mei", caller.clock.now)
    ]


async def list_urls(caller: Caller) -> list[str]:
    answer = await caller.ask("/cgi-bin/freepublish/batchget", offset=0, count=20, no_content=1)
    return [item["url"] for each in answer["item"] for item in each["content"]["news_item"]]


async def test_an_article_that_is_deleted_says_so(caller: Caller) -> None:
    await submit(caller)
    caller.clock.turn(2)
    (url,) = await list_urls(caller)
    answer = await caller.ask("/cgi-bin/freepublish/batchget", offset=0, count=1, no_content=1)
    await caller.ask("/cgi-bin/freepublish/delete", article_id=answer["item"][0]["article_id"])

    page = await open_address(caller, url)

    assert (page.status_code, "该内容已被发布者删除" in page.text) == (200, True)


async def test_a_draft_has_a_preview_that_counts_nobody(caller: Caller) -> None:
    draft = await caller.ask("/cgi-bin/draft/get", media_id=await add_draft(caller))

    page = await open_address(caller, draft["news_item"][0]["url"])

    assert (page.status_code, "<h1>春茶</h1>" in page.text) == (200, True)
    assert caller.platform.account().store(StatisticsStore).visits == []


async def test_a_picture_message_shows_its_pictures_above_its_text(caller: Caller) -> None:
    image = {"image_media_id": await add_picture(caller)}
    article = await make_article(
        caller, article_type="newspic", content="茶 & 水", image_info={"image_list": [image]}
    )
    media_id = (await caller.ask(ADD_DRAFT, articles=[article]))["media_id"]
    await caller.ask(SUBMIT, media_id=media_id)
    caller.clock.turn(2)
    (url,) = await list_urls(caller)

    page = await open_address(caller, url)

    assert page.text.index("<img src=") < page.text.index("<p>茶 &amp; 水</p>")


async def test_an_unknown_article_is_not_found(caller: Caller) -> None:
    page = await caller.http.get("/s/guess")

    assert describe(page)[:2] == (404, "text/plain; charset=utf-8")


@pytest.mark.parametrize("kind", ["QR_STR_SCENE", "QR_LIMIT_STR_SCENE"])
async def test_a_qr_code_has_a_picture_and_an_address(kind: str, caller: Caller) -> None:
    scene = {"scene": {"scene_str": "海报"}}
    code = await caller.ask("/cgi-bin/qrcode/create", action_name=kind, action_info=scene)

    picture = await caller.http.get("/cgi-bin/showqrcode", params={"ticket": code["ticket"]})
    page = await open_address(caller, code["url"])
    caller.clock.turn(60)
    later = await caller.http.get("/cgi-bin/showqrcode", params={"ticket": code["ticket"]})

    assert describe(picture)[:2] == (200, "image/jpg")
    assert (picture.content[:3], page.text) == (JPEG_MAGIC, "QR code of the scene 海报\n")
    assert later.status_code == (404 if kind == "QR_STR_SCENE" else 200)


async def test_portraits_are_pictures(caller: Caller) -> None:
    info = await caller.ask("/cgi-bin/account/getaccountbasicinfo")
    await caller.ask(ADD_AGENT, kf_account="lin@shop", nickname="林")
    await caller.upload("/customservice/kfaccount/uploadheadimg", JPG, kf_account="lin@shop")
    agents = await caller.get("/cgi-bin/customservice/getkflist")

    head = await open_address(caller, info["head_image_info"]["head_image_url"])
    agent = await open_address(caller, agents["kf_list"][0]["kf_headimgurl"])

    assert (describe(head)[:2], head.content[:4]) == ((200, "image/png"), PNG_MAGIC)
    assert describe(agent) == (200, "image/jpeg", JPG)


LOGIN = {
    "appid": "wx1",
    "redirect_uri": "https://brand.example/back?page=1",
    "response_type": "code",
    "scope": "snsapi_userinfo",
    "state": "7",
    "openid": "mei",
}


async def test_a_visitor_agrees_and_comes_back_with_a_code(caller: Caller) -> None:
    answer = await caller.http.get("/connect/oauth2/authorize", params=LOGIN)
    back = urlsplit(answer.headers["location"])
    query = parse_qs(back.query)
    credential = {"appid": "wx1", "secret": "secret", "grant_type": "authorization_code"}
    token = (
        await caller.http.get(ACCESS_TOKEN, params={**credential, "code": query["code"][0]})
    ).json()

    assert (answer.status_code, back.netloc, query["page"], query["state"]) == (
        302, "brand.example", ["1"], ["7"],
    )  # fmt: skip
    assert (token["openid"], token["scope"]) == ("mei", "snsapi_userinfo")


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"appid": "wx2"}, 403),
        ({"redirect_uri": "brand.example"}, 400),
        ({"response_type": "token"}, 400),
        ({"scope": "all"}, 400),
    ],
)
async def test_a_wrong_login_says_what_is_wrong(
    changed: dict[str, Any], status: int, caller: Caller
) -> None:
    answer = await caller.http.get("/connect/oauth2/authorize", params={**LOGIN, **changed})

    assert (answer.status_code, answer.text.endswith(".\n")) == (status, True)


async def test_a_subscription_account_has_no_web_login(server: SharedServer) -> None:
    caller = await server.start_platform(SUBSCRIPTION)

    answer = await caller.http.get("/connect/oauth2/authorize", params=LOGIN)

    assert answer.status_code == 403
