"""What becomes of texts by word lists: shipped ones, and an operator's own over them."""

from typing import Any

import pytest
from pydantic import ValidationError

from app.safety import texts
from app.safety.moderation import Moderation, ModerationVerdict, build_moderation, parse_moderation
from app.safety.words.word_lists import Direction, WordLists
from app.safety.words.wordlist import WordHit, build_matcher


@pytest.fixture(scope="module")
def shipped() -> Moderation:
    return build_moderation(WordLists())


@pytest.mark.parametrize(
    "text",
    [
        "赌博", "赌 博", "赌*博", "赌　博", "赌\u200b博", "赌🎲博", "賭博", "来 赌.博 吗",
        "我想去赌博",
        "Ｏｎｌｉｎｅ　Ｃａｓｉｎｏ", "o n l i n e c a s i n o", "六合 彩", "六_合_彩", "AV女優",
    ],
)  # fmt: skip
async def test_a_hidden_word_is_found(shipped: Moderation, text: str) -> None:
    verdict = shipped.check(text, "incoming")

    assert (verdict.action, verdict.text, verdict.reply) == ("refuse", text, texts.REFUSED.first)


@pytest.mark.parametrize(
    "text",
    [
        "六合     彩", "我打赌 博物馆今天不开门", "我打赌。博物馆不开门", "我打赌，博物馆不开门",
        "打赌博物馆几点开门",
        "客服吃炸药了吗", "游戏里的炸弹怎么用", "跑分多少", "笑气死我了", "给我带来很大麻烦",
        "门口交通方便吗",
        "一次性服务费多少", "上下分体的睡衣", "找小姐姐客服", "水果聊一聊", "PK10 耳机有货吗",
        "黑彩色的有吗",
        "手枪钻多少钱", "我想死你们家的奶茶了", "这价格跳楼价", "沙比利木的柜子", "是不是钓鱼网站",
        "有人冒充你们让我转到安全账户", "把验证码发给我吧", "可以代开发票吗", "京东黑卡",
        "毛片多少钱一米",
        "草泥马公仔有货吗", "这是给他妈的礼物", "sporn", "pornography1", "消毒液是毒药吗", "",
        "喂草泥马的料一盒几块", "怕疼，有吸笑气的吗", "我要跳楼机的票",
        "我不想活成别人的样子，想学画", "没有奶茶我活不下去",
        "菜刀算管制刀具吗", "气死了想死的心都有", "全场一折 稳赚不赔", "走私彩电查得严", "人性服务",
    ],
)  # fmt: skip
async def test_ordinary_talk_goes_free(shipped: Moderation, text: str) -> None:
    assert shipped.check(text, "incoming") == ModerationVerdict("pass", text)


async def test_abuse_is_masked_and_goes_on(shipped: Moderation) -> None:
    text = "你们他 妈 的太慢了，傻逼"

    verdict = shipped.check(text, "incoming")

    assert verdict == ModerationVerdict(
        "mask",
        "你们***太慢了，***",
        "",
        (WordHit("他妈的", "abuse", 2, 7), WordHit("傻逼", "abuse", 11, 13)),
    )


@pytest.mark.parametrize("text", ["我不想活了", "活着好累，想轻生", "他妈的我不想活了，不如去赌博"])
async def test_who_may_harm_themselves_hears_care_and_gets_a_person(
    shipped: Moderation, text: str
) -> None:
    verdict = shipped.check(text, "incoming")

    assert (verdict.action, verdict.reply) == ("person", texts.CARING.first)


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("您可以去赌博平台试试", "refuse"),
        ("请提供您的支付密码", "refuse"),
        ("那就喝农药自杀吧", "person"),
    ],
)
async def test_what_we_must_not_say_is_replaced(
    shipped: Moderation, text: str, action: str
) -> None:
    verdict = shipped.check(text, "outgoing")

    assert (verdict.action, verdict.reply) == (action, texts.SAFE.first)


async def test_an_operators_book_adds_words_decides_and_allows() -> None:
    book = {
        "categories": {
            "abuse": {"action": "ignore"},
            "gambling": {"action": "person", "words": ["德州扑克"], "reply": "请联系{brand}。"},
            "rivals": {"action": "mask", "directions": ["outgoing"], "words": ["某宝"]},
        },
        "allow": ["赌博默示录"],
    }

    lists = parse_moderation(book)
    checks: list[tuple[str, Direction]] = [
        ("傻逼", "incoming"),
        ("来打德州扑克", "incoming"),
        ("六合彩", "incoming"),
        ("漫画《赌博默示录》有货吗", "incoming"),
        ("某宝更便宜", "incoming"),
        ("某*宝更便宜", "outgoing"),
    ]
    verdicts = [lists.check(*each) for each in checks]

    assert [(each.action, each.text, each.reply) for each in verdicts] == [
        ("pass", "傻逼", ""),
        ("person", "来打德州扑克", "请联系{brand}。"),
        ("person", "六合彩", "请联系{brand}。"),
        ("pass", "漫画《赌博默示录》有货吗", ""),
        ("pass", "某宝更便宜", ""),
        ("mask", "***更便宜", ""),
    ]


async def test_a_book_may_stand_alone_or_be_empty() -> None:
    alone = parse_moderation(
        {"shipped": False, "categories": {"x": {"action": "refuse", "words": ["发财"]}}}
    )
    empty = parse_moderation({"shipped": False})

    actions = [lists.check("恭喜发财去赌博", "incoming").action for lists in (alone, empty)]

    assert actions == ["refuse", "pass"]


@pytest.mark.parametrize(
    ("book", "fault"),
    [
        ({"allow": ["赌"]}, "has fewer than 2 letters"),
        ({"allow": ["＊＊！"]}, "has fewer than 2 letters"),
        ({"allow": ["发财"] * 5001}, "5001 words; an account may have 5000"),
        ({"categories": {"a b": {"action": "mask"}}}, "should match pattern"),
        ({"categories": {"a": {"action": "kill"}}}, "'refuse', 'mask', 'person' or 'ignore'"),
        ({"categories": {"a": {"action": "refuse", "reply": "好" * 700}}}, "has 2100 bytes"),
        ({"words": []}, "Extra inputs are not permitted"),
    ],
)
async def test_a_book_that_does_not_fit_is_refused(book: Any, fault: str) -> None:
    with pytest.raises(ValidationError, match=fault):
        parse_moderation(book)


async def test_hits_overlap_and_come_from_left_to_right() -> None:
    words = build_matcher({"a": ["假发票", "发票"], "b": ["开假"]})

    hits = words.find("开 假发票")

    assert hits == (
        WordHit("假发票", "a", 2, 5),
        WordHit("发票", "a", 3, 5),
    )


async def test_two_letters_across_a_pause_count_only_where_they_stand_alone() -> None:
    words = build_matcher({"a": ["开假"]})

    hit_flags = [
        bool(words.find(text)) for text in ("开 假", "开 假发", "，开 假。", "他开 假", "开|假发")
    ]

    assert hit_flags == [True, False, True, False, True]
