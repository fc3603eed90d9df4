"""Reads the text of Word paragraphs, as it is with all tracked changes accepted."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from app.knowledge.imports.formats.word.ooxml import (
    WordPackage,
    find_child,
    local_name,
    read_attribute,
    read_switch,
)

DELETED, HIDDEN, STRUCK, COMMENTS = (
    "deleted text (track changes)", "hidden text", "struck-out text", "comments",
)  # fmt: skip
IGNORED = {  # properties, field instructions and phonetic guides
    "rPr", "pPr", "sdtPr", "sdtEndPr", "instrText", "delInstrText", "fldData", "rt", "delText",
}  # fmt: skip
LETTERS = {
    "tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-",
    "den": "/", "sup": "^",  # of formulas, put before their content
}  # fmt: skip
SYMBOLS = {  # of the font Wingdings, by code
    "F0FC": "✓", "F0FB": "✗", "F0FE": "☑", "F0FD": "☒", "F0A8": "☐", "F0A3": "☐", "F052": "☑",
    "F0E0": "→",
}  # fmt: skip
NOTES = {"footnoteReference": "footnotes", "endnoteReference": "endnotes"}
HEXADECIMAL = re.compile(r"[0-9A-F]{4}")
LONGEST_CHAIN = 20  # steps of inheritance between styles


@dataclass(frozen=True, slots=True)
class Style:
    """A style's own properties; `above` is the id of its base style."""

    name: str
    above: str
    paragraph: etree._Element | None
    run: etree._Element | None


@dataclass(slots=True)
class Styles:
    """The styles of a document by id."""

    styles: dict[str, Style] = field(default_factory=dict)

    @classmethod
    def of(cls, package: WordPackage) -> "Styles":
        """Read the styles of a document; none if it has no such part."""
        root = package.part("styles")
        elements = (
            [each for each in root if local_name(each) == "style"] if root is not None else []
        )
        return cls(
            {
                read_attribute(each, "styleId"): Style(
                    read_attribute(find_child(each, "name")),
                    read_attribute(find_child(each, "basedOn")),
                    find_child(each, "pPr"),
                    find_child(each, "rPr"),
                )
                for each in elements
            }
        )

    def chain(self, id: str) -> Iterator[Style]:  # noqa: A002 - the noun
        """The style and its base styles, nearest first."""
        for _ in range(LONGEST_CHAIN):
            style = self.styles.get(id)
            if style is None:
                return
            yield style
            id = style.above  # noqa: A001 - the noun

    def switch(self, id: str, *names: str) -> bool | None:  # noqa: A002 - the noun
        """Whether the style switches one of these run properties on; None if it sets none."""
        values = (read_switch(style.run, *names) for style in self.chain(id))
        return next((value for value in values if value is not None), None)


@dataclass(slots=True, kw_only=True)
class Runs:
    """Reads paragraphs in order, as a field may begin in one and end in another."""

    package: WordPackage
    styles: Styles
    omissions: Counter[str] = field(default_factory=Counter)
    boxes: list[etree._Element] = field(default_factory=list)  # text boxes of the paragraph
    _fields: list[bool] = field(default_factory=list)  # per open field: has its result begun?
    _notes: dict[str, dict[str, etree._Element]] = field(default_factory=dict)

    def read(self, paragraph: etree._Element) -> str:
        """The paragraph's text. Its text boxes are put into `boxes`."""
        style = read_attribute(find_child(paragraph, "pPr", "pStyle"))
        text = "".join(self._read_children(paragraph, style))
        # Instructions end with the paragraph, so that an unclosed field doesn't hide more text.
        self._fields = [is_result for is_result in self._fields if is_result]
        return text

    def _read_children(self, element: etree._Element, style: str) -> Iterator[str]:
        for each in element:
            name = local_name(each)
            if name in IGNORED or self._is_omitted(each, name, style):
                continue
            if name == "fldChar":
                self._step_field(read_attribute(each, "fldCharType"))
            elif name == "txbxContent":
                self.boxes.append(each)
            elif name in NOTES:
                yield self._read_note(NOTES[name], read_attribute(each, "id"))
            elif name == "AlternateContent":
                yield from self._read_children(choose_form(each), style)
            else:
                yield self._read_character(each, name)
                yield from self._read_children(each, style)

    def _read_character(self, element: etree._Element, name: str) -> str:
        if not all(self._fields):
            return ""
        if name == "t":
            return element.text or ""
        if name == "sym":
            code = read_attribute(element, "char").upper()
            return SYMBOLS.get(code, "") if code.startswith("F") else _decode_symbol(code)
        return LETTERS.get(name, "")

    def _is_omitted(self, element: etree._Element, name: str, style: str) -> bool:
        kind = ""
        if name == "del":
            kind = DELETED
        elif name == "commentReference":
            kind = COMMENTS
        elif name == "r" and self._is_on(element, style, "vanish"):
            kind = HIDDEN
        elif name == "r" and self._is_on(element, style, "strike", "dstrike"):
            kind = STRUCK
        if kind:
            self.omissions[kind] += bool(kind == COMMENTS or "".join(element.itertext()).strip())
        is_moved = name == "moveFrom"  # the text is also at its new place
        is_placeholder = name == "sdt" and read_switch(
            find_child(element, "sdtPr"), "showingPlcHdr"
        )
        return bool(kind or is_moved or is_placeholder)

    def _is_on(self, run: etree._Element, style: str, *names: str) -> bool:
        properties = find_child(run, "rPr")
        own = read_switch(properties, *names)
        if own is None:
            own = self.styles.switch(read_attribute(find_child(properties, "rStyle")), *names)
        if own is None:
            own = self.styles.switch(style, *names)
        return bool(own)

    def _step_field(self, kind: str) -> None:
        if kind == "begin":
            self._fields.append(False)
        elif kind == "separate" and self._fields:
            self._fields[-1] = True
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _read_note(self, kind: str, id: str) -> str:  # noqa: A002 - the noun
        """The text of a note in brackets, for the place of its reference."""
        if kind not in self._notes:
            root = self.package.part(kind)
            self._notes[kind] = {
                read_attribute(each, "id"): each for each in (root if root is not None else ())
            }
        note = self._notes[kind].pop(id, None)
        paragraphs = note.iter("{*}p") if note is not None else ()
        text = " ".join(self.read(each).strip() for each in paragraphs).strip()
        return f"（{text.rstrip('。.')}）" if text else ""


def choose_form(alternatives: etree._Element) -> etree._Element:
    """Of alternative forms of one thing, the first with text, else the last."""
    forms = [*alternatives]
    with_text = (form for form in forms if next(form.iter("{*}t"), None) is not None)
    return next(with_text, forms[-1]) if forms else alternatives


def _decode_symbol(code: str) -> str:
    return chr(int(code, 16)) if HEXADECIMAL.fullmatch(code) else ""
