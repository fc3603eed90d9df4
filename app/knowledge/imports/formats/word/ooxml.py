"""Reads Word's XML: parts by their relationships, elements by their local names.

Relationships to missing parts (a removed image) are never followed. Names are compared without
namespaces, which differ between Word's transitional and strict format.
"""

import io
import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from app.knowledge.imports.formats.archives import within_bounds
from app.knowledge.imports.formats.values import UnreadableFile

OLE = b"\xd0\xcf\x11\xe0"  # the first bytes of encrypted and Word 2003 files
OFF = {"0", "false", "off", "none"}
SAVE_ANEW = "save it as .docx anew"


@dataclass(frozen=True, slots=True)
class WordPackage:
    """An opened .docx file."""

    archive: zipfile.ZipFile
    main: str  # the path of the main document
    related: dict[str, str]  # last word of a part's type, such as "styles" -> path

    def document(self) -> etree._Element:
        """The root of the main document. Raises UnreadableFile."""
        return _parse_part(self.archive, self.main)

    def part(self, kind: str) -> etree._Element | None:
        """The root of the part of this kind; None if it is missing or broken."""
        try:
            return _parse_part(self.archive, self.related.get(kind, ""))
        except UnreadableFile:
            return None


def open_package(data: bytes) -> WordPackage:
    """Open a .docx file. Raises UnreadableFile if it isn't one, or is encrypted."""
    if data.startswith(OLE):
        raise UnreadableFile(
            "it is encrypted, or an old .doc", "save it as .docx without a password"
        )
    within_bounds(data)
    archive = zipfile.ZipFile(io.BytesIO(data))
    main = _read_relationships(archive, "").get("officeDocument", "")
    return WordPackage(archive, main, _read_relationships(archive, main))


def local_name(element: etree._Element) -> str:
    """The tag without its namespace; "" for comments and the like."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def find_child(element: etree._Element | None, *path: str) -> etree._Element | None:
    """The element at a path of names, taking the first child of each name; or None."""
    for name in path:
        if element is None:
            return None
        element = next((each for each in element if local_name(each) == name), None)
    return element


def read_attribute(element: etree._Element | None, name: str = "val") -> str:
    """An attribute's value, by its local name; "" if there is none."""
    if element is None:
        return ""
    values = (value for key, value in element.items() if key.rpartition("}")[2] == name)
    return next(values, "")


def read_number(element: etree._Element | None, name: str = "val") -> int:
    """An attribute's value as a number of up to 6 digits, else 0."""
    digits = read_attribute(element, name)
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 7 else 0


def read_switch(properties: etree._Element | None, *names: str) -> bool | None:
    """Whether any of these properties is on; None if none is set."""
    elements = [find_child(properties, name) for name in names]
    values = [read_attribute(each) not in OFF for each in elements if each is not None]
    return any(values) if values else None


def _read_relationships(archive: zipfile.ZipFile, part: str) -> dict[str, str]:
    folder, name = posixpath.split(part)
    try:
        root = _parse_part(archive, posixpath.join(folder, "_rels", f"{name}.rels"))
    except UnreadableFile:
        return {}
    return dict(_read_targets(root, folder))


def _read_targets(root: etree._Element, folder: str) -> Iterator[tuple[str, str]]:
    for each in root:
        target = read_attribute(each, "Target")
        path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        yield posixpath.basename(read_attribute(each, "Type")), path


def _parse_part(archive: zipfile.ZipFile, path: str) -> etree._Element:
    """Parse a part without entities or network access. Raises UnreadableFile."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(archive.read(path), parser)
    except KeyError:
        raise UnreadableFile("it is no Word document", SAVE_ANEW) from None
    except Exception as error:  # noqa: BLE001 - zipfile, zlib and lxml raise errors of their own
        raise UnreadableFile(
            f"it is no Word document that can be read ({error!r:.80})", SAVE_ANEW
        ) from None
