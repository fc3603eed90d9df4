"""Which columns and cells of a product sheet become facts, and what is said of the others."""

import pytest

from app.knowledge.imports.formats.values import Remark, SheetRow
from app.marketing.content.sheets.importing import SheetContent, read_content


def read_rows(*rows: dict[str, str]) -> SheetContent:
    return read_content(
        [SheetRow("茶.csv", f"row {at}", tuple(row.items())) for at, row in enumerate(rows, 2)], {}
    )


def list_facts(content: SheetContent) -> list[dict[str, str]]:
    return [{fact.name: fact.value for fact in row.brief.facts} for row in content.briefs]


@pytest.mark.parametrize(
    "column",
    [
        "成本价", "成本价（元）", "进价", "毛利率", "备注", "供应商电话", "SKU", "库存数量",
        "产品图", "图片1", "商品ID", "详情页链接", "Cost Price", "supplier phone", "Stock",
    ],
)  # fmt: skip
def test_an_internal_column_is_left_out_with_one_remark(column: str) -> None:
    content = read_rows(
        {"产品": "洁面乳", "规格": "100 克", column: "18.5"},
        {"产品": "面霜", "规格": "50 克", column: "29"},
    )

    assert list_facts(content) == [{"规格": "100 克"}, {"规格": "50 克"}]
    assert content.remarks == (
        Remark(
            "茶.csv", "row 2",
            f"the column {column} is internal and was left out: to write about it, give the column"
            " another name",
        ),
    )  # fmt: skip


def test_a_picture_is_left_out_under_any_name() -> None:
    content = read_rows({"产品": "洁面乳", "规格": "100 克", "外观": "/img/1.JPG"})

    assert list_facts(content) == [{"规格": "100 克"}]
    assert [remark.what for remark in content.remarks] == [
        "the column 外观 has addresses of pictures, which were left out"
    ]


def test_numbered_selling_points_are_one_fact_and_other_numbers_stay() -> None:
    content = read_rows(
        {
            "产品": "洁面乳",
            "卖点1": "温和",
            "卖点二": "泡沫细",
            "套餐1": "168 元",
            "零售价": "39 元",
        }
    )

    assert list_facts(content) == [{"卖点": "温和；泡沫细", "套餐1": "168 元", "零售价": "39 元"}]
    assert content.remarks == ()


def test_placeholders_of_facts_and_fields_are_left_out() -> None:
    content = read_rows({"产品": "洁面乳", "规格": "100 克", "产地": "暂无", "必须写": "无"})

    [brief_row] = content.briefs
    assert list_facts(content) == [{"规格": "100 克"}]
    assert brief_row.brief.must == ()
    assert [remark.what[:34] for remark in content.remarks] == [
        "the column 产地 has cells that state",
        "the column 必须写 has cells that stat",
    ]


def test_a_row_that_contradicts_itself_is_faulty() -> None:
    content = read_rows({"产品": "洁面乳", "价格": "168 元", "售价": "198 元"})

    assert [fault.what for fault in content.faults] == [
        "the facts '价格' and '售价' mean the same and have different values: keep the right one,"
        " or give them names that tell the difference (团购价)"
    ]
