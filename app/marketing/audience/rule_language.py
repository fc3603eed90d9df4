"""The language of segments' rules, such as `未活跃天数 >= 30 且 (消费 > 100 或 兴趣 包含 "龙井")`.

    rule       = all ("或" all)*
    all        = one ("且" one)*
    one        = "非" one | "(" rule ")" | comparison
    comparison = field operator value
    operator   = "=" "!=" "<" "<=" ">" ">=" "包含"

`or`, `and`, `not`, `has` and the English names of fields mean the same. A value is a number, or a
word, in quotes where it has spaces. `包含` asks whether a list has a word.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from app.errors import Refusal
from app.marketing.audience.rule_fields import RuleField, find_field, list_titles

LONGEST = 2_000  # characters
_DEEPEST = 20  # brackets in each other
Operator = Literal["=", "!=", "<", "<=", ">", ">=", "has"]


class BadRule(Refusal):
    """A rule that can't be read; the sentence names the place and what may stand there."""

    status = 422
    name = "bad_rule"


@dataclass(frozen=True, slots=True)
class Compare:
    """A field is compared with a number or a word."""

    field: RuleField
    operator: Operator
    value: float | str


@dataclass(frozen=True, slots=True)
class AllOf:
    """All of the parts are true."""

    parts: tuple["Rule", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of the parts is true."""

    parts: tuple["Rule", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part isn't true, or what it asks isn't known."""

    part: "Rule"


Rule = Compare | AllOf | AnyOf | Not

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<mark>[()（）])
    |(?P<operator>[<＜][=＝]|[>＞][=＝]|[!！][=＝]|[≤≥≠=＝<＜>＞])
    |(?P<number>-?\d+(?:\.\d+)?(?![\w\u4e00-\u9fff]))
    |(?P<quoted>"[^"]*"|“[^”]*”|「[^」]*」)
    |(?P<word>[^\s()（）<>=!＜＞＝！≤≥≠"“”「」]+)
    )""",
    re.VERBOSE,
)
_SYNONYMS = {
    "≤": "<=", "≥": ">=", "≠": "!=", "（": "(", "）": ")",
    "且": "and", "或": "or", "非": "not", "包含": "has",
}  # fmt: skip
_FULL_WIDTH = str.maketrans("＜＞＝！", "<>=!")
_COMPARISONS: dict[str, tuple[Operator, ...]] = {
    "number": ("=", "!=", "<", "<=", ">", ">="), "word": ("=", "!="), "words": ("has",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str  # the sign or word that it means
    raw: str  # as it was typed
    at: int  # its place in the rule, from 1

    def describe_place(self) -> str:
        """Where in the rule, for a sentence."""
        return f"第 {self.at} 个字“{self.raw}”处"


def parse_rule(text: str) -> Rule:
    """The rule of a text. Raises BadRule."""
    if len(text) > LONGEST:
        raise BadRule(f"规则有 {len(text)} 个字，最多 {LONGEST} 个")
    parser = _Parser(_split(text))
    rule = parser.read_any(0)
    if parser.next is not None:
        raise BadRule(f"{parser.next.describe_place()}：这里应是“且”“或”或结尾")
    return rule


def _split(text: str) -> list[_Token]:
    tokens, at = [], 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or not match.lastgroup:
            raise BadRule(f"第 {at + 1} 个字“{text[at]}”处：读不懂，引号是否成对？")
        value = match[match.lastgroup]
        kind = match.lastgroup
        text_of_token = value[1:-1] if kind == "quoted" else _read_sign(value)
        if kind == "word" and text_of_token.lower() in {"and", "or", "not", "has"}:
            kind, text_of_token = "mark", text_of_token.lower()
        tokens.append(_Token(kind, text_of_token, value, match.start(match.lastgroup) + 1))
        at = match.end()
    return tokens


def _read_sign(text: str) -> str:
    """The sign or word that a token means; full-width signs are those of a Chinese keyboard."""
    return _SYNONYMS.get(text) or text.translate(_FULL_WIDTH)


def list_words(rule: Rule, column: str) -> set[str]:
    """The words that a rule compares a field with."""
    match rule:
        case AllOf(parts) | AnyOf(parts):
            return set().union(*(list_words(part, column) for part in parts))
        case Not(part):
            return list_words(part, column)
        case Compare(field, _, value):
            return {str(value)} if field.column == column else set()


def list_columns(rule: Rule) -> set[str]:
    """The columns of all fields that a rule names."""
    match rule:
        case AllOf(parts) | AnyOf(parts):
            return set().union(*(list_columns(part) for part in parts))
        case Not(part):
            return list_columns(part)
        case Compare(field):
            return {field.column}


class _Parser:
    """Reads tokens from left to right, one ahead."""

    def __init__(self, tokens: Sequence[_Token]) -> None:
        self._tokens = tokens
        self._at = 0

    @property
    def next(self) -> _Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def read_any(self, depth: int) -> Rule:
        parts = [self._read_all(depth)]
        while self._skip("or"):
            parts.append(self._read_all(depth))
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def _read_all(self, depth: int) -> Rule:
        parts = [self._read_one(depth)]
        while self._skip("and"):
            parts.append(self._read_one(depth))
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def _read_one(self, depth: int) -> Rule:
        if depth > _DEEPEST:
            raise BadRule(f"括号和“非”最多套 {_DEEPEST} 层")
        if self._skip("not"):
            return Not(self._read_one(depth + 1))
        if self._skip("("):
            rule = self.read_any(depth + 1)
            if not self._skip(")"):
                raise BadRule(f"{self._place()}：少一个右括号")
            return rule
        return self._read_comparison()

    def _read_comparison(self) -> Rule:
        place = self._place()
        token = self._take("word", f"应是一个字段：{list_titles()}")
        field = find_field(token.text)
        if field is None:
            raise BadRule(f"{place}：没有“{token.text}”这个字段。可用：{list_titles()}")
        operator = self._read_operator(field)
        return Compare(field, operator, self._read_value(field))

    def _read_operator(self, field: RuleField) -> Operator:
        place, token = self._place(), self.next
        allowed = _COMPARISONS[field.kind]
        for operator in allowed:
            if token is not None and token.text == operator and token.kind in {"operator", "mark"}:
                self._at += 1
                return operator
        names = " ".join(allowed).replace("has", "包含")
        raise BadRule(f"{place}：“{field.title}”后面应是 {names}")

    def _read_value(self, field: RuleField) -> float | str:
        place = self._place()
        if field.kind == "number":
            need = f"“{field.title}”要和 {field.describe_range()}比较"
            number = float(self._take("number", need).text)
            if not field.limits[0] <= number <= field.limits[1]:
                raise BadRule(f"{place}：{need}")
            return number
        token = self.next
        if token is None or token.kind not in {"word", "quoted", "number"}:
            raise BadRule(f"{place}：“{field.title}”要和一个词比较")
        self._at += 1
        if field.words is None:
            return token.text
        if token.text in field.words.values():
            return token.text
        if token.text not in field.words:
            raise BadRule(f"{place}：“{field.title}”只有 {'、'.join(field.words)}")
        return field.words[token.text]

    def _take(self, kind: str, need: str) -> _Token:
        token = self.next
        if token is None or token.kind != kind:
            raise BadRule(f"{self._place()}：{need}")
        self._at += 1
        return token

    def _skip(self, text: str) -> bool:
        token = self.next
        if token is None or token.kind != "mark" or token.text != text:
            return False
        self._at += 1
        return True

    def _place(self) -> str:
        return self.next.describe_place() if self.next else "规则结尾处"
