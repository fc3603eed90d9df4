"""Whether an answer may be said: what it claims must stand in what it was given."""

from collections.abc import Sequence
from dataclasses import dataclass

import regex

from app.dialogue import language
from app.dialogue.generation import brand_claims, prompts
from app.dialogue.generation.brand_claims import Known
from app.dialogue.generation.facts import Fact, facts, missing
from app.dialogue.generation.passages import Passage, label
from app.dialogue.generation.prompts import Grounding
from app.knowledge.search.words import words
from app.safety import claims
from app.safety.normalise import folded

RESTS = 0.35  # of an answer's words must stand in what it was given
FEW = 6  # words that are too few to tell
SHINGLE = 14  # characters of a rule in a row: it was copied, not met by chance

# Small models forget the k; in round brackets it must be there, or it is a number.
_MARKERS = regex.compile(
    r"\s*(?:[\[【]\s*((?:k?\d{1,2}[\s,、，和]*)+)[\]】]|[(（]\s*((?:k\d{1,2}[\s,、，和]*)+)[)）])",
    regex.IGNORECASE,
)
_MARKER = regex.compile(r"\d+")
_DECLINES = regex.compile(
    r"没有?(?:查到|找到|相关|确切|提到|说明)|查不到|不(?:太)?清楚|无法(?:确认|回答|提供|查)|回复「?人工"
    r"|未(?:提及|提供|说明)|不确定|联系(?:人工|客服|同事)"
)
_TEMPLATE = regex.compile(r"<\|[^<>|]{0,40}\|>|\[/?INST\]|</?(?:s|think|system)>")
_CLAUSE = regex.compile(r"[，。；！？：、,;!?\n]")
_FORBIDDEN = regex.compile(
    r"(?:不(?:可以?|能|得|支持|提供|接受|参与|享受|含|包含|包括|收|卖|做|送|退|换|算|接|带)|无法"
    r"|禁止|谢绝|请勿)(?P<what>\p{Han}{2})"
)
_EXCUSED = regex.compile(r"(?:不用|不需要?|无需|不必|用不着)(?:您|再|额外)?(?P<what>\p{Han}{2})")
_NO = regex.compile(r"[不无未勿没非]|禁止|谢绝|拒绝")
_LETTER = regex.compile(r"\p{L}")


@dataclass(frozen=True, slots=True)
class Checked:
    """An answer as it may be said, and what is known of it."""

    text: str  # without markers
    cited: tuple[str, ...]  # ids of passages, in the order of their places
    supported: bool
    why: str = ""  # what spoils it
    declines: bool = False  # it says that it doesn't know, or offers a person


def grounded(answer: str, given: Grounding) -> Checked:
    """The answer without its markers, and whether it may be said.

    Money, discounts, promises and links must stand in a passage; other numbers, dates and names
    in a passage or in what the follower said. What speaks for the brand may say more: what is
    general, as `general.py` tells it from what concerns the brand.
    """
    text = _MARKERS.sub("", answer).strip()
    told = facts(text)
    cited = _cited(answer, told, given.passages)
    why = _leak(text, given) or _empty(text, given)
    if given.briefing:
        return _for_the_brand(text, cited, why or _claimed(text, given), given)
    declines = bool(_DECLINES.search(folded(text)))
    why = why or _unsaid(told, given) or _claimed(text, given)
    if not (why or declines):
        why = _permits(text, given) or _adrift(text, given)
    if not (why or declines or cited):
        cited = _nearest(text, given.passages)
    return Checked(text, cited, not why, why, declines)


def _for_the_brand(text: str, cited: tuple[str, ...], why: str, given: Grounding) -> Checked:
    assert given.briefing is not None
    named = (given.persona.brand, given.persona.name)
    topics = (*given.persona.about, *(passage.title for passage in given.passages))
    question = given.briefing.question or given.asked.rpartition("\n")[2]
    known = Known(
        written=given.written,
        topics=topics,
        asked=given.asked,
        question=question,
        named=named,
        about_brand=given.briefing.about_brand,
    )
    declines = not cited and brand_claims.declines(text)
    why = why or brand_claims.unfounded(text, known) or ("" if declines else _permits(text, given))
    return Checked(text, cited, not why, why, declines)


def _cited(answer: str, claims: frozenset[Fact], given: Sequence[Passage]) -> tuple[str, ...]:
    """What it names, and what its facts stand in; what isn't there can't be cited."""
    named = {f"k{n}" for m in _MARKERS.finditer(answer) for n in _MARKER.findall(m.group())}
    return tuple(
        passage.id
        for at, passage in enumerate(given)
        if label(at) in named or claims & facts(passage.whole)
    )


def _nearest(text: str, given: Sequence[Passage]) -> tuple[str, ...]:
    """Small models forget to cite: the passage that has most of the answer's words."""
    said = _words(text)
    shared = [len(said & _words(passage.whole)) for passage in given]
    most = max(shared, default=0)
    return (given[shared.index(most)].id,) if most else ()


def _leak(text: str, given: Grounding) -> str:
    if given.fence in text or given.fence.strip("#") in text or _TEMPLATE.search(text):
        return "shows a part of its prompt"
    kept = prompts.rules(given.briefing)
    copied = any(text[at : at + SHINGLE] in kept for at in range(max(0, len(text) - SHINGLE + 1)))
    return "repeats its rules" if copied else ""


def _empty(text: str, given: Grounding) -> str:
    if not _LETTER.search(text):
        return "says nothing"
    return "" if language.fits(text, given.language) else f"is not in {given.language} language"


def _claimed(text: str, given: Grounding) -> str:
    broken = claims.claims(text, "\n".join(given.written))
    return f"claims what may not be said: {broken[0].said}" if broken else ""


def _unsaid(claims: frozenset[Fact], given: Grounding) -> str:
    written = [fact for passage in given.passages for fact in facts(passage.whole)]
    heard = [fact for fact in facts(given.asked) if not fact.binding]
    binding = missing((c for c in claims if c.binding), written)
    free = missing((c for c in claims if not c.binding), [*written, *heard])
    unsaid = [fact.said for fact in (*binding, *free)]
    return f"claims what no passage says: {', '.join(unsaid)}" if unsaid else ""


def _adrift(text: str, given: Grounding) -> str:
    """Small talk may say anything; an answer to a question must come from its passages."""
    said = _words(text)
    if not given.passages or len(said) < FEW:
        return ""
    asked, written = _words(given.asked), _words("\n".join(p.whole for p in given.passages))
    if not said - asked:
        return "repeats the question"
    # Who agrees in the asker's own words has taken nothing from the passages.
    if not (said - asked) & written or len(said & (asked | written)) < RESTS * len(said):
        return "rests on no passage"
    return ""


def _words(text: str) -> set[str]:
    """Those that tell something."""
    return {word for word in words(text) if len(word) > 1}


def _permits(text: str, given: Grounding) -> str:
    """可以机洗 where each passage that speaks of it says 不可机洗."""
    clauses = [c for passage in given.passages for c in _CLAUSE.split(passage.whole)]
    for forbidden in {m["what"] for clause in clauses for m in _FORBIDDEN.finditer(clause)}:
        if _plainly(forbidden, _CLAUSE.split(text)) and not _plainly(forbidden, clauses):
            return f"permits what a passage forbids: {forbidden}"
    for excused in {m["what"] for m in _EXCUSED.finditer(text)}:
        if any(excused in clause for clause in clauses) and not any(
            _NO.search(clause) for clause in clauses if excused in clause
        ):
            return f"excuses from what a passage asks for: {excused}"
    return ""


def _plainly(what: str, clauses: Sequence[str]) -> bool:
    """Whether a clause says it without a no before it."""
    found = (clause[: clause.index(what)] for clause in clauses if what in clause)
    return any(not _NO.search(before) for before in found)
