"""Reads from the words of a message whether the follower wants items of the account. No I/O.

The conversation and `GET /api/v1/recommendations` read the same words here, so that they agree.
"""

import re
from typing import Literal

from app.dialogue.language import simplify_characters
from app.kit.text import fold

# none: the words don't say. refused: nothing is to be recommended. disapproved: the follower tells
# that they don't recommend the account. more: others than before. asked: 推荐一款, 有什么推荐.
# available: 有没有可颂, 磨豆机哪个好, 送妈妈什么好; an answer of the knowledge base is as good.
WishKind = Literal["none", "refused", "disapproved", "more", "asked", "available"]

_OTHER_WORDS = (("咩嘢|乜嘢|咩|乜", "什么"), ("推介|安利", "推荐"), ("有冇", "有没有"))
_CLAUSES = re.compile(r"\s*[,，。.!！?？;；~]+\s*|(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
_REFUSES = re.compile(
    r"^(?:请|麻烦|求求?你?们?|你们?|能不能|可以|以后|都|先|我|真的|那|快)*"
    r"(?:别|不要|不用|不必|不需要|不想|不想要|无需|勿|停止|取消|拒绝|少)(?:再|老|总|一直|老是|总是|继续)*"
    r"(?:收到|看到?|听到?)?(?:给|跟|向|为|帮|对)?(?:我们?|咱)?(?:发|推|乱|瞎|打|来|搞|做|这么多|那么多|点|些|什么|各种)*"
    r"(?:推荐|推销|推送|广告|安排推荐)"
)
_DISAPPROVES = re.compile(r"^(?:我|真的?|真心|强烈|非常|一点也?|都|很|绝对)*不(?:太|会|怎么)?推荐")
_TOO_MANY = re.compile(r"(?:广告|推送|推荐).{0,3}太多")
_PRAISES = re.compile(r"谢.{0,6}推荐|推荐.{0,4}(?:不错|很?好[吃喝看用]?了?$|真好|很棒)")
_ASKS = re.compile(r"推荐|recommend|suggest|有什么(?:优惠|活动|文章|新品)")
_MORE = re.compile(
    r"换一?[批组波些个]|(?:再|另外?)(?:来|给我?|推|推荐|看|发)(?:点|些|一?[批组个些]|几[个款样种篇]|两[个款])"
    r"|(?:还有|有没有|有)(?:没有)?(?:别|其[他它]|另外|更多)的?(?:推荐|选择|款)?"
    r"|还有(?:吗|没有|什么推荐)|(?:别|其[他它])的(?:呢|有吗|推荐)|more|others|something else"
)
_LONGEST_MORE = 14  # characters
_AVAILABLE = re.compile(
    r"有没有|有无|卖不卖|(?:有|卖).{1,16}[吗么嘛]|[有卖](?:货|的)?[吗么嘛]$|有什么|有哪些|有啥"
    r"|do you (?:have|sell)"
    r"|哪[个款种支只家本篇].{0,6}(?:好|适合|值得|合适)|(?:买|选|挑|吃|喝|看|学|用|送).{0,8}"
    r"(?:什么(?!时候)|啥(?!时候)|哪[个款种支])"
    r"|(?:什么|啥).{0,6}(?:礼物|礼品|好[吃喝看用玩])|礼物|(?:怎么|如何)[选挑]|(?:想|要)(?:买|学|喝|吃|挑|选)"
)


def normalise_wish(text: str) -> str:
    """The text folded, in simplified characters, with words of dialects in the standard ones."""
    plain = simplify_characters(fold(text)).strip()
    for pattern, word in _OTHER_WORDS:
        plain = re.sub(pattern, word, plain)
    return plain


def read_wish(text: str) -> WishKind:
    """What the words of a message say about items."""
    clauses = split_clauses(normalise_wish(text))
    others = [clause for clause in clauses if not is_refusal(clause)]
    rest = "，".join(others)
    if len(others) < len(clauses) and not (_ASKS.search(rest) or _AVAILABLE.search(rest)):
        return "disapproved" if any(map(_DISAPPROVES.search, clauses)) else "refused"
    if len(rest) <= _LONGEST_MORE and _MORE.search(rest):
        return "more"
    if _ASKS.search(rest):
        return "none" if _PRAISES.search(rest) else "asked"
    return "available" if _AVAILABLE.search(rest) else "none"


def asks_recommendation(text: str) -> bool:
    """Whether the words ask to be recommended something, as 有什么别的推荐."""
    return bool(_ASKS.search(normalise_wish(text)))


def split_clauses(text: str) -> list[str]:
    """The clauses of a text, without punctuation."""
    return [clause for clause in _CLAUSES.split(text) if clause]


def is_refusal(clause: str) -> bool:
    """Whether a clause of a normalised text refuses recommendations, or tells of a bad one."""
    return any(each.search(clause) for each in (_REFUSES, _DISAPPROVES, _TOO_MANY))


def refuses_items(text: str) -> bool:
    """Whether the message says that nothing is to be recommended."""
    return read_wish(text) in {"refused", "disapproved"}
