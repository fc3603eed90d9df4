"""Extracts slots from a message: numbers of orders, parcels and phones, places, sizes. No I/O."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from app.dialogue.answers import clauses, thresholds
from app.dialogue.slot_filling import recognizers
from app.dialogue.understanding import places, rewriting, speech, splitting
from app.privacy import pii
from app.sessions.store import Session

Slot = Literal[
    "order", "tracking", "phone", "product", "region", "size", "visit", "age", "details"
]  # fmt: skip
SLOTS: tuple[Slot, ...] = get_args(Slot)
NUMBERS: frozenset[Slot] = frozenset({"order", "tracking", "phone"})
VALUES: tuple[Slot, ...] = ("region", "size", "visit", "age")
FREE: frozenset[Slot] = frozenset({"product", "details"})  # answered in words of any kind
TITLES: Mapping[Slot, str] = {
    "order": "订单号",
    "tracking": "快递单号",
    "phone": "手机号",
    "product": "商品",
    "region": "地区",
    "size": "规格尺码",
    "visit": "到店时间和人数",
    "age": "年龄",
    "details": "需求",
}
# Intents about one order, whose number the answer needs.
OF_AN_ORDER = frozenset({
    "ask_logistics_status", "ask_tracking_number", "ask_return_received", "complain_slow_logistics",
    "urge_shipping", "verify_order",
})  # fmt: skip

_NO_DIGIT = r"(?<![0-9A-Za-z])"
_END = r"(?![0-9A-Za-z])"
_PHONE = re.compile(
    rf"{_NO_DIGIT}(?:\+?86[ -]?)?(1[3-9][0-9](?:[ -]?[0-9]{{4}}){{2}}){_END}",
)
_LANDLINE = re.compile(
    rf"{_NO_DIGIT}(400[ -]?[0-9]{{3,4}}[ -]?[0-9]{{3,4}}"
    rf"|0[0-9]{{2,3}}[ -][0-9]{{4}}[ -]?[0-9]{{3,4}}){_END}"
)
_TAIL = re.compile(rf"尾号(?:是|为|:)?\s*([0-9]{{4}}){_END}")
_COURIER = "顺丰|中通|圆通|申通|韵达|极兔|邮政|京东|德邦|百世|EMS|ems"
_PARCEL = re.compile(  # SF Express, YTO, J&T, JD, Deppon, China Post
    rf"{_NO_DIGIT}(SF[0-9]{{12,15}}|YT[0-9]{{13,15}}|JT[0-9]{{13,15}}|JD[VXA]?[0-9A-Z]{{11,15}}"
    rf"|DPK[0-9]{{9,14}}|[A-Z]{{2}}[0-9]{{9}}CN){_END}",
    re.IGNORECASE,
)
_LABEL = r"[\s:#是为,，、]*"
_PARCEL_SAID = re.compile(
    rf"(?:(?:快递|物流|运单|包裹|退货|寄回)(?:的)?(?:单号|号码|号|单)|(?:{_COURIER})(?:快递|速递|速运|物流|单号|的)*)"
    rf"{_LABEL}([A-Za-z]{{0,4}}[0-9][0-9A-Za-z]{{7,24}}){_END}"
)
_ORDER_SAID = re.compile(
    rf"(?:订单(?:编号|号码|号)?|单号|编号){_LABEL}([A-Za-z]{{0,6}}-?[0-9](?:[0-9A-Za-z]|-(?=\w)){{4,31}}){_END}"
)
_IN_LETTERED_GROUPS = re.compile(
    rf"{_NO_DIGIT}([A-Za-z]{{1,4}}(?:[ -]?[0-9]{{1,8}})?(?:[ -][0-9]{{1,8}}){{1,6}}){_END}"
)
_CARRIERS = ("SF", "YT", "JT", "JD", "ZT", "ZTO", "STO", "YD", "YUN", "EMS", "DPK", "HT")
_SHORTEST_PARCEL = 10  # digits
_LEAST_DIGITS = 8  # of a number in groups
_SPOKEN_DIGITS = re.compile(r"[零〇幺一二三四五六七八九]{7,}")
_FIGURES = str.maketrans("零〇幺一二三四五六七八九", "001123456789")
_ORDER = re.compile(rf"{_NO_DIGIT}([A-Za-z]{{1,4}}[0-9]{{8,20}}|[0-9]{{10,20}}){_END}")
_ORDER_SAID_IN_GROUPS = re.compile(
    rf"(?:订单(?:编号|号码|号)?|单号|编号){_LABEL}([0-9]{{2,8}}(?:[ -][0-9]{{2,8}}){{1,4}}){_END}"
)
_IN_GROUPS = re.compile(rf"{_NO_DIGIT}([0-9]{{3,6}}(?:[ -][0-9]{{3,6}}){{2,4}}){_END}")
_WHEN_ASKED = re.compile(
    rf"{_NO_DIGIT}([A-Za-z]{{0,6}}-?[0-9](?:[0-9A-Za-z]|-(?=\w)){{4,31}}){_END}"
)
_CARD = re.compile(r"(?:身份证|银行卡|卡号)\D{0,6}[0-9Xx](?:[ -]?[0-9Xx]){9,24}")
_FILLER = re.compile(
    r"订单编号|订单号码?|快递单号|物流单号|运单号|单号|订单|编号|手机号码?|电话号码?|电话|手机|号码?"
    r"|顺丰|中通|圆通|申通|韵达|极兔|邮政|京东|德邦|百世|下单|预留|留|用|快递|物流|尾号|应该|单|寄|发|我"
    r"|我的|就是|这个|那个|这是|这|是|为|请|给你|给您|你好|您好|好的|麻烦|帮我|查一下|查下|看一下|看下|一下|查|看|谢谢|亲"
    r"|的|了|哦|啊|呢|吧|嗯|在这|如下|\W"
)


_ABOUT_A_PARCEL = re.compile("快递|物流|包裹|运单|寄出|派送|寄了")
_PARCEL_DIGITS = re.compile(r"[0-9]{12,15}")
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
_QUANTITY = re.compile(r"[\d.]+(?:公斤|斤)")
# Words of a message that is no answer: 算了, 不知道, 转人工.
_NO_ANSWER = re.compile(
    r"^(?:算了|不用|不要了|不买|不想|不需要|没有?了?$|不知道|不清楚|不记得|忘了?|随便|都行|都可以|谢|多谢|感谢|好的?|嗯|哦|行(?!的话)|可以|ok|知道"
    r"|明白|收到|在吗|你好|您好|再见|拜|等|稍等|我找|我看|我想想|哈|呵|嘿|早上好|晚上好|晚安|辛苦|人呢)"
    r"|人工|真人|客服|投诉|举报|退款|退货|取消|骗|垃圾|差评|傻|滚|烂|有病|无语|机器人|生气|失望|敷衍",
    re.IGNORECASE,
)
_TAG = re.compile(r"(?:行不行|可以吗|可不可以|行的?话.*|行吗|好吗|有吗|能吗|呢|吧|吗)\W*$")
_GOES_ON = re.compile(
    r"^(?:那|如果|要是)|(?:呢|的话)\W*$"
)  # a follow-up, which is rewritten elsewhere
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
_PERSONS = re.compile(r"(?<=\d)(?:个)?人(?![份间房桌床])")
SHORT_NAME = 6  # characters, up to which a name may have a verb or adjective: 蛋黄酥
LONGEST_NAME = 16  # characters of the name of a thing
LONGEST_ANSWER = 40  # characters
LONGEST_VALUE = 64
LONGEST_QUESTION = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotResult:
    """The slots of session and message, and the pending question that has to be answered."""

    slots: dict[str, str]  # of the session, with those of this message
    text: str  # the pending question: the message, or the earlier question that it completes
    is_resumed: bool = False  # the message completes an earlier question
    is_bare_number: bool = False  # the message is only a number
    filled_slot: Slot | None = None  # of the earlier question; None for numbers
    question: str = ""  # the earlier question without the value


def extract_slots(text: str, session: Session, products: Collection[str] = ()) -> SlotResult:
    """Extract the message's slots, and decide whether it completes the question of the session.

    products: names to look for.
    """
    asked_slot = _find_asked_slot(session)
    wants_number = asked_slot is not None and asked_slot in NUMBERS
    named_slots = _of_a_parcel(
        find_slots(text, products, asked_slot="order" if wants_number else None), session
    )
    slot_values = session.slots | dict(named_slots)
    bare = bool(named_slots) and _is_bare(text, named_slots)
    if bare and wants_number:
        return SlotResult(
            slots=slot_values, text=session.waiting, is_resumed=True, is_bare_number=True
        )
    if bare or named_slots.keys() & NUMBERS:
        return SlotResult(slots=slot_values, text=text, is_bare_number=bare)
    return _read_answer(text, slot_values, asked_slot, session) or SlotResult(
        slots=_with_values(text, slot_values), text=text
    )


def get_answer(slot_result: SlotResult) -> str:
    """The value with which the message answers the bot's question; "" for none."""
    if slot_result.filled_slot:
        return slot_result.slots.get(slot_result.filled_slot, "")
    numbers = [slot for slot in SLOTS if slot in NUMBERS and slot_result.slots.get(slot)]
    return slot_result.slots[numbers[0]] if slot_result.is_bare_number and numbers else ""


def format_value(slot: Slot | None, words: str) -> str:
    """A value as a reply says it: 2位 for 2人, a phone number without its middle."""
    if slot in {"order", "tracking"}:
        return words
    return pii.hide_middle(_PERSONS.sub("位", words) if slot == "visit" else words)


def format_answer(slot_result: SlotResult) -> str:
    """The value of `get_answer`, as a reply says it."""
    number = next((slot for slot in SLOTS if slot in NUMBERS and slot_result.slots.get(slot)), None)
    return format_value(slot_result.filled_slot or number, get_answer(slot_result))


def _find_asked_slot(session: Session) -> Slot | None:
    """The slot that the last reply asked for; None for none.

    "order" where the session, of an earlier release, has only the question.
    """
    if not session.waiting:
        return None
    return next((slot for slot in SLOTS if slot == session.pending), "order")


def _read_answer(
    text: str, slot_values: Mapping[str, str], asked_slot: Slot | None, session: Session
) -> SlotResult | None:
    """The result where the message answers the last question; None where it doesn't."""
    plain = recognizers.fold_width(text)
    question = (session.waiting or session.question or session.last_question)[:LONGEST_QUESTION]
    other = asked_slot is not None and asked_slot in NUMBERS  # only a number answers that
    if other or not question or not plain or len(plain) > LONGEST_ANSWER:
        return None
    age = _age_for_bound(plain, session) if asked_slot is None else None
    slot, answer = ("age", age) if age else _find_value(plain, asked_slot, question)
    if slot is None or answer is None:
        return None
    whole = _merge_question(question, slot, answer, plain)
    return SlotResult(
        slots={**slot_values, slot: answer},
        text=whole,
        is_resumed=True,
        filled_slot=slot,
        question=question,
    )


def _age_for_bound(text: str, session: Session) -> str | None:
    """The age in a message after an answer with an age limit: 67; None for none."""
    if (
        session.last_entry_id is None
        or not session.turns
        or splitting.is_question(text)
        or _GOES_ON.search(text)
    ):
        return None
    parts = clauses.split(session.turns[-1].answer)
    value = thresholds.find_value(text, thresholds.read_bounds([part.text for part in parts]))
    return value.words if value and value.unit == "岁" else None


def _find_value(
    text: str, asked_slot: Slot | None, question: str
) -> tuple[Slot | None, str | None]:
    """The slot and value in a message: of the slot asked for, of one that the question needs, of a
    message that is only a value, or a product's name; (None, None) for none.
    """
    needed = [slot for slot, needs in _NEEDS.items() if needs.search(question)]
    wanted_slots = ([asked_slot] if asked_slot else []) + ([] if _GOES_ON.search(text) else needed)
    for slot in wanted_slots:
        about = "" if slot == asked_slot else question
        if answer := _answer_to(slot, text, about):
            return slot, answer
    return (None, None) if _GOES_ON.search(text) else _find_unasked_value(text, question)


def _find_unasked_value(text: str, question: str) -> tuple[Slot | None, str | None]:
    for slot in VALUES:
        recognised_value = recognizers.BY_SLOT[slot](text, False)
        if recognised_value and recognizers.is_bare(recognised_value.rest):
            return slot, recognised_value.value
    if (splitting.is_question(question) or _WISH.search(question)) and _is_name(text, question):
        return "product", _without_marks(text)
    return None, None


def _answer_to(slot: Slot, text: str, question: str) -> str | None:
    """The value of the slot in a message; None for none.

    question: set where the slot wasn't asked for but the follower's question needs it: then a bare
    number counts no persons (33 after 想订玫瑰), and 两斤 is no body weight.
    """
    if slot in FREE:
        if _ANOTHER_WISH.search(text):
            return None
        is_answer = not splitting.is_question(_TAG.sub("", text)) and not _NO_ANSWER.search(text)
        return _without_marks(text) if is_answer and not _MATTER.fullmatch(text) else None
    recognise = recognizers.BY_SLOT.get(slot)
    recognised_value = recognise(text, True) if recognise and not _SENDS_ME.search(text) else None
    if slot == "visit" and question:
        recognised_value = recognizers.recognise_visit(text, True, persons_asked=False)
    if slot == "size" and question and not _OF_A_BODY.search(question):
        recognised_value = recognizers.recognise_size(text, True, weight_asked=False)
    if recognised_value is None or _NO_ANSWER.search(recognised_value.rest.strip()):
        return None
    rest = _TAG.sub("", recognised_value.rest)
    return (
        recognised_value.value
        if recognizers.is_bare(rest) or not splitting.is_question(rest)
        else None
    )


def _is_name(text: str, question: str) -> bool:
    """Whether the text only names a thing: 真丝衬衫, 不要钢的 透明那个."""
    said_otherwise = (
        splitting.is_question(text) or _NO_ANSWER.search(text) or _MATTER.fullmatch(text)
    )
    if len(text) > LONGEST_NAME or said_otherwise or not _NAMES.search(text):
        return False
    words = speech.segment(text)
    things = [w for w in words.of("topic") if not rewriting.MOMENT.fullmatch(w)]
    if any(word in speech.MATTERS for word in things):
        return False
    if _POINTS.search(text):
        return True
    asks_of_nothing = rewriting.PRONOUN.search(question) or not speech.segment(question).of("topic")
    verbal = bool(words.of("doing")) and not (asks_of_nothing and len(text) <= SHORT_NAME)
    return bool(things or words.of("amount")) and not verbal and not _PRAISE.search(text)


def _without_marks(text: str) -> str:
    return re.sub(r"^(?:就是?|我?要|我的是|是)(?=\w{2})|[。.,，!！~ 吧呢啊呀]+$", "", text)


def _merge_question(question: str, slot: Slot, answer: str, text: str) -> str:
    """The question with the value: 新疆运费多少, 真丝衬衫怎么洗."""
    if slot == "region":
        place = next(iter(places.find_places(question)), "")
        return question.replace(place, answer, 1) if place else answer + question
    if slot == "product":
        pronoun = rewriting.PRONOUN.search(question)
        if pronoun:
            return question[: pronoun.start()] + answer + question[pronoun.end() :]
        has_subject = rewriting.is_thing(rewriting.find_subject(question))
        return rewriting.ask_of(question, answer) if has_subject else f"{answer}，{question}"
    return f"{question}，{text}"


def _with_values(text: str, slot_values: Mapping[str, str]) -> dict[str, str]:
    """The slots with the values that a text has beside its question."""
    plain = recognizers.fold_width(text)
    recognised_values = {slot: r(plain, False) for slot, r in recognizers.BY_SLOT.items()}
    values = {
        slot: each.value[:LONGEST_VALUE]
        for slot, each in recognised_values.items()
        if each and not _QUANTITY.fullmatch(each.value)
    }
    return {**slot_values, **values}


def _of_a_parcel(named_slots: Mapping[Slot, str], session: Session) -> dict[Slot, str]:
    """The slots with an order's number as the parcel's, after a question about a parcel."""
    number = named_slots.get("order", "")
    last = session.waiting or session.question or session.last_question
    parcel = _ABOUT_A_PARCEL.search(last) and "订单" not in last
    if (
        parcel
        and not session.waiting
        and "tracking" not in named_slots
        and _PARCEL_DIGITS.fullmatch(number)
    ):
        return {
            ("tracking" if slot == "order" else slot): each for slot, each in named_slots.items()
        }
    return dict(named_slots)


def find_slots(
    text: str, products: Collection[str] = (), asked_slot: Slot | None = None
) -> dict[Slot, str]:
    """The numbers and the product in a text. With `asked_slot` "order" any number may be one.

    Eleven digits of a mobile number are a phone, unless the text calls them an order. Numbers of
    identity and bank cards are never returned.
    """
    plain = _SPOKEN_DIGITS.sub(
        lambda m: m[0].translate(_FIGURES), unicodedata.normalize("NFKC", text)
    )
    rest = _CARD.sub(" ", plain)
    found_slots: dict[Slot, str] = {}
    steps: list[tuple[Slot, Sequence[re.Pattern[str]]]] = [
        ("tracking", (_PARCEL_SAID, _PARCEL)),
        ("order", (_ORDER_SAID_IN_GROUPS, _ORDER_SAID)),
        ("phone", (_PHONE, _LANDLINE)),
        ("order", (_ORDER, _IN_GROUPS, *([_WHEN_ASKED] if asked_slot == "order" else []))),
    ]
    if number := _find_lettered_number(rest):
        rest = rest.replace(number, " ", 1)
        plain_number = re.sub(" ", "", number).upper()
        found_slots["tracking" if _is_parcel(plain_number) else "order"] = plain_number
    for slot, patterns in steps:
        if slot not in found_slots and (value := _find_first_number(patterns, rest)):
            found_slots[slot] = _fold_value(slot, value)
            rest = rest.replace(value, " ", 1)
    if "phone" not in found_slots and (tail := _TAIL.search(rest)):
        found_slots["phone"] = f"尾号{tail[1]}"
    if product := _find_product(rest, products):
        found_slots["product"] = product
    return found_slots


def find_missing_slots(intent: str, slot_values: Mapping[str, str]) -> tuple[Slot, ...]:
    """The slots that the intent's answer needs and `slot_values` doesn't have."""
    return tuple(slot for slot in get_needed_slots(intent) if not slot_values.get(slot))


def get_needed_slots(intent: str) -> tuple[Slot, ...]:
    """The slots that the answer to an intent needs, by its id."""
    return ("order",) if intent in OF_AN_ORDER else ()


def _find_first_number(patterns: Sequence[re.Pattern[str]], text: str) -> str | None:
    for pattern in patterns:
        for match in pattern.finditer(text):
            if not _is_private(match[1]):
                return match[1]
    return None


def _find_lettered_number(text: str) -> str:
    """A number in groups that begins with letters: yt 7730 1928 4456 0; "" for none."""
    for match in _IN_LETTERED_GROUPS.finditer(text):
        if len(re.sub(r"\D", "", match[1])) >= _LEAST_DIGITS:
            return match[1]
    return ""


def _is_parcel(number: str) -> bool:
    digits = len(re.sub(r"\D", "", number))
    return number.startswith(_CARRIERS) and digits > _SHORTEST_PARCEL


def _fold_value(slot: Slot, value: str) -> str:
    if slot == "phone":
        return re.sub(r"\D", "", value)
    return value.upper() if re.search("[A-Za-z]", value) else re.sub(r"[ -]", "", value)


def _find_product(text: str, products: Collection[str]) -> str | None:
    plain = text.casefold()
    named_products = [p for p in products if unicodedata.normalize("NFKC", p).casefold() in plain]
    return max(named_products, key=len, default=None)


def _is_bare(text: str, named_slots: Mapping[Slot, str]) -> bool:
    plain = _SPOKEN_DIGITS.sub(
        lambda m: m[0].translate(_FIGURES), unicodedata.normalize("NFKC", text)
    )
    rest = re.sub(r"[ -]", "", plain).upper()
    for value in named_slots.values():
        rest = rest.replace(re.sub(r"[ -]", "", value).upper(), "")
    return not _FILLER.sub("", rest.removeprefix("+86"))


def _is_private(number: str) -> bool:
    """Whether a number is of an identity card (birth date, check digit) or a UnionPay card."""
    digits = re.sub(r"[ -]", "", number)
    return _is_identity(digits) or (
        digits.startswith("62") and len(digits) in {16, 19} and _passes_luhn(digits)
    )


def _is_identity(digits: str) -> bool:
    if not re.fullmatch(r"[1-9][0-9]{16}[0-9Xx]", digits):
        return False
    try:
        date(int(digits[6:10]), int(digits[10:12]), int(digits[12:14]))
    except ValueError:
        return False
    weighed = sum(int(d) * pow(2, 17 - i, 11) for i, d in enumerate(digits[:17]))
    return "10X98765432"[weighed % 11] == digits[17].upper()  # GB 11643


def _passes_luhn(digits: str) -> bool:
    doubled = [int(d) * (1 + i % 2) for i, d in enumerate(reversed(digits))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0
