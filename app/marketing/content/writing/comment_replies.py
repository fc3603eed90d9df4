"""Ready-made replies to a comment: by its mood and kind, with the facts that it asks for."""

import functools
import tomllib
from collections.abc import Sequence
from importlib.resources import files

from app.kit.text import fold_to_letters
from app.marketing.content.brief import Brief, BriefFact
from app.marketing.content.templates import fill_templates
from app.marketing.content.writing.comments import CommentKind, UnderstoodComment

MOST_ANSWERS = 3  # facts in one reply: as many as a template names


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
    return (len(name) > 1 and name in letters) or any(word in name for word in fact_names)


@functools.cache
def _load_subjects() -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    path = files("app.marketing.content.writing").joinpath("fact_subjects.toml")
    subjects: list[dict[str, str]] = tomllib.loads(path.read_text("utf-8"))["subjects"]
    return tuple(
        (tuple(subject["names"].split()), tuple(subject["asked"].split())) for subject in subjects
    )
