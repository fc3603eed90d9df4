"""Word documents from their XML, for what no library writes."""

from collections.abc import Mapping, Sequence
from typing import Final

from tests.knowledge import samples

OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
WORD: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT: Final = "http://purl.oclc.org/ooxml/wordprocessingml/main"
MATH: Final = "http://schemas.openxmlformats.org/officeDocument/2006/math"
SPACES = (
    f'xmlns:r="{OFFICE}" xmlns:m="{MATH}"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:v="urn:schemas-microsoft-com:vml"'
)
STYLES = """
<w:style w:styleId="1"><w:name w:val="heading 1"/></w:style>
<w:style w:styleId="own"><w:name w:val="条款"/><w:basedOn w:val="1"/></w:style>
<w:style w:styleId="toc"><w:name w:val="toc 1"/></w:style>
<w:style w:styleId="hid"><w:name w:val="Hidden"/><w:rPr><w:vanish/></w:rPr></w:style>
<w:style w:styleId="more"><w:name w:val="More"/><w:basedOn w:val="hid"/></w:style>
<w:style w:styleId="loop"><w:name w:val="Loop"/><w:basedOn w:val="loop"/></w:style>
"""


def document(
    body: str,
    *,
    parts: Mapping[str, str] | None = None,
    relationships: Sequence[tuple[str, str]] = (),
    namespace: str = WORD,
) -> bytes:
    """`parts` are the XML in other parts by their names, `relationships` types and targets."""
    others = {"styles": STYLES, **(parts or {})}
    links = [*((name, f"{name}.xml") for name in others), *relationships]
    files = {
        "_rels/.rels": _relationships([("officeDocument", "word/document.xml")]),
        "word/_rels/document.xml.rels": _relationships(links),
        "word/document.xml": _xml("document", f"<w:body>{body}</w:body>", namespace),
    }
    files |= {
        f"word/{name}.xml": _xml(name, content, namespace) for name, content in others.items()
    }
    return samples.folder(files)


def run(text: str, properties: str = "") -> str:
    """A run of text."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*runs: str, properties: str = "") -> str:
    """Text without tags becomes a run."""
    inner = "".join(each if each.startswith("<") else run(each) for each in runs)
    return f"<w:p><w:pPr>{properties}</w:pPr>{inner}</w:p>"


def cell(content: str, properties: str = "") -> str:
    """A table's cell; `content` is text or blocks."""
    block = content if content.startswith("<") else paragraph(content)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{block}</w:tc>"


def row(*cells: str, properties: str = "") -> str:
    """Text without tags becomes a cell."""
    inner = "".join(each if each.startswith("<w:") else cell(each) for each in cells)
    return f"<w:tr><w:trPr>{properties}</w:trPr>{inner}</w:tr>"


def table(*rows: str) -> str:
    """Of rows."""
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


def text_box(text: str) -> str:
    """As Word writes it: twice, for programs that know shapes and for those that don't."""
    content = f"<w:txbxContent>{paragraph(text)}</w:txbxContent>"
    shape = f"<w:drawing><wps:wsp><wps:txbx>{content}</wps:txbx></wps:wsp></w:drawing>"
    old = f"<w:pict><v:shape><v:textbox>{content}</v:textbox></v:shape></w:pict>"
    return (
        "<w:r><mc:AlternateContent>"
        f"<mc:Choice>{shape}</mc:Choice><mc:Fallback>{old}</mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )


def field(instruction: str, result: str) -> str:
    """A complex field; `instruction` may hold runs."""
    inner = instruction if instruction.startswith("<") else f"<w:r>{_instruct(instruction)}</w:r>"
    return f"{_mark('begin')}{inner}{_mark('separate')}{result and run(result)}{_mark('end')}"


def _instruct(text: str) -> str:
    return f"<w:instrText>{text}</w:instrText>"


def _mark(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def _xml(name: str, content: str, namespace: str) -> str:
    return f'<w:{name} xmlns:w="{namespace}" {SPACES}>{content}</w:{name}>'


def _relationships(links: Sequence[tuple[str, str]]) -> str:
    inner = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(links)
    )
    return f'<Relationships xmlns="{PACKAGE}">{inner}</Relationships>'
