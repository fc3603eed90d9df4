"""Finds a question's subject: a thing, else an action. No I/O.

Works on spans of the text, since the dictionary knows neither shops' names nor their goods.
"""

import re

from app.dialogue.understanding.sentences import speech

LONGEST_SUBJECT = 16  # characters
_HOLIDAY = (
    "国庆节?|春节|过年|元旦|五一|十一|端午节?|中秋节?|清明节?|暑假|寒假|[春夏秋冬][天季]"
    "|[一-龥]{2}节"
)
MOMENT = re.compile(
    r"[上下这本每]?(?:周|星期|礼拜)?[一二三四五六日天末几]?|(?:今|明|后|昨|前|当|平|改|每|这|那|几|半|白|全)?天?(?:早上?|晚上?|上午|中午|下午"
    r"|傍晚|夜里?|凌晨|天|时候?|日|年|晚)?|周末|节假日|工作日|平时|平日|平常|现在|最近|最早|最晚|早晚|里面|外面|门口|附近|那边|这边|[0-9点号月日:]+"
    rf"|[0-9一二三四五六七八九十]+月份?|{_HOLIDAY}"
)
PRONOUN = re.compile(
    r"(?:这|那)(?:个|种|款|件|些|张|样的|双|条)(?!月|星期|礼拜|周|季|时候|价)|它们?"
    r"|(?<![一-龥])(?:这|那)边"
)
# Questions that only a place can have: hours, address, parking.
OF_A_PLACE = re.compile(
    r"几点.{0,4}[开关]|营业|上班|下班|(?<![放摆])在哪|地址|怎么[走去]|停车|车.{0,2}停"
)
PLACE = re.compile(r"(?:店|馆|校区|园|厅|分部|门诊|诊所|中心|路|巷|站|院)$")
PERSON = re.compile(
    "(?:我们?|你们?|您|他|她|人|大人|孩子|小孩|小孩子|小朋友|宝宝|娃|老人|孕妇|学生|朋友|老公|老婆|爸妈|别人|新生儿|婴儿|儿子|女儿|闺女|家人)+"
)
# The words that ask, before which a question names its subject.
ASKING = re.compile(
    r"不想|(?:什么|啥|何)时候?|多少钱?|多(?:久|长时间|[大长高重远宽厚深])|好多钱?|第?几[个点号天月年次折块岁周楼位]?|怎么[样走去]?|怎样|咋样?|如何|(?:在|打)(?=[哪几])|(?<=.{2})在(?=[^，。]{1,4}(?:哪|几[楼层]))"
    r"|哪[里儿个家天些种款]?|什么|啥|谁|(?<![功智性技热潜])能(?![量源力])(?:不能)?|可不可以|可以|有没有|是不是|是否|要不要"
    r"|(?<![社协])会(?![员议所馆展籍费话诊])|(?<!需)要(?!求|点)|需要|有(?![机氧限])|是|支持|(.)[不没]\1|好(?=[停走找洗养打])|好吗|怎麼|吗|[不没]\W*$"
    r"|卖(?=多|几|什|\W*$)"
)
# Aspects at the end of a question, after its subject.
_ASPECT = re.compile(r"(?:价格?|价位|价钱|费用|收费|地址|电话|方便)\W*$")
OPENING = re.compile(
    r"^(?:\W|那么|那(?!种|款|边)|还有|另外|顺便|对了|你好|您好|在吗|请问|麻烦|想?问一?下|咨询一?下?|我?想要?|我要|我(?!们?家)|你们?家?|您们?家?|店里|那个|这个|就是|呃|嗯|然后|如果是?|要是|打算)+"
)
PARTICLES = re.compile(r"[吗嘛呢伐啊呀哦吧了的\W]+$")
_MEASURE = re.compile(
    r"(?:[一每单两]|\d+)[个只把束盆斤枝支瓶盒袋包件套份杯节次位人天晚小时月年针颗碗条张本]+$"
)
_VERBS = frozenset("打送收减扣补加放保煮炸养借租停够去来报拍准贵冷热吵远近难辣甜好") | {
    "包含", "包括", "提供", "免费",
}  # fmt: skip


def find_subject(question: str) -> str:
    """The subject of a question, as written: 单店年卡 of 单店年卡多少钱.

    Without a thing, the action: 退货 of 怎么退货; "" for neither. Of several clauses the last one
    with a subject counts.
    """
    clauses = [each for each in re.split(r"[，,。；;！!？?\n\s]+", question) if each]
    return next(filter(None, map(_subject_of, reversed(clauses))), "")


def is_thing(subject: str) -> bool:
    """Whether a subject is a thing rather than an action."""
    words = speech.segment(subject).of("topic")
    things = [word for word in words if not MOMENT.fullmatch(word)]
    return any(word not in speech.MATTERS or word in speech.GOODS for word in things)


def _subject_of(clause: str) -> str:
    own = OPENING.sub("", clause)
    asking = ASKING.search(own)
    subject = _without_tail(own[: asking.start()] if asking else own)
    if not asking and is_thing(thing := _without_tail(_ASPECT.sub("", own))):
        subject = thing
    if len(subject) > 1 and not (PERSON.fullmatch(subject) or subject.endswith("个")):
        return subject if len(subject) <= LONGEST_SUBJECT else ""
    return _find_action(own)


def _find_action(own: str) -> str:
    """The action after the words that ask: 退货 of 怎么退货, 寄到北京 of 可以寄到北京吗."""
    rest = own
    asking = ASKING.search(rest)
    while asking and (not asking.start() or PERSON.fullmatch(rest[: asking.start()])):
        rest = rest[asking.end() :]
        asking = ASKING.search(rest)
    done = PARTICLES.sub("", rest[: asking.start()] if asking else rest)
    return done if 1 < len(done) <= LONGEST_SUBJECT and done not in speech.ASPECT else ""


def _without_tail(text: str) -> str:
    """A subject without times, measures, aspects and short verbs at its end; "" for none left."""
    text = _MEASURE.sub("", PARTICLES.sub("", text))
    parts = list(speech.segment(text).parts)
    while len(parts) > 1:
        word, part = parts[-1]
        aspect = part == "aspect" and word not in speech.COSTS
        glue = part == "glue" and word != "里"  # 里 ends names of places
        if not (word in _VERBS or aspect or glue or MOMENT.fullmatch(word)):
            break
        parts.pop()
        text = PARTICLES.sub("", text.removesuffix(word))
    empty = len(parts) == 1 and parts[0][1] in {"glue", "aspect"}
    return "" if empty or MOMENT.fullmatch(text) else text
