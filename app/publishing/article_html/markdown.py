"""Markdown to HTML: CommonMark with tables, strikethrough, footnotes, task and definition lists."""

import re
from collections.abc import Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin

from app.messages import emphasis

# `key: value` lines between two lines of ---; other text there is the article's.
_FRONT_MATTER = re.compile(
    r"\A---\n(?:[\w-]{1,40}:[^\n]*\n|[ \t]+[^\n]*\n|- [^\n]*\n)+---[ \t]*(?:\n|\Z)"
)
MAX_NESTING = 40  # of blocks; deeper source is read as text


# Characters that are written without spaces between them (Chinese, Japanese, their punctuation),
# and signs that are so beside them.
_CJK = r"\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60\U00020000-\U0003ffff"
_WITHOUT_SPACE = re.compile(rf"[{_CJK}][{_CJK}“”‘’—…]|[“”‘’—…][{_CJK}]")


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING, "html": True})
    parser.enable(["table", "strikethrough"])
    parser.use(footnote_plugin).use(deflist_plugin).use(tasklists_plugin)
    parser.inline.ruler.at("emphasis", emphasis.tokenize)  # `**` beside Chinese punctuation
    parser.add_render_rule("softbreak", _render_softbreak)
    return parser


def _render_softbreak(
    _renderer: RendererHTML, tokens: Sequence[Token], at: int, _options: Any, _env: Any
) -> str:
    """A line's end inside a paragraph: nothing between two Chinese characters, where a browser
    would show a space.
    """
    before, after = _find_text(tokens[:at][::-1]), _find_text(tokens[at + 1 :])
    return "" if _WITHOUT_SPACE.fullmatch(before[-1:] + after[:1]) else "\n"


def _find_text(tokens: Sequence[Token]) -> str:
    """The text of the first token that isn't a mark such as `**`; "" for an image."""
    solid = (each for each in tokens if each.nesting == 0 and (each.content or each.type != "text"))
    token = next(solid, None)
    return token.content if token and token.type in {"text", "code_inline"} else ""


_PARSER = _parser()


def to_html(text: str) -> str:
    """HTML of the Markdown. HTML inside the Markdown is kept: the caller sanitises it."""
    source = text.replace("\r\n", "\n").replace("\r", "\n")
    return str(_PARSER.render(_FRONT_MATTER.sub("", source, count=1)))
