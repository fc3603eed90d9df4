"""Facts are worded as people say them, in each language."""

import pytest

from app.marketing.content.brief import BriefFact, Language
from app.marketing.content.wording import facts as wording


def make_fact(name: str, value: str) -> BriefFact:
    return BriefFact(name=name, value=value, source="手册")


@pytest.mark.parametrize(
    ("language", "name", "value", "clause"),
    [
        ("zh", "产地", "杭州", "产自杭州"),
        ("zh", "产地", "国产", "产地是国产"),
        ("zh", "灵感", "南宋青瓷", "灵感来自南宋青瓷"),
        ("zh", "材质", "PU 皮", "材质 PU 皮"),
        ("zh", "价格", "168 元。", "售价 168 元"),
        ("zh", "价格", "亲子房 688 元", "亲子房 688 元"),
        ("zh", "价格", "259元", "售价259元"),
        ("zh", "价格", "39.9元/袋", "售价39.9元/袋"),
        ("zh", "价格", "平日488元，周末588元", "平日488元，周末588元"),
        ("zh", "费用", "2680元", "费用2680元"),
        ("zh", "原价", "299元", "原价299元"),
        ("zh", "押金", "500 元", "押金 500 元"),
        ("zh", "老师", "由做皮具 11 年的周师傅带课", "由做皮具 11 年的周师傅带课"),
        ("zh", "包装", "配牛皮纸礼盒和手写卡片", "配牛皮纸礼盒和手写卡片"),
        ("zh", "材质", "全部用头层牛皮，不用 PU", "全部用头层牛皮，不用 PU"),
        ("zh", "包装", "牛皮纸礼盒", "包装是牛皮纸礼盒"),
        ("zh", "时间", "收到后 7 个工作日内修好寄回", "收到后 7 个工作日内修好寄回"),
        ("zh", "配料", "配方奶粉、燕麦", "配料是配方奶粉、燕麦"),
        ("zh", "运费", "10 元，满 199 元免运费", "运费 10 元，满 199 元免运费"),
        ("zh", "运费", "满 199 元免运费，否则 10 元", "满 199 元免运费，否则 10 元"),
        ("zh", "优惠", "第二本半价", "第二本半价"),
        ("zh", "活动", "8 折", "8 折"),
        ("zh", "优惠", "暂无", "优惠：暂无"),
        ("zh", "新客优惠", "首单减 20 元", "新客优惠：首单减 20 元"),
        ("zh", "除外", "屏幕碎裂的手机", "屏幕碎裂的手机除外"),
        ("zh", "除外", "无糖款", "无糖款除外"),
        ("zh", "除外", "不能通电的旧机", "不能通电的旧机除外"),
        ("zh", "除外", "旧机须能通电", "旧机须能通电"),
        ("zh", "不适用", "不与其他优惠同享", "不与其他优惠同享"),
        ("zh", "例外", "赠品不退换", "赠品不退换"),
        ("zh", "地址", "文三路 18 号", "地址在文三路 18 号"),
        ("zh", "地址", "位于文三路", "地址：位于文三路"),
        ("zh", "适合", "新手", "适合新手"),
        ("zh", "适合", "不限", "适合：不限"),
        ("zh", "时长", "约一个半小时", "时长约一个半小时"),
        ("zh", "产地", "一座小岛", "产自一座小岛"),
        ("zh", "不接待", "怀孕的猫", "不接待怀孕的猫"),
        ("zh", "入住", "14:00 后", "14:00 后入住"),
        ("zh", "采摘", "清明前采摘", "清明前采摘"),
        ("zh", "提示", "先试用。有不适请停用", "提示：先试用。有不适请停用"),
        ("en", "price", "CNY 268", "the price is CNY 268"),
        ("en", "Opening hours", "9:00 to 18:00", "the opening hours are 9:00 to 18:00"),
        ("en", "suits", "beginners", "it suits beginners"),
        ("en", "picked", "by hand", "it is picked by hand"),
        ("en", "Wi-Fi", "free", "Wi-Fi: free"),
        ("en", "floor", "6th floor with a lift", "6th floor with a lift"),
        ("ja", "産地", "静岡", "産地は静岡です"),
        ("ja", "時間", "9時から18時まで", "時間は9時から18時までです"),
        ("ja", "配送", "翌日に届きます", "配送：翌日に届きます"),
        ("ko", "가격", "168위안", "가격은 168위안입니다"),
        ("ko", "산지", "항저우", "산지는 항저우입니다"),
        ("ko", "배송", "내일 발송합니다", "배송: 내일 발송합니다"),
    ],
)
def test_a_fact_is_a_clause(language: Language, name: str, value: str, clause: str) -> None:
    assert wording.state_fact(make_fact(name, value), language) == clause


@pytest.mark.parametrize(
    ("language", "names", "labels"),
    [
        ("zh", ["材质", "适合"], "材质、适合什么"),
        ("zh", ["适合", "材质", "价格"], "材质、价格、适合什么"),
        ("zh", ["材质", "价格"], "材质和价格"),
        ("zh", ["材质", "价格", "产地", "规格"], "材质、价格、产地等"),
        ("en", ["Weight", "suits", "price"], "weight, price and what it suits"),
        ("en", ["Duration", "To take home"], "duration and what to take home"),
        ("en", ["picked", "made of"], "how it is picked and what it is made of"),
    ],
)
def test_a_name_that_is_no_noun_is_a_question(
    language: Language, names: list[str], labels: str
) -> None:
    assert wording.join_labels([make_fact(name, "-") for name in names], language) == labels


@pytest.mark.parametrize(
    ("language", "facts", "sentence"),
    [
        ("zh", {"产地": "杭州", "价格": "168 元"}, "龙井产自杭州，售价 168 元"),
        ("zh", {"冲泡": "80 度水，30 秒", "价格": "9 元"}, "冲泡 80 度水，30 秒；售价 9 元"),
        ("en", {"weight": "92 g", "price": "CNY 9"}, "the weight is 92 g and the price is CNY 9"),
        ("en", {"weight": "92 g", "action": "28"}, "Weight: 92 g. Action: 28"),
        ("ja", {"産地": "静岡", "価格": "168元"}, "龙井の産地は静岡です。価格は168元です"),
    ],
)
def test_clauses_are_joined(language: Language, facts: dict[str, str], sentence: str) -> None:
    rows = [make_fact(name, value) for name, value in facts.items()]

    assert wording.state_facts(rows, language, "龙井") == sentence
