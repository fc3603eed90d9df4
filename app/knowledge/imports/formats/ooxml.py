"""Word's XML: parts of a document by their relationships, elements by their local names.

Relationships that lead nowhere (an image that was taken out) are never followed. Names are
compared without their namespaces, which differ between Word's transitional and strict format.
"""

import io
import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from app.knowledge.imports.formats.archives import within_bounds
from app.knowledge.imports.formats.values import UnreadableFile

OLE = b"\xd0\xcf\x11\xe0"  # what encrypted files and those of Word 2003 begin with
OFF = {"0", "false", "off", "none"}
SAVE_ANEW = "save it as .docx anew"


@dataclass(frozen=True, slots=True)
class WordPackage:
    """A .docx file."""

    archive: zipfile.ZipFile
    main: str  # the path of the document in it
    related: dict[str, str]  # the other parts' paths, by the last word of their type: "styles"

    def document(self) -> etree._Element:
        """Raises Unusable."""
        return _parse_part(self.archive, self.main)

    def part(self, kind: str) -> etree._Element | None:
        """None where the document has none of this kind, or it is broken."""
        try:
            return _parse_part(self.archive, self.related.get(kind, ""))
        except UnreadableFile:
            return None


def open_package(data: bytes) -> WordPackage:
    """Raises Unusable."""
    if data.startswith(OLE):
        raise UnreadableFile(
            "it is encrypted, or an old .doc", "save it as .docx without a password"
        )
    within_bounds(data)
    archive = zipfile.ZipFile(io.BytesIO(data))
    main = _read_relationships(archive, "").get("officeDocument", "")
    return WordPackage(archive, main, _read_relationships(archive, main))


def local_name(element: etree._Element) -> str:
    """The tag without its namespace; "" for what is no element."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def find_child(element: etree._Element | None, *path: str) -> etree._Element | None:
    """The first child of this name, and so on along the path."""
    for name in path:
        if element is None:
            return None
        element = next((each for each in element if local_name(each) == name), None)
    return element


def read_attribute(element: etree._Element | None, name: str = "val") -> str:
    """ "" where there is none."""
    if element is None:
        return ""
    values = (value for key, value in element.items() if key.rpartition("}")[2] == name)
    return next(values, "")


def read_number(element: etree._Element | None, name: str = "val") -> int:
    """An attribute's value, 0 where it is none."""
    digits = read_attribute(element, name)
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 7 else 0


def read_switch(properties: etree._Element | None, *names: str) -> bool | None:
    """Whether any of these properties is on; None where they say nothing."""
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
    """No entity is resolved, nothing fetched; deep nesting and long texts are refused."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(archive.read(path), parser)
    except KeyError:
        raise UnreadableFile("it is no Word document", SAVE_ANEW) from None
    except Exception as error:  # noqa: BLE001 - zipfile, zlib and lxml each raise their own
        raise UnreadableFile(
            f"it is no Word document that can be read ({error!r:.80})", SAVE_ANEW
        ) from None
