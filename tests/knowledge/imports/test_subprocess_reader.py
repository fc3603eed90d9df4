"""Files read in another process, within bounds of time and memory."""

import pytest

from app.knowledge.imports.formats.values import (
    MOST_CHARACTERS,
    Fault,
    Remark,
    Row,
    count_characters,
)
from app.knowledge.imports.plan import build_plan
from app.knowledge.imports.repository import Upload
from app.knowledge.imports.subprocess_reader import read_uploads
from tests.knowledge.packages import package, row

HEAD = row(1, "问题", "相似问法", "答案")


@pytest.mark.timeout(120)
async def test_a_long_text_shared_by_many_cells_is_a_fault_before_memory_ends() -> None:
    shared = "|".join(["宽" * 1_990] * 50)
    cell = '<c r="B{0}" t="s"><v>0</v></c>'
    rows = [row(n, f"第{n}个", "", "好").replace('<c r="C', cell.format(n) + '<c r="C')
            for n in range(2, 2_000)]  # fmt: skip
    book = package(HEAD + "".join(rows), texts=f"<si><t>{shared}</t></si>")
    assert len(book) < 100_000  # and 200 million characters

    items = await read_uploads(
        [Upload("faq.xlsx", book), Upload("later.csv", "问题,答案\n一,二\n".encode())]
    )

    assert items[-1] == Fault(
        "faq.xlsx", "", "the import has over 20 million characters up to here",
        "split it into several imports",
    )  # fmt: skip
    assert sum(map(count_characters, items)) < MOST_CHARACTERS + 1_000
    assert [each for each in items if isinstance(each, Fault)] == items[-1:]


@pytest.mark.timeout(120)
async def test_characters_of_all_files_count_together() -> None:
    variants = "|".join(f"{n}" + "宽" * 1_980 for n in range(50))
    lines = "".join(f"第{n}个,{variants},好\n" for n in range(70))
    upload = f"问题,相似问法,答案\n{lines}".encode()

    items = await read_uploads([Upload(f"{n}.csv", upload) for n in range(3)])

    assert [fault.file for fault in items if isinstance(fault, Fault)] == ["2.csv"]


async def test_a_remark_comes_through_with_its_place() -> None:
    hidden = row(3, "旧价", "", "八十元", attributes='hidden="1"')
    book = package(HEAD + row(2, "多久发货？", "", "两天。") + hidden)

    items = await read_uploads([Upload("faq.xlsx", book)])

    assert Remark("faq.xlsx", "", "row 3 is hidden and left out") in items
    assert [each.question for each in items if isinstance(each, Row)] == ["多久发货？"]
    assert build_plan(items).faults == ()


async def test_an_empty_export_has_nothing_to_do() -> None:
    exported = {"a.jsonl": b"", "a.csv": "\ufeffid,question,variants,answer\r\n".encode()}
    planned = build_plan(await read_uploads([Upload(*each) for each in exported.items()]))

    assert (planned.faults, [remark.file for remark in planned.remarks]) == ((), [*exported])
