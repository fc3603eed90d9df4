"""Markdown: text that people wrote stays, marks that they meant go."""

import pytest

from tests.knowledge.imports.formats.reads import read_faults, read_remarks, read_text, read_titles


@pytest.mark.parametrize(
    "text",
    [
        # multiplication signs, footnote signs, ranges
        "2*3*4", "100-20*2，第3*件", "长*宽*高=5*6*7厘米", "2**3**4", "a * b * c", "(a+b)*c*(d)",
        "4*6*8cm、φ12*30", "价格 *不含税，运费 *另计", "电话 *400*812", "9~~21 点，18~~22",
        "a~b~c", "这是*斜体*文字",
        # identifiers and addresses
        "微信 _qinghe_ 号", "__init__.py 与 snake_case_name", "编号 _A-1.b_",
        "https://a.cn/x_y_z?d=*e*&f=_g_ 好", "见 https://a.cn/_a_/*b*。",
        # what looks like a definition of a link, a note, a tag
        "[客服]: 400-812-3456", "[x]: y", "详见[说明][2]。", "[^b]: 没人用", "一[^9]。",
        "请填 <name> 和 <订单号>", "在 <title> 中填写，后文。", "a < b > c", "#标签 内容",
    ],
)  # fmt: skip
def test_what_marks_nothing_stays(text: str) -> None:
    assert read_text("a.md", text) == text


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("*斜体* 与 **粗体**", "斜体 与 粗体"),
        ("请**务必**携带", "请务必携带"),
        ("**重要提示：**请勿", "重要提示：请勿"),
        ("**“会员”**专享", "“会员”专享"),
        ("***都*** _非常 重要_", "都 非常 重要"),
        ("**https://a.cn/a**", "https://a.cn/a"),
        ("[https://a.cn/*x*](https://a.cn)", "https://a.cn/*x*"),
        ("<https://a.cn/?a=1> 与 <a@b.cn>", "https://a.cn/?a=1 与 a@b.cn"),
        ("\\*号\\* `2*3*4`", "*号* 2*3*4"),
        ("a&nbsp;b &lt;c&gt;", "a b <c>"),
        ("![门店图](a.png)", "门店图"),
        ("- [ ] 未\n- [x] 已", "[ ] 未\n[x] 已"),
        ("1. 打开\n2. 点击\n   第二行", "打开\n点击\n第二行"),
        ("```\n<b>x</b>\n  a*b*c\n```\n\n    code", "<b>x</b>\na*b*c\ncode"),
        ("a\nb  \nc", "a\nb\nc"),
        # notes
        ("一年清零[^1]，详见。\n\n[^1]: 生日月除外，\n    顺延。\n[^2]: 无",
         "一年清零（生日月除外， 顺延），详见。\n[^2]: 无"),
        ("| 甲 | 乙 |\n|-|-|\n| 一[^a] | 二[^a] |\n\n[^a]: 注", "甲：一（注）；乙：二"),
        ("加椅子[^1]。\n\n[^1]: 一把十元。\n[规则]: https://a.cn/r\n注意: 勿带酒。",
         "加椅子（一把十元）。\n[规则]: https://a.cn/r\n注意: 勿带酒。"),
        # links by name
        ("见[须知][r]和[规则][]。\n\n[R]: https://a.cn/r\n[规则]: https://a.cn/g",
         "见须知和规则。\n[R]: https://a.cn/r\n[规则]: https://a.cn/g"),
        ("数组a[1][2]，[甲][乙]", "数组a[1][2]，[甲][乙]"),
        # HTML
        ("<table><tr><th>房型</th><th>价格</th></tr><tr><td>大床房</td><td>四百</td></tr></table>",
         "房型：大床房；价格：四百"),
        ("| 房型 | 价格 |\n|-|-|\n| 大床房 | 四百<br>含<b>双</b>早 |",
         "房型：大床房；价格：四百 含双早"),
        ("<details><summary>怎么退</summary>\n\n七天**内**\n\n</details>", "怎么退\n七天内"),
        ("<script>alert(1)</script>\n\n文", "文"),
        ('<p align="center">中</p>\n<ul><li>一</li><li>二</li></ul>', "中\n一\n二"),
    ],
)  # fmt: skip
def test_what_people_marked_is_read_without_the_marks(markdown: str, text: str) -> None:
    assert read_text("a.md", markdown) == text


@pytest.mark.parametrize(
    ("markdown", "text", "remark"),
    [
        ("<!-- 成本 -->\n对外。", "对外。", "comments"),
        ("对外<!-- 成本\n三十 -->。", "对外。", "comments"),
        ("| a | b |\n|-|-|\n| x<!-- 注 --> | y |", "a：x；b：y", "comments"),
        ('<p style="display:none">成本</p>\n\n对外。', "对外。", "hidden text"),
        ("原价~~五百~~四百元", "原价四百元", "struck-out text"),
        ("原价<del>五百</del>四百元", "原价四百元", "struck-out text"),
    ],
)
def test_what_is_hidden_is_left_out_with_a_remark(markdown: str, text: str, remark: str) -> None:
    assert read_text("a.md", markdown) == text
    assert read_remarks("a.md", markdown) == [("", f"left out: {remark}")]


@pytest.mark.parametrize("end", ["---", "..."])
def test_settings_above_a_page_are_left_out_with_a_remark(end: str) -> None:
    markdown = f"---\ntitle: 帮助\n标签:\n  - 退货\n- x\n\n# 注\n{end}\n正文。"

    assert read_text("a.md", markdown) == "正文。"
    assert read_remarks("a.md", markdown) == [("", "left out: the page's settings (front matter)")]


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("---\n\n第一段。\n\n---\n\n第二段。", "第一段。\n第二段。"),
        ("---\n\n注意: 带证件\n\n---\n第二段。", "第二段。"),  # a heading, as --- below it says
        ("---\n第一段\n第二段\n\n---\n三", "第一段\n第二段\n三"),
        ("---\na: 1\n没有结尾", "a: 1\n没有结尾"),
        ("----\na: 1\n\n---\n三", "a: 1\n三"),
    ],
)
def test_a_rule_in_the_first_line_hides_nothing(markdown: str, text: str) -> None:
    assert read_text("a.md", markdown).endswith(text)
    assert read_remarks("a.md", markdown) == []


def test_headings_of_both_kinds_part_a_page() -> None:
    markdown = "# 一\n甲\n\n二\n---\n乙\n\n<h2>三</h2>\n\n丙"

    assert read_titles("a.md", markdown) == ["一", "一 > 二", "一 > 三"]


def test_a_comment_without_an_end_hides_the_rest_and_says_so() -> None:
    assert read_text("a.md", "一\n\n<!-- 二\n\n三") == "一"
    assert read_remarks("a.md", "一\n\n<!-- 二\n\n三") == [("", "left out: comments")]
    assert read_faults("a.md", "<!-- 二") == [("", "there is no text in it")]
