"""Which comments speak of danger to a life or of an injury."""

import pytest

from app.inference.fakes import FakeClassifier
from app.inference.ports import CareKind, Suspicion
from app.marketing.content.comment_care import find_danger


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("活着真没意思，不想再撑下去了", "suicide"),
        ("遗书写好了，就是放不下我家猫", "suicide"),
        ("药攒够了，喝完这杯就走", "suicide"),
        ("没有我他们会过得更好吧，今晚就结束", "suicide"),
        ("站在天台上喝你们的奶茶，最后一杯了", "suicide"),
        ("如果明天我不在了，请把这盒茶送给我妈", "suicide"),
        ("安眠药和酒一起吃会怎样", "suicide"),
        ("I can't go on any more, I want to end it all", "suicide"),
        ("手腕上又多了几道，袖子遮得住", "self_harm"),
        ("割了手，血流在地板上，反而平静", "self_harm"),
        ("I've been cutting myself again", "self_harm"),
        ("老公昨晚又打我了，只有泡茶的时候能安静一会", "violence"),
        ("有人落水了，谁来帮帮忙", "drowning"),
        ("钓友心脏病犯了倒在岸边", "collapse"),
        ("鱼钩扎进手指里拔不出来，怎么办", "injury"),
        ("孩子把牙磕掉了，在流血", "tooth_injury"),
    ],
)
async def test_danger_and_injuries_are_told_by_word_stems(text: str, kind: CareKind) -> None:
    assert await find_danger(FakeClassifier(), text) == kind


@pytest.mark.parametrize(
    "text",
    [
        "笑死，标题谁取的",
        "累死了，终于下班来一杯",
        "想死你们了，什么时候开门",
        "想死你们家的茶了",
        "这价格简直是自杀式降价",
        "没有奶茶我活不下去",
        "社死现场，穿反了还发朋友圈",
        "周一要死了，续命咖啡",
        "这药和降压药能一起吃吗",
        "教我骑车的爷爷，去另一个世界骑车了",
        "天台餐厅最后一天营业",
        "拉了一晚上肚子",
        "妈妈牙掉光了才肯来看，去年她走的时候还没来得及装假牙",
        "My dad passed away last spring. We used to fish together.",
        "医生说我没救了，这口牙全得拔",
    ],
)
async def test_idioms_grief_and_illness_are_no_danger_to_a_life(text: str) -> None:
    assert await find_danger(FakeClassifier(), text) is None


async def test_what_no_stem_tells_the_care_head_does() -> None:
    text = "今晚的月亮是最后一个了"
    classifier = FakeClassifier(suspicions={text: Suspicion("suicide", 0.99, 0.9)})

    assert await find_danger(classifier, text) == "suicide"


@pytest.mark.parametrize(
    ("text", "kind", "need"),
    [
        ("他不在了，琴还在，弹一次哭一次", "violence", None),
        ("妈妈走了以后，我天天哭", "child_distress", None),
        ("他走了以后，我又想那样了", "suicide", "suicide"),
        ("昨晚又是他，我好怕", "violence", "violence"),
    ],
)
async def test_grief_is_no_violence_where_the_head_alone_hears_it(
    text: str, kind: CareKind, need: CareKind | None
) -> None:
    classifier = FakeClassifier(suspicions={text: Suspicion(kind, 0.99, 0.9)})

    assert await find_danger(classifier, text) == need
