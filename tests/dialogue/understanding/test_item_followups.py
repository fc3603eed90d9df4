"""What a follower says just after items were shown, in three trades."""

import pytest

from app.dialogue.understanding.item_followups import ItemFollowup, read_followup

GUITARS, TEA, RODS = "有没有吉他", "送妈妈什么好", "预算500的鱼竿"


def other_name(name: str) -> ItemFollowup:
    return ItemFollowup(question=name, name=name, is_other_name=True)


def others(question: str) -> ItemFollowup:
    return ItemFollowup(question=question, wants_others=True)


@pytest.mark.parametrize(
    "text",
    ["最贵的呢", "最贵的", "最贵的是哪个", "哪个最贵", "贵一点的", "有没有贵点的", "更好的有吗",
     "好一点的呢", "那最贵的呢", "a more expensive one", "the most expensive one"],
)  # fmt: skip
def test_the_dearest_is_asked_for_with_the_question_before(text: str) -> None:
    assert read_followup(text, GUITARS) == ItemFollowup(question="有没有吉他，最贵的")


@pytest.mark.parametrize(
    "text",
    ["再便宜点", "有便宜点的吗", "便宜点的", "有没有更便宜的", "太贵了，有便宜点的吗", "换个便宜的",
     "有点贵，再便宜一点的呢", "cheaper one", "anything cheaper?", "实惠点的有吗"],
)  # fmt: skip
def test_what_is_cheaper_than_the_items_is_asked_for(text: str) -> None:
    assert read_followup(text, TEA) == ItemFollowup(
        question="送妈妈什么好，最便宜的", is_cheaper=True
    )


@pytest.mark.parametrize("text", ["哪个最便宜", "最便宜的呢", "哪款便宜点", "最便宜的是哪款"])
def test_the_cheapest_is_asked_for_with_the_question_before(text: str) -> None:
    assert read_followup(text, TEA) == ItemFollowup(question="送妈妈什么好，最便宜的")


def test_an_order_or_a_budget_replaces_the_one_before() -> None:
    assert read_followup("最贵的呢", "有没有吉他，最便宜的") == ItemFollowup(
        question="有没有吉他，最贵的"
    )
    assert read_followup("预算200", RODS) == ItemFollowup(question="鱼竿，预算200")
    assert read_followup("最便宜的呢", RODS) == ItemFollowup(question="预算500的鱼竿，最便宜的")


@pytest.mark.parametrize(
    "text",
    ["都看过了", "这些都看过了", "不喜欢，换", "不喜欢", "都不喜欢，换一批", "换一个", "换换",
     "还有别的吗", "没看上的", "都买过了", "another one please", "show me others", "something else",
     "I don't like these", "seen them all", "不太合适，换一批吧", "下一个", "其他的呢"],
)  # fmt: skip
def test_other_items_are_asked_for(text: str) -> None:
    assert read_followup(text, RODS) == others(RODS)


@pytest.mark.parametrize(
    ("text", "name"),
    [("不要口琴", "口琴"), ("不喜欢龙井", "龙井"), ("除了海竿", "海竿"), ("除了龙井呢", "龙井"),
     ("不要古典的", "古典"), ("口琴不要", "口琴"), ("除了龙井还有什么", "龙井"),
     ("不要海竿，换一批", "海竿"), ("no harmonica", "harmonica"), ("不想要拇指琴", "拇指琴")],
)  # fmt: skip
def test_what_is_excluded_has_to_be_an_items_name(text: str, name: str) -> None:
    assert read_followup(text, TEA) == ItemFollowup(question=f"{TEA}，不要{name}", name=name)


def test_what_was_asked_for_and_is_excluded_leaves_the_question() -> None:
    assert read_followup("不要吉他", GUITARS) == ItemFollowup(
        question="有没有什么，不要吉他", name="吉他"
    )


@pytest.mark.parametrize(
    ("text", "name"),
    [("那竹笛呢", "竹笛"), ("竹笛呢", "竹笛"), ("那海竿呢？", "海竿"), ("龙井呢", "龙井"),
     ("那茶壶怎么样", "茶壶"), ("那有没有茶杯", "茶杯"), ("那来个茶杯吧", "茶杯"),
     ("那看看茶杯", "茶杯"), ("what about violins", "violins"), ("有没有茶杯", None),
     ("那有没有人", None), ("那还要等", None)],
)  # fmt: skip
def test_another_thing_is_asked_for_by_its_name(text: str, name: str | None) -> None:
    assert read_followup(text, GUITARS) == (other_name(name) if name else None)


@pytest.mark.parametrize(
    ("question", "limits"),
    [("预算500的鱼竿", "500元以内"), ("给女儿买裤子，预算300", "300元以内"),
     ("200到400的鱼竿", "200到400元之间"), ("300元以上的茶", "300元以上"),
     ("100块左右的茶", "100元左右"), ("几十块的茶", "99元以内"), ("最贵的吉他", "最贵的"),
     ("最便宜的、300以内的吉他", "300元以内，最便宜的"), ("under 300 yuan", "300元以内"),
     ("99.5元以内的茶", "99.5元以内")],
)  # fmt: skip
def test_another_thing_is_asked_for_at_the_price_told_before(question: str, limits: str) -> None:
    followup = read_followup("那裙子呢", question)

    assert followup == ItemFollowup(question=f"裙子，{limits}", name="裙子", is_other_name=True)


@pytest.mark.parametrize(
    "text",
    ["价格怎么涨了", "太贵了", "怎么这么贵", "又贵了", "贵了点", "有点贵", "能便宜点吗", "便宜点吧",
     "便宜点行吗", "再便宜点吧", "便宜吗", "贵不贵", "不贵", "很便宜", "真便宜", "谢谢推荐", "喜欢",
     "很喜欢，谢谢", "不错", "好的", "再见", "拜拜", "好吃", "我要退货", "想退货", "换货",
     "坏了想换一个",
     "尺码不合适想换货", "不要了", "我不要了，退款吧", "不买了", "取消订单", "什么时候发货",
     "多少钱",
     "人工", "转人工", "投诉", "不喜欢你们的服务态度很差", "不要发票，谢谢", "不用了",
     "算了", "没有了",
     "你呢", "我呢", "吃了没", "in stock?", "thank you", "goodbye", "this is too expensive",
     "I want a refund", "no", "not good service at all, I complain", "换个地址", "换个人来回答",
     "看了你们的文章很有收获", "怎么还没收到", "便宜没好货", "你们怎么又涨价了", "预算是什么意思"],
)  # fmt: skip
def test_what_is_about_another_matter_stays_it(text: str) -> None:
    assert read_followup(text, GUITARS) is None
