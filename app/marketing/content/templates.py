"""Texts filled from a brief without any language model: usable, plain, and marked as such."""

import functools
import re
import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files

from app.marketing.content.brief import LENGTHS, Brief, BriefFact, Channel, Language
from app.marketing.content.notices import add_notices

MODEL_PREFIX = "template-"
MODEL = f"{MODEL_PREFIX}5"  # kept with the text in place of a model's version

_PLACES = ("first", "second", "third")
_CHINESE = "[\u4e00-\u9fff]"
_FIGURE = re.compile(
    r"[¥￥$]?\d"
)  # 价格 168 元 reads without a colon, 采摘：清明前手工采摘 with one
_OPTION = re.compile(r"\[([^\]]*)\]")  # a part of a line that needs a further fact
# Names of facts that readers of what sells ask for first: the price and the use.
_LEADING = (
    "价", "费用", "金额", "用途", "用法", "适用", "功能", "price", "use", "価格", "料金", "使い方",
    "가격", "용도", "사용",
)  # fmt: skip
_SELLING: frozenset[Channel] = frozenset({"ad", "broadcast"})
_COLON: dict[Language, str] = {"zh": "：", "en": ": ", "ja": "：", "ko": ": "}


def fill_templates(brief: Brief, kinds: Sequence[str] = (), rounds: int = 1) -> tuple[str, ...]:
    """Texts for the brief's channel, different in form, from the forms filled `rounds` times.

    Each takes the facts that follow those of the text before it; a reply those that answer.
    kinds: of replies to comments, by mood; the first for which the language has lines is taken.
    Notices that the law asks for stand at the end. Names of menu buttons that are too long are left
    out.
    """
    brief, start = _order_facts(brief), 0
    texts: list[str] = []
    for line in _choose_lines(brief, kinds) * rounds:
        texts.append(_fill(line, _rotate_facts(brief, start)))
        start += sum(f"<{name}" in line for name in _PLACES)
    longest = LENGTHS["menu"][1] if brief.channel == "menu" else None
    fitting = (text for text in texts if text and (longest is None or len(text) <= longest))
    whole_texts = (add_notices(_add_must(text, brief), brief) for text in fitting)
    return tuple(dict.fromkeys(whole_texts))


def _choose_lines(brief: Brief, kinds: Sequence[str]) -> list[str]:
    of_language = _load_lines()[brief.language]
    keys = (*(f"{brief.channel}_{kind}" for kind in kinds), brief.channel, "ad")
    return next(of_language[key] for key in keys if key in of_language)


def _add_must(text: str, brief: Brief) -> str:
    """The text with the words that it must have and lacks, where the channel has room."""
    if brief.channel in {"title", "menu", "comment_reply"}:
        return text
    return " ".join([text, *(word for word in brief.must if word not in text)])


def _rotate_facts(brief: Brief, start: int) -> Brief:
    if brief.channel == "comment_reply" or not brief.facts:
        return brief
    at = start % len(brief.facts)
    return brief.model_copy(update={"facts": brief.facts[at:] + brief.facts[:at]})


def _order_facts(brief: Brief) -> Brief:
    """The brief with facts first that share words with its audience, as 送礼的人 with 送礼; then,
    in what sells, price and use.
    """
    pairs = _list_pairs(brief.audience)
    leading = _LEADING if brief.channel in _SELLING else ()

    def rank(fact: BriefFact) -> tuple[int, bool]:
        name = fact.name.lower()
        common = pairs & _list_pairs(f"{fact.name} {fact.value}")
        return len(common), any(word in name for word in leading)

    return brief.model_copy(update={"facts": tuple(sorted(brief.facts, key=rank, reverse=True))})


def _list_pairs(text: str) -> set[str]:
    """Pairs of Chinese, Japanese or Korean characters that stand together, and other words."""
    pairs = {text[at : at + 2] for at in range(len(text) - 1)}
    words = re.findall(r"[a-z]{3,}", text.lower())
    return {pair for pair in pairs if not pair.isascii() and pair.isalpha()} | {*words}


def _fill(line: str, brief: Brief) -> str:
    """Fill a template; lines and parts in brackets that name a missing fact are left out."""
    parts = [_fill_facts(_keep_options(part, len(brief.facts)), brief) for part in line.split("\n")]
    return "\n".join(part for part in parts if part is not None)


def _keep_options(part: str, facts: int) -> str:
    def choose(option: re.Match[str]) -> str:
        is_missing = any(f"<{name}" in option[1] for name in _PLACES[facts:])
        return "" if is_missing else option[1]

    return _OPTION.sub(choose, part)


def _fill_facts(part: str, brief: Brief) -> str | None:
    text = _fill_product(part, brief.product)
    for at, name in enumerate(_PLACES):
        if f"<{name}" not in part:
            continue
        if at >= len(brief.facts):
            return None
        text = _fill_fact(text, name, brief.facts[at], brief.language)
    return text


def _fill_product(part: str, product: str) -> str:
    """The line with the product, and a space where Chinese meets Latin letters or digits."""
    before = " " if re.match("[A-Za-z0-9]", product) else ""
    after = " " if re.search("[A-Za-z0-9]$", product) else ""
    spaced = re.sub(f"({_CHINESE})<product>", rf"\1{before}<product>", part)
    spaced = re.sub(f"<product>(?={_CHINESE})", f"<product>{after}", spaced)
    return spaced.replace("<product>", product)


def _fill_fact(text: str, place: str, fact: BriefFact, language: Language) -> str:
    value = fact.value.rstrip("。.；;")
    full = f"{fact.name}{_COLON[language]}{value}"
    if value.startswith(fact.name):  # 年化利率: 年化利率（单利）3.6% 起
        full = value
    named = f"{fact.name} {value}" if _FIGURE.match(value) else full
    return (
        text.replace(f"<{place}_name>", fact.name)
        .replace(f"<{place}_named>", named)
        .replace(f"<{place}>", full)
    )


@functools.cache
def _load_lines() -> Mapping[str, Mapping[str, list[str]]]:
    text = files("app.marketing.content").joinpath("templates.toml").read_text("utf-8")
    return tomllib.loads(text)
