"""Who needs care: by word stems, by the care head, and not by what only looks like it."""

import re
from pathlib import Path

import pytest

from app.dialogue.wording.english import translate_phrase
from app.inference.ports import CareKind, Suspicion
from app.safety import care
from app.safety.care_texts import TEXTS

MESSAGES = Path(__file__).with_name("care_messages.tsv")
# Written where ordinary messages had been taken for crises, and crises that lie near to them.
NEIGHBOURS = Path(__file__).with_name("care_neighbours.tsv")
# Emergencies, injuries and sad news, and the talk of shops with the same words.
EMERGENCIES = Path(__file__).with_name("emergency_messages.tsv")
# Sadness over exams, diagnoses, money or love, and crises told with the same words.
SETBACKS = Path(__file__).with_name("care_setbacks.tsv")
# Crises told without their name, and idioms, films and games with the same words.
VEILED = Path(__file__).with_name("care_veiled.tsv")
SURE = Suspicion("suicide", 0.99, 0.9)
LIKELY = Suspicion("violence", 0.92, 0.9)
UNLIKELY = Suspicion("suicide", 0.89, 0.9)


def english(kind: CareKind) -> tuple[str, ...]:
    phrase = translate_phrase(TEXTS[kind])
    return phrase.variants if phrase else ()


def labelled(*, crises: bool, file: Path = MESSAGES) -> list[tuple[str, str]]:
    lines = file.read_text("utf-8").splitlines()
    rows = [(kind, text) for kind, text in (line.split("\t") for line in lines)]
    return [row for row in rows if (row[0] != "none") == crises]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("想自杀", "suicide"),
        ("想 自 杀", "suicide"),
        ("想自*殺", "suicide"),
        ("不如死了算了", "suicide"),
        ("唔想活啦", "suicide"),
        ("I want to kill myself", "suicide"),
        ("我割腕了", "self_harm"),
        ("我割腕了，不想活了", "suicide"),
        ("老公打我", "violence"),
        ("他喝了酒就打我", "violence"),
        ("老公打我，订单什么时候到", "violence"),
        ("爸爸打我，我才十二岁", "child_distress"),
        ("老师摸我", "child_distress"),
        ("用了你们的面霜脸过敏了", "adverse_reaction"),
        ("用完臉又紅又腫", "adverse_reaction"),
        ("吃完上吐下泻", "food_poisoning"),
    ],
)
def test_stems_name_the_kind(text: str, kind: CareKind) -> None:
    assert care.recognise(text) == kind


@pytest.mark.parametrize(
    ("crisis", "neighbours"),
    [
        ("想死", ["想死你们了", "想死你家的小龙虾了", "加班加到想死，来杯美式"]),
        ("我死给你看", ["再不发货我死给你看", "再不退款我就死给你们看"]),
        ("我要跳楼了", ["跳楼价", "跳楼机排队多久", "清仓跳楼大甩卖"]),
        ("想自杀", ["自杀式优惠", "自杀小队的T恤", "完全自杀手册这种书"]),
        ("我活不下去了", ["笑得我活不下去了", "没有奶茶我活不下去", "卡激活不了"]),
        (
            "老公打我",
            ["老公打我电话", "老公打我手机", "老公打我微信", "老公打包带走", "老公打八折"],
        ),
        ("我爸打我妈", ["我爸打球", "我妈打我爸手机没人接", "我爸打太极"]),
        ("他把我打了", ["他打算退货", "他打翻了咖啡", "打折吗"]),
        ("用了过敏", ["过敏能用吗", "用了会过敏吗", "用了没过敏", "过敏可以退吗", "我对花生过敏"]),
        ("吃完拉肚子", ["吃了会拉肚子吗", "拉肚子能吃吗", "有没有治拉肚子的药", "吃了没拉肚子"]),
        ("喝完吐了", ["吐槽一下", "吐司有吗", "吐血推荐", "笑吐了"]),
        ("我割手了", ["割肉价", "割草机", "刀片什么时候发货"]),
    ],
)
def test_neighbours_of_a_crisis_pass(crisis: str, neighbours: list[str]) -> None:
    alarmed = [text for text in neighbours if care.recognise(text)]

    assert alarmed == []
    if crisis != "我死给你看":  # alone it is anger, too
        assert care.recognise(crisis) is not None


@pytest.mark.parametrize(
    "text",
    [
        "笑死我了，可是我真的不想活了",
        "累死了，想自杀",
        "死磕到底，老公又打我",
        "打我电话，他要杀我全家",
    ],
)
def test_a_look_alike_hides_no_crisis_beside_it(text: str) -> None:
    assert care.recognise(text) is not None


@pytest.mark.parametrize(
    ("text", "suspicion", "kind"),
    [
        ("今晚的月亮是最后一个了", SURE, "suicide"),
        ("门口又有他的车，好难", LIKELY, "violence"),
        ("门口又有他的车", LIKELY, None),  # not a letter of danger
        ("门口又有他的车，我好怕", Suspicion("violence", 0.75, 0.9), "violence"),  # a hint
        ("今晚的月亮是最后一个了", UNLIKELY, None),
        ("累死了，今晚的月亮是最后一个了", LIKELY, None),  # a look-alike asks for more
        ("累死了，今晚的月亮是最后一个了", SURE, "suicide"),
        ("老公打我", SURE, "violence"),  # the stems decide the kind
        ("刚查出来近视三百度，我心里特别难受", Suspicion("self_harm", 0.94, 0.9), None),
        ("考砸了，心里难受，怕爸爸", Suspicion("child_distress", 0.94, 0.9), "child_distress"),
        ("失恋了，好难受", Suspicion("suicide", 0.71, 0.9), None),
        ("失恋了，好难受", Suspicion("suicide", 0.95, 0.9), None),
        ("失恋了睡不着", Suspicion("suicide", 0.95, 0.9), None),
        ("失恋了睡不着", Suspicion("suicide", 0.995, 0.9), "suicide"),
        ("失恋了睡不着，好绝望", Suspicion("suicide", 0.75, 0.9), "suicide"),
        ("什么时候发货", None, None),
        ("", SURE, None),
    ],
)
def test_the_head_decides_where_no_stem_does(
    text: str, suspicion: Suspicion | None, kind: CareKind | None
) -> None:
    assert care.recognise(text, suspicion) == kind


@pytest.mark.parametrize("file", [MESSAGES, NEIGHBOURS])
def test_stems_alone_find_all_and_no_look_alike(file: Path) -> None:
    crises, others = labelled(crises=True, file=file), labelled(crises=False, file=file)

    missed = [text for _, text in crises if care.recognise(text) is None]
    alarmed = [text for _, text in others if care.recognise(text)]

    assert alarmed == []
    assert missed == []


@pytest.mark.parametrize(
    ("kind", "text"), [line.split("\t") for line in EMERGENCIES.read_text("utf-8").splitlines()]
)
def test_emergencies_injuries_and_sad_news_get_their_kind(kind: str, text: str) -> None:
    assert (care.recognise(text) or "none") == kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("奶奶牙疼了一辈子，走的时候也没看上牙医", "bereavement"),
        ("水库边有个小孩掉水里了，没人救", "drowning"),
        ("鱼钩扎进手指里拔不出来，怎么办", "injury"),
        ("妈妈去世了，我也不想活了", "suicide"),
    ],
)
def test_the_stems_decide_where_the_head_hears_another_danger(text: str, kind: CareKind) -> None:
    assert care.recognise(text, SURE) == kind


@pytest.mark.parametrize("kind", sorted(care.EMERGENCIES))
def test_an_emergency_has_one_number_to_call_and_no_word_of_the_shop(kind: CareKind) -> None:
    texts = (*TEXTS[kind], *english(kind))

    assert all(re.search("110|119|120|122", text) for text in texts)
    assert [text for text in texts if re.search("订单|停用|别扔|12315|12356|order", text)] == []


@pytest.mark.parametrize("kind", sorted(set(care.KINDS) - care.SORROWS))
def test_each_kind_has_texts_that_fit_one_message_and_name_a_number(kind: CareKind) -> None:
    texts = TEXTS[kind]

    numbers = ["110", "119", "120", "12355"] if kind in care.LIVES else ["120", "12315"]
    if kind == "pet_harm":
        numbers = ["宠物医院"]
    assert 2 <= len(set(texts)) <= 3
    assert all(len(text.encode()) <= 600 for text in (*texts, *english(kind)))
    assert all(any(number in text for number in numbers) for text in texts)


@pytest.mark.parametrize("kind", ["suicide", "self_harm"])
def test_who_thinks_of_death_reads_the_line_for_it(kind: CareKind) -> None:
    assert all("12356" in text for text in TEXTS[kind])


def test_a_long_text_takes_no_longer_than_it_is_long() -> None:
    """No pattern may run away: each stays within a clause of bounded length."""
    text = "我想问一下老公打算买的那个面霜用了会不会，" * 200

    assert care.recognise(text) is None
