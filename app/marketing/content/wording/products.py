"""Shorter forms of a product's name, for texts with a narrow limit. No I/O.

What is left out says where, for whom or by whom: a short form names the same kind of goods.
"""

import re

from app.marketing.content.brief import Language

_BRACKET = re.compile(r"\s*[（(【\[].*$")
_BREAK = re.compile(r"\s*[,，、|｜:：;；]\s*|\s+[–—-]\s+")
_FOR_WHOM = re.compile(r"\s(?:for|with|from|by)\s", re.IGNORECASE)
_BRAND_PAIR = re.compile(r"\b[A-Z]\S*\s(?:&|and)\s[A-Z]\S*")  # Willow & Finch
# A name with one of these ends with no head noun: House of Cards, Bread and Butter Pudding.
_LINKED = re.compile(r"\b(?:of|and|or|the|to|in|on|at|for|with|from|by|your|my)\b|&", re.IGNORECASE)
# Words without which goods would be taken for others: vegan nuggets, a second-hand bicycle.
_TELLING = re.compile(
    r"\b(?:fake|faux|imitation|mock|vegan|vegetarian|artificial|synthetic|used|refurbished|decaf"
    r"|toy|replica|simulated|trial|sample|mini|kids?|children|child|baby|pets?|dogs?|cats?|half"
    r"|non|pre|second|plant|lab|virtual|online)\b|-(?:free|style|less)\b|n't\b|\bno\b",
    re.IGNORECASE,
)
# Words that say little without the one before: olive oil soap, peanut butter cookies.
_JOINED = re.compile(
    r"\d.*|(?:oil|butter|milk|cream|tea|beans?|nuts?|juice|water|brew|made|seed|leaf|rice|flour"
    r"|potato|pepper|sugar|free|size|grade|proof|based)",
    re.IGNORECASE,
)
_NOT_DROPPED = re.compile(
    "试用|体验|小样|样品|半|迷你|二手|仿|翻新|お試し|中古|体験|체험|중고|샘플"
)
_TIMES = re.compile(  # capitals that are no brand's: Weekend Flower-Arranging Class
    r"(?:Weekend|Weekday|Daily|Weekly|Monthly|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)s?"
)
_HEAD_WORDS = (4, 3, 2)
_LONG_NAME = 24  # characters of a name in capitals alone that is cut: a brand and goods
_PLAIN_HEAD = 3  # words that are left of it
_LEAST_HEAD = 3  # characters of a Chinese, Japanese or Korean head


def list_short_forms(product: str, language: Language) -> tuple[str, ...]:
    """The name and what may stand for it, the longest first: without brackets, without what follows
    a comma, and its last words.
    """
    bracket = _BRACKET.search(product)
    if _NOT_DROPPED.search(product) or (bracket and _TELLING.search(bracket[0])):
        return (product,)
    forms = [product, _BRACKET.sub("", product) or product]
    forms.append(_BREAK.split(forms[-1], maxsplit=1)[0].strip() or product)
    forms += _list_english(forms[-1]) if language == "en" else _list_heads(forms[-1])
    return tuple(sorted(dict.fromkeys(filter(None, forms)), key=len, reverse=True))


def _list_english(name: str) -> list[str]:
    """The name without for whom or by whom it is, and its last words: the noun and what is said of
    it.
    """
    forms: list[str] = []
    while len(_FOR_WHOM.split(name)) > 1:
        name = name[: [*_FOR_WHOM.finditer(name)][-1].start()]
        forms += [name] if " " in name else []
    words = name.split()
    if _LINKED.search(_BRAND_PAIR.sub("", name)) or any(letter.isdigit() for letter in words[-1]):
        return forms
    heads = [words[-count:] for count in _HEAD_WORDS if count < len(words)]
    return forms + [" ".join(head) for head in heads if _may_stand(head, words)]


def _may_stand(head: list[str], words: list[str]) -> bool:
    """Whether the last words of a name are whole: no half of a brand, none without what tells."""
    first_words, opening = words[: -len(head)], head[0]
    is_all_capitals = all(not word[:1].islower() for word in words)
    is_cut_whole = (
        is_all_capitals and len(" ".join(words)) > _LONG_NAME and len(head) == _PLAIN_HEAD
    )
    has_time = _TIMES.fullmatch(" ".join(first_words)) is not None
    cuts_brand = opening[:1].isupper() and not first_words[-1][:1].islower() and not has_time
    is_half = (cuts_brand and not is_cut_whole) or _LINKED.search(" ".join(head)) is not None
    return not (is_half or _JOINED.fullmatch(opening) or _TELLING.search(" ".join(first_words)))


def _list_heads(name: str) -> list[str]:
    """The part after the last space, where it has letters of the language alone."""
    _, space, head = name.rpartition(" ")
    is_head = len(head) >= _LEAST_HEAD and not re.search(r"[A-Za-z0-9]", head)
    return [head] if space and is_head else []
