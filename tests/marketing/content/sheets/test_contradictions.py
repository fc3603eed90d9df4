"""What a product sheet says twice and differently, and what the law forbids to say."""

from app.knowledge.imports.formats.values import Remark, SheetRow
from app.marketing.content.sheets.importing import SheetContent, read_content


def read_rows(*rows: SheetRow) -> SheetContent:
    return read_content(rows, {})


def make_row(at: str, *cells: tuple[str, str]) -> SheetRow:
    return SheetRow("茶.csv", at, (("产品", "龙井"), *cells))


def test_two_columns_of_one_name_with_different_cells_make_a_row_faulty() -> None:
    content = read_rows(make_row("row 2", ("产地", "杭州"), ("产地", "绍兴")))

    assert [fault.what for fault in content.faults] == [
        "two columns are named 产地, with '杭州' and '绍兴': keep the right one, or give them"
        " different names"
    ]


def test_joined_rows_and_selling_points_have_several_values() -> None:
    content = read_rows(
        make_row("row 2-3", ("规格", "50 克"), ("规格", "100 克")),
        make_row("row 4", ("卖点", "清香"), ("卖点", "回甘")),
    )

    facts = [[(fact.name, fact.value) for fact in row.brief.facts] for row in content.briefs]
    assert facts == [[("规格", "50 克；100 克")], [("卖点", "清香；回甘")]]


def test_rows_of_one_product_that_differ_are_remarked_on() -> None:
    content = read_rows(
        make_row("row 2", ("产地", "杭州"), ("价格", "168")),
        make_row("row 3", ("产地", "绍兴"), ("价格", "168")),
    )

    assert len(content.briefs) == 2
    assert content.remarks == (
        Remark(
            "茶.csv", "row 3",
            "产地 of 龙井 is '绍兴' here and '杭州' in row 2: both became briefs, check which is"
            " right",
        ),
    )  # fmt: skip


def test_a_fact_that_the_law_check_refuses_is_remarked_on() -> None:
    content = read_rows(make_row("row 2", ("产地", "杭州"), ("荣誉", "全国销量第一")))

    assert [(remark.at, remark.chinese) for remark in content.remarks] == [
        (
            "row 2",
            "龙井：事实“荣誉”里的“全国销量第一”通不过广告法检查（绝对化用语：第一、唯一、首选），"
            "写进文案也通不过：请改写这条事实，或删去",
        )
    ]
