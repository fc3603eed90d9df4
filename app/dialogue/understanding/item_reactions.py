"""Reads how a follower takes items that were just shown: too dear, or none wanted. No I/O.

Only just after items, and where a message says nothing else: otherwise 太贵了 is a complaint, and
不要了 may be about an order.
"""

import re

from app.dialogue.understanding.item_wishes import normalise_wish, split_clauses

_TOO_DEAR = re.compile(
    r"(?:这|那|它|我|个|些|款|几|价格|价钱|都|也|还是|觉得|感觉|好像|怎么|太|好|真|真的|挺|蛮|偏"
    r"|有点儿?|有些|这么|那么|略|稍微?|比较|小|点|啊|了|是|就是)*"
    r"(?:贵|(?<=价格)高|(?<=[太点偏])高)(?:了|点|一点|些|啊|呀|吧|诶|哦|哈|的)*"
    r"|(?:超出?|超过)了?(?:我的)?预算了?|预算(?:不够|没那么多|没这么多|有限)|(?:买|消费)不起"
    r"|(?:(?:it|that|this)(?:'s| is) |(?:they|these)(?:'re| are) )?"
    r"(?:(?:way|a bit|a little|too|so|very|kind of|quite|rather) )+"
    r"(?:expensive|pric(?:e)?y|dear)(?: for me)?"
    r"|(?:that's |it's )?(?:over|above) (?:my )?budget"
    r"|(?:i )?can(?:'t|not) afford (?:it|that|this|them|these)"
)
_DECLINES = re.compile(
    r"(?:(?:那|就|还是|好|吧|嗯+|我|先|这[个些款]?|都|暂时|今天|现在|也)*"
    r"(?:算了(?:吧|算了)?|不要了?|不用了?|不需要了?|不必了?|不了|不[看买]了|先不[看买]|不想[买看]了?"
    r"|不考虑了?|(?:下次|以后|改天|回头|有空|过几天)再?[说看买来]?"
    r"|再(?:想想|说|考虑(?:考虑|一下|下)?)|再看看|考虑(?:考虑|一下|下)"
    r"|没(?:有)?(?:兴趣|需要|想买的)|看看再说|先这样)(?:吧|哈|啦)*){1,3}(?:谢谢(?:你|您|啦)?)?"
    r"|no(?:pe)?(?: thanks?(?: you)?)?|never ?mind|maybe (?:later|next time)|next time"
    r"|not (?:now|today|interested|for me)|forget (?:it|about it)|(?:i'll |i will )?pass"
    r"|i(?:'m| am) (?:good|fine|ok|not interested)"
    r"|(?:i'll |i will |let me )think(?: about it)?(?: first)?"
)
_THANKS = re.compile(
    r"谢谢(?:你|您|啦|了|哈)?|多谢|[好行]的?吧?|嗯+|哦+|thanks?(?: you)?|ok(?:ay)?|thx"
)


def finds_too_dear(text: str) -> bool:
    """Whether a message says that the items are too dear: 太贵了, 有点贵, over my budget."""
    return _says(text, _TOO_DEAR, _THANKS)


def declines_items(text: str) -> bool:
    """Whether a message says that none is wanted: 算了, 下次吧, 太贵了，不要了, no thanks."""
    return _says(text, _DECLINES, _THANKS, _TOO_DEAR)


def _says(text: str, pattern: re.Pattern[str], *beside: re.Pattern[str]) -> bool:
    """Whether a clause of a text is of the pattern, and each other one of it or those `beside`."""
    clauses = split_clauses(normalise_wish(text))
    return any(map(pattern.fullmatch, clauses)) and all(
        any(each.fullmatch(clause) for each in (pattern, *beside)) for clause in clauses
    )
