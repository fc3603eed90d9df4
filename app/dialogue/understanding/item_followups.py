"""Reads what a follower says of items that were just shown: 最贵的呢, 不要口琴, 都看过了. No I/O.

Only a message that says nothing else is one: 太贵了 and 价格怎么涨了 stay complaints.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.dialogue.understanding.entities.budgets import (
    Order,
    read_budget,
    take_order,
    write_budget,
)
from app.dialogue.understanding.item_wishes import (
    is_about_prices,
    normalise_wish,
    split_clauses,
)

MOST_TURNS = 3  # after a card, in which a message may be about it
_ORDER_WORDS = {"cheapest": "最便宜的", "dearest": "最贵的"}
_OPENING = re.compile(
    r"^(?:(?:有点|有些|太|都|还是|好|这么)*贵了?(?:点|啊|呀)?|嗯+|哦+|好吧|算了|谢谢|那个)"
    r"[,，。.!！\s]+(?=\S)|^(?:ok|okay|no)[,.!]\s*(?=\S)|^那么?(?=\S)"
)  # 太贵了，有便宜点的吗
_ASKS = (
    "(?:还?有没有|还?有|要|来|换|想要|想看|推荐|看看|给我|帮我|找)*"
    "(?:[个款点些]|一[个款点些]|几[个款])?"
)
_ENDS = "(?:也行|也可以)?(?:有|还有)?(?:吗|呢|么|没有?|哪[些个款])?"
_CHEAPER = re.compile(
    rf"{_ASKS}(?:再|更|稍微|比较)*(?:便宜|实惠|平价|划算)(?:一?点儿?|一?些)?(?:的|款)?{_ENDS}"
    r"|(?:do you have |is there |show me |any(?:thing)? |some(?:thing)? |a |the )*"
    r"(?:cheaper|less expensive|more affordable)(?: ones?| options?)?(?: please)?"
)
_NO_CHEAPER = re.compile(
    "(?:比较)?(?:便宜|实惠|平价|划算)(?:一?[点些]儿?)?(?:吗|么|没有?)?"
)  # bargains
_DEARER = re.compile(
    rf"{_ASKS}(?:再|更|稍微|比较)*(?:贵|好|高档|高级|高端)(?:一?点儿?|一?些)(?:的|款){_ENDS}"
    rf"|{_ASKS}(?:更|高)(?:贵|好|档|端)的{_ENDS}"
    r"|(?:any(?:thing)? |some(?:thing)? |a )*(?:pricier|more expensive)(?: ones?)?(?: please)?"
)
_THESE = "(?:都|全|这些|这个|这几[个款]|那些|刚才的|已经|我|真的?|家里)*"
_OTHERS = re.compile(
    rf"{_THESE}(?:看过|看完|见过|买过)了?|(?:都|家里|我|已经)+有了"
    rf"|{_THESE}(?:不(?:太|怎么|是很)?(?:喜欢|感兴趣|合适|中意|想要)"
    r"|没(?:有)?(?:看[上中]|喜欢|中意|合适)的?)[的了]?"
    r"|(?:能|可以|请|帮我|给我|再|都)*换(?:一?[批组波些个款换]|一下|几[个款]|点|掉)?"
    r"(?:别的|其[他它]的?)?(?:看看|吧|呗|吗|啊)*"
    r"|(?:再|另外?|还)?(?:有没有|有|来|给我?|推荐?|看看?)*(?:点|些|一?[批组个款些]|几[个款])?"
    r"(?:别|其[他它]|另外)的(?:推荐|款)?(?:呢|吗|吧)?"
    r"|还有(?:吗|没有|什么)|下一[个批款]"
    r"|(?:can i (?:see|have|get) |show me |give me |i want |i'd like |any(?:thing)? )*"
    r"(?:something )?(?:an)?(?:other|else|more|next|different)s?"
    r"(?: ones?| options?| items?| suggestions?)?(?: please)?"
    r"|i?(?: have|'ve)? ?(?:already )?seen (?:it|them|these|those|all)(?: all| already)?"
    r"|(?:all )?seen already"
    r"|i? ?(?:don't|do not|didn't) like (?:it|them|this|these|that)(?: ones?)?"
    r"|not (?:this|these)(?: ones?)?"
)
_FRESH = re.compile(
    r"(?:这些|我|都|全|已经)*(?:都|全|已经)看(?:过|完)了?|(?:再|帮我|给我|能|可以)*换一?[批组波换](?:吧|吗|看看)?"
    r"|(?:再|重新)推荐(?:一下|一批|些|几个)?|换点别的"
)
_ONLY_MONEY = re.compile(
    r"(?:那|有没有|有|的|呢|吗|么|我|只|价位|价格|要|款|please|any(?:thing)?|\W)*"
)
_NAME = r"(?P<name>(?!了|再|太|这|那|你|我|什么)[\u4e00-\u9fff]{2,8}?)"
_EXCLUDES = re.compile(
    rf"(?:我们?|就|孩子|他|她)?(?:不要|不想要|不喜欢|不想买|不想看|不考虑|除了)(?:看|买)?{_NAME}"
    r"(?:类|款)?的?(?:以外|之外)?(?:了|吧|呢)?"
    r"(?:还?有(?:什么|哪些|别的|其他)?(?:别的|其他的?)?(?:吗|呢)?)?"
)
_EXCLUDES_AFTER = re.compile(rf"{_NAME}(?:就?不要了?|除外|不喜欢)")
_EXCLUDES_ENGLISH = re.compile(
    r"(?:no|not|without|except|other than|anything but|i don't (?:want|like))(?: the| a| an| any)?"
    r" (?P<name>[a-z]{3,}(?: [a-z]{3,})?)(?: please)?"
)
_OF_KIND = re.compile("文章|推文|优惠券?|活动|话题|商品")  # kinds of items, which have no such name
_NAMES_OTHER = re.compile(
    rf"(?:有没有|有|来|要|换成?|看看?)?{_NAME}(?:呢|怎么样|有吗|有没有)"
    r"|(?:what|how) about (?:the |a |an |some |any )?(?P<english>[a-z]{3,}(?: [a-z]{3,}){0,2})"
)
_GOES_ON = re.compile(
    rf"那么?(?:有没有|还?有(?!没)|看看?|换成?|来|要|推荐)(?:一?[些个款把条件]|点)?{_NAME}(?:吗|吧)?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFollowup:
    """`question`: what items are asked for with now. `name`: what an item has to be called for the
    message to be meant so, "" for nothing; `is_other_name`: it is asked for in place of the last
    items. `wants_others`: none of those shown. `is_cheaper`: only what costs less than they do.
    """

    question: str
    name: str = ""
    is_other_name: bool = False
    wants_others: bool = False
    is_cheaper: bool = False


def read_followup(text: str, question: str) -> ItemFollowup | None:
    """What a message asks for after the items for a question; None where it is about another
    matter.
    """
    plain = _strip_opening(text)
    answers = (read(plain, question) for read in _READERS)
    return next((each for each in answers if each), None) or _read_going_on(text, question)


def wants_fresh_items(text: str) -> bool:
    """Whether a message asks for items that it doesn't name, with no items before: 换一批."""
    clauses = split_clauses(_strip_opening(text))
    return bool(clauses) and all(map(_FRESH.fullmatch, clauses))


def read_other_name(text: str) -> str:
    """What a message asks for in place of another thing: 那蒸锅呢, what about pans; else ""."""
    followup = _read_other_name(_strip_opening(text), "")
    return followup.name if followup else ""


def ask_order(question: str, order: Order, *, is_cheaper: bool = False) -> ItemFollowup:
    """The items of a question in the order of their prices."""
    rest = take_order(normalise_wish(question))[1].strip("，,")
    return ItemFollowup(question=f"{rest}，{_ORDER_WORDS[order]}", is_cheaper=is_cheaper)


def _strip_opening(text: str) -> str:
    plain, earlier = normalise_wish(text).strip(" ,，。.!！?？~"), ""
    while plain != earlier:
        earlier, plain = plain, _OPENING.sub("", plain, count=1).strip()
    return plain


def _read_order(text: str, question: str) -> ItemFollowup | None:
    if _CHEAPER.fullmatch(text) and not _NO_CHEAPER.fullmatch(text):
        return ask_order(question, "cheapest", is_cheaper=True)
    if _DEARER.fullmatch(text):
        return ask_order(question, "dearest")
    order = take_order(text)[0] if is_about_prices(text) else ""
    return ask_order(question, order) if order else None


def _read_others(text: str, question: str) -> ItemFollowup | None:
    clauses = split_clauses(text)
    wants = bool(clauses) and all(map(_OTHERS.fullmatch, clauses))
    return ItemFollowup(question=question, wants_others=True) if wants else None


def _read_money(text: str, question: str) -> ItemFollowup | None:
    """Another budget for the same question: 预算200."""
    budget, rest = read_budget(text)
    if budget is None or not budget.is_limited or not _ONLY_MONEY.fullmatch(rest):
        return None
    earlier, others = read_budget(normalise_wish(question))
    order = f"，{_ORDER_WORDS[earlier.order]}" if earlier and earlier.order else ""
    return ItemFollowup(question=f"{others.strip('，,')}{order}，{text}")


def _read_exclusion(text: str, question: str) -> ItemFollowup | None:
    clauses = split_clauses(text)
    first = clauses[0] if clauses else ""
    if not all(map(_OTHERS.fullmatch, clauses[1:])):
        return None
    patterns = (_EXCLUDES, _EXCLUDES_AFTER, _EXCLUDES_ENGLISH)
    match = next((each for pattern in patterns if (each := pattern.fullmatch(first))), None)
    if match is None:
        return None
    name = match["name"]
    rest = normalise_wish(question).replace(name, "什么")
    return ItemFollowup(
        question=f"{rest}，不要{name}", name="" if _OF_KIND.fullmatch(name) else name
    )


def _read_other_name(text: str, question: str) -> ItemFollowup | None:
    match = _NAMES_OTHER.fullmatch(text)
    return _ask_other(match["name"] or match["english"], question) if match else None


def _read_going_on(text: str, question: str) -> ItemFollowup | None:
    """Another thing, which 那 puts beside the last ones: 那有没有茶杯."""
    match = _GOES_ON.fullmatch(normalise_wish(text).strip(" ,，。.!！?？~"))
    return _ask_other(match["name"], question) if match else None


def _ask_other(name: str, question: str) -> ItemFollowup:
    """Another name, at what the question before may cost."""
    budget, _ = read_budget(normalise_wish(question))
    order = _ORDER_WORDS[budget.order] if budget and budget.order else ""
    limits = write_budget(budget) if budget else ""
    words = "，".join(each for each in (name, limits, order) if each)
    return ItemFollowup(question=words, name=name, is_other_name=True)


_READERS: Sequence[Callable[[str, str], ItemFollowup | None]] = (
    _read_order,
    _read_others,
    _read_money,
    _read_exclusion,
    _read_other_name,
)
