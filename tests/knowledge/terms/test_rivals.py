"""Neighbours of what was asked for: 母亲节 for 父亲节."""

import json
from pathlib import Path

import pytest

from app.inference.ports import Bands
from app.knowledge.terms.rivals import find_rivalry, limit_probability, read_question

SHOPS = Path(__file__).parents[3] / "models" / "shops"
SOME = ("pets", "travel", "visa_service", "swimming", "yoga", "hotel", "souvenirs", "music_school",
        "language_school", "wedding", "board_games", "clothing")  # fmt: skip
WRONG = 0.003  # of the messages that an entry answers


def rivalry(question: str, candidate: str) -> str:
    return find_rivalry(read_question(question), candidate)


@pytest.mark.parametrize(
    ("question", "candidate"),
    [
        # festivals
        ("父亲节有什么花束", "母亲节的花束\n母亲节康乃馨花束 168 元。"),
        ("圣诞节红玫瑰多少钱", "情人节玫瑰什么价\n2月14日和七夕每枝 15 元。"),
        ("父親節有什麼花", "母亲节的花束\n母亲节康乃馨花束 168 元。"),
        ("Do you have flowers for Father's Day?", "母亲节的花束\n母亲节康乃馨 168 元。"),
        ("214那天红玫瑰多少", "七夕红玫瑰 99 元。"),
        ("端午店里开门吗", "国庆怎么营业\n国庆七天 9:00 开门。"),
        # places
        ("上海送一单多少钱", "配送费\n苏州市内 15 元。"),
        ("你们在上海哪里", "地址\n苏州观前街 12 号。"),
        ("南京有店吗", "在哪里\n江苏省苏州市观前街 12 号。"),
        ("深圳的旧垫拉不拉", "旧床垫能回收吗\n佛山广州免费拉走一张。"),
        ("寄到日本多少运费", "运费\n满 99 元包邮，新疆西藏收 20 元。"),
        ("韩国签证多少钱", "日本单次签证 399 元。"),
        # species
        ("仓鼠能寄养吗", "猫寄养多少钱\n猫寄养 50 元一天。"),
        ("兔子洗澡多少", "狗洗澡多少钱\n5 公斤以下的狗洗澡 68 元。"),
        ("柯基洗澡多少钱", "猫洗澡 68 元。"),
        ("乌龟看病吗", "狗狗看病\n看犬科，挂号 20 元。"),
        ("我家养了布偶，多少钱洗一次", "泰迪洗澡 68 元，幼犬 58 元。"),
        # languages
        ("日语原版有吗", "英文原版书\n英文原版在三楼。"),
        ("西班牙语零基础班多少钱", "日语零基础班\n日语 80 课时 3680 元。"),
        ("有法语导览吗", "英语导览\n英语讲解每天两场。"),
        ("do you have Korean menus", "有英文菜单吗\n英文菜单每桌一份。"),
        ("粤语课多少", "普通话课 60 元一节。"),
        # mourning
        ("白事用的花圈有吗", "百合花束\n百合花束 168 元。"),
        ("扫墓带什么花", "生日送什么花\n生日送康乃馨。"),
        ("葬礼上送的花篮多少钱", "开业花篮多少钱\n开业花篮 288 元一对。"),
        ("想订个祭奠用的花束", "向日葵花束\n向日葵花束 128 元。"),
        ("结婚用的花多少钱", "殡仪馆送花圈吗\n花圈 200 元。"),
    ],
)
def test_a_neighbour_never_answers(question: str, candidate: str) -> None:
    assert rivalry(question, candidate) == "strict"


@pytest.mark.parametrize(
    ("question", "candidate"),
    [
        ("sauna多少钱", "泳池\n泳池单次 38 元。"),
        ("is there a sauna", "泳池\n泳池单次 38 元。"),
        ("有没有充电桩", "停车\n门口 6 个车位免费。"),
        ("口琴课多少钱", "钢琴课多少钱\n钢琴一对一 180 元。"),
        ("年卡多少钱", "月卡多少钱\n月卡 299 元，季卡 799 元。"),
        ("孕妇能泡吗", "儿童能泡吗\n儿童须家长陪同。"),
        ("军人有优惠吗", "学生优惠\n学生九折。"),
        ("礼拜二几点开场", "狼人杀周三、五、六 19:30 开局。"),
        ("周六上课吗", "什么时候上课\n周一至周五 19:00。"),
        ("早饭有吗", "晚餐\n晚餐 17:30 到 20:00。"),
        ("能发顺丰吗", "发什么快递\n默认发中通。"),
        ("夏天的校服多少", "冬季校服 188 元一套。"),
        ("坐公交怎么去", "地铁 2 号线花桥。"),
    ],
)
def test_other_neighbours_are_a_choice_at_most(question: str, candidate: str) -> None:
    assert rivalry(question, candidate) == "soft"


@pytest.mark.parametrize(
    ("question", "candidate"),
    [
        # it names what was asked for, in its own way
        ("214那天红玫瑰多少", "情人节红玫瑰 99 元。"),
        ("情人节贵吗", "鲜花旺季 2 月 14 日前后上浮 20%。"),
        ("礼拜三几点关门", "周一到周五 18:00 关门。"),
        ("周日开吗", "周六日 10:00 开门。"),
        ("仨月的卡多少", "季卡 799 元。"),
        ("英短能闻百合吗", "百合对猫有毒。"),
        ("娃能下水吗", "儿童须家长陪同。"),
        ("坐月子能吃吗", "孕妇和产妇能吃吗\n都可以。"),
        ("日文翻译多少", "英文 60 元，日、韩文 90 元。"),
        # it lists several, and this one among them
        ("中秋放假吗", "放假\n端午、中秋各休一天。"),
        ("狗能寄养吗", "寄养\n猫 50 元，狗 60 元。"),
        # it speaks of what holds it, or of what lies in it
        ("昆山送吗", "送哪里\n江浙沪都送。"),
        ("你们在江苏哪里", "苏州观前街 12 号。"),
        ("寄喀什多少", "新疆、西藏 25 元。"),
        ("母亲节那天营业吗", "节假日照常营业。"),
        ("仓鼠能带进去吗", "宠物不能进店。"),
        # it says something of others as well, or what is different elsewhere
        ("寄成都多少", "江浙沪 6 元，其他地方 12 元。"),
        ("寄杭州多少运费", "满 99 元包邮，新疆西藏收 20 元。"),
        ("寄杭州多少运费", "运费 8 元，新疆西藏 20 元。"),
        ("周三开门吗", "周一闭馆。"),
        ("月卡能停吗", "年卡可停一次，其他卡不能停。"),
        # the question isn't about it
        ("不是母亲节，平时的花束多少", "母亲节花束 168 元。"),
        ("除了顺丰还能发什么", "默认发中通。"),
        ("全国联保几年", "日本机芯保一年。"),
        ("我从上海过来怎么走", "苏州观前街 12 号。"),
        ("家里有白事，想退课", "退课\n开课前全退。"),
        # other meanings
        ("熊猫馆几点开", "能带狗吗\n导盲犬可以。"),
        ("热狗多少钱", "猫粮 20 元。"),
        ("布偶玩具多少钱", "狗咬的玩具 20 元。"),
        ("天猫店有券吗", "狗粮满 99 元减 10 元。"),
        ("上海路店在哪", "苏州观前街 12 号。"),
        ("520元的花束有吗", "情人节花束 299 元。"),
        # nothing of the kind is named
        ("父亲节有什么花束", "花束多少钱\n花束 168 元起。"),
        ("上海送一单多少钱", "配送费 15 元。"),
        ("花束多少钱", "母亲节花束 168 元。"),
        ("礼拜三包两个钟头多少钱", "包场 8800 元，限 120 人；周末加 2000 元，先付一半。"),
        ("We're moving to Germany with our dog", "去日本等 180 天；去欧盟等 90 天，代办 2600 元。"),
        ("周二洗车多少", "洗车 35 元，周六周日贵 5 元。"),
    ],
)
def test_an_answer_that_may_hold_is_left_alone(question: str, candidate: str) -> None:
    assert rivalry(question, candidate) == "none"


def test_a_soft_neighbour_may_be_offered_and_a_strict_one_not() -> None:
    bands = Bands(sure=0.6, possible=0.2)

    assert limit_probability(0.9, "none", bands) == 0.9
    assert limit_probability(0.9, "soft", bands) == 0.2
    assert limit_probability(0.1, "soft", bands) == 0.1
    assert limit_probability(0.9, "strict", bands) < 0.2


def test_entries_of_the_corpus_keep_their_questions() -> None:
    total = wrong = 0
    for shop in SOME:
        entries = {
            row["id"]: "\n".join((row["question"], *row["variants"], row["answer"]))
            for row in rows(SHOPS / shop / "entries.jsonl")
        }
        for row in rows(SHOPS / shop / "messages.jsonl"):
            if row["kind"] == "answerable" and "entry" in row:
                total += 1
                texts = [entries[each] for each in row["entry"].split("|")]
                wrong += all(rivalry(row["text"], text) != "none" for text in texts)

    assert total > 500
    assert wrong / total < WRONG


def rows(file: Path) -> list[dict[str, str]]:
    lines = file.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]
