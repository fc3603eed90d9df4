"""What a model should write: the words of a passage that answer, or that nothing was found."""

import random
import re
from collections.abc import Iterator, Sequence

from app.dialogue import language
from app.dialogue.understanding import quoting
from app.knowledge.table_rows import speak_row
from app.messages.sentences import split_sentences
from tests.bench.answers import matching

WHOLE = 60  # characters of a sentence that is said as it stands
LONGEST = 120  # characters of an answer
DECLINES = (
    "{name}我这边暂时没有查到，请回复「人工」联系同事。",
    "抱歉，{name}暂时没有查到，回复「人工」请同事告诉您。",
    "{name}暂时没有查到，您回复「人工」问问同事就好。",
    "不好意思，暂时没有查到{name}，请回复「人工」，同事来答您。",
)
_CLAUSE = re.compile(r"[^，；]+[，；]?")
_END = re.compile(r"[，；、。]*$")


def cut_answer(text: str, facts: Sequence[str]) -> str:
    """The sentences of a passage that state the facts, long ones only as far as they do.

    "" where they don't, or where that is too long.
    """
    parts, rest = [], list(facts)
    for sentence in _sentences(text):
        if here := [fact for fact in rest if matching.states(sentence, fact)]:
            parts.append(_shortened(sentence, here))
            rest = [fact for fact in rest if fact not in here]
    answer = "".join(f"{_END.sub('', part)}。" for part in parts)
    fits = 0 < len(answer) <= LONGEST and not rest
    return answer if fits and matching.states_all(answer, facts) else ""


def cite(answer: str, label: str) -> str:
    """The answer with its passage's label at its end, as the rules of the prompt want it."""
    return f"{answer.removesuffix('。')}[{label}]。"


def decline(question: str, dice: random.Random) -> str:
    """That it wasn't found, with what was asked for where it can be named."""
    name = quoting.name_question(question) or quoting.NAMELESS
    text = dice.choice(DECLINES).format(name=name)
    return language.in_script(text, language.detect_language(question))


def _sentences(text: str) -> Iterator[str]:
    for line in text.splitlines():
        sentence = speak_row(line)
        yield from [sentence] if sentence != line else split_sentences(line)


def _shortened(sentence: str, facts: Sequence[str]) -> str:
    """From its beginning, where its subject stands, to the clause that has stated all facts; of a
    table's row the subject and the cells that state them.
    """
    if len(sentence) <= WHOLE:
        return sentence
    subject, colon, cells = sentence.partition("：")
    if colon and not re.search("[，；]", subject):
        right = [c for c in _CLAUSE.findall(cells) if any(matching.states(c, f) for f in facts)]
        return f"{subject}：{''.join(right)}" if right else sentence
    beginning = ""
    for clause in _CLAUSE.findall(sentence):
        beginning += clause
        if matching.states_all(beginning, facts):
            break
    return beginning
