"""Recognises requests to repair the follower's own things, which aren't complaints. No I/O.

书脱胶了粘一下多少 has the words of a fault, but asks a repair shop for its price.
"""

import re

from app.dialogue.understanding.sentences import sentence_kinds
from app.safety.words.normalise import BARRIER, fold_letters

DEFECT = (
    "碎|坏|裂|破|漏|断|臭|馊|霉|烂|糊|变形|掉色|褪色|起球|缩水|变质|生锈|脱线|开线|开胶"
    "|脱胶|掉漆|融化|化|压扁|压坏|摔坏|泡水"
)
_WORN = re.compile(
    f"(?:{DEFECT}|脏)(?:了|掉|得|的|个|一|页|皮|边|口|透|$|{BARRIER})|散架|掉[页毛跟底钻扣]|进水"
    "|不[走转亮动响]了|松了|卡住|没电|发黄|黑屏|花屏|死机|开不了|打不着"
)
_MENDS = re.compile(
    "修|补(?![偿货发课差寄])|粘|黏|缝|翻新|装订|重装|焊|弄好|整个换"
    "|换(?:一?[个下块根条])?(?:屏|底|拉链|电池|镜片|皮|芯|表带|线|里子)"
)
_RESTORES = re.compile("(?:想|要)[^，。]{0,6}(?:补|粘|缝|翻新|救|焊|装订|整个换)")
_PRICE = re.compile(
    "多少|好多钱|几(?:块|个?钱|十|百)|(?:怎么|咋|如何)(?:收费?|算|卖)|[什啥]么?价|[收要]费?钱?吗|贵不贵"
)
# The account delivered, has to pay for or owns the thing: 宿舍空调坏了，能来修吗.
_OURS = re.compile(
    "收到|送来|寄来|发来|拿到|到手|新买|刚买|你们?(?:给|把|弄|碰|发|送|寄|卖|修|装|洗|做)|被你"
    "|赔|退|补偿|还我|负责|管不管|保修|质保|质量|[漏少错多乱][发给送寄收扣]|发错"
    "|来[人修]|派人|上门|报修|房间|宿舍|店里|馆里|教室"
)


def asks_to_mend(text: str) -> bool:
    """Whether the text asks for the repair of a worn thing of the follower's, or for its price."""
    letters = fold_letters(text).letters
    is_question = _PRICE.search(letters) or (
        _MENDS.search(letters) and sentence_kinds.is_question(text)
    )
    is_request = is_question or _RESTORES.search(letters)
    return bool(is_request and _WORN.search(letters)) and not _OURS.search(letters)
