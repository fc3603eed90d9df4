"""Rows for `python -m models train reply`: the service's own prompts, and what to write there."""

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.dialogue import language
from app.dialogue.generation.grounding import check_answer
from app.dialogue.generation.passages import label_passage
from tests.bench.answers.corpus import Kind, Shop
from tests.bench.writing import model_answers
from tests.bench.writing.exercises import Exercise, build_exercises

TO_ANSWER = 0.6  # of the rows; the others decline
SIZES = (1, 2, 2, 3, 3)  # passages of a prompt
LETTERS = (100, 380)  # that an answer may have, as the time that is left allows


@dataclass(frozen=True)
class Row:
    """What `train reply` reads."""

    system: str
    question: str
    answer: str


def build_rows(shops: Sequence[Shop], count: int, seed: int) -> list[Row]:
    """At most `count`, evenly from all shops; the same ones for the same seed."""
    dice = random.Random(seed)
    to_answer = round(count * TO_ANSWER)
    rows = [
        *itertools.islice(_rows(shops, "answerable", dice), to_answer),
        *itertools.islice(_rows(shops, "near", dice), count - to_answer),
    ]
    dice.shuffle(rows)
    return rows


def iterate_exercises(
    shops: Sequence[Shop], kind: Kind, sizes: Sequence[int], dice: random.Random
) -> Iterator[Exercise]:
    """One of each shop, then the next of each."""
    groups = [build_exercises(shop, kind, sizes, dice) for shop in shops]
    for turn in itertools.zip_longest(*groups):
        yield from (exercise for exercise in turn if exercise is not None)


def _rows(shops: Sequence[Shop], kind: Kind, dice: random.Random) -> Iterator[Row]:
    for exercise in iterate_exercises(shops, kind, SIZES, dice):
        if row := _row(exercise, dice):
            yield row


def _row(exercise: Exercise, dice: random.Random) -> Row | None:
    """None where no brief answer can be cut, or where the service wouldn't say it."""
    prompt = exercise.prompt(dice.randrange(*LETTERS, 10), len, dice)
    answer = _answer(exercise, dice)
    if not answer or prompt.passages != exercise.passages:
        return None
    check = check_answer(answer, prompt)
    if not check.supported or check.declines != (exercise.source is None):
        return None
    system, *_, last = (message.text for message in prompt.messages)
    return Row(system, last, answer)


def _answer(exercise: Exercise, dice: random.Random) -> str:
    source = exercise.source
    if source is None:
        return model_answers.decline(exercise.text, dice)
    answer = model_answers.cut_answer(source.text, exercise.facts)
    if not answer:
        return ""
    place = label_passage(exercise.passages.index(source))
    return model_answers.cite(
        language.in_script(answer, language.detect_language(exercise.text)), place
    )
