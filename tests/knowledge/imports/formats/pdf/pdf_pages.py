"""PDF files in Chinese, glyph by glyph: no font is in them, which readers of text don't need."""

import zlib
from collections.abc import Sequence
from typing import Final, NamedTuple

DESCRIPTOR: Final = (
    "<</Type/FontDescriptor/FontName/A+SimSun/Flags 4/FontBBox[0 -200 1000 900]/ItalicAngle 0"
    "/Ascent 880/Descent -120/CapHeight 880/StemV 80>>"
)
FIRST_GLYPH: Final = 1000


class Text(NamedTuple):
    """Text at a place in points, from the page's lower left corner."""

    x: float
    y: float
    text: str
    size: float = 12
    spacing: float = 0  # points between characters
    turn: str = "1 0 0 1"


def chinese_pdf(
    pages: Sequence[Sequence[Text]], *, mapped: bool = True, drawing: str = ""
) -> bytes:
    """Unless `mapped`, nothing in the file tells which characters the glyphs are."""
    glyphs: dict[str, int] = {}
    streams = ["\n".join(_show(text, glyphs) for text in page) + f"\n{drawing}" for page in pages]
    narrow = " ".join(f"{glyph} [500]" for char, glyph in glyphs.items() if char.isascii())
    unicode = "/ToUnicode 6 0 R" if mapped else ""
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "",  # the pages, below
        "<</Type/Font/Subtype/Type0/BaseFont/A+SimSun/Encoding/Identity-H"
        f"/DescendantFonts[4 0 R]{unicode}>>",
        "<</Type/Font/Subtype/CIDFontType2/BaseFont/A+SimSun/CIDSystemInfo<</Registry(Adobe)"
        f"/Ordering(Identity)/Supplement 0>>/DW 1000/W[{narrow}]/FontDescriptor 5 0 R>>",
        DESCRIPTOR,
        stream(_character_map(glyphs)),
    ]
    return assemble(objects, streams)


def assemble(objects: list[str], streams: Sequence[str]) -> bytes:
    """The first object is the catalogue, the second is made here, the third is the font F1."""
    kids = []
    for content in streams:
        objects += [
            stream(content),
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>"
            f"/Contents {len(objects) + 1} 0 R>>",
        ]
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(kids)}]>>"
    file, offsets = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(file))
        file += f"{number} 0 obj\n{content}\nendobj\n".encode("latin-1")
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    end = f"trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{len(file)}\n%%EOF"
    return file + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{end}".encode()


def stream(content: str) -> str:
    """Compressed."""
    data = zlib.compress(content.encode()).decode("latin-1")
    return f"<</Length {len(data)}/Filter/FlateDecode>>stream\n{data}\nendstream"


def rulings(columns: Sequence[float], rows: Sequence[float]) -> str:
    """The lines of a table."""
    across = [f"{columns[0]} {y} m {columns[-1]} {y} l S" for y in rows]
    return "\n".join(across + [f"{x} {rows[0]} m {x} {rows[-1]} l S" for x in columns])


def _show(text: Text, glyphs: dict[str, int]) -> str:
    codes = "".join(f"{glyphs.setdefault(c, FIRST_GLYPH + len(glyphs)):04x}" for c in text.text)
    place = f"{text.turn} {text.x} {text.y} Tm"
    return f"BT /F1 {text.size} Tf {text.spacing} Tc {place} <{codes}> Tj ET"


def _character_map(glyphs: dict[str, int]) -> str:
    pairs = [f"<{glyph:04x}> <{char.encode('utf-16-be').hex()}>" for char, glyph in glyphs.items()]
    lines = "\n".join(pairs)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def"
        "\n1 begincodespacerange <0000> <ffff> endcodespacerange"
        f"\n{len(pairs)} beginbfchar\n{lines}\nendbfchar\nendcmap end end"
    )
