"""What rows of one product in a sheet say differently. No I/O."""

from collections.abc import Iterator, Sequence

from app.kit.text import fold_to_letters
from app.knowledge.imports.formats.values import Remark
from app.marketing.content.sheets.rows import BriefRow, name_place


def list_contradictions(file: str, rows: Sequence[BriefRow]) -> Iterator[Remark]:
    """A remark for each fact of a product that an earlier row of the same product says otherwise.

    Both rows are briefs: one may be for another package or season.
    """
    earlier: dict[tuple[str, str], tuple[str, str]] = {}
    for row in rows:
        for fact in row.brief.facts:
            key = fold_to_letters(row.brief.product), fold_to_letters(fact.name)
            at, value = earlier.setdefault(key, (row.at, fact.value))
            if fold_to_letters(value) != fold_to_letters(fact.value):
                yield Remark(
                    file, row.at,
                    f"{fact.name} of {row.brief.product} is {fact.value[:40]!r} here and"
                    f" {value[:40]!r} in {at}: both became briefs, check which is right",
                    f"{row.brief.product}的{fact.name}这里是“{fact.value[:40]}”，"
                    f"{name_place(at)}是“{value[:40]}”：两行都成了简报，请核对哪个对",
                )  # fmt: skip
