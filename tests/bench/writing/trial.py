"""A model tried on questions of shops that it didn't learn from: what it writes, and what that is
worth by rule. Whether an answer fits, only reading tells.
"""

import itertools
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from app.dialogue.generation import prompts
from app.dialogue.generation.grounding import CheckedAnswer, check_answer
from app.dialogue.generation.values import Grounding
from app.inference.remote.language_models.wire_format import extract_reply
from models.generator.int8 import ChatGeneration, Int8Writer
from tests.bench.answers import matching
from tests.bench.answers.corpus import Shop
from tests.bench.writing.exercises import Exercise
from tests.bench.writing.rows import iterate_exercises

SIZES = (2, 3)  # passages of a prompt
MOST_TOKENS = 200  # of an answer
BATCH = 4  # prompts, as the service writes them
PATIENCE = 120.0  # seconds for a batch

# states: all facts that answer; declines: it wasn't found; contradicts: with a number that nobody
# gave; other: something else.
Grade = Literal["states", "declines", "contradicts", "other"]
GRADES: tuple[Grade, ...] = get_args(Grade)

_NUMBER = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True)
class Answer:
    """What was written to an exercise, and what the service would do with it."""

    exercise: Exercise
    text: str
    check: CheckedAnswer
    grade: Grade


def choose_exercises(
    shops: Sequence[Shop], answerable: int, near: int, seed: int
) -> list[Exercise]:
    """As many of each kind, evenly from the shops; the same ones for the same seed."""
    dice = random.Random(seed)
    return [
        *itertools.islice(iterate_exercises(shops, "answerable", SIZES, dice), answerable),
        *itertools.islice(iterate_exercises(shops, "near", SIZES, dice), near),
    ]


def answer_all(
    folder: Path, exercises: Sequence[Exercise], seed: int, threads: int,
    say: Callable[[int], None] = lambda _: None,
) -> list[Answer]:  # fmt: skip
    """What the weights in `folder` write in int8, as the service's local model does. `say` is told
    how many are done.
    """
    writer, dice = Int8Writer(folder, threads), random.Random(seed)
    letters = prompts.estimate_characters(MOST_TOKENS)
    briefs = [exercise.prompt(letters, writer.chats.count, dice) for exercise in exercises]
    texts: dict[int, str] = {}
    order = sorted(range(len(briefs)), key=lambda place: briefs[place].tokens)
    for start in range(0, len(order), BATCH):
        places = order[start : start + BATCH]
        texts |= zip(places, _write(writer, [briefs[place] for place in places]), strict=True)
        say(len(texts))
    return [
        judge(exercise, brief, texts[place])
        for place, (exercise, brief) in enumerate(zip(exercises, briefs, strict=True))
    ]


def judge(exercise: Exercise, brief: Grounding, text: str) -> Answer:
    """An answer with its grade."""
    check = check_answer(text, brief)
    return Answer(exercise, text, check, _grade(exercise, brief, check))


def count_grades(answers: Sequence[Answer]) -> dict[str, Mapping[str, int]]:
    """Of the answerable and of the near questions; `unsayable` are kept back by the service."""
    counts: dict[str, Counter[str]] = {"answerable": Counter(), "near": Counter()}
    for answer in answers:
        counts[answer.exercise.case.kind][answer.grade] += 1
        counts[answer.exercise.case.kind]["unsayable"] += not answer.check.supported
    return {
        kind: {name: count[name] for name in (*GRADES, "unsayable")}
        for kind, count in counts.items()
    }


def write_transcript(answers: Sequence[Answer]) -> str:
    """All answers to be read and graded, with what was shown."""
    return "\n".join(_block(answer) for answer in answers)


def _write(writer: Int8Writer, briefs: Sequence[Grounding]) -> list[str]:
    deadline = time.monotonic() + PATIENCE
    chats = [
        ChatGeneration(
            ids=tuple(
                writer.chats.ids([{"role": m.role, "content": m.text} for m in brief.messages])
            ),
            most=MOST_TOKENS,
            deadline=deadline,
        )
        for brief in briefs
    ]
    writer.write(chats, lambda _: None)
    return [extract_reply(writer.chats.text(chat.token_ids)) for chat in chats]


def _grade(exercise: Exercise, brief: Grounding, check: CheckedAnswer) -> Grade:
    source_text = matching.squeeze(
        "\n".join([*brief.brand_texts, brief.follower_text, brief.fence])
    )
    numbers = _NUMBER.findall(matching.squeeze(check.text))
    if not set(numbers) <= set(_NUMBER.findall(source_text)):
        return "contradicts"
    if exercise.source and matching.states_all(check.text, exercise.facts):
        return "states"
    return "declines" if check.declines else "other"


def _block(answer: Answer) -> str:
    exercise, case = answer.exercise, answer.exercise.case
    lines = [f"## {case.shop} {case.id} · {case.kind} · {answer.grade}", "", f"> {exercise.text}"]
    lines += ["", *(f"- {passage.whole}" for passage in exercise.passages), ""]
    if exercise.source:
        lines.append(f"expected: {', '.join(exercise.facts)} ({exercise.source.id})\n")
    lines += [f"**{answer.text}**", ""]
    lines += [f"not said: {answer.check.why}\n"] if answer.check.why else []
    return "\n".join([*lines, "yours:", ""])
