"""Finds personal data in texts, masks it, and restores it.

Order numbers must not be masked: the order lookup needs them. They are recognised by length (12
digits or more; mobile numbers have 11, with no digit adjoining), by failing checks (date and check
digit of an identity card, prefix and Luhn's sum of a bank card), and by the words before them:
订单号 123 is an order number whatever it looks like, unless it is an identity card's.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import regex

_PROVINCES = (
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|"
    "广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门"
)
_PLATES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_UNIT = r"\d{1,5}[ -]?(?:号楼|号|栋|幢|弄|单元|室|座|楼|层|区|期)"
_KINDS = {
    "邮箱": r"""
        [a-z0-9][a-z0-9._%+-]{0,63}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,4}\.[a-z]{2,24}""",
    "身份证号": r"(?<![\da-z])[1-9]\d{5}(?:18|19|20)\d{9}[\dx](?![\da-z])",
    "银行卡号": r"(?<![\da-z])(?:62|[45]\d)\d{2}(?:[ -]?\d{4}){2,3}(?:[ -]?\d{1,4})?(?![\da-z])",
    "手机号": r"(?<![\da-z])(?:(?:\+|00)?86[ -]?)?1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)",
    "电话": r"""
        (?<![\d-])(?:\(0\d{2,3}\)|（0\d{2,3}）|0\d{2,3})[ -]?[2-9]\d{6,7}(?:[-转]\d{1,5})?(?!\d)
      | (?<=(?:电话|座机|固话)[号码是为:： ]{0,4})[2-9]\d{6,7}(?!\d)""",
    "微信号": r"""
        (?<=(?:微信|薇信|威信|vx|v信|wx|wechat)[号码名是为加:： id]{0,6})
        (?<![a-z0-9_-])(?!(?:vx|wx|id|wechat)[^a-z0-9])[a-z][a-z0-9_-]{5,19}(?![a-z0-9_-])""",
    "QQ号": r"(?<=(?:qq|扣扣)[号码是为加:： ]{0,4})[1-9]\d{4,10}(?!\d)",
    "车牌号": rf"""
        (?<![\p{{Han}}a-z0-9])[{_PLATES}][a-hj-np-z][·• ]?
        (?=[a-z]{{0,5}}\d)[a-hj-np-z0-9]{{5,6}}(?![a-z0-9])
      | (?<=车牌[号码是为:： ]{{0,4}})\p{{Han}}[a-z][·• ]?[a-z0-9]{{5,6}}(?![a-z0-9])""",
    "地址": rf"""
        (?:(?:{_PROVINCES})[省市]?|(?![寄送发到在住是至改成为给换的])\p{{Han}}{{2,4}}(?:市|区|县))\p{{Han}}{{0,24}}?
        (?:路|街|大道|巷|弄|胡同|村|镇|小区|花园|公寓|大厦|苑|园)[\p{{Han}}\w -]{{0,12}}?{_UNIT}
        (?:[\p{{Han}}\w -]{{0,8}}?{_UNIT}){{0,4}}(?:[ -]?\d{{2,5}}(?!\d))?""",
}  # fmt: skip
_FINDER = regex.compile(
    "|".join(f"(?P<{name}>{pattern})" for name, pattern in _KINDS.items()),
    regex.IGNORECASE | regex.VERBOSE,
)
# Words directly before a number that make it an order or tracking number.
_ORDER = regex.compile(
    r"(?:订单|单号|编号|运单|流水|交易|货号|款号|order(?: id| no\.?)?)[号码是为:：# ]{0,6}$",
    regex.IGNORECASE,
)
_IDENTITY = regex.compile(r"身份证[号码件是为:： ]{0,6}$")
_PLACEHOLDER = regex.compile(r"[\[［【]\s*([\p{Han}QＱ]{2,5})\s*(\d{1,4})\s*[\]］】]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643
_LAST = "10X98765432"
_NUMBERS = frozenset({"手机号", "电话", "身份证号", "银行卡号"})
_SHOWN_FIRST, _SHOWN_LAST = 3, 4  # digits that `hide_middle` keeps
_BEFORE = 16  # characters before a number that are searched for `_ORDER`


@dataclass(frozen=True, slots=True)
class PersonalDataSpan:
    """A piece of personal data: text[start:end]."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Masked:
    """Texts with placeholders for personal data; `hidden` maps placeholders to the data."""

    texts: tuple[str, ...]
    hidden: Mapping[str, str]

    def restore(self, answer: str) -> str:
        """Replace an answer's placeholders by the data, also with changed brackets or spaces."""
        return _PLACEHOLDER.sub(
            lambda match: self.hidden.get(f"[{match[1]}{match[2]}]", match[0]),
            answer,
        )


def find_personal_data(text: str) -> Iterator[PersonalDataSpan]:
    """Yield personal data from left to right. Names aren't recognised."""
    for match in _FINDER.finditer(text):
        kind = str(match.lastgroup)
        if _is_valid(kind, match.group(), text[max(0, match.start() - _BEFORE) : match.start()]):
            yield PersonalDataSpan(kind, match.start(), match.end())


def mask(text: str) -> str:
    """Replace personal data by its kind: `[手机号]`."""
    return _replace_spans(text, lambda kind, _: f"[{kind}]")


def hide_middle(text: str) -> str:
    """Hide the middle of phone, identity and card numbers: 133****8825."""
    return _replace_spans(text, lambda kind, data: _keep_ends(data) if kind in _NUMBERS else data)


def _keep_ends(number: str) -> str:
    letters = regex.sub(r"[^\dA-Za-z]", "", number)
    return f"{letters[:_SHOWN_FIRST]}****{letters[-_SHOWN_LAST:]}"


def hide_personal_data(texts: Sequence[str]) -> Masked:
    """Replace personal data in one prompt's texts by placeholders, the same for the same data.

    Numbered above the placeholders that texts contain themselves: followers may write [手机号1].
    """
    own = [int(match[2]) for text in texts for match in _PLACEHOLDER.finditer(text)]
    names: dict[tuple[str, str], str] = {}

    def placeholder(kind: str, data: str) -> str:
        return names.setdefault((kind, data), f"[{kind}{max(own, default=0) + len(names) + 1}]")

    masked_texts = tuple(_replace_spans(text, placeholder) for text in texts)
    return Masked(masked_texts, {name: data for (_, data), name in names.items()})


def _replace_spans(text: str, by: Callable[[str, str], str]) -> str:
    pieces, at = [], 0
    for span in find_personal_data(text):
        pieces += [text[at : span.start], by(span.kind, text[span.start : span.end])]
        at = span.end
    return "".join([*pieces, text[at:]])


def _is_valid(kind: str, data: str, before: str) -> bool:
    """Whether a match is of its kind, by checksums and the words before it."""
    if kind == "身份证号":
        is_announced = _IDENTITY.search(before) is not None  # then also with a typing error
        return is_identity_number(data.upper()) or is_announced
    if kind in {"手机号", "银行卡号", "电话"} and _ORDER.search(before):
        return False
    return kind != "银行卡号" or _is_card_number(regex.sub(r"\D", "", data))


def is_identity_number(number: str) -> bool:
    """Whether a number of 18 characters, X in upper case, has a date and GB 11643's check digit."""
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True))
    return _LAST[total % 11] == number[17]


def _is_card_number(digits: str) -> bool:
    """Whether Luhn's sum fits, with UnionPay's 62 and 16 to 19 digits, or 16 digits."""
    is_long_enough = 16 <= len(digits) <= 19 and (digits.startswith("62") or len(digits) == 16)
    return is_long_enough and passes_luhn(digits)


def passes_luhn(digits: str) -> bool:
    """Whether the check digit of a bank card fits, by Luhn's sum."""
    doubled = (int(d) * (1 + i % 2) for i, d in enumerate(reversed(digits)))
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0
