"""Rules of segments: read in both languages, written back, and refused with the place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.marketing.audience.rule_language import BadRule, parse_rule
from app.marketing.audience.rule_queries import describe_rule


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("未活跃天数>=30", "未活跃天数 >= 30"),
        ("recency ≥ 30 and value > 99.5", "未活跃天数 >= 30 且 消费 > 99.5"),
        ("消费 > 100 或 阅读数 > 5 且 分享数 = 0", "消费 > 100 或 (阅读数 > 5 且 分享数 = 0)"),
        ("(消费 > 100 或 阅读数 > 5) 且 分享数 = 0", "(消费 > 100 或 阅读数 > 5) 且 分享数 = 0"),
        ("非 阶段 = 沉睡", '非 阶段 = "沉睡"'),
        ("阅读 >= 3 且 成交 >= 2", "阅读数 >= 3 且 成交数 >= 2"),
        ("not （stage = dormant）", '非 阶段 = "沉睡"'),
        ("兴趣 包含 “龙井 新茶”", '兴趣 包含 "龙井 新茶"'),
        ("interests has 龙井", '兴趣 包含 "龙井"'),
        ("情绪 < -0.25", "情绪 < -0.25"),
        ("消费＞＝１０ 且 阶段 ＝ 活跃", '消费 >= 10 且 阶段 = "活跃"'),
        ("意图 != price", '意图 != "price"'),
        ("人群 = 「大客户」 且 消息数 > 1000000", '人群 = "大客户" 且 消息数 > 1000000'),
    ],
)
def test_a_rule_is_read_and_written_back(text: str, meaning: str) -> None:
    rule = parse_rule(text)

    assert describe_rule(rule) == meaning
    assert parse_rule(meaning) == rule


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "规则结尾处：应是一个字段"),
        ("   ", "规则结尾处：应是一个字段"),
        ("年龄 > 30", "第 1 个字“年龄”处：没有“年龄”这个字段。可用：未活跃天数"),
        ("消费", "规则结尾处：“消费”后面应是 = != < <= > >="),
        ("消费 包含 3", "第 4 个字“包含”处：“消费”后面应是"),
        ("兴趣 = 龙井", "“兴趣”后面应是 包含"),
        ("阶段 > 活跃", "“阶段”后面应是 = !="),
        ("消费 > 很多", "“消费”要和 0 或更大的数比较"),
        ("消费 > ", "“消费”要和 0 或更大的数比较"),
        ("情绪 > 5", "第 6 个字“5”处：“情绪”要和 -1 到 1 的数比较"),
        ("情绪 = 开心", "“情绪”要和 -1 到 1 的数比较"),
        ("活跃时段 = 25", "“活跃时段”要和 0 到 23 的数比较"),
        ("阶段 = 快乐", "“阶段”只有 新粉、活跃、转冷、沉睡、已离开"),
        ("消费 > 1 消息数 > 2", "第 8 个字“消息数”处：这里应是“且”“或”或结尾"),
        ("(消费 > 1", "规则结尾处：少一个右括号"),
        ('意图 = "价格', "引号是否成对"),
        ("非 " * 30 + "消费 > 1", "最多套 20 层"),
        ("(" * 30 + "消费 > 1" + ")" * 30, "最多套 20 层"),
        ("消费 > 1 且 " * 400 + "消费 > 1", "最多 2000 个"),
        ("消费 > 1; DROP TABLE segments", "读不懂|这里应是"),
    ],
)
def test_a_rule_that_cannot_be_read_names_the_place(text: str, sentence: str) -> None:
    with pytest.raises(BadRule, match=sentence):
        parse_rule(text)


@given(st.text(alphabet='消费数 ><=＞＝！()（）且或非"“”1.-包含兴趣andor', max_size=40))
def test_any_text_is_a_rule_or_is_refused(text: str) -> None:
    try:
        rule = parse_rule(text)
    except BadRule:
        return
    assert parse_rule(describe_rule(rule)) == rule
