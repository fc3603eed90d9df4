"""Chooses the reader of a file by its extension."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from app.knowledge.imports.formats import archives
from app.knowledge.imports.formats.encodings import make_printable
from app.knowledge.imports.formats.pdf.reader import read_pdf
from app.knowledge.imports.formats.sections.parts import split_section
from app.knowledge.imports.formats.tables.readers import read_csv, read_excel, read_json, read_jsonl
from app.knowledge.imports.formats.text import html
from app.knowledge.imports.formats.text.html import read_html
from app.knowledge.imports.formats.text.markdown import read_markdown, read_text
from app.knowledge.imports.formats.values import (
    MOST_ROWS,
    Fault,
    ImportItem,
    ImportItems,
    Part,
    Remark,
    Section,
    Sections,
    UnreadableFile,
)
from app.knowledge.imports.formats.word.docx import read_docx

TABLES: dict[str, Callable[[str, bytes], ImportItems]] = {
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


def read_file(file: str, data: bytes, seen_names: set[str]) -> ImportItems:
    """Rows, parts and faults of a file, or of the files in a folder.

    `seen_names` are the names of the files so far.
    """
    if _get_suffix(file) == FOLDER:
        return _catch_unreadable(file, _read_folder(file, data, seen_names))
    return _catch_unreadable(file, _read_one(file, data, seen_names))


def _catch_unreadable(file: str, items: Iterator[ImportItem]) -> ImportItems:
    """Pass items on; an UnreadableFile becomes a fault."""
    try:
        yield from items
    except UnreadableFile as error:
        yield error.describe(file)


def _read_folder(file: str, data: bytes, seen_names: set[str]) -> ImportItems:
    empty = True
    for member in archives.read_members(file, data):
        empty = False
        if isinstance(member, Fault):
            yield member
        elif _get_suffix(member[0]) == FOLDER:
            yield Fault(member[0], "", "it is a zip in a zip", "unpack it first")
        else:
            yield from _catch_unreadable(member[0], _read_one(*member, seen_names))
    if empty:
        raise UnreadableFile("there is no file in it", EMPTY)


def _read_one(file: str, data: bytes, seen_names: set[str]) -> ImportItems:
    suffix = _get_suffix(file)
    if file in seen_names:
        raise UnreadableFile("two files have this name", "rename one")
    seen_names.add(file)
    if suffix in OLD:
        raise UnreadableFile(f"{suffix} is an old format", f"save it as {OLD[suffix]}")
    if suffix not in SUFFIXES:
        raise UnreadableFile(
            f"{suffix or file} is no format read here", f"send {', '.join(SUFFIXES)}"
        )
    if suffix in TABLES:
        yield from TABLES[suffix](file, data)
        return
    if not data:
        raise UnreadableFile("the file is empty", EMPTY)
    yield from _read_document(file, data, TEXTS[suffix])


def _read_document(file: str, data: bytes, reader: Callable[[bytes], Sections]) -> ImportItems:
    sections = [*reader(data)]
    title = _choose_title(file, data, sections)
    count = 0
    for section in sections:
        if isinstance(section, Fault):
            yield replace(section, file=file)
            continue
        if isinstance(section, Remark):
            yield replace(section, file=file)
            continue
        for part in _build_parts(file, title, section):
            count += 1
            if count > MOST_ROWS:
                raise UnreadableFile(
                    f"it has over {MOST_ROWS} parts", "split it into several files"
                )
            yield part
    if not count and not any(isinstance(section, Fault) for section in sections):
        raise UnreadableFile("there is no text in it", "send a file whose text can be copied")


def _build_parts(file: str, title: str, section: Section) -> Iterator[Part]:
    headings = [make_printable(heading)[:100] for heading in section.headings]
    path = " > ".join([title, *(h for n, h in enumerate(headings) if n or h != title)])
    clean = Section(section.at, section.headings, make_printable(section.text))
    for text in split_section(clean):
        yield Part(file, section.at, title, path, text)


def _choose_title(file: str, data: bytes, sections: list[Section | Fault | Remark]) -> str:
    """A document's title: its only top heading, else the page's title, else the file's name."""
    tops = {s.headings[:1] for s in sections if isinstance(s, Section)}
    page = html.read_title(data) if _get_suffix(file) in {".html", ".htm"} else ""
    stem = PurePosixPath(file).stem
    top = next(iter(tops), ()) if len(tops) == 1 and _get_suffix(file) != ".pdf" else ()
    return make_printable(top[0] if top else page or stem)[:100]


def _get_suffix(file: str) -> str:
    return PurePosixPath(file).suffix.lower()
