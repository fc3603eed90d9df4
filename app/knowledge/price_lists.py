"""Lists prices or members of a kind, such as 卡 in 卡多少钱, from entries on its things. No I/O.

Prices are listed only if three entries or more give prices of things of that kind, and no entry
is on the kind itself. 有什么红茶 lists all members, or gives the entry on the kind.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from app.knowledge.values import Entry
from app.messages.values import Answer, Text

LEAST, MOST = 3, 4  # entries in a list: fewer are no kind, more are too long
LONGEST = 26  # characters per listed thing

_ASKS_PRICE = (
    r"(?:都|分别|大概|一般|要|是|卖|得|需要)*"
    r"(?:多少钱?|好多钱|几多钱|几(?:块|元|钱)钱?|[什啥]么?价[位格钱]?|怎么?样?(?:卖|收费|算)|咋(?:卖|收费|算)"
    r"|(?:的|都有)?(?:价格|价位|价钱|价目表?|费用|收费)(?:多少|是多少|怎么样)?)"
)
_BEGINS = (
    r"(?:你好|您好|请问|想?问一?下|咨询一?下|我?想知道"
    r"|[你您]们?家?(?:店里?|这里|这边|那里?)?的?|店里的?|这边的?|[,，\s])*"
)
_ENDS = r"[呢呀啊吗嘛的了哈\s?？!！。~～]*"
_GENERIC = re.compile(
    _BEGINS + r"(?:(?:[办买订报来点租上要吃喝选]一?|一)(?P<measure>[束盆篮张节杯盒份只件套间条])的?"
    r"|[办买订报来点租上要吃喝选]个?)?"
    rf"(?P<kind>[\u4e00-\u9fff]{{1,3}}?){_ASKS_PRICE}{_ENDS}"
)
_SOME = "(?:都|一共)?(?:有|卖)些?(?:什么|哪些|哪几[种款样]|几[种款样]|啥)(?:样的|种类的?|品种的?)?"
_WHICH = re.compile(
    rf"{_BEGINS}(?:{_SOME}(?P<kind>[\u4e00-\u9fff]{{1,4}}?)(?:卖|可选|可以选)?"
    rf"|(?P<first>[\u4e00-\u9fff]{{1,4}}?){_SOME}(?:可选|可以选)?){_ENDS}"
)
_SAME = {"门票": "票", "鲜花": "花", "会员卡": "卡", "课程": "课", "房间": "房", "客房": "房"}
# Kinds of one letter: 桃 would be found in 樱桃.
_ONE_LETTER = frozenset("花卡课票班房车面米油酒茶蜜被枕灯锁刀锅琴笔鞋裤包箱虾鱼奶漆竿帘营仓粥饭")
_ENDING_NAMES = frozenset("卡课票班房")  # one-character kinds at the end of their things' names
_NO_KIND = re.compile(
    "[一二三四五六七八九十百两几多半人孩童这那哪个种款它总共最费邮押定]|快递|配送|停车|会员$"
)
_PRICE_QUESTION = re.compile(rf"(?P<name>.+?)的?{_ASKS_PRICE}\W*(?:$|[\s，,？?])")
# Verbs of services on a thing, not of buying it: 租山地车, 代灌香肠.
_SERVICE = re.compile("^(?:租|代|换|修|拆|装|配|打|补|开|送|寄|停|洗|清洗|移|二手|加)|停车|外送")
_PRICED = re.compile(r"\d[\d,.]*\s*元")
_BESIDE = re.compile(
    "出行费|押金|定金|加收|再加|另加|另收|超出|之后|邮费|运费|配送费|补差|手续费|抵|满|减"
)
_CLAUSE = re.compile(r"[^，。；！？,;!?\n]+")
_MEASURE_SUFFIX = re.compile(
    r"(?:[一每两]|\d+)(?:[束盆篮张节杯盒份只件套间条个位次天晚年]|个?月|小时)$"
)


@dataclass(frozen=True, slots=True)
class PriceList:
    """Prices of things of a kind, and all entries on such things."""

    prices: tuple[str, ...]
    entry_ids: tuple[str, ...]  # ids of the entries that give these prices
    members: frozenset[str]  # ids of all entries on such things
    endings: tuple[str, ...]  # with which the names of such things end

    @property
    def text(self) -> str:
        """The prices on one line."""
        return "；".join(self.prices)


def list_prices(question: str, entries: Iterable[Entry]) -> PriceList | None:
    """The prices of the kind that the question asks for; None if it asks for no such kind, or the
    entries don't suit.
    """
    endings = _find_kind_endings(question)
    if not endings:
        return None
    named_entries = [(entry, name) for entry in entries if (name := _extract_name(entry.question))]
    if any(name in endings for _, name in named_entries):
        return None
    named_entries = [(entry, name) for entry, name in named_entries if name.endswith(endings)]
    priced: dict[str, str] = {}
    for entry, name in named_entries:
        if not _SERVICE.search(name) and (price := _extract_price(name, entry.answer)):
            priced.setdefault(price, entry.id)
    if len(priced) < LEAST:
        return None
    prices = tuple(priced)[:MOST]
    members = frozenset(entry.id for entry, _ in named_entries)
    return PriceList(prices, tuple(priced[price] for price in prices), members, endings)


def list_kind(question: str, entries: Iterable[Entry]) -> PriceList | None:
    """All things of the kind that the question asks for, or the answer on the kind if it lists
    them; None if the question asks for no kind, or the entries don't suit.
    """
    match = _WHICH.fullmatch(question.strip())
    kind = (match["kind"] or match["first"]) if match else ""
    if not kind or _NO_KIND.search(kind) or (len(kind) == 1 and kind not in _ENDING_NAMES):
        return None
    named_entries = [(entry, name) for entry in entries if (name := _extract_name(entry.question))]
    named_entries = [(entry, name) for entry, name in named_entries if name.endswith(kind)]
    of_kind = [(entry, name) for entry, name in named_entries if name == kind] or named_entries
    if len(of_kind) == 1:
        [(entry, _)] = of_kind
        text = _text(entry.answer)
        if not re.search(rf"[\u4e00-\u9fff]{kind}", text):
            return None
        members = frozenset(each.id for each, _ in named_entries)
        return PriceList((text,), (entry.id,), members, (kind,))
    prices = {
        price: entry.id for entry, name in of_kind if (price := _extract_price(name, entry.answer))
    }
    if not 1 < len(of_kind) == len(prices) <= MOST:
        return None
    return PriceList(tuple(prices), tuple(prices.values()), frozenset(prices.values()), (kind,))


def _find_kind_endings(question: str) -> tuple[str, ...]:
    """The endings of names that the question asks for: 卡 in 办卡多少钱, 被 in 被子怎么卖; () if
    none.
    """
    match = _GENERIC.fullmatch(question.strip())
    if not match or _NO_KIND.search(match["kind"]):
        return ()
    kind = _SAME.get(match["kind"], match["kind"])
    if match["measure"] in {"束", "盆", "篮"}:
        return (kind + match["measure"],)
    short = kind[:-1] if len(kind) == 2 and kind[-1] in "子头儿" else kind
    if len(short) == 1 and short not in _ONE_LETTER:
        return ()
    return (kind, "花束") if kind == "花" else (kind, short)


def _extract_name(question: str) -> str:
    """The thing whose price an entry's question asks for; "" for any other question."""
    match = _PRICE_QUESTION.match(question)
    return _MEASURE_SUFFIX.sub("", match["name"].strip()) if match else ""


def _text(answer: Answer) -> str:
    """The text of an answer; "" for a rich message, which is never quoted."""
    return answer.content if isinstance(answer, Text) else ""


def _extract_price(name: str, answer: Answer) -> str:
    """The first clause of an answer that has a price, with the thing's name; "" if too long, or if
    the price is another thing's.
    """
    clauses = _CLAUSE.findall(_text(answer))
    clause = next((each.strip() for each in clauses if _PRICED.search(each)), "")
    if not clause or _BESIDE.search(clause):
        return ""
    says_name = name[-2:] in clause or name[:2] in clause
    between = "" if says_name or clause[0].isdigit() else "："
    text = clause if says_name else f"{name}{between}{clause}"
    return text if len(text) <= LONGEST else ""
