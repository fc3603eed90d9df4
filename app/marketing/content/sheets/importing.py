"""Imports a product sheet: read in a subprocess, checked row by row, stored as briefs."""

import asyncio
import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.account_documents import AccountDocuments
from app.errors import Refusal
from app.jobs import ImportBriefs
from app.knowledge.imports.formats.values import Fault, Remark, SheetItem, SheetRow
from app.knowledge.imports.repository import Upload
from app.knowledge.imports.subprocess_reader import read_sheet
from app.marketing.content.brief_checks.unlawful_facts import list_unlawful_facts
from app.marketing.content.briefs import Briefs
from app.marketing.content.sheets.columns import list_product_names
from app.marketing.content.sheets.contradictions import list_contradictions
from app.marketing.content.sheets.left_out import list_left_out
from app.marketing.content.sheets.rows import BriefRow, FaultyRow, build_brief
from app.safety.advertising.rule_schema import NAME as ADVERTISING_RULES
from app.safety.advertising.rulebook import AdvertisingRulebook, parse_rulebook

MOST_PRODUCTS = 2_000
MOST_NAMED = 5  # faulty rows that a refusal quotes
MOST_LISTED = 500  # faulty rows, and remarks, of a report
MOST_PREVIEWED = 20  # briefs of a report in full


class UnreadableSheet(Refusal):
    """The product sheet can't be read at all; the message says what to do."""

    status = 422
    name = "unreadable_sheet"


class FaultyRows(Refusal):
    """Rows of a product sheet are no briefs, and nothing was stored; the message names them."""

    status = 422
    name = "faulty_rows"


@dataclass(frozen=True, slots=True)
class SheetContent:
    """What a product sheet says: briefs, rows that are none, and what was left out."""

    briefs: tuple[BriefRow, ...]
    faults: tuple[FaultyRow, ...]
    remarks: tuple[Remark, ...]


async def import_briefs(engine: AsyncEngine, request: ImportBriefs) -> dict[str, Any]:
    """The report as JSON. Raises UnreadableSheet, and FaultyRows unless they are to be skipped."""
    upload = Upload(request.file, _decode(request.content))
    items = await read_sheet(upload, list_product_names())
    rules, _ = await AccountDocuments(engine, ADVERTISING_RULES).read(request.account)
    content = await asyncio.to_thread(read_content, items, request.defaults, rules)
    if content.faults and not (request.skip_faulty or request.dry_run):
        raise _refuse_rows(content)
    ids = [""] * len(content.briefs)
    if content.briefs and not request.dry_run:
        briefs = [row.brief for row in content.briefs]
        stored = await Briefs(engine).add_all(request.account, request.author, briefs)
        ids = [each.id for each in stored]
    return _describe_content(content, ids)


def read_content(
    items: Sequence[SheetItem], defaults: Mapping[str, str], rules: object = None
) -> SheetContent:
    """Briefs of all rows. Raises UnreadableSheet for a file that has none.

    rules: the account's changes to the rules of advertising, None without any.
    """
    sheet_rows = [item for item in items if isinstance(item, SheetRow)]
    rulebook = parse_rulebook(rules)
    rows = [build_brief(row, defaults, rulebook) for row in sheet_rows]
    broken = [item for item in items if isinstance(item, Fault)]
    for fault in broken:
        if not fault.at:
            raise UnreadableSheet(
                f"{fault.file}: {fault.what}; {fault.remedy}",
                chinese=fault.chinese and f"{fault.file}：{fault.chinese}",
            )
    if len(rows) > MOST_PRODUCTS:
        raise UnreadableSheet(
            f"the sheet has {len(rows):,} products; {MOST_PRODUCTS:,} at most: split it",
            chinese=f"表格里有 {len(rows):,} 个商品，最多 {MOST_PRODUCTS:,} 个：请拆成几个表格",
        )
    if not rows and not broken:
        raise UnreadableSheet(
            "the sheet has no products: write a row for each",
            chinese="表格里没有商品：请每个商品写一行",
        )
    faults = [
        FaultyRow(fault.at, "", f"{fault.what}; {fault.remedy}", fault.chinese) for fault in broken
    ]
    briefs = tuple(row for row in rows if isinstance(row, BriefRow))
    file = sheet_rows[0].file if sheet_rows else ""
    return SheetContent(
        briefs=briefs,
        faults=(*faults, *(row for row in rows if isinstance(row, FaultyRow))),
        remarks=(
            *(item for item in items if isinstance(item, Remark)),
            *list_left_out(sheet_rows),
            *list_contradictions(file, briefs),
            *_list_unlawful(file, briefs, rulebook),
        ),
    )


def _list_unlawful(
    file: str, rows: Sequence[BriefRow], rulebook: AdvertisingRulebook
) -> Iterator[Remark]:
    """A remark for each fact that the law check refuses."""
    for row in rows:
        for unlawful in list_unlawful_facts(row.brief, rulebook):
            product = row.brief.product
            yield Remark(
                file,
                row.at,
                f"{product}: {unlawful.describe()}",
                f"{product}：{unlawful.explain()}",
            )


def _decode(content: str) -> bytes:
    try:
        return base64.b64decode(content, validate=True)
    except binascii.Error:
        raise UnreadableSheet(
            "the file didn't arrive whole: send it again", chinese="文件没有传完整：请重新上传"
        ) from None


def _refuse_rows(content: SheetContent) -> FaultyRows:
    first = content.faults[:MOST_NAMED]
    count, total = len(content.faults), len(content.faults) + len(content.briefs)
    more, more_chinese = "", ""
    if count > MOST_NAMED:
        more, more_chinese = f"; and {count - MOST_NAMED} more", f"；另有 {count - MOST_NAMED} 行"
    return FaultyRows(
        f"{count} of {total} rows are no briefs, and nothing was stored."
        f" {'; '.join(fault.describe() for fault in first)}{more}. Mend them,"
        " or send skip_faulty=true to store the others; dry_run=true lists all of them",
        chinese=f"{total} 行中有 {count} 行成不了简报，没有存入任何一行。"
        + "；".join(fault.describe_in_chinese() for fault in first)
        + f"{more_chinese}。请改好，或加 skip_faulty=true 存入其余各行；dry_run=true 列出全部问题",
    )


def _describe_content(content: SheetContent, ids: Sequence[str]) -> dict[str, Any]:
    return {
        "briefs": [
            {"at": row.at, "id": brief_id, "product": row.brief.product,
             "facts": len(row.brief.facts)}
            for row, brief_id in zip(content.briefs, ids, strict=True)
        ],
        "previews": [row.brief.model_dump(mode="json") for row in content.briefs[:MOST_PREVIEWED]],
        "faulty": len(content.faults),
        "faults": [asdict(fault) for fault in content.faults[:MOST_LISTED]],
        "remarks": [asdict(remark) for remark in content.remarks[:MOST_LISTED]],
    }  # fmt: skip
