"""Whether an answer to one question of a message holds what another one asks. No I/O.

几天 after 能帮我调一本吗 is answered by 「可以订，7到10天到店」. Told by what is asked for and by a
value of its kind in the answer, where the other question names nothing else.
"""

import re
from collections.abc import Sequence

from app.dialogue import speech
from app.dialogue.language import in_script
from app.dialogue.rewriting import find_subject

_NUMBER = r"[\d一二两三四五六七八九十百半]"
_DAY = r"(?:[周週]|星期|礼拜)[一二三四五六日天末](?![束次个份件节位回张本盒])|(?:每|天)天|工作日"
_CLOCK = rf"\d{{1,2}}\s*[:：]\s*\d{{2}}|{_NUMBER}\s*点(?!几)|(?:24|二十四)\s*小时"
_DATE = rf"{_NUMBER}\s*月|每月\s*{_NUMBER}+\s*[日号]"
_SPAN = (
    rf"{_NUMBER}\s*(?:个?(?:工作日|自然日|小时|钟头|月|星期|礼拜)|分钟|[天日周年])"
    r"|当[天日]|次日|隔天|立刻|马上"
)
_MEASURES = "本节个次人位份片张件瓶盒袋套支枝朵杯碗盘斤克米级台把条只间页楼层岁折倍度"

# What is asked for, and a value of its kind; 几 and 多少 with a measure come beside them, and
# 多少 alone is asked of a price.
_KINDS: Sequence[tuple[re.Pattern[str], re.Pattern[str]]] = tuple(
    (re.compile(asked), re.compile(value))
    for asked, value in (
        (r"多少钱|好多钱|几(?:块|元|钱)|[什啥]么?价[位格钱]?|(?:价格|价位|价钱|费用)\W*$"
         r"|怎么?(?:收费?|卖|算钱?)(?!.)|收[不没]收[费钱]|(?:收费|要钱)[吗不么没]",
         rf"{_NUMBER}[\d,.]*\s*[元块角]|免费|不(?:另外|额外)?(?:收|要)(?:费|钱)|不收"),
        (r"[周星礼][期拜]?几|哪(?:一)?天", _DAY),
        (r"几点", _CLOCK),
        (r"什么时候|啥时候|何时|什么时间", rf"{_CLOCK}|{_DAY}|{_DATE}|{_SPAN}"),
        (r"几(?:天|个?工作日|日|个?(?:月|星期|礼拜)|周|年)|多少[天日]|多久|多长时间", _SPAN),
        (r"几(?:个?(?:小时|钟头)|分钟)", rf"{_NUMBER}\s*(?:个?(?:小时|钟头)|分钟|天)|当[天日]"),
        (r"几折|打折|折扣", rf"{_NUMBER}\s*折"),
        (r"几岁|多大年[纪龄]", rf"{_NUMBER}\s*(?:周岁|岁)"),
        (r"多[重]", rf"{_NUMBER}\s*(?:公斤|千克|斤|克|kg|g)\b"),
        (r"多[高深长宽远厚]", rf"{_NUMBER}\s*(?:厘米|毫米|公里|米|cm|mm|km|m)"),
        (r"多少度|温度", rf"{_NUMBER}\s*(?:度|℃)"),
        (r"[在放]哪|哪[里儿]|什么地方|地址|位置|哪一?(?:层|楼|条|站|个口)",
         r"[\d一二三四五六七八九十]\s*[楼层号]|负一|[\u4e00-\u9fff](?:路|街|巷|广场|大厦|商场|中心|地铁|[东西南北]门)"
         r"|门口|对面|旁边|隔壁|收银台|前台|柜台|货架|木架"),
    )
)  # fmt: skip
_COUNTED = re.compile(rf"(?:几|多少)\s*([{_MEASURES}])(?!小时|钟头|工作日|月|星期|礼拜)")
_HOW_MUCH = re.compile(r"多少")
_SUM = re.compile(rf"{_NUMBER}[\d,.]*\s*[元块]")
_YES_OR_NO = re.compile(
    r"[吗嗎么嘛不没伐]\W*$|(.)[不没]\1|(?:可以|能|行)[^，。]{0,8}吧\W*$|能否|可否|是否"
)
_DECIDED = re.compile(
    r"^\W*(?:您好[，,]?)?(?:(?:目前|暂时|店里|我们|本店|都|也)?(?:可以|能|不能|不可以|支持|不支持|有|没有|暂?不|需要|要|不用|不需要))"
)
# What asks, and what is said of any thing: they name nothing.
_NAMES_NOTHING = re.compile(
    r".*[多几什啥哪怎咋].*|[一每两半].{1,2}|大[概约]|[总一]共|全部|时[候间]|价[格位钱]?|费用?|收费|要钱"
)


def holds(question: str, answer: str) -> bool | None:
    """Whether the answer has a value of each kind that is asked for; None where the question asks
    for no such value.
    """
    values, known = _values_asked(_plain(question)), _plain(answer)
    return all(value.search(known) for value in values) if values else None


def covers(question: str, answer: str, *, about: str = "") -> bool:
    """Whether an answer holds what is asked, and the question names nothing that it doesn't.

    `about` is the question that was answered.
    """
    return holds(question, answer) is True and names_only(question, about + answer)


def decides(question: str, answer: str) -> bool:
    """Whether an answer says yes or no to a question that can be answered so."""
    return bool(_YES_OR_NO.search(_plain(question)) and _DECIDED.search(_plain(answer)))


def names_only(question: str, text: str) -> bool:
    """Whether all that the question names stands in the text: 手续费 of 手续费多少."""
    known = _plain(text)
    words = speech.cut(_plain(question))
    named = [
        *words.of("topic"),
        *words.of("amount"),
        *(word for word in (*words.of("doing"), *words.of("aspect")) if len(word) > 1),
    ]
    thing = find_subject(_plain(question))
    if thing and _plain(question).startswith(thing) and not words.of("topic"):
        named.append(thing)  # that the dictionary doesn't know: 可颂
    stems = (word[:2] for word in named if not _NAMES_NOTHING.fullmatch(word))  # 停车 of 停车位
    return all(stem in known for stem in stems)


def _values_asked(question: str) -> list[re.Pattern[str]]:
    values = [value for asked, value in _KINDS if asked.search(question)]
    counted = [re.compile(rf"{_NUMBER}\s*个?{each[1]}") for each in _COUNTED.finditer(question)]
    if values or counted:
        return values + counted
    return [_SUM] if _HOW_MUCH.search(question) else []


def _plain(text: str) -> str:
    return in_script(text, "simplified")
