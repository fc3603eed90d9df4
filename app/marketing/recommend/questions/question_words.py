"""What the words of a question ask for: names, kinds of items, occasions. No I/O."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.dialogue.understanding.entities.budgets import PriceLimits, read_budget
from app.dialogue.understanding.item_wishes import (
    is_refusal,
    normalise_wish,
    split_clauses,
    split_joined,
)
from app.marketing.events.items import ItemKind
from app.marketing.recommend.questions.occasions import Occasion, find_occasions
from app.marketing.recommend.questions.related_words import RelatedWords, find_related_words

_GLUE = re.compile(
    r"(?:需要|应该|要|该|得)(?=多[久长]|怎|如何)|有没有|有无|卖不卖|有卖|有货|有什么|有啥|有哪些|什么|啥|哪些|哪里|哪[个款种支只家本篇]|推荐|介绍|种草|请问|可以|帮忙"
    r"|帮我|给我|为我|一下|一些|有点|几[个款样种支只本篇张把根块副套双盒瓶]|一[个款种本篇支只台部双杯盒件张条份瓶包点家把根块副套]|怎么样|怎么|怎样|如何"
    r"|[一几两]口(?=[\u4e00-\u9fff]*[锅缸])|为什么|多久|多长时间|(?<!第)一次(?!性)|想要|想买|想看|想学|想喝|想吃|要买|看看|值得|适合|合适|有关|关于|的话|随便|最近|近期|现在|你们家?|您家?|你家|我们?"
    r"|咱们?|本店|店里|这[家里]店?|好[吃喝看用玩物]|好东西|东西|好的|多少钱|谢谢|今天天气|比较|最好|以内|左右|或者?|还是"
    r"|任何|所有|是不是|过(?=生日|节|年)|别的|其[他它]的|(?<=[\u4e00-\u9fff])[的吗呢呀啊嘛么吧了哦啦](?=$|\W|[\u4e00-\u9fff])|[你您咱最是]"
    r"|what(?:'s)?|show|else|other|which|do|does|you|your|can|could|would|please|recommend|recommendations?"
    r"|suggestions?|suggest|have|any|some|me|i|to|for|a|an|the|is|are|good|something|sell|buy|want"
    r"|got|stock|carry|left|guys"
)
_ASCII_WORD = re.compile(r"[a-z0-9']+")
_SCRIPTS = re.compile("[a-z0-9]+|[^a-z0-9]+")
_WISH = re.compile("推荐|什么|啥|哪些|recommend|suggest|good|something")
_EDGES_BEFORE = (
    "还买喝吃用泡冲做学想要看送来找选挑个款点些再去能会那这给换求卖本支条份杯家在有没好新"
)
_MEASURES = "个些款只支本把双根瓶盒条部件套"  # before a noun: 推荐个法压壶
_EDGES_AFTER = "好卖吃喝用看买呗哈有啦吗呢吧么嘛的了给送下点类"
_WITHOUT = re.compile(r"(?<!有)没有?[^，。,\s有没吗]{1,4}(?=怎|也|的|能|可|，|,|$)")
_EXCLUDED = re.compile(
    r"(?:不要|不想要|不喜欢|不想看|不想买|不看|不含|不带|不用|除了|别(?!的))"
    r"(?:再|给我|给|推荐|推|介绍|发|来|卖|说)*([^，,。\s的吗]{2,8}?)"
    r"(?:(?:的|以外|之外|外)?(?:了|吧)?(?=，|,|$|还[有能卖]|有没有|有什么|别的|其[他它])|的(?=[\u4e00-\u9fff]{2}))"
)
_LEARNS = re.compile("怎么(?!卖|买)|如何|为什么|为啥|了解|学|讲|读")
_KINDS: Sequence[tuple[re.Pattern[str], ItemKind]] = (
    (re.compile("文章|推文|图文|articles?"), ItemKind.ARTICLE),
    (re.compile("优惠券?|折扣|打折|满减|代金券|coupons?"), ItemKind.COUPON),
    (re.compile("活动|events?"), ItemKind.EVENT),
    (re.compile("话题"), ItemKind.TOPIC),
    (re.compile("商品|产品|单品|products?"), ItemKind.PRODUCT),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionWords:
    """The words of a question.

    `names`: what it names, in its order; `alternatives`: those of them that are joined by 或 or 和,
    each of which is wanted. `kind`: of the items it asks for, with its word, and the
    words around that, which may name a thing (活动亮片). `buys`: whether goods go before articles:
    it asks for no knowledge.
    """

    names: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    excluded_kinds: frozenset[ItemKind] = frozenset()
    kind: ItemKind | None = None
    kind_word: str = ""
    kind_phrase: str = ""
    related: tuple[RelatedWords, ...] = ()
    budget: PriceLimits | None = None
    occasions: tuple[Occasion, ...] = ()
    buys: bool = False
    is_plain: bool = False


def read_question(text: str) -> QuestionWords:
    """Read a question. Clauses that refuse a recommendation are left out."""
    budget, priceless = read_budget(normalise_wish(text))
    clauses = split_clauses(priceless)
    plain = "，".join(each for each in clauses if not is_refusal(each))
    excluded = tuple(match[1] for each in clauses for match in _EXCLUDED.finditer(each))
    named = _WITHOUT.sub("，", _EXCLUDED.sub("，", plain))
    kind, kind_word, rest = _take_kind(named)
    joined = [_split_names(each) for each in split_joined(rest)]
    names = tuple(name for each in joined for name in each)
    related = tuple(each for each in find_related_words(named) if not _is_in_compound(each, names))
    return QuestionWords(
        names=names,
        alternatives=_list_alternatives(joined),
        excluded=excluded,
        excluded_kinds=frozenset(_list_kinds(excluded)),
        kind=kind,
        kind_word=kind_word,
        kind_phrase=_find_phrase(kind_word, named),
        related=related,
        budget=budget,
        occasions=tuple(find_occasions(plain)),
        buys=not _LEARNS.search(plain),
        is_plain=kind is None and not names and not related and bool(budget or _WISH.search(plain)),
    )


def _list_alternatives(joined: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """The names beside the joints: the last one of the first part, the first ones of the others."""
    first, *others = joined
    if not others or not first or not all(others):
        return ()
    return (first[-1], *(each[0] for each in others))


def _is_in_compound(related: RelatedWords, names: Sequence[str]) -> bool:
    """Whether a letter beside a word of goods makes it another thing: 船钓竿, 尿布台."""
    word = related.word
    if not related.is_thing or word.isascii():
        return False
    cuts = [name.partition(word) for name in names if word in name]
    sides = [
        (before.lstrip(_EDGES_BEFORE + _MEASURES), after.rstrip(_EDGES_AFTER))
        for before, _, after in cuts
    ]
    return bool(sides) and all(1 in {len(before), len(after)} for before, after in sides)


def list_readings(name: str) -> list[str]:
    """A name, then what is left of it without verbs and particles at its ends: 喝咖啡, 咖啡."""
    name = name.lstrip(_MEASURES)
    before, after = name.lstrip(_EDGES_BEFORE), name.rstrip(_EDGES_AFTER)
    readings = (name, before, after, before.rstrip(_EDGES_AFTER))
    return [each for each in dict.fromkeys(readings) if len(each) > 1]


def find_core(name: str) -> str:
    """A name without measures, verbs and particles at its ends: 竿 of 买竿有."""
    return name.lstrip(_MEASURES).lstrip(_EDGES_BEFORE).rstrip(_EDGES_AFTER)


def _take_kind(text: str) -> tuple[ItemKind | None, str, str]:
    """The kind that a text names, its word, and the text without it."""
    for pattern, kind in _KINDS:
        if match := pattern.search(text):
            return kind, match[0], pattern.sub("，", text)
    return None, "", text


def _list_kinds(words: Iterable[str]) -> list[ItemKind]:
    """The kinds of items that words name, as 文章."""
    kinds = (_take_kind(word)[0] for word in words)
    return [kind for kind in kinds if kind]


def _find_phrase(kind_word: str, text: str) -> str:
    """The words around that of a kind, up to those that name nothing: 活动亮片, 亲子活动."""
    chunks = (each for part in re.split(r"[\W_]+", text) for each in _GLUE.split(part))
    return next((each for each in chunks if kind_word and kind_word in each), kind_word)


def _split_names(text: str) -> tuple[str, ...]:
    """What is left between words that name nothing; Latin words whole."""
    names = []
    for part in re.split(r"[\W_]+", text):
        if _ASCII_WORD.fullmatch(part):
            names += [] if _GLUE.fullmatch(part) else [part]
            continue
        names += [word for each in _GLUE.split(part) for word in _SCRIPTS.findall(each)]
    return tuple(each for each in names if each.strip(_EDGES_BEFORE + _EDGES_AFTER + "下儿子里"))
