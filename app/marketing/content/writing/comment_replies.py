"""Ready-made replies to a comment: by its mood and kind, with the facts that it asks for."""

import regex

from app.marketing.content.brief import Brief, BriefFact
from app.marketing.content.review import find_language, is_in_language
from app.marketing.content.templates import fill_templates
from app.marketing.content.writing.comments import CommentKind, UnderstoodComment
from app.marketing.content.writing.fact_subjects import is_of_kind, load_subjects

MOST_ANSWERS = 3  # facts in one reply: as many as a template names
LEAST_WORDS = 3  # of an English comment: nice and yyds are Chinese, too
_WITHOUT_FACTS: frozenset[CommentKind | None] = frozenset({"doubt", "pet_harm"})
_ENGLISH_WORD = regex.compile(r"[A-Za-z']+")
_HAN = regex.compile(r"\p{Han}")


def choose_reply_language(brief: Brief, text: str) -> Brief:
    """The brief in the language of a comment that is wholly in another one, with the facts that are
    in that language, too, and those that every visitor asks for as they stand.
    """
    language = find_language(text)
    is_short = language == "en" and len(_ENGLISH_WORD.findall(text)) < LEAST_WORDS
    if language == brief.language or is_short or (language == "en" and _HAN.search(text)):
        return brief
    facts = tuple(
        fact
        for fact in brief.facts
        if is_in_language(fact.value, language) or is_of_kind(fact, "price", "visit")
    )
    return brief.model_copy(update={"language": language, "facts": facts})


def fill_replies(brief: Brief, comment: UnderstoodComment) -> tuple[str, ...]:
    """Replies from templates, different in form.

    Harm to health is answered with an apology and advice, a question of health with advice only, a
    doubt of the goods by no fact; any other question with the facts asked for, where the brief has
    them.
    """
    facts = () if comment.kind in _WITHOUT_FACTS else _choose_answers(comment)
    variant = _choose_variant(comment.kind, len(facts))
    answered = brief.model_copy(update={"facts": facts}) if facts else brief
    return fill_templates(answered, (f"{comment.mood}_{variant}", comment.mood))


def _choose_answers(comment: UnderstoodComment) -> tuple[BriefFact, ...]:
    """The facts that answer, as many as a template names; a worry of health gets no price."""
    asks_price = any(
        "price" in each.kinds and each.is_asked(comment.text) for each in load_subjects()
    )
    is_worry = comment.kind in {"health", "worry"} and not asks_price
    facts = [fact for fact in comment.answers if not (is_worry and is_of_kind(fact, "price"))]
    return tuple(facts[:MOST_ANSWERS])


def _choose_variant(kind: CommentKind | None, facts: int) -> str:
    """The templates of the kind, for questions by the number of facts: health_fact2."""
    if facts:
        return f"health_fact{facts}" if kind == "health" else f"fact{facts}"
    return kind or ""
