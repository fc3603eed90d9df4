"""Tells whether a clause denies what stands in a place: 不保过, 不能治病, 没有保过班.

What is denied of other goods (不含糖的酸奶降血脂) denies nothing behind 的, but for 不是.
"""

import regex

REACH = 60  # characters of the sentence before and behind a place that are looked at
_BEFORE = regex.compile(
    r"(?:不得(?!不)|禁止|严禁|不能(?!错过|不)|不可(?!错过|多得|思议)|不会|不是(?!所有|每)|不含|不具备?有?|无法(?!抗拒|拒绝)"
    r"|没有(?!理由不)|并非|避免|切勿|请勿|拒绝|杜绝|谨防|警惕|小心(?!机|思)|防止|反对|不要(?!错过)"
    r"|(?<![识特分级性个区告类差辨鉴离道])别(?!错过|家|人|的)|勿|不宜|不应|不承诺|不保证|不涉及|未(?!来|满)"
    r"|绝不|从不|不使用|不宣传|远离(?=虚假|夸大)|\b(?:not|never|no|don't|doesn't|isn't|aren't)\b)"
    r"[^,。!?;:\n的]{0,16}(?:(?:真正|绝对|所谓|任何)的[^,。!?;:\n]{0,6})?$"
    r"|(?:不会是|不是(?!所有|每)|并非)[^,。!?;:\n]{0,16}$"
)


def is_denied(before: str, place: str, after: str) -> bool:
    """Whether its own sentence denies a place; `before` and `after` are the rest of it."""
    return _BEFORE.search(before) is not None
