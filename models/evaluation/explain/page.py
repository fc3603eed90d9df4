"""Renders an explanation as an HTML page without scripts, and as lines for the terminal.

Blue is for the label, orange against it; the colour-blind can distinguish them, and they are
underlined differently. A stronger colour is a larger weight.
"""

from collections.abc import Iterator, Sequence
from html import escape

from rich.text import Text

from models.evaluation.explain.explain import Explanation, LabelProbability, Token

FOR, AGAINST = (0x7F, 0xB5, 0xF0), (0xF2, 0xA6, 0x5A)  # black on either has a contrast of 8:1 up
PALE = 0.15  # strength of the weakest colour
WEAK = 0.02  # share of the largest weight; smaller ones aren't coloured
TOKENS_LISTED = 6  # in the terminal

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


def render_html(explanation: Explanation) -> str:
    """A self-contained HTML page; the text is escaped."""
    title = escape(explanation.title)
    others = _runner_up_rows(explanation.others)
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
<h1>{title} <span class="soft">{explanation.probability:.1%}</span></h1>
<p class="soft">{escape(explanation.label)} · {escape(explanation.model)}</p>
{"".join(f'<p class="note">{escape(note)}</p>' for note in explanation.notes)}
<p class="text">{"".join(_colour_pieces(explanation))}</p>
<p><span class="for" style="--w:.7">支持 for</span>
<span class="against" style="--w:.7">反对 against</span>
<span class="soft">颜色越深，影响越大 (the stronger, the more it weighed)</span></p>
{_render_table("权重 weights, in logits", ("片段 part", "权重 weight"), _weight_rows(explanation))}
{_render_table("其他可能 next best", ("意图 label", "概率 probability"), others)}
<p class="soft">Integrated gradients, {explanation.steps} steps; the path begins at the same text,
masked.
Completeness error {explanation.completeness_error:.2%}.</p>
</main>
</body>
</html>
"""


def render_lines(explanation: Explanation) -> Iterator[Text]:
    """Yield lines: the label, the coloured text, the largest weights, other labels, the error."""
    yield Text(
        f"{explanation.title} ({explanation.label}) {explanation.probability:.1%}  "
        f"{explanation.model}",
        "bold",
    )
    yield _render_text_line(explanation)
    strongest = sorted(explanation.tokens, key=lambda token: -abs(token.weight))[:TOKENS_LISTED]
    yield Text(
        "  ".join(
            f"{_strip_control_characters(token.text)} {token.weight:+.2f}" for token in strongest
        )
    )
    others = ", ".join(
        f"{one.title} ({one.label}) {one.probability:.1%}" for one in explanation.others
    )
    yield Text(f"next best: {others}")
    yield Text(
        f"remainder {explanation.remainder:+.2f}, "
        f"completeness error {explanation.completeness_error:.2%}, "
        f"{explanation.steps} steps"
    )


def _colour_pieces(explanation: Explanation) -> Iterator[str]:
    for piece, token in _split_pieces(explanation):
        kind, strength = _colour_strength(token, explanation.tokens)
        escaped_piece = escape(piece)
        if token is None or not kind:
            yield escaped_piece
        else:
            yield (
                f'<span class="{kind}" style="--w:{strength:.2f}" '
                f'title="{token.weight:+.2f}">{escaped_piece}</span>'
            )
    if explanation.read < len(explanation.text):
        yield f'<span class="unread">{escape(explanation.text[explanation.read :])}</span>'


def _render_text_line(explanation: Explanation) -> Text:
    line = Text()
    for piece, token in _split_pieces(explanation):
        kind, strength = _colour_strength(token, explanation.tokens)
        line.append(_strip_control_characters(piece), _terminal_style(kind, strength))
    if explanation.read < len(explanation.text):
        line.append("…", "dim")
    return line


def _split_pieces(explanation: Explanation) -> Iterator[tuple[str, Token | None]]:
    """Yield the text that was read, in order: tokens, and None for characters between them."""
    at = 0
    for token in explanation.tokens:
        yield explanation.text[at : token.start], None
        yield token.text, token
        at = token.end
    yield explanation.text[at : explanation.read], None


def _colour_strength(token: Token | None, tokens: Sequence[Token]) -> tuple[str, float]:
    """The CSS class of a token's colour ("": none), and its strength, PALE to 1."""
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


def _weight_rows(explanation: Explanation) -> list[tuple[str, str]]:
    rows = [(token.text, f"{token.weight:+.3f}") for token in explanation.tokens]
    return [
        *rows,
        ("其余（前缀与特殊符号） prefix and special tokens", f"{explanation.remainder:+.3f}"),
    ]


def _runner_up_rows(others: Sequence[LabelProbability]) -> list[tuple[str, str]]:
    return [(f"{one.title} ({one.label})", f"{one.probability:.1%}") for one in others]


def _render_table(caption: str, head: tuple[str, str], rows: Sequence[tuple[str, str]]) -> str:
    body = "".join(
        f'<tr><td>{escape(name)}</td><td class="number">{number}</td></tr>\n'
        for name, number in rows
    )
    return (
        f"<table><caption>{caption}</caption>\n"
        f'<tr><th scope="col">{head[0]}</th><th scope="col" class="number">{head[1]}</th></tr>\n'
        f"{body}</table>"
    )


def _strip_control_characters(text: str) -> str:
    """The text with control characters replaced by spaces."""
    return "".join(character if character.isprintable() else " " for character in text)
