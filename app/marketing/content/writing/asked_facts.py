"""Which facts of a brief answer a question: those of its subject; of prices only what is asked."""

from collections.abc import Iterator, Sequence

import regex
import rjieba

from app.kit.text import fold_to_letters, fold_width
from app.marketing.content.brief import BriefFact
from app.marketing.content.claims.figure_words import find_occasions
from app.marketing.content.claims.mood_words import load_mood_words
from app.marketing.content.writing.fact_subjects import (
    is_of_kind,
    load_conditions,
    load_limits,
    load_subjects,
)

# 断了换一节多少钱: a price of repair. 这款多少钱: the product is pointed at.
_BROKEN = regex.compile(
    r"(?:断|坏|裂|碎|破|丢|磨|弯|摔)[了掉的坏]|换一?[节个只根块片]|补一?[个只根块]"
    r"|\b(?:broke\w*|crack\w*|repair\w*|replac\w*|spare|lost)\b",
    regex.IGNORECASE,
)
_POINTING = regex.compile(
    r"[这那该此](?!么|样)|你们?家|\b(?:this|these|it|that)\b", regex.IGNORECASE
)
# A question for the amount, not for ways to pay it (学费能分期吗) or what it includes.
_AMOUNT = regex.compile(
    r"多少|几[多块元钱]|贵|怎么[卖收算]|[什啥]么?价|收费|价位|[求问报发看]\p{Han}{0,4}[价费]"
    r"|(?:价格?|钱|费用?|学费|票)[呢吗啊呀哦\W]*$|price(?!.*pay)|how much|\b(?:cost|fee|rate)s?\b"
    r"|いくら|料金|値段|価格|얼마|가격",
    regex.IGNORECASE,
)
_EXTRA = regex.compile(
    r"(?:另外|额外|单独|另|还要|还得|再|加)(?:再|要|得|另外|额外|算|付|交|收|加){0,3}(?:费|钱)"
    r"|\b(?:extra|included?|additional)\b",
    regex.IGNORECASE,
)
_NUMBER = regex.compile(r"\d+\p{Han}?")  # 8寸, which 8:00 doesn't state
# 两罐, 三个人: more than the one that a price is for.
_SEVERAL = regex.compile(
    r"[两二三四五六七八九十]\s*[罐盒包袋瓶箱件个人位只条双套份斤晚天节次间](?!月)"
)
_HOLIDAY = regex.compile(r"五一|国庆|十一假|春节|过年|元旦|清明|端午|中秋|[寒暑]假|节假日|假期")
_NAMING = ("n", "v", "j", "l", "x", "b")
_LATIN_WORD = regex.compile(r"[a-z]{3,}")
_STEM = 5  # letters that cancel and cancellation share
_GENERAL_WORDS = (
    "what when where which does have there need that this your with from happens lesson course"
    " class please would could should people many much long take also want know whole total full"
    " each cost costs price fees rates charge pay person night adult adults hello"
    " the and you are can for our not but any get has was how who why one all out its may there"
    " yes did per use room rooms ticket tickets stay item product"
)
# What an answer has to name where the question does: 能分期吗 is not answered by 价格.
_PARTICULARS = (
    regex.compile(r"分期|花呗|白条|月付|instal+ments?", regex.IGNORECASE),
    regex.compile(r"刷卡|信用卡|credit cards?|take cards?", regex.IGNORECASE),
    regex.compile(r"发票|开票|invoices?", regex.IGNORECASE),
    regex.compile(r"医保|社保|insurance", regex.IGNORECASE),
    regex.compile(r"批发|代理|加盟|wholesale", regex.IGNORECASE),
)
_DURATION = regex.compile(r"\d|[一二两三四五六七八九十半]\s*个?(?:小时|分钟|天|周|月|年)")
_MONEY = regex.compile(r"[元块¥￥$]|免费|\b(?:usd|rmb|free|yuan|dollars?)\b", regex.IGNORECASE)
_TIME = regex.compile(r"\d\s*[:：点时]|周|星期|[上下]午|\b(?:am|pm)\b|day", regex.IGNORECASE)
_WHEN = regex.compile(r"几点|什么时候|\bwhen\b|what time", regex.IGNORECASE)
_HOW_LONG = regex.compile(r"多久|多长时间|how long", regex.IGNORECASE)
_HOW_MUCH = regex.compile(r"多少钱|几块|how much", regex.IGNORECASE)


def find_asked_facts(text: str, facts: Sequence[BriefFact], product: str) -> tuple[BriefFact, ...]:
    """The facts that a question asks for, by their names and by other words for these; where none
    is named, one whose value alone has a word of the question.

    The price of the product answers no question for the price of a repair, of a part or of anything
    else that the brief doesn't name, nor for ways to pay it.
    """
    asked_facts = _find_of_subjects(text, facts)
    is_told = bool(asked_facts)
    stated = fold_to_letters("\n".join(fact.value for fact in asked_facts))
    asked_facts += [
        fact
        for fact in facts
        if _shares_word(text, fact, ("n",), stated) and not (is_told and is_of_kind(fact, "price"))
    ]
    if not asked_facts:
        asked_facts = _find_by_rare_word(text, facts, product)
    return tuple(
        fact for fact in facts if fact in asked_facts and may_answer(text, fact, facts, product)
    )


def may_answer(text: str, fact: BriefFact, facts: Sequence[BriefFact], product: str) -> bool:
    """Whether nothing keeps a fact from answering: it names what the question asks for in
    particular, and a price is that of what is asked for.
    """
    return _has_particulars(text, fact) and (
        not is_of_kind(fact, "price") or _answers_price(text, fact, facts, product)
    )


def _find_of_subjects(text: str, facts: Sequence[BriefFact]) -> list[BriefFact]:
    asked_facts = [fact for fact in facts if _is_named(fact, text)]
    for subject in load_subjects():
        if subject.is_asked(text):
            named_facts = [fact for fact in facts if subject.names_fact(fact)]
            asked_facts += named_facts or [fact for fact in facts if subject.is_stated_by(fact)]
    return asked_facts


def _has_particulars(text: str, fact: BriefFact) -> bool:
    """Whether a fact names what the question asks for in particular, and meets its conditions; one
    for some askers, such as owners of cats, answers only them.
    """
    stated = f"{fact.name} {fact.value}"
    pairs = (*((each, each) for each in _PARTICULARS), *load_conditions())
    return all(
        of_fact.search(stated) for of_question, of_fact in pairs if of_question.search(text)
    ) and all(
        of_question.search(text)
        for of_fact, of_question in load_limits()
        if of_fact.search(fact.name)
    )


def _is_named(fact: BriefFact, text: str) -> bool:
    """Whether a fact's name stands in the question; a Latin one as a word: no car in cards."""
    name = fold_to_letters(fact.name)
    if name.isascii():
        words = regex.findall(r"[a-z0-9]+", fact.name.lower())
        pattern = rf"\b{'[ -]?'.join(words)}s?\b"
        return bool(words and regex.search(pattern, fold_width(text).lower()))
    return len(name) > 1 and name in fold_to_letters(text)


def _shares_word(text: str, fact: BriefFact, tags: tuple[str, ...], stated: str = "") -> bool:
    """Whether a fact's value has a word of the question: 含酒精吗, and 不含酒精和香精.

    stated: values that answer already; a word of theirs asks for no further fact.
    """
    value = fold_to_letters(fact.value)
    return any(
        tag.startswith(tags)
        and len(word) > 1
        and word in value
        and word not in stated
        and word not in load_mood_words()
        for word, tag in rjieba.tag(fold_to_letters(text))
    )


def _find_by_rare_word(text: str, facts: Sequence[BriefFact], product: str) -> list[BriefFact]:
    """The only fact that has a verb or an English word of the question, where it also has what is
    asked: a duration for 多久, money for 多少钱.
    """
    sharing_facts = [
        fact
        for fact in facts
        if _shares_word(text, fact, ("v",)) or _shares_stem(text, fact, product)
    ]
    return [
        fact
        for fact in sharing_facts
        if len(sharing_facts) == 1
        and (not _HOW_LONG.search(text) or _DURATION.search(fact.value))
        and (not _WHEN.search(text) or _TIME.search(fact.value))
        and (not _HOW_MUCH.search(text) or _MONEY.search(fact.value))
    ]


def _shares_stem(text: str, fact: BriefFact, product: str) -> bool:
    """Whether a fact has an English word of the question that the product's name hasn't."""
    own_stems = {*_list_stems(f"{fact.name} {fact.value}")} - {*_list_stems(product)}
    return bool(own_stems & {*_list_stems(text)})


def _list_stems(text: str) -> Iterator[str]:
    for word in _LATIN_WORD.findall(fold_width(text).lower()):
        if word not in _GENERAL_WORDS.split() and word not in load_mood_words():
            yield word.rstrip("s")[:_STEM]


def _answers_price(text: str, fact: BriefFact, facts: Sequence[BriefFact], product: str) -> bool:
    """Whether a price is what is asked for: the amount, of the product and the occasion that are
    named, or something that the price includes.
    """
    stated_occasions = find_occasions(f"{product} {fact.name} {fact.value}")
    asked_subjects = [each for each in load_subjects() if each.is_asked(text)]
    is_told = any("price" not in each.kinds and each.is_stated_by(fact) for each in asked_subjects)
    if _BROKEN.search(text) or not find_occasions(text) <= stated_occasions:
        return False
    is_elsewhere = any(_is_named(each, text) and _has_other_price(each) for each in facts)
    if is_elsewhere or not _states_days(text, fact.value):
        return False
    if any("service" in each.kinds for each in asked_subjects):
        return is_told
    if _AMOUNT.search(text) and not _EXTRA.search(text):
        return not names_other_goods(text, facts, product)
    return is_told or _shares_word(text, fact, ("n", "v"))


def _states_days(text: str, value: str) -> bool:
    """Whether a price is that of each weekday of the question, by its name, kind or a range."""
    days = regex.findall(r"(?:周|星期|礼拜)([一二三四五六日天])", text)
    return all(
        regex.search(
            rf"周{day}|[至到–-]周|" + ("周末" if day in "六日天" else "平[日时]|工作日"), value
        )
        for day in days
    )


def _has_other_price(fact: BriefFact) -> bool:
    """Whether a fact that is no price of the product tells one of its own: 私教 260 元."""
    return not is_of_kind(fact, "price") and bool(_MONEY.search(fact.value))


def names_other_goods(text: str, facts: Sequence[BriefFact], product: str) -> bool:
    """Whether a question is of goods or a size that neither the product nor a fact has."""
    if _POINTING.search(text):
        return False
    brief_text = " ".join([product, *(f"{fact.name} {fact.value}" for fact in facts)])
    if _list_amounts(text) - _list_amounts(brief_text):
        return True
    if not {*_list_stems(text)} <= {*_list_stems(brief_text)}:
        return True
    stated = fold_to_letters(brief_text)
    words = [
        word
        for word, tag in rjieba.tag(fold_to_letters(text))
        if len(word) > 1
        and tag.startswith(_NAMING)
        and word not in load_mood_words()
        and not _is_word_of_questions(word)
    ]
    return bool(words) and not any(word in stated for word in words)


def _list_amounts(text: str) -> frozenset[str]:
    """The numbers, counts and holidays of a text: a price of one is not that of another."""
    plain_text = regex.sub(r"\s", "", text)
    patterns = (_NUMBER, _SEVERAL, _HOLIDAY)
    return frozenset(match for each in patterns for match in each.findall(plain_text))


def _is_word_of_questions(word: str) -> bool:
    """Whether a word tells what is asked of the product, as 学费 does, and names no service."""
    return any(
        word in subject_word
        for subject in load_subjects()
        if subject.kinds <= {"price"}
        for subject_word in (*subject.question_words, *subject.names)
    )
