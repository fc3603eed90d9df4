"""Finds the things that short answers name, each as followers wrote it: 低因拿铁, not 因拿铁.

The dictionary doesn't know names of drinks and dishes, and a guessed word has lost a character or
holds one too many. So a name comes from what stands alone between signs (低因拿铁，睡得好), from
nouns of the dictionary, and from characters that several answers have in common in different
company (生椰拿铁, 燕麦拿铁: 拿铁).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import rjieba

from app.kit.text import fold
from app.marketing.content.claims.mood_words import load_mood_words
from app.marketing.effects.topics import MASK

SHORTEST, LONGEST = 2, 6  # characters of a name
_LEAST = 2  # answers that share a name
_ALMOST_ALL = 0.75
_LEAST_SHARED = 3  # answers that share words which no dictionary joins
_CLAUSE = re.compile(r"[^\W_]+")
# Grammar, amounts and judgement: no name has one of these, where it stands as a word of its own.
_GRAMMAR = frozenset(
    "的了着过得地我你您他她它们这那哪谁啥是在有和与跟就都也还又再很太最真更不没别要想去来看喝吃泡写做用给让把被"
    "对到从会能可吗吧呢啊呀哦嘛一二三四五六七八九十两几多少每个杯份只次点些上下后配选买听读说带等比为以及但"
)
_SUFFIXES = frozenset("盒袋费员店课院馆班半多")
_MEASURES = frozenset({"小时", "分钟", "时候", "时间", "东西", "地方", "一点"})
_PRAISES = ("太", "很", "真", "好", "爱", "最", "挺", "不", "没", "都", "别", "超")
_HOURS = re.compile("(?:[一二三四五六七八九十]{1,3}|[0-9]{1,2})点")


Clause = Sequence[tuple[str, str]]  # words with their tags
NamePlaces = Mapping[str, Mapping[int, int]]  # name -> answer -> characters before the name


@dataclass(frozen=True, slots=True)
class SegmentedAnswer:
    """An answer's clauses, each with its words of the dictionary and their tags."""

    clauses: tuple[Clause, ...]
    letters: str

    @classmethod
    def of(cls, text: str) -> "SegmentedAnswer":
        """Fold and segment a text; masks of personal data are signs."""
        clauses = _CLAUSE.findall(fold(MASK.sub("，", text)))
        return cls(tuple(rjieba.tag(clause, False) for clause in clauses), "\n".join(clauses))

    def find(self, name: str) -> int:
        """Characters before a name, which begins and ends with words; -1 where there is none."""
        before = 0
        for clause in self.clauses:
            words = [word for word, _ in clause]
            for at in range(len(words)):
                if _begins_with("".join(words[at:]), words[at:], name):
                    return before + sum(map(len, words[:at]))
            before += sum(map(len, words))
        return -1


def _begins_with(letters: str, words: Sequence[str], name: str) -> bool:
    """Whether words begin with a name; a word of its own may have a suffix (包装: 包装盒)."""
    if not letters.startswith(name):
        return False
    ends = {*accumulate(map(len, words))}
    return len(name) in ends or (letters[len(name)] in _SUFFIXES and len(name) + 1 in ends)


def find_names(
    question: str, answers: Sequence[SegmentedAnswer], item_names: Sequence[SegmentedAnswer]
) -> NamePlaces:
    """The names that two or more answers share, without words of the question and without parts
    of longer names. `item_names`: texts that show what is a name, but don't count as answers.
    """
    texts = [*answers, *item_names]
    names = {*_share_words(texts), *_stand_alone(texts), *_begin_clauses(texts)}
    names |= {name for text in texts for clause in text.clauses for name in _list_of_clause(clause)}
    if "几点" in question:
        names |= {hour for answer in answers for hour in _list_hours(answer)}
    question_letters = fold(question)
    places = {
        name: _find_places(name, answers) for name in sorted(names) if name not in question_letters
    }
    return _drop_parts(
        {name: members for name, members in places.items() if len(members) >= _LEAST}
    )


def _find_places(name: str, answers: Sequence[SegmentedAnswer]) -> Mapping[int, int]:
    return {
        at: before
        for at, answer in enumerate(answers)
        if name in answer.letters and (before := answer.find(name)) >= 0
    }


def _drop_parts(places: NamePlaces) -> NamePlaces:
    """The names that answers have for themselves: not 可可, which almost all write as 热可可."""
    return {
        name: members
        for name, members in places.items()
        if not any(
            name != longer
            and name in longer
            and len(members.keys() & places[longer].keys()) >= _ALMOST_ALL * len(members)
            for longer in places
        )
    }


def _list_of_clause(clause: Clause) -> Iterator[str]:
    """The clause itself, where it is a name, and its nouns and compounds."""
    if not _is_grammar(clause):
        yield from _filter_names(_join(clause))
    compound = ""
    for word, tag in [*clause, ("", "x")]:
        if tag.startswith("n") and len(compound) + len(word) <= LONGEST:
            compound += word
            yield from _filter_names(word)
            continue
        yield from _filter_names(compound)
        compound = word if tag.startswith("n") else ""


def _stand_alone(answers: Sequence[SegmentedAnswer]) -> Iterator[str]:
    """Clauses that stand alone in several answers, whatever the dictionary has of them."""
    yield from _keep_frequent(
        {_join(clause) for clause in answer.clauses if not _describes(clause)} for answer in answers
    )


def _begin_clauses(answers: Sequence[SegmentedAnswer]) -> Iterator[str]:
    """Verbs that begin clauses of several answers, as names do: 配送太慢, 露营看星星."""
    yield from _keep_frequent(
        {word for word, tag in _list_first_words(answer) if tag in {"v", "vn"}} - load_mood_words()
        for answer in answers
    )


def _list_first_words(answer: SegmentedAnswer) -> Clause:
    return [clause[0] for clause in answer.clauses]


def _keep_frequent(words: Iterable[set[str]], least: int = 2) -> Iterator[str]:
    counts = Counter(word for each in words for word in each)
    for word, count in counts.items():
        if count >= least:
            yield from _filter_names(word)


def _join(clause: Clause) -> str:
    return "".join(word for word, _ in clause).removesuffix("的")


def _filter_names(letters: str) -> Iterator[str]:
    has_length = SHORTEST <= len(letters) <= LONGEST and not letters.isdigit()
    if has_length and letters not in _MEASURES and not letters.startswith(_PRAISES):
        yield letters


def _is_grammar(clause: Clause) -> bool:
    """Whether a clause has words of grammar, but for 的 at its end, or says how something is."""
    words = clause[:-1] if clause[-1][0] == "的" else clause
    return _describes(clause) or any(_breaks(word, tag) for word, tag in words)


def _breaks(word: str, tag: str) -> bool:
    """Whether no name has this word; tags of single characters are chance (绘/v 本/r)."""
    return word in _GRAMMAR if len(word) == 1 else tag[0] in "urdmqyc"


def _describes(clause: Clause) -> bool:
    """Whether a clause says how something is (清醒, 白茶鲜爽)."""
    word, tag = clause[-1]
    return tag[0] in "adozilf" if len(clause) == 1 else tag[0] == "a" and len(word) > 1


def _list_hours(answer: SegmentedAnswer) -> Iterator[str]:
    for clause in answer.clauses:
        for word, _ in clause:
            if match := _HOURS.match(word):
                yield match.group()


def _share_words(answers: Sequence[SegmentedAnswer]) -> Iterator[str]:
    """Runs of words in several answers, in different company on either side."""
    companies: Mapping[str, set[tuple[str, str]]] = defaultdict(set)
    runs = []
    for answer in answers:
        clause_runs = [run for clause in answer.clauses for run in _list_runs(clause)]
        runs.append({run for run, _, _ in clause_runs})
        for run, left, right in clause_runs:
            companies[run].add((left, right))
    for run in _keep_frequent(runs, _LEAST_SHARED):
        lefts, rights = zip(*companies[run], strict=True)
        if len(set(lefts)) > 1 and len(set(rights)) > 1:
            yield run


def _list_runs(clause: Clause) -> Iterator[tuple[str, str, str]]:
    """Runs of two or more words up to LONGEST characters, with the words before and after."""
    words = ["", *(word for word, _ in clause), ""]
    is_break = [True, *(_breaks(word, tag) for word, tag in clause), True]
    for start in range(1, len(words) - 1):
        for end in range(start + 1, len(words)):
            if is_break[end - 1] or sum(map(len, words[start:end])) > LONGEST:
                break
            if end - start > 1:
                yield "".join(words[start:end]), words[start - 1], words[end]
