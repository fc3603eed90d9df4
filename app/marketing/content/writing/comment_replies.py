"""Ready-made replies to a comment: by its mood and its signs, with the facts that it asks for."""

import functools
import tomllib
from collections.abc import Sequence
from importlib.resources import files

from app.kit.text import fold_to_letters
from app.marketing.content.brief import Brief, BriefFact
from app.marketing.content.templates import fill_templates
from app.marketing.content.writing.comment_signs import find_signs
from app.marketing.content.writing.comments import CommentToAnswer, Mood

MOST_ANSWERS = 3  # facts in one reply: as many as a template names


def fill_replies(brief: Brief, comment: CommentToAnswer) -> tuple[str, ...]:
    """Replies from templates, different in form.

    Harm to health is answered with an apology and advice, a question of health with advice only;
    any other question with the facts asked for, where the brief has them.
    """
    mood: Mood = comment.mood or "calm"
    facts = find_asked_facts(comment.text, brief.facts)[:MOST_ANSWERS] if mood == "asking" else ()
    kind = _choose_kind(comment.text, mood, len(facts))
    answered = brief.model_copy(update={"facts": facts}) if facts else brief
    return fill_templates(answered, (f"{mood}_{kind}", mood) if kind else (mood,))


def _choose_kind(text: str, mood: Mood, facts: int) -> str:
    """What sets a reply apart from others of its mood, "" for nothing."""
    signs = find_signs(text)
    if mood == "angry" and "harm" in signs:
        return "harm"
    if mood == "asking":
        health = ("health",) if "health" in signs else ()
        return "_".join((*health, *((f"fact{facts}",) if facts else ())))
    if mood == "sad" and "loneliness" in signs and "fault" not in signs:
        return "comfort"
    return "joke" if mood == "joyful" and "joke" in signs else ""


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
