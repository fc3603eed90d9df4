"""Fills the slots of a template's line with a product, an address and facts. No I/O.

<facts2>: two facts as clauses; <terms2>: where the first is an offer; <lines3>: a line each;
<named1>: for titles; <nouns2>: names of two facts that are nouns; <lookup1>: of one that readers
look up; <value1>: a value that says what it is of; <part1>: one of several prices; <benefit1>: what
speaks for goods without their name. A line whose slots can't be filled is "": no address, no fact,
or fewer than two names where two belong.
"""

import re
from collections.abc import Callable, Sequence

from app.marketing.content.brief import Brief, BriefFact, Language
from app.marketing.content.wording import facts as wording
from app.marketing.content.wording.audiences import is_price
from app.marketing.content.wording.fact_values import read_value
from app.marketing.content.wording.fact_words import has_plain_name, is_offer, is_place
from app.marketing.content.wording.style import TemplateStyle

LEAST_WORDS = 3  # of a value that stands alone
MOST_FACTS = 4  # that one slot states
_LIST, _SUM = re.compile("[，,；;、]\\s*"), re.compile(r"\d\s*[元块]|[¥￥]\s*\d")
_SIZE = re.compile(r"\d+\s?(?![元块])[\u4e00-\u9fffA-Za-z]{1,2}")  # 50 毫升, 192 页
_PLACES = ("first", "second", "third")
_SLOT = re.compile(r"<(facts|terms|lines|named|nouns|lookup|value|part|benefit)(\d)>")
_PLAIN = re.compile(r"<(first|second|third)>")
_STATING = frozenset(
    {"facts", "terms", "lines"}
)  # an account's style may ask for more of them, or fewer
_TWO_STOPS = re.compile(r"(?<!\.)\.\.(?!\.)")  # at 2 p.m..
_CHINESE = "[\u4e00-\u9fff]"
_HELLO: dict[Language, str] = {
    "zh": "您好", "en": "Hello", "ja": "こんにちは", "ko": "안녕하세요",
}  # fmt: skip
_GREETED: dict[Language, str] = {
    "zh": "<address>，您好", "en": "Hello, <address>", "ja": "<address>、こんにちは",
    "ko": "<address>, 안녕하세요",
}  # fmt: skip
_OPENS_SENTENCE = re.compile(r"(?:^|[.!?|\n]\s*)$")


def count_facts(line: str, extent: int = 0) -> int:
    """How many facts a line takes, with `extent` more or fewer."""
    slots = [_count(kind, int(most), extent) for kind, most in _SLOT.findall(line)]
    places = [at for at, name in enumerate(_PLACES, 1) if f"<{name}>" in line]
    return max([*slots, *places], default=0)


def says_more(line: str) -> bool:
    """Whether a line says or asks more than the product: a fact, an address, how to take part."""
    return _SLOT.search(line) is not None or "<address>" in line or line.endswith(("？", "?"))


def names_product(line: str) -> bool:
    """Whether a line has a place for the product."""
    return "<product>" in line or "<our>" in line


def fill_line(
    line: str, brief: Brief, facts: Sequence[BriefFact], style: TemplateStyle, address: str
) -> str:
    """The line with `facts` in the account's style; "" where a slot stays empty."""
    if "<address>" in line and not address:
        return ""
    line = style.reword(_greet(line, brief.language, style, address))
    line = _fill_product(line.replace("<address>", address), brief)
    values: list[str] = []
    for slot in _SLOT.finditer(line):
        most = _count(slot[1], int(slot[2]), style.extent)
        value = _FILLERS[slot[1]](facts, most, brief.language)
        opens = bool(_OPENS_SENTENCE.search(line[: slot.start()]))
        values.append(value[:1].upper() + value[1:] if opens and brief.language == "en" else value)
    if not all(values) or len(_PLAIN.findall(line)) > len(facts):
        return ""
    remaining = iter(values)
    filled = _TWO_STOPS.sub(".", _SLOT.sub(lambda _slot: next(remaining), line))
    return _PLAIN.sub(lambda slot: _quote(facts[_PLACES.index(slot[1])], brief.language), filled)


def _count(kind: str, most: int, extent: int) -> int:
    return max(1, min(MOST_FACTS, most + extent)) if kind in _STATING else most


def _greet(line: str, language: Language, style: TemplateStyle, address: str) -> str:
    hello = _GREETED[language] if address else _HELLO[language]
    return line.replace("<hello>", style.opening.rstrip("，,。！!") or hello)


def _fill_product(line: str, brief: Brief) -> str:
    """The line with the product: after Chinese with a space before Latin letters, in English with a
    capital at the start, and after `our` where a sentence needs an article.
    """
    product = brief.product
    before = " " if re.match("[A-Za-z0-9]", product) else ""
    after = " " if re.search("[A-Za-z0-9]$", product) else ""
    line = re.sub(f"({_CHINESE})<product>", rf"\1{before}<product>", line)
    line = re.sub(f"<product>(?={_CHINESE})", f"<product>{after}", line)
    has_article = re.match(r"(?:the|our|a|an|your)\s", product, re.IGNORECASE)
    line = line.replace("<our>", product if has_article else f"our {product}")
    line = line.replace("<product>", product)
    starts_small = brief.language == "en" and not line[1:2].isupper()
    return line[:1].upper() + line[1:] if starts_small else line


def _quote(fact: BriefFact, language: Language) -> str:
    """A fact after its name, or alone where its value has that name."""
    value = fact.value.rstrip("。.；;")
    return value if value.startswith(fact.name) else wording.list_fact(fact, language)


def _join_facts(facts: Sequence[BriefFact], most: int, language: Language) -> str:
    return wording.state_facts(facts[:most], language)


def _join_terms(facts: Sequence[BriefFact], most: int, language: Language) -> str:
    """An offer and facts after it; "" where no offer stands in front."""
    has_offer = bool(facts) and is_offer(facts[0], language)
    return _join_facts(facts, most, language) if has_offer else ""


def _list_lines(facts: Sequence[BriefFact], most: int, language: Language) -> str:
    return "\n".join(wording.list_fact(fact, language) for fact in facts[:most])


def _join_named(facts: Sequence[BriefFact], most: int, language: Language) -> str:
    """Facts for a title; "" for fewer than asked for."""
    if len(facts) < most:
        return ""
    parts = [wording.name_fact(fact, language) for fact in facts[:most]]
    commas: dict[Language, str] = {
        "zh": "；" if any(map(wording.has_comma, parts)) else "，",
        "en": " | ",
        "ja": "、",
        "ko": ", ",
    }
    return commas[language].join(parts)


def _join_nouns(facts: Sequence[BriefFact], most: int, language: Language) -> str:
    nouns = [fact for fact in facts if wording.makes_title(fact, language)][:most]
    return wording.join_labels(nouns, language) if len(nouns) == most else ""


def _name_lookup(facts: Sequence[BriefFact], _most: int, language: Language) -> str:
    return wording.choose_lookup(facts, language)


def _choose_value(facts: Sequence[BriefFact], _most: int, _language: Language) -> str:
    """The first fact's value, if it says something without its name: Taught in English; not 2 hours
    and no sum.
    """
    value = read_value(facts[0]) if facts else ""
    tells = len(value.split()) >= LEAST_WORDS and not re.match(r"[A-Z]{3}|[\d$€£¥]", value)
    return value[:1].upper() + value[1:] if tells else ""


def _choose_part(facts: Sequence[BriefFact], _most: int, _language: Language) -> str:
    """The first of several prices: 11 枝 199 元."""
    parts = _LIST.split(read_value(facts[0])) if facts and is_price(facts[0]) else []
    return parts[0] if len(parts) > 1 and all(map(_SUM.search, parts)) else ""


def _choose_benefit(facts: Sequence[BriefFact], _most: int, language: Language) -> str:
    """The first fact, if it speaks for goods that it doesn't name: no address, no size."""
    if not facts or is_place(facts[0], language) or _SIZE.fullmatch(facts[0].value):
        return ""
    return "" if has_plain_name(facts[0], language) else wording.name_fact(facts[0], language)


_FILLERS: dict[str, Callable[[Sequence[BriefFact], int, Language], str]] = {
    "facts": _join_facts, "terms": _join_terms, "lines": _list_lines, "named": _join_named,
    "nouns": _join_nouns, "lookup": _name_lookup, "value": _choose_value, "part": _choose_part,
    "benefit": _choose_benefit,
}  # fmt: skip
