"""Writes a digest as an article's text: a draft that a person finishes."""

from collections.abc import Iterator, Sequence

from app.kit.shares import format_share
from app.marketing.social.naming import OTHERS
from app.marketing.social.values import ORDERS, QUESTIONS, AnswerDigest, AnswerGroup

_SMALL = 2  # answers of a group that is told in a line
_LEAST_LINES = 3  # of such groups; fewer have a heading each
_VERBS = {QUESTIONS: "这样问", ORDERS: "想下单，请单独回复"}


def write_markdown(digest: AnswerDigest) -> str:
    """The digest as Markdown: a heading and quotes for each group, small groups in one list."""
    small = [group for group in digest.groups if _is_small(group)]
    if len(small) < _LEAST_LINES:
        small = []
    named = [group for group in digest.groups if group not in small]
    rest = [group for group in named if group.name == OTHERS]
    parts = [f"我们问了大家：**{digest.question}** 收到 {digest.answers} 条回答，谢谢每一位。"]
    parts += [_write_group(group) for group in named if group.name != OTHERS]
    parts += [_write_lines(small)] if small else []
    parts += [_write_group(group) for group in rest]
    parts.append("您怎么看？欢迎继续留言。")
    return "\n\n".join(parts) + "\n"


def _is_small(group: AnswerGroup) -> bool:
    return group.name != OTHERS and group.answers <= _SMALL and not group.complaints


def _write_lines(groups: Sequence[AnswerGroup]) -> str:
    lines = [
        f"- **{_flatten(group.name)}**（{group.answers} 条）："
        + "；".join(f"“{_flatten(quote)}”" for quote in group.quotes)
        for group in groups
    ]
    return "\n".join(["## 还有人提到", "", *lines])


def _write_group(group: AnswerGroup) -> str:
    heading = f"## {_flatten(group.name)}（{group.answers} 条，{format_share(group.share)}）"
    return "\n\n".join([heading, *_write_moods(group)])


def _write_moods(group: AnswerGroup) -> Iterator[str]:
    """What those say who don't complain, then the complaints; each with quotes."""
    content = group.answers - group.complaints
    if content:
        sentence = f"有 {content} 位朋友{_choose_verb(group, content)}"
        yield from _write_quotes(sentence, group.quotes, content)
    if group.complaints:
        also = "另有" if content else "有"
        sentence = f"{also} {group.complaints} 位朋友说到了不满意的地方，我们记下了"
        yield from _write_quotes(sentence, group.complaint_quotes, group.complaints)


def _choose_verb(group: AnswerGroup, content: int) -> str:
    if group.name in _VERBS:
        return _VERBS[group.name]
    if group.praises == content:
        return "说得很开心"
    return "这样说" if group.quotes else "说了别的"


def _write_quotes(sentence: str, quotes: Sequence[str], answers: int) -> Iterator[str]:
    """A sentence on so many answers, and a block for each quote: two followers' words never run
    together.
    """
    some = "，例如" if len(quotes) < answers else ""
    yield f"{sentence}{some}：" if quotes else f"{sentence}。"
    for quote in quotes:
        yield f"> {_flatten(quote)}"


def _flatten(quote: str) -> str:
    """One line, so that a quote stays a quote; signs of Markdown are shown as they are."""
    line = " ".join(quote.split())
    return "".join(f"\\{sign}" if sign in "\\`*_[]<>#|!" else sign for sign in line)
