"""What each reply is worth."""

from typing import Any

import pytest

from tests.bench.answers import grading
from tests.bench.answers.corpus import Case, Gold, Kind
from tests.bench.answers.values import Base, Chunk, Exchange, Played, Record

BASE = Base(
    names={"e01": ("红茶多少钱", "红茶价格"), "e02": ("绿茶多少钱",), "e03": ("包邮吗",)},
    answers={"e01": "红茶一罐 88 元。", "e02": "绿茶一罐 66 元。", "e03": "满 99 元包邮。"},
    chunks={
        "c1": Chunk("1.md", "手册 > 泡茶", "可泡 7 泡。"),
        "c2": Chunk("1.md", "手册 > 存茶", "避光，可存 2 年。"),
        "c3": Chunk("2.md", "规则 > 泡茶", "到店免费泡。"),
    },
)
RED = Gold(("88",), frozenset({"e01"}))
BREWING = Gold(("7 泡",), document="1.md", section="泡茶")
MENU = "您是想问：\n1. {}\n2. 包邮吗"
LINK = '<a href="weixin://bizmsgmenu?msgmenucontent={0}&msgmenuid=choice">{0}</a>'
OFFER = f"您是想问：\n1. {LINK}：{{1}}\n2. {LINK.format('包邮吗')}：满 99 元包邮。"
NEAR = f"这个我还不清楚。\n\n相近的有：{LINK}"


def played(
    kind: Kind, reply: str, source: str, *cited: str, gold: tuple[Gold, ...] = (), **case: Any
) -> Played:
    case_object = Case("tea", "x01", kind, ("问",), gold=gold, **case)
    return Played(case_object, (Exchange("问", reply, Record(source, cited)),))


@pytest.mark.parametrize(
    ("reply", "source", "cited", "expected"),
    [
        ("红茶一罐 88 元。", "knowledge", ["e01"], "right"),
        ("您好，88元哦", "generated", ["e01", "e02"], "right"),
        ("红茶一罐 88 元。", "handoff", [], "right"),
        ("绿茶一罐 66 元。", "knowledge", ["e02"], "wrong"),
        ("共 88 泡", "extract", ["c2"], "wrong"),  # the fact by chance, from elsewhere
        ("好喝的", "generated", [], "wrong"),
        ("抱歉。绿茶一罐 66 元。", "handoff", [], "wrong"),
        (MENU.format("红茶多少钱"), "choices", ["e01", "e03"], "offered"),
        (MENU.format("绿茶多少钱"), "choices", ["e02", "e03"], "declined"),
        (OFFER.format("红茶多少钱", "红茶一罐 88 元。"), "choices", ["e01", "e03"], "offered"),
        (OFFER.format("绿茶多少钱", "红茶多少钱？88 元…"), "choices", ["e02", "e03"], "declined"),
        (NEAR.format("红茶多少钱"), "choices", [], "offered"),
        (NEAR.format("绿茶多少钱"), "choices", [], "declined"),
        ("暂时没有查到", "knowledge_missing", [], "declined"),
        ("价格请看商品页", "template", [], "declined"),
        ("", "silence", [], "declined"),
    ],
)
def test_an_answerable_question_is_graded_by_facts_and_citations(
    reply: str, source: str, cited: list[str], expected: str
) -> None:
    graded = grading.grade(played("answerable", reply, source, *cited, gold=(RED,)), BASE)

    assert graded.grade == expected


@pytest.mark.parametrize(
    ("reply", "cited", "expected"),
    [
        ("可泡 7 泡。", "c1", "right"),
        ("到店免费泡 7 泡。", "c3", "wrong"),
        ("避光，可存 2 年。", "c2", "wrong"),
    ],
)
def test_an_answer_of_a_document_is_right_by_its_own_passage(
    reply: str, cited: str, expected: str
) -> None:
    graded = grading.grade(played("follow_up", reply, "extract", cited, gold=(BREWING,)), BASE)

    assert graded.grade == expected


@pytest.mark.parametrize(
    ("gold", "expected"),
    [
        (Gold(("88",), frozenset({"e01", "e02"})), {"e01", "e02"}),
        (BREWING, {"c1"}),
        (Gold(("2 年",), document="1.md"), {"c2"}),
        (Gold(("9 泡",), document="1.md"), set()),
    ],
)
def test_gold_is_known_by_the_ids_that_replies_cite(gold: Gold, expected: set[str]) -> None:
    assert grading.gold_ids(gold, BASE) == expected


def test_a_right_answer_may_have_others_beside_it() -> None:
    cited = [["e01"], ["e01", "e02"], ["问候"]]

    graded = [
        grading.grade(played("answerable", "88", "knowledge", *ids, gold=(RED,)), BASE)
        for ids in cited
    ]

    assert [(each.grade, each.beside) for each in graded] == [
        ("right", False), ("right", True), ("right", False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("reply", "source", "cited", "expected"),
    [
        ("红茶一罐 88 元。", "knowledge", ["e01"], "wrong"),
        ("可泡 7 泡。", "extract", ["c1"], "wrong"),
        ("茶性温和。红茶一罐 88 元。", "generated", ["e01"], "wrong"),
        ("抱歉。红茶一罐 88 元。", "handoff", [], "wrong"),
        (MENU.format("红茶多少钱"), "choices", ["e01", "e03"], "offered"),
        ("白茶没有查到，回复「人工」联系同事", "unsure", ["e01"], "right"),
        ("白茶性凉，看您口味。", "generated", [], "right"),
        ("价格请看商品页", "template", [], "right"),
        ("按规则", "rule", ["问候"], "right"),
    ],
)
def test_a_question_beyond_the_base_must_not_get_what_is_in_it(
    reply: str, source: str, cited: list[str], expected: str
) -> None:
    assert grading.grade(played("near", reply, source, *cited), BASE).grade == expected


@pytest.mark.parametrize(
    ("reply", "source", "cited", "expected"),
    [
        ("红茶一罐 88 元。", "knowledge", ["e01"], "wrong"),
        (MENU.format("红茶多少钱"), "choices", ["e01", "e03"], "declined"),
        ("送长辈看口味。", "generated", [], "declined"),
    ],
)
def test_an_open_question_must_not_get_an_entry_as_its_answer(
    reply: str, source: str, cited: list[str], expected: str
) -> None:
    assert grading.grade(played("open", reply, source, *cited), BASE).grade == expected


@pytest.mark.parametrize(
    ("reply", "parts"),
    [
        ("1. 红茶一罐 88 元。2. 可泡 7 泡。关于WiFi，暂时没有查到。", (True, True, True)),
        ("红茶一罐 88 元。", (True, False, False)),
        ("可泡 7 泡，其他的不太确定", (False, True, True)),
        ("没听懂", (False, False, False)),
    ],
)
def test_each_of_several_questions_is_addressed(reply: str, parts: tuple[bool, ...]) -> None:
    gold = (RED, BREWING, Gold(unknown="WiFi"))

    graded = grading.grade(played("several", reply, "knowledge", "e01", gold=gold), BASE)

    assert graded.parts == parts
    assert graded.grade == ("right" if all(parts) else "missed")


QUESTION = Exchange("几天到", "请问寄到哪里？", Record("slot", intent="ask_arrival_time"))


@pytest.mark.parametrize(
    ("reply", "source", "intent", "noted", "expected"),
    [
        ("寄到新疆 7 天。", "knowledge", "chitchat", [], "understood"),
        ("好的，记下了。", "slot", None, ["新疆"], "understood"),
        ("这就请同事来。", "handoff", "ask_price", ["资料：城市 新疆"], "understood"),
        ("一般 3 天。", "template", "ask_arrival_time", ["新疆"], "understood"),
        ("满 99 元包邮。", "knowledge", "chitchat", ["新疆"], "understood"),  # the first's entry
        ("红茶一罐 88 元。", "extract", "chitchat", ["新疆"], "missed"),
        ("一般 3 天。", "template", "ask_arrival_time", [], "missed"),
        ("您说什么？", "ask_back", "ask_arrival_time", ["新疆"], "missed"),
        ("新疆？请问寄到哪里？", "slot", "ask_arrival_time", ["新疆"], "missed"),
        ("这不在我的范围里。", "template", "out_of_scope", ["新疆"], "missed"),
    ],
)
def test_an_answer_to_the_bots_question_is_understood_or_not(
    reply: str, source: str, intent: str | None, noted: list[str], expected: str
) -> None:
    case = Case("tea", "r01", "slot_reply", ("几天到", "新疆"), value="新疆")
    cited = ("e03",) if "包邮" in reply else ("e01",) if "红茶" in reply else ()
    last = Exchange("新疆", reply, Record(source, cited, intent))
    whole = Played(case, (QUESTION, last), tuple(noted), hit_ids=("e03", "e02", "c1", "e01"))

    assert grading.grade(whole, BASE).grade == expected


@pytest.mark.parametrize(
    ("intent", "in_scope", "expected"),
    [("ask_price", True, "right"), ("ask_price", False, "missed"), ("greet", True, "missed")],
)
def test_a_basic_is_right_when_its_intent_is_and_in_scope(
    intent: str, in_scope: bool, expected: str
) -> None:
    case = Case("tea", "b01", "basic", ("多少钱",), intents=frozenset({"ask_price", "haggle"}))
    exchange = Exchange("多少钱", "88", Record("template", (), intent, 0.9))

    graded = grading.grade(Played(case, (exchange,), in_scope=in_scope), BASE)

    assert graded.grade == expected


@pytest.mark.parametrize(
    ("kind", "source", "expected"),
    [("manners", "template", "unread"), ("manners", "failure", "missed"),
     ("basic", "template", "missed")],
)  # fmt: skip
def test_manners_that_no_model_read_have_no_intent_to_judge(
    kind: Kind, source: str, expected: str
) -> None:
    case = Case("tea", "m01", kind, ("🌹",), intents=frozenset({"praise"}))
    exchange = Exchange("🌹", "我在。", Record(source))

    assert grading.grade(Played(case, (exchange,)), BASE).grade == expected


@pytest.mark.parametrize(
    ("hit_ids", "expected"), [(("e02", "c1"), 2), (("e02",), None), ((), None)]
)
def test_the_place_of_what_answers_in_the_search(
    hit_ids: tuple[str, ...], expected: int | None
) -> None:
    case = Case("tea", "a01", "answerable", ("泡几次",), gold=(BREWING,))

    assert grading.place(BREWING, Played(case, (), hit_ids=hit_ids), BASE) == expected
