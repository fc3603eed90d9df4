"""Which questions a message has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.dialogue import splitting


@pytest.mark.parametrize(
    "text",
    [
        "冰的和热的有什么区别",
        "周一到周五几点开门",
        "早上几点开门晚上几点关门",
        "你们是几点开门，还是全天都开",
        "咖啡豆是中烘还是深烘",
        "冰美式、拿铁、卡布奇诺分别多少钱",
        "红色的有吗，没有的话蓝色也行",
        "大的小的，哪个好",
        "收到是坏的，怎么办",
        "买了两件，一件大了一件小了，怎么换",
        "我妈用可以吗，她70多了",
        "满多少钱包邮吗",
        "买多少钱可以免运费",
        "多少钱一斤",
        "请问这个多少ml",
        "怎么还没发货，什么时候发",
        "什么时候发货？你们到底管不管？我要投诉！",
        "停车场都能停什么车呀面包车呢",
        "是真的吗为什么",
        "我想买个iPhone 15 多少钱",
        "what if the size does not fit",
        "周末呢",
        "您好像没回答我",
        "转人工，顺便问下几点关门",
        "呃就是我不常来嘛想买那种来一次扣一次的多少钱",
        "我在外面请了个教练嘛，带他来练可不可以",
        "啥卡都没有，直接买本新书能便宜点吗",
        "打拳那课我啥装备没有，空手去行吗",
        "还没想好要不要办，能先去练一趟吗",
        "礼品卡丢了能补吗，卡里还剩两百多呢",
        "想给自己买件过冬的双面呢，短的得准备多少预算",
        "别转人工",
        "谢谢，再见",
        "好的，那我明天过去",
        "你好",
        "[微笑] 在吗",
        "",
    ],
)
def test_one_question_stays_whole(text: str) -> None:
    assert len(splitting.split(text)) == 1


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("大衣多少钱，有什么颜色", ("大衣多少钱", "有什么颜色")),
        ("大衣什么价？能水洗不", ("大衣什么价？", "能水洗不")),
        ("我能停车嘛，周一开不开", ("我能停车嘛", "周一开不开")),
        ("有什么颜色没有，多少钱一件", ("有什么颜色没有", "多少钱一件")),
        ("周末几点开，如果我买了两件想退一件呢", ("周末几点开", "如果我买了两件想退一件呢")),
        ("店在哪 停车方便吗 晚上几点关", ("店在哪", "停车方便吗", "晚上几点关")),
        ("裤子腰围多少\n能改裤脚吗\n多少钱一条", ("裤子腰围多少", "能改裤脚吗", "多少钱一条")),
        ("1.几点开门 2、停车多少钱", ("几点开门", "停车多少钱")),
        ("（1）几点开门（2）停车多少钱", ("几点开门", "停车多少钱")),
        ("有停车场吗多少钱", ("有停车场吗", "多少钱")),
        ("补牙多少钱然后补完多久能吃饭啊", ("补牙多少钱", "补完多久能吃饭啊")),
        ("几点关门还有位子吗", ("几点关门", "还有位子吗")),
        ("几点开门还有停车怎么收费", ("几点开门", "停车怎么收费")),
        ("能带狗吗 还有周一开不开", ("能带狗吗", "周一开不开")),
        ("有没有现货，另外你们有儿童款吗", ("有没有现货", "你们有儿童款吗")),
        ("不合适能退吗，或者换个颜色行不行", ("不合适能退吗", "或者换个颜色行不行")),
        ("我165 52公斤，穿多大码，几天能到", ("我165 52公斤，穿多大码", "几天能到")),
        ("周末带爸妈去，停车免几个小时，有轮椅吗", ("周末带爸妈去，停车免几个小时", "有轮椅吗")),
        ("是什么味道的，娃儿怕苦，多少钱", ("是什么味道的", "娃儿怕苦，多少钱")),
        ("蛋糕提前几天订，最晚什么时候取", ("蛋糕提前几天订", "最晚什么时候取")),
        ("what time do you open? do you have wifi", ("what time do you open?", "do you have wifi")),
        ("在吗 几点开门，能带狗吗，谢谢", ("几点开门", "能带狗吗")),
    ],
)
def test_several_are_taken_apart(text: str, questions: tuple[str, ...]) -> None:
    assert splitting.split(text) == questions


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("在吗 请问停车费多少", "停车费多少"),
        ("你好停车费多少", "停车费多少"),
        ("亲，在吗，我要退货", "我要退货"),
        ("Hi, how much is it?", "how much is it?"),
        ("老板好 怎么去店里", "怎么去店里"),
        ("好的谢谢，请问几点关门", "几点关门"),
        ("先别转人工，我问一下停车费", "我问一下停车费"),
        ("不用转人工 几点关门", "几点关门"),
        ("几点关门，谢谢", "几点关门，谢谢"),
    ],
)
def test_a_greeting_or_a_refusal_with_a_question_is_the_question(text: str, question: str) -> None:
    assert splitting.split(text) == (question,)


@given(st.text(max_size=400))
def test_any_text_has_at_least_one_question_and_none_is_empty(text: str) -> None:
    questions = splitting.split(text)

    assert questions
    assert all(questions) or questions == ("",)


@pytest.mark.timeout(5)
@pytest.mark.parametrize(
    "text", ["吗多少" * 100, "还有" * 150, " ，" * 150, "几？" * 149, "1." * 150]
)
def test_hostile_texts_take_no_time(text: str) -> None:
    assert splitting.split(text)
