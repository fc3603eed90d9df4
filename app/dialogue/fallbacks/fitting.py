"""Decides whether an intent's replies fit a message, since the model may be wrong. No I/O.

Replies that suit every question of the intent need no check. Replies that speak of a delivery, a
lesson or an order are used only if the message speaks of it too.
"""

import re
from collections.abc import Mapping

from app.dialogue.slot_filling import questions
from app.dialogue.understanding.sentences import sentence_kinds
from app.inference.ports import Classification

SURE = 0.75  # confidence; below it every third intent was wrong
SURE_OF_UNKNOWN = 0.9  # confidence from which "not known" is said by the intent's replies

# Intents whose replies only say, about their subject, that nothing is known.
_SUBJECTS = """
    ask_price ask_discount ask_bulk_discount ask_early_discount ask_get_coupon ask_coupon_rules
    ask_has_promotion ask_promotion_rules ask_join_membership ask_gift ask_gift_shipping
    ask_gift_choice ask_cashback_method ask_cashback_amount ask_cashback_time ask_review_cashback
    ask_material ask_spec_quantity ask_size ask_weight ask_origin ask_packaging ask_what_color
    ask_color_difference ask_smell ask_sold_separately ask_customization ask_presale ask_restock
    ask_new_arrival ask_which_better ask_product_difference ask_buyer_show ask_warranty ask_quality
    ask_how_to_order ask_wechat_pay ask_cash_on_delivery ask_ship_time ask_ship_from
    ask_split_or_combined ask_remote_area ask_which_courier ask_sf_express ask_specify_courier
    ask_arrival_time ask_shipping_fee ask_freight_insurance ask_return_policy ask_return_address
    ask_return_freight_payer ask_return_courier ask_reject_parcel ask_refund_amount
    ask_refund_destination ask_refund_time ask_invoice ask_physical_store recruiting
    store_and_hours lottery_campaign article_content ask_usage ask_suitability ask_shelf_life
    ask_ingredients ask_allergens ask_care ask_availability make_booking ask_queue ask_location
    ask_parking ask_facilities ask_menu ask_delivery_range ask_enrolment ask_trial_lesson
    ask_brand_story ask_member_balance
"""
SUBJECTS = frozenset(_SUBJECTS.split())

# Intents whose replies presuppose something that may be wrong if the model isn't sure.
_GUESSED = """
    complain_angry
    loyal_customer praise express_preference feel_sad confused haggle coupon_unusable state_for_gift
    buy_to_try browse_more order_failed will_pay_now have_paid cancel_purchase ordered_by_mistake
    will_reorder address_correct address_no_change have_received ask_tracking_number
    ask_logistics_status want_return_refund cancel_return_request will_send_back have_sent_back
    ask_refund_reason unsubscribe_privacy ask_own_wangwang add_seller_wechat bot_identity
    complain_price_rise ask_price_adjust report_product_problem change_item_spec verify_order
    change_delivery_info confirm_address_changed wrong_address_shipped urge_shipping
    request_delay_shipping request_check_before_ship complain_slow_logistics
    request_extend_receipt request_change_freight request_freight_refund ask_return_received
    ask_exchange_ship_time wrong_item_sent refund_apply_failed send_alipay_account
    request_compensation send_invoice_info business_cooperation change_booking request_absence
"""
GUESSED = frozenset(_GUESSED.split())

CHOICE_INTENTS = questions.CHOICE_INTENTS

_PARCEL = "快递|物流|包裹|运单|单号|派送|驿站|签收|收到|还没到|没到|送到|寄|发货|催"
_ORDER = f"订单|下单|拍[了错下的]|{_PARCEL}|买的|件|地址|电话|收货|收件|付款|换货|退"
_NEEDS: Mapping[str, str] = {
    "request_absence": "请.{0,3}假(?!条)|补课|缺课|(?:来|去|上|到)不了|不[能去来](?:上|去|来)?",
    "send_invoice_info": "发票|开票|抬头|税号|专票|普票",
    "complain_slow_logistics": _PARCEL,
    "urge_shipping": f"发[货出了]|出货|寄|{_PARCEL}",
    "ask_return_received": f"退|{_PARCEL}",
    "ask_exchange_ship_time": f"换|{_PARCEL}",
    "wrong_item_sent": "发错|错|不是我|不一样|少|漏|不对",
    "wrong_address_shipped": _ORDER,
    "change_delivery_info": _ORDER,
    "confirm_address_changed": _ORDER,
    "change_item_spec": "换|改|订单|拍|颜色|尺码|规格",
    "change_booking": "改|换|取消|推迟|提前|延|挪|退|不[来去](?:了|成)",
    "verify_order": _ORDER,
    "request_delay_shipping": _ORDER,
    "request_check_before_ship": _ORDER,
    "request_extend_receipt": _ORDER,
    "request_change_freight": "运费|邮费",
    "request_freight_refund": "运费|邮费",
    "refund_apply_failed": "退|售后",
    "send_alipay_account": "支付宝|账号|账户|@|\\d{6}",
    "business_cooperation": "合作|加盟|代理|推广|供货|采购|商务|招商|入驻|投放|联名|批发",
    "complain_price_rise": "涨|贵|价",
    "ask_price_adjust": "改价|价|差价|便宜|优惠",
    "ask_customization": "定[制做]|订[制做](?!单)|刻|绣|印(?!象)|自定义|个性化|专属|DIY|量身|来图",
    "state_for_gift": "送|礼|给.{0,6}(?:买|带)",
    "unsubscribe_privacy": "取消关注|取关|不再?关注|推送|打扰|隐私|个人信息|注销|订阅"
    "|信息.{0,4}泄|泄.{0,2}露",
    "ask_own_wangwang": "旺旺|昵称|会员名",
    "add_seller_wechat": "微信|加.{0,4}(?:好友|v|V)|联系方式",
}
# A message must ask for a choice: 送什么好, 推荐一款, 帮我挑.
_CHOOSES = (
    "推荐|挑|选|参谋|建议|还是|好看|显[白瘦]|拿不定|纠结|哪[一]?[款个种样束件支双]|[送买带选穿配].{0,8}(?:什么|啥|哪)|什么.{0,6}(?:好|合适|适合)"
    "|(?:适合|合适).{0,4}(?:什么|哪)|有(?:没有|什么).{0,8}(?:适合|合适)|怎么[选挑送]"
)
_WORDS = {
    intent: re.compile(words)
    for intent, words in {**_NEEDS, **dict.fromkeys(CHOICE_INTENTS, _CHOOSES)}.items()
}
_SUPPOSED = re.compile("能.{0,8}[吗么不]|可以.{0,8}[吗么不]|怎么|如何|多少|要不要|会不会|是不是")
# Intents whose messages may ask about the rules instead: 请假能退课时吗.
_OF_RULES = frozenset({"request_absence"})


def is_shipped(intent: str) -> bool:
    """Whether the id is one of the shipped intents listed in this file."""
    return intent in SUBJECTS | GUESSED | CHOICE_INTENTS


def fits_message(classification: Classification, text: str) -> bool:
    """Whether the intent's replies fit what the message says."""
    name = classification.intent.id
    words = _WORDS.get(name)
    if words is not None and not words.search(text):
        return False
    if name not in GUESSED:
        return True
    if name in _OF_RULES and _SUPPOSED.search(text):
        return False
    may_be_said = classification.intent.action != "handoff" and not sentence_kinds.is_question(text)
    return classification.confidence >= SURE or may_be_said


def fits_unknown(classification: Classification, text: str) -> bool:
    """Whether "not known" may be said by the intent's replies: a `SUBJECTS` intent has to be sure,
    and the message names no thing. For make_booking a lower confidence counts, and no question is
    answered so. True for other intents.
    """
    if classification.intent.id not in SUBJECTS:
        return True
    if classification.intent.id == "make_booking":
        return classification.confidence >= SURE and not sentence_kinds.is_question(text)
    printable_text = "".join(filter(str.isprintable, text))
    without_latin = re.sub("[a-zA-Z0-9]+", " ", printable_text)
    return classification.confidence >= SURE_OF_UNKNOWN and not questions.names_thing(without_latin)
