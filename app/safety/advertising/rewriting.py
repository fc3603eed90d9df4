"""Rewrites a text by its findings, clause by clause, so that the result reads as a text.

A suggestion that is a word replaces its place. One that is a sentence of its own replaces the
whole clauses that the place touches: put in the place alone it would leave half a sentence. Goods
that the clause names stay; clauses that say nothing without what was replaced go, and are told.
Where a part can't be mended, nothing is rewritten: half of an unlawful text isn't a lawful one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import regex

from app.safety.advertising.clauses import (
    PlacedClause,
    group_by_place,
    iter_clauses,
    remove_lone_quotes,
)
from app.safety.advertising.kept_parts import (
    continues_promise,
    goes_on,
    has_fact_beside,
    leads_to_next,
    only_stresses,
    reads_badly,
    remove_epithets,
    rests_on_claim,
    speaks_of_own_goods,
    states_fact,
)
from app.safety.advertising.subjects import SHOP, find_subject, names_goods, read_goods
from app.safety.advertising.values import AdvertisingFinding

_SENTENCE_MARKS = "，,；;。！!？?"
_QUALITY = regex.compile(r"\p{Han}{2}很\p{Han}")  # 品质很高, for 全国品质最高
_PARTS = regex.compile(r"[，,]")
_NOUNS = ("自家配方", "自家工艺")  # wordings of four characters that are words
_UNMENDABLE = (  # rules: where one is broken, no part of the text may stay
    "fairness.tobacco", "promotion.prohibited", "medical.infant_milk",
    "medical.foreign", "finance.foreign",
)  # fmt: skip
_ON_OTHERS = "fairness.disparagement"
LONGEST_WORD = 3  # characters: a longer wording in Chinese is a sentence


@dataclass(frozen=True, slots=True)
class RewrittenText:
    """A text with its suggestions; `dropped`: its clauses that nothing stands for."""

    text: str  # "": the text can't be mended
    dropped: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class _Draft:
    """Clauses that are rewritten so far."""

    passes: Callable[[str], bool]
    used_parts: set[str]
    clauses: list[PlacedClause] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    is_mendable: bool = True  # False once a part has no lawful, sensible wording
    lacks_subject: bool = False  # whether the last clause was replaced and its sentence goes on
    unnamed: PlacedClause | None = None  # the last one that was replaced and names no goods
    is_on_others: bool = False  # whether what was replaced in the sentence spoke of other shops

    def add(self, clause: PlacedClause) -> None:
        """Append a clause without findings, unless it goes on about a replaced one."""
        if self.lacks_subject and not goes_on(clause) and continues_promise(clause):
            self.is_mendable = self.is_mendable and not rests_on_claim(clause)
            self.drop(clause)
            self.lacks_subject = not clause.ends_sentence
        else:
            self.add_reworded(clause)

    def add_reworded(self, clause: PlacedClause) -> None:
        """Append a clause whose words pass, unless it makes no sense without a replaced one."""
        self.is_mendable = self.is_mendable and not rests_on_claim(clause)
        is_own = speaks_of_own_goods(clause) or states_fact(clause)
        stays_on_others = self.is_on_others and not is_own
        if self.lacks_subject and (goes_on(clause) or stays_on_others):
            self.drop(clause)
        else:
            self.clauses.append(clause)
        self.lacks_subject = self.lacks_subject and not clause.ends_sentence

    def drop(self, clause: PlacedClause) -> None:
        """Leave a clause out; one before it in the sentence takes its marks."""
        self.dropped.append(clause.text.strip())
        if not self.clauses:
            return
        last = self.clauses[-1]
        marks = last.marks if last.ends_sentence else _state(clause.marks)
        if "\n" not in marks:  # the paragraph may end there
            marks += clause.marks.lstrip(_SENTENCE_MARKS)
        self.clauses[-1] = replace(last, marks=marks)

    def shorten(self, clause: PlacedClause, inside: Sequence[AdvertisingFinding]) -> bool:
        """Append a clause without its epithets; False if they say more than that."""
        shorter = remove_epithets(clause, inside)
        if not shorter or not self.passes(shorter):
            return False
        self.clauses.append(replace(clause, text=shorter))
        return True

    def replace_words(self, clause: PlacedClause, inside: Sequence[AdvertisingFinding]) -> None:
        """Append a clause with a word in each place, with 的 where it couldn't modify a noun."""
        awkward = [finding for finding in inside if reads_badly(finding, clause)]
        if awkward and self.shorten(clause, inside):
            return
        joined = [
            replace(each, suggestion=f"{each.suggestion}的") if each in awkward else each
            for each in inside
        ]
        self.add_reworded(_put_words(clause, joined))

    def replace_sentence(self, clause: PlacedClause, inside: Sequence[AdvertisingFinding]) -> None:
        """Append the sentences of a clause's findings instead of it; none: drop it."""
        if only_stresses(clause) and self.clauses:
            self.drop(clause)
            return
        if self.shorten(clause, inside):
            return
        self.is_mendable = self.is_mendable and not has_fact_beside(clause, inside)
        lead = self._drop_lead()
        sentence = self._take_parts(clause, inside)
        subject = self._give_subject(find_subject(clause, inside[0], sentence, lead))
        if sentence:
            text = subject + sentence if self.passes(subject + sentence) else sentence
            self.clauses.append(replace(clause, text=text, marks=_state(clause.marks)))
            is_unnamed = text == sentence and not sentence.startswith(SHOP)
            self.unnamed = self.clauses[-1] if is_unnamed else None
        else:
            self.drop(clause)
        self.lacks_subject = not clause.ends_sentence
        self.is_on_others = any(finding.rule == _ON_OTHERS for finding in inside)

    def _drop_lead(self) -> str:
        """Drop clauses that only led to what is replaced, and a question before its sentence.

        Returns the goods that the last of them names, "" for none.
        """
        leads: list[str] = []
        while self.clauses and leads_to_next(self.clauses[-1]):
            leads.append(self.clauses.pop().text.strip())
        first = len(self.clauses)
        while first and not self.clauses[first - 1].ends_sentence:
            first -= 1
        if first and leads_to_next(self.clauses[first - 1]):
            leads.append(self.clauses.pop(first - 1).text.strip())
        self.dropped += leads
        return next(filter(None, map(read_goods, leads)), "")

    def _take_parts(self, clause: PlacedClause, inside: Sequence[AdvertisingFinding]) -> str:
        """The parts of the suggestions that the text hasn't yet."""
        parts: list[str] = []
        end = clause.start
        for finding in inside:
            is_covered, end = finding.start < end, max(end, finding.end)
            if is_covered or _is_word(finding):
                continue
            suggested = filter(None, _PARTS.split(finding.suggestion))
            new_parts = [part for part in suggested if part not in self.used_parts]
            self.used_parts.update(new_parts)
            parts += new_parts
        return "，".join(parts)

    def _give_subject(self, subject: str) -> str:
        """Put a subject before the sentence that ends the draft and names none; "": it took it."""
        last = self.clauses[-1] if self.clauses else None
        goods = subject.rstrip("，")
        if last is None or last is not self.unnamed or last.ends_sentence or not names_goods(goods):
            return subject
        named = f"{goods}，{last.text}"
        if self.passes(named):
            self.clauses[-1] = replace(last, text=named)
        return ""


def rewrite(
    text: str, findings: Sequence[AdvertisingFinding], passes: Callable[[str], bool]
) -> RewrittenText:
    """The text with every suggestion in its place, each once; as a whole it isn't checked.

    "" if a part has no wording, rests on a claim that was replaced, or would lose a date or price.

    `passes` says whether a clause has no finding. A finding without text, such as a missing
    label, has its suggestion appended.
    """
    if not findings:
        return RewrittenText(text)
    places = [finding for finding in findings if finding.text]
    additions = "".join(finding.suggestion for finding in findings if not finding.text)
    clauses = list(iter_clauses(text))
    draft = _Draft(passes=passes, used_parts={clause.text.strip() for clause in clauses})
    for clause, inside in group_by_place(clauses, places):
        if not inside:
            draft.add(clause)
        elif all(map(_is_word, inside)):
            draft.replace_words(clause, inside)
        else:
            draft.replace_sentence(clause, inside)
    if not (draft.is_mendable and all(map(_is_mendable, places))):
        return RewrittenText("")
    body = "".join(clause.text + clause.marks for clause in draft.clauses)
    body = remove_lone_quotes(body, text)
    return RewrittenText(body + additions, tuple(draft.dropped))


def _is_mendable(finding: AdvertisingFinding) -> bool:
    """Whether a wording stands for a place; an account's own words are left out without one."""
    if finding.rule.startswith("words."):
        return True
    return finding.suggestion != "" and finding.rule not in _UNMENDABLE


def _is_word(finding: AdvertisingFinding) -> bool:
    wording = finding.suggestion
    if not regex.search(r"\p{Han}", wording):
        return wording != ""
    if wording in finding.text or finding.text in wording or wording in _NOUNS:
        return True
    is_adjective = wording.startswith(("很", "不易")) or wording.endswith("的")
    is_adjective = is_adjective or bool(_QUALITY.fullmatch(wording) and wording[:2] in finding.text)
    return is_adjective or len(wording) <= LONGEST_WORD


def _state(marks: str) -> str:
    """Marks behind a statement that stands for a question."""
    return marks.replace("？", "。").replace("?", "。")


def _put_words(clause: PlacedClause, inside: Sequence[AdvertisingFinding]) -> PlacedClause:
    text = clause.text
    for finding in sorted(inside, key=lambda each: each.start, reverse=True):
        start, end = finding.start - clause.start, finding.end - clause.start
        text = text[:start] + finding.suggestion + text[end:]
    return replace(clause, text=text)
