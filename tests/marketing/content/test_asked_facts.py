"""Facts that answer questions to a grooming shop, a driving school, an inn, a tea and classes."""

import pytest

from app.marketing.content.brief import Brief, BriefFact
from app.marketing.content.writing.asked_facts import find_asked_facts
from app.marketing.content.writing.comment_replies import choose_reply_language, fill_replies
from app.marketing.content.writing.comments import UnderstoodComment

FACTS = {
    "洗护套餐": {
        "价格": "小型犬 88 元一次，中型犬 128 元一次", "包含": "洗澡、剪指甲",
        "时长": "约一个半小时",
        "香波": "无泪配方", "营业时间": "10:00–20:00，周三休息", "地址": "梧桐路 18 号，门口可停车",
        "预约": "提前一天微信预约", "注意": "未打完疫苗的幼犬暂不接待",
    },
    "C1 驾驶班": {
        "学费": "3,980 元，含两次补考费", "班型": "周末班、晚班、平日班", "拿证时间": "3 到 4 个月",
        "学员年龄": "18 到 60 岁", "练车地点": "城东训练场，免费接送", "报名材料": "身份证复印件",
    },
    "云雾绿茶": {"价格": "168 元", "规格": "每罐 50 克", "保存": "密封冷藏 30 天", "产地": "浙江"},
    "山里民宿": {
        "房型": "共 8 间，大床房 5 间", "房价": "平日 488 元，周末 688 元", "预订": "至少提前 3 天",
        "退改": "入住前 2 天可免费取消", "早餐": "含双人早餐", "停车": "院内免费停车",
    },
    "营地住宿": {"价格": "平日 368 元，周六 468 元", "入住": "14:00 后", "退房": "12:00 前"},
    "健身月卡": {
        "价格": "299 元", "私教": "一节 260 元", "使用时间": "6:00–23:00，节假日通用",
        "地址": "天河路 8 号，地铁 2 号线",
    },
    "近视镜架": {
        "价格": "598 元", "颜色": "哑黑、玫瑰金", "质保": "两年质保，含调校",
        "取货": "配好镜片后三天到店取", "适合": "600 度以内近视",
    },
    "日抛": {
        "戴法": "一片只戴一天，睡前摘下", "退换": "未拆封七天内可退",
        "注意": "干眼、角膜炎患者不能戴；首次佩戴先到店验配",
    },
    "修表": {
        "价格": "换电池 30 元，洗油 380 元起", "工期": "洗油五个工作日，换电池当场取",
        "质保": "洗油后保走时一年", "范围": "只修机械表和石英表，不修智能手表",
    },
    "瑜伽课": {"退改": "开课前 6 小时可免费取消", "自备": "瑜伽垫店里有，毛巾自备"},
    "古琴课": {"时长": "45 分钟", "退费": "未上课时可全额退"},
    "宠物寄养": {"接送": "5 公里内免费接送", "营业时间": "9:00-19:00", "入住": "需带疫苗本"},
    "driving course": {
        "Price": "USD 540 for ten lessons", "Lesson length": "50 minutes", "Car": "Toyota Yaris",
        "Pick-up": "Free within 5 km", "Hours": "Monday to Saturday, 8 am to 7 pm",
        "Cancellation": "Free up to 24 hours before", "Requirement": "A valid learner permit",
        "Parking": "Free, behind the office",
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("product", "text", "name"),
    [
        ("洗护套餐", "周三开门吗", "营业时间"),
        ("洗护套餐", "周三可以去吗", "营业时间"),
        ("洗护套餐", "停车方便吗", "地址"),
        ("洗护套餐", "小型犬多少钱", "价格"),
        ("洗护套餐", "洗一次要等多久", "时长"),
        ("洗护套餐", "两个月的小奶狗能洗吗", "注意"),
        ("洗护套餐", "剪指甲另外收费吗", "包含"),
        ("C1 驾驶班", "有没有晚上练的班", "班型"),
        ("C1 驾驶班", "65 岁还能学吗", "学员年龄"),
        ("C1 驾驶班", "补考还要另外交钱吗", "学费"),
        ("C1 驾驶班", "多久能拿到证", "拿证时间"),
        ("C1 驾驶班", "有接送吗", "练车地点"),
        ("C1 驾驶班", "要带什么材料", "报名材料"),
        ("云雾绿茶", "多重", "规格"),
        ("云雾绿茶", "能放多久", "保存"),
        ("云雾绿茶", "贵吗", "价格"),
        ("山里民宿", "有几间房", "房型"),
        ("山里民宿", "要提前几天订", "预订"),
        ("山里民宿", "临时有事能退吗", "退改"),
        ("山里民宿", "早餐多少钱一位", "早餐"),
        ("山里民宿", "周末多少钱", "房价"),
        ("营地住宿", "周三多少钱", "价格"),
        ("营地住宿", "几点要退房", "退房"),
        ("健身月卡", "私教多少钱一节", "私教"),
        ("健身月卡", "月卡多少", "价格"),
        ("健身月卡", "国庆能用吗", "使用时间"),
        ("健身月卡", "坐地铁怎么去", "地址"),
        ("近视镜架", "镜架歪了，能去店里调吗", "质保"),
        ("近视镜架", "螺丝松了可以调一下吗", "质保"),
        ("近视镜架", "配眼镜要多久能拿", "取货"),
        ("近视镜架", "几天能取", "取货"),
        ("近视镜架", "600度能戴吗", "适合"),
        ("近视镜架", "我一千度能配这个吗", "适合"),
        ("近视镜架", "还有别的颜色吗", "颜色"),
        ("日抛", "日抛能不能戴着睡午觉", "戴法"),
        ("日抛", "能过夜吗", "戴法"),
        ("日抛", "干眼能戴吗", "注意"),
        ("日抛", "买了两盒，拆了一盒不想要了能退吗", "退换"),
        ("修表", "换电池要多久能拿", "工期"),
        ("修表", "修完能保多久", "质保"),
        ("修表", "苹果手表能修吗", "范围"),
        ("瑜伽课", "要自己带垫子吗", "自备"),
        ("瑜伽课", "临时有事能取消吗", "退改"),
        ("古琴课", "一节课多少分钟", "时长"),
        ("古琴课", "剩下的课不上了能退吗", "退费"),
        ("宠物寄养", "要带什么", "入住"),
        ("宠物寄养", "周日能接吗", "营业时间"),
        ("宠物寄养", "接送要加钱吗", "接送"),
        ("driving course", "How long is each lesson?", "Lesson length"),
        ("driving course", "What happens if I need to cancel?", "Cancellation"),
        ("driving course", "Is there a lesson on Sunday?", "Hours"),
        ("driving course", "Can you pick me up from the station?", "Pick-up"),
        ("driving course", "Do I need a permit?", "Requirement"),
        ("driving course", "Do you have parking?", "Parking"),
        ("driving course", "How much is the whole course?", "Price"),
    ],
)
def test_a_question_gets_the_fact_that_answers(product: str, text: str, name: str) -> None:
    assert list_names(product, text) == [name]


@pytest.mark.parametrize(
    ("product", "text"),
    [
        ("洗护套餐", "大型犬多少钱"),
        ("洗护套餐", "洗猫多少钱"),
        ("洗护套餐", "能自己带香波吗"),
        ("洗护套餐", "洗完大概几点能接"),
        ("C1 驾驶班", "学费能分期吗"),
        ("C1 驾驶班", "学费能退吗"),
        ("C1 驾驶班", "学费包教材吗"),
        ("C1 驾驶班", "停车多少钱"),
        ("云雾绿茶", "两罐多少钱"),
        ("云雾绿茶", "100克多少钱"),
        ("山里民宿", "五一多少钱"),
        ("山里民宿", "最晚几点入住"),
        ("营地住宿", "周日多少钱"),
        ("健身月卡", "年卡多少钱"),
        ("健身月卡", "怎么用"),
        ("近视镜架", "玫瑰金还有吗"),
        ("近视镜架", "不想要了能退吗"),
        ("近视镜架", "哑黑有现货吗"),
        ("近视镜架", "镜片要另外买吗"),
        ("近视镜架", "含镜片吗"),
        ("修表", "能寄修吗"),
        ("瑜伽课", "十次卡能退吗"),
        ("宠物寄养", "几点可以来接"),
        ("driving course", "Can I pay the price in instalments?"),
        ("driving course", "Do you take cards?"),
        ("driving course", "How much is the theory test?"),
        ("driving course", "How long until I get my licence?"),
    ],
)
def test_a_question_that_no_fact_answers_gets_none(product: str, text: str) -> None:
    assert list_names(product, text) == []


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("How much is a room?", "Thank you for the question. 房价: 平日 488 元，周末 688 元."),
        ("Do you have free parking?", "Thank you for the question. 停车: 院内免费停车."),
        (
            "Is there a swimming pool?",
            "Thank you for the question. Please send us a message, and we will answer you.",
        ),
    ],
)
def test_what_every_visitor_asks_is_answered_in_english_with_a_chinese_fact(
    text: str, reply: str
) -> None:
    facts = [fact.model_dump() for fact in build_facts("山里民宿")]
    fields = {"product": "山里民宿", "channel": "comment_reply", "facts": facts}
    brief = choose_reply_language(Brief.model_validate(fields), text)

    answers = find_asked_facts(text, brief.facts, brief.product)

    replies = fill_replies(brief, UnderstoodComment(text, "asking", "question", answers))

    assert replies == (reply,)


def list_names(product: str, text: str) -> list[str]:
    return [fact.name for fact in find_asked_facts(text, build_facts(product), product)]


def build_facts(product: str) -> list[BriefFact]:
    rows = FACTS[product].items()
    return [BriefFact(name=name, value=value, source="-") for name, value in rows]
