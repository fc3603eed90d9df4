"""Mass sends: quota, counts, reprints, and what is told afterwards."""

from typing import Any

import pytest

from app.simulator.accounts.followers import Follower
from app.simulator.accounts.state import PlatformAccount
from app.simulator.callback.wire import to_xml
from app.simulator.publishing.jobs import JobPlans, MassPlan
from tests.simulator.articles import add_draft
from tests.simulator.calling import ACCOUNT, PERSONAL, SUBSCRIPTION, UNVERIFIED, Caller, calling
from tests.simulator.uploads import add_picture

SEND_ALL, SEND = "/cgi-bin/message/mass/sendall", "/cgi-bin/message/mass/send"
PREVIEW, STATUS = "/cgi-bin/message/mass/preview", "/cgi-bin/message/mass/get"
DELETE = "/cgi-bin/message/mass/delete"
GET_SPEED, SET_SPEED = "/cgi-bin/message/mass/speed/get", "/cgi-bin/message/mass/speed/set"
EVERYONE = {"is_to_all": True}
VIP = 101
DAY = 86_400


def add_followers(caller: Caller) -> None:
    """Mei and Lan, who is tagged, follow; Zhu left."""
    book = caller.platform.account().followers
    book.tags[VIP] = "VIP"
    book.followers = {
        "mei": Follower(),
        "lan": Follower(tag_ids=[VIP]),
        "zhu": Follower(subscribed=False, tag_ids=[VIP]),
    }


def plan(caller: Caller, **what: Any) -> None:
    caller.platform.account().store(JobPlans).mass_sends.append(MassPlan(**what))


async def send_text(caller: Caller, path: str = SEND_ALL, **changed: Any) -> dict[str, Any]:
    body = {"filter": EVERYONE, "msgtype": "text", "text": {"content": "春茶到了"}}
    return await caller.ask(path, **{**body, **changed})


async def send_draft(caller: Caller, count: int = 1, **changed: Any) -> dict[str, Any]:
    media_id = await add_draft(caller, count)
    return await send_text(caller, msgtype="mpnews", mpnews={"media_id": media_id}, **changed)


def finish(caller: Caller) -> Any:
    """The fields of the event once the platform is done."""
    caller.clock.turn(2)
    (event,) = caller.platform.state.take_due_events()
    return event.fields


async def test_an_article_reaches_all_who_follow() -> None:
    async with calling() as caller:
        add_followers(caller)
        media_id = await add_draft(caller)
        article = {"media_id": media_id}
        answer = await send_text(caller, msgtype="mpnews", mpnews=article)
        sending = await caller.ask(STATUS, msg_id=answer["msg_id"])
        fields = finish(caller)
        done = await caller.ask(STATUS, msg_id=answer["msg_id"])
        draft = await caller.code("/cgi-bin/draft/get", media_id=media_id)

    assert (sending["msg_status"], done["msg_status"]) == ("SENDING", "SEND_SUCCESS")
    message = {"msgtype": "mpnews", "mpnews": article}
    assert caller.platform.sent == {"mei": [message], "lan": [message]}
    url = fields["ArticleUrlResult"]["ResultList"]["item"][0]["ArticleUrl"]
    assert to_xml(fields) == (
        "<xml><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[MASSSENDJOBFINISH]]></Event>"
        f"<MsgID>{answer['msg_id']}</MsgID><Status><![CDATA[send success]]></Status>"
        "<TotalCount>2</TotalCount><FilterCount>2</FilterCount><SentCount>2</SentCount>"
        "<ErrorCount>0</ErrorCount><CopyrightCheckResult><Count>0</Count><ResultList></ResultList>"
        "<CheckState>1</CheckState></CopyrightCheckResult><ArticleUrlResult><Count>1</Count>"
        f"<ResultList><item><ArticleIdx>1</ArticleIdx><ArticleUrl><![CDATA[{url}]]></ArticleUrl>"
        "</item></ResultList></ArticleUrlResult></xml>"
    )
    assert draft == 40007


async def test_a_tag_or_openids_choose_who_gets_it() -> None:
    async with calling() as caller:
        add_followers(caller)
        by_tag = await send_text(caller, filter={"is_to_all": False, "tag_id": VIP})
        openids = ["mei", "zhu", "nobody"]
        by_openid = await send_text(caller, SEND, touser=openids, text={"content": "秋茶"})

    assert (by_tag["errcode"], by_openid["errcode"]) == (0, 0)
    assert [(sent.openid, sent.message["text"]["content"]) for sent in caller.platform.log] == [
        ("lan", "春茶到了"),
        ("mei", "秋茶"),
    ]


@pytest.mark.parametrize(
    ("path", "changed", "errcode"),
    [
        (SEND_ALL, {"filter": {"is_to_all": False, "tag_id": 7}}, 45159),
        (SEND_ALL, {"filter": {"is_to_all": "true"}}, 47001),
        (SEND_ALL, {"filter": None}, 47001),
        (SEND, {"touser": "mei"}, 40031),
        (SEND, {"touser": ["mei"]}, 40130),
        (SEND, {"touser": ["zhu", "nobody"]}, 40031),
        (SEND_ALL, {"msgtype": "poem"}, 40008),
        (SEND_ALL, {"text": {"content": ""}}, 44004),
        (SEND_ALL, {"msgtype": "mpnews", "mpnews": {"media_id": "nothing"}}, 40007),
        (SEND_ALL, {"msgtype": "images", "images": {"media_ids": ["nothing"]}}, 40007),
        (SEND_ALL, {"msgtype": "image", "image": {"media_id": "nothing"}}, 40007),
        (SEND_ALL, {"clientmsgid": "a" * 65}, 45067),
        (SEND_ALL, {"msgtype": "wxcard", "wxcard": {"card_id": "card"}}, 0),
    ],
)
async def test_a_wrong_target_or_content_is_refused(
    path: str, changed: dict[str, Any], errcode: int
) -> None:
    async with calling() as caller:
        add_followers(caller)
        answer = await send_text(caller, path, **changed)

    assert answer["errcode"] == errcode


async def test_pictures_may_be_sent() -> None:
    async with calling() as caller:
        add_followers(caller)
        media_id = await add_picture(caller)
        pictures = {"media_ids": [media_id]}
        answer = await send_text(caller, msgtype="images", images=pictures)

    assert answer["errcode"] == 0
    assert caller.platform.sent["mei"] == [{"msgtype": "images", "images": pictures}]


async def test_the_same_clientmsgid_is_sent_once_a_day() -> None:
    async with calling() as caller:
        add_followers(caller)
        first = await send_text(caller, clientmsgid="spring")
        too_fast = await send_text(caller, clientmsgid="spring")
        caller.clock.turn(60)
        again = await send_text(caller, clientmsgid="spring")
        caller.clock.turn(DAY)
        await caller.log_in()
        tomorrow = await send_text(caller, clientmsgid="spring")

    ids = {name: first[name] for name in ("msg_id", "msg_data_id")}
    assert (too_fast, again) == ({"errcode": 45066}, {"errcode": 45065, **ids})
    assert (tomorrow["errcode"], tomorrow["msg_id"] == first["msg_id"]) == (0, False)


async def test_without_a_clientmsgid_target_and_content_are_one() -> None:
    async with calling() as caller:
        add_followers(caller)
        to_tag = {"is_to_all": False, "tag_id": VIP}
        codes = [
            (await send_text(caller, filter=to_tag, text={"content": content}))["errcode"]
            for content in ("一", "一", "二")
        ]

    assert codes == [0, 45066, 0]


async def test_a_subscription_account_sends_once_a_day() -> None:
    async with calling(SUBSCRIPTION) as caller:
        add_followers(caller)
        codes = [
            (await send_text(caller, text={"content": content}))["errcode"]
            for content in ("一", "二")
        ]
        caller.clock.turn(DAY)
        await caller.log_in()
        codes.append((await send_text(caller, text={"content": "三"}))["errcode"])

    assert codes == [0, 45028, 0]


async def test_a_send_that_failed_costs_no_quota() -> None:
    async with calling(SUBSCRIPTION) as caller:
        add_followers(caller)
        plan(caller, status="send fail")
        failed = await send_draft(caller)
        fields = finish(caller)
        status = await caller.ask(STATUS, msg_id=failed["msg_id"])
        again = await send_text(caller)

    counts = [fields[name] for name in ("Status", "SentCount", "ErrorCount")]
    assert counts == ["send fail", 0, 2]
    assert (status["msg_status"], again["errcode"]) == ("SEND_FAIL", 0)


async def test_sixty_sends_a_minute() -> None:
    async with calling() as caller:
        add_followers(caller)
        to_tag = {"is_to_all": False, "tag_id": VIP}
        codes = []
        for number in range(62):
            caller.clock.turn(60 if number == 61 else 0)
            answer = await send_text(caller, filter=to_tag, text={"content": f"{number}"})
            codes.append(answer["errcode"])

    assert codes == [0] * 60 + [45011, 0]


async def test_a_service_account_sends_to_all_once_a_day_and_four_times_a_month() -> None:
    async with calling() as caller:
        add_followers(caller)
        codes = []
        for number in range(6):
            codes.append((await send_text(caller, text={"content": f"{number}"}))["errcode"])
            if number == 0:
                codes.append((await send_text(caller, text={"content": "又"}))["errcode"])
            caller.clock.turn(DAY)
            await caller.log_in()

    assert codes == [0, 45028, 0, 0, 0, 45028, 45028]


async def test_a_follower_gets_four_a_month_of_a_service_account() -> None:
    async with calling() as caller:
        add_followers(caller)
        to_tag = {"is_to_all": False, "tag_id": VIP}
        counts = []
        for number in range(5):
            text = {"content": f"{number}"}
            await send_text(caller, filter=to_tag, text=text)
            fields = finish(caller)
            counts.append([fields[name] for name in ("TotalCount", "FilterCount", "SentCount")])

    assert counts == [[1, 1, 1]] * 4 + [[1, 0, 0]]
    assert len(caller.platform.sent["lan"]) == 4


async def test_followers_who_cannot_be_reached_are_counted() -> None:
    async with calling() as caller:
        add_followers(caller)
        plan(caller, undelivered=1)
        await send_text(caller)
        fields = finish(caller)

    names = ("TotalCount", "FilterCount", "SentCount", "ErrorCount")
    assert [fields[name] for name in names] == [2, 2, 1, 1]


@pytest.mark.parametrize(
    ("allowed", "ignore", "status", "check_state"),
    [
        (True, 0, "err(30003)", 2),
        (True, 1, "send success", 2),
        (False, 1, "err(30002)", 3),
    ],
)
async def test_a_reprint_is_judged(
    allowed: bool, ignore: int, status: str, check_state: int
) -> None:
    async with calling() as caller:
        add_followers(caller)
        plan(caller, reprints={2: allowed})
        await send_draft(caller, 2, send_ignore_reprint=ignore)
        fields = finish(caller)

    result = fields["CopyrightCheckResult"]
    (item,) = result["ResultList"]["item"]
    assert (fields["Status"], result["Count"], result["CheckState"]) == (status, 1, check_state)
    assert (item["ArticleIdx"], item["CanReprint"]) == (2, int(allowed))


async def test_the_event_may_be_late_or_missing() -> None:
    async with calling() as caller:
        add_followers(caller)
        plan(caller, event_after=60)
        plan(caller, event="missing")
        await send_text(caller)
        await send_text(caller, filter={"is_to_all": False, "tag_id": VIP})
        caller.clock.turn(61)
        early = caller.platform.state.take_due_events()
        caller.clock.turn(3600)
        late = caller.platform.state.take_due_events()

    assert (len(early), len(late)) == (0, 1)


async def test_a_preview_reaches_one_phone_and_leaves_the_draft() -> None:
    async with calling() as caller:
        add_followers(caller)
        media_id = await add_draft(caller)
        body = {"msgtype": "mpnews", "mpnews": {"media_id": media_id}}
        codes = [
            await caller.code(PREVIEW, **body, **{to: name})
            for to, name in (("touser", "mei"), ("towxname", "meimei"), ("touser", "zhu"))
        ]
        draft = await caller.code("/cgi-bin/draft/get", media_id=media_id)

    assert (codes, draft) == ([0, 0, 40003], 0)
    assert caller.platform.sent == {"mei": [body], "meimei": [body]}


async def test_a_hundred_previews_a_day() -> None:
    async with calling() as caller:
        add_followers(caller)
        body = {"touser": "mei", "msgtype": "text", "text": {"content": "茶"}}
        codes = [await caller.code(PREVIEW, **body) for _ in range(101)]

    assert codes == [0] * 100 + [45009]


async def test_articles_are_deleted_by_number_or_address() -> None:
    async with calling() as caller:
        add_followers(caller)
        msg_id = (await send_draft(caller, 2))["msg_id"]
        items = finish(caller)["ArticleUrlResult"]["ResultList"]["item"]
        codes, statuses = [], []
        for body in (
            {"msg_id": msg_id, "article_idx": 3},
            {"msg_id": msg_id, "article_idx": 1},
            {"url": items[1]["ArticleUrl"]},
            {"msg_id": 7},
            {"url": "http://mp.weixin.qq.com/s/none"},
        ):
            codes.append(await caller.code(DELETE, **body))
            statuses.append((await caller.ask(STATUS, msg_id=msg_id))["msg_status"])

    assert codes == [40114, 0, 0, 40059, 40059]
    assert statuses == ["SEND_SUCCESS", "SEND_SUCCESS", "DELETE", "DELETE", "DELETE"]


async def test_a_text_cannot_be_deleted() -> None:
    async with calling() as caller:
        add_followers(caller)
        msg_id = (await send_text(caller))["msg_id"]
        code = await caller.code(DELETE, msg_id=msg_id)

    assert code == 40059


async def test_the_speed_is_chosen() -> None:
    async with calling() as caller:
        codes = [
            await caller.code(SET_SPEED, **body) for body in ({"speed": 3}, {"speed": 5}, {"x": 1})
        ]
        speed = await caller.ask(GET_SPEED)

    assert (codes, speed) == ([0, 45083, 45084], {"speed": 3, "realspeed": 30})


@pytest.mark.parametrize(
    ("account", "codes"),
    [
        (ACCOUNT, [0, 0]),
        (SUBSCRIPTION, [0, 48001]),
        (UNVERIFIED, [48001, 48001]),
        (PERSONAL, [48001, 48001]),
    ],
)
async def test_mass_sends_need_their_right(account: PlatformAccount, codes: list[int]) -> None:
    async with calling(account) as caller:
        add_followers(caller)
        to_all = await send_text(caller)
        to_openids = await send_text(caller, SEND, touser=["mei", "lan"], text={"content": "茶"})

    assert [to_all["errcode"], to_openids["errcode"]] == codes
