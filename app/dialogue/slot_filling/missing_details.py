"""Finds which of several requested details are missing, and what a number was sent for. No I/O."""

import re
from collections.abc import Mapping, Sequence

from app.dialogue.slot_filling.recognizers.visits import says_how_many
from app.dialogue.understanding.entities import places
from app.kit.text import fold_width
from app.sessions.store import Session

_ASK_WORDS = re.compile(r"请|告诉|说说|发来|发一下|补充|写明|写下|[？?]")
_SENTENCE = re.compile(r"[^。！!\n]+")
_NEW = re.compile("新的?(?=姓名|电话|手机|地址|收[件货])")
_CLOCK = re.compile(r"\d{1,2}[:：]\d{2}|[\d一二三四五六七八九十]+点|上午|中午|下午|晚上|早上")
_DAY = re.compile(
    r"[今明后]天|[今明后]晚|明早|(?:周|星期|礼拜)[一二三四五六日天末]|\d+[月号日./]|[一二三四五六七八九十]+[月号]"
    r"|元旦|除夕|春节|初[一二三四五六七]|国庆|五一|中秋|端午|清明|圣诞|情人节"
)
_PLACE = re.compile("省|市|区|县|镇|街|路|号楼|小区|栋|单元|室|村|大厦|广场")
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高梁郑谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦"
    "付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_A_NAME = (
    rf"姓名|我叫|姓[\u4e00-\u9fff]|^\W*[{_SURNAMES}](?!谢)[\u4e00-\u9fff]{{1,2}}\W*$"
    r"|(?:^|[,，、\s])[\u4e00-\u9fff]{2,3}(?=[,，、\s]*1[3-9]\d)"
    r"|1[3-9]\d{9}[,，、\s]*[\u4e00-\u9fff]{2,3}(?:[,，、\s]|$)"
)
# Each detail with the pattern of its request and of its value ("": decided by `_is_sent`).
_ITEMS: Mapping[str, tuple[str, str]] = {
    "订单号": ("订单号", r"[0-9A-Za-z-]{8,}"),
    "快递单号": ("(?:快递|退货|寄件|寄回的?(?:快递)?|运)单号", r"[0-9A-Za-z]{10,}"),
    "姓名": ("姓名|称呼", _A_NAME),
    "电话": ("电话|手机(?:号|尾号)?", r"(?<!\d)1[3-9]\d{9}(?!\d)|尾号"),
    "地址": ("地址|收件信息", ""),
    "身高": ("身高", r"(?<!\d)1[3-9]\d(?!\d)|[12一]米|身高|[1-2]\.\d"),
    "体重": ("体重", r"\d\s*(?:斤|公斤|kg)|体重|(?<!\d)(?:[4-9]\d|1[0-2]\d)(?!\d)"),
    "日期": ("哪天|日期|日子|什么时候|方便的日", ""),
    "时间": ("几点|[^有]时间", ""),
    "人数": ("几位|人数|几个人", ""),
    "邮箱": ("邮箱", "@"),
    "抬头": ("抬头", "公司|抬头|个人"),
    "税号": ("税号", r"[0-9A-Z]{15,20}"),
    "照片": ("照片|截图", r"\[?图片|照片"),
}  # fmt: skip
_ASK_PATTERNS = {name: re.compile(pattern) for name, (pattern, _) in _ITEMS.items()}
_VALUE_PATTERNS = {name: re.compile(looks) for name, (_, looks) in _ITEMS.items() if looks}
_OF_DELIVERY = ("姓名", "电话", "地址")
_OF_VISIT = ("日期", "时间", "人数")
_WHEN = {"日期": "哪天", "时间": "几点"}

# What the follower wants done, in the agents' words; the first that fits counts.
_REQUESTS: Mapping[str, str] = {
    "退课": "退.{0,4}课|课.{0,6}退", "退卡": "退.{0,3}卡|卡.{0,4}退", "退票": "退.{0,3}票",
    "退押金": "退.{0,3}押金|押金.{0,4}退", "退差价": "差价",
    "换货": "换货|换一[个件双条]|换个?[大小]|换[码号]|退换",
    "退货": "退货|退掉|想退|要退|能退|可以退", "退款": "退款|退钱|退费|没退|到账",
    "改地址": "(?:改|换|错).{0,6}地址|地址.{0,8}(?:改|换|错)", "改期": "改期|改时间|换.{0,3}时间",
    "取消订单": "取消|不想?要了", "补发": "补发|少[发了]|漏[发了]|缺件",
    "催发货": "催.{0,3}(?:发货|单)|(?:还|怎么|几时|什么时候).{0,6}(?:没|不|未)?发(?:货|出)|发货",
    "查快递": "快递|物流|包裹|到哪|签收|派送", "开发票": "发票|开票", "维修": "维修|保修|修",
    "售后": "坏了|破了?|质量|售后|有问题",
}  # fmt: skip
_SEVERAL = 2
_REQUEST = {name: re.compile(words) for name, words in _REQUESTS.items()}


def find_missing_items(text: str, session: Session) -> tuple[str, ...]:
    """The details that the last reply asked for and the message doesn't have; () unless it asked
    for two or more and the message has some of them.
    """
    asked_items = _find_asked_items(session)
    waiting_text = session.waiting  # may have details itself: 我们8个人想订位
    known_items = {name for name in _OF_VISIT if _is_sent(name, waiting_text, is_asked=False)}
    sent = {name for name in asked_items if name in known_items or _is_sent(name, text)}
    last = session.turns[-1].answer if session.turns else ""
    sent |= {name for name in asked_items if any(_is_instead(name, each, last) for each in sent)}
    if len(asked_items) < _SEVERAL or not sent or sent == {*asked_items}:
        return ()
    return tuple(name for name in asked_items if name not in sent)


def left_of_visit(text: str) -> str:
    """The question for what a booking lacks: 您打算几点来，一共几位; "" where it is complete."""
    when = [word for name, word in _WHEN.items() if not _is_sent(name, text)]
    questions = [f"您打算{'、'.join(when)}来"] if when else []
    return "，".join(
        questions if _is_sent("人数", text, is_asked=False) else [*questions, "一共几位"]
    )


def name_items(items: Sequence[str], session: Session) -> str:
    """The details in words, as the last reply named them: 新的姓名、电话和地址."""
    words = [*items]
    last = session.turns[-1].answer if session.turns else ""
    at = next((i for i, item in enumerate(words) if item in _OF_DELIVERY), None)
    if at is not None and _NEW.search(last):
        words[at] = f"新的{words[at]}"
    return words[0] if len(words) == 1 else f"{'、'.join(words[:-1])}和{words[-1]}"


def find_request(session: Session) -> str:
    """What an earlier message wanted done: 退课; "" for nothing."""
    texts = [session.waiting, *(turn.text for turn in session.turns[-1:]), session.question]
    for text in filter(None, texts):
        for name, pattern in _REQUEST.items():
            if pattern.search(text):
                return name
    return ""


def _find_asked_items(session: Session) -> tuple[str, ...]:
    last = session.turns[-1].answer if session.turns else ""
    asking = [each for each in _SENTENCE.findall(last) if _ASK_WORDS.search(each)]
    text = "。".join(asking)
    return tuple(name for name, pattern in _ASK_PATTERNS.items() if pattern.search(text))


def _is_instead(name: str, sent: str, text: str) -> bool:
    """Whether the text asks for either of two details: 订单号或预留的手机号."""
    one, other = _ASK_PATTERNS[name].pattern, _ASK_PATTERNS[sent].pattern
    pair = rf"(?:{one})或[^，。、；]{{0,4}}(?:{other})|(?:{other})或[^，。、；]{{0,4}}(?:{one})"
    return re.search(pair, text) is not None


def _is_sent(name: str, text: str, *, is_asked: bool = True) -> bool:
    plain = fold_width(text).strip()
    match name:
        case "地址":
            return len(set(_PLACE.findall(plain))) > 1 or bool(places.find_places(plain))
        case "日期":
            return _DAY.search(plain) is not None
        case "时间":
            return _CLOCK.search(plain) is not None
        case "人数":
            return says_how_many(plain, is_asked=is_asked)
        case _:
            return _VALUE_PATTERNS[name].search(plain) is not None
