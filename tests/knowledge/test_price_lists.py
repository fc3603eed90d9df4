"""What the things of a kind cost."""

import pytest

from app.knowledge.price_lists import list_kind, list_prices
from app.knowledge.values import Entry
from app.messages import marks
from app.messages.values import Article, Text, as_plain_text


def entries(*pairs: tuple[str, str]) -> list[Entry]:
    return [
        Entry(f"e{at}", question, (), Text(content=text))
        for at, (question, text) in enumerate(pairs, 1)
    ]


CARDS = entries(
    ("月卡多少钱", "单店月卡399元，含团课。"),
    ("季卡什么价", "季卡999元；三个月内有效。"),
    ("学生卡多少钱", "凭学生证办，799元。"),
    ("两店通用的年卡多少钱", "两家店都能用。3580元，含游泳。"),
    ("次卡怎么卖", "次卡10次680元。"),
    ("卡能退吗", "7天内全额退，超过扣 100 元。"),
)


@pytest.mark.parametrize(
    "question",
    [
        "卡多少钱",
        "办卡多少钱",
        "你们卡怎么卖",
        "你好，卡都什么价啊？",
        "请问会员卡的价格",
        "办张卡多少",
    ],
)
def test_up_to_four_things_of_the_kind_are_listed_with_their_first_price(question: str) -> None:
    price_list = list_prices(question, CARDS)

    assert price_list
    assert price_list.text == ("单店月卡399元；季卡999元；学生卡799元；两店通用的年卡3580元")
    assert price_list.entry_ids == ("e1", "e2", "e3", "e4")
    assert price_list.members == {"e1", "e2", "e3", "e4", "e5"}


@pytest.mark.parametrize(
    "question",
    [
        "月卡多少钱", "多少钱", "这个卡多少钱", "卡能退吗", "卡怎么用", "卡多少钱一张能退吗",
        "停车多少钱", "一个人多少钱", "运费多少", "办卡要什么", "卡里有多少钱", "",
    ],
)  # fmt: skip
def test_another_question_has_no_list(question: str) -> None:
    assert list_prices(question, CARDS) is None


def test_a_base_that_speaks_of_the_kind_itself_or_hardly_of_it_has_no_list() -> None:
    itself = entries(("卡多少钱", "月卡399元，季卡999元。"))
    coffee = entries(("美式咖啡多少钱", "22元。"), ("手冲咖啡多少钱", "38元。"),
                     ("拿铁多少钱", "28元。"), ("咖啡豆多少钱", "88元。"))  # fmt: skip

    assert list_prices("卡多少钱", [*CARDS, *itself]) is None
    assert list_prices("咖啡多少钱", coffee) is None
    assert list_prices("卡多少钱", CARDS[:2]) is None


def test_what_has_no_plain_price_or_is_done_to_a_thing_is_left_out() -> None:
    article = marks.write(Article(type="article", title="卡 9 元", url="https://a.example/a"))
    others = entries(
        ("礼品卡多少钱", article),
        ("补卡多少钱", "补卡10元。"),
        ("租卡多少钱", "租卡20元。"),
        ("亲子卡多少钱", "押金100元。"),
        ("家庭卡多少钱", "请到店里看。"),
    )

    assert list_prices("卡多少钱", others) is None


@pytest.mark.parametrize(
    ("question", "names", "listed"),
    [
        ("被子怎么卖", ("蚕丝被", "羽绒被", "夏凉被"), True),
        ("门票多少钱", ("成人票", "儿童票", "夜场票"), True),
        ("一束花什么价位", ("红玫瑰花束", "百合花束", "康乃馨花束"), True),
        ("花多少钱", ("红玫瑰花束", "百合花束", "永生花"), True),
        ("一束花什么价位", ("永生花", "手捧花", "蝴蝶兰花"), False),
        ("桃多少钱", ("美早樱桃", "黄蜜樱桃", "大棚樱桃"), False),
        ("樱桃多少钱", ("美早樱桃", "黄蜜樱桃", "大棚樱桃"), True),
        ("老人多少钱", ("自理老人", "失能老人", "半失能老人"), False),
    ],
)
def test_a_kind_is_what_the_names_end_in(
    question: str, names: tuple[str, ...], listed: bool
) -> None:
    base = entries(*((f"{name}多少钱", f"{name}98元。") for name in names))

    assert (list_prices(question, base) is not None) is listed


TEAS = entries(
    ("红茶多少钱", "祁门红茶 100 克一罐 88 元，500 克一袋 398 元。"),
    ("茉莉花茶多少钱", "茉莉花茶 100 克一罐 68 元。"),
    ("两罐装礼盒多少钱", "268 元，配手提袋。"),
    ("三罐装礼盒怎么卖", "398 元，配手提袋。"),
    ("茶具多少钱", "请到店里看。"),
)
BOXES = "两罐装礼盒268 元；三罐装礼盒398 元"


BLACK, JASMINE = (as_plain_text(entry.answer) for entry in TEAS[:2])


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("你们有什么红茶", BLACK), ("红茶有哪些？", BLACK),
        ("有什么花茶卖吗", JASMINE), ("店里有哪几种花茶", JASMINE),
        ("礼盒都有哪些", BOXES), ("有啥礼盒", BOXES),
        ("有什么茶具", None), ("有什么绿茶", None), ("有什么茶", None), ("有什么红茶推荐", None),
        ("红茶有什么好处", None), ("有红茶吗", None), ("有什么优惠", None),
    ],
)  # fmt: skip
def test_who_asks_which_there_are_gets_all_or_the_entry_on_the_kind(
    question: str, text: str | None
) -> None:
    kind_list = list_kind(question, TEAS)

    assert (kind_list.text if kind_list else None) == text


def test_of_more_than_fit_no_few_stand_for_all() -> None:
    assert list_kind("有什么卡", CARDS) is None
    assert list_kind("有什么卡", CARDS[:4]) is not None
