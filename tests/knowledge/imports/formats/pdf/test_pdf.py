"""PDF files: characters, spaces and rows out of glyphs that a PDF places one by one."""

import pytest

from tests.knowledge.imports.formats.pdf.pdf_pages import (
    DESCRIPTOR,
    Text,
    assemble,
    chinese_pdf,
    rulings,
)
from tests.knowledge.imports.formats.reads import read_faults, read_remarks, read_text

GOOD = Text(60, 780, "押金三百元，退租时原路退回，节假日顺延，大件另行安排车辆上门。")


def rows(*cells: str, y: float = 700, columns: tuple[float, ...] = (62, 162, 262)) -> list[Text]:
    """Rows of a table, 20 points each; the cells are named row by row."""
    return [
        Text(columns[n % len(columns)], y - 20 * (n // len(columns)), text, 10)
        for n, text in enumerate(cells)
    ]


@pytest.mark.parametrize(
    ("page", "text"),
    [
        # characters set wide, by their places, by a spacing, and by spaces between them
        ([Text(60 + 16 * n, 780, char) for n, char in enumerate("押金说明如下")], "押金说明如下"),
        ([Text(60, 780, "押金在七天内退回。", spacing=5)], "押金在七天内退回。"),
        ([Text(60, 780, "押 金 在 七 天 内 退 回 。"), Text(60, 760, "目 录")],
         "押金在七天内退回。\n目录"),
        # spaces that are meant
        ([Text(60, 780, "大床房 双早 四百元")], "大床房 双早 四百元"),
        ([Text(60, 780, "支持 iPhone 15 Pro 与 USB-C"), Text(60, 760, "满200减30")],
         "支持 iPhone 15 Pro 与 USB-C\n满200减30"),
        ([Text(60 + 54 * n, 780, word) for n, word in enumerate(("Returns", "in", "time"))],
         "Returns in time"),
        ([Text(60, 780, "Items may be returned within seven days of delivery, provided they", 14),
          Text(60, 760, "are unused.", 14)],
         "Items may be returned within seven days of delivery, provided they are unused."),
        # rows of a table without rulings
        (rows("房型", "价格", "早餐", "大床房", "四百元", "双早", "双床房", "三百八", "单早"),
         "房型 价格 早餐\n大床房 四百元 双早\n双床房 三百八 单早"),
        (rows("大", "中", "小", "一", "二", "三"), "大 中 小\n一 二 三"),
        # paragraphs, and lines of their own
        ([Text(84, 780, "退货运费由买家承担换货运费由卖家承担，且商品须完好"),
          Text(60, 762, "无损并附原包装与发票，逾期不予受理并须自付来回运费和"),
          Text(60, 744, "保价费用。"), Text(60, 726, "另行通知")],
         "退货运费由买家承担换货运费由卖家承担，且商品须完好无损并附原包装与发票，逾期不予受理并须自付来回"
         "运费和保价费用。\n另行通知"),
        ([Text(60, 780 - 18 * n, line) for n, line in enumerate(("押金：三百", "租期：一年"))],
         "押金：三百\n租期：一年"),
        ([Text(x, y, text) for x in (60, 320) for y, text in
          ((780, "栏内第一行文字写满十四个字到边"), (764, "栏内第二行文字写满十四个字到边"),
           (748, "为止。"))],
         "栏内第一行文字写满十四个字到边栏内第二行文字写满十四个字到边为止。\n"
         "栏内第一行文字写满十四个字到边栏内第二行文字写满十四个字到边为止。"),
        ([Text(60, 780, "\uf0b7 七天退货，须附原包装并保持完好无损的状态"),
          Text(60, 762, "\uf0b7 十五天换货，须附原包装并保持完好无损")],
         "• 七天退货，须附原包装并保持完好无损的状态\n• 十五天换货，须附原包装并保持完好无损"),
        # drawn twice, off the page, across it
        ([Text(60, 780, "退租"), Text(60.4, 780, "退租"), Text(60, 760, "三百。")], "退租\n三百。"),
        ([Text(60, 780, "可见。"), Text(900, 780, "页外")], "可见。"),
        ([Text(60, 780, "可见。"), Text(200, 300, "内部资料", 40, turn="0.7 0.7 -0.7 0.7")],
         "可见。\n内部资料"),
    ],
)  # fmt: skip
def test_lines_are_those_that_a_person_sees(page: list[Text], text: str) -> None:
    assert read_text("a.pdf", chinese_pdf([page])) == text


def test_rows_between_rulings_have_the_names_of_their_columns() -> None:
    page = [
        Text(60, 740, "价目如下："), *rows("房型", "说明", "早餐", y=705),
        Text(62, 685, "大床房", 10), Text(162, 685, "含双人自助早餐与茶", 10),
        Text(162, 673, "点", 10), Text(262, 685, "双早", 10), Text(62, 640, "以上含税。"),
    ]  # fmt: skip
    file = chinese_pdf([page], drawing=rulings([60, 160, 260, 360], [720, 700, 665]))

    assert read_text("a.pdf", file) == (
        "价目如下：\n房型：大床房；说明：含双人自助早餐与茶点；早餐：双早\n以上含税。"
    )


def test_a_cell_over_several_rows_stands_in_each() -> None:
    page = rows("城市", "门店", "时间", "杭州", "湖滨", "九点", "", "西溪", "八点", y=705)
    lines = "\n".join([
        rulings([160, 260, 360], [720, 700, 680, 660]), rulings([60, 160], [720, 700, 660])
    ])  # fmt: skip

    assert read_text("a.pdf", chinese_pdf([page], drawing=lines)) == (
        "城市：杭州；门店：湖滨；时间：九点\n城市：杭州；门店：西溪；时间：八点"
    )


def test_rows_between_which_no_ruling_is_drawn_stay_apart() -> None:
    page = rows("房型", "价格", "早餐", "大床房", "四百", "双早", "双床房", "三百", "单早", y=705)
    file = chinese_pdf([page], drawing=rulings([60, 160, 260, 360], [720, 700, 660]))

    assert read_text("a.pdf", file) == (
        "房型：大床房；价格：四百；早餐：双早\n房型：双床房；价格：三百；早餐：单早"
    )


def test_a_background_that_cuts_through_words_is_no_table() -> None:
    file = chinese_pdf([[GOOD, Text(60, 760, "另行通知。")]],
                       drawing=rulings([60, 97, 500], [795, 777, 757]))  # fmt: skip

    assert read_text("a.pdf", file) == f"{GOOD.text}\n另行通知。"


@pytest.mark.parametrize("repeated", [False, True])
def test_a_table_that_goes_on_keeps_its_names(repeated: bool) -> None:
    names = ("房型", "价格", "早餐")
    pages = [
        rows(*names, "大床房", "四百", "双早", y=705),
        rows(*(names if repeated else ()), "双床房", "三百", "单早", y=705 - 20 * (not repeated)),
    ]
    file = chinese_pdf(pages, drawing=rulings([60, 160, 260, 360], [720, 700, 680]))

    assert read_text("a.pdf", file) == (
        "房型：大床房；价格：四百；早餐：双早\n房型：双床房；价格：三百；早餐：单早"
    )


def test_another_table_on_the_next_page_has_names_of_its_own() -> None:
    pages = [
        rows("房型", "价格", "早餐", "大床房", "四百", "双早", y=705),
        [
            Text(60, 790, "二"),
            Text(60, 770, "门店"),
            *rows("城", "店", "时", "杭", "湖", "九", y=705),
        ],
    ]
    file = chinese_pdf(pages, drawing=rulings([60, 160, 260, 360], [720, 700, 680]))

    assert read_text("a.pdf", file).endswith("城：杭；店：湖；时：九")


def font(kind: str) -> bytes:
    """A page in a font whose codes 1 to 7 mean what only the font's own program knows."""
    widths = "/FirstChar 1/LastChar 7/Widths[600 600 600 600 600 600 600]"
    objects = ["<</Type/Catalog/Pages 2 0 R>>", "", f"<</Type/Font{widths}{kind}>>", DESCRIPTOR]
    return assemble(objects, ["BT /F1 12 Tf 60 700 Td <01020304050607> Tj ET"])


@pytest.mark.parametrize(
    "file",
    [
        chinese_pdf([[GOOD]], mapped=False),
        chinese_pdf([[Text(60, 780, "押\ue001\ue002金三百元")]]),
        chinese_pdf([[Text(60, 780, "\ufffd\ufffd\ufffd元")]]),
        font("/Subtype/TrueType/BaseFont/A+X/FontDescriptor 4 0 R"),
        font("/Subtype/Type1/BaseFont/A+X/FontDescriptor 4 0 R/Encoding"
             "<</Differences[1/g1/g2/g3/g4/g5/g6/g7]>>"),
        font("/Subtype/Type3/FontBBox[0 0 1 1]/FontMatrix[.001 0 0 .001 0 0]/CharProcs<<>>"
             "/Resources<<>>/Encoding<</Differences[1/a1/a2/a3/a4/a5/a6/a7]>>"),
    ],
)  # fmt: skip
def test_a_page_whose_glyphs_have_no_characters_is_a_fault(file: bytes) -> None:
    [(at, what)] = read_faults("a.pdf", file)

    assert at == "page 1"
    assert what.endswith("glyphs have no characters: it can be seen, not read")
    assert not read_text("a.pdf", file)


def test_other_pages_of_such_a_file_are_read() -> None:
    file = chinese_pdf([[GOOD], [Text(60, 780, "\ufffd\ufffd")], []])

    assert read_text("a.pdf", file) == GOOD.text
    assert [at for at, _ in read_faults("a.pdf", file)] == ["page 2"]


def test_a_few_glyphs_without_characters_are_left_out_with_a_remark() -> None:
    file = chinese_pdf([[GOOD, Text(60, 760, "\ufffd共两页。")]])

    assert read_text("a.pdf", file) == f"{GOOD.text}\n共两页。"
    assert read_remarks("a.pdf", file) == [("page 1", "1 glyphs without a character left out")]


def test_letters_that_are_drawn_as_shapes_are_a_fault() -> None:
    curve = "60 700 m 70 710 80 720 90 700 c S\n"

    assert read_faults("a.pdf", chinese_pdf([[]], drawing=curve * 60)) == [
        ("page 1", "it is a picture without text")
    ]


def test_a_stamp_on_a_scan_gets_a_remark() -> None:
    image = "q 590 0 0 840 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \x41 EI Q"
    file = chinese_pdf([[Text(60, 780, "扫描软件")]], drawing=image)

    assert read_remarks("a.pdf", file) == [
        ("page 1", "it is a picture with little text; what the picture shows isn't read")
    ]
