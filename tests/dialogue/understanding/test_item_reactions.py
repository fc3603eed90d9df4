"""How a follower takes items that were just shown: too dear, or none wanted."""

import pytest

from app.dialogue.understanding.item_reactions import declines_items, finds_too_dear


@pytest.mark.parametrize(
    "text",
    ["太贵了", "太贵", "有点贵", "好贵啊", "这个太贵了吧", "价格太高了", "有点小贵", "贵了点",
     "超预算了", "买不起", "都太贵了", "怎么这么贵", "嗯，太贵了", "too expensive",
     "it's a bit pricey", "over my budget"],
)  # fmt: skip
def test_items_are_too_dear(text: str) -> None:
    assert (finds_too_dear(text), declines_items(text)) == (True, False)


@pytest.mark.parametrize(
    "text",
    ["算了", "算了吧", "不要了", "不用了", "那算了", "好吧，算了", "算了，谢谢", "不用了谢谢",
     "谢谢，不用了", "下次吧", "下次再说", "再考虑一下", "我再看看", "不买了", "算了，不买了",
     "先不看了", "没兴趣", "太贵了，算了", "都不要", "算了不看了", "算了不要了", "算了吧下次再说",
     "不看了谢谢", "先不买了", "再看看吧", "算了我再想想", "改天再看看", "那就算了不买了",
     "no thanks", "never mind", "maybe later"],
)  # fmt: skip
def test_no_items_are_wanted(text: str) -> None:
    assert (declines_items(text), finds_too_dear(text)) == (True, False)


@pytest.mark.parametrize(
    "text",
    ["又贵了", "涨价了", "贵吗", "不贵", "贵不贵", "运费太贵了", "你们比别家贵",
     "太贵了我要投诉", "贵重物品", "音太高了", "too much", "不要了，退款", "我要退货",
     "不用发货了", "算了我要投诉", "没有了", "好的", "谢谢", "不要口琴", "不要推荐",
     "订单不要了", "下次什么时候有货", "再来几个", "换一批", "考虑一下这款", "再看看别的",
     "算了还是买吧", "算了人工", "再看看订单", "no harmonica"],
)  # fmt: skip
def test_what_says_more_is_read_otherwise(text: str) -> None:
    assert (finds_too_dear(text), declines_items(text)) == (False, False)
