"""Workbooks written as XML: what other tools than ours make of them."""

import io
import zipfile
from xml.sax.saxutils import quoteattr

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
STRICT_LINKS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
HEAD = '<row r="1"><c r="A1" t="str"><v>问题</v></c><c r="B1" t="str"><v>答案</v></c></row>'


def cell(reference: str, text: str) -> str:
    """A cell with a text of its own."""
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


def row(number: int, *texts: str, attributes: str = "") -> str:
    """Cells from column A on; "" leaves one out."""
    filled = [cell(f"{'ABCDEFG'[n]}{number}", text) for n, text in enumerate(texts) if text]
    return f'<row r="{number}" {attributes}>{"".join(filled)}</row>'


def styles(*codes: str, more: str = "") -> str:
    """A style sheet whose styles 1, 2, ... have these format codes."""
    formats = "".join(
        f'<numFmt numFmtId="{164 + n}" formatCode={quoteattr(code)}/>'
        for n, code in enumerate(codes)
    )
    used = "".join(f'<xf numFmtId="{164 + n}"/>' for n in range(len(codes)))
    return (
        f'<styleSheet xmlns="{MAIN}"><numFmts>{formats}</numFmts>{more}'
        f'<cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>'
        f'<cellXfs><xf numFmtId="0"/>{used}</cellXfs></styleSheet>'
    )


def package(
    *sheets: str,
    style_sheet: str = "",
    texts: str = "",
    states: tuple[str, ...] = (),
    properties: str = "",
    strict: bool = False,
) -> bytes:
    """Each of `sheets` is what stands in <worksheet>: rows alone, or <sheetData> with its kin."""
    listed = "".join(
        f'<sheet name="表{n}" sheetId="{n}" r:id="s{n}" state="{state}"/>'
        for n, state in enumerate((*states, *["visible"] * (len(sheets) - len(states))), 1)
    )
    links = "".join(
        f'<Relationship Id="s{n}" Type="{LINKS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    links += f'<Relationship Id="t" Type="{LINKS}/sharedStrings" Target="/xl/sharedStrings.xml"/>'
    links += f'<Relationship Id="f" Type="{LINKS}/styles" Target="styles.xml"/>'
    parts = {
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r" '
        f'Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}">{properties}'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{links}</Relationships>',
    }
    for number, sheet in enumerate(sheets, 1):
        within = sheet if "<sheetData" in sheet else f"<sheetData>{sheet}</sheetData>"
        parts[f"xl/worksheets/sheet{number}.xml"] = (
            f'<worksheet xmlns="{MAIN}">{within}</worksheet>'
        )
    if style_sheet:
        parts["xl/styles.xml"] = style_sheet
    if texts:
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{texts}</sst>'
    if strict:
        parts = {
            name: xml.replace(MAIN, STRICT_MAIN).replace(LINKS, STRICT_LINKS)
            for name, xml in parts.items()
        }
    return zipped(parts)


def unzipped(data: bytes) -> dict[str, str]:
    """The parts of a package, less their declarations."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    return {name: xml.partition("?>")[2] for name, xml in parts.items()}


def zipped(parts: dict[str, str]) -> bytes:
    """The parts of a package in one file."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, xml in parts.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{xml}')
    return file.getvalue()
