"""Chooses the slot that a reply asks for, by its intent. No I/O.

A slot is asked for once, and only where message and session don't have it.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from app.dialogue.slot_filling import missing_details
from app.dialogue.slot_filling.slots import Slot, SlotResult
from app.dialogue.understanding.sentences import sentence_kinds, speech
from app.knowledge.values import Evidence
from app.sessions.store import Session

_BY_SLOT: Mapping[Slot, str] = {
    "region": """
        ask_shipping_fee ask_remote_area ask_arrival_time ask_delivery_range
    """,
    "size": "ask_size",
    "visit": "make_booking",
    "age": "ask_enrolment ask_trial_lesson",
    "product": """
        ask_price ask_material ask_spec_quantity ask_weight ask_origin ask_packaging ask_what_color
        ask_color_difference ask_smell ask_discount ask_presale ask_restock ask_warranty ask_usage
        ask_suitability ask_shelf_life ask_ingredients ask_availability ask_care
        ask_sold_separately ask_gift ask_allergens
    """,
    "details": """
        ask_recommendation ask_which_better ask_product_difference ask_color_advice
        ask_gift_advice state_for_gift ask_customization
    """,
}
ASKED_BY: Mapping[str, Slot] = {
    intent: slot for slot, intents in _BY_SLOT.items() for intent in intents.split()
}
CHOICE_INTENTS = frozenset({"ask_recommendation", "ask_color_advice", "ask_gift_advice"})
SHORTEST_WITH_DETAILS = 10  # characters; 推荐一束 has none
_HAN = re.compile("[\u4e00-\u9fff]")
_CHILD = re.compile("孩子|宝宝|宝贝|娃|小朋友|小孩|儿子|女儿|闺女|少儿|儿童|幼儿|几岁")
_HOW = re.compile(
    "怎么|如何|咋|哪里|哪儿|在哪|流程|步骤|多少钱|要钱|收费|提前|需不需要|要不要|用不用"
)
# Whether goods can be sent to a place, or for how much; 晚上十点送不送 is about the time.
_FEE = re.compile(
    "[运邮]费|快递费|配送费|包邮|邮寄费|偏远|(?:几[天日]|多久|多长时间).{0,3}[到收]|到货"
)
_REACH = re.compile(
    "(?:寄|送|发|配送|快递|外卖)(?:不|得|能)?(?:了|到)|能不?能?[寄送发]|可以[寄送发]|[寄送发][不没][寄送发]|邮寄|配送|外卖|顺丰|同城"
    "|[寄送发](?:吗|么|嘛|货吗)|上门"
)
_OF_TIME = re.compile(
    "几点|[早晚]上|上午|中午|下午|傍晚|夜|凌晨|[0-9一二三四五六七八九十]点|[今明后]天|[今明后]晚|当[天日]|周[一二三四五六日末天]|节|几号"
    "|什么时候|指定|准时|加急"
)
_SIZE = re.compile(
    "(?:什么|哪个|几|多大)[的]?[码号]|尺[码寸]|码数|选码|穿.{0,3}多大|(?:推荐|选|拿|买).{0,4}码"
)
# Words of candidates that could use a value of the slot.
_USES: Mapping[Slot, re.Pattern[str]] = {
    "region": re.compile("[运邮]费|邮寄|包邮|快递|配送|[寄送]到|几天.{0,3}到|公里|偏远|外地"),
    "size": re.compile("码|尺[寸码]|身高|体重|公斤"),
    "age": re.compile("岁|年级|[大中小]班|个月"),
}
# Bookings of a place or a time, not orders of goods.
_BOOKING = (
    "(?:预约|(?<![大节合签契公违失])约(?![定束等莫会摸])|挂号|试听|体验|[预]?[订定](?:.{0,6}(?:位|座|桌|台"
    "|包[间厢]|房|场|课))|留.{0,6}(?:位|座|桌|包[间厢]|房))"
)
_BOOKS_NOW = re.compile(
    rf"(?:帮[我忙]?|[给替]我|麻烦|我?[想要]|需要|请)[^，。]{{0,8}}{_BOOKING}|^\W*(?:你好|您好|那|再)?\W*{_BOOKING}"
)
_ORDERS = re.compile(
    r"^\W*(?:你好|您好|那|我|再|想|要|帮我|给我|麻烦|请|替我|\W){0,5}(?:预[约订定]|[订定](?!阅|位器|下来|制)|约(?!会|莫|等)|报名|购?买|下单)"
)
_FOR_THEM = re.compile("帮[我忙]|[给替]我")
_DELIVERED = re.compile("送[到来货去给]|配送|外卖|寄|快递|发货|到货")
# The message names a place, though not one of the lists: 送到万达A座吗.
_PLACED = re.compile(
    "[楼座栋幢]|大厦|广场|小区|公寓|花园|医院|学校|大学|公司|酒店|家里|店里|自提|[哪什]么?家?快递"
    "|哪家|顺丰|中通|圆通|申通|韵达|极兔|邮政|京东|德邦|[路街巷道村镇](?![上费])"
)
_LEARNS = re.compile("班|课|报|学|试听|体验|适合|合适|能[上玩用吃穿喝]|可以[上玩用吃穿喝]")
_OF_OTHERS = re.compile("模特|图片|图上|照片|主播|她穿|他穿")


def slot_to_ask(
    intent: str,
    slot_result: SlotResult,
    session: Session,
    candidates: Sequence[Evidence] | None = None,
    question: str = "",
) -> Slot | None:
    """The slot that the reply to a message of this intent asks for; None for none.

    candidates: of the search; None where there was none. question: the standalone question of a
    follow-up.
    """
    if not _HAN.search(slot_result.text):  # values are read in Chinese
        return None
    slot = ASKED_BY.get(intent)
    if slot == "product" and intent == "ask_suitability" and _CHILD.search(slot_result.text):
        slot = "age"
    if slot is None or session.pending == slot or slot_result.filled_slot:
        return None
    if _is_named(slot, slot_result, question) or not can_use(slot, candidates):
        return None
    return slot if _is_sensible(slot, slot_result.text) else None


def can_use(slot: Slot | None, candidates: Sequence[Evidence] | None) -> bool:
    """Whether a candidate may answer better with a value of the slot; True without a search."""
    if candidates is None:
        return True
    words = _USES.get(slot) if slot else None
    if words is None:
        return bool(slot and candidates)
    return any(words.search(each.title + each.text) for each in candidates)


def books_now(text: str) -> bool:
    """Whether the text wants to book a place or a time, and doesn't just ask about booking."""
    if _HOW.search(text) or _DELIVERED.search(text):
        return False
    is_wish = _FOR_THEM.search(text) is not None or not sentence_kinds.is_question(text)
    return is_wish and _BOOKS_NOW.search(text) is not None


def wishes_to_order(text: str) -> bool:
    """Whether the text wants to order or book anything: 我要订羽毛球场."""
    return _ORDERS.search(text) is not None and not sentence_kinds.is_question(text)


def names_thing(text: str) -> bool:
    """Whether the text names what it asks about: 熨斗 of 有没有熨斗, nothing of 多少钱."""
    words = speech.segment(text)
    named_words = [*words.of("topic"), *(word for word in words.of("doing") if len(word) > 1)]
    return any(word not in speech.MATTERS for word in named_words)


def is_short(text: str) -> bool:
    """Whether the text is too short to have details: 推荐一束."""
    return len(re.sub(r"\W", "", text)) < SHORTEST_WITH_DETAILS


def _is_sensible(slot: Slot, text: str) -> bool:
    """Whether the message is about the slot, so that a value may help to answer it."""
    decide = _DECIDES.get(slot)
    return decide is None or decide(text)


def _is_for_child(text: str) -> bool:
    return bool(_CHILD.search(text) and _LEARNS.search(text))


def _is_of_wearer(text: str) -> bool:
    return bool(_SIZE.search(text)) and not _OF_OTHERS.search(text)


def _is_of_place(text: str) -> bool:
    """Whether the answer depends on the place: for fee and days always, else unless a time is
    asked for.
    """
    if _PLACED.search(text):
        return False
    return bool(_FEE.search(text) or (_REACH.search(text) and not _OF_TIME.search(text)))


_DECIDES: Mapping[Slot, Callable[[str], bool]] = {
    "details": is_short, "age": _is_for_child, "size": _is_of_wearer, "region": _is_of_place,
    "visit": books_now,
}  # fmt: skip


def _is_named(slot: Slot, slot_result: SlotResult, question: str) -> bool:
    if slot == "product":
        return names_thing(slot_result.text) or names_thing(question)
    if slot == "visit":
        return not missing_details.left_of_visit(
            f"{slot_result.slots.get(slot, '')}，{slot_result.text}"
        )
    return slot != "details" and bool(slot_result.slots.get(slot))
