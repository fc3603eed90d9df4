"""HTML pages: tables whose rows stand for themselves, and nothing that a page hides."""

import pytest

from tests.knowledge.imports.formats.reads import read_remarks, read_text, read_titles


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        ("<tr><th>城市<th>门店<th>时间<tr><td rowspan=2>杭州<td>湖滨<td>九点"
         "<tr><td>西溪<td>八点<tr><td>宁波<td colspan=2>筹备中",
         "城市：杭州；门店：湖滨；时间：九点\n城市：杭州；门店：西溪；时间：八点\n"
         "城市：宁波；门店：筹备中"),
        ("<tr><th rowspan=2>房型<th colspan=2>价格<tr><th>平日<th>周末<tr><td>大床<td>四百<td>五百",
         "房型：大床；价格 平日：四百；价格 周末：五百"),
        ("<tr><th>房型<th colspan=2>价格<tr><th><th>平日<th>周末<tr><td>大床<td>四百<td>五百",
         "房型：大床；价格 平日：四百；价格 周末：五百"),
        ("<tr><th><th>平日<th>周末<tr><td>大床<td>四百<td>五百", "大床；平日：四百；周末：五百"),
        ("<caption>价目</caption><tr><th colspan=2>今年<tr><th>房型<th>价"
         "<tr><td>大<b>床</b>房<td>四百<br>含早<tr><td colspan=2>含税",
         "价目\n今年\n房型：大床房；价：四百 含早\n含税"),
        ("<tr><th>甲<th>乙<tr><td rowspan=0>一<td>二<tr><td>三", "甲：一；乙：二\n甲：一；乙：三"),
        ("<tr><th>价<td>四百<tr><th>早餐<td>双早", "价：四百\n早餐：双早"),
        ("<tr><td>甲<td><table><tr><td>早餐<td>两份<tr><td>加床<td>一张</table>",
         "甲：早餐：两份；加床：一张"),
        ("<tr><td rowspan=x colspan=-1>一<td>二<td>三", "一 | 二 | 三"),
        ("<tr><th colspan=2>营业时间<tr><td>工作日<td>十点<tr><td>周末<td>九点",
         "营业时间\n工作日：十点\n周末：九点"),
        ("<tr><td colspan=3>价目<tr><th>茶<th>重<th>价<tr><td>龙井<td>半斤<td>三百",
         "价目\n茶：龙井；重：半斤；价：三百"),
    ],
)  # fmt: skip
def test_a_row_of_a_table_says_what_its_figures_are(rows: str, text: str) -> None:
    assert read_text("a.html", f"<table>{rows}</table>") == text


def test_cells_that_claim_any_number_of_places_are_bounded() -> None:
    rows = "<tr><td rowspan=99999 colspan=99999>一</td></tr>" + "<tr><td>二</td></tr>" * 99

    assert read_text("a.html", f"<table>{rows}</table>").startswith("一\n一 | 二")


@pytest.mark.parametrize(
    ("hidden", "remark"),
    [
        ("<p hidden>旧</p>", "hidden text"),
        ('<p style="color:red; DISPLAY : none">旧</p>', "hidden text"),
        ("<p style='display:none!important'>旧</p>", "hidden text"),
        ('<p style="visibility:hidden">旧</p>', "hidden text"),
        ('<p style="opacity:0">旧</p>', "hidden text"),
        ('<p style="font-size:0px;">旧</p>', "hidden text"),
        ("<dialog>旧</dialog>", "hidden text"),
        ("<div hidden>旧<div hidden>旧<p style='display:none'>旧</p></div></div>", "hidden text"),
        ("<table><tr hidden><td>旧</table>", "hidden text"),
        ("<!-- 旧 -->", "comments"),
        ("<nav>旧</nav>", "menus, page headers and footers"),
        ("<aside><header>旧</header><nav>旧</nav></aside>", "menus, page headers and footers"),
        ("<footer>旧<nav>旧</nav></footer>", "menus, page headers and footers"),
        ("<del>旧</del><s>旧</s><strike>旧</strike>", "struck-out text"),
    ],
)
def test_what_a_page_hides_is_left_out_with_a_remark(hidden: str, remark: str) -> None:
    page = f"<p>门票六十元。</p>{hidden}"

    assert read_text("a.html", page) == "门票六十元。"
    assert read_remarks("a.html", page) == [("", f"left out: {remark}")]


@pytest.mark.parametrize(
    ("rule", "selectors"),
    [
        (".old{display:none}", ".old"),
        ("p.old, #b { color: red; display : none }", "p.old, #b"),
        ("@media print { .old { display: none } }", ".old"),
        (".old { color: red }", ""),
        (".nowhere { display: none }", ""),
        (".old:hover { display: none }", ""),
        (".old { display: no", ""),
    ],
)
def test_text_that_a_style_sheet_hides_is_read_with_a_remark(rule: str, selectors: str) -> None:
    page = f"<style>{rule}</style><p class=old>点开才见</p><p id=b>文</p>"

    what = f"text that a style sheet hides at first went in ({selectors}): is it for all?"
    assert read_text("a.html", page) == "点开才见\n文"
    assert read_remarks("a.html", page) == ([("", what)] if selectors else [])


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>甲<br>乙&nbsp;&amp;&#x4e2d;</p>", "甲\n乙 &中"),
        ("<details><summary>怎么退</summary>七天</details>", "怎么退\n七天"),
        ("<dialog open>开</dialog>", "开"),
        ("<span aria-hidden=true>图</span>文", "图文"),
        ("<pre>a\n  b</pre>", "a\nb"),
        ("<ruby>汉<rt>hàn</rt></ruby>字", "汉字"),
        ("<body style='opacity:0'>渐显</body>", "渐显"),
        ("<p style='opacity:0.5'>半</p><p style>空</p><p style='top:0'>零</p>", "半\n空\n零"),
        ("<p><!--[if mso]>x<![endif]-->正</p>", "正"),
        ("<body><noscript>请开</noscript><template>模</template><select><option>杭州</select>正",
         "正"),
        ("<table><tr><td>菜单<td><h2>题</h2><p>文</table>", "菜单\n文"),
    ],
)  # fmt: skip
def test_what_a_page_shows_is_read(page: str, text: str) -> None:
    assert read_text("a.html", page) == text
    assert read_remarks("a.html", page) == []


def test_a_table_that_frames_a_page_is_no_table() -> None:
    inner = "<table><tr><th>房型<th>价<tr><td>大床<td>四百</table>"
    page = f"<table><tr><td>菜单<td><p>{'甲' * 150}</p><p>{'乙' * 80}</p>{inner}</table>"

    assert read_text("a.html", page) == f"菜单\n{'甲' * 150}\n{'乙' * 80}\n房型：大床；价：四百"


def test_headings_in_a_frame_of_cells_part_the_page() -> None:
    page = "<h1>馆</h1><table><tr><td>菜单<td><h2>题</h2><p>文</table>"

    assert read_titles("a.html", page) == ["馆", "馆 > 题"]


def test_elements_in_one_another_without_end_are_read() -> None:
    page = "<div>" * 5000 + "底" + "<table><tr><td>" * 300 + "格"

    assert "底" in read_text("a.html", page)
