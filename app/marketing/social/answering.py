"""Tells what of a text answers the account's question: questions back and orders don't. No I/O."""

import re
from collections.abc import Sequence

from app.dialogue.understanding.sentences import sentence_kinds
from app.kit.text import fold_width

_CLAUSE = re.compile(r"[^，,。！!；;、\s~～？?]+[？?]?")
# Questions of the account to which a question or an order is an answer.
_INVITES_QUESTIONS = re.compile(
    "改进|希望|建议|期待|意见|疑问|困惑|不明白|问题|想(?:问|知道|了解|要|看|学|听)"
)
_INVITES_ORDERS = re.compile("想|要|点(?!赞)|买|喝|吃|选|订|期待|希望|建议")
# What has a question's words and asks nothing (什么鱼都行, 还用问吗), or for a change (能不能).
_TELLS = re.compile(
    r"(?:什么|啥|哪|谁|怎么|几|多)\w{0,4}(?:都|也)|谁不|谁家|还用(?:问|说)|还能(?:有|是)|还有\w{0,3}比"
    r"|难道|[了过着有]几|[好十]几|几十|几(?:条|斤|尾|次|回)|[你您]们?呢|大家呢|不是吗|懂吗"
    r"|能不能|可不可以|能否|可否"
)
_AMOUNT = (
    r"(?:[一两二三四五六七八九十半]|\d+)"
    "(?:个|件|包|斤|盒|袋|瓶|罐|根|支|条|套|份|杯|张|箱|桶|副|双|只|把|块|架|台|支|本|款)"
)
_ORDERS = re.compile(
    r"^(?:你好|您好|老板娘?|掌柜的?|店家|客服|麻烦|请|帮我|给我|我|想|再|先|要)*"
    rf"(?:要|来|买|拍|订|定|拿|留|寄|发|加)(?!了|过)(?:上|个)?{_AMOUNT}(?!\w*[就才都够])[\w.]{{0,12}}$"
    "|^我?[想要]{1,2}(?:买|订)[这那][个把款套盒件支本包瓶]"
    rf"|(?:来|要|拿|留|寄|发)(?:上|个)?{_AMOUNT}(?:吧|呗|哈|啊|试试)?$"
    r"|^(?:我|已经?|刚){0,2}(?:拍下|下单|付款)了?$|^我?要(?:下单|订购|预订|预定)"
)
# An order whatever the account asks: goods to be kept, or how, when and where they are had.
_KEEPS = re.compile(
    rf"(?:帮我|给我|麻烦|请|老板娘?)[^不]{{0,3}}(?:留|订|定|预留|预订|预定)(?:{_AMOUNT}|[个份])"
    rf"|^我?(?:想|要|再|先)*预?留(?:上|个)?{_AMOUNT}"
)
_COLLECTS = re.compile(
    "(?:怎么|如何|在?哪里?|直接)(?:下单|付款|付钱|转账|拍)|[来去](?:拿|取)(?!了)|自取|(?:寄|发|送)到(?!了)"
)
_SPACES = re.compile(r"(?<=[^\W\d_])\s+(?=\d)|(?<=\d)\s+(?=[^\W\d_])")  # 一把 23 寸的
_COURTESY = re.compile("支持|学到了|说得(?:都)?(?:真)?好|路过|沙发|前排|打卡|围观|[来看]看|顶")


def keep_answer(question: str, text: str) -> str:
    """The clauses of a text that answer; "" where none does, and all of it where the account's
    question invites such texts.
    """
    clauses = _split_clauses(text)
    if _is_firm_order(clauses):
        return ""
    rest = [each for each in clauses if not (asks(question, each) or orders(question, each))]
    return "，".join(rest)


def asks(question: str, text: str) -> bool:
    """Whether a text asks the account something, where its question doesn't invite questions."""
    if _INVITES_QUESTIONS.search(question) or _TELLS.search(text):
        return False
    return sentence_kinds.is_question(text.rstrip("嘛呢"))


def orders(question: str, text: str) -> bool:
    """Whether a text orders goods; where the account's question invites wishes, only an order that
    has its goods kept, or says how they are had.
    """
    clauses = _split_clauses(text)
    if _is_firm_order(clauses):
        return True
    return not _INVITES_ORDERS.search(question) and any(map(_ORDERS.search, clauses))


def _is_firm_order(clauses: Sequence[str]) -> bool:
    if any(map(_KEEPS.search, clauses)):
        return True
    return any(map(_ORDERS.search, clauses)) and any(map(_COLLECTS.search, clauses))


def _split_clauses(text: str) -> list[str]:
    return _CLAUSE.findall(_SPACES.sub("", fold_width(text)))


def is_telling(question: str, text: str) -> bool:
    """Whether a text is worth a quote: more than a question, an order or a courtesy."""
    answer = keep_answer(question, text)
    clauses = [each for each in _CLAUSE.findall(answer) if not _is_courtesy(each)]
    return bool(clauses) and len(answer) * 2 >= len(text)


def _is_courtesy(clause: str) -> bool:
    is_form = sentence_kinds.is_greeting(clause) or sentence_kinds.is_closing(clause)
    return is_form or _COURTESY.search(clause) is not None
