"""Groups the blocks of a document, headings and paragraphs, into sections."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from app.knowledge.imports.formats.values import Remark, Section


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the highest."""

    level: int
    text: str
    at: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph or table, which is split only if it is too long."""

    text: str
    at: str = ""


Block = Heading | Paragraph


@dataclass(slots=True)
class _Open:
    at: str = ""
    texts: list[str] = field(default_factory=list)

    def section(self, path: dict[int, str]) -> Section:
        return Section(self.at, tuple(path[level] for level in sorted(path)), "\n".join(self.texts))


def build_sections(blocks: Iterable[Block]) -> Iterator[Section]:
    """Sections: the text under each heading, titled by that heading and those above it."""
    path: dict[int, str] = {}
    under = _Open()
    for block in blocks:
        text = block.text.strip()
        if isinstance(block, Paragraph):
            if text:
                under.texts.append(text)
            continue
        if under.texts:
            yield under.section(path)
        under = _Open(block.at)
        path = {level: above for level, above in path.items() if level < block.level}
        if text:
            path[block.level] = " ".join(text.split())
    if under.texts:
        yield under.section(path)


def build_remarks(omissions: Mapping[str, bool]) -> Iterator[Remark]:
    """One remark for the document on the kinds of text that were left out, if any."""
    if kinds := [kind for kind, is_omitted in omissions.items() if is_omitted]:
        yield Remark("", "", f"left out: {', '.join(kinds)}")
