"""Splits a message into its questions, without the greetings and thanks around them.

A text that may be one question stays one. A clause that asks nothing belongs to its neighbour.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from app.dialogue.language import in_script
from app.dialogue.understanding.person_wish import read_wish
from app.dialogue.understanding.query_rewriting.rewriting import ask_of
from app.dialogue.understanding.sentences.sentence_kinds import (
    DEGREES,
    is_closing,
    is_greeting,
    is_question,
)

PARTS = 4  # questions of one message that are answered
LONGEST = 300  # characters; a longer message is read as a whole
SHORTEST = 2  # characters of a question
_STRONG = r"[?？!！。;；…\n\r]+"
_WEAK = (  # 有 WiFi: no clause ends between a verb and its Latin object
    r"[,，~～]+|(?<=[^\x00-\x7f])(?<![有以能会是卖])[ \t\u3000]+|[ \t\u3000]+(?=[^\x00-\x7f])"
)
_PIECE = re.compile(rf"(?P<strong>\s*{_STRONG}\s*)|(?P<weak>\s*(?:{_WEAK})\s*)")
# 1. 几点开门 2、停车多少钱
_NUMBERED = re.compile(r"(?:(?:^|(?<=[\s,，;；。?？]))[1-9]\s*[.、)）．]|[(（][1-9][)）])(?!\d)\s*")
# Rhetorical questions in anger or doubt: they belong to the clause before.
_RHETORICAL = re.compile(
    r"到底|凭什么|什么(?:态度|意思|玩意|垃圾|破|鬼|情况|东西)|怎么(?:回事|搞|这样|还|又|不回|不理|这么|那么|能这)|搞什么|干什么吃"
    r"|搞错|骗|人呢|还要不要|为什么(?:还|不|这么|没)|管不管|有完没完|有意思吗|要脸|过分"
)
# Tag questions about the clause before.
_TAG = re.compile(
    r"(?:这样|那|请问)?(?:行吗|可以吗|好吗|对吗|是吗|能吗|有吗|会吗|对不对|是不是|行不行|好不好|可不可以|能不能|有没有|可以不|行不"
    r"|可以吧|行吧|对吧|是吧|也问(?:一?下|个)价|为什么|为啥|怎么办|咋办|怎么弄|咋整|什么意思|怎么样|如何)[呀啊呢的了]*\W*"
)
_ELLIPTIC = re.compile(r"[呢嘛么不没]\W*$")  # 面包车呢: asks only after another question
_ALTERNATIVE = re.compile(
    r"\W*(?:还是|不然|否则|要不(?!要)|而是|因为|所以|以及(?!\w*[吗几多怎哪]))"
)
# Words that join questions, with or without a comma before.
_CONNECTOR = re.compile(
    r"(?:另外|顺便|顺带|对了|再(?:问|请教|咨询)(?:一?下|个)?|还有(?:就是|一个|个问题|一?点|问题)?|还想(?:问|知道)|然后(?:就是|呢)?|以及)"
    r"(?:我?(?:想|再|还)*(?:问|请教|咨询|了解)(?:一?下)?)?(?:就是)?[,，:：、\s]*"
)
_OWN_WORD = re.compile(r"还有(?!就是|一个|个问题|一?点|问题)")  # 还有货吗: a word of the question
_AFTER = re.compile(
    r"(?:吗|多少钱|(?:怎么|咋)办(?![理卡证])|(?<=[^这那什怎多要])么|[呢呀啊啦嘛](?![子绒喊]))(?=\w)"
)
_OF_EACH = re.compile(
    rf"(?P<names>[^，。？?！!]{{2,30}}?)[，,]?(?:分别|各自?)(?:的|都|是|要|卖|收|需要)*"
    rf"(?P<ask>(?:多(?:{DEGREES})|好多|几|什么|啥|怎|哪|价格).*)"
)
_CONDITION = re.compile(r"(?:才|就|起|以上|以下|可以|能(?!不能)|算|的|一|左右|是|包邮)")
# A sigh beside a question: 我快饿死了，茶点有哪些. 冻死了包赔吗 is about goods, and 急死 a
# complaint: both are no sighs.
_SO = "(?:人|宝宝|孩子|感觉|真的?|都|快|要|简直|实在|好|太)*"
_ENDS = "(?:我们?|人|个人|宝宝|了|啦|喽|咯|哦|啊|呀|哈)"
_DEGREE_OF_SIGH = "(?:死|晕|扁|惨|懵|趴|疯|得(?:不行|要命|要死|慌))"
_SIGH = (
    rf"(?:(?:我们?|今天)*{_SO}(?:[饿渴累困馋忙]{_DEGREE_OF_SIGH}|[饿渴累困忙]坏)"
    rf"|(?:我们?|人|今天|天气?){_SO}[热冷冻闷晒]{_DEGREE_OF_SIGH}|[热冷冻闷晒]死(?=我|人)){_ENDS}*"
)
_SIGHS = re.compile(rf"\W*(?:{_SIGH}\W*)+")
_BEGINS = re.compile(
    r"\W*(?:(?:你好|您好|哈[喽啰]|嗨|(?:hi|hello|hey)(?![a-z])|在[吗么伐不]|请问(?:一?下)?"
    r"|(?:麻烦|劳驾)?我?(?:再|想|要)*(?:问|咨询|请教|了解)(?:一?下|问))[呀啊哦]?\W*"
    rf"|{_SIGH}(?:(?<=[了啦喽咯哦啊呀哈])|(?=\W))\W*)+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A clause, and whether its sentence ends with it."""

    text: str
    ends: bool


def split_questions(text: str) -> tuple[str, ...]:
    """The questions of a message in order, each a whole one; the text itself where it is one.

    Greetings, thanks and a refusal of a person are left out. Several questions in traditional
    characters are returned in simplified ones.
    """
    plain = in_script(text, "simplified")
    several = _split_text(plain) if plain != text else ()
    return several if len(several) > 1 else _split_text(text)


def _split_text(text: str) -> tuple[str, ...]:
    if len(text) > LONGEST or read_wish(text) == "asks":
        return (text,)
    pieces = [piece for piece in _find_pieces(text) if re.search(r"\w", piece.text)]
    rest = _without_manners(pieces)
    questions = [each for question in _group_clauses(rest) for each in _ask_of_each(question)]
    if len(questions) > 1:
        return tuple(questions)
    sighs = any(_SIGHS.fullmatch(piece.text) for piece in pieces[len(rest) :])
    if rest and rest == pieces[: len(rest)] and not sighs:  # thanks at the end do no harm
        return (_without_greeting(text),)
    return (_without_greeting(questions[0]) if questions else text,)


def _ask_of_each(question: str) -> tuple[str, ...]:
    """One question for each name: K3的炸篮多少钱 and K5的炸篮多少钱 of K3和K5的炸篮分别多少钱."""
    list_match = _OF_EACH.fullmatch(question)
    names = re.split("(?<=[^和])[和跟与、]|以及|还有", list_match["names"]) if list_match else []
    if list_match is None or "" in names or not 1 < len(names) <= PARTS:
        return (question,)
    kind = re.search("的.+", names[-1])
    if kind and "的" not in names[0]:
        return tuple(name.removesuffix(kind[0]) + kind[0] + list_match["ask"] for name in names)
    first, *others = (name + list_match["ask"] for name in names)
    amounts = re.match(r"[\d一二两三四五六七八九十半]", names[1])  # 蛋糕6寸和8寸
    return (first, *((ask_of(first, name) for name in names[1:]) if amounts else others))


def _find_pieces(text: str) -> Iterator[Piece]:
    start = 0
    for mark in _PIECE.finditer(_NUMBERED.sub("\n", text)):
        whole = mark.string
        ends = mark["strong"] is not None
        question = re.search("[?？]", mark["strong"] or "")
        marked = question[0] if question else ""
        yield from _split_unmarked(whole[start : mark.start()] + marked, ends=ends)
        start = mark.end()
    yield from _split_unmarked(_NUMBERED.sub("\n", text)[start:], ends=True)


def _split_unmarked(clause: str, *, ends: bool) -> Iterator[Piece]:
    """Split a clause of several questions without punctuation: 有停车场吗多少钱."""
    for at in _find_boundaries(clause):
        before, after = clause[:at].strip(" 、"), clause[at:].strip()
        whole = _is_full_question(before) and _is_full_question(
            _ELLIPTIC.sub("", _strip_connector(after))
        )
        if whole and not _TAG.fullmatch(after):
            yield Piece(before, ends=False)
            yield from _split_unmarked(after, ends=ends)
            return
    yield Piece(clause.strip(), ends)


def _find_boundaries(clause: str) -> list[int]:
    positions = [m.start() for m in _CONNECTOR.finditer(clause) if m.start()]
    positions += [m.end() for m in re.finditer("、", clause)]
    for mark in _AFTER.finditer(clause):
        after = clause[mark.end() :]
        conditional = mark[0] == "多少钱" and _CONDITION.match(after)
        if not conditional and not _ALTERNATIVE.match(after) and len(after) > SHORTEST:
            positions.append(mark.end())
    return sorted(positions)


def _is_full_question(clause: str) -> bool:
    letters = re.sub(r"\W", "", clause)
    return len(letters) > SHORTEST and is_question(clause) and not is_greeting(clause)


def _strip_connector(clause: str) -> str:
    """The clause without the connector in front, unless 还有 is a word of its question."""
    joint = _CONNECTOR.match(clause)
    if not joint or joint.end() == len(clause):
        return clause
    after = clause[joint.end() :]
    if _OWN_WORD.match(clause) and joint[0] == "还有" and not _has_own_question(after):
        return clause
    return after


def _has_own_question(clause: str) -> bool:
    """Whether the clause asks by more than its last particle: 停车怎么收费, but not 位子吗."""
    return len(clause) > 4 and bool(re.search(r"[怎几多哪能可要有什啥咋]|(.)[不没]\1", clause))


def _without_manners(pieces: Sequence[Piece]) -> list[Piece]:
    rest = _drop_pieces(pieces, is_greeting)
    rest = _drop_pieces(rest, lambda text: read_wish(text) == "refused")
    if any(is_question(piece.text) for piece in rest):
        rest = _drop_pieces(rest, is_closing)
    if any(is_question(piece.text) and not _TAG.fullmatch(piece.text) for piece in rest):
        rest = _drop_pieces(rest, lambda text: bool(_SIGHS.fullmatch(text)))
    return rest


def _drop_pieces(pieces: Sequence[Piece], left_out: Callable[[str], bool]) -> list[Piece]:
    """The pieces that aren't left out; all where none would remain."""
    return [piece for piece in pieces if not left_out(piece.text)] or list(pieces)


def _group_clauses(pieces: Sequence[Piece]) -> list[str]:
    """Join clauses to whole questions; a clause that asks nothing goes with its neighbour."""
    questions: list[str] = []
    waiting = ""  # clauses that the next question belongs to
    begins = True  # a sentence
    for piece in pieces:
        text = _strip_connector(piece.text) if questions and not waiting else piece.text
        text = text.strip()
        stands = is_question(text) and not _RHETORICAL.search(text) and not _TAG.fullmatch(text)
        goes_back = bool(questions) and not waiting and bool(_ALTERNATIVE.match(text))
        if stands and not goes_back:
            questions.append(_join_clauses(waiting, text))
            waiting = ""
        elif questions and not waiting and (piece.ends or goes_back) and not begins:
            questions[-1] = _join_clauses(questions[-1], text)
        elif questions and (_RHETORICAL.search(text) or _TAG.fullmatch(text)):
            questions[-1] = _join_clauses(questions[-1], _join_clauses(waiting, text))
            waiting = ""
        else:
            waiting = _join_clauses(waiting, text)
        begins = piece.ends
    if waiting:
        questions[-1:] = [_join_clauses(questions[-1] if questions else "", waiting)]
    return [_without_greeting(question) for question in questions]


def _join_clauses(before: str, after: str) -> str:
    comma = ", " if (before + after).isascii() else "，"
    return f"{before}{comma}{after}" if before and after else before or after


def _without_greeting(text: str) -> str:
    begins = _BEGINS.match(text)
    rest = text[begins.end() :] if begins else text
    if begins and _TAG.fullmatch(rest) and _SIGHS.search(begins[0]):
        return text  # 累死了，怎么办
    if rest and (is_question(rest) or re.match(r"我|想|那个|麻烦|帮", rest)):
        return rest
    return text
