"""Word documents: what stands on the page after all changes are accepted, and nothing else."""

import pytest

from tests.knowledge import samples
from tests.knowledge.imports.formats.reads import read_faults, read_remarks, read_text, read_titles
from tests.knowledge.imports.formats.word.word_files import (
    STRICT,
    cell,
    document,
    field,
    paragraph,
    row,
    run,
    table,
    text_box,
)

DELETED = "<w:del><w:r><w:delText>两百</w:delText></w:r></w:del>"
INSERTED = f"<w:ins>{run('三百')}</w:ins>"


def control(content: str, properties: str = "") -> str:
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        # changes that were tracked
        (paragraph("押金", DELETED, INSERTED, "元。"), "押金三百元。"),
        (paragraph("押金", f"<w:ins>{run('三百')}{DELETED}</w:ins>", "元。"), "押金三百元。"),
        (paragraph(f"<w:moveTo>{run('六十元')}</w:moveTo>", "一年。")
         + paragraph(f"<w:moveFrom>{run('六十元')}</w:moveFrom>", "限一张。"),
         "六十元一年。\n限一张。"),
        (paragraph("甲", properties="<w:rPr><w:del/></w:rPr>") + paragraph("乙。"), "甲乙。"),
        (table(row("旧", "四十", properties="<w:del/>"), row("新", "六十")), "新：六十"),
        # text in something
        (control(paragraph("块。")) + paragraph("营业", control(run("九点")), "起。"),
         "块。\n营业九点起。"),
        (table(control(row("甲", control(cell("乙"))))), "甲：乙"),
        (paragraph("姓名：", control(run("单击此处"), "<w:showingPlcHdr/>")), "姓名："),
        (paragraph("段首", text_box("盒内。"), "段尾"), "段首段尾\n盒内。"),
        (table(row("甲", cell(paragraph("说明") + text_box("盒内")))), "甲：说明 盒内"),
        (table(row("甲", cell(table(row("早餐", "两份"), row("加床", "一张")) + paragraph()))),
         "甲：早餐：两份；加床：一张"),
        (table(row(cell(paragraph("一") + paragraph("二")))), "一\n二"),
        (paragraph("在", f"<w:smartTag>{run('拱墅区')}</w:smartTag>",
                   f"<w:customXml>{run('路')}</w:customXml>", f"<w:bdo>{run('口')}</w:bdo>"),
         "在拱墅区路口"),
        (paragraph("见", f"<w:hyperlink>{run('附录')}</w:hyperlink>"), "见附录"),
        # fields
        (paragraph(f'<w:fldSimple w:instr="DATE">{run("六月")}</w:fldSimple>', "起"), "六月起"),
        (paragraph("第", field(" PAGEREF _Toc1 ", "12"), "页，", field(" MERGEFIELD x ", "甲")),
         "第12页，甲"),
        (paragraph("见", field(field(" PAGE ", "3"), "结果"), "。"), "见结果。"),
        (paragraph("前", '<w:r><w:fldChar w:fldCharType="begin"/></w:r>') + paragraph("后"),
         "前\n后"),
        # letters
        (paragraph("<w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:br/><w:t>丙</w:t>"
                   '<w:noBreakHyphen/><w:t>丁</w:t><w:sym w:char="F0FC"/></w:r>'),
         "甲\t乙\n丙-丁✓"),
        (paragraph(f"<w:r><w:ruby><w:rt>{run('hán')}</w:rt><w:rubyBase>{run('汉')}</w:rubyBase>"
                   "</w:ruby></w:r>"), "汉"),
        (paragraph("<m:oMath><m:r><m:t>x=</m:t></m:r><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num>"
                   "<m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath>"), "x=1/2"),
        (paragraph("第一步", properties="<w:numPr/>") + paragraph("第二步"), "第一步\n第二步"),
        # cells that are merged
        (table(row("城市", "门店", "时间"),
               row(cell("杭州", '<w:vMerge w:val="restart"/>'), "湖滨", "九点"),
               row(cell("", "<w:vMerge/>"), "西溪", "八点"),
               row("宁波", cell("筹备中", '<w:gridSpan w:val="2"/>'))),
         "城市：杭州；门店：湖滨；时间：九点\n城市：杭州；门店：西溪；时间：八点\n城市：宁波；门店：筹备中"),
    ],
)  # fmt: skip
def test_all_that_is_on_the_page_is_read_once(body: str, text: str) -> None:
    assert read_text("a.docx", document(body)) == text


@pytest.mark.parametrize(
    ("hidden", "remark"),
    [
        (run("成本", "<w:vanish/>"), "left out: hidden text"),
        (run("成本", '<w:rStyle w:val="more"/>'), "left out: hidden text"),
        (run("成本", "<w:strike/>"), "left out: struck-out text"),
        (DELETED, "left out: deleted text (track changes)"),
        ('<w:r><w:commentReference w:id="1"/></w:r>', "left out: comments"),
    ],
)
def test_what_a_document_hides_is_left_out_with_a_remark(hidden: str, remark: str) -> None:
    file = document(paragraph("售价", hidden, "五十。"))

    assert read_text("a.docx", file) == "售价五十。"
    assert read_remarks("a.docx", file) == [("", remark)]


def test_hidden_paragraphs_rows_and_the_table_of_contents_are_left_out() -> None:
    file = document(
        paragraph("退货\t3", properties='<w:pStyle w:val="toc"/>')
        + paragraph("整段。", properties='<w:pStyle w:val="hid"/>')
        + paragraph(run("可见。", '<w:vanish w:val="0"/>'), properties='<w:pStyle w:val="hid"/>')
        + table(row("进价", "三十", properties="<w:hidden/>"), row("售价", "五十"))
    )

    assert read_text("a.docx", file) == "可见。\n售价：五十"
    assert read_remarks("a.docx", file) == [("", "left out: table of contents, hidden text")]


def test_headings_are_known_by_style_by_what_it_is_based_on_and_by_outline() -> None:
    own, loop = '<w:pStyle w:val="own"/>', '<w:pStyle w:val="loop"/><w:outlineLvl w:val="1"/>'
    file = document(
        paragraph("退货", properties='<w:pStyle w:val="1"/>') + paragraph("七天。")
        + paragraph("换货", properties=own) + paragraph("半月。")
        + paragraph("运费", properties=loop) + paragraph("自付。")
    )  # fmt: skip

    assert read_titles("a.docx", file) == ["a > 退货", "a > 换货", "a > 换货 > 运费"]


def test_a_note_stands_in_brackets_where_it_is_referred_to() -> None:
    reference = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    note = f'<w:footnote w:id="2">{paragraph(" 生日月除外。", reference)}</w:footnote>'
    end = f'<w:endnote w:id="2">{paragraph("以门店为准")}</w:endnote>'
    body = paragraph("一年清零", reference, "，可兑换", '<w:r><w:endnoteReference w:id="2"/></w:r>')

    file = document(body, parts={"footnotes": note, "endnotes": end})

    assert read_text("a.docx", file) == "一年清零（生日月除外），可兑换（以门店为准）"


def test_headers_and_footers_are_left_out() -> None:
    file = document(
        paragraph("正文。"), parts={"header": paragraph("公司"), "footer": paragraph("1")}
    )

    assert read_text("a.docx", file) == "正文。"
    assert read_remarks("a.docx", file) == []


@pytest.mark.parametrize("target", ["media/gone.png", "../NULL", "NULL", "http://[", ""])
def test_a_relationship_that_leads_nowhere_is_no_matter(target: str) -> None:
    file = document(paragraph("请先备份。"), relationships=[("image", target)])

    assert read_text("a.docx", file) == "请先备份。"


@pytest.mark.parametrize("name", ["a.docm", "a.dotx", "a.DOCX"])
def test_documents_with_macros_and_templates_are_read(name: str) -> None:
    assert read_text(name, document(paragraph("正文。"))) == "正文。"


def test_the_strict_format_is_read() -> None:
    file = document(table(row("甲", "乙")) + paragraph("正文。"), namespace=STRICT)

    assert read_text("a.docx", file) == "甲：乙\n正文。"


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "it is encrypted, or an old .doc"),
        (samples.folder({"a": "b"}), "it is no Word document"),
        (document("<w:p>"), "it is no Word document that can be read"),
        (document("<w:tbl>" * 300 + "</w:tbl>" * 300), "it is no Word document that can be read"),
    ],
)
def test_what_is_no_document_is_a_fault(data: bytes, what: str) -> None:
    [(at, fault)] = read_faults("a.docx", data)

    assert (at, fault[: len(what)]) == ("", what)


def test_no_entity_is_resolved() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]>'
    xml = document(paragraph("正文", "<w:r><w:t>&amp;a;&amp;b;</w:t></w:r>"))
    packed = samples.unpack(xml)
    text = packed["word/document.xml"].decode().replace("&amp;", "&")
    packed["word/document.xml"] = f"{bomb}{text}".encode()

    assert "root" not in read_text("a.docx", samples.folder(packed))
