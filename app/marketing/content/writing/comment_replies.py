"""Ready-made replies to a comment: by its mood and kind, with the facts that it asks for."""

import functools
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

import regex
import rjieba

from app.kit.text import fold_to_letters
from app.marketing.content.brief import Brief, BriefFact
from app.marketing.content.claims.mood_words import load_mood_words
from app.marketing.content.review import find_language, is_in_language
from app.marketing.content.templates import fill_templates
from app.marketing.content.writing.comments import CommentKind, UnderstoodComment


@dataclass(frozen=True, slots=True)
class FactSubject:
    """What is asked for. names: of facts that answer. kind: "price" or
    "".
    """

    names: tuple[str, ...]
    question_words: tuple[str, ...]
    kind: str


MOST_ANSWERS = 3  # facts in one reply: as many as a template names
LEAST_WORDS = 3  # of an English comment: nice and yyds are Chinese, too
_ENGLISH_WORD = regex.compile(r"[A-Za-z']+")
# 断了换一节多少钱: a price of repair. 这款多少钱: the product is pointed at.
_BROKEN = regex.compile(
    r"(?:断|坏|裂|碎|破|丢|磨|弯|摔)[了掉的坏]|换一?[节个只根块片]|补一?[个只根块]"
    r"|\b(?:broke\w*|crack\w*|repair\w*|replac\w*|spare|lost)\b",
    regex.IGNORECASE,
)
_POINTING = regex.compile(
    r"[这那该此](?!么|样)|你们?家|\b(?:this|these|it|that)\b", regex.IGNORECASE
)
_NUMBER = regex.compile(r"\d+\p{Han}?")  # 8寸, which 8:00 doesn't state
_NAMING = ("n", "v", "j", "l", "x", "b")
_HAN = regex.compile(r"\p{Han}")


def choose_reply_language(brief: Brief, text: str) -> Brief:
    """The brief in the language of a comment that is wholly in another one, with the facts that are
    in that language, too.
    """
    language = find_language(text)
    is_short = language == "en" and len(_ENGLISH_WORD.findall(text)) < LEAST_WORDS
    if language == brief.language or is_short or (language == "en" and _HAN.search(text)):
        return brief
    facts = tuple(fact for fact in brief.facts if is_in_language(fact.value, language))
    return brief.model_copy(update={"language": language, "facts": facts})


def fill_replies(brief: Brief, comment: UnderstoodComment) -> tuple[str, ...]:
    """Replies from templates, different in form.

    Harm to health is answered with an apology and advice, a question of health with advice only;
    any other question with the facts asked for, where the brief has them.
    """
    is_asked = comment.mood == "asking"
    facts = _find_answers(comment, brief) if is_asked else ()
    variant = _choose_variant(comment.kind, len(facts))
    answered = brief.model_copy(update={"facts": facts}) if facts else brief
    return fill_templates(answered, (f"{comment.mood}_{variant}", comment.mood))


def _find_answers(comment: UnderstoodComment, brief: Brief) -> tuple[BriefFact, ...]:
    """The facts that answer; a worry of health is answered by no price."""
    facts = find_asked_facts(comment.text, brief.facts, brief.product)[:MOST_ANSWERS]
    asks_price = any(
        word in fold_to_letters(comment.text)
        for each in _load_subjects()
        if each.kind == "price"
        for word in each.question_words
    )
    is_worry = comment.kind in {"health", "worry"} and not asks_price
    return tuple(fact for fact in facts if not (is_worry and _is_price(fact)))


def _choose_variant(kind: CommentKind | None, facts: int) -> str:
    """The templates of the kind, for questions by the number of facts: health_fact2."""
    if facts:
        return f"health_fact{facts}" if kind == "health" else f"fact{facts}"
    return kind or ""


def find_asked_facts(text: str, facts: Sequence[BriefFact], product: str) -> tuple[BriefFact, ...]:
    """The facts that a question asks for, by their names and by other words for these.

    The price of the product answers no question for the price of a repair, of a part or of anything
    else that the brief doesn't name.
    """
    letters = fold_to_letters(text)
    subjects = [
        each for each in _load_subjects() if any(word in letters for word in each.question_words)
    ]
    fact_names = [name for each in subjects for name in each.names]
    asked_facts = tuple(fact for fact in facts if _is_asked(fact, letters, fact_names))
    if _BROKEN.search(text) or names_other_goods(text, facts, product):
        return tuple(fact for fact in asked_facts if not _is_price(fact))
    return asked_facts


def names_other_goods(text: str, facts: Sequence[BriefFact], product: str) -> bool:
    """Whether a question is of goods or a size that neither the product nor a fact has."""
    if _POINTING.search(text):
        return False
    brief_text = " ".join([product, *(f"{fact.name} {fact.value}" for fact in facts)])
    if {*_NUMBER.findall(regex.sub(r"\s", "", text))} - {
        *_NUMBER.findall(regex.sub(r"\s", "", brief_text))
    }:
        return True
    stated = fold_to_letters(brief_text)
    questions = [
        word for subject in _load_subjects() for word in (*subject.question_words, *subject.names)
    ]
    words = [
        word
        for word, tag in rjieba.tag(fold_to_letters(text))
        if len(word) > 1
        and tag.startswith(_NAMING)
        and word not in load_mood_words()
        and not any(word in question for question in questions)
    ]
    return bool(words) and not any(word in stated for word in words)


def _is_price(fact: BriefFact) -> bool:
    names = [name for each in _load_subjects() if each.kind == "price" for name in each.names]
    return any(name in fold_to_letters(fact.name) for name in names)


def _is_asked(fact: BriefFact, letters: str, fact_names: Sequence[str]) -> bool:
    name = fold_to_letters(fact.name)
    is_named = (len(name) > 1 and name in letters) or any(word in name for word in fact_names)
    return is_named or _shares_noun(letters, fact_value=fold_to_letters(fact.value))


def _shares_noun(letters: str, fact_value: str) -> bool:
    """Whether a fact's value has a noun of the question: 含酒精吗, and 不含酒精和香精."""
    return any(
        tag.startswith("n") and len(word) > 1 and word in fact_value
        for word, tag in rjieba.tag(letters)
    )


@functools.cache
def _load_subjects() -> tuple[FactSubject, ...]:
    path = files("app.marketing.content.writing").joinpath("fact_subjects.toml")
    subjects: list[dict[str, str]] = tomllib.loads(path.read_text("utf-8"))["subjects"]
    return tuple(
        FactSubject(
            names=tuple(subject["names"].split()),
            question_words=tuple(subject["asked"].split()),
            kind=subject.get("kind", ""),
        )
        for subject in subjects
    )
