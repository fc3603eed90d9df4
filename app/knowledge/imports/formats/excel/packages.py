"""Reads the parts of an Excel workbook (Office Open XML): sheets, shared texts and formats.

Names are compared without namespaces, the only difference of Strict and Transitional documents.
"""

import contextlib
import io
import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from app.knowledge.imports.formats.archives import within_bounds
from app.knowledge.imports.formats.cells import unescape_characters
from app.knowledge.imports.formats.excel.format_codes import BUILT_IN
from app.knowledge.imports.formats.values import UnreadableFile

ANEW = "open it in Excel and save it as .xlsx anew"
CHINESE_ANEW = "请用 Excel 打开后重新存为 .xlsx"
OLE = b"\xd0\xcf\x11\xe0"  # the first bytes of .xls files and encrypted workbooks
STRING_PARTS = ("t", "r")  # of a shared text; phonetic guides (rPh) are left out
LONGEST_CODE = 255  # characters of a format, as in Excel
# Entities are not expanded, and nothing outside the part is loaded.
PARSER = {"resolve_entities": False, "load_dtd": False, "no_network": True, "huge_tree": False}


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet as the workbook lists it."""

    name: str
    hidden: bool
    path: str  # in the package


@dataclass(frozen=True, slots=True)
class ExcelPackage:
    """An opened workbook: `texts` are its shared strings, `formats` the code of each style."""

    archive: zipfile.ZipFile
    sheets: tuple[SheetPart, ...]
    texts: tuple[str, ...]
    formats: tuple[str, ...]
    since_1904: bool

    def elements(self, path: str, *names: str) -> Iterator[Any]:
        """Elements of a part in order; each is cleared when the next one is read."""
        yield from _read_elements(self.archive, path, *names)


def open_package(data: bytes) -> ExcelPackage:
    """Open a workbook. Raises UnreadableFile if it is broken, encrypted or an old .xls."""
    if not data:
        raise UnreadableFile(
            "the file is empty",
            "leave it out, or send the one that was meant",
            "文件是空的：请上传有内容的文件",
        )
    if data.startswith(OLE):
        raise UnreadableFile(
            "it is encrypted, or an old .xls",
            "save it as .xlsx without a password",
            "文件有密码，或者是旧的 .xls 格式：请另存为不带密码的 .xlsx",
        )
    within_bounds(data)
    archive = zipfile.ZipFile(io.BytesIO(data))
    try:
        return _read_package(archive)
    except UnreadableFile:
        raise
    except (KeyError, StopIteration):
        raise UnreadableFile(
            "it is no workbook", ANEW, f"这不是 Excel 工作簿：{CHINESE_ANEW}"
        ) from None
    except Exception as error:  # noqa: BLE001 - XML, zlib, bz2 and lzma raise errors of their own
        raise UnreadableFile(
            f"it is broken ({error!r:.80})", ANEW, f"文件已损坏：{CHINESE_ANEW}"
        ) from None


def _read_package(archive: zipfile.ZipFile) -> ExcelPackage:
    main = next(p for kind, p in _read_relations(archive, "").values() if kind == "officeDocument")
    parts = _read_relations(archive, main)
    part_paths = dict(parts.values())
    sheets, since_1904 = [], False
    for element in _read_elements(archive, main, "workbookPr", "sheet"):
        if local_name(element) == "workbookPr":
            since_1904 = element.get("date1904") in {"1", "true"}
            continue
        link = next(value for key, value in element.items() if key.endswith("}id"))
        kind, path = parts.get(link, ("", ""))
        if kind == "worksheet":
            hidden = element.get("state", "visible") != "visible"
            sheets.append(SheetPart(element.get("name", "")[:100], hidden, path))
    texts = [
        unescape_characters(text_of(each))
        for each in _read_optional(archive, part_paths.get("sharedStrings"), "si")
    ]
    formats = _read_formats(_read_optional(archive, part_paths.get("styles"), "numFmt", "xf"))
    return ExcelPackage(archive, tuple(sheets), tuple(texts), tuple(formats), since_1904)


def _read_relations(archive: zipfile.ZipFile, path: str) -> dict[str, tuple[str, str]]:
    """Id -> (last word of the type, path of the part)."""
    folder, name = posixpath.split(path)
    relations = {}
    for element in _read_elements(
        archive, f"{folder}/_rels/{name}.rels".lstrip("/"), "Relationship"
    ):
        target = posixpath.normpath(posixpath.join("/", folder, element.get("Target", "")))
        kind = element.get("Type", "").rpartition("/")[2]
        relations[element.get("Id", "")] = (kind, target.lstrip("/"))
    return relations


def _read_formats(elements: Iterator[Any]) -> Iterator[str]:
    """The number format of each style; the rest of the style sheet is ignored."""
    codes = dict(BUILT_IN)
    for element in elements:
        if local_name(element) == "numFmt":
            codes[int(element.get("numFmtId", 0))] = element.get("formatCode", "")[:LONGEST_CODE]
        elif local_name(element.getparent()) == "cellXfs":
            yield codes.get(int(element.get("numFmtId", 0)), "")


def text_of(element: Any) -> str:
    """The text of all runs of an element."""
    runs = [each for each in element if local_name(each) in STRING_PARTS]
    return "".join((run.text or "") if local_name(run) == "t" else text_of(run) for run in runs)


def local_name(element: Any) -> str:
    """The tag without its namespace; "" for a comment."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _read_optional(archive: zipfile.ZipFile, path: str | None, *names: str) -> Iterator[Any]:
    """Elements of an optional part; none if it is missing."""
    with contextlib.suppress(KeyError):
        yield from _read_elements(archive, path or "", *names)


def _read_elements(archive: zipfile.ZipFile, path: str, *names: str) -> Iterator[Any]:
    with archive.open(_find_member(archive, path)) as part:
        reading = etree.iterparse(part, tag=[f"{{*}}{name}" for name in names], **PARSER)
        for number, (_, element) in enumerate(reading):
            if number == 0 and element.getroottree().docinfo.doctype:
                raise UnreadableFile(
                    "its XML has a document type",
                    ANEW,
                    f"文件的 XML 里有文档类型声明：{CHINESE_ANEW}",
                )
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]


def _find_member(archive: zipfile.ZipFile, path: str) -> str:
    """The archive's spelling of a path, ignoring case and kind of slashes. Raises KeyError."""
    names = {name.replace("\\", "/").lstrip("/").lower(): name for name in archive.namelist()}
    return names[path.lower()]
