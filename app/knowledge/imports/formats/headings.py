"""A document as it is read from top to bottom: headings, and what stands below each."""

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
    """Some text that isn't parted without need."""

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
    """The text under each heading, with the headings above it."""
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
    """One for the whole document, of the kinds of text that were left out of it."""
    if kinds := [kind for kind, is_omitted in omissions.items() if is_omitted]:
        yield Remark("", "", f"left out: {', '.join(kinds)}")
