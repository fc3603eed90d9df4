"""Tells whether an answer contains what a question asks for, such as a price or a time. No I/O.

几天 after 能帮我调一本吗 is answered by 「可以订，7到10天到店」. Judged by the kind of value asked
for, and by a value of that kind in the answer, if the question names nothing else.
"""

import re
from collections.abc import Sequence

from app.dialogue.language import in_script
from app.dialogue.understanding.query_rewriting.subjects import find_subject
from app.dialogue.understanding.sentences import speech

_NUMBER = r"[\d一二两三四五六七八九十百半]"
_DAY = r"(?:[周週]|星期|礼拜)[一二三四五六日天末](?![束次个份件节位回张本盒])|(?:每|天)天|工作日"
_CLOCK = rf"\d{{1,2}}\s*[:：]\s*\d{{2}}|{_NUMBER}\s*点(?!几)|(?:24|二十四)\s*小时"
_DATE = rf"{_NUMBER}\s*月|每月\s*{_NUMBER}+\s*[日号]"
_SPAN = (
    rf"{_NUMBER}\s*(?:个?(?:工作日|自然日|小时|钟头|月|星期|礼拜)|分钟|[天日周年])"
    r"|当[天日]|次日|隔天|立刻|马上"
)
_MEASURES = "本节个次人位份片张件瓶盒袋套支枝朵杯碗盘斤克米级台把条只间页楼层岁折倍度"

# (name of the detail, pattern of questions, pattern of answers). The question patterns are narrow:
# of 1,000 questions of the train shops, fewer than 2 seem to lack a detail in their own answer.
_KINDS: Sequence[tuple[str, re.Pattern[str], re.Pattern[str]]] = tuple(
    (name, re.compile(question), re.compile(answer, re.IGNORECASE))
    for name, question, answer in (
        ("具体的价格",
         r"[多好][少多]钱|几多钱|几(?:块|元|钱)(?!钱?的)|[什啥]么?价(?!保|[格位]保)|(?:价格|价位|价钱|费用)\W*$|收多少(?!天|年)|[怎咋]么?(?:收费|(?:收|卖|算钱)(?!.))|(?:[收要]钱|收费|免费)[吗么不没]|收[不没]收[费钱]|要[不没]要钱|多贵|贵不贵",
         rf"\d\s*[万元块角毛%折点]|\d\s*个点|{_NUMBER}\s*[元块折成角]|[免送含倍]|半价|同价|百分|一样"
         r"|包[^装间厢子]|不(?:另|额|再|单|加|用|需|必)?[外独]?[收要加付花]"),
        ("具体几点", r"几点(?!了)",
         rf"{_CLOCK}|{_NUMBER}\s*个?小时|全天|通宵|凌晨|随时|天亮|日出|日落"),
        ("具体的时间", r"[什啥]么?时[候间]|何时|哪一?天|[周星礼][期拜]?几|几月",
         rf"{_CLOCK}|{_DAY}|{_DATE}|{_SPAN}|随时|每[日晚季年]|\d\s*[号日]|节"),
        ("具体的位置",
         r"^(?!.*[改换错]).*地址(?:[在是发给呢]|多少|\W*$)|(?<![改换错])[在到放](?:哪[里儿]?|[什啥]么?地方)[呀啊呢]?\W*$|怎么走|什么位置|哪一?(?:层|楼|站|个口)",
         r"[路街巷道号楼层园村镇站口门旁侧台柜架店处馆校城院室厅网页里]|广场|大厦|中心|商场|对面|隔壁|公众号|小程序|app|线上|现场"),
        ("电话号码",
         r"(?:电话|手机号)码?(?:是|有|几|多少|给|发|呢|\W*$)(?![^，。]{0,4}接)|联系方式|打(?:哪个|什么|多少)(?:电话|号)",
         r"\d{3,}|公众号|微信|小程序|客服|拨"),
        ("具体要多久",
         r"多久|多长时间|(?<![那好哪九后上这近晚早过超])(?<!(?<!提)前)几(?:天(?![怎咋])|个?(?:月|星期|礼拜|工作日)|周|年)(?![级龄])|多少(?:天|年|小时|分钟|个月)",
         rf"{_SPAN}|{_CLOCK}|{_DATE}|\d\s*(?:次|晚|学期|到)|每[季周年月]|随时|终身|长期"
         r"|永久|一直|现[场做]|过夜|即|不限|不设"),
        ("具体要多久", r"(?<![那好前后])几(?:个?(?:小时|钟头)|分钟)",
         rf"{_NUMBER}\s*(?:个?(?:小时|钟头)|分钟|天)|当[天日]|{_CLOCK}|随时|不限"),
        ("", r"几折|打折|折扣", rf"{_NUMBER}\s*折"),
        ("年龄上的要求", r"几岁|多大(?:年[纪龄]|岁数|的?(?:孩子|娃|小孩|宝宝))|年龄",
         r"[\d岁月班婴幼儿学龄]|年级|成[年人]|不限"),
        ("具体的重量", r"多重", rf"{_NUMBER}\s*(?:公斤|千克|斤|克|吨|kg|g)"),
        ("具体的数字", r"多[高长宽深远厚](?![时多])",
         rf"{_NUMBER}\s*(?:厘米|毫米|公里|米|分钟|小时|码|步|cm|mm|km|m)"),
        ("具体的数目", rf"几[{_MEASURES}名口号款种]|多少(?!钱|价)",
         rf"\d|{_NUMBER}\s?(?:[{_MEASURES}天年月周日名元块折成倍号]|小时)|[全都无没不]|所有"),
    )
)  # fmt: skip
_REFUSES = re.compile(r"不(?:做|卖|开放|提供|支持|接[受待]?|设|办|验|对外)|没有|无法")
_HOW_MANY = re.compile(rf"(?:几|多少)\s*([{_MEASURES}])(?!小时|钟头|工作日|月|星期|礼拜)")
_YES_OR_NO = re.compile(
    r"[吗嗎么嘛不没伐]\W*$|(.)[不没]\1|(?:可以|能|行)[^，。]{0,8}吧\W*$|能否|可否|是否"
)
_DECIDED = re.compile(
    r"^\W*(?:您好[，,]?)?(?:(?:目前|暂时|店里|我们|本店|都|也)?(?:可以|能|不能|不可以|支持|不支持|有|没有|暂?不|需要|要|不用|不需要))"
)
# Question words and words that fit any thing: these name nothing.
_NAMES_NOTHING = re.compile(
    r".*[多几什啥哪怎咋].*|[一每两半].{1,2}|大[概约]|[总一]共|全部|时[候间]|价[格位钱]?|费用?|收费|要钱"
)


def has_asked_values(question: str, answer: str) -> bool | None:
    """Whether the answer has a value of each kind that the question asks for; None if it asks for
    no value.
    """
    values, plain_answer = _values_asked(_to_simplified(question)), _to_simplified(answer)
    return all(value.search(plain_answer) for value in values) if values else None


def name_lacking(question: str, title: str, answer: str) -> str:
    """The name of a detail that is asked for but not in the answer, such as 具体几点; "" if none.

    If the entry's title asks for the same detail, its answer counts as telling it.
    """
    plain = _to_simplified(question)
    kind = next((each for each in _KINDS if each[1].search(plain)), None)
    if kind is None or kind[1].search(_to_simplified(title)):
        return ""
    return (
        "" if any(each.search(_to_simplified(answer)) for each in (kind[2], _REFUSES)) else kind[0]
    )


def covers_question(question: str, answer: str, *, about: str = "") -> bool:
    """Whether an answer has the values asked for, and everything that the question names.

    `about` is the question that was answered.
    """
    return has_asked_values(question, answer) is True and names_only(question, about + answer)


def answers_yes_or_no(question: str, answer: str) -> bool:
    """Whether the question is a yes-or-no question and the answer begins with yes or no."""
    return bool(
        _YES_OR_NO.search(_to_simplified(question)) and _DECIDED.search(_to_simplified(answer))
    )


def names_only(question: str, text: str) -> bool:
    """Whether all that the question names is in the text, such as 手续费 in 手续费多少."""
    plain_text = _to_simplified(text)
    words = speech.segment(_to_simplified(question))
    named_words = [
        *words.of("topic"),
        *words.of("amount"),
        *(word for word in (*words.of("doing"), *words.of("aspect")) if len(word) > 1),
    ]
    thing = find_subject(_to_simplified(question))
    if thing and _to_simplified(question).startswith(thing) and not words.of("topic"):
        named_words.append(thing)  # a word that the dictionary doesn't have: 可颂
    stems = (
        word[:2] for word in named_words if not _NAMES_NOTHING.fullmatch(word)
    )  # 停车 of 停车位
    return all(stem in plain_text for stem in stems)


def _values_asked(question: str) -> list[re.Pattern[str]]:
    values = [value for _, question_pattern, value in _KINDS if question_pattern.search(question)]
    amount_patterns = [
        re.compile(rf"{_NUMBER}\s*个?{each[1]}") for each in _HOW_MANY.finditer(question)
    ]
    return values + amount_patterns


def _to_simplified(text: str) -> str:
    return in_script(text, "simplified")
