"""Markdown to HTML: CommonMark with tables, strikethrough, footnotes, task and definition lists."""

import re

from markdown_it import MarkdownIt
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin

from app.messages import emphasis

# `key: value` lines between two lines of ---; other text there is the article's.
_FRONT_MATTER = re.compile(
    r"\A---\n(?:[\w-]{1,40}:[^\n]*\n|[ \t]+[^\n]*\n|- [^\n]*\n)+---[ \t]*(?:\n|\Z)"
)
MAX_NESTING = 40  # of blocks; deeper source is read as text


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING, "html": True})
    parser.enable(["table", "strikethrough"])
    parser.use(footnote_plugin).use(deflist_plugin).use(tasklists_plugin)
    parser.inline.ruler.at("emphasis", emphasis.tokenize)  # `**` beside Chinese punctuation
    return parser


_PARSER = _parser()


def to_html(text: str) -> str:
    """HTML of the Markdown. HTML inside the Markdown is kept: the caller sanitises it."""
    source = text.replace("\r\n", "\n").replace("\r", "\n")
    return str(_PARSER.render(_FRONT_MATTER.sub("", source, count=1)))
