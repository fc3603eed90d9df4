"""Finds the value with which a message answers a question of the bot or of the follower. No I/O."""

import re
from collections.abc import Mapping

from app.dialogue.slot_filling.recognizers.by_slot import BY_SLOT
from app.dialogue.slot_filling.recognizers.sizes import recognise_size
from app.dialogue.slot_filling.recognizers.values import is_bare
from app.dialogue.slot_filling.recognizers.visits import recognise_visit
from app.dialogue.slot_filling.slots import FREE, VALUES, Slot
from app.dialogue.understanding.item_wishes import read_wish
from app.dialogue.understanding.query_rewriting import subjects
from app.dialogue.understanding.sentences import sentence_kinds, speech

# Words of a follower's question that need a value of the slot, even where none was asked for.
_NEEDS: Mapping[Slot, re.Pattern[str]] = {
    "visit": re.compile(
        "订(?!单|阅)|预约|约|报名|[报上]个?.{0,6}[课班]|挂.{0,2}号|请.{0,2}假|留.{0,3}[桌位]|位子|座位|寄养|有.{0,3}房"
        "|体验|试[穿听课]|改.{0,4}(?:时间|日期|天)|参加|什么时候去"
    ),
    "size": re.compile("码|尺寸|尺码|多大|穿|衣服|公斤|大号|小号|多重|洗澡|雨靴|鞋"),
    "age": re.compile(
        "孩子|小孩|宝宝|宝贝|娃|儿子|女儿|闺女|老人|我[妈爸]|父母|几岁|年龄|适合|晚不晚|早不早|学"
    ),
    "details": re.compile(
        "推荐|挑|哪[款个种].{0,4}适合|适合什么|送.{0,6}(?:什么|啥)|选.{0,4}(?:什么|啥|哪)"
    ),
    "region": re.compile(
        "运费|邮费|邮寄|包邮|[送寄发]到?|几天.{0,3}到|多久.{0,3}到|快递|哪.{0,3}店|有店|分店|离我|附近|上门|配送|校区"
    ),
}
# Words of a question whose answer in 斤 is a body weight, not an amount.
_OF_A_BODY = re.compile("码|穿|衣|裤|裙|鞋|靴|袜|帽|身高|体重|洗澡|宠|狗|猫|犬")
# Words of a message that is no answer: 算了, 不知道, 转人工.
_NO_ANSWER = re.compile(
    r"^(?:算了|不用|不要了|不买|不想|不需要|没有?了?$|不知道|不清楚|不记得|忘了?|随便|都行|都可以|谢|多谢|感谢|好的?|嗯|哦|行(?!的话)|可以|ok|知道"
    r"|明白|收到|在吗|你好|您好|再见|拜|等|稍等|我找|我看|我想想|哈|呵|嘿|早上好|晚上好|晚安|辛苦|人呢)"
    r"|人工|真人|客服|投诉|举报|退款|退货|取消|骗|垃圾|差评|傻|滚|烂|有病|无语|机器人|生气|失望|敷衍",
    re.IGNORECASE,
)
_TAG = re.compile(r"(?:行不行|可以吗|可不可以|行的?话.*|行吗|好吗|有吗|能吗|呢|吧|吗)\W*$")
# Asks whether there is something: no detail of the question before, 有优惠券吗, 礼盒有吗.
_ASKS_FOR_THING = re.compile(
    r"^(?:你们?家?|请问|那|店里)*(?:有|卖).{1,12}[吗么嘛]\W*$|有(?:卖|货)?[吗么嘛]\W*$|有没有"
)
_WISHES_ITEMS = frozenset({"refused", "disapproved", "more", "asked"})
_GOES_ON = re.compile(r"^(?:那|如果|要是)|(?:呢|的话)\W*$")
# A question of its own, however short: WiFi, 停车场.
_MATTER = re.compile(
    "(?:你们?家?的?|店里的?|有)?(?:wifi|停车场?|停车费|车位|地址|位置|电话|导航|菜单|价格表?|价目表?|发票|优惠券?|会员卡?|积分|活动|营业时间|厕所"
    "|卫生间|洗手间|包间|包厢|充电宝?|儿童椅|加盟|合作|代理|招聘|兼职|求职|质保|保修|售后|说明书|教程|官网|小程序|公众号|客服电话|微信群?|抽奖|礼品卡"
    "|运费|邮费|快递|物流|定金|押金|尾款|门票|票价|早餐|自助|外卖|团购|套餐|新品|现货|预售|礼盒|链接|图片|视频|目录)的?\\W*",
    re.IGNORECASE,
)
_WISH = re.compile("想|要|买|订|约|报|帮|查|改|申请|了解|咨询|问")
# Names: Chinese, or Latin letters with a figure (K5); not thanks or bye.
_NAMES = re.compile("[\u4e00-\u9fff]|(?=.*[0-9])[a-zA-Z]")
_ANOTHER_WISH = re.compile("我[要想]|帮我|给我|麻烦|发给?我|告诉我|发[一个]?下")
_SENDS_ME = re.compile("发给?我|告诉我|发[一个]?下")  # asks for information: 地址发我一下
_PRAISE = re.compile("不错|好[看吃用喝棒]|漂亮|太?贵|便宜|厉害|喜欢|可爱|高级|了$|过$")
_POINTS = re.compile(r"(?:的|那个|那款|那种|那家|那双|那件|这个|这款|这种|吧)\W*$")
SHORT_NAME = 6  # characters, up to which a name may have a verb or adjective: 蛋黄酥
LONGEST_NAME = 16  # characters of the name of a thing


def goes_on(text: str) -> bool:
    """Whether the text is a follow-up, which is rewritten and answers nothing: 那儿童呢."""
    return _GOES_ON.search(text) is not None


def find_value(text: str, asked_slot: Slot | None, question: str) -> tuple[Slot | None, str | None]:
    """The slot and value in a message: of the slot asked for, of one that the question needs, of a
    message that is only a value, or a product's name; (None, None) for none.
    """
    needed = [slot for slot, needs in _NEEDS.items() if needs.search(question)]
    wanted_slots = ([asked_slot] if asked_slot else []) + ([] if goes_on(text) else needed)
    for slot in wanted_slots:
        about = "" if slot == asked_slot else question
        if answer := _answer_to(slot, text, about):
            return slot, answer
    return (None, None) if goes_on(text) else _find_unasked_value(text, question)


def _find_unasked_value(text: str, question: str) -> tuple[Slot | None, str | None]:
    """The slot and value of a message that is only a value, or only names a product."""
    for slot in VALUES:
        recognised_value = BY_SLOT[slot](text, False)
        if recognised_value and is_bare(recognised_value.rest):
            return slot, recognised_value.value
    name = _without_marks(text)  # "" of 啊啊啊
    wants_name = sentence_kinds.is_question(question) or _WISH.search(question)
    if name and wants_name and _is_name(text, question):
        return "product", name
    return None, None


def _answer_to(slot: Slot, text: str, question: str) -> str | None:
    """The value of the slot in a message; None for none.

    question: set where the slot wasn't asked for but the follower's question needs it: then a bare
    number counts no persons (33 after 想订玫瑰), and 两斤 is no body weight.
    """
    if slot in FREE:
        if _ANOTHER_WISH.search(text) or _ASKS_FOR_THING.search(text):
            return None
        if read_wish(text) in _WISHES_ITEMS:
            return None
        is_answer = not sentence_kinds.is_question(_TAG.sub("", text)) and not _NO_ANSWER.search(
            text
        )
        return _without_marks(text) if is_answer and not _MATTER.fullmatch(text) else None
    recognise = BY_SLOT.get(slot)
    recognised_value = recognise(text, True) if recognise and not _SENDS_ME.search(text) else None
    if slot == "visit" and question:
        recognised_value = recognise_visit(text, True, persons_asked=False)
    if slot == "size" and question and not _OF_A_BODY.search(question):
        recognised_value = recognise_size(text, True, weight_asked=False)
    if recognised_value is None or _NO_ANSWER.search(recognised_value.rest.strip()):
        return None
    rest = _TAG.sub("", recognised_value.rest)
    return recognised_value.value if is_bare(rest) or not sentence_kinds.is_question(rest) else None


def _is_name(text: str, question: str) -> bool:
    """Whether the text only names a thing: 真丝衬衫, 不要钢的 透明那个."""
    said_otherwise = (
        sentence_kinds.is_question(text) or _NO_ANSWER.search(text) or _MATTER.fullmatch(text)
    )
    if len(text) > LONGEST_NAME or said_otherwise or not _NAMES.search(text):
        return False
    words = speech.segment(text)
    things = [w for w in words.of("topic") if not subjects.MOMENT.fullmatch(w)]
    if any(word in speech.MATTERS for word in things):
        return False
    if _POINTS.search(text):
        return True
    asks_of_nothing = subjects.PRONOUN.search(question) or not speech.segment(question).of("topic")
    verbal = bool(words.of("doing")) and not (asks_of_nothing and len(text) <= SHORT_NAME)
    return bool(things or words.of("amount")) and not verbal and not _PRAISE.search(text)


def _without_marks(text: str) -> str:
    return re.sub(r"^(?:就是?|我?要|我的是|是)(?=\w{2})|[。.,，!！~ 吧呢啊呀]+$", "", text)
