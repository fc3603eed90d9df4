"""Short answers to a question are grouped by the things that several of them name."""

import pytest

from app.marketing.social.naming import group_by_names

TEA = (
    "您最喜欢哪款春茶？",
    ["龙井的豆香真好闻，每年都买", "最喜欢你们的龙井", "龙井，清爽不涩", "碧螺春的果香很特别",
     "碧螺春好喝", "都不喜欢，太贵", "你们的龙井越来越差了", "信阳毛尖吧，家里人爱喝"],
    {"龙井": 4, "碧螺春": 2, "其他": 2},
)  # fmt: skip
TAKEAWAY = (
    "您觉得我们的外卖哪里最该改进？",
    ["配送太慢了，等了一个小时", "包装漏汤，洒了一袋子", "配送员态度不好", "份量越来越少",
     "味道挺好的，就是配送慢", "包装盒能不能环保一点", "没什么要改的，挺好", "价格涨了份量还少了",
     "包装很结实，赞", "希望多点素菜", "配送费太贵"],
    {"配送": 4, "包装": 3, "份量": 2, "其他": 2},
)  # fmt: skip
COURSES = (
    "孩子最爱上哪门课？",
    ["美术课，回家天天画", "我家孩子喜欢美术课，老师很有耐心", "编程课！", "都喜欢",
     "编程课有意思，做了个小游戏", "围棋课，老师讲得好", "美术课作品都贴满墙了", "舞蹈",
     "钢琴课太枯燥，不想去了", "编程课进度太快，跟不上", "舞蹈课，孩子自信多了", "围棋", "老师好"],
    {"编程课": 3, "美术课": 3, "围棋": 2, "舞蹈": 2, "其他": 3},
)  # fmt: skip


@pytest.mark.parametrize(("question", "texts", "counts"), [TEA, TAKEAWAY, COURSES])
def test_answers_are_grouped_by_the_nouns_that_several_share(
    question: str, texts: list[str], counts: dict[str, int]
) -> None:
    topics = group_by_names(question, texts, 5)

    assert {topic.name: len(topic.places) for topic in topics} == counts
    assert sorted(place for topic in topics for place in topic.places) == list(range(len(texts)))


def test_answers_that_share_no_noun_are_not_grouped() -> None:
    texts = ["面霜很滋润", "客服态度差", "性价比高", "[手机号]", "[手机号]，喜欢"]

    topics = group_by_names("用了面霜怎么样？", texts, 5)

    assert topics == ()


@pytest.mark.parametrize(
    ("texts", "names"),
    [
        (["想喝热可可", "热可可加糖", "来杯热可可"], ["热可可"]),
        (["低因拿铁睡得着", "低因拿铁", "最爱低因拿铁"], ["低因拿铁"]),
        (["手冲耶加雪菲，香", "耶加雪菲！酸", "耶加雪菲 yyds"], ["耶加雪菲"]),
        (["要生椰拿铁，冰", "燕麦拿铁", "低因拿铁吧", "无糖燕麦拿铁", "生椰拿铁"],
         ["生椰拿铁", "燕麦拿铁", "其他"]),
        (["看电影", "电影院", "看个电影"], ["电影"]),
        (["十一点", "快十一点了", "一点", "凌晨一点"], ["十一点", "一点"]),
    ],
)  # fmt: skip
def test_groups_have_whole_names(texts: list[str], names: list[str]) -> None:
    topics = group_by_names("孩子几点睡，喝什么？", texts, 5)

    assert [topic.name for topic in topics] == names


def test_items_of_the_account_show_what_is_a_name() -> None:
    texts = ["想要澳白加冰", "喝澳白就够", "随便吧"]

    topics = group_by_names("喝哪杯？", texts, 5, item_names=["澳白", "拿铁"])

    assert [topic.name for topic in topics] == ["澳白", "其他"]
