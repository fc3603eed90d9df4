"""Extracts checkable facts: amounts, dates, times, links, names with digits, and promises.

Each is normalised, so that 七天 and 7日, or 下午四点 and 16:00, are equal.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

import regex

from app.dialogue.generation.figures import in_figures
from app.dialogue.understanding.numerals import LETTERS, parse_number
from app.safety.normalise import fold_for_patterns

Kind = Literal["amount", "date", "time", "link", "name", "promise"]

_HALF = "半(?=个?(?:小时|钟头|月|年|天|日|斤|公斤))"
_NUMBER = rf"(?:\d+(?:,\d{{3}})*(?:\.\d+)?[百千万亿]?|[{LETTERS}]+|{_HALF})"
_SPAN = r"\s*(?:[-~–—]|至|到|或)\s*"
_UNITS = {
    "元": ("元", 1), "块": ("元", 1), "块钱": ("元", 1), "rmb": ("元", 1), "人民币": ("元", 1),
    "角": ("元", "0.1"), "毛": ("元", "0.1"), "毛钱": ("元", "0.1"),
    "折": ("折", 1), "%": ("%", 1), "成": ("%", 10), "倍": ("倍", 1), "积分": ("分", 1),
    "天": ("天", 1), "日": ("天", 1), "周": ("天", 7), "星期": ("天", 7), "个星期": ("天", 7),
    "礼拜": ("天", 7), "个礼拜": ("天", 7), "小时": ("天", "1/24"), "个小时": ("天", "1/24"),
    "钟头": ("天", "1/24"), "个钟头": ("天", "1/24"), "h": ("天", "1/24"),
    "分钟": ("分钟", 1), "秒": ("秒", 1), "秒钟": ("秒", 1),
    "个工作日": ("工作日", 1), "工作日": ("工作日", 1), "个自然日": ("天", 1), "自然日": ("天", 1),
    "个月": ("月", 1), "年": ("年", 1), "季度": ("季", 1), "个季度": ("季", 1),
    "公斤": ("克", 1000), "千克": ("克", 1000), "kg": ("克", 1000), "斤": ("克", 500),
    "克": ("克", 1), "g": ("克", 1), "毫升": ("毫升", 1), "ml": ("毫升", 1),
    "升": ("毫升", 1000), "l": ("毫升", 1000),
    "厘米": ("米", "0.01"), "cm": ("米", "0.01"), "毫米": ("米", "0.001"), "mm": ("米", "0.001"),
    "米": ("米", 1), "公里": ("米", 1000), "km": ("米", 1000),
    "码": ("码", 1), "岁": ("岁", 1), "度": ("度", 1), "℃": ("度", 1),
    "个": ("", 1), "件": ("", 1), "位": ("", 1), "种": ("", 1), "次": ("", 1), "条": ("", 1),
    "份": ("", 1), "款": ("", 1), "张": ("", 1), "包": ("", 1), "瓶": ("", 1), "双": ("", 1),
    "套": ("", 1), "箱": ("", 1), "盒": ("", 1), "人": ("", 1), "家": ("", 1), "层": ("", 1),
    "楼": ("", 1), "步": ("", 1), "单": ("", 1), "级": ("", 1), "页": ("", 1), "项": ("", 1),
    "片": ("", 1), "粒": ("", 1), "袋": ("", 1), "罐": ("", 1), "支": ("", 1), "枚": ("", 1),
    "杯": ("", 1), "台": ("", 1), "间": ("", 1), "晚": ("", 1), "节": ("", 1), "滴": ("", 1),
    "束": ("", 1), "朵": ("", 1), "颗": ("", 1), "株": ("", 1), "只": ("", 1),
    "yuan": ("元", 1), "cny": ("元", 1), "kuai": ("元", 1), "dollars": ("元", 1),
    "dollar": ("元", 1), "bucks": ("元", 1), "usd": ("元", 1), "percent": ("%", 1),
    "days": ("天", 1), "day": ("天", 1), "hours": ("天", "1/24"), "hour": ("天", "1/24"),
    "minutes": ("分钟", 1), "minute": ("分钟", 1), "mins": ("分钟", 1), "min": ("分钟", 1),
    "seconds": ("秒", 1), "second": ("秒", 1), "weeks": ("天", 7), "week": ("天", 7),
    "months": ("月", 1), "month": ("月", 1), "years": ("年", 1), "year": ("年", 1),
    "working days": ("工作日", 1), "business days": ("工作日", 1), "grams": ("克", 1),
    "gram": ("克", 1), "degrees": ("度", 1), "degree": ("度", 1), "°c": ("度", 1), "度c": ("度", 1),
}  # fmt: skip
_UNIT = "|".join(
    regex.escape(unit) + ("(?![a-z])" if unit[-1].isascii() and unit != "%" else "")
    for unit in sorted(_UNITS, key=len, reverse=True)
)
_HALVES = "上午|早上|早晨|凌晨|清晨|中午|下午|傍晚|晚上|晚间|夜里|am|pm"
_LATE = {"下午", "傍晚", "晚上", "晚间", "夜里", "pm"}

_LINK = regex.compile(
    r"(?:https?://|www\.)[!#-&(-;=?-~]+|[a-z0-9_.+-]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)+"
    r"|(?<![\w.])(?:[a-z0-9-]+\.)+(?:com|cn|net|org|io|shop|store|top|vip)(?![a-z])(?:/[!-~]*)?"
)
_DATE = regex.compile(
    rf"(?:(?P<y>\d{{4}}|[{LETTERS[:10]}〇]{{4}})\s*[年./-]\s*)?"
    rf"(?P<m>\d{{1,2}}|[{LETTERS[:13]}]{{1,2}})\s*(?:月|(?<=\d{{4}}[./-]\d{{1,2}})[./-])\s*"
    rf"(?P<d>\d{{1,2}}|[{LETTERS[:13]}]{{1,3}})\s*[日号]?(?!\d)"
)
_WEEKDAY = regex.compile(r"(?:周|星期|礼拜)([一二三四五六日天末])")
_TIME = regex.compile(
    rf"(?P<half>{_HALVES})?\s*(?:(?P<h>\d{{1,2}})\s*[::]\s*(?P<min>\d{{2}})(?!\d)"
    rf"|(?P<hc>\d{{1,2}}|[{LETTERS[:13]}]{{1,3}})\s*[点时](?!间|候|钟头|击|赞|评|心|餐|单|开|到)"
    rf"(?P<rest>半|一刻|三刻|\d{{1,2}}分|[{LETTERS[:13]}]{{1,3}}分)?)"
)
_PHONE = regex.compile(r"\+?\d(?:[ -]?\d){6,}(?![\d.])")
_CHANGE = regex.compile(
    rf"(?P<yuan>\d{{1,4}}|[{LETTERS}]{{1,6}})[块元](?P<jiao>[1-9{LETTERS[1:10]}])"
    rf"(?![\d{LETTERS}]|{_UNIT})"
)
_NAME = regex.compile(r"[a-z][a-z-]*\d[a-z0-9-]*|\d+[a-z][a-z0-9]*")
_AMOUNT = regex.compile(
    rf"(?P<ordinal>第)?(?P<money>[¥￥$])?\s*"
    rf"(?:(?P<low>{_NUMBER}){_SPAN})?(?P<high>{_NUMBER})\s*(?P<unit>{_UNIT})?"
)
_PERCENT = regex.compile(rf"百分之(?P<n>{_NUMBER})")
# No numbers: 十分 is "very", 一点 "a little", 千万 "by all means"; 一些, 一下.
_IDIOMS = regex.compile(
    r"十分(?!钟)|万分(?!之)|千万(?=别|不要|记得|注意)|万一|一一|一定|一些|一下|一般|一样|一直"
    r"|一起|一旦"
    r"|一致|一切|一律|统一|唯一|一点(?=儿|都|也|点|$|[，。！？、])"
    r"|(?<![午上晨里间])一点(?![半钟整前后到至开关左之一三以多\d~-])|有一点|第一时间|第一次?"
    r"|一会儿?"
    r"|一方面|进一步|独一无二|百分百|一时|一向|一边|一同|一共|三思|再三|万事|四季|双十一|五一"
    r"|十一(?=假|黄金|国庆)"
)
_BULLET = regex.compile(r"(?m)^\s*[(（]?\d{1,2}[.、)）](?!\d)\s*")
_PROMISES = {
    "包邮": "包邮|免运费|免邮|free (?:shipping|delivery)|(?:shipping|delivery|postage) is free",
    "免费": r"免费|不收费|不要钱|complimentary|at no (?:extra )?(?:cost|charge)"
    r"|(?<!feel |sugar |caffeine |(?:shipping|delivery|postage) is |-)\bfree\b"
    r"(?! to\b| time\b| shipping| delivery| gift|-)",
    "不收费": r"不(?:另|再|额外)?收(?:您|取)?\p{Han}{1,4}费",
    "无理由": "无理由|no[- ]questions|for no reason|without (?:any |giving a )?reason",
    "全额": "全额|全款退|full refund", "赔付": "赔付|赔偿|包赔|假一赔|compensat",
    "保修": "保修|质保|包换|warranty", "终身": "终身|永久|lifetime",
    "有货": r"有货|现货|有库存|库存充足|\bin stock",
    "缺货": "缺货|没货|售罄|断货|无货|out of stock|sold out",
    "当天": "当天|当日|今天就?发|即日|same[- ]day",
    "次日": "次日|隔天|隔日|明天就?[发到]|next[- ]day",
    "半价": "半价|五折|对折|half[- ]price", "赠送": "赠送|买一送一|送赠品|免费送|free gift|buy one",
    "优惠": "优惠券|满减|打折|折扣|discount|coupon|voucher",
    "运费险": "运费险", "上门": "上门|door[- ]to[- ]door|at your door",
}  # fmt: skip
_PROMISE = {name: regex.compile(words) for name, words in _PROMISES.items()}
_NOT = regex.compile(
    r"(?:不|无|没有?|非|未|勿|不能|不可以?|不支持|不提供|暂不|不享受?|\b(?:no|not|isn't"
    r"|never)\b.{0,4})$"
)
LARGEST = 10**15
_ONES = {Decimal(1), Decimal(2)}


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact in normal form. Facts are equal if they say the same, whatever the quote."""

    kind: Kind
    what: str
    unit: str = ""
    quote: str = field(default="", compare=False)  # its wording in the text

    @property
    def binding(self) -> bool:
        """Whether only the brand can state it: money, discounts, links and promises."""
        return self.kind in {"promise", "link"} or self.unit in {"元", "折", "%", "倍"}


def find_facts(text: str) -> frozenset[Fact]:
    """All facts in a text."""
    rest = in_figures(fold_for_patterns(text))
    found_facts = set(_find_promises(rest))
    rest = _IDIOMS.sub("\ue000", _BULLET.sub("", rest))
    for pattern, read in (
        (_LINK, _read_link),
        (_DATE, _read_date),
        (_PHONE, _read_phone),
        (_CHANGE, _read_change),
        (_WEEKDAY, _read_weekday),
        (_PERCENT, _read_percent),
        (_TIME, _read_time),
        (_NAME, _read_name),
        (_AMOUNT, _read_amounts),
    ):
        spans = []
        for match in pattern.finditer(rest):
            if read_facts := list(read(match)):
                found_facts.update(read_facts)
                spans.append(match.span())
        for start, end in spans:  # each character belongs to one fact only
            rest = rest[:start] + "\ue000" * (end - start) + rest[end:]
    return frozenset(found_facts)


def find_missing_facts(claims: Iterable[Fact], sources: Iterable[Fact]) -> list[Fact]:
    """The claims that no source contains or implies, sorted by quote."""
    source_facts = set(sources)
    bare = {fact.what for fact in source_facts if fact.kind == "amount" and not fact.unit}
    unsaid = (c for c in claims if c not in source_facts and not _is_implied(c, source_facts, bare))
    return sorted(unsaid, key=lambda fact: fact.quote)


def _is_implied(claim: Fact, source_facts: set[Fact], bare: set[str]) -> bool:
    if claim.kind == "amount":
        # A number without a unit, in a source or the claim, matches: 199 in a table and 199元.
        amounts = {f.what for f in source_facts if f.kind == "amount"}
        day = claim.quote.endswith(("日", "号")) and f"-{claim.what:0>2}"
        dated = bool(day) and any(
            f.kind == "date" and f.what.endswith(day or "") for f in source_facts
        )
        return dated or claim.what in bare or (not claim.unit and claim.what in amounts)
    if claim.kind == "time" and not claim.unit:
        return any(f.kind == "time" and _same_clock(f.what, claim.what) for f in source_facts)
    if claim.kind == "date":
        return any(f.kind == "date" and f.what.endswith(claim.what) for f in source_facts)
    return False


def _same_clock(one: str, other: str) -> bool:
    return (int(one) - int(other)) % 720 == 0


def _find_promises(text: str) -> Iterator[Fact]:
    for name, pattern in _PROMISE.items():
        for match in pattern.finditer(text):
            negated = _NOT.search(text, max(0, match.start() - 8), match.start())
            yield Fact("promise", f"{'不' if negated else ''}{name}", quote=match.group())


def _read_link(match: regex.Match[str]) -> Iterator[Fact]:
    yield Fact("link", match.group().rstrip(".,;!?)/"), quote=match.group())


def _read_date(match: regex.Match[str]) -> Iterator[Fact]:
    month, day = parse_number(match["m"]), parse_number(match["d"])
    if month is None or day is None or not (1 <= month <= 12 and 1 <= day <= 31):
        return
    year = f"{parse_number(match['y'])}-" if match["y"] else ""
    yield Fact("date", f"{year}{int(month):02}-{int(day):02}", quote=match.group().strip())


def _read_phone(match: regex.Match[str]) -> Iterator[Fact]:
    digits = regex.sub(r"\D", "", match.group())
    yield Fact("name", digits, quote=match.group())


def _read_change(match: regex.Match[str]) -> Iterator[Fact]:
    yuan, jiao = parse_number(match["yuan"]), parse_number(match["jiao"])
    if yuan is not None and jiao is not None:
        yield Fact("amount", format(yuan + jiao / 10, "f"), "元", match.group())


def _read_weekday(match: regex.Match[str]) -> Iterator[Fact]:
    yield Fact("date", f"周{match[1].replace('天', '日')}", quote=match.group())


def _read_percent(match: regex.Match[str]) -> Iterator[Fact]:
    yield from _read_amount(match["n"], "%", match.group())


def _read_time(match: regex.Match[str]) -> Iterator[Fact]:
    hour = parse_number(match["h"] or match["hc"])
    if hour is None or hour > 24:
        return
    rest = {"半": 30, "一刻": 15, "三刻": 45}.get(match["rest"] or "")
    if rest is None:
        rest = int(parse_number((match["min"] or match["rest"] or "0").rstrip("分")) or 0)
    half = match["half"] or ""
    late = half in _LATE or (half == "中午" and hour < 3)
    minutes = (int(hour) % 24 + (12 if late and hour < 12 else 0)) * 60 + rest
    sure = bool(half) or hour > 12 or bool(match["h"])
    yield Fact("time", str(minutes), "day" if sure else "", match.group().strip())


def _read_name(match: regex.Match[str]) -> Iterator[Fact]:
    if not _unit_of(match.group()):
        yield Fact("name", match.group(), quote=match.group())


def _unit_of(text: str) -> bool:
    """Whether a text is a number with a unit (5kg, 500ml), and so an amount, no name."""
    return bool(regex.fullmatch(rf"\d+(?:{_UNIT})", text))


def _read_amounts(match: regex.Match[str]) -> Iterator[Fact]:
    unit = match["unit"] or ("元" if match["money"] else "")
    for number in filter(None, (match["low"], match["high"])):
        yield from _read_amount(number, unit, match.group().strip(), bool(match["ordinal"]))


def _is_manner_of_speech(amount: Decimal, unit: str, number: str) -> bool:
    """Whether a spelled-out number is no fact: 一个, 两种, or a single digit without a unit."""
    return amount in _ONES or (not unit and len(number) == 1)


def _read_amount(number: str, unit: str, quote: str, ordinal: bool = False) -> Iterator[Fact]:
    amount = parse_number(number)
    if amount is None or amount > LARGEST:
        yield Fact("name", number, quote=quote)  # too large to convert: compared as text
        return
    is_spelled_out = not number[0].isdigit()
    name, factor = _UNITS.get(unit, ("", 1))
    if is_spelled_out and not name and not ordinal and _is_manner_of_speech(amount, unit, number):
        return
    top, _, bottom = str(factor).partition("/")
    scaled = amount * Decimal(top) / Decimal(bottom or 1)
    amount_text = format(scaled.quantize(Decimal("0.0001")).normalize(), "f")
    yield Fact("amount", amount_text, "第" if ordinal else name, quote)
