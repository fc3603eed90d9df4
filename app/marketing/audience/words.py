"""The nouns of a text, compounds whole: 信阳毛尖 and not 信阳 and 毛尖."""

import rjieba

LONGEST = 6  # characters of a compound
_SHORTEST = 2
# Single characters that end a name which no dictionary has: measures, grammar, verbs of daily use.
_NO_PARTS = frozenset(
    "的了着过得地我你您他她它们这那哪谁啥是在有和与跟就都也还又再很太最真更不没别要想去来看喝吃泡写做用给让把被对到从会"
    "能可吗吧呢啊呀哦嘛一二三四五六七八九十百千万两几多少每个只件条款张本杯份盒袋瓶包块片斤克次种招步位家点些里上下中前"
    "后内外配选买卖听读说带等比为以及但学拆洗煮烤坐养加之换送开关拿放住找问讲配"
)


def list_nouns(text: str) -> list[str]:
    """Nouns in their order; neighbours are joined up to LONGEST characters.

    Single characters that no dictionary joins are part of the noun beside them (低因豆, 手冲壶): a
    guess would cut them anywhere (因豆, 冲壶).
    """
    nouns: list[str] = []
    compound = ""
    for word, tag in [*rjieba.tag(text, False), ("", "x")]:
        is_part = _is_part(word, tag)
        if is_part and len(compound) + len(word) <= LONGEST:
            compound += word
            continue
        if len(compound) >= _SHORTEST:
            nouns.append(compound)
        compound = word if is_part else ""
    return nouns


def _is_part(word: str, tag: str) -> bool:
    if len(word) == 1:
        return word.isalnum() and not word.isascii() and word not in _NO_PARTS
    return tag.startswith("n")
