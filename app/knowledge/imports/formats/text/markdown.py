"""Reads Markdown and plain text."""

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from app.knowledge.imports.formats import encodings
from app.knowledge.imports.formats.sections.headings import Paragraph, build_remarks, build_sections
from app.knowledge.imports.formats.text import emphasis
from app.knowledge.imports.formats.text.html import LINE_NUMBER, read_page
from app.knowledge.imports.formats.values import Sections

# Front matter of site generators: lines of YAML between rules, above the page.
KEY = re.compile(r"[\w\"'][^:：]*:(?:\s|$)")
YAML = re.compile(r"[ \t]|-[ \t]|#|$")  # lines between keys
MOST_SETTINGS = 200  # lines
NOTE = re.compile(r"\[\^([^\]\s]{1,50})\]:[ \t]*")
DEFINITION = re.compile(r"\[([^\]^\n]{1,50})\]:[ \t]*\S")
LINK = re.compile(r"\[([^\[\]\n]{1,200})\]\[([^\[\]\n]{0,50})\]")
NOTE_REFERENCE = re.compile(r"\[\^([^\]\s]{1,50})\](?!:)")
TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)")
# Other names in brackets are words, not tags: 请填写 <name>. Tags whose content isn't HTML, and
# which would hide all that follows, are excluded too, as on GitHub.
TAGS = {
    "a", "abbr", "acronym", "address", "article", "aside", "b", "bdi", "bdo", "big", "blockquote",
    "br", "button", "caption", "center", "cite", "code", "col", "colgroup", "dd", "del", "details",
    "dfn", "dialog", "div", "dl", "dt", "em", "fieldset", "figcaption", "figure", "font", "footer",
    "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "img", "input", "ins", "kbd",
    "label", "legend", "li", "link", "main", "mark", "meta", "nav", "ol", "option", "p", "picture",
    "pre", "q", "rp", "rt", "ruby", "s", "samp", "section", "select", "small", "source", "span",
    "strike", "strong", "sub", "summary", "sup", "svg", "table", "tbody", "td", "tfoot", "th",
    "thead", "time", "tr", "tt", "u", "ul", "var", "video", "wbr",
}  # fmt: skip
SCRIPT = re.compile(r"<(script|style)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)


def read_markdown(data: bytes) -> Sections:
    """Sections by headings; HTML inside is read as in a page. Raises UnreadableFile."""
    text = encodings.decode(data).replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    count = _count_front_matter(lines)
    body = _build_parser().render("\n".join([""] * count + lines[count:]))
    yield from read_page(f"<body>{body}")  # a comment before the body wouldn't be in it
    yield from build_remarks({"the page's settings (front matter)": count > 0})


def read_text(data: bytes) -> Sections:
    """One section with a paragraph for each part between blank lines. Raises UnreadableFile."""
    text = encodings.decode(data).replace("\r\n", "\n").replace("\r", "\n")
    return build_sections(Paragraph(part) for part in text.split("\n\n"))


def _count_front_matter(lines: Sequence[str]) -> int:
    """How many lines of front matter there are; 0 if the first rule is followed by text."""
    if lines[0].rstrip() != "---" or not KEY.match(lines[1] if len(lines) > 1 else ""):
        return 0
    for number, line in enumerate(lines[1:MOST_SETTINGS], 1):
        if line.rstrip() in {"---", "..."}:
            return number + 1
        if not KEY.match(line) and not YAML.match(line):
            break
    return 0


def _build_parser() -> MarkdownIt:
    """A parser for CommonMark with tables and struck-out text, without syntax that removes text.

    [x]: y stays text, since [客服]: 400-1 is more often text than a link.
    """
    parser = MarkdownIt("commonmark", {"html": True, "breaks": True})
    parser.enable(["table", "strikethrough"]).disable("reference")
    parser.inline.ruler.at("emphasis", emphasis.scan_markers)
    parser.inline.ruler.at("strikethrough", emphasis.scan_tildes)
    parser.inline.ruler.before("text", "address", emphasis.skip_address)
    parser.core.ruler.before("inline", "notes", _move_notes)
    parser.core.ruler.before("inline", "links", _name_links)
    parser.core.ruler.push("lines", _number_headings)
    parser.add_render_rule("image", _render_image)
    parser.add_render_rule("html_inline", _render_html)
    parser.add_render_rule("html_block", _render_html)
    return parser


def _move_notes(state: StateCore) -> None:
    """Move a footnote, [^1]: text, in brackets to its first reference."""
    contents = [token for token in state.tokens if token.type == "inline"]
    definitions = [token for token in contents if NOTE.match(token.content)]
    texts = [token for token in contents if not NOTE.match(token.content)]
    labels = {label for token in texts for label in NOTE_REFERENCE.findall(token.content)}
    notes: dict[str, str] = {}
    for token in definitions:
        token.content = _take_notes(token.content, labels, notes)
    moved: set[str] = set()

    def place(reference: re.Match[str]) -> str:
        label = reference[1]
        if label not in notes:
            return reference[0]
        text = "" if label in moved else f"（{notes[label]}）"
        moved.add(label)
        return text

    for token in texts:
        token.content = NOTE_REFERENCE.sub(place, token.content)


def _take_notes(content: str, labels: set[str], notes: dict[str, str]) -> str:
    """Take definitions of notes in `labels` out of the content into `notes`; return the rest."""
    rest, label = [], ""
    for line in content.split("\n"):
        if head := NOTE.match(line):
            label = head[1] if head[1] in labels and head[1] not in notes else ""
            line = line[head.end() :] if label else line
        elif DEFINITION.match(line):
            label = ""
        if label:
            notes[label] = f"{notes.get(label, '')} {line.strip()}".strip().rstrip("。.")
        else:
            rest.append(line)
    return "\n".join(rest)


def _name_links(state: StateCore) -> None:
    """Replace [text][name] by the text if a line defines the name."""
    contents = [token for token in state.tokens if token.type == "inline"]
    names = {
        definition[1].casefold()
        for token in contents
        for line in token.content.split("\n")
        if (definition := DEFINITION.match(line))
    }

    def keep_text(link: re.Match[str]) -> str:
        name = link[2] or link[1]
        return link[1] if name.casefold() in names else link[0]

    for token in contents:
        token.content = LINK.sub(keep_text, token.content)


def _number_headings(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "heading_open" and token.map:
            token.attrSet(LINE_NUMBER, str(token.map[0] + 1))


def _render_image(
    renderer: RendererHTML, tokens: list[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    """An image's alternative text."""
    return escapeHtml(renderer.renderInlineAsText(tokens[at].children or [], options, env))


def _render_html(
    renderer: RendererHTML, tokens: list[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    return TAG.sub(_escape_unknown, SCRIPT.sub("", tokens[at].content))


def _escape_unknown(tag: re.Match[str]) -> str:
    return tag[0] if tag[2].lower() in TAGS else f"&lt;{tag[0][1:]}"
