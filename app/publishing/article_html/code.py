"""Code blocks: lines that wrap on a phone, with tokens coloured by the theme."""

from pygments import lex
from pygments.lexers import get_lexer_by_name
from pygments.lexers.special import TextLexer
from pygments.token import Comment, Keyword, Name, Number, String
from pygments.util import ClassNotFound

from app.publishing.article_html.trees import Element, append_text, make, replace

MAX_HIGHLIGHTED = 20_000  # characters; longer code stays one colour
_NBSP = "\xa0"
_TOKEN_CLASSES = (
    (Comment, "code-comment"),
    (Keyword, "code-keyword"),
    (String, "code-string"),
    (Number, "code-number"),
    (Name.Function, "code-name"),
    (Name.Class, "code-name"),
)


def draw_code_blocks(root: Element) -> None:
    """Replace each `<pre>` by a section whose line breaks are `<br>`."""
    for pre in list(root.iter("pre")):
        for line_break in list(pre.iter("br", "li")):
            line_break.tail = "\n" + (line_break.tail or "")
        block = make("section", "code-block")
        _write_code(block, "".join(pre.itertext()).strip("\n"), _language_of(pre))
        replace(pre, block)


def _language_of(pre: Element) -> str:
    for element in (pre, *pre.iter("code")):
        for name in element.get("class", "").split():
            if name.startswith("language-"):
                return str(name.removeprefix("language-"))
    return ""


def _write_code(block: Element, code: str, language: str) -> None:
    try:
        lexer = get_lexer_by_name(language) if len(code) <= MAX_HIGHLIGHTED else TextLexer()
    except ClassNotFound:
        lexer = TextLexer()
    at_line_start = True
    for kind, text in lex(code, lexer):
        css_class = next((name for token, name in _TOKEN_CLASSES if kind in token), "")
        lines = text.split("\n")
        for index, line in enumerate(lines):
            if index:
                block.append(make("br"))
                at_line_start = True
            if line:
                _write_text(block, _keep_spaces(line, at_line_start), css_class)
                at_line_start = False
    while len(block) and block[-1].tag == "br" and not block[-1].tail:
        block.remove(block[-1])


def _write_text(block: Element, text: str, css_class: str) -> None:
    if css_class and text.strip(_NBSP + " "):
        block.append(make("span", css_class, text))
    else:
        append_text(block, text)


def _keep_spaces(line: str, at_line_start: bool) -> str:
    """Indentation and runs of spaces become no-break spaces; single spaces may wrap."""
    line = line.replace("\t", "    ")
    if at_line_start:
        indent = len(line) - len(line.lstrip(" "))
        line = _NBSP * indent + line[indent:]
    return line.replace("  ", f"{_NBSP} ")
