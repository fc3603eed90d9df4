"""Files such as operators keep, made small."""

import io
import zipfile
from collections.abc import Mapping, Sequence

import docx
from fpdf import FPDF
from openpyxl import Workbook

POLICY = """# 售后政策

本政策适用于官方商城。

## 退货

自签收之日起七天内，商品完好的，可以申请无理由退货，运费由买家承担。

## 运费

| 地区 | 运费 |
| --- | --- |
| 江浙沪 | 6 元 |
| 新疆、西藏 | 25 元 |
"""
PAGE = """<!doctype html><html><head><title>门店</title><style>p {}</style></head><body>
<header>商城</header><nav>首页</nav><form><article><header><h1>门店</h1></header>
<p>杭州湖滨<b>银泰</b>店，每日 10:00 开门。</p>
<h2>停车</h2><div>地下二层<p>消费满百元免费两小时</p>超出每小时 5 元</div>
<table><tr><th>门店<th>电话</tr><tr><td>杭州<td>0571-1</tr></table>
</article></form><footer>版权</footer><script>alert(1)</script></body></html>"""


def workbook(rows: Sequence[Sequence[object]], *more: Sequence[Sequence[object]]) -> bytes:
    """A sheet for each table."""
    book = Workbook()
    book.remove(book.active)
    for number, table in enumerate((rows, *more), 1):
        sheet = book.create_sheet(f"表{number}")
        for row in table:
            sheet.append(row)
    return _saved(book)


def word() -> bytes:
    """A title, two headings, two paragraphs, a table."""
    document = docx.Document()
    document.add_heading("会员手册", 0)
    document.add_heading("等级", 1)
    document.add_paragraph("等级每年一月一日重新核定。")
    table = document.add_table(2, 3)
    for row, cells in zip(table.rows, (("等级", "门槛", "折扣"), ("金卡", "五千元", "九折")),
                          strict=True):  # fmt: skip
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    document.add_heading("积分", 1)
    document.add_paragraph("一元积一分。")
    return _saved(document)


def pdf(pages: Sequence[str], password: str = "") -> bytes:
    """Pages of Latin text, each below the same running title."""
    document = FPDF()
    if password:
        document.set_encryption("owner", password)
    document.set_font("helvetica", size=12)
    for number, text in enumerate(pages, 1):
        document.add_page()
        if text:
            document.multi_cell(0, 6, f"Huiyin Handbook, page {number}\n\n{text}")
    return bytes(document.output())


def scan() -> bytes:
    """A PDF whose only page is a picture."""
    from PIL import Image

    document = FPDF()
    document.add_page()
    document.image(Image.new("RGB", (8, 8), "red"), 0, 0, 10, 10)
    return bytes(document.output())


def folder(files: Mapping[str, bytes | str]) -> bytes:
    """A zip."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


def unpack(data: bytes) -> dict[str, bytes]:
    """The files in a zip."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _saved(document: "Workbook | docx.document.Document") -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()
