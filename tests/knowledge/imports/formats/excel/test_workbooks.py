"""Workbooks as people see them in Excel, whatever tool wrote them."""

import pytest

from app.knowledge.imports.formats.reading import read_file
from app.knowledge.imports.formats.values import Fault, Remark, Row
from app.messages.values import as_plain_text
from tests.knowledge.packages import HEAD, MAIN, package, row, styles, unzipped, zipped

SHIP = row(2, "多久发货？", "两天。")
PAY = row(3, "能货到付款吗", "暂不支持。")
BOTH = {"多久发货？": "两天。", "能货到付款吗": "暂不支持。"}


def entries(data: bytes) -> dict[str, str]:
    items = [*read_file("faq.xlsx", data, set())]
    assert [each for each in items if isinstance(each, Fault)] == []
    return {each.question: as_plain_text(each.answer) for each in items if isinstance(each, Row)}


def faults(data: bytes) -> list[tuple[str, str]]:
    return [(f.at, f.what) for f in read_file("faq.xlsx", data, set()) if isinstance(f, Fault)]


def remarks(data: bytes) -> list[tuple[str, str]]:
    return [(r.at, r.what) for r in read_file("faq.xlsx", data, set()) if isinstance(r, Remark)]


def cell_text(of: str, style_sheet: str = "", texts: str = "", properties: str = "") -> str:
    """The answer that a cell B2 gives; `of` is the cell without its place."""
    sheet = HEAD + row(2, "是多少").replace("</row>", f'<c r="B2" {of}</c></row>')
    data = package(sheet, style_sheet=style_sheet, texts=texts, properties=properties)
    return entries(data)["是多少"]


@pytest.mark.parametrize(
    "dimension",
    ["", "A1", "A1:C2", "A1:B2", "A2:A2", "A1:XFD1048576", "rubbish"],
)
def test_a_wrong_dimension_loses_nothing(dimension: str) -> None:
    sheet = f'<dimension ref="{dimension}"/><sheetData>{HEAD}{SHIP}{PAY}</sheetData>'

    assert entries(package(sheet)) == BOTH


def test_strict_documents_are_read() -> None:
    assert entries(package(HEAD + SHIP + PAY, strict=True)) == BOTH


@pytest.mark.parametrize(
    "style_sheet",
    [
        "",
        styles(more="<fills><fill><patternFill/></fill><fill/></fills>"),
        styles(more='<fonts count="7"><font><sz val="big"/><odd/></font></fonts>'),
        f'<styleSheet xmlns="{MAIN}"/>',
        f'<styleSheet xmlns="{MAIN}"><dxfs><dxf><fill/></dxf></dxfs></styleSheet>',
    ],
)
def test_an_odd_style_sheet_loses_nothing(style_sheet: str) -> None:
    styled = SHIP.replace('t="inlineStr"', 's="4" t="inlineStr"')

    assert entries(package(HEAD + styled + PAY, style_sheet=style_sheet)) == BOTH


def test_parts_are_found_however_their_names_are_spelt() -> None:
    parts = unzipped(package(HEAD + SHIP + PAY))
    odd = {name.replace("/", "\\").replace("sheet1", "SHEET1"): xml for name, xml in parts.items()}

    assert entries(zipped(odd)) == BOTH


def test_rows_and_cells_without_places_stand_in_their_order() -> None:
    plain = '<row><c t="str"><v>{}</v></c><c t="str"><v>{}</v></c></row>'
    table = [("问题", "答案"), *BOTH.items()]

    assert entries(package("".join(plain.format(*pair) for pair in table))) == BOTH


def test_prefixed_names_are_read() -> None:
    sheet = f'<x:sheetData xmlns:x="{MAIN}">{HEAD}{SHIP}</x:sheetData><sheetData/>'

    assert entries(package(sheet)) == {"多久发货？": "两天。"}


def test_every_cell_of_a_merged_one_has_its_value() -> None:
    rows = HEAD + row(2, "怎么开票", "勾选即可。") + row(3, "电子票在哪") + row(4, "几时开票")
    sheet = f'<sheetData>{rows}</sheetData><mergeCells><mergeCell ref="B2:B4"/></mergeCells>'

    assert entries(package(sheet)) == dict.fromkeys(
        ("怎么开票", "电子票在哪", "几时开票"), "勾选即可。"
    )


@pytest.mark.parametrize(
    ("answers", "merged", "answer"),
    [
        (("勾选即可。", "", ""), "C3:C5", "勾选即可。"),
        (("勾选即可。", "", ""), "", "勾选即可。"),
        (("先登录。", "", "再勾选。"), "", "先登录。\n再勾选。"),
    ],
)
def test_rows_of_one_merged_question_are_one_entry(
    answers: tuple[str, ...], merged: str, answer: str
) -> None:
    rows = row(1, "常见问题") + row(2, "问题", "相似问法", "答案")
    rows += row(3, "怎么开票", "发票怎么弄", answers[0])
    rows += row(4, "", "开票流程", answers[1]) + row(5, "", "如何索取发票", answers[2])
    ranges = ["A1:C1", "A3:A5", *filter(None, [merged])]
    cells = "".join(f'<mergeCell ref="{each}"/>' for each in ranges)
    sheet = f"<sheetData>{rows}</sheetData><mergeCells>{cells}</mergeCells>"
    [entry] = [r for r in read_file("faq.xlsx", package(sheet), set()) if isinstance(r, Row)]

    assert entry.variants == ("发票怎么弄", "开票流程", "如何索取发票")
    assert (entry.at, entry.question, as_plain_text(entry.answer)) == ("row 3", "怎么开票", answer)


def test_titles_and_names_in_two_rows_are_no_entries() -> None:
    rows = row(1, "问题与答案汇总") + row(2, "问题", "答案") + row(3, "", "中文") + row(4, "售后")
    rows += row(5, "怎么退货", "七天内可退。")
    cells = "".join(f'<mergeCell ref="{each}"/>' for each in ("A1:B1", "A2:A3", "A4:B4"))
    data = package(f"<sheetData>{rows}</sheetData><mergeCells>{cells}</mergeCells>")

    assert entries(data) == {"怎么退货": "七天内可退。"}
    assert remarks(data) == [
        ("row 1", "what stands above the names of the columns was left out"),
        ("row 4", "it is a title across the columns and was left out"),
    ]


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_left_out_and_remarked(state: str) -> None:
    data = package(HEAD + SHIP, HEAD + row(2, "旧价", "八十元"), states=("visible", state))

    assert entries(data) == {"多久发货？": "两天。"}
    assert remarks(data) == [("sheet 表2", "it is hidden and was left out")]


@pytest.mark.parametrize("attributes", ['hidden="1"', 'hidden="true"', 'ht="0" customHeight="1"'])
def test_hidden_rows_are_left_out_and_remarked(attributes: str) -> None:
    hidden = [row(n, f"旧{n}", "作废", attributes=attributes) for n in (3, 4, 6)]
    data = package(HEAD + SHIP + "".join(hidden[:2]) + row(5, "新", "有") + hidden[2])

    assert entries(data) == {"多久发货？": "两天。", "新": "有"}
    assert remarks(data) == [("", "rows 3-4, 6 are hidden and left out")]


@pytest.mark.parametrize("attributes", ['hidden="1"', 'width="0"'])
def test_hidden_columns_are_left_out_and_remarked(attributes: str) -> None:
    rows = row(1, "问题", "相似问法", "答案") + row(2, "多久发货？", "作废", "两天。")
    columns = f'<cols><col min="2" max="2" {attributes}/><col min="9" max="99" hidden="1"/></cols>'
    data = package(f"{columns}<sheetData>{rows}</sheetData>")
    [entry] = [each for each in read_file("faq.xlsx", data, set()) if isinstance(each, Row)]

    assert (entry.variants, as_plain_text(entry.answer)) == ((), "两天。")
    assert remarks(data) == [("", "column B is hidden and left out")]


def test_a_sheet_without_the_columns_is_a_remark_where_another_has_them() -> None:
    notes = row(1, "分类") + row(2, "售前")
    what = "there is no column question or answer, only 分类"

    assert remarks(package(notes, HEAD + SHIP)) == [("sheet 表1", f"{what}; it was left out")]
    assert faults(package(notes, HEAD + SHIP)) == []
    assert faults(package(notes)) == [("", what)]


@pytest.mark.parametrize(
    ("of", "text"),
    [
        ('t="s"><v>0</v>', "普通"),
        ('t="s"><v>1</v>', "粗体和细体"),
        ('t="s"><v>2</v>', "汉字"),
        ('t="inlineStr"><is><r><t>一</t></r><r><rPr><b/></rPr><t> 二</t></r></is>', "一 二"),
        ('t="str"><f>A1&amp;"x"</f><v>算出来的</v>', "算出来的"),
        ('><f t="shared" si="0"/><v>8</v>', "8"),
        ('t="b"><v>1</v>', "TRUE"),
        ('t="b"><v>0</v>', "FALSE"),
        ("><v>4008001234</v>", "4008001234"),
        ("><v>13800001111222</v>", "13800001111222"),
        ("><v>0.30000000000000004</v>", "0.3"),
        ('t="str"><v>005</v>', "005"),
        ('t="str"><v>a_x000D_b</v>', "a\rb"),
        ('t="d"><v>2026-06-18</v>', "2026-06-18"),
        ('t="d"><v>2026-06-18T22:30:00Z</v>', "2026-06-18 22:30"),
        ('t="str"><v>⾦⼯⻋间</v>', "金工车间"),
        ('t="str"><v>① 约 ￥8～9</v>', "① 约 ￥8～9"),
    ],
)  # fmt: skip
def test_a_cell_is_what_it_shows(of: str, text: str) -> None:
    texts = (
        "<si><t>普通</t></si><si><r><t>粗体</t></r><r><rPr><b/></rPr><t>和细体</t></r></si>"
        '<si><t>汉字</t><rPh sb="0" eb="2"><t>かんじ</t></rPh><phoneticPr fontId="1"/></si>'
    )

    assert cell_text(of, texts=texts) == text


def test_formats_of_cells_are_seen() -> None:
    style_sheet = styles("0%", '"¥"0.00', "yyyy-mm-dd", '0"元"', '@"元"')

    assert cell_text('s="1"><v>0.15</v>', style_sheet) == "15%"
    assert cell_text('s="2"><v>12</v>', style_sheet) == "¥12.00"
    assert cell_text('s="3"><f>TODAY()</f><v>46191</v>', style_sheet) == "2026-06-18"
    assert cell_text('s="4" t="str"><v>十</v>', style_sheet) == "十"
    assert cell_text('s="5" t="str"><v>十</v>', style_sheet) == "十元"
    assert cell_text(
        's="3"><v>44729</v>', style_sheet, properties='<workbookPr date1904="1"/>'
    ) == ("2026-06-18")


@pytest.mark.parametrize(
    ("of", "what"),
    [
        ("><f>B3*2</f><v></v>", "its formula has no result"),
        ("><f>B3*2</f>", "its formula has no result"),
        ('><f t="shared" si="0"/>', "its formula has no result"),
        ('t="e"><v>#N/A</v>', "a cell shows #N/A"),
        ('t="e"><f>1/0</f><v>#DIV/0!</v>', "a cell shows #DIV/0!"),
        ('t="e"><v>#REF!</v>', "a cell shows #REF!"),
        ("><v>1e999</v>", "a cell holds 1e999"),
        ("><v>nan</v>", "a cell holds nan"),
    ],
)
def test_a_cell_that_shows_no_text_is_a_fault_of_its_row(of: str, what: str) -> None:
    broken = row(2, "是多少").replace("</row>", f'<c r="B2" {of}</c><c r="C2" {of}</c></row>')

    assert faults(package(HEAD + broken + PAY)) == [("row 2", what)]


def test_an_error_in_a_column_that_means_nothing_is_no_fault() -> None:
    broken = SHIP.replace("</row>", '<c r="C2" t="e"><v>#N/A</v></c></row>')

    assert entries(package(HEAD + broken)) == {"多久发货？": "两天。"}


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "the file is empty"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "it is encrypted, or an old .xls"),
        (zipped({"a.xml": "<a/>"}), "it is no workbook"),
        (package(HEAD + SHIP + '<row r="3"><c r="rubbish"/></row>'), "it is broken (ValueError("),
        (package(HEAD + '<row r="2"><c r="A2" t="s"><v>9</v></c></row>'), "it is broken (IndexErr"),
        (package("<sheetData><row>"), "it is broken (XMLSyntaxError("),
        (package(""), "it has no rows"),
    ],
)
def test_what_is_no_workbook_is_said(data: bytes, what: str) -> None:
    assert [(at, message[: len(what)]) for at, message in faults(data)] == [("", what)]


def test_a_document_type_is_refused() -> None:
    parts = unzipped(package(HEAD + SHIP))
    name = "xl/worksheets/sheet1.xml"
    bomb = '<!DOCTYPE worksheet [<!ENTITY a "哈"><!ENTITY b "&a;&a;&a;&a;">]>'
    parts[name] = bomb + parts[name].replace("两天。", "&b;")

    assert faults(zipped(parts)) == [("", "its XML has a document type")]


def test_a_broken_sheet_leaves_the_others() -> None:
    data = package(HEAD + SHIP, "<sheetData><row>", HEAD + PAY)

    assert [at for at, _ in faults(data)] == ["sheet 表2"]
    assert [r.question for r in read_file("a.xlsx", data, set()) if isinstance(r, Row)] == [*BOTH]
