"""Sentences on how items were found, for the operator and for the follower."""

from app.marketing.events.items import ItemKind
from app.marketing.recommend.activity import CAP_DAYS
from app.marketing.recommend.questions.closeness import NEAR, NEAR_WITH_UNKNOWN_NOUN
from app.marketing.recommend.values import Strategy

NO_ITEMS = "这个账号还没有内容：请先通过 /api/v1/items 录入"
REFUSED = "提问是不要推荐，所以没有推荐任何内容"
NOTHING_NEAR = (
    "没有和提问相近、可以展示的内容：标题、标签和正文里没有提问里的词，"
    f"相近程度也没有达到 {NEAR:.2f}"
    f"（提到的名称哪条内容都没有时，要达到 {NEAR_WITH_UNKNOWN_NOUN:.2f}）"
)
NO_SUCH_PRICE = "没有和提问相近、价格在提问的范围里的商品（价格取自商品的标题和正文）"
LOWEST_PRICE = "这里面价格最低"
SEEN_BEFORE = "只有这位粉丝看过或推荐过的内容和提问里的词有关，所以再答一次"
KIND_NAMES = {
    ItemKind.ARTICLE: "文章", ItemKind.PRODUCT: "商品", ItemKind.COUPON: "优惠",
    ItemKind.TOPIC: "话题", ItemKind.EVENT: "活动",
}  # fmt: skip
_REASONS: dict[Strategy, str] = {
    "behaviour": "因为你{verb}《{title}》",
    "text": "和你{verb}的《{title}》内容相近",
    "question": "和你问的相近",
    "picked": "编辑精选",
    "popular": "最近大家都在看",
    "newest": "新上的内容",
    "explored": "换个口味看看",
}
EXPLANATIONS: dict[Strategy, str] = {
    "behaviour": "按这位粉丝的阅读记录，和读过相同内容的人的行为推荐",
    "text": "读过相同内容的人看的其他内容里没有可推荐的，按内容的相近程度推荐",
    "question": "按提问里的词，和提问与内容的相近程度推荐",
    "popular": "没有这位粉丝的阅读记录，按编辑精选、近期热度和新鲜度推荐",
}
# Where an experiment asks for no more.
TEST_EXPLANATIONS: dict[Strategy, str] = {
    "text": "推荐策略的实验：只按内容的相近程度推荐",
    "popular": "推荐策略的实验：只按编辑精选、近期热度和新鲜度推荐",
}


def word_reason(strategy: Strategy, title: str, kind: ItemKind | None) -> str:
    """The reason of an item; `title` and `kind` of the item that explains it, if any."""
    verb = "读过" if kind is ItemKind.ARTICLE else "看过"
    return _REASONS[strategy].format(title=title, verb=verb)


def explain_kind(kind: ItemKind | None) -> str:
    """That no item is of the kind that was asked for."""
    return f"没有可以展示的{KIND_NAMES[kind]}" if kind else NOTHING_NEAR


def explain_nothing(shown_count: int, read_count: int, most_shown: int, unfitted_count: int) -> str:
    """Why no item is left: how many are shown at all, of them read, and not indexed yet."""
    if unfitted_count:
        return (
            f"新录入的 {unfitted_count} 条内容正在编入索引，几秒到几分钟后可以推荐；"
            "其余的没有可推荐的"
        )
    if not shown_count:
        return "没有可以展示的内容：全部已隐藏、过期、删除或尚未发布"
    capped = f"{CAP_DAYS:.0f} 天内已推荐过 {most_shown} 次"
    if not read_count:
        return f"可以展示的 {shown_count} 条内容，{capped}"
    if read_count >= shown_count:
        return f"可以展示的 {shown_count} 条内容，这位粉丝都读过"
    return f"可以展示的 {shown_count} 条内容，这位粉丝读过 {read_count} 条，其余的 {capped}"
