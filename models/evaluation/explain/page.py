"""An explanation to look at: a page of HTML without scripts, and lines for the terminal.

Blue spoke for the label, orange against it: told apart by the colour-blind, too, and underlined
differently. The stronger, the more it weighed.
"""

from collections.abc import Iterator, Sequence
from html import escape

from rich.text import Text

from models.evaluation.explain.explain import Explanation, Named, Token

FOR, AGAINST = (0x7F, 0xB5, 0xF0), (0xF2, 0xA6, 0x5A)  # black is readable on both, 8:1 and more
PALE = 0.15  # the weakest colour that is still seen
WEAK = 0.02  # of the strongest weight; what is below stays uncoloured
LISTED = 6  # in the terminal

STYLE = """
:root { color-scheme: light dark; --ink: #16191d; --paper: #fff; --soft: #59626c; --line: #d5dade;
  --for: 127 181 240; --against: 242 166 90; }
@media (prefers-color-scheme: dark) { :root { --ink: #f2f4f6; --paper: #15181c; --soft: #a9b2bc;
  --line: #3a4149; --for: 30 88 158; --against: 148 78 14; } }
body { margin: 2rem auto; max-width: 46rem; padding: 0 1rem; color: var(--ink);
  background: var(--paper); font: 16px/1.6 system-ui, "PingFang SC", "Microsoft YaHei",
  "Noto Sans CJK SC", sans-serif; }
.text { font-size: 1.5rem; line-height: 2.1; white-space: pre-wrap; overflow-wrap: anywhere;
  border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem; margin: 1rem 0; }
.for { background: rgb(var(--for) / var(--w)); border-bottom: 3px solid rgb(var(--for)); }
.against { background: rgb(var(--against) / var(--w));
  border-bottom: 3px dashed rgb(var(--against)); }
.unread, .soft { color: var(--soft); }
.note { border-left: 4px solid rgb(var(--against)); padding-left: .75rem; }
table { border-collapse: collapse; margin: 1rem 0; }
caption { text-align: left; font-weight: 600; }
th, td { text-align: left; padding: .2rem 1.2rem .2rem 0; border-bottom: 1px solid var(--line); }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
"""


def html(found: Explanation) -> str:
    """One file that needs no other. What is shown of the text is escaped."""
    title = escape(found.title)
    return f"""<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>为什么是“{title}”</title>
<style>{STYLE}</style>
</head>
<body>
<main>
<h1>{title} <span class="soft">{found.probability:.1%}</span></h1>
<p class="soft">{escape(found.label)} · {escape(found.model)}</p>
{"".join(f'<p class="note">{escape(note)}</p>' for note in found.notes)}
<p class="text">{"".join(_coloured(found))}</p>
<p><span class="for" style="--w:.7">支持 for</span>
<span class="against" style="--w:.7">反对 against</span>
<span class="soft">颜色越深，影响越大 (the stronger, the more it weighed)</span></p>
{_table("权重 weights, in logits", ("片段 part", "权重 weight"), _weights(found))}
{_table("其他可能 next best", ("意图 label", "概率 probability"), _others(found.others))}
<p class="soft">Integrated gradients, {found.steps} steps; the path begins at the same text, masked.
Completeness error {found.completeness_error:.2%}.</p>
</main>
</body>
</html>
"""


def lines(found: Explanation) -> Iterator[Text]:
    """The label, the coloured text, what weighed most, the runners-up, how exact it is."""
    yield Text(f"{found.title} ({found.label}) {found.probability:.1%}  {found.model}", "bold")
    yield _line(found)
    strongest = sorted(found.tokens, key=lambda token: -abs(token.weight))[:LISTED]
    yield Text("  ".join(f"{_plain(token.text)} {token.weight:+.2f}" for token in strongest))
    others = ", ".join(f"{one.title} ({one.label}) {one.probability:.1%}" for one in found.others)
    yield Text(f"next best: {others}")
    yield Text(
        f"remainder {found.remainder:+.2f}, completeness error {found.completeness_error:.2%}, "
        f"{found.steps} steps"
    )


def _coloured(found: Explanation) -> Iterator[str]:
    for piece, token in _pieces(found):
        kind, strength = _strength(token, found.tokens)
        shown = escape(piece)
        if token is None or not kind:
            yield shown
        else:
            yield (
                f'<span class="{kind}" style="--w:{strength:.2f}" '
                f'title="{token.weight:+.2f}">{shown}</span>'
            )
    if found.read < len(found.text):
        yield f'<span class="unread">{escape(found.text[found.read :])}</span>'


def _line(found: Explanation) -> Text:
    line = Text()
    for piece, token in _pieces(found):
        kind, strength = _strength(token, found.tokens)
        line.append(_plain(piece), _terminal_style(kind, strength))
    if found.read < len(found.text):
        line.append("…", "dim")
    return line


def _pieces(found: Explanation) -> Iterator[tuple[str, Token | None]]:
    """What was read, in order: tokens, and the characters between them."""
    at = 0
    for token in found.tokens:
        yield found.text[at : token.start], None
        yield token.text, token
        at = token.end
    yield found.text[at : found.read], None


def _strength(token: Token | None, tokens: Sequence[Token]) -> tuple[str, float]:
    """The class of its colour ("" for none), and how strong that is, PALE to 1."""
    most = max(abs(other.weight) for other in tokens)
    if token is None or abs(token.weight) <= WEAK * most:
        return "", 0.0
    kind = "for" if token.weight > 0 else "against"
    return kind, PALE + (1 - PALE) * abs(token.weight) / most


def _terminal_style(kind: str, strength: float) -> str:
    if not kind:
        return ""
    colour = FOR if kind == "for" else AGAINST
    red, green, blue = (round(255 - strength * (255 - part)) for part in colour)
    return f"{'underline ' if kind == 'against' else ''}black on rgb({red},{green},{blue})"


def _weights(found: Explanation) -> list[tuple[str, str]]:
    rows = [(token.text, f"{token.weight:+.3f}") for token in found.tokens]
    return [*rows, ("其余（前缀与特殊符号） prefix and special tokens", f"{found.remainder:+.3f}")]


def _others(others: Sequence[Named]) -> list[tuple[str, str]]:
    return [(f"{one.title} ({one.label})", f"{one.probability:.1%}") for one in others]


def _table(caption: str, head: tuple[str, str], rows: Sequence[tuple[str, str]]) -> str:
    body = "".join(
        f'<tr><td>{escape(name)}</td><td class="number">{number}</td></tr>\n'
        for name, number in rows
    )
    return (
        f"<table><caption>{caption}</caption>\n"
        f'<tr><th scope="col">{head[0]}</th><th scope="col" class="number">{head[1]}</th></tr>\n'
        f"{body}</table>"
    )


def _plain(text: str) -> str:
    """Without characters that steer a terminal."""
    return "".join(character if character.isprintable() else " " for character in text)
