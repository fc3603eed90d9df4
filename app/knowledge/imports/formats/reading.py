"""Any file that is read here, by the end of its name."""

from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

from app.knowledge.imports.formats import archives, html
from app.knowledge.imports.formats.docx import read_docx
from app.knowledge.imports.formats.encodings import printable
from app.knowledge.imports.formats.html import read_html
from app.knowledge.imports.formats.markdown import read_markdown, read_text
from app.knowledge.imports.formats.parts import parts
from app.knowledge.imports.formats.pdf import read_pdf
from app.knowledge.imports.formats.tables import read_csv, read_excel, read_json, read_jsonl
from app.knowledge.imports.formats.values import (
    MOST_ROWS,
    Fault,
    Found,
    Part,
    Reading,
    Remark,
    Section,
    Sections,
    Unusable,
)

TABLES: dict[str, Callable[[str, bytes], Reading]] = {
    ".csv": read_csv, ".tsv": read_csv, ".xlsx": read_excel, ".xlsm": read_excel,
    ".jsonl": read_jsonl, ".ndjson": read_jsonl, ".json": read_json,
}  # fmt: skip
TEXTS: dict[str, Callable[[bytes], Sections]] = {
    ".md": read_markdown, ".markdown": read_markdown, ".txt": read_text, ".html": read_html,
    ".htm": read_html, ".pdf": read_pdf, ".docx": read_docx, ".docm": read_docx,
    ".dotx": read_docx,
}  # fmt: skip
FOLDER = ".zip"
OLD = {".xls": ".xlsx", ".et": ".xlsx", ".doc": ".docx", ".wps": ".docx", ".rtf": ".docx"}
SUFFIXES = (*TABLES, *TEXTS, FOLDER)
EMPTY = "leave it out, or send the one that was meant"


def read(file: str, data: bytes, seen: set[str]) -> Reading:
    """Rows, parts and faults of a file, or of the files in a folder; `seen` are names so far."""
    if _suffix(file) == FOLDER:
        return _whole(file, _folder(file, data, seen))
    return _whole(file, _file(file, data, seen))


def _whole(file: str, found: Iterator[Found]) -> Reading:
    """What is wrong with a whole file is a fault, too."""
    try:
        yield from found
    except Unusable as error:
        yield Fault(file, "", error.what, error.remedy)


def _folder(file: str, data: bytes, seen: set[str]) -> Reading:
    empty = True
    for member in archives.members(file, data):
        empty = False
        if isinstance(member, Fault):
            yield member
        elif _suffix(member[0]) == FOLDER:
            yield Fault(member[0], "", "it is a zip in a zip", "unpack it first")
        else:
            yield from _whole(member[0], _file(*member, seen))
    if empty:
        raise Unusable("there is no file in it", EMPTY)


def _file(file: str, data: bytes, seen: set[str]) -> Reading:
    suffix = _suffix(file)
    if file in seen:
        raise Unusable("two files have this name", "rename one")
    seen.add(file)
    if suffix in OLD:
        raise Unusable(f"{suffix} is an old format", f"save it as {OLD[suffix]}")
    if suffix not in SUFFIXES:
        raise Unusable(f"{suffix or file} is no format read here", f"send {', '.join(SUFFIXES)}")
    if suffix in TABLES:
        yield from TABLES[suffix](file, data)
        return
    if not data:
        raise Unusable("the file is empty", EMPTY)
    yield from _document(file, data, TEXTS[suffix])


def _document(file: str, data: bytes, reader: Callable[[bytes], Sections]) -> Reading:
    found = [*reader(data)]
    title = _title(file, data, found)
    count = 0
    for section in found:
        if isinstance(section, Fault):
            yield Fault(file, section.at, section.what, section.remedy)
            continue
        if isinstance(section, Remark):
            yield Remark(file, section.at, section.what)
            continue
        for part in _parts(file, title, section):
            count += 1
            if count > MOST_ROWS:
                raise Unusable(f"it has over {MOST_ROWS} parts", "split it into several files")
            yield part
    if not count and not any(isinstance(section, Fault) for section in found):
        raise Unusable("there is no text in it", "send a file whose text can be copied")


def _parts(file: str, title: str, section: Section) -> Iterator[Part]:
    headings = [printable(heading)[:100] for heading in section.headings]
    path = " > ".join([title, *(h for n, h in enumerate(headings) if n or h != title)])
    clean = Section(section.at, section.headings, printable(section.text))
    for text in parts(clean):
        yield Part(file, section.at, title, path, text)


def _title(file: str, data: bytes, found: list[Section | Fault | Remark]) -> str:
    """The one heading that all of it stands under, else the page's title, else the file's name."""
    tops = {s.headings[:1] for s in found if isinstance(s, Section)}
    page = html.title(data) if _suffix(file) in {".html", ".htm"} else ""
    stem = PurePosixPath(file).stem
    top = next(iter(tops), ()) if len(tops) == 1 and _suffix(file) != ".pdf" else ()
    return printable(top[0] if top else page or stem)[:100]


def _suffix(file: str) -> str:
    return PurePosixPath(file).suffix.lower()
