"""Ready-made replies to a comment: by its mood and kind, with the facts that it asks for."""

import functools
import tomllib
from collections.abc import Sequence
from importlib.resources import files

import regex
import rjieba

from app.kit.text import fold_to_letters
from app.marketing.content.brief import Brief, BriefFact
from app.marketing.content.review import find_language, is_in_language
from app.marketing.content.templates import fill_templates
from app.marketing.content.writing.comments import CommentKind, UnderstoodComment

MOST_ANSWERS = 3  # facts in one reply: as many as a template names
LEAST_WORDS = 3  # of an English comment: nice and yyds are Chinese, too
_ENGLISH_WORD = regex.compile(r"[A-Za-z']+")
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
    facts = find_asked_facts(comment.text, brief.facts)[:MOST_ANSWERS] if is_asked else ()
    variant = _choose_variant(comment.kind, len(facts))
    answered = brief.model_copy(update={"facts": facts}) if facts else brief
    return fill_templates(answered, (f"{comment.mood}_{variant}", comment.mood))


def _choose_variant(kind: CommentKind | None, facts: int) -> str:
    """The templates of the kind, for questions by the number of facts: health_fact2."""
    if facts:
        return f"health_fact{facts}" if kind == "health" else f"fact{facts}"
    return kind or ""


def find_asked_facts(text: str, facts: Sequence[BriefFact]) -> tuple[BriefFact, ...]:
    """The facts that a question asks for, by their names and by other words for these."""
    letters = fold_to_letters(text)
    fact_names = [
        name
        for names, question_words in _load_subjects()
        if any(word in letters for word in question_words)
        for name in names
    ]
    return tuple(fact for fact in facts if _is_asked(fact, letters, fact_names))


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
def _load_subjects() -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    path = files("app.marketing.content.writing").joinpath("fact_subjects.toml")
    subjects: list[dict[str, str]] = tomllib.loads(path.read_text("utf-8"))["subjects"]
    return tuple(
        (tuple(subject["names"].split()), tuple(subject["asked"].split())) for subject in subjects
    )
