"""Reads from the words of a message whether the follower wants items of the account. No I/O.

The conversation and `GET /api/v1/recommendations` read the same words here, so that they agree.
"""

import re
from typing import Literal

from app.dialogue.language import simplify_characters
from app.dialogue.understanding.entities.budgets import read_budget
from app.kit.text import fold

# none: the words don't say. refused: nothing is to be recommended. disapproved: the follower tells
# that they don't recommend the account. more: others than before. asked: 推荐一款, 有什么推荐.
# available: 有没有可颂, 磨豆机哪个好, 500以内的渔轮; an answer of the knowledge base is as good.
# explained: 怎么调漂, which only an article answers.
WishKind = Literal["none", "refused", "disapproved", "more", "asked", "available", "explained"]

_OTHER_WORDS = (("咩嘢|乜嘢|咩|乜", "什么"), ("推介|安利", "推荐"), ("有冇", "有没有"))
_CLAUSES = re.compile(r"\s*[,，。.!！?？;；~]+\s*|(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
_REFUSES = re.compile(
    r"^(?:请|麻烦|求求?你?们?|你们?|能不能|可以|以后|都|先|我|真的|那|快)*"
    r"(?:别|不要|不用|不必|不需要|不想|不想要|无需|勿|停止|取消|拒绝|少)(?:再|老|总|一直|老是|总是|继续)*"
    r"(?:收到|看到?|听到?)?(?:给|跟|向|为|帮|对)?(?:我们?|咱)?(?:发|推|乱|瞎|打|来|搞|做|这么多|那么多|点|些|什么|各种)*"
    r"(?:推荐|推销|推送|广告|安排推荐)"
    r"|^(?:please |pls |just |can you |could you |i said |you can )*"
    r"(?:stop|quit|no more|no need (?:for|to)|enough(?: with| of)?"
    r"|(?:don't|dont|do not|never)(?! you)"
    r"|i (?:don't|do not|dont) (?:want|need|like)(?: to (?:see|get))?)"
    r"(?: any| more| the| your| these| all| to| me| send(?:ing)?| show(?:ing)?| giv(?:e|ing)| get)*"
    r" (?:recommend(?:ing|ations?)?|suggest(?:ing|ions?)?|product ads?|ads|promotions?|promoting)\b"
)
_STOPS = re.compile(
    "(?:please )?stop(?: it| that| now)?(?: please)?|停(?:下|止)?吧?|别推了|别发了|不用推了"
)
_DISAPPROVES = re.compile(
    r"^(?:我|真的?|真心|强烈|非常|一点也?|都|很|绝对)*不(?:太|会|怎么)?推荐"
    r"|^i (?:would|do|can)(?:n't|not| not) recommend"
)
_TOO_MANY = re.compile(r"(?:广告|推送|推荐).{0,3}太多")
_PRAISES = re.compile(r"谢.{0,6}推荐|推荐.{0,4}(?:不错|很?好[吃喝看用]?了?$|真好|很棒)")
_ASKS = re.compile(r"推荐|recommend|suggest|show me some|有什么(?:优惠|活动|文章|新品)")
_MORE = re.compile(
    r"换一?[批组波些个]|(?:再|另外?)(?:来|给我?|推|推荐|看|发)(?:点|些|一?[批组个些]|几[个款样种篇]|两[个款])"
    r"|(?:还有|有没有|有)(?:没有)?(?:别|其[他它]|另外|更多)的?(?:推荐|选择|款)?"
    r"|还有(?:吗|没有|什么推荐)|(?:别|其[他它])的(?:呢|有吗|推荐)"
    r"|\b(?:more|others|something else)\b"
)
_POINTS = re.compile(
    r"(?:那|这|里面?|其中|几|哪|一|[个款种支只]|是|的|呢|啊|呀|which|one|is|the|\W)*"
)  # 哪个, 这几款里哪款
_LONGEST_MORE = 14  # characters
_AVAILABLE = re.compile(
    r"有没有|有无|卖不卖|(?:有|卖).{1,16}[吗么嘛]|[有卖](?:货|的)?[吗么嘛]$|有什么|有哪些|有啥"
    r"|do you (?:have|sell)"
    r"|哪[个款种支只家本篇].{0,6}(?:好|适合|值得|合适)|(?:买|选|挑|吃|喝|看|学|用|送).{0,8}"
    r"(?:什么(?!时候)|啥(?!时候)|哪[个款种支])"
    r"|(?:什么|啥).{0,6}(?:礼物|礼品|好[吃喝看用玩])|礼物|(?:怎么|如何)[选挑]|(?:想|要)(?:买|学|喝|吃|挑|选)"
    r"|(?:读|穿|玩|戴).{0,8}(?:什么(?!时候)|啥(?!时候))|(?:给|帮|为).{1,6}[买选挑]|送(?:给)?[^货到,，]{1,5}的$"
    r"|\b(?:gifts?|presents?)\b|looking for (?:a|an|some)\b|show me (?:a|an|your)\b"
)
# 多久换一次 and 怎么换琴弦 are of knowledge; 怎么换货 and 多久发货 are of an order.
_EXPLAINED = re.compile(
    r"多[久长](?:时间)?(?:要|该|得|需要|应该)?(?:换|洗|清[洗理]|保养|浇|喂|擦|上油|调|校|晒)(?!货|新的?|好|完|吧)"
    r"|(?:怎么|怎样|如何|咋)(?!样|还|这么|那么|没|不|回事|了|又|老|都|总|才|办|卖|付|退|走|去|联系|下单|领|取消"
    r"|加[盟入]|收费|算|查|弄丢|是|会|有|换(?:货|码|新|尺|大|小|个|一|颜色|款|地址|手机|号|成|$)|投诉|赔|[\u4e00-\u9fff]{1,4}了(?:$|，))[\u4e00-\u9fff]{1,4}"
)
_ENGLISH_THING = re.compile(
    r"(?:(?:(?:do|have) )?(?:you|u) (?:guys )?)?(?:(?:have|got|get|sell|stock|carry) )?"
    r"(?:a|an|some|any) [a-z'-]+(?: [a-z'-]+){0,5}"
    r"|(?:(?:do|have) )?(?:you |u )?(?:guys )?(?:got|sell|stock|carry) [a-z'-]+(?: [a-z'-]+){0,3}"
)
_NO_THING = re.compile(  # what is asked of people, not of a shop's shelves
    r"refund|complain|questions?|problems?|order|invoice|receipt|person|human|agent|manager|moment"
    r"|minute|bit|lot|few|while|is|are|was|when|why|help|reply|delivery|wrong|broken|late|news"
    r"|ideas?|updates?|chance|delays?|reason|way|thoughts|luck|info|information|details|advice|it"
    r"|that|this|them|me|my|mine|your|yours|one|ones|jobs?|wifi|parking|seats?|tables?|rooms?"
    r"|issues?|errors?|time|scammed|tracking|shipping|further|staff|branch(?:es)?|shops?|stores?"
)
_JOINS = re.compile(
    r"或者?|还是|以及|(?<=[\u4e00-\u9fff]{2})"
    r"(?:、|和(?![弦服牛田平风面解气睦尚谐])|跟(?![鞋腱团])|与)(?=[\u4e00-\u9fff]{2})"
    r"|(?<=[a-z]) (?:or|and) (?=[a-z])"
)
_NAME = re.compile(
    "(?!.*(?:晚安|早安|再见|拜拜|哈哈|嗯嗯|谢|好的|可以|不|我|你|的$))[\u4e00-\u9fff]{2,8}"
    "|[a-z]{4,}(?: [a-z]{3,})?"
)
_ASKS_NAMES = re.compile(
    r"(?:想?[要买看学]|看看|来|有没有|有)?(?P<names>.+?)"
    r"(?:都?(?:可以|行)|也行|呢|有吗|吗|哪[个款种]?(?:比较|更)?(?:好|合适)|(?:比较|更)?好|更?合适)?"
)
_SERVICE = re.compile(
    "包邮|运费|邮费|快递|发货|退|赔|发票|订单|优惠券|满减|积分|充值|断了|坏了|假货|为什么|怎么"
)


def normalise_wish(text: str) -> str:
    """The text folded, in simplified characters, with words of dialects in the standard ones."""
    plain = simplify_characters(fold(text)).strip().replace("’", "'")
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
    if _AVAILABLE.search(rest) or _names_goods(rest, normalise_wish(text)):
        return "available"
    return "explained" if _EXPLAINED.search(rest) else "none"


def _names_goods(clauses: str, text: str) -> bool:
    """Whether a normalised text names a price with goods (500以内的渔轮), or a thing in English."""
    if _ENGLISH_THING.fullmatch(clauses):
        return not any(map(_NO_THING.fullmatch, clauses.split()))
    budget, _ = read_budget(text)
    return budget is not None and not _SERVICE.search(text)


def split_joined(text: str) -> list[str]:
    """The parts of a normalised text that 或, 还是, 和 or `or` joins; else the text alone."""
    return [each.strip() for each in _JOINS.split(text)]


def read_names(text: str) -> tuple[str, ...]:
    """The names of things of a message that says nothing else: 挂耳, 吉他或者尤克里里, ukuleles; ()
    for other messages.
    """
    plain = normalise_wish(text).strip(" ?？。.!！~")
    names = split_joined(plain)
    if len(names) > 1 and (match := _ASKS_NAMES.fullmatch(plain)):
        names = split_joined(match["names"])
    return tuple(names) if all(map(_NAME.fullmatch, names)) else ()


def is_about_prices(text: str) -> bool:
    """Whether a message asks only for the cheapest or dearest of what was shown: 哪个最便宜."""
    budget, rest = read_budget(normalise_wish(text))
    return budget is not None and bool(budget.order) and bool(_POINTS.fullmatch(rest))


def asks_recommendation(text: str) -> bool:
    """Whether the words ask to be recommended something, as 有什么别的推荐."""
    return bool(_ASKS.search(normalise_wish(text)))


def split_clauses(text: str) -> list[str]:
    """The clauses of a text, without punctuation."""
    return [clause for clause in _CLAUSES.split(text) if clause]


def is_refusal(clause: str) -> bool:
    """Whether a clause of a normalised text refuses recommendations, or tells of a bad one."""
    return any(each.search(clause) for each in (_REFUSES, _DISAPPROVES, _TOO_MANY))


def is_stop(text: str) -> bool:
    """Whether a message after recommendations says to stop them: stop, 别发了."""
    return bool(_STOPS.fullmatch(normalise_wish(text).strip(" .!。！")))


def refuses_items(text: str) -> bool:
    """Whether the message says that nothing is to be recommended."""
    return read_wish(text) in {"refused", "disapproved"}
