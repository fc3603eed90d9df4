"""Rewrites questions about another subject or value. No I/O.

Works on spans of the text, since the dictionary knows neither shops' names nor their goods.
"""

import re

from app.dialogue.answers.answer_clauses import branches, steps
from app.dialogue.understanding.entities import places
from app.dialogue.understanding.query_rewriting.subjects import (
    ASKING,
    MOMENT,
    OPENING,
    PARTICLES,
    PERSON,
    PLACE,
    PRONOUN,
    find_subject,
    is_thing,
)
from app.dialogue.understanding.sentences import speech

_SEASON = re.compile(".{2,4}(?:那阵子|那几天|期间|那会儿?)")
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
    done = PARTICLES.sub("", clause).rstrip("不没么")
    if not (_COST.fullmatch(own) and _MAY.search(done)) or _OPEN.search(done):
        return ""
    return done + own


def ask_of(question: str, own: str) -> str:
    """The question with `own` in place of a value of the same kind (time, place, animal, amount,
    person), else of its subject.
    """
    bare = _POINTING.sub("", own) or own
    if branches.ANOTHER.search(own):
        is_whole = ASKING.search(branches.ANOTHER.sub("", own))  # 另一家几点开门
        return own if is_whole else "另一家" + without_branch(question)
    if steps.is_step(own) and is_thing(find_subject(question)):
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
    own = OPENING.sub("", question)
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
        return question.replace(run, PARTICLES.sub("", moment), 1)
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
