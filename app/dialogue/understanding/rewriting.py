"""Finds a question's subject, and rewrites questions about another subject or value. No I/O.

Works on spans of the text, since the dictionary knows neither shops' names nor their goods.
"""

import re

from app.dialogue.answers import listings
from app.dialogue.understanding import places, speech

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
_SEASON = re.compile(".{2,4}(?:那阵子|那几天|期间|那会儿?)")
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
_ASKING = re.compile(
    r"不想|(?:什么|啥|何)时候?|多少钱?|多(?:久|长时间|[大长高重远宽厚深])|好多钱?|第?几[个点号天月年次折块岁周楼位]?|怎么[样走去]?|怎样|咋样?|如何|(?:在|打)(?=[哪几])|(?<=.{2})在(?=[^，。]{1,4}(?:哪|几[楼层]))"
    r"|哪[里儿个家天些种款]?|什么|啥|谁|(?<![功智性技热潜])能(?![量源力])(?:不能)?|可不可以|可以|有没有|是不是|是否|要不要"
    r"|(?<![社协])会(?![员议所馆展籍费话诊])|(?<!需)要(?!求|点)|需要|有(?![机氧限])|是|支持|(.)[不没]\1|好(?=[停走找洗养打])|好吗|怎麼|吗|[不没]\W*$"
    r"|卖(?=多|几|什|\W*$)"
)
# Aspects at the end of a question, after its subject.
_ASPECT = re.compile(r"(?:价格?|价位|价钱|费用|收费|地址|电话|方便)\W*$")
_OPENING = re.compile(
    r"^(?:\W|那么|那(?!种|款|边)|还有|另外|顺便|对了|你好|您好|在吗|请问|麻烦|想?问一?下|咨询一?下?|我?想要?|我要|我(?!们?家)|你们?家?|您们?家?|店里|那个|这个|就是|呃|嗯|然后|如果是?|要是|打算)+"
)
_PARTICLES = re.compile(r"[吗嘛呢伐啊呀哦吧了的\W]+$")
_MEASURE = re.compile(
    r"(?:[一每单两]|\d+)[个只把束盆斤枝支瓶盒袋包件套份杯节次位人天晚小时月年针颗碗条张本]+$"
)
_AMOUNT = re.compile(
    r"(?:\d+(?:\.\d+)?|[一二两三四五六七八九十百千半]+)\s?(个月|小时|公里|公斤|平米|[枝支株朵寸公斤里人位节次天晚岁月年片只把盆束份级楼岁节本袋盒瓶杯厘米升块元折件台张号码]|(?=\D|$))"
)
_WEIGHT = re.compile(
    r"(?:\d+(?:\.\d+)?|[一二两三四五六七八九十百半]+?)\s?(?:公斤|千克|斤|两|克|kg|g)(?![\u4e00-\u9fffa-z])"
)
_ANIMAL = re.compile("猫咪?|小?狗狗?|兔子?|仓鼠|鹦鹉|乌龟|宠物")
_OPEN = re.compile("[几哪多怎咋什啥]")
_COST = re.compile(
    "(?:(?:要|会|需要|用)?不?(?:再|另外|额外)?(?:收|扣|加|花|交|用)?(?:钱|费|费用|手续费)(?:吗|不|么|嘛)?|多少钱?|要?多久|几天)\\W*"
)
_MAY = re.compile("能|可以|想|改|换|退|转")
_VERBS = frozenset("打送收减扣补加放保煮炸养借租停够去来报拍准贵冷热吵远近难辣甜好") | {
    "包含", "包括", "提供", "免费",
}  # fmt: skip
_VERB_OF = re.compile("租|摘|寄到?|买|补|办|种|退|换|修|送到?|做|学|养|订|约|带")
_POINTING = re.compile("的?(?:那|这)(?:个|种|款|位|条|样)的?$|的$")
_THERE = re.compile("(?:那|这)边的?$")
_DESCRIBED = re.compile(r"(.+?)的?(?:那|这)(?:个|种|款|家|位|条|样)的?|(.+)的")
_BRANCH = re.compile(r".{1,5}?(?:店(?!员|长)|馆|校区|路|巷|站|院|园|城|广场)")
_BRANCH_NAME = re.compile(r".{1,6}?(?:店(?!员|长)|校区|分[馆院]|训练场|场馆)")
_QUALITIES = frozenset("冷热冰厚薄长短粗细干湿红白粉黑贵新旧好")
_SOMEBODY = re.compile(f"(?:{PERSON.pattern})$")
_OPPOSED = dict(zip("大小公母男女厚薄长短粗细", "小大母公女男薄厚短长细粗", strict=True))
_PERIODS = {
    "年": "年", "月": "月", "季": "季", "周": "周", "次": "次", "一年": "年", "一个月": "月",
    "三个月": "季", "半年": "半年", "一周": "周",
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


def ask_about(subject: str, own: str) -> str:
    """The question `own` about the subject, which replaces a pronoun: 龙井怎么保存."""
    pronoun = PRONOUN.search(own)
    if pronoun:
        return own[: pronoun.start()] + subject + own[pronoun.end() :]
    return own if subject in own else subject + own


def ask_on(question: str, own: str) -> str:
    """The question for price or duration of what may be done: 年卡能停要收费吗; "" where `own` or
    `question` is another kind of question.
    """
    clause = re.split(r"[，,。；;！!？?\n\s]+", question)[-1]
    done = _PARTICLES.sub("", clause).rstrip("不没么")
    if not (_COST.fullmatch(own) and _MAY.search(done)) or _OPEN.search(done):
        return ""
    return done + own


def ask_of(question: str, own: str) -> str:
    """The question with `own` in place of a value of the same kind (time, place, animal, amount,
    person), else of its subject.
    """
    bare = _POINTING.sub("", own) or own
    if listings.ANOTHER.search(own):
        is_whole = _ASKING.search(listings.ANOTHER.sub("", own))  # 另一家几点开门
        return own if is_whole else "另一家" + without_branch(question)
    if listings.is_step(own) and is_thing(find_subject(question)):
        return _behind_subject(question, own)
    if _is_moment(bare) and bare not in _PERIODS:
        return _at_another_time(question, bare)
    ways = (
        _at_another_place,
        _of_another_animal,
        _with_another_amount,
        _with_another_of_its_kind,
        _for_somebody_else,
    )
    return next(filter(None, (way(question, bare) for way in ways)), "") or _about_another(
        question, own
    )


def without_branch(question: str) -> str:
    """The question without a branch in front: 停车方便吗 of 秦望路店停车方便吗."""
    own = _OPENING.sub("", question)
    branch = _BRANCH_NAME.match(own) or _BRANCH.match(own)
    return own[branch.end() :].removeprefix("的") or question if branch else question


def is_replaced(before: str, whole: str) -> bool:
    """Whether `whole` is `before` with a span replaced: 33枝红玫瑰多少钱 after 11枝的.

    A span that is only inserted counts for a time: 三圣桥店周末几点开门, not 尿裤包邮推车吗.
    """
    shorter = min(len(before), len(whole))
    pairs = zip(before, whole, strict=False)
    start = next((i for i, (a, b) in enumerate(pairs) if a != b), shorter)
    rest, own = before[start:], whole[start:]
    end = next(
        (i for i, (a, b) in enumerate(zip(reversed(rest), reversed(own), strict=False)) if a != b),
        min(len(rest), len(own)),
    )
    removed, put = rest[: len(rest) - end], own[: len(own) - end]
    return bool(removed and put) or bool(put and MOMENT.fullmatch(put))


def _subject_of(clause: str) -> str:
    own = _OPENING.sub("", clause)
    asking = _ASKING.search(own)
    subject = _without_tail(own[: asking.start()] if asking else own)
    if not asking and is_thing(thing := _without_tail(_ASPECT.sub("", own))):
        subject = thing
    if len(subject) > 1 and not (PERSON.fullmatch(subject) or subject.endswith("个")):
        return subject if len(subject) <= LONGEST_SUBJECT else ""
    return _find_action(own)


def _find_action(own: str) -> str:
    """The action after the words that ask: 退货 of 怎么退货, 寄到北京 of 可以寄到北京吗."""
    rest = own
    asking = _ASKING.search(rest)
    while asking and (not asking.start() or PERSON.fullmatch(rest[: asking.start()])):
        rest = rest[asking.end() :]
        asking = _ASKING.search(rest)
    done = _PARTICLES.sub("", rest[: asking.start()] if asking else rest)
    return done if 1 < len(done) <= LONGEST_SUBJECT and done not in speech.ASPECT else ""


def _without_tail(text: str) -> str:
    """A subject without times, measures, aspects and short verbs at its end; "" for none left."""
    text = _MEASURE.sub("", _PARTICLES.sub("", text))
    parts = list(speech.segment(text).parts)
    while len(parts) > 1:
        word, part = parts[-1]
        aspect = part == "aspect" and word not in speech.COSTS
        glue = part == "glue" and word != "里"  # 里 ends names of places
        if not (word in _VERBS or aspect or glue or MOMENT.fullmatch(word)):
            break
        parts.pop()
        text = _PARTICLES.sub("", text.removesuffix(word))
    empty = len(parts) == 1 and parts[0][1] in {"glue", "aspect"}
    return "" if empty or MOMENT.fullmatch(text) else text


def _is_moment(text: str) -> bool:
    words = [word for word, part in speech.segment(text).parts if part != "glue" or len(word) > 1]
    return bool(_SEASON.fullmatch(text) or (words and all(map(MOMENT.fullmatch, words))))


def _at_another_time(question: str, moment: str) -> str:
    words = [word for word, _ in speech.segment(question).parts]
    run = ""
    for word in words:
        is_moment = MOMENT.fullmatch(word) and not (_OPEN.search(word) or word.isdigit())
        if is_moment and run + word in question:
            run += word
        elif run:
            break
    if run:
        return question.replace(run, _PARTICLES.sub("", moment), 1)
    return _behind_subject(question, moment)


def _at_another_place(question: str, own: str) -> str:
    """The question for another place: 寄成都几天到, 秦望路自习多少钱; "" for no place."""
    place, before = places.find_places(own), places.find_places(question)
    if place:
        if before:
            return question.replace("".join(before), "".join(place), 1)
        return _behind_subject(question, own)
    subject = find_subject(question)
    branch = _BRANCH.match(subject)
    if branch and branch[0] != subject and (PLACE.search(own) or _THERE.search(own)):
        return question.replace(branch[0], _THERE.sub("", own), 1)
    return ""


def _of_another_animal(question: str, own: str) -> str:
    """The question for another animal: 能带猫进去吗 after 能带狗狗进去吗; "" for no animal."""
    before = _ANIMAL.search(question)
    if not before or not _ANIMAL.fullmatch(own):
        return ""
    return question.replace(before[0], own, 1)


def _with_another_amount(question: str, own: str) -> str:
    """The question with another amount: 33枝的红玫瑰 after 11枝的红玫瑰; "" for no amount."""
    weight = _WEIGHT.search(question)
    if weight and _WEIGHT.fullmatch(own.lstrip("买订来")):
        return question.replace(weight[0], own, 1)
    amount = _AMOUNT.fullmatch(own.lstrip("买订报租约来"))
    if not amount or own in _PERIODS:
        return ""
    same = [each for each in _AMOUNT.finditer(question) if each[1] == amount[1]]
    if not same:
        return _behind_subject(question, own)
    return question[: same[0].start()] + own + question[same[0].end() :]


def _with_another_of_its_kind(question: str, own: str) -> str:
    """The question with a word of the same ending, or its opposite: 大份 for 小份, 季卡 for 年卡,
    母猫 for 公猫; "" for none.
    """
    subject = find_subject(question)
    period = _PERIODS.get(own)
    if period and re.search(r"[年月季周次]卡", subject):
        return re.sub(r"(?:半年|[年月季周次])(?=卡)", period, question, count=1)
    if len(own) == 1:
        opposed = _OPPOSED.get(own, "")
        return question.replace(opposed, own, 1) if opposed and opposed in subject else ""
    start = 0
    for word, _ in speech.segment(subject).parts:
        start = max(start, subject.find(word, start))
        like = subject[start : start + len(own)]
        if len(like) == len(own) and like[-1] == own[-1] and like != own:
            return question.replace(like, own, 1)
    return ""


def _for_somebody_else(question: str, own: str) -> str:
    """The question for another person: 13岁的小孩能用什么 after 孕妇能用什么; "" for no person."""
    who = PERSON.match(question)
    return own + question[who.end() :] if who and _SOMEBODY.search(own) else ""


def _about_another(question: str, own: str) -> str:
    subject = find_subject(question)
    if not subject:
        return own + question
    if own[0] in "和跟与" and (joint := re.search("[和跟与]", subject)):
        return question.replace(subject, subject[: joint.start()] + own, 1)
    described = _DESCRIBED.fullmatch(own)
    if described and not _THERE.search(own):
        return question.replace(
            subject, _with_description(subject, described[1] or described[2]), 1
        )
    words = speech.segment(own)
    if is_thing(subject) and not words.of("topic"):
        return _behind_subject(question, own)  # 用着漏水了, 买八节
    name, verb = _THERE.sub("", own), _VERB_OF.match(subject)
    verb_prefix = verb[0] if verb and not own.startswith(verb[0]) and not is_thing(subject) else ""
    return question.replace(subject, verb_prefix + name, 1)


def _with_description(subject: str, name: str) -> str:
    """The subject with another attribute: 真丝衬衫 for 亚麻衬衫, 二手的 for 新书, 冰的美式咖啡."""
    if name in _QUALITIES:
        return f"{name}的{subject}"
    things = [
        (word, part)
        for word, part in speech.segment(subject).parts
        if part == "topic" or (part == "doing" and len(word) > 1)
    ]
    if len(things) <= 1:
        return subject.replace(things[0][0] if things else subject, f"{name}的", 1)
    before, _, rest = subject.partition(things[0][0])
    joins = rest.startswith("的") or (_is_name(name) and things[1][1] == "topic")
    return before + name + ("" if joins else "的") + rest


def _is_name(text: str) -> bool:
    """Whether the attribute stands before a noun without 的: 真丝衬衫, but 能看海的大床."""
    return len(text) > 1 and len(speech.segment(text).parts) == 1


def _behind_subject(question: str, own: str) -> str:
    """The question with `own` after its subject: 三圣桥店周末几点开门."""
    subject = find_subject(question)
    end = question.find(subject) + len(subject) if subject and is_thing(subject) else 0
    return question[:end] + own + question[end:]
