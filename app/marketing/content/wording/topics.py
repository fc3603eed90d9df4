"""What community topics ask: questions of topics.toml that fit the goods, occasion and readers.

They are lines of templates, and the list of claims passes their sentences as they stand. No I/O.
"""

import functools
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from itertools import cycle
from typing import Any

from app.kit.text import fold_to_letters
from app.marketing.content.brief import Brief, Language
from app.marketing.content.wording.fact_words import is_offer
from app.marketing.content.wording.facts import list_choices

BULLETS: dict[Language, str] = {"zh": "· ", "en": "- ", "ja": "・", "ko": "- "}
MOST_CHOICES = 3  # of a fact's values, beside the last choice
MOST_IN_CHOICE = 8  # characters
_TABLES = ("occasions", "givers", "audiences")
_PHRASE_ENDS = re.compile(r"[，。！？；、：,?;:!|｜\n]|\.\s|\.$")
_LIST = re.compile(r"\s*[、，,/和与]\s*")
_SUFFIXES = re.compile(  # after what goods are: 鲜花月卡, 红茶礼盒, 龙井茶 50 克, 头盔换新周
    r"(?:[月季年周次]卡|礼[盒袋篮]|套[餐装组]|组合|系列|体验|服务|定制|预订|团购|会员|订阅|专场|特惠"
    r"|优惠|活动|大促|上新|新品|上市|换新|试[用吃穿]|家庭|[大小中]号|[一二两三四五六七八九十双单]"
    r"|[人份盒袋罐瓶支只装件条季节周]|[^一-鿿].*)*",
    re.DOTALL,
)
_LATIN_HEAD = re.compile(r"\s(?:for|with|from|by)\s.*", re.IGNORECASE)  # soap for dogs is soap


def list_topic_lines(brief: Brief) -> list[str]:
    """Lines of topics for the brief: on its occasion, its goods, its choices, and its readers."""
    words = _load()[brief.language]
    goods = _rotate(_find_goods(brief), brief.product)
    occasions = _match(words["occasions"], brief.product)[:1]
    givers = _match(words["givers"], brief.audience)[:1]
    readers = _match(words["audiences"], brief.audience)[:1]
    questions = [*occasions, *goods[:1], *givers, *goods[1:], *_list_picks(brief), *readers]
    questions += [*_ask_what_matters(brief), *words["defaults"]]
    return [
        _lay_out(opening, question, brief.language)
        for opening, question in zip(cycle(words["openings"]), dict.fromkeys(questions))
    ]


def names_goods(brief: Brief) -> bool:
    """Whether the product's name ends with what it is: 游泳课, not 旧头盔换新周."""
    name = brief.product.lower()
    goods = _load()[brief.language]["goods"]
    return any(_find_last(row["words"], name)[0] == len(name) for row in goods)


def is_topic_phrase(phrase: str) -> bool:
    """Whether a clause is one of a topic's question or a choice after it: it claims nothing."""
    return _fold(phrase) in _load_phrases()


def _find_goods(brief: Brief) -> list[str]:
    """The questions for what the product is: by the last word of its name that tells, those for the
    audience first; else by the industry.
    """
    words, name = _load()[brief.language], _LATIN_HEAD.sub("", brief.product.lower())
    about = f"{name} {brief.audience.lower()}"
    matches = [
        (end, "about" in goods, length, -at)
        for at, goods in enumerate(words["goods"])
        if _has_any(goods.get("about", ""), about)
        for end, length in [_find_last(goods["words"], name)]
        if end
    ]
    if matches:
        return list(words["goods"][-max(matches)[-1]]["questions"])
    industries = words.get("industries", ())
    return [
        each for row in industries if row["words"] == brief.industry for each in row["questions"]
    ]


def _has_any(words: str, text: str) -> bool:
    return not words or any(word in text for word in words.split())


def _find_last(words: str, name: str) -> tuple[int, int]:
    """Where the last of the words ends in a name, and its length; (0, 0) for none. A Chinese one
    stands at the end, or before what says how it is sold: no 手工 in 手工短夹.
    """
    ends = [
        (match.end(), len(word))
        for word in words.lower().split()
        for match in re.finditer(_compile_word(word), name)
        if word.isascii() or _SUFFIXES.fullmatch(name[match.end() :])
    ]
    return max(ends, default=(0, 0))


def _compile_word(word: str) -> str:
    """A pattern of a word; one of a single Chinese character ends a name: 糖 is not in 血糖仪."""
    if word.isascii():
        return rf"\b{re.escape(word)}\b"
    return word if len(word) > 1 else rf"{word}(?![\u4e00-\u9fff])"


def _match(questions: Mapping[str, str], text: str) -> list[str]:
    return [question for word, question in questions.items() if word in text.lower()]


def _rotate(questions: Sequence[str], name: str) -> list[str]:
    """The questions from another one on for each name: briefs of one trade begin differently."""
    at = sum(map(ord, name)) % len(questions) if questions else 0
    return [*questions[at:], *questions[:at]]


def _list_picks(brief: Brief) -> Iterator[str]:
    """Which of the values of a fact readers would choose: 口味：原味、椒盐."""
    words = _load()[brief.language]
    for fact in brief.facts:
        values = _LIST.split(fact.value.strip("。. "))[:MOST_CHOICES]
        is_choice = len(values) > 1 and all(0 < len(each) <= MOST_IN_CHOICE for each in values)
        if fact.name in words["picked"].split() and is_choice:
            yield "|".join([words["which"].replace("<name>", fact.name), *values])


def _ask_what_matters(brief: Brief) -> list[str]:
    """Which of the facts readers mind, where there are two to choose from."""
    facts = [fact for fact in brief.facts if not is_offer(fact, brief.language)]
    choices = [each[:1].upper() + each[1:] for each in list_choices(facts, brief.language)]
    sentence: str = _load()[brief.language]["minded"]
    return ["|".join([sentence, *choices[:MOST_CHOICES]])] if len(choices) > 1 else []


def _lay_out(opening: str, question: str, language: Language) -> str:
    sentence, *choices = question.split("|")
    lines = [*choices, _load()[language]["last_choice"]]
    return "\n".join([f"{opening}{sentence}", *(f"{BULLETS[language]}{each}" for each in lines)])


@functools.cache
def _load_phrases() -> frozenset[str]:
    rows = [
        question
        for words in _load().values()
        for table in ("goods", "industries")
        for goods in words.get(table, ())
        for question in goods["questions"]
    ]
    for words in _load().values():
        rows += [*words["defaults"], words["which"], words["minded"], words["last_choice"]]
        rows += [each for key in _TABLES for each in words[key].values()]
    return frozenset(_fold(phrase) for row in rows for phrase in _PHRASE_ENDS.split(row)) - {""}


def _fold(phrase: str) -> str:
    return fold_to_letters(phrase).replace("您", "你")


@functools.cache
def _load() -> Mapping[str, Any]:
    text = files("app.marketing.content").joinpath("wording/topics.toml").read_text("utf-8")
    return tomllib.loads(text)
