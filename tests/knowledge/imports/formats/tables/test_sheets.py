"""Tables whose columns the caller knows, as people make them."""

import pytest

from app.knowledge.imports.formats.tables.sheets import read_sheet
from app.knowledge.imports.formats.values import Fault, Remark, SheetItem, SheetRow
from app.knowledge.imports.repository import Upload
from app.knowledge.imports.subprocess_reader import read_sheet as read_in_subprocess
from tests.knowledge.packages import package, row

NAMES = ("产品", "product")
TEA = (("产品", "龙井"), ("价格", "168 元"))
MERGED = '<mergeCells count="1"><mergeCell ref="{}"/></mergeCells>'


def read(name: str, data: bytes | str) -> list[SheetItem]:
    content = data.encode() if isinstance(data, str) else data
    return [*read_sheet(name, content, NAMES)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", "；"])
async def test_encodings_and_separators_are_seen(encoding: str, separator: str) -> None:
    lines = [
        ("产品", "产地", "价格"),
        ("龙井", "杭州西湖", "168 元"),
        ("", "", ""),
        ("祁门", "", ""),
    ]
    content = "\r\n".join(separator.join(line) for line in lines).encode(encoding)

    items = read("春茶.csv", content)

    tea = (("产品", "龙井"), ("产地", "杭州西湖"), ("价格", "168 元"))
    assert items == [
        SheetRow("春茶.csv", "row 2", tea),
        SheetRow("春茶.csv", "row 4", (("产品", "祁门"),)),
    ]


@pytest.mark.parametrize("header", ["产品（必填）,价格", "【产品】,价格", " Product* ,价格"])
def test_the_key_column_is_known_by_other_spellings(header: str) -> None:
    [item] = read("a.csv", f"{header}\n龙井,168 元\n")

    assert isinstance(item, SheetRow)
    assert item.cells[0] == (header.partition(",")[0].strip(), "龙井")


def test_rows_of_a_merged_key_cell_are_one_row() -> None:
    rows = row(1, "产品", "规格") + row(2, "龙井", "50 克") + row(3, "", "100 克")
    book = package(f"<sheetData>{rows}</sheetData>{MERGED.format('A2:A3')}")

    items = read("春茶.xlsx", book)

    cells = (("产品", "龙井"), ("规格", "50 克"), ("规格", "100 克"))
    assert items == [SheetRow("春茶.xlsx", "row 2-3", cells)]


def test_titles_above_and_across_the_columns_are_left_out() -> None:
    rows = (
        row(1, "2026 春茶价目") + row(2, "产品", "价格") + row(3, "绿茶") + row(4, "龙井", "168 元")
    )
    book = package(f"<sheetData>{rows}</sheetData>{MERGED.format('A3:B3')}")

    items = read("春茶.xlsx", book)

    assert items == [
        Remark("春茶.xlsx", "row 1", "what stands above the names of the columns was left out"),
        Remark("春茶.xlsx", "row 3", "it is a title across the columns and was left out"),
        SheetRow("春茶.xlsx", "row 4", TEA),
    ]


@pytest.mark.parametrize(
    ("below", "names"),
    [
        (("", "净重", "价格"), ("净重", "价格")),
        (("", "价格", "价格"), ("规格价格", "规格价格")),
        (("", "净重", ""), ("净重", "规格")),
    ],
)
def test_the_second_row_of_a_header_names_the_columns(
    below: tuple[str, ...], names: tuple[str, str]
) -> None:
    rows = row(1, "产品", "规格") + row(2, *below) + row(3, "龙井", "50 克", "168 元")
    merged = '<mergeCells count="2"><mergeCell ref="A1:A2"/><mergeCell ref="B1:C1"/></mergeCells>'

    items = read("春茶.xlsx", package(f"<sheetData>{rows}</sheetData>{merged}"))

    cells = (("产品", "龙井"), (names[0], "50 克"), (names[1], "168 元"))
    assert items == [SheetRow("春茶.xlsx", "row 3", cells)]


def test_a_workbook_named_csv_is_read_as_what_it_is() -> None:
    book = package(row(1, "产品", "价格") + row(2, "龙井", "168 元"))

    items = read("春茶.csv", book)

    assert items == [SheetRow("春茶.csv", "row 2", TEA)]


@pytest.mark.parametrize(
    ("name", "data", "what"),
    [
        ("a.csv", "名字,价格\n龙井,168 元\n", "there is no column 产品, only 名字, 价格"),
        ("a.csv", "", "the file is empty"),
        ("a.csv", "产品,价格\n龙井,168,元\n", "there are 3 cells, and 2 names of columns"),
        ("a.csv", '产品,价格\n"龙井,168 元\n', "row 2 can't be read (unexpected end of data)"),
        ("a.xls", "x", ".xls is no table that is read here"),
        ("a.xlsx", "no workbook", "it is broken (File is not a zip file)"),
        ("a.xlsx", package(row(1, "名字") + row(2, "龙井")), "there is no column 产品, only 名字"),
    ],
)
def test_what_is_wrong_is_a_fault_with_a_remedy(name: str, data: bytes | str, what: str) -> None:
    items = read(name, data)

    [fault] = [item for item in items if isinstance(item, Fault)]
    assert (fault.what, bool(fault.remedy)) == (what, True)
    assert "：" in fault.chinese


async def test_the_rows_come_through_from_another_process() -> None:
    content = "产品,价格\n龙井,168 元\n祁门,=1\n".encode("gb18030")

    items = await read_in_subprocess(Upload("春茶.csv", content), NAMES)

    second = SheetRow("春茶.csv", "row 3", (("产品", "祁门"), ("价格", "=1")))
    assert items == [SheetRow("春茶.csv", "row 2", TEA), second]
