"""Cells of files as spreadsheets write them, and what isn't recognised."""

import pytest

from app.marketing.events.files.cells import read_cells
from app.marketing.events.files.orders import Holds
from app.marketing.events.items import ItemRow


@pytest.mark.parametrize(
    ("holds", "row", "cells"),
    [
        (
            "events",
            {"订单编号": "o1", "事件类型（必填）": "购买", "下单时间": "2026/11/20 10:00",
             "粉丝": "mei", "实付金额": "¥168", "properties": {"city": "杭州"}},
            {"id": "o1", "kind": "conversion", "time": "2026-11-20T10:00:00+08:00",
             "openid": "mei", "value": "168", "properties": {"city": "杭州"}},
        ),
        (
            "events",
            {"ID": "o2", "kind": "read_depth", "time": 1_796_000_000.0, "value": 0.5},
            {"id": "o2", "kind": "read_depth", "time": 1_796_000_000.0, "value": 0.5},
        ),
        (
            "items",
            {"编号": "tea", "商品名称": "龙井", "类型": "产品", "上架时间": "2026年1月5日",
             "隐藏": "否"},
            {"id": "tea", "title": "龙井", "kind": "product",
             "published": "2026-01-05T00:00:00+08:00", "hidden": "false"},
        ),
        ("items", {"id": "1", "编号": "2", "颜色": "红"}, {"id": "1", "编号": "2", "颜色": "红"}),
        ("items", {"编号": "2", "id": "1"}, {"编号": "2", "id": "1"}),
    ],
)  # fmt: skip
def test_names_and_words_are_read_in_chinese(
    holds: Holds, row: dict[str, object], cells: dict[str, object]
) -> None:
    assert read_cells(row, holds) == cells


@pytest.mark.parametrize(
    ("cell", "time"),
    [
        ("2026-11-20", "2026-11-20T00:00:00+08:00"),
        ("2026-11-20 10:00:05", "2026-11-20T10:00:05+08:00"),
        ("2026/1/2 9:05", "2026-01-02T09:05:00+08:00"),
        ("２０２６年１１月２０日１０时３０分", "2026-11-20T10:30:00+08:00"),
        ("2026-11-20T10:00:00Z", "2026-11-20T10:00:00Z"),
        ("1796000000", "1796000000"),
        ("2026/13/20 10:00", "2026/13/20 10:00"),
        ("昨天", "昨天"),
    ],
)
def test_a_time_without_a_zone_is_of_china(cell: str, time: str) -> None:
    assert read_cells({"time": cell}, "events") == {"time": time}


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1,680", "1680"), ("￥1,234,567.5", "1234567.5"), ("168 元", "168"), ("-¥5", "-5"),
        ("0.8", "0.8"), ("1,68", "1,68"), ("一百", "一百"),
    ],
)  # fmt: skip
def test_money_is_read_without_signs_and_commas(cell: str, value: str) -> None:
    assert read_cells({"金额": cell}, "events") == {"value": value}


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ({"正文": "F 尖。价格：39 元", "价格": "39"}, "F 尖。价格：39 元"),
        ({"价格（元）": "¥1,680.00"}, "价格：1680 元"),
        ({"正文": "暗尖", "售价": 39.5, "原价": "59"}, "价格：39.5 元\n原价：59 元\n暗尖"),
        ({"正文": "净重139克，390元起", "price": "39"}, "价格：39 元\n净重139克，390元起"),
        ({"正文": "暗尖", "价格": "39元/支"}, "价格：39元/支\n暗尖"),
        ({"正文": "暗尖", "价格": float("nan")}, "暗尖"),
    ],
)
def test_prices_of_items_are_written_into_their_texts(row: dict[str, object], text: str) -> None:
    assert read_cells({"标题": "钢笔"} | row, "items") == {"title": "钢笔", "text": text}


@pytest.mark.parametrize(
    ("cell", "tags"),
    [
        ("钢笔|学生", ("钢笔", "学生")), ("钢笔；学生;钢笔", ("钢笔", "学生")),
        ("钢笔/学生", ("钢笔", "学生")), ("钢笔 / A4", ("钢笔", "A4")),
        ("钢笔 学生", ("钢笔", "学生")), ("#手帐 #钢笔", ("手帐", "钢笔")),
        ('["钢笔","学生"]', ("钢笔", "学生")), ("钢笔\n学生、", ("钢笔", "学生")),
        ("green tea, iPad 保护套", ("green tea", "iPad 保护套")), ("AC/DC|摇滚", ("AC/DC", "摇滚")),
        ("24/7客服", ("24/7客服",)), ("买一送一[新]", ("买一送一[新]",)), (" ", ()),
    ],
)  # fmt: skip
def test_tags_of_a_cell_are_split_at_the_usual_signs(cell: str, tags: tuple[str, ...]) -> None:
    assert ItemRow.model_validate({"id": "a", "title": "钢笔", "tags": cell}).tags == tags
