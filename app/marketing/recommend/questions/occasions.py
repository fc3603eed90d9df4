"""Words of an occasion in a question, and words by which items fit it: 送妈妈什么好, 礼盒.

General notions of shops, not of one: an item fits by its title or a tag.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Occasion:
    """How a normalised question tells of an occasion, the words of items, and the reason."""

    asks: re.Pattern[str]
    words: tuple[str, ...]
    reason: str


GIFT = Occasion(
    re.compile(
        r"^(?!.*(?:时候|送货|送到|配送|赠送))"
        r"(?:.*送(?:给)?(?:朋友|同事|客户|老师|领导|长辈|爸|妈|老公|老婆|[男女]朋友|闺蜜|爷爷|奶奶|对象|家人).{0,3}的?(?:$|，|,)"
        r"|.*送.{0,12}(?:什么|啥|推荐)|.*(?:什么|啥|推荐).*送|.*(?:礼物|礼品|送礼|伴手礼|手信|礼盒)|.*\b(?:gifts?|presents?)\b)"
    ),
    ("礼盒", "礼物", "送礼", "礼品", "伴手礼", "手信", "礼袋", "礼包", "礼篮"),
    "适合送礼",
)
OCCASIONS = (
    GIFT,
    Occasion(
        re.compile("办公室|宿舍|出差|旅行|旅游|露营|公司里|没有?(?:器具|工具|机器|设备|壶)|懒人"),
        ("挂耳", "速溶", "即溶", "冻干", "袋泡", "茶包", "胶囊", "便携", "即饮", "办公室"),
        "不用器具也方便",
    ),
    Occasion(
        re.compile("睡不着|失眠|影响睡眠|睡前|(?:晚上|夜里|深夜|半夜).{0,6}(?:喝|睡)"),
        ("低因", "脱因", "无咖啡因", "助眠", "安神", "花草茶", "睡前"),
        "适合睡前",
    ),
    Occasion(
        re.compile("上新|新品|新款|新到|新出"),
        ("新品", "上新", "新款", "新到"),
        "新品",
    ),
)


CHILDREN = ("儿童", "少儿", "宝宝", "婴儿", "幼儿", "亲子", "小学生", "童装", "童书", "童鞋")
_ADULTS = re.compile(
    r"朋友|同事|客户|老师|领导|长辈|爸|妈|老公|老婆|闺蜜|爷爷|奶奶|外公|外婆|对象|父母|老人"
    r"|\b(?:dad|mom|mum|father|mother|wife|husband|boyfriend|girlfriend|friend|boss|colleague|teacher)\b"
)
_YOUNG = re.compile(
    r"孩|娃|宝|儿子|女儿|闺女|小朋友|小学|幼儿|儿童|\d岁|婴|满月|侄|外甥|孙|童"
    r"|\b(?:kids?|child(?:ren)?|son|daughter|baby)\b"
)


def is_for_adult(text: str) -> bool:
    """Whether a normalised question names a grown-up, and no child, as who is given something."""
    return bool(_ADULTS.search(text)) and not _YOUNG.search(text)


def find_occasions(text: str) -> list[Occasion]:
    """The occasions of a normalised question."""
    return [occasion for occasion in OCCASIONS if occasion.asks.search(text)]
