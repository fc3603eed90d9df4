"""Compares what questions ask and what answers state, for near-duplicates and clusters of gaps."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import rjieba

from app.kit.text import fold
from app.knowledge.terms import rivals
from app.knowledge.values import Entry
from app.messages.values import as_plain_text

# Phrases that ask for an attribute, by attribute.
_ASKING_PHRASES = {
    "price": "多少钱 什么价格 什么价位 什么价 价格是多少 价格多少 价格 价钱 怎么卖 "
    "卖多少 几块钱 几块 几元",
    "when": "什么时候 什么时间 多长时间 多少时间 多久 多少天 几天 几点钟 几点 几时 哪天 何时",
    "where": "什么地方 在哪里 在哪儿 在哪 哪里 哪儿 何处 地址 位置",
    "how": "怎么样 怎么 如何 怎样 咋",
}
# Synonyms in the language of shops.
_SYNONYMS = {
    "运费": "快递费 邮费 邮资",
    "发货": "发出 寄出 出货",
    "关门": "打烊 歇业 营业到 下班",
    "开门": "开始营业 开业 上班",
    "退货": "退回来 退回去 退掉",
}
# Words that name nothing.
_POLITE = (
    "请问一下 请问 麻烦问下 问一下 想问下 一下 能不能 可不可以 是不是 有没有 要不要 会不会 可以 "
    "是否 你们家 你们 你家 咱们 咱家 我们 贵店 本店 店铺 店里 门店 一般 大概 现在 东西 商品 多少"
)
_WEAK = frozenset("的了呢呀吗啊吧嘛么哦是有要能会可在到用给我你您个")

_ATTRIBUTE = {
    phrase: kind for kind, phrases in _ASKING_PHRASES.items() for phrase in phrases.split()
}
_STANDARD = {word: standard for standard, words in _SYNONYMS.items() for word in words.split()}
_PHRASE = re.compile(
    "|".join(sorted((*_ATTRIBUTE, *_STANDARD, *_POLITE.split()), key=len, reverse=True))
)

_THING = re.compile("n|vn|eng")  # tags of nouns, verbal nouns and Latin names
_FIGURE = re.compile(r"\d+(?:\.\d+)?")
_CLOCK = re.compile(r"(\d{1,2})[:：点时](\d{2})(?!\d)")
_NUMERAL = re.compile(r"[一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九]"
                      r"(?=[天日周月年点元块折个小件斤克盒分号楼份次倍人位成])")  # fmt: skip
_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2}
_NEGATION = re.compile(r"不|没|无法|别|禁止|未")
_SAID_ALREADY = 0.5  # share of the shorter answer's character pairs that the other must have


@dataclass(frozen=True, slots=True)
class Subject:
    """What a question is about and which attributes it asks for, by its words."""

    figures: frozenset[str]
    members: Mapping[str, int]  # members of excluding classes (places, days), as bits
    things: frozenset[str]
    attributes: frozenset[str]  # price, when, where, how
    is_bare: bool  # names nothing: 多少钱


def read_subject(question: str) -> Subject:
    """Read the subject of a question."""
    names, attributes = _read_names(question)
    plain = _PHRASE.sub(_standardise, fold(question))
    things = frozenset(
        word for word, tag in rjieba.tag(plain) if _THING.match(tag) and word not in _WEAK
    )
    things |= {word for word in _SYNONYMS if word in plain}  # verbs count too: 开门 is not 关门
    figures = frozenset(_FIGURE.findall(_plain_answer(question))) - {"1"}  # 一份
    members = rivals.read_question(question).members
    return Subject(figures, members, things, frozenset(attributes), not names)


def ask_apart(one: Subject, other: Subject) -> bool:
    """Whether two questions differ in figures, places, days, things or attributes.

    If both ask for a price, a thing named by only one of them is a difference too.
    """
    if one.figures != other.figures or one.is_bare != other.is_bare:
        return True
    if one.attributes and other.attributes and not one.attributes & other.attributes:
        return True
    class_names = one.members.keys() | other.members.keys()
    if any(not one.members.get(name, 0) & other.members.get(name, 0) for name in class_names):
        return True
    own, others = _has_own_thing(one.things, other.things), _has_own_thing(other.things, one.things)
    of_prices = "price" in one.attributes & other.attributes
    return (own and others) or (of_prices and (own or others))


def _has_own_thing(things: frozenset[str], others: frozenset[str]) -> bool:
    """Whether a thing has no counterpart with the same beginning: 龙井茶 is 龙井, 月卡 no 卡."""
    return any(
        not any(one.startswith(other) or other.startswith(one) for other in others)
        for one in things
    )


def contradict(one: Entry, other: Entry) -> bool:
    """Whether two entries answer the same question with different facts.

    Questions are the same only if they name the same things.
    """
    if not facts_differ(as_plain_text(one.answer), as_plain_text(other.answer)):
        return False
    if is_same_question(one.question, other.question):
        return True
    # A variant that names nothing (多少钱) is not compared.
    subjects = [[s for s in map(_read_names, each.texts) if s[0]] for each in (one, other)]
    return any(subject in subjects[1] for subject in subjects[0])


def is_same_question(one: str, other: str) -> bool:
    """Whether two questions have the same names and attributes, in any order and wording."""
    return _read_names(one) == _read_names(other)


def facts_differ(one: str, other: str) -> bool:
    """Whether two answers differ in figures, in negation of the first clause, or in most words.

    An answer that only adds to the other doesn't differ.
    """
    first, second = _plain_answer(one), _plain_answer(other)
    if first == second:
        return False
    figures = [set(_FIGURE.findall(each)) for each in (first, second)]
    if figures[0] - figures[1] and figures[1] - figures[0]:
        return True
    if bool(_NEGATION.search(_first_clause(one))) != bool(_NEGATION.search(_first_clause(other))):
        return True
    pairs = [{each[i : i + 2] for i in range(len(each) - 1)} for each in (first, second)]
    fewest = min(map(len, pairs))
    return not fewest or len(pairs[0] & pairs[1]) < _SAID_ALREADY * fewest


def _read_names(question: str) -> tuple[dict[str, int], set[str]]:
    """Counts of the characters that name things, and the attributes that are asked for."""
    plain = fold(question)
    attributes: set[str] = set()

    def standard(match: re.Match[str]) -> str:
        phrase = match.group()
        if phrase in _ATTRIBUTE:
            attributes.add(_ATTRIBUTE[phrase])
        return _STANDARD.get(phrase, "")

    names = _PHRASE.sub(standard, plain)
    return dict(Counter(c for c in names if c.isalnum() and c not in _WEAK)), attributes


def _standardise(phrase: re.Match[str]) -> str:
    """The standard synonym of a phrase, or a blank for phrases that name nothing."""
    return _STANDARD.get(phrase[0], " ")


def _plain_answer(answer: str) -> str:
    """An answer without blanks and punctuation, with numerals as digits: 两天 as 2天."""
    plain = fold(answer)
    plain = _CLOCK.sub(lambda m: f"{int(m[1])}点{'' if m[2] == '00' else m[2]}", plain)
    plain = _NUMERAL.sub(lambda m: str(_parse_numeral(m.group())), plain)
    return re.sub(r"[^\w.]|_|\.(?!\d)", "", plain)


def _parse_numeral(numeral: str) -> int:
    tens, ten, ones = numeral.partition("十")
    return _DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0) if ten else _DIGITS[numeral]


def _first_clause(answer: str) -> str:
    return re.split(r"[，,。；;！!\n]", answer.strip(), maxsplit=1)[0]
